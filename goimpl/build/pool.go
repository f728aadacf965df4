package build

import (
	"context"
	"sync"
)

// A pool keeps the goroutines of an executor between hands and builds. They
// are started when they are first needed, and up to size of them stay until
// the pool is closed; a body that waits takes its goroutine with it, so that
// there can be more for a time.
//
// One build uses the pool at a time, with the crew's lock held.
type pool struct {
	size int
	free int // goroutines that wait for a member, or are about to
	jobs chan *member
	all  sync.WaitGroup
}

func newPool(opts *Options) *pool {
	p := &pool{size: opts.Workers, jobs: make(chan *member, opts.Workers)}
	if opts.Warm {
		var warm sync.WaitGroup
		for range p.size {
			p.free++
			warm.Add(1)
			p.all.Go(func() {
				warmUp()
				warm.Done()
				p.serve()
			})
		}
		warm.Wait()
	}
	return p
}

// start has a goroutine work for m.
func (p *pool) start(m *member) {
	if p.free > 0 {
		p.free--
		p.jobs <- m // has room for all that are free
		return
	}
	p.all.Add(1)
	go p.run(m)
}

func (p *pool) run(m *member) {
	defer p.all.Done()
	if m.work() {
		p.serve()
	}
}

func (p *pool) serve() {
	for m := range p.jobs {
		if !m.work() {
			return
		}
	}
}

// keep reports whether a goroutine that has nothing to do is to stay.
func (p *pool) keep() bool {
	if p.free == p.size {
		return false
	}
	p.free++
	return true
}

func (p *pool) close() {
	close(p.jobs)
	p.all.Wait()
}

// warmUp does one trivial task.
func warmUp() {
	var c Call
	body, _ := lightKind(Params{"n": 1})
	c.enter(context.Background(), NewNone(1), nil)
	_ = c.execute(&Task{body: body})
}

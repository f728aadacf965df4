package build

import (
	"context"
	"sync"
)

// A pool are the goroutines of a crew, between hands and builds. They are
// started when they are first needed, and up to Workers of them stay until the
// crew is closed; a body that waits takes its goroutine with it, so that there
// can be more for a time. The crew's lock guards it.
type pool struct {
	coming bool      // one is on its way to the lock
	asleep int       // wait for more, and have not been called
	more   sync.Cond // there is more to do than there are who do it
	closed bool
	all    sync.WaitGroup
}

// wake has one more goroutine come for tasks, unless one is on its way: that
// will do the same before it begins.
func (r *crew) wake() {
	if r.coming {
		return
	}
	r.coming = true
	if r.asleep > 0 {
		r.asleep--
		r.more.Signal()
		return
	}
	r.all.Add(1)
	go r.serve()
}

// serve is what a goroutine of the pool does.
func (r *crew) serve() {
	defer r.all.Done()
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.come(); r.stays(); r.come() {
		r.more.Wait()
	}
}

// carryOn is serve for m, whose goroutine was ended by a body.
func (r *crew) carryOn(m *member) {
	defer r.all.Done()
	r.mu.Lock()
	defer r.mu.Unlock()
	if m.goOn(errGoexit) {
		m.work()
	}
	r.retire(m)
	for r.opts.Executor != AsyncIO && r.stays() {
		r.more.Wait()
		r.come()
	}
}

// come is a turn of a goroutine: hands, one after the other, while there is
// something to do.
func (r *crew) come() {
	r.coming = false
	if r.state == nil {
		return // the build did without
	}
	m := r.recruit()
	if r.share(m) {
		m.work()
	}
	r.retire(m)
}

// stays counts a goroutine that has nothing to do as asleep, if it is to stay.
func (r *crew) stays() bool {
	if r.closed || r.asleep == r.opts.Workers {
		return false
	}
	r.asleep++
	if r.state == nil {
		r.ended.Signal() // for warmUp
	}
	return true
}

// Close implements Executor.
func (r *crew) Close() error {
	r.mu.Lock()
	r.closed = true
	r.more.Broadcast()
	r.mu.Unlock()
	r.all.Wait()
	return nil
}

// warmUp starts all goroutines, each of which does one trivial task.
func (r *crew) warmUp() {
	var warm sync.WaitGroup
	for range r.opts.Workers {
		warm.Add(1)
		r.all.Add(1)
		go func() {
			var c Call
			body, _ := lightKind(Params{"n": 1})
			c.enter(context.Background(), NewNone(1), nil)
			_ = c.execute(&Task{body: body})
			warm.Done()
			r.serve()
		}()
	}
	warm.Wait()
	r.mu.Lock()
	for r.asleep < r.opts.Workers {
		r.ended.Wait()
	}
	r.mu.Unlock()
}

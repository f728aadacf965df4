package tasks

import (
	"github.com/alitto/pond/v2"
	"github.com/panjf2000/ants/v2"
	"github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"
)

// pondPool submits from inside tasks: its queue has no bound. Go is the
// cheapest way in, without a handle to wait on.
type pondPool struct {
	*Scheduler
	pool pond.Pool
	done chan error
}

func newPond(w *Work) Runner {
	p := &pondPool{Scheduler: newScheduler(w), done: make(chan error, 1)}
	p.hand = func(i int32) {
		if err := p.pool.Go(p.funcs[i]); err != nil {
			p.finish(err)
		}
	}
	root := w.Root()
	p.funcs[root] = func() {
		p.run(root)
		p.finish(nil)
	}
	return p
}

func (p *pondPool) finish(err error) {
	select {
	case p.done <- err:
	default: // the first outcome stands
	}
}

// Run implements Runner. StopAndWait alone would not do: it refuses what tasks
// submit after it has been called.
func (p *pondPool) Run() error {
	p.reset()
	p.pool = pond.NewPool(Workers)
	for _, i := range p.Ready {
		p.hand(i)
	}
	err := <-p.done
	p.pool.StopAndWait()
	return err
}

// concPool is a pool whose Go waits for a free goroutine.
type concPool struct{ *feed }

func newConc(w *Work) Runner { return concPool{newFeed(w)} }

// Run implements Runner.
func (p concPool) Run() error {
	c := pool.New().WithMaxGoroutines(Workers)
	p.each(func(i int32) { c.Go(p.funcs[i]) })
	c.Wait()
	return nil
}

// errGroup is a goroutine per task, so many at once.
type errGroup struct {
	*feed
	funcs []func() error
}

func newErrgroup(w *Work) Runner {
	g := &errGroup{newFeed(w), make([]func() error, len(w.Needs))}
	for i := range g.funcs {
		g.funcs[i] = func() error {
			g.run(int32(i))
			return nil
		}
	}
	return g
}

// Run implements Runner.
func (g *errGroup) Run() error {
	var group errgroup.Group
	group.SetLimit(Workers)
	g.each(func(i int32) { group.Go(g.funcs[i]) })
	return group.Wait()
}

// antsPool is a pool for one function of the task's number, which is how ants
// is fastest; like the others' it makes the submitter wait.
type antsPool struct {
	*feed
	done chan struct{}
}

func newAnts(w *Work) Runner {
	return &antsPool{newFeed(w), make(chan struct{})}
}

// Run implements Runner. The pool does not live long enough to purge workers
// that have nothing to do.
func (p *antsPool) Run() error {
	root := p.Root()
	pool, err := ants.NewPoolWithFuncGeneric(Workers, func(i int32) {
		p.run(i)
		if i == root {
			p.done <- struct{}{}
		}
	}, ants.WithDisablePurge(true))
	if err != nil {
		return err
	}
	var failed error
	p.each(func(i int32) {
		if err := pool.Invoke(i); err != nil && failed == nil {
			failed = err
		}
	})
	if failed == nil {
		<-p.done
	}
	pool.Release()
	return failed
}

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
	keep bool
	pool pond.Pool
	done chan error
}

func newPond(w *Work, keep bool) (Runner, error) {
	p := &pondPool{Scheduler: newScheduler(w), keep: keep, done: make(chan error, 1)}
	if keep {
		p.pool = pond.NewPool(Workers)
	}
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
	return p, nil
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
	if !p.keep {
		p.pool = pond.NewPool(Workers)
		defer p.pool.StopAndWait()
	}
	for _, i := range p.Ready {
		p.hand(i)
	}
	return <-p.done
}

// Close ends the workers that were kept.
func (p *pondPool) Close() error {
	if p.keep {
		p.pool.StopAndWait()
	}
	return nil
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
	kept *ants.PoolWithFuncGeneric[int32] // nil where each run has its own
	done chan struct{}
}

func newAnts(w *Work, keep bool) (Runner, error) {
	p := &antsPool{feed: newFeed(w), done: make(chan struct{})}
	if !keep {
		return p, nil
	}
	var err error
	p.kept, err = p.open()
	return p, err
}

// open starts a pool that does not look for workers with nothing to do, to end
// them: that takes a goroutine of its own, and helps only who idles for seconds.
func (p *antsPool) open() (*ants.PoolWithFuncGeneric[int32], error) {
	root := p.Root()
	return ants.NewPoolWithFuncGeneric(Workers, func(i int32) {
		p.run(i)
		if i == root {
			p.done <- struct{}{}
		}
	}, ants.WithDisablePurge(true))
}

// Run implements Runner.
func (p *antsPool) Run() error {
	pool := p.kept
	if pool == nil {
		var err error
		if pool, err = p.open(); err != nil {
			return err
		}
		defer pool.Release()
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
	return failed
}

// Close ends the workers that were kept.
func (p *antsPool) Close() error {
	if p.kept != nil {
		p.kept.Release()
	}
	return nil
}

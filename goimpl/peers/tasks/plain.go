package tasks

import "sync"

// goroutines is a goroutine per task, however many are ready.
type goroutines struct {
	*Scheduler
	done chan struct{}
}

func newGoroutines(w *Work) Runner {
	g := &goroutines{newScheduler(w), make(chan struct{})}
	g.hand = func(i int32) { go g.funcs[i]() }
	root := w.Root()
	g.funcs[root] = func() {
		g.run(root)
		g.done <- struct{}{}
	}
	return g
}

// Run implements Runner.
func (g *goroutines) Run() error {
	g.reset()
	for _, i := range g.Ready {
		g.hand(i)
	}
	<-g.done
	return nil
}

// channel is what one writes by hand: so many goroutines on one channel with
// room for every task.
type channel struct{ *feed }

func newChannel(w *Work) Runner { return channel{newFeed(w)} }

// Run implements Runner.
func (c channel) Run() error {
	c.reset()
	c.ready = make(chan int32, len(c.Needs))
	c.hand = func(i int32) { c.ready <- i }
	var workers sync.WaitGroup
	root := c.Root()
	for range Workers {
		workers.Go(func() {
			for i := range c.ready {
				c.run(i)
				if i == root {
					close(c.ready)
				}
			}
		})
	}
	for _, i := range c.Ready {
		c.ready <- i
	}
	workers.Wait()
	return nil
}

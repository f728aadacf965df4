package tasks

import "sync/atomic"

// Workers is how many tasks may run at once, on both sides.
const Workers = 4

// A Runner does work: every task once, after those it needs. One that keeps
// workers between runs is an io.Closer as well.
type Runner interface{ Run() error }

// A Scheduler is what a user of a task pool writes to have dependencies
// respected: a count for each task of what it still waits for; whoever ends the
// last of these hands the task on. What can be made once is made once, the
// functions that a pool is given included; only the counts are set anew for
// each run.
type Scheduler struct {
	*Work
	waits []atomic.Int32 // by task: how many of its needs have not ended
	funcs []func()       // by task: its body, then handing on
	hand  func(i int32)  // hands a task that has become ready to the pool
}

// newScheduler prepares a scheduler; hand must be set before a task ends.
func newScheduler(w *Work) *Scheduler {
	s := &Scheduler{Work: w, waits: make([]atomic.Int32, len(w.Needs)), funcs: make([]func(), len(w.Needs))}
	for i := range s.funcs {
		s.funcs[i] = func() { s.run(int32(i)) }
	}
	return s
}

// reset makes all tasks wait for what they need.
func (s *Scheduler) reset() {
	for i, needs := range s.Needs {
		s.waits[i].Store(int32(len(needs)))
	}
}

// run is task i as a pool runs it.
func (s *Scheduler) run(i int32) {
	s.Do(i)
	for _, next := range s.Needed[i] {
		if s.waits[next].Add(-1) == 0 {
			s.hand(next)
		}
	}
}

// A feed is the scheduler of a pool that makes the one who submits wait while
// all its workers are busy. A task must not submit another there: with every
// worker submitting nobody would be left to run anything. So tasks put what
// has become ready into a channel with room for all, and the caller submits.
type feed struct {
	*Scheduler
	ready chan int32
}

func newFeed(w *Work) *feed {
	f := &feed{newScheduler(w), make(chan int32, len(w.Needs))}
	f.hand = func(i int32) { f.ready <- i }
	return f
}

// each calls submit for every task as it becomes ready.
func (f *feed) each(submit func(i int32)) {
	f.reset()
	for _, i := range f.Ready {
		submit(i)
	}
	for range len(f.Needs) - len(f.Ready) {
		submit(<-f.ready)
	}
}

package build

import (
	"context"
	"sync"
)

// asyncio gives every task a goroutine, which waits for the closed channels of
// the tasks it needs, then for one of W slots, then runs the body. While a
// body waits for what it asked for, its slot is free. It is the plain way to
// write a build in Go, and what asyncio's coroutine per task becomes.
type asyncio struct{ opts Options }

func (e asyncio) Close() error { return nil }

func (e asyncio) Build(ctx context.Context, job Job) (Report, error) {
	s, err := newState(ctx, &e.opts, job)
	if err != nil {
		return Report{}, err
	}
	r := &asyncioRun{
		state: s,
		slots: make(chan *Call, e.opts.Workers),
		done:  make([]chan struct{}, job.DAG.Len()),
	}
	for range e.opts.Workers {
		r.slots <- new(Call)
	}
	if e.opts.Blocking == OnLoop {
		r.loop = new(sync.Mutex)
	}
	r.look(root)
	r.mu.Lock()
	r.discover(root)
	r.spawn()
	r.mu.Unlock()
	r.tasks.Wait()
	return s.conclude()
}

type asyncioRun struct {
	mu sync.Mutex // guards state and spawned
	*state
	spawned int
	tasks   sync.WaitGroup
	// slots is a semaphore that hands out something to run a body with.
	slots chan *Call
	// done is closed when the task is complete or given up; nil if it was
	// complete from the start. An entry is written before any goroutine that
	// reads it is started.
	done []chan struct{}
	loop *sync.Mutex // with blocking on_loop: held by who holdsLoop while it runs
}

// spawn starts a goroutine for every task discovered since the last time. The
// caller holds mu.
func (r *asyncioRun) spawn() {
	fresh := r.found[r.spawned:]
	r.spawned = len(r.found)
	for _, i := range fresh {
		if r.nodes[i].phase != complete {
			r.done[i] = make(chan struct{})
		}
	}
	for _, i := range fresh {
		if r.done[i] != nil {
			r.tasks.Add(1)
			go r.task(i)
		}
	}
}

// task is the life of one task.
func (r *asyncioRun) task(i int32) {
	defer r.tasks.Done()
	defer close(r.done[i])
	t := &r.dag.tasks[i]
	r.await(t.deps)
	c := <-r.slots
	defer func() { r.slots <- c }()
	// Taken before the body counts as running and kept until it no longer does:
	// who waits for the loop does not run.
	if r.loop != nil && r.dag.holdsLoop(i) {
		r.loop.Lock()
		defer r.loop.Unlock()
	}
	if !r.enter(i) {
		return
	}
	r.job.Trace.add(i, Start, -1)
	var err error
	if len(t.rounds) == 0 {
		c.begin(t, r.job.Targets, nil)
		err = c.execute(r.ctx)
	} else {
		c, err = r.executeAsking(i, c)
	}
	r.job.Trace.end(i, err)
	if err == ErrStopped {
		return
	}
	r.mu.Lock()
	r.end(i, err)
	r.mu.Unlock()
}

// executeAsking runs the body of task i, which has rounds, and returns the slot
// it ends with: others have had the one it began with.
func (r *asyncioRun) executeAsking(i int32, slot *Call) (*Call, error) {
	own := new(Call) // the slot's is lent to another body while this one waits
	own.begin(&r.dag.tasks[i], r.job.Targets, func(round int) error { return r.request(i, round, &slot) })
	err := own.execute(r.ctx)
	return slot, err
}

// await returns when all the tasks are complete or given up. They all end:
// each waits for tasks below it only, and the lowest wait for nothing.
func (r *asyncioRun) await(tasks []int32) {
	for _, d := range tasks {
		if done := r.done[d]; done != nil {
			<-done
		}
	}
}

// enter makes task i running, or reports that it must not run.
func (r *asyncioRun) enter(i int32) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopping() || r.nodes[i].phase != queued {
		return false
	}
	r.begin(i)
	return true
}

// request waits, without a slot and off the loop, for what task i has asked
// for.
func (r *asyncioRun) request(i int32, round int, slot **Call) error {
	r.job.Trace.add(i, Suspend, round)
	r.look(r.dag.tasks[i].rounds[round]...)
	r.mu.Lock()
	goOn := r.ask(i, round, r.dag.tasks[i].rounds[round])
	r.spawn()
	r.mu.Unlock()
	if !goOn {
		if r.loop != nil {
			r.loop.Unlock()
		}
		r.slots <- *slot
		r.await(r.dag.tasks[i].rounds[round])
		*slot = <-r.slots
		if r.loop != nil {
			r.loop.Lock()
		}
		if !r.enter(i) {
			return ErrStopped
		}
	}
	r.job.Trace.add(i, Resume, -1)
	return nil
}

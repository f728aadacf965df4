package build

import "context"

// sequential runs everything on the caller's goroutine, depth first, needs
// before needers. What a body asks for runs in place, inside its call of Ask.
type sequential struct {
	opts   Options
	closed bool
}

func (e *sequential) Close() error {
	e.closed = true
	return nil
}

func (e *sequential) Build(ctx context.Context, job Job) (Report, error) {
	if e.closed {
		return Report{}, errClosed
	}
	s, err := newState(ctx, &e.opts, job)
	if err != nil {
		return Report{}, err
	}
	s.look(root)
	s.discover(root)
	r := sequentialRun{state: s}
	if s.PreviouslyComplete == 0 && !s.dag.dynamic {
		r.sweep()
	} else {
		r.walked = make([]bool, job.DAG.Len())
		r.walk(root)
	}
	return s.conclude()
}

type sequentialRun struct {
	*state
	walked []bool // by task: walk has been there
}

// A place is a task on the path of a walk.
type place struct {
	task int32
	dep  int32 // the next of its deps to go to
}

// sweep is walk for a DAG without rounds of which everything is to be run: the
// DAG knows that order already.
func (r *sequentialRun) sweep() {
	for rest := r.dag.order; len(rest) > 0 && !r.stopping(); {
		n, err := r.stretch(rest)
		if err != nil {
			i := rest[n-1]
			r.job.Trace.end(i, err)
			r.running--
			r.end(i, err)
		}
		rest = rest[n:]
	}
}

// stretch runs tasks until one fails, which is then the last of the n that it
// has dealt with, or the build is to stop. To be ready for a panic costs as much
// as a light task, so it is so for all of them at once.
func (r *sequentialRun) stretch(tasks []int32) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = caught(v)
		}
	}()
	c, trace := &r.call, r.job.Trace
	c.enter(r.ctx, r.job.Targets, nil)
	for n < len(tasks) && !r.halted() {
		i := tasks[n]
		n++
		if r.nodes[i].phase != queued {
			continue // given up because of a failure
		}
		r.begin(i)
		if trace != nil {
			trace.add(i, Start, -1)
		}
		c.begin(&r.dag.tasks[i])
		if err := c.run(); err != nil {
			return n, err
		}
		if trace != nil {
			trace.end(i, nil)
		}
		r.running--
		r.finish(i)
	}
	return n, nil
}

// walk runs what the task needs, then the task. The state's FIFO fills up
// unread: it is depth first here.
func (r *sequentialRun) walk(task int32) {
	r.walked[task] = true
	path := append(make([]place, 0, 8), place{task, 0})
	for len(path) > 0 && !r.stopping() {
		top := &path[len(path)-1]
		if deps := r.dag.tasks[top.task].deps; int(top.dep) < len(deps) {
			dep := deps[top.dep]
			top.dep++
			if !r.walked[dep] && r.nodes[dep].phase != unknown {
				r.walked[dep] = true
				path = append(path, place{dep, 0})
			}
			continue
		}
		i := top.task
		path = path[:len(path)-1]
		if r.nodes[i].phase == queued {
			r.run(i)
		}
	}
}

func (r *sequentialRun) run(i int32) {
	t := &r.dag.tasks[i]
	r.begin(i)
	r.job.Trace.add(i, Start, -1)
	c := &r.call
	if len(t.rounds) == 0 {
		c.enter(r.ctx, r.job.Targets, nil)
	} else {
		c = new(Call) // others run while this one waits
		c.enter(r.ctx, r.job.Targets, inPlace{r, i})
	}
	err := c.execute(t)
	r.job.Trace.end(i, err)
	if err != ErrStopped {
		r.running--
		r.end(i, err)
	}
}

// inPlace is the host of a body that asks.
type inPlace struct {
	*sequentialRun
	task int32
}

func (p inPlace) ask(round int) error { return p.request(p.task, round) }

func (p inPlace) await(ctx context.Context, wait func(context.Context) error) error { return wait(ctx) }

func (r *sequentialRun) request(i int32, round int) error {
	r.job.Trace.add(i, Suspend, round)
	r.look(r.dag.tasks[i].rounds[round]...)
	if !r.ask(i, round, r.dag.tasks[i].rounds[round]) {
		r.running--
		for _, t := range r.dag.tasks[i].rounds[round] {
			if !r.walked[t] {
				r.walk(t)
			}
		}
		if r.stopping() || r.nodes[i].phase != queued {
			return ErrStopped
		}
		r.begin(i)
	}
	r.job.Trace.add(i, Resume, -1)
	return nil
}

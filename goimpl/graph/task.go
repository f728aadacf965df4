package graph

import (
	"context"
	"errors"
	"runtime/debug"
	"time"
)

// A task is one execution of a node in a superstep.
type task struct {
	run    *run
	node   *node
	in     State
	upd    Update
	err    error
	skip   bool            // the run was cancelled before the task started
	copies int             // of the state, made for the node
	ctx    context.Context // only while the task is with a worker
	note   *note           // nil unless something of it is wanted
}

// A note is what few runs want to know of a task.
type note struct {
	inner   size          // executed by the node if it is a subgraph
	start   time.Time     // if the run is traced
	took    time.Duration // likewise
	changed []string      // names of the fields its update changes, if the run reports that
	to      []string      // what it triggered, likewise
}

var errExit = errors.New("the node ended its goroutine with runtime.Goexit")

// execute runs the node; whatever happens ends up in t.err.
func (t *task) execute(ctx context.Context) {
	t.upd.reset()
	t.err, t.skip, t.copies = nil, false, 0
	returned := false
	defer func() {
		if returned {
			return
		}
		if v := recover(); v != nil {
			t.err = &PanicError{v, debug.Stack()}
			return
		}
		t.err = errExit
	}()
	if t.run.opts.CopyState {
		t.in = t.in.Clone()
		t.copies++
	}
	if fn := t.node.fn; fn != nil {
		t.err = fn(ctx, t.in, &t.upd)
	} else {
		t.err = t.enter(ctx)
	}
	returned = true
}

// perform executes the task, on the clock if the run is traced.
func (t *task) perform(ctx context.Context) {
	if t.note == nil || t.run.opts.Tracer == nil {
		t.execute(ctx)
		return
	}
	t.executeTimed(ctx)
}

func (t *task) executeTimed(ctx context.Context) {
	t.note.start = time.Now()
	defer func() { t.note.took = time.Since(t.note.start) }()
	t.execute(ctx)
}

// cancel takes the place of execute once the run is cancelled.
func (t *task) cancel(ctx context.Context) {
	t.upd.reset()
	t.err, t.skip, t.copies = context.Cause(ctx), true, 0
}

// onWorker runs the task on a worker and tells the coordinator when it was the
// last of its superstep.
func (t *task) onWorker() {
	r, ctx := t.run, t.ctx
	t.ctx = nil
	defer func() {
		if r.left.Add(-1) == 0 {
			r.idle <- struct{}{}
		}
	}()
	if ctx.Err() != nil {
		t.cancel(ctx)
		return
	}
	t.perform(ctx)
}

// tally adds up what tasks noted for themselves, on whatever goroutine.
func (r *run) tally() {
	for i := range r.tasks {
		t := &r.tasks[i]
		r.count.StateCopies += int64(t.copies)
		r.count.SubNodes += t.note.inner.nodes
		r.count.SubSupersteps += t.note.inner.supersteps
	}
	if r.opts.Tracer != nil {
		r.traceTasks()
	}
}

// execute runs the superstep's tasks and waits for all of them.
func (r *run) execute(ctx context.Context) {
	if len(r.tasks) == 1 || r.runner == nil || r.runner.workers == 0 {
		for i := range r.tasks {
			t := &r.tasks[i]
			if i > 0 && ctx.Err() != nil {
				t.cancel(ctx)
				continue
			}
			if r.plain {
				t.execute(ctx)
			} else {
				t.perform(ctx)
			}
		}
		return
	}
	r.left.Store(int64(len(r.tasks)))
	for i := range r.tasks {
		r.tasks[i].ctx = ctx
		r.runner.queue <- &r.tasks[i]
	}
	<-r.idle
}

// failure is what nodes did wrong on their own: the first that failed; if none
// did, the first that wrote to an undeclared field; if none did, the first that
// wrote although it is read-only.
func (r *run) failure() error {
	var worst *Error
	for i := range r.tasks {
		t := &r.tasks[i]
		if t.skip {
			r.count.Nodes-- // cancelled before it ran
		}
		if t.err == nil && !t.upd.isBad && t.upd.misfit == nil && !t.node.readOnly() {
			continue
		}
		if e := t.failure(); e != nil && (worst == nil || severity(e.Kind) > severity(worst.Kind)) {
			worst = e
		}
	}
	if worst == nil {
		return nil
	}
	return worst
}

func severity(k Kind) int {
	switch k {
	case ReadOnlyViolation:
		return 1
	case UnknownField:
		return 2
	}
	return 3 // NodeFailed, Cancelled
}

func (t *task) failure() *Error {
	e := &Error{Node: t.node.name, Step: t.run.step, Err: t.err}
	switch {
	case t.skip:
		e.Kind = Cancelled
	case t.upd.misfit != nil && (t.err == nil || errors.Is(t.err, t.upd.misfit)):
		e.Kind, e.Field, e.Detail, e.Err = NodeFailed, t.upd.misfit.Field, t.upd.misfit.Detail, t.upd.misfit.Err
	case t.err != nil && !t.isUnknownField():
		e.Kind = NodeFailed
	case t.upd.isBad:
		e.Kind, e.Field, e.Err = UnknownField, t.upd.unknown, nil
	case t.node.readOnly() && t.upd.any:
		e.Kind = ReadOnlyViolation
	default:
		return nil
	}
	return e
}

// isUnknownField reports whether the node only handed on what Put returned.
func (t *task) isUnknownField() bool {
	var e *Error
	return t.upd.isBad && errors.As(t.err, &e) && e.Kind == UnknownField
}

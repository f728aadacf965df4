package graph

import (
	"context"
	"errors"
	"iter"

	"xbench/goimpl/cj"
)

// A Mode says what a run emits.
type Mode string

const (
	Silent  Mode = ""        // nothing
	Values  Mode = "values"  // the state after the input and after each superstep that wrote something
	Updates Mode = "updates" // the update of each task, after the barrier, in task order
	Events  Mode = "events"  // node_start before, node_end after the barrier, in task order
)

// Types of an Event of mode Events.
const (
	NodeStart = "node_start"
	NodeEnd   = "node_end"
)

// An Event is one thing a run emits. What it holds may be kept.
type Event struct {
	Mode   Mode
	Step   int
	Node   string  // modes updates and events
	Type   string  // mode events
	State  State   // mode values
	Update *Update // mode updates
}

// AppendCJ appends the event as canonical JSON.
func (e Event) AppendCJ(dst []byte) ([]byte, error) {
	m := map[string]any{"mode": string(e.Mode), "step": e.Step}
	switch e.Mode {
	case Values:
		m["state"] = e.State
	case Updates:
		m["node"], m["update"] = e.Node, e.Update
	case Events:
		m["node"], m["type"] = e.Node, e.Type
	}
	return cj.Append(dst, m)
}

// ErrStop, returned by Options.Emit, ends the run; Invoke returns it.
var ErrStop = errors.New("graph: stopped by the receiver of events")

// A Stream is a run whose events are taken one by one.
type Stream struct {
	ctx    context.Context
	runner *Runner
	plan   *Plan
	input  State
	opts   Options

	result Result
	err    error
}

// Stream prepares a run; ranging over its Events executes it.
func (r *Runner) Stream(ctx context.Context, p *Plan, input State, mode Mode, opts Options) *Stream {
	opts.Mode = mode
	return &Stream{ctx: ctx, runner: r, plan: p, input: input, opts: opts}
}

// Events runs the graph and yields what it emits. Leaving the loop ends the
// run after the superstep it is in. Each call runs anew.
func (s *Stream) Events() iter.Seq[Event] {
	return func(yield func(Event) bool) {
		opts := s.opts
		opts.Emit = func(e Event) error {
			if !yield(e) {
				return ErrStop
			}
			return nil
		}
		s.result, s.err = s.runner.Invoke(s.ctx, s.plan, s.input, opts)
	}
}

// Result returns the outcome of the run, once the loop over Events has ended.
func (s *Stream) Result() (Result, error) { return s.result, s.err }

func (r *run) emit(e Event) error {
	e.Mode, e.Step = r.opts.Mode, r.step
	r.count.Events++
	if r.opts.Emit == nil {
		return nil
	}
	return r.opts.Emit(e)
}

// emitState emits a snapshot of the state.
func (r *run) emitState() error { return r.emit(Event{State: r.snapshot()}) }

// emitStarts comes before the superstep's tasks run.
func (r *run) emitStarts() error {
	if r.opts.Mode != Events {
		return nil
	}
	for i := range r.tasks {
		if err := r.emit(Event{Node: r.tasks[i].node.name, Type: NodeStart}); err != nil {
			return err
		}
	}
	return nil
}

// emitStep comes when the superstep's updates have been applied.
func (r *run) emitStep() error {
	wrote := false
	for i := range r.tasks {
		t := &r.tasks[i]
		wrote = wrote || t.upd.any
		var err error
		switch r.opts.Mode {
		case Updates:
			err = r.emit(Event{Node: t.node.name, Update: t.upd.copy()})
		case Events:
			err = r.emit(Event{Node: t.node.name, Type: NodeEnd})
		}
		if err != nil {
			return err
		}
	}
	if r.opts.Mode == Values && wrote {
		return r.emitState()
	}
	return nil
}

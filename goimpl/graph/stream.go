package graph

import (
	"context"
	"errors"
	"iter"
)

// ErrStop, returned by Options.Emit, ends the run; Invoke returns it.
var ErrStop = errors.New("graph: stopped by the receiver of events")

// A Stream is a run whose events are taken one by one.
type Stream struct {
	run  func(emit func(Event) error) (Result, error)
	res  Result
	err  error
	over bool
}

// Stream prepares a run; ranging over its Events executes it.
func (r *Runner) Stream(ctx context.Context, p *Plan, input State, mode Mode, opts Options) *Stream {
	return &Stream{run: func(emit func(Event) error) (Result, error) {
		opts.Mode, opts.Emit = mode, emit
		return r.Invoke(ctx, p, input, opts)
	}}
}

// Events runs the graph, on the goroutine of the loop, and yields what it
// emits. If the run fails its error comes last, with no event. Leaving the
// loop ends the run before the next superstep. Of a superstep whose events
// after the barrier one was left at no checkpoint is stored, though its nodes
// have run: resumed from Latest they run again. Each call runs anew.
//
//	stream := runner.Stream(ctx, plan, input, graph.Updates, graph.Options{})
//	for event, err := range stream.Events() {
//		if err != nil {
//			return err
//		}
//		fmt.Println(event.Node)
//	}
//	result, err := stream.Result()
func (s *Stream) Events() iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		left := false
		s.res, s.err, s.over = Result{}, nil, false
		s.res, s.err = s.run(func(e Event) error {
			if !yield(e, nil) {
				left = true
				return ErrStop
			}
			return nil
		})
		s.over = true
		if s.err != nil && !left {
			yield(Event{}, s.err)
		}
	}
}

var errNotRun = errors.New("graph: the stream has not been run: range over its Events first")

// Result returns the outcome of the run, once the loop over Events has ended:
// the final state and the counters, or the error, which is ErrStop if the
// loop was left early.
func (s *Stream) Result() (Result, error) {
	if !s.over {
		return Result{}, errNotRun
	}
	return s.res, s.err
}

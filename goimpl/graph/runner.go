package graph

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// A Runner runs plans. It owns the goroutines that execute the nodes of a
// superstep; any number of runs may share it. The zero Runner has none and
// runs all nodes on the goroutine that calls Invoke, which is the fastest way
// where nodes take less than about a microsecond.
//
// A node must not invoke a graph on the Runner that runs it: with every worker
// waiting for another none would be left. Give it a Runner of its own.
type Runner struct {
	workers int
	queue   chan *task
	done    sync.WaitGroup
}

// NewRunner starts a runner with so many workers. With none, or for a
// superstep of one node, nodes run on the caller's goroutine.
func NewRunner(workers int) *Runner {
	r := &Runner{workers: max(workers, 0)}
	if r.workers == 0 {
		return r
	}
	// Room for a usual fan-out, so that the coordinator need not wait for a
	// worker for each task that it hands over.
	r.queue = make(chan *task, 64)
	r.done.Add(r.workers)
	for range r.workers {
		go r.work()
	}
	return r
}

// Close ends the workers and waits for them. All runs must have returned.
func (r *Runner) Close() {
	if r.queue != nil {
		close(r.queue)
		r.done.Wait()
		r.queue, r.workers = nil, 0
	}
}

func (r *Runner) work() {
	finished := false
	defer func() {
		if !finished { // a node called runtime.Goexit: the worker is lost, not its place
			go r.work()
			return
		}
		r.done.Done()
	}()
	for t := range r.queue {
		t.onWorker()
	}
	finished = true
}

// Options say how to run a plan. The zero value asks for the defaults.
type Options struct {
	// Limit is the most supersteps a run may take. Zero means 25.
	Limit int
	// CopyState gives each node a deep copy of the state (see Clone for what
	// that is), instead of a view of it that the node must not change. Types
	// that Clone copies by reflection should implement Cloner where it matters.
	CopyState bool

	// Checkpoints stores checkpoints; nil stores none.
	Checkpoints Checkpointer
	Durability  Durability
	Thread      string // of the checkpoints; empty means t0

	// Mode says what to hand to Emit, which is called on the goroutine that
	// called Invoke. Its error ends the run and is returned as it is. Without
	// Emit events are made and counted, and handed to nobody.
	Mode Mode
	Emit func(Event) error

	// Tracer is told how long things took; nil costs nothing.
	Tracer Tracer
}

// fault is the first option that has no meaning.
func (o *Options) fault() error {
	if o.Mode == Silent && uint(o.Durability) <= uint(OnExit) && o.Limit >= 0 {
		return nil // as most are
	}
	return o.findFault()
}

func (o *Options) findFault() error {
	switch o.Mode {
	case Silent, Values, Updates, Events, Callbacks:
	default:
		modes := []string{string(Callbacks), string(Events), string(Updates), string(Values)}
		return &Error{Kind: BadOptions, Detail: fmt.Sprintf("mode %q: want none or one of %s%s", o.Mode, some(modes), suggest(string(o.Mode), modes))}
	}
	if o.Durability != EveryStep && o.Durability != OnExit {
		return &Error{Kind: BadOptions, Detail: fmt.Sprintf("durability %d: want EveryStep (%d) or OnExit (%d)", o.Durability, EveryStep, OnExit)}
	}
	if o.Limit < 0 {
		return &Error{Kind: BadOptions, Detail: fmt.Sprintf("limit %d: want a number of supersteps, or 0 for %d", o.Limit, defaultLimit)}
	}
	return nil
}

// Counters say what a run did.
type Counters struct {
	Nodes           int64 // node executions
	Supersteps      int64
	Routes          int64 // router calls
	Checkpoints     int64
	CheckpointBytes int64
	Events          int64
	StateCopies     int64
	Spans           int64 // handed to the tracer
	SubNodes        int64 // node executions inside subgraphs, at any depth
	SubSupersteps   int64 // likewise
}

// A Result is the outcome of a run. After an error it has no State.
type Result struct {
	State    State
	Counters Counters
}

// Invoke runs a plan from the given state, which must be of the plan's schema
// (or of one that declares the same fields in the same order), until no node
// is pending. A run that ends in an error, an *Error but for the error of
// Emit, still reports its counters. Cancelling ctx ends the run before the
// next superstep and keeps nodes that have not started from starting; Invoke
// always waits for those that have.
func (r *Runner) Invoke(ctx context.Context, p *Plan, input State, opts Options) (Result, error) {
	if err := opts.fault(); err != nil {
		return Result{}, err
	}
	if input.schema != p.schema { // a compiled schema has no fault
		if err := p.schema.inputFault(input); err != nil {
			return Result{}, err
		}
	}
	run := p.newRun(r, opts)
	return run.finish(run.loop(ctx, input))
}

// finish ends the run and returns its outcome.
func (r *run) finish(err error) (Result, error) {
	if r.opts.Tracer != nil {
		r.trace(Span{Kind: RunSpan, Name: r.thread(), Step: r.step, Start: r.began, Duration: time.Since(r.began), Err: err})
	}
	res := Result{Counters: r.count}
	if err == nil {
		res.State = r.final()
	}
	r.release()
	return res, err
}

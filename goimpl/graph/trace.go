package graph

import (
	"slices"
	"sync"
	"time"
)

// A SpanKind says what a Span timed.
type SpanKind string

const (
	RunSpan        SpanKind = "run"        // named by the thread
	NodeSpan       SpanKind = "node"       // named by the node
	CheckpointSpan SpanKind = "checkpoint" // named by the checkpoint's id
)

// A Span says when something happened and how long it took.
type Span struct {
	Kind     SpanKind
	Name     string
	Step     int // the superstep; of a run the last
	Start    time.Time
	Duration time.Duration
	Err      error // nil if it succeeded
}

// A Tracer is told of every node execution and every checkpoint of a run, and
// at its end of the run itself. Calls come one at a time from the goroutine
// that called Invoke, those for the nodes of a superstep after it, in task
// order; runs that share a tracer call it concurrently.
type Tracer interface {
	Span(Span)
}

// A Collector is a Tracer that keeps the spans in memory. The zero Collector
// is empty and ready; it is safe for concurrent use.
type Collector struct {
	mu    sync.Mutex
	spans []Span
}

// Span keeps s.
func (c *Collector) Span(s Span) {
	c.mu.Lock()
	c.spans = append(c.spans, s)
	c.mu.Unlock()
}

// Spans returns what was collected, in the order of arrival.
func (c *Collector) Spans() []Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.spans)
}

// Reset forgets the spans and keeps their room.
func (c *Collector) Reset() {
	c.mu.Lock()
	clear(c.spans)
	c.spans = c.spans[:0]
	c.mu.Unlock()
}

func (r *run) trace(s Span) {
	r.count.Spans++
	r.opts.Tracer.Span(s)
}

// traceTasks reports the nodes that ran in this superstep.
func (r *run) traceTasks() {
	for i := range r.tasks {
		t := &r.tasks[i]
		if t.skip {
			continue
		}
		r.trace(Span{Kind: NodeSpan, Name: t.node.name, Step: r.step, Start: t.note.start, Duration: t.note.took, Err: t.err})
	}
}

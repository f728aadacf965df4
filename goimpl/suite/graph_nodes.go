package suite

import (
	"context"
	"strconv"
	"time"

	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

// Bodies format their texts when they run, in Python as here: that is part of
// the work, and a text made beforehand on one side only would be a head start.

// runs makes a case of what a scenario says there is to run.
func runs(scenario func(sdk.Params) workload) func(sdk.Params) (sdk.Case, error) {
	return func(p sdk.Params) (sdk.Case, error) { return newGraphCase(base(p, scenario(p))) }
}

// base fills in what the knobs say about every executing workload.
func base(p sdk.Params, w workload) workload {
	w.options.CopyState = p.Str("isolation") == "copy"
	if compile, ok := p["compile"]; ok {
		w.compileInside = compile == "inside"
	}
	if _, ok := p["workers"]; ok {
		w.workers = p.Int("workers")
	}
	if durability, ok := p["durability"]; ok {
		w.store = memoryStore
		if durability == "exit" {
			w.options.Durability = graph.OnExit
		}
	}
	if fsync, ok := p["fsync"]; ok {
		w.store, w.fsync = fileStore, fsync == true
	}
	return w
}

// limit is the recursion limit of a run that needs n supersteps.
func limit(n int) graph.Options { return graph.Options{Limit: max(25, n)} }

// work is a run over the complex state, on the input that the knobs ask for.
func (d complexState) work(p sdk.Params, supersteps int, build func() *graph.Builder) workload {
	payload, counter := p.Int("payload"), 0
	if _, ok := p["counter0"]; ok {
		counter = p.Int("counter0")
	}
	return workload{
		build:   build,
		input:   func(nonce uint64) graph.State { return d.input(nonce, payload, counter) },
		options: limit(supersteps),
	}
}

// A saying writes what a node has to say of itself, given its number.
type saying func(out *graph.Update, i int)

// complexChain is a chain over the complex state, its nodes counted from
// first: each adds one to the counter and says its piece.
func complexChain(p sdk.Params, first int, speak func(d complexState) saying) workload {
	n := p.Int("nodes")
	d := declareComplex()
	say := speak(d)
	names, bodies := chainNames("node", first, n), make([]graph.NodeFunc, n)
	for k := range bodies {
		i := first + k
		bodies[k] = func(_ context.Context, s graph.State, out *graph.Update) error {
			d.counter.Set(out, d.counter.Get(s)+1)
			say(out, i)
			return nil
		}
	}
	return d.work(p, n, func() *graph.Builder { return buildChain(graph.New(declareComplex().schema), names, bodies) })
}

// itemised says "Node {i}{doing}" and sets meta entries node{i}_item{j}.
func itemised(doing string, meta int) func(complexState) saying {
	return func(d complexState) saying {
		return func(out *graph.Update, i int) {
			d.messages.Add(out, "Node "+strconv.Itoa(i)+doing)
			for j := range meta {
				d.metadata.Put(out, "node"+strconv.Itoa(i)+"_item"+strconv.Itoa(j), "value")
			}
		}
	}
}

// chainNames counts n names from first.
func chainNames(prefix string, first, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = prefix + strconv.Itoa(first+i)
	}
	return names
}

// buildChain adds the nodes one after the other, the last before the end.
func buildChain(b *graph.Builder, names []string, bodies []graph.NodeFunc) *graph.Builder {
	for i, name := range names {
		b.Node(name, bodies[i])
		if i > 0 {
			b.Edge(names[i-1], name)
		}
	}
	b.Edge(names[len(names)-1], graph.End)
	b.Entry(names[0])
	return b
}

// say is a node that adds a message.
func (d complexState) say(text string) graph.NodeFunc {
	return func(_ context.Context, _ graph.State, out *graph.Update) error {
		d.messages.Add(out, text)
		return nil
	}
}

func (d complexState) setStatus(status string) graph.NodeFunc {
	return func(_ context.Context, _ graph.State, out *graph.Update) error {
		d.status.Set(out, status)
		return nil
	}
}

// floorMod is the remainder that is never negative, as in Python.
func floorMod(a, n int) int { return ((a % n) + n) % n }

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// A slowNode is a node that stands for a service: it waits before it works.
type slowNode struct{ delay time.Duration }

func latency(p sdk.Params) slowNode {
	return slowNode{time.Duration(p.Int("latency_ms")) * time.Millisecond}
}

// of returns fn with the wait before it.
func (s slowNode) of(fn graph.NodeFunc) graph.NodeFunc {
	if s.delay == 0 {
		return fn
	}
	return func(ctx context.Context, in graph.State, out *graph.Update) error {
		t := time.NewTimer(s.delay)
		defer t.Stop()
		select {
		case <-t.C:
			return fn(ctx, in, out)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// A fan is a source, workers side by side, and a collector.
type fan struct {
	source, collector string
	start, collect    graph.NodeFunc
	names             []string
	workers           []graph.NodeFunc
}

func (f fan) build(schema *graph.Schema) *graph.Builder {
	b := graph.New(schema)
	b.Node(f.source, f.start)
	b.Node(f.collector, f.collect)
	for i, name := range f.names {
		b.Node(name, f.workers[i])
		b.Edge(f.source, name)
		b.Edge(name, f.collector)
	}
	b.Edge(f.collector, graph.End)
	b.Entry(f.source)
	return b
}

// fanned is a run of a fan over the complex state.
func (d complexState) fanned(p sdk.Params, f fan) workload {
	return d.work(p, 3, func() *graph.Builder { return f.build(declareComplex().schema) })
}

// fanWorkers makes the workers of a fan, as wide as the knobs have it, their
// numbers counted from first. Each waits before it works.
func fanWorkers(p sdk.Params, first int, work saying) []graph.NodeFunc {
	slow := latency(p)
	bodies := make([]graph.NodeFunc, p.Int("width"))
	for i := range bodies {
		bodies[i] = slow.of(func(_ context.Context, _ graph.State, out *graph.Update) error {
			work(out, first+i)
			return nil
		})
	}
	return bodies
}

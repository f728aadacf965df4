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

// base fills in what the knobs say about every executing workload.
func base(p sdk.Params, w workload) workload {
	w.compileInside = p.Str("compile") == "inside"
	w.options.CopyState = p.Str("isolation") == "copy"
	if _, ok := p["workers"]; ok {
		w.workers = p.Int("workers")
	}
	if _, ok := p["durability"]; ok {
		w.checkpoints = true
		if p.Str("durability") == "exit" {
			w.options.Durability = graph.OnExit
		}
	}
	return w
}

// limit is the recursion limit of a run that needs n supersteps.
func limit(n int) graph.Options { return graph.Options{Limit: max(25, n)} }

func sequentialSimple(p sdk.Params) (sdk.Case, error) {
	n, payload := p.Int("nodes"), p.Int("payload")
	d := declareSimple()
	names, bodies := chainNames("node", 1, n), make([]graph.NodeFunc, n)
	for i := range bodies {
		bodies[i] = func(_ context.Context, s graph.State, out *graph.Update) error {
			d.counter.Set(out, d.counter.Get(s)+1)
			d.data.Set(out, d.data.Get(s)+"node"+strconv.Itoa(i+1)+" ")
			return nil
		}
	}
	return newGraphCase(base(p, workload{
		build:   func() *graph.Builder { return buildChain(graph.New(declareSimple().schema), names, bodies) },
		input:   func(nonce uint64) graph.State { return d.input(nonce, payload) },
		options: limit(n),
	}))
}

// A saying writes what a node has to say of itself, given its number.
type saying func(out *graph.Update, i int)

// complexChain is a chain over the complex state, its nodes counted from
// first: each adds one to the counter and says its piece.
func complexChain(p sdk.Params, first int, speak func(d complexState) saying) (sdk.Case, error) {
	n, payload := p.Int("nodes"), p.Int("payload")
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
	return newGraphCase(base(p, workload{
		build:   func() *graph.Builder { return buildChain(graph.New(declareComplex().schema), names, bodies) },
		input:   func(nonce uint64) graph.State { return d.input(nonce, payload, 0) },
		options: limit(n),
	}))
}

func sequentialComplex(p sdk.Params) (sdk.Case, error) {
	return complexChain(p, 0, func(d complexState) saying {
		return func(out *graph.Update, i int) {
			d.messages.Add(out, "Processed by node"+strconv.Itoa(i))
			d.metadata.Put(out, "step"+strconv.Itoa(i), "completed")
		}
	})
}

func sequentialStress(p sdk.Params) (sdk.Case, error) {
	return complexChain(p, 0, itemised("processing", p.Int("meta")))
}

func checkpointChain(p sdk.Params) (sdk.Case, error) {
	return complexChain(p, 1, itemised("completed", p.Int("meta")))
}

// itemised says "Node {i} {doing}" and sets meta entries node{i}_item{j}.
func itemised(doing string, meta int) func(complexState) saying {
	return func(d complexState) saying {
		return func(out *graph.Update, i int) {
			d.messages.Add(out, "Node "+strconv.Itoa(i)+" "+doing)
			for j := range meta {
				d.metadata.Put(out, "node"+strconv.Itoa(i)+"_item"+strconv.Itoa(j), "value")
			}
		}
	}
}

func binaryConditional(p sdk.Params) (sdk.Case, error) {
	d := declareComplex()
	start := func(_ context.Context, s graph.State, out *graph.Update) error {
		c := d.counter.Get(s) + 1
		d.counter.Set(out, c)
		d.next.Set(out, pick(c%2 == 0, "even", "odd"))
		return nil
	}
	say := func(text string) graph.NodeFunc {
		return func(_ context.Context, _ graph.State, out *graph.Update) error {
			d.messages.Add(out, text)
			return nil
		}
	}
	even, odd := say("Even path"), say("Odd path")
	return d.routed(p, limit(0), func() *graph.Builder {
		b := graph.New(declareComplex().schema)
		b.Node("start", start)
		b.Node("even", even)
		b.Node("odd", odd)
		b.Branch("start", d.next.Get, map[string]string{"even": "even", "odd": "odd"})
		b.Edge("even", graph.End)
		b.Edge("odd", graph.End)
		b.Entry("start")
		return b
	})
}

func (d complexState) routed(p sdk.Params, o graph.Options, build func() *graph.Builder) (sdk.Case, error) {
	payload, counter := p.Int("payload"), p.Int("counter0")
	return newGraphCase(base(p, workload{
		build:   build,
		input:   func(nonce uint64) graph.State { return d.input(nonce, payload, counter) },
		options: o,
	}))
}

func loop(p sdk.Params) (sdk.Case, error) {
	d, rounds := declareComplex(), p.Int("iterations")
	processor := func(_ context.Context, s graph.State, out *graph.Update) error {
		c := d.counter.Get(s) + 1
		d.counter.Set(out, c)
		d.messages.Add(out, "Iteration "+strconv.Itoa(c))
		d.next.Set(out, pick(c >= rounds, "end", "continue"))
		return nil
	}
	return d.routed(p, limit(rounds), func() *graph.Builder {
		b := graph.New(declareComplex().schema)
		b.Node("processor", processor)
		b.Branch("processor", d.next.Get, map[string]string{"continue": "processor", "end": graph.End})
		b.Entry("processor")
		return b
	})
}

func multiBranch(p sdk.Params) (sdk.Case, error) {
	d := declareComplex()
	names := [...]string{"route_a", "route_b", "route_c", "route_d"}
	router := func(_ context.Context, s graph.State, out *graph.Update) error {
		c := d.counter.Get(s) + 1
		d.counter.Set(out, c)
		d.next.Set(out, names[((c%4)+4)%4]) // floored, as in Python
		return nil
	}
	var bodies [4]graph.NodeFunc
	for i, name := range names {
		bodies[i] = func(_ context.Context, _ graph.State, out *graph.Update) error {
			d.messages.Add(out, "Processed by "+name)
			return nil
		}
	}
	return d.routed(p, limit(0), func() *graph.Builder {
		b := graph.New(declareComplex().schema)
		b.Node("router", router)
		routes := make(map[string]string, len(names))
		for i, name := range names {
			b.Node(name, bodies[i])
			b.Edge(name, graph.End)
			routes[name] = name
		}
		b.Branch("router", d.next.Get, routes)
		b.Entry("router")
		return b
	})
}

// wait is what a node does that stands for a slow service.
func wait(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// A fan is a source, workers side by side, and a collector.
type fan struct {
	source, collector string
	start, collect    graph.NodeFunc
	workers           []graph.NodeFunc
}

func (f fan) build(names []string) *graph.Builder {
	b := graph.New(declareComplex().schema)
	b.Node(f.source, f.start)
	b.Node(f.collector, f.collect)
	for i, name := range names {
		b.Node(name, f.workers[i])
		b.Edge(f.source, name)
		b.Edge(name, f.collector)
	}
	b.Edge(f.collector, graph.End)
	b.Entry(f.source)
	return b
}

func (d complexState) fanned(p sdk.Params, f fan) (sdk.Case, error) {
	names, payload := chainNames("worker", 1, len(f.workers)), p.Int("payload")
	return newGraphCase(base(p, workload{
		build: func() *graph.Builder { return f.build(names) },
		input: func(nonce uint64) graph.State { return d.input(nonce, payload, 0) },
	}))
}

// workersOf makes the bodies of a fan's workers; each waits before it works.
func workersOf(p sdk.Params, work saying) []graph.NodeFunc {
	delay := time.Duration(p.Int("latency_ms")) * time.Millisecond
	bodies := make([]graph.NodeFunc, p.Int("width"))
	for i := range bodies {
		bodies[i] = func(ctx context.Context, _ graph.State, out *graph.Update) error {
			if err := wait(ctx, delay); err != nil {
				return err
			}
			work(out, i+1)
			return nil
		}
	}
	return bodies
}

// begin is the body of a fan's source.
func (d complexState) begin(status string) graph.NodeFunc {
	return func(_ context.Context, _ graph.State, out *graph.Update) error {
		d.counter.Set(out, 0)
		d.status.Set(out, status)
		return nil
	}
}

func (d complexState) setStatus(status string) graph.NodeFunc {
	return func(_ context.Context, _ graph.State, out *graph.Update) error {
		d.status.Set(out, status)
		return nil
	}
}

func fanOut(p sdk.Params) (sdk.Case, error) {
	d := declareComplex()
	return d.fanned(p, d.plainFan(p))
}

func (d complexState) plainFan(p sdk.Params) fan {
	return fan{
		source: "start", collector: "collect",
		start: d.begin("distributing"),
		workers: workersOf(p, func(out *graph.Update, i int) {
			d.messages.Add(out, "Worker "+strconv.Itoa(i)+" processing")
			d.metadata.Put(out, "worker"+strconv.Itoa(i)+"_result", "completed")
		}),
		collect: func(_ context.Context, s graph.State, out *graph.Update) error {
			d.status.Set(out, "collected")
			d.counter.Set(out, d.metadata.Get(s).Len())
			return nil
		},
	}
}

func fanOutHeavy(p sdk.Params) (sdk.Case, error) {
	d, count := declareComplex(), p.Int("items")
	return d.fanned(p, fan{
		source: "dispatcher", collector: "aggregator",
		start: d.begin("dispatching"),
		workers: workersOf(p, func(out *graph.Update, i int) {
			d.messages.Add(out, "Worker "+strconv.Itoa(i)+" started", "Worker "+strconv.Itoa(i)+" completed")
			for j := range count {
				d.metadata.Put(out, "worker"+strconv.Itoa(i)+"_item"+strconv.Itoa(j), "result_"+strconv.Itoa(j))
			}
		}),
		collect: func(_ context.Context, s graph.State, out *graph.Update) error {
			d.status.Set(out, "aggregated")
			d.counter.Set(out, d.messages.Len(s))
			return nil
		},
	})
}

func twoStage(p sdk.Params) (sdk.Case, error) {
	d, stages, payload := declareComplex(), p.Int("stages"), p.Int("payload")
	type stage struct {
		source string
		start  graph.NodeFunc
		names  []string
		bodies []graph.NodeFunc
	}
	all := make([]stage, stages)
	for k := range all {
		name := "stage" + strconv.Itoa(k+1)
		all[k] = stage{
			source: name + "_start",
			start:  d.setStatus(name),
			names:  chainNames(name+"_proc", 1, p.Int("width")),
			bodies: workersOf(p, func(out *graph.Update, i int) {
				d.metadata.Put(out, "stage"+strconv.Itoa(k+1)+"_"+strconv.Itoa(i), "done")
			}),
		}
	}
	final := d.setStatus("complete")
	build := func() *graph.Builder {
		b := graph.New(declareComplex().schema)
		for k, s := range all {
			next := "final"
			if k+1 < stages {
				next = all[k+1].source
			}
			b.Node(s.source, s.start)
			for i, name := range s.names {
				b.Node(name, s.bodies[i])
				b.Edge(s.source, name)
				b.Edge(name, next)
			}
		}
		b.Node("final", final)
		b.Edge("final", graph.End)
		b.Entry(all[0].source)
		return b
	}
	return newGraphCase(base(p, workload{
		build:   build,
		input:   func(nonce uint64) graph.State { return d.input(nonce, payload, 0) },
		options: limit(2*stages + 1),
	}))
}

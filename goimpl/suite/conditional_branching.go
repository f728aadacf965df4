package suite

import (
	"context"
	"strconv"

	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

func branchingBenchmarks() []sdk.Benchmark {
	return []sdk.Benchmark{
		benchmark("conditional_branching/binary_conditional", "one branch, two ways",
			executing(knob("payload", 0), knob("counter0", 0)), runs(binaryConditional)),
		benchmark("conditional_branching/loop_with_exit_condition", "a node that routes back to itself until it is done",
			executing(knob("iterations", 5), knob("payload", 0), knob("counter0", 0)), runs(loop)),
		benchmark("conditional_branching/multi_branch_4_routes", "one branch, four ways",
			executing(knob("payload", 0), knob("counter0", 0)), runs(multiBranch)),
	}
}

func binaryConditional(p sdk.Params) workload {
	d := declareComplex()
	start := func(_ context.Context, s graph.State, out *graph.Update) error {
		c := d.counter.Get(s) + 1
		d.counter.Set(out, c)
		d.next.Set(out, pick(c%2 == 0, "even", "odd"))
		return nil
	}
	even, odd := d.say("Even path"), d.say("Odd path")
	return d.work(p, 2, func() *graph.Builder {
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

// loop runs one node until the counter has reached the iterations asked for.
func loop(p sdk.Params) workload {
	d, rounds := declareComplex(), p.Int("iterations")
	processor := func(_ context.Context, s graph.State, out *graph.Update) error {
		c := d.counter.Get(s) + 1
		d.counter.Set(out, c)
		d.messages.Add(out, "Iteration "+strconv.Itoa(c))
		d.next.Set(out, pick(c >= rounds, "end", "continue"))
		return nil
	}
	return d.work(p, rounds-p.Int("counter0"), func() *graph.Builder {
		b := graph.New(declareComplex().schema)
		b.Node("processor", processor)
		b.Branch("processor", d.next.Get, map[string]string{"continue": "processor", "end": graph.End})
		b.Entry("processor")
		return b
	})
}

func multiBranch(p sdk.Params) workload {
	d := declareComplex()
	names := [...]string{"route_a", "route_b", "route_c", "route_d"}
	router := func(_ context.Context, s graph.State, out *graph.Update) error {
		c := d.counter.Get(s) + 1
		d.counter.Set(out, c)
		d.next.Set(out, names[floorMod(c, 4)])
		return nil
	}
	var bodies [4]graph.NodeFunc
	for i, name := range names {
		bodies[i] = func(_ context.Context, _ graph.State, out *graph.Update) error {
			d.messages.Add(out, "Processed by "+name)
			return nil
		}
	}
	return d.work(p, 2, func() *graph.Builder {
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

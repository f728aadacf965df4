package suite

import (
	"context"
	"strconv"

	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

func stressBenchmarks() []sdk.Benchmark {
	return []sdk.Benchmark{
		benchmark("stress_tests/large_graph_100_nodes", "a long chain that adds a message per node",
			executing(knob("nodes", 100), knob("payload", 0)), runs(largeGraph)),
		benchmark("stress_tests/deep_nesting_10_levels", "levels that each route to the next",
			executing(knob("nodes", 10), knob("payload", 0)), runs(deepNesting)),
		benchmark("stress_tests/wide_fanout_50_parallel_branches", "a source, many workers side by side, a collector",
			executing(knob("workers", 4), knob("width", 50), knob("latency_ms", 0), knob("payload", 0)), runs(wideFanOut)),
		benchmark("stress_tests/long_running_100_iterations", "a node that routes back to itself many times",
			executing(knob("iterations", 100), knob("payload", 0), knob("counter0", 0)), runs(loop)),
	}
}

func largeGraph(p sdk.Params) workload { return complexChain(p, 0, itemised("", 0)) }

func deepNesting(p sdk.Params) workload {
	d, n := declareComplex(), p.Int("nodes")
	names, bodies := chainNames("level", 0, n), make([]graph.NodeFunc, n)
	for l := range bodies {
		bodies[l] = func(_ context.Context, s graph.State, out *graph.Update) error {
			d.counter.Set(out, d.counter.Get(s)+1)
			d.messages.Add(out, "Level "+strconv.Itoa(l))
			if l+1 < n {
				d.next.Set(out, "level"+strconv.Itoa(l+1))
			} else {
				d.next.Set(out, "end")
			}
			return nil
		}
	}
	return d.work(p, n, func() *graph.Builder {
		b := graph.New(declareComplex().schema)
		for l, name := range names {
			b.Node(name, bodies[l])
			if l+1 < n {
				b.Branch(name, d.next.Get, map[string]string{names[l+1]: names[l+1]})
			} else {
				b.Branch(name, d.next.Get, map[string]string{"end": graph.End})
			}
		}
		b.Entry(names[0])
		return b
	})
}

func wideFanOut(p sdk.Params) workload {
	d := declareComplex()
	return d.fanned(p, fan{
		source: "start", collector: "collect",
		start:   d.setStatus("distributing"),
		names:   chainNames("worker", 0, p.Int("width")),
		workers: fanWorkers(p, 0, func(out *graph.Update, i int) { d.metadata.Put(out, "worker"+strconv.Itoa(i), "done") }),
		collect: d.countMetadata("collected"),
	})
}

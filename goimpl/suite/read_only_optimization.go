package suite

import (
	"context"
	"strconv"

	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

// readOnlyBenchmarks compare nodes that are known to write nothing with nodes
// that write a little: callbacks say which fields changed, which the engine
// need not find out for the first.
func readOnlyBenchmarks() []sdk.Benchmark {
	params := func(nodes int64) []sdk.Param { return executing(knob("nodes", nodes), knob("payload", 0)) }
	return []sdk.Benchmark{
		benchmark("read_only_optimization/5_read_only_nodes_with_callbacks", "a chain that only looks, watched", params(5), runs(lookOn)),
		benchmark("read_only_optimization/5_mutating_nodes_with_callbacks", "a chain that writes, watched", params(5), runs(mutate)),
		benchmark("read_only_optimization/3_read_only_nodes_large_state", "a chain that only looks at a large state, watched", params(3), runs(lookOnLarge)),
		benchmark("read_only_optimization/3_mutating_nodes_large_state", "a chain that adds to a large state, watched", params(3), runs(mutateLarge)),
	}
}

// watched adds callbacks.
func watched(w workload) workload {
	w.options.Mode = graph.Callbacks
	return w
}

// lookers is a chain of nodes that write nothing.
func lookers(schema *graph.Schema, names []string) *graph.Builder {
	b := graph.New(schema)
	for i, name := range names {
		b.ReadOnly(name, silent)
		if i > 0 {
			b.Edge(names[i-1], name)
		}
	}
	b.Edge(names[len(names)-1], graph.End)
	b.Entry(names[0])
	return b
}

func lookOn(p sdk.Params) workload {
	n := p.Int("nodes")
	names := chainNames("node", 1, n)
	return watched(declareComplex().work(p, n, func() *graph.Builder { return lookers(declareComplex().schema, names) }))
}

func mutate(p sdk.Params) workload {
	return watched(complexChain(p, 1, func(d complexState) saying {
		return func(out *graph.Update, _ int) { d.messages.Add(out, "Mutated") }
	}))
}

func lookOnLarge(p sdk.Params) workload {
	n := p.Int("nodes")
	names := chainNames("node", 1, n)
	return watched(declareLarge().work(p, n, func() *graph.Builder { return lookers(declareLarge().schema, names) }))
}

func mutateLarge(p sdk.Params) workload {
	d, n := declareLarge(), p.Int("nodes")
	names, bodies := chainNames("node", 1, n), make([]graph.NodeFunc, n)
	for i := range bodies {
		bodies[i] = func(_ context.Context, _ graph.State, out *graph.Update) error {
			d.messages.Add(out, "Node "+strconv.Itoa(i+1)+" processed")
			return nil
		}
	}
	return watched(d.work(p, n, func() *graph.Builder { return buildChain(graph.New(declareLarge().schema), names, bodies) }))
}

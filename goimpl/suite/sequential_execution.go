package suite

import (
	"context"
	"strconv"

	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

func sequentialBenchmarks() []sdk.Benchmark {
	return []sdk.Benchmark{
		benchmark("sequential_execution/3_nodes_simple", "a chain that counts and extends a text",
			executing(knob("nodes", 3), knob("payload", 0)), runs(sequentialSimple)),
		benchmark("sequential_execution/5_nodes_complex", "a chain that adds a message and an entry per node",
			executing(knob("nodes", 5), knob("payload", 0)), runs(sequentialComplex)),
		benchmark("sequential_execution/10_nodes_stress", "a chain that adds a message and ten entries per node",
			executing(knob("nodes", 10), knob("meta", 10), knob("payload", 0)), runs(sequentialStress)),
	}
}

func sequentialSimple(p sdk.Params) workload {
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
	return workload{
		build:   func() *graph.Builder { return buildChain(graph.New(declareSimple().schema), names, bodies) },
		input:   func(nonce uint64) graph.State { return d.input(nonce, payload) },
		options: limit(n),
	}
}

func sequentialComplex(p sdk.Params) workload {
	return complexChain(p, 0, func(d complexState) saying {
		return func(out *graph.Update, i int) {
			d.messages.Add(out, "Processed by node"+strconv.Itoa(i))
			d.metadata.Put(out, "step"+strconv.Itoa(i), "completed")
		}
	})
}

func sequentialStress(p sdk.Params) workload {
	return complexChain(p, 0, itemised(" processing", p.Int("meta")))
}

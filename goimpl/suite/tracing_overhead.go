package suite

import (
	"strconv"

	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

// tracingBenchmarks come in pairs: without anyone listening, and with a tracer
// that keeps every span.
func tracingBenchmarks() []sdk.Benchmark {
	var list []sdk.Benchmark
	add := func(name, description string, params []sdk.Param, scenario func(sdk.Params) workload) {
		list = append(list,
			benchmark("tracing_overhead/"+name+"_no_subscriber", description, params, runs(scenario)),
			benchmark("tracing_overhead/"+name+"_with_subscriber", description+", traced", params, runs(traced(scenario))))
	}
	add("5_nodes", "a chain that adds a message and ten entries per node",
		executing(knob("nodes", 5), knob("meta", 10), knob("payload", 0)), checkpointChain)
	add("parallel_3_workers", "a fan-out with twenty entries per worker",
		executing(knob("workers", 4), knob("width", 3), knob("items", 20), knob("latency_ms", 0), knob("payload", 0)), tracedFan)
	add("checkpoint_3_nodes", "a chain that stores its state after every step",
		storing("step", knob("nodes", 3), knob("meta", 0), knob("payload", 0)), checkpointChain)
	return list
}

func traced(scenario func(sdk.Params) workload) func(sdk.Params) workload {
	return func(p sdk.Params) workload {
		w := scenario(p)
		w.traced = true
		return w
	}
}

func tracedFan(p sdk.Params) workload {
	d, count := declareComplex(), p.Int("items")
	return d.fanned(p, fan{
		source: "start", collector: "collect",
		start: d.setStatus("started"),
		names: chainNames("worker", 1, p.Int("width")),
		workers: fanWorkers(p, 1, func(out *graph.Update, i int) {
			d.messages.Add(out, "Worker "+strconv.Itoa(i)+" processing")
			d.putResults(out, i, count)
		}),
		collect: d.setStatus("collected"),
	})
}

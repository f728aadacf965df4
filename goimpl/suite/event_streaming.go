package suite

import (
	"strconv"

	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

func streamingBenchmarks() []sdk.Benchmark {
	return []sdk.Benchmark{
		benchmark("event_streaming/stream_values_5_nodes", "a chain that emits its state after every step",
			executing(knob("nodes", 5), knob("payload", 0)), runs(streamChain(graph.Values))),
		benchmark("event_streaming/stream_events_5_nodes", "a chain that emits when nodes start and end",
			executing(knob("nodes", 5), knob("payload", 0)), runs(streamChain(graph.Events))),
		benchmark("event_streaming/stream_updates_3_nodes_complex", "a chain that emits what each node wrote",
			executing(knob("nodes", 3), knob("meta", 10), knob("payload", 0)), runs(streamChain(graph.Updates))),
		benchmark("event_streaming/stream_parallel_3_workers", "a fan-out that emits its state after every step",
			executing(knob("workers", 4), knob("width", 3), knob("latency_ms", 0), knob("payload", 0)), runs(streamFan)),
	}
}

// streamChain is a chain whose nodes say no more than their number.
func streamChain(mode graph.Mode) func(sdk.Params) workload {
	return func(p sdk.Params) workload {
		meta := 0
		if _, ok := p["meta"]; ok {
			meta = p.Int("meta")
		}
		w := complexChain(p, 1, itemised("", meta))
		w.options.Mode = mode
		return w
	}
}

func streamFan(p sdk.Params) workload {
	d := declareComplex()
	w := d.fanned(p, fan{
		source: "start", collector: "collect",
		start:   d.setStatus("started"),
		names:   chainNames("worker", 1, p.Int("width")),
		workers: fanWorkers(p, 1, func(out *graph.Update, i int) { d.messages.Add(out, "Worker "+strconv.Itoa(i)) }),
		collect: d.setStatus("collected"),
	})
	w.options.Mode = graph.Values
	return w
}

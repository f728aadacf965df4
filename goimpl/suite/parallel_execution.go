package suite

import (
	"context"
	"strconv"

	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

func parallelBenchmarks() []sdk.Benchmark {
	return []sdk.Benchmark{
		benchmark("parallel_execution/fanout_3_workers", "a source, workers side by side, a collector",
			executing(knob("workers", 4), knob("width", 3), knob("latency_ms", 0), knob("payload", 0)), runs(fanOut)),
		benchmark("parallel_execution/fanout_5_workers_heavy", "the same with more written per worker",
			executing(knob("workers", 4), knob("width", 5), knob("items", 20), knob("latency_ms", 0), knob("payload", 0)), runs(fanOutHeavy)),
		benchmark("parallel_execution/two_stage_parallel", "fan-outs one after the other",
			executing(knob("workers", 4), knob("width", 3), knob("stages", 2), knob("latency_ms", 0), knob("payload", 0)), runs(twoStage)),
	}
}

func fanOut(p sdk.Params) workload {
	d := declareComplex()
	return d.fanned(p, d.plainFan(p))
}

func (d complexState) plainFan(p sdk.Params) fan {
	return fan{
		source: "start", collector: "collect",
		start: d.begin("distributing"),
		names: chainNames("worker", 1, p.Int("width")),
		workers: fanWorkers(p, 1, func(out *graph.Update, i int) {
			d.messages.Add(out, "Worker "+strconv.Itoa(i)+" processing")
			d.metadata.Put(out, "worker"+strconv.Itoa(i)+"_result", "completed")
		}),
		collect: d.countMetadata("collected"),
	}
}

// begin is a source that sets the counter to zero.
func (d complexState) begin(status string) graph.NodeFunc {
	return func(_ context.Context, _ graph.State, out *graph.Update) error {
		d.counter.Set(out, 0)
		d.status.Set(out, status)
		return nil
	}
}

// countMetadata is a collector that counts the metadata.
func (d complexState) countMetadata(status string) graph.NodeFunc {
	return func(_ context.Context, s graph.State, out *graph.Update) error {
		d.status.Set(out, status)
		d.counter.Set(out, d.metadata.Get(s).Len())
		return nil
	}
}

func fanOutHeavy(p sdk.Params) workload {
	d, count := declareComplex(), p.Int("items")
	return d.fanned(p, fan{
		source: "dispatcher", collector: "aggregator",
		start: d.begin("dispatching"),
		names: chainNames("worker", 1, p.Int("width")),
		workers: fanWorkers(p, 1, func(out *graph.Update, i int) {
			d.messages.Add(out, "Worker "+strconv.Itoa(i)+" started", "Worker "+strconv.Itoa(i)+" completed")
			d.putResults(out, i, count)
		}),
		collect: func(_ context.Context, s graph.State, out *graph.Update) error {
			d.status.Set(out, "aggregated")
			d.counter.Set(out, d.messages.Len(s))
			return nil
		},
	})
}

// putResults sets entries worker{i}_item{j}.
func (d complexState) putResults(out *graph.Update, i, count int) {
	for j := range count {
		d.metadata.Put(out, "worker"+strconv.Itoa(i)+"_item"+strconv.Itoa(j), "result_"+strconv.Itoa(j))
	}
}

func twoStage(p sdk.Params) workload {
	d, stages := declareComplex(), p.Int("stages")
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
			bodies: fanWorkers(p, 1, func(out *graph.Update, i int) {
				d.metadata.Put(out, "stage"+strconv.Itoa(k+1)+"_"+strconv.Itoa(i), "done")
			}),
		}
	}
	final := d.setStatus("complete")
	return d.work(p, 2*stages+1, func() *graph.Builder {
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
	})
}

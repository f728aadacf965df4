package suite

import (
	"context"
	"slices"
	"strconv"

	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

func cloningBenchmarks() []sdk.Benchmark {
	var list []sdk.Benchmark
	add := func(name, description string, params []sdk.Param, prepare func(sdk.Params) (sdk.Case, error)) {
		list = append(list, benchmark("state_cloning/"+name, description, params, prepare))
	}
	states := []struct {
		name, what string
		make       func(nonce uint64) document
	}{
		{"small", "three scalars", makeSmall},
		{"medium", "250 small values", makeMedium},
		{"large", "1500 texts and 100 KB of bytes", makeLarge},
	}
	for _, s := range states {
		add(s.name+"_state_clone", "deep copy of "+s.what, []sdk.Param{{Name: "copy", Default: "generic"}}, newCloneCase(s.make))
	}
	for _, s := range states {
		add(s.name+"_state_json_serialize", s.what+" as canonical JSON", []sdk.Param{{Name: "repr", Default: "map"}}, newJSONCase(s.make))
		add(s.name+"_state_bincode_serialize", s.what+" as packed binary, written for the type", nil, newPackedCase(s.make))
	}
	isolated := func(params ...sdk.Param) []sdk.Param {
		return append(params, sdk.Param{Name: "isolation", Default: "copy"})
	}
	add("small_state_3_nodes", "a chain whose nodes each get a copy of three scalars", isolated(knob("nodes", 3)), runs(smallChain))
	add("medium_state_3_nodes", "a chain whose nodes each get a copy of 250 small values", isolated(knob("nodes", 3)), runs(mediumChain))
	add("large_state_3_nodes", "a chain whose nodes each get a copy of 1500 texts and 100 KB of bytes", isolated(knob("nodes", 3)), runs(largeChain))
	add("medium_state_parallel_3_workers", "a fan-out whose nodes each get a copy of 250 small values",
		isolated(knob("workers", 4), knob("width", 3)), runs(mediumFan))
	return list
}

func smallChain(p sdk.Params) workload {
	d, n := declareSmall(), p.Int("nodes")
	body := func(_ context.Context, s graph.State, out *graph.Update) error {
		d.counter.Set(out, d.counter.Get(s)+1)
		d.value.Set(out, d.value.Get(s)+1.5)
		return nil
	}
	names := chainNames("node", 1, n)
	return workload{
		build: func() *graph.Builder {
			return buildChain(graph.New(declareSmall().schema), names, slices.Repeat([]graph.NodeFunc{body}, n))
		},
		input:   d.input,
		options: limit(n),
	}
}

func mediumChain(p sdk.Params) workload {
	d, n := declareMedium(), p.Int("nodes")
	names, bodies := chainNames("node", 1, n), make([]graph.NodeFunc, n)
	for i := range bodies {
		bodies[i] = d.process("Node ", i+1)
	}
	return workload{
		build:   func() *graph.Builder { return buildChain(graph.New(declareMedium().schema), names, bodies) },
		input:   d.input,
		options: limit(n),
	}
}

// process is a node that adds a text and raises one of the counters. The view
// is not the node's to change, whoever owns it.
func (d mediumFields) process(who string, i int) graph.NodeFunc {
	return func(_ context.Context, s graph.State, out *graph.Update) error {
		counters := slices.Clone(d.counters.Get(s))
		counters[i%len(counters)]++
		d.data.Add(out, who+strconv.Itoa(i)+" processed")
		d.counters.Set(out, counters)
		return nil
	}
}

func largeChain(p sdk.Params) workload {
	d, n := declareLarge(), p.Int("nodes")
	names, bodies := chainNames("node", 1, n), make([]graph.NodeFunc, n)
	for k := range bodies {
		i := k + 1
		bodies[k] = func(_ context.Context, s graph.State, out *graph.Update) error {
			blocks := slices.Clone(d.blocks.Get(s))
			block := slices.Clone(blocks[i%len(blocks)])
			block[0] = byte(i % 256)
			blocks[i%len(blocks)] = block
			d.messages.Add(out, "Node "+strconv.Itoa(i)+" processed")
			d.blocks.Set(out, blocks)
			return nil
		}
	}
	return d.work(p, n, func() *graph.Builder { return buildChain(graph.New(declareLarge().schema), names, bodies) })
}

func mediumFan(p sdk.Params) workload {
	d := declareMedium()
	bodies := make([]graph.NodeFunc, p.Int("width"))
	for i := range bodies {
		bodies[i] = d.process("Worker ", i+1)
	}
	f := fan{source: "start", start: silent, collector: "collect", collect: silent,
		names: chainNames("worker", 1, len(bodies)), workers: bodies}
	return workload{
		build:   func() *graph.Builder { return f.build(declareMedium().schema) },
		input:   d.input,
		options: limit(3),
	}
}

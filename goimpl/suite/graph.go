package suite

import (
	"fmt"
	"slices"
	"strings"

	"xbench/harness/sdk"
)

// graphBenchmarks is the graph half of the catalogue: compiling, running and
// copying, then the untimed cases that pin the semantics down.
func graphBenchmarks() []sdk.Benchmark {
	list := append(compilationBenchmarks(), sequentialBenchmarks()...)
	list = append(list, branchingBenchmarks()...)
	list = append(list, parallelBenchmarks()...)
	list = append(list, checkpointBenchmarks()...)
	list = append(list, cloningBenchmarks()...)
	return append(list, graphConformance()...)
}

// knob is an integer parameter.
func knob(name string, def int64) sdk.Param { return sdk.Param{Name: name, Default: def} }

// executing adds the knobs that every executing benchmark ends with; those
// given come before them in names.
func executing(params ...sdk.Param) []sdk.Param {
	return append(params, sdk.Param{Name: "compile", Default: "outside"}, sdk.Param{Name: "isolation", Default: "share"})
}

func checkpointing(params ...sdk.Param) []sdk.Param {
	return append(executing(params...), sdk.Param{Name: "durability", Default: "step"})
}

// minimum of an integer knob.
func minimum(name string) int64 {
	switch name {
	case "nodes", "width", "stages", "iterations":
		return 1
	case "counter0":
		return -1 << 30
	}
	return 0
}

// choices of a text knob.
func choices(name string) []string {
	switch name {
	case "compile":
		return []string{"outside", "inside"}
	case "isolation":
		return []string{"share", "copy"}
	case "copy":
		return []string{"generic", "typed"}
	case "durability":
		return []string{"step", "exit"}
	}
	return nil
}

// benchmark puts a check of the knobs' values before prepare.
func benchmark(name, description string, params []sdk.Param, prepare func(sdk.Params) (sdk.Case, error)) sdk.Benchmark {
	return sdk.Benchmark{Name: name, Description: description, Params: params,
		Prepare: func(p sdk.Params) (sdk.Case, error) {
			for _, k := range params {
				if err := checkKnob(k.Name, p[k.Name]); err != nil {
					return nil, err
				}
			}
			return prepare(p)
		}}
}

func checkKnob(name string, value any) error {
	switch v := value.(type) {
	case int64:
		if least := minimum(name); v < least {
			return sdk.InvalidParam(fmt.Sprintf("%s=%d: want at least %d", name, v, least))
		}
		const most = 1 << 30 // beyond it only memory would run out
		if v > most {
			return sdk.InvalidParam(fmt.Sprintf("%s=%d: want at most %d", name, v, most))
		}
	case string:
		known := choices(name)
		if known != nil && !slices.Contains(known, v) {
			return sdk.InvalidParam(fmt.Sprintf("%s=%s: want one of %s", name, v, strings.Join(known, ", ")))
		}
	}
	return nil
}

func compilationBenchmarks() []sdk.Benchmark {
	return []sdk.Benchmark{
		benchmark("compilation/simple_graph_3_nodes", "build and compile a chain over two fields",
			[]sdk.Param{knob("nodes", 3)}, compileSimple),
		benchmark("compilation/complex_graph_10_nodes", "build and compile a chain over five fields",
			[]sdk.Param{knob("nodes", 10)}, compileComplex),
		benchmark("compilation/graph_with_conditionals", "build and compile a loop with a branch",
			nil, compileConditionals),
	}
}

func sequentialBenchmarks() []sdk.Benchmark {
	return []sdk.Benchmark{
		benchmark("sequential_execution/3_nodes_simple", "a chain that counts and extends a text",
			executing(knob("nodes", 3), knob("payload", 0)), sequentialSimple),
		benchmark("sequential_execution/5_nodes_complex", "a chain that adds a message and an entry per node",
			executing(knob("nodes", 5), knob("payload", 0)), sequentialComplex),
		benchmark("sequential_execution/10_nodes_stress", "a chain that adds a message and ten entries per node",
			executing(knob("nodes", 10), knob("meta", 10), knob("payload", 0)), sequentialStress),
	}
}

func branchingBenchmarks() []sdk.Benchmark {
	return []sdk.Benchmark{
		benchmark("conditional_branching/binary_conditional", "one branch, two ways",
			executing(knob("payload", 0), knob("counter0", 0)), binaryConditional),
		benchmark("conditional_branching/loop_with_exit_condition", "a node that routes back to itself until it is done",
			executing(knob("iterations", 5), knob("payload", 0), knob("counter0", 0)), loop),
		benchmark("conditional_branching/multi_branch_4_routes", "one branch, four ways",
			executing(knob("payload", 0), knob("counter0", 0)), multiBranch),
	}
}

func parallelBenchmarks() []sdk.Benchmark {
	return []sdk.Benchmark{
		benchmark("parallel_execution/fanout_3_workers", "a source, workers side by side, a collector",
			executing(knob("workers", 4), knob("width", 3), knob("latency_ms", 0), knob("payload", 0)), fanOut),
		benchmark("parallel_execution/fanout_5_workers_heavy", "the same with more written per worker",
			executing(knob("workers", 4), knob("width", 5), knob("items", 20), knob("latency_ms", 0), knob("payload", 0)), fanOutHeavy),
		benchmark("parallel_execution/two_stage_parallel", "fan-outs one after the other",
			executing(knob("workers", 4), knob("width", 3), knob("stages", 2), knob("latency_ms", 0), knob("payload", 0)), twoStage),
	}
}

func checkpointBenchmarks() []sdk.Benchmark {
	return []sdk.Benchmark{
		benchmark("checkpointing/memory_checkpoint_3_nodes", "a chain that stores its state after every step",
			checkpointing(knob("nodes", 3), knob("meta", 0), knob("payload", 0)), checkpointChain),
		benchmark("checkpointing/memory_checkpoint_5_nodes", "the same with ten entries more per node",
			checkpointing(knob("nodes", 5), knob("meta", 10), knob("payload", 0)), checkpointChain),
		benchmark("checkpointing/memory_checkpoint_loop_5_iterations", "a loop that stores its state after every step",
			checkpointing(knob("iterations", 5), knob("payload", 0), knob("counter0", 0)), loop),
	}
}

func cloningBenchmarks() []sdk.Benchmark {
	params := []sdk.Param{{Name: "copy", Default: "generic"}}
	return []sdk.Benchmark{
		benchmark("state_cloning/small_state_clone", "deep copy of three scalars", params, newCloneCase(makeSmall)),
		benchmark("state_cloning/medium_state_clone", "deep copy of 250 small values", params, newCloneCase(makeMedium)),
		benchmark("state_cloning/large_state_clone", "deep copy of 1500 texts and 100 KB of bytes", params, newCloneCase(makeLarge)),
	}
}

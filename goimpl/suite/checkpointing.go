package suite

import "xbench/harness/sdk"

func checkpointBenchmarks() []sdk.Benchmark {
	chain := func(nodes, meta int64) []sdk.Param {
		return storing("step", knob("nodes", nodes), knob("meta", meta), knob("payload", 0))
	}
	file := func(params []sdk.Param) []sdk.Param { return append(params, sdk.Param{Name: "fsync", Default: false}) }
	return []sdk.Benchmark{
		benchmark("checkpointing/memory_checkpoint_3_nodes", "a chain that stores its state after every step",
			chain(3, 0), runs(checkpointChain)),
		benchmark("checkpointing/memory_checkpoint_5_nodes", "the same with ten entries more per node",
			chain(5, 10), runs(checkpointChain)),
		benchmark("checkpointing/memory_checkpoint_loop_5_iterations", "a loop that stores its state after every step",
			storing("step", knob("iterations", 5), knob("payload", 0), knob("counter0", 0)), runs(loop)),
		benchmark("checkpointing/file_checkpoint_3_nodes", "a chain that stores its state in a file after every step",
			file(chain(3, 0)), runs(checkpointChain)),
		benchmark("checkpointing/file_checkpoint_5_nodes", "the same with ten entries more per node",
			file(chain(5, 10)), runs(checkpointChain)),
	}
}

func checkpointChain(p sdk.Params) workload {
	return complexChain(p, 1, itemised(" completed", p.Int("meta")))
}

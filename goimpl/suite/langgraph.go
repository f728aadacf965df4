package suite

import (
	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

// langgraphBenchmarks are the cases that LangGraph measures itself with, with
// updates streamed and, in the twins called checkpoint, one checkpoint at the
// end.
func langgraphBenchmarks() []sdk.Benchmark {
	var list []sdk.Benchmark
	add := func(name, description string, params []sdk.Param, prepare func(sdk.Params) (sdk.Case, error)) {
		list = append(list, benchmark("langgraph/"+name, description, params, prepare))
	}
	twins := func(name, description string, params []sdk.Param, scenario func(sdk.Params) workload) {
		add(name, description, params, runs(streamed(scenario)))
		// In names durability comes before repr.
		n := len(params)
		if params[n-1].Name != "repr" {
			n++
		}
		stored := append(append(params[:n-1:n-1], sdk.Param{Name: "durability", Default: "exit"}), params[n-1:]...)
		add(name+"_checkpoint", description+", stored at the end", stored, runs(streamed(scenario)))
	}
	add("sequential_10", "a chain of nodes that do nothing", executing(knob("nodes", 10)), runs(streamed(idleChain)))
	add("sequential_1000", "a long chain of nodes that do nothing", executing(knob("nodes", 1000)), runs(streamed(idleChain)))
	add("sequential_1000_first_event", "a long chain of nodes that do nothing, up to its first event",
		executing(knob("nodes", 1000)), newFirstEventCase)
	for _, k := range []int64{10, 100} {
		name := map[int64]string{10: "_10x", 100: "_100x"}[k]
		twins("fanout_to_subgraph"+name, "a subgraph for each of many subjects", executing(knob("workers", 4), knob("width", k)), subgraphFan)
		twins("react_agent"+name, "an agent that calls a tool many times", executing(knob("iterations", k)), reactAgent)
	}
	for _, w := range wideInputs {
		twins("wide_state_"+w.name, "fifteen fields of nested messages that multiply",
			append(executing(knob("workers", 4)), sdk.Param{Name: "repr", Default: "record"}), w.scenario)
	}
	add("sequential_1000_compilation", "build and compile a long chain", []sdk.Param{knob("nodes", 1000)}, compileIdleChain)
	add("wide_state_15x600_compilation", "build and compile a graph over fifteen fields",
		[]sdk.Param{{Name: "repr", Default: "record"}}, compileWide)
	return list
}

// unlimited is the recursion limit of all of these.
const unlimited = 1_000_000_000

// streamed adds what all have in common.
func streamed(scenario func(sdk.Params) workload) func(sdk.Params) workload {
	return func(p sdk.Params) workload {
		w := scenario(p)
		w.options.Mode = graph.Updates
		w.options.Limit = unlimited
		return w
	}
}

// letters is n letters, the same for a salt every time: each is seven further
// in the alphabet than the one before.
func letters(n, salt int) string {
	text, at := make([]byte, n), salt%26
	for j := range text {
		text[j] = byte('a' + at)
		if at += 7; at >= 26 {
			at -= 26
		}
	}
	return string(text)
}

// talk is the state of a list of messages.
type talk struct {
	schema   *graph.Schema
	messages graph.ListField[string]
}

func declareTalk() talk {
	s := graph.NewSchema()
	return talk{s, graph.Append[string](s, "messages")}
}

// input is empty but for a nonce.
func (d talk) input(nonce uint64) graph.State {
	in := d.schema.Input()
	if nonce != 0 {
		d.messages.Add(in, suffix(nonce))
	}
	return in.State()
}

func idleChain(p sdk.Params) workload {
	n := p.Int("nodes")
	names, bodies := chainNames("node_", 0, n), idle(n)
	return workload{
		build: func() *graph.Builder { return buildChain(graph.New(declareTalk().schema), names, bodies) },
		input: declareTalk().input,
	}
}

// idle is n nodes that do nothing.
func idle(n int) []graph.NodeFunc {
	bodies := make([]graph.NodeFunc, n)
	for i := range bodies {
		bodies[i] = silent
	}
	return bodies
}

func compileIdleChain(p sdk.Params) (sdk.Case, error) {
	return compileChain("node_", 0, p.Int("nodes"), func() *graph.Schema { return declareTalk().schema },
		func(int) graph.NodeFunc { return silent }), nil
}

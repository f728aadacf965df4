package suite

import (
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"xbench/harness/sdk"
)

func graphBenchmark(t testing.TB, name string) sdk.Benchmark {
	t.Helper()
	for _, b := range graphBenchmarks() {
		if b.Name == name {
			return b
		}
	}
	t.Fatalf("no benchmark %s", name)
	return sdk.Benchmark{}
}

// openGraph prepares a benchmark with some knobs changed.
func openGraph(t testing.TB, name string, knobs map[string]any) sdk.Case {
	t.Helper()
	b := graphBenchmark(t, name)
	p := make(sdk.Params)
	for _, k := range b.Params {
		p[k.Name] = k.Default
	}
	for k, v := range knobs {
		if _, ok := p[k]; !ok {
			t.Fatalf("%s has no knob %s", name, k)
		}
		p[k] = v
	}
	c, err := b.Prepare(p)
	if err != nil {
		t.Fatalf("%s %v: %v", name, knobs, err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("%s: close: %v", name, err)
		}
	})
	return c
}

func verify(t testing.TB, c sdk.Case, nonce uint64) sdk.Verification {
	t.Helper()
	v, err := c.Verify(nonce, true)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// outcome executes a batch and describes its last iteration.
func outcome(t testing.TB, c sdk.Case, nonce uint64, k int64) sdk.Outcome {
	t.Helper()
	run, err := c.Batch(nonce, k)
	if err != nil {
		t.Fatal(err)
	}
	if err := run(); err != nil {
		t.Fatal(err)
	}
	o, err := c.Outcome()
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func readGolden(t *testing.T, file string) map[string]map[string]any {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var golden map[string]map[string]any
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	return golden
}

// checkGolden holds a verification against what is expected of it.
func checkGolden(t *testing.T, want map[string]any, v sdk.Verification) {
	t.Helper()
	for key, x := range want {
		switch key {
		case "digest", "sha256":
			if v.Digest == nil || *v.Digest != x {
				t.Errorf("digest %v, want %v; result %s", v.Digests, x, v.Result)
			}
		case "plan_digest", "checkpoints_digest", "events_digest":
			if got := v.Digests[strings.TrimSuffix(key, "_digest")]; got != x {
				t.Errorf("%s %s, want %v", key, got, x)
			}
		case "cj_bytes":
			if float64(len(v.Result)) != x {
				t.Errorf("%d bytes, want %v", len(v.Result), x)
			}
		case "plan_nodes", "plan_edges", "plan_branches": // of a plan that is only compiled
			if got, ok := v.Counters[key]; ok && float64(got) != x {
				t.Errorf("%s %d, want %v", key, got, x)
			}
		case "error":
			if v.Error == nil || v.Error.Kind != x {
				t.Errorf("error %v, want %v", v.Error, x)
			}
		case "field":
			if v.Error == nil || v.Error.Field != x {
				t.Errorf("error %v, want field %v", v.Error, x)
			}
		case "order", "label", "limit":
		default:
			n, ok := x.(float64)
			if !ok {
				continue
			}
			if got, ok := v.Counters[key]; !ok || float64(got) != n {
				t.Errorf("%s %d, want %v", key, got, x)
			}
		}
	}
}

// TestGolden runs every entry as the catalogue has it, with and without
// workers, and with compilation inside the clock.
func TestGolden(t *testing.T) {
	known := readGolden(t, "golden-graph.json")
	maps.Copy(known, readGolden(t, "golden-conformance-graph.json"))
	if len(known) != 69+12 {
		t.Errorf("%d golden values, want 81", len(known))
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		t.Run(name, func(t *testing.T) {
			if strings.HasPrefix(name, "langgraph/wide_state") && !strings.HasSuffix(name, "_compilation") {
				skipLong(t)
			}
			t.Parallel()
			for _, knobs := range goldenArms(t, name) {
				c := openGraph(t, name, knobs)
				v := verify(t, c, 0)
				checkGolden(t, known[name], v)
				checkTimed(t, c, v, 0)
				if t.Failed() {
					t.Fatalf("with %v", knobs)
				}
			}
		})
	}
}

// skipLong leaves out the states of 15 to 29 MB where they would take longer
// than all else.
func skipLong(t *testing.T) {
	t.Helper()
	if testing.Short() || raceDetector {
		t.Skip("takes seconds")
	}
}

// goldenArms are the settings under which a golden value must come out.
func goldenArms(t *testing.T, name string) []map[string]any {
	arms := []map[string]any{nil}
	if strings.HasPrefix(name, "langgraph/wide_state") && strings.HasSuffix(name, "_checkpoint") {
		return arms // megabytes each; the twin without checkpoint has the others
	}
	for _, p := range graphBenchmark(t, name).Params {
		switch p.Name {
		case "workers":
			arms = append(arms, map[string]any{"workers": int64(0)})
		case "compile":
			arms = append(arms, map[string]any{"compile": "inside"})
		case "repr":
			arms = append(arms, map[string]any{"repr": "map"}, map[string]any{"repr": "record"})
		case "fsync":
			arms = append(arms, map[string]any{"fsync": true})
		case "copy":
			arms = append(arms, map[string]any{"copy": "typed"}, map[string]any{"copy": "deepcopy"})
		}
	}
	return arms
}

// checkTimed: what is timed does the same work as what was looked at.
func checkTimed(t *testing.T, c sdk.Case, v sdk.Verification, nonce uint64) {
	t.Helper()
	o := outcome(t, c, nonce, 3)
	if v.Error == nil && (o.Digest == nil || *o.Digest != *v.Digest) {
		t.Errorf("timed digest differs from the verified one")
	}
	if !maps.Equal(o.Counters, v.Counters) {
		t.Errorf("timed counters %v, verified %v", o.Counters, v.Counters)
	}
}

// TestArms: knobs that say how to do the work do not change what comes out.
func TestArms(t *testing.T) {
	check := func(name string, free map[string]bool, arms ...map[string]any) {
		t.Helper()
		want := verify(t, openGraph(t, name, nil), 5)
		for _, knobs := range arms {
			c := openGraph(t, name, knobs)
			got := verify(t, c, 5)
			if *got.Digest != *want.Digest || got.Digests["plan"] != want.Digests["plan"] {
				t.Errorf("%s %v: digests %v, want %v", name, knobs, got.Digests, want.Digests)
			}
			for k, n := range want.Counters {
				if !free[k] && got.Counters[k] != n {
					t.Errorf("%s %v: %s %d, want %d", name, knobs, k, got.Counters[k], n)
				}
			}
			checkTimed(t, c, got, 5)
		}
	}
	copies := map[string]bool{"state_copies": true}
	for _, name := range []string{"fanout_3_workers", "fanout_5_workers_heavy", "two_stage_parallel"} {
		check("parallel_execution/"+name, copies,
			map[string]any{"workers": int64(0)}, map[string]any{"workers": int64(1)}, map[string]any{"workers": int64(8)},
			map[string]any{"compile": "inside"}, map[string]any{"isolation": "copy"}, map[string]any{"latency_ms": int64(1)})
	}
	for _, name := range []string{"sequential_execution/3_nodes_simple", "sequential_execution/10_nodes_stress",
		"conditional_branching/binary_conditional", "conditional_branching/loop_with_exit_condition",
		"conditional_branching/multi_branch_4_routes", "checkpointing/memory_checkpoint_5_nodes"} {
		check(name, copies, map[string]any{"compile": "inside"}, map[string]any{"isolation": "copy"})
	}
	check("checkpointing/memory_checkpoint_3_nodes", map[string]bool{"checkpoints": true, "checkpoint_bytes": true},
		map[string]any{"durability": "exit"})
	for _, name := range []string{"real_world_scenarios/batch_processing_pipeline", "real_world_scenarios/financial_analysis_workflow",
		"stress_tests/wide_fanout_50_parallel_branches", "tracing_overhead/parallel_3_workers_with_subscriber",
		"event_streaming/stream_parallel_3_workers"} {
		check(name, copies, map[string]any{"workers": int64(1)}, map[string]any{"isolation": "copy"}, map[string]any{"latency_ms": int64(1)})
	}
	check("langgraph/fanout_to_subgraph_10x", copies, map[string]any{"isolation": "copy"})
	check("langgraph/react_agent_10x_checkpoint", copies, map[string]any{"isolation": "copy"})
	check("read_only_optimization/3_mutating_nodes_large_state", copies, map[string]any{"isolation": "copy"})
	for _, size := range []string{"small", "medium", "large"} {
		check("state_cloning/"+size+"_state_clone", nil, map[string]any{"copy": "typed"}, map[string]any{"copy": "deepcopy"})
		check("state_cloning/"+size+"_state_json_serialize", nil, map[string]any{"repr": "record"})
	}
}

// TestFormulas: how the counts grow with the knobs.
func TestFormulas(t *testing.T) {
	check := func(name string, knobs map[string]any, want map[string]int64, in ...string) {
		t.Helper()
		v := verify(t, openGraph(t, name, knobs), 0)
		for k, n := range want {
			if v.Counters[k] != n {
				t.Errorf("%s %v: %s %d, want %d", name, knobs, k, v.Counters[k], n)
			}
		}
		for _, s := range in {
			if !strings.Contains(string(v.Result), s) {
				t.Errorf("%s %v: state %.300s lacks %s", name, knobs, v.Result, s)
			}
		}
	}
	check("sequential_execution/3_nodes_simple", map[string]any{"nodes": int64(40), "payload": int64(3)},
		map[string]int64{"nodes": 40, "supersteps": 40}, `"data":"xxxnode1 `)
	check("conditional_branching/loop_with_exit_condition", map[string]any{"iterations": int64(100)},
		map[string]int64{"nodes": 100, "routes": 100}, `"counter":100`)
	check("conditional_branching/loop_with_exit_condition", map[string]any{"counter0": int64(3)},
		map[string]int64{"nodes": 2, "routes": 2}, `"counter":5`)
	check("conditional_branching/binary_conditional", map[string]any{"counter0": int64(1)}, nil, `"Even path"`)
	for i, route := range []string{"route_b", "route_c", "route_d", "route_a"} {
		check("conditional_branching/multi_branch_4_routes", map[string]any{"counter0": int64(i)}, nil, `"Processed by `+route+`"`)
	}
	check("conditional_branching/multi_branch_4_routes", map[string]any{"counter0": int64(-2)}, nil, `"Processed by route_d"`)
	check("parallel_execution/fanout_3_workers", map[string]any{"width": int64(11)},
		map[string]int64{"nodes": 13, "supersteps": 3}, `"Worker 1 processing","Worker 10 processing","Worker 11 processing","Worker 2`)
	check("parallel_execution/two_stage_parallel", map[string]any{"stages": int64(20), "width": int64(2)},
		map[string]int64{"nodes": 61, "supersteps": 41}, `"status":"complete"`)
	check("checkpointing/memory_checkpoint_3_nodes", map[string]any{"durability": "exit"}, map[string]int64{"checkpoints": 1})
	check("compilation/complex_graph_10_nodes", map[string]any{"nodes": int64(100)},
		map[string]int64{"plan_nodes": 100, "plan_edges": 100})
	check("conditional_branching/loop_with_exit_condition", map[string]any{"counter0": int64(-40)},
		map[string]int64{"nodes": 45}, `"counter":5`)
	check("event_streaming/stream_values_5_nodes", map[string]any{"nodes": int64(40)}, map[string]int64{"events": 41, "supersteps": 40})
	check("event_streaming/stream_events_5_nodes", map[string]any{"nodes": int64(7)}, map[string]int64{"events": 14})
	check("event_streaming/stream_updates_3_nodes_complex", map[string]any{"meta": int64(0)}, map[string]int64{"events": 3}, `"metadata":{"session"`)
	check("event_streaming/stream_parallel_3_workers", map[string]any{"width": int64(9)}, map[string]int64{"events": 4, "nodes": 11})
	check("state_cloning/medium_state_3_nodes", map[string]any{"nodes": int64(100)}, map[string]int64{"state_copies": 100}, `"counters":[1,2,3,`)
	check("state_cloning/medium_state_3_nodes", map[string]any{"isolation": "share"}, map[string]int64{"state_copies": 0})
	check("state_cloning/large_state_3_nodes", map[string]any{"nodes": int64(256)}, map[string]int64{"nodes": 256}, `"data_blocks":[[250,0`)
	check("stress_tests/deep_nesting_10_levels", map[string]any{"nodes": int64(1)}, map[string]int64{"routes": 1}, `"next":"end"`)
	check("stress_tests/long_running_100_iterations", map[string]any{"iterations": int64(300)}, map[string]int64{"supersteps": 300})
	check("real_world_scenarios/customer_service_router", map[string]any{"counter0": int64(19)},
		nil, `"specialist":"billing"`, `"escalated":"true"`, `"status":"escalated"`)
	check("real_world_scenarios/customer_service_router", map[string]any{"counter0": int64(-2)}, nil, `"specialist":"general"`)
	check("real_world_scenarios/batch_processing_pipeline", map[string]any{"width": int64(1)},
		map[string]int64{"nodes": 4, "supersteps": 4, "routes": 1}, `"next":"error"`)
	check("real_world_scenarios/batch_processing_pipeline", map[string]any{"width": int64(20), "items": int64(0)},
		map[string]int64{"nodes": 24, "routes": 20}, `"counter":3`)
	check("tracing_overhead/checkpoint_3_nodes_with_subscriber", map[string]any{"nodes": int64(10)}, map[string]int64{"spans": 1 + 10 + 11})
	check("read_only_optimization/5_read_only_nodes_with_callbacks", map[string]any{"nodes": int64(30)}, map[string]int64{"events": 2 + 3*30})
	check("read_only_optimization/5_mutating_nodes_with_callbacks", map[string]any{"nodes": int64(30)}, map[string]int64{"events": 2 + 4*30})
	check("read_only_optimization/3_mutating_nodes_large_state", map[string]any{"payload": int64(4)}, nil, `"Message 0xxxx"`)
	check("langgraph/react_agent_10x", map[string]any{"iterations": int64(3)}, map[string]int64{"nodes": 7, "routes": 4})
	check("langgraph/fanout_to_subgraph_10x", map[string]any{"width": int64(2), "workers": int64(0)},
		map[string]int64{"nodes": 2, "sub_nodes": 24, "sub_supersteps": 24})
	check("langgraph/sequential_1000_first_event", nil, map[string]int64{"nodes": 1, "supersteps": 1, "events": 1})
}

// TestNonce: another nonce is another input, for every timed benchmark, and
// none for the conformance cases.
func TestNonce(t *testing.T) {
	const nonce = 18446744073709551615
	for _, b := range graphBenchmarks() {
		if b.Name == "conformance/graph_spec" {
			continue
		}
		t.Run(b.Name, func(t *testing.T) {
			if strings.HasPrefix(b.Name, "langgraph/wide_state") && !strings.HasSuffix(b.Name, "_compilation") {
				skipLong(t)
				if b.Name != "langgraph/wide_state_9x1200" {
					t.Skip("as wide_state_9x1200, but larger")
				}
			}
			t.Parallel()
			c := openGraph(t, b.Name, nil)
			zero, one, again := verify(t, c, 0), verify(t, c, nonce), verify(t, c, nonce)
			if zero.Digest == nil {
				return
			}
			if *one.Digest != *again.Digest {
				t.Error("one nonce, two digests")
			}
			// An event that says who ran has no place for it.
			same := strings.HasPrefix(b.Name, "conformance/") || strings.HasSuffix(b.Name, "_first_event")
			if same != (*zero.Digest == *one.Digest) {
				t.Errorf("nonce 0 and another give digests %s and %s", *zero.Digest, *one.Digest)
			}
			mark := "#18446744073709551615"
			if strings.HasSuffix(b.Name, "_bincode_serialize") {
				mark = hex.EncodeToString([]byte(mark))
			}
			if !same && !strings.Contains(string(one.Result), mark) {
				t.Errorf("nonce is not in %.200s", one.Result)
			}
		})
	}
}

// TestSpotValues: digests at sizes that no row has by itself.
func TestSpotValues(t *testing.T) {
	check := func(name, knob string, n int64, want string) {
		t.Helper()
		if v := verify(t, openGraph(t, name, map[string]any{knob: n}), 0); v.Digest == nil || !strings.HasPrefix(*v.Digest, want) {
			t.Errorf("%s/%s=%d: got %v, error %v, want %s", name, knob, n, v.Digests["state"], v.Error, want)
		}
	}
	check("stress_tests/large_graph_100_nodes", "nodes", 1, "5d1f31445506dbfd")
	check("stress_tests/large_graph_100_nodes", "nodes", 10, "e1012194c5cb8125")
	check("stress_tests/large_graph_100_nodes", "nodes", 1000, "016a5c6229ca523e")
	check("stress_tests/wide_fanout_50_parallel_branches", "width", 1, "982c4c6c13c6b30d")
	check("stress_tests/wide_fanout_50_parallel_branches", "width", 200, "98e5a0ee12ac13fa")
}

func TestConformanceErrors(t *testing.T) {
	check := func(name, kind, field, node string, counters map[string]int64) {
		t.Helper()
		v := verify(t, openGraph(t, "conformance/graph_"+name, nil), 0)
		if v.Error == nil {
			t.Errorf("%s: no error, want %s", name, kind)
			return
		}
		if v.Error.Kind != kind || v.Error.Field != field || v.Error.Node != node {
			t.Errorf("%s: error %+v, want %s, field %q, node %q", name, *v.Error, kind, field, node)
		}
		if v.Digest != nil || v.Result != nil {
			t.Errorf("%s: a failed run has a result", name)
		}
		for k, n := range counters {
			if v.Counters[k] != n {
				t.Errorf("%s: %s %d, want %d", name, k, v.Counters[k], n)
			}
		}
	}
	check("recursion_limit_exceeded", "recursion_limit", "", "", map[string]int64{"nodes": 25, "supersteps": 25})
	check("concurrent_write", "concurrent_write", "x", "b", nil)
	check("unknown_field", "unknown_field", "nope", "s", nil)
	check("no_route", "no_route", "", "s", map[string]int64{"routes": 1})
	for _, kind := range []string{"unreachable", "unknown_node", "no_entry", "duplicate_node", "empty_routes"} {
		check(kind, kind, "", "", nil)
	}
	check("read_only_violation", "read_only_violation", "", "s", nil)
	check("node_failed", "node_failed", "", "worker2", map[string]int64{"checkpoints": 2})
}

// TestNodeFailedKeepsCheckpoints: the last checkpoint is that of the superstep
// before.
func TestNodeFailedKeepsCheckpoints(t *testing.T) {
	c := openGraph(t, "conformance/graph_node_failed", nil).(*graphCase)
	v := verify(t, c, 0)
	if v.Digests["checkpoints"] == "" {
		t.Error("no checkpoints digest")
	}
	if o := outcome(t, c, 0, 2); o.Counters["checkpoints"] != 2 || o.Digest != nil {
		t.Errorf("timed outcome %+v", o)
	}
}

func TestKnobsAreChecked(t *testing.T) {
	check := func(name string, knobs sdk.Params, want string) {
		t.Helper()
		_, err := graphBenchmark(t, name).Prepare(knobs)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s %v: error %v, want %q", name, knobs, err, want)
		}
	}
	check("sequential_execution/3_nodes_simple",
		sdk.Params{"nodes": int64(0), "payload": int64(0), "compile": "outside", "isolation": "share"}, "nodes=0: want at least 1")
	check("sequential_execution/3_nodes_simple",
		sdk.Params{"nodes": int64(1), "payload": int64(-1), "compile": "outside", "isolation": "share"}, "payload=-1: want at least 0")
	check("sequential_execution/3_nodes_simple",
		sdk.Params{"nodes": int64(1), "payload": int64(0), "compile": "both", "isolation": "share"}, "compile=both: want one of")
	check("state_cloning/small_state_clone", sdk.Params{"copy": "none"}, "copy=none: want one of generic, deepcopy, typed")
	check("state_cloning/small_state_json_serialize", sdk.Params{"repr": "text"}, "repr=text: want one of record, map")
}

// TestKnobOrder: names list knobs in one order everywhere.
func TestKnobOrder(t *testing.T) {
	order := []string{"workers", "nodes", "width", "items", "stages", "iterations", "latency_ms", "meta", "payload",
		"counter0", "compile", "isolation", "copy", "durability", "fsync", "repr"}
	for _, b := range graphBenchmarks() {
		if b.Name == "conformance/graph_spec" {
			continue
		}
		at := -1
		for _, p := range b.Params {
			i := slices.Index(order, p.Name)
			if i <= at {
				t.Errorf("%s: knob %s is out of order", b.Name, p.Name)
			}
			at = i
		}
	}
}

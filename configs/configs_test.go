package configs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"xbench/configs"
	"xbench/goimpl/suite"
	"xbench/harness/config"
	"xbench/harness/record"
	"xbench/harness/sdk"
)

func load(t *testing.T) *config.Config {
	t.Helper()
	c, err := config.Load("demo.yaml", configs.Demo)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func rows(t *testing.T, c *config.Config, suite string) []record.Row {
	t.Helper()
	r, err := c.Rows(config.Selection{Suite: suite})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSuites(t *testing.T) {
	c := load(t)
	check := func(suite string, total int, perCategory map[string]int) {
		t.Helper()
		got := make(map[string]int)
		all := rows(t, c, suite)
		for _, r := range all {
			if !r.ShownOnly {
				got[r.Category]++
			}
		}
		if len(all) != total || fmt.Sprint(got) != fmt.Sprint(perCategory) {
			t.Errorf("%s: %d rows, in goals %v; want %d, %v", suite, len(all), got, total, perCategory)
		}
	}
	// 48 benchmarks, nine of them with a second arm without workers.
	graph := map[string]int{"compilation": 3, "sequential_execution": 3, "conditional_branching": 3,
		"parallel_execution": 3 + 3, "checkpointing": 5, "event_streaming": 4 + 1, "state_cloning": 13 + 1, "stress_tests": 4 + 1,
		"real_world_scenarios": 3 + 2, "tracing_overhead": 3 + 1, "read_only_optimization": 4}
	// And shown: three typed clones, three of Python's library, three typed
	// JSON encodings, three traced runs, two with fsync.
	check("graph", 48+9+3+3+3+3+2, graph)
	quick := map[string]int{"compilation": 1, "sequential_execution": 2, "conditional_branching": 1,
		"parallel_execution": 2, "checkpointing": 1, "state_cloning": 1, "event_streaming": 1, "stress_tests": 1, "real_world_scenarios": 1,
		"build/io_bound": 2, "build/cpu_bound": 1, "build/light": 2, "build/heavy_cpu": 1}
	check("quick", 17, quick)
	check("", 17, quick)
	check("build", 49, map[string]int{"build/io_bound": 10, "build/cpu_bound": 11, "build/heavy_cpu": 6, "build/light": 19})
	check("smoke", 5, map[string]int{"compilation": 1, "sequential_execution": 1, "state_cloning": 1,
		"build/io_bound": 1, "build/light": 1})
	check("conformance", 68, map[string]int{})
	full := map[string]int{"build/io_bound": 10, "build/cpu_bound": 10, "build/heavy_cpu": 6, "build/light": 10}
	for k, v := range graph {
		full[k] = v
	}
	// Seven scenarios under five executors, fork and forkserver; the graph
	// rows, two compilations of 100 nodes, seven with latency.
	check("full", 7*5+2+48+9+3+3+3+3+2+2+7, full)
	check("compile_inside", 18, map[string]int{}) // sequential_execution to event_streaming
	check("langgraph", 3+2*3+2*2+2, map[string]int{"langgraph": 15})
	check("slow", 3*3, map[string]int{"langgraph": 9})
	check("extras", 4+4+5+3+5+5+5+5+3+4, map[string]int{"build/io_bound": 13, "build/heavy_cpu": 3, "build/file_io": 10, "build/completion_check": 5})
}

// Every benchmark of the graph engine is in the suite graph at its own
// parameters, and each that has workers also without.
func TestGraphSuiteIsComplete(t *testing.T) {
	c := load(t)
	in := make(map[string]bool)
	for _, r := range rows(t, c, "graph") {
		in[r.Name] = true
	}
	count := 0
	for _, b := range suite.Implementation().Benchmarks {
		group, _, _ := strings.Cut(b.Name, "/")
		if slices.Contains([]string{"build", "conformance", "langgraph"}, group) {
			continue
		}
		count++
		if !in[b.Name] {
			t.Errorf("%s is not in the suite", b.Name)
		}
		hasWorkers := slices.ContainsFunc(b.Params, func(p sdk.Param) bool { return p.Name == "workers" })
		if hasWorkers != in[b.Name+"/workers=0"] && !strings.HasSuffix(b.Name, "_with_subscriber") {
			t.Errorf("%s/workers=0 is in the suite: %v", b.Name, !hasWorkers)
		}
	}
	if count != 48+3 {
		t.Errorf("%d graph benchmarks, want 48 and three traced", count)
	}
}

// full runs every scenario under every executor at the catalogue's own
// parameters: no knob but the executor is set.
func TestFullBuildsAtTheirOwnParameters(t *testing.T) {
	plain := make(map[string][]string) // scenario -> executors
	for _, r := range rows(t, load(t), "full") {
		if r.Group != "build" || len(r.Params) != 1 {
			continue
		}
		executor, ok := r.Params.Get("executor")
		if !ok || executor != r.Variant || r.Table != r.ID {
			t.Errorf("%s: table %q, variant %q", r.Name, r.Table, r.Variant)
		}
		plain[r.ID] = append(plain[r.ID], r.Variant)
	}
	if len(plain) != 7 {
		t.Errorf("%d scenarios, want 7", len(plain))
	}
	for id, executors := range plain {
		if len(executors) != 5 {
			t.Errorf("%s under %v, want 5 executors", id, executors)
		}
	}
}

// knobOrder is the catalogue's; a row written in another order would change
// its name when a run makes it canonical.
var knobOrder = []string{"executor", "workers", "nodes", "iterations", "sleep_ms", "latency_ms", "compile", "pool", "start_method",
	"blocking", "targets", "discover", "copy", "fsync", "repr"}

func TestRowsAreConsistent(t *testing.T) {
	c := load(t)
	inSuite := make(map[string]bool)
	for _, s := range c.Suites {
		if s.Description == "" {
			t.Errorf("suite %s has no description", s.Name)
		}
		for _, r := range rows(t, c, s.Name) {
			inSuite[r.Name] = true
		}
	}
	for _, b := range c.Benchmarks {
		if !inSuite[b.Name] {
			t.Errorf("%s is in no suite", b.Name)
		}
		if b.Description == "" {
			t.Errorf("%s has no description", b.Name)
		}
		last := -1
		for _, p := range b.Params {
			i := slices.Index(knobOrder, p.Name)
			if i <= last {
				t.Errorf("%s: knob %s is unknown or out of order", b.Name, p.Name)
			}
			last = i
		}
		checkBuild(t, b)
		conformance := b.Category == "conformance"
		if conformance != (b.Group == "") || conformance && !b.ShownOnly {
			t.Errorf("%s: group %q, shown only %v", b.Name, b.Group, b.ShownOnly)
		}
	}
}

// checkBuild recomputes what a build row states from its parameters.
func checkBuild(t *testing.T, b config.Benchmark) {
	t.Helper()
	if !strings.HasPrefix(b.Name, "build/") {
		if b.Group == "build" || b.Group == "extras" {
			t.Errorf("%s is in group %s", b.Name, b.Group)
		}
		return
	}
	knob := func(name string, def any) any {
		if v, ok := b.Params.Get(name); ok {
			return v
		}
		return def
	}
	scenario := strings.TrimPrefix(b.ID(), "build/")
	kind := scenario
	for _, kindOf := range []string{"io_bound", "cpu_bound", "heavy_cpu", "light", "file_io", "completion_check"} {
		if strings.HasPrefix(scenario, kindOf) {
			kind = kindOf
		}
	}
	isArm := knob("pool", "cold") != "cold" || knob("blocking", "to_thread") != "to_thread" || knob("discover", "") == "short_circuit"
	isExtra := isArm || !strings.HasSuffix(scenario, "_static") && !strings.HasSuffix(scenario, "_dynamic")
	if b.Category != "build/"+kind || (b.Group == "extras") != isExtra || (b.Group == "build") == isExtra {
		t.Errorf("%s: category %s, group %s", b.Name, b.Category, b.Group)
	}
	executor, method, blocking := knob("executor", ""), knob("start_method", "spawn"), knob("blocking", "to_thread")
	variant := fmt.Sprint(executor)
	if method != "spawn" {
		variant += fmt.Sprint(" ", method)
	}
	if blocking != "to_thread" {
		variant += fmt.Sprint(" ", blocking)
	}
	if b.Variant != variant || !strings.HasPrefix(b.Table, b.ID()) {
		t.Errorf("%s: table %q, variant %q", b.Name, b.Table, b.Variant)
	}
	if (method != "spawn") != slices.Equal(b.SideSpecific, []string{"ipc_messages", "ipc_bytes"}) {
		t.Errorf("%s: side specific %v", b.Name, b.SideSpecific)
	}
	if b.ShownOnly != (method == "forkserver" || isArm) {
		t.Errorf("%s: shown only %v", b.Name, b.ShownOnly)
	}
	var bound time.Duration
	if kind == "io_bound" || kind == "completion_check" {
		each := map[string]int64{"io_bound_flat_many": 10, "completion_check": 50}[scenario]
		if each == 0 {
			each = knob("sleep_ms", int64(100)).(int64)
		}
		oneByOne := executor == "sequential" || blocking == "on_loop"
		bound = time.Duration(turns(scenario, oneByOne, knob("discover", "full") == "short_circuit")) * time.Duration(each) * time.Millisecond
	}
	if b.LowerBound != bound || b.Waits != (bound > 0) {
		t.Errorf("%s: lower bound %v, want %v; waits %v", b.Name, b.LowerBound, bound, b.Waits)
	}
}

// turns is how many sleeps come one after the other at least, on four workers.
func turns(scenario string, oneByOne, rootOnly bool) int {
	switch {
	case rootOnly:
		return 1
	case scenario == "io_bound_static" && oneByOne:
		return 8 + 4 + 2 + 1
	case scenario == "io_bound_static":
		return 2 + 1 + 1 + 1 // 8 leaves on 4 workers, then three levels
	case scenario == "completion_check" && !oneByOne:
		return 1 + 2 // the root, then 100 leaves, 50 at a time
	}
	leaves := map[string]int{"io_bound_dynamic": 8, "io_bound_flat": 32, "io_bound_flat_64": 64, "io_bound_flat_many": 100, "completion_check": 100}[scenario]
	if oneByOne {
		return leaves + 1
	}
	return (leaves+3)/4 + 1
}

// Each copy and JSON encoding that knows no schema has its other arms beside
// it, in every suite that has all of them, and none of these counts.
func TestArmsOfCloning(t *testing.T) {
	c := load(t)
	for _, suite := range []string{"graph", "full"} {
		shown := make(map[string]bool)
		for _, r := range rows(t, c, suite) {
			shown[r.Name] = r.ShownOnly
		}
		for _, size := range []string{"small", "medium", "large"} {
			for name, want := range map[string]bool{
				"_state_clone": false, "_state_clone/copy=deepcopy": true, "_state_clone/copy=typed": true,
				"_state_json_serialize": false, "_state_json_serialize/repr=record": true,
			} {
				if got, ok := shown["state_cloning/"+size+name]; !ok || got != want {
					t.Errorf("%s: %s%s: in the suite %v, shown only %v; want %v", suite, size, name, ok, got, want)
				}
			}
		}
	}
}

func TestExpectedSpeedups(t *testing.T) {
	want := map[string]float64{
		"compilation/simple_graph_3_nodes": 2.9, "compilation/complex_graph_10_nodes": 3.6,
		"sequential_execution/3_nodes_simple": 2.7, "sequential_execution/5_nodes_complex": 3.0,
		"conditional_branching/binary_conditional": 2.6, "conditional_branching/loop_with_exit_condition": 2.6,
		"parallel_execution/fanout_3_workers":     4.2,
		"checkpointing/memory_checkpoint_3_nodes": 5.8,
		"checkpointing/memory_checkpoint_5_nodes": 4.9,
	}
	for _, b := range load(t).Benchmarks {
		if b.Expected != want[b.Name] {
			t.Errorf("%s: expected %v, want %v", b.Name, b.Expected, want[b.Name])
		}
	}
}

func TestImplementations(t *testing.T) {
	c := load(t)
	if len(c.Implementations) != 2 || !c.Implementations[0].Reference || c.Implementations[0].Name != "python" || c.Implementations[1].Name != "go" {
		t.Fatalf("got %+v", c.Implementations)
	}
	needs := c.Implementations[0].Needs
	if _, ok := needs.Satisfied("Python 3.9.18"); ok {
		t.Error("Python 3.9 is too old")
	}
	if v, ok := needs.Satisfied("Python 3.13.1"); !ok || v != "3.13.1" {
		t.Errorf("Python 3.13.1: got %q, %v", v, ok)
	}
}

func TestGoals(t *testing.T) {
	c := load(t)
	goals, err := scopeOf(c).DecodeGoals("demo.yaml", configs.Demo)
	if err != nil {
		t.Fatal(err)
	}
	count := make(map[string]int)
	for _, g := range goals {
		count[g.Suite+" "+g.Level]++
		if g.Consistency != 0 && g.Consistency != 0.3 || g.Each == 1 && g.Tolerance != 0.05 || !g.Gate {
			t.Errorf("got %+v", g)
		}
	}
	want := map[string]int{"graph minimum": 3, "graph target": 3, "graph stretch": 3, "build minimum": 1, "build target": 1, "build stretch": 1}
	if fmt.Sprint(count) != fmt.Sprint(want) {
		t.Errorf("goals %v, want %v", count, want)
	}
	// Each goal is about rows that a suite measures and that count.
	for _, g := range goals {
		if !slices.ContainsFunc(c.Benchmarks, func(b config.Benchmark) bool {
			return b.Group == g.Suite && !b.ShownOnly && config.Match(g.Over, b.Name)
		}) {
			t.Errorf("goal %q is about no row", g.Claim)
		}
	}
}

package suite

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"xbench/goimpl/build"
	"xbench/goimpl/suite/randspec"
	"xbench/harness/protocol"
	"xbench/harness/sdk"
)

// Every conformance case, with every executor.
func TestBuildConformance(t *testing.T) {
	check := func(id string, inProcess, multiprocess build.Counters, want *sdk.WorkError) {
		t.Helper()
		for _, executor := range build.Executors() {
			v := verified(t, "conformance/build_"+id, sdk.Params{"executor": executor}, 0)
			if !reflect.DeepEqual(v.Error, want) {
				t.Errorf("%s, %s: error %+v, want %+v", id, executor, v.Error, want)
			}
			c := inProcess
			if executor == build.MultiProcess {
				c = multiprocess
			}
			counters := counterMap(&c)
			delete(counters, "max_running")
			if c.IPCBytes == 0 { // not prescribed
				counters["ipc_bytes"] = v.Counters["ipc_bytes"]
			}
			checkCounters(t, v.Counters, counters)
			if refused := want != nil && want.Kind != "task_failed"; refused != (v.Digest == nil) {
				t.Errorf("%s, %s: digest %v", id, executor, deref(v.Digest))
			}
		}
	}
	static := func(n, run int64) (in, mp build.Counters) {
		in = build.Counters{TasksRun: run, BodyStarts: run, TargetsWritten: run, ChecksParent: n}
		mp = in
		mp.IPCMessages = 2 * run
		return in, mp
	}

	in, mp := static(4, 4)
	check("diamond", in, mp, nil)

	in, mp = static(4, 4)
	in.Suspensions = 2
	mp.BodyStarts, mp.ReExecutions, mp.ChecksChild, mp.IPCMessages = 6, 2, 8, 12
	check("dynamic_two_rounds", in, mp, nil)

	in, mp = static(9, 9)
	in.Suspensions = 1
	mp.BodyStarts, mp.ReExecutions, mp.ChecksChild, mp.IPCMessages = 10, 1, 16, 20
	check("workers_one_dynamic", in, mp, nil)

	in, mp = static(1, 0)
	in.PreviouslyComplete, mp.PreviouslyComplete = 1, 1
	check("rerun", in, mp, nil)

	in, mp = static(9, 8)
	in.PreviouslyComplete, mp.PreviouslyComplete = 1, 1
	check("resume_precompleted", in, mp, nil)

	in, mp = static(5, 2)
	in.Failed, in.BodyStarts = 1, 3
	mp.Failed, mp.BodyStarts, mp.IPCMessages = 1, 3, 6
	check("fail_fast", in, mp, &sdk.WorkError{Kind: "task_failed", Key: "c2", Message: "boom"})

	in, mp = static(8, 6)
	in.Failed, in.Skipped, in.BodyStarts = 1, 1, 7
	mp.Failed, mp.Skipped, mp.BodyStarts, mp.IPCMessages = 1, 1, 7, 14
	check("fail_continue", in, mp, &sdk.WorkError{Kind: "task_failed", Key: "bad", Message: "boom"})

	check("cycle", build.Counters{}, build.Counters{}, &sdk.WorkError{Kind: "cycle", Path: []string{"a", "b", "c", "a"}})
	check("dynamic_cycle", build.Counters{}, build.Counters{}, &sdk.WorkError{Kind: "cycle", Path: []string{"root", "x", "root"}})
	check("unknown_task", build.Counters{}, build.Counters{}, &sdk.WorkError{Kind: "unknown_task", Key: "nowhere"})
}

// A conformance case can be timed like any other, also one that fails.
func TestBuildConformanceBatch(t *testing.T) {
	for _, id := range []string{"diamond", "fail_fast", "cycle"} {
		c := prepared(t, "conformance/build_"+id, sdk.Params{"executor": build.ThreadPool})
		run, err := c.Batch(5, 2)
		if err != nil {
			t.Fatal(err)
		}
		if err := run(); err != nil {
			t.Fatal(err)
		}
		out, err := c.Outcome()
		v, verr := c.Verify(0, false)
		if err != nil || verr != nil || deref(out.Digest) != deref(v.Digest) {
			t.Errorf("%s: %+v, %v; verified %+v, %v", id, out, err, v, verr)
		}
	}
}

// randomBuild makes a spec and sends it through the protocol's encoding, as
// one that comes from xbench does.
func randomBuild(t *testing.T, seed uint64) sdk.Params {
	t.Helper()
	text, err := json.Marshal(randspec.Build(rand.New(rand.NewPCG(seed, 0))))
	if err != nil {
		t.Fatal(err)
	}
	var p protocol.Params
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	out := sdk.Params{}
	for _, param := range p {
		out[param.Name] = param.Value
	}
	return out
}

// The same outputs, counters and errors from every executor and number of
// workers, and between processes the same bytes every time. Verify checks the
// order of events itself.
func TestRandomBuilds(t *testing.T) {
	seen := map[string]int{}
	pools := processPools{}
	defer pools.close(t)
	for seed := range uint64(60) {
		spec := randomBuild(t, seed)
		drawn := spec["workers"]
		var first, between sdk.Verification
		check := func(executor string, workers any) sdk.Verification {
			t.Helper()
			spec["executor"], spec["workers"] = executor, workers
			v := pools.verify(t, seed, spec)
			if first.Counters == nil {
				first = v
			}
			compareRandom(t, seed, spec, v, first)
			return v
		}
		check(build.Sequential, drawn)
		for _, executor := range build.Executors()[1:4] {
			check(executor, drawn)
			check(executor, int64(1))
		}
		for _, workers := range []int64{1, 3} {
			v := check(build.MultiProcess, workers)
			delete(v.Counters, "max_running")
			if workers > 1 {
				checkCounters(t, v.Counters, between.Counters)
			}
			between = v
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
		note(seen, spec, first)
	}
	t.Logf("seen: %v", seen)
	for _, what := range []string{"ok", "suspended", "complete", "short_circuit", "full", "task_failed fail_fast", "task_failed continue", "cycle", "unknown_task"} {
		if seen[what] == 0 {
			t.Errorf("no random build was of the sort %q", what)
		}
	}
}

// processPools keeps the children of multiprocess from build to build, by
// options: starting them would take nearly all the time of the test.
type processPools map[string]build.Executor

func (pools processPools) close(t *testing.T) {
	for _, ex := range pools {
		if err := ex.Close(); err != nil {
			t.Error(err)
		}
	}
}

// verify keeps the targets of the pools inside the process in memory where it
// can, which saves time as well; the other executors show that files make no
// difference.
func (pools processPools) verify(t *testing.T, seed uint64, spec sdk.Params) sdk.Verification {
	t.Helper()
	work, err := specWork(spec)
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	c := &buildCase{work: work}
	switch o := work.options; o.Executor {
	case build.Sequential:
	case build.MultiProcess:
		key := fmt.Sprint(o.Workers, o.FailMode, o.Discover)
		if pools[key] == nil {
			if pools[key], err = build.New(o); err != nil {
				t.Fatal(err)
			}
		}
		c.up = pools[key]
	default:
		if !writesFiles(spec) {
			c.work.targets = targetsMemory
		}
	}
	v, err := c.Verify(0, false)
	if err != nil {
		t.Fatalf("seed %d, %s: %v", seed, work.options.Executor, err)
	}
	if err := c.discard(); err != nil {
		t.Error(err)
	}
	return v
}

// writesFiles reports whether a task needs a directory for data of its own.
func writesFiles(spec sdk.Params) bool {
	for _, v := range spec["tasks"].(map[string]any) {
		if kind, _ := v.(map[string]any)["kind"].(string); strings.HasPrefix(kind, "file_") {
			return true
		}
	}
	return false
}

func compareRandom(t *testing.T, seed uint64, spec sdk.Params, got, want sdk.Verification) {
	t.Helper()
	where := func() string { return spec["executor"].(string) }
	if deref(got.Digest) != deref(want.Digest) || !reflect.DeepEqual(got.Error, want.Error) {
		t.Errorf("seed %d, %s: %s %+v, want %s %+v", seed, where(), deref(got.Digest), got.Error, deref(want.Digest), want.Error)
	}
	if x := got.Counters["max_running"]; x > spec["workers"].(int64) || x > 1 && where() == build.Sequential {
		t.Errorf("seed %d, %s: max_running %d with %d workers", seed, where(), x, spec["workers"])
	}
	for counter, w := range want.Counters {
		g := got.Counters[counter]
		switch counter {
		case "max_running":
			continue
		case "suspensions", "body_starts":
			if spec["executor"] == build.MultiProcess {
				continue // a request that waits is an execution there; below
			}
		case "re_executions", "checks_child", "ipc_messages", "ipc_bytes":
			if spec["executor"] == build.MultiProcess {
				continue
			}
		}
		if g != w {
			t.Errorf("seed %d, %s: %s is %d, want %d", seed, where(), counter, g, w)
		}
	}
	if spec["executor"] == build.MultiProcess {
		g := got.Counters
		if g["suspensions"] != 0 || g["ipc_messages"] != 2*g["body_starts"] || g["body_starts"]-g["re_executions"] != want.Counters["body_starts"] {
			t.Errorf("seed %d: %v, in process %v", seed, g, want.Counters)
		}
	}
}

func note(seen map[string]int, spec sdk.Params, v sdk.Verification) {
	seen[spec["discover"].(string)]++
	switch {
	case v.Error == nil:
		seen["ok"]++
	case v.Error.Kind == "task_failed":
		seen["task_failed "+spec["fail_mode"].(string)]++
	default:
		seen[v.Error.Kind]++
	}
	if v.Counters["suspensions"] > 0 {
		seen["suspended"]++
	}
	if len(spec["complete"].([]any)) > 0 {
		seen["complete"]++
	}
}

func TestBuildBenchmarkList(t *testing.T) {
	order := []string{"executor", "workers", "leaves", "iterations", "sleep_ms", "size", "cycles", "latency_ms",
		"pool", "start_method", "blocking", "targets", "discover", "fail_mode", "check_workers"}
	count := map[string]int{}
	for _, b := range buildBenchmarks() {
		group, _, _ := strings.Cut(b.Name, "/")
		count[group]++
		if b.Name == "conformance/build_spec" {
			continue
		}
		last := -1
		for _, p := range b.Params {
			at := -1
			for i, name := range order {
				if name == p.Name {
					at = i
				}
			}
			if at <= last {
				t.Errorf("%s: knob %s is out of order", b.Name, p.Name)
			}
			last = at
		}
		if b.Params[0].Name != "executor" || b.Params[0].Default != nil {
			t.Errorf("%s: first knob is %+v, want executor without default", b.Name, b.Params[0])
		}
	}
	if count["build"] != 14 || count["conformance"] != 11 {
		t.Errorf("%v benchmarks, want 14 scenarios and 11 conformance cases", count)
	}
}

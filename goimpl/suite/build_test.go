package suite

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"xbench/goimpl/build"
	"xbench/harness/sdk"
)

// TestMain makes the test binary a child of the multiprocess executor when it
// is started as one, as the real program's Main does.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == hiddenCommand {
		os.Exit(Main(os.Args[2:], os.Stdin, os.Stdout, os.Stderr))
	}
	// Under the race detector a process waits a second before it exits, which
	// would be most of the time of tests that start many.
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	os.Exit(m.Run())
}

// prepared returns a case of the named benchmark, with knobs over defaults.
func prepared(t testing.TB, name string, knobs sdk.Params) sdk.Case {
	t.Helper()
	c, err := prepare(t, name, knobs)
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

func prepare(t testing.TB, name string, knobs sdk.Params) (sdk.Case, error) {
	t.Helper()
	list := buildBenchmarks()
	i := slices.IndexFunc(list, func(b sdk.Benchmark) bool { return b.Name == name })
	if i < 0 {
		t.Fatalf("no benchmark %q", name)
	}
	p := sdk.Params{}
	for _, param := range list[i].Params {
		p[param.Name] = param.Default
	}
	for knob, v := range knobs {
		if _, ok := p[knob]; !ok {
			t.Fatalf("%s has no knob %q", name, knob)
		}
		p[knob] = v
	}
	return list[i].Prepare(p)
}

func verified(t testing.TB, name string, knobs sdk.Params, nonce uint64) sdk.Verification {
	t.Helper()
	v, err := prepared(t, name, knobs).Verify(nonce, false)
	if err != nil {
		t.Fatalf("%s %v: %v", name, knobs, err)
	}
	return v
}

// A goldenBuild is what a build comes to with any executor.
type goldenBuild struct {
	Output         string `json:"output_digest"`
	RootID         string `json:"root_id"`
	Tasks          int64  `json:"tasks"`
	TargetBytes    int64  `json:"target_bytes"`
	Suspensions    int64  `json:"suspensions"`
	MPBodyStarts   int64  `json:"mp_body_starts"`
	MPChecksChild  int64  `json:"mp_checks_child"`
	MPIPCMessages  int64  `json:"mp_ipc_messages"`
	MPIPCBytes     int64  `json:"mp_ipc_bytes"`
	beforehandOnly bool   // every task is complete before the build
}

func goldenBuilds(t *testing.T) map[string]goldenBuild {
	t.Helper()
	text, err := os.ReadFile("testdata/golden-build.json")
	if err != nil {
		t.Fatal(err)
	}
	golden := map[string]goldenBuild{}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden) != 16 {
		t.Errorf("%d golden builds, want 16", len(golden))
	}
	g := golden["build/completion_check"]
	g.beforehandOnly = true
	golden["build/completion_check"] = g
	return golden
}

// want returns all counters but max_running.
func (g goldenBuild) want(executor string) map[string]int64 {
	c := build.Counters{ChecksParent: g.Tasks, Suspensions: g.Suspensions}
	if g.beforehandOnly {
		c.PreviouslyComplete = g.Tasks
	} else {
		c.TasksRun, c.BodyStarts, c.TargetsWritten = g.Tasks, g.Tasks, g.Tasks
	}
	if executor == build.MultiProcess {
		c.Suspensions, c.ReExecutions = 0, g.MPBodyStarts-c.TasksRun
		c.BodyStarts, c.ChecksChild = g.MPBodyStarts, g.MPChecksChild
		c.IPCMessages, c.IPCBytes = g.MPIPCMessages, g.MPIPCBytes
	}
	want := counterMap(&c)
	delete(want, "max_running")
	return want
}

func checkCounters(t *testing.T, got, want map[string]int64) {
	t.Helper()
	got = maps.Clone(got)
	delete(got, "max_running")
	if !reflect.DeepEqual(got, want) {
		t.Errorf("counters\n got %v\nwant %v", got, want)
	}
}

// Every scenario at the catalogue's parameters. The slow ones run with fewer
// executors: that these agree is shown with the fast ones.
func TestGoldenBuilds(t *testing.T) {
	for name, g := range goldenBuilds(t) {
		executors := build.Executors()
		switch {
		case name == "build/io_bound_flat":
			executors = []string{build.ThreadPool, build.MultiProcess}
		case name == "build/io_bound_flat_64":
			executors = []string{build.AsyncIO}
		case strings.HasPrefix(name, "build/io_bound"), name == "build/completion_check":
			executors = []string{build.ThreadPool, build.AsyncIO, build.AsyncIOQueue, build.MultiProcess}
		case strings.HasPrefix(name, "build/heavy_cpu") && raceDetector:
			executors = nil // it makes hashing ten times as slow
		case name == "build/heavy_cpu_static":
			executors = []string{build.AsyncIOQueue}
		case name == "build/heavy_cpu_flat_8":
			executors = []string{build.MultiProcess}
		}
		for _, executor := range executors {
			t.Run(name+"/"+executor, func(t *testing.T) {
				t.Parallel()
				checkGoldenBuild(t, name, executor, g)
			})
		}
	}
}

func checkGoldenBuild(t *testing.T, name, executor string, g goldenBuild) {
	c := prepared(t, name, sdk.Params{"executor": executor})
	v, err := c.Verify(0, true)
	if err != nil {
		t.Fatal(err)
	}
	if v.Error != nil || v.Digest == nil || *v.Digest != g.Output || v.Digests["output"] != g.Output {
		t.Errorf("digest %v, error %v, want %s", deref(v.Digest), v.Error, g.Output)
	}
	if !strings.Contains(string(v.Result), `"id":"`+g.RootID+`"`) {
		t.Errorf("no task has id %s: %.300s", g.RootID, v.Result)
	}
	var records []json.RawMessage
	if err := json.Unmarshal(v.Result, &records); err != nil {
		t.Fatal(err)
	}
	bytes := 0
	for _, r := range records {
		bytes += len(r)
	}
	if int64(bytes) != g.TargetBytes {
		t.Errorf("%d bytes in targets, want %d", bytes, g.TargetBytes)
	}
	checkCounters(t, v.Counters, g.want(executor))
	x := v.Counters["max_running"]
	if low := min(g.Tasks, 1); g.beforehandOnly && x != 0 || !g.beforehandOnly && (x < low || x > 4) || executor == build.Sequential && x > 1 {
		t.Errorf("max_running %d", x)
	}
}

// Discovery looks at everything, or at the root alone.
func TestCompletionCheck(t *testing.T) {
	for _, executor := range build.Executors() {
		for _, targets := range []string{targetsFile, targetsMemory, targetsNone} {
			if targets != targetsFile && executor == build.MultiProcess {
				continue
			}
			check := func(discover string, nonce uint64, want int64) {
				t.Helper()
				c := prepared(t, "build/completion_check", sdk.Params{"executor": executor, "targets": targets,
					"discover": discover, "latency_ms": int64(0), "leaves": int64(20)})
				v, err := c.Verify(nonce, false)
				if err != nil {
					t.Fatal(err)
				}
				o := outcome(t, c, nonce, 2)
				for _, counters := range []map[string]int64{v.Counters, o.Counters} {
					if counters["checks_parent"] != want || counters["previously_complete"] != want || counters["tasks_run"] != 0 || counters["targets_written"] != 0 {
						t.Errorf("%s, %s, %s: %v, want %d checks", executor, targets, discover, counters, want)
					}
				}
				if deref(o.Digest) != deref(v.Digest) || (v.Digest == nil) != (targets == targetsNone) {
					t.Errorf("%s, %s: digest %s, timed %s", executor, targets, deref(v.Digest), deref(o.Digest))
				}
			}
			check(build.Full, 0, 21)
			check(build.ShortCircuit, 9, 1)
		}
	}
}

func deref(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

// Knobs that do not belong to the work leave the digest and the counters as
// they are; targets=none has nothing to digest.
func TestBuildKnobs(t *testing.T) {
	golden := goldenBuilds(t)
	check := func(name, executor string, knobs sdk.Params) {
		t.Helper()
		knobs["executor"] = executor
		v := verified(t, name, knobs, 0)
		want := golden[name].want(executor)
		if knobs["targets"] == targetsNone {
			want["targets_written"] = 0
			if v.Digest != nil {
				t.Errorf("%s %v: digest %s, want none", name, knobs, *v.Digest)
			}
		} else if deref(v.Digest) != golden[name].Output {
			t.Errorf("%s %v: digest %s", name, knobs, deref(v.Digest))
		}
		checkCounters(t, v.Counters, want)
	}
	for _, name := range []string{"build/light_static", "build/light_dynamic"} {
		for _, executor := range build.Executors()[:4] {
			check(name, executor, sdk.Params{"targets": targetsMemory})
			check(name, executor, sdk.Params{"targets": targetsNone, "workers": int64(1)})
		}
		for _, executor := range build.Executors() {
			if executor != build.Sequential && executor != build.AsyncIO {
				check(name, executor, sdk.Params{"pool": "warm", "workers": int64(2)})
			}
			check(name, executor, sdk.Params{"discover": build.Full, "fail_mode": build.Continue})
		}
		check(name, build.AsyncIO, sdk.Params{"blocking": build.OnLoop})
		check(name, build.AsyncIOQueue, sdk.Params{"blocking": build.OnLoop})
		check(name, build.MultiProcess, sdk.Params{"start_method": "fork"})
	}
}

// On the loop the tasks of a dynamic build run one after the other, those that
// were asked for too.
func TestBuildOnLoop(t *testing.T) {
	for _, executor := range []string{build.AsyncIO, build.AsyncIOQueue} {
		knobs := sdk.Params{"executor": executor, "blocking": build.OnLoop, "sleep_ms": int64(1)}
		if v := verified(t, "build/io_bound_dynamic", knobs, 0); v.Counters["max_running"] != 1 {
			t.Errorf("%s: max_running %d, want 1", executor, v.Counters["max_running"])
		}
	}
}

// The nonce is part of every key and of what cpu hashes, equally for all
// executors, and of nothing in a conformance case.
func TestBuildNonce(t *testing.T) {
	digests := map[string]bool{}
	for _, nonce := range []uint64{0, 1, 1<<64 - 1} {
		var first string
		for _, executor := range build.Executors() {
			v := verified(t, "build/cpu_bound_dynamic", sdk.Params{"executor": executor, "iterations": int64(10)}, nonce)
			if first == "" {
				first = *v.Digest
			}
			if *v.Digest != first {
				t.Errorf("%s: nonce %d: digest %s, want %s", executor, nonce, *v.Digest, first)
			}
		}
		digests[first] = true
	}
	if len(digests) != 3 {
		t.Errorf("three nonces gave %d digests", len(digests))
	}
	v := verified(t, "conformance/build_diamond", sdk.Params{"executor": build.ThreadPool}, 77)
	if want := goldenBuilds(t)["conformance/build_diamond"].Output; *v.Digest != want {
		t.Errorf("conformance depends on the nonce: %s", *v.Digest)
	}
	c := prepared(t, "build/cpu_bound_static", sdk.Params{"executor": build.Sequential, "iterations": int64(1), "leaves": int64(4)})
	v, err := c.Verify(7, true)
	if err != nil || !strings.Contains(string(v.Result), `"key":"leaf_0#7"`) || !strings.Contains(string(v.Result), `"hash":"`) {
		t.Errorf("result %s, %v", v.Result, err)
	}
}

// A batch of k iterations runs k builds on k fresh roots, and frees them
// outside of what is timed.
func TestBuildBatch(t *testing.T) {
	for _, executor := range build.Executors() {
		for _, pool := range []string{"cold", "warm"} {
			if pool == "warm" && (executor == build.Sequential || executor == build.AsyncIO) {
				continue
			}
			c := prepared(t, "build/light_dynamic", sdk.Params{"executor": executor, "pool": pool, "workers": int64(2)}).(*buildCase)
			for _, nonce := range []uint64{0, 3} {
				run, err := c.Batch(nonce, 3)
				if err != nil {
					t.Fatal(err)
				}
				if roots, err := os.ReadDir(c.dir); err != nil || len(roots) != 3 {
					t.Errorf("%d roots before the clock starts, %v", len(roots), err)
				}
				if err := run(); err != nil {
					t.Fatal(err)
				}
				out, err := c.Outcome()
				if err != nil {
					t.Fatal(err)
				}
				v, err := c.Verify(nonce, false)
				if err != nil || deref(out.Digest) != deref(v.Digest) || out.Counters["tasks_run"] != 9 {
					t.Errorf("outcome %s %v, verified %s, %v", deref(out.Digest), out.Counters, deref(v.Digest), err)
				}
				// Verify in between does not change what the batch left.
				if again, err := c.Outcome(); err != nil || deref(again.Digest) != deref(out.Digest) {
					t.Errorf("outcome after verify %s, %v", deref(again.Digest), err)
				}
			}
			dir := c.dir
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(dir); !os.IsNotExist(err) {
				t.Errorf("%s is left behind: %v", dir, err)
			}
		}
	}
}

func TestBuildKnobErrors(t *testing.T) {
	check := func(name string, knobs sdk.Params, want string) {
		t.Helper()
		c, err := prepare(t, name, knobs)
		if err == nil {
			c.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s %v: got %v, want %s", name, knobs, err, want)
		}
	}
	static := "build/light_static"
	check(static, nil, "executor must be given: one of sequential, ")
	check(static, sdk.Params{"executor": "treadpool"}, `executor is "treadpool", want one of sequential, `)
	check(static, sdk.Params{"executor": "multiprocess", "targets": "memory"}, "targets=memory cannot be shared by the processes")
	check(static, sdk.Params{"executor": "multiprocess", "targets": "none"}, "want targets=file")
	check(static, sdk.Params{"executor": "asyncio", "targets": "disk"}, `targets is "disk", want one of file, memory, none`)
	check(static, sdk.Params{"executor": "asyncio", "pool": "hot"}, `pool is "hot", want one of cold, warm`)
	check(static, sdk.Params{"executor": "asyncio", "pool": "warm"}, "pool=warm is for executors that keep workers (threadpool, asyncio_queue, multiprocess), not for asyncio")
	check(static, sdk.Params{"executor": "sequential", "pool": "warm"}, "not for sequential")
	check(static, sdk.Params{"executor": "asyncio", "blocking": "x"}, `blocking is "x"`)
	check(static, sdk.Params{"executor": "asyncio", "discover": "x"}, `discover is "x"`)
	check(static, sdk.Params{"executor": "asyncio", "fail_mode": "x"}, `fail_mode is "x"`)
	check(static, sdk.Params{"executor": "asyncio", "start_method": "x"}, `start_method is "x"`)
	check(static, sdk.Params{"executor": "asyncio", "start_method": "fork"}, "start_method=fork is for executor=multiprocess, not for asyncio")
	check(static, sdk.Params{"executor": "threadpool", "blocking": "on_loop"}, "not for threadpool")
	check(static, sdk.Params{"executor": "asyncio", "blocking": "native"}, "blocking=native is for tasks that sleep, not for light tasks")
	check(static, sdk.Params{"executor": "asyncio", "workers": int64(0)}, "workers is 0, want at least 1")
	check(static, sdk.Params{"executor": "asyncio", "leaves": int64(6)}, "leaves is 6, a tree wants a power of two from 4")
	check("build/light_dynamic", sdk.Params{"executor": "asyncio", "leaves": int64(0)}, "leaves is 0, want at least 1")
	check("build/io_bound_static", sdk.Params{"executor": "asyncio", "sleep_ms": int64(-1)}, "sleep_ms is -1")
	check("build/file_io_flat", sdk.Params{"executor": "asyncio", "targets": "memory"}, "targets=memory is not for file_write tasks, which write files: want targets=file")
	check("build/file_io_heavy", sdk.Params{"executor": "asyncio", "cycles": int64(-1)}, "cycles is -1")
	check("build/completion_check", sdk.Params{"executor": "asyncio", "check_workers": int64(0)}, "check_workers is 0, want at least 1")
	check("build/completion_check", sdk.Params{"executor": "sequential", "check_workers": int64(2)}, "check_workers=2 is not for executor=sequential")

	spec := func(knobs sdk.Params) sdk.Params {
		all := sdk.Params{"executor": "asyncio", "root": "r", "tasks": map[string]any{"r": map[string]any{"kind": "fail"}}}
		maps.Copy(all, knobs)
		return all
	}
	check("conformance/build_spec", spec(sdk.Params{"tasks": nil}), "tasks must be given as a map")
	check("conformance/build_spec", spec(sdk.Params{"root": nil}), "root must be given as the key of a task")
	check("conformance/build_spec", spec(sdk.Params{"complete": []any{int64(1)}}), "complete[0] is int64, want a key")
	check("conformance/build_spec", spec(sdk.Params{"tasks": map[string]any{"r": map[string]any{"kinds": "fail"}}}), "tasks.r.kinds: unknown field")
	check("conformance/build_spec", spec(sdk.Params{"tasks": map[string]any{"r": map[string]any{"rounds": []any{"x"}}}}), "tasks.r.rounds[0] is string")
}

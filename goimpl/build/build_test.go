package build

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"
)

// workerArg makes the test binary a child process of MultiProcess.
const workerArg = "build-test-worker"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case workerArg:
			if err := (Worker{Kinds: testKinds}).Serve(os.Stdin, os.Stdout); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			os.Exit(0)
		case parentArg:
			buildUntilKilled(os.Args[2])
		}
	}
	// Under the race detector a process waits a second before it exits, which
	// would be most of the time of tests that start many.
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	os.Exit(m.Run())
}

func workerCommand() []string { return []string{os.Args[0], workerArg} }

// testKinds are the standard kinds and some that misbehave.
func testKinds(nonce uint64) Kinds {
	kinds := StandardKinds(nonce)
	plain := func(f func(ctx context.Context, c *Call) error) Kind {
		return func(Params) (Body, error) { return f, nil }
	}
	kinds["panic"] = plain(func(context.Context, *Call) error { panic("oops") })
	kinds["pid"] = plain(func(_ context.Context, c *Call) error {
		c.Int("pid", int64(os.Getpid()))
		c.Int("ppid", int64(os.Getppid()))
		return nil
	})
	kinds["await"] = plain(func(ctx context.Context, c *Call) error {
		c.Value("waited", true)
		return c.Await(func(ctx context.Context) error { return sleep(ctx, time.Millisecond) })
	})
	kinds["exit"] = plain(func(context.Context, *Call) error { os.Exit(3); return nil })
	kinds["goexit"] = plain(func(_ context.Context, c *Call) error {
		_ = c.AskAll() // also when it is to return
		runtime.Goexit()
		return nil
	})
	kinds["await_goexit"] = plain(func(_ context.Context, c *Call) error {
		return c.Await(func(context.Context) error { runtime.Goexit(); return nil })
	})
	kinds["early"] = plain(func(context.Context, *Call) error { return nil }) // does not ask
	kinds["late_panic"] = plain(func(_ context.Context, c *Call) error {
		if err := c.AskAll(); err != nil {
			panic("told to return")
		}
		panic("asked")
	})
	kinds["stubborn"] = plain(func(_ context.Context, c *Call) error {
		for range 3 {
			_ = c.AskAll() // ignores that it is to return
		}
		return nil
	})
	kinds["until_done"] = plain(func(ctx context.Context, c *Call) error {
		if err := c.AskAll(); err != nil {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	})
	return kinds
}

func lightTask(key string, deps ...string) Definition {
	return Definition{Key: key, Kind: "light", Params: map[string]any{"n": 100}, Deps: deps}
}

func kindTask(kind, key string, deps ...string) Definition {
	return Definition{Key: key, Kind: kind, Params: map[string]any{"n": 100}, Deps: deps}
}

func asking(def Definition, rounds ...[]string) Definition {
	def.Rounds = rounds
	return def
}

func mustCompile(t testing.TB, defs []Definition, kinds Kinds) *DAG {
	t.Helper()
	d, err := Compile(defs, "root", kinds)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// tree is 8 leaves, 4 + 2 inner tasks and a root.
func tree(kind string, params map[string]any) []Definition {
	var defs []Definition
	add := func(key string, deps ...string) {
		defs = append(defs, Definition{Key: key, Kind: kind, Params: params, Deps: deps})
	}
	for i := range 8 {
		add(fmt.Sprintf("leaf_%d", i))
	}
	for i := range 4 {
		add(fmt.Sprintf("middle_%d", i), fmt.Sprintf("leaf_%d", 2*i), fmt.Sprintf("leaf_%d", 2*i+1))
	}
	for i := range 2 {
		add(fmt.Sprintf("inter_%d", i), fmt.Sprintf("middle_%d", 2*i), fmt.Sprintf("middle_%d", 2*i+1))
	}
	add("root", "inter_0", "inter_1")
	return defs
}

func lightTree() []Definition { return tree("light", map[string]any{"n": 100}) }

// star is a root that asks for n leaves.
func star(n int) []Definition {
	defs := []Definition{lightTask("root")}
	var round []string
	for i := range n {
		key := fmt.Sprintf("leaf_%d", i)
		defs, round = append(defs, lightTask(key)), append(round, key)
	}
	defs[0].Rounds = [][]string{round}
	return defs
}

// buildOnce builds with an executor of its own, checks the order of events and
// that nothing is left running, and returns what Build returned.
func buildOnce(t *testing.T, opts Options, job Job) (Report, error) {
	t.Helper()
	return buildWith(t, context.Background(), opts, job)
}

func buildWith(t *testing.T, ctx context.Context, opts Options, job Job) (Report, error) {
	t.Helper()
	noLeaks(t)
	if opts.Executor == MultiProcess && opts.WorkerCommand == nil {
		opts.WorkerCommand = workerCommand()
	}
	was := map[string]bool{}
	if job.Targets != nil {
		// An error here is one that Build is about to meet as well.
		_ = job.DAG.EachOutput(job.Targets, func(key string, _ []byte) error { was[key] = true; return nil })
	}
	ex, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	job.Trace = new(Trace)
	report, buildErr := ex.Build(ctx, job)
	if err := ex.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := job.Trace.Check(job.DAG, func(key string) bool { return was[key] }); err != nil {
		t.Error(err)
	}
	return report, buildErr
}

// noLeaks checks at the end of the test that the number of goroutines is what
// it was. Goroutines end a moment after what they were waited for, so it looks
// more than once.
func noLeaks(t *testing.T) {
	t.Helper()
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		for range 500 {
			if runtime.NumGoroutine() <= before {
				return
			}
			time.Sleep(2 * time.Millisecond)
		}
		buf := make([]byte, 1<<16)
		t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
	})
}

// forExecutors runs f for every executor; file targets suit all of them.
func forExecutors(t *testing.T, f func(t *testing.T, executor string)) {
	t.Helper()
	for _, executor := range Executors() {
		t.Run(executor, func(t *testing.T) { f(t, executor) })
	}
}

func keysOf(d *DAG, events []Event, kind EventKind) []string {
	var keys []string
	for _, e := range events {
		if e.Kind == kind {
			keys = append(keys, d.tasks[e.Task].key)
		}
	}
	return keys
}

func TestStaticTree(t *testing.T) {
	d := mustCompile(t, lightTree(), testKinds(0))
	forExecutors(t, func(t *testing.T, executor string) {
		targets := NewFiles(t.TempDir())
		report, err := buildOnce(t, Options{Executor: executor}, Job{DAG: d, Targets: targets})
		if err != nil {
			t.Fatal(err)
		}
		want := Counters{TasksRun: 15, BodyStarts: 15, ChecksParent: 15, TargetsWritten: 15}
		if executor == MultiProcess {
			want.IPCMessages, want.IPCBytes = 30, 3083
		}
		checkCounters(t, report.Counters, want, executor)
		digest, err := d.OutputDigest(targets)
		if want := "4f98e7b417798f5072d5a7db835ff779cd233abb3afd45cc762786a250f8c369"; err != nil || digest != want {
			t.Errorf("digest %s, %v, want %s", digest, err, want)
		}
	})
}

// checkCounters compares all counters; MaxRunning is only bounded.
func checkCounters(t *testing.T, got, want Counters, executor string) {
	t.Helper()
	limit := int64(4)
	if executor == Sequential {
		limit = 1
	}
	if got.MaxRunning > limit || got.BodyStarts > 0 && got.MaxRunning < 1 {
		t.Errorf("max_running %d, want 1 to %d", got.MaxRunning, limit)
	}
	got.MaxRunning = 0
	if got != want {
		t.Errorf("counters\n got %+v\nwant %+v", got, want)
	}
}

func TestDynamicRounds(t *testing.T) {
	defs := []Definition{asking(lightTask("root"), []string{"a", "b"}, []string{"c"}), lightTask("a"), lightTask("b"), lightTask("c")}
	d := mustCompile(t, defs, testKinds(0))
	forExecutors(t, func(t *testing.T, executor string) {
		for _, blocking := range []string{ToThread, Native, OnLoop} {
			report, err := buildOnce(t, Options{Executor: executor, Blocking: blocking}, Job{DAG: d, Targets: NewFiles(t.TempDir())})
			if err != nil {
				t.Fatal(err)
			}
			want := Counters{TasksRun: 4, BodyStarts: 4, Suspensions: 2, ChecksParent: 4, TargetsWritten: 4}
			if executor == MultiProcess {
				want.BodyStarts, want.ReExecutions, want.Suspensions = 6, 2, 0
				want.ChecksChild, want.IPCMessages, want.IPCBytes = 8, 12, 2404
			}
			checkCounters(t, report.Counters, want, executor)
		}
	})
}

// With one worker a requester must not keep its slot while it waits.
func TestOneWorkerDynamic(t *testing.T) {
	d := mustCompile(t, star(8), testKinds(0))
	forExecutors(t, func(t *testing.T, executor string) {
		report, err := buildOnce(t, Options{Executor: executor, Workers: 1}, Job{DAG: d, Targets: NewFiles(t.TempDir())})
		if err != nil || report.TasksRun != 9 || report.MaxRunning != 1 {
			t.Errorf("%+v, %v", report.Counters, err)
		}
	})
}

func TestResume(t *testing.T) {
	d := mustCompile(t, lightTree(), testKinds(0))
	forExecutors(t, func(t *testing.T, executor string) {
		targets := NewFiles(t.TempDir())
		if err := d.Complete(context.Background(), targets, "inter_0"); err != nil {
			t.Fatal(err)
		}
		check := func(discover string, want Counters) {
			t.Helper()
			report, err := buildOnce(t, Options{Executor: executor, Discover: discover}, Job{DAG: d, Targets: targets})
			if err != nil {
				t.Fatal(err)
			}
			report.IPCMessages, report.IPCBytes = 0, 0
			checkCounters(t, report.Counters, want, executor)
		}
		check(ShortCircuit, Counters{TasksRun: 8, BodyStarts: 8, ChecksParent: 9, TargetsWritten: 8, PreviouslyComplete: 1})
		check(ShortCircuit, Counters{ChecksParent: 1, PreviouslyComplete: 1})
		// Full looks below what is complete and builds what is missing there.
		check(Full, Counters{TasksRun: 6, BodyStarts: 6, ChecksParent: 15, TargetsWritten: 6, PreviouslyComplete: 9})
		check(Full, Counters{ChecksParent: 15, PreviouslyComplete: 15})
	})
}

func TestTargetsMemoryAndNone(t *testing.T) {
	d := mustCompile(t, append(star(3), lightTask("unneeded")), testKinds(0))
	for _, executor := range Executors()[:4] {
		for _, targets := range []Targets{NewMemory(0), NewNone(0), nil} {
			report, err := buildOnce(t, Options{Executor: executor}, Job{DAG: d, Targets: targets})
			if err != nil {
				t.Fatal(err)
			}
			want := Counters{TasksRun: 4, BodyStarts: 4, Suspensions: 1, ChecksParent: 4}
			if targets != nil && targets.Keeps() {
				want.TargetsWritten = 4
			}
			checkCounters(t, report.Counters, want, executor)
			if targets == nil {
				continue
			}
			// What is complete is found again, with one check of the root.
			report, err = buildOnce(t, Options{Executor: executor}, Job{DAG: d, Targets: targets})
			if err != nil {
				t.Fatal(err)
			}
			checkCounters(t, report.Counters, Counters{ChecksParent: 1, PreviouslyComplete: 1}, executor)
		}
	}
	ex, err := New(Options{Executor: MultiProcess, WorkerCommand: workerCommand()})
	if err != nil {
		t.Fatal(err)
	}
	defer ex.Close()
	if _, err := ex.Build(context.Background(), Job{DAG: d, Targets: NewMemory(0)}); err == nil {
		t.Error("multiprocess took memory targets")
	}
}

// A task reached by several paths is checked once and runs once, and tasks
// that become ready together start in the order of discovery.
func TestOrder(t *testing.T) {
	defs := []Definition{lightTask("root", "z", "a", "m"), lightTask("z", "base"), lightTask("a", "base"), lightTask("m", "base"), lightTask("base")}
	d := mustCompile(t, defs, testKinds(0))
	forExecutors(t, func(t *testing.T, executor string) {
		opts := Options{Executor: executor, Workers: 1, WorkerCommand: workerCommand()}
		ex, err := New(opts)
		if err != nil {
			t.Fatal(err)
		}
		defer ex.Close()
		trace := new(Trace)
		report, err := ex.Build(context.Background(), Job{DAG: d, Targets: NewFiles(t.TempDir()), Trace: trace})
		if err != nil || report.ChecksParent != 5 {
			t.Errorf("%+v, %v", report.Counters, err)
		}
		got := keysOf(d, trace.Events(), Start)
		if want := []string{"base", "z", "a", "m", "root"}; !slices.Equal(got, want) {
			t.Errorf("started %q, want %q", got, want)
		}
	})
}

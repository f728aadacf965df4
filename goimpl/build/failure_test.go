package build

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// parentArg makes the test binary a program that builds with child processes
// until it is killed.
const parentArg = "build-test-parent"

func TestFailFast(t *testing.T) {
	defs := []Definition{lightTask("c0"), lightTask("c1", "c0"), kindTask("fail", "c2", "c1"), lightTask("c3", "c2"), lightTask("root", "c3")}
	d := mustCompile(t, defs, testKinds(0))
	forExecutors(t, func(t *testing.T, executor string) {
		report, err := buildOnce(t, Options{Executor: executor}, Job{DAG: d, Targets: NewFiles(t.TempDir())})
		checkFailed(t, err, "c2", "boom")
		if report.TasksRun != 2 || report.Failed != 1 || report.BodyStarts != 3 || report.Skipped != 0 {
			t.Errorf("%+v", report.Counters)
		}
	})
}

func checkFailed(t *testing.T, err error, key, message string) {
	t.Helper()
	var failed *TaskError
	if !errors.As(err, &failed) || failed.Key != key || failed.Err.Error() != message {
		t.Errorf("got error %v, want task %s: %s", err, key, message)
	}
}

func TestContinue(t *testing.T) {
	defs := []Definition{
		// Downstream by a dep, by a request, and by a request made after the
		// failure is known; beside it work that is not.
		lightTask("root", "asks", "late", "g0", "g1"), kindTask("fail", "bad"), lightTask("g0"), lightTask("g1"),
		asking(lightTask("asks"), []string{"g0", "needs_bad"}, []string{"never"}),
		lightTask("needs_bad", "bad"), lightTask("never"),
		asking(lightTask("late", "g0"), []string{"g1", "bad"}),
	}
	d := mustCompile(t, defs, testKinds(0))
	forExecutors(t, func(t *testing.T, executor string) {
		report, err := buildOnce(t, Options{Executor: executor, FailMode: Continue}, Job{DAG: d, Targets: NewFiles(t.TempDir())})
		checkFailed(t, err, "bad", "boom")
		want := Counters{TasksRun: 2, Failed: 1, Skipped: 4}
		got := report.Counters
		if got.TasksRun != want.TasksRun || got.Failed != want.Failed || got.Skipped != want.Skipped || len(report.Failures) != 1 {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

// Failures, panics and broken promises of bodies are errors of their tasks,
// with the same words from every executor, and nothing hangs or stays behind.
func TestBodiesThatMisbehave(t *testing.T) {
	check := func(kind, message string, rounds ...[]string) {
		defs := []Definition{lightTask("root", "bad"), asking(kindTask(kind, "bad"), rounds...), lightTask("x")}
		d := mustCompile(t, defs, testKinds(0))
		forExecutors(t, func(t *testing.T, executor string) {
			if executor == Sequential && strings.HasSuffix(kind, "goexit") {
				return // the goroutine is ours
			}
			for _, mode := range []string{FailFast, Continue} {
				_, err := buildOnce(t, Options{Executor: executor, FailMode: mode}, Job{DAG: d, Targets: NewFiles(t.TempDir())})
				checkFailed(t, err, "bad", message)
			}
		})
	}
	x := []string{"x"}
	check("fail", "boom")
	check("fail", "boom", x)
	check("panic", "panic: oops")
	check("panic", "panic: oops", x)
	check("late_panic", "panic: asked", x)
	check("goexit", "the body ended its goroutine (runtime.Goexit)")
	check("goexit", "the body ended its goroutine (runtime.Goexit)", x)
	check("await_goexit", "the body ended its goroutine (runtime.Goexit)")
	check("early", "the body ended after asking for 0 of 1 rounds", x)
}

// A half-run body whose build stops is told to return, and whatever it does
// then leaves no target and no goroutine behind.
func TestStoppedBodies(t *testing.T) {
	for _, kind := range []string{"stubborn", "late_panic", "light", "goexit"} {
		defs := []Definition{
			lightTask("root", "half"), asking(kindTask(kind, "half"), []string{"bad"}), kindTask("fail", "bad"),
		}
		d := mustCompile(t, defs, testKinds(0))
		forExecutors(t, func(t *testing.T, executor string) {
			if executor == Sequential && kind == "goexit" {
				return
			}
			for _, mode := range []string{FailFast, Continue} {
				targets := NewFiles(t.TempDir())
				report, err := buildOnce(t, Options{Executor: executor, FailMode: mode}, Job{DAG: d, Targets: targets})
				checkFailed(t, err, "bad", "boom")
				if report.Failed != 1 || report.TasksRun != 0 {
					t.Errorf("%s: %+v", kind, report.Counters)
				}
				_ = d.EachOutput(targets, func(key string, _ []byte) error {
					t.Errorf("%s: target of %s was written", kind, key)
					return nil
				})
			}
		})
	}
}

func TestCancel(t *testing.T) {
	defs := []Definition{lightTask("root", "a", "b", "half"), kindTask("until_done", "a"), kindTask("until_done", "b"),
		asking(lightTask("half"), []string{"c"}), kindTask("until_done", "c")}
	d := mustCompile(t, defs, testKinds(0))
	forExecutors(t, func(t *testing.T, executor string) {
		ctx, cancel := context.WithCancelCause(context.Background())
		stopped := errors.New("enough")
		timer := time.AfterFunc(20*time.Millisecond, func() { cancel(stopped) })
		defer timer.Stop()
		report, err := buildWith(t, ctx, Options{Executor: executor}, Job{DAG: d, Targets: NewFiles(t.TempDir())})
		if !errors.Is(err, stopped) || report.Failed != 0 || report.TasksRun != 0 {
			t.Errorf("%+v, %v", report, err)
		}
		// And before the start.
		report, err = buildWith(t, ctx, Options{Executor: executor}, Job{DAG: d, Targets: NewFiles(t.TempDir())})
		if !errors.Is(err, stopped) || report.BodyStarts != 0 {
			t.Errorf("%+v, %v", report, err)
		}
	})
}

// Bodies that end their goroutines take no worker with them: all others still
// run, also those of the same hand.
func TestGoexitAmongMany(t *testing.T) {
	defs := []Definition{lightTask("root")}
	want := Counters{}
	for i := range 2000 {
		key, kind := fmt.Sprint(i), "light"
		if i%97 == 5 {
			kind = "goexit"
			want.Failed++
		} else {
			want.TasksRun++
		}
		defs = append(defs, kindTask(kind, key))
		defs[0].Deps = append(defs[0].Deps, key)
	}
	d := mustCompile(t, defs, testKinds(0))
	for _, executor := range []string{ThreadPool, AsyncIO, AsyncIOQueue} {
		for _, workers := range []int{1, 4} {
			report, err := buildOnce(t, Options{Executor: executor, Workers: workers, FailMode: Continue}, Job{DAG: d})
			if err == nil || report.TasksRun != want.TasksRun || report.Failed != want.Failed || report.Skipped != 1 {
				t.Errorf("%s: %+v, %v, want %+v", executor, report.Counters, err, want)
			}
		}
	}
}

// With Sequential, what ends is the caller's goroutine, and its deferred calls
// can close the executor.
func TestGoexitOfTheCaller(t *testing.T) {
	d := mustCompile(t, []Definition{kindTask("goexit", "root")}, testKinds(0))
	ended := make(chan error)
	go func() {
		ex, err := New(Options{Executor: Sequential})
		defer func() { ended <- errors.Join(err, ex.Close()) }()
		_, _ = ex.Build(context.Background(), Job{DAG: d})
		err = errors.New("Build returned")
	}()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// panicky are targets that panic when they are asked for one task.
type panicky struct {
	Targets
	key  string
	slow bool
}

func (p panicky) Exists(t *Task) (bool, error) {
	if t.Key() == p.key {
		panic(errBoom)
	}
	return p.Targets.Exists(t)
}

func (p panicky) SlowChecks() bool { return p.slow }

// A check that panics, also in the middle of a request, ends the build with an
// error that names the task.
func TestChecksThatPanic(t *testing.T) {
	d := mustCompile(t, []Definition{asking(lightTask("root", "dep"), []string{"other", "asked"}), lightTask("dep"), lightTask("other"), lightTask("asked")}, testKinds(0))
	for _, executor := range Executors()[:4] {
		for _, key := range []string{"root", "dep", "asked"} {
			for _, slow := range []bool{false, true} {
				_, err := buildOnce(t, Options{Executor: executor}, Job{DAG: d, Targets: panicky{NewMemory(0), key, slow}})
				var panicked *PanicError
				want := fmt.Sprintf("build: check task %q: panic: boom", key)
				if !errors.As(err, &panicked) || !errors.Is(err, errBoom) || err.Error() != want {
					t.Errorf("%s, %s: got %v, want %s", executor, key, err, want)
				}
			}
		}
	}
}

// A child that dies is reported with its task, in both fail modes.
func TestChildDies(t *testing.T) {
	defs := []Definition{lightTask("root", "a", "b", "bad"), lightTask("a"), lightTask("b"), kindTask("exit", "bad")}
	d := mustCompile(t, defs, testKinds(0))
	for _, mode := range []string{FailFast, Continue} {
		_, err := buildOnce(t, Options{Executor: MultiProcess, FailMode: mode}, Job{DAG: d, Targets: NewFiles(t.TempDir())})
		var lost *WorkerError
		if !errors.As(err, &lost) || lost.Key != "bad" || lost.PID == 0 || !strings.Contains(err.Error(), "exit status 3") {
			t.Errorf("%s: got %v", mode, err)
		}
	}
}

// Programs that are no workers end the build with an error.
func TestNotAWorker(t *testing.T) {
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("needs /bin/sh")
	}
	d := mustCompile(t, lightTree(), testKinds(0))
	check := func(script, want string) {
		t.Helper()
		_, err := buildOnce(t, Options{Executor: MultiProcess, WorkerCommand: []string{"/bin/sh", "-c", script}}, Job{DAG: d, Targets: NewFiles(t.TempDir())})
		var lost *WorkerError
		if !errors.As(err, &lost) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want something with %q", script, err, want)
		}
	}
	check("exit 7", "exit status 7")
	check("echo hello; cat >/dev/null", `reply "hello\n" is not one`)
	check(`echo '{"deps":[],"error":null,"id":"x","status":"done"}'; cat >/dev/null`, `reply is about id "x"`)

	_, err := New(Options{Executor: MultiProcess, WorkerCommand: []string{"/nonexistent/worker"}})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want not exist", err)
	}
}

// A worker that keeps asking for what is complete does not loop for ever.
func TestWorkerThatAsksAgain(t *testing.T) {
	d := mustCompile(t, star(2), testKinds(0))
	if err := d.Identify(); err != nil {
		t.Fatal(err)
	}
	line := fmt.Sprintf(`{"deps":[{"id":"%s"}],"error":null,"id":"%s","status":"deps"}`, d.tasks[1].id, d.tasks[0].id)
	script := "while read -r line; do echo '" + line + "'; done"
	targets := NewFiles(t.TempDir())
	if err := d.Complete(context.Background(), targets, "leaf_0", "leaf_1"); err != nil {
		t.Fatal(err)
	}
	_, err := buildOnce(t, Options{Executor: MultiProcess, Workers: 1, WorkerCommand: []string{"/bin/sh", "-c", script}}, Job{DAG: d, Targets: targets})
	if err == nil || !strings.Contains(err.Error(), "asked again for round 1") {
		t.Errorf("got %v", err)
	}
}

func TestDeadlockGuard(t *testing.T) {
	d := mustCompile(t, lightTree(), testKinds(0))
	d.depFrom = make([]int32, len(d.tasks)+1) // nobody hears of a completion
	for _, executor := range []string{Sequential, ThreadPool, AsyncIO, AsyncIOQueue} {
		_, err := buildOnce(t, Options{Executor: executor}, Job{DAG: d, Targets: NewMemory(0)})
		var dead *DeadlockError
		if !errors.As(err, &dead) || dead.Stuck != 7 {
			t.Errorf("%s: got %v, want a deadlock of 7 tasks", executor, err)
		}
		const text = `build: deadlock: 7 tasks wait and nothing runs: "root" waits for "inter_0" waits for "middle_0"`
		if err != nil && err.Error() != text {
			t.Errorf("%s: got %v, want %s", executor, err, text)
		}
	}
}

func TestTargetsThatFail(t *testing.T) {
	d := mustCompile(t, star(3), testKinds(0))
	forExecutors(t, func(t *testing.T, executor string) {
		dir := t.TempDir()
		if err := os.WriteFile(dir+"/light", nil, 0o644); err != nil { // where a directory should be
			t.Fatal(err)
		}
		_, err := buildOnce(t, Options{Executor: executor}, Job{DAG: d, Targets: NewFiles(dir)})
		if err == nil || !strings.Contains(err.Error(), "not a directory") {
			t.Errorf("got %v", err)
		}
	})
}

// A root that cannot be made is an error of the build, before anything runs.
func TestRootThatCannotBe(t *testing.T) {
	d := mustCompile(t, star(3), testKinds(0))
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	forExecutors(t, func(t *testing.T, executor string) {
		report, err := buildOnce(t, Options{Executor: executor}, Job{DAG: d, Targets: NewFiles(file + "/below")})
		if err == nil || !strings.HasPrefix(err.Error(), "build: root of the file targets: mkdir "+file) || report.ChecksParent != 0 {
			t.Errorf("%+v, %v", report, err)
		}
	})
}

// Children die with their parent, however it dies, also in the middle of a
// body.
func TestChildrenDieWithParent(t *testing.T) {
	parent := exec.Command(os.Args[0], parentArg, t.TempDir())
	parent.Stderr = os.Stderr
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var pids []int
	in := bufio.NewReader(out)
	for range 2 {
		var pid int
		if _, err := fmt.Fscanln(in, &pid); err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	for _, pid := range pids {
		if !gone(pid) {
			t.Errorf("child %d lives on", pid)
		}
	}
}

// buildUntilKilled prints the pids of its children once they work.
func buildUntilKilled(dir string) {
	defs := []Definition{lightTask("root", "a", "b"), kindTask("until_done", "a"), kindTask("until_done", "b")}
	d, err := Compile(defs, "root", testKinds(0))
	if err != nil {
		panic(err)
	}
	ex, err := New(Options{Executor: MultiProcess, Workers: 2, WorkerCommand: workerCommand(), Warm: true})
	if err != nil {
		panic(err)
	}
	trace := new(Trace)
	go func() {
		for len(trace.Events()) < 2 {
			time.Sleep(time.Millisecond)
		}
		for _, p := range ex.(*multiprocess).processes {
			fmt.Println(p.pid())
		}
	}()
	_, err = ex.Build(context.Background(), Job{DAG: d, Targets: NewFiles(dir), Trace: trace})
	panic(err)
}

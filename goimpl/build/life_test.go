package build

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// A context that ends, before or in the middle of a build, ends that build and
// no other: children that were killed for it are replaced.
func TestBuildsAfterCancel(t *testing.T) {
	noLeaks(t)
	d := mustCompile(t, star(3), testKinds(0))
	hangs := mustCompile(t, []Definition{kindTask("until_done", "root")}, testKinds(0))
	forExecutors(t, func(t *testing.T, executor string) {
		ex, err := New(Options{Executor: executor, Workers: 2, WorkerCommand: workerCommand()})
		if err != nil {
			t.Fatal(err)
		}
		enough := errors.New("enough")
		for _, early := range []bool{true, false, true} {
			ctx, cancel := context.WithCancelCause(context.Background())
			if early {
				cancel(enough)
			} else {
				timer := time.AfterFunc(20*time.Millisecond, func() { cancel(enough) })
				defer timer.Stop()
			}
			_, err := ex.Build(ctx, Job{DAG: hangs, Targets: NewFiles(t.TempDir())})
			if !errors.Is(err, enough) {
				t.Errorf("early %v: got %v", early, err)
			}
			report, err := ex.Build(context.Background(), Job{DAG: d, Targets: NewFiles(t.TempDir())})
			if err != nil || report.TasksRun != 4 {
				t.Errorf("the build after: %+v, %v", report, err)
			}
			cancel(nil)
		}
		if err := ex.Close(); err != nil {
			t.Error(err)
		}
	})
}

// A context that ends when everything has been done, or all that can be, has
// come too late to matter, and every executor says so.
func TestContextEndsWithTheLastBody(t *testing.T) {
	for _, executor := range Executors()[:4] {
		ctx, cancel := context.WithCancel(context.Background())
		kinds := testKinds(0)
		kinds["cancel"] = Func(func(context.Context, *Call) error { cancel(); return nil })
		check := func(mode, want string, defs ...Definition) {
			t.Helper()
			ctx, cancel = context.WithCancel(context.Background())
			defer cancel()
			_, err := buildWith(t, ctx, Options{Executor: executor, FailMode: mode}, Job{DAG: mustCompile(t, defs, kinds)})
			if got := fmt.Sprint(err); got != want {
				t.Errorf("%s: got %s, want %s", executor, got, want)
			}
		}
		check(FailFast, "<nil>", kindTask("cancel", "root"))
		check(FailFast, "<nil>", kindTask("cancel", "root", "a"), lightTask("a"))
		check(FailFast, "build: stopped: context canceled", lightTask("root", "a"), kindTask("cancel", "a"))
		check(Continue, `build: task "bad": boom`, lightTask("root", "bad", "last"), kindTask("fail", "bad"), kindTask("cancel", "last", "x"), lightTask("x"))
		cancel()
	}
}

// A body that returns the cause of its context's end, rather than its error,
// was stopped as well and has not failed.
func TestBodyReturnsCause(t *testing.T) {
	enough := errors.New("enough")
	for _, executor := range Executors()[:4] {
		ctx, cancel := context.WithCancelCause(context.Background())
		kinds := Kinds{"stop": Func(func(ctx context.Context, _ *Call) error {
			cancel(enough)
			<-ctx.Done()
			return fmt.Errorf("stopped by %w", context.Cause(ctx))
		})}
		d := mustCompile(t, []Definition{{Key: "root", Kind: "stop"}}, kinds)
		report, err := buildWith(t, ctx, Options{Executor: executor}, Job{DAG: d})
		if !errors.Is(err, enough) || report.Failed != 0 || len(report.Failures) != 0 {
			t.Errorf("%s: %+v, %v", executor, report, err)
		}
	}
}

// Builds of one DAG, one after the other, each go by their own targets, also in
// children.
func TestBuildsGoByTheirTargets(t *testing.T) {
	d := mustCompile(t, star(3), testKinds(0))
	forExecutors(t, func(t *testing.T, executor string) {
		ex, err := New(Options{Executor: executor, Workers: 2, WorkerCommand: workerCommand()})
		if err != nil {
			t.Fatal(err)
		}
		defer ex.Close()
		for range 3 {
			targets := NewFiles(t.TempDir())
			report, err := ex.Build(context.Background(), Job{DAG: d, Targets: targets})
			if err != nil || report.TasksRun != 4 || report.ChecksParent != 4 {
				t.Errorf("%+v, %v", report, err)
			}
		}
	})
}

// A child that died in one build is replaced in the next.
func TestChildIsReplaced(t *testing.T) {
	noLeaks(t)
	dies := mustCompile(t, []Definition{kindTask("exit", "root")}, testKinds(0))
	d := mustCompile(t, star(3), testKinds(0))
	ex, err := New(Options{Executor: MultiProcess, Workers: 2, WorkerCommand: workerCommand()})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err := ex.Build(context.Background(), Job{DAG: dies, Targets: NewFiles(t.TempDir())})
		var lost *WorkerError
		if !errors.As(err, &lost) {
			t.Errorf("got %v, want a lost worker", err)
		}
		report, err := ex.Build(context.Background(), Job{DAG: d, Targets: NewFiles(t.TempDir())})
		if err != nil || report.TasksRun != 4 || report.ChecksChild == 0 {
			t.Errorf("%+v, %v", report, err)
		}
	}
	if err := ex.Close(); err != nil {
		t.Error(err)
	}
}

// What has been closed can be closed again and builds nothing.
func TestClosed(t *testing.T) {
	noLeaks(t)
	d := mustCompile(t, star(10), testKinds(0))
	forExecutors(t, func(t *testing.T, executor string) {
		ex, err := New(Options{Executor: executor, Workers: 2, WorkerCommand: workerCommand()})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := ex.Close(); err != nil {
				t.Error(err)
			}
			report, err := ex.Build(context.Background(), Job{DAG: d, Targets: NewFiles(t.TempDir())})
			if err == nil || !strings.Contains(err.Error(), "the executor is closed") || report.BodyStarts != 0 {
				t.Errorf("%+v, %v", report, err)
			}
		}
	})
}

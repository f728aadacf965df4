package build

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// inProcess are the executors that lend out the worker of a body that awaits.
var inProcess = []string{ThreadPool, AsyncIO, AsyncIOQueue}

// A hundred bodies that wait are all waiting together, with one worker: none of
// them is let go before the last has come.
func TestAwaitHoldsNoWorker(t *testing.T) {
	const n = 100
	for _, executor := range inProcess {
		for _, workers := range []int{1, 3} {
			var waiting sync.WaitGroup
			waiting.Add(n)
			kinds := testKinds(0)
			kinds["wait"] = Func(func(ctx context.Context, c *Call) error {
				return c.Await(func(context.Context) error {
					waiting.Done()
					waiting.Wait()
					return nil
				})
			})
			defs := flat("wait", n)
			defs[0].Kind = "light"
			report, err := buildOnce(t, Options{Executor: executor, Workers: workers}, Job{DAG: mustCompile(t, defs, kinds)})
			want := Counters{TasksRun: n + 1, BodyStarts: n + 1, ChecksParent: n + 1, MaxRunning: report.MaxRunning}
			if err != nil || report.Counters != want || report.MaxRunning > int64(workers) {
				t.Errorf("%s, W=%d: %+v, %v, want %+v", executor, workers, report.Counters, err, want)
			}
		}
	}
}

// The same by the clock of a bubble: waits of 50 ms overlap where there is
// something to lend a worker to, and add up where there is not.
func TestAwaitTakesAsLongAsItWaits(t *testing.T) {
	const wait = 50 * time.Millisecond
	kinds := testKinds(0)
	kinds["wait"] = Func(func(ctx context.Context, c *Call) error {
		return c.Await(func(ctx context.Context) error { return sleep(ctx, wait) })
	})
	defs := flat("wait", 100)
	defs[0].Kind = "light"
	d := mustCompile(t, defs, kinds)
	for _, executor := range Executors()[:4] {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			_, err := buildBare(t, Options{Executor: executor, Workers: 1}, Job{DAG: d})
			want := wait
			if executor == Sequential {
				want = 100 * wait
			}
			if took := time.Since(start); err != nil || took != want {
				t.Errorf("%s: took %v, want %v; %v", executor, took, want, err)
			}
		})
	}
}

// A body that has waited goes on after all that were ready before it.
func TestAwaitGoesToTheTail(t *testing.T) {
	for _, executor := range inProcess {
		var order []string
		log := func(what string) { order = append(order, what) } // one worker: no lock
		started := make(chan struct{})
		kinds := testKinds(0)
		kinds["wait"] = Func(func(ctx context.Context, c *Call) error {
			log("wait starts")
			err := c.Await(func(context.Context) error { <-started; return nil })
			log("wait ends")
			return err
		})
		kinds["log"] = Func(func(ctx context.Context, c *Call) error {
			if c.Task().Key() == "a" {
				close(started)
				time.Sleep(20 * time.Millisecond) // by then the waiter has queued up
			}
			log(c.Task().Key())
			return nil
		})
		defs := []Definition{lightTask("root", "w", "a", "b", "c"), kindTask("wait", "w"), kindTask("log", "a"), kindTask("log", "b"), kindTask("log", "c")}
		if _, err := buildOnce(t, Options{Executor: executor, Workers: 1}, Job{DAG: mustCompile(t, defs, kinds)}); err != nil {
			t.Fatal(err)
		}
		if want := []string{"wait starts", "a", "b", "c", "wait ends"}; !slices.Equal(order, want) {
			t.Errorf("%s: %q, want %q", executor, order, want)
		}
	}
}

// What happens inside of a wait happens to its task, whatever the executor.
func TestAwaitThatEndsBadly(t *testing.T) {
	check := func(message string, body Body) {
		t.Helper()
		kinds := testKinds(0)
		kinds["wait"] = Func(body)
		defs := []Definition{lightTask("root", "a", "bad", "b"), lightTask("a"), asking(kindTask("wait", "bad"), []string{"a"}), kindTask("light", "b")}
		d := mustCompile(t, defs, kinds)
		for _, executor := range Executors()[:4] {
			for _, mode := range []string{FailFast, Continue} {
				report, err := buildOnce(t, Options{Executor: executor, FailMode: mode, Workers: 2}, Job{DAG: d})
				checkFailed(t, err, "bad", message)
				if mode == Continue && report.TasksRun != 2 {
					t.Errorf("%s: %+v", executor, report.Counters)
				}
			}
		}
	}
	check("no line", func(ctx context.Context, c *Call) error {
		return c.Await(func(context.Context) error { return errors.New("no line") })
	})
	check("panic: oops", func(ctx context.Context, c *Call) error {
		return c.Await(func(context.Context) error { panic("oops") })
	})
	check("asked for a round inside of Await", func(ctx context.Context, c *Call) error {
		return c.Await(func(context.Context) error { return c.Ask() })
	})
	// One wait within another is part of it, and a body may wait before and
	// after it asks.
	check("end", func(ctx context.Context, c *Call) error {
		nothing := func(context.Context) error { return nil }
		err := errors.Join(
			c.Await(func(context.Context) error { return c.Await(nothing) }),
			c.AskAll(), c.Await(nothing))
		if err != nil {
			return err
		}
		return errors.New("end")
	})
}

// The end of the context reaches the wait, and the build waits for it.
func TestAwaitIsCancelled(t *testing.T) {
	kinds := testKinds(0)
	kinds["wait"] = Func(func(ctx context.Context, c *Call) error {
		return c.Await(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	})
	d := mustCompile(t, append(flat("wait", 8), lightTask("x")), kinds)
	for _, executor := range Executors()[:4] {
		ctx, cancel := context.WithCancelCause(context.Background())
		enough := errors.New("enough")
		timer := time.AfterFunc(10*time.Millisecond, func() { cancel(enough) })
		defer timer.Stop()
		report, err := buildWith(t, ctx, Options{Executor: executor, Workers: 2}, Job{DAG: d})
		if !errors.Is(err, enough) || report.Failed != 0 || report.TasksRun != 0 {
			t.Errorf("%s: %+v, %v", executor, report.Counters, err)
		}
	}
}

// A body that waits runs: after a failure elsewhere it is awaited and comes to
// its end, while what has not started does not start.
func TestAwaitOutlastsAFailure(t *testing.T) {
	for _, executor := range inProcess {
		failed := make(chan struct{})
		kinds := testKinds(0)
		kinds["wait"] = Func(func(ctx context.Context, c *Call) error {
			return c.Await(func(context.Context) error { <-failed; return nil })
		})
		kinds["fail"] = Func(func(ctx context.Context, c *Call) error {
			time.AfterFunc(5*time.Millisecond, func() { close(failed) })
			return errBoom
		})
		d := mustCompile(t, []Definition{lightTask("root", "w", "bad", "after"), kindTask("wait", "w"), kindTask("fail", "bad"), lightTask("after", "w")}, kinds)
		report, err := buildOnce(t, Options{Executor: executor, Workers: 1}, Job{DAG: d})
		checkFailed(t, err, "bad", "boom")
		if report.TasksRun != 1 || report.BodyStarts != 2 {
			t.Errorf("%s: %+v", executor, report.Counters)
		}
	}
}

// With on_loop a body that waits leaves the loop to others.
func TestAwaitLeavesTheLoop(t *testing.T) {
	for _, executor := range []string{AsyncIO, AsyncIOQueue} {
		var waiting sync.WaitGroup
		waiting.Add(3)
		kinds := testKinds(0)
		kinds["wait"] = Func(func(ctx context.Context, c *Call) error {
			if c.Task().Key() == "root" {
				return c.AskAll()
			}
			return c.Await(func(context.Context) error { waiting.Done(); waiting.Wait(); return nil })
		})
		defs := []Definition{asking(kindTask("wait", "root"), []string{"a", "b", "c"}), kindTask("wait", "a"), kindTask("wait", "b"), kindTask("wait", "c")}
		report, err := buildOnce(t, Options{Executor: executor, Blocking: OnLoop}, Job{DAG: mustCompile(t, defs, kinds)})
		if err != nil || report.MaxRunning != 1 {
			t.Errorf("%s: %+v, %v", executor, report.Counters, err)
		}
	}
}

// A child process has nobody to lend its worker to: there a wait just happens.
func TestAwaitInAChild(t *testing.T) {
	d := mustCompile(t, []Definition{kindTask("await", "root", "a"), kindTask("await", "a")}, testKinds(0))
	targets := NewFiles(t.TempDir())
	report, err := buildOnce(t, Options{Executor: MultiProcess, Workers: 2}, Job{DAG: d, Targets: targets})
	if err != nil || report.TasksRun != 2 {
		t.Errorf("%+v, %v", report.Counters, err)
	}
	record, err := targets.Read(d.Root())
	if err != nil || !strings.Contains(string(record), `"waited":true`) {
		t.Errorf("%s, %v", record, err)
	}
}

// Light tasks, slow ones, some that wait and some that ask, in one queue: all
// run, in order, whatever is dealt to whom.
func TestEverythingTogether(t *testing.T) {
	kinds := testKinds(0)
	kinds["mixed"] = Func(func(ctx context.Context, c *Call) error {
		if err := c.AskAll(); err != nil {
			return err
		}
		switch len(c.Task().Key()) * 7 % 5 {
		case 0:
			return c.Await(func(ctx context.Context) error { return sleep(ctx, 10*time.Microsecond) })
		case 1:
			time.Sleep(50 * time.Microsecond)
		}
		return nil
	})
	var defs []Definition
	root := kindTask("mixed", "root")
	for i := range 600 {
		key := fmt.Sprint(strings.Repeat("k", i%5), i)
		def := kindTask("mixed", key)
		for _, j := range []int{i / 2, i / 3} {
			if j > 0 && j < i && i%3 == 0 {
				def.Deps = append(def.Deps, defs[j].Key)
			}
		}
		if i%11 == 0 && i > 1 {
			def.Rounds = [][]string{{defs[i-1].Key, defs[i/4].Key}}
		}
		defs = append(defs, def)
		root.Deps = append(root.Deps, key)
	}
	d := mustCompile(t, append(defs, root), kinds)
	for _, executor := range Executors()[:4] {
		for _, workers := range []int{1, 2, 7} {
			report, err := buildOnce(t, Options{Executor: executor, Workers: workers}, Job{DAG: d})
			if err != nil || report.TasksRun != 601 || report.BodyStarts != 601 || report.ChecksParent != 601 || report.MaxRunning > int64(workers) {
				t.Errorf("%s, W=%d: %+v, %v", executor, workers, report.Counters, err)
			}
		}
	}
}

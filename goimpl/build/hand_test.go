package build

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func numbers(n int) []int32 {
	tasks := make([]int32, n)
	for i := range tasks {
		tasks[i] = int32(i)
	}
	return tasks
}

// A hand is claimed from the front and cut from the back.
func TestHand(t *testing.T) {
	var h hand
	h.take(numbers(6))
	check := func(got []int32, want ...int32) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	claim := func() []int32 {
		if task, ok := h.claim(); ok {
			return []int32{task}
		}
		return nil
	}
	// Task 0 is what its owner begins with.
	check(claim(), 1)
	check(h.cut(0), 4, 5)
	check(claim(), 2)
	check(h.cut(0), 3)
	check(h.cut(0))
	check(claim())
	check(claim())
	check(h.cut(100))

	h.take(numbers(4))
	check(h.cut(100), 1, 2, 3)
	check(claim())
	h.take(numbers(1))
	check(claim())
	check(h.cut(0))
}

// Whoever claims and cuts at the same time: every task goes to one of them.
func TestHandIsSharedOut(t *testing.T) {
	const n = 20_000
	var h hand
	h.take(numbers(n))
	taken := make([]atomic.Int32, n)
	taken[0].Add(1)
	var working sync.WaitGroup
	working.Go(func() {
		for {
			task, ok := h.claim()
			if !ok {
				return
			}
			taken[task].Add(1)
		}
	})
	working.Go(func() {
		for {
			tasks := h.cut(3)
			for _, task := range tasks {
				taken[task].Add(1)
			}
			if tasks == nil {
				return
			}
		}
	})
	working.Wait()
	for i := range taken {
		if got := taken[i].Load(); got != 1 {
			t.Fatalf("task %d was taken %d times", i, got)
		}
	}
}

// Tasks that all take nothing teach a crew to take many at a time. Then comes
// one that does not end before all others of its level have: whoever has been
// dealt some together with it must lose them to one who is free.
func TestNothingWaitsBehindASlowTask(t *testing.T) {
	const n = 2000
	for _, executor := range []string{ThreadPool, AsyncIO, AsyncIOQueue} {
		for _, at := range []int{1, 700, 1234, n - 1} {
			var others sync.WaitGroup
			others.Add(n - 1)
			kinds := testKinds(0)
			kinds["quick"] = Func(func(context.Context, *Call) error { others.Done(); return nil })
			kinds["slow"] = Func(func(context.Context, *Call) error {
				done := make(chan struct{})
				go func() { others.Wait(); close(done) }()
				select {
				case <-done:
					return nil
				case <-time.After(20 * time.Second):
					return fmt.Errorf("others wait for this task")
				}
			})
			defs := flat("quick", n)
			defs[0].Kind = "light"
			defs[at+1].Kind = "slow"
			report, err := buildOnce(t, Options{Executor: executor, Workers: 2}, Job{DAG: mustCompile(t, defs, kinds)})
			if err != nil || report.TasksRun != n+1 || report.MaxRunning > 2 {
				t.Errorf("%s, %d: %+v, %v", executor, at, report.Counters, err)
			}
		}
	}
}

// After a failure nothing starts, also nothing that has been dealt: here every
// body but one fails or runs after a failure was entered.
func TestNothingStartsAfterAFailure(t *testing.T) {
	for _, executor := range Executors()[:4] {
		var after atomic.Int64
		kinds := testKinds(0)
		kinds["fail"] = Func(func(context.Context, *Call) error { return errBoom })
		kinds["after"] = Func(func(context.Context, *Call) error { after.Add(1); return nil })
		defs := flat("light", 3000)
		for i := 1501; i < len(defs); i++ {
			defs[i].Kind = "after"
		}
		defs[1500].Kind = "fail"
		d := mustCompile(t, defs, kinds)
		report, err := buildOnce(t, Options{Executor: executor, Workers: 1}, Job{DAG: d})
		checkFailed(t, err, d.tasks[1500].key, "boom")
		if after.Load() != 0 || report.TasksRun != 1499 || report.BodyStarts != 1500 || report.Failed != 1 {
			t.Errorf("%s: %d bodies after the failure, %+v", executor, after.Load(), report.Counters)
		}
		// With continue all that do not need it run, whoever's hand they were in.
		report, err = buildOnce(t, Options{Executor: executor, Workers: 3, FailMode: Continue}, Job{DAG: d})
		checkFailed(t, err, d.tasks[1500].key, "boom")
		if after.Load() != 1500 || report.TasksRun != 2999 || report.Failed != 1 || report.Skipped != 1 {
			t.Errorf("%s: %d bodies, %+v", executor, after.Load(), report.Counters)
		}
	}
}

// A panic in the middle of a hand is its task's alone.
func TestPanicsAmongMany(t *testing.T) {
	for _, executor := range Executors()[:4] {
		defs := flat("light", 900)
		for i := 1; i < len(defs); i += 3 {
			defs[i].Kind = "panic"
		}
		report, err := buildOnce(t, Options{Executor: executor, FailMode: Continue}, Job{DAG: mustCompile(t, defs, testKinds(0))})
		if err == nil || report.TasksRun != 600 || report.Failed != 300 || len(report.Failures) != 300 || report.BodyStarts != 900 {
			t.Errorf("%s: %+v, %v", executor, report.Counters, err)
		}
	}
}

// Bodies that need each other to be running are told apart from light ones by
// nobody: wherever they are among a thousand, all slots must come to be used.
// One executor does it again and again, with what the last build has left.
func TestSlowOnesMeetAmongLightOnes(t *testing.T) {
	const n, workers = 1000, 4
	places := [][workers]int{{0, 1, 2, 3}, {996, 997, 998, 999}, {0, 400, 401, 999}, {10, 200, 500, 800}, {700, 701, 702, 703}}
	for _, executor := range inProcess {
		noLeaks(t)
		ex, err := New(Options{Executor: executor, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range places {
			defs := flat("light", n)
			for _, i := range at {
				defs[i+1].Kind = "meet"
			}
			d := mustCompile(t, defs, meetingKinds(workers))
			report, err := ex.Build(context.Background(), Job{DAG: d})
			if err != nil || report.TasksRun != n+1 || report.MaxRunning != workers {
				t.Errorf("%s, %v: %+v, %v", executor, at, report.Counters, err)
			}
		}
		if err := ex.Close(); err != nil {
			t.Error(err)
		}
	}
}

// The same where tasks become ready one after the other: each slow one is made
// ready by a light one that has others to make ready as well.
func TestSlowOnesMeetAlongChains(t *testing.T) {
	const workers = 4
	defs := []Definition{lightTask("root")}
	for c := range workers {
		last := []string{}
		for i := range 50 {
			key := fmt.Sprintf("%d_%d", c, i)
			defs = append(defs, lightTask(key, last...), lightTask(key+"_too", last...))
			last = []string{key}
		}
		meet := fmt.Sprint("meet_", c)
		defs = append(defs, kindTask("meet", meet, last...))
		defs[0].Deps = append(defs[0].Deps, fmt.Sprintf("%d_49_too", c), meet)
	}
	for _, executor := range inProcess {
		for range 3 {
			report, err := buildOnce(t, Options{Executor: executor, Workers: workers}, Job{DAG: mustCompile(t, defs, meetingKinds(workers))})
			if err != nil || report.MaxRunning != workers {
				t.Errorf("%s: %+v, %v", executor, report.Counters, err)
			}
		}
	}
}

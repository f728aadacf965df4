package build

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func slowTask(key string, deps ...string) Definition {
	return Definition{Key: key, Kind: "slow_check", Params: map[string]any{"latency_ms": 50}, Deps: deps}
}

// slowFlat is a root that needs n leaves, all slow to check.
func slowFlat(n int) []Definition {
	defs := []Definition{slowTask("root")}
	for i := range n {
		key := fmt.Sprint("leaf_", i)
		defs = append(defs, slowTask(key))
		defs[0].Deps = append(defs[0].Deps, key)
	}
	return defs
}

// Checks of 50 ms take exactly as many of them as cannot be made at once. The
// clock is that of the bubble, so the times are no measurements.
func TestChecksTogether(t *testing.T) {
	d := mustCompile(t, slowFlat(100), testKinds(0))
	var keys []string
	for i := range d.tasks {
		keys = append(keys, d.tasks[i].key)
	}
	for _, executor := range Executors()[:4] {
		check := func(discover string, workers int, want time.Duration, checks int64) {
			t.Helper()
			synctest.Test(t, func(t *testing.T) {
				targets := NewMemory(101)
				if err := d.Complete(context.Background(), targets, keys...); err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				report, err := buildBare(t, Options{Executor: executor, Discover: discover, CheckWorkers: workers}, Job{DAG: d, Targets: targets})
				if took := time.Since(start); err != nil || took != want {
					t.Errorf("%s, %s, %d: took %v, want %v; %v", executor, discover, workers, took, want, err)
				}
				checkCounters(t, report.Counters, Counters{ChecksParent: checks, PreviouslyComplete: checks}, executor)
			})
		}
		const wait = 50 * time.Millisecond
		check(ShortCircuit, 0, wait, 1)
		check(Full, 1, 101*wait, 101)
		check(Full, 7, (1+15)*wait, 101)
		if executor == Sequential {
			check(Full, 0, 101*wait, 101)
		} else {
			check(Full, 0, 3*wait, 101)
		}
	}
}

// buildBare builds without looking at goroutines, which a bubble does itself.
func buildBare(t *testing.T, opts Options, job Job) (Report, error) {
	t.Helper()
	ex, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	defer ex.Close()
	return ex.Build(context.Background(), job)
}

// recorded are targets that note what is looked at, and ask to be asked for
// several at once.
type recorded struct {
	*Memory
	mu     sync.Mutex
	looked map[string]int
}

func (r *recorded) SlowChecks() bool { return true }

func (r *recorded) Exists(t *Task) (bool, error) {
	r.mu.Lock()
	r.looked[t.key]++
	r.mu.Unlock()
	if t.key == "broken" {
		return false, errors.New("no answer")
	}
	return r.Memory.Exists(t)
}

// What is complete hides what it needs, also from checks made beforehand;
// everything else is looked at once, however many paths lead to it.
func TestChecksLookWhereDiscoveryLooks(t *testing.T) {
	defs := []Definition{
		asking(lightTask("root", "a", "b"), []string{"c", "hidden_top"}),
		lightTask("a", "base"), lightTask("b", "base", "top"), lightTask("c", "base"), lightTask("base"),
		lightTask("top", "hidden"), lightTask("hidden_top", "hidden"), lightTask("hidden"),
	}
	d := mustCompile(t, defs, testKinds(0))
	for _, executor := range Executors()[:4] {
		for _, workers := range []int{1, 3, 50} {
			targets := &recorded{Memory: NewMemory(0), looked: map[string]int{}}
			if err := d.Complete(context.Background(), targets, "top", "hidden_top"); err != nil {
				t.Fatal(err)
			}
			report, err := buildOnce(t, Options{Executor: executor, CheckWorkers: workers}, Job{DAG: d, Targets: targets})
			if err != nil || report.PreviouslyComplete != 2 || report.TasksRun != 5 || report.ChecksParent != 7 {
				t.Errorf("%s, %d: %+v, %v", executor, workers, report.Counters, err)
			}
			for i := range d.tasks {
				key, want := d.tasks[i].key, 1
				if key == "hidden" {
					want = 0
				}
				if targets.looked[key] != want {
					t.Errorf("%s, %d: %s was looked at %d times, want %d", executor, workers, key, targets.looked[key], want)
				}
			}
		}
	}
}

// The first check that fails, in the order of discovery, is the build's error.
func TestChecksThatFail(t *testing.T) {
	d := mustCompile(t, []Definition{lightTask("root", "a", "broken"), lightTask("a"), lightTask("broken")}, testKinds(0))
	for _, executor := range Executors()[:4] {
		targets := &recorded{Memory: NewMemory(0), looked: map[string]int{}}
		report, err := buildOnce(t, Options{Executor: executor}, Job{DAG: d, Targets: targets})
		if err == nil || err.Error() != `build: check task "broken": no answer` || report.BodyStarts != 0 {
			t.Errorf("%s: %+v, %v", executor, report.Counters, err)
		}
	}
}

// A build that is stopped does not go on checking.
func TestChecksStop(t *testing.T) {
	d := mustCompile(t, slowFlat(100), testKinds(0))
	for _, executor := range Executors()[:4] {
		synctest.Test(t, func(t *testing.T) {
			ex, err := New(Options{Executor: executor, CheckWorkers: 2})
			if err != nil {
				t.Fatal(err)
			}
			defer ex.Close()
			ctx, cancel := context.WithTimeout(context.Background(), 120*time.Millisecond)
			defer cancel()
			start := time.Now()
			report, err := ex.Build(ctx, Job{DAG: d, Targets: NewMemory(101)})
			if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != 150*time.Millisecond || report.BodyStarts != 0 {
				t.Errorf("%s: took %v, %+v, %v", executor, took, report.Counters, err)
			}
		})
	}
}

func TestCheckWorkersOption(t *testing.T) {
	_, err := New(Options{CheckWorkers: -1})
	if err == nil || !strings.Contains(err.Error(), "check_workers is -1, want at least 1") {
		t.Errorf("got %v", err)
	}
}

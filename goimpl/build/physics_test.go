package build

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// These tests look at executors from inside their bodies: what runs where, and
// how much of it at once.

// goroutineID reads the number in the first line of a stack trace.
func goroutineID() int {
	buf := make([]byte, 64)
	buf = buf[:runtime.Stack(buf, false)]
	id, err := strconv.Atoi(string(bytes.Fields(buf)[1]))
	if err != nil {
		panic(err)
	}
	return id
}

// A witness is a kind of body that notes where it runs.
type witness struct {
	mu         sync.Mutex
	goroutines map[int]bool // that bodies have run on
	most       int          // goroutines in the process at one time
	now, peak  atomic.Int64 // bodies at once
}

func (w *witness) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.goroutines == nil {
		w.goroutines = map[int]bool{}
	}
	w.goroutines[goroutineID()] = true
	w.most = max(w.most, runtime.NumGoroutine())
}

func (w *witness) kind(Params) (Body, error) {
	return func(_ context.Context, c *Call) error {
		if err := c.AskAll(); err != nil {
			return err
		}
		now := w.now.Add(1)
		defer w.now.Add(-1)
		for {
			if peak := w.peak.Load(); now <= peak || w.peak.CompareAndSwap(peak, now) {
				break
			}
		}
		w.look()
		return nil
	}, nil
}

func (w *witness) build(t *testing.T, defs []Definition, opts Options) {
	t.Helper()
	kinds := testKinds(0)
	kinds["light"] = w.kind
	d := mustCompile(t, defs, kinds)
	if _, err := buildOnce(t, opts, Job{DAG: d}); err != nil {
		t.Fatal(err)
	}
}

// flat is a root that needs n leaves.
func flat(kind string, n int) []Definition {
	defs := []Definition{kindTask(kind, "root")}
	for i := range n {
		key := fmt.Sprintf("leaf_%d", i)
		defs = append(defs, kindTask(kind, key))
		defs[0].Deps = append(defs[0].Deps, key)
	}
	return defs
}

// idle waits until the number of goroutines has stayed the same for a while,
// for those of an earlier build end a moment after Close has stopped waiting
// for them, and returns it.
func idle() int {
	n := runtime.NumGoroutine()
	for quiet := 0; quiet < 20; quiet++ {
		time.Sleep(time.Millisecond)
		if now := runtime.NumGoroutine(); now != n {
			n, quiet = now, 0
		}
	}
	return n
}

func TestSequentialUsesNoGoroutine(t *testing.T) {
	for _, defs := range [][]Definition{lightTree(), star(4)} {
		before := idle()
		var w witness
		w.build(t, defs, Options{Executor: Sequential})
		if len(w.goroutines) != 1 || !w.goroutines[goroutineID()] || w.most > before || w.peak.Load() != 1 {
			t.Errorf("ran on %v of %d goroutines, %d before; this is %d", w.goroutines, w.most, before, goroutineID())
		}
	}
}

func TestPoolsHaveWGoroutines(t *testing.T) {
	for _, executor := range []string{ThreadPool, AsyncIOQueue} {
		for _, workers := range []int{1, 3, 8} {
			before := idle()
			var w witness
			w.build(t, flat("light", 50), Options{Executor: executor, Workers: workers})
			if w.goroutines[goroutineID()] || len(w.goroutines) > workers || w.most > before+workers || w.peak.Load() > int64(workers) {
				t.Errorf("%s, W=%d: bodies on %d goroutines of %d (%d before), %d at once",
					executor, workers, len(w.goroutines), w.most, before, w.peak.Load())
			}
		}
	}
}

// A warm pool has W goroutines before the first build; another starts them
// when it first needs them. Either keeps no more than W.
func TestPoolsStartTheirGoroutines(t *testing.T) {
	for _, executor := range []string{ThreadPool, AsyncIOQueue} {
		for _, warm := range []bool{false, true} {
			before := idle()
			ex, err := New(Options{Executor: executor, Workers: 5, Warm: warm})
			if err != nil {
				t.Fatal(err)
			}
			want := before
			if warm {
				want += 5
			}
			if got := runtime.NumGoroutine(); got != want {
				t.Errorf("%s: %d goroutines, want %d", executor, got, want)
			}
			defs := flat("meet", 5)
			defs[0].Kind = "light"
			if _, err := ex.Build(context.Background(), Job{DAG: mustCompile(t, defs, meetingKinds(5))}); err != nil {
				t.Error(err)
			}
			if got := idle(); got != before+5 {
				t.Errorf("%s: %d goroutines after a build, want %d", executor, got, before+5)
			}
			if err := ex.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestAsyncIOHasAGoroutineForEachTask(t *testing.T) {
	before := idle()
	// Each runs on its own, and they do not all exist together: no more than may
	// run, and some that are about to end.
	var w witness
	w.build(t, flat("light", 50), Options{Executor: AsyncIO, Workers: 3})
	if len(w.goroutines) != 51 || w.most > before+25 || w.peak.Load() > 3 {
		t.Errorf("bodies on %d goroutines of %d (%d before), %d at once", len(w.goroutines), w.most, before, w.peak.Load())
	}
}

// meetingKinds has a kind "meet" whose bodies wait until so many of them run.
func meetingKinds(bodies int) Kinds {
	var meeting sync.WaitGroup
	meeting.Add(bodies)
	kinds := testKinds(0)
	kinds["meet"] = func(Params) (Body, error) {
		return func(context.Context, *Call) error {
			meeting.Done()
			met := make(chan struct{})
			go func() { meeting.Wait(); close(met) }()
			select {
			case <-met:
				return nil
			case <-time.After(20 * time.Second):
				return fmt.Errorf("waited alone")
			}
		}, nil
	}
	return kinds
}

// All W slots can be in use together, also when as many bodies wait for what
// they asked for: each of these bodies waits until W of them run.
func TestWBodiesMeet(t *testing.T) {
	const workers = 4
	for _, executor := range []string{ThreadPool, AsyncIO, AsyncIOQueue} {
		kinds := meetingKinds(workers)
		var asks []Definition
		top := lightTask("root")
		for i := range workers {
			a, m := fmt.Sprintf("ask_%d", i), fmt.Sprintf("meet_%d", i)
			asks = append(asks, asking(lightTask(a), []string{m}), kindTask("meet", m))
			top.Deps = append(top.Deps, a)
		}
		d := mustCompile(t, append(asks, top), kinds)
		report, err := buildOnce(t, Options{Executor: executor, Workers: workers}, Job{DAG: d})
		if err != nil || report.MaxRunning != workers {
			t.Errorf("%s: %+v, %v", executor, report.Counters, err)
		}
	}
}

// on_loop lets bodies that ask, and those asked for, run one at a time, also
// when tasks of both sorts are ready together.
func TestOnLoop(t *testing.T) {
	for _, executor := range []string{AsyncIO, AsyncIOQueue} {
		var now, peak atomic.Int64
		kinds := testKinds(0)
		kinds["loop"] = func(Params) (Body, error) {
			return func(_ context.Context, c *Call) error {
				linger := func() {
					peak.Store(max(peak.Load(), now.Add(1)))
					time.Sleep(time.Millisecond)
					now.Add(-1)
				}
				linger()
				err := c.AskAll()
				linger()
				return err
			}, nil
		}
		defs := []Definition{kindTask("loop", "root")}
		for i := range 4 {
			key := fmt.Sprintf("loop_%d", i)
			asked := []string{key + "_a", key + "_b"}
			defs = append(defs, asking(kindTask("loop", key), asked), kindTask("loop", asked[0]), kindTask("loop", asked[1]))
			defs[0].Deps = append(defs[0].Deps, key)
		}
		d := mustCompile(t, defs, kinds)
		report, err := buildOnce(t, Options{Executor: executor, Blocking: OnLoop}, Job{DAG: d})
		if err != nil || peak.Load() != 1 || report.MaxRunning != 1 {
			t.Errorf("%s: %d bodies on the loop at once, max_running %d, %v", executor, peak.Load(), report.MaxRunning, err)
		}
	}
}

// on_loop is for tasks that have to do with rounds: all others meet as ever.
func TestOnLoopLeavesOthersAlone(t *testing.T) {
	const workers = 3
	for _, executor := range []string{AsyncIO, AsyncIOQueue} {
		defs := flat("meet", workers)
		defs[0].Kind = "light"
		d := mustCompile(t, defs, meetingKinds(workers))
		report, err := buildOnce(t, Options{Executor: executor, Workers: workers, Blocking: OnLoop}, Job{DAG: d})
		if err != nil || report.MaxRunning != workers {
			t.Errorf("%s: %+v, %v", executor, report.Counters, err)
		}
	}
}

// Bodies of multiprocess run in W processes that are children of this one,
// none of which is left when Close returns.
func TestMultiprocessHasWChildren(t *testing.T) {
	const workers = 3
	for _, warm := range []bool{false, true} {
		d := mustCompile(t, flat("pid", 30), testKinds(0))
		targets := NewFiles(t.TempDir())
		ex, err := New(Options{Executor: MultiProcess, Workers: workers, Warm: warm, WorkerCommand: workerCommand()})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ex.Build(context.Background(), Job{DAG: d, Targets: targets}); err != nil {
			t.Error(err)
		}
		if err := ex.Close(); err != nil {
			t.Error(err)
		}
		children := map[int]bool{}
		for _, p := range ex.(*multiprocess).processes {
			children[p.pid()] = true
			if p.cmd.ProcessState == nil || !p.cmd.ProcessState.Success() || !gone(p.pid()) {
				t.Errorf("child %d: %v", p.pid(), p.cmd.ProcessState)
			}
		}
		if len(children) != workers {
			t.Errorf("children %v, want %d", children, workers)
		}
		_ = d.EachOutput(targets, func(key string, record []byte) error {
			var r struct{ Result struct{ PID, PPID int } }
			if err := json.Unmarshal(record, &r); err != nil || !children[r.Result.PID] || r.Result.PPID != os.Getpid() {
				t.Errorf("%s ran in process %d of %d, want one of %v", key, r.Result.PID, r.Result.PPID, children)
			}
			return nil
		})
	}
}

// Sleeping bodies overlap: eight leaves on four workers take two rounds and
// three more levels. The bound is loose below what one worker would need.
func TestSleepsOverlap(t *testing.T) {
	d := mustCompile(t, tree("io", map[string]any{"sleep_ms": 20}), testKinds(0))
	for _, executor := range Executors()[1:] {
		start := time.Now()
		if _, err := buildOnce(t, Options{Executor: executor, WorkerCommand: workerCommand()}, Job{DAG: d, Targets: NewFiles(t.TempDir())}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 100*time.Millisecond {
			t.Errorf("%s: took %v, five sleeps of 20ms cannot", executor, took)
		}
	}
}

// An executor that stays up builds one DAG after the other.
func TestReuse(t *testing.T) {
	forExecutors(t, func(t *testing.T, executor string) {
		noLeaks(t)
		ex, err := New(Options{Executor: executor, Warm: true, WorkerCommand: workerCommand()})
		if err != nil {
			t.Fatal(err)
		}
		defer ex.Close()
		for nonce, defs := range [][]Definition{lightTree(), star(3), tree("cpu", map[string]any{"iterations": 3}), {kindTask("fail", "root")}, star(5)} {
			d := mustCompile(t, defs, testKinds(uint64(nonce)))
			report, err := ex.Build(context.Background(), Job{DAG: d, Targets: NewFiles(t.TempDir()), Nonce: uint64(nonce)})
			if defs[0].Kind == "fail" {
				checkFailed(t, err, "root", "boom")
			} else if err != nil || report.TasksRun != int64(len(defs)) {
				t.Errorf("%+v, %v", report.Counters, err)
			}
		}
	})
}

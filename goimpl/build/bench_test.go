package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkLight is the cost of scheduling: bodies take some 30 ns.
func BenchmarkLight(b *testing.B) {
	shapes := map[string]*DAG{
		"static":  mustCompile(b, lightTree(), StandardKinds(0)),
		"dynamic": mustCompile(b, star(8), StandardKinds(0)),
	}
	for _, shape := range []string{"static", "dynamic"} {
		for _, executor := range Executors()[:4] {
			for _, kept := range []string{"none", "memory"} {
				b.Run(fmt.Sprintf("%s/%s/%s", shape, executor, kept), func(b *testing.B) {
					benchmarkBuild(b, shapes[shape], executor, kept == "memory")
				})
			}
		}
	}
}

// BenchmarkManyTasks is the cost of one task among many, with the executor
// started and closed. BenchmarkManyTasks/*/*/floor is what the bodies alone
// take, called one after the other: what is left of the load of a machine when
// one figure is divided by the other is little.
func BenchmarkManyTasks(b *testing.B) {
	for _, shape := range []string{"wide", "deep"} {
		for _, n := range []int{1e3, 1e4, 1e5, 1e6} {
			var d *DAG // made when the first benchmark of the size runs
			for _, executor := range append([]string{"floor"}, Executors()[:4]...) {
				b.Run(fmt.Sprintf("%s/%.0e/%s", shape, float64(n), executor), func(b *testing.B) {
					if d == nil {
						d = mustCompile(b, manyTasks(shape, n), StandardKinds(0))
						runtime.GC()
					}
					benchmarkTasks(b, d, executor)
				})
			}
		}
	}
}

// manyTasks are n light tasks, all but one independent, or in a chain.
func manyTasks(shape string, n int) []Definition {
	if shape == "wide" {
		return flat("light", n-1)
	}
	chain := make([]Definition, n)
	for i := range chain {
		chain[i] = lightTask(fmt.Sprint("leaf_", i))
		if i > 0 {
			chain[i].Deps = []string{chain[i-1].Key}
		}
	}
	chain[n-1].Key = "root"
	return chain
}

// benchmarkTasks reports nanoseconds and allocations for each task.
func benchmarkTasks(b *testing.B, d *DAG, executor string) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if executor == "floor" {
		var c Call
		for b.Loop() {
			for i := range d.tasks {
				c.used = 0
				if err := d.tasks[i].body(context.Background(), &c); err != nil {
					b.Fatal(err)
				}
			}
		}
	} else {
		benchmarkBuild(b, d, executor, false)
	}
	runtime.ReadMemStats(&after)
	tasks := float64(b.N) * float64(d.Len())
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/tasks, "ns/task")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/tasks, "allocs/task")
}

func benchmarkBuild(b *testing.B, d *DAG, executor string, memory bool) {
	b.ReportAllocs()
	for b.Loop() {
		job := Job{DAG: d}
		if memory {
			job.Targets = NewMemory(d.Len())
		}
		ex, err := New(Options{Executor: executor})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := ex.Build(context.Background(), job); err != nil {
			b.Fatal(err)
		}
		if err := ex.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFiles is what files cost a build: 15 records in an empty root.
func BenchmarkFiles(b *testing.B) {
	d := mustCompile(b, lightTree(), StandardKinds(0))
	for _, executor := range []string{Sequential, ThreadPool} {
		b.Run(executor, func(b *testing.B) {
			ex, err := New(Options{Executor: executor})
			if err != nil {
				b.Fatal(err)
			}
			defer ex.Close()
			top := b.TempDir()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				if err := os.RemoveAll(filepath.Join(top, strconv.Itoa(i-1))); err != nil {
					b.Fatal(err)
				}
				dir := filepath.Join(top, strconv.Itoa(i))
				if err := os.Mkdir(dir, 0o755); err != nil {
					b.Fatal(err)
				}
				job := Job{DAG: d, Targets: NewFiles(dir)}
				b.StartTimer()
				if _, err := ex.Build(context.Background(), job); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkMultiProcess is a light build with everything that comes with child
// processes; they are this test binary, which starts about as fast as a program
// can. BUILD_WORKER names another command to start.
func BenchmarkMultiProcess(b *testing.B) {
	command := workerCommand()
	if other := os.Getenv("BUILD_WORKER"); other != "" {
		command = strings.Fields(other)
	}
	d := mustCompile(b, lightTree(), StandardKinds(0))
	var start, run, end time.Duration
	for b.Loop() {
		b.StopTimer()
		job := Job{DAG: d, Targets: NewFiles(b.TempDir())}
		b.StartTimer()
		t0 := time.Now()
		ex, err := New(Options{Executor: MultiProcess, WorkerCommand: command})
		if err != nil {
			b.Fatal(err)
		}
		t1 := time.Now()
		if _, err := ex.Build(context.Background(), job); err != nil {
			b.Fatal(err)
		}
		t2 := time.Now()
		if err := ex.Close(); err != nil {
			b.Fatal(err)
		}
		start, run, end = start+t1.Sub(t0), run+t2.Sub(t1), end+time.Since(t2)
	}
	ms := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(b.N) }
	b.ReportMetric(ms(start), "start-ms")
	b.ReportMetric(ms(run), "build-ms")
	b.ReportMetric(ms(end), "close-ms")
}

// BenchmarkWarm is BenchmarkLight with an executor that stays up.
func BenchmarkWarm(b *testing.B) {
	d := mustCompile(b, lightTree(), StandardKinds(0))
	for _, executor := range []string{ThreadPool, AsyncIOQueue} {
		b.Run(executor, func(b *testing.B) {
			ex, err := New(Options{Executor: executor, Warm: true})
			if err != nil {
				b.Fatal(err)
			}
			defer ex.Close()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ex.Build(context.Background(), Job{DAG: d}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

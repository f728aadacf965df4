package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// BenchmarkLight is the cost of scheduling: bodies take some 30 ns.
func BenchmarkLight(b *testing.B) {
	shapes := map[string][]Definition{"static": lightTree(), "dynamic": star(8)}
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

// BenchmarkManyTasks is the cost of one task among 100,000.
func BenchmarkManyTasks(b *testing.B) {
	const n = 100_000
	deep := make([]Definition, n)
	for i := range deep {
		deep[i] = lightTask(fmt.Sprint("leaf_", i))
		if i > 0 {
			deep[i].Deps = []string{fmt.Sprint("leaf_", i-1)}
		}
	}
	deep[n-1].Key = "root"
	shapes := map[string][]Definition{"wide": flat("light", n), "deep": deep}
	for _, shape := range []string{"wide", "deep"} {
		for _, executor := range Executors()[:4] {
			b.Run(shape+"/"+executor, func(b *testing.B) {
				benchmarkBuild(b, shapes[shape], executor, false)
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/task")
			})
		}
	}
}

func benchmarkBuild(b *testing.B, defs []Definition, executor string, memory bool) {
	d := mustCompile(b, defs, StandardKinds(0))
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

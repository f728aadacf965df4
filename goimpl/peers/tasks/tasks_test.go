package tasks

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"xbench/goimpl/build"
	"xbench/harness/sdk"
)

func mustDAG(tb testing.TB, shape string, n int) *DAG {
	tb.Helper()
	d, err := NewDAG(shape, n)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// makers are all sides: goimpl and every peer.
func makers(tb testing.TB) map[string]Maker {
	all := map[string]Maker{"goimpl": Engine(build.ThreadPool), "goimpl queue": Engine(build.AsyncIOQueue)}
	for _, name := range Peers() {
		m, err := Peer(name)
		if err != nil {
			tb.Fatal(err)
		}
		all[name] = m
	}
	return all
}

func TestShapes(t *testing.T) {
	check := func(shape string, n, ready, levels int) {
		t.Helper()
		d := mustDAG(t, shape, n)
		level, deepest := make([]int, n), 0
		for i, needs := range d.Needs {
			for _, dep := range needs {
				if int(dep) >= i {
					t.Errorf("%s: task %d needs task %d", shape, i, dep)
				}
				level[i] = max(level[i], level[dep]+1)
			}
			deepest = max(deepest, level[i])
			if int32(i) != d.Root() && len(d.Needed[i]) == 0 {
				t.Errorf("%s: nobody needs task %d", shape, i)
			}
		}
		if len(d.Ready) != ready || deepest+1 != levels {
			t.Errorf("%s: %d tasks ready, %d levels, want %d and %d", shape, len(d.Ready), deepest+1, ready, levels)
		}
	}
	check("wide", 1000, 999, 2)
	check("deep", 1000, 1, 1000)
	check("tree", 15, 8, 4)
	if _, err := NewDAG("star", 3); err == nil || !strings.Contains(err.Error(), `"star"`) {
		t.Errorf("got %v", err)
	}
}

// Every side runs each task once, after those it needs, and all come to the
// same values, however many iterations there are.
func TestSameWork(t *testing.T) {
	for _, shape := range Shapes {
		for _, n := range []int{2, 15, 1000} {
			digests := map[string]string{}
			for name, m := range makers(t) {
				for _, keep := range []bool{false, true} {
					c := &taskCase{dag: mustDAG(t, shape, n), make: m, keep: keep}
					digest, err := digestOf(c)
					if errors.Is(err, errNothingKept) {
						continue
					}
					if err != nil {
						t.Fatalf("%s %d %s, kept %v: %v", shape, n, name, keep, err)
					}
					digests[digest] = name
				}
			}
			if len(digests) != 1 {
				t.Errorf("%s %d: different values: %v", shape, n, digests)
			}
		}
	}
}

// digestOf runs a case verified, then three times as in a sample.
func digestOf(c *taskCase) (string, error) {
	v, err := c.Verify(7, false)
	if err != nil {
		return "", err
	}
	run, err := c.Batch(7, 3)
	if err == nil {
		err = run()
	}
	if err != nil {
		return "", err
	}
	o, err := c.Outcome()
	if err == nil && *o.Digest != *v.Digest {
		err = fmt.Errorf("timed %s, verified %s", *o.Digest, *v.Digest)
	}
	return *o.Digest, errors.Join(err, c.Close())
}

// The values are those that a plain loop over the numbers finds.
func TestValues(t *testing.T) {
	d := mustDAG(t, "tree", 7)
	w := NewWork(d, 10, 0)
	run, err := Engine(build.Sequential)(w, false)
	if err == nil {
		err = run.Run()
	}
	if err != nil {
		t.Fatal(err)
	}
	const leaf = 4950 + 10
	want := []int64{leaf, leaf, leaf, leaf, 3 * leaf, 3 * leaf, 7 * leaf}
	for i, c := range w.cells {
		if c.value != want[i] {
			t.Errorf("task %d is %d, want %d", i, c.value, want[i])
		}
	}
}

// A runner that gets it wrong is found out.
func TestWrongOrder(t *testing.T) {
	check := func(name, want string, order ...int32) {
		t.Helper()
		c := &taskCase{dag: mustDAG(t, "deep", 3), make: func(w *Work, _ bool) (Runner, error) {
			return inOrder{w, order}, nil
		}}
		_, err := c.Verify(0, false)
		if got := ""; err != nil && !strings.Contains(err.Error(), want) || err == nil && want != got {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
	check("as it should be", "", 0, 1, 2)
	check("too early", "task 2 started before task 1 had ended", 0, 2, 1)
	check("left out", "task 1 ran 0 times in 1 iterations", 0, 2)
	check("twice", "task 2 ran 2 times in 1 iterations", 0, 1, 2, 2)

	right, wrong := NewWork(mustDAG(t, "deep", 3), 1, 2), NewWork(mustDAG(t, "deep", 3), 1, 2)
	for range 2 {
		right.Next()
		wrong.Next()
		_ = inOrder{right, []int32{0, 1, 2}}.Run()
		_ = inOrder{wrong, []int32{0, 2, 1}}.Run()
	}
	if right.Digest() == wrong.Digest() {
		t.Error("a task that ran too early in the second iteration left the digest as it was")
	}
}

type inOrder struct {
	*Work
	order []int32
}

func (r inOrder) Run() error {
	for _, i := range r.order {
		r.Do(i)
	}
	return nil
}

func TestParams(t *testing.T) {
	b := Benchmarks(func(peer, executor string) (Maker, error) {
		if executor != "" {
			return Engine(executor), nil
		}
		return Peer(peer)
	})
	check := func(p sdk.Params, want string) {
		t.Helper()
		if p["executor"] == nil {
			p["executor"] = ""
		}
		if _, err := b[0].Prepare(p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", p, err, want)
		}
	}
	check(sdk.Params{"peer": "pound", "n": int64(5), "pool": "cold"}, `peer is "pound", want one of`)
	check(sdk.Params{"peer": int64(1), "n": int64(5), "pool": "cold"}, `peer is ""`)
	check(sdk.Params{"peer": "pond", "n": int64(1), "pool": "cold"}, "n is 1, want at least 2")
	check(sdk.Params{"peer": "pond", "n": int64(5), "pool": "hot"}, `pool is "hot", want cold or warm`)
	check(sdk.Params{"peer": "pond", "n": int64(5), "pool": "cold", "executor": "treadpool"}, `"treadpool"`)
	check(sdk.Params{"peer": "conc", "n": int64(5), "pool": "warm"}, "keeps no goroutines")
	check(sdk.Params{"peer": "heimdalr", "n": int64(100_000), "pool": "cold"}, "100000 tasks: heimdalr/dag remembers")
	if !slices.Contains(Peers(), "pond") || len(b) != len(Shapes) {
		t.Errorf("peers %v, %d benchmarks", Peers(), len(b))
	}
}

// BenchmarkTasks is the comparison as a Go benchmark, for allocations; its
// sides run one after the other, so quote ratios from xbench instead.
func BenchmarkTasks(b *testing.B) {
	for _, shape := range Shapes {
		for _, n := range []int{15, 1000, 100_000} {
			if (shape == "tree") != (n == 15) {
				continue
			}
			for _, name := range append([]string{"goimpl"}, Peers()...) {
				b.Run(shape+"/"+name+"/n="+strconv.Itoa(n), func(b *testing.B) {
					w := NewWork(mustDAG(b, shape, n), 0, 0)
					runner, err := makers(b)[name](w, false)
					if errors.As(err, new(sdk.NotSupported)) {
						b.Skip(err)
					} else if err != nil {
						b.Fatal(err)
					}
					b.ReportAllocs()
					for b.Loop() {
						if err := runner.Run(); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/task")
				})
			}
		}
	}
}

package graphs

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"xbench/harness/sdk"
)

// ran builds a program and runs it several times on the same input, which must
// not leave traces.
func ran(t *testing.T, p Program, nonce uint64) Final {
	t.Helper()
	defer p.Close()
	if err := p.Build(); err != nil {
		t.Fatal(err)
	}
	p.Input(nonce)
	var first []byte
	for range 3 {
		if err := p.Invoke(); err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(p.Final())
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = got
		}
		if string(got) != string(first) {
			t.Fatalf("a run left traces in the input:\n%s\n%s", first, got)
		}
	}
	return p.Final()
}

// Every engine ends in the state that the text of the scenario asks for.
func TestFinalStates(t *testing.T) {
	check := func(what string, program func(Side) Program, want Final) {
		t.Helper()
		for name, side := range Sides() {
			if got := ran(t, program(side), 7); !reflect.DeepEqual(got, want) {
				t.Errorf("%s by %s:\ngot  %+v\nwant %+v", what, name, got, want)
			}
		}
	}
	base := map[string]string{"user": "test_user", "session": "test_session#7"}
	with := func(entries ...string) map[string]string {
		m := maps.Clone(base)
		for _, name := range entries {
			m[name+"_result"] = "completed"
		}
		return m
	}
	check("a chain of 3", func(s Side) Program { return s.Chain(3) },
		Final{Counter: 3, Data: "#7node0 node1 node2 "})
	check("a conditional", Side.conditional,
		Final{Counter: 1, Messages: []string{"Initial message", "Odd path"}, Metadata: base, Next: "odd", Status: "initialized"})
	check("a loop of 3", func(s Side) Program { return s.Loop(3) },
		Final{Counter: 3, Messages: []string{"Initial message", "Iteration 1", "Iteration 2", "Iteration 3"}, Metadata: base, Next: "end", Status: "initialized"})
	check("a fan-out of 2", func(s Side) Program { return s.FanOut(2, 4) },
		Final{Counter: 4, Messages: []string{"Initial message", "Worker 1 processing", "Worker 2 processing"},
			Metadata: with("worker1", "worker2"), Status: "collected"})
}

func (s Side) conditional() Program { return s.Conditional() }

// Larger graphs end in the same state under every engine, however many workers
// there are.
func TestSameStates(t *testing.T) {
	check := func(what string, program func(Side) Program) Final {
		t.Helper()
		want := ran(t, program(Sides()["goimpl"]), 0)
		for name, side := range Sides() {
			if got := ran(t, program(side), 0); !reflect.DeepEqual(got, want) {
				t.Errorf("%s by %s:\ngot  %+v\nwant %+v", what, name, got, want)
			}
		}
		return want
	}
	check("chain", func(s Side) Program { return s.Chain(100) })
	check("loop", func(s Side) Program { return s.Loop(50) })
	for _, width := range []int{1, 3, 50} {
		for _, workers := range []int{0, 4} {
			got := check(fmt.Sprint("fan-out of ", width), func(s Side) Program { return s.FanOut(width, workers) })
			if len(got.Messages) != width+1 || got.Counter != width+2 {
				t.Errorf("fan-out of %d: %d messages, counter %d", width, len(got.Messages), got.Counter)
			}
		}
	}
}

// A row of either side gives the same digest, verified and timed, and the
// result that the digest is of.
func TestRows(t *testing.T) {
	params := func(b sdk.Benchmark) sdk.Params {
		p := sdk.Params{}
		for _, k := range b.Params {
			p[k.Name] = k.Default
		}
		p["peer"] = "eino"
		return p
	}
	ours := Benchmarks(func(string) string { return "goimpl" })
	for i, theirs := range Benchmarks(func(peer string) string { return peer }) {
		var digests []string
		for _, b := range []sdk.Benchmark{theirs, ours[i]} {
			c, err := b.Prepare(params(b))
			if err != nil {
				t.Fatal(err)
			}
			v, err := c.Verify(5, true)
			if err != nil || !json.Valid(v.Result) {
				t.Fatalf("%s: %v, result %s", b.Name, err, v.Result)
			}
			run, err := c.Batch(5, 3)
			if err == nil {
				err = run()
			}
			if err != nil {
				t.Fatal(err)
			}
			o, err := c.Outcome()
			if err != nil {
				t.Fatal(err)
			}
			digests = append(digests, *v.Digest, *o.Digest)
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
		if len(slices.Compact(digests)) != 1 {
			t.Errorf("%s: different digests %v", theirs.Name, digests)
		}
	}
}

func TestParams(t *testing.T) {
	b := Benchmarks(func(peer string) string { return peer })
	check := func(i int, p sdk.Params, want string) {
		t.Helper()
		if _, err := b[i].Prepare(p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", p, err, want)
		}
	}
	check(0, sdk.Params{"peer": "goimpl", "nodes": int64(3)}, `peer is "goimpl", want one of ["eino" "plain"]`)
	check(0, sdk.Params{"peer": "plain", "nodes": int64(3)}, "no graph to compile")
	check(1, sdk.Params{"peer": "eino", "nodes": int64(0)}, "nodes is 0, want at least 1")
	check(4, sdk.Params{"peer": "eino", "width": int64(3), "workers": int64(-1)}, "workers is -1")
}

// BenchmarkGraphs is the comparison as a Go benchmark, for allocations; its
// sides run one after the other, so quote ratios from xbench instead.
func BenchmarkGraphs(b *testing.B) {
	bench := func(name string, compiling bool, program func(Side) Program) {
		for _, engine := range []string{"goimpl", "eino", "plain"} {
			if compiling && engine == "plain" {
				continue
			}
			b.Run(name+"/"+engine, func(b *testing.B) {
				p := program(Sides()[engine])
				defer p.Close()
				p.Input(0)
				step := p.Invoke
				if compiling {
					step = p.Build
				}
				if err := p.Build(); err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					if err := step(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
	for _, n := range []int{3, 10, 100} {
		bench(fmt.Sprint("compile=", n), true, func(s Side) Program { return s.Chain(n) })
	}
	for _, n := range []int{3, 10} {
		bench(fmt.Sprint("chain=", n), false, func(s Side) Program { return s.Chain(n) })
	}
	bench("conditional", false, Side.conditional)
	bench("loop=5", false, func(s Side) Program { return s.Loop(5) })
	for _, n := range []int{3, 50} {
		for _, workers := range []int{4, 0} {
			bench(fmt.Sprintf("fanout=%d/workers=%d", n, workers), false, func(s Side) Program { return s.FanOut(n, workers) })
		}
	}
}

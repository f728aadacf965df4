package config

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

const chains = `
suite: short
implementations: [{name: go, worker: [x]}]
benchmarks:
- {name: chain/one, group: g, expected: 2, lower_bound: 5ms, table: t, variant: v, side_specific: [c]}
- {name: chain/two/workers=2}
- {name: loop/five, category: cycles, shown_only: true, samples: 7}
- {name: build/x/executor=pool, params: {file: a.txt}}
suites:
- {name: short, benchmarks: [loop/five, "chain/*", chain/one]}
- {name: all, benchmarks: ["*"]}
counters:
- {name: running, over: "build/*", min: 1, max: workers}
- {name: calls, over: "build/*", min: 0, max: 10}
`

func names(rows []record.Row) string {
	var out []string
	for _, r := range rows {
		out = append(out, r.Name)
	}
	return strings.Join(out, " ")
}

func TestRows(t *testing.T) {
	c := load(t, chains)
	check := func(sel Selection, want string) {
		t.Helper()
		rows, err := c.Rows(sel)
		if err != nil {
			t.Errorf("%+v: %v", sel, err)
			return
		}
		if got := names(rows); got != want {
			t.Errorf("%+v:\ngot  %s\nwant %s", sel, got, want)
		}
	}
	check(Selection{}, "loop/five chain/one chain/two/workers=2") // the suite's order, each once
	check(Selection{Suite: "all"}, "chain/one chain/two/workers=2 loop/five build/x/executor=pool")
	check(Selection{Suite: "all", Filter: "^chain|executor=pool$"}, "chain/one chain/two/workers=2 build/x/executor=pool")

	sweep := func(texts ...string) (out []Sweep) {
		for _, text := range texts {
			s, err := ParseSweep(text)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, s)
		}
		return out
	}
	check(Selection{Filter: "chain", Sweep: sweep("workers=1,2")}, "chain/one/workers=1 chain/one/workers=2 chain/two/workers=1 chain/two/workers=2")
	check(Selection{Filter: "two", Sweep: sweep("workers=1,8", "nodes=3")}, "chain/two/workers=1/nodes=3 chain/two/workers=8/nodes=3")

	c.Settings.Suite = ""
	check(Selection{}, "chain/one chain/two/workers=2 loop/five build/x/executor=pool")
}

func TestRowCarriesWhatIsKnown(t *testing.T) {
	c := load(t, chains)
	rows, err := c.Rows(Selection{Filter: "chain/one|loop"})
	if err != nil {
		t.Fatal(err)
	}
	want := []record.Row{
		{Name: "loop/five", ID: "loop/five", Category: "cycles", ShownOnly: true, Samples: 7},
		{Name: "chain/one", ID: "chain/one", Category: "chain", Group: "g", Expected: 2, LowerBoundNS: 5e6,
			Table: "t", Variant: "v", SideSpecific: []string{"c"}},
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	// What was known was known at other parameters.
	rows, err = c.Rows(Selection{Filter: "chain/one", Sweep: []Sweep{{"n", []any{int64(3)}}}})
	if err != nil {
		t.Fatal(err)
	}
	want = []record.Row{{Name: "chain/one/n=3", ID: "chain/one", Category: "chain", Group: "g", ShownOnly: true,
		Params: params("n", int64(3)), Table: "t/n=3", Variant: "v", SideSpecific: []string{"c"}}}
	if d := cmp.Diff(want, rows); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if _, ok := c.Benchmarks[0].Params.Get("n"); ok {
		t.Error("the sweep changed the configuration")
	}
}

// A sweep sets a knob that the name already has, once; what the row is a
// variant of is of the new value; a variant that is called after the knob is
// none any more.
func TestSweepOfAKnobInTheName(t *testing.T) {
	c := load(t, `
implementations: [{name: go, worker: [x]}]
benchmarks:
- {name: b/executor=pool/n=5, table: b/n=5, variant: pool}
- {name: b/executor=pool, table: b, variant: pool}
- {name: b/executor=procs/n=5/start=fork, table: b/n=5, variant: procs fork}
`)
	check := func(want string, texts ...string) {
		t.Helper()
		var sel Selection
		for _, text := range texts {
			s, err := ParseSweep(text)
			if err != nil {
				t.Fatal(err)
			}
			sel.Sweep = append(sel.Sweep, s)
		}
		rows, err := c.Rows(sel)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range rows {
			got = append(got, strings.TrimSpace(r.Name+" "+r.Table+" "+r.Variant))
		}
		if d := cmp.Diff(want, strings.Join(got, ", ")); d != "" {
			t.Errorf("%v (-want +got):\n%s", texts, d)
		}
	}
	check("b/executor=pool/n=1 b/n=1 pool, b/executor=pool/n=2 b/n=2 pool, "+
		"b/executor=procs/n=1/start=fork b/n=1 procs fork, b/executor=procs/n=2/start=fork b/n=2 procs fork", "n=1,2")
	check("b/executor=pool/n=5/start=spawn, b/executor=pool/start=spawn, b/executor=procs/n=5/start=spawn", "start=spawn")
	check("b/executor=pool/n=1/start=spawn, b/executor=procs/n=1/start=spawn", "n=1", "start=spawn")
}

func TestRowsErrors(t *testing.T) {
	c := load(t, chains)
	check := func(sel Selection, noMatch bool, want string) {
		t.Helper()
		_, err := c.Rows(sel)
		if err == nil || err.Error() != want || errors.Is(err, ErrNoMatch) != noMatch {
			t.Errorf("%+v:\ngot  %v\nwant %s", sel, err, want)
		}
	}
	check(Selection{Filter: "kangaroo"}, true, `no benchmark matches: filter "kangaroo", 3 benchmarks in suite short; xbench list shows them`)
	check(Selection{Filter: "^build"}, true, `no benchmark matches: filter "^build", 3 benchmarks in suite short; 1 in suite all would match: --suite all`)
	check(Selection{Filter: "chain/one/n=5$"}, true, `no benchmark matches: filter "chain/one/n=5$", 3 benchmarks in suite short; "chain/one" matches, and its knobs are set by --sweep n=5`)
	check(Selection{Filter: "one/n=5/pool=warm"}, true, `no benchmark matches: filter "one/n=5/pool=warm", 3 benchmarks in suite short; "one" matches, and its knobs are set by --sweep n=5 --sweep pool=warm`)
	check(Selection{Filter: "kangaroo/n=5"}, true, `no benchmark matches: filter "kangaroo/n=5", 3 benchmarks in suite short; xbench list shows them`)
	check(Selection{Filter: "("}, false, "filter \"(\": error parsing regexp: missing closing ): `(`")
	check(Selection{Suite: "shrot"}, false, `unknown suite "shrot" (did you mean "short"?)`)
	check(Selection{Suite: "nightly"}, false, `unknown suite "nightly" (there are short, all)`)
}

func TestParseSweep(t *testing.T) {
	s, err := ParseSweep("nodes=1,10,x,true")
	if d := cmp.Diff(Sweep{"nodes", []any{int64(1), int64(10), "x", true}}, s); d != "" || err != nil {
		t.Errorf("%v\n%s", err, d)
	}
	for _, bad := range []string{"", "nodes", "=1", "nodes=", "nodes=1,,2", "nodes=1,1", "nodes=a/b", "impl=go", "a b=1", "n=1, 2"} {
		if s, err := ParseSweep(bad); err == nil || !strings.Contains(err.Error(), "sweep") {
			t.Errorf("%q: got %v, %v", bad, s, err)
		}
	}
}

func TestBind(t *testing.T) {
	c := load(t, chains)
	declared := params("executor", nil, "workers", int64(4), "file", nil, "pool", "cold")
	row := func(name string, p protocol.Params) record.Row {
		id, _ := ParseName(name)
		return record.Row{Name: name, ID: id, Params: p}
	}
	check := func(r record.Row, wantName string, wantRange [2]int64) {
		t.Helper()
		got, err := c.Bind(r, declared)
		if err != nil {
			t.Error(err)
			return
		}
		if got.Name != wantName || got.Bounded["running"] != wantRange || got.Bounded["calls"] != [2]int64{0, 10} {
			t.Errorf("got %s %v, want %s %v", got.Name, got.Bounded, wantName, wantRange)
		}
		if d := cmp.Diff(r.Params, got.Params); d != "" {
			t.Errorf("params changed: %s", d)
		}
	}
	file := func(p ...any) protocol.Params { return append(params(p...), params("file", "a.txt")...) }
	check(row("build/x/executor=pool", file("executor", "pool")), "build/x/executor=pool", [2]int64{1, 4})
	check(row("build/x/workers=2/executor=pool", file("workers", int64(2), "executor", "pool")), "build/x/executor=pool/workers=2", [2]int64{1, 2})
	check(row("build/x/pool=cold/executor=e/workers=4", file("pool", "cold", "executor", "e", "workers", int64(4))), "build/x/executor=e", [2]int64{1, 4})

	fails := func(r record.Row, want string) {
		t.Helper()
		if _, err := c.Bind(r, declared); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	fails(row("build/x", file()), "benchmark build/x: knob executor has no default and must be set, e.g. build/x/executor=VALUE")
	fails(row("build/x/worker=1", file("worker", int64(1))), `benchmark build/x/worker=1: no knob "worker" (did you mean "workers"?)`)
	fails(row("build/x/nodes=1", file("nodes", int64(1))), `benchmark build/x/nodes=1: no knob "nodes" (it has executor, workers, file, pool)`)
	fails(row("build/x/executor=e/workers=no", file("executor", "e", "workers", "no")), "benchmark build/x/executor=e/workers=no: counter running is bounded by no, which is not a whole number")
	if _, err := c.Bind(row("chain/one", params("n", int64(1))), nil); err == nil || !strings.Contains(err.Error(), "(it has none)") {
		t.Errorf("got %v", err)
	}
	declared = params("executor", nil, "file", nil)
	fails(row("build/x", file("executor", "e")), "benchmark build/x: counter running is bounded by the knob workers, which the benchmark does not have")
}

package harness

import (
	"slices"
	"strings"
	"testing"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// Whatever a plan says of the things compared, its change is named with the
// old and the new value; what the run found out by itself is no change.
func TestChanges(t *testing.T) {
	plan := func() record.Plan {
		return record.Plan{
			Tool: "0.1.0", Suite: "all", Gate: "minimum", Seed: 7, SampleNS: 5e6, WarmupNS: 5e7, SpacingNS: 1e10, Reference: "base",
			Implementations: []record.Implementation{
				{Name: "base", Kind: "worker", Command: []string{"a"}, Version: "1", Mode: "release", Fingerprint: "f0"},
				{Name: "cand", Kind: "worker", Command: []string{"b"}, Version: "2", Mode: "release", Fingerprint: "f1", Settings: map[string]string{"gc": "on"}},
			},
			Rows: []record.Row{
				{Name: "r/0", ID: "r/0", Params: protocol.Params{{Name: "n", Value: int64(3)}}, Samples: 10, Iterations: map[string]int64{"base": 4}, Nonce: true},
				{Name: "r/1", ID: "r/1", Params: protocol.Params{}},
			},
			Goals: []record.Goal{{Claim: "twice", Level: "minimum", Over: "*", Speedup: 2, Gate: true}},
			Host:  record.Host{OS: "linux", Arch: "amd64", CPU: "A", Cores: 4, Kernel: "6.1", ID: "h1", MemBytes: 8 << 30, Load1: 1},
		}
	}
	check := func(change func(p *record.Plan), want ...string) {
		t.Helper()
		now := plan()
		change(&now)
		if got := Changes(plan(), now); !slices.Equal(got, want) {
			t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
		}
	}
	check(func(p *record.Plan) {})
	check(func(p *record.Plan) { // found out, or of no consequence
		p.Rows[0].Samples, p.Rows[0].Iterations, p.Host.Load1, p.Host.SpinNS = 0, nil, 7, 3
		p.RMax, p.Looks, p.BudgetNS, p.Run, p.Started, p.Args = 9, []int{9}, 1, "x", "y", []string{"z"}
	})
	check(func(p *record.Plan) { p.Tool = "0.2.0" }, "xbench: 0.1.0 -> 0.2.0")
	check(func(p *record.Plan) { p.Suite, p.Filter = "quick", "x" }, "suite: all -> quick", "filter: none -> x")
	check(func(p *record.Plan) { p.Seed, p.Gate = 8, "none" }, "seed: 7 -> 8", "gate: minimum -> none")
	check(func(p *record.Plan) { p.SampleNS, p.SpacingNS = 1e6, 0 }, "sample: 5ms -> 1ms", "spacing: 10s -> 0s")
	check(func(p *record.Plan) { p.SameOutput = "exact" })
	check(func(p *record.Plan) { p.SameOutput = "json" }, "same_output: exact -> json")
	check(func(p *record.Plan) { p.Host.Cores, p.Host.ID = 2, "h2" }, "cores: 4 -> 2")
	check(func(p *record.Plan) { p.Host.CPU, p.Host.ID = "B", "h2" }, "cpu: A -> B")
	check(func(p *record.Plan) { p.Host.ID = "h2" }, "host: h1 -> h2")
	check(func(p *record.Plan) { p.Host.Kernel = "6.2" }, "kernel: 6.1 -> 6.2")
	check(func(p *record.Plan) { p.Demo = true },
		"configuration (is this the directory where it was started?): a file or command lines -> the bundled demo")
	check(func(p *record.Plan) { p.Implementations[1].Fingerprint = "f2" },
		"implementation cand: fingerprint (the program or its environment): f1 -> f2")
	check(func(p *record.Plan) { p.Implementations[1].Version, p.Implementations[0].Mode = "3", "debug" },
		"implementation base: mode: release -> debug", "implementation cand: version: 2 -> 3")
	check(func(p *record.Plan) { p.Implementations[1].Settings = nil }, `implementation cand: settings: {"gc":"on"} -> none`)
	check(func(p *record.Plan) { p.Implementations = p.Implementations[:1] }, "implementation cand: is no longer there")
	check(func(p *record.Plan) { slices.Reverse(p.Implementations) }, "implementations: are in another order: base, cand -> cand, base")
	check(func(p *record.Plan) { p.Rows[0].Params[0].Value = int64(4) }, `benchmark r/0: params: {"n":3} -> {"n":4}`)
	check(func(p *record.Plan) { p.Rows[1].Name = "r/2" }, "benchmark r/1: is no longer there", "benchmark r/2: is new")
	check(func(p *record.Plan) { slices.Reverse(p.Rows) }, "benchmarks: are in another order: r/0, r/1 -> r/1, r/0")
	check(func(p *record.Plan) { p.Goals[0].Speedup = 1.9 }, `goal "twice": speedup: 2 -> 1.9`)
	check(func(p *record.Plan) { p.Goals = append(p.Goals, p.Goals[0]) }, `goal "twice" (2): is new`)
	check(func(p *record.Plan) { p.Removed = []record.Removed{{Name: "r/9"}} }, `benchmarks filtered out: none -> ["r/9"]`)
	check(func(p *record.Plan) { p.Absent = []string{"rust"} }, `implementations left out: none -> ["rust"]`)

	with := func(files map[string]string, written ...string) record.Plan {
		p := plan()
		p.Implementations[1].Files, p.Implementations[1].Written = files, written
		return p
	}
	given := func(what string, was, now record.Plan, want ...string) {
		t.Helper()
		if got := Changes(was, now); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	const in, out = "argument 1 (in.txt)", "argument 2 (out.txt)"
	given("the same files", with(map[string]string{in: "a"}), with(map[string]string{in: "a"}))
	given("another file", with(map[string]string{in: "a"}), with(map[string]string{in: "b"}), "implementation cand: argument 1 (in.txt): changed")
	given("a file gone", with(map[string]string{in: "a"}), with(nil), "implementation cand: argument 1 (in.txt): is no longer there")
	given("a file more", with(nil), with(map[string]string{in: "a"}), "implementation cand: argument 1 (in.txt): is a file now")
	given("an output", with(map[string]string{in: "a"}, out), with(map[string]string{in: "a", out: "b"}))
	given("an output and an input", with(map[string]string{in: "a"}, out), with(map[string]string{in: "c", out: "b"}), "implementation cand: argument 1 (in.txt): changed")

	old, now := plan(), plan()
	old.Implementations[0].Fingerprint = ""
	now.Implementations[0].Files = map[string]string{in: "a"}
	if got := Changes(old, now); len(got) > 0 {
		t.Errorf("a record of before there were fingerprints: %q", got)
	}
}

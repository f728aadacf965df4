package compare

import (
	"slices"
	"strings"
	"testing"

	"xbench/harness/record"
)

func each(rec *record.Record, row, impl string, round int, change func(*record.Process)) {
	for i := range rec.Processes {
		if p := &rec.Processes[i]; p.Row == row && p.Impl == impl && (round == 0 || p.Round == round) {
			change(p)
		}
	}
}

// A row whose sides did not do the same work has no speedup, takes every mean
// over it along and ends the run's claim to anything, whatever the times say.
func TestWorkThatIsNotTheSame(t *testing.T) {
	check := func(what string, change func(*record.Record), kind, message string) {
		t.Helper()
		rec := newRun(3, 5, "python", "go").by(4).goal(twice, notSlower).record()
		rec.Plan.Rows[1].Bounded = map[string][2]int64{"running": {1, 4}}
		rec.Plan.Rows[1].SideSpecific = []string{"bytes"}
		each(rec, "r01", "python", 0, func(p *record.Process) {
			p.Counters = map[string]int64{"nodes": 3, "running": 2, "bytes": 10}
		})
		each(rec, "r01", "go", 0, func(p *record.Process) {
			p.Counters = map[string]int64{"nodes": 3, "running": 4, "bytes": 99}
		})
		if res := analyzed(t, rec, Options{}); res.Verdict != Pass {
			t.Fatalf("before the change: %s %q", res.Verdict, res.Reasons)
		}
		change(rec)
		res := analyzed(t, rec, Options{})
		row := res.Rows[1]
		if len(row.Failures) == 0 {
			t.Errorf("%s: the row is not INVALID", what)
			return
		}
		if f := row.Failures[0]; f.Kind != kind || f.Message != message {
			t.Errorf("%s: got %s %q, want %s %q", what, f.Kind, f.Message, kind, message)
		}
		if row.Status != Invalid || row.Mark != MarkInvalid || row.Speedup != (Interval{}) || row.RefNS != 0 || row.D != nil {
			t.Errorf("%s: an INVALID row has numbers: %+v", what, row)
		}
		if res.Verdict != Invalid || res.Exit != 1 {
			t.Errorf("%s: got %s, exit %d, want INVALID, exit 1", what, res.Verdict, res.Exit)
		}
		for _, g := range res.Goals {
			if g.Verdict != Invalid || g.Worst != "r01" || g.Claim != 0 || g.Found != (Interval{}) {
				t.Errorf("%s: goal %+v", what, g)
			}
		}
		if m := res.Means[0]; m.Invalid != 1 || m.Geometric != (Interval{}) || m.Claim != 0 || m.Arithmetic != 0 {
			t.Errorf("%s: mean %+v", what, m)
		}
		if c := res.Categories[0]; c.Invalid != 1 || c.Geometric != (Interval{}) {
			t.Errorf("%s: category %+v", what, c)
		}
		if r := res.Rows[2]; r.Status != Pass || r.Claim == 0 {
			t.Errorf("%s: the other rows suffer: %+v", what, r)
		}
		if p := Open(rec); slices.Contains(p.Rows, "r01") || p.Why["r01"] != StoppedInvalid {
			t.Errorf("%s: still measured: %+v", what, p)
		}
	}
	change := func(f func(*record.Process)) func(*record.Record) {
		return func(rec *record.Record) { each(rec, "r01", "go", 2, f) }
	}
	check("another result", change(func(p *record.Process) { p.Digest = "e" }), record.FailDigest, "round 2: result: python d | go e")
	check("no result", change(func(p *record.Process) { p.Digest = "" }), record.FailDigest, "round 2: result: python d | go none")
	check("another counter", change(func(p *record.Process) { p.Counters["nodes"] = 2 }), record.FailCounter, "round 2: counter nodes: python 3 | go 2")
	check("a missing counter", change(func(p *record.Process) { delete(p.Counters, "nodes") }), record.FailCounter, "round 2: counter nodes: python 3 | go missing")
	check("a counter of its own", change(func(p *record.Process) { p.Counters["more"] = 1 }), record.FailCounter, "round 2: counter more: python missing | go 1")
	check("out of bounds", change(func(p *record.Process) { p.Counters["running"] = 5 }), record.FailCounter, "round 2: counter running (1 to 4): python 2 | go 5")
	check("another input", change(func(p *record.Process) { p.Nonce = "77" }), record.FailProtocol, "round 2: input: python nonce 2 | go nonce 77")
	check("no time", change(func(p *record.Process) { p.SamplesNS[3] = 0 }), record.FailProtocol, "go: round 2: sample 4 took 0 ns")
	check("negative time", change(func(p *record.Process) { p.SamplesNS[0] = -5 }), record.FailProtocol, "go: round 2: sample 1 took -5 ns")
	check("a sample more", change(func(p *record.Process) { p.SamplesNS = append(p.SamplesNS, 1) }), record.FailProtocol, "go: round 2: 6 samples, want 5")
	check("no samples", change(func(p *record.Process) { p.SamplesNS = nil }), record.FailProtocol, "go: round 2: 0 samples, want 5")
	check("no iterations", change(func(p *record.Process) { p.K = 0 }), record.FailProtocol, "go: round 2: samples of 0 iterations, want 1")
	check("a crash", change(func(p *record.Process) {
		p.SamplesNS, p.Failure = nil, &record.Failure{Kind: record.FailCrash, Message: "worker go: killed"}
	}), record.FailCrash, "worker go: killed")
	check("another k than planned", func(rec *record.Record) {
		rec.Plan.Rows[1].Iterations = map[string]int64{"go": 1}
		each(rec, "r01", "go", 4, func(p *record.Process) { p.K = 2 })
	}, record.FailProtocol, "go: round 4: samples of 2 iterations, want 1")
	check("a note", func(rec *record.Record) {
		rec.Notes = []record.Note{{Kind: "row-invalid", Row: "r01", Impl: "go", Failure: &record.Failure{Kind: record.FailWork, Message: "exploded"}}}
	}, record.FailWork, "go: exploded")
	check("a missing benchmark", func(rec *record.Record) {
		rec.Plan.Rows[1].Unsupported = map[string]string{"go": "no threads"}
		rec.Processes = slices.DeleteFunc(rec.Processes, func(p record.Process) bool { return p.Row == "r01" && p.Impl == "go" })
	}, record.FailUnsupported, "go: no threads")
	check("a clock that disagrees twice", func(rec *record.Record) {
		for _, round := range []int{1, 3} {
			each(rec, "r01", "go", round, func(p *record.Process) { p.Clock = &record.ClockCheck{Ratio: 0.5} })
		}
	}, record.FailClock, "go: its clock disagrees with ours in 2 of the first 3 rounds: claimed/outside 0.50, 0.50")
}

func TestWorkThatMayDiffer(t *testing.T) {
	check := func(what string, change func(*record.Record)) *Result {
		t.Helper()
		rec := newRun(2, 5, "python", "go").by(4).goal(twice).record()
		change(rec)
		res := analyzed(t, rec, Options{})
		if res.Verdict != Pass || len(res.Rows[1].Failures) > 0 {
			t.Errorf("%s: got %s, %v", what, res.Verdict, res.Rows[1].Failures)
		}
		return res
	}
	other := func(rec *record.Record) { each(rec, "r01", "go", 0, func(p *record.Process) { p.Digest = "e" }) }
	check("digests, where the run compares the results", func(rec *record.Record) { rec.Plan.SameOutput = "json"; other(rec) })
	check("side-specific counters", func(rec *record.Record) {
		rec.Plan.Rows[1].SideSpecific = []string{"nodes"}
		each(rec, "r01", "go", 0, func(p *record.Process) { delete(p.Counters, "nodes") })
	})
	res := check("one noisy clock check", func(rec *record.Record) {
		each(rec, "r01", "go", 1, func(p *record.Process) { p.Clock = &record.ClockCheck{Ratio: 0.8} })
	})
	if w := res.Rows[1].Warnings; len(w) != 1 || !strings.Contains(w[0].Text, "0.80") {
		t.Errorf("warnings %+v", w)
	}
	check("a clock that disagrees later", func(rec *record.Record) {
		for _, round := range []int{4, 5} {
			each(rec, "r01", "go", round, func(p *record.Process) { p.Clock = &record.ClockCheck{Ratio: 0.8} })
		}
	})
}

// Who crashes takes itself out, not the others; the reference takes all.
func TestFailuresStayWithTheirSide(t *testing.T) {
	check := func(impl string, wantGo, wantRust Verdict) {
		t.Helper()
		rec := newRun(1, 5, "python", "go", "rust").by(4).goal(notSlower).record()
		each(rec, "r00", impl, 2, func(p *record.Process) { p.Failure = &record.Failure{Kind: record.FailCrash, Message: "gone"} })
		res := analyzed(t, rec, Options{})
		if a, b := res.Rows[0].Status, res.Rows[1].Status; a != wantGo || b != wantRust {
			t.Errorf("%s crashes: go %s, rust %s; want %s, %s", impl, a, b, wantGo, wantRust)
		}
		if res.Verdict != Invalid || res.Exit != 1 {
			t.Errorf("%s crashes: %s, exit %d", impl, res.Verdict, res.Exit)
		}
	}
	check("go", Invalid, Pass)
	check("rust", Pass, Invalid)
	check("python", Invalid, Invalid)
}

func TestBrokenRowsCountWithoutGoals(t *testing.T) {
	check := func(what string, change func(*record.Record), want Verdict, exit int) {
		t.Helper()
		rec := newRun(2, 5, "python", "go").by(4).record()
		change(rec)
		if res := analyzed(t, rec, Options{}); res.Verdict != want || res.Exit != exit {
			t.Errorf("%s: got %s, exit %d; want %s, exit %d", what, res.Verdict, res.Exit, want, exit)
		}
	}
	crash := func(rec *record.Record) {
		each(rec, "r01", "go", 2, func(p *record.Process) { p.Failure = &record.Failure{Kind: record.FailCrash, Message: "gone"} })
	}
	check("a crash", crash, Invalid, 1)
	check("a crash with no gate", func(rec *record.Record) { rec.Plan.Gate = "none"; crash(rec) }, Invalid, 1)
	check("a crash of a row that is shown only", func(rec *record.Record) { rec.Plan.Rows[1].ShownOnly = true; crash(rec) }, Invalid, 1)
	check("another result in a sweep", func(rec *record.Record) {
		rec.Plan.Gate = "none"
		for i := range rec.Plan.Rows {
			rec.Plan.Rows[i].ShownOnly = true
		}
		each(rec, "r01", "go", 2, func(p *record.Process) { p.Digest = "another" })
	}, Invalid, 1)
	check("a benchmark that a side does not have", func(rec *record.Record) {
		rec.Plan.Rows[1].Unsupported = map[string]string{"go": "no threads"}
	}, NoGoals, 0)
}

func TestNothingIsLeftOutSilently(t *testing.T) {
	check := func(change func(*record.Record), want string) {
		t.Helper()
		rec := newRun(2, 5, "python", "go").by(4).goal(twice).record()
		change(rec)
		res := analyzed(t, rec, Options{})
		if !slices.ContainsFunc(res.Warnings, func(w Warning) bool { return strings.Contains(w.Text, want) }) {
			t.Errorf("no warning %q in %+v", want, res.Warnings)
		}
		if res.Verdict != Pass || res.Rounds != 5 {
			t.Errorf("%s: got %s after %d rounds, want PASS after 5", want, res.Verdict, res.Rounds)
		}
	}
	check(func(rec *record.Record) { rec.Dropped = 2 }, "2 torn or unreadable lines")
	check(func(rec *record.Record) {
		rec.Processes = append(rec.Processes, record.Process{Row: "elsewhere", Round: 1})
	}, "1 processes of the record are not part")
	check(func(rec *record.Record) {
		p := rec.Processes[0]
		p.Round = 6
		rec.Processes = append(rec.Processes, p)
	}, "1 processes came after the last planned round")
	check(func(rec *record.Record) { rec.Processes = append(rec.Processes, rec.Processes[7]) }, "1 processes repeat a round")
	check(func(rec *record.Record) { rec.Notes = []record.Note{{Kind: "interrupt"}} }, "the run was interrupted")
}

// One broken row that stops several goals is one reason, which names them.
func TestACauseIsSaidOnce(t *testing.T) {
	check := func(what string, impls []string, want ...string) {
		t.Helper()
		rec := newRun(3, 5, impls...).by(4).goal(twice, notSlower).record()
		each(rec, "r01", "go", 2, func(p *record.Process) {
			p.Failure = &record.Failure{Kind: record.FailCrash, Message: "exit status 2"}
		})
		if got := analyzed(t, rec, Options{}).Reasons; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	check("two goals", []string{"python", "go"},
		"INVALID  r01: go: exit status 2 (2 goals: "+twice.Claim+"; "+notSlower.Claim+")")
	check("the other candidate is not concerned", []string{"python", "go", "rust"},
		"INVALID  r01: go: exit status 2 (2 goals: "+twice.Claim+" (go); "+notSlower.Claim+" (go))")
}

// A median of sizes of which one is an upper bound is one as well.
func TestPeakMemoryMayBeABound(t *testing.T) {
	rec := newRun(2, 5, "python", "go").record()
	each(rec, "r01", "go", 0, func(p *record.Process) { p.Usage.MaxRSS = 9 << 20 })
	each(rec, "r01", "go", 3, func(p *record.Process) { p.Usage.MaxRSSAtMost = true })
	for i, r := range analyzed(t, rec, Options{}).Rows {
		if want := i == 1; r.CandRSSAtMost != want || r.RefRSSAtMost {
			t.Errorf("%s: at most: reference %v, candidate %v, want false, %v", r.Name, r.RefRSSAtMost, r.CandRSSAtMost, want)
		}
	}
}

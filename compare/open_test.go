package compare

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"xbench/harness/record"
)

// stops runs to the end and says after which round each row stopped and why.
func stops(r *testRun) string {
	rec := r.follow()
	p := Open(rec)
	last := make(map[string]int)
	for _, q := range rec.Processes {
		last[q.Row] = max(last[q.Row], q.Round)
	}
	var out []string
	for _, row := range r.plan.Rows {
		out = append(out, fmt.Sprintf("%s %d %s", row.Name, last[row.Name], p.Why[row.Name]))
	}
	return strings.Join(out, ", ")
}

func TestWhatIsStillMeasured(t *testing.T) {
	check := func(what string, r *testRun, want string) {
		t.Helper()
		if got := stops(r); got != want {
			t.Errorf("%s: got %s; want %s", what, got, want)
		}
	}
	ratios := func(rMax int, of ...float64) *testRun {
		return newRun(len(of), rMax, "python", "go").faster(func(row int, _ string) float64 { return of[row] })
	}
	check("no goals: to the end", ratios(7, 1, 4), "r00 7 rounds, r01 7 rounds")
	gateNone := ratios(7, 1, 4).goal(twice)
	gateNone.plan.Gate = "none"
	check("no gate: to the end", gateNone, "r00 7 rounds, r01 7 rounds")
	check("a goal above the gate prolongs nothing",
		ratios(13, 4, 4).goal(twice, record.Goal{Speedup: 4, Level: "stretch"}), "r00 5 decided, r01 5 decided")
	check("a mean that is far off is settled by the first look; rows get an interval",
		ratios(13, 20, 20).goal(twice), "r00 5 decided, r01 5 decided")
	check("rows that have a claim of their own may stop earlier",
		ratios(13, 20, 1.5, 20).goal(notSlower), "r00 3 decided, r01 5 decided, r02 3 decided")
	check("consistency is described after five rounds and prolongs no further",
		ratios(13, 20, 20).goal(notSlower, record.Goal{Consistency: .3}), "r00 5 decided, r01 5 decided")
	check("an open mean keeps all rows",
		ratios(7, 2, 20).goal(notSlower, record.Goal{Speedup: 2, Over: "r00"}), "r00 7 rounds, r01 7 decided")
	check("on the boundary it is given up",
		ratios(30, 1, 1).goal(record.Goal{Speedup: 1}), "r00 13 futile, r01 13 futile")
	check("then the rows go on alone",
		ratios(30, 1/1.05, 1.2).goal(notSlower), "r00 13 futile, r01 5 decided")
	check("a failure settles the rest",
		ratios(30, .5, 1/1.05).goal(notSlower), "r00 5 decided, r01 5 decided")
	check("the plan ends before futility can be told",
		ratios(7, 1/1.05, 1.2).goal(notSlower), "r00 7 rounds, r01 5 decided")
	shown := ratios(13, 20, 20).goal(notSlower)
	shown.plan.Rows[1].ShownOnly = true
	check("a row that is only shown gets an interval", shown, "r00 3 decided, r01 5 decided")
	lost := ratios(7, 3, 3).goal(record.Goal{Speedup: 2, Over: "gone"})
	check("goals that lost their rows leave the rest to be measured", lost, "r00 7 rounds, r01 7 rounds")
	none := ratios(7, 3, 3).goal(twice)
	none.plan.Rows[0].Unsupported = map[string]string{"go": "no"}
	check("what a side lacks is not measured", none, "r00 0 invalid, r01 5 decided")
	two := newRun(1, 13, "python", "go", "rust").faster(func(_ int, impl string) float64 {
		return map[string]float64{"go": 20, "rust": 1.2}[impl]
	}).goal(notSlower)
	check("a row is open while it is for any candidate", two, "r00 5 decided")
}

func TestProgressCountsGoals(t *testing.T) {
	r := newRun(2, 7, "python", "go", "rust").by(2).goal(notSlower, twice, record.Goal{Speedup: 9, Level: "stretch"}, record.Goal{Consistency: .3})
	rec := &record.Record{Plan: r.plan}
	var got []string
	for round := 1; round <= 7; round++ {
		r.round(rec, round, nil)
		p := Open(rec)
		got = append(got, fmt.Sprintf("%d/%d %v", p.Decided, p.Goals, p.Done))
	}
	want := []string{"0/6 false", "0/6 false", "0/6 false", "0/6 false", "4/6 false", "4/6 false", "4/6 true"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A goal that lost its rows is neither settled nor waited for.
func TestProgressLeavesOutLostGoals(t *testing.T) {
	r := newRun(2, 7, "python", "go").by(2).goal(notSlower, twice, record.Goal{Speedup: 2, Over: "gone"})
	rec := &record.Record{Plan: r.plan}
	if p := Open(rec); p.Goals != 2 || p.Lost != 1 || p.Decided != 0 {
		t.Errorf("before the first round: %d of %d settled, %d lost; want 0 of 2, 1", p.Decided, p.Goals, p.Lost)
	}
}

// A run that is cut short anywhere has the verdicts of the last planned look
// before the cut: a look added at that moment would be one too many.
func TestAnInterruptAddsNoLook(t *testing.T) {
	for seed := range uint64(4) {
		r := newRun(5, 30, "python", "go").seed(seed).noise(.05, .04).faster(func(row int, _ string) float64 { return 0.9 + 0.1*float64(row) }).
			goal(notSlower, record.Goal{Speedup: 1.08})
		rec := r.record()
		var before *Result
		for round := 0; round <= 30; round++ {
			res := analyzed(t, upTo(rec, round), Options{})
			if before != nil && !slices.Contains(rec.Plan.Looks, round) {
				for i := range res.Rows {
					a, b := before.Rows[i], res.Rows[i]
					if a.Status != b.Status || a.Speedup.Lo != b.Speedup.Lo || a.Speedup.Hi != b.Speedup.Hi || a.Claim != b.Claim {
						t.Errorf("seed %d: round %d is no look, but %s went from %+v to %+v", seed, round, b.Name, a.Speedup, b.Speedup)
					}
				}
				if res.Verdict != before.Verdict || res.Exit != before.Exit {
					t.Errorf("seed %d: round %d is no look, but the verdict went from %s to %s", seed, round, before.Verdict, res.Verdict)
				}
			}
			if round < 3 && (res.Rows[0].Speedup.Lo != 0 || !math.IsInf(res.Rows[0].Speedup.Hi, 1) || res.Rows[0].Mark != MarkUnclear) {
				t.Errorf("an interval from %d rounds: %+v", round, res.Rows[0].Speedup)
			}
			before = res
		}
	}
}

// The record of a run that stopped gives the verdicts that stopped it, and
// once a verdict is there, further rounds leave it.
func TestVerdictsAreThoseOfTheRun(t *testing.T) {
	for seed := range uint64(5) {
		r := newRun(6, 30, "python", "go").seed(seed).noise(.04, .03).faster(func(row int, _ string) float64 { return 0.93 + 0.06*float64(row) }).
			goal(notSlower, record.Goal{Speedup: 1.05}, record.Goal{Consistency: .3})
		rec := r.follow()
		last := 0
		for _, p := range rec.Processes {
			last = max(last, p.Round)
		}
		final := analyzed(t, rec, Options{})
		for round := 1; round <= last; round++ {
			cut := upTo(rec, round)
			p := Open(cut)
			if p.Done != (round == last) {
				t.Errorf("seed %d: done %v after round %d of %d", seed, p.Done, round, last)
			}
			for i, g := range analyzed(t, cut, Options{}).Goals[:2] {
				if g.Verdict != Inconclusive && g.Verdict != final.Goals[i].Verdict {
					t.Errorf("seed %d: %s after round %d became %s", seed, g.Verdict, round, final.Goals[i].Verdict)
				}
				if g.DecidedAt != 0 && g.Verdict == Pass && g.DecidedAt > round {
					t.Errorf("seed %d: decided at %d, known at %d", seed, g.DecidedAt, round)
				}
			}
		}
		again := upTo(rec, 30)
		slices.Reverse(again.Processes) // the order of lines is no information
		if res := analyzed(t, again, Options{}); !reflect.DeepEqual(res.Goals, final.Goals) {
			t.Errorf("seed %d: the order of the processes changed the goals", seed)
		}
	}
}

func TestWhyARowStopped(t *testing.T) {
	rec := newRun(1, 13, "python", "go").by(1.06).goal(notSlower).record()
	check := func(rounds int, note, want string) {
		t.Helper()
		cut := upTo(rec, rounds)
		cut.Notes = []record.Note{{Kind: note}}
		if got := analyzed(t, cut, Options{}).Rows[0].Stopped; got != want {
			t.Errorf("%d rounds and note %q: got %q, want %q", rounds, note, got, want)
		}
	}
	check(4, "interrupt", StoppedInterrupt)
	check(4, "budget", StoppedBudget)
	check(4, "host", "")
	check(5, "interrupt", StoppedDecided)
}

// A side that a round lacks leaves the round out, of the row and of every mean
// over it.
func TestARoundNeedsBothSides(t *testing.T) {
	rec := newRun(2, 5, "python", "go").by(3).goal(twice).record()
	rec.Processes = slices.DeleteFunc(rec.Processes, func(p record.Process) bool { return p.Row == "r01" && p.Impl == "go" && p.Round == 4 })
	res := analyzed(t, rec, Options{})
	if res.Rows[0].Rounds != 5 || res.Rows[1].Rounds != 4 || len(res.Rows[1].D) != 4 || res.Rounds != 5 {
		t.Errorf("rounds %d and %d", res.Rows[0].Rounds, res.Rows[1].Rounds)
	}
	if g := res.Goals[0]; g.Verdict != Inconclusive {
		t.Errorf("four rounds of five have the look of three only: got %s", g.Verdict)
	}
	if p := Open(rec); p.Done || !slices.Equal(p.Rows, []string{"r01"}) && !slices.Equal(p.Rows, []string{"r00", "r01"}) {
		t.Errorf("open %+v", p)
	}
}

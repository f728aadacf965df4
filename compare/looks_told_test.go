package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"xbench/harness/record"
)

// told puts the looks of a goal on a line.
func told(g Goal) string {
	var out []string
	for _, l := range g.Looks {
		s := fmt.Sprintf("%d %s", l.Round, l.Verdict)
		if l.Open > 0 {
			s += fmt.Sprintf(" %d open", l.Open)
		}
		if l.GaveUp {
			s += " gave up"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// The looks that the end of a run tells of are those that the run saw: the
// record as it was after each look has the same verdicts, intervals and rows
// that decide, and the run's count of settled goals is the same.
func TestLooksAreWhatTheRunSaw(t *testing.T) {
	settledLate := 0
	for seed := range uint64(12) {
		run := newRun(9, 30, "python", "go", "rust").seed(seed).noise(.05, .03).faster(func(row int, impl string) float64 {
			return []float64{.86, .9, .93, 1 / 1.05, 1, 1.04, 1.1, 1.3, 4}[(row+int(seed)+len(impl))%9]
		}).goal(notSlower, record.Goal{Claim: "mean", Speedup: 1.1}, record.Goal{Claim: "near", Speedup: 1.16, Level: "target"},
			record.Goal{Claim: "some", Over: "r0[0-3]", Each: 1, Tolerance: .1}, record.Goal{Consistency: .3})
		rec := run.follow()
		final := analyzed(t, rec, Options{})
		for i, g := range final.Goals {
			if g.Consistency > 0 {
				if g.Looks != nil {
					t.Errorf("a description has looks: %+v", g.Looks)
				}
				continue
			}
			for _, l := range g.Looks {
				cut := upTo(rec, l.Round)
				then := analyzed(t, cut, Options{})
				was := then.Goals[i]
				last := was.Looks[len(was.Looks)-1]
				if was.Verdict != l.Verdict || was.Found != l.Found || was.Worst != l.Worst || last != l {
					t.Errorf("seed %d, %s %s, look after %d: the end tells %+v, the run saw %s %+v %s, and told %+v", seed, g.Goal.Claim, g.Candidate, l.Round,
						l, was.Verdict, was.Found, was.Worst, last)
				}
				if decided := l.Verdict != Inconclusive; decided != (g.DecidedAt > 0 && g.DecidedAt <= l.Round) {
					t.Errorf("seed %d, %s: %s at the look after %d, but decided at %d", seed, g.Goal.Claim, l.Verdict, l.Round, g.DecidedAt)
				}
				settled := 0
				for _, h := range then.Goals {
					if h.Gated && h.Verdict != Inconclusive && h.Verdict != NotEvaluated {
						settled++
					}
				}
				if p := Open(cut); p.Decided != settled {
					t.Errorf("seed %d, round %d: the run counts %d settled goals, compare %d", seed, l.Round, p.Decided, settled)
				}
				if l.Round > 5 && l.Verdict != Inconclusive {
					settledLate++
				}
			}
		}
	}
	if settledLate == 0 {
		t.Error("no goal was decided after the look at 5: the test sees nothing")
	}
}

// A row that only a later step of Holm's procedure finds is found when the row
// that opens the way is, not before.
func TestACulpritIsFoundWhenTheWayIsOpen(t *testing.T) {
	run := newRun(20, 13, "python", "go").by(1.2).goal(notSlower)
	rec := run.record()
	s := testSchedule(t, 13)
	half := func(look int, rows float64) float64 { return s.multiplier(look, 0.05/rows) * 1.2 * 0.01 / math.Sqrt(5) }
	set := func(row string, from, to int, log float64) {
		each(rec, row, "go", 0, func(p *record.Process) {
			for j := range p.SamplesNS {
				if p.Round >= from && p.Round <= to {
					p.SamplesNS[j] = math.Trunc(1e9 / math.Exp(log))
				}
			}
		})
	}
	// r01 crosses the second step's line at the look after 5 and comes back;
	// r00 is found only at the end.
	line := -math.Log1p(.05)
	set("r01", 1, 5, line-(half(1, 20)+half(1, 19))/2)
	set("r01", 6, 13, line+.002)
	set("r00", 1, 13, line-.02)
	res := analyzed(t, rec, Options{})
	g := res.Goals[0]
	if !slices.Equal(g.Culprits, []string{"r00", "r01"}) {
		t.Fatalf("got %+v", g)
	}
	if res.Rows[1].DecidedAt != g.DecidedAt {
		t.Errorf("r01 is found at %d, the row that opens the way at %d", res.Rows[1].DecidedAt, g.DecidedAt)
	}
}

func TestWhyAGoalStopped(t *testing.T) {
	check := func(what string, r *testRun, rounds int, note string, want ...string) {
		t.Helper()
		rec := r.follow()
		if rounds > 0 {
			rec = upTo(rec, rounds)
		}
		if note != "" {
			rec.Notes = []record.Note{{Kind: note}}
		}
		res := analyzed(t, rec, Options{})
		for i, g := range res.Goals {
			got := fmt.Sprintf("%s %s %d", g.Verdict, g.Stopped, g.MoreRounds)
			if g.TooClose {
				got += " too close"
			}
			if got != want[i] {
				t.Errorf("%s: %s: got %s, want %s (looks: %s)", what, g.Goal.Claim, got, want[i], told(g))
			}
		}
	}
	ratios := func(rMax int, of ...float64) *testRun {
		return newRun(len(of), rMax, "python", "go").faster(func(row int, _ string) float64 { return of[row] })
	}
	check("decided", ratios(13, 20, 20).goal(twice, notSlower), 0, "", "PASS decided 0", "PASS decided 0")
	check("given up", ratios(30, 2, 2).goal(twice), 0, "", "INCONCLUSIVE futile 0 too close")
	check("the plan's end", ratios(5, 2.015, 2.015).goal(twice), 0, "", "INCONCLUSIVE rounds 24")
	check("the budget's end", ratios(13, 2.02, 2.02).goal(twice), 4, "budget", "INCONCLUSIVE budget 13")
	check("interrupted", ratios(13, 2.02, 2.02).goal(twice), 2, "interrupt", "INCONCLUSIVE interrupt 0")
	check("only shown", ratios(13, 4, 4).goal(twice, record.Goal{Claim: "s", Level: "stretch", Speedup: 4}), 0, "", "PASS decided 0", "INCONCLUSIVE shown 0 too close")
	check("a row that is open", ratios(7, 1/1.042, 3).goal(notSlower), 0, "", "INCONCLUSIVE rounds 21")
	broken := ratios(5, 3).goal(twice)
	broken.plan.Rows[0].Unsupported = map[string]string{"go": "no"}
	check("invalid", broken, 0, "", "INVALID invalid 0")
	check("not there", ratios(5, 3).goal(record.Goal{Claim: "gone", Over: "gone", Speedup: 2}), 0, "", "NOT EVALUATED  0")
}

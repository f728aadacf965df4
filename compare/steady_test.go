package compare

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"xbench/harness/record"
)

// steadyRun has categories of one row each whose rounds vary by v, and a goal
// about their variation.
func steadyRun(categories, rounds int, v, goal float64, seed uint64) *testRun {
	run := newRun(categories, rounds, "python", "go").seed(seed).
		noise(0, math.Log1p(v)/math.Sqrt2). // of either side
		goal(record.Goal{Consistency: goal})
	for i := range run.plan.Rows {
		run.plan.Rows[i].Category = fmt.Sprintf("c%d", i)
	}
	return run
}

// At a variation just below the allowed one, a goal fails in no more than 2.5 %
// of runs, however many categories there are and however few the rounds.
func TestConsistencyFailsNoMoreThanItMay(t *testing.T) {
	for _, categories := range []int{1, 7} {
		for _, rounds := range []int{5, 8, 30} {
			n := comparisons(4000, 600)
			count := make(map[Verdict]int)
			for i := range n {
				run := steadyRun(categories, rounds, .299, .3, uint64(i))
				count[analyzed(t, run.record(), Options{}).Verdict]++
			}
			allowed := varyLevel * float64(n)
			t.Logf("%d categories, %d rounds: %v of %d", categories, rounds, count, n)
			if slack := 2 * math.Sqrt(allowed*(1-varyLevel)); float64(count[Fail]) > allowed+slack {
				t.Errorf("%d categories, %d rounds: %d of %d failed, %.0f may", categories, rounds, count[Fail], n, allowed)
			}
			if count[Fail]+count[Inconclusive] == 0 || count[Inconclusive] == 0 {
				t.Errorf("%d categories, %d rounds: nothing is ever in doubt", categories, rounds)
			}
		}
	}
}

// What varies far more than is allowed fails, and what varies far less passes.
func TestConsistencyTellsFarApart(t *testing.T) {
	wrong := 0
	for i := range 50 {
		loud := analyzed(t, steadyRun(3, 13, 1.5, .3, uint64(i)).record(), Options{})
		quiet := analyzed(t, steadyRun(3, 13, .08, .3, uint64(i)).record(), Options{})
		if loud.Verdict != Fail || loud.Exit != 1 || quiet.Verdict != Pass || quiet.Goals[0].DecidedAt != 13 {
			wrong++
		}
	}
	if wrong > 2 {
		t.Errorf("%d of 50 wrong", wrong)
	}
}

// A run that happens to vary more than is allowed, but not more than chance
// does, is open, says what chance can do, and measures nothing more for it.
func TestConsistencyInDoubt(t *testing.T) {
	for seed := range uint64(200) {
		rec := steadyRun(7, 5, .16, .3, seed).follow()
		res := analyzed(t, rec, Options{})
		if res.Verdict == Pass {
			continue
		}
		g := res.Goals[0]
		const want = " where below 30% is asked; in 5 rounds chance alone can show up to "
		if res.Verdict != Inconclusive || res.Exit != 3 || g.Found.Ratio < .3 || !strings.Contains(g.Reason, want) || g.DecidedAt != 0 || g.Worst == "" {
			t.Errorf("%s, exit %d: %s", res.Verdict, res.Exit, g.Reason)
		}
		if p := Open(rec); !p.Done || len(rec.Processes) != 7*2*5 {
			t.Errorf("%d processes, %v open", len(rec.Processes), p.Rows)
		}
		return
	}
	t.Error("no run was in doubt")
}

// Rounds after the last planned look are part of no verdict: that the user or
// the clock ended the run there adds no look.
func TestConsistencyHasOnlyPlannedLooks(t *testing.T) {
	check := func(goal record.Goal) {
		t.Helper()
		run := steadyRun(2, 30, .05, .3, 1)
		run.plan.Goals = nil
		run.goal(goal)
		rec := upTo(run.record(), 7)
		want := analyzed(t, upTo(rec, 5), Options{})
		for i := range rec.Processes {
			if p := &rec.Processes[i]; p.Round > 5 && p.Impl == "go" && p.Row == "r01" {
				for j := range p.SamplesNS {
					p.SamplesNS[j] *= 1000 // wild rounds
				}
			}
		}
		got := analyzed(t, rec, Options{})
		a, b := want.Goals[0], got.Goals[0]
		if a.Verdict != b.Verdict || a.Found != b.Found || a.DecidedAt != 5 || b.DecidedAt != 5 || want.Categories[1].Variation != got.Categories[1].Variation {
			t.Errorf("after 5 rounds %s, %v; after 7 %s, %v", a.Verdict, a.Found, b.Verdict, b.Found)
		}
	}
	check(record.Goal{Consistency: .3})
	check(record.Goal{Spread: .3})
}

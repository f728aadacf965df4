package compare

import (
	"math"
	"strings"
	"testing"

	"xbench/harness/record"
)

func explainedOne(t *testing.T, rec *record.Record, opt Options, what, candidate string) Explanation {
	t.Helper()
	es, err := Explain(rec, opt, what, candidate)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if len(es) != 1 {
		t.Fatalf("%s: %d explanations, want 1", what, len(es))
	}
	return es[0]
}

// What is explained is what was judged: verdict, round, interval and claim of
// every row and goal, after any round.
func TestExplanationsAgreeWithTheResult(t *testing.T) {
	for seed := range uint64(4) {
		run := newRun(7, 30, "python", "go", "rust").seed(seed).noise(.05, .03).faster(func(row int, impl string) float64 {
			return 0.8 + 0.07*float64(row+len(impl)%3)
		}).goal(notSlower, record.Goal{Claim: "mean", Speedup: 1.02}, record.Goal{Claim: "stretch", Level: "stretch", Speedup: 3}, record.Goal{Claim: "one", Over: "r03", Speedup: 1})
		rec := run.follow()
		for _, round := range []int{2, 3, 7, 8, 13, 30} {
			cut := upTo(rec, round)
			res := analyzed(t, cut, Options{})
			for _, r := range res.Rows {
				e := explainedOne(t, cut, Options{}, r.Name, r.Candidate)
				if e.Tests[0].Verdict != r.Status || len(e.Rounds) != r.Rounds || e.Stopped != r.Stopped {
					t.Errorf("seed %d, round %d, %s: explained as %s after %d rounds, %s; the result says %s, %d, %s", seed, round, r.Name,
						e.Tests[0].Verdict, len(e.Rounds), e.Stopped, r.Status, r.Rounds, r.Stopped)
				}
				showsInterval(t, r.Name, e.Shown, r.Speedup)
			}
			for _, g := range res.Goals {
				e := explainedOne(t, cut, Options{}, "goal: "+g.Goal.Claim, g.Candidate)
				test := e.Tests[0]
				if g.Each > 0 {
					if e.Subject != g.Worst || test.Tally.Fail != len(g.Culprits) || test.Verdict == Fail != (g.Verdict == Fail) {
						t.Errorf("seed %d, round %d: %s is decided by %s: %+v; explained by %s: %+v", seed, round, g.Goal.Claim, g.Worst, g, e.Subject, test)
					}
					continue
				}
				if test.Verdict != g.Verdict || test.DecidedAt != g.DecidedAt || len(e.Looks) > 0 && test.Claim != g.Claim {
					t.Errorf("seed %d, round %d: %s is %s at %d, claim %v; explained as %s at %d, claim %v", seed, round, g.Goal.Claim,
						g.Verdict, g.DecidedAt, g.Claim, test.Verdict, test.DecidedAt, test.Claim)
				}
				showsInterval(t, g.Goal.Claim, e.Shown, g.Found)
			}
			for _, m := range res.Means {
				showsInterval(t, "mean", explainedOne(t, cut, Options{}, MeanOfAll, m.Candidate).Shown, m.Geometric)
			}
		}
	}
}

func showsInterval(t *testing.T, what string, got *ExplainedInterval, want Interval) {
	t.Helper()
	if got == nil {
		if want.Lo != 0 || !math.IsInf(want.Hi, 1) {
			t.Errorf("%s: no interval, want %+v", what, want)
		}
		return
	}
	if got.Ratio != want.Ratio || got.Lo != want.Lo || got.Hi != want.Hi {
		t.Errorf("%s: interval %+v, want %+v", what, *got, want)
	}
}

// A row that Holm's procedure finds on a later step is judged among those that
// were left.
func TestExplainingALaterStepOfHolm(t *testing.T) {
	run := newRun(20, 5, "python", "go").faster(func(row int, _ string) float64 { return []float64{.5, .5, 1.2}[min(row, 2)] }).goal(notSlower)
	rec := run.record()
	s := testSchedule(t, 5)
	half := func(rows float64) float64 { return s.multiplier(1, 0.05/rows) * 1.2 * 0.01 / math.Sqrt(5) }
	each(rec, "r01", "go", 0, func(p *record.Process) {
		for j := range p.SamplesNS {
			p.SamplesNS[j] = math.Trunc(1e9 * math.Exp(math.Log1p(.05)+(half(20)+half(19))/2))
		}
	})
	e := explainedOne(t, rec, Options{}, "r01", "")
	if test := e.Tests[0]; test.Verdict != Fail || test.B != 19 || test.Members != 20 || test.Looks[1].Hi >= test.LogThreshold {
		t.Errorf("got %+v", test)
	}
	if first := explainedOne(t, rec, Options{}, "r00", "").Tests[0]; first.Verdict != Fail || first.B != 20 {
		t.Errorf("the first step: %+v", first)
	}
}

func TestWhatCanBeExplained(t *testing.T) {
	run := newRun(3, 5, "python", "go").by(3).goal(notSlower, twice, record.Goal{Claim: "steady", Consistency: .3}, record.Goal{Claim: "lost", Over: "gone", Speedup: 2})
	for i, name := range []string{"light/a/workers=1", "light/a/workers=16", "heavy/b"} {
		run.plan.Rows[i].Name, run.plan.Rows[i].Category, run.plan.Rows[i].Group = name, strings.Split(name, "/")[0], "build"
	}
	rec := run.record()
	check := func(what, subject string, rows int) {
		t.Helper()
		e := explainedOne(t, rec, Options{}, what, "")
		if e.Subject != subject || len(e.Rows) != rows || e.Mean != (rows > 1 || subject == "heavy") {
			t.Errorf("%q: explained %s over %d rows, want %s over %d", what, e.Subject, len(e.Rows), subject, rows)
		}
	}
	check("light/a/workers=1", "light/a/workers=1", 1) // exact, though part of another
	check("=16", "light/a/workers=16", 1)
	check("heavy", "heavy", 1) // a category before a part of a row's name
	check("y/b", "heavy/b", 1)
	check("light", "light", 2)
	check("mean", "mean over 3 rows", 3) // the claim of that name
	check("all", "mean", 3)
	check("build", "build", 3)
	check("goal: not slower", "light/a/workers=1", 1)
	check("goal:slow", "light/a/workers=1", 1)

	wrong := func(what, candidate, want string) {
		t.Helper()
		if _, err := Explain(rec, Options{}, what, candidate); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", what, err, want)
		}
	}
	wrong("heavi/b", "", `unknown benchmark "heavi/b" (did you mean "heavy/b"?)`)
	wrong("a/w", "", `"a/w" is part of 2 benchmarks: light/a/workers=1, light/a/workers=16; name one of them`)
	wrong("goal: men", "", `unknown goal "men" (did you mean "mean"?)`)
	wrong("goal: steady", "", `goal "steady" describes the run and is not a test: it has no looks and no interval; docs/method.md has its formula, the report its number`)
	wrong("goal: lost", "", `goal "lost": NOT EVALUATED: none of its rows was part of the run`)
	wrong("mean", "og", `unknown candidate "og" (did you mean "go"?)`)
	alone := newRun(1, 5, "go").record()
	if _, err := Explain(alone, Options{}, "r00", ""); err == nil || !strings.Contains(err.Error(), "only one was measured") {
		t.Errorf("one implementation: %v", err)
	}
}

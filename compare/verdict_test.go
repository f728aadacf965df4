package compare

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"xbench/harness/record"
)

func analyzed(t *testing.T, rec *record.Record, opt Options) *Result {
	t.Helper()
	res, err := Analyze(rec, opt)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

var (
	twice     = record.Goal{Claim: "mean", Speedup: 2}
	notSlower = record.Goal{Claim: "not slower", Each: 1, Tolerance: 0.05}
)

func TestVerdictsAndExitCodes(t *testing.T) {
	check := func(what string, r *testRun, opt Options, want Verdict, exit int, reason string) {
		t.Helper()
		res := analyzed(t, r.record(), opt)
		if res.Verdict != want || res.Exit != exit {
			t.Errorf("%s: got %s, exit %d; want %s, exit %d (%q)", what, res.Verdict, res.Exit, want, exit, res.Reasons)
		}
		if got := strings.Join(res.Reasons, "\n"); got != reason {
			t.Errorf("%s: reasons\n%s\nwant\n%s", what, got, reason)
		}
	}
	run := func(ratio float64) *testRun { return newRun(3, 5, "python", "go").by(ratio) }
	check("proved", run(3).goal(twice, notSlower), Options{}, Pass, 0, "")
	check("disproved", run(1.5).goal(twice), Options{}, Fail, 1,
		"FAIL  mean: 1.50x (1.47 - 1.53), below 2x")
	check("slower", run(0.5).goal(notSlower), Options{}, Fail, 1,
		"FAIL  not slower: r00: 0.500x (0.492 - 0.511), below 0.952x; 3 of 3 rows in all")
	check("on the line", run(2).goal(twice), Options{}, Inconclusive, 3,
		"INCONCLUSIVE  mean: 2.00x (1.97 - 2.04) after 5 rounds is on neither side of 2x; even 45 rounds would probably not settle it")
	check("on the line, which is allowed", run(2).goal(record.Goal{Claim: "mean", Speedup: 2, Inconclusive: "pass"}), Options{}, Inconclusive, 0,
		"INCONCLUSIVE  mean: 2.00x (1.97 - 2.04) after 5 rounds is on neither side of 2x; even 45 rounds would probably not settle it; allowed, since the goal says inconclusive: pass")
	check("the option overrides the goal", run(2).goal(record.Goal{Claim: "mean", Speedup: 2, Inconclusive: "pass"}), Options{Inconclusive: "fail"}, Inconclusive, 3,
		"inconclusive fail, planned as each goal says: chosen after the run\nINCONCLUSIVE  mean: 2.00x (1.97 - 2.04) after 5 rounds is on neither side of 2x; even 45 rounds would probably not settle it")
	check("two rounds", newRun(1, 2, "python", "go").by(9).goal(twice, notSlower), Options{}, Inconclusive, 3,
		"INCONCLUSIVE  mean: 2 rounds; the first look is after 3\nINCONCLUSIVE  not slower: r00: 2 rounds; the first look is after 3")
	check("no goals", run(0.1), Options{}, NoGoals, 0, "")
	check("no gate", run(0.1).goal(twice), Options{Gate: "none"}, NoGoals, 0, "gate none, planned minimum: chosen after the run")
	check("a failure outweighs an open goal", run(2).goal(twice, record.Goal{Claim: "triple", Speedup: 3}), Options{}, Fail, 1,
		"FAIL  triple: 2.00x (1.97 - 2.04), below 3x\nINCONCLUSIVE  mean: 2.00x (1.97 - 2.04) after 5 rounds is on neither side of 2x; even 45 rounds would probably not settle it")
	check("other goals than planned", run(3).goal(twice), Options{Replace: true, Goals: []record.Goal{{Claim: "mean", Speedup: 2.5, Gate: true}}}, Pass, 3,
		"the goals are not the ones that the run was planned for: nothing is proved by goals chosen afterwards")
	check("other goals can fail", run(3).goal(twice), Options{Replace: true, Goals: []record.Goal{{Claim: "mean", Speedup: 4, Gate: true}}}, Fail, 1,
		"FAIL  mean: 3.00x (2.95 - 3.05), below 4x")
	same := run(3).goal(twice)
	check("the same goals again are the planned ones", same, Options{Replace: true, Goals: same.plan.Goals}, Pass, 0, "")
	check("a goal that does not gate", run(1).goal(twice), Options{Replace: true, Goals: []record.Goal{{Claim: "shown", Speedup: 2}}}, NoGoals, 3,
		"the goals are not the ones that the run was planned for: nothing is proved by goals chosen afterwards")
}

func TestLevelsAreNested(t *testing.T) {
	run := newRun(2, 5, "python", "go").by(4).goal(
		record.Goal{Claim: "must", Level: "minimum", Speedup: 2},
		record.Goal{Claim: "should", Level: "target", Speedup: 3},
		record.Goal{Claim: "nice", Level: "stretch", Speedup: 5})
	rec := run.record()
	check := func(gate string, want Verdict, gated int) {
		t.Helper()
		res := analyzed(t, rec, Options{Gate: gate})
		n := 0
		for _, g := range res.Goals {
			if g.Gated {
				n++
			}
		}
		if res.Verdict != want || n != gated || res.Gate != gate || res.Unplanned {
			t.Errorf("gate %s: %s with %d gated goals, want %s with %d", gate, res.Verdict, n, want, gated)
		}
	}
	check("minimum", Pass, 1)
	check("target", Pass, 2)
	check("stretch", Fail, 3)
	check("none", NoGoals, 0)
	if res := analyzed(t, rec, Options{}); res.Gate != "minimum" || res.Goals[2].Verdict != Fail || res.Goals[2].Gated {
		t.Errorf("a goal above the gate is judged and does not count: %+v", res.Goals[2])
	}
	if _, err := Analyze(rec, Options{Gate: "traget"}); err == nil || !strings.Contains(err.Error(), `did you mean "target"?`) {
		t.Errorf("got %v", err)
	}
}

// The error of a wrong FAIL is divided among the gated tests, that of a wrong
// PASS is not: the upper end widens with the number of goals, the lower stays.
func TestGoalsShareTheErrorOfFail(t *testing.T) {
	one := analyzed(t, newRun(1, 5, "python", "go").by(3).goal(twice).record(), Options{})
	three := analyzed(t, newRun(1, 5, "python", "go").by(3).goal(twice, twice, twice).record(), Options{})
	described := analyzed(t, newRun(1, 5, "python", "go").by(3).goal(twice, record.Goal{Consistency: .3}, record.Goal{Spread: .3}).record(), Options{})
	a, b, c := one.Goals[0].Found, three.Goals[0].Found, described.Goals[0].Found
	if a.Lo != b.Lo || a.Hi >= b.Hi {
		t.Errorf("one goal %+v, three goals %+v", a, b)
	}
	if a != c {
		t.Errorf("consistency and spread are not tests: %+v became %+v", a, c)
	}
	two := analyzed(t, newRun(1, 5, "python", "go", "rust").by(3).goal(twice).record(), Options{})
	if two.Goals[0].Found.Hi <= a.Hi {
		t.Errorf("two candidates are two tests: %+v, with one %+v", two.Goals[0].Found, a)
	}
}

func TestSeveralCandidates(t *testing.T) {
	run := newRun(2, 5, "python", "go", "rust").faster(func(_ int, impl string) float64 {
		return map[string]float64{"go": 3, "rust": 1.5}[impl]
	}).goal(twice, record.Goal{Claim: "go mean", Speedup: 2, Against: "go"}, record.Goal{Claim: "java mean", Speedup: 2, Against: "java"})
	res := analyzed(t, run.record(), Options{})
	got := ""
	for _, g := range res.Goals {
		got += g.Goal.Claim + " " + g.Candidate + " " + string(g.Verdict) + "\n"
	}
	want := "mean go PASS\nmean rust FAIL\ngo mean go PASS\njava mean java NOT EVALUATED\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	order := ""
	for _, r := range res.Rows {
		order += r.Name + " " + r.Candidate + ", "
	}
	if order != "r00 go, r00 rust, r01 go, r01 rust, " {
		t.Errorf("rows are %s", order)
	}
	if want := "FAIL  mean (rust): 1.50x (1.47 - 1.54), below 2x"; res.Reasons[0] != want {
		t.Errorf("reason %q, want %q", res.Reasons[0], want)
	}
}

func TestOneImplementationIsMeasuredOnly(t *testing.T) {
	for _, reference := range []string{"go", ""} {
		run := newRun(2, 5, "go").goal(twice)
		run.plan.Reference = reference
		res := analyzed(t, run.follow(), Options{})
		if res.Verdict != NoGoals || res.Exit != 0 || res.Reference != "" || res.Goals[0].Verdict != NotEvaluated || res.Goals[0].Gated {
			t.Errorf("reference %q: %s, exit %d, goals %+v", reference, res.Verdict, res.Exit, res.Goals)
		}
		r := res.Rows[0]
		if r.Candidate != "go" || r.Rounds != 5 || math.Round(r.CandNS) != 1e9 || r.RefNS != 0 || r.Speedup != (Interval{}) || r.Mark != "" {
			t.Errorf("row %+v", r)
		}
		if len(res.Means) != 0 || len(res.Categories) != 0 {
			t.Errorf("means %v, categories %v of nothing", res.Means, res.Categories)
		}
	}
}

func TestGoalsWhoseRowsAreNotThere(t *testing.T) {
	goal := record.Goal{Claim: "g", Speedup: 2, Over: "gone/*"}
	check := func(what string, change func(*record.Plan), goal record.Goal, want Verdict, exit int, reason string) {
		t.Helper()
		run := newRun(2, 5, "python", "go").by(3).goal(goal)
		change(&run.plan)
		res := analyzed(t, run.record(), Options{})
		if res.Verdict != want || res.Exit != exit {
			t.Errorf("%s: got %s, exit %d; want %s, exit %d", what, res.Verdict, res.Exit, want, exit)
		}
		if want == NotEvaluated && res.Goals[0].Reason != reason {
			t.Errorf("%s: reason %q, want %q", what, res.Goals[0].Reason, reason)
		}
	}
	nothing := func(*record.Plan) {}
	check("filtered out", nothing, goal, NotEvaluated, 3, "none of its rows was part of the run")
	goal.Inconclusive = "pass"
	check("not evaluated is not inconclusive", nothing, goal, NotEvaluated, 3, "none of its rows was part of the run")
	all := record.Goal{Claim: "g", Speedup: 2}
	removed := func(p *record.Plan) { p.Removed = []record.Removed{{Name: "slow", Group: "graph"}} }
	check("a chosen rest proves nothing", removed, all, NotEvaluated, 3, "1 of its 3 rows were filtered out, and the rest is a choice")
	only := record.Goal{Claim: "g", Speedup: 2, Over: "r*"}
	check("a goal that lost no row", removed, only, Pass, 0, "")
	suite := record.Goal{Claim: "g", Speedup: 2, Suite: "graph"}
	check("a family that the suite does not hold", nothing, suite, NoGoals, 0, "")
	check("a family that the filter took out", removed, suite, NotEvaluated, 3, "none of its rows was part of the run")
	check("a family that is there", func(p *record.Plan) { p.Rows[0].Group = "graph" }, suite, Pass, 0, "")
	check("shown only", func(p *record.Plan) { p.Rows[0].ShownOnly, p.Rows[1].ShownOnly = true, true }, all, NotEvaluated, 3, "its rows are only shown, and part of no goal")
}

func TestHolmFindsCulpritsStepByStep(t *testing.T) {
	// Three rows lie between the threshold of the first step (20 rows) and
	// that of the last, and one lies far below: it opens the way.
	run := newRun(20, 5, "python", "go").faster(func(row int, _ string) float64 {
		if row == 0 {
			return 0.5
		}
		return 1.2
	}).goal(notSlower)
	rec := run.record()
	s := testSchedule(t, 5)
	threshold := -math.Log1p(0.05)
	distance := func(rows float64) float64 { return s.multiplier(1, 0.05/rows) * 1.2 * 0.01 / math.Sqrt(5) }
	at := func(row int, log float64) {
		for i := range rec.Processes {
			if p := &rec.Processes[i]; p.Impl == "go" && p.Row == run.plan.Rows[row].Name {
				for j := range p.SamplesNS {
					p.SamplesNS[j] = math.Trunc(1e9 * math.Exp(-log))
				}
			}
		}
	}
	at(1, threshold-(distance(20)+distance(19))/2) // found once row 0 is
	at(2, threshold-(distance(19)+distance(18))/2) // found once row 1 is
	at(3, threshold-distance(16)+1e-4)             // never: 17 are left
	res := analyzed(t, rec, Options{})
	if got := res.Goals[0].Culprits; !slices.Equal(got, []string{"r00", "r01", "r02"}) {
		t.Fatalf("culprits %v", got)
	}
	for i, r := range res.Rows[:4] {
		below := r.Speedup.Hi < 1/1.05
		if below != (r.Status == Fail) || below != (r.Mark == MarkSlower) || below != (i < 3) {
			t.Errorf("%s: %+v, %s, %s: interval, verdict and mark disagree", r.Name, r.Speedup, r.Status, r.Mark)
		}
	}
	at(0, 1) // nobody opens the way
	res = analyzed(t, rec, Options{})
	if g := res.Goals[0]; g.Verdict != Inconclusive || len(g.Culprits) != 0 || g.Worst != "r01" {
		t.Errorf("got %s, culprits %v, worst %s", g.Verdict, g.Culprits, g.Worst)
	}
}

func TestIntervalAndVerdictAgree(t *testing.T) {
	for seed := range uint64(6) {
		run := newRun(6, 30, "python", "go").seed(seed).noise(.05, .03).faster(func(row int, _ string) float64 {
			return 0.85 + 0.06*float64(row)
		}).goal(notSlower, record.Goal{Speedup: 1}, record.Goal{Each: 1, Tolerance: 0, Over: "r05"})
		rec := run.follow()
		for round := 3; round <= 30; round++ {
			res := analyzed(t, upTo(rec, round), Options{})
			for _, g := range res.Goals[1:] {
				if (g.Verdict == Pass) != (g.Found.Lo >= 1) || (g.Verdict == Fail) != (g.Found.Hi < 1) {
					t.Errorf("seed %d, round %d: %s with %+v", seed, round, g.Verdict, g.Found)
				}
			}
			for _, r := range res.Rows[:5] {
				if (r.Status == Pass) != (r.Speedup.Lo >= 1/1.05) || (r.Status == Fail) != (r.Speedup.Hi < 1/1.05) {
					t.Errorf("seed %d, round %d: %s is %s with %+v", seed, round, r.Name, r.Status, r.Speedup)
				}
				if r.Speedup.Ratio < r.Speedup.Lo || r.Speedup.Ratio > r.Speedup.Hi || r.Claim > r.Speedup.Lo*(1+1e-9) {
					t.Errorf("seed %d: %s: %+v, claim %v", seed, r.Name, r.Speedup, r.Claim)
				}
			}
		}
	}
}

func TestConsistencyAndSpread(t *testing.T) {
	run := newRun(4, 6, "python", "go").goal(
		record.Goal{Claim: "consistent", Consistency: 0.3}, record.Goal{Claim: "alike", Spread: 0.3, Gate: true})
	run.plan.Rows[2].Category, run.plan.Rows[3].Category = "wild", "wild"
	rec := run.record()
	rounds := []float64{1, 2, .5, 1.6, .7, 1.2} // speedup of the wild rows, round by round
	for i := range rec.Processes {
		if p := &rec.Processes[i]; p.Impl == "go" && p.Row >= "r02" {
			for j := range p.SamplesNS {
				p.SamplesNS[j] = math.Trunc(1e9 / rounds[p.Round-1])
			}
		}
	}
	res := analyzed(t, rec, Options{})
	logs := make([]float64, len(rounds))
	for i, r := range rounds {
		logs[i] = math.Log(r)
	}
	want := math.Expm1(robustSD(logs))
	g := res.Goals[0]
	if g.Verdict != Fail || g.Worst != "wild" || math.Abs(g.Found.Ratio-want) > 1e-6 || res.Exit != 1 {
		t.Errorf("consistency: %s, worst %s with %v, want FAIL, wild with %v", g.Verdict, g.Worst, g.Found.Ratio, want)
	}
	if c := res.Categories[1]; c.Name != "wild" || c.Rows != 2 || c.Variation != g.Found.Ratio {
		t.Errorf("category %+v", c)
	}
	if c := res.Categories[0]; c.Name != "c" || c.Variation > 1e-6 {
		t.Errorf("category %+v", c)
	}
	m := math.Exp(mean(logs))
	wantCV := math.Abs(m-1) / math.Sqrt2 / ((m + 1) / 2)
	if s := res.Goals[1]; s.Verdict != Pass || math.Abs(s.Found.Ratio-wantCV) > 1e-6 || s.FoundLog == 0 {
		t.Errorf("spread: %s %v (log %v), want PASS %v", s.Verdict, s.Found.Ratio, s.FoundLog, wantCV)
	}
	if res := analyzed(t, upTo(rec, 4), Options{}); res.Goals[0].Verdict != Inconclusive || res.Goals[0].Reason != "fewer than 5 rounds" {
		t.Errorf("after four rounds: %s, %s", res.Goals[0].Verdict, res.Goals[0].Reason)
	}
}

func TestEqualInputEqualOutput(t *testing.T) {
	run := newRun(12, 13, "python", "go", "rust").noise(.08, .05).by(1.1).goal(twice, notSlower, record.Goal{Consistency: .3})
	rec := run.record()
	rec.Processes[5].Failure = &record.Failure{Kind: record.FailCrash, Message: "killed"}
	text := func() string {
		res := analyzed(t, rec, Options{})
		for i := range res.Rows {
			res.Rows[i].Speedup.Hi = min(res.Rows[i].Speedup.Hi, 1e9) // JSON has no infinity
		}
		b, err := json.Marshal(res)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	before, err := json.Marshal(rec)
	if err != nil {
		t.Fatal(err)
	}
	first := text()
	for range 5 {
		if text() != first {
			t.Fatal("the same record gave another result")
		}
	}
	if after, _ := json.Marshal(rec); string(after) != string(before) {
		t.Error("the record was changed")
	}
	if a, b := Open(rec), Open(rec); !reflect.DeepEqual(a, b) {
		t.Errorf("%+v, then %+v", a, b)
	}
}

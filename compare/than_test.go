package compare

import (
	"slices"
	"strings"
	"testing"

	"xbench/harness/record"
)

// notSlowerThanMain is a regression goal, stillFast the claim beside it.
var (
	notSlowerThanMain = record.Goal{Claim: "not slower than main", Against: "new", Than: "main", Each: 1, Tolerance: .05}
	stillFast         = record.Goal{Claim: "still 5x", Against: "new", Speedup: 5}
)

// builds is a run of a reference and two builds of one program, both 8 times as
// fast; new's rows take longer than main's by these factors.
func builds(rMax int, slower ...float64) *testRun {
	return newRun(len(slower), rMax, "python", "main", "new").noise(.01, .005).faster(func(row int, impl string) float64 {
		if impl == "new" {
			return 8 / slower[row]
		}
		return 8
	}).goal(notSlowerThanMain, stillFast)
}

func goalNamed(t *testing.T, res *Result, claim, candidate string) Goal {
	t.Helper()
	for _, g := range res.Goals {
		if g.Goal.Claim == claim && g.Candidate == candidate {
			return g
		}
	}
	t.Fatalf("no goal %q about %s", claim, candidate)
	return Goal{}
}

// A build may be much faster than the reference and slower than the one before
// it: one run says both, with one exit code.
func TestAgainstAnotherThanTheReference(t *testing.T) {
	check := func(slower []float64, regression, claim Verdict, exit int, worst string) {
		t.Helper()
		res := analyzed(t, builds(13, slower...).follow(), Options{})
		r, c := goalNamed(t, res, "not slower than main", "new"), goalNamed(t, res, "still 5x", "new")
		if r.Verdict != regression || c.Verdict != claim || res.Exit != exit || r.Worst != worst {
			t.Errorf("%v: %s by %s, and %s, exit %d; want %s by %s, and %s, exit %d", slower, r.Verdict, r.Worst, c.Verdict, res.Exit, regression, worst, claim, exit)
		}
		// Rows stay those against the reference.
		for _, row := range res.Rows {
			if row.Speedup.Ratio < 3 {
				t.Errorf("%s of %s: %v", row.Name, row.Candidate, row.Speedup)
			}
		}
		if len(res.Versus) != 1 || len(res.Versus[0].Rows) != len(slower) {
			t.Fatalf("versus: %+v", res.Versus)
		}
		for i, row := range res.Versus[0].Rows {
			if !close(row.Speedup.Ratio, 1/slower[i], .02) || row.RefNS > 1.3e8 {
				t.Errorf("%s against main: %v, main takes %v", row.Name, row.Speedup, row.RefNS)
			}
		}
	}
	check([]float64{1.02, .99, 1}, Pass, Pass, 0, "r00")
	check([]float64{1, 1, 1.1}, Fail, Pass, 1, "r02")
	check([]float64{2, 2.2, 2}, Fail, Fail, 1, "r01")
}

// A goal without a candidate of its own is about every one but that which it
// measures against, and one that names the reference is as one that names none.
func TestWhomAGoalMeasures(t *testing.T) {
	run := newRun(1, 5, "python", "main", "new", "rust").goal(
		record.Goal{Claim: "all", Than: "main", Speedup: .5}, record.Goal{Claim: "named", Than: "python", Speedup: .5}, record.Goal{Claim: "plain", Speedup: .5})
	rec := run.by(2).record()
	who := func(res *Result) string {
		var out []string
		for _, g := range res.Goals {
			out = append(out, g.Goal.Claim+" "+g.Candidate+" "+string(g.Verdict))
		}
		return strings.Join(out, ", ")
	}
	res := analyzed(t, rec, Options{})
	if got, want := who(res), "all new PASS, all rust PASS, named main PASS, named new PASS, named rust PASS, plain main PASS, plain new PASS, plain rust PASS"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if n, p := goalNamed(t, res, "named", "new"), goalNamed(t, res, "plain", "new"); n.Found != p.Found || n.Found.Ratio < 1.9 || goalNamed(t, res, "all", "new").Found.Ratio > 1.1 {
		t.Errorf("named %v, plain %v", n.Found, p.Found)
	}
	if len(res.Versus) != 2 {
		t.Errorf("%d comparisons besides the reference, want those of new and rust with main", len(res.Versus))
	}

	// Who was left out was not measured, and choosing proves nothing.
	rec.Plan.Absent = []string{"zig"}
	if res = analyzed(t, rec, Options{}); goalNamed(t, res, "all", "zig").Reason != "zig was not measured as a candidate" || res.Exit != 3 {
		t.Errorf("%+v, exit %d", goalNamed(t, res, "all", "zig"), res.Exit)
	}
	leaveOut(rec, "main")
	if res = analyzed(t, rec, Options{}); goalNamed(t, res, "all", "new").Reason != "main, which it measures against, was not measured" {
		t.Errorf("%+v", goalNamed(t, res, "all", "new"))
	}

	// Without the reference the others can still be compared; goals about it
	// are not evaluated, and it is nobody's candidate.
	rec = run.record()
	leaveOut(rec, "python")
	rec.Plan.Reference, rec.Plan.LeftOut = "", "python"
	if got, want := who(analyzed(t, rec, Options{})), "all new PASS, all rust PASS, "; !strings.HasPrefix(got, want) || strings.Contains(got, "python") || strings.Count(got, "NOT EVALUATED") != 6 {
		t.Errorf("got %s", got)
	}
}

func leaveOut(rec *record.Record, impl string) {
	p := &rec.Plan
	p.Implementations = slices.DeleteFunc(slices.Clone(p.Implementations), func(i record.Implementation) bool { return i.Name == impl })
	p.Absent = append(p.Absent, impl)
	rec.Processes = slices.DeleteFunc(rec.Processes, func(x record.Process) bool { return x.Impl == impl })
}

// To leave out what a goal measures against, or whom, is no way around its
// gate, however few implementations remain.
func TestGoalsWhoseSidesWereLeftOut(t *testing.T) {
	check := func(gone []string, exit int, want ...string) {
		t.Helper()
		rec := builds(5, 1).follow()
		for _, impl := range gone {
			leaveOut(rec, impl)
			if impl == "python" {
				rec.Plan.Reference, rec.Plan.LeftOut = "", impl
			}
		}
		if len(rec.Plan.Implementations) == 1 {
			rec.Plan.Reference = ""
		}
		res := analyzed(t, rec, Options{})
		if res.Exit != exit || res.Verdict != NotEvaluated || !slices.Equal(res.Reasons, want) {
			t.Errorf("without %v: %s, exit %d\ngot  %q\nwant %q", gone, res.Verdict, res.Exit, res.Reasons, want)
		}
	}
	check([]string{"python", "main"}, ExitInconclusive, "NOT EVALUATED  not slower than main: main, which it measures against, was not measured")
	check([]string{"python", "new"}, ExitInconclusive, "NOT EVALUATED  not slower than main: new was not measured as a candidate")
	check([]string{"main", "new"}, ExitInconclusive, "NOT EVALUATED  not slower than main: new was not measured as a candidate")
}

// What is wrong with the other side is shown where it was written.
func TestGoalsAgainstWhatIsNotThere(t *testing.T) {
	check := func(candidates []string, goal, want string) {
		t.Helper()
		s := Scope{Reference: "python", Candidates: candidates, Rows: []record.Removed{{Name: "a"}}}
		got := ""
		if _, err := s.DecodeGoals("xbench.yaml", []byte("goals:\n  - "+goal+"\n")); err != nil {
			got, _, _ = strings.Cut(err.Error(), "\n")
		}
		if got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", goal, got, want)
		}
	}
	both := []string{"main", "new"}
	check(both, `{each: 1, than: main}`, "")
	check(both, `{each: 1, than: main, against: new}`, "")
	check(both, `{speedup: 5, than: python, against: new}`, "")
	check(both, `{consistency: 30%, than: main}`, "")
	check(both, `{each: 1, than: mian}`, `xbench.yaml:2:21: unknown implementation "mian" (did you mean "main"?)`)
	check(both, `{each: 1, than: haskell}`, `xbench.yaml:2:21: unknown implementation "haskell" (there are: python, main, new)`)
	check(both, `{each: 1, against: new, than: new}`, `xbench.yaml:2:35: than is new, the candidate itself: name what it is measured against`)
	check([]string{"go"}, `{each: 1, than: go}`, `xbench.yaml:2:21: go is the only candidate: nothing is left to be measured against it`)
	check(both, `{each: 1, then: main}`, `xbench.yaml:2:15: unknown field "then" (did you mean "than"?)`)
	// From a record, where nobody decoded it.
	run := builds(5, 1)
	run.plan.Goals[0].Against = "main"
	if _, err := Analyze(run.record(), Options{}); err == nil || err.Error() != "goal 1: than is main, the candidate itself: name what it is measured against" {
		t.Errorf("got %v", err)
	}
}

// Without words of its own a goal says what it measures against.
func TestWordsOfGoalsAgainstOthers(t *testing.T) {
	check := func(goal, want string) {
		t.Helper()
		goals, err := DecodeGoals("x", []byte("goals:\n  - "+goal))
		if err != nil || len(goals) != 1 || goals[0].Claim != want {
			t.Errorf("%s: %v, %v; want %q", goal, goals, err, want)
		}
	}
	check(`{each: 1, than: main}`, "no row more than 5% slower than main")
	check(`{each: 1, tolerance: 0, over: "a/*", than: main}`, "no row over a/* slower than main")
	check(`{each: 2, than: main}`, "every row against main >= 2x")
	check(`{speedup: 2, than: main}`, "geometric mean against main >= 2x")
	check(`{consistency: 30%, than: main}`, "round-to-round variation of each category against main < 30%")
	check(`{spread: 30%, than: main}`, "spread of the categories' speedups against main < 30%")
}

// The two sides of such a goal are held against each other, not only against
// the reference: input, result and counters.
func TestTheSameWorkAsTheOther(t *testing.T) {
	check := func(what, impl string, spoil func(p *record.Process), want string) {
		t.Helper()
		rec := builds(5, 1, 1).record()
		each(rec, "r01", impl, 3, spoil)
		res := analyzed(t, rec, Options{})
		g := goalNamed(t, res, "not slower than main", "new")
		if g.Verdict != Invalid || g.Reason != want || g.Worst != "r01" || res.Exit != 1 {
			t.Errorf("%s: %s %q by %s, exit %d; want %q", what, g.Verdict, g.Reason, g.Worst, res.Exit, want)
		}
		if v := res.Versus[0]; v.Mean != (Interval{}) || v.Claim != 0 {
			t.Errorf("%s: a mean of %v over work that was not the same", what, v.Mean)
		}
	}
	check("result", "new", func(p *record.Process) { p.Digest = "e" }, "r01: round 3: result: main d | new e")
	check("result of main", "main", func(p *record.Process) { p.Digest = "e" }, "r01: round 3: result: main e | new d")
	check("counter", "new", func(p *record.Process) { p.Counters = map[string]int64{"nodes": 4} }, "r01: round 3: counter nodes: main 3 | new 4")
	check("input", "new", func(p *record.Process) { p.Nonce = "9" }, "r01: round 3: input: main nonce 3 | new nonce 9")
	check("crash", "main", func(p *record.Process) {
		p.Failure = &record.Failure{Kind: record.FailCrash, Message: "main: exit status 2"}
	}, "r01: main: exit status 2")

	// A crash breaks two pairs, and is one reason.
	rec := builds(5, 1).record()
	each(rec, "r00", "main", 2, func(p *record.Process) {
		p.Failure = &record.Failure{Kind: record.FailCrash, Message: "main: exit status 2"}
	})
	if res := analyzed(t, rec, Options{}); len(res.Reasons) != 1 || !strings.HasPrefix(res.Reasons[0], "INVALID  not slower than main (new against main): r00") {
		t.Errorf("reasons %q", res.Reasons)
	}
}

// asReference is the same record with another implementation as the reference.
func asReference(rec *record.Record, impl string) *record.Record {
	out := *rec
	out.Plan.Reference = impl
	out.Plan.Goals = slices.Clone(rec.Plan.Goals)
	for i := range out.Plan.Goals {
		out.Plan.Goals[i].Than = ""
	}
	return &out
}

// A goal against another implementation is judged as one against the reference
// is: of the same data, were main the reference, everything is the same.
func TestJudgedAsAgainstTheReference(t *testing.T) {
	kinds := []record.Goal{
		{Claim: "g", Against: "new", Than: "main", Each: 1, Tolerance: .05},
		{Claim: "g", Against: "new", Than: "main", Speedup: 1},
		{Claim: "g", Against: "new", Than: "main", Speedup: .97},
		{Claim: "g", Against: "new", Than: "main", Consistency: .02},
		{Claim: "g", Against: "new", Than: "main", Spread: .3},
	}
	verdicts := make(map[Verdict]int)
	for seed := range uint64(12) {
		for _, kind := range kinds {
			run := newRun(4, 20, "python", "main", "new").seed(seed).noise(.05, .03).faster(func(row int, impl string) float64 {
				if impl == "new" {
					return 8 * (.93 + .04*float64(row))
				}
				return 8
			}).goal(kind)
			for i, category := range []string{"a", "a", "b", "b"} {
				run.plan.Rows[i].Category = category
			}
			rec := run.record()
			for _, rounds := range []int{3, 5, 8, 20} {
				x := analyzed(t, upTo(rec, rounds), Options{})
				y := analyzed(t, upTo(asReference(rec, "main"), rounds), Options{})
				got, want := goalNamed(t, x, "g", "new"), goalNamed(t, y, "g", "new")
				verdicts[got.Verdict]++
				want.Goal.Than = "main"
				if !sameGoal(got, want) {
					t.Errorf("seed %d, round %d, %+v:\ngot  %+v\nwant %+v", seed, rounds, kind, got, want)
				}
				sameRows(t, x.Versus[0].Rows, y.Rows)
			}
		}
	}
	if verdicts[Pass] < 20 || verdicts[Fail] < 20 || verdicts[Inconclusive] < 20 {
		t.Errorf("too few of a kind to mean anything: %v", verdicts)
	}
}

func sameGoal(a, b Goal) bool {
	return a.Goal == b.Goal && a.Verdict == b.Verdict && a.Gated == b.Gated && a.Rows == b.Rows && a.Found == b.Found && a.FoundLog == b.FoundLog &&
		a.Worst == b.Worst && slices.Equal(a.Culprits, b.Culprits) && a.Claim == b.Claim && a.Reason == b.Reason && a.DecidedAt == b.DecidedAt &&
		slices.Equal(a.Looks, b.Looks) && a.MoreRounds == b.MoreRounds && a.TooClose == b.TooClose
}

func sameRows(t *testing.T, got, of []Row) {
	t.Helper()
	want := slices.DeleteFunc(slices.Clone(of), func(r Row) bool { return r.Candidate != "new" })
	for i := range got {
		x, y := got[i], want[i]
		if x.Name != y.Name || x.Speedup != y.Speedup || x.RefNS != y.RefNS || x.CandNS != y.CandNS || x.Mark != y.Mark || x.Status != y.Status ||
			x.DecidedAt != y.DecidedAt || x.Claim != y.Claim || !slices.Equal(x.D, y.D) {
			t.Errorf("got  %+v\nwant %+v", x, y)
		}
	}
}

// Such a goal shares the allowed error of FAIL with the others that gate, and
// takes as much of it as they do.
func TestGoalsAgainstOthersShareTheError(t *testing.T) {
	upper := func(goals ...record.Goal) Interval {
		run := newRun(1, 8, "python", "main", "new").noise(.05, .03).goal(goals...)
		return goalNamed(t, analyzed(t, run.record(), Options{}), goals[0].Claim, "new").Found
	}
	mean := record.Goal{Claim: "mean", Against: "new", Speedup: 1}
	than := record.Goal{Claim: "than", Against: "new", Than: "main", Speedup: 1}
	alone, withPlain, withThan := upper(mean), upper(mean, stillFast), upper(mean, than)
	if withThan != withPlain || withThan.Lo != alone.Lo || withThan.Hi <= alone.Hi {
		t.Errorf("alone %v, with a goal about the reference %v, about main %v", alone, withPlain, withThan)
	}
}

// Rows are measured for as long as such a goal is open, and no longer.
func TestOpenGoalsAgainstOthersAskForRounds(t *testing.T) {
	check := func(slower []float64, goals []record.Goal, rounds []int) {
		t.Helper()
		run := builds(30, slower...)
		run.plan.Goals = nil
		rec := run.goal(goals...).follow()
		res := analyzed(t, rec, Options{})
		for i, r := range res.Versus[0].Rows {
			if r.Rounds != rounds[i] || r.Stopped == "" {
				t.Errorf("%v: %s has %d rounds and ended %q, want %d", slower, r.Name, r.Rounds, r.Stopped, rounds[i])
			}
		}
	}
	// The claim is settled after five rounds; the row that is at the edge of
	// the tolerance goes on by itself until a look gives up on it.
	check([]float64{1, 1.05}, []record.Goal{notSlowerThanMain, stillFast}, []int{5, 13})
	check([]float64{1, 1}, []record.Goal{{Claim: "any", Against: "new", Than: "main", Speedup: .5}}, []int{5, 5})
}

// The arithmetic of such a goal is that between its two sides.
func TestExplainingAGoalAgainstAnother(t *testing.T) {
	rec := builds(8, 1, 1.2).record()
	res := analyzed(t, rec, Options{})
	e := explainedOne(t, rec, Options{}, "goal: not slower than main", "")
	g := goalNamed(t, res, "not slower than main", "new")
	if e.Reference != "main" || e.Candidate != "new" || e.Subject != "r01" || e.Tests[0].Verdict != Fail || e.Tests[0].G != 2 {
		t.Errorf("%s of %s against %s: %+v", e.Subject, e.Candidate, e.Reference, e.Tests[0])
	}
	showsInterval(t, "goal", e.Shown, g.Found)
	if e.Sides[0].Name != "main" || e.Sides[1].Name != "new" || !close(e.Rounds[0].RefNS, 1.25e8, .1) {
		t.Errorf("sides %+v, first round %+v", e.Sides, e.Rounds[0])
	}
	// A row is explained against the reference and, since a goal asks, main.
	es, err := Explain(rec, Options{}, "r01", "new")
	if err != nil || len(es) != 2 || es[0].Reference != "python" || es[1].Reference != "main" || es[1].Tests[0].Goal.Than != "main" || es[0].Tests[0].Goal != nil {
		t.Errorf("%v, %+v", err, es)
	}
	leaveOut(rec, "python")
	rec.Plan.Reference, rec.Plan.LeftOut = "", "python"
	if e := explainedOne(t, rec, Options{}, "goal: not slower than main", ""); e.Reference != "main" {
		t.Errorf("without the reference: %+v", e)
	}
	if _, err := Explain(rec, Options{}, "goal: still 5x", ""); err == nil || !strings.Contains(err.Error(), "is about no candidate") {
		t.Errorf("got %v", err)
	}
}

// Two builds that were not built alike are said to be, as a candidate and the
// reference are.
func TestBuildsThatAreNotAlike(t *testing.T) {
	run := builds(5, 1)
	run.plan.Implementations[0].Mode, run.plan.Implementations[1].Mode, run.plan.Implementations[2].Mode = "release", "debug", "release"
	res := analyzed(t, run.record(), Options{})
	var found []Difference
	for _, d := range res.Fairness {
		if d.Than != "" && d.Severity == Serious {
			found = append(found, d)
		}
	}
	if len(found) != 1 || found[0].Than != "main" || found[0].Candidate != "new" || found[0].Meaning != "main is slower than what people run: the speedup is overstated" {
		t.Errorf("%+v", found)
	}
}

// tryBuilds imagines a run whose third implementation is that many times as
// fast as its second, row by row.
func tryBuilds(rMax int, ratios []float64, goals ...record.Goal) *imagined {
	run := newRun(len(ratios), rMax, "python", "main", "new").goal(goals...)
	t := &imagined{plan: &run.plan, ratio: equalRows(len(ratios), 8), apart: 10}
	for i := range run.plan.Rows {
		run.plan.Rows[i].Samples, run.plan.Rows[i].Nonce = 10, false
		t.other = append(t.other, 8*ratios[i])
	}
	return t
}

// Exactly on the threshold a mean goal against another is wrong in as few runs
// as one against the reference, looks counted, on every kind of machine; with
// multipliers a tenth too small it is not, and the limit notices.
func TestWrongVerdictsAgainstAnother(t *testing.T) {
	n := comparisons(10000, 1000)
	equal := record.Goal{Claim: "g", Against: "new", Than: "main", Speedup: 1}
	imagined := tryBuilds(30, []float64{1}, equal)
	wrong := func(m machine, scale float64) (pass, fail float64) {
		e := simulate("than "+m.name, n, func(l *lab) []float64 {
			l.toTheEnd(imagined, m)
			v := analyzed(t, &l.rec, Options{scale: scale}).Verdict
			return []float64{share(v == Pass), share(v == Fail)}
		})
		return e[0].mean, e[1].mean
	}
	for _, m := range []machine{iid5, typicalVM, twoSpeeds} {
		pass, fail := wrong(m, 1)
		t.Logf("%s: %.2f%% wrong PASS, %.2f%% wrong FAIL", m.name, pass, fail)
		if pass > 2.5 || fail > 2.5 || pass+fail == 0 {
			t.Errorf("%s: %.2f%% wrong PASS, %.2f%% wrong FAIL", m.name, pass, fail)
		}
	}
	pass, fail := wrong(iid5, .9)
	if t.Logf("multipliers of 0.9: %.2f%% wrong PASS, %.2f%% wrong FAIL", pass, fail); (pass+fail)/2 <= 2 {
		t.Errorf("multipliers a tenth too small make %.2f%% wrong verdicts and nothing notices", (pass+fail)/2)
	}
}

// A regression goal over several rows, measured as a run does it: builds that
// are equal hardly ever fail it, and one row of ten that is 15 % slower is found.
func TestARegressionGateOnATypicalMachine(t *testing.T) {
	n := comparisons(2000, 150)
	gate := func(ratios []float64) (fail, pass float64) {
		imagined := tryBuilds(20, ratios, notSlowerThanMain, stillFast)
		e := simulate("gate", n, func(l *lab) []float64 {
			l.follow(imagined, typicalVM)
			g := goalNamed(t, l.judge(), "not slower than main", "new")
			return []float64{share(g.Verdict == Fail), share(g.Verdict == Pass)}
		})
		return e[0].mean, e[1].mean
	}
	quiet, proved := gate(equalRows(10, 1))
	slow := equalRows(10, 1)
	slow[7] = 1 / 1.15
	red, missed := gate(slow)
	t.Logf("equal builds: %.1f%% FAIL, %.1f%% PASS; one row of ten 15 %% slower: %.1f%% FAIL, %.1f%% PASS", quiet, proved, red, missed)
	if quiet > 2.5 || red < 60 || missed > 0 {
		t.Errorf("equal builds failed in %.1f%%; a slow row was found in %.1f%% and passed in %.1f%%", quiet, red, missed)
	}
}

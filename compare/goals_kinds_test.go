package compare

import (
	"math"
	"strings"
	"testing"

	"xbench/harness/record"
)

// claimRun is a record of two families: a graph that is fast except for one
// row, and builds that are mostly waiting. Without noise, so that verdicts are
// those of the numbers.
func claimRun(impls ...string) *record.Record {
	rows := []struct {
		name, group, category string
		speedup               float64
	}{
		{"checkpointing/memory", "graph", "checkpointing", 8}, {"checkpointing/file", "graph", "checkpointing", 2},
		{"parallel/fan", "graph", "parallel", 16}, {"parallel/chain", "graph", "parallel", 0.98},
		{"build/io/executor=threadpool", "build", "build/io", 1}, {"build/cpu/executor=threadpool", "build", "build/cpu", 3},
	}
	if len(impls) == 0 {
		impls = []string{"python", "go"}
	}
	run := newRun(len(rows), 8, impls...).faster(func(row int, impl string) float64 {
		if impl == "rust" {
			return 2 * rows[row].speedup
		}
		return rows[row].speedup
	})
	for i, r := range rows {
		run.plan.Rows[i].Name, run.plan.Rows[i].ID = r.name, r.name
		run.plan.Rows[i].Group, run.plan.Rows[i].Category = r.group, r.category
	}
	return run.record()
}

// planned puts goals written in a configuration into a record's plan, as a run
// does.
func planned(t *testing.T, rec *record.Record, goals string) *record.Record {
	t.Helper()
	var err error
	if rec.Plan.Goals, err = ScopeOf(&rec.Plan).DecodeGoals("xbench.yaml", []byte("goals:\n"+goals)); err != nil {
		t.Fatal(err)
	}
	return rec
}

// Every kind of goal, from its line in a configuration to verdict and exit
// code.
func TestGoalsOfEveryKind(t *testing.T) {
	check := func(goal string, want Verdict, exit int, found float64, worst string) {
		t.Helper()
		res := analyzed(t, planned(t, claimRun(), "  - "+goal), Options{})
		if len(res.Goals) != 1 {
			t.Fatalf("%s: %d goals", goal, len(res.Goals))
		}
		g := res.Goals[0]
		if g.Verdict != want || res.Exit != exit || found > 0 && !close(g.Found.Ratio, found, 1e-3) || g.Worst != worst {
			t.Errorf("%s: %s, exit %d, found %.4v, worst %q; want %s, %d, %v, %q", goal, g.Verdict, res.Exit, g.Found, g.Worst, want, exit, found, worst)
		}
	}
	mean := math.Pow(8*2*16*.98*1*3, 1.0/6)
	check(`{speedup: ">= 2"}`, Pass, 0, mean, "")
	check(`{speedup: ">= 4"}`, Fail, 1, mean, "")
	// Over any filter: a category, a family, an executor, one row.
	check(`{over: "checkpointing/*", speedup: ">= 3"}`, Pass, 0, 4, "")
	check(`{over: "checkpointing/*", speedup: ">= 5"}`, Fail, 1, 4, "")
	check(`{suite: build, speedup: ">= 1.5"}`, Pass, 0, math.Sqrt(3), "")
	check(`{over: "*executor=threadpool", speedup: ">= 1.5"}`, Pass, 0, math.Sqrt(3), "")
	check(`{suite: graph, over: "*fan", speedup: 10}`, Pass, 0, 16, "parallel/fan")
	// Every row, with and without a tolerance.
	check(`{over: "checkpointing/*", each: ">= 1.9"}`, Pass, 0, 2, "checkpointing/file")
	check(`{over: "checkpointing/*", each: ">= 3"}`, Fail, 1, 2, "checkpointing/file")
	check(`{each: ">= 1"}`, Pass, 0, .98, "parallel/chain") // 5 % unless told otherwise
	check(`{each: ">= 1", tolerance: 10%}`, Pass, 0, .98, "parallel/chain")
	check(`{each: ">= 1", tolerance: 0}`, Fail, 1, .98, "parallel/chain")
	check(`{over: "build/io*", each: ">= 1", tolerance: 0}`, Inconclusive, 3, 1, "build/io/executor=threadpool")
	check(`{over: "build/io*", each: ">= 1", tolerance: 0, inconclusive: pass}`, Inconclusive, 0, 1, "build/io/executor=threadpool")
	check(`{over: "parallel/chain", each: ">= 1", tolerance: 0, inconclusive: pass}`, Fail, 1, .98, "parallel/chain")
	// Descriptions.
	check(`{consistency: "< 30%"}`, Pass, 0, 0, "checkpointing")
	check(`{speedup: ">= 100", gate: false}`, Fail, 0, mean, "")
	check(`{each: ">= 100", level: target}`, Fail, 0, .98, "parallel/chain")
}

// The spread between categories is computed and shown both ways; one line more
// makes it gate.
func TestSpreadGatesWhenAsked(t *testing.T) {
	categories := []float64{4, math.Sqrt(16 * .98)}
	linear, log := Spread(categories)
	check := func(goal string, want Verdict, exit int, overall Verdict) {
		t.Helper()
		res := analyzed(t, planned(t, claimRun(), "  - "+goal), Options{})
		g := res.Goals[0]
		if g.Verdict != want || res.Exit != exit || res.Verdict != overall || !close(g.Found.Ratio, linear, 1e-3) || !close(g.FoundLog, log, 1e-3) {
			t.Errorf("%s: %s, exit %d, overall %s, %v linear and %v log; want %s, %d, %s, %v, %v",
				goal, g.Verdict, res.Exit, res.Verdict, g.Found.Ratio, g.FoundLog, want, exit, overall, linear, log)
		}
	}
	check(`{suite: graph, spread: "< 30%"}`, Pass, 0, NoGoals)
	check(`{suite: graph, spread: "< 0.1%"}`, Fail, 0, NoGoals)
	check(`{suite: graph, spread: "< 0.1%", gate: true}`, Fail, 1, Fail)
	check(`{suite: graph, spread: "< 30%", gate: true}`, Pass, 0, Pass)
	one := analyzed(t, planned(t, claimRun(), `  - {over: "parallel/*", spread: "< 30%", gate: true}`), Options{})
	if one.Verdict != NotEvaluated || one.Exit != 3 || one.Goals[0].Reason != "one category alone has no spread" {
		t.Errorf("one category: %s, exit %d, %s", one.Verdict, one.Exit, one.Goals[0].Reason)
	}
}

// Levels are nested, the command line's word on undecided goals is the last,
// and goals that gate nothing change no exit code.
func TestGatesAndOverrides(t *testing.T) {
	const goals = `  - {claim: must, speedup: ">= 2", inconclusive: pass}
  - {claim: open, over: "build/io*", each: ">= 1", tolerance: 0, level: target, inconclusive: pass}
  - {claim: nice, speedup: ">= 9", level: stretch}
  - {claim: shown, speedup: ">= 9", gate: false}
`
	rec := planned(t, claimRun(), goals)
	check := func(gate, inconclusive string, want Verdict, exit int, gated string) {
		t.Helper()
		res := analyzed(t, rec, Options{Gate: gate, Inconclusive: inconclusive})
		var names []string
		for _, g := range res.Goals {
			if g.Gated {
				names = append(names, g.Goal.Claim)
			}
		}
		if res.Verdict != want || res.Exit != exit || strings.Join(names, " ") != gated {
			t.Errorf("--gate %s --inconclusive %s: %s, exit %d, gated %v; want %s, %d, %s", gate, inconclusive, res.Verdict, res.Exit, names, want, exit, gated)
		}
	}
	check("minimum", "", Pass, 0, "must")
	check("target", "", Inconclusive, 0, "must open")
	check("target", "pass", Inconclusive, 0, "must open")
	check("target", "fail", Inconclusive, 3, "must open")
	check("stretch", "", Fail, 1, "must open nice")
	check("stretch", "pass", Fail, 1, "must open nice")
	check("none", "fail", NoGoals, 0, "")
}

// Several candidates are judged against one reference, each by itself; a goal
// against one of them leaves the others alone.
func TestGoalsAgainstOneOfSeveral(t *testing.T) {
	rec := planned(t, claimRun("python", "go", "rust"), `  - {claim: all, over: "checkpointing/*", speedup: ">= 5"}
  - {claim: rust alone, over: "checkpointing/*", speedup: ">= 7", against: rust}
`)
	res := analyzed(t, rec, Options{})
	var got []string
	for _, g := range res.Goals {
		got = append(got, g.Goal.Claim+" "+g.Candidate+" "+string(g.Verdict))
	}
	if text, want := strings.Join(got, ", "), "all go FAIL, all rust PASS, rust alone rust PASS"; text != want || res.Exit != 1 {
		t.Errorf("got %s, exit %d; want %s", text, res.Exit, want)
	}
}

// A goal about a family that the run's suite does not hold is left out; one
// that names rows of another suite by a pattern is not evaluated, which is not
// proved.
func TestGoalsAboutAnotherSuite(t *testing.T) {
	s := ScopeOf(&claimRun().Plan)
	s.Rows = append(s.Rows, record.Removed{Name: "latency/p99", Group: "serving"})
	check := func(goal string, goals int, want Verdict, exit int) {
		t.Helper()
		rec := claimRun()
		var err error
		if rec.Plan.Goals, err = s.DecodeGoals("xbench.yaml", []byte("goals:\n  - "+goal+"\n")); err != nil {
			t.Fatal(err)
		}
		res := analyzed(t, rec, Options{})
		if len(res.Goals) != goals || res.Verdict != want || res.Exit != exit {
			t.Errorf("%s: %d goals, %s, exit %d; want %d, %s, %d", goal, len(res.Goals), res.Verdict, res.Exit, goals, want, exit)
		}
	}
	check(`{suite: serving, speedup: ">= 2"}`, 0, NoGoals, 0)
	check(`{over: "latency/*", speedup: ">= 2"}`, 1, NotEvaluated, 3)
	check(`{over: "latency/*", speedup: ">= 2", inconclusive: pass}`, 1, NotEvaluated, 3)
}

// Goals that were chosen after the data was seen prove nothing, and disprove as
// well as any.
func TestUnplannedGoals(t *testing.T) {
	check := func(goals string, want Verdict, exit int) {
		t.Helper()
		rec := claimRun()
		goal, err := ScopeOf(&rec.Plan).DecodeGoals("later.yaml", []byte("goals:\n"+goals))
		if err != nil {
			t.Fatal(err)
		}
		res := analyzed(t, rec, Options{Goals: goal, Replace: true})
		if res.Verdict != want || res.Exit != exit || !res.Unplanned {
			t.Errorf("%s: %s, exit %d, unplanned %v; want %s, %d", goals, res.Verdict, res.Exit, res.Unplanned, want, exit)
		}
	}
	check(`  - {speedup: ">= 2"}`, Pass, 3)
	check(`  - {speedup: ">= 4"}`, Fail, 1)
	check(`  - {over: "build/io*", each: 1, tolerance: 0, inconclusive: pass}`, Inconclusive, 3)
}

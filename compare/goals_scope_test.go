package compare

import (
	"strings"
	"testing"

	"xbench/harness/record"
)

// A goal that speaks of what is not there is a mistake, shown where it was
// made, with what may have been meant or else what there is.
func TestGoalsAboutWhatIsNotThere(t *testing.T) {
	s := Scope{Reference: "python", Candidates: []string{"go", "rust"}, Rows: []record.Removed{
		{Name: "parse/small", Group: "text"}, {Name: "parse/large", Group: "text"}, {Name: "emit/json/pretty=true", Group: "text"}, {Name: "net/get", Group: "io"}}}
	check := func(goal, want string) {
		t.Helper()
		got := ""
		if _, err := s.DecodeGoals("xbench.yaml", []byte("goals:\n  - "+goal+"\n")); err != nil {
			got, _, _ = strings.Cut(err.Error(), "\n")
		}
		if got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", goal, got, want)
		}
	}
	check(`{over: "parse/*", suite: text, speedup: 2, against: rust}`, "")
	check(`{each: 1}`, "")
	check(`{over: "emit/*=true", each: 1}`, "")
	check(`{over: parse/smal, each: 1}`, `xbench.yaml:2:12: no benchmark matches "parse/smal" (did you mean "parse/small"?)`)
	check(`{each: 1, over: "prase/*"}`, `xbench.yaml:2:21: no benchmark matches "prase/*" (did you mean "parse/*"?)`)
	check(`{each: 1, over: unheard-of}`, `xbench.yaml:2:21: no benchmark matches "unheard-of" (there are: parse/*, emit/*, net/*)`)
	check(`{each: 1, suite: txet}`, `xbench.yaml:2:22: no benchmarks of suite "txet" (did you mean "text"?)`)
	check(`{each: 1, suite: zebra}`, `xbench.yaml:2:22: no benchmarks of suite "zebra" (there are: text, io)`)
	// Both are there, but not together: the goal would never be judged.
	check(`{each: 1, suite: io, over: "parse/*"}`, `xbench.yaml:2:32: no benchmark of suite "io" matches "parse/*" (there are: net/*)`)
	check(`{each: 1, against: rsut}`, `xbench.yaml:2:24: unknown implementation "rsut" (did you mean "rust"?)`)
	check(`{each: 1, against: haskell}`, `xbench.yaml:2:24: unknown implementation "haskell" (there are: go, rust)`)
	check(`{each: 1, against: python}`, `xbench.yaml:2:24: python is the reference, with which the candidates are compared (there are: go, rust)`)
	check(`{each: 1, level: traget}`, `xbench.yaml:2:22: level is "traget", want minimum, target or stretch (did you mean "target"?)`)

	many := Scope{Rows: []record.Removed{{Name: "a"}}}
	for c := 'b'; c <= 'z'; c++ {
		many.Rows = append(many.Rows, record.Removed{Name: string(c) + "/x"})
	}
	if _, why := many.unknown(record.Goal{Over: "0000000"}); why != `no benchmark matches "0000000" (there are: a, b/*, c/*, d/*, e/*, f/*, g/*, h/*, i/*, j/*, k/*, l/*, 14 more)` {
		t.Errorf("got %s", why)
	}
}

// What a record's goals may speak of includes what was filtered out and who
// was left out: goals about those are not judged, and are no mistake.
func TestScopeOfARecord(t *testing.T) {
	plan := newRun(1, 5, "python", "go").plan
	plan.Removed, plan.Absent = []record.Removed{{Name: "gone/x", Group: "far"}}, []string{"rust"}
	const text = `
goals:
  - {over: "gone/*", speedup: 2}
  - {suite: far, speedup: 2}
  - {over: "r*", speedup: 2, against: rust}
`
	goals, err := ScopeOf(&plan).DecodeGoals("x", []byte(text))
	if err != nil || len(goals) != 3 {
		t.Fatalf("%v, %v", goals, err)
	}
	rec := newRun(1, 5, "python", "go").by(3).record()
	rec.Plan.Removed, rec.Plan.Absent = plan.Removed, plan.Absent
	res := analyzed(t, rec, Options{Goals: goals, Replace: true})
	for _, g := range res.Goals {
		if g.Verdict != NotEvaluated || !g.Gated {
			t.Errorf("%s: %s, gated %v", g.Goal.Claim, g.Verdict, g.Gated)
		}
	}
	if res.Verdict != NotEvaluated || res.Exit != ExitInconclusive {
		t.Errorf("%s, exit %d", res.Verdict, res.Exit)
	}
}

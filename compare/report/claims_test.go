package report

import (
	"slices"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// scopedView has a goal about the mean of one group, and only one about each row
// of another.
func scopedView(change func(rec *record.Record, res *compare.Result)) *View {
	rec, res := fixture(draft(), "go")
	res.Goals = goalsOf(res, "go")
	res.Goals[0].Suite, res.Goals[0].Rows, res.Goals[0].Claim = "graph", 8, 6.1
	each := res.Goals[1]
	res.Goals[1].Suite = "graph"
	each.Suite = "build"
	res.Goals = append(res.Goals, each)
	build := res.Means[0]
	build.Group, build.Rows, build.Claim = "build", 6, 2.31
	res.Means = append(res.Means, build)
	if change != nil {
		change(rec, res)
	}
	return New(rec, res)
}

// Every set of rows that counts has a sentence of its own, and rows that are in
// none are counted: together they are all.
func TestClaimsNameEverySetThatCounts(t *testing.T) {
	check := func(what string, v *View, want ...string) {
		t.Helper()
		if got := v.claims(); !slices.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	graph := "go is at least 6.10x faster than python over 8 graph benchmarks (geometric mean, 95 %)"
	check("two groups", scopedView(nil), graph,
		"go is at least 2.31x faster than python over 6 build benchmarks (geometric mean, 95 %)")
	check("a group without a claim", scopedView(func(_ *record.Record, res *compare.Result) {
		res.Means[1].Claim, res.Means[1].Geometric = 0, compare.Interval{Ratio: 1.02, Lo: 0.95, Hi: 1.1}
	}), graph, "no speedup of go over python is proved over 6 build benchmarks (geometric mean, 1.02x (0.950 - 1.10))")
	check("rows that are shown only", scopedView(func(_ *record.Record, res *compare.Result) {
		res.Rows[2].ShownOnly, res.Rows[4].ShownOnly = true, true
	}), graph, "go is at least 2.31x faster than python over 6 build benchmarks (geometric mean, 95 %; 2 rows are shown only and not counted)")
	check("goals that were chosen afterwards", scopedView(func(_ *record.Record, res *compare.Result) {
		res.Unplanned = true
	}), "go is at least 6.52x faster than python over 14 benchmarks (geometric mean, 95 %)")
	check("no goals", scopedView(func(_ *record.Record, res *compare.Result) {
		res.Goals = nil
	}), "go is at least 6.52x faster than python over 14 benchmarks (geometric mean, 95 %)")
	check("nothing to claim", scopedView(func(_ *record.Record, res *compare.Result) {
		res.Goals[0].Claim, res.Means[1].Claim = 0.9, 0
	}))
	check("invalid", scopedView(func(_ *record.Record, res *compare.Result) { res.Verdict = compare.Invalid }))
}

// Of several candidates none is left out because it is the slower one.
func TestClaimsNameEveryCandidate(t *testing.T) {
	rec, res := fixture(draft(), "go", "rust")
	res.Goals = goalsOf(res, "go", "rust")
	for i := range res.Goals {
		if g := &res.Goals[i]; g.Candidate == "rust" && g.Speedup == 2 {
			g.Verdict, g.Claim, g.Found = compare.Fail, 0.7, compare.Interval{Ratio: 0.8, Lo: 0.7, Hi: 0.9}
		}
	}
	got := New(rec, res).claims()
	if len(got) != 2 || !strings.HasPrefix(got[0], "go is at least") ||
		got[1] != "no speedup of rust over python is proved over 14 benchmarks (geometric mean, 0.800x (0.700 - 0.900))" {
		t.Errorf("%q", got)
	}
}

// The verdict stands above what may be claimed, whatever it is, and nothing says
// that nothing was claimed beside a claim.
func TestTheVerdictStandsAboveTheClaim(t *testing.T) {
	interrupted := noGoalsView()
	interrupted.Interrupted = true
	for name, v := range map[string]*View{"fail": failView(), "pass": passView(), "no goals": noGoalsView(), "interrupted": interrupted} {
		v.Charts = ""
		text := markdownOf(t, v)
		verdict, claim := strings.Index(text, "**"+string(v.Verdict)), strings.Index(text, " is at least ")
		if verdict < 0 || claim < verdict {
			t.Errorf("%s: verdict at %d, claim at %d in\n%.600s", name, verdict, claim, text)
		}
		refuse(t, text, "nothing was claimed")
	}
}

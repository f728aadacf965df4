package report

import (
	"math"
	"slices"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

func rendered(t *testing.T, v *View) (text, markdown string) {
	t.Helper()
	var a, b strings.Builder
	if err := v.Terminal(&a, TerminalOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := v.Markdown(&b); err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(a.String()), " "), strings.Join(strings.Fields(b.String()), " ")
}

func expect(t *testing.T, in, want string) {
	t.Helper()
	if !strings.Contains(in, want) {
		t.Errorf("no %q in\n%s", want, in)
	}
}

func refuse(t *testing.T, in, unwanted string) {
	t.Helper()
	if strings.Contains(in, unwanted) {
		t.Errorf("%q in\n%s", unwanted, in)
	}
}

// Where no goal was judged, what was measured is not the headline, and rows
// that are shown only are said to be and not counted.
func TestHeadlineAndVerdictAgree(t *testing.T) {
	rec, res := fixture(draft(), "go")
	rec.Plan.Filter = "build"
	res.Rows[3].ShownOnly = true
	res.Goals = goalsOf(res, "go")[:1]
	g := &res.Goals[0]
	g.Verdict, g.Gated, g.Found, g.Claim, g.Reason = compare.NotEvaluated, true, compare.Interval{}, 0, "none of its rows was part of the run"
	res.Verdict, res.Exit = compare.NotEvaluated, compare.ExitInconclusive
	res.Reasons = []string{"NOT EVALUATED  " + claimText(*g) + ": " + g.Reason}
	text, markdown := rendered(t, New(rec, res))
	refuse(t, markdown, "nothing was claimed")
	expect(t, markdown, "Measured, and not what any goal asked: go is at least")
	expect(t, markdown, "1 row is shown only and not counted).")
	if strings.Index(markdown, "go is at least") < strings.Index(markdown, "NOT EVALUATED") {
		t.Errorf("the headline stands above the verdict:\n%s", markdown)
	}
	expect(t, text, "shown only")
	if n := strings.Count(text, g.Reason); n != 1 {
		t.Errorf("the reason is said %d times:\n%s", n, text)
	}
}

// Whatever the width, a row that is shown only can be told from the others.
func TestShownOnlyAtEveryWidth(t *testing.T) {
	rec, res := fixture(draft(), "go")
	res.Rows[1].ShownOnly = true
	v := New(rec, res)
	for _, width := range []int{60, 70, 80, 90, 100, 140} {
		var b strings.Builder
		if err := v.Terminal(&b, TerminalOptions{Width: width}); err != nil {
			t.Fatal(err)
		}
		expect(t, b.String(), "shown only")
	}
}

// A mean without an interval is not to be quoted, nor are categories.
func TestNothingWithoutAnIntervalIsRecommended(t *testing.T) {
	rec, res := fixture(draft(), "go")
	res.Means[0].Arithmetic = 9 * res.Means[0].Geometric.Ratio
	_, with := rendered(t, New(rec, res))
	expect(t, with, "quote the geometric mean")
	res.Means[0].Geometric.Lo, res.Means[0].Geometric.Hi = 0, math.Inf(1)
	for i := range res.Categories {
		res.Categories[i].Geometric.Lo, res.Categories[i].Geometric.Hi = 0, math.Inf(1)
	}
	text, markdown := rendered(t, New(rec, res))
	refuse(t, text+markdown, "quote")
}

// An interval that reaches far around 1x says nothing, and is not "about equal".
func TestAWideIntervalIsNotAboutEqual(t *testing.T) {
	check := func(lo, hi float64, waits bool, want string) {
		t.Helper()
		c := Cell{Rounds: 5, Mark: compare.MarkEqual, Speedup: compare.Interval{Ratio: math.Sqrt(lo * hi), Lo: lo, Hi: hi}}
		if long, _ := (Row{Waits: waits}).mark(c); long != want {
			t.Errorf("%v to %v: got %q, want %q", lo, hi, long, want)
		}
	}
	check(0.227, 113, false, "? unclear: wide interval")
	check(0.227, 113, true, "? unclear: wide interval")
	check(0.97, 1.04, false, "≈ about equal")
	check(0.97, 1.04, true, "≈ the wait dominates")
}

// One row has one interval, and a claim names the row that it comes from.
func TestOneRowOneInterval(t *testing.T) {
	rec, res := fixture(draft(), "go")
	res.Goals = goalsOf(res, "go")[1:2]
	g, r := &res.Goals[0], &res.Rows[2]
	r.Speedup = compare.Interval{Ratio: 1.02, Lo: 0.885, Hi: 118}
	g.Verdict, g.Each, g.Worst, g.Found = compare.Inconclusive, 1, r.Name, compare.Interval{Ratio: 1.02, Lo: 0.885, Hi: 6.22}
	text, _ := rendered(t, New(rec, res))
	refuse(t, text, "6.22")
	expect(t, text, "0.885 - 118")

	// A FAIL is shown by what proved it, and that it differs is said.
	g.Verdict = compare.Fail
	text, markdown := rendered(t, New(rec, res))
	expect(t, text, "6.22")
	expect(t, text, "upper end")
	expect(t, markdown, upperEnds)

	lowest := &res.Rows[5]
	lowest.Speedup = compare.Interval{Ratio: 3, Lo: 0.8, Hi: 12}
	g.Verdict, g.Claim = compare.Inconclusive, 0.8
	text, markdown = rendered(t, New(rec, res))
	expect(t, text, "you can claim: at most 25% slower, by "+lowest.Name)
	expect(t, markdown, "| at most 25% slower |")
	expect(t, markdown, ": the claim is that of `"+lowest.Name+"`")
}

// The looks of a plan are those that can decide.
func TestLooksThatCanDecide(t *testing.T) {
	check := func(plan record.Plan, want ...int) {
		t.Helper()
		looks, shares := usable(&plan)
		if !slices.Equal(looks, want) || len(shares) != len(looks) {
			t.Errorf("got %v, shares %v, want %v", looks, shares, want)
		}
	}
	check(record.Plan{Looks: []int{2}, Shares: []float64{1}})
	check(record.Plan{Looks: []int{2, 3, 5}, Shares: []float64{0.2, 0.3, 0.5}}, 3, 5)
}

// The command to measure again is the one that was typed, but not its silence.
func TestReproduceIsNotQuiet(t *testing.T) {
	check := func(args []string, want string) {
		t.Helper()
		if got := reproduce(&record.Plan{Args: args, Seed: 7}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check([]string{"run", "-q", "--suite", "smoke"}, "xbench run --suite smoke --seed 7")
	check([]string{"run", "--json", "--quiet"}, "xbench run --json --seed 7")
	check([]string{"run", "--filter", "-q"}, "xbench run --filter -q --seed 7")
}

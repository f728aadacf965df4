package report

import (
	"io"
	"slices"
	"testing"

	"xbench/charts"
	"xbench/compare"
	"xbench/harness/record"
)

func TestGoldenSpeedupChart(t *testing.T) {
	for name, v := range views() {
		data := v.SpeedupChart()
		if v.Reference == "" {
			if len(data.Groups) != 0 {
				t.Errorf("%s: a chart of one implementation has %d groups, want none", name, len(data.Groups))
			}
			continue
		}
		golden(t, name+".svg", func(w io.Writer) error { return charts.Speedup(w, data, charts.Options{}) })
	}
}

// What an interval cannot give, the chart must not be handed: it refuses
// An interval without any end says nothing, and is not drawn.
func TestSpeedupChartOfOpenIntervals(t *testing.T) {
	v := inconclusiveView()
	for _, g := range v.SpeedupChart().Groups {
		for _, r := range g.Rows {
			for _, b := range r.Bars {
				if b.Note == "unclear" && (b.Lo != 0 || b.Hi != 0) {
					t.Errorf("%s: whisker %v - %v on a row without an interval", r.Name, b.Lo, b.Hi)
				}
			}
		}
	}
}

// A run that is interrupted leaves rows that nothing was measured of.
func TestSpeedupChartOfAnInterruptedRun(t *testing.T) {
	rec := generated(1, draft())
	last := rec.Plan.Rows[len(rec.Plan.Rows)-1].Name
	rec.Processes = slices.DeleteFunc(rec.Processes, func(p record.Process) bool { return p.Row == last })
	res, err := compare.Analyze(rec, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	data := New(rec, res).SpeedupChart()
	if err := charts.Speedup(io.Discard, data, charts.Options{}); err != nil {
		t.Error(err)
	}
	for _, g := range data.Groups {
		for _, r := range g.Rows {
			if r.Name == last && r.Bars[0].Note != "not measured" {
				t.Errorf("%s: bar says %q, want not measured", r.Name, r.Bars[0].Note)
			}
		}
	}
}

// The picture has every mean that the report speaks of, each once.
func TestChartShowsEveryMean(t *testing.T) {
	labels := func(v *View) (out []string) {
		for _, r := range v.meanGroup().Rows {
			out = append(out, r.Label)
			if len(r.Bars) != len(v.Candidates) {
				t.Errorf("%s has %d bars", r.Label, len(r.Bars))
			}
		}
		return out
	}
	check := func(v *View, want ...string) {
		t.Helper()
		if got := labels(v); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(scopedView(func(_ *record.Record, res *compare.Result) {
		res.Means[1].Geometric.Ratio *= 0.3
	}), "graph", "all", "build")
	check(scopedView(func(_ *record.Record, res *compare.Result) {
		res.Means[1].Geometric.Ratio *= 0.3
		res.Goals = res.Goals[:1]
		res.Goals[0].Found.Ratio *= 1.1
	}), "graph", "all", "build")
	check(passView(), "all")
	check(twoView(), "all")
	check(scopedView(func(_ *record.Record, res *compare.Result) { // the suite is all there is
		res.Means, res.Goals = res.Means[:1], res.Goals[:1]
	}), "graph")
}

// A mean that misses its goal is called faster only if it is.
func TestMissedGoalsAreFasterOrSaidToBeUnclear(t *testing.T) {
	check := func(ratio, lo, hi float64, want charts.Outcome) {
		t.Helper()
		g := compare.Goal{Goal: record.Goal{Speedup: 10}, Candidate: "go", Verdict: compare.Fail, Found: compare.Interval{Ratio: ratio, Lo: lo, Hi: hi}}
		if b := goalBar(g); b.Outcome != want || b.Note != "goal missed" {
			t.Errorf("%v (%v - %v): outcome %v, note %q, want %v and goal missed", ratio, lo, hi, b.Outcome, b.Note, want)
		}
	}
	check(3, 2.5, 3.6, charts.OutcomeMissed)
	check(1.3, 1.1, 1.5, charts.OutcomeMissed)
	check(0.822, 0.645, 1.13, charts.OutcomeUnclear)
	check(1.2, 0.9, 1.6, charts.OutcomeUnclear)
	check(0.5, 0.4, 0.6, charts.OutcomeSlower)
}

package report

import (
	"math"
	"slices"
	"strings"

	"xbench/charts"
	"xbench/compare"
)

// SpeedupChart maps the view to the speedup chart, numbers worded as in the
// table. Means that goals are about come first, with the goals as ticks; then
// every category. It has no rows when there is nothing to compare.
func (v *View) SpeedupChart() charts.SpeedupData {
	data := charts.SpeedupData{Reference: v.Reference, Candidates: v.Candidates}
	if v.Reference == "" {
		return data
	}
	// The mean of one row is that row.
	if g := v.meanGroup(); len(g.Rows) > 0 && len(v.Rows) > 1 {
		data.Groups = append(data.Groups, g)
	}
	if v.bars() > mostBars {
		data.Groups = append(data.Groups, v.categoryGroup())
		return data
	}
	var order []string
	for _, r := range v.Rows {
		if !slices.Contains(order, r.Heading) {
			order = append(order, r.Heading)
		}
	}
	for _, heading := range order {
		group := charts.SpeedupGroup{Name: heading}
		for _, r := range v.Rows {
			if r.Heading != heading {
				continue
			}
			row := charts.SpeedupRow{Label: r.Label, Name: r.Name}
			for _, c := range r.Cells {
				row.Bars = append(row.Bars, v.rowBar(r, c))
			}
			group.Rows = append(group.Rows, row)
		}
		data.Groups = append(data.Groups, group)
	}
	return data
}

// mostBars is how many bars a chart takes; beyond it there is one for each
// category.
const mostBars = 900

func (v *View) categoryGroup() charts.SpeedupGroup {
	group := charts.SpeedupGroup{Name: "categories"}
	for _, c := range v.Categories {
		at := slices.IndexFunc(group.Rows, func(r charts.SpeedupRow) bool { return r.Label == c.Name })
		if at < 0 {
			at = len(group.Rows)
			group.Rows = append(group.Rows, charts.SpeedupRow{Label: c.Name, Name: c.Name})
		}
		b := bar(c.Candidate, c.Geometric, c.Invalid > 0)
		group.Rows[at].Bars = append(group.Rows[at].Bars, b)
	}
	return group
}

// meanGroup holds a row per set of benchmarks that goals want a mean of. Goals
// of several levels over one set share a row and differ by their ticks. The means
// that no goal wants follow: what is said of all rows is to be seen, too.
func (v *View) meanGroup() charts.SpeedupGroup {
	group := charts.SpeedupGroup{Name: "geometric mean", Summary: true}
	for _, g := range v.Goals {
		if g.Speedup <= 0 || g.Verdict == compare.NotEvaluated || v.against(g) {
			continue
		}
		label := meanLabel(g)
		at := slices.IndexFunc(group.Rows, func(r charts.SpeedupRow) bool { return r.Label == label })
		if at < 0 {
			at = len(group.Rows)
			group.Rows = append(group.Rows, charts.SpeedupRow{Label: label})
		}
		row := &group.Rows[at]
		i := slices.IndexFunc(row.Bars, func(b charts.SpeedupBar) bool { return b.Candidate == g.Candidate })
		if i < 0 {
			row.Bars = append(row.Bars, goalBar(g))
			continue
		}
		row.Bars[i].Goals = append(row.Bars[i].Goals, g.Speedup)
	}
	wanted := slices.Clone(group.Rows)
	for _, m := range v.Means {
		if len(wanted) > 0 && FormatRatio(m.Geometric.Ratio) == none || slices.ContainsFunc(wanted, func(r charts.SpeedupRow) bool { return showsMean(r, m) }) {
			continue
		}
		at := slices.IndexFunc(group.Rows, func(r charts.SpeedupRow) bool { return r.Label == m.Group })
		if at < 0 {
			at = len(group.Rows)
			group.Rows = append(group.Rows, charts.SpeedupRow{Label: m.Group})
		}
		group.Rows[at].Bars = append(group.Rows[at].Bars, bar(m.Candidate, m.Geometric, false))
	}
	return group
}

// showsMean is whether a row is of a mean: by its name, or by the same number under
// a goal's name for the same benchmarks.
func showsMean(r charts.SpeedupRow, m compare.Mean) bool {
	return slices.ContainsFunc(r.Bars, func(b charts.SpeedupBar) bool {
		return b.Candidate == m.Candidate && (r.Label == m.Group || b.Ratio == m.Geometric.Ratio)
	})
}

func meanLabel(g compare.Goal) string {
	switch {
	case g.Suite != "" && g.Over == "*":
		return g.Suite
	case g.Over == "*":
		return "all"
	case g.Suite != "":
		return g.Suite + " " + strings.TrimSuffix(g.Over, "/*")
	}
	return strings.TrimSuffix(g.Over, "/*")
}

func goalBar(g compare.Goal) charts.SpeedupBar {
	b := bar(g.Candidate, g.Found, g.Verdict == compare.Invalid)
	b.Goals = []float64{g.Speedup}
	switch {
	case g.Verdict == compare.Fail && b.Outcome != charts.OutcomeInvalid:
		b.Note = "goal missed"
		// The colour of a missed goal says "faster": not of what is not.
		if b.Outcome == charts.OutcomeModest || b.Outcome == charts.OutcomeFast {
			b.Outcome = charts.OutcomeMissed
		}
	case g.Verdict == compare.Inconclusive && g.Gated:
		b.Note = "goal not settled"
	}
	return b
}

func (v *View) rowBar(r Row, c Cell) charts.SpeedupBar {
	b := bar(c.Candidate, c.Speedup, c.invalid())
	switch {
	case !c.invalid() && b.Value == none: // an interrupt came before its first round
		b.Note = "not measured"
		return b
	case c.invalid():
		if len(c.Failures) > 0 {
			b.Note = "invalid: " + failureWord(c.Failures[0].Kind)
		}
	case c.Mark == compare.MarkSlower:
		b.Outcome, b.Note = charts.OutcomeSlower, "slower"
	case c.Mark == compare.MarkUnclear:
		b.Outcome, b.Note = charts.OutcomeUnclear, "unclear"
	case c.Mark == compare.MarkEqual:
		b.Outcome, b.Note = charts.OutcomeUnclear, "about equal"
		switch {
		case r.Waits:
			b.Note = "waits"
		case c.vague():
			b.Note = "unclear"
		}
	case c.Status == compare.Fail:
		b.Outcome, b.Note = charts.OutcomeMissed, "goal missed"
	case c.Mark == compare.MarkModest:
		b.Outcome = charts.OutcomeModest
	case c.Mark == compare.MarkMeets:
		b.Outcome = charts.OutcomeFast
	}
	if v.unsettled(r, c) {
		b.Note = joinMark(b.Note, "goal not settled")
	}
	for _, g := range v.Goals {
		// A limit at 1x is where the bars start: a tick there says nothing.
		if g.Each > 1 && g.Candidate == c.Candidate && inGoal(g, r) {
			b.Goals = append(b.Goals, g.Each/(1+g.Tolerance))
		}
		if len(v.Rows) == 1 && g.Speedup > 0 && g.Verdict != compare.NotEvaluated && g.Candidate == c.Candidate {
			b.Goals = append(b.Goals, g.Speedup)
		}
	}
	return b
}

// unsettled is whether a goal about each row, gated or only shown, is unsettled
// because of this one: its interval does not begin above the limit.
func (v *View) unsettled(r Row, c Cell) bool {
	if c.invalid() || c.Mark == compare.MarkSlower {
		return false
	}
	return slices.ContainsFunc(v.Goals, func(g compare.Goal) bool {
		return g.Each > 0 && g.Verdict == compare.Inconclusive && g.Candidate == c.Candidate && inGoal(g, r) &&
			c.Speedup.Lo < g.Each/(1+g.Tolerance)
	})
}

// bar is a ratio as a bar, judged by its interval alone.
func bar(candidate string, i compare.Interval, invalid bool) charts.SpeedupBar {
	if invalid || FormatRatio(i.Ratio) == none {
		return charts.SpeedupBar{Candidate: candidate, Value: none, Note: "invalid"}
	}
	b := charts.SpeedupBar{Candidate: candidate, Ratio: i.Ratio, Value: FormatRatio(i.Ratio), Outcome: charts.OutcomeModest}
	if bounds := FormatBounds(i.Lo, i.Hi); bounds != none {
		b.Detail = "(" + bounds + ")"
	}
	// Open at one end it is an arrow; open at both it says nothing.
	if i.Hi > 0 && i.Lo >= 0 && (i.Lo > 0 || !math.IsInf(i.Hi, 0)) {
		b.Lo, b.Hi = i.Lo, i.Hi
	}
	switch {
	case b.Hi == 0 || i.Lo <= 1 && i.Hi >= 1:
		b.Outcome = charts.OutcomeUnclear
	case i.Hi < 1:
		b.Outcome = charts.OutcomeSlower
	case i.Lo >= 2:
		b.Outcome = charts.OutcomeFast
	}
	return b
}

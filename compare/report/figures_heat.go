package report

import (
	"fmt"
	"path"
	"slices"

	"xbench/charts"
	"xbench/compare"
)

// heatData is the speedup of every scenario by every way of running it. With
// several candidates it is that of every category by candidate: which of them
// is the first question then. There is none where neither is a table.
func (v *View) heatData() charts.HeatData {
	data := charts.HeatData{Reference: v.Reference}
	switch {
	case v.Reference == "":
	case len(v.Candidates) > 1:
		v.heatByCandidate(&data)
	default:
		v.heatByVariant(&data)
	}
	return data
}

func (v *View) heatTitle() string {
	if len(v.Candidates) > 1 {
		return "Speedup over " + v.Reference + " by category"
	}
	return fmt.Sprintf("Speedup of %s over %s by %s", list(v.Candidates, 1), v.Reference, v.variantWord())
}

// variantWord is what the variants of a scenario are called.
func (v *View) variantWord() string {
	if v.By != "" {
		return v.By
	}
	return "executor"
}

// heatByVariant relies on the contests, which know what the variants of a
// scenario are.
func (v *View) heatByVariant(data *charts.HeatData) {
	for _, t := range v.Tables {
		if t.Implementation != v.Candidates[0] {
			continue
		}
		data.Columns = t.Variants
		labels := tableLabels(t)
		for i, l := range t.Lines {
			row := charts.HeatRow{Label: labels[i], Name: l.Scenario}
			for _, c := range l.Cells {
				row.Cells = append(row.Cells, v.heatOf(c.Row, t.Implementation))
			}
			data.Rows = append(data.Rows, row)
		}
	}
	for _, r := range data.Rows {
		if slices.ContainsFunc(r.Cells, func(c charts.HeatCell) bool { return c.Bold }) {
			data.Bold = "meets " + v.moreWord()
		}
	}
}

// moreWord is what meetsMore asks for: "its goal of 2x", or in general.
func (v *View) moreWord() string {
	asked := 0.0
	for _, g := range v.Goals {
		switch {
		case g.Each <= 1 || asked == g.Each || g.Verdict == compare.NotEvaluated:
		case asked > 0:
			return "its goal above 1x"
		default:
			asked = g.Each
		}
	}
	return "its goal of " + shortRatio(asked)
}

// heatOf is a candidate's cell of a row, by the row's mark.
func (v *View) heatOf(name, candidate string) charts.HeatCell {
	i := slices.IndexFunc(v.Rows, func(r Row) bool { return r.Name == name })
	if name == "" || i < 0 {
		return charts.HeatCell{}
	}
	c, ok := v.Rows[i].cell(candidate)
	switch {
	case !ok:
		return charts.HeatCell{}
	case c.invalid():
		return charts.HeatCell{State: charts.HeatInvalid, Text: name + ": invalid"}
	}
	cell := heatCell(c.Speedup)
	cell.Bold = v.meetsMore(v.Rows[i], c)
	switch {
	case c.Mark == compare.MarkUnclear || c.Mark == compare.MarkEqual && c.vague():
		cell.State = charts.HeatUnclear
	case c.Mark == compare.MarkEqual:
		cell.State = charts.HeatEqual
	}
	if cell.Text != "" {
		cell.Text = name + ": " + cell.Text + ", " + c.countText()
	}
	return cell
}

// meetsMore is whether a row meets every goal about it that asks for more than
// being no slower, and there is one.
func (v *View) meetsMore(r Row, c Cell) bool {
	met := false
	for _, g := range v.Goals {
		if g.Each <= 1 || g.Candidate != c.Candidate || g.Verdict == compare.NotEvaluated || !inGoal(g, r) {
			continue
		}
		if !(c.Speedup.Lo >= g.Each/(1+g.Tolerance)) {
			return false
		}
		met = true
	}
	return met
}

// heatCell is a speedup, judged by its interval alone, and coloured by the end
// of that which is nearer to 1x: 2.1x that may be 1.2x is no dark blue.
func heatCell(i compare.Interval) charts.HeatCell {
	if FormatRatio(i.Ratio) == none {
		return charts.HeatCell{}
	}
	c := charts.HeatCell{State: charts.HeatRatio, Ratio: i.Ratio, Value: FormatRatio(i.Ratio), Text: FormatInterval(i)}
	switch {
	case i.Lo > 1:
		c.Sure = i.Lo
	case 0 < i.Hi && i.Hi < 1:
		c.Sure = i.Hi
	}
	switch {
	case !hasInterval(i):
		c.State, c.Sure = charts.HeatUnclear, 0
	case i.Lo <= 1 && i.Hi >= 1:
		if c.State = charts.HeatEqual; (Cell{Speedup: i}).vague() {
			c.State = charts.HeatUnclear
		}
	}
	return c
}

func (v *View) heatByCandidate(data *charts.HeatData) {
	data.Columns = v.Candidates
	at := make(map[string]int)
	for _, x := range v.Categories {
		i, ok := at[x.Name]
		if !ok {
			i = len(data.Rows)
			at[x.Name] = i
			data.Rows = append(data.Rows, charts.HeatRow{Label: x.Name, Name: x.Name, Cells: make([]charts.HeatCell, len(v.Candidates))})
		}
		column := slices.Index(v.Candidates, x.Candidate)
		if column < 0 {
			continue
		}
		cell := heatCell(x.Geometric)
		switch {
		case x.Invalid > 0:
			cell = charts.HeatCell{State: charts.HeatInvalid, Text: x.Name + ": " + plural(x.Invalid, "row") + " not valid"}
		case cell.Text != "":
			cell.Text = fmt.Sprintf("%s, %s: %s over %s", x.Name, x.Candidate, cell.Text, plural(x.Rows, "row"))
		}
		data.Rows[i].Cells[column] = cell
	}
}

// tableLabels are labels of a table's scenarios that stand under no heading:
// "io_bound static sleep_ms=5", or in full where two would be alike.
func tableLabels(t Table) []string {
	count := make(map[string]int)
	short := func(l TableLine) string {
		if l.Label == l.Scenario {
			return l.Scenario
		}
		return path.Base(l.Category) + " " + l.Label
	}
	for _, l := range t.Lines {
		count[short(l)]++
	}
	var out []string
	for _, l := range t.Lines {
		if label := short(l); count[label] == 1 {
			out = append(out, label)
		} else {
			out = append(out, l.Scenario)
		}
	}
	return out
}

package report

import (
	"math"
	"slices"

	"xbench/charts"
	"xbench/compare"
)

// executorsData is an implementation's table of times, scenario by variant.
// The minimum is the lowest bound that any of a scenario's rows states; where
// none does there is no line: nobody can say afterwards how fast a schedule
// might have been.
func (v *View) executorsData(t Table) charts.ExecutorsData {
	data := charts.ExecutorsData{Implementation: t.Implementation, Variants: t.Variants, Knob: v.variantWord()}
	labels := tableLabels(t)
	for i, l := range t.Lines {
		line := charts.ExecutorsLine{Label: labels[i], Name: l.Scenario}
		for _, c := range l.Cells {
			if c.BoundNS > 0 && (line.MinimumNS == 0 || c.BoundNS < line.MinimumNS) {
				line.MinimumNS = c.BoundNS
			}
		}
		if line.MinimumNS > 0 {
			line.Minimum = FormatDuration(line.MinimumNS)
		}
		measured := false
		for j, c := range l.Cells {
			cell := c.chart(line.MinimumNS)
			if cell.Text != "" {
				cell.Text = t.Variants[j] + ": " + cell.Text
			}
			measured = measured || cell.NS > 0
			line.Cells = append(line.Cells, cell)
		}
		if measured {
			data.Lines = append(data.Lines, line)
		}
	}
	return data
}

// chart is a table's cell for a picture.
func (c TableCell) chart(minimum float64) charts.ExecutorsCell {
	out := charts.ExecutorsCell{Value: c.word(), Best: c.Best, Tied: c.Standing == compare.StandingEqual, Open: c.Standing == compare.StandingOpen}
	if out.Value == none {
		return charts.ExecutorsCell{}
	}
	if FormatDuration(c.TimeNS) == none {
		out.Text = c.Why
		return out
	}
	out.NS, out.Text = c.TimeNS, out.Value
	if b := durationBounds(c.LoNS, c.HiNS); b != none {
		out.Lo, out.Hi = math.Min(c.LoNS, c.TimeNS), math.Max(c.HiNS, c.TimeNS)
		out.Text += " (" + b + ")"
	}
	if minimum > 0 {
		out.Detail = FormatPercent(minimum / c.TimeNS)
	}
	switch {
	case c.BoundNS > 0 && c.BoundNS == minimum:
		out.Text += ", " + out.Detail + " of the minimum's pace"
	case c.BoundNS > 0: // one after another, say: the work itself takes longer
		out.Text += ", " + FormatPercent(c.BoundNS/c.TimeNS) + " of its own minimum's pace, " + FormatDuration(c.BoundNS)
	}
	if c.Standing != "" {
		out.Text += ", " + timesAsLong(c.Ratio, c.Stepped) + " of the best's time"
	}
	return out
}

// executorsAlt names what came out first, scenario by scenario.
func executorsAlt(data charts.ExecutorsData) string {
	var wins []string
	count := make(map[string]int)
	for _, l := range data.Lines {
		for j, c := range l.Cells {
			if c.Best {
				name := data.Variants[j]
				if count[name]++; !slices.Contains(wins, name) {
					wins = append(wins, name)
				}
			}
		}
	}
	slices.SortStableFunc(wins, func(a, b string) int { return count[b] - count[a] })
	for i, name := range wins {
		wins[i] = name + " in " + plural(count[name], "scenario")
	}
	if len(wins) == 0 {
		return data.Implementation + ": times by " + data.Knob
	}
	return data.Implementation + ": came out first " + list(wins, 6)
}

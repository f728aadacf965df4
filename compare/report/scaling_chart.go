package report

import (
	"math"

	"xbench/charts"
	"xbench/compare"
)

func (s Scaling) data() charts.ScalingData {
	data := charts.ScalingData{Benchmark: s.Label, Knob: s.Knob}
	for _, g := range s.Growths {
		addLine(&data, lineOf(g.Implementation, lawNote(s.Knob, g), g.Points))
	}
	return data
}

// lawNote is how a side's time grows in a few characters, where that may be
// quoted.
func lawNote(knob string, g compare.Growth) string {
	switch {
	case line(g):
		return "linear"
	case !g.Fitted, g.Doubtful:
		return ""
	case g.Flat():
		return "does not grow"
	case g.Bent:
		return "no power law"
	}
	return exponentOf(knob, g.Exponent)
}

func (x Crossing) data() charts.ScalingData {
	first := x.Crossovers[0]
	data := charts.ScalingData{Benchmark: x.Label + " (" + first.Implementation + ")", Knob: first.Knob}
	var from []compare.Point
	for _, s := range first.Sizes {
		from = append(from, s.From)
	}
	addLine(&data, lineOf(first.From, "", from))
	for _, c := range x.Crossovers {
		var to []compare.Point
		for _, s := range c.Sizes {
			to = append(to, s.To)
		}
		addLine(&data, lineOf(c.To, "", to))
		if c.Outcome == compare.CrossingWithin && atText(c) != "" {
			// Shorter than in the text, which says what time of a task that is:
			// the marks of several start methods stand side by side.
			text := c.To + " overtakes at " + roughSizes(c.At)
			data.Marks = append(data.Marks, charts.ScalingMark{Size: c.At.Value, Lo: c.At.Lo, Hi: c.At.Hi, Text: text})
		}
	}
	return data
}

// addLine leaves out what is no line.
func addLine(data *charts.ScalingData, l charts.ScalingLine) {
	if len(l.Points) > 1 {
		data.Lines = append(data.Lines, l)
	}
}

// lineOf leaves out what has no place on a logarithmic axis.
func lineOf(name, note string, points []compare.Point) charts.ScalingLine {
	l := charts.ScalingLine{Name: name, Note: note}
	for _, p := range points {
		if !(p.Value >= 1e-30 && p.Value <= 1e30) || FormatDuration(p.NS) == none {
			continue
		}
		q := charts.ScalingPoint{Size: p.Value, NS: p.NS, Text: FormatDuration(p.NS)}
		if b := durationBounds(p.LoNS, p.HiNS); b != none {
			q.Lo, q.Hi = math.Min(p.LoNS, p.NS), math.Max(p.HiNS, p.NS)
			q.Text += " (" + b + ")"
		}
		l.Points = append(l.Points, q)
	}
	return l
}

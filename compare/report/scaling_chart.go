package report

import (
	"fmt"
	"math"

	"xbench/charts"
	"xbench/compare"
)

// A ScalingFigure is a chart of a sweep and the file it belongs in. Drawn
// tells the view that it is there.
type ScalingFigure struct {
	Path  string
	Data  charts.ScalingData
	Drawn func()
}

// mostFigures is how many charts of sweeps a report has: a grid of two long
// sweeps has dozens of lines, and their tables say the same.
const mostFigures = 24

// ScalingFigures maps sweeps and crossovers to charts, those that have at least
// two points to draw.
func (v *View) ScalingFigures() []ScalingFigure {
	var out []ScalingFigure
	add := func(name string, number int, data charts.ScalingData, chart *string) {
		if len(data.Lines) == 0 || len(out) == mostFigures {
			return
		}
		if v.Commands {
			data.Time = "launch to exit"
		}
		path := fmt.Sprintf("charts/%s-%d.svg", name, number+1)
		out = append(out, ScalingFigure{Path: path, Data: data, Drawn: func() { *chart = path }})
	}
	for i := range v.Scalings {
		add("scaling", i, v.Scalings[i].data(), &v.Scalings[i].Chart)
	}
	for i := range v.Crossings {
		add("crossover", i, v.Crossings[i].data(), &v.Crossings[i].Chart)
	}
	return out
}

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

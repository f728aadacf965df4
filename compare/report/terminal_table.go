package report

import (
	"math"

	"xbench/compare"
)

// table prints the rows: beside their category where the terminal is wide
// enough, under it where it is not.
func (t *terminal) table() {
	if len(t.Rows) == 0 {
		t.b.WriteString("  no benchmark was measured\n")
		return
	}
	g := t.grid(true, false)
	if g.natural() > t.opt.Width {
		g = t.grid(false, false)
	}
	if _, over := g.widths(t.opt.Width); over > 0 {
		g = t.grid(false, true)
	}
	g.write(&t.b, t.opt.Width, t.opt.Color)
}

// labelWidth bounds a label where categories have lines of their own. One long
// name must not push the numbers of all others to the far side.
const labelWidth = 48

// grid lays the rows out. beside puts the category in a column of its own,
// short uses the short marks.
func (t *terminal) grid(beside, short bool) *grid {
	g := &grid{indent: 2, columns: t.columns()}
	g.add(t.header()...)
	category := ""
	for _, r := range t.Rows {
		first := r.Category
		if r.Category == category {
			first = ""
		}
		category = r.Category
		label := r.Label
		if !beside {
			if first != "" {
				g.span(text{first, bold})
				first = ""
			}
			label = "  " + shorten(label, labelWidth)
		}
		reference := ""
		for i, c := range r.Cells {
			if i > 0 {
				first, label = "", ""
			}
			var time text
			if s := FormatDuration(c.RefNS); s != reference {
				time.s, reference = s, s
			}
			line := []text{{s: first, style: bold}, {s: label}}
			g.lines = append(g.lines, append(line, t.cells(r, c, time, short)...))
		}
	}
	return g
}

// columns: category, label, then what cells and header give.
func (t *terminal) columns() []column {
	labels := []column{{}, {min: 16}}
	switch {
	case t.Reference == "":
		return append(labels, column{right: true}, column{}, column{right: true}, column{right: true}, column{})
	case len(t.Candidates) > 1:
		return append(labels, column{right: true}, column{min: 4}, column{right: true}, column{right: true}, column{}, column{})
	}
	return append(labels, column{right: true}, column{right: true}, column{right: true}, column{}, column{})
}

func (t *terminal) header() []text {
	heads := []string{"", ""}
	switch {
	case t.Reference == "":
		heads = append(heads, shorten(list(t.Candidates, 1), 16), "95% interval", "cores", "peak memory", "")
	case len(t.Candidates) > 1:
		heads = append(heads, shorten(t.Reference, 16), "candidate", "time", "speedup", "95% interval", "")
	default:
		heads = append(heads, shorten(t.Reference, 16), shorten(list(t.Candidates, 1), 16), "speedup", "95% interval", "")
	}
	var out []text
	for _, h := range heads {
		out = append(out, text{s: h, style: dim})
	}
	return out
}

// cells are a result's columns after the labels.
func (t *terminal) cells(r Row, c Cell, reference text, short bool) []text {
	long, brief := r.mark(c)
	mark := text{s: long, style: markStyle(c)}
	if short {
		mark.s = brief
	}
	if t.Reference == "" {
		return []text{{s: FormatDuration(c.CandNS)}, {s: durationBounds(c.CandLoNS, c.CandHiNS)},
			{s: formatCores(c.CandCores)}, {s: FormatBytes(c.CandRSS)}, mark}
	}
	speedup, bounds := FormatRatio(c.Speedup.Ratio), FormatBounds(c.Speedup.Lo, c.Speedup.Hi)
	if c.invalid() {
		// Times of different work have no ratio.
		speedup, bounds = none, none
	}
	values := []text{{s: speedup, style: bold}, {s: bounds}, mark}
	if len(t.Candidates) > 1 {
		return append([]text{reference, {s: c.Candidate}, {s: FormatDuration(c.CandNS)}}, values...)
	}
	return append([]text{reference, {s: FormatDuration(c.CandNS)}}, values...)
}

func markStyle(c Cell) style {
	switch c.rank() {
	case rankInvalid, rankSlower, rankMissed:
		return red
	case rankUnclear:
		return yellow
	}
	if c.Mark == compare.MarkEqual {
		return dim
	}
	return plain
}

// durationBounds words an interval of times.
func durationBounds(lo, hi float64) string {
	if !(lo > 0) || !(hi > 0) || math.IsInf(hi, 0) {
		return none
	}
	return FormatDuration(lo) + " - " + FormatDuration(hi)
}

package report

import (
	"fmt"
	"slices"
	"strings"

	"xbench/compare"
)

// executors prints the comparison of variants alone: tables, best against
// best, what to recommend.
func (t *terminal) executors() {
	flow(&t.b, []text{{s: "time of one iteration by " + t.By + ": * came out first, = tied within 5%, ? not told apart, others proved slower"}}, "", 2, 4, t.opt.Width, t.opt.Color)
	if t.Interrupted {
		t.paragraph("note", yellow, t.chosenEnd()+" So no variant is called slower, and none tied.")
	}
	for _, table := range t.Tables {
		t.b.WriteByte('\n')
		g := t.times(table)
		if !g.fits(t.opt.Width) {
			g = t.timesDown(table)
		}
		g.write(&t.b, t.opt.Width, t.opt.Color)
	}
	t.spaced(t.finals)
	t.spaced(t.picks)
	t.spaced(t.misfits)
}

// times has a column per variant.
func (t *terminal) times(table Table) *grid {
	g := &grid{indent: 2, columns: []column{{}}}
	above, head := []text{{}}, []text{{table.Implementation, bold}}
	for _, name := range table.Variants {
		g.columns = append(g.columns, column{right: true})
		first, rest, two := strings.Cut(name, " ")
		if !two {
			first, rest = "", name
		}
		above, head = append(above, text{first, dim}), append(head, text{rest, dim})
	}
	g.columns = append(g.columns, column{right: true}, column{right: true})
	bound, reached := text{"", dim}, text{"", dim}
	if slices.ContainsFunc(table.Lines, func(l TableLine) bool { return l.LowerBoundNS > 0 }) {
		bound.s, reached.s = "bound", "reached"
	}
	if slices.ContainsFunc(above, func(t text) bool { return t.s != "" }) {
		g.add(append(above, text{}, text{})...)
	}
	g.add(append(head, bound, reached)...)
	category := ""
	for _, l := range table.Lines {
		if l.Category != category {
			category = l.Category
			g.span(text{category, dim})
		}
		line := []text{{"  " + l.Label, plain}}
		for _, c := range l.Cells {
			line = append(line, t.cell(c))
		}
		line = append(line, boundText(l.LowerBoundNS), text{})
		if l.Efficiency > 0 {
			line[len(line)-1].s = FormatPercent(l.Efficiency)
		}
		g.add(line...)
	}
	return g
}

func boundText(ns float64) text {
	if ns > 0 {
		return text{FormatDuration(ns), plain}
	}
	return text{}
}

func (t *terminal) cell(c TableCell) text {
	st := plain
	switch {
	case c.Best:
		st = bold
	case c.TimeNS == 0 && c.Why != "":
		st = yellow
	}
	return text{c.word() + " " + fmt.Sprintf("%1s", c.sign()), st}
}

// timesDown has a line per variant, for terminals that the other has no room
// in.
func (t *terminal) timesDown(table Table) *grid {
	g := &grid{indent: 2, columns: []column{{min: 12}, {right: true}, {}, {}}, headings: 1}
	g.add(text{table.Implementation, bold}, text{"time  ", dim}, text{"times as long", dim}, text{"of the lower bound", dim})
	for _, l := range table.Lines {
		g.span(text{l.Scenario, dim})
		for i, c := range l.Cells {
			if c.TimeNS == 0 && c.Why == "" {
				continue
			}
			ratio, reached := "", ""
			if c.Standing != "" {
				ratio = timesAsLong(c.Ratio, c.Stepped)
			}
			if c.Best && l.Efficiency > 0 {
				reached = FormatPercent(l.Efficiency) + " of " + FormatDuration(l.LowerBoundNS)
			}
			g.add(text{"  " + table.Variants[i], plain}, t.cell(c), text{ratio, plain}, text{reached, plain})
		}
	}
	return g
}

// finals prints the best of each implementation against the reference's.
func (t *terminal) finals() {
	if len(t.Finals) == 0 {
		return
	}
	g := &grid{indent: 2, columns: []column{{min: 16}, {}, {}, {right: true}, {right: true}}}
	several := len(t.Candidates) > 1
	who := "best of the candidate"
	if !several {
		who = "best of " + t.Candidates[0]
	}
	g.add(text{"best against best", bold}, text{"best of " + t.Reference, dim}, text{who, dim}, text{"speedup", dim}, text{"95% interval", dim})
	for _, f := range t.Finals {
		name := f.Cand.Variant
		if several {
			name = f.Candidate + " " + name
		}
		g.add(text{"  " + f.Scenario, plain}, text{f.Ref.Variant, plain}, text{name, plain}, text{FormatRatio(f.Speedup.Ratio), plain},
			text{finalBounds(f.Speedup), plain})
	}
	g.write(&t.b, t.opt.Width, t.opt.Color)
}

// finalBounds is an interval that may not exist yet.
func finalBounds(i compare.Interval) string {
	if i.Lo <= 0 {
		return none
	}
	return FormatBounds(i.Lo, i.Hi)
}

func finalRatio(i compare.Interval) string {
	if i.Lo <= 0 {
		return FormatRatio(i.Ratio)
	}
	return FormatInterval(i)
}

func (t *terminal) picks() {
	for _, s := range t.Picks {
		t.paragraph("use", bold, s)
	}
}

// misfits names what could not be compared: to leave it out silently would
// make the rest look like all there is.
func (t *terminal) misfits() {
	const most = 5
	var rows []compare.Left
	var who []string
	for _, c := range t.Contests {
		for _, l := range c.Left {
			rows, who = append(rows, l), append(who, c.Implementation)
		}
	}
	for i, l := range rows {
		if i == most {
			t.paragraph("left", yellow, plural(len(rows)-most, "more")+" in the report")
			return
		}
		t.paragraph("left", yellow, l.Row+", "+who[i]+": "+l.Why)
	}
}

package report

import (
	"math"
	"slices"
	"strings"

	"xbench/compare"
)

// A layout is one way to lay the table of rows out.
type layout struct {
	beside bool // the heading has a column, rather than a line of its own
	short  bool // labels are the short ones where the long one has no room
	marks  int
}

const (
	longMarks  = iota
	briefMarks // and what cores were used where there is no other
	shortMarks
	signs // only, before the labels
)

// layouts are tried in turn until one fits: words about the result are given
// up before a name is cut.
var layouts = []layout{
	{beside: true}, {}, {short: true}, {marks: briefMarks}, {short: true, marks: briefMarks},
	{marks: shortMarks}, {short: true, marks: shortMarks}, {short: true, marks: signs},
}

// table prints the rows in the first layout that the terminal has room for.
func (t *terminal) table() {
	if len(t.Rows) == 0 {
		t.b.WriteString("  no benchmark was measured\n")
		return
	}
	var g *grid
	marks := longMarks
	for _, l := range layouts {
		labels := t.labels(l)
		marks = l.marks
		if g = t.grid(l, labels); g.fits(t.opt.Width) {
			break
		}
	}
	g.write(&t.b, t.opt.Width, t.opt.Color)
	if marks == signs && t.shownOnly() > 0 {
		t.b.WriteString("  " + t.paint(shownSign+" shown only: in no goal and no mean", dim) + "\n")
	}
	if len(t.Shared) > 0 && len(t.Rows) > 1 {
		t.b.WriteString("  " + t.paint(shorten("all with "+strings.Join(t.Shared, ", "), t.opt.Width-2), dim) + "\n")
	}
	if t.Commands {
		t.b.WriteByte('\n')
		t.resources()
	}
}

// labelWidth bounds a label where headings have lines of their own. One long
// name must not push the numbers of all others to the far side.
const labelWidth = 64

// labels are the rows' labels in a layout: with short ones, a row keeps its
// long one while that needs no more room than there is.
func (t *terminal) labels(l layout) []string {
	var categories, long, short []string
	for _, r := range t.Rows {
		categories, long, short = append(categories, r.Heading), append(long, r.Label), append(short, r.Short)
	}
	if !l.short {
		return long
	}
	g := t.grid(l, short)
	w := g.wanted()
	room := max(t.opt.Width-g.total(w), 0) + w[1] - len("  ")
	mixed := slices.Clone(short)
	for i, s := range long {
		if textWidth(s) <= room {
			mixed[i] = s
		}
	}
	return distinct(categories, mixed, long)
}

func (t *terminal) grid(l layout, labels []string) *grid {
	g := &grid{indent: 2, columns: t.columns(), headings: 1}
	g.add(t.header()...)
	heading := ""
	for n, r := range t.Rows {
		first := r.Heading
		if r.Heading == heading {
			first = ""
		}
		heading = r.Heading
		label := labels[n]
		if !l.beside {
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
			name := text{s: label}
			if l.marks == signs {
				name = signed(r, c, label)
			}
			var time text
			if s := FormatDuration(c.RefNS); s != reference {
				time.s, reference = s, s
			}
			line := []text{{s: first, style: bold}, name}
			g.lines = append(g.lines, append(line, t.cells(r, c, time, l.marks)...))
		}
	}
	return g
}

// shownSign is the sign of a row that is shown only, where a sign is all that
// there is room for.
const shownSign = "·"

// allUnclear is whether no row has an interval: there is then no point in
// saying at each how few rounds that were.
func (v *View) allUnclear() bool {
	return !slices.ContainsFunc(v.Rows, func(r Row) bool {
		return slices.ContainsFunc(r.Cells, func(c Cell) bool { return c.Mark != compare.MarkUnclear || c.Rounds != v.Rounds })
	})
}

// signed puts the sign of a result where its label is indented: a column of
// its own would cost three characters that names need more.
func signed(r Row, c Cell, label string) text {
	_, brief := r.mark(c)
	s := sign(brief)
	if s == "" && r.ShownOnly {
		s = shownSign
	}
	if s == "" {
		return text{s: label}
	}
	return text{s + " " + strings.TrimPrefix(label, "  "), markStyle(c)}
}

// columns: heading, label, then what cells and header give.
func (t *terminal) columns() []column {
	labels := []column{{}, {min: 16}}
	switch {
	case t.Reference == "":
		return append(labels, column{right: true}, column{}, column{right: true}, column{right: true}, column{})
	case len(t.Candidates) > 1:
		return append(labels, column{right: true}, column{min: 9}, column{right: true}, column{right: true}, column{}, column{})
	}
	return append(labels, column{right: true}, column{right: true}, column{right: true}, column{}, column{})
}

func (t *terminal) header() []text {
	of := "time of one iteration"
	if t.Commands {
		of = "launch to exit"
	}
	heads := []string{"", of}
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
func (t *terminal) cells(r Row, c Cell, reference text, marks int) []text {
	long, brief := r.mark(c)
	if t.allUnclear() {
		long = strings.Replace(long, "? unclear: "+plural(c.Rounds, "round"), "? unclear", 1)
	}
	mark := text{s: long, style: markStyle(c)}
	switch marks {
	case briefMarks:
		if mark.s = brief; brief == "" {
			mark.s = c.coresApart()
		}
	case shortMarks:
		mark.s = brief
	case signs:
		mark.s = ""
	}
	if t.Reference == "" {
		return []text{{s: FormatDuration(c.CandNS)}, {s: durationBounds(c.CandLoNS, c.CandHiNS)},
			{s: formatCores(c.CandCores)}, {s: size(c.CandRSS, c.CandRSSAtMost)}, mark}
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
	if c.Mark == compare.MarkEqual && c.vague() {
		return yellow
	}
	if c.Mark == compare.MarkEqual {
		return dim
	}
	return plain
}

// resources prints what each side of plain commands took, as one sees it from
// outside: there is nothing else to know about a command.
func (t *terminal) resources() {
	g := &grid{indent: 2, columns: []column{{min: 16}, {min: 9}, {right: true}, {}, {right: true}, {right: true}}, headings: 1}
	g.add(text{}, text{}, text{"wall time", dim}, text{"95% interval", dim}, text{"CPU time", dim}, text{"peak memory", dim})
	for _, u := range t.Uses {
		label := u.Row
		if len(t.Rows) == 1 {
			label = ""
		}
		g.add(text{s: label}, text{s: u.Implementation}, text{s: FormatDuration(u.WallNS)}, text{s: durationBounds(u.LoNS, u.HiNS)},
			text{s: FormatDuration(u.CPUNS)}, text{s: size(u.RSS, u.RSSAtMost)})
	}
	g.write(&t.b, t.opt.Width, t.opt.Color)
}

// durationBounds words an interval of times.
func durationBounds(lo, hi float64) string {
	if !(lo > 0) || !(hi > 0) || math.IsInf(hi, 0) {
		return none
	}
	return FormatDuration(lo) + " - " + FormatDuration(hi)
}

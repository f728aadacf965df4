package report

import (
	"fmt"
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
	words  int // of what a row does, at the end of its line
}

const (
	longMarks  = iota
	briefMarks // and what cores were used where there is no other
	shortMarks
	signsOnly // before the labels
)

const (
	noWords = iota
	fewWords
	allWords
)

// layouts are tried in turn until one fits: words about the result are given
// up before a name is cut.
//
// What a row does stands at the end of its line where that leaves it room to
// say anything, from about 150 columns on: after the label it would push the
// numbers away from the names. On a narrower terminal it stands on the line of
// its heading, which is empty beside the name, if it is true of all rows under
// it; below the row, in a table of a screen's length, if it is not. A long
// table keeps a line per row: with 117 rows nobody reads 117 descriptions to
// find a number, and the report has them.
var layouts = []layout{
	{beside: true, words: allWords}, {words: allWords}, {short: true, marks: briefMarks, words: allWords}, {short: true, marks: briefMarks, words: fewWords},
	{beside: true}, {}, {short: true}, {marks: briefMarks}, {short: true, marks: briefMarks},
	{marks: shortMarks}, {short: true, marks: shortMarks}, {short: true, marks: signsOnly},
}

// aScreen is how many rows are few enough for lines of their own about them.
const aScreen = 24

// leastWords is the width below which a description is not worth its place
// beside the row.
const leastWords = 52

// table prints the rows in the first layout that the terminal has room for.
func (t *terminal) table() {
	if len(t.Rows) == 0 {
		t.b.WriteString("  no benchmark was measured\n")
		return
	}
	l, g := t.lay()
	g.write(&t.b, t.opt.Width, t.opt.Color)
	t.remarks(l)
	t.spaced(t.variants)
	if t.Commands && t.took() {
		t.b.WriteByte('\n')
		t.resources()
	}
}

// lay finds the layout that fits; where none does, that of a list, in which
// words take no room from numbers.
func (t *terminal) lay() (layout, *grid) {
	described := t.notes.described(t.Rows) && (len(t.Rows) > 1 || !t.Commands)
	var l layout
	var g *grid
	for _, l = range layouts {
		if l.words > noWords && !described || l.beside && l.words == noWords && described {
			continue
		}
		if g = t.grid(l, t.labels(l)); g.fits(t.opt.Width) {
			return l, g
		}
	}
	if _, over := g.widths(t.opt.Width); over > 0 {
		l = layout{}
		g = t.grid(l, t.labels(l))
	}
	return l, g
}

// remarks say under the table what its lines have no room for.
func (t *terminal) remarks(l layout) {
	remark := func(texts ...string) {
		var parts []text
		for _, s := range texts {
			parts = append(parts, text{s, dim})
		}
		flow(&t.b, parts, "   ", 2, 2, t.opt.Width, t.opt.Color)
	}
	if signs := t.signs(); l.marks == signsOnly && len(signs) > 0 {
		remark(signs...)
	}
	if t.upperFurther() {
		remark("upper ends are where a FAIL would begin, which counts every row and goal: quote the lower ones")
	}
	if len(t.Shared) > 0 && len(t.Rows) > 1 {
		remark("all with " + strings.Join(t.Shared, ", "))
	}
	if len(t.Rows) > aScreen && l.words == noWords && t.notes.described(t.Rows) {
		remark("what each row does: on a wider terminal, and in the report")
	}
}

// variants says what the variants named in the labels are on either side.
func (t *terminal) variants() {
	const most = 12
	g := &grid{indent: 2, columns: []column{{}, {min: 18, wrap: true}}}
	for i, n := range t.notes.variants {
		if i == most {
			g.span(text{plural(len(t.notes.variants)-i, "more variant") + " in the report", dim})
			break
		}
		g.add(text{s: shorten(n.name, 32)}, text{n.text, dim})
	}
	g.write(&t.b, t.opt.Width, t.opt.Color)
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
	g := &grid{indent: 2, names: 2, columns: t.columns(l), headings: 1}
	g.add(t.header()...)
	urgent := t.urgent()
	for n := 0; n < len(t.Rows); {
		if urgent > 0 && n == 0 {
			g.span(t.lookFirst(urgent))
		} else if urgent > 0 && n == urgent {
			g.span(text{})
			g.span(text{fmt.Sprintf("the other %d", len(t.Rows)-urgent), dim})
		}
		end := n + 1
		for end < len(t.Rows) && end != urgent && t.Rows[end].Heading == t.Rows[n].Heading {
			end++
		}
		t.block(g, l, t.Rows[n:end], labels[n:end])
		n = end
	}
	return g
}

// urgent is how many rows stand first because of what they are; 0 where that
// sets none apart.
//
// A row stands there alone, under its heading again, and does not take the
// others of its heading along: fourteen rows that are fine, above one that is
// slower, would hide it in the table that is sorted to show it.
func (v *View) urgent() int {
	n := 0
	for n < len(v.Rows) && !v.Rows[n].swept && v.Rows[n].rank() < rankFine {
		n++
	}
	if n == len(v.Rows) {
		return 0
	}
	return n
}

// underHeadings brings rows of one heading together, the headings in the order
// of their first rows, among the urgent rows of each sort and among the others:
// where a plan goes through the categories once per executor, every row would
// have a heading of its own.
func underHeadings(rows []Row) []Row {
	type part struct {
		rank      int
		shownOnly bool
		heading   string
	}
	of := func(r Row) part {
		if r.swept {
			return part{rankFine, false, r.Heading}
		}
		return part{r.rank(), r.ShownOnly && r.rank() < rankFine, r.Heading}
	}
	var order []part
	parts := make(map[part][]Row)
	for _, r := range rows {
		p := of(r)
		if parts[p] == nil {
			order = append(order, p)
		}
		parts[p] = append(parts[p], r)
	}
	slices.SortStableFunc(order, func(a, b part) int { return a.rank - b.rank })
	var out []Row
	for _, p := range order {
		out = append(out, parts[p]...)
	}
	return out
}

// lookFirst says of what sort the first rows are.
func (v *View) lookFirst(n int) text {
	var count [rankFine]int
	for _, r := range v.Rows[:n] {
		count[r.rank()]++
	}
	var parts []string
	for rank, what := range [rankFine]string{rankInvalid: "invalid", rankSlower: "slower", rankMissed: "missed a goal", rankUnclear: "unclear"} {
		if count[rank] > 0 {
			part := fmt.Sprintf("%d %s", count[rank], what)
			if note := v.gatingNote(rank); note != "" && rank == rankSlower {
				part += " (" + note + ")"
			}
			parts = append(parts, part)
		}
	}
	st := yellow
	if n > count[rankUnclear] {
		st = red
	}
	return text{"look at these first: " + strings.Join(parts, ", "), st}
}

// block adds rows of one heading.
func (t *terminal) block(g *grid, l layout, rows []Row, labels []string) {
	var said []string // by the heading, of what rows do
	if heading := rows[0].Heading; !l.beside && heading != "" {
		does := t.notes.shared(rows)
		if work := workOf(rows); len(work) > 1 {
			does = t.notes.shared(work) // start-up is another thing, and says so
		}
		if l.words > noWords || len(does) == 0 {
			g.span(text{heading, bold})
		} else {
			said = does
			g.span(text{heading + ":", bold}, text{strings.Join(does, partsEnd), dim})
		}
	}
	for i, r := range rows {
		first := ""
		if l.beside && i == 0 {
			first = r.Heading
		}
		t.row(g, l, r, first, labels[i])
		does := t.notes.does[r.Name]
		if n := len(said); n <= len(does) && slices.Equal(does[:n], said) {
			does = does[n:]
		}
		if l.words == noWords && len(t.Rows) <= aScreen && len(does) > 0 && (len(t.Rows) > 1 || !t.Commands) {
			g.span(text{"    " + strings.Join(does, partsEnd), dim})
		}
	}
}

// row adds a line for each candidate.
func (t *terminal) row(g *grid, l layout, r Row, first, label string) {
	if !l.beside {
		label = "  " + shorten(label, labelWidth)
	}
	does := ""
	if l.words > noWords {
		does = strings.Join(t.notes.does[r.Name], partsEnd)
	}
	reference := ""
	for i, c := range r.Cells {
		if i > 0 {
			first, label, does = "", "", ""
		}
		name := text{s: label}
		if l.marks == signsOnly {
			name = signed(r, c, label)
		}
		var time text
		if s := FormatDuration(c.RefNS); s != reference {
			time.s, reference = s, s
		}
		line := append([]text{{s: first, style: bold}, name}, t.cells(r, c, time, l.marks)...)
		g.add(append(line, text{does, dim})...)
	}
}

// signWords say what the signs stand for where they stand alone.
var signWords = [][2]string{
	{"!", "invalid"}, {"✗", "slower, or missed a goal"}, {"?", "unclear, or a goal is open"}, {"≈", "about equal"}, {shownSign, "shown only: in no goal and no mean"},
}

// signs explains the signs that the table has.
func (t *terminal) signs() []string {
	has := make(map[string]bool)
	for _, r := range t.Rows {
		for _, c := range r.Cells {
			s, _, _ := strings.Cut(signed(r, c, "").s, " ")
			has[s] = true
		}
	}
	var out []string
	for _, w := range signWords {
		if has[w[0]] {
			out = append(out, w[0]+" "+w[1])
		}
	}
	return out
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
	s, st := sign(brief), markStyle(c)
	if r.ShownOnly && !c.invalid() {
		// Its numbers say that it is slower; among those that make a verdict it
		// must not look like one of them.
		s, st = shownSign, plain
	}
	if s == "" {
		return text{s: label}
	}
	return text{s + " " + strings.TrimPrefix(label, "  "), st}
}

// columns: heading, label, what cells and header give, what the row does.
func (t *terminal) columns(l layout) []column {
	does := column{words: true, min: leastWords}
	if l.words == allWords {
		does.min = math.MaxInt
	}
	labels := []column{{}, {min: 16}}
	switch {
	case t.Reference == "" && len(t.Candidates) > 1:
		return append(labels, column{min: 9}, column{right: true}, column{}, column{right: true}, column{right: true}, column{}, does)
	case t.Reference == "":
		return append(labels, column{right: true}, column{}, column{right: true}, column{right: true}, column{}, does)
	case len(t.Candidates) > 1:
		return append(labels, column{right: true}, column{min: 9}, column{right: true}, column{right: true}, column{}, column{}, does)
	}
	return append(labels, column{right: true}, column{right: true}, column{right: true}, column{}, column{}, does)
}

func (t *terminal) header() []text {
	of := "time of one iteration"
	if t.Commands {
		of = "launch to exit"
	}
	heads := []string{"", of}
	switch {
	case t.Reference == "" && len(t.Candidates) > 1:
		heads = append(heads, "implementation", "time", "95% interval", "cores", "peak memory", "", "")
	case t.Reference == "":
		heads = append(heads, shorten(list(t.Candidates, 1), 16), "95% interval", "cores", "peak memory", "", "")
	case len(t.Candidates) > 1:
		heads = append(heads, shorten(t.Reference, 16), "candidate", "time", "speedup", "95% interval", "", "")
	default:
		heads = append(heads, shorten(t.Reference, 16), shorten(list(t.Candidates, 1), 16), "speedup", "95% interval", "", "")
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
	case signsOnly:
		mark.s = ""
	}
	if t.Reference == "" {
		alone := []text{{s: FormatDuration(c.CandNS)}, {s: durationBounds(c.CandLoNS, c.CandHiNS)},
			{s: formatCores(c.CandCores)}, {s: size(c.CandRSS, c.CandRSSAtMost)}, mark}
		if len(t.Candidates) > 1 {
			return append([]text{{s: c.Candidate}}, alone...)
		}
		return alone
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
	g := &grid{indent: 2, names: 2, columns: []column{{min: 16}, {min: 9}, {right: true}, {}, {right: true}, {right: true}}, headings: 1}
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

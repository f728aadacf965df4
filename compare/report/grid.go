package report

import (
	"fmt"
	"strings"
)

// A style is how a piece of terminal text stands out. It never carries
// meaning alone: without colour the words say the same.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
)

// paint wraps text in a style when colour is on.
func paint(s string, st style, color bool) string {
	if !color || st == plain || s == "" {
		return s
	}
	return "\x1b[" + string(st) + "m" + s + "\x1b[0m"
}

// A grid is a table of aligned columns. Where the terminal has no room for them
// even after every name was cut, it is written as a list: no number is ever
// cut, and no line wider than the terminal.
type grid struct {
	indent   int
	names    int // the first so many columns name a line; in a list they stand above the rest
	columns  []column
	headings int // lines on top; a column that has nothing below them is left out
	lines    []gridLine
}

// A gridLine has a cell for each column, or texts that stand one after the
// other and belong to no column.
type gridLine struct {
	cells []text
	span  bool
}

// A column may be right-aligned, and may give up width down to its minimum
// when the table is wider than the terminal; 0 means it may not.
type column struct {
	right bool
	min   int
	first bool // gives up width before others do
	wrap  bool // goes on in a further line where others are cut
	words bool // is cut at the end, at a word, and fits if its minimum does
}

// A text is one cell.
type text struct {
	s string
	style
}

func (g *grid) add(cells ...text) { g.lines = append(g.lines, gridLine{cells: cells}) }

// span adds a line of texts that belong to no column. Blanks before the first
// indent it; none at all make an empty line.
func (g *grid) span(texts ...text) { g.lines = append(g.lines, gridLine{texts, true}) }

const gap = 2

// fits is whether no name has to be cut.
func (g *grid) fits(width int) bool {
	w := g.wanted()
	for i, c := range g.columns {
		if c.words {
			w[i] = min(w[i], c.min)
		}
	}
	return g.total(w) <= width
}

// wanted are the columns' widths with nothing shortened.
func (g *grid) wanted() []int {
	w := make([]int, len(g.columns))
	says := make([]bool, len(g.columns))
	for n, line := range g.lines {
		if line.span {
			continue
		}
		for i, c := range line.cells {
			w[i] = max(w[i], textWidth(c.s))
			says[i] = says[i] || n >= g.headings && c.s != "" && c.s != none
		}
	}
	for i := range w {
		if g.headings > 0 && !says[i] {
			w[i] = 0
		}
	}
	return w
}

// total is the width of a table of such columns. Empty ones take no room.
func (g *grid) total(w []int) int {
	total := g.indent - gap
	for _, n := range w {
		if n > 0 {
			total += n + gap
		}
	}
	return total
}

// widths are the columns' widths within a terminal of the given width; over is
// by how much the table does not fit even so.
func (g *grid) widths(width int) (w []int, over int) {
	w = g.wanted()
	over = g.total(w) - width
	for over > 0 {
		i := g.shrinking(w)
		if i < 0 {
			return w, over
		}
		w[i]--
		over--
	}
	return w, 0
}

// shrinking is the column to take the next character from, -1 for none.
func (g *grid) shrinking(w []int) int {
	at := -1
	for i, c := range g.columns {
		switch {
		case c.min == 0 || w[i] <= c.min:
		case at < 0, c.first && !g.columns[at].first, c.first == g.columns[at].first && w[i] > w[at]:
			at = i
		}
	}
	return at
}

// write lays the grid out.
func (g *grid) write(b *strings.Builder, width int, color bool) {
	w, over := g.widths(width)
	if over > 0 {
		g.list(b, width, color)
		return
	}
	for _, line := range g.lines {
		if line.span {
			g.writeSpan(b, line.cells, width, color)
			continue
		}
		for _, part := range g.parts(line.cells, w) {
			g.writeLine(b, part, w, color)
		}
	}
}

// writeSpan writes a text that belongs to no column, and one that explains it
// on what is left of its line.
func (g *grid) writeSpan(b *strings.Builder, texts []text, width int, color bool) {
	name := strings.TrimLeft(texts[0].s, " ")
	if name == "" {
		b.WriteByte('\n')
		return
	}
	at := g.indent + len(texts[0].s) - len(name)
	lines := fold(name, width-at)
	for i, line := range lines {
		b.WriteString(strings.Repeat(" ", at) + paint(line, texts[0].style, color))
		if i < len(lines)-1 {
			b.WriteByte('\n')
		}
	}
	if len(texts) > 1 {
		const hang = 4
		taken := textWidth(lines[len(lines)-1])
		for i, line := range foldAfter(taken-hang, texts[1].s, width-at-hang) {
			switch {
			case i > 0:
				b.WriteString("\n" + strings.Repeat(" ", at+hang))
			case line != "":
				b.WriteByte(' ')
			}
			b.WriteString(paint(line, texts[1].style, color))
		}
	}
	b.WriteByte('\n')
}

// list writes the lines below each other, each with its names above what was
// measured, and every number with the heading of its column.
func (g *grid) list(b *strings.Builder, width int, color bool) {
	heads := make([]string, len(g.columns))
	names := g.named()
	for n, line := range g.lines {
		switch {
		case line.span:
			g.writeSpan(b, line.cells, width, color)
		case n < g.headings:
			for i, c := range line.cells {
				heads[i] = c.s
			}
			if title := strings.TrimSpace(strings.Join(heads[:names], " ")); title != "" {
				flow(b, []text{{title, line.cells[names-1].style}}, "", g.indent, g.indent, width, color)
			}
		default:
			g.listed(b, line.cells, heads, width, color)
		}
	}
}

// named is how many columns name a line: the first, unless more do.
func (g *grid) named() int { return max(g.names, 1) }

func (g *grid) listed(b *strings.Builder, cells []text, heads []string, width int, color bool) {
	hang, between := g.indent+4, "  "
	var named, rest []text
	for i, c := range cells {
		c.s = strings.TrimSpace(c.s)
		switch {
		case c.s == "" || c.s == none && heads[i] != "":
		case i < g.named():
			named = append(named, c)
		case heads[i] != "":
			rest = append(rest, text{strings.TrimSpace(heads[i]) + " " + c.s, c.style})
		default:
			rest = append(rest, c)
		}
	}
	if g.headings == 0 {
		flow(b, append(named, rest...), between, g.indent, hang, width, color)
		return
	}
	if len(named) > 0 {
		flow(b, named, between, g.indent+2, hang, width, color)
	}
	if len(rest) > 0 {
		flow(b, rest, ", ", hang, hang, width, color)
	}
}

// parts are the lines that a line of cells takes: more than one where a cell
// wraps.
func (g *grid) parts(line []text, w []int) [][]text {
	var out [][]text
	at := func(n, i int) *text {
		for len(out) <= n {
			out = append(out, make([]text, len(line)))
		}
		return &out[n][i]
	}
	for i, c := range line {
		pieces := []string{c.s}
		switch {
		case g.columns[i].wrap:
			pieces = fold(c.s, w[i])
		case g.columns[i].words:
			pieces[0] = cut(c.s, w[i])
		}
		for n, s := range pieces {
			*at(n, i) = text{shorten(s, w[i]), c.style}
		}
	}
	g.tellApart(line, out, w)
	return out
}

// tellApart numbers cells that were cut to the same text as an earlier one of
// another wording: two rows of a table never look the same.
func (g *grid) tellApart(line []text, out [][]text, w []int) {
	for i, c := range line {
		if g.columns[i].wrap || g.columns[i].words || textWidth(c.s) <= w[i] || len(out) == 0 {
			continue
		}
		earlier := make(map[string]bool)
		for _, other := range g.lines {
			if other.span {
				continue
			}
			if other.cells[i].s == c.s {
				break
			}
			if shorten(other.cells[i].s, w[i]) == out[0][i].s {
				earlier[other.cells[i].s] = true
			}
		}
		if len(earlier) > 0 {
			mark := fmt.Sprintf(" #%d", len(earlier)+1)
			out[0][i].s = shorten(c.s, w[i]-len(mark)) + mark
		}
	}
}

func (g *grid) writeLine(b *strings.Builder, line []text, w []int, color bool) {
	out := strings.Repeat(" ", g.indent)
	pending := 0 // blanks not yet written, so that no line ends in blanks
	for i, c := range line {
		if w[i] == 0 {
			continue
		}
		pad := w[i] - textWidth(c.s)
		if g.columns[i].right {
			pending += pad
			pad = 0
		}
		if c.s != "" {
			out += strings.Repeat(" ", pending) + paint(c.s, c.style, color)
			pending = 0
		}
		pending += pad + gap
	}
	b.WriteString(strings.TrimRight(out, " ") + "\n")
}

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

// A grid is a table of aligned columns.
type grid struct {
	indent   int
	columns  []column
	headings int // lines on top; a column that has nothing below them is left out
	lines    [][]text
}

// A column may be right-aligned, and may give up width down to its minimum
// when the table is wider than the terminal; 0 means it may not.
type column struct {
	right bool
	min   int
	first bool // gives up width before others do
	wrap  bool // goes on in a further line where others are cut
}

// A text is one cell.
type text struct {
	s string
	style
}

func (g *grid) add(cells ...text) { g.lines = append(g.lines, cells) }

// span adds a line of one text that belongs to no column.
func (g *grid) span(t text) { g.lines = append(g.lines, []text{t}) }

const gap = 2

// fits is whether nothing has to be shortened.
func (g *grid) fits(width int) bool {
	w := g.wanted()
	return g.total(w) <= width
}

// wanted are the columns' widths with nothing shortened.
func (g *grid) wanted() []int {
	w := make([]int, len(g.columns))
	says := make([]bool, len(g.columns))
	for n, line := range g.lines {
		if len(line) == 1 {
			continue
		}
		for i, c := range line {
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
	w, _ := g.widths(width)
	for _, line := range g.lines {
		if len(line) == 1 {
			s := shorten(line[0].s, width-g.indent)
			b.WriteString(strings.Repeat(" ", g.indent) + paint(s, line[0].style, color) + "\n")
			continue
		}
		for _, part := range g.parts(line, w) {
			g.writeLine(b, part, w, color)
		}
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
		if g.columns[i].wrap {
			pieces = wrap(c.s, w[i])
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
		if g.columns[i].wrap || textWidth(c.s) <= w[i] || len(out) == 0 {
			continue
		}
		earlier := make(map[string]bool)
		for _, other := range g.lines {
			if len(other) == 1 {
				continue
			}
			if other[i].s == c.s {
				break
			}
			if shorten(other[i].s, w[i]) == out[0][i].s {
				earlier[other[i].s] = true
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

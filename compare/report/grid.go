package report

import "strings"

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
	indent  int
	columns []column
	lines   [][]text
}

// A column may be right-aligned, and may give up width down to its minimum
// when the table is wider than the terminal; 0 means it may not.
type column struct {
	right bool
	min   int
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

// natural is the width that the grid takes when nothing is shortened.
func (g *grid) natural() int {
	const unlimited = 1 << 20
	w, _ := g.widths(unlimited)
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
	w = make([]int, len(g.columns))
	for _, line := range g.lines {
		if len(line) == 1 {
			continue
		}
		for i, c := range line {
			w[i] = max(w[i], textWidth(c.s))
		}
	}
	total := g.indent
	for _, n := range w {
		if n > 0 {
			total += n + gap
		}
	}
	over = total - gap - width
	for over > 0 {
		widest := -1
		for i, c := range g.columns {
			if c.min > 0 && w[i] > c.min && (widest < 0 || w[i] > w[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return w, over
		}
		w[widest]--
		over--
	}
	return w, 0
}

// write lays the grid out. Empty columns take no room.
func (g *grid) write(b *strings.Builder, width int, color bool) {
	w, _ := g.widths(width)
	for _, line := range g.lines {
		if len(line) == 1 {
			s := shorten(line[0].s, width-g.indent)
			b.WriteString(strings.Repeat(" ", g.indent) + paint(s, line[0].style, color) + "\n")
			continue
		}
		out := strings.Repeat(" ", g.indent)
		pending := 0 // blanks not yet written, so that no line ends in blanks
		for i, c := range line {
			if w[i] == 0 {
				continue
			}
			s := shorten(c.s, w[i])
			pad := w[i] - textWidth(s)
			if g.columns[i].right {
				pending += pad
				pad = 0
			}
			if s != "" {
				out += strings.Repeat(" ", pending) + paint(s, c.style, color)
				pending = 0
			}
			pending += pad + gap
		}
		b.WriteString(strings.TrimRight(out, " ") + "\n")
	}
}

package charts

import (
	"math"
	"slices"
	"sort"
	"strings"
)

// headings are names of columns, each wrapped to its column's width.
//
// Note: the first sketch slanted them. They reached over their neighbours, left
// the table at its right end and were read with the head tilted.
type headings struct {
	names []string
	lines [][]string
	most  int // lines of the tallest
}

const (
	headingLines   = 3
	headingSpacing = 15.0 // from line to line
	maxPiece       = 100.0
)

var columnLetter = letter{size: 12, bold: true, role: ink, anchor: middle}

func headingsOf(p *pen, names []string, pixels float64) headings {
	h := headings{names: names}
	for _, name := range names {
		lines := p.wrap(name, columnLetter, pixels, headingLines)
		h.lines = append(h.lines, lines)
		h.most = max(h.most, len(lines))
	}
	return h
}

// headingPiece is the width that the longest unbreakable part of all names
// deserves.
func headingPiece(p *pen, names []string) float64 {
	widest := 0.0
	for _, name := range names {
		for _, piece := range pieces(printable(name)) {
			widest = math.Max(widest, p.measure(strings.TrimSpace(piece), columnLetter))
		}
	}
	return math.Min(widest, maxPiece)
}

// height is how much room the headings take, with that to what they head.
func (h headings) height() float64 { return headingSpacing*float64(h.most) + 6 }

// paint writes the headings so that their last lines end at a base line, or
// with down, so that their first lines begin there.
func (h headings) paint(p *pen, base float64, down bool, center func(column int) float64) {
	for i, lines := range h.lines {
		y := base - 8 - headingSpacing*float64(len(lines)-1)
		if down {
			y = base + 14
		}
		shown := h.names[i]
		if strings.Contains(strings.Join(lines, ""), "…") {
			shown = "" // not all of it
		}
		p.group(pointedName(h.names[i], shown), func() {
			for _, line := range lines {
				p.text(line, center(i), y, columnLetter)
				y += headingSpacing
			}
		})
	}
}

// wrap breaks text into at most so many lines of so many pixels each. What is
// too long for that loses its middle.
func (p *pen) wrap(s string, l letter, pixels float64, most int) []string {
	s = printable(s)
	fits := func(lines []string) bool {
		return len(lines) <= most && !slices.ContainsFunc(lines, func(line string) bool { return p.measure(line, l) > pixels })
	}
	r := []rune(s)
	// No letter is narrower than a pixel. What is longer than the lines hold
	// then is not even tried: a name may be a megabyte long.
	longest := int(pixels) * most
	if len(r) <= longest {
		if lines := p.fill(s, l, pixels); fits(lines) {
			return lines
		}
	}
	n := sort.Search(min(len(r), longest), func(n int) bool { return !fits(p.fill(cutMiddle(r, n), l, pixels)) }) - 1
	if n < 2 {
		return []string{"…"}
	}
	return p.fill(cutMiddle(r, n), l, pixels)
}

// fill puts as many pieces on a line as have room, at least one.
func (p *pen) fill(s string, l letter, pixels float64) []string {
	lines := []string{""}
	for _, piece := range pieces(s) {
		last := &lines[len(lines)-1]
		if *last != "" && p.measure(strings.TrimSpace(*last+piece), l) > pixels {
			lines = append(lines, piece)
			continue
		}
		*last += piece
	}
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return lines
}

// pieces cuts a name after each mark that names are put together with.
func pieces(s string) []string {
	var out []string
	for s != "" {
		i := strings.IndexAny(s, " _-/.,:;=+") + 1
		if i == 0 {
			i = len(s)
		}
		out = append(out, s[:i])
		s = s[i:]
	}
	return out
}

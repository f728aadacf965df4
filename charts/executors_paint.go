package charts

import (
	"cmp"
	"math"
)

func (f *executorsFigure) paint(p *pen) {
	p.rect(0, 0, f.width, f.height, background)
	p.header(f.opt, f.title(), f.subtitle(), f.width-2*margin)
	f.legend.draw(p)
	f.headings.paint(p, f.top, false, f.center)
	if f.minimumWidth > 0 {
		heading := columnLetter
		heading.anchor, heading.bold, heading.role = end, false, faint
		p.text("minimum", f.left-12, f.top-8, heading)
	}
	f.paintGrid(p)
	for i, l := range f.Lines {
		f.paintLine(p, l, f.top+linePitch*float64(i))
	}
	f.paintAxes(p)
	if f.repeated() {
		f.headings.paint(p, f.bottom+22, true, f.center)
	}
}

// center is the middle of a column.
func (f *executorsFigure) center(column int) float64 {
	return f.left + f.cellWidth*(float64(column)+0.5)
}

// track is where a column's dots lie.
func (f *executorsFigure) track(column int) (from, to float64) {
	half := (f.cellWidth - timePadding + 8) / 2
	return f.center(column) - half, f.center(column) + half
}

// x is the place of a ratio in a column.
func (f *executorsFigure) x(column int, ratio float64) float64 {
	from, to := f.track(column)
	return from + f.rng.at(ratio)*(to-from)
}

func (f *executorsFigure) ticks() []float64 {
	from, to := f.track(0)
	return f.rng.ticks(int((to - from) / trackTicks))
}

// paintGrid parts the lines and gives each cell with a time its own scale:
// lines from top to bottom would run through the numbers.
func (f *executorsFigure) paintGrid(p *pen) {
	var lines [][][2]float64
	for i := range len(f.Lines) + 1 {
		y := f.top + linePitch*float64(i)
		lines = append(lines, [][2]float64{{margin, y}, {f.width - margin, y}})
	}
	for i, l := range f.Lines {
		y := f.top + linePitch*float64(i+1) - dotsUp
		for j, c := range l.Cells {
			if c.NS > 0 {
				lines = append(lines, f.scale(j, y)...)
			}
		}
	}
	p.strokes(1, grid, lines...)
}

// scale is the axis of one cell, with its ticks.
func (f *executorsFigure) scale(column int, y float64) [][][2]float64 {
	from, to := f.track(column)
	lines := [][][2]float64{{{from, y}, {to, y}}}
	for _, v := range f.ticks() {
		lines = append(lines, [][2]float64{{f.x(column, v), y - tickHalf}, {f.x(column, v), y + tickHalf}})
	}
	return lines
}

func (f *executorsFigure) paintAxes(p *pen) {
	for i := range f.Variants {
		for _, v := range f.ticks() {
			p.text(tickLabel(v), f.x(i, v), f.bottom+18, trackLetter)
		}
	}
}

func (f *executorsFigure) paintLine(p *pen, l ExecutorsLine, y float64) {
	base := y + linePitch/2 + 4.5
	label := p.fit(l.Label, labelLetter, f.labelWidth)
	p.group(pointedName(cmp.Or(l.Name, l.Label), label), func() { p.text(label, margin+f.labelWidth, base, labelLetter) })
	if l.MinimumNS > 0 {
		p.text(p.fit(l.Minimum, minimumLetter, f.minimumWidth-12), f.left-12, base, minimumLetter)
	}
	for i, c := range l.Cells {
		p.group(f.pointed(l, i), func() { f.paintCell(p, l, i, c, y) })
	}
}

// paintCell is a time above its dot.
func (f *executorsFigure) paintCell(p *pen, l ExecutorsLine, column int, c ExecutorsCell, y float64) {
	from, to := f.track(column)
	base, dots := y+17, y+linePitch-dotsUp
	if c.NS == 0 {
		word := trackLetter
		word.size = 12
		p.text(p.fit(f.shown(c), word, to-from), (from+to)/2, y+linePitch/2+4.5, word)
		return
	}
	f.paintTime(p, c, from, to, base)
	if least := l.MinimumNS / l.base(); least >= f.rng.min {
		p.wall(from, f.x(column, least), dots)
	}
	f.paintDot(p, column, c, l.base(), dots)
}

// paintTime writes the value, the best in a filled box and what is tied with
// it in an outlined one, with its detail beside it.
func (f *executorsFigure) paintTime(p *pen, c ExecutorsCell, from, to, base float64) {
	text := timeLetter
	text.bold = c.Best
	value := p.fit(f.shown(c), text, f.valueWidth)
	right := from + 4 + f.valueWidth
	width := p.measure(value, text) + 10
	switch {
	case c.Best:
		p.rect(right-width+5, base-13, width, 17, ink)
		text.role = background
	case c.Tied:
		p.frame(right-width+5, base-13, width, 17, axis)
	}
	p.text(value, right, base, text)
	detail := paceLetter
	p.text(p.fit(c.Detail, detail, to-right-detailGap-4), right+detailGap+4, base, detail)
}

// paintDot is how many times as long as the best, with a line from there: a
// disc for the best, a ring for what is tied with it.
func (f *executorsFigure) paintDot(p *pen, column int, c ExecutorsCell, best, y float64) {
	x, zero := f.x(column, c.NS/best), f.x(column, 1)
	p.line(zero, y-tickHalf, zero, y+tickHalf, 1, axis)
	p.line(zero, y, x, y, 2, axis)
	if c.interval() {
		p.line(f.x(column, c.Lo/best), y, f.x(column, c.Hi/best), y, 1, ink)
	}
	p.standing(x, y, c.standing())
}

// standing is a dot: filled for the best and, smaller, for what is slower, a
// ring for what may be as good.
func (p *pen) standing(x, y float64, s standing) {
	p.dot(x, y, 5, 0, background)
	switch s {
	case standsBest:
		p.dot(x, y, 4, 0, ink)
	case standsTied:
		p.dot(x, y, 4, 0, ink)
		p.dot(x, y, 2.3, 0, background)
	case standsOpen:
		p.dot(x, y, 3.5, 0, axis)
		p.dot(x, y, 2.5, 0, background)
	default:
		p.dot(x, y, 3, 0, axis)
	}
}

// wall is what cannot be: times below the theoretical minimum, which is the
// wall's edge.
func (p *pen) wall(from, to, y float64) {
	const height = 9.0
	if to-from > 1 {
		p.rect(from, y-height/2, to-from, height, level)
		p.hatch(from, y-height/2, to-from, height, stripe, false)
	}
	p.line(to, y-height/2-1, to, y+height/2+1, 1.5, axis)
}

// frame outlines a rectangle.
func (p *pen) frame(x, y, w, h float64, r role) {
	x, y, w, h = math.Floor(x)+0.5, math.Floor(y)+0.5, w-1, h-1
	p.polyline([][2]float64{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}, {x, y}}, 1, r, nil)
}

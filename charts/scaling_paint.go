package charts

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// A looks of a line tells it from others without its colour: by the shape of
// its points and by dashes.
type looks struct {
	role
	dots  role // of its samples
	dash  []float64
	shape int
}

var (
	lineRoles = []role{line1, line2, line3, line4}
	dotsRoles = []role{dots1, dots2, dots3, dots4}
)

// looksOf is the same for the same place in every chart.
func looksOf(i int) looks {
	l := looks{role: lineRoles[i%len(lineRoles)], dots: dotsRoles[i%len(dotsRoles)], shape: i % 4}
	if i >= len(lineRoles) {
		l.dash = [][]float64{{7, 4}, {2, 4}}[i/len(lineRoles)%2]
	}
	return l
}

func (f *scalingFigure) paint(p *pen) {
	p.rect(0, 0, f.width, f.height, background)
	room := f.width - 2*margin
	p.header(f.opt, f.title(), f.subtitle(), room)
	p.text(p.fit(cmp.Or(f.Time, "time of one iteration"), unitLetter, room), margin, headerEnd(f.opt)+8, unitLetter)
	marks := f.placeMarks(p)
	for _, m := range marks {
		f.paintSpan(p, m.ScalingMark)
	}
	f.paintAxes(p)
	for i, l := range f.Lines {
		f.paintBand(p, l, looksOf(i))
	}
	for _, m := range marks {
		p.polyline([][2]float64{{m.x, m.from}, {m.x, f.bottom}}, 1, axis, []float64{4, 4})
	}
	for i, l := range f.Lines {
		f.paintLine(p, l, looksOf(i))
	}
	f.paintEnds(p)
	for _, m := range marks {
		f.paintMark(p, m)
	}
}

func (f *scalingFigure) paintAxes(p *pen) {
	ticks := f.yTicks()
	var lines [][][2]float64
	for _, v := range ticks {
		lines = append(lines, [][2]float64{{f.left, f.y(v)}, {f.right, f.y(v)}})
	}
	p.strokes(1, grid, lines...)
	lines = [][][2]float64{{{f.left, f.bottom}, {f.right, f.bottom}}}
	for _, v := range f.sizes {
		lines = append(lines, [][2]float64{{f.x(v), f.bottom}, {f.x(v), f.bottom + 5}})
	}
	p.strokes(1, axis, lines...)
	for _, v := range ticks {
		p.text(timeLabel(v), f.left-8, f.y(v)+4, yLetter)
	}
	next := math.Inf(-1) // where the next label may begin
	for _, v := range f.sizes {
		label := sizeLabel(v)
		half := p.measure(label, tickLetter) / 2
		if f.x(v)-half < next {
			continue
		}
		next = f.x(v) + half + 8
		p.text(label, f.x(v), f.bottom+20, tickLetter)
	}
	p.text(p.fit(f.Knob, tickLetter, f.right-f.left), (f.left+f.right)/2, f.bottom+42, tickLetter)
}

// paintBand fills the interval around a line. Points without one end it.
func (f *scalingFigure) paintBand(p *pen, l ScalingLine, s looks) {
	var run []ScalingPoint
	flush := func() {
		if len(run) > 1 {
			var at [][2]float64
			for _, q := range run {
				at = append(at, [2]float64{f.x(q.Size), f.y(q.Hi)})
			}
			for _, q := range slices.Backward(run) {
				at = append(at, [2]float64{f.x(q.Size), f.y(q.Lo)})
			}
			p.area(at, s.role)
		}
		run = nil
	}
	for _, q := range l.Points {
		if !q.interval() {
			flush()
			continue
		}
		run = append(run, q)
	}
	flush()
}

func (f *scalingFigure) paintLine(p *pen, l ScalingLine, s looks) {
	var at [][2]float64
	for _, q := range l.Points {
		at = append(at, [2]float64{f.x(q.Size), f.y(q.NS)})
	}
	p.polyline(at, 2.2, s.role, s.dash)
	for i, q := range l.Points {
		p.group(isolate(l.Name)+": "+f.pointText(q), func() {
			if q.interval() {
				f.paintInterval(p, q, s.role)
			}
			p.dot(at[i][0], at[i][1], dotRadius+1.5, s.shape, background)
			p.dot(at[i][0], at[i][1], dotRadius, s.shape, s.role)
		})
	}
}

// paintEnds writes each line's name, and its note, where it ends.
func (f *scalingFigure) paintEnds(p *pen) {
	for i, l := range f.Lines {
		last, y := l.Points[len(l.Points)-1], f.ends[i]
		p.polyline([][2]float64{{f.x(last.Size) + 7, f.y(last.NS)}, {f.right + endLeader - 14, y}, {f.right + endLeader - 6, y}}, 1, looksOf(i).role, nil)
	}
	for i, l := range f.Lines {
		letter := endLetter
		letter.role = looksOf(i).role
		name := p.fit(l.Name, letter, maxEndLabel)
		p.group(pointedName(l.Name, name), func() { p.text(name, f.right+endLeader, f.ends[i]+4.5, letter) })
		note, exponent := exponentOf(p.fit(l.Note, noteEnd, maxEndLabel))
		p.power(note, exponent, f.right+endLeader+p.measure(name, letter)+noteGap, f.ends[i]+4.5, noteEnd)
	}
}

// paintInterval is a whisker: a band alone does not show where it was measured.
func (f *scalingFigure) paintInterval(p *pen, q ScalingPoint, r role) {
	x, lo, hi := f.x(q.Size), f.y(q.Lo), f.y(q.Hi)
	if lo-hi < 2*dotRadius {
		return // hidden by the point
	}
	p.line(x, lo, x, hi, 1, r)
	p.line(x-3, lo, x+3, lo, 1, r)
	p.line(x-3, hi, x+3, hi, 1, r)
}

// paintSpan is a mark's interval, behind everything else.
func (f *scalingFigure) paintSpan(p *pen, m ScalingMark) {
	if m.Hi == 0 {
		return
	}
	from, to := f.left, f.right
	if m.Lo > 0 {
		from = f.x(m.Lo)
	}
	if !math.IsInf(m.Hi, 1) {
		to = f.x(m.Hi)
	}
	p.rect(from, f.top, to-from, f.bottom-f.top, band)
}

// exponentOf parts a note such as "nodes^0.98".
func exponentOf(note string) (base, exponent string) {
	base, exponent, _ = strings.Cut(note, "^")
	if base == "" || exponent == "" || strings.Trim(exponent, "-.0123456789") != "" {
		return note, ""
	}
	return base, exponent
}

// A placedMark hangs its text like a flag at the top of its line.
type placedMark struct {
	ScalingMark
	text        string
	x, from     float64 // of the line, and its upper end
	textX, base float64
}

// placeMarks gives each text a line of its own, the leftmost mark's on top: no
// line then goes through another's text, unless that had to make way for the
// edge.
func (f *scalingFigure) placeMarks(p *pen) []placedMark {
	var out []placedMark
	for _, m := range f.Marks {
		out = append(out, placedMark{ScalingMark: m, x: f.x(m.Size)})
	}
	slices.SortStableFunc(out, func(a, b placedMark) int { return cmp.Compare(a.x, b.x) })
	for i := range out {
		m := &out[i]
		m.text = p.fit(m.Text, markLetter, f.width-2*margin)
		m.base = f.top - 8 - markHeight*float64(len(out)-1-i)
		m.textX, m.from = m.x+6, m.base-10
		if most := f.width - margin - p.measure(m.text, markLetter); m.textX > most {
			m.textX, m.from = most, m.base+5
		}
	}
	return out
}

// paintMark writes a mark's text, and puts a ring around what it is about.
func (f *scalingFigure) paintMark(p *pen, m placedMark) {
	p.rect(m.textX-2, m.base-11, p.measure(m.text, markLetter)+4, 15, background)
	p.text(m.text, m.textX, m.base, markLetter)
	if y, ok := f.crossing(m.Size); ok {
		p.group(isolate(m.Text), func() {
			p.ring(m.x, y, ringRadius, 3.5, background)
			p.ring(m.x, y, ringRadius, 1.5, ink)
		})
	}
}

// crossing is the height at which two lines cross at a size, as near as the
// eye can tell.
func (f *scalingFigure) crossing(size float64) (y float64, ok bool) {
	var at []float64
	for _, l := range f.Lines {
		if y, ok := f.between(l, size); ok {
			at = append(at, y)
		}
	}
	slices.Sort(at)
	least := ringRadius
	for i := 1; i < len(at); i++ {
		if d := at[i] - at[i-1]; d <= least {
			least, y, ok = d, (at[i]+at[i-1])/2, true
		}
	}
	return y, ok
}

// between is the height of a line at a size between two of its points.
func (f *scalingFigure) between(l ScalingLine, size float64) (y float64, ok bool) {
	x := f.x(size)
	for i := 1; i < len(l.Points); i++ {
		a, b := l.Points[i-1], l.Points[i]
		if size < a.Size || size > b.Size || f.x(a.Size) == f.x(b.Size) {
			continue
		}
		part := (x - f.x(a.Size)) / (f.x(b.Size) - f.x(a.Size))
		return f.y(a.NS) + part*(f.y(b.NS)-f.y(a.NS)), true
	}
	return 0, false
}

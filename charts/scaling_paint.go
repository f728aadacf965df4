package charts

import (
	"cmp"
	"math"
	"slices"
)

// A looks of a line tells it from others without its colour: by the shape of
// its points and by dashes.
type looks struct {
	role
	dash  []float64
	shape int
}

var lineRoles = []role{line1, line2, line3, line4}

// looksOf is the same for the same place in every chart.
func looksOf(i int) looks {
	l := looks{role: lineRoles[i%len(lineRoles)], shape: i % 4}
	if i >= len(lineRoles) {
		l.dash = [][]float64{{7, 4}, {2, 4}}[i/len(lineRoles)%2]
	}
	return l
}

func (f *scalingFigure) paint(p *pen) {
	p.rect(0, 0, f.width, f.height, background)
	room := f.width - 2*margin
	p.text(p.fit(f.title(), titleLetter, room), margin, 38, titleLetter)
	p.text(p.fit(f.subtitle(), subtitleLetter, room), margin, 60, subtitleLetter)
	p.text(p.fit(cmp.Or(f.Time, "time of one iteration"), unitLetter, room), margin, plotTop-12, unitLetter)
	for _, m := range f.Marks {
		f.paintSpan(p, m)
	}
	f.paintAxes(p)
	for i, m := range f.Marks {
		f.paintMark(p, m, f.top-8-markHeight*float64(len(f.Marks)-1-i))
	}
	for i, l := range f.Lines {
		f.paintBand(p, l, looksOf(i))
	}
	for i, l := range f.Lines {
		f.paintLine(p, l, looksOf(i), f.ends[i])
	}
}

func (f *scalingFigure) paintAxes(p *pen) {
	for _, v := range f.yTicks() {
		p.line(f.left, f.y(v), f.right, f.y(v), 1, grid)
		p.text(timeLabel(v), f.left-8, f.y(v)+4, yLetter)
	}
	next := math.Inf(-1) // where the next label may begin
	for _, v := range f.sizes {
		p.line(f.x(v), f.bottom, f.x(v), f.bottom+5, 1, axis)
		label := sizeLabel(v)
		half := p.measure(label, tickLetter) / 2
		if f.x(v)-half < next {
			continue
		}
		next = f.x(v) + half + 8
		p.text(label, f.x(v), f.bottom+20, tickLetter)
	}
	p.line(f.left, f.bottom, f.right, f.bottom, 1.5, axis)
	caption := p.fit(f.Knob, tickLetter, f.right-f.left)
	p.text(caption, (f.left+f.right)/2, f.bottom+42, tickLetter)
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

func (f *scalingFigure) paintLine(p *pen, l ScalingLine, s looks, nameY float64) {
	var at [][2]float64
	for _, q := range l.Points {
		at = append(at, [2]float64{f.x(q.Size), f.y(q.NS)})
	}
	p.polyline(at, 2.2, s.role, s.dash)
	for i, q := range l.Points {
		p.group(l.Name+": "+f.pointText(q), func() {
			if q.interval() {
				f.paintInterval(p, q, s.role)
			}
			p.dot(at[i][0], at[i][1], dotRadius+1.5, s.shape, background)
			p.dot(at[i][0], at[i][1], dotRadius, s.shape, s.role)
		})
	}
	last := at[len(at)-1]
	p.polyline([][2]float64{{last[0] + 7, last[1]}, {f.right + endLeader - 14, nameY}, {f.right + endLeader - 6, nameY}}, 1, s.role, nil)
	name := p.fit(l.Name, endLetter, maxEndLabel)
	letter := endLetter
	letter.role = s.role
	p.text(name, f.right+endLeader, nameY+4.5, letter)
	p.text(p.fit(l.Note, noteEnd, maxEndLabel), f.right+endLeader+p.measure(name, letter)+noteGap, nameY+4.5, noteEnd)
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

// paintMark is a dashed line across the plot, its text above.
func (f *scalingFigure) paintMark(p *pen, m ScalingMark, textY float64) {
	x := f.x(m.Size)
	p.polyline([][2]float64{{x, textY + 4}, {x, f.bottom}}, 1.2, axis, []float64{4, 4})
	text := p.fit(m.Text, markLetter, f.right-f.left)
	half := p.measure(text, markLetter) / 2
	at := math.Min(math.Max(x, margin+half), f.width-margin-half)
	p.text(text, at, textY, markLetter)
}

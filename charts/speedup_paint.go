package charts

import "math"

func (f *speedupFigure) paint(p *pen) {
	p.rect(0, 0, f.width, f.height, background)
	f.paintHeader(p)
	f.paintBands(p)
	f.paintGrid(p)
	y := f.top
	for _, g := range f.Groups {
		p.text(p.fit(g.Name, headingLetter, f.left-margin-headingGap+1), margin, y+headingHeight-11, headingLetter)
		y += headingHeight
		for _, r := range g.Rows {
			f.paintRow(p, r, y)
			y += f.rowHeight(r)
		}
	}
	f.paintAxis(p)
}

// paintHeader writes the title and a legend of what the chart holds.
func (f *speedupFigure) paintHeader(p *pen) {
	room := f.width - 2*margin
	p.text(p.fit(f.title(), titleLetter, room), margin, 38, titleLetter)
	p.text(p.fit(f.subtitle(), subtitleLetter, room), margin, 60, subtitleLetter)
	x := margin
	const y = 86.0
	entry := func(word string, swatch float64) {
		p.text(word, x+swatch+6, y, legendLetter)
		x += swatch + 6 + p.measure(word, legendLetter) + 20
	}
	used, goals, whiskers := f.used()
	for _, o := range outcomes {
		if used[o.Outcome] {
			p.rect(x, y-10, 12, 12, o.role)
			entry(o.word, 12)
		}
	}
	if whiskers {
		f.paintWhisker(p, whisker{from: x, to: x + 18}, y-4)
		entry("95% interval", 18)
	}
	if f.cut {
		f.paintWhisker(p, whisker{from: x, to: x + 18, right: true}, y-4)
		entry("goes on", 18)
	}
	if goals {
		f.paintGoal(p, x+3, y-11, 14)
		entry("goal", 6)
	}
}

// used says what the legend has to explain.
func (f *speedupFigure) used() (outcomes map[Outcome]bool, goals, whiskers bool) {
	outcomes = make(map[Outcome]bool)
	for _, g := range f.Groups {
		for _, r := range g.Rows {
			for _, b := range r.Bars {
				outcomes[b.Outcome] = true
				goals = goals || len(b.Goals) > 0
				whiskers = whiskers || b.whisker() && b.Outcome != OutcomeInvalid
			}
		}
	}
	return outcomes, goals, whiskers
}

// paintBands sets summaries apart from benchmarks.
func (f *speedupFigure) paintBands(p *pen) {
	y := f.top
	for _, g := range f.Groups {
		h := headingHeight
		for _, r := range g.Rows {
			h += f.rowHeight(r)
		}
		if g.Summary {
			p.rect(margin-10, y+4, f.width-2*margin+20, h-2, band)
		}
		y += h
	}
}

func (f *speedupFigure) ticks() []float64 {
	const room = 52 // pixels that a label needs
	return f.rng.ticks(int((f.right - f.left) / room))
}

func (f *speedupFigure) paintGrid(p *pen) {
	for _, v := range f.ticks() {
		if v != 1 {
			p.line(f.x(v), f.top+6, f.x(v), f.bottom, 1, grid)
		}
	}
}

// paintAxis comes last: the line at 1x, where bars start, must not be covered
// by them.
func (f *speedupFigure) paintAxis(p *pen) {
	p.line(f.x(1), f.top+6, f.x(1), f.bottom+5, 1.5, axis)
	for _, v := range f.ticks() {
		p.text(tickLabel(v), f.x(v), f.bottom+20, tickLetter)
	}
	caption := p.fit("times faster than "+f.Reference+", log scale", tickLetter, f.right-f.left)
	p.text(caption, (f.left+f.right)/2, f.bottom+40, tickLetter)
}

func (f *speedupFigure) paintRow(p *pen, r SpeedupRow, y float64) {
	center := y + f.rowHeight(r)/2
	p.text(p.fit(r.Label, labelLetter, f.labelWidth), f.left-14, center+4.5, labelLetter)
	y += rowGap / 2
	for _, b := range r.Bars {
		p.group(barText(r, b), func() { f.paintBar(p, b, y+barPitch/2) })
		y += barPitch
	}
}

// paintBar draws a bar, its ticks, its whisker and its texts around a center
// line.
func (f *speedupFigure) paintBar(p *pen, b SpeedupBar, center float64) {
	if b.Outcome != OutcomeInvalid {
		from, to := f.x(math.Min(1, b.Ratio)), f.x(math.Max(1, b.Ratio))
		// A sliver at least: 1.00x is a result too.
		p.rect(from, center-barHeight/2, math.Max(to-from, 1), barHeight, b.Outcome.role())
	}
	for _, g := range b.Goals {
		f.paintGoal(p, f.x(g), center-barHeight/2-2, barHeight+4)
	}
	if b.Outcome != OutcomeInvalid && b.whisker() {
		f.paintWhisker(p, f.whiskerOf(b), center)
	}
	base := center + 4.5
	if f.candidateX > 0 {
		p.text(p.fit(b.Candidate, candidateLetter, maxCandidate), f.candidateX, base, candidateLetter)
	}
	p.text(b.Value, f.valueX+f.valueWidth, base, valueLetter)
	x := f.valueX + f.valueWidth + 6
	if b.Detail != "" {
		p.text(b.Detail, x, base, detailLetter)
		x += p.measure(b.Detail, detailLetter) + noteGap
	}
	p.text(b.Note, x, base, noteLetter)
}

// paintGoal is a tick on a halo, so that it shows on any bar.
func (f *speedupFigure) paintGoal(p *pen, x, y, height float64) {
	p.line(x, y, x, y+height, 4.5, background)
	p.line(x, y, x, y+height, 2, goal)
}

// A whisker is an interval in pixels. Where it goes on beyond the axis it has
// an arrow instead of a cap.
type whisker struct {
	from, to    float64
	left, right bool
}

func (f *speedupFigure) whiskerOf(b SpeedupBar) whisker {
	w := whisker{from: f.left, to: f.right, left: b.Lo < f.rng.min, right: b.Hi > f.rng.max}
	if !w.left {
		w.from = f.x(b.Lo)
	}
	if !w.right {
		w.to = f.x(b.Hi)
	}
	return w
}

// paintWhisker is an interval on a halo.
func (f *speedupFigure) paintWhisker(p *pen, w whisker, y float64) {
	p.line(w.from, y, w.to, y, 3, background)
	for _, inked := range []bool{false, true} {
		f.paintEnd(p, w.from, y, 1, w.left, inked)
		f.paintEnd(p, w.to, y, -1, w.right, inked)
	}
	p.line(w.from, y, w.to, y, 1, ink)
}

// paintEnd is a cap, or an arrow head whose barbs lie inwards, in ink or as its
// halo.
func (f *speedupFigure) paintEnd(p *pen, x, y, inwards float64, arrow, inked bool) {
	half, width, role := 3.5, 3.0, background
	if inked {
		half, width, role = 3, 1, ink
	}
	if !arrow {
		p.line(x, y-half, x, y+half, width, role)
		return
	}
	if inked {
		width = 1.5
	}
	p.line(x+5*inwards, y-4, x, y, width, role)
	p.line(x+5*inwards, y+4, x, y, width, role)
}

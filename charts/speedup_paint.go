package charts

import "math"

// paint draws layer by layer, all bars of a colour as one path and all texts of
// a letter in a row: what looks the same is described once, and 200 rows stay
// small enough for a page.
func (f *speedupFigure) paint(p *pen) {
	p.rect(0, 0, f.width, f.height, background)
	p.header(f.opt, f.title(), f.subtitle(), f.width-2*margin)
	f.legend.draw(p)
	f.paintBands(p)
	f.paintGrid(p)
	f.paintNames(p)
	f.paintBars(p)
	f.paintAxis(p)
	f.paintGoals(p)
	f.paintWhiskers(p)
	f.paintTexts(p)
	f.paintHits(p)
}

// A placedBar is a bar and where it lies.
type placedBar struct {
	SpeedupBar
	row    *SpeedupRow
	on     role // what it lies on
	center float64
}

// place walks the groups from top to bottom and calls back with what is there.
func (f *speedupFigure) place(heading func(g SpeedupGroup, y, height float64), row func(r SpeedupRow, center float64), bar func(placedBar)) {
	y := f.top
	for _, g := range f.Groups {
		on := background
		if g.Summary {
			on = band
		}
		height := headingHeight
		for _, r := range g.Rows {
			height += f.rowHeight(r)
		}
		heading(g, y, height)
		y += headingHeight
		for _, r := range g.Rows {
			row(r, y+f.rowHeight(r)/2)
			for i, b := range r.Bars {
				bar(placedBar{b, &r, on, y + rowGap/2 + barPitch*(float64(i)+0.5)})
			}
			y += f.rowHeight(r)
		}
	}
}

// eachBar visits all bars.
func (f *speedupFigure) eachBar(visit func(placedBar)) {
	f.place(func(SpeedupGroup, float64, float64) {}, func(SpeedupRow, float64) {}, visit)
}

// legendOf explains what the chart holds.
func (f *speedupFigure) legendOf(p *pen) flow {
	var l flow
	used, goals, whiskers := f.used()
	for _, o := range outcomes {
		if used[o.Outcome] {
			l.mark(p, 12, o.word, func(p *pen, x, y float64) { p.rect(x, y-6, 12, 12, o.role) })
		}
	}
	if whiskers {
		l.mark(p, 18, "95% interval", func(p *pen, x, y float64) { p.strokes(1, ink, whisker{from: x, to: x + 18}.lines(y)...) })
	}
	if f.cut {
		l.mark(p, 18, "goes on", func(p *pen, x, y float64) { p.strokes(1, ink, whisker{from: x, to: x + 18, right: true}.lines(y)...) })
	}
	if goals {
		l.mark(p, 4, "goal", func(p *pen, x, y float64) { p.line(x+2, y-7, x+2, y+7, 2, goal) })
	}
	return l
}

// mark adds a mark of a width with a word beside it.
func (l *flow) mark(p *pen, width float64, word string, paint func(p *pen, x, y float64)) {
	const gap = 6
	l.entries = append(l.entries, flowEntry{width: width + gap + p.measure(word, legendLetter), paint: func(p *pen, x, y float64) {
		paint(p, x, y)
		p.text(word, x+width+gap, y+4.5, legendLetter)
	}})
}

// used says what the legend has to explain.
func (f *speedupFigure) used() (outcomes map[Outcome]bool, goals, whiskers bool) {
	outcomes = make(map[Outcome]bool)
	f.eachBar(func(b placedBar) {
		outcomes[b.Outcome] = true
		goals = goals || len(b.Goals) > 0
		whiskers = whiskers || b.interval()
	})
	return outcomes, goals, whiskers
}

// paintBands sets summaries apart from benchmarks.
func (f *speedupFigure) paintBands(p *pen) {
	f.place(func(g SpeedupGroup, y, height float64) {
		if g.Summary {
			p.rect(margin-10, y+4, f.width-2*margin+20, height-2, band)
		}
	}, func(SpeedupRow, float64) {}, func(placedBar) {})
}

// paintNames writes headings and labels.
func (f *speedupFigure) paintNames(p *pen) {
	none := func(placedBar) {}
	f.place(func(g SpeedupGroup, y, _ float64) {
		p.text(p.fit(g.Name, headingLetter, f.left-margin-headingGap+1), margin, y+headingHeight-11, headingLetter)
	}, func(SpeedupRow, float64) {}, none)
	f.place(func(SpeedupGroup, float64, float64) {}, func(r SpeedupRow, center float64) {
		p.text(p.fit(r.Label, labelLetter, f.labelWidth), f.left-14, center+4.5, labelLetter)
	}, none)
}

func (f *speedupFigure) ticks() []float64 {
	const room = 52 // pixels that a label needs
	return f.rng.ticks(int((f.right - f.left) / room))
}

func (f *speedupFigure) paintGrid(p *pen) {
	var lines [][][2]float64
	for _, v := range f.ticks() {
		if v != 1 {
			lines = append(lines, [][2]float64{{f.x(v), f.top + 6}, {f.x(v), f.bottom}})
		}
	}
	if len(lines) > 0 {
		p.strokes(1, grid, lines...)
	}
}

// paintAxis comes after the bars: the line at 1x, where they start, must not
// be covered by them. A long chart has its numbers on top as well.
func (f *speedupFigure) paintAxis(p *pen) {
	p.line(f.x(1), f.top+6, f.x(1), f.bottom+5, 1, axis)
	for _, v := range f.ticks() {
		p.text(tickLabel(v), f.x(v), f.bottom+20, tickLetter)
		if f.tall {
			p.text(tickLabel(v), f.x(v), f.top-1, tickLetter)
		}
	}
	caption := p.fit("times faster than "+isolate(f.Reference)+", log scale", tickLetter, f.right-f.left)
	p.text(caption, (f.left+f.right)/2, f.bottom+40, tickLetter)
}

// paintBars fills all bars of an outcome at once.
func (f *speedupFigure) paintBars(p *pen) {
	for _, o := range outcomes {
		var bars [][4]float64
		f.eachBar(func(b placedBar) {
			if b.Outcome != OutcomeInvalid && b.Outcome.role() == o.role {
				from, to := f.x(math.Min(1, b.Ratio)), f.x(math.Max(1, b.Ratio))
				// A sliver at least: 1.00x is a result too.
				bars = append(bars, [4]float64{from, b.center - barHeight/2, math.Max(to-from, 1), barHeight})
			}
		})
		p.rects(o.role, bars...)
	}
}

// onBoth draws lines on halos, so that they show on any bar.
func (f *speedupFigure) onBoth(p *pen, wide, width float64, r role, lines func(placedBar) [][][2]float64) {
	under := make(map[role][][][2]float64)
	var all [][][2]float64
	f.eachBar(func(b placedBar) {
		under[b.on] = append(under[b.on], lines(b)...)
		all = append(all, lines(b)...)
	})
	for _, on := range []role{background, band} {
		p.strokes(wide, on, under[on]...)
	}
	p.strokes(width, r, all...)
}

// paintGoals draws a tick across its bar for each goal.
func (f *speedupFigure) paintGoals(p *pen) {
	f.onBoth(p, 4, 2, goal, func(b placedBar) [][][2]float64 {
		var ticks [][][2]float64
		for _, g := range b.Goals {
			ticks = append(ticks, [][2]float64{{f.x(g), b.center - barHeight/2 - 2}, {f.x(g), b.center + barHeight/2 + 2}})
		}
		return ticks
	})
}

func (f *speedupFigure) paintWhiskers(p *pen) {
	f.onBoth(p, 3, 1, ink, func(b placedBar) [][][2]float64 {
		if !b.interval() {
			return nil
		}
		return f.whiskerOf(b.SpeedupBar).lines(b.center)
	})
}

// paintTexts writes the columns right of the bars.
func (f *speedupFigure) paintTexts(p *pen) {
	if f.candidateX > 0 {
		f.eachBar(func(b placedBar) {
			p.text(p.fit(b.Candidate, candidateLetter, maxCandidate), f.candidateX, b.center+4.5, candidateLetter)
		})
	}
	text := func(s string, most, x float64, b placedBar, l letter) { p.text(p.fit(s, l, most), x, b.center+4.5, l) }
	f.eachBar(func(b placedBar) { text(b.Value, maxValue, f.valueX+f.valueWidth, b, valueLetter) })
	f.eachBar(func(b placedBar) { text(b.Detail, maxDetail, f.detailX, b, detailLetter) })
	f.eachBar(func(b placedBar) { text(b.Note, maxNote, f.noteX, b, noteLetter) })
}

// paintHits lets a pointer anywhere in a bar's line find the bar in words.
func (f *speedupFigure) paintHits(p *pen) {
	f.eachBar(func(b placedBar) {
		p.hit(margin, b.center-barPitch/2, f.width-2*margin, barPitch, barText(*b.row, b.SpeedupBar))
	})
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

// lines are an interval's line and its ends.
func (w whisker) lines(y float64) [][][2]float64 {
	end := func(x, inwards float64, arrow bool) [][2]float64 {
		if arrow {
			return [][2]float64{{x + 5*inwards, y - 4}, {x, y}, {x + 5*inwards, y + 4}}
		}
		return [][2]float64{{x, y - 3}, {x, y + 3}}
	}
	return [][][2]float64{{{w.from, y}, {w.to, y}}, end(w.from, 1, w.left), end(w.to, -1, w.right)}
}

package charts

func (f *distributionFigure) paint(p *pen) {
	if !f.opt.Embed { // a page has its own
		p.rect(0, 0, f.width, f.height, background)
	}
	p.header(f.opt, f.title(), f.subtitle(), f.width-2*margin)
	for _, s := range f.strips {
		p.rect(f.left, s.top, f.right-f.left, s.height, band)
	}
	f.paintAxes(p)
	f.paintNames(p)
	for i, s := range f.Sides {
		f.paintMedian(p, s, f.strips[i], looksOf(i))
	}
	for i, s := range f.Sides {
		f.paintStrip(p, s, f.strips[i], looksOf(i))
	}
	for i, s := range f.Sides {
		f.paintShares(p, s, looksOf(i))
	}
	f.paintCaption(p)
}

// paintNames writes what stands beside the strips, letter by letter: what looks
// the same is written once.
func (f *distributionFigure) paintNames(p *pen) {
	base := func(s strip) float64 { return s.top + s.height/2 + 5 }
	for i, s := range f.Sides {
		l := sideLetter
		l.role = looksOf(i).role
		y := base(f.strips[i])
		if f.strips[i].height >= 36 {
			y -= 7
			p.text(p.fit(s.count(), countLetter, f.nameWidth), f.left-sideGap, y+15, countLetter)
		}
		name := p.fit(s.Name, l, f.nameWidth)
		p.group(pointedName(s.Name, name), func() { p.text(name, f.left-sideGap, y, l) })
	}
	for i, s := range f.Sides {
		p.text(p.fit(s.Note, detailLetter, maxSideNote), f.right+sideGap, base(f.strips[i]), detailLetter)
	}
}

// pointedName is a name for a pointer, where what is shown is not all of it.
func pointedName(name, shown string) string {
	if printable(name) == shown {
		return ""
	}
	return isolate(name)
}

func (f *distributionFigure) paintAxes(p *pen) {
	const room = 74 // pixels that a label needs
	ticks := f.xs.fineTicks(int((f.right - f.left) / room))
	var lines [][][2]float64
	for _, v := range ticks {
		lines = append(lines, [][2]float64{{f.x(v), f.top}, {f.x(v), f.shareBottom + 5}})
	}
	shares := []float64{0.25, 0.5, 0.75, 1}
	for _, v := range shares {
		lines = append(lines, [][2]float64{{f.left, f.share(v)}, {f.right, f.share(v)}})
	}
	p.strokes(1, grid, lines...)
	p.line(f.left, f.shareBottom, f.right, f.shareBottom, 1, axis)
	for i, word := range []string{"0 %", "25 %", "50 %", "75 %", "100 %"} {
		p.text(word, f.left-8, f.share(float64(i)/4)+4, shareLetter)
	}
	for _, v := range ticks {
		p.text(timeLabel(v), f.x(v), f.shareBottom+20, tickLetter)
	}
	p.text(p.fit(f.time()+", log scale", tickLetter, f.right-f.left), (f.left+f.right)/2, f.shareBottom+39, tickLetter)
}

// paintMedian is a line behind a side's samples that leads down to the shares.
func (f *distributionFigure) paintMedian(p *pen, s DistributionSide, at strip, l looks) {
	if s.MedianNS == 0 {
		return
	}
	x, bottom := f.x(s.MedianNS), at.top+at.height+medianOverlap
	p.line(x, at.top-medianOverlap, x, bottom, 1.5, l.role)
	p.polyline([][2]float64{{x, bottom}, {x, f.shareBottom}}, 1, l.role, []float64{2, 3})
}

// paintStrip draws the samples of each process in its lane, and its median on
// them.
func (f *distributionFigure) paintStrip(p *pen, s DistributionSide, at strip, l looks) {
	var medians [][][2]float64
	for i, q := range s.Processes {
		y := at.lane(i, len(s.Processes))
		var dots [][2]float64
		for _, v := range q.SamplesNS {
			dots = append(dots, [2]float64{f.x(v), y})
		}
		p.group(isolate(q.Text), func() { p.specks(dots, at.speck(), l.dots) })
		if x := f.x(q.MedianNS); q.MedianNS > 0 {
			medians = append(medians, [][2]float64{{x, y - at.pitch/2}, {x, y + at.pitch/2}})
		}
	}
	p.strokes(1.5, ink, medians...)
}

// paintShares draws how the share of samples rises with time.
func (f *distributionFigure) paintShares(p *pen, s DistributionSide, l looks) {
	steps := f.steps(s.samples())
	if len(steps) == 0 {
		return
	}
	words := s.words()
	if f.opt.Embed {
		words = isolate(s.Name) // the rest is in the description, in each of hundreds
	}
	p.group(words, func() { p.polyline(steps, 2, l.role, l.dash) })
}

// paintCaption says what the lower part shows, on a patch that the medians'
// lines do not cross.
func (f *distributionFigure) paintCaption(p *pen) {
	const words = "share of samples at or below"
	p.rect(f.left-2, f.shareTop-22, p.measure(words, unitLetter)+4, 16, background)
	p.text(words, f.left, f.shareTop-10, unitLetter)
}

package charts

import "math"

// A flow is a legend whose entries go on in a new line where one is full.
type flow struct {
	entries []flowEntry
	at      [][2]float64 // by entry: left edge and center line
}

// A flowEntry is one entry: how wide it is, and how it is drawn.
type flowEntry struct {
	width float64
	glued bool // directly to the one before
	paint func(p *pen, x, center float64)
}

// place puts the entries into lines of so many pixels, from a height on, and
// says where the legend ends.
func (l *flow) place(top, room float64) (bottom float64) {
	const between = 12.0
	x, center := 0.0, top+swatchHeight/2
	for i, e := range l.entries {
		if i > 0 && !e.glued {
			x += between
		}
		if x > 0 && x+e.width > room {
			x, center = 0, center+swatchPitch
		}
		l.at = append(l.at, [2]float64{margin + x, center})
		x += e.width + heatGap
	}
	return center + swatchHeight/2
}

func (l *flow) draw(p *pen) {
	for i, e := range l.entries {
		e.paint(p, l.at[i][0], l.at[i][1])
	}
}

// legendOf explains what the chart holds: its bins from the least to the
// greatest with those between, and its states by their own looks.
func (f *heatFigure) legendOf(p *pen) flow {
	used, lowest, highest, bold := f.used()
	var l flow
	for i := lowest; i <= highest; i++ {
		b := heatBins[i]
		text := binLetter
		text.role = b.text
		l.add(p, b.word, text, i > lowest, func(p *pen, x, y, w, h float64) { p.rect(x, y, w, h, b.role) })
	}
	for _, s := range []HeatState{HeatEqual, HeatUnclear, HeatNotRun, HeatInvalid} {
		if used[s] {
			look := s.look()
			text := binLetter
			text.role = look.text.role
			l.add(p, look.word, text, false, func(p *pen, x, y, w, h float64) { p.heatCell(x, y, w, h, look) })
		}
	}
	if bold {
		l.entries = append(l.entries, boldEntry(p, f.Bold))
	}
	return l
}

// used says what the legend has to explain. Without a ratio the highest bin
// lies below the lowest.
func (f *heatFigure) used() (states [heatStates]bool, lowest, highest int, bold bool) {
	lowest, highest = len(heatBins), -1
	for _, r := range f.Rows {
		for _, c := range r.Cells {
			states[c.State] = true
			bold = bold || f.bold(c)
			if c.State == HeatRatio {
				lowest, highest = min(lowest, c.bin()), max(highest, c.bin())
			}
		}
	}
	return states, lowest, highest, bold
}

// add is an entry that looks like the cells it explains, its word inside.
func (l *flow) add(p *pen, word string, text letter, glued bool, paint func(p *pen, x, y, w, h float64)) {
	width := math.Ceil(p.measure(word, text)) + 14
	l.entries = append(l.entries, flowEntry{width: width, glued: glued, paint: func(p *pen, x, center float64) {
		paint(p, x, center-swatchHeight/2, width, swatchHeight)
		p.text(word, x+width/2, center+4, text)
	}})
}

// boldEntry says what bold stands for, in bold.
func boldEntry(p *pen, meaning string) flowEntry {
	l := letter{size: binLetter.size, bold: true, role: ink}
	const most = 260
	text := p.fit("bold: "+meaning, l, most)
	return flowEntry{width: p.measure(text, l), paint: func(p *pen, x, center float64) { p.text(text, x, center+4, l) }}
}

package charts

// legendOf explains the marks that the chart holds.
func (f *executorsFigure) legendOf(p *pen) flow {
	marks, minimum, details, intervals := f.used()
	var l flow
	entry := func(mark float64, word string, paint func(p *pen, x, y float64)) {
		l.entries = append(l.entries, flowEntry{width: mark + 6 + p.measure(word, legendLetter), paint: func(p *pen, x, y float64) {
			paint(p, x, y)
			p.text(word, x+mark+6, y+4, legendLetter)
		}})
	}
	for s, word := range []string{"best", "= tied with the best", "? not told apart", "slower"} {
		if marks[s] {
			entry(10, word, func(p *pen, x, y float64) { p.standing(x+5, y, standing(s)) })
		}
	}
	if intervals {
		entry(18, "95% interval", func(p *pen, x, y float64) { p.line(x, y, x+18, y, 1, ink) })
	}
	if minimum {
		entry(18, "below the theoretical minimum", func(p *pen, x, y float64) { p.wall(x, x+18, y) })
	}
	if details {
		entry(26, "the minimum's share of the time", func(p *pen, x, y float64) { p.text("59%", x, y+4, paceLetter) })
	}
	return l
}

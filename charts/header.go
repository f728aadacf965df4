package charts

// header writes the title, which a page around the chart has said already, and
// the subtitle.
func (p *pen) header(opt Options, title, subtitle string, room float64) {
	if !opt.Embed {
		p.text(p.fit(title, titleLetter, room), margin, 38, titleLetter)
	}
	p.text(p.fit(subtitle, subtitleLetter, room), margin, headerEnd(opt)-16, subtitleLetter)
}

// headerEnd is where what comes after the header may begin.
func headerEnd(opt Options) float64 {
	if opt.Embed {
		return 36
	}
	return 76
}

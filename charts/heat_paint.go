package charts

import (
	"cmp"
	"math"
)

func (f *heatFigure) paint(p *pen) {
	p.rect(0, 0, f.width, f.height, background)
	p.header(f.opt, f.title(), f.subtitle(), f.width-2*margin)
	f.legend.draw(p)
	f.headings.paint(p, f.top, false, f.center)
	for i, r := range f.Rows {
		f.paintRow(p, r, f.top+heatPitch*float64(i))
	}
	if f.repeated() {
		f.headings.paint(p, f.bottom, true, f.center)
	}
}

// center is the middle of a column.
func (f *heatFigure) center(column int) float64 {
	return f.left + f.cellWidth*(float64(column)+0.5)
}

func (f *heatFigure) paintRow(p *pen, r HeatRow, y float64) {
	label := p.fit(r.Label, labelLetter, f.labelWidth)
	p.group(pointedName(cmp.Or(r.Name, r.Label), label), func() {
		p.text(label, f.left-heatLabelGap, y+heatPitch/2+4.5, labelLetter)
	})
	for i, c := range r.Cells {
		p.group(f.pointed(r, i), func() { f.paintCell(p, c, f.center(i), y+heatPitch/2) })
	}
}

func (f *heatFigure) paintCell(p *pen, c HeatCell, x, y float64) {
	w, h := f.cellWidth-heatGap, heatPitch-heatGap
	look := c.State.look()
	if c.State == HeatRatio {
		look = heatLook{fill: heatBins[c.bin()].role, outline: noRole, hatch: noRole}
	}
	p.heatCell(x-w/2, y-h/2, w, h, look)
	value, word := f.shown(c)
	text := f.letterOf(c)
	room := f.cellWidth - heatPadding/2
	base := y + 4.5
	if word != "" {
		base -= 5
		p.text(word, x, base+12, heatWord)
	}
	p.text(p.fit(value, text, room), x, base, text)
}

// heatCell is a cell without its text.
func (p *pen) heatCell(x, y, w, h float64, look heatLook) {
	p.rect(x, y, w, h, look.fill)
	if look.hatch != noRole {
		p.hatch(x, y, w, h, look.hatch, look.crossed)
	}
	if look.outline == noRole {
		return
	}
	var dash []float64
	if look.dashed {
		dash = []float64{3, 3}
	}
	x, y, w, h = x+0.5, y+0.5, w-1, h-1
	p.polyline([][2]float64{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}, {x, y}}, 1, look.outline, dash)
}

// hatch covers a rectangle with diagonals that end at its edges, crossed or
// not. A pattern of SVG would need an id of its own in a page of many figures,
// and a PNG has none.
func (p *pen) hatch(x, y, w, h float64, r role, crossed bool) {
	const pitch = 7.0
	var lines [][][2]float64
	for d := pitch; d < w+h; d += pitch {
		// Where x + y = d: from the left or lower edge to the upper or right.
		x1, y1 := math.Max(0, d-h), math.Min(d, h)
		x2, y2 := math.Min(d, w), math.Max(0, d-w)
		lines = append(lines, [][2]float64{{x + x1, y + y1}, {x + x2, y + y2}})
		if crossed {
			lines = append(lines, [][2]float64{{x + w - x1, y + y1}, {x + w - x2, y + y2}})
		}
	}
	p.strokes(1, r, lines...)
}

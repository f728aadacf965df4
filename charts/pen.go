package charts

import (
	"math"

	"github.com/golang/freetype/truetype"
	chart "github.com/wcharczuk/go-chart/v2"
)

// A pen draws on a canvas in pixels, with fractions, and in roles rather than
// colours.
type pen struct {
	chart.Renderer
	theme Theme
	fonts fonts
	wider float64 // how much wider than measured text may come out
}

// An anchor is the part of a text that lies at its point.
type anchor string

const (
	start  anchor = ""
	middle anchor = "middle"
	end    anchor = "end"
)

// A letter is a style of text.
type letter struct {
	size float64
	bold bool
	role role
	anchor
}

func (p *pen) font(bold bool) *truetype.Font {
	if bold {
		return p.fonts.bold
	}
	return p.fonts.regular
}

// measure is how many pixels to keep free for text.
func (p *pen) measure(s string, l letter) float64 {
	return p.wider * width(p.font(l.bold), s, l.size)
}

// fit shortens text to so many pixels.
func (p *pen) fit(s string, l letter, pixels float64) string {
	return shortenTo(printable(s), pixels, func(s string) float64 { return p.measure(s, l) })
}

// text draws with its baseline at y.
func (p *pen) text(s string, x, y float64, l letter) {
	if s == "" {
		return
	}
	p.ResetStyle()
	p.SetClassName("f-" + l.role.class())
	p.SetFont(p.font(l.bold))
	p.SetFontSize(scale * l.size)
	p.SetFontColor(p.theme.color(l.role))
	if c, ok := p.Renderer.(interface{ SetAnchor(anchor) }); ok {
		c.SetAnchor(l.anchor)
	} else {
		switch w := width(p.font(l.bold), s, l.size); l.anchor {
		case middle:
			x -= w / 2
		case end:
			x -= w
		}
	}
	p.Text(printable(s), units(x), units(y))
}

// rect fills a rectangle.
func (p *pen) rect(x, y, w, h float64, r role) {
	p.ResetStyle()
	p.SetClassName("f-" + r.class())
	p.SetFillColor(p.theme.color(r))
	p.MoveTo(units(x), units(y))
	p.LineTo(units(x+w), units(y))
	p.LineTo(units(x+w), units(y+h))
	p.LineTo(units(x), units(y+h))
	p.Close()
	p.Fill()
}

// line strokes a straight line.
func (p *pen) line(x1, y1, x2, y2, width float64, r role) {
	p.ResetStyle()
	p.SetClassName("s-" + r.class())
	p.SetStrokeColor(p.theme.color(r))
	p.SetStrokeWidth(scale * width)
	p.MoveTo(units(x1), units(y1))
	p.LineTo(units(x2), units(y2))
	p.Stroke()
}

// polyline strokes straight lines from point to point.
func (p *pen) polyline(at [][2]float64, width float64, r role, dash []float64) {
	p.ResetStyle()
	p.SetClassName("s-" + r.class())
	p.SetStrokeColor(p.theme.color(r))
	p.SetStrokeWidth(scale * width)
	var scaled []float64
	for _, d := range dash {
		scaled = append(scaled, scale*d)
	}
	p.SetStrokeDashArray(scaled)
	p.outline(at)
	p.Stroke()
}

// area fills a polygon so faintly that lines and other areas show through.
func (p *pen) area(at [][2]float64, r role) {
	const faintly = 46 // of 255
	p.ResetStyle()
	p.SetClassName("f-" + r.class())
	p.SetFillColor(p.theme.color(r).WithAlpha(faintly))
	p.outline(at)
	p.Close()
	p.Fill()
}

func (p *pen) outline(at [][2]float64) {
	for i, q := range at {
		if i == 0 {
			p.MoveTo(units(q[0]), units(q[1]))
			continue
		}
		p.LineTo(units(q[0]), units(q[1]))
	}
}

// dot fills a point: a disc, a square, a triangle or a diamond, about as large
// as each other.
func (p *pen) dot(x, y, radius float64, shape int, r role) {
	p.ResetStyle()
	p.SetClassName("f-" + r.class())
	p.SetFillColor(p.theme.color(r))
	switch a := radius; shape {
	case 1:
		a *= 0.9
		p.outline([][2]float64{{x - a, y - a}, {x + a, y - a}, {x + a, y + a}, {x - a, y + a}})
	case 2:
		a *= 1.25
		p.outline([][2]float64{{x, y - a}, {x + a, y + 0.8*a}, {x - a, y + 0.8*a}})
	case 3:
		a *= 1.3
		p.outline([][2]float64{{x, y - a}, {x + a, y}, {x, y + a}, {x - a, y}})
	default:
		// An arc: go-chart's Circle is four curves that come out square.
		p.MoveTo(units(x+a), units(y))
		p.ArcTo(units(x), units(y), scale*a, scale*a, 0, 2*math.Pi)
	}
	p.Close()
	p.Fill()
}

// group draws marks that a pointer explains, where the canvas knows pointers.
func (p *pen) group(title string, draw func()) {
	c, ok := p.Renderer.(interface {
		Begin(string)
		End()
	})
	if !ok {
		draw()
		return
	}
	c.Begin(title)
	draw()
	c.End()
}

func units(pixels float64) int { return int(math.Round(scale * pixels)) }

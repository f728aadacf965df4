package charts

import (
	"cmp"
	"math"
	"slices"
	"strings"

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

// A vectorCanvas can do what go-chart's canvases cannot: ours for SVG.
type vectorCanvas interface {
	SetAnchor(anchor)
	SetRaised(exponent string, size float64, up int)
	Begin(title string)
	End()
	Specks(diameter float64, runs [][3]int)
	Hit(x, y, width, height int, title string)
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
func (p *pen) text(s string, x, y float64, l letter) { p.power(s, "", x, y, l) }

// power draws text with an exponent.
func (p *pen) power(s, exponent string, x, y float64, l letter) {
	if s == "" {
		return
	}
	size, up := 0.75*l.size, 0.4*l.size
	s = printable(s)
	p.ResetStyle()
	p.SetClassName("f-" + l.role.class())
	p.SetFont(p.font(l.bold))
	p.SetFontSize(scale * l.size)
	p.SetFontColor(p.theme.color(l.role))
	if c, ok := p.Renderer.(vectorCanvas); ok {
		c.SetAnchor(l.anchor)
		c.SetRaised(exponent, scale*size, units(up))
	} else {
		s = strings.Map(func(r rune) rune {
			if isolates(r) {
				return -1 // no glyph, and no order of letters to change
			}
			return r
		}, s)
		w := width(p.font(l.bold), s, l.size)
		switch all := w + width(p.font(l.bold), exponent, size); l.anchor {
		case middle:
			x -= all / 2
		case end:
			x -= all
		}
		if exponent != "" {
			p.SetFontSize(scale * size)
			p.Text(exponent, units(x+w), units(y-up))
			p.SetFontSize(scale * l.size)
		}
	}
	p.Text(s, units(x), units(y))
}

// rect fills a rectangle.
func (p *pen) rect(x, y, w, h float64, r role) {
	p.rects(r, [4]float64{x, y, w, h})
}

// rects fills rectangles that do not overlap, each given by its left upper
// corner, its width and its height, as one path.
func (p *pen) rects(r role, all ...[4]float64) {
	p.ResetStyle()
	p.SetClassName("f-" + r.class())
	p.SetFillColor(p.theme.color(r))
	for _, a := range all {
		x1, y1, x2, y2 := units(a[0]), units(a[1]), units(a[0]+a[2]), units(a[1]+a[3])
		p.MoveTo(x1, y1)
		p.LineTo(x2, y1)
		p.LineTo(x2, y2)
		p.LineTo(x1, y2)
		p.Close()
	}
	p.Fill()
}

// hit is a rectangle that is not seen but explained by a pointer.
func (p *pen) hit(x, y, w, h float64, title string) {
	if c, ok := p.Renderer.(vectorCanvas); ok {
		c.Hit(units(x), units(y), units(w), units(h), title)
	}
}

// line strokes a straight line.
func (p *pen) line(x1, y1, x2, y2, width float64, r role) {
	p.strokes(width, r, [][2]float64{{x1, y1}, {x2, y2}})
}

// strokes strokes several lines of points as one path: they cost less than one
// by one.
func (p *pen) strokes(width float64, r role, lines ...[][2]float64) {
	p.ResetStyle()
	p.SetClassName("s-" + r.class())
	p.SetStrokeColor(p.theme.color(r))
	p.SetStrokeWidth(scale * width)
	for _, at := range lines {
		p.outline(at)
	}
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
		if _, ok := p.Renderer.(vectorCanvas); ok {
			p.Circle(scale*a, units(x), units(y))
			return
		}
		p.disc(x, y, a)
		return
	}
	p.Close()
	p.Fill()
}

// disc is an arc: the Circle of go-chart's PNG canvas is four curves that come
// out square.
func (p *pen) disc(x, y, radius float64) {
	p.MoveTo(units(x+radius), units(y))
	p.ArcTo(units(x), units(y), scale*radius, scale*radius, 0, 2*math.Pi)
	p.Close()
	p.Fill()
}

// ring strokes a circle.
func (p *pen) ring(x, y, radius, width float64, r role) {
	p.ResetStyle()
	p.SetClassName("s-" + r.class())
	p.SetStrokeColor(p.theme.color(r))
	p.SetStrokeWidth(scale * width)
	if _, ok := p.Renderer.(vectorCanvas); ok {
		p.Circle(scale*radius, units(x), units(y))
		return
	}
	p.MoveTo(units(x+radius), units(y))
	p.ArcTo(units(x), units(y), scale*radius, scale*radius, 0, 2*math.Pi)
	p.Close()
	p.Stroke()
}

// specks fills many small discs. Those on one line that overlap by a quarter,
// and the smallest ones already where they touch, are a stroke as wide: no eye
// can tell, and it takes a third of the bytes.
func (p *pen) specks(at [][2]float64, diameter float64, r role) {
	p.ResetStyle()
	c, ok := p.Renderer.(vectorCanvas)
	if !ok {
		p.SetFillColor(p.theme.color(r))
		for _, q := range at {
			p.disc(q[0], q[1], diameter/2)
		}
		return
	}
	p.SetClassName("s-" + r.class())
	p.SetStrokeColor(p.theme.color(r))
	sorted := slices.SortedFunc(slices.Values(at), func(a, b [2]float64) int {
		return cmp.Or(cmp.Compare(a[1], b[1]), cmp.Compare(a[0], b[0]))
	})
	touching := 0.75 * diameter
	if diameter <= minSpeck {
		touching = diameter + 0.5
	}
	var runs [][3]int
	for i, q := range sorted {
		x, y := units(q[0]), units(q[1])
		if last := len(runs) - 1; i > 0 && runs[last][1] == y && q[0]-sorted[i-1][0] <= touching {
			runs[last][2] = x
			continue
		}
		runs = append(runs, [3]int{x, y, x})
	}
	c.Specks(scale*diameter, runs)
}

// group draws marks that a pointer explains, where the canvas knows pointers.
func (p *pen) group(title string, draw func()) {
	c, ok := p.Renderer.(vectorCanvas)
	if !ok || title == "" {
		draw()
		return
	}
	c.Begin(title)
	draw()
	c.End()
}

func units(pixels float64) int { return int(math.Round(scale * pixels)) }

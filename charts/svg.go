package charts

import (
	"math"
	"strconv"
	"strings"

	"github.com/golang/freetype/truetype"
	chart "github.com/wcharczuk/go-chart/v2"
	"github.com/wcharczuk/go-chart/v2/drawing"
)

// scale is the number of canvas units in a pixel of the chart. go-chart's
// coordinates are integers; at 2 to a pixel, lines of odd width sit sharply
// and a PNG is fit for a dense display.
const scale = 2

// wider is how much wider than the Go fonts a reader's own may be. Measured
// on common system fonts; without it the longest label was clipped.
const wider = 1.18

// An svgCanvas is a chart.Renderer that writes SVG: every colour both as an
// attribute, for readers without style sheets, and as a class, for the dark
// theme; text escaped; fractional widths kept. Embedded in a page it has the
// classes alone.
type svgCanvas struct {
	width, height int // canvas units
	head          svgHead
	fonts         fonts
	root          element
	open          []*element // groups, the innermost last
	path          pathData
	used          map[string]bool // classes

	dpi          float64
	class        string
	stroke, fill drawing.Color
	strokeWidth  float64
	dash         []float64
	font         *truetype.Font
	fontColor    drawing.Color
	fontSize     float64
	rotation     float64 // radians
	anchor       anchor
	raised       string // what follows the next text, as an element
}

// svgHead is what an SVG says of itself to those who do not see it, and where
// its colours come from.
type svgHead struct {
	title, desc string
	follows     bool // the reader's theme
	embed       bool
	id          string // what ids begin with
}

var _ chart.Renderer = (*svgCanvas)(nil)

func (c *svgCanvas) ResetStyle() {
	c.class, c.stroke, c.fill, c.strokeWidth, c.dash = "", drawing.Color{}, drawing.Color{}, 0, nil
	c.fontColor, c.fontSize, c.anchor, c.raised = drawing.Color{}, 0, start, ""
	c.ClearTextRotation()
}

func (c *svgCanvas) GetDPI() float64                { return c.dpi }
func (c *svgCanvas) SetDPI(dpi float64)             { c.dpi = dpi }
func (c *svgCanvas) SetClassName(class string)      { c.class = class }
func (c *svgCanvas) SetStrokeColor(k drawing.Color) { c.stroke = k }
func (c *svgCanvas) SetFillColor(k drawing.Color)   { c.fill = k }
func (c *svgCanvas) SetStrokeWidth(w float64)       { c.strokeWidth = w }
func (c *svgCanvas) SetStrokeDashArray(d []float64) { c.dash = d }
func (c *svgCanvas) SetFont(f *truetype.Font)       { c.font = f }
func (c *svgCanvas) SetFontColor(k drawing.Color)   { c.fontColor = k }
func (c *svgCanvas) SetFontSize(size float64)       { c.fontSize = size }
func (c *svgCanvas) SetTextRotation(r float64)      { c.rotation = r }
func (c *svgCanvas) ClearTextRotation()             { c.rotation = 0 }

// SetAnchor says which part of the next text lies at its point. go-chart has
// no such notion; a PNG gets by with measuring, but nobody can measure the
// reader's font.
func (c *svgCanvas) SetAnchor(a anchor) { c.anchor = a }

// SetRaised gives the next text an exponent.
func (c *svgCanvas) SetRaised(exponent string, size float64, up int) {
	if exponent != "" {
		c.raised = `<tspan dy="` + strconv.Itoa(-up) + `" font-size="` + decimal(size) + `">` + escape(exponent) + "</tspan>"
	}
}

// Begin opens a group of marks that a pointer explains with title; End closes
// it.
func (c *svgCanvas) Begin(title string) {
	g := &element{name: "g", title: title}
	c.add(g)
	c.open = append(c.open, g)
}

// End closes the group.
func (c *svgCanvas) End() { c.open = c.open[:len(c.open)-1] }

func (c *svgCanvas) add(e *element) {
	parent := &c.root
	if n := len(c.open); n > 0 {
		parent = c.open[n-1]
	}
	parent.kids = append(parent.kids, e)
}

func (c *svgCanvas) MoveTo(x, y int)              { c.path.move(x, y) }
func (c *svgCanvas) LineTo(x, y int)              { c.path.line(x, y) }
func (c *svgCanvas) QuadCurveTo(cx, cy, x, y int) { c.path.curve(cx, cy, x, y) }
func (c *svgCanvas) Close()                       { c.path.close() }

// ArcTo draws an arc; like go-chart's own canvases it starts with a line to
// the arc's start.
func (c *svgCanvas) ArcTo(cx, cy int, rx, ry, start, delta float64) {
	c.path.arc(float64(cx), float64(cy), rx, ry, start, delta)
}

func (c *svgCanvas) Stroke()     { c.paint(false, true) }
func (c *svgCanvas) Fill()       { c.paint(true, false) }
func (c *svgCanvas) FillStroke() { c.paint(true, true) }

// paint ends the path. What is wholly transparent is not written.
func (c *svgCanvas) paint(fill, stroke bool) {
	d := c.path.String()
	c.path = pathData{}
	if s, ok := c.painted(fill, stroke); ok && d != "" {
		c.add(&element{name: "path", look: s, own: ` d="` + d + `"`})
	}
}

// painted is the present style of a shape, and whether it shows at all.
func (c *svgCanvas) painted(fill, stroke bool) (look, bool) {
	fill = fill && c.fill.A > 0
	stroke = stroke && c.stroke.A > 0 && c.strokeWidth > 0
	var s look
	c.setClass(&s)
	if !c.head.embed {
		s[lookFill] = "none"
	}
	if fill {
		c.setColor(&s, lookFill, lookFillOpacity, c.fill)
	}
	if stroke {
		c.setColor(&s, lookStroke, lookStrokeOpacity, c.stroke)
		s[lookStrokeWidth] = decimal(c.strokeWidth)
		var parts []string
		for _, v := range c.dash {
			parts = append(parts, decimal(v))
		}
		s[lookDash] = strings.Join(parts, " ")
	}
	return s, fill || stroke
}

// setColor names a colour, unless a page's style sheet does.
func (c *svgCanvas) setColor(s *look, color, opacity property, k drawing.Color) {
	if !c.head.embed {
		s[color] = hex(k)
	}
	if k.A < 255 {
		s[opacity] = decimal(float64(k.A) / 255)
	}
}

func (c *svgCanvas) setClass(s *look) {
	if c.class == "" {
		return
	}
	if c.used == nil {
		c.used = make(map[string]bool)
	}
	c.used[c.class] = true
	s[lookClass] = escape(c.class)
}

// Circle writes and paints a circle with the present colours.
func (c *svgCanvas) Circle(radius float64, x, y int) {
	if s, ok := c.painted(true, true); ok {
		c.add(&element{name: "circle", look: s, own: ` cx="` + strconv.Itoa(x) + `" cy="` + strconv.Itoa(y) + `" r="` + decimal(radius) + `"`})
	}
}

// Specks writes level strokes with round ends as a single path, each from an x
// at a y to another x; one without length is a dot.
func (c *svgCanvas) Specks(diameter float64, runs [][3]int) {
	c.strokeWidth = diameter
	s, ok := c.painted(false, true)
	if !ok || len(runs) == 0 {
		return
	}
	s[lookCap] = "round"
	var d pathData
	for _, r := range runs {
		d.move(r[0], r[1])
		if r[2] == r[0] {
			d.close()
			continue
		}
		d.line(r[2], r[1])
	}
	c.add(&element{name: "path", look: s, own: ` d="` + d.String() + `"`})
}

// Hit writes a rectangle that is not seen, for a pointer to find.
func (c *svgCanvas) Hit(x, y, width, height int, title string) {
	var d pathData
	d.move(x, y)
	d.line(x+width, y)
	d.line(x+width, y+height)
	d.line(x, y+height)
	d.close()
	c.add(&element{name: "path", look: look{lookFill: "none", lookPointer: "all"}, own: ` d="` + d.String() + `"`, title: title})
}

func (c *svgCanvas) Text(body string, x, y int) {
	e := &element{name: "text", text: escape(body) + c.raised, own: ` x="` + strconv.Itoa(x) + `" y="` + strconv.Itoa(y) + `"`}
	c.setClass(&e.look)
	c.setColor(&e.look, lookFill, lookFillOpacity, c.fontColor)
	e.look[lookFontSize] = decimal(c.fontSize)
	e.look[lookAnchor] = "start"
	if c.anchor != start {
		e.look[lookAnchor] = string(c.anchor)
	}
	e.look[lookWeight] = "normal"
	if c.font != nil && c.font == c.fonts.bold {
		e.look[lookWeight] = "bold"
	}
	if c.rotation != 0 {
		e.own += ` transform="rotate(` + decimal(c.rotation*180/math.Pi) + " " + strconv.Itoa(x) + " " + strconv.Itoa(y) + `)"`
	}
	c.add(e)
}

// MeasureText is generous, see wider.
func (c *svgCanvas) MeasureText(body string) chart.Box {
	f := c.font
	if f == nil {
		f = c.fonts.regular
	}
	return chart.Box{Right: int(math.Ceil(wider * width(f, body, c.fontSize))), Bottom: int(math.Ceil(c.fontSize))}
}

func decimal(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}

func hex(k drawing.Color) string {
	const digits = "0123456789abcdef"
	return string([]byte{'#', digits[k.R>>4], digits[k.R&15], digits[k.G>>4], digits[k.G&15], digits[k.B>>4], digits[k.B&15]})
}

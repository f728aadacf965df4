package charts

import (
	"fmt"
	"io"
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
// theme; text escaped; fractional widths kept.
type svgCanvas struct {
	width, height int // canvas units
	head          svgHead
	fonts         fonts
	b             strings.Builder
	path          strings.Builder

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
}

// svgHead is what an SVG says of itself to those who do not see it.
type svgHead struct{ title, desc, style string }

var _ chart.Renderer = (*svgCanvas)(nil)

func (c *svgCanvas) ResetStyle() {
	c.class, c.stroke, c.fill, c.strokeWidth, c.dash = "", drawing.Color{}, drawing.Color{}, 0, nil
	c.fontColor, c.fontSize, c.anchor = drawing.Color{}, 0, start
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

// Begin opens a group of marks that a pointer explains with title; End closes
// it.
func (c *svgCanvas) Begin(title string) {
	fmt.Fprintf(&c.b, "<g><title>%s</title>\n", escape(title))
}

// End closes the group.
func (c *svgCanvas) End() { c.b.WriteString("</g>\n") }

func (c *svgCanvas) MoveTo(x, y int) { fmt.Fprintf(&c.path, "M%s %s", px(x), px(y)) }
func (c *svgCanvas) LineTo(x, y int) { fmt.Fprintf(&c.path, "L%s %s", px(x), px(y)) }
func (c *svgCanvas) Close()          { c.path.WriteByte('Z') }

func (c *svgCanvas) QuadCurveTo(cx, cy, x, y int) {
	fmt.Fprintf(&c.path, "Q%s %s %s %s", px(cx), px(cy), px(x), px(y))
}

// ArcTo draws an arc; like go-chart's own canvases it starts with a line to
// the arc's start. A whole turn, which SVG cannot express as one arc, is two.
func (c *svgCanvas) ArcTo(cx, cy int, rx, ry, start, delta float64) {
	at := func(angle float64) string {
		return unit(float64(cx)+rx*math.Cos(angle)) + " " + unit(float64(cy)+ry*math.Sin(angle))
	}
	command := "L"
	if c.path.Len() == 0 {
		command = "M"
	}
	c.path.WriteString(command + at(start))
	sweep := 1
	if delta < 0 {
		sweep = 0
	}
	for _, end := range []float64{start + delta/2, start + delta} {
		fmt.Fprintf(&c.path, "A%s %s 0 0 %d %s", unit(rx), unit(ry), sweep, at(end))
	}
}

func (c *svgCanvas) Stroke()     { c.paint(false, true) }
func (c *svgCanvas) Fill()       { c.paint(true, false) }
func (c *svgCanvas) FillStroke() { c.paint(true, true) }

// paint ends the path. What is wholly transparent is not written.
func (c *svgCanvas) paint(fill, stroke bool) {
	d := c.path.String()
	c.path.Reset()
	fill = fill && c.fill.A > 0
	stroke = stroke && c.stroke.A > 0 && c.strokeWidth > 0
	if d == "" || !fill && !stroke {
		return
	}
	c.b.WriteString("<path")
	c.writeClass()
	fmt.Fprintf(&c.b, ` d="%s"`, d)
	if fill {
		fmt.Fprintf(&c.b, ` fill="%s"%s`, hex(c.fill), opacity("fill", c.fill))
	} else {
		c.b.WriteString(` fill="none"`)
	}
	if stroke {
		fmt.Fprintf(&c.b, ` stroke="%s"%s stroke-width="%s"`, hex(c.stroke), opacity("stroke", c.stroke), unit(c.strokeWidth))
		if len(c.dash) > 0 {
			var parts []string
			for _, v := range c.dash {
				parts = append(parts, unit(v))
			}
			fmt.Fprintf(&c.b, ` stroke-dasharray="%s"`, strings.Join(parts, " "))
		}
	}
	c.b.WriteString("/>\n")
}

func (c *svgCanvas) writeClass() {
	if c.class != "" {
		fmt.Fprintf(&c.b, ` class="%s"`, escape(c.class))
	}
}

// Circle writes and paints a circle with the present colours.
func (c *svgCanvas) Circle(radius float64, x, y int) {
	c.path.Reset()
	c.ArcTo(x, y, radius, radius, 0, 2*math.Pi)
	c.Close()
	c.FillStroke()
}

func (c *svgCanvas) Text(body string, x, y int) {
	c.b.WriteString("<text")
	c.writeClass()
	fmt.Fprintf(&c.b, ` x="%s" y="%s" font-size="%s" fill="%s"`, px(x), px(y), unit(c.fontSize), hex(c.fontColor))
	if c.font != nil && c.font == c.fonts.bold {
		c.b.WriteString(` font-weight="bold"`)
	}
	if c.anchor != start {
		fmt.Fprintf(&c.b, ` text-anchor="%s"`, c.anchor)
	}
	if c.rotation != 0 {
		fmt.Fprintf(&c.b, ` transform="rotate(%s %s %s)"`, decimal(c.rotation*180/math.Pi), px(x), px(y))
	}
	fmt.Fprintf(&c.b, ">%s</text>\n", escape(body))
}

// MeasureText is generous, see wider.
func (c *svgCanvas) MeasureText(body string) chart.Box {
	f := c.font
	if f == nil {
		f = c.fonts.regular
	}
	return chart.Box{Right: int(math.Ceil(wider * width(f, body, c.fontSize))), Bottom: int(math.Ceil(c.fontSize))}
}

// Save writes the document.
func (c *svgCanvas) Save(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s" role="img" aria-labelledby="t d" `+
		`font-family="system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif">`+"\n",
		px(c.width), px(c.height), px(c.width), px(c.height))
	fmt.Fprintf(&b, "<title id=\"t\">%s</title>\n<desc id=\"d\">%s</desc>\n", escape(c.head.title), escape(c.head.desc))
	if c.head.style != "" {
		fmt.Fprintf(&b, "<style>\n%s</style>\n", c.head.style)
	}
	b.WriteString(c.b.String())
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func px(v int) string { return unit(float64(v)) }

// unit turns canvas units to pixels.
func unit(v float64) string { return decimal(v / scale) }

func decimal(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}

func hex(k drawing.Color) string { return fmt.Sprintf("#%02x%02x%02x", k.R, k.G, k.B) }

func opacity(what string, k drawing.Color) string {
	if k.A == 255 {
		return ""
	}
	return fmt.Sprintf(` %s-opacity="%s"`, what, decimal(float64(k.A)/255))
}

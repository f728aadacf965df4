package charts

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"sync"

	chart "github.com/wcharczuk/go-chart/v2"
	"github.com/wcharczuk/go-chart/v2/drawing"
)

// A Format is a file format.
type Format int

// The formats.
const (
	SVG Format = iota
	PNG
)

// Options say how to draw. The zero value is an SVG that follows the reader's
// theme, with a title made from the data.
type Options struct {
	Format Format
	Theme  Theme
	// Title and Subtitle replace what the data suggests.
	Title, Subtitle string
	// Embed makes an SVG that is part of an HTML page: coloured by the page's
	// style sheet, see StyleSheet, and in the page's theme. It has no style
	// of its own, so that a Content-Security-Policy need not allow one, and
	// its class is "figure".
	Embed bool
	// ID is what an embedded SVG's ids begin with: a letter, then letters,
	// digits, "-" and "_". No two figures of a page may share one.
	ID string
}

var idPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// check refuses options that make no page.
func (o Options) check() error {
	switch {
	case o.Embed && o.Format != SVG:
		return fmt.Errorf("only an SVG can be embedded")
	case o.Embed && !idPattern.MatchString(o.ID):
		return fmt.Errorf("id %q of an embedded figure is not a letter and then letters, digits, - and _", o.ID)
	}
	return nil
}

// A figure paints itself once its size is known.
type figure interface {
	// size lays the figure out and says how many pixels it takes.
	size(p *pen) (width, height float64)
	paint(p *pen)
	// describe is the figure in words, for those who do not see it.
	describe() (title, desc string)
}

// parsed are the fonts, parsed once: a report has hundreds of figures.
var parsed = sync.OnceValues(loadFonts)

// newPen measures for a format.
func newPen(opt Options) (*pen, error) {
	fonts, err := parsed()
	if err != nil {
		return nil, err
	}
	p := &pen{theme: opt.Theme, fonts: fonts, wider: 1}
	switch {
	case opt.Format == SVG:
		p.wider = wider
	case opt.Theme == ThemeAuto:
		p.theme = ThemeLight
	}
	return p, nil
}

// render draws a figure into memory and copies it to w when all went well:
// go-chart leaves half a picture behind when it fails.
func render(w io.Writer, f figure, opt Options) error {
	if err := opt.check(); err != nil {
		return err
	}
	p, err := newPen(opt)
	if err != nil {
		return err
	}
	width, height := f.size(p)
	c := chart.Chart{
		Width: units(width), Height: units(height),
		// go-chart scales fonts by the plain dots per inch where FreeType
		// wants 64ths of a point: at 64 a font size is a size in units.
		DPI:            64,
		Font:           p.fonts.regular,
		Background:     chart.Style{FillColor: drawing.ColorTransparent, StrokeColor: drawing.ColorTransparent},
		Canvas:         chart.Style{FillColor: drawing.ColorTransparent, StrokeColor: drawing.ColorTransparent},
		XAxis:          chart.XAxis{Style: chart.Hidden(), Range: &logRange{min: 1, max: 10}},
		YAxis:          chart.YAxis{Style: chart.Hidden(), Range: &chart.ContinuousRange{Min: 0, Max: 1}},
		YAxisSecondary: chart.YAxis{Style: chart.Hidden(), Range: &chart.ContinuousRange{Min: 0, Max: 1}},
		Series:         []chart.Series{painter{f, p}},
	}
	canvas := chart.PNG
	if opt.Format == SVG {
		title, desc := f.describe()
		canvas = func(width, height int) (chart.Renderer, error) {
			head := svgHead{title: title, desc: desc, follows: opt.Theme == ThemeAuto, embed: opt.Embed, id: opt.ID}
			return &svgCanvas{width: width, height: height, fonts: p.fonts, head: head}, nil
		}
	}
	var b buffer
	if err := c.Render(canvas, &b); err != nil {
		return fmt.Errorf("draw: %w", err)
	}
	if err := b.encode(); err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// A painter is a chart.Series that covers the whole chart with a figure.
type painter struct {
	figure
	*pen
}

var _ chart.Series = painter{}

func (painter) GetName() string           { return "" }
func (painter) GetYAxis() chart.YAxisType { return chart.YAxisPrimary }
func (painter) GetStyle() chart.Style     { return chart.Style{} }
func (painter) Validate() error           { return nil }

func (s painter) Render(r chart.Renderer, _ chart.Box, _, _ chart.Range, _ chart.Style) {
	p := *s.pen
	p.Renderer = r
	s.paint(&p)
}

// A buffer takes a finished chart: the bytes of an SVG, or the pixels that
// go-chart's PNG canvas hands to whoever wants them raw.
type buffer struct {
	bytes.Buffer
	pixels
}

package charts

import (
	"bytes"
	"strings"
	"testing"

	"github.com/wcharczuk/go-chart/v2/drawing"
)

// The canvas keeps what go-chart's own SVG canvas loses.
func TestSVGCanvas(t *testing.T) {
	check := func(what string, paint func(*svgCanvas), want string) {
		t.Helper()
		c := &svgCanvas{width: 20, height: 10}
		paint(c)
		var b bytes.Buffer
		if err := c.Save(&b); err != nil {
			t.Fatal(err)
		}
		if err := wellFormed(b.Bytes()); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s: no %s in\n%s", what, want, b.String())
		}
	}
	red := drawing.Color{R: 255, A: 255}
	check("size in pixels", func(*svgCanvas) {}, `width="10" height="5" viewBox="0 0 10 5" role="img"`)
	check("fractional stroke, class and colour together", func(c *svgCanvas) {
		c.SetClassName("s-axis")
		c.SetStrokeColor(red)
		c.SetStrokeWidth(2.5)
		c.SetStrokeDashArray([]float64{4, 2})
		c.MoveTo(1, 2)
		c.LineTo(3, 4)
		c.Stroke()
	}, `<path class="s-axis" d="M0.5 1L1.5 2" fill="none" stroke="#ff0000" stroke-width="1.25" stroke-dasharray="2 1"/>`)
	check("text escaped", func(c *svgCanvas) {
		c.SetFontColor(red)
		c.SetFontSize(24)
		c.Text("a<b>&\"'\x1b\x00", 2, 4)
	}, `font-size="12" fill="#ff0000">a&lt;b&gt;&amp;&quot;&#39;`+"\ufffd\ufffd"+`</text>`)
	check("a whole circle", func(c *svgCanvas) {
		c.SetFillColor(red)
		c.Circle(4, 10, 10)
	}, `d="M7 5A2 2 0 0 1 3 5A2 2 0 0 1 7 5Z" fill="#ff0000"/>`)
	check("transparency", func(c *svgCanvas) {
		c.SetFillColor(red.WithAlpha(51))
		c.MoveTo(0, 0)
		c.QuadCurveTo(2, 2, 4, 0)
		c.Close()
		c.Fill()
	}, `d="M0 0Q1 1 2 0Z" fill="#ff0000" fill-opacity="0.2"/>`)
	check("rotation, which must not leak", func(c *svgCanvas) {
		c.SetTextRotation(1.5707963267948966)
		c.Text("up", 2, 4)
		c.ResetStyle()
		c.Text("flat", 2, 4)
	}, `transform="rotate(90 1 2)">up</text>`+"\n"+`<text x="1" y="2" font-size="0" fill="#000000">flat</text>`)
}

package charts

import (
	"bytes"
	"strings"
	"testing"

	"github.com/wcharczuk/go-chart/v2/drawing"
)

// saved is what a canvas of 10 by 5 pixels writes.
func saved(t *testing.T, head svgHead, paint func(*svgCanvas)) string {
	t.Helper()
	c := &svgCanvas{width: 20, height: 10, head: head}
	paint(c)
	var b bytes.Buffer
	if err := c.Save(&b); err != nil {
		t.Fatal(err)
	}
	if err := wellFormed(b.Bytes()); err != nil {
		t.Errorf("%v in\n%s", err, b.String())
	}
	return b.String()
}

// The canvas keeps what go-chart's own SVG canvas loses.
func TestSVGCanvas(t *testing.T) {
	check := func(what string, paint func(*svgCanvas), want ...string) {
		t.Helper()
		got := saved(t, svgHead{}, paint)
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: no %s in\n%s", what, w, got)
			}
		}
	}
	red := drawing.Color{R: 255, A: 255}
	check("size in pixels", func(*svgCanvas) {}, `width="10" height="5" viewBox="0 0 20 10" role="img"`)
	check("fractional stroke, class and colour together", func(c *svgCanvas) {
		c.SetClassName("s-axis")
		c.SetStrokeColor(red)
		c.SetStrokeWidth(2.5)
		c.SetStrokeDashArray([]float64{4, 2})
		c.MoveTo(1, 2)
		c.LineTo(3, 4)
		c.LineTo(3, -4)
		c.LineTo(9, -4)
		c.Stroke()
	}, ` stroke-width="2.5">`, `<path class="s-axis" fill="none" stroke="#ff0000" stroke-dasharray="4 2" d="M1 2l2 2v-8h6"/>`)
	check("text escaped", func(c *svgCanvas) {
		c.SetFontColor(red)
		c.SetFontSize(24)
		c.Text("a<b>&\"'\x1b\x00", 2, 4)
	}, ` font-size="24">`, `<text fill="#ff0000" x="2" y="4">a&lt;b&gt;&amp;&quot;&#39;`+"\ufffd\ufffd"+`</text>`)
	check("a circle", func(c *svgCanvas) {
		c.SetFillColor(red)
		c.Circle(4, 10, 10)
	}, `<circle fill="#ff0000" cx="10" cy="10" r="4"/>`)
	check("a whole turn as a path", func(c *svgCanvas) {
		c.SetFillColor(red)
		c.ArcTo(10, 10, 4, 4, 0, 6.283185307179586)
		c.Close()
		c.Fill()
	}, `d="M14 10a4 4 0 0 1 -8 0a4 4 0 0 1 8 0z"/>`)
	check("transparency", func(c *svgCanvas) {
		c.SetFillColor(red.WithAlpha(51))
		c.MoveTo(0, 0)
		c.QuadCurveTo(2, 2, 4, 0)
		c.Close()
		c.Fill()
	}, `fill="#ff0000" fill-opacity="0.2" d="M0 0q2 2 4 0z"/>`)
	check("rotation, which must not leak", func(c *svgCanvas) {
		c.SetTextRotation(1.5707963267948966)
		c.Text("up", 2, 4)
		c.ResetStyle()
		c.Text("flat", 2, 4)
	}, `transform="rotate(90 2 4)">up</text>`+"\n"+`<text x="2" y="4">flat</text>`)
	check("dots without length", func(c *svgCanvas) {
		c.SetStrokeColor(red)
		c.Specks(5, [][3]int{{1, 2, 1}, {4, 2, 9}})
	}, `stroke-linecap="round" d="M1 2zm3 0h5"/>`)
}

// What looks the same is described once: a report holds hundreds of figures.
func TestSVGSharesLooks(t *testing.T) {
	got := saved(t, svgHead{}, func(c *svgCanvas) {
		word := func(s string, size float64) {
			c.SetClassName("f-ink")
			c.SetFontSize(size)
			c.SetAnchor(end)
			c.Text(s, 1, 2)
		}
		word("a", 24)
		word("b", 24)
		c.Begin("what a pointer says")
		word("c", 24)
		c.End()
		word("big", 40)
	})
	want := ` font-size="24" text-anchor="end">
<title id="t"></title>
<desc id="d"></desc>
<g class="f-ink" fill="#000000" fill-opacity="0">
<text x="1" y="2">a</text>
<text x="1" y="2">b</text>
<text x="1" y="2"><title>what a pointer says</title>c</text>
</g>
<text class="f-ink" fill="#000000" fill-opacity="0" font-size="40" x="1" y="2">big</text>
</svg>
`
	if !strings.HasSuffix(got, want) {
		t.Errorf("got\n%s\nwant an end of\n%s", got, want)
	}
}

// A canvas that is part of a page names no colour: the page's style sheet does.
func TestSVGEmbedded(t *testing.T) {
	got := saved(t, svgHead{title: "T", desc: "D", embed: true, id: "row-1"}, func(c *svgCanvas) {
		c.SetClassName("f-ink")
		c.SetFontColor(drawing.Color{R: 1, A: 255})
		c.SetFontSize(24)
		c.Text("a", 1, 2)
	})
	want := `<svg class="figure" width="10" height="5" viewBox="0 0 20 10" role="img" aria-labelledby="row-1-t row-1-d" font-size="24">
<title id="row-1-t">T</title>
<desc id="row-1-d">D</desc>
<text class="f-ink" x="1" y="2">a</text>
</svg>
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

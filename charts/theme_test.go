package charts

import (
	"math"
	"testing"

	"github.com/wcharczuk/go-chart/v2/drawing"
)

// Text has to stand out 4.5:1 and marks 3:1 from what they lie on (WCAG 2.2,
// 1.4.3 and 1.4.11).
func TestContrast(t *testing.T) {
	need := map[role]float64{ink: 4.5, faint: 4.5, axis: 3, goal: 3, fast: 3, modest: 3, missed: 3, unclear: 3, slower: 3,
		// Names of lines are in their colours.
		line1: 4.5, line2: 4.5, line3: 4.5, line4: 4.5}
	for _, theme := range []Theme{ThemeLight, ThemeDark} {
		for r, least := range need {
			for _, on := range []role{background, band} {
				if got := contrast(theme.color(r), theme.color(on)); got < least {
					t.Errorf("theme %d: %s on %s is %.2f:1, want %g:1", theme, r.class(), on.class(), got, least)
				}
			}
		}
	}
}

func contrast(a, b drawing.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// luminance is relative luminance as WCAG defines it.
func luminance(c drawing.Color) float64 {
	linear := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

package charts

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/wcharczuk/go-chart/v2/drawing"
)

// Text has to stand out 4.5:1 and marks 3:1 from what they lie on (WCAG 2.2,
// 1.4.3 and 1.4.11).
func TestContrast(t *testing.T) {
	const text, mark = 4.5, 3
	check := func(least float64, on []role, roles ...role) {
		t.Helper()
		for _, theme := range []Theme{ThemeLight, ThemeDark} {
			for _, r := range roles {
				for _, under := range on {
					if got := contrast(theme.color(r), theme.color(under)); got < least {
						t.Errorf("theme %d: %s on %s is %.2f:1, want %g:1", theme, r.class(), under.class(), got, least)
					}
				}
			}
		}
	}
	page := []role{background, band}
	check(text, page, ink, faint)
	check(text, page, line1, line2, line3, line4) // names of lines are in their colours
	check(mark, page, axis, goal, fast, modest, missed, unclear, slower, dots1, dots2, dots3, dots4)
	check(text, []role{slower1, slower2, slower3, slower4, level, faster1, faster2, faster3, faster4}, ink)
	check(text, []role{fast, slower}, background)
}

// One colour, one meaning: no verdict looks like an implementation.
func TestColoursDiffer(t *testing.T) {
	for _, theme := range []Theme{ThemeLight, ThemeDark} {
		seen := make(map[drawing.Color]role)
		for r := goal; r <= dots4; r++ {
			k := theme.color(r)
			if other, ok := seen[k]; ok {
				t.Errorf("theme %d: %s and %s are both %v", theme, r.class(), other.class(), k)
			}
			seen[k] = r
		}
	}
}

// The style sheet of a page knows every role, on light and on dark, and dark
// never reaches paper.
func TestStyleSheet(t *testing.T) {
	s := StyleSheet()
	for r := range roles {
		p := palette[r]
		for _, want := range []string{
			fmt.Sprintf("--%s:%s;", p.class, p.light), fmt.Sprintf("--%s:%s;", p.class, p.dark),
			fmt.Sprintf(".f-%s{fill:var(--%s)}", p.class, p.class), fmt.Sprintf("stroke:var(--%s)}", p.class),
		} {
			if !strings.Contains(s, want) {
				t.Errorf("no %s in\n%s", want, s)
			}
		}
	}
	for _, line := range strings.Split(s, "\n") {
		if strings.Contains(line, palette[ink].dark) && !strings.HasPrefix(line, "@media screen") {
			t.Errorf("dark beyond the screen: %s", line)
		}
	}
	if strings.Count(s, "{") != strings.Count(s, "}") {
		t.Error("braces do not match")
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

package charts

import (
	"fmt"

	"github.com/wcharczuk/go-chart/v2/drawing"
)

// A Theme is the background a chart is drawn for.
type Theme int

// The themes. ThemeAuto makes an SVG that follows the reader's preference; a
// PNG cannot and is light.
const (
	ThemeAuto Theme = iota
	ThemeLight
	ThemeDark
)

// A role is what a colour is for. Its name is the class that the style sheet
// of an SVG recolours.
type role int

const (
	background role = iota
	band            // behind a summary
	grid
	axis
	ink   // text and whiskers
	faint // secondary text
	goal
	fast
	modest
	missed
	unclear
	slower
	// Lines that are told apart and not judged. Black for the first, which is
	// the reference where there is one.
	line1
	line2
	line3
	line4
	roles

	judged = line1 // the roles before it are all that a chart without such lines needs
)

// palette gives each role its class and its colours on light and on dark.
var palette = [roles]struct{ class, light, dark string }{
	background: {"bg", "#ffffff", "#14171c"},
	band:       {"band", "#f3f5f8", "#1e232b"},
	grid:       {"grid", "#e3e6ea", "#2b313a"},
	axis:       {"axis", "#4a5058", "#9aa3ad"},
	ink:        {"ink", "#16191d", "#eceff3"},
	faint:      {"faint", "#545b64", "#a8b0ba"},
	goal:       {"goal", "#8a2f7d", "#e39ad0"},
	fast:       {"fast", "#0072b2", "#2f9fe0"},
	modest:     {"modest", "#448ebf", "#8cc8ee"},
	missed:     {"missed", "#a87400", "#e8a91c"},
	unclear:    {"unclear", "#868c94", "#858d97"},
	slower:     {"slower", "#cc4c00", "#f07830"},
	line1:      {"line1", "#33383f", "#d5dae0"},
	line2:      {"line2", "#007d5c", "#33c79b"},
	line3:      {"line3", "#5f4bb8", "#a99bf0"},
	line4:      {"line4", "#8a5a2b", "#d3a26f"},
}

func (r role) class() string { return palette[r].class }

// color is the role's colour, opaque.
func (t Theme) color(r role) drawing.Color {
	hex := palette[r].light
	if t == ThemeDark {
		hex = palette[r].dark
	}
	return drawing.ColorFromHex(hex[1:])
}

// styleSheet makes an SVG follow the reader's preference: the presentation
// attributes are the light theme, which the dark rules override where they
// are understood. end is the role after the last that the chart has.
func (t Theme) styleSheet(end role) string {
	if t != ThemeAuto {
		return ""
	}
	s := "@media (prefers-color-scheme: dark) {\n"
	for _, p := range palette[:end] {
		s += fmt.Sprintf("  .f-%s { fill: %s } .s-%s { stroke: %s }\n", p.class, p.dark, p.class, p.dark)
	}
	return s + "}\n"
}

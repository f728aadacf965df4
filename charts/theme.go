package charts

import (
	"strings"

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

// A role is what a colour is for. Its name is the class that a style sheet
// recolours.
type role int

const (
	background role = iota
	band            // behind a summary or a strip
	grid
	axis
	ink   // text and whiskers
	faint // secondary text
	goal

	// Verdicts. They never mean an implementation.
	fast
	modest
	missed
	unclear
	slower

	// Identities: lines and strips that are told apart and not judged. The
	// first is the reference where there is one.
	line1
	line2
	line3
	line4

	// Samples of them, lighter, so that medians stand out.
	dots1
	dots2
	dots3
	dots4

	// Cells of a table of ratios, from about 1x outwards; beyond the last are
	// slower and fast themselves, with text in background. Text on these is ink.
	slower1
	slower2
	slower3
	slower4
	faster1
	faster2
	faster3
	faster4
	level  // about 1x, or unclear
	stripe // lines across a cell

	roles
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
	dots1:      {"dots1", "#7d848d", "#7f868f"},
	dots2:      {"dots2", "#2a9d7c", "#1f8d6c"},
	dots3:      {"dots3", "#8f80d6", "#7a6bc4"},
	dots4:      {"dots4", "#b5803f", "#9c7145"},
	slower1:    {"slower1", "#fad9c1", "#4a2a16"},
	slower2:    {"slower2", "#f4bb91", "#6a3915"},
	slower3:    {"slower3", "#ec9a61", "#8a4511"},
	slower4:    {"slower4", "#df7a33", "#a8510f"},
	faster1:    {"faster1", "#c6e2f4", "#153449"},
	faster2:    {"faster2", "#9dcbe9", "#17496b"},
	faster3:    {"faster3", "#73b4dd", "#185b89"},
	faster4:    {"faster4", "#4797c9", "#1c6ca1"},
	level:      {"level", "#e8e9eb", "#343a43"},
	stripe:     {"stripe", "#d0d4da", "#4a525e"},
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

// recolored makes an SVG follow the reader's preference: the presentation
// attributes are the light theme, which the dark rules override where they
// are understood. used says which classes the chart has.
func recolored(used map[string]bool) string {
	var b strings.Builder
	b.WriteString("@media (prefers-color-scheme: dark) {\n")
	for _, p := range palette {
		for _, rule := range []struct{ prefix, property string }{{"f-", "fill"}, {"s-", "stroke"}} {
			if used[rule.prefix+p.class] {
				b.WriteString("  ." + rule.prefix + p.class + " { " + rule.property + ": " + p.dark + " }\n")
			}
		}
	}
	b.WriteString("}\n")
	return b.String()
}

// fontFamily is what an SVG is read in; PNGs are in the Go fonts.
const fontFamily = `system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif`

// StyleSheet is the CSS that colours embedded figures, and with the same
// colours the page around them: a custom property for each role, --fast,
// --ink, --bg and so on, and for each the classes f-ROLE that fills and s-ROLE
// that strokes. It is light by default, dark where the reader prefers that
// unless the root element has data-theme="light", dark with
// data-theme="dark", and always light in print.
func StyleSheet() string {
	var light, dark, classes strings.Builder
	for _, p := range palette {
		light.WriteString("--" + p.class + ":" + p.light + ";")
		dark.WriteString("--" + p.class + ":" + p.dark + ";")
		classes.WriteString(".s-" + p.class + "{fill:none;stroke:var(--" + p.class + ")}\n")
	}
	for _, p := range palette {
		// After all strokes: what has both is filled.
		classes.WriteString(".f-" + p.class + "{fill:var(--" + p.class + ")}\n")
	}
	return ":root{color-scheme:light;" + light.String() + "}\n" +
		"@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;" + dark.String() + "}}\n" +
		"@media screen{:root[data-theme=dark]{color-scheme:dark;" + dark.String() + "}}\n" +
		classes.String() +
		".figure{display:block;max-width:100%;height:auto;font-family:" + fontFamily + "}\n"
}

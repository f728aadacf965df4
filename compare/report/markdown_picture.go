package report

import (
	"html"
	"net/url"
	"path"
	"slices"
)

// picture shows a figure in the reader's colours: sites that know <picture>
// take the dark file in the dark. Nothing is shown where nothing was drawn.
//
// Note: one file that follows the theme by itself was tried. Where a site lets
// people choose a theme, that is not the theme of their system, and the file
// sees only the latter.
func (m *markdown) picture(name string) {
	i := slices.IndexFunc(m.figures, func(f Figure) bool { return f.Name == name })
	if m.Charts == "" || i < 0 {
		return
	}
	f := m.figures[i]
	file := func(theme string) string {
		return html.EscapeString((&url.URL{Path: path.Join(clean(m.Charts), f.Name+theme+".svg")}).String())
	}
	m.printf("<picture>\n")
	m.printf("  <source media=\"(prefers-color-scheme: dark)\" srcset=\"%s\">\n", file("-dark"))
	m.printf("  <img alt=\"%s\" src=\"%s\">\n", html.EscapeString(f.Alt), file("-light"))
	m.printf("</picture>\n\n")
}

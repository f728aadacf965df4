package report

import (
	"fmt"
	"strings"
	"unicode"
)

// An anchor is a heading and the name under which sites link to it.
type anchor struct{ title, name string }

// heading writes a heading and returns its anchor's name.
func (m *markdown) heading(level int, title string) string {
	m.printf("%s %s\n\n", strings.Repeat("#", level), md(title))
	if m.used == nil {
		m.used = make(map[string]int)
	}
	name := anchorName(title)
	n := m.used[name]
	m.used[name]++
	if n > 0 {
		return fmt.Sprintf("%s-%d", name, n)
	}
	return name
}

// anchorName is what GitHub makes of a heading: small letters, digits, hyphens
// and underscores; spaces become hyphens and the rest is dropped.
func anchorName(title string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == ' ':
			return '-'
		case c == '-' || c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c):
			return unicode.ToLower(c)
		}
		return -1
	}, title)
}

// longText is from how many bytes on a report has a table of contents: a few
// screens.
const longText = 8000

// contents links the sections of a long report, on one line.
func (m *markdown) contents() string {
	if m.b.Len() < longText {
		return ""
	}
	var links []string
	for _, s := range m.sections {
		links = append(links, fmt.Sprintf("[%s](#%s)", md(s.title), s.name))
	}
	return strings.Join(links, " · ") + "\n\n"
}

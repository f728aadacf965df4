package charts

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable replaces what neither XML nor a font can show: control
// characters, broken UTF-8 and marks that reverse the direction of text.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// shortenTo cuts the middle out of text until it measures at most so many
// pixels: the start says what family a name is of, the end which member.
func shortenTo(s string, pixels float64, measure func(string) float64) string {
	if measure(s) <= pixels {
		return s
	}
	r := []rune(s)
	for n := len(r) - 1; n > 2; n-- {
		head := n / 2
		short := string(r[:head]) + "…" + string(r[len(r)-(n-head):])
		if measure(short) <= pixels {
			return short
		}
	}
	return "…"
}

// escape makes text safe within XML elements and attributes.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(printable(s))
}

package protocol

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Escape makes text that an implementation wrote safe to show on a terminal,
// on one line: control characters, terminal escapes, bidirectional overrides,
// invisible characters and broken UTF-8 come out as \n, \x1b, \u202e and the
// like. At most max characters of s are shown; an ellipsis marks the cut. Max
// of 0 or less means no limit. HTML is not touched: that is for the page to do.
func Escape(s string, max int) string { return escape(s, max, "") }

// EscapeLines is Escape for text of several lines: newlines and tabs stay, and
// there is no limit.
func EscapeLines(s string) string {
	return escape(strings.ReplaceAll(s, "\r\n", "\n"), 0, "\n\t")
}

func escape(s string, max int, keep string) string {
	var b strings.Builder
	for n := 0; s != ""; n++ {
		if max > 0 && n == max {
			b.WriteString("…")
			break
		}
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x`)
			b.WriteString(strconv.FormatUint(uint64(s[0])+0x100, 16)[1:])
		case strconv.IsPrint(r) || strings.ContainsRune(keep, r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[size:]
	}
	return b.String()
}

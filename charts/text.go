package charts

import (
	"math"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Marks that set a name of the other direction apart from what is beside it.
const (
	firstStrong = '\u2068'
	popIsolate  = '\u2069'
)

// mostMarks is how many accents a letter may have, more than any language
// stacks on one. Those of a name that has hundreds would reach over the rows
// above and below.
const mostMarks = 6

// printable replaces what neither XML nor a font can show: control
// characters, broken UTF-8 and marks that reverse the direction of text, but
// not the marks of isolate. It drops the accents that are too many.
func printable(s string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		if isolates(r) {
			return r
		}
		if !unicode.Is(unicode.M, r) {
			marks = 0
			return replaced(r)
		}
		if marks++; marks > mostMarks {
			return -1
		}
		return replaced(r)
	}, s)
}

func replaced(r rune) rune {
	if r == utf8.RuneError || !unicode.IsPrint(r) {
		return unicode.ReplacementChar
	}
	return r
}

func isolates(r rune) bool { return r == firstStrong || r == popIsolate }

// isolate makes a name part of a sentence: one that is written from right to
// left would otherwise pull the numbers after it to its left, and one of a
// megabyte leave no room for them.
func isolate(s string) string {
	const most = 400 // runes
	s = strings.Map(replaced, shortenTo(s, most, func(s string) float64 { return float64(utf8.RuneCountInString(s)) }))
	if !strings.ContainsFunc(s, rightToLeft) {
		return s
	}
	return string(firstStrong) + s + string(popIsolate)
}

func rightToLeft(r rune) bool {
	return r >= 0x590 && r <= 0x8ff || r >= 0xfb1d && r <= 0xfdff || r >= 0xfe70 && r <= 0xfeff || r >= 0x10800 && r <= 0x10fff || r >= 0x1e800 && r <= 0x1efff
}

// shortenTo cuts the middle out of text until it measures at most so many
// pixels: the start says what family a name is of, the end which member.
func shortenTo(s string, pixels float64, measure func(string) float64) string {
	// Letters of less than a quarter of a pixel are not drawn. What is longer
	// than that is not even measured: a name may be a megabyte long.
	most := int(4*math.Max(pixels, 0)) + 1
	if len(s) <= most && measure(s) <= pixels {
		return s
	}
	r := []rune(s)
	if len(r) <= most && measure(s) <= pixels {
		return s
	}
	// The most runes that fit, by halves.
	n := sort.Search(min(len(r), most), func(n int) bool { return measure(cutMiddle(r, n)) > pixels }) - 1
	if n < 3 {
		return "…"
	}
	return cutMiddle(r, n)
}

// cutMiddle keeps n runes of both ends. An accent is not torn from its letter.
func cutMiddle(r []rune, n int) string {
	tail := r[len(r)-(n-n/2):]
	for len(tail) > 0 && unicode.Is(unicode.M, tail[0]) {
		tail = tail[1:]
	}
	return string(r[:n/2]) + "…" + string(tail)
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// escape makes text safe within XML elements and attributes.
func escape(s string) string { return escapes.Replace(printable(s)) }

// Package columns counts the columns that text takes on a terminal, and cuts
// text by them.
//
// Counting characters was not enough: one of Chinese takes two columns, a
// combining mark none, and a single such name put the numbers of a whole table
// out of line. What several characters make together (a flag, a letter with
// marks, an emoji with a skin colour or of several people) counts as the one
// picture that it is, as Unicode's clusters and newer terminals have it; older
// ones draw the parts of some emoji apart, and there is no width that is right
// on both.
//
// It knows nothing of escape sequences: text is counted before it is painted.
package columns

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Width is how many columns s takes.
func Width(s string) int {
	n := 0
	for s != "" {
		size, w := next(s)
		s, n = s[size:], n+w
	}
	return n
}

// Head is the longest start of s that takes at most n columns.
func Head(s string, n int) string {
	end := 0
	for end < len(s) {
		size, w := next(s[end:])
		if w > n {
			break
		}
		end, n = end+size, n-w
	}
	return s[:end]
}

// Tail is the longest end of s that takes at most n columns.
func Tail(s string, n int) string {
	for over := Width(s) - max(n, 0); over > 0; {
		size, w := next(s)
		s, over = s[size:], over-w
	}
	return s
}

const (
	joiner = '\u200d' // makes one picture of what stands before and after it
	asIcon = '\ufe0f' // shows a symbol as an emoji, which is wide
)

// next is the first cluster of s: its bytes and its columns.
func next(s string) (size, columns int) {
	if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return 1, of(rune(s[0]))
	}
	first, size := utf8.DecodeRuneInString(s)
	columns = of(first)
	if regional(first) {
		if second, n := utf8.DecodeRuneInString(s[size:]); regional(second) {
			return size + n, 2
		}
	}
	for size < len(s) {
		r, n := utf8.DecodeRuneInString(s[size:])
		switch {
		case r == asIcon && columns == 1:
			columns = 2
		case r == joiner:
			_, joined := utf8.DecodeRuneInString(s[size+n:])
			n += joined
		case skin(r) && columns == 2:
		case of(r) > 0:
			return size, columns
		}
		size += n
	}
	return size, columns
}

// of is the columns of one character by itself.
func of(r rune) int {
	switch {
	case r >= ' ' && r < 0x7f:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc), r >= 0x1160 && r <= 0x11ff:
		return 0 // marks, invisible ones, and the later parts of a Korean syllable
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

func regional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff } // two make a flag

func skin(r rune) bool { return r >= 0x1f3fb && r <= 0x1f3ff }

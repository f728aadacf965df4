package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"xbench/internal/columns"
)

// clean makes text from a program or a configuration file safe to print
// anywhere: whatever is not printable (control characters that would move the
// cursor or set the window title, line breaks, marks that reverse the
// direction of text, broken UTF-8) is shown as an escape.
func clean(s string) string {
	if printable(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		}
		i += size
	}
	return b.String()
}

func printable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

func cleanAll(in []string) []string {
	var out []string
	for _, s := range in {
		out = append(out, clean(s))
	}
	return out
}

// shorten cuts a name to n columns by leaving out its middle: the start says
// what family it is of, the end which member.
func shorten(s string, n int) string {
	if textWidth(s) <= n || n < 1 {
		return s
	}
	if n < 3 {
		return columns.Head(s, n)
	}
	head := (n - 1) / 2
	return columns.Head(s, head) + "…" + columns.Tail(s, n-1-head)
}

// wrap breaks text into lines of at most width columns at spaces; a longer
// word stays whole.
func wrap(s string, width int) []string { return fill(strings.Fields(s), width) }

// fill puts words on lines of at most width columns; a longer one has a line
// of its own.
func fill(words []string, width int) []string {
	var lines []string
	line := ""
	for _, word := range words {
		switch {
		case line == "":
			line = word
		case textWidth(line)+1+textWidth(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	if line == "" {
		return lines
	}
	return append(lines, line)
}

// textWidth is how many columns a text takes.
func textWidth(s string) int { return columns.Width(s) }

// plural is "1 row", "2 rows".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// list joins words as a sentence does and stops after most of them:
// "a, b and 3 more".
func list(words []string, most int) string {
	switch n := len(words); {
	case n == 0:
		return ""
	case n == 1:
		return words[0]
	case n > most:
		return strings.Join(words[:most], ", ") + " and " + strconv.Itoa(n-most) + " more"
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

package report

import (
	"strings"

	"xbench/internal/columns"
)

// fold breaks text into lines of at most width columns. A number stays with
// its unit and an interval in one piece; a word that is longer than a line,
// which is a name, goes on in the next.
func fold(s string, width int) []string {
	width = max(width, 1)
	var lines []string
	line := ""
	for _, word := range unbroken(s, width) {
		switch {
		case line == "":
			line = word
		case textWidth(line)+1+textWidth(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
		for textWidth(line) > width {
			head := breakName(line, width)
			lines = append(lines, head)
			line = line[len(head):]
		}
	}
	if line == "" {
		return lines
	}
	return append(lines, line)
}

// foldAfter is fold where something of a width stands before the text on its
// first line.
func foldAfter(before int, s string, width int) []string {
	lines := fold(strings.Repeat("x", max(before, 1))+" "+s, width)
	lines[0] = strings.TrimLeft(strings.TrimLeft(lines[0], "x"), " ")
	return lines
}

// unbroken are the pieces of a text that stay on a line, if the line has room for
// them at all.
func unbroken(s string, width int) []string {
	var out []string
	for _, piece := range pieces(s) {
		if textWidth(piece) > width { // an interval on a very narrow line
			out = append(out, strings.Fields(piece)...)
		} else {
			out = append(out, piece)
		}
	}
	return out
}

// breakName is as much of a long name as fits, up to one of the characters
// that names are made with where there is one near the end.
func breakName(s string, width int) string {
	head := columns.Head(s, width)
	if head == "" { // a wide character where there is one column
		for i := range s {
			if i > 0 {
				return s[:i]
			}
		}
		return s
	}
	if i := strings.LastIndexAny(head, "/=_-."); i > len(head)/2 {
		return head[:i+1]
	}
	return head
}

// units follow their number on the same line.
var units = map[string]bool{
	"ns": true, "us": true, "ms": true, "s": true, "min": true, "B": true, "KiB": true, "MiB": true, "GiB": true, "TiB": true,
}

// pieces are the words of a text, in which "51.12 ms" and "6.02 - 6.61" are
// one each.
func pieces(s string) []string {
	var out []string
	glue := false
	for _, word := range strings.Fields(s) {
		last := len(out) - 1
		dash := word == "-" && last >= 0 && numeric(out[last])
		if glue || dash || last >= 0 && units[strings.TrimRight(word, ".,:;)")] && numeric(out[last]) {
			out[last] += " " + word
		} else {
			out = append(out, word)
		}
		glue = dash
	}
	return out
}

// numeric is whether a word ends in a number, or in one with its unit.
func numeric(word string) bool {
	last := word[strings.LastIndexByte(word, ' ')+1:]
	return last != "" && (last[len(last)-1] >= '0' && last[len(last)-1] <= '9' || units[last])
}

// cut shortens a description to n columns at a word: its beginning says most.
func cut(s string, n int) string {
	if textWidth(s) <= n {
		return s
	}
	head := columns.Head(s, n-1)
	if i := strings.LastIndexByte(head, ' '); i > len(head)/2 && len(head) < len(s) && s[len(head)] != ' ' {
		head = head[:i]
	}
	return strings.TrimRight(head, " ,;:.") + "…"
}

// flow writes texts one after the other in lines of the terminal's width, the
// first from column first on, further ones from column hang. A text goes to
// the next line before it is broken.
func flow(b *strings.Builder, texts []text, between string, first, hang, width int, color bool) {
	b.WriteString(strings.Repeat(" ", first))
	at, begun := first, false
	next := func() {
		b.WriteString("\n" + strings.Repeat(" ", hang))
		at, begun = hang, false
	}
	for i, t := range texts {
		if t.s == "" {
			continue
		}
		if i > 0 && begun {
			ends := strings.TrimRight(between, " ")
			if at+textWidth(between)+textWidth(t.s)+textWidth(ends) <= width {
				b.WriteString(between)
				at += textWidth(between)
			} else {
				b.WriteString(ends)
				next()
			}
		}
		room := width - at - textWidth(strings.TrimRight(between, " "))
		for n, line := range fold(t.s, max(room, 8)) {
			if n > 0 {
				next()
			}
			b.WriteString(paint(line, t.style, color))
			at += textWidth(line)
		}
		begun = true
	}
	b.WriteByte('\n')
}

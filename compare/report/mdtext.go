package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// md escapes text for a Markdown paragraph, list item or table cell. HTML is
// escaped too: what comes from a program under test must not become markup
// where PERFORMANCE.md is shown.
func md(s string) string {
	if s == none {
		return s
	}
	var b strings.Builder
	r := []rune(s)
	for i, c := range r {
		switch c {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '\\', '`', '*', '[', ']', '|', '~', '$':
			b.WriteString(`\` + string(c))
		case '_':
			// Within a word it is no markup, and light_static reads better.
			if i == 0 || i == len(r)-1 || !wordRune(r[i-1]) || !wordRune(r[i+1]) {
				b.WriteByte('\\')
			}
			b.WriteRune(c)
		case '>', '#', '+', '-', '=':
			if i == 0 {
				b.WriteByte('\\')
			}
			b.WriteRune(c)
		case '@':
			// Sites turn @name into a mention of a person.
			b.WriteString("&#64;")
		case ':', '.':
			// Nor is a name a link: sites make one of all that looks like it.
			if linkAt(r, i) {
				fmt.Fprintf(&b, "&#%d;", c)
			} else {
				b.WriteRune(c)
			}
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// linkAt is whether the colon or dot at i is that of "://" or "www.".
func linkAt(r []rune, i int) bool {
	if r[i] == ':' {
		return i+2 < len(r) && r[i+1] == '/' && r[i+2] == '/'
	}
	return i >= 3 && strings.EqualFold(string(r[i-3:i]), "www")
}

func wordRune(c rune) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// mdCode shows text as code: names stay literal.
func mdCode(s string) string {
	run, longest := 0, 0
	for _, c := range s {
		if c == '`' {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	if longest == 0 {
		return "`" + s + "`"
	}
	fence := strings.Repeat("`", longest+1)
	return fence + " " + s + " " + fence
}

// mdCell is mdCode within a table, where a pipe ends a cell even in code
// unless it is escaped, and the escape is not shown.
func mdCell(s string) string { return strings.ReplaceAll(mdCode(s), "|", `\|`) }

// A mdTable collects a table and writes it with its columns padded, because
// the file is read as text as often as it is rendered.
type mdTable struct {
	right []bool // per column: align right
	rows  [][]string
}

// newMDTable starts a table. The column of a heading that starts with > is
// aligned right. A column in which no cell says anything is left out.
func newMDTable(headings ...string) *mdTable {
	t := &mdTable{}
	row := make([]string, len(headings))
	for i, h := range headings {
		name, right := strings.CutPrefix(h, ">")
		row[i] = name
		t.right = append(t.right, right)
	}
	t.rows = append(t.rows, row)
	return t
}

// maxPadding is the widest a column is padded to: one long name would make
// every line as long.
const maxPadding = 66

func (t *mdTable) add(cells ...string) { t.rows = append(t.rows, cells) }

// drop removes the columns that say nothing.
func (t *mdTable) drop() {
	for i := len(t.right) - 1; i >= 0; i-- {
		says := false
		for _, row := range t.rows[1:] {
			says = says || row[i] != none && row[i] != ""
		}
		if says {
			continue
		}
		t.right = slices.Delete(t.right, i, i+1)
		for n, row := range t.rows {
			t.rows[n] = slices.Delete(row, i, i+1)
		}
	}
}

// write writes the table, and nothing where it has no line.
func (t *mdTable) write(b *strings.Builder) {
	t.drop()
	if len(t.rows) < 2 || len(t.right) == 0 {
		return
	}
	t.keepNumbersWhole()
	widths := make([]int, len(t.right))
	for _, row := range t.rows {
		for i, c := range row {
			widths[i] = max(widths[i], min(textWidth(c), maxPadding), 3)
		}
	}
	for n, row := range t.rows {
		b.WriteByte('|')
		for i, c := range row {
			pad := strings.Repeat(" ", max(0, widths[i]-textWidth(c)))
			if t.right[i] {
				c = pad + c
			} else {
				c += pad
			}
			b.WriteString(" " + c + " |")
		}
		b.WriteByte('\n')
		if n > 0 {
			continue
		}
		b.WriteByte('|')
		for i, right := range t.right {
			rule := strings.Repeat("-", widths[i]+1)
			if right {
				b.WriteString(rule + ":|")
			} else {
				b.WriteString(" " + rule[1:] + " |")
			}
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
}

// noBreak is a space at which no line is broken.
const noBreak = "\u00a0"

// keepNumbersWhole makes the headings of columns of numbers as wide as the
// numbers: a site that has too little room for a table takes some of every
// column, and "1.597 us" would be on two lines beside a name that could be.
// Headings are the place for it, since numbers are searched for and copied.
func (t *mdTable) keepNumbersWhole() {
	const (
		widest = 11   // of what is a number and not a text
		spare  = 0.25 // estimates are rough
	)
	for i, right := range t.right {
		if !right {
			continue
		}
		need := 0.0
		for _, row := range t.rows[1:] {
			need = max(need, ems(row[i]))
		}
		heading := strings.ReplaceAll(t.rows[0][i], " ", noBreak)
		if lack := need + spare - ems(heading); lack > -1 && need <= widest {
			t.rows[0][i] = strings.Repeat(noBreak, int(math.Ceil(max(lack, 0)/ems(noBreak)))) + heading
		}
	}
}

// ems is about how wide a text is in the fonts of sites, in units of their size.
func ems(s string) float64 {
	width := 0.0
	for _, c := range s {
		switch {
		case c == '*' || c == '\\': // bold, escapes
		case strings.ContainsRune(" .,:;-()|'ijlt", c) || c == '\u00a0':
			width += 0.28
		case c == 'm' || c == 'w' || c == '%' || c >= 'A' && c <= 'Z':
			width += 0.75
		default:
			width += 0.56
		}
	}
	return width
}

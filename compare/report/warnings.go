package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"xbench/compare"
)

// otherWarnings are the warnings that the lines about means do not repeat.
func (v *View) otherWarnings() []compare.Warning {
	var out []compare.Warning
	for _, w := range v.Warnings {
		if w.Kind != compare.WarnMean {
			out = append(out, w)
		}
	}
	return out
}

// sortWarnings gathers warnings that say the same of different rows: those
// with one remedy whose texts differ in figures only.
func sortWarnings(in []compare.Warning) [][]compare.Warning {
	type sort struct{ remedy, wording string }
	var out [][]compare.Warning
	at := make(map[sort]int)
	for _, w := range in {
		key := sort{w.Remedy, wording(w.Text)}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], w)
	}
	return out
}

// wording is a text without its figures.
func wording(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c == '.' {
			return -1
		}
		return c
	}, s)
}

// warningText is a warning with its place and its remedy, on one line.
func warningText(w compare.Warning) string {
	var b strings.Builder
	for _, s := range []string{w.Impl, w.Row} {
		if s != "" {
			b.WriteString(s + " ")
		}
	}
	s := strings.TrimSuffix(b.String(), " ")
	if s != "" {
		s += ": "
	}
	s += w.Text
	if w.Remedy != "" {
		s += "; " + w.Remedy
	}
	return s
}

// common is what texts of one sort all say, with the range of what differs, and
// that of each: "2 of 80 samples were late" and "3 of 80 samples were late" have
// "2 to 3 of 80 samples were late" in common, 2 and 3 apart.
func common(same []compare.Warning) (text string, apart []string) {
	var words [][]string
	for _, w := range same {
		words = append(words, strings.Fields(w.Text))
	}
	first := words[0]
	head, tail := len(first), len(first)
	for _, ws := range words[1:] {
		n := 0
		for n < min(head, len(ws)) && ws[n] == first[n] {
			n++
		}
		head, n = n, 0
		for n < min(tail, len(ws)) && ws[len(ws)-1-n] == first[len(first)-1-n] {
			n++
		}
		tail = n
	}
	if head == len(first) {
		return same[0].Text, make([]string, len(same))
	}
	// A word must not count for both ends of a shorter text.
	for _, ws := range words {
		tail = min(tail, len(ws)-head)
	}
	for _, ws := range words {
		apart = append(apart, strings.Join(ws[head:len(ws)-tail], " "))
	}
	return strings.Join(ranges(words, head, tail), " "), apart
}

// ranges are the words that texts begin and end with, head and tail of them,
// and between them the range of each figure; an ellipsis where there is more
// than figures.
func ranges(texts [][]string, head, tail int) []string {
	first := texts[0]
	out := slices.Clone(first[:head])
	for i := head; i < len(first)-tail; i++ {
		word, ok := rangeOf(texts, i)
		if !ok {
			out = append(out[:head], "…")
			break
		}
		out = append(out, word)
	}
	return append(out, first[len(first)-tail:]...)
}

// rangeOf is from the smallest to the largest of the figures that stand at one
// place of texts: "2 to 10", "3.1% to 8%".
func rangeOf(texts [][]string, at int) (string, bool) {
	var lo, hi string
	var least, most float64
	for _, words := range texts {
		if len(words) != len(texts[0]) {
			return "", false
		}
		x, err := strconv.ParseFloat(strings.Trim(words[at], "(),;:%x"), 64)
		if err != nil && words[at] != texts[0][at] {
			return "", false
		}
		if lo == "" || x < least {
			lo, least = words[at], x
		}
		if hi == "" || x > most {
			hi, most = words[at], x
		}
	}
	if lo == hi {
		return lo, true
	}
	return strings.TrimRight(lo, "),;:") + " to " + strings.TrimLeft(hi, "("), true
}

// warnings prints a bullet for each sort of warning with its remedy. Where a
// sort concerns several rows they are folded away: a busy host marks them all.
func (m *markdown) warnings() {
	sorts := sortWarnings(m.otherWarnings())
	if len(sorts) == 0 {
		return
	}
	m.section("Warnings about the measurement")
	for _, same := range sorts {
		if len(same) == 1 {
			m.printf("- %s\n", md(warningText(same[0])))
			continue
		}
		text, apart := common(same)
		if remedy := same[0].Remedy; remedy != "" {
			text += "; " + remedy
		}
		m.printf("- %s\n\n  <details><summary>%s</summary>\n\n", md(text), plural(len(same), "case"))
		for i, w := range same {
			m.printf("  - %s\n", warningPlace(w, apart[i]))
		}
		m.printf("\n  </details>\n\n")
	}
	m.b.WriteByte('\n')
}

// warningPlace says where a warning of a sort was seen, and its figures.
func warningPlace(w compare.Warning, figures string) string {
	var parts []string
	if w.Row != "" {
		parts = append(parts, mdCode(w.Row))
	}
	if w.Impl != "" {
		parts = append(parts, md(w.Impl))
	}
	s := strings.Join(parts, ", ")
	switch {
	case s == "":
		return orNone(md(figures))
	case figures == "":
		return s
	}
	return fmt.Sprintf("%s: %s", s, md(figures))
}

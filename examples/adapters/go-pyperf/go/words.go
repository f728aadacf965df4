// Package words finds the commonest words of a text.
package words

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Sizes are how many words the texts have.
var Sizes = map[string]int{"small": 1000, "large": 50000}

// Text is a text of so many words, the same in every language.
func Text(words int) string {
	out := make([]string, words)
	seed := uint64(1)
	for i := range out {
		seed = (seed*1103515245 + 12345) & 0x7FFFFFFF
		out[i] = fmt.Sprintf("word%d", (seed>>8)%997)
	}
	return strings.Join(out, " ")
}

// A Count is how often a word occurs.
type Count struct {
	Word string
	N    int
}

// Commonest returns the commonest words, the most first.
func Commonest(text string, most int) []Count {
	counts := make(map[string]int)
	for word := range strings.FieldsSeq(text) {
		counts[word]++
	}
	out := make([]Count, 0, len(counts))
	for word, n := range counts {
		out = append(out, Count{word, n})
	}
	slices.SortFunc(out, func(a, b Count) int { return cmp.Or(b.N-a.N, cmp.Compare(a.Word, b.Word)) })
	return out[:min(most, len(out))]
}

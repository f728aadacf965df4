package main

import (
	"cmp"
	"slices"
	"strings"
)

// words/top: count the words of a text and find the ten most frequent.

const consonants, vowels = "bdfghjklmnprstvz", "aeiou"

// word makes a word of two syllables for each rank from 0 to 6399.
func word(rank int) string {
	a, b := rank%80, rank/80
	return string([]byte{consonants[a/5], vowels[a%5], consonants[b/5], vowels[b%5]})
}

// makeText returns sentences, in which a few words are frequent and most are
// rare.
func makeText(nonce uint64, words int) string {
	random := splitMix(nonce)
	marks := []string{". ", ", ", "\n"}
	var b strings.Builder
	begins := true // a sentence
	for range words {
		limit := 1 + random.below(6400)
		text := word(random.below(limit))
		if begins {
			text = strings.ToUpper(text[:1]) + text[1:]
		}
		b.WriteString(text)
		mark := random.below(12)
		begins = mark == 0
		if mark < len(marks) {
			b.WriteString(marks[mark])
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

type entry struct {
	word  string
	count int64
}

type ranking struct {
	top    []entry
	counts map[string]int64
}

// topWords is timed.
func topWords(text string) (ranking, error) {
	counts := make(map[string]int64)
	for _, token := range strings.Fields(text) {
		counts[strings.ToLower(strings.Trim(token, ".,"))]++
	}
	entries := make([]entry, 0, len(counts))
	for word, count := range counts {
		entries = append(entries, entry{word, count})
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.count, a.count), strings.Compare(a.word, b.word))
	})
	return ranking{entries[:min(10, len(entries))], counts}, nil
}

func describeWords(r ranking) (any, map[string]int64) {
	result := make([][]any, len(r.top))
	for i, e := range r.top {
		result[i] = []any{e.word, e.count}
	}
	var words int64
	for _, n := range r.counts {
		words += n
	}
	return result, map[string]int64{"words": words, "distinct": int64(len(r.counts))}
}

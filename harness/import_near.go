package harness

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"xbench/harness/foreign"
)

// matchHint is what to type where no two sides have a benchmark of the same
// name: the two whose names are most alike, or how it is done where none are.
func matchHint(sides []ImportSide) string {
	var best nearPair
	for i := range sides {
		for j := range sides[:i] {
			for _, a := range sides[j].benchmarks() {
				for _, b := range sides[i].benchmarks() {
					if score := alike(a.Called(), b.Called()); score > best.score {
						best = nearPair{[2]*ImportSide{&sides[j], &sides[i]}, [2]string{a.Called(), b.Called()}, score}
					}
				}
			}
		}
	}
	if best.score == 0 {
		var flags []string
		for _, s := range sides {
			flags = append(flags, fmt.Sprintf("--match '%s:THEIRS=NAME'", s.Name))
		}
		return "give those that do the same one name, once per side: " + strings.Join(flags, " ")
	}
	return "give those that do the same one name, in the way of: " + best.flag()
}

// A nearPair is one benchmark on each of two sides, which may be the same.
type nearPair struct {
	sides  [2]*ImportSide
	theirs [2]string
	score  float64 // 0 = not alike, 1 = the same words
}

// flag gives one of the two the name that the other's row has, the shorter one.
func (p *nearPair) flag() string {
	named, other := 0, 1
	var name string
	for i, side := range p.sides {
		if n, err := RowName(side.Result.Format, p.theirs[i]); err == nil && (name == "" || len(n) < len(name)) {
			name, named, other = n, i, 1-i
		}
	}
	if name == "" {
		name = "NAME"
	}
	flag := func(i int) string {
		return fmt.Sprintf("--match '%s:%s=%s'", p.sides[i].Name, foreign.Shown(p.theirs[i]), name)
	}
	if name == "NAME" {
		return flag(named) + " " + flag(other)
	}
	return flag(other)
}

// leastAlike is the score below which two names are no hint: a third of the
// words of the longer.
const leastAlike = 0.3

// alike compares the words of two names. Sizes tell benchmarks of one family
// apart, and are half a word each.
func alike(a, b string) float64 {
	x, y := nameWords(a), nameWords(b)
	shared, words := 0.0, 0
	for _, w := range x {
		if slices.ContainsFunc(y, func(o string) bool { return oneWord(w, o) }) {
			shared += wordWeight(w)
			if !isNumber(w) {
				words++
			}
		}
	}
	if words == 0 {
		return 0 // a size alone says nothing
	}
	if score := shared / max(weights(x), weights(y)); score >= leastAlike {
		return score
	}
	return 0
}

func weights(words []string) float64 {
	sum := 0.0
	for _, w := range words {
		sum += wordWeight(w)
	}
	return sum
}

func wordWeight(w string) float64 {
	if isNumber(w) {
		return 0.5
	}
	return 1
}

func isNumber(w string) bool { return w[0] >= '0' && w[0] <= '9' }

// oneWord is whether two words are one, or forms of one: slug and slugify.
func oneWord(a, b string) bool {
	if a == b {
		return true
	}
	return min(len(a), len(b)) >= 4 && !isNumber(a) && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// emptyWords are those that names of benchmarks have for being such.
var emptyWords = []string{"test", "tests", "bench", "benchmark", "benchmarks", "perf", "speed", "performance", "of", "the"}

// nameWords splits a name into its words and numbers, in lower case. Of a path
// of modules the last part counts.
func nameWords(name string) []string {
	if i := strings.LastIndex(name, "::"); i >= 0 {
		name = name[i+2:]
	}
	var out []string
	var word []rune
	flush := func() {
		if w := strings.ToLower(string(word)); w != "" && !slices.Contains(emptyWords, w) && !slices.Contains(out, w) {
			out = append(out, w)
		}
		word = word[:0]
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && (r < '0' || r > '9') {
			flush()
			continue
		}
		if n := len(word); n > 0 {
			last := word[n-1]
			if unicode.IsUpper(r) && unicode.IsLower(last) || unicode.IsLetter(r) != unicode.IsLetter(last) {
				flush()
			}
		}
		word = append(word, r)
	}
	flush()
	return out
}

package strictyaml

import (
	"fmt"
	"math"
	"strings"
)

// Suggest returns the entry of known that got was probably meant to be, or ""
// when nothing is near. Near means within a third of the longer name's
// length, at most three edits (a swap of neighbours counts as one), or one
// being a prefix of the other. Of equally near names one that shares the
// beginning wins, then the first.
func Suggest(got string, known []string) string {
	best, bestDistance := "", math.MaxInt
	g := strings.ToLower(got)
	for _, k := range known {
		l := strings.ToLower(k)
		// Doubled, so that sharing the beginning can count as half an edit.
		d := 2 * editDistance(g, l)
		limit := 2 * min(3, (max(len(g), len(l))+1)/3)
		if prefixed(g, l) {
			d--
		} else if d > limit {
			continue
		}
		if d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

// DidYouMean returns ` (did you mean "x"?)`, ready to be appended to an error
// message, or "" when nothing is near.
func DidYouMean(got string, known []string) string {
	if s := Suggest(got, known); s != "" {
		return fmt.Sprintf(" (did you mean %q?)", s)
	}
	return ""
}

// prefixed reports whether one name is the beginning of the other; short ones
// begin too much to mean anything.
func prefixed(a, b string) bool {
	if min(len(a), len(b)) < 3 {
		return false
	}
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

// editDistance is the number of insertions, deletions, substitutions and
// swaps of neighbouring bytes that turn a into b (optimal string alignment).
func editDistance(a, b string) int {
	before := make([]int, len(b)+1)
	above := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}

// mostListed is how many names an error lists.
const mostListed = 8

// Unknown is the error for a name that is not among those that exist: what it
// was meant to be, or else what there is, the first few of many.
func Unknown(what, got string, known []string) error {
	if near := Suggest(got, known); near != "" {
		return fmt.Errorf("unknown %s %q (did you mean %q?)", what, got, near)
	}
	more := ""
	if n := len(known) - mostListed; n > 0 {
		known, more = known[:mostListed], fmt.Sprintf(" and %d more", n)
	}
	return fmt.Errorf("unknown %s %q (there are: %s%s)", what, got, strings.Join(known, ", "), more)
}

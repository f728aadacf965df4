package build

import (
	"fmt"
	"iter"
)

// similar returns the known name that is nearest to one that is not, if it is
// near enough for a slip of the keyboard, or else "". Of several it is the first
// in the alphabet.
func similar(name string, known iter.Seq[string]) string {
	best, least := "", max(1, (len(name)+1)/3)+1
	for k := range known {
		if max(len(k)-len(name), len(name)-len(k)) > least {
			continue
		}
		if d := distance(name, k); d < least || d == least && best != "" && k < best {
			best, least = k, d
		}
	}
	return best
}

// didYouMean is what an error says of a similar name.
func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", name)
}

// distance is how many bytes must be put in, left out or replaced.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}

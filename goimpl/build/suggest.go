package build

import (
	"fmt"
	"iter"

	"xbench/goimpl/near"
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
		if d := near.Distance(name, k); d < least || d == least && best != "" && k < best {
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

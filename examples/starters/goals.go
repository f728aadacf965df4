package starters

import "fmt"

// goals are the lines of claims about every language but the first.
//
// They hold with room to spare wherever the starters run, so that the first
// verdict is PASS, and they claim no more than anybody would expect: which of
// two compiled languages is faster is what xbench is asked for.
func goals(languages []Language) []string {
	var out []string
	reference := languages[0]
	for _, candidate := range languages[1:] {
		against := ""
		if len(languages) > 2 {
			against = "against: " + candidate.Name + ", "
		}
		claim, bound := claims(reference, candidate)
		out = append(out, fmt.Sprintf("{claim: %s, %seach: %s}", claim, against, bound))
	}
	return out
}

func claims(reference, candidate Language) (claim, bound string) {
	switch {
	case candidate.quick && !reference.quick:
		return fmt.Sprintf("%s is never slower than %s", candidate.Name, reference.Name), `">= 1", tolerance: 5%`
	case reference.quick && !candidate.quick:
		return fmt.Sprintf("%s takes at most 100 times as long as %s", candidate.Name, reference.Name), `">= 0.01"`
	}
	return fmt.Sprintf("%s takes at most 5 times as long as %s", candidate.Name, reference.Name), `">= 0.2"`
}

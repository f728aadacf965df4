package starters

import "fmt"

// goals are the lines of claims about every language but the first.
//
// They hold with room to spare wherever the starters run, also on a machine
// that has other things to do, so that the first verdict is PASS; and they
// claim no more than is known beforehand. Which of two compiled languages is
// faster is what xbench is asked for.
func goals(languages []Language) []string {
	var out []string
	reference := languages[0]
	for _, candidate := range languages[1:] {
		against := ""
		if len(languages) > 2 {
			against = "against: " + candidate.Name + ", "
		}
		claim, bound := claim(candidate, reference)
		out = append(out, fmt.Sprintf("{claim: %s, %s%s}", claim, against, bound))
	}
	return out
}

func claim(candidate, reference Language) (words, bound string) {
	switch {
	case candidate.ahead && !reference.ahead:
		return fmt.Sprintf("%s at least 1.5x as fast as %s", candidate.Name, reference.Name), `speedup: ">= 1.5"`
	case reference.ahead && !candidate.ahead:
		return fmt.Sprintf("%s takes at most 50 times as long as %s", candidate.Name, reference.Name), `each: ">= 0.02"`
	}
	return fmt.Sprintf("%s takes at most 5 times as long as %s", candidate.Name, reference.Name), `each: ">= 0.2"`
}

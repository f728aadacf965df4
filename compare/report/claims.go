package report

import (
	"fmt"
	"strings"

	"xbench/compare"
)

// A scope is a set of benchmarks that a claim is about.
type scope struct {
	label string
	rows  int
	claim float64
	mean  compare.Interval
}

// claims are the sentences that a reader may take away, without their full
// stops: for every candidate one about each set of benchmarks that goals which
// count are about. They leave nothing out to look better: where there is
// something to claim, what has nothing says so.
func (v *View) claims() []string {
	if v.Verdict == compare.Invalid || v.Reference == "" {
		return nil
	}
	if answers := v.answers(); answers != nil {
		return answers
	}
	var out []string
	something := false
	for _, candidate := range v.Candidates {
		for _, s := range v.scopes(candidate) {
			something = something || s.claim > 1
			out = append(out, v.claimOf(candidate, s))
		}
	}
	if !something {
		return nil
	}
	if n := v.shownOnly(); n > 0 {
		last := &out[len(out)-1]
		*last = strings.TrimSuffix(*last, ")") + "; " + isOrAre(n, "row") + " shown only and not counted)"
	}
	return out
}

// notAsked leads in claims that answer no goal.
const notAsked = "Measured, and not what any goal asked: "

// sentence begins a claim that begins with a word of ours, and not with a name.
func sentence(lead, claim string) string {
	if lead == "" && strings.HasPrefix(claim, noneProved) {
		return capital(claim)
	}
	return lead + claim
}

const noneProved = "no speedup of "

func isOrAre(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " is"
	}
	return plural(n, noun) + " are"
}

// scopes are what the goals that count are about, in their order: what was asked
// beforehand goes before what the table happens to hold. Without such goals it is
// what the first goal wants a mean of, or all. Goals that were chosen afterwards
// ask nothing.
func (v *View) scopes(candidate string) []scope {
	var gated, first []scope
	seen := make(map[string]bool)
	for _, g := range v.Goals {
		s, ok := v.scopeOf(g)
		switch {
		case v.Unplanned || g.Candidate != candidate || !ok:
		case g.Gated && !seen[s.label]:
			seen[s.label] = true
			gated = append(gated, s)
		case !g.Gated && g.Speedup > 0 && s.claim > 1 && first == nil:
			first = []scope{s}
		}
	}
	if gated != nil {
		return gated
	}
	if first != nil {
		return first
	}
	if m, ok := v.overall(candidate); ok && FormatRatio(m.Geometric.Ratio) != none {
		return []scope{{m.Group, m.Rows, m.Claim, m.Geometric}}
	}
	return nil
}

// scopeOf is what a goal is about, where there is a mean of that: its own, or of
// a goal about each row the mean of the same rows.
func (v *View) scopeOf(g compare.Goal) (scope, bool) {
	switch {
	case g.Verdict == compare.NotEvaluated || g.Verdict == compare.Invalid:
	case g.Speedup > 0:
		return scope{meanLabel(g), g.Rows, g.Claim, g.Found}, FormatRatio(g.Found.Ratio) != none
	case g.Each > 0:
		for _, m := range v.Means {
			if m.Candidate == g.Candidate && m.Group == meanLabel(g) {
				return scope{m.Group, m.Rows, m.Claim, m.Geometric}, FormatRatio(m.Geometric.Ratio) != none
			}
		}
	}
	return scope{}, false
}

func (v *View) claimOf(candidate string, s scope) string {
	over := plural(s.rows, "benchmark")
	if s.label != compare.GroupAll {
		over = plural(s.rows, s.label+" benchmark")
	}
	if v.Filter != "" {
		over += " chosen by --filter"
	}
	if s.claim <= 1 {
		return fmt.Sprintf(noneProved+"%s over %s is proved over %s (%s)", candidate, v.Reference, over, meanWords(s, FormatInterval(s.mean)))
	}
	return fmt.Sprintf("%s is %s faster than %s over %s (%s)", candidate, atLeast(s.claim), v.Reference, over, meanWords(s, "95 %"))
}

func meanWords(s scope, rest string) string {
	if s.rows > 1 {
		return "geometric mean, " + rest
	}
	return rest
}

// shownOnly is how many rows are part of no mean and no goal.
func (v *View) shownOnly() int {
	n := 0
	for _, r := range v.Rows {
		if r.ShownOnly {
			n++
		}
	}
	return n
}

// gates is whether a goal that counts is about each of some rows, this one among
// them.
func (v *View) gates(r Row, candidate string) bool {
	for _, g := range v.Goals {
		if g.Gated && g.Each > 0 && g.Candidate == candidate && inGoal(g, r) {
			return true
		}
	}
	return false
}

package compare

import (
	"fmt"
	"slices"
	"strings"

	"xbench/harness/record"
)

// overall combines the gated claims: INVALID and FAIL before everything, then
// what is not proved, then PASS.
func (a *analysis) overall() (v Verdict, exit int, reasons []string) {
	var all []complaint
	v = NoGoals
	for _, c := range a.claims {
		if !c.gated {
			continue
		}
		if v == NoGoals {
			v = Pass
		}
		if c.verdict == Pass {
			continue
		}
		name, why := c.name(len(a.candidates) > 1), a.reason(c)
		same := slices.IndexFunc(all, func(x complaint) bool { return x.verdict == c.verdict && x.why == why })
		if same < 0 {
			same = len(all)
			all = append(all, complaint{verdict: c.verdict, why: why})
		}
		all[same].goals = append(all[same].goals, name)
		if severity(c.verdict) < severity(v) {
			v = c.verdict
		}
		if !(c.verdict == Inconclusive && a.allowed(c)) {
			exit = worseExit(exit, exitOf(c.verdict))
		}
	}
	for _, why := range a.brokenRows() {
		v, exit = Invalid, ExitDisproved
		// A program that crashed breaks its pairs with every other.
		if said := (complaint{verdict: Invalid, why: why}); !slices.ContainsFunc(all, func(c complaint) bool { return c.verdict == Invalid && c.why == why }) {
			all = append(all, said)
		}
	}
	slices.SortStableFunc(all, func(x, y complaint) int { return severity(x.verdict) - severity(y.verdict) })
	for _, c := range all {
		reasons = append(reasons, c.String())
	}
	if a.unplanned && len(a.claims) > 0 && exit == ExitProved {
		exit = ExitInconclusive
		reasons = append(reasons, "the goals are not the ones that the run was planned for: nothing is proved by goals chosen afterwards")
	}
	return v, exit, reasons
}

// A complaint is one cause of a verdict that is not PASS, and the goals that it
// stops: a row that crashed breaks every goal over it, and is said once.
type complaint struct {
	verdict Verdict
	why     string
	goals   []string // none: no gated goal speaks for it
}

func (c complaint) String() string {
	text := string(c.verdict) + "  "
	switch len(c.goals) {
	case 0:
		return text + c.why
	case 1:
		return text + c.goals[0] + ": " + c.why
	}
	return fmt.Sprintf("%s%s (%d goals: %s)", text, c.why, len(c.goals), strings.Join(c.goals, "; "))
}

// brokenRows lists rows that are INVALID and that no gated claim speaks for: a
// crash or a wrong result is never passed over, with goals or without, whether
// the row is one that goals are about or, as in a sweep, shown only. A
// benchmark that an implementation does not have breaks only the goals about
// it.
func (a *analysis) brokenRows() []string {
	covered := make(map[*pair]bool)
	for _, c := range a.claims {
		if c.gated && c.verdict == Invalid {
			for _, p := range c.members {
				covered[p] = true
			}
		}
	}
	var out []string
	for _, p := range a.every() {
		if p.invalid() && !p.unsupported() && !covered[p] {
			out = append(out, fmt.Sprintf("%s: %s", p.row.Name, p.failures[0].Message))
		}
	}
	return out
}

// unsupported reports whether a row is INVALID only because a side lacks it.
func (p *pair) unsupported() bool {
	return p.invalid() && !slices.ContainsFunc(p.failures, func(f record.Failure) bool { return f.Kind != record.FailUnsupported })
}

// allowed reports whether a claim that stays open is no failure.
func (a *analysis) allowed(c *claim) bool {
	return firstSet(a.inconclusive, c.goal.Inconclusive) == "pass"
}

func severity(v Verdict) int {
	return slices.Index([]Verdict{Invalid, Fail, Inconclusive, NotEvaluated, Pass, NoGoals}, v)
}

func exitOf(v Verdict) int {
	switch v {
	case Invalid, Fail:
		return ExitDisproved
	case Inconclusive, NotEvaluated:
		return ExitInconclusive
	}
	return ExitProved
}

func worseExit(x, y int) int {
	order := []int{ExitDisproved, ExitInconclusive, ExitProved}
	return order[min(slices.Index(order, x), slices.Index(order, y))]
}

// name is the claim in words, with the candidate where there are several.
func (c *claim) name(several bool) string {
	if several {
		return c.goal.Claim + " (" + c.String() + ")"
	}
	return c.goal.Claim
}

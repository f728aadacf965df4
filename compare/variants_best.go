package compare

import (
	"math"
	"slices"
)

// A Final is one scenario's best variant of the candidate against the best of
// the reference: what each language has to offer, whichever way it takes.
//
// It describes. The interval is the 95 % one of the two named; that both were
// chosen by the same data, which flatters either side, is not in it.
type Final struct {
	Scenario, Category, Candidate string
	Ref, Cand                     Entrant
	// Same is whether one variant serves both: the best of the two are the
	// same, or one side's best is not proved slower on the other.
	Same    bool
	Rounds  int // in which both were measured
	Speedup Interval
}

// finals pits the bests of every scenario against each other.
func (a *analysis) finals(contests []Contest) []Final {
	if a.single {
		return nil
	}
	var out []Final
	for _, c := range contests {
		at := slices.IndexFunc(contests, func(r Contest) bool { return r.Scenario == c.Scenario && r.Implementation == a.plan.Reference })
		if c.Implementation == a.plan.Reference || at < 0 || c.Best.Row == "" || contests[at].Best.Row == "" {
			continue
		}
		r := contests[at]
		f := Final{Scenario: c.Scenario, Category: c.Category, Candidate: c.Implementation, Ref: r.Best, Cand: c.Best}
		f.Same = c.Ties(r.Best.Variant) || r.Ties(c.Best.Variant)
		d := lead(r.Best, c.Best)
		e := a.careful(d, plannedAlpha)
		f.Rounds, f.Speedup = len(d), Interval{math.Exp(e.Value), math.Exp(e.Lo), math.Exp(e.Hi)}
		out = append(out, f)
	}
	return out
}

// Ties reports whether a variant is the best or not proved slower than it.
func (c Contest) Ties(variant string) bool {
	if c.Best.Row != "" && c.Best.Variant == variant {
		return true
	}
	return slices.ContainsFunc(c.Others, func(r Rival) bool { return r.Variant == variant && r.Standing != StandingSlower })
}

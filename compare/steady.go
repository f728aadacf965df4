package compare

import (
	"math"
	"slices"
)

// describeFrom is the fewest rounds after which consistency and spread are
// described.
const describeFrom = 5

// varyLevel is the chance, at most, that a goal of consistency fails although
// no category varies more than it allows.
const varyLevel = 0.025

// looked is the scalar as the last planned look saw it. What came after that,
// until the user or the clock ended the run, is part of no description either.
func (p path) looked() []float64 {
	if len(p.seen) == 0 {
		return nil
	}
	return p.x[:min(p.seen[len(p.seen)-1].n, len(p.x))] // one value of sides that were measured apart
}

// judgeConsistency compares the round-to-round variation of each category with
// what is allowed. PASS describes: no category has varied so much. FAIL is a
// test: some category has varied by more than chance makes of as much as is
// allowed, in normal rounds, with the error shared by the categories. It is a
// description for as long as it costs no rounds: nothing is measured for it.
//
// Note: calling every larger deviation a FAIL was tried. At a true variation
// of 16 %, 7 categories of one row failed a goal of 30 % in 29 % of runs of 5
// rounds: the deviation of so few is often twice what it should be.
func (a *analysis) judgeConsistency(c *claim) {
	if a.unpaired() {
		c.verdict, c.lost = NotEvaluated, noRounds
		return
	}
	fams := families(c.members)
	allowed := math.Log1p(c.goal.Consistency)
	short, over := false, 0.0
	c.verdict = Pass
	for _, f := range fams {
		x := a.follow(f.pairs...).looked()
		if len(x) < describeFrom {
			short = true
			continue
		}
		s := robustSD(x)
		if v := math.Expm1(s); c.verdict != Fail && (c.worst == "" || v > c.found.Ratio) {
			c.worst, c.found.Ratio, c.looked = f.name, v, len(x)
		}
		if s < allowed {
			continue
		}
		chance := allowed * madQuantile(len(x), varyLevel/float64(len(fams)))
		switch {
		case s > chance && s/chance > over:
			c.verdict, c.worst, c.found.Ratio, c.looked, over = Fail, f.name, math.Expm1(s), len(x), s/chance
		case c.verdict == Pass:
			c.verdict = Inconclusive
		}
		if c.worst == f.name {
			c.chance = math.Expm1(chance)
		}
	}
	if short && c.verdict != Fail {
		c.verdict = Inconclusive
	}
	if c.decided() {
		c.round = c.looked
	}
}

// judgeSpread compares the coefficient of variation of the categories'
// speedups with what is allowed. It describes.
func (a *analysis) judgeSpread(c *claim) {
	fams := families(c.members)
	if len(fams) < 2 {
		c.verdict, c.lost = NotEvaluated, "one category alone has no spread"
		return
	}
	var logs, ratios []float64
	for _, f := range fams {
		x := a.follow(f.pairs...).looked()
		if len(x) < describeFrom && !(a.unpaired() && len(x) > 0) {
			return
		}
		c.round = max(c.round, len(x))
		logs = append(logs, mean(x))
		ratios = append(ratios, math.Exp(mean(x)))
		if c.worst == "" || mean(x) > slices.Max(logs[:len(logs)-1]) {
			c.worst = f.name
		}
	}
	c.found.Ratio, c.foundLog = Spread(ratios)
	c.verdict = Pass
	if c.found.Ratio >= c.goal.Spread {
		c.verdict = Fail
	}
}

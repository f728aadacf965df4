package compare

import (
	"fmt"
	"math"
)

// reason says in one line why a claim is not PASS.
func (a *analysis) reason(c *claim) string {
	switch c.verdict {
	case NotEvaluated:
		return c.lost
	case Invalid:
		p := firstInvalid(c.members)
		return p.row.Name + ": " + p.failures[0].Message
	case Fail:
		return a.disproof(c) + a.movedToo()
	case Inconclusive:
		s := a.doubt(c) + a.outlook(c)
		if c.capped {
			s = a.capReason()
		}
		if c.gated && a.allowed(c) {
			s += "; allowed, since " + a.allowance()
		}
		return s
	}
	return ""
}

// movedToo is what else may explain a slowdown between two records.
func (a *analysis) movedToo() string {
	for _, n := range a.rec.Notes {
		if n.Kind == noteMoved {
			return "; " + n.Message
		}
	}
	return ""
}

// allowance is who says that a claim may stay open.
func (a *analysis) allowance() string {
	switch {
	case a.lenient:
		return "compare was told --inconclusive pass"
	case a.inconclusive != "":
		return "the run was planned with inconclusive: pass"
	}
	return "the goal says inconclusive: pass"
}

func (a *analysis) disproof(c *claim) string {
	switch {
	case c.goal.Each > 0:
		s := c.worstRow()
		text := fmt.Sprintf("%s: %s, below %s", s.pair.row.Name, FormatInterval(a.interval(s.pair)), chosenRatio(math.Exp(c.threshold())))
		if n := len(c.culprits); n > 1 {
			text += fmt.Sprintf("; %d of %d rows in all", n, len(c.members))
		}
		return text
	case c.goal.Speedup > 0:
		return fmt.Sprintf("%s, below %s", FormatInterval(c.found), chosenRatio(c.goal.Speedup))
	case c.goal.Consistency > 0:
		return fmt.Sprintf("%s varies by %s from round to round, not below %s; in %s chance alone shows up to %s", c.worst, formatPercent(c.found.Ratio), formatPercent(c.goal.Consistency), countRounds(c.looked), formatPercent(c.chance))
	}
	return fmt.Sprintf("the categories' speedups vary by %s, not below %s", formatPercent(c.found.Ratio), formatPercent(c.goal.Spread))
}

// doubt says what stands in the way of a verdict.
func (a *analysis) doubt(c *claim) string {
	if !c.tested() && c.chance > 0 {
		return fmt.Sprintf("%s varies by %s where below %s is asked; in %s chance alone can show up to %s; a quieter host or more rounds tell",
			c.worst, formatPercent(c.found.Ratio), formatPercent(c.goal.Consistency), countRounds(c.looked), formatPercent(c.chance))
	}
	if !c.tested() {
		return fmt.Sprintf("fewer than %d rounds", describeFrom)
	}
	if c.goal.Each > 0 {
		open, worst := 0, c.worstRow()
		for _, s := range c.rows {
			if s.verdict == Inconclusive {
				open++
			}
		}
		text := fmt.Sprintf("%s: %s", worst.pair.row.Name, a.hold(worst.pair.path, a.interval(worst.pair), math.Exp(c.threshold())))
		if open > 1 {
			text += fmt.Sprintf("; %d of %d rows are open", open, len(c.rows))
		}
		return text
	}
	return a.hold(c.path, c.found, c.goal.Speedup)
}

// outlook says what it would take to settle an open claim.
func (a *analysis) outlook(c *claim) string {
	more, known := a.moreFor(c)
	switch {
	case !known:
		return ""
	case more == 0:
		return fmt.Sprintf("; even %d rounds would probably not settle it", mostRounds)
	}
	return fmt.Sprintf("; a new run of about %s would probably settle it", countRounds(a.roundsSoFar(c)+more))
}

// roundsSoFar is how many rounds the open part of a claim has had.
func (a *analysis) roundsSoFar(c *claim) int {
	if c.goal.Each == 0 {
		return len(c.path.x)
	}
	most := 0
	for _, s := range c.rows {
		if s.verdict == Inconclusive {
			most = max(most, len(s.pair.path.x))
		}
	}
	return most
}

// hold says that a threshold lies within an interval, or that there is none yet.
func (a *analysis) hold(p path, found Interval, threshold float64) string {
	if a.unpaired() {
		return a.holdApart(p, found, threshold)
	}
	if len(p.seen) == 0 {
		first := a.sched.looks[0]
		for _, n := range a.sched.looks {
			if first = n; n >= minLook {
				break
			}
		}
		return fmt.Sprintf("%s; the first look is after %d", countRounds(len(p.x)), max(first, minLook))
	}
	text := fmt.Sprintf("%s after %s is on neither side of %s", FormatInterval(found), countRounds(p.seen[len(p.seen)-1].n), chosenRatio(threshold))
	if g := math.Log(threshold); len(p.x) < a.sched.rMax && p.futile(g, a.sched.alpha, a.failLevel(1)) {
		text += fmt.Sprintf("; a verdict by round %d is unlikely", a.sched.rMax)
	}
	return text
}

package compare

import (
	"math"
	"slices"
)

// A Look is how a goal stood after one planned look, by what was known then:
// what a run saw when it decided what to measure next.
type Look struct {
	Round   int
	Verdict Verdict  // INCONCLUSIVE while the goal was open
	Found   Interval // of the mean, or of the row that decided then
	Worst   string   // that row, of a goal over every row
	Open    int      // rows of such a goal without a verdict of their own
	// Chance is the probability of a verdict at the last look, as a look from
	// round 8 on expects it of a mean that is open; 0 where it is not asked.
	Chance float64
	GaveUp bool // Chance was too small, for the mean or for every open row
}

// told adds to a goal how it got there, and what it still takes.
func (a *analysis) told(g Goal, c *claim, rows map[string]string) Goal {
	g.Looks, g.Stopped = a.tell(c), a.ending(c, rows)
	more, known := a.moreFor(c)
	g.MoreRounds, g.TooClose = more, known && more == 0
	return g
}

// tell lists the looks that a claim has had. Descriptions of a run have none,
// nor has work that was not the same.
func (a *analysis) tell(c *claim) []Look {
	switch {
	case !c.judged() || !c.tested() || c.verdict == Invalid || a.unpaired():
		return nil
	case c.goal.Each > 0:
		return a.tellEach(c)
	}
	var out []Look
	g, aPass, aFail := c.threshold(), a.sched.alpha, a.failLevel(1)
	for _, s := range c.path.seen {
		p := c.path.until(s.n)
		v, _ := p.decide(g, aPass, aFail)
		l := Look{Round: s.n, Verdict: v, Found: p.ratio(aPass, aFail)}
		if v == Inconclusive && p.mayGiveUp(s) {
			l.Chance = p.predict(s, g, aPass, aFail).probability()
			l.GaveUp = p.futile(g, aPass, aFail)
		}
		out = append(out, l)
	}
	return out
}

func (a *analysis) tellEach(c *claim) []Look {
	var out []Look
	for _, n := range a.sched.looks {
		if !slices.ContainsFunc(c.members, func(p *pair) bool { return n >= minLook && len(p.path.x) >= n }) {
			continue
		}
		rows := a.standings(c, n)
		v, _ := conjunction(rows)
		worst := worstOf(rows, n)
		l := Look{Round: n, Verdict: v, Worst: worst.pair.row.Name, Found: a.foundAt(c, worst, n)}
		hopeless := 0
		for _, s := range rows {
			if s.verdict == Inconclusive {
				l.Open++
				if s.pair.path.until(n).futile(c.threshold(), a.sched.alpha, a.failLevel(len(rows))) {
					hopeless++
				}
			}
		}
		l.GaveUp = v == Inconclusive && hopeless == l.Open
		out = append(out, l)
	}
	return out
}

// foundAt is the interval of a row after n rounds. One that failed lies below
// the threshold, however that was found.
func (a *analysis) foundAt(c *claim, s *standing, n int) Interval {
	i := s.pair.path.until(n).ratio(a.sched.alpha, a.failLevel(a.sharing(s.pair)))
	if s.verdict == Fail {
		i = cutBelow(i, c.threshold())
	}
	return i
}

// cutBelow cuts an interval off under a threshold.
func cutBelow(i Interval, threshold float64) Interval {
	if most := math.Nextafter(math.Exp(threshold), 0); i.Hi > most {
		i.Hi, i.Ratio, i.Lo = most, min(i.Ratio, most), min(i.Lo, most)
	}
	return i
}

// ending says why no more rounds were measured for a claim: one of the Stopped
// reasons, "" where nobody knows.
func (a *analysis) ending(c *claim, rows map[string]string) string {
	switch {
	case !c.judged():
		return ""
	case c.verdict == Invalid:
		return StoppedInvalid
	case c.decided():
		return StoppedDecided
	case !c.gated:
		return StoppedShown
	case !c.tested():
		return "" // nothing is measured for it
	case c.goal.Each > 0:
		return a.endingOfRows(c, rows)
	case c.goal.Speedup > 0 && c.path.futile(c.threshold(), a.sched.alpha, a.failLevel(1)):
		return StoppedFutile
	}
	return rows[c.members[0].row.Name]
}

// endingOfRows is the least satisfying reason of any open row.
func (a *analysis) endingOfRows(c *claim, rows map[string]string) string {
	var why []string
	for _, s := range c.rows {
		if s.verdict == Inconclusive {
			why = append(why, rows[s.pair.row.Name])
		}
	}
	for _, w := range []string{StoppedInterrupt, StoppedBudget, StoppedRounds, StoppedFutile} {
		if slices.Contains(why, w) {
			return w
		}
	}
	return ""
}

// StoppedShown is why an open goal that does not gate was measured no longer.
const StoppedShown = "shown"

// moreFor is how many further rounds an open claim would probably need; 0 is
// more than any plan holds, or not known. known tells the two apart.
func (a *analysis) moreFor(c *claim) (more int, known bool) {
	switch {
	case !c.judged() || !c.tested() || c.verdict != Inconclusive || a.unpaired():
		return 0, false
	case c.goal.Speedup > 0:
		need := c.path.need(c.threshold(), a.sched.alpha, a.failLevel(1))
		return need.more(len(c.path.x)), need != Need{}
	}
	return a.moreForRows(c)
}

// moreForRows is how long it takes until all open rows pass or, if some are
// below the threshold, until the first of them fails.
func (a *analysis) moreForRows(c *claim) (more int, known bool) {
	passing, failing, endless := 0, 0, false
	for _, s := range c.rows {
		if s.verdict != Inconclusive {
			continue
		}
		p := s.pair.path
		need := p.need(c.threshold(), a.sched.alpha, a.failLevel(len(c.rows)))
		n := need.more(len(p.x))
		switch {
		case need == Need{}:
			return 0, false
		case mean(p.x) < c.threshold():
			endless = true // it will not pass
			if n > 0 && (failing == 0 || n < failing) {
				failing = n
			}
		case n == 0:
			endless = true
		default:
			passing = max(passing, n)
		}
	}
	if endless {
		return failing, true
	}
	return passing, true
}

// more is how many rounds a plan has beyond n, 0 when there is none.
func (n Need) more(rounds int) int {
	if n.Rounds == 0 {
		return 0
	}
	return max(n.Rounds-rounds, 1)
}

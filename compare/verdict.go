package compare

import (
	"fmt"
	"math"
	"slices"

	"xbench/harness/record"
)

// A claim is one goal about one candidate.
type claim struct {
	goal record.Goal
	duel
	gated   bool
	members []*pair
	at      map[*pair]int // place among the members
	lost    string        // why it cannot be judged: its rows or its candidate are not part of the run

	path     path // of an aggregate
	rows     []standing
	verdict  Verdict
	round    int // of the deciding look
	found    Interval
	foundLog float64 // spread on the log scale
	looked   int     // consistency: rounds that the worst category was judged on
	chance   float64 // what chance alone can show in them where as much as allowed is true; 0 = not asked
	worst    string
	culprits []string
	capped   bool // proved, but by data that was not measured in turns
}

// A standing is how one row fares under an "each" claim.
type standing struct {
	pair    *pair
	verdict Verdict
	round   int
	among   int // rows that share the error of FAIL: all, or those that Holm's procedure had left
}

// tested reports whether the claim is decided by looks, and so shares in the
// allowed error. Consistency and spread are judged once the run has ended, and
// ask for no rounds: an interval for them was wrong in 13 to 35 of 100 cases
// under outliers.
func (c *claim) tested() bool { return c.goal.Speedup > 0 || c.goal.Each > 0 }

// judged reports whether there is anything to judge.
func (c *claim) judged() bool { return c.lost == "" }

// threshold is what the log speedup must reach.
func (c *claim) threshold() float64 {
	if c.goal.Each > 0 {
		return math.Log(c.goal.Each) - math.Log1p(c.goal.Tolerance)
	}
	return math.Log(c.goal.Speedup)
}

// state turns the goals into claims, and counts the tests among which the
// allowed error of a wrong FAIL is divided: never fewer than the plan has, so
// that a lower gate chosen after the run makes no FAIL easier to come by.
func (a *analysis) state() error {
	var err error
	if a.claims, a.tests, err = a.claimsOf(a.goals, a.gate); err != nil {
		return err
	}
	if a.unplanned || a.gate != a.plannedGate() {
		// Goals of the plan that cannot be read share no error.
		_, planned, _ := a.claimsOf(a.plan.Goals, a.plannedGate())
		a.tests = max(a.tests, planned)
	}
	return nil
}

func (a *analysis) claimsOf(goals []record.Goal, gate string) (claims []*claim, tests int, err error) {
	for i, g := range goals {
		if err := checkGoal(&g); err != nil {
			return nil, 0, fmt.Errorf("goal %d: %w", i+1, err)
		}
		if a.outOfScope(g) {
			continue
		}
		for _, candidate := range a.about(g) {
			c := &claim{goal: g, duel: duel{candidate, a.thanOf(g)}, verdict: Inconclusive}
			c.gated = g.Gate && a.gates(c) && levelRank(g.Level) <= levelRank(gate)
			a.gather(c)
			if c.gated && c.tested() && c.judged() {
				tests++
			}
			claims = append(claims, c)
		}
	}
	return claims, tests, nil
}

// levelRank orders the levels; below them all is the gate that is none.
func levelRank(level string) int { return slices.Index(levels, level) }

// outOfScope reports whether a goal speaks of a family of rows that the run's
// suite does not hold, filtered or not.
func (a *analysis) outOfScope(g record.Goal) bool {
	if g.Suite == "" {
		return false
	}
	for i := range a.plan.Rows {
		if a.plan.Rows[i].Group == g.Suite {
			return false
		}
	}
	return !slices.ContainsFunc(a.plan.Removed, func(r record.Removed) bool { return r.Group == g.Suite })
}

// about lists the candidates that a goal is about: without one of its own,
// every candidate but the one that it measures against.
func (a *analysis) about(g record.Goal) []string {
	if g.Against != "" {
		return []string{g.Against}
	}
	than := a.thanOf(g)
	if a.single && than == "" {
		return a.candidates
	}
	// Those that --impl left out too: a claim about every candidate is not
	// proved by choosing among them.
	return slices.DeleteFunc(slices.Concat(a.candidates, a.plan.Absent), func(name string) bool { return name == than || name == a.plan.LeftOut })
}

// gates reports whether a claim can gate at all. One implementation alone is
// measured, and nothing is claimed of it; but a goal that measures it against
// another than the reference is part of what it is, and losing the other is no
// way around it.
func (a *analysis) gates(c *claim) bool { return !a.single || a.headless() || c.than != "" }

// headless reports whether several implementations ran, but the one that they
// would be compared with was left out.
func (a *analysis) headless() bool { return a.single && len(a.plan.Implementations) > 1 }

func (a *analysis) gather(c *claim) {
	holds := func(name, group string) bool {
		return (c.goal.Suite == "" || group == c.goal.Suite) && match(c.goal.Over, name)
	}
	shown := 0
	c.at = make(map[*pair]int)
	for _, p := range a.of(c.duel) {
		switch {
		case !holds(p.row.Name, p.row.Group):
		case p.row.ShownOnly:
			shown++
		default:
			c.at[p] = len(c.members)
			c.members = append(c.members, p)
		}
	}
	removed := 0
	for _, r := range a.plan.Removed {
		if holds(r.Name, r.Group) {
			removed++
		}
	}
	switch {
	case a.headless() && c.than == "":
		c.lost = "the reference was not measured"
	case a.single && !a.headless() && c.than == "":
		c.lost = "only one implementation was measured"
	case !slices.Contains(a.candidates, c.candidate):
		c.lost = fmt.Sprintf("%s was not measured as a candidate", c.candidate)
	case c.than != "" && !slices.Contains(a.candidates, c.than):
		c.lost = fmt.Sprintf("%s, which it measures against, was not measured", c.than)
	case len(c.members) == 0 && shown > 0 && removed == 0:
		c.lost = "its rows are only shown, and part of no goal"
	case len(c.members) == 0:
		c.lost = "none of its rows was part of the run"
	case removed > 0:
		c.lost = fmt.Sprintf("%d of its %d rows were filtered out, and the rest is a choice", removed, removed+len(c.members))
	}
}

// failLevel is the level at which a claim may be called disproved: the allowed
// error is divided among the gated tests, and for "each" among its rows too
// (the first step of Holm's procedure). PASS needs no division: every claim,
// and every row of an "each" claim, has to pass.
func (a *analysis) failLevel(rows int) float64 {
	return a.sched.alpha / float64(max(a.tests, 1)*max(rows, 1))
}

func (a *analysis) judge(c *claim) {
	if !c.judged() {
		c.verdict = NotEvaluated
		return
	}
	switch {
	case c.goal.Each > 0:
		a.judgeEach(c)
	case c.goal.Speedup > 0:
		a.judgeMean(c)
	case c.goal.Consistency > 0:
		a.judgeConsistency(c)
	default:
		a.judgeSpread(c)
	}
	if anyInvalid(c.members) {
		c.verdict, c.round, c.culprits, c.found = Invalid, 0, nil, Interval{}
		c.worst = firstInvalid(c.members).row.Name
	}
}

func firstInvalid(pairs []*pair) *pair {
	for _, p := range pairs {
		if p.invalid() {
			return p
		}
	}
	return nil
}

func (a *analysis) judgeMean(c *claim) {
	c.path = a.follow(c.members...)
	c.verdict, c.round = c.path.decide(c.threshold(), a.sched.alpha, a.failLevel(1))
	c.found = c.path.ratio(a.sched.alpha, a.failLevel(1))
	if len(c.members) == 1 {
		c.worst = c.members[0].row.Name
	}
}

// ratio is the scalar's estimate over all rounds with the interval of the
// looks so far. The estimate is kept within the interval: rounds since the
// last look may move it, but it must not seem to contradict a verdict.
func (p path) ratio(aLo, aHi float64) Interval {
	if len(p.x) == 0 {
		return Interval{Hi: math.Inf(1)}
	}
	lo, hi := p.interval(aLo, aHi)
	return Interval{Ratio: math.Exp(min(max(mean(p.x), lo), hi)), Lo: math.Exp(lo), Hi: math.Exp(hi)}
}

// judgeEach asks every row. All must pass; each at the full level, since the
// claim passes wrongly only if a row that is too slow does. It fails when one
// row fails at its share of the level.
func (a *analysis) judgeEach(c *claim) {
	c.rows = a.standings(c, a.sched.rMax)
	a.whenFound(c)
	c.verdict, c.round = conjunction(c.rows)
	for _, s := range c.rows {
		if s.verdict == Fail {
			c.culprits = append(c.culprits, s.pair.row.Name)
		}
	}
}

// standings says how every row of an "each" claim stood after n rounds.
func (a *analysis) standings(c *claim, n int) []standing {
	var out []standing
	for _, p := range c.members {
		v, r := p.path.until(n).decide(c.threshold(), a.sched.alpha, a.failLevel(len(c.members)))
		if p.invalid() {
			v, r = Invalid, 0
		}
		out = append(out, standing{p, v, r, len(c.members)})
	}
	a.stepDown(c, out, n)
	return out
}

// conjunction is the verdict of an "each" claim, and the round that decided it:
// the first failure, or the last of all passes.
func conjunction(rows []standing) (v Verdict, round int) {
	passed, last := 0, 0
	v = Inconclusive
	for _, s := range rows {
		switch s.verdict {
		case Pass:
			passed++
			last = max(last, s.round)
		case Fail:
			// Later steps of Holm's procedure name culprits; the claim had
			// failed by the first.
			if s.among == len(rows) && (v != Fail || s.round < round) {
				v, round = Fail, s.round
			}
		}
	}
	if passed == len(rows) {
		return Pass, last
	}
	return v, round
}

// stepDown carries on from the first failed row with Holm's procedure: every
// row found lets the others be judged a little less strictly.
func (a *analysis) stepDown(c *claim, rows []standing, n int) {
	left := len(rows)
	for {
		found := 0
		for _, s := range rows {
			if s.verdict == Fail {
				found++
			}
		}
		if found == 0 || len(rows)-found == left {
			return
		}
		left = len(rows) - found
		for i := range rows {
			s := &rows[i]
			if s.verdict != Inconclusive {
				continue
			}
			if v, r := s.pair.path.until(n).decide(c.threshold(), a.sched.alpha, a.failLevel(left)); v == Fail {
				s.verdict, s.round, s.among = v, r, left
			}
		}
	}
}

// whenFound corrects the rounds of rows that failed on a later step: such a row
// may have crossed its line before the one that opened the way was found.
func (a *analysis) whenFound(c *claim) {
	for i := range c.rows {
		s := &c.rows[i]
		if s.verdict != Fail || s.among == len(c.rows) {
			continue
		}
		for _, n := range a.sched.looks {
			if n >= s.round && a.standings(c, n)[i].verdict == Fail {
				s.round = n
				break
			}
		}
	}
}

// worstRow finds the row that decides an "each" claim: of the rows with the
// worst verdict the slowest.
func (c *claim) worstRow() *standing { return worstOf(c.rows, math.MaxInt) }

// worstOf takes the rows as they were after n rounds.
func worstOf(rows []standing, n int) *standing {
	order := []Verdict{Invalid, Fail, Inconclusive, Pass}
	var worst *standing
	for i := range rows {
		s := &rows[i]
		if worst == nil {
			worst = s
			continue
		}
		mine, theirs := slices.Index(order, s.verdict), slices.Index(order, worst.verdict)
		if mine < theirs || mine == theirs && mean(s.pair.path.until(n).x) < mean(worst.pair.path.until(n).x) {
			worst = s
		}
	}
	return worst
}

// decided reports whether more rounds could still change the claim's verdict.
func (c *claim) decided() bool { return c.verdict != Inconclusive }

package compare

import (
	"slices"

	"xbench/harness/record"
)

// Progress says what a run still has to measure.
type Progress struct {
	Done    bool
	Rows    []string          // rows that need further rounds, plan order
	Why     map[string]string // every other row -> why it stopped: one of the Stopped reasons
	Decided int               // gated claims (goal and candidate) with a verdict
	Goals   int               // gated claims that this run can judge
	Lost    int               // gated claims that it cannot, e.g. because a filter took their rows
}

// Why a row is no longer measured.
const (
	StoppedDecided   = "decided"   // nothing that it could show would change a verdict
	StoppedFutile    = "futile"    // a verdict has become unlikely
	StoppedRounds    = "rounds"    // the plan holds no more
	StoppedInvalid   = "invalid"   // there is nothing left to compare
	StoppedBudget    = "budget"    // the time ran out
	StoppedInterrupt = "interrupt" // the user ended the run
)

// Open tells a run what to measure next: to be asked after every complete
// round, with the record so far. All rows are measured until every gated goal
// over several of them is settled; after that only rows whose own verdict is
// open. Without a goal that gates, every row is open until the last planned
// round. A plan that cannot be judged is done.
func Open(rec *record.Record) Progress {
	a, err := analyze(rec, Options{})
	if err != nil {
		return Progress{Done: true}
	}
	return a.progress()
}

func (a *analysis) progress() Progress {
	pr := Progress{Why: make(map[string]string)}
	whole, gates := false, false
	for _, c := range a.claims {
		switch {
		case !c.gated:
			continue
		case !c.judged():
			pr.Lost++
			continue
		}
		pr.Goals++
		if c.decided() {
			pr.Decided++
		}
		gates = gates || c.tested() && c.judged()
		whole = whole || a.needsAll(c)
	}
	for i := range a.plan.Rows {
		row := &a.plan.Rows[i]
		if why := a.stopped(row, whole || !gates); why != "" {
			pr.Why[row.Name] = why
		} else {
			pr.Rows = append(pr.Rows, row.Name)
		}
	}
	pr.Done = len(pr.Rows) == 0
	return pr
}

// needsAll reports whether a claim about several rows together still needs
// rounds. A description of the run needs no more than the fewest rounds that
// can be described.
func (a *analysis) needsAll(c *claim) bool {
	switch {
	case !c.judged() || c.verdict == Invalid || c.goal.Each > 0:
		return false
	case c.goal.Speedup > 0:
		return c.verdict == Inconclusive && len(c.path.x) < a.sched.rMax &&
			!c.path.futile(c.threshold(), a.sched.alpha, a.failLevel(1))
	}
	return len(together(c.members)) < min(describeFrom, a.sched.rMax)
}

// stopped says why a row needs no further rounds, "" if it does. Rows are
// measured for all candidates at once: one that is open for any is open.
func (a *analysis) stopped(row *record.Row, all bool) string {
	reasons := []string{StoppedInvalid}
	for _, p := range a.ofRow[row] {
		switch {
		case p.invalid():
		case len(p.rounds) >= a.sched.rMax:
			reasons = append(reasons, a.atTheEnd(p))
		case all:
			return ""
		default:
			why := a.settled(p)
			if why == "" {
				return ""
			}
			reasons = append(reasons, why)
		}
	}
	// The least satisfying reason of any candidate is the row's.
	for _, why := range []string{StoppedRounds, StoppedFutile, StoppedDecided} {
		if slices.Contains(reasons, why) {
			return why
		}
	}
	return StoppedInvalid
}

// atTheEnd tells a row that ran out of rounds from one whose claims were
// decided by then. One that is open itself ran out of them, though another's
// failure has settled its claims.
func (a *analysis) atTheEnd(p *pair) string {
	claims := a.concerning(p)
	if len(claims) == 0 || slices.ContainsFunc(claims, func(c *claim) bool {
		return c.openFor(p) || c.goal.Each > 0 && c.standingOf(p).verdict == Inconclusive
	}) {
		return StoppedRounds
	}
	return StoppedDecided
}

// settled says why a row's own claims need no further rounds, "" if they do. A
// row that has no claim of its own is measured often enough to have an
// interval.
func (a *analysis) settled(p *pair) string {
	why, own := StoppedDecided, false
	for _, c := range a.concerning(p) {
		own = own || c.goal.Each > 0
		if !c.openFor(p) {
			continue
		}
		if c.goal.Each > 0 && !p.path.futile(c.threshold(), a.sched.alpha, a.failLevel(len(c.members))) {
			return ""
		}
		why = StoppedFutile // a mean that is open and asks for no rounds was given up
	}
	if !own && len(p.rounds) < min(describeFrom, a.sched.rMax) {
		return ""
	}
	return why
}

// concerning lists the gated claims that rounds of a pair can decide.
func (a *analysis) concerning(p *pair) []*claim {
	var out []*claim
	for _, c := range a.claims {
		if _, holds := c.at[p]; holds && c.gated && c.judged() && c.tested() {
			out = append(out, c)
		}
	}
	return out
}

// openFor reports whether a claim has no verdict that settles it for a row.
// Another row's failure settles an "each" claim; a row that is INVALID does
// not: the others are still worth their own verdict.
func (c *claim) openFor(p *pair) bool {
	if c.goal.Each > 0 {
		return c.verdict != Fail && c.standingOf(p).verdict == Inconclusive
	}
	return c.verdict == Inconclusive
}

// endings says for each row why it was no longer measured when the record
// ended; rows that were still open are explained by the notes.
func (a *analysis) endings() map[string]string {
	if a.plan.Unpaired != nil {
		return nil // nobody asked what to measure next
	}
	pr := a.progress()
	why := map[string]string{record.NoteInterrupt: StoppedInterrupt, record.NoteBudget: StoppedBudget}[a.rec.Ended()]
	for _, row := range pr.Rows {
		pr.Why[row] = why
	}
	return pr.Why
}

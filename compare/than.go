package compare

import (
	"slices"

	"xbench/harness/record"
)

// A goal may measure its candidate against another implementation than the
// reference: the program as it is, against the program as it was. It is judged
// as every other goal is, on pairs of its own: the two processes of a row and
// round, which had one input and must have had one result.

// A Versus is a candidate beside an implementation other than the reference,
// against which some goal measures it.
type Versus struct {
	Candidate, Than string
	Rows            []Row // plan order; what they say of a reference is said of Than
	// Mean is the geometric mean over all rows that are not only shown; zero
	// with an INVALID row.
	Mean  Interval
	Claim float64 // "you can claim at least", of the mean; 0 = nothing
}

// A duel is whose times are compared: a speedup is the candidate's, against
// than; "" is the reference.
type duel struct{ candidate, than string }

// String names a duel as goals and warnings do.
func (d duel) String() string {
	if d.than == "" {
		return d.candidate
	}
	return Against(d.candidate, d.than)
}

// Against names a candidate that is measured against another implementation
// than the reference.
func Against(candidate, than string) string { return candidate + " against " + than }

// thanOf is what a goal measures against, "" where that is the reference,
// by its name or without.
func (a *analysis) thanOf(g record.Goal) string {
	if g.Than == a.plan.Reference || g.Than == a.plan.LeftOut {
		return ""
	}
	return g.Than
}

// duels lists those that goals ask for besides the ones with the reference, as
// far as both sides were measured.
func (a *analysis) duels(goals []record.Goal) []duel {
	var out []duel
	for _, g := range goals {
		than := a.thanOf(g)
		if than == "" || !slices.Contains(a.candidates, than) {
			continue
		}
		for _, candidate := range a.about(g) {
			d := duel{candidate, than}
			if candidate != than && slices.Contains(a.candidates, candidate) && !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	return out
}

// matchOthers forms the pairs of those duels, in plan order.
func (a *analysis) matchOthers() {
	duels := a.duels(a.goals)
	for _, d := range a.duels(a.plan.Goals) {
		if !slices.Contains(duels, d) {
			duels = append(duels, d) // its tests share the allowed error
		}
	}
	for i := range a.plan.Rows {
		row := &a.plan.Rows[i]
		for _, d := range duels {
			p := a.newPair(row, d.candidate, d.than)
			a.others = append(a.others, p)
			a.ofRow[row] = append(a.ofRow[row], p)
		}
	}
}

// newPair is a row seen from a candidate, against than; "" is the reference,
// where there is one.
func (a *analysis) newPair(row *record.Row, candidate, than string) *pair {
	p := &pair{row: row, candidate: candidate, than: than, cand: a.cells[cellKey{row.Name, candidate}]}
	if than == "" && !a.single {
		than = a.plan.Reference
	}
	if than != "" {
		p.ref = a.cells[cellKey{row.Name, than}]
	}
	p.complete(a.plan)
	p.path = a.follow(p)
	return p
}

// every lists all pairs: those with the reference, then the others.
func (a *analysis) every() []*pair { return slices.Concat(a.pairs, a.others) }

// duel is whose times the pair compares.
func (p *pair) duel() duel { return duel{p.candidate, p.than} }

// of lists the pairs of a duel, in plan order.
func (a *analysis) of(d duel) []*pair {
	pairs := a.pairs
	if d.than != "" {
		pairs = a.others
	}
	var out []*pair
	for _, p := range pairs {
		if p.duel() == d {
			out = append(out, p)
		}
	}
	return out
}

// besides lists the duels that the goals judged by are about.
func (a *analysis) besides(stopped map[string]string) []Versus {
	var out []Versus
	for _, d := range a.duels(a.goals) {
		v := Versus{Candidate: d.candidate, Than: d.than}
		pairs := a.of(d)
		for _, p := range pairs {
			r := a.row(p)
			r.Stopped = stopped[p.row.Name]
			r.Warnings = nil // those of its sides are said where they stand beside the reference
			if !p.invalid() && !p.apart {
				r.Warnings = p.roundWarnings(a.interrupted())
			}
			v.Rows = append(v.Rows, r)
		}
		judged := slices.DeleteFunc(pairs, func(p *pair) bool { return p.row.ShownOnly })
		if len(judged) > 0 && !anyInvalid(judged) {
			v.Mean = a.follow(judged...).ratio(a.sched.alpha, a.failLevel(1))
			v.Claim = a.claimed(v.Mean.Lo)
		}
		out = append(out, v)
	}
	return out
}

// rowAt is the row of the pair at a place in every, which is that of
// res.Rows and then of res.Versus, one duel after the other.
func (a *analysis) rowAt(res *Result, i int) *Row {
	if i < len(res.Rows) {
		return &res.Rows[i]
	}
	p := a.others[i-len(res.Rows)]
	for _, v := range res.Versus {
		for j := range v.Rows {
			if v.Candidate == p.candidate && v.Than == p.than && v.Rows[j].Name == p.row.Name {
				return &v.Rows[j]
			}
		}
	}
	return new(Row) // of goals that were planned, and not judged by
}

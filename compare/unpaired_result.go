package compare

import (
	"fmt"
	"math"
	"slices"

	"xbench/harness/record"
)

// Unpaired says how the sides of a comparison came to be, which were not
// measured in turns.
type Unpaired struct {
	Why      string   // one of record's Unpaired constants
	Of       string   // of a baseline: the implementation that both records hold
	Spread   float64  // assumed standard deviation between processes of a side, as a fraction
	Accepted bool     // whoever asked lets it prove goals
	Refused  string   // why it proves none, though whoever asked lets it; "" = it does, or was not asked for
	Machines string   // which sides were measured on two machines; "" = none are known to be
	LateGoal bool     // there are goals, stated when the data was there
	Origins  []Origin // the reference's first
	Control  string   // what the reference of two records did meanwhile; "" = there is none
}

// An Origin is where one side's numbers come from. Counts are those of the row
// that has the fewest, and of the one that has the most.
type Origin struct {
	Implementation                 string
	Source                         *record.Source // nil where xbench measured it
	FewestProcesses, MostProcesses int
	FewestSamples, MostSamples     int // of all processes together
}

// origins says where the numbers of every side come from.
func (a *analysis) origins() *Unpaired {
	if a.plan.Unpaired == nil {
		return nil
	}
	u := &Unpaired{Why: a.plan.Unpaired.Why, Of: a.plan.Unpaired.Of, Spread: a.plan.Unpaired.Spread, Accepted: a.accept, Refused: a.refused, Machines: a.machines(), LateGoal: a.imported() && len(a.goals) > 0}
	names := a.candidates
	if !a.single {
		names = slices.Concat([]string{a.plan.Reference}, names)
	}
	for _, name := range names {
		u.Origins = append(u.Origins, a.origin(name))
	}
	for _, n := range a.rec.Notes {
		if n.Kind == noteControl {
			u.Control = n.Message
		}
	}
	return u
}

func (a *analysis) origin(name string) Origin {
	o := Origin{Implementation: name}
	for i := range a.plan.Implementations {
		if impl := &a.plan.Implementations[i]; impl.Name == name {
			o.Source = impl.Source
		}
	}
	for i := range a.plan.Rows {
		processes, samples := 0, 0
		for _, l := range a.cells[cellKey{a.plan.Rows[i].Name, name}].launches {
			if l.Process != nil {
				processes, samples = processes+1, samples+len(l.SamplesNS)
			}
		}
		if processes == 0 {
			continue
		}
		if o.MostProcesses == 0 {
			o.FewestProcesses, o.FewestSamples = processes, samples
		}
		o.FewestProcesses, o.MostProcesses = min(o.FewestProcesses, processes), max(o.MostProcesses, processes)
		o.FewestSamples, o.MostSamples = min(o.FewestSamples, samples), max(o.MostSamples, samples)
	}
	return o
}

// membersApart are the rows of a mean, each over the processes that it has: no
// round is there for them to have in common.
func (a *analysis) membersApart(pairs []*pair) []member {
	var out []member
	for _, p := range pairs {
		if !p.measured() {
			return nil
		}
		ref, cand := mean(p.refLog), mean(p.cndLog)
		out = append(out, member{p.row.Name, math.Exp(ref), math.Exp(cand), ref - cand, a.spent(p.ref, p.refRounds), a.spent(p.cand, p.cndRounds)})
	}
	return out
}

// warnApartSides are doubts about a row whose sides were measured apart.
func (p *pair) warnApartSides(spread float64, granularity func(impl string) string) []Warning {
	var out []Warning
	warn := func(impl, remedy, format string, args ...any) {
		out = append(out, Warning{Row: p.row.Name, Impl: impl, Text: fmt.Sprintf(format, args...), Remedy: remedy})
	}
	ref, cand := p.sideMeans()
	for _, s := range []struct {
		impl string
		sideMean
	}{{p.ref.impl, ref}, {p.cand.impl, cand}} {
		if s.processes > 0 && s.df == 0 {
			warn(s.impl, "import a file that holds samples, or measure in turns with xbench run",
				"one value is all there is: nothing shows how much it varies, and its share of the interval is the assumed %s alone", formatPercent(spread))
		}
	}
	if x, y := granularity(p.ref.impl), granularity(p.cand.impl); x != y && (x == meanOnly || y == meanOnly) {
		side := p.ref.impl
		if y == meanOnly {
			side = p.cand.impl
		}
		warn(side, "rare long pauses are in a mean and not in a median; import samples of both sides",
			"its time is a mean, the other side's a median")
	}
	return out
}

// meanOnly is the granularity of a source that holds one mean per benchmark.
const meanOnly = "mean"

// granularity is what the values of an implementation are.
func (a *analysis) granularity(impl string) string {
	for i := range a.plan.Implementations {
		if s := a.plan.Implementations[i].Source; s != nil && a.plan.Implementations[i].Name == impl {
			return s.Granularity
		}
	}
	return ""
}

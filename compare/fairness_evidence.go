package compare

import (
	"slices"

	"xbench/harness/record"
)

// Evidence is what shows that the sides did the same work while they were
// timed, counted over the pairs of processes that are data.
type Evidence struct {
	Work         string // how the work of the sides was compared: one of the Work constants
	Pairs        int    // pairs of processes of one round and input, all equal
	Inputs       int    // different inputs among them
	Digests      int    // pairs with a digest of the result
	Counters     int    // exact counters compared, over all pairs
	Bounded      int    // counters compared with a range
	SideSpecific int    // counters that the configuration excepts
	Clocks       int    // processes whose clock was held against ours
	SameOutput   string
	Fixed        []string // benchmarks whose input never varied
	Unshown      []string // benchmarks with neither digest nor exact counter
}

// How the work of the sides was compared.
const (
	WorkTimed      = "timed"      // results and counters, those of the timed samples included
	WorkBefore     = "before"     // outputs, before anything was timed
	WorkUnverified = "unverified" // not at all
)

// HowCompared is how the work of a plan's sides was compared: one side that
// shows nothing leaves all in doubt.
func HowCompared(p *record.Plan) string {
	how := WorkTimed
	if p.SameOutput == "none" {
		return WorkUnverified
	}
	for _, i := range p.Implementations {
		switch {
		case !timedElsewhere(i.Kind):
		case len(i.Output) == 0:
			return WorkUnverified
		default:
			how = WorkBefore
		}
	}
	return how
}

// timedElsewhere is whether another tool timed what an implementation of this
// kind did.
func timedElsewhere(kind string) bool {
	return kind == record.KindAdapter || kind == record.KindImported
}

// WorkWords says in a few words how the work was compared where that is less
// than it should be; "" where it was compared while it was timed.
func WorkWords(how string) string {
	switch how {
	case WorkBefore:
		return "outputs compared beforehand, not of the timed samples"
	case WorkUnverified:
		return "same work not verified"
	}
	return ""
}

func (a *analysis) evidence() Evidence {
	e := Evidence{SameOutput: a.plan.SameOutput, Work: HowCompared(a.plan)}
	if a.single {
		return e
	}
	inputs := make(map[[2]string]bool)
	for _, p := range a.pairs {
		if p.invalid() || p.row.Startup {
			continue
		}
		for _, t := range p.twins() {
			x, y := t.ref, t.cand
			e.Pairs++
			inputs[[2]string{p.row.Name, x.Nonce}] = true
			if x.Digest != "" && y.Digest != "" {
				e.Digests++
			}
			for _, name := range counterNames(x, y) {
				_, bounded := p.row.Bounded[name]
				switch {
				case slices.Contains(p.row.SideSpecific, name):
					e.SideSpecific++
				case bounded:
					e.Bounded++
				default:
					e.Counters++
				}
			}
			for _, q := range []*record.Process{x, y} {
				if q.Clock != nil {
					e.Clocks++
				}
			}
		}
		if p.measured() && !p.shown() && !slices.Contains(e.Unshown, p.row.Name) {
			e.Unshown = append(e.Unshown, p.row.Name)
		}
		if !p.row.Nonce && !slices.Contains(e.Fixed, p.row.Name) {
			e.Fixed = append(e.Fixed, p.row.Name)
		}
	}
	e.Inputs = len(inputs)
	return e
}

// inputs are the differences in what the sides could be checked by.
func (c *contrast) inputs() []Difference {
	var out []Difference
	d := Difference{Kind: "evidence", Severity: Serious, What: "proof of the same work",
		Meaning: "nothing shows that the sides did the same work while they were timed"}
	none := [2]string{"no digest, no counters", "no digest, no counters"}
	switch HowCompared(c.plan) {
	case WorkBefore:
		d.Severity, d.Meaning = Qualify, WorkWords(WorkBefore)+": what is timed may do something else"
		none = [2]string{"an output beforehand", "an output beforehand"}
	case WorkUnverified:
		d.Meaning = WorkWords(WorkUnverified) + ": nothing shows that the sides did the same"
		none = [2]string{c.shows(c.plan.Reference), c.shows(c.candidate)}
	}
	if u := c.plan.Unpaired; u != nil && u.Why == record.UnpairedBaseline {
		d.Severity, d.Meaning = Qualify, "the two runs share no input with a result: the program was checked in each by itself, against the implementations there"
		none = [2]string{"inputs of its own", "inputs of its own"}
	}
	unshown := c.every(func(r *Row) (sighting, bool) {
		for i, p := range c.pairs {
			if c.rows[i] != r {
				continue
			}
			return sighting{ref: none[0], cand: none[1]}, !p.shown() && !p.row.Startup
		}
		return sighting{}, false
	})
	out = append(out, c.seen(d, unshown)...)
	varies := make(map[string]bool)
	workers := true
	for _, i := range c.plan.Implementations {
		varies[i.Name] = i.Nonce
		workers = workers && i.Kind != record.KindCommand && !timedElsewhere(i.Kind)
	}
	text := func(name string) string {
		if varies[name] {
			return "could vary"
		}
		return "fixed"
	}
	fixed := c.every(func(r *Row) (sighting, bool) {
		return sighting{ref: text(c.plan.Reference), cand: text(c.candidate)}, workers && !r.Nonce
	})
	return append(out, c.seen(Difference{Kind: "input", Severity: Qualify, What: "input of the samples",
		Meaning: "every sample had the same input: results that were kept or computed ahead would not have been noticed"}, fixed)...)
}

// shows is what an implementation shows of its results, none of them timed.
func (c *contrast) shows(name string) string {
	for _, i := range c.plan.Implementations {
		if i.Name == name && len(i.Output) > 0 {
			return "an output beforehand"
		}
	}
	return "none"
}

// shown reports whether anything of a pair's timed work was compared exactly.
func (p *pair) shown() bool {
	for _, t := range p.twins() {
		x, y := t.ref, t.cand
		if x.Digest != "" && y.Digest != "" {
			return true
		}
		for _, name := range counterNames(x, y) {
			if _, bounded := p.row.Bounded[name]; !bounded && !slices.Contains(p.row.SideSpecific, name) {
				return true
			}
		}
	}
	return false
}

// state says where the first result after a launch tells another story than
// the warm times: the other side is first, by both intervals.
func (c *contrast) state(means []Mean) []Difference {
	opposed := func(cold, warm Interval) bool {
		return cold.Lo > 0 && warm.Lo > 0 && (cold.Hi < 1 && warm.Lo > 1 || cold.Lo > 1 && warm.Hi < 1)
	}
	d := Difference{Kind: "cold", Severity: Qualify, What: "first result after launch",
		Meaning: "a program that is started for one result sees the opposite of the table"}
	for _, m := range means {
		if m.Candidate == c.candidate && m.Group == GroupAll && opposed(m.Cold.Speedup, m.Geometric) {
			d.Candidate, d.Reference, d.Value = c.candidate, formatTime(m.Cold.RefNS), formatTime(m.Cold.CandNS)
			return []Difference{d}
		}
	}
	d.Severity, d.Meaning = Remark, "a program that is started for one such result sees the opposite of the table"
	return c.seen(d, c.collect(func(r *Row) (sighting, bool) {
		return sighting{ref: formatTime(r.Cold.RefNS), cand: formatTime(r.Cold.CandNS), size: timesApart(r.Cold.RefNS, r.Cold.CandNS)},
			opposed(r.Cold.Speedup, r.Speedup)
	}))
}

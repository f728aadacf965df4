package compare

import (
	"math"

	"xbench/harness/record"
)

// A Contest is how one implementation's ways of doing the same work compare:
// the fastest, and each of the others against it.
//
// Differences are taken within a round: what slows a whole round down is in
// all variants alike. Which one is the fastest is chosen by the same data, and
// that is paid for: the allowed error is shared by all pairs of variants, not
// only by those with the one that came out first (see rivals).
type Contest struct {
	Scenario       string // what the variants have in common
	Category       string
	Implementation string
	Variants       []string // all of them, plan order
	// Level is the confidence of each interval by itself. All intervals of a
	// contest together, and the choice of the best with them, hold at 95 %.
	Level  float64
	Best   Entrant // zero when no variant is valid
	Others []Rival // plan order
	Left   []Left  // variants that could not be compared, plan order
}

// An Entrant is a variant with data.
type Entrant struct {
	Row     string // its name
	Variant string // what tells it from the others of its scenario
	Rounds  int
	// NS is the typical time of one iteration over all its rounds, with the
	// plain 95 % interval; 0 and 0 where there is none.
	NS, LoNS, HiNS float64
	LowerBoundNS   float64 // no schedule can be faster, 0 = not stated
	Efficiency     float64 // bound / time, 0 = not known
	Cores          float64 // CPU time / wall time while sampling, 0 = not known

	logs []float64 // by round number, NaN where there is none
}

// A Rival is a variant that is not the fastest. Ratio is its time over the
// best's in the rounds that both have; the standing never says more than its
// interval does.
type Rival struct {
	Entrant
	Shared   int // rounds in which both were measured
	Ratio    Interval
	Standing Standing
	// Stepped says that the variant was proved slower only once others had
	// been, by Holm's procedure: how much slower at least is then not known,
	// and the interval begins just above 1.
	Stepped bool
}

// A Left is a variant that takes no part, and why.
type Left struct{ Row, Variant, Why string }

// A Standing is what is shown of a variant against the best. What is not slower
// has an interval that holds 1, which alone shows no tie.
type Standing string

// The standings.
const (
	StandingSlower Standing = "slower" // the interval lies above 1
	StandingEqual  Standing = "equal"  // tied: the interval lies within 5 % around 1
	StandingOpen   Standing = "open"   // not told apart: the interval holds 1 and more than 5 % around it
)

// contests compares the variants of every scenario.
func (a *analysis) contests() []Contest {
	var out []Contest
	for _, s := range a.scenarios(a.by) {
		for _, impl := range a.inOrder() {
			out = append(out, a.contest(s, impl))
		}
	}
	return out
}

func (a *analysis) contest(s scenario, impl string) Contest {
	c := Contest{Scenario: s.name, Category: s.rows[0].Category, Implementation: impl, Variants: s.all(), Left: s.removed}
	var field []Entrant
	for i, row := range s.rows {
		if why := a.unfit(row, impl); why != "" {
			c.Left = append(c.Left, Left{row.Name, s.variants[i], why})
			continue
		}
		field = append(field, a.entrant(row, s.variants[i], impl))
	}
	if len(field) == 0 {
		return c
	}
	best := a.fastest(field)
	c.Best = field[best]
	c.Level = 1 - pairLevel(len(field))
	c.Others = a.rivals(field, best)
	return c
}

// unfit says why an implementation's times of a row cannot be compared, "" if
// they can.
func (a *analysis) unfit(row *record.Row, impl string) string {
	c := a.cells[cellKey{row.Name, impl}]
	switch {
	case c.missing:
		return "not supported: " + row.Unsupported[impl]
	case len(c.failures) > 0:
		return "not valid: " + c.failures[0].Message
	case !a.sound(row, impl):
		for _, p := range a.ofRow[row] {
			if p.invalid() && (p.candidate == impl || p.ref != nil && p.ref.impl == impl) {
				return "not valid: " + p.failures[0].Message
			}
		}
		return "not valid"
	case len(c.logs()) == 0:
		return "not measured"
	}
	return ""
}

func (a *analysis) entrant(row *record.Row, variant, impl string) Entrant {
	c := a.cells[cellKey{row.Name, impl}]
	e := Entrant{Row: row.Name, Variant: variant, LowerBoundNS: float64(row.LowerBoundNS), logs: c.byRound()}
	e.NS, e.LoNS, e.HiNS = a.times(c.logs())
	e.Efficiency = efficiency(row, e.NS)
	var rounds []int
	for r, l := range c.launches {
		if l.Process != nil {
			rounds = append(rounds, r)
		}
	}
	e.Rounds, e.Cores = len(rounds), a.spent(c, rounds).cores
	return e
}

// lead is by how much y is ahead of x, round by round, in the rounds that both
// have.
func lead(x, y Entrant) []float64 {
	var out []float64
	for r := range x.logs {
		if d := x.logs[r] - y.logs[r]; !math.IsNaN(d) {
			out = append(out, d)
		}
	}
	return out
}

// fastest finds the variant that no other is ahead of. Every two are compared
// over the rounds that both have, so that a drift of the machine does not
// choose among variants that were measured for longer or shorter. Should they
// then beat one another in a circle, the rounds that all have decide.
func (a *analysis) fastest(field []Entrant) int {
	best := 0
	for i := range field {
		if mean(lead(field[i], field[best])) < 0 {
			best = i
		}
	}
	for i := range field {
		if mean(lead(field[i], field[best])) < 0 {
			return fastestTogether(field)
		}
	}
	return best
}

func fastestTogether(field []Entrant) int {
	var all series
	for _, e := range field {
		all.add(0, nil, e.logs)
	}
	sums := make([]float64, len(field))
	for _, round := range all.rounds() {
		for i, v := range round {
			sums[i] += v
		}
	}
	best := 0
	for i := range sums {
		if sums[i] < sums[best] {
			best = i
		}
	}
	return best
}

// pairLevel is the level of one comparison among so many variants: the allowed
// error, shared by all pairs of them.
//
// Note: sharing it by the comparisons with the best alone was tried. The best
// is whichever variant was lucky, so that the largest of all differences is
// looked at: of five equal variants some was then called slower in 7 % of
// simulated runs, of ten in 11 %, and with the plain t interval in 9 and 14 %.
// A claim about any pair covers the pairs that the data chose.
func pairLevel(variants int) float64 {
	return plannedAlpha / float64(max(variants*(variants-1)/2, 1))
}

// rivals judges the others against the best by Holm's step-down: every variant
// that is proved slower leaves fewer pairs to share the error among. The
// spread of a round is the looks' own, so that few rounds, equal draws and
// correlated rounds are not taken for precision.
func (a *analysis) rivals(field []Entrant, best int) []Rival {
	var out []Rival
	for i, e := range field {
		if i != best {
			out = append(out, Rival{Entrant: e, Standing: StandingOpen})
		}
	}
	leads := make([][]float64, len(out))
	for i := range out {
		leads[i] = lead(out[i].Entrant, field[best])
		e := a.careful(leads[i], pairLevel(len(field)))
		out[i].Shared, out[i].Ratio = len(leads[i]), Interval{math.Exp(e.Value), math.Exp(e.Lo), math.Exp(e.Hi)}
	}
	if a.interrupted() {
		// Whoever ended the run may have liked the sight of it: these intervals
		// hold for a number of rounds that nobody chose.
		return out
	}
	for left, found := len(field), 1; found > 0; left -= found {
		found = 0
		for i := range out {
			if r := &out[i]; r.Standing != StandingSlower && a.careful(leads[i], pairLevel(left)).Lo > 0 {
				r.Standing = StandingSlower
				found++
			}
		}
	}
	for i := range out {
		out[i].settle()
	}
	return out
}

// settle makes interval and standing agree.
func (r *Rival) settle() {
	switch {
	case r.Standing == StandingSlower && r.Ratio.Lo <= 1:
		r.Stepped = true
		r.Ratio.Lo = math.Nextafter(1, 2)
	case r.Standing == StandingSlower:
	case 1/(1+defaultTolerance) < r.Ratio.Lo && r.Ratio.Hi < 1+defaultTolerance:
		r.Standing = StandingEqual
	}
}

// careful is an estimate with the spread that the looks assume.
func (a *analysis) careful(per []float64, level float64) Estimate {
	e := Estimate{mean(per), math.Inf(-1), math.Inf(1)}
	if n := len(per); n >= minLook {
		h := a.sched.t(n, level/2) * roundSpread(per) / math.Sqrt(float64(n))
		e.Lo, e.Hi = e.Value-h, e.Value+h
	}
	return e
}

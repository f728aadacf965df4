package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"xbench/harness/record"
)

// A Scaling is how the time of one benchmark grows with one of its knobs, all
// others being equal. Several knobs swept at once make one Scaling per line of
// the grid.
type Scaling struct {
	Name     string // of the rows, without the knob
	ID       string // of the benchmark
	Category string
	Knob     string
	Values   []float64 // all of the line, ascending, at least three
	Rows     []string  // by value: the row's name
	Left     []float64 // values that have no logarithm, and so no part in any exponent
	Growths  []Growth  // the reference first, then the candidates; those with a valid point
	Ratios   []RatioGrowth
}

// A Growth is one implementation's time along the values of a knob. What is
// estimated per round is 0 and without bounds when fewer than three sizes or
// rounds allow it.
type Growth struct {
	Implementation string
	Points         []Point
	Power
	// Unit is what one more of the knob costs at the large end, in
	// nanoseconds: the difference quotient between the two largest values. It
	// assumes no law.
	Unit Estimate
	// Linear is whether no point is proved to be off the law
	// Fixed + PerUnit * value by more than a twentieth, and none is off by
	// more than three; only then are the two (in nanoseconds) given.
	Linear         bool
	Fixed, PerUnit Estimate
}

// A Point is the time at one value, as the row's own.
type Point struct {
	Value, NS, LoNS, HiNS float64
}

// A RatioGrowth is how a candidate's speedup changes with the knob. Its
// exponent is the reference's less the candidate's: above 0 the gap widens.
type RatioGrowth struct {
	Candidate string
	Points    []RatioPoint
	Power
}

// A RatioPoint is the speedup at one value, as the row's own.
type RatioPoint struct {
	Value   float64
	Speedup Interval
}

// leastValues is how many values make a line: two always lie on one.
const leastValues = 3

// A line is rows that differ in the value of one knob only.
type line struct {
	knob   string
	values []float64
	rows   []*record.Row
}

// lines finds the lines of a plan: benchmarks in plan order, the knobs of one
// after another.
//
// Rows are compared by their parameters, not by their names: a knob at its
// default is not in the name.
func (a *analysis) lines() []*line {
	var out []*line
	known := make(map[string]*line)
	for i := range a.plan.Rows {
		row := &a.plan.Rows[i]
		for _, p := range row.Params {
			v, ok := number(p.Value)
			if !ok {
				continue
			}
			key := p.Name + "\x00" + keyWithout(row, p.Name)
			l := known[key]
			if l == nil {
				l = &line{knob: p.Name}
				known[key] = l
				out = append(out, l)
			}
			at, there := slices.BinarySearch(l.values, v)
			if !there {
				l.values, l.rows = slices.Insert(l.values, at, v), slices.Insert(l.rows, at, row)
			}
		}
	}
	rank := make(map[string]int)
	for _, l := range out {
		for _, group := range []string{l.rows[0].ID, l.group()} {
			if rank[group] == 0 {
				rank[group] = len(rank) + 1
			}
		}
	}
	slices.SortStableFunc(out, func(x, y *line) int {
		return cmp.Or(rank[x.rows[0].ID]-rank[y.rows[0].ID], rank[x.group()]-rank[y.group()])
	})
	return slices.DeleteFunc(out, func(l *line) bool { return len(l.values) < leastValues })
}

// group is what the lines of one benchmark and knob have in common.
func (l *line) group() string { return l.rows[0].ID + "\x00" + l.knob }

// keyWithout identifies what a row is besides some knobs.
func keyWithout(row *record.Row, knobs ...string) string {
	var parts []string
	for _, p := range row.Params {
		if !slices.Contains(knobs, p.Name) {
			parts = append(parts, fmt.Sprintf("%s=%v", p.Name, p.Value))
		}
	}
	slices.Sort(parts)
	return row.ID + "\x00" + strings.Join(parts, "\x00")
}

// number is a knob's value on an axis.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	return 0, false
}

// nameWithout is a row's name without the segments of some knobs.
func nameWithout(row *record.Row, knobs ...string) string {
	rest, ok := strings.CutPrefix(row.Name, row.ID)
	if !ok {
		return row.Name
	}
	segments := slices.DeleteFunc(strings.Split(rest, "/"), func(s string) bool {
		knob, _, set := strings.Cut(s, "=")
		return set && slices.Contains(knobs, knob)
	})
	return row.ID + strings.Join(segments, "/")
}

// scalings describes every line of the plan.
func (a *analysis) scalings(lines []*line) []Scaling {
	var out []Scaling
	for _, l := range lines {
		s := Scaling{Name: nameWithout(l.rows[0], l.knob), ID: l.rows[0].ID, Category: l.rows[0].Category, Knob: l.knob, Values: l.values}
		for i, row := range l.rows {
			s.Rows = append(s.Rows, row.Name)
			if l.values[i] <= 0 {
				s.Left = append(s.Left, l.values[i])
			}
		}
		for _, impl := range a.inOrder() {
			if g := a.growth(l, impl); len(g.Points) > 0 {
				s.Growths = append(s.Growths, g)
			}
		}
		for i, candidate := range a.candidates {
			if r := a.ratioGrowth(l, i, candidate); len(r.Points) > 0 {
				s.Ratios = append(s.Ratios, r)
			}
		}
		if len(s.Growths) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// inOrder lists the implementations, the reference first.
func (a *analysis) inOrder() []string {
	if a.single {
		return a.candidates
	}
	return append([]string{a.plan.Reference}, a.candidates...)
}

func (a *analysis) growth(l *line, impl string) Growth {
	s := a.series(l, impl)
	g := Growth{Implementation: impl}
	for i, row := range s.rows {
		g.Points = append(g.Points, a.point(s.values[i], row, impl))
	}
	g.Power = a.power(s)
	g.Unit = a.unit(s)
	g.Fixed, g.PerUnit, g.Linear = a.linear(s)
	return g
}

func (a *analysis) point(value float64, row *record.Row, impl string) Point {
	ns, lo, hi := a.times(a.cells[cellKey{row.Name, impl}].logs())
	return Point{value, ns, lo, hi}
}

func (a *analysis) ratioGrowth(l *line, at int, candidate string) RatioGrowth {
	r := RatioGrowth{Candidate: candidate}
	if a.single {
		return r
	}
	var s series
	for i, row := range l.rows {
		p := a.ofRow[row][at]
		if p.invalid() || len(p.rounds) == 0 {
			continue
		}
		r.Points = append(r.Points, RatioPoint{l.values[i], a.interval(p)})
		s.add(l.values[i], row, p.byRnd)
	}
	r.Power = a.power(s)
	return r
}

// logs are a cell's numbers in time order, one per round.
func (c *cell) logs() []float64 {
	var out []float64
	for _, l := range c.launches {
		if l.Process != nil {
			out = append(out, l.logNS)
		}
	}
	return out
}

// A series is one number per round for each of several sizes, in the rounds in
// which all sizes were measured: what the rounds have in common is then in
// every size alike.
type series struct {
	values []float64
	rows   []*record.Row
	logs   [][]float64 // by size, then by round number, NaN where there is none
}

func (s *series) add(value float64, row *record.Row, byRound []float64) {
	s.values, s.rows, s.logs = append(s.values, value), append(s.rows, row), append(s.logs, byRound)
}

// series is what an implementation's valid rows of a line say.
func (a *analysis) series(l *line, impl string) series {
	var s series
	for i, row := range l.rows {
		if c := a.cells[cellKey{row.Name, impl}]; a.sound(row, impl) && len(c.logs()) > 0 {
			s.add(l.values[i], row, c.byRound())
		}
	}
	return s
}

// byRound is the log time by round number, NaN where there is none.
func (c *cell) byRound() []float64 {
	out := make([]float64, len(c.launches))
	for r, l := range c.launches {
		out[r] = math.NaN()
		if l.Process != nil {
			out[r] = l.logNS
		}
	}
	return out
}

// sound reports whether an implementation's times of a row may be used: it did
// the work, as far as any comparison can tell.
func (a *analysis) sound(row *record.Row, impl string) bool {
	if len(a.cells[cellKey{row.Name, impl}].failures) > 0 {
		return false
	}
	for _, p := range a.ofRow[row] {
		if (p.candidate == impl || p.ref != nil && p.ref.impl == impl) && !p.invalid() {
			return true
		}
	}
	return false
}

// positive keeps the sizes that have a logarithm.
func (s series) positive() series {
	var out series
	for i, v := range s.values {
		if v > 0 {
			out.add(v, s.rows[i], s.logs[i])
		}
	}
	return out
}

// rounds gives, for every complete round in time order, one value per size.
func (s series) rounds() [][]float64 {
	var out [][]float64
	if len(s.logs) == 0 {
		return nil
	}
	for r := range s.logs[0] {
		round, complete := make([]float64, len(s.logs)), true
		for i, x := range s.logs {
			round[i] = x[r]
			complete = complete && !math.IsNaN(x[r])
		}
		if complete {
			out = append(out, round)
		}
	}
	return out
}

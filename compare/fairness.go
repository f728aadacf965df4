package compare

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// How much a difference between the sides matters.
const (
	Serious = "serious" // the ratio is probably not about what it seems to be about
	Qualify = "qualify" // true, and to be said beside the ratio
	Remark  = "remark"  // for completeness
)

// A Difference is something in which a candidate and the reference were not
// alike, besides the time they took. It changes no verdict: whether a
// comparison is fair is for people to say, and this is what they need to know.
type Difference struct {
	Kind      string // stable, for programs: "build", "cores", "prepare", ...
	Severity  string // Serious, Qualify or Remark
	Candidate string
	Than      string   // what it is compared with, where that is not the reference
	What      string   // in words: "time in prepare"
	Reference string   // the reference's value, on the clearest benchmark where it is about benchmarks
	Value     string   // the candidate's
	Rows      []string // the benchmarks it was seen on, the clearest first; nil = the run
	Of        int      // ... of so many
	Meaning   string
}

// fairness lists the differences, the most serious first, and within one
// severity in plan order of the candidates.
func (a *analysis) fairness(rows []Row, means []Mean, others []Versus) []Difference {
	var out []Difference
	for _, candidate := range a.candidates {
		if a.single {
			break
		}
		c := a.versus(candidate, rows)
		out = append(out, c.declared()...)
		out = append(out, c.detected()...)
		out = append(out, c.inputs()...)
		out = append(out, c.state(means)...)
	}
	out = append(out, a.unlike(others)...)
	rank := func(d Difference) int { return slices.Index([]string{Serious, Qualify, Remark}, d.Severity) }
	slices.SortStableFunc(out, func(x, y Difference) int { return rank(x) - rank(y) })
	return out
}

// unlike lists the differences from what candidates are measured against
// besides the reference.
func (a *analysis) unlike(others []Versus) []Difference {
	var out []Difference
	for _, v := range others {
		c := &contrast{analysis: a, candidate: v.Candidate, reference: v.Than}
		for i, p := range a.of(duel{v.Candidate, v.Than}) {
			if !p.invalid() && p.measured() {
				c.rows, c.pairs = append(c.rows, &v.Rows[i]), append(c.pairs, p)
			}
		}
		for _, d := range append(c.declared(), c.detected()...) {
			d.Than = v.Than
			d.Meaning = strings.ReplaceAll(d.Meaning, "the reference", v.Than)
			out = append(out, d)
		}
	}
	return out
}

// A contrast is one candidate beside the reference, or what stands in for it,
// on the rows that are valid.
type contrast struct {
	*analysis
	candidate string
	reference string
	rows      []*Row
	pairs     []*pair
}

// versus relies on rows being in the order of a.pairs.
func (a *analysis) versus(candidate string, rows []Row) *contrast {
	c := &contrast{analysis: a, candidate: candidate, reference: a.plan.Reference}
	for i, p := range a.pairs {
		if p.candidate == candidate && !p.invalid() && p.measured() {
			c.rows, c.pairs = append(c.rows, &rows[i]), append(c.pairs, p)
		}
	}
	return c
}

// A sighting is one benchmark on which a difference was seen.
type sighting struct {
	row       *Row
	ref, cand string
	size      float64 // the larger, the clearer
}

// seen makes a difference of what was seen on single benchmarks, with the
// values of the clearest; nothing where nothing was seen.
func (c *contrast) seen(d Difference, in []sighting) []Difference {
	if len(in) == 0 {
		return nil
	}
	slices.SortStableFunc(in, func(x, y sighting) int {
		switch {
		case x.size > y.size:
			return -1
		case x.size < y.size:
			return 1
		}
		return 0
	})
	for _, s := range in {
		d.Rows = append(d.Rows, s.row.Name)
	}
	d.Candidate, d.Of = c.candidate, len(c.rows)
	d.Reference, d.Value = in[0].ref, in[0].cand
	return []Difference{d}
}

// formatTime writes nanoseconds with three significant digits.
func formatTime(ns float64) string {
	for _, u := range []struct {
		ns   float64
		name string
	}{{1e9, " s"}, {1e6, " ms"}, {1e3, " us"}} {
		if ns >= 0.9995*u.ns {
			return formatThree(ns/u.ns) + u.name
		}
	}
	return formatThree(ns) + " ns"
}

func formatBytes(n float64) string { return formatThree(n/(1<<20)) + " MiB" }

func formatThree(x float64) string {
	if x >= 999.5 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}

// timesApart is the factor between two positive numbers, 1 where one is not
// known.
func timesApart(x, y float64) float64 {
	if x <= 0 || y <= 0 {
		return 1
	}
	return math.Max(x/y, y/x)
}

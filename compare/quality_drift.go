package compare

import (
	"fmt"
	"math"
)

// What counts as a drift. What both sides of a round share cancels in the
// speedup; a trend of one side does not, and the interval, which takes rounds
// for draws in any order, knows nothing of it.
const (
	driftFrom      = 8     // rounds; fewer show no trend at the levels below
	driftShare     = 0.01  // of rows called drifting that may not be
	meanDriftP     = 0.005 // for all rows of a candidate together
	driftLeast     = 0.02  // over the whole run
	spinDriftP     = 0.005
	spinDriftLeast = 0.05
)

const driftRemedy = "find what changed during the run (heat, memory, files, other work) and measure again"

// drifts tests every row's rounds for a trend, and the mean of all rows of a
// candidate where no row shows one by itself.
func (a *analysis) drifts() (rows []bool, overall []Warning) {
	test := make(trendTest)
	pairs := a.every()
	ps := make([]float64, len(pairs))
	for i, p := range pairs {
		ps[i] = math.NaN()
		if x := p.scalar(); len(x) >= driftFrom && !p.invalid() {
			ps[i] = test.p(x)
		}
	}
	rows = discoveries(ps, driftShare)
	any := make(map[duel]bool)
	for i, p := range pairs {
		rows[i] = rows[i] && math.Abs(trend(p.scalar())) >= driftLeast
		any[p.duel()] = any[p.duel()] || rows[i]
	}
	duels := a.explainable()
	for _, d := range duels {
		if any[d] {
			continue
		}
		var pairs []*pair
		for _, p := range a.of(d) {
			if !p.invalid() && len(p.d) >= driftFrom {
				pairs = append(pairs, p)
			}
		}
		x := together(pairs)
		if len(pairs) < 2 || len(x) < driftFrom || test.p(x) > meanDriftP/float64(len(duels)) {
			continue
		}
		if change := trend(x); math.Abs(change) >= driftLeast {
			overall = append(overall, Warning{Impl: d.String(), Remedy: driftRemedy,
				Text: fmt.Sprintf("drift over %s: the mean speedup of %d rows ended %s than it began", countRounds(len(x)), len(pairs), higherOrLower(math.Expm1(change)))})
		}
	}
	return rows, overall
}

// driftOf says how far the speedup of a row moved, and which side did it.
func (a *analysis) driftOf(p *pair) Warning {
	w := Warning{Row: p.row.Name, Impl: p.duel().String(), Remedy: driftRemedy}
	if p.ref == nil {
		w.Text = fmt.Sprintf("drift over %s: it took %s at the end than at the beginning", countRounds(len(p.cndLog)), moreOrLess(math.Expm1(trend(p.cndLog))))
		return w
	}
	w.Text = fmt.Sprintf("drift over %s: the speedup ended %s than it began (%s took %s at the end, %s %s)", countRounds(len(p.d)),
		higherOrLower(math.Expm1(trend(p.d))),
		p.ref.impl, moreOrLess(math.Expm1(trend(p.refLog))), p.cand.impl, moreOrLess(math.Expm1(trend(p.cndLog))))
	return w
}

func higherOrLower(change float64) string {
	if change < 0 {
		return formatPercent(-change) + " lower"
	}
	return formatPercent(change) + " higher"
}

// scalar is what is said about a pair per round: the log speedup, or the log
// of the time where there is nothing to compare with.
func (p *pair) scalar() []float64 {
	if p.ref == nil {
		return p.cndLog
	}
	return p.d
}

// A trendTest asks whether values rise or fall steadily: the Mann-Kendall
// test, two-sided and exact (Mann 1945, doi 10.2307/1907187). It keeps the
// distributions, by the number of values, that it has worked out.
type trendTest map[int][]float64

// p is the probability that values in no particular order rise or fall as
// steadily as x, or more. Equal values count for neither, which errs on the
// side of no trend.
func (t trendTest) p(x []float64) float64 {
	n, s := len(x), 0
	for i := range x {
		for j := i + 1; j < n; j++ {
			switch {
			case x[j] > x[i]:
				s++
			case x[j] < x[i]:
				s--
			}
		}
	}
	if s < 0 {
		s = -s
	}
	if t[n] == nil {
		t[n] = inversions(n)
		for i := 1; i < len(t[n]); i++ {
			t[n][i] += t[n][i-1]
		}
	}
	all := n * (n - 1) / 2
	return min(1, 2*t[n][(all-s)/2])
}

// inversions is the distribution of the number of pairs in the wrong order of
// a random permutation: the ith element adds 0 to i-1 with equal chance.
func inversions(n int) []float64 {
	dist := []float64{1}
	for i := 2; i <= n; i++ {
		next := make([]float64, len(dist)+i-1)
		window := 0.0
		for d := range next {
			if d < len(dist) {
				window += dist[d]
			}
			if d >= i {
				window -= dist[d-i]
			}
			next[d] = max(window, 0) / float64(i)
		}
		dist = next
	}
	return dist
}

// trend is the change from the first value to the last: the median of the
// slopes between any two (Theil and Sen; a few wild values do not move it),
// times the length.
func trend(x []float64) float64 {
	var slopes []float64
	for i := range x {
		for j := i + 1; j < len(x); j++ {
			slopes = append(slopes, (x[j]-x[i])/float64(j-i))
		}
	}
	return median(slopes) * float64(len(x)-1)
}

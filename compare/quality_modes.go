package compare

import (
	"fmt"
	"math"
	"slices"
)

// What counts as two speeds.
const (
	modesFrom  = 8    // processes
	modesLeast = 0.10 // between the two, as a fraction
	modesShare = 0.2  // of the processes at least in each
)

// modes says whether the processes of one side run at two speeds, as programs
// do whose speed depends on where they were loaded. The log speedups of the
// rounds are looked at, in which what both sides of a round share cancels: a
// busy host makes two speeds of both sides at once, and nothing is said.
func (a *analysis) modes(p *pair) (Warning, bool) {
	x := p.scalar()
	cut, ok := twoModes(x)
	if !ok {
		return Warning{}, false
	}
	c, logs := p.cand, p.cndLog
	if p.ref != nil && math.Abs(apart(p.refLog, x, cut)) > math.Abs(apart(p.cndLog, x, cut)) {
		c, logs = p.ref, p.refLog
	}
	slow, gap := 0, apart(logs, x, cut)
	for _, v := range x {
		if (v > cut) == (gap > 0) {
			slow++
		}
	}
	return Warning{Row: p.row.Name, Impl: c.impl,
		Text:   fmt.Sprintf("two speeds: %d of %d processes took %s longer than the others", slow, len(x), formatPercent(math.Expm1(math.Abs(gap)))),
		Remedy: "the speed is drawn anew with each launch (memory layout, which core): more rounds average over it; look at the distribution before quoting one number"}, true
}

// apart is by how much the values of the rounds whose x lies above the cut
// exceed the others, in medians.
func apart(values, x []float64, cut float64) float64 {
	var above, below []float64
	for i, v := range values {
		if x[i] > cut {
			above = append(above, v)
		} else {
			below = append(below, v)
		}
	}
	return median(above) - median(below)
}

// twoModes finds the value that parts x into two heaps. The largest gap
// between neighbours, of those that leave a fifth of the values and at least
// two on either side, must be more than modesLeast, and more than modesGap
// times the standard deviation within the heaps.
//
// Note: the m-value of histograms that BenchmarkDotNet uses, and Hartigan's
// dip, were considered; neither says anything of ten values.
func twoModes(x []float64) (cut float64, ok bool) {
	n := len(x)
	if n < modesFrom {
		return 0, false
	}
	s := slices.Sorted(slices.Values(x))
	least := max(2, int(math.Ceil(modesShare*float64(n))))
	at, gap := 0, 0.0
	for i := least; i <= n-least; i++ {
		if g := s[i] - s[i-1]; g > gap {
			at, gap = i, g
		}
	}
	if gap <= math.Log1p(modesLeast) {
		return 0, false
	}
	within := math.Sqrt((squares(s[:at]) + squares(s[at:])) / float64(n-2))
	return (s[at-1] + s[at]) / 2, gap > modesGap(n)*within
}

// modesGap is how many standard deviations the gap must have. In simulations
// one heap of n normal values has a wider one in 1 of 10,000 cases: 13.6
// deviations for 8 values, 9.1 for 10, 5.7 for 13, 3.4 for 20, 2.0 for 30;
// flat heaps have it in 1 of 1,000.
func modesGap(n int) float64 { return 60 / float64(n-4) }

// squares is the sum of the squared deviations from the mean.
func squares(x []float64) float64 {
	m, sum := mean(x), 0.0
	for _, v := range x {
		sum += (v - m) * (v - m)
	}
	return sum
}

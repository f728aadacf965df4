package compare

import "math"

// smallest says what differences the data could have shown at the last look
// it reached, with a power of nine in ten: for the mean over all rows, for one
// row found among all of them, and as a tolerance that all rows can be proved
// to keep. Of the rows the median one speaks, of the candidates the worst.
func (a *analysis) smallest(res *Result) {
	power := zQuantile(0.1)
	for _, candidate := range a.candidates {
		var valid []*pair
		for _, p := range a.pairs {
			if p.candidate == candidate && !p.row.ShownOnly && !p.invalid() && len(p.path.seen) > 0 {
				valid = append(valid, p)
			}
		}
		if len(valid) == 0 {
			continue
		}
		var one, tolerance []float64
		for _, p := range valid {
			one = append(one, p.path.reach(a.failLevel(len(valid)), power))
			tolerance = append(tolerance, p.path.reach(a.sched.alpha, zQuantile(0.1/float64(len(valid)))))
		}
		res.SmallestRow = max(res.SmallestRow, median(one))
		res.SmallestTolerance = max(res.SmallestTolerance, median(tolerance))
		if all := a.sched.follow(together(valid)); len(all.seen) > 0 {
			res.SmallestMean = max(res.SmallestMean, all.reach(a.sched.alpha, power))
		}
	}
}

// reach is the difference that the last look so far tells from none, as a
// fraction, when the error is z standard errors to the wrong side.
func (p path) reach(level, z float64) float64 {
	g := p.seen[len(p.seen)-1]
	return math.Expm1((p.sched.multiplier(g.look, level) + z) * g.se)
}

// mostRounds is the longest plan there is.
const mostRounds = 45

// moreRounds estimates how many rounds beyond those at hand an open row needs
// for a verdict, by the size of its distance from the threshold and its
// present spread: the first R at which a plan of R rounds would see the
// difference nine times in ten. 0 means more than any plan holds.
func (p path) moreRounds(g, aPass, aFail float64) int {
	n := len(p.x)
	if n < minLook {
		return 0
	}
	distance, level := mean(p.x)-g, aPass
	if distance < 0 {
		distance, level = -distance, aFail
	}
	s := max(sd(p.x), 0.01) * correlationFactor(p.x)
	for r := minLook; r <= mostRounds; r++ {
		_, shares := PlanLooks(r)
		c := p.sched.t(r, level*shares[len(shares)-1]/2)
		if distance >= (c+zQuantile(0.1))*s/math.Sqrt(float64(r)) {
			return max(r-n, 1)
		}
	}
	return 0
}

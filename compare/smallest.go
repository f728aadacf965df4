package compare

import "math"

// smallest says what differences the data could have shown at the last look
// it reached, with a power of nine in ten: for the mean over all rows, for one
// row found among all of them, and as a tolerance that all rows can be proved
// to keep. Of the rows the median one speaks, of the candidates, and what they are measured against, the worst.
func (a *analysis) smallest(res *Result) {
	if a.machines() != "" {
		return // whatever this data finds may be the machines
	}
	power := zQuantile(0.1)
	for _, d := range a.explainable() {
		var valid []*pair
		for _, p := range a.of(d) {
			if !p.row.ShownOnly && !p.invalid() && len(p.path.seen) > 0 {
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
		if all := a.follow(valid...); len(all.seen) > 0 {
			res.SmallestMean = max(res.SmallestMean, all.reach(a.sched.alpha, power))
		}
	}
}

// reach is the difference that the last look so far tells from none, as a
// fraction, when the error is z standard errors to the wrong side.
func (p path) reach(level, z float64) float64 {
	g := p.seen[len(p.seen)-1]
	return math.Expm1(needed(p.multiplier(g, level), z, g.df) * g.se)
}

// needed is how many standard errors, of so many degrees of freedom, a mean must be away from its
// threshold to be told from it, with a multiplier of c, unless the error is
// one that z leaves out. The spread is estimated from the same rounds, and its
// error counts c times: without the root, plans for distances of three spreads
// and 75 rows found them in 81 of 100 simulations instead of 90.
func needed(c, z float64, df int) float64 {
	return c + z*math.Sqrt(1+c*c/(2*float64(df)))
}

// mostRounds is the longest plan there is.
const mostRounds = 45

// A Need is the shortest plan that would settle a claim nine times in ten if
// the distance and the spread are what the rounds at hand say.
type Need struct {
	Rounds   int     `json:"rounds"`   // of the whole plan; 0 = more than the longest plan holds
	Distance float64 `json:"distance"` // of the mean from the threshold, log units
	Spread   float64 `json:"spread"`   // of one round
	T        float64 `json:"t"`        // multiplier of the plan's last look
	Reach    float64 `json:"reach"`    // standard errors that the distance must have
	Level    float64 `json:"level"`    // of the side that the mean is on
}

// need looks for that plan. The zero value says that too little is known.
func (p path) need(g, aPass, aFail float64) Need {
	if len(p.x) < minLook {
		return Need{}
	}
	d := Need{Distance: mean(p.x) - g, Level: aPass}
	if d.Distance < 0 {
		d.Distance, d.Level = -d.Distance, aFail
	}
	for r := minLook; r <= mostRounds; r++ {
		_, shares := PlanLooks(r)
		d.Spread = p.spreadAt(r)
		d.T = p.sched.t(r, d.Level*shares[len(shares)-1]/2)
		d.Reach = needed(d.T, zQuantile(0.1), r-1)
		if d.Distance >= d.Reach*d.Spread/math.Sqrt(float64(r)) {
			d.Rounds = r
			return d
		}
	}
	return d
}

// spreadAt is the spread that a look after r rounds will probably use. Rounds
// that are independent still have the factor for correlation, since what looks
// like one is never negative: 1 + 0.45/root r on average in simulation.
func (p path) spreadAt(r int) float64 {
	s := max(sd(p.x), floorAt(r))
	if r < correlatedFrom {
		return fewFactor * s
	}
	factor := 1 + 0.45/math.Sqrt(float64(r))
	if len(p.x) >= correlatedFrom {
		factor = max(factor, correlationFactor(p.x))
	}
	return factor * s
}

package compare

import (
	"fmt"
	"math"
	"slices"
)

// quality doubts the circumstances of the measurement: the host, its drift,
// what was not warmed up and what has two speeds. Doubts about rows are added
// to theirs, doubts about the run are returned. None changes a verdict.
//
// A suite has many rows, and each test of each row may be wrong. So tests of
// one kind are taken together, see discoveries, and a run in which nothing is
// amiss has a warning of a kind in at most 5 of 100 cases however many rows it
// has. Tested one by one, 75 quiet rows had two warnings in every run.
func (a *analysis) quality(res *Result) []Warning {
	if a.plan.Unpaired != nil {
		return nil // there are no rounds, and the host of then is not known
	}
	var out []Warning
	busy := a.busyHost(res)
	out = append(out, busy...)
	out = append(out, a.poorScaling(res)...)
	out = append(out, a.packed()...)
	if w, ok := a.spinDrift(); ok {
		out = append(out, w)
	}
	add := func(i int, w Warning) { a.rowAt(res, i).Warnings = append(a.rowAt(res, i).Warnings, w) }
	a.coldSides(add)
	drifted, overall := a.drifts()
	width := a.usualSpread()
	for i, p := range a.every() {
		if p.invalid() {
			continue
		}
		if drifted[i] {
			add(i, a.driftOf(p))
		}
		// On a busy host other work is the likelier cause of two speeds. Those of
		// its sides are said of a pair with the reference.
		if w, ok := a.modes(p); ok && len(busy) == 0 && p.than == "" {
			add(i, w)
		} else if w, ok := p.wildRounds(width); ok {
			add(i, w)
		} else if w, ok := p.wildRound(width); ok {
			add(i, w)
		}
	}
	a.correlations(drifted, add)
	return append(out, overall...)
}

// falseShare is the share of warnings of one kind that may be false, and of
// runs without fault that may have any.
const falseShare = 0.05

// discoveries says which of many tests to believe so that at most a share q
// of those believed is expected to be wrong: the largest k such that the kth
// smallest p is at most q k/m (Benjamini and Hochberg 1995, doi
// 10.1111/j.2517-6161.1995.tb02031.x). A NaN is a test that was not made.
func discoveries(p []float64, q float64) []bool {
	var made []float64
	for _, v := range p {
		if !math.IsNaN(v) {
			made = append(made, v)
		}
	}
	slices.Sort(made)
	limit := -1.0
	for i, v := range made {
		if v <= q*float64(i+1)/float64(len(made)) {
			limit = v
		}
	}
	out := make([]bool, len(p))
	for i, v := range p {
		out[i] = v <= limit
	}
	return out
}

// coldSides finds the implementations that were still getting faster while
// they were timed: the first half of a process's samples is slower than the
// second by more than warmupLimit, with the 95 % t interval over rounds.
func (a *analysis) coldSides(add func(int, Warning)) {
	type side struct {
		pair int
		cell *cell
		slow float64
	}
	var sides []side
	var ps []float64
	for i, p := range a.pairs {
		for _, c := range []*cell{p.ref, p.cand} {
			if c == nil {
				continue
			}
			var w []float64
			for _, l := range c.launches {
				if l.Process == nil {
					continue
				}
				if x, ok := l.slowStart(); ok {
					w = append(w, x)
				}
			}
			if len(w) >= describeFrom {
				sides, ps = append(sides, side{i, c, mean(w)}), append(ps, aboveP(w, warmupLimit))
			}
		}
	}
	for i, yes := range discoveries(ps, falseShare) {
		if s := sides[i]; yes && ps[i] < 0.025 {
			add(s.pair, Warning{Row: s.cell.row.Name, Impl: s.cell.impl, Remedy: a.warmupRemedy(),
				Text: fmt.Sprintf("not warmed up: the first half of the samples is %s slower than the second", formatPercent(math.Expm1(s.slow)))})
		}
	}
}

func (a *analysis) warmupRemedy() string {
	if w := a.plan.WarmupNS; w > 0 {
		return fmt.Sprintf("raise warmup in the suite (now %d ms)", w/1e6)
	}
	return "raise warmup in the suite"
}

// aboveP is the probability of a mean as large as that of x, or larger, if the
// true one were limit: Student's t, one-sided.
func aboveP(x []float64, limit float64) float64 {
	se := sd(x) / math.Sqrt(float64(len(x)))
	d := mean(x) - limit
	switch {
	case se > 0:
		return tCDF(len(x)-1, -d/se)
	case d > 0:
		return 0
	}
	return 1
}

// usualSpread is the robust spread of a row's rounds, the median over rows,
// but not less than the floor of the looks.
func (a *analysis) usualSpread() float64 {
	var spreads []float64
	for _, p := range a.every() {
		if len(p.d) >= describeFrom && !p.invalid() {
			spreads = append(spreads, robustSD(p.d))
		}
	}
	return max(median(spreads), 0.01)
}

// wildRounds counts rounds that are outlierMADs robust deviations from the
// others. The deviation of a few rounds may be small by chance, and of 75 rows
// one always was; so it counts as at least what is usual in the run.
func (p *pair) wildRounds(usual float64) (Warning, bool) {
	n, wild := len(p.d), 0
	middle, width := median(p.d), outlierMADs*max(robustSD(p.d), usual)
	for _, d := range p.d {
		if math.Abs(d-middle) > width {
			wild++
		}
	}
	return Warning{Row: p.row.Name, Impl: p.duel().String(), Text: fmt.Sprintf("%d of %d rounds are outliers", wild, n),
		Remedy: "look for other load on the host"}, n >= describeFrom && wild >= 2 && 10*wild >= n
}

// wildFactor is how far off the middle of the others a single round must be to
// be spoken of: chance makes one in a suite that is merely far off for its row.
const wildFactor = 2

// wildRound finds the one round that is off by more than wildFactor, and by
// outlierMADs robust deviations of the others. Its own distance would hide it:
// of five values one moves their robust deviation by half.
func (p *pair) wildRound(usual float64) (Warning, bool) {
	if len(p.d) < describeFrom {
		return Warning{}, false
	}
	var wild []int
	for i := range p.d {
		if math.Abs(offOthers(p.d, i)) > max(math.Log(wildFactor), outlierMADs*max(robustSD(without(p.d, i)), usual)) {
			wild = append(wild, i)
		}
	}
	if len(wild) != 1 {
		return Warning{}, false
	}
	at := wild[0]
	c, logs := p.cand, p.cndLog
	if math.Abs(offOthers(p.refLog, at)) > math.Abs(offOthers(p.cndLog, at)) {
		c, logs = p.ref, p.refLog
	}
	return Warning{Row: p.row.Name, Impl: c.impl, Remedy: "look at its samples and at the load of that round; by itself it makes the interval wide",
		Text: fmt.Sprintf("one round stands far apart: the time was %.2g times what is usual in round %d, the speedup %s where the middle of the others is %s",
			math.Exp(offOthers(logs, at)), p.rounds[at], FormatRatio(math.Exp(p.d[at])), FormatRatio(math.Exp(median(without(p.d, at)))))}, true
}

// offOthers is how far a value is from the middle of the others.
func offOthers(x []float64, at int) float64 { return x[at] - median(without(x, at)) }

func without(x []float64, at int) []float64 { return slices.Delete(slices.Clone(x), at, at+1) }

// correlateFrom is the fewest rounds whose correlation is looked at.
const correlateFrom = 8

// correlations finds rows whose rounds are not independent. A trend makes
// neighbours alike too; where it was found it is the better explanation.
func (a *analysis) correlations(drifted []bool, add func(int, Warning)) {
	pairs := a.every()
	ps := make([]float64, len(pairs))
	for i, p := range pairs {
		ps[i] = math.NaN()
		if n := len(p.d); n >= correlateFrom && !drifted[i] && !p.invalid() {
			ps[i] = normalTail(lag1(p.d) * math.Sqrt(float64(n)))
		}
	}
	for i, yes := range discoveries(ps, falseShare) {
		p := pairs[i]
		// Twice the standard error: what a single row has to reach.
		if r := lag1(p.d); yes && r > 2/math.Sqrt(float64(len(p.d))) {
			add(i, Warning{Row: p.row.Name, Impl: p.duel().String(), Text: fmt.Sprintf("rounds are not independent: correlation %.2f between neighbours", r),
				Remedy: "spread the rounds further apart in time, or measure on a quieter host"})
		}
	}
}

// normalTail is the probability that a standard normal exceeds z.
func normalTail(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

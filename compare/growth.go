package compare

import "math"

// An Estimate is a number with its 95 % interval over rounds. Lo is -Inf and
// Hi +Inf while there are too few rounds for one.
type Estimate struct {
	Value, Lo, Hi float64
}

// Bounded reports whether there is an interval.
func (e Estimate) Bounded() bool { return !math.IsInf(e.Lo, 0) && !math.IsInf(e.Hi, 0) }

// A Power is a fitted law value^Exponent, and whether the points agree with it.
type Power struct {
	Rounds   int  // complete rounds: every size was measured
	Fitted   bool // there are at least three sizes with a logarithm, and a round
	Exponent Estimate
	// Bent says that the points are no power law: the local exponents differ
	// beyond what the rounds vary, and by enough to matter. Bends then holds
	// two stretches that show it, the first and the last where these do. The
	// exponent should not be quoted.
	Bent bool
	// Doubtful says that the local exponents of the first and the last stretch
	// are far apart, but that the rounds vary too much to prove it.
	Doubtful bool
	Bends    [2]Stretch
}

// Flat reports whether the value does not change what is measured: the whole
// interval of the exponent is small and holds 0.
func (p Power) Flat() bool {
	e := p.Exponent
	return p.Fitted && !p.Bent && !p.Doubtful && e.Lo <= 0 && 0 <= e.Hi && max(-e.Lo, e.Hi) < flatMatters
}

// A Stretch is the local exponent between two neighbouring sizes.
type Stretch struct {
	From, To float64
	Exponent Estimate
}

// Differences below these are not worth a word, however well proved: of a
// local exponent, and of a point from a line as a fraction.
const (
	bendMatters = 0.1
	offMatters  = 0.05
	offTooFar   = 0.15 // however little is proved
	flatMatters = 0.2  // an exponent that may be as large as this may be growth

	doubtMatters = 0.3 // of local exponents, when it is not proved
)

// estimate is the mean over rounds with its t interval at the level given; per
// is one number per round. Two rounds never make an interval.
func (a *analysis) estimate(per []float64, level float64) Estimate {
	e := Estimate{mean(per), math.Inf(-1), math.Inf(1)}
	if n := len(per); n >= minLook {
		h := a.sched.t(n, level/2) * sd(per) / math.Sqrt(float64(n))
		e.Lo, e.Hi = e.Value-h, e.Value+h
	}
	return e
}

// apply makes one number of every round.
func apply(rounds [][]float64, f func([]float64) float64) []float64 {
	out := make([]float64, len(rounds))
	for i, r := range rounds {
		out[i] = f(r)
	}
	return out
}

// power fits the exponent round by round: within a round, the least-squares
// slope of log time on log value. What slows a whole round down leaves its
// slope alone, and the scatter of the slopes over rounds is that of all
// launches, not of the samples within them.
func (a *analysis) power(s series) Power {
	s = s.positive()
	rounds := s.rounds()
	p := Power{Rounds: len(rounds), Exponent: a.estimate(nil, plannedAlpha)}
	if len(s.values) < leastValues || len(rounds) == 0 {
		return p
	}
	x := make([]float64, len(s.values))
	for i, v := range s.values {
		x[i] = math.Log(v)
	}
	p.Fitted = true
	p.Exponent = a.estimate(apply(rounds, func(y []float64) float64 { return slope(x, y) }), plannedAlpha)
	a.bend(&p, s.values, x, rounds)
	return p
}

// slope is the least-squares slope of y on x.
func slope(x, y []float64) float64 {
	mx, my := mean(x), mean(y)
	var xy, xx float64
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
	}
	return xy / xx
}

// bend compares the local exponents of the last and the first stretch, and
// each stretch's with the fitted one. The first question, which finds a fixed
// cost and a saturation, gets half of the allowed error, the others share the
// rest: a straight line is called bent in at most 5 % of cases.
func (a *analysis) bend(p *Power, values, x []float64, rounds [][]float64) {
	stretches := len(x) - 1
	local := func(i int) func([]float64) float64 {
		return func(y []float64) float64 { return (y[i+1] - y[i]) / (x[i+1] - x[i]) }
	}
	differs := func(level float64, f func([]float64) float64) (by float64, proved bool) {
		e := a.estimate(apply(rounds, f), level)
		return math.Abs(e.Value), (e.Lo > 0 || e.Hi < 0) && math.Abs(e.Value) > bendMatters
	}
	stretch := func(i int) Stretch {
		return Stretch{values[i], values[i+1], a.estimate(apply(rounds, local(i)), plannedAlpha)}
	}
	last := stretches - 1
	var apart float64
	if apart, p.Bent = differs(plannedAlpha/2, func(y []float64) float64 { return local(last)(y) - local(0)(y) }); p.Bent {
		p.Bends = [2]Stretch{stretch(0), stretch(last)}
		return
	}
	most := 0.0
	for i := range stretches {
		by, proved := differs(plannedAlpha/2/float64(stretches), func(y []float64) float64 { return local(i)(y) - slope(x, y) })
		if !proved || by <= most {
			continue
		}
		most, p.Bent = by, true
		// Beside the end of the line that is further away.
		p.Bends = [2]Stretch{stretch(i), stretch(last)}
		if 2*i >= stretches {
			p.Bends = [2]Stretch{stretch(0), stretch(i)}
		}
	}
	if !p.Bent && apart > doubtMatters && last > 0 {
		p.Doubtful, p.Bends = true, [2]Stretch{stretch(0), stretch(last)}
	}
}

// unit is the difference quotient between the two largest values, round by
// round. It needs no law to hold anywhere else.
func (a *analysis) unit(s series) Estimate {
	n := len(s.values)
	rounds := s.rounds()
	if n < 2 || len(rounds) == 0 {
		return a.estimate(nil, plannedAlpha)
	}
	step := s.values[n-1] - s.values[n-2]
	return a.estimate(apply(rounds, func(y []float64) float64 {
		return (math.Exp(y[n-1]) - math.Exp(y[n-2])) / step
	}), plannedAlpha)
}

// linear fits fixed + perUnit * value round by round, each point weighted by
// the inverse square of its typical time: launches vary by a fraction of their
// time, and unweighted the largest value alone would settle both numbers. The
// law holds unless a point is proved to be off it by an amount that matters, or
// is far off.
//
// Note: asking for proof alone was tried; where rounds vary much nothing is
// proved, and a square root was called a line. Asking for no proof, on a busy
// host every other line was called none.
func (a *analysis) linear(s series) (fixed, perUnit Estimate, holds bool) {
	rounds := s.rounds()
	fixed = a.estimate(nil, plannedAlpha)
	perUnit = fixed
	if len(s.values) < leastValues || len(rounds) < minLook {
		return fixed, perUnit, false
	}
	typical := make([]float64, len(s.values))
	for i := range typical {
		typical[i] = math.Exp(mean(apply(rounds, func(y []float64) float64 { return y[i] })))
	}
	intercepts, slopes := make([]float64, len(rounds)), make([]float64, len(rounds))
	off := make([][]float64, len(rounds)) // by round, then by size: residuals as fractions
	for r, y := range rounds {
		intercepts[r], slopes[r] = weighted(s.values, y, typical)
		off[r] = make([]float64, len(y))
		for i := range y {
			off[r][i] = (math.Exp(y[i]) - intercepts[r] - slopes[r]*s.values[i]) / typical[i]
		}
	}
	for i := range s.values {
		e := a.estimate(apply(off, func(o []float64) float64 { return o[i] }), plannedAlpha/float64(len(s.values)))
		proved := e.Lo > 0 || e.Hi < 0
		if by := math.Abs(e.Value); by > offTooFar || proved && by > offMatters {
			return fixed, perUnit, false
		}
	}
	return a.estimate(intercepts, plannedAlpha), a.estimate(slopes, plannedAlpha), true
}

// weighted fits exp(y) = intercept + slope * x with weights 1/typical².
func weighted(x, y, typical []float64) (intercept, slope float64) {
	var w, wx, wt, wxx, wxt float64
	for i := range x {
		t, k := math.Exp(y[i]), 1/(typical[i]*typical[i])
		w += k
		wx += k * x[i]
		wt += k * t
		wxx += k * x[i] * x[i]
		wxt += k * x[i] * t
	}
	slope = (w*wxt - wx*wt) / (w*wxx - wx*wx)
	return (wt - slope*wx) / w, slope
}

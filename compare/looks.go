package compare

import (
	"fmt"
	"math"

	"xbench/harness/record"
)

// The moments at which data may be looked at, and the percentage of the
// allowed error each may use. Early looks get little: three equal draws look
// like no noise at all, and a verdict after three rounds should only be
// possible where nothing is in doubt. The last look takes all that is left.
var (
	lookRounds   = [...]int{3, 5, 8, 13, 20, 30, 45}
	lookPercents = [...]int{1, 4, 10, 15, 20, 20, 10}
)

// PlanLooks returns the rounds after which a run of at most rMax rounds is
// looked at, ascending and ending with rMax, and the share of alpha each look
// may use; the shares sum to 1. Both are nil when rMax is not positive. A look
// at fewer than three rounds is planned when rMax is that small, but never
// decides anything.
//
// By the union bound the chance that any look is wrong is at most the sum of
// the shares times alpha. Rejected: confidence sequences that are only
// asymptotically valid (8 % wrong at 5 to 30 rounds for 5 % allowed), and
// boundaries for known variance with the variance estimated (9 %).
func PlanLooks(rMax int) (looks []int, shares []float64) {
	if rMax <= 0 {
		return nil, nil
	}
	left := 100
	for i, n := range lookRounds {
		if n >= rMax {
			break
		}
		looks = append(looks, n)
		shares = append(shares, float64(lookPercents[i])/100)
		left -= lookPercents[i]
	}
	return append(looks, rMax), append(shares, float64(left)/100)
}

// A schedule is the part of a plan that decides when and how strictly data is
// looked at.
type schedule struct {
	alpha  float64
	rMax   int
	looks  []int
	shares []float64
	scale  float64 // of every multiplier; 1 but in tests
}

func newSchedule(p *record.Plan, scale float64) (*schedule, error) {
	s := &schedule{alpha: p.Alpha, rMax: p.RMax, looks: p.Looks, shares: p.Shares, scale: scale}
	if s.scale == 0 {
		s.scale = 1
	}
	if !(s.alpha > 0 && s.alpha < 1) {
		return nil, fmt.Errorf("plan: alpha is %v, want a number between 0 and 1", s.alpha)
	}
	if len(s.looks) == 0 || len(s.looks) != len(s.shares) {
		return nil, fmt.Errorf("plan: %d looks and %d error shares, want as many of both and at least one", len(s.looks), len(s.shares))
	}
	sum, last := 0.0, 0
	for i, n := range s.looks {
		if n <= last {
			return nil, fmt.Errorf("plan: looks %v do not ascend", s.looks)
		}
		if !(s.shares[i] > 0) {
			return nil, fmt.Errorf("plan: look after round %d has error share %v, want more than 0", n, s.shares[i])
		}
		last = n
		sum += s.shares[i]
	}
	if last != s.rMax {
		return nil, fmt.Errorf("plan: the last look is after round %d, not after r_max %d", last, s.rMax)
	}
	if sum > 1+1e-9 {
		return nil, fmt.Errorf("plan: error shares sum to %v, more than 1", sum)
	}
	return s, nil
}

// multiplier is the number of standard errors that the interval of look i
// reaches to either side at level.
func (s *schedule) multiplier(i int, level float64) float64 {
	return s.t(s.looks[i], level*s.shares[i]/2)
}

// t is the quantile of Student's t for n rounds that leaves tail above it.
func (s *schedule) t(n int, tail float64) float64 { return s.scale * tQuantile(n-1, tail) }

// minLook is the fewest rounds that a look decides on: two make no interval.
const minLook = 3

// A glance is what one look sees of a scalar.
type glance struct {
	look int // index into the schedule
	n    int // rounds
	mean float64
	spread
	se float64 // the spread of one round, over the root of n
	df int     // of se
}

// A path is a scalar with one value per round, and the planned looks at it.
// Only looks that were planned are there: a run that ends between two of them
// has learned nothing since the last. (Looking once more at a moment that the
// user or the clock chose made 22 % of verdicts wrong in simulation.)
type path struct {
	sched *schedule
	x     []float64 // in time order
	seen  []glance
	apart bool // one value and one look, of sides that were not measured in turns
}

func (s *schedule) follow(x []float64) path {
	if len(x) > s.rMax {
		x = x[:s.rMax]
	}
	p := path{sched: s, x: x}
	for i, n := range s.looks {
		if n < minLook || n > len(x) {
			continue
		}
		spread := spreadOf(x[:n])
		p.seen = append(p.seen, glance{i, n, mean(x[:n]), spread, spread.s / math.Sqrt(float64(n)), n - 1})
	}
	return p
}

// multiplier is the number of standard errors that the interval of a look
// reaches to either side at level.
func (p path) multiplier(g glance, level float64) float64 {
	return p.sched.scale * tQuantile(g.df, level*p.sched.shares[g.look]/2)
}

// until is the path as it was after so many rounds.
func (p path) until(n int) path {
	p.x = p.x[:min(n, len(p.x))]
	for i, g := range p.seen {
		if g.n > n {
			p.seen = p.seen[:i]
			break
		}
	}
	return p
}

// interval is the intersection of the intervals of all looks so far, in log
// units: its lower end at level aLo, its upper end at level aHi. A look that
// contradicts an earlier one moves an end no further than to the other end, so
// that the interval never takes back what was decided.
func (p path) interval(aLo, aHi float64) (lo, hi float64) {
	lo, hi = math.Inf(-1), math.Inf(1)
	for _, g := range p.seen {
		l := g.mean - p.multiplier(g, aLo)*g.se
		h := g.mean + p.multiplier(g, aHi)*g.se
		l, h = min(l, hi), max(h, lo)
		lo, hi = max(lo, l), min(hi, h)
	}
	return lo, hi
}

// decide returns the verdict of the first look that reaches one: PASS when the
// interval at level aPass is at or above g, FAIL when the one at level aFail
// is below it. round is 0 while there is none.
func (p path) decide(g, aPass, aFail float64) (v Verdict, round int) {
	for _, s := range p.seen {
		switch {
		case s.mean-p.multiplier(s, aPass)*s.se >= g:
			return Pass, s.n
		case s.mean+p.multiplier(s, aFail)*s.se < g:
			return Fail, s.n
		}
	}
	return Inconclusive, 0
}

// Looks from futileFrom rounds on may give up when a verdict at the last look
// has become less likely than futileBelow. Giving up can only turn a verdict
// into INCONCLUSIVE; on the boundary it saves a third of the rounds and
// elsewhere costs about a point of power.
const (
	futileFrom  = 8
	futileBelow = 0.10
)

// futile reports whether some look gave up. It stays true: a run that stopped
// measuring for one claim is not reopened by what another claim's rounds show.
func (p path) futile(g, aPass, aFail float64) bool {
	for _, s := range p.seen {
		if p.mayGiveUp(s) && p.predict(s, g, aPass, aFail).probability() < futileBelow {
			return true
		}
	}
	return false
}

func (p path) mayGiveUp(s glance) bool { return s.n >= futileFrom && s.n < p.sched.rMax }

// A forecast is what a look expects of the last one.
type forecast struct {
	distance     float64 // of the mean from the threshold
	q            float64 // standard error of the mean at the last look, given this one's
	step         float64 // standard error that the last look will use
	pass, fail   float64 // the last look's multipliers
	above, below float64 // probabilities of PASS and of FAIL
}

func (f forecast) probability() float64 { return f.above + f.below }

// predict is the probability, given what look s has seen, that the last look
// reaches a verdict.
func (p path) predict(s glance, g, aPass, aFail float64) forecast {
	last := len(p.sched.looks) - 1
	n, r := float64(s.n), float64(p.sched.rMax)
	f := forecast{
		distance: s.mean - g, q: s.s * math.Sqrt(1/n-1/r), step: s.s / math.Sqrt(r),
		pass: p.sched.multiplier(last, aPass), fail: p.sched.multiplier(last, aFail),
	}
	f.above = tCDF(s.n-1, (f.distance-f.pass*f.step)/f.q)
	f.below = tCDF(s.n-1, (-f.distance-f.fail*f.step)/f.q)
	return f
}

package compare

import (
	"math"
	"slices"
	"sync"

	"github.com/aclements/go-moremath/stats"

	"xbench/harness/record"
)

// mean returns the arithmetic mean, 0 of nothing.
func mean(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// median returns the middle value, or the mean of the two in the middle; 0 of
// nothing. x is not changed.
func median(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	s := slices.Clone(x)
	slices.Sort(s)
	n := len(s)
	if n%2 == 1 {
		return s[n/2]
	}
	return (s[n/2-1] + s[n/2]) / 2
}

// medianLog returns the median of the logarithms of the times of one iteration
// of a process, which has at least one.
// The order of logarithms is that of the times, so that only those in the
// middle need one; a long record has millions of samples.
func medianLog(p *record.Process) float64 {
	var few [32]float64 // usual numbers of samples need no memory
	s := p.AppendTimes(few[:0])
	slices.Sort(s)
	log := func(i int) float64 { return math.Log(s[i]) }
	n := len(s)
	if n%2 == 1 {
		return log(n / 2)
	}
	return (log(n/2-1) + log(n/2)) / 2
}

// sd returns the sample standard deviation, 0 of fewer than two values.
func sd(x []float64) float64 {
	if len(x) < 2 {
		return 0
	}
	m, sum := mean(x), 0.0
	for _, v := range x {
		sum += (v - m) * (v - m)
	}
	return math.Sqrt(sum / float64(len(x)-1))
}

// robustSD estimates the standard deviation from the median absolute
// deviation, which a few wild values do not move.
func robustSD(x []float64) float64 {
	m := median(x)
	dev := make([]float64, len(x))
	for i, v := range x {
		dev[i] = math.Abs(v - m)
	}
	return madScale * median(dev)
}

// lag1 returns the correlation between successive values, 0 when they do not
// vary.
func lag1(x []float64) float64 {
	m := mean(x)
	var num, den float64
	for i, v := range x {
		den += (v - m) * (v - m)
		if i > 0 {
			num += (v - m) * (x[i-1] - m)
		}
	}
	if den == 0 {
		return 0
	}
	return num / den
}

// A spread is the standard deviation of one round as the looks use it, with
// the parts that it is made of.
type spread struct {
	sd, floor, factor float64
	lag1, rho         float64 // 0 before eight rounds: nothing is estimated from so few
	s                 float64 // factor * max(sd, floor)
}

// Before eight rounds the correlation of successive rounds cannot be
// estimated, and a fifth is added instead.
const (
	correlatedFrom = 8
	fewFactor      = 1.2
)

// spreadOf is never less than a floor, since a few equal values look like no
// noise (two programs whose speed depends on where they were loaded do that),
// and is raised when successive rounds resemble each other.
func spreadOf(x []float64) spread {
	n := len(x)
	p := spread{sd: sd(x), floor: floorAt(n), factor: fewFactor}
	if n >= correlatedFrom {
		p.lag1 = lag1(x)
		p.rho, p.factor = correlation(p.lag1, n)
	}
	p.s = p.factor * max(p.sd, p.floor)
	return p
}

func floorAt(n int) float64 {
	if n < 5 {
		return 0.05
	}
	return 0.01
}

func roundSpread(x []float64) float64 { return spreadOf(x).s }

// correlationFactor is the factor by which correlated rounds inflate the error
// of their mean.
func correlationFactor(x []float64) float64 {
	_, factor := correlation(lag1(x), len(x))
	return factor
}

// correlation is the one that the factor is made from: 1/n makes up for the
// bias of the estimate in short series.
func correlation(lag1 float64, n int) (rho, factor float64) {
	rho = min(max(lag1+1/float64(n), 0), 0.8)
	return rho, math.Sqrt((1 + rho) / (1 - rho))
}

// tQuantile returns the value that Student's t with df degrees of freedom
// exceeds with probability tail, a number in (0, 0.5].
func tQuantile(df int, tail float64) float64 {
	key := tKey{df, tail}
	if t, ok := tKnown.Load(key); ok {
		return t.(float64)
	}
	// The library takes the lower tail from the upper one, as 1-(1-tail): of a
	// tail of 1e-7 nine digits are left, and of the quantile at least as many.
	t := -stats.InvCDF(stats.TDist{V: float64(df)})(tail)
	tKnown.Store(key, t)
	return t
}

// tKnown holds the quantiles found so far: every row of every run asks for the
// same few, and each takes a hundred evaluations of the distribution. Being
// answers of a pure function they are the same for everybody.
var tKnown sync.Map

type tKey struct {
	df   int
	tail float64
}

func tCDF(df int, x float64) float64 {
	return stats.TDist{V: float64(df)}.CDF(x)
}

// zQuantile returns the value that a standard normal exceeds with probability
// tail.
func zQuantile(tail float64) float64 {
	return -stats.StdNormal.InvCDF(tail)
}

// tInterval returns the plain 95 % interval of the mean, equal ends when there
// are fewer than two values.
func (s *schedule) tInterval(x []float64) (lo, hi float64) {
	m := mean(x)
	if len(x) < 2 {
		return m, m
	}
	h := s.t(len(x), 0.025) / s.scale * sd(x) / math.Sqrt(float64(len(x)))
	return m - h, m + h
}

package compare

import (
	"math"
	"sync"

	"github.com/aclements/go-moremath/stats"
)

// madQuantile is the value that 1.4826 MAD of n independent normal values,
// over their standard deviation, exceeds with probability tail. n is at least
// 3; an even n is taken for the odd one below, which is a few per cent more
// than it should be.
func madQuantile(n int, tail float64) float64 {
	n -= 1 - n%2
	key := tKey{n, tail}
	if q, ok := madKnown.Load(key); ok {
		return q.(float64)
	}
	lo, hi := 0.0, 20.0
	for hi-lo > 1e-4 {
		if mid := (lo + hi) / 2; 1-madCDF(n, mid/madScale) > tail {
			lo = mid
		} else {
			hi = mid
		}
	}
	madKnown.Store(key, hi)
	return hi
}

// madKnown holds the quantiles found so far, as tKnown does.
var madKnown sync.Map

// madScale makes the median absolute deviation of normal values estimate their
// standard deviation.
const madScale = 1.4826

// madCDF is the probability that the median absolute deviation of n = 2k+1
// standard normal values is y or less. Given their median, the k values below
// it and the k above are independent, each side alike; of all, k+1 must lie
// within y of the median, which is one of them.
func madCDF(n int, y float64) float64 {
	k := n / 2
	lg := func(x int) float64 { v, _ := math.Lgamma(float64(x + 1)); return v }
	scale := lg(n) - 2*lg(k)
	const steps, reach = 200, 7.0
	sum := 0.0
	for i := 1; i < steps; i++ { // both ends of the range weigh nothing
		m := reach * (2*float64(i)/steps - 1) * 1.2533 / math.Sqrt(float64(n))
		below := stats.StdNormal.CDF(m)
		above := stats.StdNormal.CDF(-m)
		density := math.Exp(scale + float64(k)*(math.Log(below)+math.Log(above)) + math.Log(stats.StdNormal.PDF(m)))
		near := (below - stats.StdNormal.CDF(m-y)) / below
		far := (above - stats.StdNormal.CDF(-m-y)) / above
		sum += density * atLeastOf(k, near, far)
	}
	return min(sum*2*reach*1.2533/math.Sqrt(float64(n))/steps, 1)
}

// atLeastOf is the probability of k successes or more in k trials with
// probability p and k with probability q.
func atLeastOf(k int, p, q float64) float64 {
	first, second := binomials(k, p), binomials(k, q)
	sum, tail := 0.0, 0.0
	for i := 0; i <= k; i++ {
		tail += second[k-i] // P(second >= k-i)
		sum += first[i] * tail
	}
	return sum
}

// binomials are the probabilities of 0 .. k successes.
func binomials(k int, p float64) []float64 {
	out := make([]float64, 1, k+1)
	out[0] = 1
	for range k {
		out = append(out, 0)
		for i := len(out) - 1; i >= 0; i-- {
			out[i] *= 1 - p
			if i > 0 {
				out[i] += out[i-1] * p
			}
		}
	}
	return out
}

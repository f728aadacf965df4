package report

import (
	"math"
	"testing"
)

// studentTail is the probability that Student's t with df degrees of freedom
// is above t, by integrating the density: with t = root(df) tan(angle) it is a
// power of a cosine. It shares nothing with the quantiles under test.
func studentTail(df int, t float64) float64 {
	from := math.Atan(t / math.Sqrt(float64(df)))
	density := func(angle float64) float64 { return math.Pow(math.Cos(angle), float64(df-1)) }
	return simpson(density, from, math.Pi/2) / simpson(density, -math.Pi/2, math.Pi/2)
}

func simpson(f func(float64) float64, from, to float64) float64 {
	const n = 2000
	h := (to - from) / n
	sum := f(from) + f(to)
	for i := 1; i < n; i++ {
		sum += float64(2+2*(i%2)) * f(from+float64(i)*h)
	}
	return sum * h / 3
}

// A studentTable keeps the quantiles that were asked for: every row of a run
// asks for the same.
type studentTable map[[2]float64]float64

// quantile is what t exceeds with probability tail, by halving.
func (s studentTable) quantile(df int, tail float64) float64 {
	key := [2]float64{float64(df), tail}
	if _, ok := s[key]; !ok {
		s[key] = studentQuantile(df, tail)
	}
	return s[key]
}

func studentQuantile(df int, tail float64) float64 {
	lo, hi := 0.0, 1.0
	for studentTail(df, hi) > tail {
		hi *= 2
	}
	for range 45 {
		if mid := (lo + hi) / 2; studentTail(df, mid) > tail {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

// The independent quantiles agree with a printed table (Fisher and Yates).
func TestIndependentQuantiles(t *testing.T) {
	check := func(df int, tail, want float64) {
		t.Helper()
		if got := studentQuantile(df, tail); math.Abs(got-want) > 5.1e-4 {
			t.Errorf("df %d, tail %v: got %.4f, want %.3f", df, tail, got, want)
		}
	}
	check(2, .025, 4.303)
	check(4, .025, 2.776)
	check(4, .0005, 8.610)
	check(7, .005, 3.499)
	check(12, .01, 2.681)
	check(29, .025, 2.045)
	check(29, .0005, 3.659)
	if got := studentTail(7, -1) + studentTail(7, 1); math.Abs(got-1) > 1e-12 {
		t.Errorf("both tails sum to %v", got)
	}
}

package compare

import (
	"math"
	"testing"
)

// atMost is the largest share of which count or fewer of n are not below 5 %
// likely: Clopper and Pearson's upper limit.
func atMost(count, n int) float64 {
	if count >= n {
		return 1
	}
	lo, hi := float64(count)/float64(n), 1.0
	for range 200 {
		if middle := (lo + hi) / 2; binomialTail(count, n, middle) > .05 {
			lo = middle
		} else {
			hi = middle
		}
	}
	return hi
}

// binomialTail is the probability that at most count of n happen.
func binomialTail(count, n int, p float64) float64 {
	sum := 0.0
	for k := range count + 1 {
		sum += math.Exp(logChoose(n, k) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
	}
	return sum
}

func logChoose(n, k int) float64 {
	of := func(x int) float64 {
		l, _ := math.Lgamma(float64(x + 1))
		return l
	}
	return of(n) - of(k) - of(n-k)
}

// Limits of shares, against closed forms and published tables.
func TestAtMost(t *testing.T) {
	check := func(count, n int, want, tolerance float64) {
		t.Helper()
		if got := atMost(count, n); math.Abs(got-want) > tolerance {
			t.Errorf("%d of %d: at most %v, want %v", count, n, got, want)
		}
	}
	for _, n := range []int{1, 10, 500, 100000} {
		check(0, n, 1-math.Pow(.05, 1/float64(n)), 1e-12) // (1-p)^n = 0.05
		check(n-1, n, math.Pow(.95, 1/float64(n)), 1e-9)  // 1-p^n = 0.05
		check(n, n, 1, 0)
	}
	// Of rare events the count is Poisson's: 3.00, 4.74, 6.30, 7.75 and 16.96
	// are the textbook limits for 0, 1, 2, 3 and 10.
	for count, want := range map[int]float64{0: 2.9957, 1: 4.7439, 2: 6.2958, 3: 7.7537, 10: 16.9622} {
		check(count, 1e6, want/1e6, 1e-9)
	}
}

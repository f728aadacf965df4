package compare

import (
	"math"
	"math/rand/v2"
	"testing"

	"xbench/harness/record"
)

// Sorting times and taking the logarithms of those in the middle is taking
// logarithms and sorting them, to the last bit.
func TestMedianLogIsTheMedianOfTheLogs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= 50; n++ {
		ns, ks, logs := make([]float64, n), make([]int64, n), make([]float64, n)
		k := 1 + rng.Int64N(1000)
		for i := range ns {
			ns[i], ks[i] = float64(1+rng.Int64N(1e9)), k
			logs[i] = math.Log(ns[i] / float64(k))
		}
		first := ns[0]
		if got, want := medianLog(&record.Process{K: k, SamplesNS: ns}), median(logs); got != want {
			t.Errorf("%d samples: %v, want %v", n, got, want)
		}
		if got, want := medianLog(&record.Process{SamplesNS: ns, Iterations: ks}), median(logs); got != want {
			t.Errorf("%d samples: %v, want %v", n, got, want)
		}
		if ns[0] != first {
			t.Errorf("%d samples: they were sorted in place", n)
		}
	}
}

// Quantiles leave above them what they are asked to, down to tails
// that 1,000 goals over 75 rows each would leave for the first look.
func TestQuantilesOfSmallTails(t *testing.T) {
	for df := 2; df <= 44; df++ {
		for _, tail := range []float64{.025, 1e-3, 2.5e-4, 1e-5, 1e-6, 1e-7, 3e-9} {
			got := upperTail(df, tQuantile(df, tail))
			if math.Abs(got-tail) > 1e-6*tail {
				t.Errorf("%d degrees of freedom: %v lies above the quantile for %v", df, got, tail)
			}
		}
	}
}

// upperTail is the probability that Student's t exceeds x > 0. With
// t = root(df) / tan u it is an integral of sin^(df-1) from 0 to some angle:
// all terms are positive, and nothing is subtracted from 1.
func upperTail(df int, x float64) float64 {
	const steps = 2000
	v, to := float64(df), math.Atan(math.Sqrt(float64(df))/x)
	f := func(i int) float64 { return math.Pow(math.Sin(to*float64(i)/steps), v-1) }
	sum := f(0) + f(steps)
	for i := 1; i < steps; i++ {
		sum += float64(2+2*(i%2)) * f(i) // Simpson's rule
	}
	upper, _ := math.Lgamma((v + 1) / 2)
	lower, _ := math.Lgamma(v / 2)
	return math.Exp(upper-lower) / math.Sqrt(math.Pi) * sum * to / steps / 3
}

// The integral itself, against the closed form of two degrees of freedom
// and printed tables.
func TestUpperTail(t *testing.T) {
	check := func(df int, x, want, tolerance float64) {
		t.Helper()
		if got := upperTail(df, x); math.Abs(got-want) > tolerance*want {
			t.Errorf("%d degrees of freedom: %v above %v, want %v", df, got, x, want)
		}
	}
	for _, tail := range []float64{.1, 1e-4, 1e-8} {
		check(2, (1-2*tail)/math.Sqrt(2*tail*(1-tail)), tail, 1e-9)
	}
	check(2, 31.599, .0005, 1e-4)
	check(4, 8.6103, .0005, 1e-4)
	check(10, 4.5869, .0005, 1e-4)
	check(30, 3.6460, .0005, 2e-4)
	check(40, 3.5510, .0005, 1e-4)
}

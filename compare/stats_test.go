package compare

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Sorting times and taking the logarithms of those in the middle is taking
// logarithms and sorting them, to the last bit.
func TestMedianLogIsTheMedianOfTheLogs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= 50; n++ {
		ns, logs := make([]int64, n), make([]float64, n)
		k := 1 + rng.Int64N(1000)
		for i := range ns {
			ns[i] = 1 + rng.Int64N(1e9)
			logs[i] = math.Log(float64(ns[i]) / float64(k))
		}
		first := ns[0]
		if got, want := medianLog(ns, k), median(logs); got != want {
			t.Errorf("%d samples: %v, want %v", n, got, want)
		}
		if ns[0] != first {
			t.Errorf("%d samples: they were sorted in place", n)
		}
	}
}

package compare

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The quantile of the robust deviation is exceeded as often as it says, by
// normal values drawn one by one; for even numbers of them a little less often.
func TestMADQuantiles(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 4))
	draws := comparisons(400000, 20000)
	for _, n := range []int{3, 5, 7, 8, 13, 20, 30, 45} {
		deviations := make([]float64, draws)
		x := make([]float64, n)
		for i := range deviations {
			for j := range x {
				x[j] = rng.NormFloat64()
			}
			deviations[i] = robustSD(x)
		}
		for _, tail := range []float64{.25, .025, .025 / 7} {
			q := madQuantile(n, tail)
			over := 0
			for _, d := range deviations {
				if d > q {
					over++
				}
			}
			got, want := float64(over), tail*float64(draws)
			t.Logf("n = %d, tail %.4f: quantile %.3f, exceeded by %.2f %%", n, tail, q, 100*got/float64(draws))
			slack := 4 * math.Sqrt(want)
			if got > want+slack || n%2 == 1 && got < want-slack || got < want/3 {
				t.Errorf("%v of %d deviations of %d values are above %.3f, want about %.0f", got, draws, n, q, want)
			}
		}
	}
}

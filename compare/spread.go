package compare

import "math"

// Spread is how much several speedups differ: their coefficient of variation,
// and the same on the log scale, exp(sd of the logs) - 1, in which 2x and 8x
// are as far from 4x. Both are fractions, and 0 of fewer than two.
func Spread(speedups []float64) (linear, log float64) {
	if len(speedups) < 2 {
		return 0, 0
	}
	logs := make([]float64, len(speedups))
	for i, x := range speedups {
		logs[i] = math.Log(x)
	}
	return sd(speedups) / mean(speedups), math.Expm1(sd(logs))
}

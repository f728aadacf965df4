package selftest

import (
	"math"

	"xbench/compare/report"
)

// atLeast is the chance of k or more of n independent events of chance p each.
func atLeast(k, n int, p float64) float64 {
	if k <= 0 {
		return 1
	}
	sum := 0.0
	for i := k; i <= n; i++ {
		sum += math.Exp(logChoose(n, i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return min(sum, 1)
}

// logChoose is the logarithm of n over k.
func logChoose(n, k int) float64 {
	lg := func(x int) float64 { v, _ := math.Lgamma(float64(x) + 1); return v }
	return lg(n) - lg(k) - lg(n-k)
}

// chance words a probability.
func chance(p float64) string {
	switch {
	case p >= 0.9995:
		return "100%"
	case p < 0.0001:
		return "under 0.01%"
	}
	return report.FormatPercent(p)
}

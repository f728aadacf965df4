package compare

import (
	"fmt"
	"math"
	"strconv"
)

// roundDown rounds a ratio down to three significant digits: a claim must not
// be larger than what was proved. 0 and infinity claim nothing.
func roundDown(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 1) {
		return 0
	}
	// A bound that is 2 but for the last bit of a logarithm is 2.
	x *= 1 + 1e-12
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 2, 64), 64)
	if err != nil {
		return 0
	}
	if y > x {
		step := math.Pow(10, math.Floor(math.Log10(y))-2)
		y, err = strconv.ParseFloat(strconv.FormatFloat(y-step*(1-1e-9), 'e', 2, 64), 64)
		if err != nil || y > x {
			return 0
		}
	}
	return y
}

// formatRatio writes a ratio with three significant digits: "2x", "0.953x".
func formatRatio(x float64) string {
	switch {
	case math.IsInf(x, 1):
		return "∞"
	case x >= 999.5:
		return strconv.FormatFloat(x, 'f', 0, 64) + "x"
	}
	return strconv.FormatFloat(x, 'g', 3, 64) + "x"
}

func formatInterval(i Interval) string {
	return fmt.Sprintf("%s (%s to %s)", formatRatio(i.Ratio), formatRatio(i.Lo), formatRatio(i.Hi))
}

func formatPercent(x float64) string {
	return strconv.FormatFloat(100*x, 'g', 3, 64) + "%"
}

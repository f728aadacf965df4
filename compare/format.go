package compare

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// roundDown rounds a ratio down to three significant digits: a claim must not
// be larger than what was proved. 0 and infinity claim nothing.
func roundDown(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 1) {
		return 0
	}
	// A bound that is 2 but for the last bit of a logarithm is 2.
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(x*(1+1e-12), 'e', -1, 64), "e")
	y, err := strconv.ParseFloat(mantissa[:min(len(mantissa), len("1.23"))]+"e"+exponent, 64)
	if err != nil {
		return 0
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

// formatInterval rounds outwards, as tables do: one interval printed in two
// ways would look like two.
func formatInterval(i Interval) string {
	return fmt.Sprintf("%s (%s to %s)", openEnd(i.Ratio), openEnd(roundDown(i.Lo)), openEnd(roundUp(i.Hi)))
}

// openEnd writes a measured ratio, and beyond a thousand either way only that
// it is there: seven digits of it would pretend to a knowledge that nobody has.
func openEnd(x float64) string {
	switch {
	case x >= 1000.5 && !math.IsInf(x, 1):
		return ">1000x"
	case 0 < x && x < 0.001:
		return "<0.001x"
	}
	return formatRatio(x)
}

// roundUp rounds a ratio up to three significant digits.
func roundUp(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 1) {
		return x
	}
	unit := math.Pow(10, math.Floor(math.Log10(x))-2)
	return unit * math.Ceil(x/unit*(1-1e-12))
}

// formatPercent writes a fraction: "12.5%", and more than ten times as ">1000%".
func formatPercent(x float64) string {
	if x > 10 {
		return ">1000%"
	}
	return strconv.FormatFloat(100*x, 'g', 3, 64) + "%"
}

func countRounds(n int) string {
	if n == 1 {
		return "1 round"
	}
	return strconv.Itoa(n) + " rounds"
}

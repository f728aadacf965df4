package compare

import (
	"math"
	"strconv"
	"strings"

	"xbench/internal/decimal"
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

// What lies beyond these is not written out: "3010000x" pretends to a
// knowledge that nobody has of such a ratio, and summary.json has the number.
const (
	mostRatio  = 1000
	leastRatio = 0.001
)

// noRatio stands where there is no ratio to show.
const noRatio = "-"

// FormatRatio words a ratio with three significant digits: "0.958x", "6.31x",
// "14.1x", "584x", and what is beyond a thousand either way as ">1000x" or
// "<0.001x". Zero, negative and non-finite ratios are "-".
func FormatRatio(x float64) string {
	if !(x > 0) || math.IsInf(x, 0) {
		return noRatio
	}
	return openEnd(x, decimal.Round(x, 3)) + "x"
}

// openEnd writes the rounded x, or only that it is out of bounds.
func openEnd(x, rounded float64) string {
	switch {
	case rounded > mostRatio:
		return ">1000"
	case x < leastRatio:
		return "<0.001"
	}
	return decimal.Format(rounded, 3)
}

// FormatBounds words an interval, "6.02 - 6.61". Bounds are rounded outwards,
// so that what is printed holds what was computed and the lower one equals
// the claim made from it. An upper bound that does not exist yet is "∞"; no
// bounds at all are "-"; both beyond a thousand are ">1000".
func FormatBounds(lo, hi float64) string {
	if math.IsNaN(lo) || math.IsNaN(hi) || hi <= 0 || lo < 0 || (lo == 0 && math.IsInf(hi, 1)) {
		return noRatio
	}
	upper := "∞"
	if !math.IsInf(hi, 1) {
		upper = openEnd(hi, decimal.Outward(hi, 3, math.Ceil))
	}
	lower := "0"
	if lo > 0 {
		lower = openEnd(lo, decimal.Outward(lo, 3, math.Floor))
	}
	if lower == upper && strings.ContainsAny(lower, "<>") {
		return lower
	}
	return lower + " - " + upper
}

// FormatInterval words a ratio and its interval, "6.31x (6.02 - 6.61)".
func FormatInterval(i Interval) string {
	ratio := FormatRatio(i.Ratio)
	bounds := FormatBounds(i.Lo, i.Hi)
	if ratio == noRatio || bounds == noRatio {
		return ratio
	}
	return ratio + " (" + bounds + ")"
}

// chosenRatio writes a ratio that people chose: "2x", "0.952x".
func chosenRatio(x float64) string { return decimal.TrimZeros(decimal.Format(x, 3)) + "x" }

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

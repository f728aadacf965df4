// Package decimal writes positive numbers with so many significant digits,
// rounded to the nearest or away from what they bound.
package decimal

import (
	"math"
	"strconv"
	"strings"
)

// Format writes x > 0 with so many significant digits and no exponent, except
// beyond a million, where digits would only pretend to precision: "0.450",
// "31.1", "584".
func Format(x float64, digits int) string {
	x = Round(x, digits)
	if x >= 1e6 {
		return strconv.FormatFloat(x, 'g', digits, 64)
	}
	return strconv.FormatFloat(x, 'f', max(0, digits-1-Exponent(x)), 64)
}

// Round rounds x > 0 to so many significant digits.
func Round(x float64, digits int) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', digits-1, 64), 64)
	if err != nil {
		return x
	}
	return r
}

// Outward rounds x > 0 to so many digits in the direction of round. A value
// that is a short decimal except for its binary representation stays put:
// 5.02 must not become 5.01.
func Outward(x float64, digits int, round func(float64) float64) float64 {
	if near := Round(x, digits); math.Abs(near-x) <= 1e-12*x {
		return near
	}
	scale := math.Pow(10, float64(digits-1-Exponent(x)))
	if scale == 0 || math.IsInf(scale, 0) {
		return x
	}
	return round(x*scale) / scale
}

// Exponent is the decimal exponent of x > 0.
func Exponent(x float64) int {
	_, e, _ := strings.Cut(strconv.FormatFloat(x, 'e', -1, 64), "e")
	n, err := strconv.Atoi(e)
	if err != nil {
		return 0
	}
	return n
}

// TrimZeros takes "5.0" to "5" and leaves "50" alone.
func TrimZeros(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

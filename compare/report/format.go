package report

import (
	"math"
	"strconv"
	"strings"

	"xbench/compare"
)

// none stands where there is no number to show.
const none = "-"

// FormatDuration words a time in nanoseconds with four significant digits in
// the unit that keeps it between 1 and 1000: "480.3 ns", "2.412 us",
// "51.12 ms", "1.204 s". A fixed unit was tried and showed fast rows as
// "0.000 ms". Zero, negative and non-finite times are "-": nothing was
// measured.
func FormatDuration(ns float64) string {
	if !(ns > 0) || math.IsInf(ns, 0) {
		return none
	}
	ns = roundSig(ns, 4) // before choosing the unit: 999.96 ns is 1.000 us
	switch {
	case ns < 1e3:
		return formatSig(ns, 4) + " ns"
	case ns < 1e6:
		return formatSig(ns/1e3, 4) + " us"
	case ns < 1e9:
		return formatSig(ns/1e6, 4) + " ms"
	}
	return formatSig(ns/1e9, 4) + " s"
}

// What lies beyond these is not written out: "3010000x" pretends to a
// knowledge that nobody has of such a ratio, and summary.json has the number.
const (
	mostRatio   = 1000
	leastRatio  = 0.001
	mostPercent = 10 // as a fraction
)

// FormatRatio words a ratio with three significant digits: "0.958x", "6.31x",
// "14.1x", "584x", and what is beyond a thousand either way as ">1000x" or
// "<0.001x". Zero, negative and non-finite ratios are "-".
func FormatRatio(x float64) string {
	if !(x > 0) || math.IsInf(x, 0) {
		return none
	}
	return openEnd(x, roundSig(x, 3)) + "x"
}

// openEnd writes the rounded x, or only that it is out of bounds.
func openEnd(x, rounded float64) string {
	switch {
	case rounded > mostRatio:
		return ">" + trimZeros(formatSig(mostRatio, 3))
	case x < leastRatio:
		return "<" + trimZeros(formatSig(leastRatio, 3))
	}
	return formatSig(rounded, 3)
}

// FormatBounds words an interval, "6.02 - 6.61". Bounds are rounded outwards,
// so that what is printed holds what was computed and the lower one equals
// the claim made from it. An upper bound that does not exist yet is "∞"; no
// bounds at all are "-"; both beyond a thousand are ">1000".
func FormatBounds(lo, hi float64) string {
	if math.IsNaN(lo) || math.IsNaN(hi) || hi <= 0 || lo < 0 || (lo == 0 && math.IsInf(hi, 1)) {
		return none
	}
	upper := "∞"
	if !math.IsInf(hi, 1) {
		upper = openEnd(hi, outward(hi, 3, math.Ceil))
	}
	lower := "0"
	if lo > 0 {
		lower = openEnd(lo, outward(lo, 3, math.Floor))
	}
	if lower == upper && strings.ContainsAny(lower, "<>") {
		return lower
	}
	return lower + " - " + upper
}

// FormatInterval words a ratio and its interval, "6.31x (6.02 - 6.61)".
func FormatInterval(i compare.Interval) string {
	ratio := FormatRatio(i.Ratio)
	bounds := FormatBounds(i.Lo, i.Hi)
	if ratio == none || bounds == none {
		return ratio
	}
	return ratio + " (" + bounds + ")"
}

// FormatPercent words a fraction with two significant digits, "12%", "9.1%",
// and more than ten times as ">1000%".
func FormatPercent(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return none
	}
	if f == 0 {
		return "0%"
	}
	if f < 0 {
		return "-" + FormatPercent(-f)
	}
	if f > mostPercent {
		return ">1000%"
	}
	return trimZeros(formatSig(100*f, 2)) + "%"
}

// formatDifference words a difference that could be shown: "9%", and from
// twice on, where percent mean nothing to anybody, "a factor of 3.1".
func formatDifference(f float64) string {
	switch {
	case f < 1 || math.IsNaN(f):
		return FormatPercent(f)
	case f >= 99:
		return "a factor of 100 or more"
	}
	return "a factor of " + trimZeros(formatSig(1+f, 2))
}

// FormatBytes words a size with three significant digits, "12.3 MiB".
func FormatBytes(n float64) string {
	if !(n > 0) || math.IsInf(n, 0) {
		return none
	}
	unit := "B"
	for _, u := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if n < 1000 {
			break
		}
		n, unit = n/1024, u
	}
	return formatSig(n, 3) + " " + unit
}

// size words a size that may be an upper bound only.
func size(n float64, atMost bool) string {
	s := FormatBytes(n)
	if atMost && s != none {
		return "at most " + s
	}
	return s
}

// formatCores words a number of cores in use, "1.9".
func formatCores(c float64) string {
	switch {
	case !(c > 0) || math.IsInf(c, 0):
		return none
	case c < 0.05:
		return "<0.1"
	}
	return strconv.FormatFloat(c, 'f', 1, 64)
}

// formatSig writes x > 0 with so many significant digits and no exponent,
// except beyond a million, where digits would only pretend to precision.
func formatSig(x float64, digits int) string {
	x = roundSig(x, digits)
	if x >= 1e6 {
		return strconv.FormatFloat(x, 'g', digits, 64)
	}
	return strconv.FormatFloat(x, 'f', max(0, digits-1-exponent(x)), 64)
}

// roundSig rounds x > 0 to so many significant decimal digits.
func roundSig(x float64, digits int) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', digits-1, 64), 64)
	if err != nil {
		return x
	}
	return r
}

// outward rounds x > 0 to so many digits in the direction of round. A value
// that is a short decimal except for its binary representation stays put:
// 5.02 must not become 5.01.
func outward(x float64, digits int, round func(float64) float64) float64 {
	if near := roundSig(x, digits); math.Abs(near-x) <= 1e-12*x {
		return near
	}
	scale := math.Pow(10, float64(digits-1-exponent(x)))
	if scale == 0 || math.IsInf(scale, 0) {
		return x
	}
	return round(x*scale) / scale
}

// exponent is the decimal exponent of x > 0.
func exponent(x float64) int {
	s := strconv.FormatFloat(x, 'e', -1, 64)
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == 'e' {
			e, err := strconv.Atoi(s[i+1:])
			if err != nil {
				return 0
			}
			return e
		}
	}
	return 0
}

// trimZeros takes "5.0" to "5" and leaves "50" alone.
func trimZeros(s string) string {
	dot := false
	for _, c := range s {
		dot = dot || c == '.'
	}
	if !dot {
		return s
	}
	for s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	return s
}

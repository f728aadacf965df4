package report

import (
	"math"
	"strconv"

	"xbench/compare"
	"xbench/internal/decimal"
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

// What lies beyond these is not written out.
const (
	mostRatio   = 1000
	mostPercent = 10 // as a fraction
)

// FormatRatio, FormatBounds and FormatInterval word ratios as compare does, so
// that reasons and tables print one interval in one way.
func FormatRatio(x float64) string { return compare.FormatRatio(x) }

// FormatBounds words an interval, "6.02 - 6.61".
func FormatBounds(lo, hi float64) string { return compare.FormatBounds(lo, hi) }

// FormatInterval words a ratio and its interval, "6.31x (6.02 - 6.61)".
func FormatInterval(i compare.Interval) string { return compare.FormatInterval(i) }

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

func formatSig(x float64, digits int) string { return decimal.Format(x, digits) }

func roundSig(x float64, digits int) float64 { return decimal.Round(x, digits) }

func outward(x float64, digits int, round func(float64) float64) float64 {
	return decimal.Outward(x, digits, round)
}

func exponent(x float64) int { return decimal.Exponent(x) }

func trimZeros(s string) string { return decimal.TrimZeros(s) }

package report

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"xbench/compare"
)

func TestFormatDuration(t *testing.T) {
	check := func(ns float64, want string) {
		t.Helper()
		if got := FormatDuration(ns); got != want {
			t.Errorf("%v ns: got %q, want %q", ns, got, want)
		}
	}
	check(0.1234, "0.1234 ns")
	check(1, "1.000 ns")
	check(480.28, "480.3 ns")
	check(999.94, "999.9 ns")
	check(999.96, "1.000 us") // rounds up into the next unit, not to "1000 ns"
	check(2_412, "2.412 us")
	check(51_120_000, "51.12 ms")
	check(999_960_000, "1.000 s")
	check(1.2345e9, "1.234 s")
	check(1.5e12, "1500 s")
	for _, ns := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		check(ns, "-")
	}
}

func TestFormatRatio(t *testing.T) {
	check := func(x float64, want string) {
		t.Helper()
		if got := FormatRatio(x); got != want {
			t.Errorf("%v: got %q, want %q", x, got, want)
		}
	}
	check(0.01234, "0.0123x")
	check(0.9578, "0.958x")
	check(0.9999, "1.00x")
	check(6.314, "6.31x")
	check(9.996, "10.0x")
	check(14.14, "14.1x")
	check(584, "584x")
	check(999.6, "1000x")
	check(1234, ">1000x")
	check(12_345_678, ">1000x")
	check(0.001, "0.00100x")
	check(0.00000246, "<0.001x")
	for _, x := range []float64{0, -2, math.NaN(), math.Inf(1)} {
		check(x, "-")
	}
}

func TestFormatBounds(t *testing.T) {
	check := func(lo, hi float64, want string) {
		t.Helper()
		if got := FormatBounds(lo, hi); got != want {
			t.Errorf("%v, %v: got %q, want %q", lo, hi, got, want)
		}
	}
	check(6.029, 6.601, "6.02 - 6.61") // outwards
	check(5.02, 5.24, "5.02 - 5.24")   // short decimals stay
	check(1.998, 2.0004, "1.99 - 2.01")
	check(0.9528, 1, "0.952 - 1.00")
	check(99.96, 100.2, "99.9 - 101")
	check(3, math.Inf(1), "3.00 - ∞")
	check(0, 2, "0 - 2.00")
	check(32.2, 4630, "32.2 - >1000")
	check(0.00000246, 8.1e7, "<0.001 - >1000")
	check(3.01e6, 3.02e6, ">1000")
	check(1e-6, 1e-5, "<0.001")
	check(0, math.Inf(1), "-")
	check(0, 0, "-")
	check(math.NaN(), 2, "-")
	check(1, math.NaN(), "-")
}

// What is printed holds what was computed, and a claim never exceeds the lower
// bound beside it.
func TestBoundsAreRoundedOutwards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := math.Exp(rapid.Float64Range(-6.9, 3.9).Draw(t, "log lo"))
		hi := lo * math.Exp(rapid.Float64Range(0, 3).Draw(t, "width"))
		a, b, ok := strings.Cut(FormatBounds(lo, hi), " - ")
		if !ok {
			t.Fatalf("no interval: %q", FormatBounds(lo, hi))
		}
		parse := func(s string) float64 {
			x, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		if x := parse(a); x > lo*(1+1e-11) || x < lo*0.989 {
			t.Fatalf("lower bound %v printed as %s", lo, a)
		}
		if x := parse(b); x < hi*(1-1e-11) || x > hi*1.011 {
			t.Fatalf("upper bound %v printed as %s", hi, b)
		}
	})
}

func TestFormatOthers(t *testing.T) {
	check := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(FormatPercent(0.05), "5%")
	check(FormatPercent(0.0915), "9.2%")
	check(FormatPercent(0.5), "50%")
	check(FormatPercent(1.5), "150%")
	check(FormatPercent(46_000), ">1000%")
	check(formatDifference(0.0915), "9.2%")
	check(formatDifference(2.1), "a factor of 3.1")
	check(formatDifference(6e90), "a factor of 100 or more")
	check(FormatPercent(0), "0%")
	check(FormatPercent(-0.03), "-3%")
	check(FormatPercent(math.NaN()), "-")
	check(FormatBytes(512), "512 B")
	check(FormatBytes(1000), "0.977 KiB") // never four digits
	check(FormatBytes(1024), "1.00 KiB")
	check(FormatBytes(12.34*(1<<20)), "12.3 MiB")
	check(FormatBytes(0), "-")
	check(FormatInterval(compare.Interval{Ratio: 6.31, Lo: 6.02, Hi: 6.6}), "6.31x (6.02 - 6.60)")
	check(FormatInterval(compare.Interval{Ratio: 6.31, Hi: math.Inf(1)}), "6.31x")
	check(FormatInterval(compare.Interval{}), "-")
	check(shortDuration(5e6), "5 ms")
	check(shortDuration(0), "0 s")
	check(shortRatio(2.5), "2.5x")
}

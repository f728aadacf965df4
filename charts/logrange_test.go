package charts

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestTicks(t *testing.T) {
	check := func(min, max float64, most int, want string) {
		t.Helper()
		r := &logRange{min: min, max: max}
		got := ""
		for _, v := range r.ticks(most) {
			got += tickLabel(v) + " "
		}
		if got != want {
			t.Errorf("%g to %g in %d: %s, want %s", min, max, most, got, want)
		}
	}
	check(0.45, 40, 10, "0.5x 1x 2x 5x 10x 20x ")
	check(0.45, 40, 5, "1x 3x 10x 30x ")
	check(0.9, 2.1, 10, "1x 1.2x 1.5x 2x ")
	check(0.58, 1.2, 10, "0.6x 0.8x 1x 1.2x ")
	check(0.9, 2.1, 3, "1x 2x ")
	check(0.05, 2000, 6, "0.1x 1x 10x 100x 1000x ")
	check(1e-9, 1e9, 7, "1e-09x 1e-06x 0.001x 1x 1000x 1e+06x 1e+09x ")
	check(0.5, 40, 1, "1x ")
}

// However narrow the range is, there are two numbers to read it by.
func TestFineTicks(t *testing.T) {
	check := func(min, max float64, want string) {
		t.Helper()
		r := &logRange{min: min, max: max}
		got := ""
		for _, v := range r.fineTicks(8) {
			got += timeLabel(v) + ", "
		}
		if got != want {
			t.Errorf("%g to %g: %s, want %s", min, max, got, want)
		}
	}
	check(1e3, 1e5, "1 us, 2 us, 5 us, 10 us, 20 us, 50 us, 100 us, ")
	check(12.1e6, 12.95e6, "12.2 ms, 12.4 ms, 12.6 ms, 12.8 ms, ")
	check(1, 1.04, "1 ns, 1.01 ns, 1.02 ns, 1.03 ns, 1.04 ns, ")
}

func TestThereAreAlwaysTicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		min := math.Exp(rapid.Float64Range(-69, 69).Draw(t, "log of the least"))
		r := &logRange{min: min, max: min * rapid.Float64Range(1.04, 1e3).Draw(t, "times")}
		most := rapid.IntRange(5, 20).Draw(t, "most")
		ticks := r.fineTicks(most)
		if len(ticks) < 2 || len(ticks) > most {
			t.Fatalf("%d ticks of %v, want 2 to %d: %v", len(ticks), r, most, ticks)
		}
	})
}

// Equal factors are equal distances, on both sides of 1; 1 is always a tick
// and always inside.
func TestLogRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(1e-9, 1e9), 1, 20).Draw(t, "values")
		r := rangeOver(values)
		for _, v := range append(values, 1, 2) {
			if f := r.at(v); !(f > 0 && f < 1) {
				t.Fatalf("%g is at %g of %v", v, f, r)
			}
		}
		if up, down := r.at(1.02)-r.at(1), r.at(1)-r.at(1/1.02); math.Abs(up-down) > 1e-9 {
			t.Fatalf("a factor of 1.02 is %g to the right and %g to the left", up, down)
		}
		most := rapid.IntRange(1, 30).Draw(t, "most")
		ticks := r.ticks(most)
		if len(ticks) > most || fmt.Sprint(ticks) == "" {
			t.Fatalf("%d ticks, at most %d", len(ticks), most)
		}
		one := false
		for _, v := range ticks {
			one = one || v == 1
		}
		if !one {
			t.Fatalf("1x is no tick of %v: %v", r, ticks)
		}
	})
}

package harness

import (
	"slices"
	"testing"
	"time"
)

// What the second call of a clock check lasts longer than the first doubles
// with every try, however long the samples are, until a call gets too long.
func TestClockTriesDouble(t *testing.T) {
	check := func(samples time.Duration, want ...int64) {
		t.Helper()
		var got []int64
		for try := range uint64(clockTries) {
			got = append(got, clockLonger(try, int64(samples)))
		}
		if !slices.Equal(got, want) {
			t.Errorf("samples of %v: %d times the iterations, want %d", samples, got, want)
		}
		for _, longer := range got {
			if call := time.Duration(longer) * samples; call > clockCall && longer > 2 {
				t.Errorf("samples of %v: a call takes %v", samples, call)
			}
		}
		if slope := time.Duration(got[0]-1) * samples; slope < clockSlope*2/3 {
			t.Errorf("samples of %v: only %v are compared", samples, slope)
		}
	}
	const ms = time.Millisecond
	check(time.Microsecond, 50_001, 100_001, 200_001, 400_001)
	check(10*ms, 6, 11, 21, 41)
	check(26*ms, 3, 5, 9, 17)
	check(49*ms, 2, 3, 5, 9)
	check(51*ms, 2, 3, 5, 9)
	check(150*ms, 2, 3, 5, 9)
	check(250*ms, 2, 3, 5, 8) // nine would be 2.25 s
	check(800*ms, 2, 2, 2, 2)
	check(time.Minute, 2, 2, 2, 2)
	if clockLonger(0, 0) < 2 {
		t.Error("samples of no time")
	}
}

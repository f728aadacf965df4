package report

import (
	"strings"
	"testing"
)

// What a run could have found is read once: no difference "from none".
func TestLimitIsSaidPlainly(t *testing.T) {
	check := func(mean, row float64, rows int, want string) {
		t.Helper()
		v := inconclusiveView()
		v.SmallestMean, v.SmallestRow, v.Rows = mean, row, v.Rows[:rows]
		if got := v.limitText(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(0.64, 6.5, 6, "nine times in ten, 5 rounds find a mean that differs by 64% or more, and a row that differs by a factor of 7.5 or more; what differs less can stay unseen")
	check(0.64, 0.65, 1, "nine times in ten, 5 rounds find a difference of 65% or more; a smaller one can stay unseen")
}

// On a host so busy that next to nothing could be shown, the words still hold
// together.
func TestLimitOfNextToNothing(t *testing.T) {
	check := func(mean, row float64, want string) {
		t.Helper()
		v := passView()
		v.SmallestMean, v.SmallestRow = mean, row
		if got := v.limitText(); !strings.HasSuffix(got, want) || strings.Contains(got, "or more or more") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(.05, 1e90, "a mean that differs by 5% or more, and a row that differs by a factor of 100 or more; what differs less can stay unseen")
	check(1e90, 1e90, "a mean that differs by a factor of 100 or more, and a row that differs by a factor of 100 or more; what differs less can stay unseen")
	check(0, 300, "a difference of a factor of 100 or more; a smaller one can stay unseen")
	check(0, 2.1, "a difference of a factor of 3.1 or more; a smaller one can stay unseen")
}

package report

import "testing"

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

package near

import "testing"

func TestDistance(t *testing.T) {
	check := func(a, b string, want int) {
		t.Helper()
		if got := Distance(a, b); got != want {
			t.Errorf("%q to %q: got %d, want %d", a, b, got, want)
		}
	}
	check("", "", 0)
	check("", "abc", 3)
	check("kitten", "sitting", 3)
	check("alhpa", "alpha", 2) // two neighbours in the wrong order are two slips
	check("same", "same", 0)
}

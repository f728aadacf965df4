package report

import (
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// A claim is free text, and what it had to reach is never left to it.
func TestAClaimSaysWhatWasNeeded(t *testing.T) {
	check := func(g record.Goal, want string) {
		t.Helper()
		if got := goalText(compare.Goal{Goal: g}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(record.Goal{Claim: "graph engine at least 5x", Speedup: 5}, "graph engine at least 5x")
	check(record.Goal{Claim: "at least 2.50 times as fast", Speedup: 2.5}, "at least 2.50 times as fast")
	check(record.Goal{Claim: "1000x faster than ever", Speedup: 5}, "1000x faster than ever (needed: >= 5x)")
	check(record.Goal{Claim: "1000x, or 5x at worst", Speedup: 5}, "1000x, or 5x at worst (needed: >= 5x)")
	check(record.Goal{Claim: "15x faster", Speedup: 5}, "15x faster (needed: >= 5x)")
	check(record.Goal{Claim: "better than 5 others", Speedup: 5}, "better than 5 others (needed: >= 5x)")
	check(record.Goal{Claim: "twice as fast", Speedup: 2}, "twice as fast (needed: >= 2x)")
	check(record.Goal{Claim: "none more than 5% slower", Each: 1, Tolerance: 0.05}, "none more than 5% slower")
	check(record.Goal{Claim: "none slower", Each: 1, Tolerance: 0.05}, "none slower (needed: each >= 1x less 5%)")
	check(record.Goal{Claim: "every one 2x", Each: 2, Tolerance: 0.05}, "every one 2x")
	check(record.Goal{Claim: "steady", Over: "*", Consistency: 0.3}, "steady (needed: < 30%)")
	check(record.Goal{Over: "graph", Speedup: 2}, "mean of graph >= 2x")
}

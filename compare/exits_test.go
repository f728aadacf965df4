package compare

import (
	"slices"
	"testing"

	"xbench/harness/record"
)

// That commands end with another status than 0 is told of every valid row, on
// every side.
func TestExitStatusesAreTold(t *testing.T) {
	check := func(status func(p record.Process) int64, want ...Exit) {
		t.Helper()
		rec := newRun(2, 5, "a", "b").record()
		for i := range rec.Processes {
			p := &rec.Processes[i]
			p.Counters = map[string]int64{record.CounterExit: status(*p)}
		}
		if res := analyzed(t, rec, Options{}); !slices.Equal(res.Exits, want) {
			t.Errorf("got %v, want %v", res.Exits, want)
		}
	}
	check(func(record.Process) int64 { return 0 })
	check(func(p record.Process) int64 { return 2 }, Exit{"r00", "a", 2}, Exit{"r00", "b", 2}, Exit{"r01", "a", 2}, Exit{"r01", "b", 2})
	check(func(p record.Process) int64 {
		if p.Row == "r01" {
			return 1
		}
		return 0
	}, Exit{"r01", "a", 1}, Exit{"r01", "b", 1})
	// A row whose statuses differ is INVALID, and its failure names them.
	check(func(p record.Process) int64 {
		if p.Impl == "b" {
			return 2
		}
		return 0
	})
}

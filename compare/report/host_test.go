package report

import (
	"testing"

	"xbench/harness/record"
)

// What the host was probed for stands with the environment; a record without
// it has no empty lines.
func TestEnvironmentTellsTheProbes(t *testing.T) {
	value := func(rec *record.Record, key string) string {
		for _, kv := range environment(rec) {
			if kv[0] == key {
				return kv[1]
			}
		}
		return ""
	}
	check := func(rec *record.Record, threads, work string) {
		t.Helper()
		if got := value(rec, "two threads"); got != threads {
			t.Errorf("two threads: got %q, want %q", got, threads)
		}
		if got := value(rec, "fixed work before each round"); got != work {
			t.Errorf("fixed work: got %q, want %q", got, work)
		}
	}
	check(&record.Record{}, "", "")
	rec := &record.Record{Rounds: []record.Round{{Round: 1, SpinNS: 10_100_000}, {Round: 2, SpinNS: 9_800_000}, {Round: 3}, {Round: 4, SpinNS: 31_000_000}}}
	rec.Plan.Host.Scaling = 1.183
	check(rec, "1.18 times the work of one", "9.800 ms to 31.00 ms")
}

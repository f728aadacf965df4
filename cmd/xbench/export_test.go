package main

import (
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// A peak that is only an upper bound is xbench's own, and no figure of the
// command's: not even beside launches whose peaks are known.
func TestExportLeavesOutUpperBounds(t *testing.T) {
	check := func(peaks []record.Usage, want string) {
		t.Helper()
		rec := &record.Record{Plan: record.Plan{Reference: "a", Rows: []record.Row{{Name: "r"}},
			Implementations: []record.Implementation{{Name: "a", Kind: record.KindCommand, Command: []string{"x"}}}}}
		for _, u := range peaks {
			rec.Processes = append(rec.Processes, record.Process{Row: "r", Impl: "a", SamplesNS: []float64{1e6}, Usage: u})
		}
		data, err := exportJSON(exportedOf(rec, &compare.Result{}))
		if err != nil {
			t.Fatal(err)
		}
		flat := strings.Join(strings.Fields(string(data)), "")
		if has := strings.Contains(flat, `"memory_usage_byte"`); has != (want != "") || !strings.Contains(flat, want) {
			t.Errorf("%v: %s, want %q", peaks, flat, want)
		}
	}
	check([]record.Usage{{MaxRSS: 5}, {MaxRSS: 6}}, `"memory_usage_byte":[5,6],`)
	check([]record.Usage{{MaxRSS: 5}, {MaxRSS: 6, MaxRSSAtMost: true}}, "")
	check([]record.Usage{{MaxRSS: 6, MaxRSSAtMost: true}, {MaxRSS: 5}}, "")
	check([]record.Usage{{}}, "")
}

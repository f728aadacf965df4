package compare

import (
	"fmt"
	"testing"
)

// Suites whose rows do not simply pass: rows that stay open, and rows that
// fail, some by their own share of the error and some only on later steps of
// Holm's procedure.
func BenchmarkAnalyzeOpenAndSlower(b *testing.B) {
	analyze := func(name string, rows int, ratio func(row int) float64) {
		rec := newRun(rows, 30, "python", "go").noise(.05, .02).
			faster(func(row int, _ string) float64 { return ratio(row) }).goal(notSlower, twice).record()
		b.Run(fmt.Sprintf("%s/rows=%d", name, rows), func(b *testing.B) {
			for b.Loop() {
				if _, err := Analyze(rec, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	analyze("equal", 500, func(int) float64 { return 1 })
	analyze("slower", 500, func(row int) float64 { return 1 - .12*float64(row)/500 })
	analyze("slower", 2000, func(row int) float64 { return 1 - .12*float64(row)/2000 })
}

// A run asks after every round what is open.
func BenchmarkOpen(b *testing.B) {
	rec := newRun(2000, 8, "python", "go").noise(.05, .02).goal(notSlower, twice).record()
	for b.Loop() {
		Open(rec)
	}
}

package harness

import (
	"testing"
	"time"

	"xbench/harness/foreign"
	"xbench/harness/record"
)

// An imported benchmark that timed nothing is INVALID too.
func TestImportsThatTimedNothing(t *testing.T) {
	check := func(run foreign.Run, kind, want string) {
		t.Helper()
		x, y := importSide("x", "a"), importSide("y", "a")
		y.Result.Benchmarks[0].Runs = []foreign.Run{run, run}
		got, err := Import([]ImportSide{x, y}, ImportOptions{Spread: 0.05, At: time.Unix(0, 0)})
		if err != nil {
			t.Fatal(err)
		}
		var found record.Note
		for _, n := range got.Notes {
			if n.Row == "a" {
				found = n
			}
		}
		if found.Kind != kind || found.Message != want || (found.Failure != nil) != (kind == "row-invalid") {
			t.Errorf("%v: %+v, want %s %s", run, found, kind, want)
		}
	}
	check(foreign.Run{SamplesNS: []float64{0.14, 0.15, 9}}, "row-invalid", "y.json: a: an iteration takes 0.15 ns, which is a clock cycle or less: the compiler has left the work out; "+keepWork)
	check(foreign.Run{SamplesNS: []float64{600, 1200}, Iterations: []int64{1000, 2000}}, "doubt", "y.json: a: an iteration takes 0.6 ns, a few clock cycles: has the compiler left the work out? "+keepWork)
	check(foreign.Run{SamplesNS: []float64{1.5, 2, 0.1}}, "", "")
}

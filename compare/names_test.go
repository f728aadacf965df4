package compare

import (
	"math/rand/v2"
	"strings"
	"testing"

	"xbench/harness/record"
)

func TestNumbersOfMatchedNames(t *testing.T) {
	check := func(x, y string, want bool) {
		t.Helper()
		if otherNumbers(x, y) != want || otherNumbers(y, x) != want {
			t.Errorf("%s and %s: want %v", x, y, want)
		}
	}
	check("test_squares.py::test_sum_squares[10000]", "sum_squares/100", true)
	check("test_squares.py::test_sum_squares[100]", "sum_squares/100", false)
	check("v2/test_9.py::test_sum[1e4]", "sum/10_000", false)
	check("test_sum[100-4]", "sum/n=4/k=100", false)
	check("test_sum[100-4]", "sum/n=4", true)
	// Without a number there is nothing to compare.
	check("test_sum[small]", "sum/100", false)
	check("test_sum2", "sum/100", false)
	// The processors that Go appends are no size beside another tool's names,
	// and may be one between two of Go's.
	check("BenchmarkSum/n=100-8", "sum/100", false)
	check("BenchmarkSum/n=1000-8", "sum/100", true)
	check("BenchmarkSum/n=100", "sum/100", false)
	check("example.com/v2/x.BenchmarkSum/n=100-8", "sum/100", false)
	check("BenchmarkSum/size-10", "BenchmarkSum/size-100", true)
	check("BenchmarkSum/n=100-8", "BenchmarkSum/n=100-8", false)
	check("BenchmarkSum-8", "BenchmarkSum-4", true)
}

// A row of two benchmarks with other numbers says which they are, imported or
// not; the names alone make nothing wrong.
func TestMatchedNamesAreDoubted(t *testing.T) {
	check := func(names map[string]string, want string) {
		t.Helper()
		s := typicalSession(3)
		s.goals = []record.Goal{{Speedup: 1.5}}
		rec := s.record(rand.New(rand.NewPCG(1, 2)))
		rec.Plan.Rows[0].Names = names
		got := ""
		for _, w := range analyzed(t, rec, Options{}).Rows[0].Warnings {
			if strings.Contains(w.Text, "names") {
				got += w.Text
			}
		}
		if got != want {
			t.Errorf("%v: got %q, want %q", names, got, want)
		}
	}
	check(nil, "")
	check(map[string]string{"python": "t.py::sum[100]", "rust": "sum/100"}, "")
	check(map[string]string{"python": "t.py::sum[10000]", "rust": "sum/100"},
		`the names that were matched hold different numbers: python is "t.py::sum[10000]", rust is "sum/100"`)
}

package report

import (
	"encoding/json"
	"strings"
	"testing"

	"xbench/compare"
)

// A name that differs from the row's by what a tool always adds is no other.
func TestRenamed(t *testing.T) {
	check := func(theirs, row string, want bool) {
		t.Helper()
		if renamed(theirs, row) != want {
			t.Errorf("%s of %s: want %v", theirs, row, want)
		}
	}
	check("sum/100", "sum/100", false)
	check("BenchmarkSum/n=100", "Sum/n=100", false)
	check("BenchmarkSum/n=100-8", "Sum/n=100", false)
	check("test_sum.py::test_sum", "test_sum", false)
	check("test_sum.py::test_sum", "test_sum.py::test_sum", false)
	check("BenchmarkSum/n=1000-8", "Sum/n=100", true)
	check("test_sum.py::test_sum[10000]", "sum/100", true)
}

// Which benchmarks a row is about, every report says.
func TestNamesAreShown(t *testing.T) {
	rec := importedRecord()
	rec.Plan.Rows[0].Names = map[string]string{"python": "py.py::test[10000]|x", "rust": "parse/run/100"}
	v := unpairedView(t, rec, compare.Options{})
	for format, render := range renders(v) {
		var b strings.Builder
		if err := render(&b); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(b.String()), " ")
		want := []string{"py.py::test[10000]|x", "parse/run/100"}
		switch format {
		case "narrow":
			continue
		case "terminal":
			want = []string{"names parse/size=1 is python py.py::test[10000]|x, rust parse/run/100"}
		case "markdown":
			want[0] = "`py.py::test[10000]\\|x`"
		}
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s does not say %q", format, w)
			}
		}
		if !strings.Contains(text, "hold different numbers") {
			t.Errorf("%s does not doubt 10000 beside 100", format)
		}
	}
	var b strings.Builder
	if err := v.Summary(&b); err != nil {
		t.Fatal(err)
	}
	var s summaryJSON
	if err := json.Unmarshal([]byte(b.String()), &s); err != nil {
		t.Fatal(err)
	}
	for _, r := range s.Rows {
		if r.Benchmark == "parse/size=1" && r.Names["python"] != "py.py::test[10000]|x" {
			t.Errorf("summary.json: %q", r.Names)
		}
	}
}

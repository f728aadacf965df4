package record

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// Go's own tool reads a record as it is: one table per unit, a column for
// each side, and n = the rounds of the row.
func TestBenchstatReadsARecord(t *testing.T) {
	cmd := exec.Command("go", "run", "golang.org/x/perf/cmd/benchstat", "-col", "/impl@(python go)", "testdata/sample.txt")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("benchstat: %v\n%s", err, stderr.String())
	}
	tables := strings.Split(strings.TrimSpace(string(out)), "\n\n")
	if got, want := len(tables), 3; got != want {
		t.Fatalf("%d tables, want one for each of %d units:\n%s", got, want, out)
	}
	for i, unit := range []string{"sec/op", "user+sys-sec/op", "peak-RSS-bytes"} {
		table := tables[i]
		check := func(pattern string) {
			t.Helper()
			if !regexp.MustCompile(pattern).MatchString(table) {
				t.Errorf("table %d has no match for %s:\n%s", i+1, pattern, table)
			}
		}
		quoted := regexp.QuoteMeta(unit)
		check(`│\s+python\s+│\s+go\s+│`)
		check(`│\s+` + quoted + `\s+│\s+` + quoted + `\s+vs base\s+│`)
		check(`(?m)^build/light/executor=threadpool\s+[0-9.].*\bn=3\b`)
		check(`(?m)^loop/five\s+[0-9.].*\bn=3\b`)
		if n := strings.Count(table, "python"); n != 1 {
			t.Errorf("table %d names python %d times:\n%s", i+1, n, table)
		}
	}
	// The medians of the three rounds, by hand: build/light 2.021 against
	// 1.021 us.
	if want := regexp.MustCompile(`threadpool\s+2\.021µ.*1\.021µ`); !want.Match(out) {
		t.Errorf("no match for %s:\n%s", want, out)
	}
	if stderr.String() != "" && !onlyDownloads(stderr.String()) {
		t.Errorf("benchstat complains: %s", stderr.String())
	}
}

// onlyDownloads reports whether go run said nothing but what it fetched.
func onlyDownloads(s string) bool {
	for _, line := range strings.Split(strings.TrimSpace(s), "\n") {
		if !strings.HasPrefix(line, "go: downloading ") {
			return false
		}
	}
	return true
}

package report

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"xbench/compare"
)

func readTrend(t *testing.T, render func(io.Writer) error) []trendEntry {
	t.Helper()
	var b bytes.Buffer
	if err := render(&b); err != nil {
		t.Fatal(err)
	}
	var out []trendEntry
	if err := json.Unmarshal(b.Bytes(), &out); err != nil {
		t.Fatalf("%v in %s", err, b.String())
	}
	return out
}

func TestTrendGolden(t *testing.T) {
	golden(t, "two.time.json", twoView().TrendTimes)
	golden(t, "two.speedup.json", twoView().TrendSpeedups)
}

// The action draws a line per name, takes the value as it is and reads the
// number of a range with the expression below.
func TestTrendIsWhatTheActionReads(t *testing.T) {
	readRange := regexp.MustCompile(`^± (\d.+)$`)
	check := func(name string, entries []trendEntry, unit string) {
		t.Helper()
		seen := make(map[string]bool)
		for _, e := range entries {
			if seen[e.Name] {
				t.Errorf("%s: two lines are called %q", name, e.Name)
			}
			seen[e.Name] = true
			if !(e.Value > 0) || e.Unit != unit {
				t.Errorf("%s: %s: %v %s", name, e.Name, e.Value, e.Unit)
			}
			if e.Range == "" {
				continue
			}
			m := readRange.FindStringSubmatch(e.Range)
			if m == nil {
				t.Errorf("%s: %s: the action does not read %q", name, e.Name, e.Range)
				continue
			}
			if half, err := strconv.ParseFloat(m[1], 64); err != nil || !(half > 0) {
				t.Errorf("%s: %s: range %q: %v", name, e.Name, e.Range, err)
			}
		}
	}
	for name, v := range views() {
		check(name, readTrend(t, v.TrendTimes), "ns/iter")
		check(name, readTrend(t, v.TrendSpeedups), "x")
	}
}

// Times of different work are no points of any line, of neither side.
func TestTrendLeavesInvalidOut(t *testing.T) {
	v := judged(t, 8, draft(), "minimum", "another")
	bad := v.planned()[2].Name
	for _, render := range []func(io.Writer) error{v.TrendTimes, v.TrendSpeedups} {
		entries := readTrend(t, render)
		for _, e := range entries {
			if strings.HasPrefix(e.Name, bad+" (") {
				t.Errorf("%s is there", e.Name)
			}
		}
		if len(entries) < 13 {
			t.Errorf("%d entries of 13 valid benchmarks", len(entries))
		}
	}
}

// A range holds the interval, whose longer half it is.
func TestTrendRange(t *testing.T) {
	check := func(x, lo, hi float64, want string) {
		t.Helper()
		if got := trendRange(x, lo, hi); got != want {
			t.Errorf("%v in %v to %v: got %q, want %q", x, lo, hi, got, want)
		}
	}
	check(10, 9, 12, "± 2.000")
	check(10, 7.5, 12, "± 2.500")
	check(0.5, 0.4999, 0.5001, "± 0.0001000")
	check(2e9, 1e9, 3.5e9, "± 1500000000")
	check(10, 0, 0, "")
	i := compare.Interval{Ratio: 2}
	check(i.Ratio, i.Lo, i.Hi, "")
}

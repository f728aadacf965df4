package report

import (
	"bytes"
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"

	"xbench/compare"
)

// The raw data of a page is summary.json, value for value, with a line for each
// benchmark.
func TestHTMLRawIsTheSummary(t *testing.T) {
	in := regexp.MustCompile(`(?s)aria-label="summary.json">(.*?)</pre>`)
	compact := func(document []byte) string {
		var b bytes.Buffer
		if err := json.Compact(&b, document); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for name, v := range pages(t) {
		var want bytes.Buffer
		if err := v.Summary(&want); err != nil {
			t.Fatal(err)
		}
		found := in.FindStringSubmatch(page(t, v))
		if found == nil {
			t.Fatalf("%s: no raw data", name)
		}
		raw := html.UnescapeString(found[1])
		if got := compact([]byte(raw)); got != compact(want.Bytes()) {
			t.Errorf("%s: the raw data is not the summary", name)
		}
		if lines := strings.Count(raw, "\n"); lines < len(v.Rows) || lines > want.Len()/20 {
			t.Errorf("%s: %d lines for %d benchmarks", name, lines, len(v.Rows))
		}
	}
}

// A unit stands in the heading only where all figures of a column have it.
func TestHoistUnits(t *testing.T) {
	check := func(want, head string, cells ...string) {
		t.Helper()
		table := newHTMLTable("", "round", ">"+head)
		for _, c := range cells {
			table.add("1", c)
		}
		table.hoistUnits()
		got := []string{table.Heads[1].Text}
		for _, row := range table.Rows {
			got = append(got, row[1].Text)
		}
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("%q: %s, want %s", cells, s, want)
		}
	}
	check("go, us|53.94|-|8.10", "go", "53.94 us", "-", "8.10 us")
	check("go, ms|1.20 - 3.40|2.00 - 9.00", "go", "1.20 ms - 3.40 ms", "2.00 ms - 9.00 ms")
	check("go|999.0 us|1.001 ms", "go", "999.0 us", "1.001 ms")
	check("go|999.0 us - 1.001 ms", "go", "999.0 us - 1.001 ms")
	check("ratio|1.20x|3.00x", "ratio", "1.20x", "3.00x")
	check("load|-|-", "load", "-", "-")
}

// What warnings of one sort have in common is a whole sentence.
func TestCommonWords(t *testing.T) {
	check := func(want string, texts ...string) {
		t.Helper()
		var same []compare.Warning
		for _, s := range texts {
			same = append(same, compare.Warning{Text: s})
		}
		if got, _ := common(same); got != want {
			t.Errorf("%q have in common %q, want %q", texts, got, want)
		}
	}
	check("2 to 10 of 50 samples were late", "10 of 50 samples were late", "2 of 50 samples were late", "3 of 50 samples were late")
	check("2 to 3 of 50 to 80 samples were late", "2 of 50 samples were late", "3 of 80 samples were late")
	check("off by 3.1% to 8%, it says", "off by 8%, it says", "off by 3.1%, it says")
	check("2 of 5 rounds are outliers", "2 of 5 rounds are outliers", "2 of 5 rounds are outliers")
	check("clock … is odd", "clock a.1 is odd", "clock b.2 is odd") // not figures: no range
}

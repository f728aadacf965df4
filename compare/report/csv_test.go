package report

import (
	"bytes"
	"encoding/csv"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"xbench/compare"
)

// readCSV is a table by column name, a line per map.
func readCSV(t *testing.T, render func(w *bytes.Buffer) error) []map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := render(&b); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "\n"); n != strings.Count(b.String(), "\r\n") {
		t.Errorf("%d lines, %d of them end as RFC 4180 says", n, strings.Count(b.String(), "\r\n"))
	}
	lines, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		m := make(map[string]string)
		for i, name := range lines[0] {
			if _, ok := m[name]; ok {
				t.Errorf("two columns are called %s", name)
			}
			m[name] = line[i]
		}
		out = append(out, m)
	}
	return out
}

func results(t *testing.T, v *View) []map[string]string {
	t.Helper()
	return readCSV(t, func(w *bytes.Buffer) error { return v.ResultsCSV(w) })
}

func processes(t *testing.T, v *View) []map[string]string {
	t.Helper()
	return readCSV(t, func(w *bytes.Buffer) error { return v.ProcessesCSV(w) })
}

func TestCSVGolden(t *testing.T) {
	golden(t, "two.results.csv", twoView().ResultsCSV)
	golden(t, "invalid.results.csv", invalidView().ResultsCSV)
	golden(t, "alone.results.csv", aloneView().ResultsCSV)
	golden(t, "hostile.results.csv", hostileView().ResultsCSV)
	golden(t, "e2e-early.processes.csv", judged(t, 2, draft()[:2], "minimum", "").ProcessesCSV)
}

func TestResultsCSVHasEveryResult(t *testing.T) {
	for name, v := range views() {
		lines := results(t, v)
		n := 0
		for _, r := range v.planned() {
			for _, c := range slices.Concat(r.Cells, r.Others) {
				got := lines[n]
				if got["benchmark"] != csvText(r.Name) || got["candidate"] != csvText(c.Of) || got["reference"] != csvText(v.reference(c)) {
					t.Errorf("%s: line %d is about %s of %s and %s, want %s of %s and %s", name, n+2, got["benchmark"], got["reference"], got["candidate"], r.Name, v.reference(c), c.Of)
				}
				if c.invalid() != (got["speedup"] == "") && v.Reference != "" {
					t.Errorf("%s: %s: invalid is %v, speedup %q", name, r.Name, c.invalid(), got["speedup"])
				}
				if x, err := strconv.ParseFloat(got["candidate_ns"], 64); c.CandNS > 0 && (err != nil || x != c.CandNS) {
					t.Errorf("%s: %s: got %s, want %v", name, r.Name, got["candidate_ns"], c.CandNS)
				}
				n++
			}
		}
		if n != len(lines) {
			t.Errorf("%s: %d lines for %d results", name, len(lines), n)
		}
	}
}

// Every number stands in the column of its side: each is what the record comes
// to, added up here.
func TestResultsCSVTellsTheSidesApart(t *testing.T) {
	rec, v := lopsided(t)
	lines := results(t, v)
	if len(lines) != len(rec.Plan.Rows) {
		t.Fatalf("%d lines", len(lines))
	}
	for _, line := range lines {
		ref, cand := summed(rec, line["benchmark"], "python"), summed(rec, line["benchmark"], "go")
		check := func(column string, want float64) {
			t.Helper()
			if got, err := strconv.ParseFloat(line[column], 64); err != nil || !nearly(got, want) {
				t.Errorf("%s: %s is %s, want %v", line["benchmark"], column, line[column], want)
			}
		}
		for side, x := range map[string]sideSum{"reference": ref, "candidate": cand} {
			check(side+"_mean_ns", x.mean())
			check(side+"_p99_ns", x.p99())
			check(side+"_cpu_ns", x.median(cpuOf))
			check(side+"_rss_bytes", x.median(rssOf))
			check(side+"_start_ns", x.median(startOf))
			if ns, lo, hi := number64(t, line[side+"_ns"]), number64(t, line[side+"_lo_ns"]), number64(t, line[side+"_hi_ns"]); !(x.min() < ns && ns < x.p99() && lo < ns && ns < hi) {
				t.Errorf("%s: %s takes %v, %v to %v; samples are from %v to %v", line["benchmark"], side, ns, lo, hi, x.min(), x.max())
			}
		}
		check("cold_speedup", ref.cold()/cand.cold())
		check("rounds", lopsidedRounds)
		if ratio, lo, hi := number64(t, line["speedup"]), number64(t, line["speedup_lo"]), number64(t, line["speedup_hi"]); !(lo < ratio && ratio < hi) ||
			!nearly(ratio, number64(t, line["reference_ns"])/number64(t, line["candidate_ns"])) {
			t.Errorf("%s: speedup %v, %v to %v", line["benchmark"], ratio, lo, hi)
		}
	}
}

func number64(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Error(err)
	}
	return x
}

// Whoever distrusts the analysis can do it again: the speedup is the
// exponential of the mean, over rounds in which both sides ran, of the
// difference of the medians of the logs of the samples.
func TestProcessesCSVGivesTheSpeedupsAgain(t *testing.T) {
	for _, rounds := range []int{2, 8} {
		v := judged(t, rounds, draft(), "minimum", "")
		logs := make(map[[3]string]float64)
		for _, p := range processes(t, v) {
			logs[[3]string{p["benchmark"], p["implementation"], p["round"]}] = medianOfLogs(t, p["samples_ns"])
		}
		for _, r := range results(t, v) {
			var sum float64
			n := 0
			for round := 1; round <= rounds; round++ {
				at := strconv.Itoa(round)
				ref, ok := logs[[3]string{r["benchmark"], r["reference"], at}]
				cand, both := logs[[3]string{r["benchmark"], r["candidate"], at}]
				if ok && both {
					sum += ref - cand
					n++
				}
			}
			want, err := strconv.ParseFloat(r["speedup"], 64)
			if err != nil {
				t.Fatal(err)
			}
			if got := math.Exp(sum / float64(n)); math.Abs(got/want-1) > 1e-12 {
				t.Errorf("%s: %v from the processes, %v in the results", r["benchmark"], got, want)
			}
		}
	}
}

func medianOfLogs(t *testing.T, samples string) float64 {
	t.Helper()
	var logs []float64
	for _, s := range strings.Fields(samples) {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		logs = append(logs, math.Log(x))
	}
	slices.Sort(logs)
	mid := len(logs) / 2
	if len(logs)%2 == 1 {
		return logs[mid]
	}
	return (logs[mid-1] + logs[mid]) / 2
}

// A process that failed is in the file, and says why.
func TestProcessesCSVTellsFailures(t *testing.T) {
	v := judged(t, 2, draft(), "minimum", "")
	v.Rows[0].Sides[1].Processes[0].Failure = "crashed: exit status 2"
	n := 0
	for _, p := range processes(t, v) {
		if p["failure"] != "" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d processes have a failure, want 1", n)
	}
}

// No cell that others wrote starts what a spreadsheet would run, and taking
// one apostrophe off gives back what was there.
func TestCSVFormulas(t *testing.T) {
	check := func(in, want string) {
		t.Helper()
		if got := csvText(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
		if got := csvText(in); strings.TrimPrefix(got, "'") != in {
			t.Errorf("%q does not give %q back", got, in)
		}
	}
	check("build/light", "build/light")
	check("a=1+2", "a=1+2")
	check("", "")
	check(`=HYPERLINK("http://example.invalid")`, `'=HYPERLINK("http://example.invalid")`)
	check("+1", "'+1")
	check("-n", "'-n")
	check("@SUM(A1)", "'@SUM(A1)")
	check("  =1", "'  =1")
	check("＝1+1", "'＝1+1")
	check("'quoted", "''quoted")

	rec, res := fixture([]spec{{id: "=cmd|' /C calc'!A0", category: "@x", ref: 1e6, ratio: 2}}, "-go")
	res.Rows[0].Mark, res.Rows[0].Status = compare.MarkInvalid, compare.Invalid
	for _, line := range results(t, New(rec, res)) {
		for name, cell := range line {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
				t.Errorf("%s is %q", name, cell)
			}
		}
	}
}

package docs

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"xbench/compare"
	"xbench/compare/report"
	"xbench/harness/record"
)

// claims are the sentences of the documents with figures from records, as the
// records have them.
func claims(t *testing.T) []claim {
	t.Helper()
	full, quick := judged(t, fullRun), judged(t, quickRun)
	mean := full.goal("graph engine at least 2x")
	slow := full.goal("no graph benchmark more than 5% slower")
	return []claim{
		{"README.md", fmt.Sprintf("It measured for %s, %d of at most %d rounds.", quick.measured(), quick.res.Rounds, quick.rec.Plan.RMax)},
		{"README.md", fmt.Sprintf("%d benchmarks, %d rounds, %s.", len(full.res.Rows), full.res.Rounds, full.measured())},
		{"README.md", fmt.Sprintf("It ends in **%s**, exit %d", full.res.Verdict, full.res.Exit)},
		{"README.md", fmt.Sprintf("%s on average, at least %s", report.FormatInterval(mean.Found), report.FormatRatio(mean.Claim))},
		{"README.md", fmt.Sprintf("%d of %d are proved slower, `%s` at %s", len(slow.Culprits), slow.Rows, slow.Worst, report.FormatInterval(slow.Found))},
		{"README.md", full.between("build/io_bound")},
		{"README.md", full.between("build/cpu_bound")},
		{"docs/ci.md", fmt.Sprintf("%d rows in %d rounds", len(full.res.Rows), full.res.Rounds)},
		{"docs/ci.md", full.reach()},
		{"docs/ci.md", full.meanWithin(5)},
	}
}

// A run is a record and what compare says of it.
type run struct {
	t   *testing.T
	rec *record.Record
	res *compare.Result
}

func judged(t *testing.T, dir string) run {
	t.Helper()
	rec := readRecord(t, dir)
	res, err := compare.Analyze(rec, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return run{t, rec, res}
}

func (r run) goal(claim string) compare.Goal {
	r.t.Helper()
	i := slices.IndexFunc(r.res.Goals, func(g compare.Goal) bool { return g.Goal.Claim == claim })
	if i < 0 {
		r.t.Fatalf("no goal %q in the record", claim)
	}
	return r.res.Goals[i]
}

// measured is the time from the first process to the last in words.
func (r run) measured() string {
	r.t.Helper()
	ps := r.rec.Processes
	at := func(p record.Process) time.Time {
		when, err := time.Parse(time.RFC3339Nano, p.Started)
		if err != nil {
			r.t.Fatal(err)
		}
		return when
	}
	d := at(ps[len(ps)-1]).Sub(at(ps[0]))
	if d < 2*time.Minute {
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f minutes", d.Minutes())
}

// between is the range of the speedups of a category's rows that count.
func (r run) between(category string) string {
	lo, hi := math.Inf(1), 0.0
	for _, row := range r.res.Rows {
		if row.Category == category && !row.ShownOnly {
			lo, hi = min(lo, row.Speedup.Ratio), max(hi, row.Speedup.Ratio)
		}
	}
	return fmt.Sprintf("`%s` %s to %s", category, report.FormatRatio(lo), report.FormatRatio(hi))
}

// reach says how far the rows' intervals reach: what is further from its goal
// is decided.
func (r run) reach() string {
	var halves []float64
	for _, row := range r.res.Rows {
		halves = append(halves, half(row.Speedup))
	}
	slices.Sort(halves)
	n := len(halves)
	return fmt.Sprintf("the 95 %% interval of the median row reaches %.0f %% to either side; that of a quarter of the rows %.0f %% or less, that of another quarter %.0f %% or more",
		100*halves[n/2], 100*halves[n/4], 100*halves[3*n/4])
}

// half is half of an interval as a share of its middle.
func half(i compare.Interval) float64 { return math.Sqrt(i.Hi/i.Lo) - 1 }

// meanWithin says that the mean over all rows is known to within a percentage,
// if it is.
func (r run) meanWithin(percent float64) string {
	r.t.Helper()
	for _, m := range r.res.Means {
		if h := 100 * half(m.Geometric); m.Rows > len(r.res.Rows)/2 && !(h <= percent) {
			r.t.Errorf("the mean over %d rows is known to within %.1f %%, not %v", m.Rows, h, percent)
		}
	}
	return fmt.Sprintf("The geometric mean over all of them is known to within %v %%", percent)
}

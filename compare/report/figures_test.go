package report

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"xbench/charts"
	"xbench/compare"
	"xbench/harness/record"
)

// The files of figures are no two the same, on systems that do not tell case
// either, and hold nothing that a file name cannot.
func TestFiguresHaveNamesOfTheirOwn(t *testing.T) {
	safe := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	all := views()
	twins := variantsView()
	for i, name := range []string{"Go!", "go?", "日本語", "../../etc/passwd", "con", strings.Repeat("long/", 60)} {
		table := twins.Tables[i%2]
		table.Implementation = name
		twins.Tables = append(twins.Tables, table)
	}
	all["twins"] = twins
	for name, v := range all {
		seen := make(map[string]bool)
		figures := v.Figures()
		for i := range v.Rows {
			if f, ok := v.Distribution(i); ok {
				figures = append(figures, f)
			}
		}
		for _, f := range figures {
			if seen[f.Name] || !safe.MatchString(f.Name) || len(f.Name) > 60 {
				t.Errorf("%s: figure %q", name, f.Name)
			}
			seen[f.Name] = true
			if f.Title == "" || f.Alt == "" || !printable(f.Title) || !printable(f.Alt) {
				t.Errorf("%s: %s: title %q, alt %q", name, f.Name, f.Title, f.Alt)
			}
		}
	}
}

// What is said instead of a picture is what it shows.
func TestAltTextsSayTheFinding(t *testing.T) {
	alt := func(v *View, name string) string {
		for _, f := range v.Figures() {
			if f.Name == name {
				return f.Alt
			}
		}
		t.Fatalf("no figure %s", name)
		return ""
	}
	check := func(got, want string) {
		t.Helper()
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	got := alt(failView(), "speedup")
	check(got, "go against python: geometric mean 4.99x (4.79 - 5.24) over 14 benchmarks")
	check(got, "from 0.620x (build/io_bound_dynamic/executor=asyncio/sleep_ms=5) to 31.1x (parallel_execution/fanout_3_workers)")
	check(got, "; 2 slower; 1 goal missed")
	check(alt(invalidView(), "speedup"), "; 2 invalid")
	check(alt(variantsView(), "executors-python"), "python: came out first multiprocess in 3 scenarios, threadpool in 2 scenarios and sequential in 2 scenarios")
	check(alt(sweepView(), "scaling-1"), "python")
	check(alt(sweepView(), "crossover-1"), " against ")
	v := analyzedView(generated(5, draft()))
	f, ok := v.Distribution(0)
	if !ok {
		t.Fatal("no distribution of a row with samples")
	}
	check(f.Alt, FormatDuration(v.Rows[0].Cells[0].CandNS))
	check(f.Alt, "its 5 processes between ")
}

// A cell says what the row's mark says.
func TestHeatIsTheMarks(t *testing.T) {
	v := variantsView()
	v.Goals = append(v.Goals, compare.Goal{Goal: record.Goal{Over: "build/cpu_bound*", Each: 2, Tolerance: 0.05}, Candidate: "go", Verdict: compare.Pass})
	data := v.heatData()
	if len(data.Rows) != 7 || len(data.Columns) != 6 || data.Bold != "meets its goal of 2x" {
		t.Fatalf("%d rows, columns %v, bold %q", len(data.Rows), data.Columns, data.Bold)
	}
	at := func(row, column string) charts.HeatCell {
		i := slices.IndexFunc(data.Rows, func(r charts.HeatRow) bool { return r.Name == row })
		return data.Rows[i].Cells[slices.Index(data.Columns, column)]
	}
	check := func(row, column string, state charts.HeatState, value string) {
		t.Helper()
		if c := at(row, column); c.State != state || c.Value != value {
			t.Errorf("%s, %s: state %v, value %q, want %v, %q", row, column, c.State, c.Value, state, value)
		}
	}
	check("build/io_bound_static/sleep_ms=5", "threadpool", charts.HeatEqual, "1.02x")
	check("build/cpu_bound_static/iterations=2000", "asyncio", charts.HeatInvalid, "")
	check("build/cpu_bound_static/iterations=2000", "threadpool", charts.HeatRatio, "6.50x")
	check("build/light_static/targets=memory", "multiprocess", charts.HeatNotRun, "")
	if c := at("build/cpu_bound_static/iterations=2000", "threadpool"); c.Text != "build/cpu_bound_static/executor=threadpool/iterations=2000: 6.50x (6.30 - 6.70), 5 rounds" || !c.Bold {
		t.Errorf("text %q, bold %v", c.Text, c.Bold)
	}
}

// Several candidates are compared by category; one alone without variants has
// nothing that a map of colours would show.
func TestHeatOfCandidates(t *testing.T) {
	data := twoView().heatData()
	if !slices.Equal(data.Columns, []string{"go", "rust"}) || len(data.Rows) == 0 {
		t.Fatalf("columns %v, %d rows", data.Columns, len(data.Rows))
	}
	for i, r := range data.Rows {
		if len(r.Cells) != 2 || r.Cells[0].Text == "" {
			t.Errorf("row %d: %+v", i, r)
		}
	}
	if n := len(passView().heatData().Rows); n != 0 {
		t.Errorf("a heat map of %d rows where there are no variants", n)
	}
	if n := len(aloneView().heatData().Rows); n != 0 {
		t.Errorf("a heat map of %d rows without a reference", n)
	}
}

func TestHeatCells(t *testing.T) {
	check := func(ratio, lo, hi float64, want charts.HeatState) {
		t.Helper()
		if got := heatCell(compare.Interval{Ratio: ratio, Lo: lo, Hi: hi}).State; got != want {
			t.Errorf("%v (%v - %v): state %v, want %v", ratio, lo, hi, got, want)
		}
	}
	check(3, 2, 4, charts.HeatRatio)
	check(0.5, 0.4, 0.6, charts.HeatRatio)
	check(1.01, 0.98, 1.04, charts.HeatEqual)
	check(1.2, 0.7, 2, charts.HeatUnclear)
	check(3, 0, math.Inf(1), charts.HeatUnclear)
	check(math.NaN(), 1, 2, charts.HeatNotRun)
}

// A colour promises no more than the interval does: 2.11x that may be 1.23x has
// that of 1.23x.
func TestHeatColoursWhatIsSure(t *testing.T) {
	check := func(ratio, lo, hi, want float64) {
		t.Helper()
		if got := heatCell(compare.Interval{Ratio: ratio, Lo: lo, Hi: hi}).Sure; got != want {
			t.Errorf("%v (%v - %v): coloured as %v, want %v", ratio, lo, hi, got, want)
		}
	}
	check(2.11, 1.23, 16, 1.23)
	check(0.3, 0.1, 0.8, 0.8)
	check(3, 2.5, math.Inf(1), 2.5)
	check(1.1, 0.9, 1.3, 0)
}

// Bold is for goals that ask for a speedup: to be no slower is met nearly
// everywhere, and says nothing. A goal that a row misses is not met by it because
// it meets another.
func TestBoldIsForGoalsAbove1x(t *testing.T) {
	bold := func(goals ...compare.Goal) (n int, word string) {
		v := variantsView()
		for i := range goals {
			goals[i].Candidate, goals[i].Verdict = "go", compare.Pass
		}
		v.Goals = goals
		data := v.heatData()
		for _, r := range data.Rows {
			for _, c := range r.Cells {
				if c.Bold {
					n++
				}
			}
		}
		return n, data.Bold
	}
	check := func(want int, word string, goals ...compare.Goal) {
		t.Helper()
		if n, got := bold(goals...); n != want || got != word {
			t.Errorf("%d cells are bold, %q; want %d, %q", n, got, want, word)
		}
	}
	each := func(over string, x float64) compare.Goal {
		return compare.Goal{Goal: record.Goal{Over: over, Each: x, Tolerance: 0.05}}
	}
	check(0, "", each("*", 1))
	all, word := bold(each("build/cpu_bound*", 2))
	if all == 0 || word != "meets its goal of 2x" {
		t.Errorf("%d cells are bold, %q", all, word)
	}
	check(all, "meets its goal of 2x", each("build/cpu_bound*", 2), each("*", 1))
	check(0, "", each("build/cpu_bound*", 2), each("build/cpu_bound*", 90))
	check(all, "meets its goal above 1x", each("build/cpu_bound*", 2), each("build/light*", 90))
}

// The minimum is one that the record states, and a way that works one task
// after another is held against its own.
func TestExecutorsHaveTheMinimumThatIsStated(t *testing.T) {
	v := variantsView()
	data := v.executorsData(v.Tables[0])
	if data.Implementation != "python" || data.Knob != "executor" || len(data.Lines) != 7 {
		t.Fatalf("%s by %s, %d lines", data.Implementation, data.Knob, len(data.Lines))
	}
	io, cpu := data.Lines[0], data.Lines[2]
	if io.MinimumNS != 25e6 || io.Minimum != "25.00 ms" || cpu.MinimumNS != 0 || cpu.Minimum != "" {
		t.Errorf("minimum %v (%s) and %v (%s)", io.MinimumNS, io.Minimum, cpu.MinimumNS, cpu.Minimum)
	}
	check := func(c charts.ExecutorsCell, best, tied bool, value, detail string) {
		t.Helper()
		if c.Best != best || c.Tied != tied || c.Value != value || c.Detail != detail {
			t.Errorf("got %+v", c)
		}
	}
	check(io.Cells[0], false, false, "77.00 ms", "32%")
	check(io.Cells[1], true, false, "26.18 ms", "96%")
	check(io.Cells[2], false, true, "26.35 ms", "95%")
	check(cpu.Cells[2], false, false, "invalid", "")
	check(cpu.Cells[5], false, false, "", "")
	if text := io.Cells[0].Text; !strings.Contains(text, "98% of its own minimum's pace, 75.08 ms") {
		t.Errorf("a pointer says %q", text)
	}
	if c := cpu.Cells[2]; c.NS != 0 || !strings.Contains(c.Text, "not valid") {
		t.Errorf("an invalid cell is %+v", c)
	}
}

// Words of a file name are the implementation's as far as a file can have them.
func TestFileWord(t *testing.T) {
	check := func(in, want string) {
		t.Helper()
		if got := fileWord(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	check("Go 1.26 (x86)", "go-1-26-x86")
	check("../..", "")
	check("日本語", "")
	check(strings.Repeat("a", 100), strings.Repeat("a", 40))
	check("-", "")
}

// A run of hundreds of rows still has a picture of its speedups.
func TestFiguresOfManyRows(t *testing.T) {
	rec, res := fixture(longSpecs(1100), "go")
	res.Goals = goalsOf(res, "go")
	v := New(rec, res)
	for _, f := range v.Figures() {
		if err := f.Draw(new(strings.Builder), charts.Options{}); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

// longSpecs are rows of twenty categories, with names as long as a suite's.
func longSpecs(n int) []spec {
	var out []spec
	for i := range n {
		out = append(out, spec{category: fmt.Sprintf("category_%02d", i%20), id: fmt.Sprintf("category_%02d/benchmark_with_a_name_%04d", i%20, i),
			knobs: "/executor=asyncio_queue/iterations=100000", ref: 1e6 * (1 + float64(i%7)), ratio: 0.7 + 0.2*float64(i%40), half: 0.04})
	}
	return out
}

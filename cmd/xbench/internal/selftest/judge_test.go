package selftest

import (
	"bytes"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xbench/compare"
	"xbench/harness/record"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// row is a row of equal programs with an interval.
func row(lo, hi float64, mark string) compare.Row {
	mid := math.Sqrt(lo * hi)
	return compare.Row{Row: record.Row{Name: "selftest/mix"}, Speedup: compare.Interval{Ratio: mid, Lo: lo, Hi: hi}, Mark: mark,
		D: []float64{math.Log(mid)}}
}

func TestJudgeSame(t *testing.T) {
	equal, off := row(0.97, 1.03, compare.MarkEqual), row(1.01, 1.04, compare.MarkEqual)
	check := func(v compare.Verdict, want State, rows ...compare.Row) {
		t.Helper()
		c := caseNamed(t, "same")
		if o := judge(&c, &compare.Result{Verdict: v, Rows: rows}); o.State != want {
			t.Errorf("%s: got %s, want %s: %s", v, o.State, want, o.Evidence)
		}
	}
	eight := func(n int, odd compare.Row) []compare.Row {
		out := make([]compare.Row, 8)
		for i := range out {
			if out[i] = equal; i < n {
				out[i] = odd
			}
		}
		return out
	}
	check(compare.Pass, Right, eight(0, off)...)
	check(compare.Inconclusive, Right, eight(0, off)...) // noise is no fault of the gate
	check(compare.Pass, Right, eight(3, off)...)         // luck: 0.6 %
	check(compare.Pass, Wrong, eight(4, off)...)         // 0.04 %
	check(compare.Pass, Wrong, eight(4, row(0.95, 0.99, compare.MarkEqual))...)
	check(compare.Pass, Wrong, eight(1, row(1.06, 1.09, compare.MarkModest))...)
	check(compare.Inconclusive, Wrong, eight(1, row(0.90, 0.94, compare.MarkSlower))...)
	check(compare.Inconclusive, Unclear, eight(1, row(1.06, 4.1, compare.MarkModest))...) // one of forty, on a noisy host
	check(compare.Inconclusive, Wrong, eight(4, row(1.06, 4.1, compare.MarkModest))...)
	check(compare.Fail, Wrong, eight(0, off)...)
	check(compare.Invalid, Wrong, eight(0, off)...)
	check(compare.Inconclusive, Right, eight(8, compare.Row{Mark: compare.MarkUnclear, Speedup: compare.Interval{Hi: math.Inf(1)}})...)
}

func TestJudgeKnown(t *testing.T) {
	const p, f, i = compare.Pass, compare.Fail, compare.Inconclusive
	width := 1.02 // of the intervals, to either side
	check := func(name string, want State, verdicts ...compare.Verdict) {
		t.Helper()
		c := caseNamed(t, name)
		res := &compare.Result{Verdict: f, SmallestRow: 0.14}
		for _, v := range verdicts {
			at := map[compare.Verdict]float64{p: 1.11, f: 0.909, i: 1}[v]
			r := row(at/width, at*width, "")
			if v == i {
				r = row(0.89, 1.13, "")
			}
			res.Rows = append(res.Rows, r)
			res.Goals = append(res.Goals, compare.Goal{Verdict: v, DecidedAt: 5, Found: r.Speedup})
		}
		if o := judge(&c, res); o.State != want {
			t.Errorf("%s, %v: got %s, want %s: %s", name, verdicts, o.State, want, o.Evidence)
		}
	}
	check("slower", Right, f, f, f, f, f, f)
	check("slower", Right, f, f, f, f, f, i) // 83 %
	check("slower", Unclear, f, f, f, f, i, i)
	check("slower", Wrong, f, f, f, f, f, p)
	check("slower", Unclear, i, i, i, i, i, i)
	check("faster", Right, p, p, p, p, p, p)
	check("faster", Wrong, p, p, p, p, p, f)
	check("faster", Unclear, p, i, i, i, i, i)
	width = 1.5 // a host on which one of forty is off by luck
	check("slower", Unclear, f, f, f, f, f, p)
	check("slower", Unclear, i, i, i, i, p, p)
	check("slower", Wrong, i, i, i, p, p, p)
}

// The right verdict with a wrong size is wrong; so is 3x where 1.11x is true.
func TestJudgeSize(t *testing.T) {
	check := func(want State, intervals ...compare.Interval) Outcome {
		t.Helper()
		c := caseNamed(t, "faster")
		res := &compare.Result{Verdict: compare.Pass}
		for _, i := range intervals {
			r := row(i.Lo, i.Hi, compare.MarkEqual)
			res.Rows = append(res.Rows, r)
			res.Goals = append(res.Goals, compare.Goal{Verdict: compare.Pass, DecidedAt: 5, Found: r.Speedup})
		}
		o := judge(&c, res)
		if o.State != want {
			t.Errorf("%v: got %s, want %s: %s", intervals, o.State, want, o.Evidence)
		}
		return o
	}
	six := func(odd compare.Interval, n int) []compare.Interval {
		out := slices.Repeat([]compare.Interval{{Lo: 1.10, Hi: 1.13}}, 6)
		for i := range n {
			out[i] = odd
		}
		return out
	}
	for _, factor := range []float64{1.16, 1.37, 3, 50} {
		check(Wrong, six(compare.Interval{Lo: factor, Hi: factor * 1.03}, 6)...)
	}
	check(Wrong, six(compare.Interval{Lo: 1.18, Hi: 1.19}, 1)...)  // 6 % off, and narrow
	check(Unclear, six(compare.Interval{Lo: 1.18, Hi: 1.5}, 1)...) // 6 % off, and wide
	check(Right, six(compare.Interval{Lo: 1.12, Hi: 1.14}, 2)...)  // luck: 1 %
	check(Wrong, six(compare.Interval{Lo: 1.12, Hi: 1.14}, 3)...)  // 0.05 %
	check(Wrong, six(compare.Interval{Lo: 1.08, Hi: 1.10}, 3)...)  // the other way
	check(Wrong, six(compare.Interval{Lo: 1.005, Hi: 1.02}, 1)...) // it would do as "faster"
	check(Right, six(compare.Interval{Lo: 1.001, Hi: 1.3}, 6)...)
	o := check(Wrong, six(compare.Interval{Lo: 3.33, Hi: 3.35}, 4)...)
	if want := "2.32x where 1.11x is true; the truth lies outside of 4 intervals: mix 3.34x (3.33 - 3.35), mix 3.34x (3.33 - 3.35) ..."; !strings.Contains(o.Evidence, want) {
		t.Errorf("got %q, want %q in it", o.Evidence, want)
	}
}

// What a failure says is cut to what fits a line, and made up from nothing.
func TestReason(t *testing.T) {
	check := func(message, want string) {
		t.Helper()
		if got := reason(record.Failure{Message: message}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check("candidate: its clock disagrees with ours in 2 of the first 3 rounds: claimed/outside 0.50, 0.50", "claimed/outside 0.50, 0.50")
	check("worker candidate: run: claims 2.499134ms in samples and 240.357µs between them, but only 1.575245ms passed", "claims 2.5ms + 240µs, but only 1.58ms passed")
	check("worker candidate: run: exited before it answered (exit status 3); peak memory 12.3 MiB", "exited before it answered (exit status 3)")
	check("worker candidate: run selftest/mix: no reply in 1s; killed", "no reply in 1s")
	check("digest: reference 7d2b54130123, candidate 753a3a050123; $.state: 1 | 2", "digest: 7d2b5413, 753a3a05")
	check("round 1: counter units: reference 40 | candidate 20", "round 1: counter units: 40 | 20")
}

func TestJudgeCheat(t *testing.T) {
	check := func(v compare.Verdict, exit int, kind string, r compare.Row, want State) {
		t.Helper()
		c := caseNamed(t, "slow-clock")
		if kind != "" {
			r.Failures = []record.Failure{{Kind: kind, Message: "candidate: something"}}
		}
		if o := judge(&c, &compare.Result{Verdict: v, Exit: exit, Rows: []compare.Row{r}}); o.State != want {
			t.Errorf("%s, exit %d, %q: got %s, want %s: %s", v, exit, kind, o.State, want, o.Evidence)
		}
	}
	none := compare.Row{Mark: compare.MarkInvalid}
	check(compare.Invalid, 1, record.FailClock, none, Right)
	check(compare.Invalid, 1, record.FailDigest, none, Wrong) // not why it is one
	check(compare.Invalid, 0, record.FailClock, none, Wrong)  // the exit code lets it through
	check(compare.Invalid, 1, record.FailClock, row(1.9, 2.1, compare.MarkMeets), Wrong)
	check(compare.Pass, 0, "", row(1.9, 2.1, compare.MarkMeets), Wrong)
	check(compare.Inconclusive, 3, "", row(0.9, 2.1, compare.MarkEqual), Wrong)
}

func TestJudgeLimit(t *testing.T) {
	check := func(name string, v compare.Verdict, want State) {
		t.Helper()
		c := caseNamed(t, name)
		if o := judge(&c, &compare.Result{Verdict: v, Rows: []compare.Row{row(1.9, 2.1, compare.MarkEqual)}}); o.State != want {
			t.Errorf("%s, %s: got %s, want %s: %s", name, v, o.State, want, o.Evidence)
		}
	}
	check("cache", compare.Pass, Fooled)
	check("cache", compare.Inconclusive, Fooled)
	check("cache", compare.Invalid, Right) // better than known
	check("memory", compare.Fail, Right)
	check("memory", compare.Inconclusive, Right)
	check("memory", compare.Pass, Wrong)
}

// What the report makes its readers look at is said beside a limit, not what
// any two processes may differ in.
func TestNamedInTheReport(t *testing.T) {
	c := caseNamed(t, "half-ahead")
	o := judge(&c, &compare.Result{Verdict: compare.Pass, Rows: []compare.Row{row(1.9, 2.1, compare.MarkMeets)}, Fairness: []compare.Difference{
		{Kind: "outside", Severity: compare.Qualify, What: "time between samples"},
		{Kind: "input", Severity: compare.Remark, What: "input"},
		{Kind: "memory", Severity: compare.Qualify, What: "peak memory"},
	}})
	if want := "passes as 2.00x; the report names the time between samples"; o.Evidence != want {
		t.Errorf("got %q, want %q", o.Evidence, want)
	}
}

// planted are outcomes as they may come, one case for each group and state.
func planted(state State) *Report {
	pick := func(name string, cases []Case) Case {
		for _, c := range cases {
			if c.Name == name {
				return c
			}
		}
		panic(name)
	}
	all := Cases()
	r := &Report{Tool: "0.1.0", Seed: 42, Host: record.Host{Cores: 2, OS: "Linux", Load1: 0.4}, TookNS: 93e9, Outcomes: []Outcome{
		{Case: pick("judge", all), State: Right, Evidence: "on the threshold, of 4000 runs 1.5% PASS, 1.4% FAIL (at most 3.2% each, 6% both); 5% above it 399 of 400 PASS"},
		{Case: pick("right-digest", all), State: Right, Verdict: compare.Invalid, Evidence: "round 1: counter units: 40 | 20"},
		{Case: pick("slow-clock", all), State: Right, Verdict: compare.Invalid, Evidence: "claimed/outside 0.50, 0.50, 0.50"},
		{Case: pick("memory", all), State: Right, Verdict: compare.Fail, Evidence: "gains nothing: 0.998x (0.96 - 1.04)"},
		{Case: pick("cache", all), State: Fooled, Verdict: compare.Pass, Evidence: "passes as 3720x"},
		{Case: pick("half-ahead", all), State: Fooled, Verdict: compare.Pass, Evidence: "passes as 1.99x; the report names the time between samples, on purpose"},
		{Case: pick("same", all), State: Right, Verdict: compare.Pass, Evidence: "8 of 8 proved, at 5%; 0 of 8 exclude 1x"},
		{Case: pick("slower", all), State: Right, Verdict: compare.Fail, Evidence: "found in 6 of 6 after 5 to 8 rounds; 0.911x where 0.909x is true"},
		{Case: pick("faster", all), State: Right, Verdict: compare.Pass, Evidence: "found in 6 of 6 after 5 rounds; 1.11x where 1.11x is true"},
	}}
	switch state {
	case Wrong:
		r.Outcomes[2] = Outcome{Case: pick("slow-clock", all), State: Wrong, Verdict: compare.Pass, Evidence: "not caught: 2x (1.98 - 2.02)"}
		r.Records = "kept\x1b[2J"
	case Unclear:
		r.Outcomes[7] = Outcome{Case: pick("slower", all), State: Unclear, Verdict: compare.Inconclusive,
			Evidence: "found in 2 of 6 after 13 rounds; 0.92x where 0.909x is true; too noisy: differences from 14% would have shown"}
	}
	r.sumUp()
	return r
}

func TestTerminal(t *testing.T) {
	check := func(name string, r *Report, exit int, opt TerminalOptions) {
		t.Helper()
		var got bytes.Buffer
		if err := r.Terminal(&got, opt); err != nil {
			t.Fatal(err)
		}
		if r.Exit != exit {
			t.Errorf("%s: exit %d, want %d", name, r.Exit, exit)
		}
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got.String()); diff != "" {
			t.Errorf("%s differs (-want +got; accept with -update):\n%s", name, diff)
		}
	}
	check("right.txt", planted(Right), 0, TerminalOptions{Width: 100})
	check("right-80.txt", planted(Right), 0, TerminalOptions{Width: 80})
	check("color.txt", planted(Right), 0, TerminalOptions{Width: 120, Color: true})
	check("wrong.txt", planted(Wrong), 1, TerminalOptions{Width: 100})
	check("unclear.txt", planted(Unclear), 3, TerminalOptions{Width: 100})
}

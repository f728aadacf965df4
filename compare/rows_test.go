package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"xbench/harness/record"
)

func near(got, want float64) bool { return math.Abs(got-want) <= 1e-6*math.Max(1, math.Abs(want)) }

func TestMarks(t *testing.T) {
	check := func(ratio, lo, hi, tolerance float64, want string) {
		t.Helper()
		if got := mark(Interval{ratio, lo, hi}, tolerance); got != want {
			t.Errorf("%v (%v to %v) with %v: got %s, want %s", ratio, lo, hi, tolerance, got, want)
		}
	}
	check(1, 0, math.Inf(1), .05, MarkUnclear)
	check(.9, .85, .951, .05, MarkSlower)
	check(.9, .85, .953, .05, MarkEqual) // overlaps the band
	check(1, .99, 1.01, .05, MarkEqual)
	check(1.1, 1.04, 1.2, .05, MarkEqual)
	check(1.1, 1.06, 1.2, .05, MarkModest)
	check(1.99, 1.9, 2.1, .05, MarkModest)
	check(2, 1.9, 2.1, .05, MarkModest) // the estimate proves nothing
	check(3.09, 1.2, 16.1, .05, MarkModest)
	check(2.1, 2, 2.2, .05, MarkMeets)
	check(.99, .98, .995, 0, MarkSlower)
}

func TestRoundDown(t *testing.T) {
	check := func(x, want float64) {
		t.Helper()
		if got := roundDown(x); got != want {
			t.Errorf("roundDown(%v) = %v, want %v", x, got, want)
		}
	}
	check(5.0189, 5.01)
	check(5.0199999, 5.01)
	check(9.999, 9.99)
	check(2, 2)
	check(math.Exp(math.Log(2)), 2)
	check(math.Nextafter(2, 0), 2) // a bound of 2 but for the last bit
	check(1.99999, 1.99)
	check(0.95238, 0.952)
	check(584.76, 584)
	check(12345, 12300)
	check(1000, 1000)
	check(0.001, 0.001)
	check(0, 0)
	check(math.Inf(1), 0)
	check(math.NaN(), 0)
	rng := rand.New(rand.NewPCG(3, 4))
	for range 10000 {
		x := math.Exp(12*rng.Float64() - 6)
		if y := roundDown(x); y > x*(1+1e-9) || y < x*0.99 || roundDown(y) != y {
			t.Fatalf("roundDown(%v) = %v", x, y)
		}
	}
}

func TestWhatARowUsed(t *testing.T) {
	run := newRun(1, 5, "python", "go").by(2)
	run.plan.Rows[0].LowerBoundNS = 250e6
	rec := run.record()
	for i := range rec.Processes {
		p := &rec.Processes[i]
		sum := int64(0)
		for _, ns := range p.SamplesNS {
			sum += int64(ns)
		}
		cores := int64(1)
		if p.Impl == "go" {
			cores = 3
		}
		p.CPUNS = cores * sum
		p.Usage.MaxRSS = 1000 * int64(p.Round) * cores
		p.Phases.StartNS = 7 * int64(p.Round)
	}
	r := analyzed(t, rec, Options{}).Rows[0]
	check := func(what string, got, want float64) {
		t.Helper()
		if !near(got, want) {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	check("time", r.RefNS, 1e9)
	check("time", r.CandNS, 5e8)
	check("CPU time of an iteration", r.RefCPUNS, 1e9)
	check("CPU time of an iteration", r.CandCPUNS, 1.5e9)
	check("cores", r.RefCores, 1)
	check("cores", r.CandCores, 3)
	check("median resident size", float64(r.RefRSS), 3000)
	check("median resident size", float64(r.CandRSS), 9000)
	check("median start", float64(r.RefStartNS), 21)
	check("efficiency", r.RefEfficiency, .25)
	check("efficiency", r.CandEfficiency, .5)
	check("ratio", r.Speedup.Ratio, 2)

	// A plain command is one sample per process; the kernel knows its CPU time.
	run = newRun(1, 5, "a", "b")
	run.samples = 1
	run.plan.Rows[0].Samples = 1
	for i := range run.plan.Implementations {
		run.plan.Implementations[i].Kind = "command"
	}
	rec = run.record()
	for i := range rec.Processes {
		rec.Processes[i].Usage = record.Usage{UserNS: 4e8, SystemNS: 1e8}
	}
	r = analyzed(t, rec, Options{}).Rows[0]
	check("CPU time of a command", r.CandCPUNS, 5e8)
	check("cores of a command", r.CandCores, .5)
}

func TestTimesByHand(t *testing.T) {
	run := newRun(1, 3, "python", "go")
	rec := run.record()
	median := []float64{100, 110, 120} // of each round; the spike is not to matter
	for i := range rec.Processes {
		p := &rec.Processes[i]
		p.K = 10
		m := median[p.Round-1]
		p.SamplesNS = []float64{10 * m, 9 * m, 10 * m, 500 * m, 11 * m}
	}
	r := analyzed(t, rec, Options{}).Rows[0]
	logs := []float64{math.Log(100), math.Log(110), math.Log(120)}
	half := 4.302652729749464 * sd(logs) / math.Sqrt(3)
	if !near(r.CandNS, math.Cbrt(100*110*120)) || !near(r.CandLoNS, r.CandNS*math.Exp(-half)) || !near(r.CandHiNS, r.CandNS*math.Exp(half)) {
		t.Errorf("got %v (%v to %v)", r.CandNS, r.CandLoNS, r.CandHiNS)
	}
	if r := analyzed(t, upTo(rec, 1), Options{}).Rows[0]; !near(r.CandNS, 100) || r.CandLoNS != 0 || r.CandHiNS != 0 {
		t.Errorf("one round makes no interval: %v (%v to %v)", r.CandNS, r.CandLoNS, r.CandHiNS)
	}
}

func TestMeansByHand(t *testing.T) {
	ratios := []float64{1, 2, 32}
	run := newRun(4, 5, "python", "go").faster(func(row int, _ string) float64 { return append(ratios, 1000)[row] })
	run.plan.Rows[3].ShownOnly = true
	run.plan.Rows[0].Group, run.plan.Rows[1].Group, run.plan.Rows[2].Group = "build", "graph", "graph"
	run.plan.Rows[1].Expected, run.plan.Rows[2].Expected = 4, 16
	rec := run.record()
	for i := range rec.Processes {
		rec.Processes[i].CPUNS = 5e9
	}
	res := analyzed(t, rec, Options{})
	var groups []string
	for _, m := range res.Means {
		groups = append(groups, fmt.Sprintf("%s %d", m.Group, m.Rows))
	}
	if !slices.Equal(groups, []string{"all 3", "build 1", "graph 2"}) {
		t.Fatalf("means of %v", groups)
	}
	m := res.Means[0]
	check := func(what string, got, want float64) {
		t.Helper()
		if !near(got, want) {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	check("geometric", m.Geometric.Ratio, 4)
	check("arithmetic", m.Arithmetic, 35.0/3)
	check("total time", m.TotalTime, 3/(1+.5+1.0/32))
	check("min", m.Min, 1)
	check("max", m.Max, 32)
	check("leave one out", m.LeaveOneOutLo, math.Sqrt(2))
	check("leave one out", m.LeaveOneOutHi, 8)
	check("CPU", m.CPU, 1)
	check("claim", m.Claim, roundDown(m.Geometric.Lo))
	check("graph", res.Means[2].Geometric.Ratio, 8)
	check("expected", res.Categories[0].Expected, 8)
	if !slices.ContainsFunc(res.Warnings, func(w Warning) bool {
		return strings.HasPrefix(w.Text, "the means disagree: geometric 4.00x, arithmetic 11.7x, by total time 1.96x")
	}) {
		t.Errorf("warnings %+v", res.Warnings)
	}
	rec.Processes[0].CPUNS = 0
	each(rec, "r00", "go", 0, func(p *record.Process) { p.CPUNS = 0 })
	if m := analyzed(t, rec, Options{}).Means[0]; m.CPU != 0 {
		t.Errorf("the CPU ratio of some rows beside the mean of all: %v", m.CPU)
	}
}

func TestWarnings(t *testing.T) {
	check := func(what string, rounds int, change func(*record.Record), want string) {
		t.Helper()
		rec := newRun(1, rounds, "python", "go").noise(.01, .005).by(3).seed(11).record()
		for i := range rec.Processes {
			rec.Processes[i].K = 2
		}
		if got := allWarnings(analyzed(t, rec, Options{})); len(got) > 0 {
			t.Fatalf("%s: warnings before the change: %q", what, got)
		}
		change(rec)
		got := allWarnings(analyzed(t, rec, Options{}))
		if len(got) != 1 || got[0] != want {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	scale := func(rec *record.Record, f func(p *record.Process, j int) float64) {
		each(rec, "r00", "go", 0, func(p *record.Process) {
			for j := range p.SamplesNS {
				p.SamplesNS[j] = math.Trunc(p.SamplesNS[j] * f(p, j))
			}
		})
	}
	check("drift", 20, func(rec *record.Record) {
		scale(rec, func(p *record.Process, _ int) float64 { return 1 + float64(p.Round)/40 })
	}, "r00 go: drift over 20 rounds: the speedup ended 32.4% lower than it began (python took 0.231% less at the end, go 47.3% more) (find what changed during the run (heat, memory, files, other work) and measure again)")
	check("cold", 8, func(rec *record.Record) {
		scale(rec, func(_ *record.Process, j int) float64 { return 1 + .1*float64(max(0, 2-j)) })
	}, "r00 go: not warmed up: the first half of the samples is 15.3% slower than the second (raise warmup in the suite)")
	check("spikes", 8, func(rec *record.Record) {
		scale(rec, func(_ *record.Process, j int) float64 { return 1 + float64(j/4) })
	}, "r00 go: 8 of 40 samples took more than 1.5 times their process's median (look at the distribution: long pauses are real, and the median does not show them)")
	check("wild rounds", 9, func(rec *record.Record) {
		scale(rec, func(p *record.Process, _ int) float64 {
			switch p.Round { // two rounds alike would be a second speed
			case 2:
				return 1.2
			case 7:
				return 1.6
			}
			return 1
		})
	}, "r00 go: 2 of 9 rounds are outliers (look for other load on the host)")
	check("one wild round", 5, func(rec *record.Record) {
		scale(rec, func(p *record.Process, _ int) float64 { return []float64{1, 1, 1, 3, 1}[p.Round-1] })
	}, "r00 go: one round stands far apart: the time was 3 times what is usual in round 4, the speedup 1.01x where the middle of the others is 3.03x (look at its samples and at the load of that round; by itself it makes the interval wide)")
	check("off length", 5, func(rec *record.Record) {
		rec.Plan.SampleNS = 200e6
	}, "r00 python: in 5 of 5 processes samples were more than 3 times longer or shorter than planned (the iterations per sample were fixed before the first round; measure again on a quieter host if this is many)")
	check("debug", 5, func(rec *record.Record) {
		rec.Plan.Implementations[1].Mode = "debug"
		rec.Plan.Reference = "" // with one it is a difference between the sides
	}, " go: a debug build was measured (measure the build that users run)")
	check("a process's own", 5, func(rec *record.Record) {
		each(rec, "r00", "go", 0, func(p *record.Process) { p.Warnings = []string{fmt.Sprintf("a gap of %d%%", 30+p.Round)} })
	},
		"r00 go: a gap of 31% (the first of 5 such processes) ()")
	check("time that nobody accounts for", 5, func(rec *record.Record) {
		each(rec, "r00", "go", 0, func(p *record.Process) {
			p.Warnings = []string{"27 % of the time of the run call is neither in the samples nor declared as spent between them"}
		})
	}, "r00 go: 27 % of the time of the run call is neither in the samples nor declared as spent between them (the first of 5 such processes) "+
		"(what a worker does there on purpose it should report as outside_ns; where it does nothing, the host took the time: measure on a quieter one)")
	check("cores", 5, func(rec *record.Record) {
		for i := range rec.Processes {
			p := &rec.Processes[i]
			for _, ns := range p.SamplesNS {
				p.CPUNS += int64(ns)
			}
			if p.Impl == "go" {
				p.CPUNS = p.CPUNS * 19 / 10
			}
		}
	}, " go: python used 1 cores, go 1.9: 3.02x by the clock, 1.59x by CPU time (say which of the two is claimed)")
	check("busy host", 5, func(rec *record.Record) { rec.Notes = []record.Note{{Kind: "host", Message: "load 3.5 on 2 cores"}} },
		" : load 3.5 on 2 cores ()")
}

func allWarnings(res *Result) []string {
	var out []string
	for _, w := range slices.Concat(res.Warnings, res.Rows[0].Warnings) {
		out = append(out, fmt.Sprintf("%s %s: %s (%s)", w.Row, w.Impl, w.Text, w.Remedy))
	}
	return out
}

func TestFewRoundsAreSaid(t *testing.T) {
	res := analyzed(t, newRun(1, 2, "python", "go").record(), Options{})
	want := []string{
		" : a plan of 2 rounds shows little; 5 are the fewest worth a verdict (raise --rounds)",
		"r00 go: 2 rounds, need 3 for an interval (raise --rounds or --budget)",
	}
	if got := allWarnings(res); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What a run of five rounds can show at 6 % spread was worked out beforehand:
// 9 % in the mean of one row; with the power of nine in ten it is more, also
// because the spread itself is an estimate.
func TestSmallestDifference(t *testing.T) {
	run := newRun(1, 5, "python", "go").goal(notSlower)
	rec := run.record()
	x := []float64{-.06, .06, -.06, .06, 0} // sd 0.06
	each(rec, "r00", "go", 0, func(p *record.Process) {
		for j := range p.SamplesNS {
			p.SamplesNS[j] = math.Trunc(1e9 * math.Exp(-x[p.Round-1]))
		}
	})
	res := analyzed(t, rec, Options{})
	se := 1.2 * .06 / math.Sqrt(5)
	if want := math.Expm1((2.7862750932956 + 1.2815515655446*math.Sqrt(1+2.7862750932956*2.7862750932956/8)) * se); !near(res.SmallestMean, want) || !near(res.SmallestRow, want) || !near(res.SmallestTolerance, want) {
		t.Errorf("got %v, %v and %v, want %v", res.SmallestMean, res.SmallestRow, res.SmallestTolerance, want)
	}
	if half := math.Expm1(2.7862750932956 * se); !near(math.Round(100*half), 9) {
		t.Errorf("half width %v", half)
	}
	if res := analyzed(t, upTo(rec, 2), Options{}); res.SmallestMean != 0 || res.SmallestRow != 0 {
		t.Errorf("two rounds show %v and %v", res.SmallestMean, res.SmallestRow)
	}
	many := newRun(50, 5, "python", "go").goal(notSlower)
	res = analyzed(t, many.record(), Options{})
	if res.SmallestRow <= res.SmallestMean || res.SmallestTolerance <= res.SmallestMean {
		t.Errorf("one row among 50 (%v) and a tolerance for all (%v) need more than the mean (%v)", res.SmallestRow, res.SmallestTolerance, res.SmallestMean)
	}
}

func TestMoreRounds(t *testing.T) {
	rec := newRun(3, 5, "python", "go").noise(.05, .04).seed(4).faster(func(row int, _ string) float64 {
		return []float64{1.0, 1 / 1.05, 4}[row]
	}).goal(notSlower).record()
	res := analyzed(t, rec, Options{})
	near, on, far := res.Rows[0], res.Rows[1], res.Rows[2]
	if near.Status != Inconclusive || near.MoreRounds < 1 || near.MoreRounds > 40 {
		t.Errorf("a row close to its threshold: %s, %d more rounds", near.Status, near.MoreRounds)
	}
	if on.Status != Inconclusive || on.MoreRounds != 0 {
		t.Errorf("a row on its threshold: %s, %d more rounds", on.Status, on.MoreRounds)
	}
	if far.Status != Pass || far.MoreRounds != 0 {
		t.Errorf("a row with a verdict: %s, %d more rounds", far.Status, far.MoreRounds)
	}
}

// What is printed of an interval holds what was computed.
func TestIntervalsAreRoundedOutwards(t *testing.T) {
	check := func(i Interval, want string) {
		t.Helper()
		if got := FormatInterval(i); got != want {
			t.Errorf("%+v: got %s, want %s", i, got, want)
		}
	}
	check(Interval{5.07, 2.689, 11.81}, "5.07x (2.68 - 11.9)")
	check(Interval{2, 2, 2}, "2.00x (2.00 - 2.00)")
	check(Interval{1, 0.9999, 1.0001}, "1.00x (0.999 - 1.01)")
	check(Interval{9.999, 9.99, 9.991}, "10.0x (9.99 - 10.0)")
	check(Interval{.45, .386, .863}, "0.450x (0.386 - 0.863)") // as tables have it
	check(Interval{20, 1.5, math.Inf(1)}, "20.0x (1.50 - ∞)")
}

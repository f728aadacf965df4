package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// A climate is what a host does to a run: noise of samples, launches and
// rounds, the last of which both sides share.
type climate struct {
	sample, launch, round, spin float64
	spikes                      float64 // share of samples that take 2+Exp(1) times as long
}

var (
	stillAir = climate{sample: .01, launch: .005, round: .01, spin: .005}
	windyAir = climate{sample: .05, launch: .02, round: .05, spin: .03}
	gustyAir = climate{sample: .05, launch: .02, round: .05, spin: .03, spikes: .03}
)

// spins adds what a run records at the beginning of its rounds.
func (c climate) spins(rec *record.Record, rng *rand.Rand) {
	rec.Plan.Host = record.Host{Cores: 4, Load1: .3, Scaling: 1.95, SpinNS: 1e7}
	for r := 1; r <= rec.Plan.RMax; r++ {
		rec.Rounds = append(rec.Rounds, record.Round{Round: r, Load1: 1.1, Pressure: "2.5%",
			SpinNS: int64(1e7 * math.Exp(math.Abs(c.spin*rng.NormFloat64())))})
	}
}

// run is a run of so many rows and rounds of two equal programs in this
// climate.
func (c climate) run(rows, rounds int, seed uint64) *record.Record {
	run := newRun(rows, rounds, "python", "go").seed(seed).noise(c.sample, c.launch)
	run.samples = 10
	for i := range run.plan.Rows {
		run.plan.Rows[i].Samples = run.samples
	}
	rec := run.record()
	c.spins(rec, run.rng)
	weather := make([]float64, rounds+1)
	for i := range weather {
		weather[i] = math.Exp(c.round * run.rng.NormFloat64())
	}
	for i := range rec.Processes {
		p := &rec.Processes[i]
		for j := range p.SamplesNS {
			x := p.SamplesNS[j] * weather[p.Round]
			if c.spikes > 0 && run.rng.Float64() < c.spikes {
				x *= 2 + run.rng.ExpFloat64()
			}
			p.SamplesNS[j] = math.Trunc(x)
		}
	}
	return rec
}

// doubts counts the warnings of a result by their first words.
func doubts(res *Result) map[string]int {
	out := make(map[string]int)
	all := slices.Clone(res.Warnings)
	for _, r := range res.Rows {
		all = append(all, r.Warnings...)
	}
	for _, w := range all {
		out[doubt(w.Text)]++
	}
	return out
}

// doubt is what kind of warning a text is; others describe and test nothing.
func doubt(text string) string {
	for _, kind := range []string{"not warmed up", "rounds are not independent", "drift over", "the host drifted", "busy host", "two speeds", "two threads", "rounds are outliers", "stands far apart"} {
		if strings.Contains(text, kind) {
			return kind
		}
	}
	return "other: " + wording(text)
}

// A run in which nothing is amiss is left in peace: each kind of warning in at
// most 5 of 100 runs, whatever the number of rows, and hardly any at all.
func TestCleanRunsRaiseNoDoubt(t *testing.T) {
	check := func(name string, c climate, rows, rounds, n int) {
		t.Helper()
		runs, any := make(map[string]int), 0
		for i := range n {
			res := analyzed(t, c.run(rows, rounds, uint64(i)+1), Options{})
			if res.Verdict != NoGoals {
				t.Fatalf("%s: %s: %v", name, res.Verdict, res.Reasons)
			}
			got := doubts(res)
			for kind := range got {
				runs[kind]++
			}
			if len(got) > 0 {
				any++
			}
		}
		t.Logf("%s, %d rows, %d rounds: %d of %d runs have a warning: %v", name, rows, rounds, any, n, runs)
		for kind, k := range runs {
			if limit := falseShare + 3*math.Sqrt(falseShare*(1-falseShare)/float64(n)); !strings.HasPrefix(kind, "other") && float64(k) > limit*float64(n) {
				t.Errorf("%s: %q in %d of %d runs, allowed 5%%", name, kind, k, n)
			}
		}
	}
	check("still", stillAir, 75, 8, comparisons(1000, 30))
	check("windy", windyAir, 75, 8, comparisons(1000, 30))
	check("gusty", gustyAir, 75, 8, comparisons(1000, 30))
	check("gusty", gustyAir, 75, 5, comparisons(1000, 30))
	check("still", stillAir, 20, 20, comparisons(1000, 30))
	check("windy", windyAir, 20, 20, comparisons(1000, 30))
	check("gusty", gustyAir, 20, 20, comparisons(1000, 30))
	check("windy", windyAir, 1, 30, comparisons(4000, 200))
}

// What is amiss is found, and blamed on whom it belongs to.
func TestDoubtsAreRaised(t *testing.T) {
	check := func(want, row, impl string, c climate, rows, rounds int, power float64, change func(*record.Record)) {
		t.Helper()
		n, found := comparisons(500, 25), 0
		for i := range n {
			rec := c.run(rows, rounds, uint64(i)+1)
			change(rec)
			res := analyzed(t, rec, Options{})
			all := slices.Clone(res.Warnings)
			for _, r := range res.Rows {
				all = append(all, r.Warnings...)
			}
			if slices.ContainsFunc(all, func(w Warning) bool {
				return doubt(w.Text) == want && w.Row == row && w.Impl == impl && w.Remedy != ""
			}) {
				found++
			}
		}
		t.Logf("%q of %q %q found in %d of %d runs of %d rounds", want, row, impl, found, n, rounds)
		if float64(found) < power*float64(n) {
			t.Errorf("%q of %q %q found in %d of %d runs, want %v", want, row, impl, found, n, power)
		}
	}
	scale := func(row, impl string, f func(p *record.Process, j int) float64) func(*record.Record) {
		return func(rec *record.Record) {
			each(rec, row, impl, 0, func(p *record.Process) {
				for j := range p.SamplesNS {
					p.SamplesNS[j] = math.Trunc(p.SamplesNS[j] * f(p, j))
				}
			})
		}
	}
	// The first half of the samples a tenth slower, in one row of many.
	cold := func(p *record.Process, j int) float64 { return 1 + .1*float64(1-j/5) }
	check("not warmed up", "r03", "go", stillAir, 20, 8, .99, scale("r03", "go", cold))
	check("not warmed up", "r03", "python", windyAir, 20, 13, .9, scale("r03", "python", cold))
	// One side a tenth slower at the end than at the beginning.
	warmer := func(p *record.Process, _ int) float64 { return 1 + .1*float64(p.Round)/20 }
	check("drift over", "r03", "go", stillAir, 20, 20, .99, scale("r03", "go", warmer))
	check("drift over", "r00", "go", windyAir, 1, 30, .6, scale("r00", "go", func(p *record.Process, _ int) float64 { return 1 + .1*float64(p.Round)/30 }))
	// All rows drift a little: no row shows it, their mean does.
	check("drift over", "", "go", windyAir, 20, 20, .7, func(rec *record.Record) {
		for i := range 20 {
			scale(fmt.Sprintf("r%02d", i), "go", func(p *record.Process, _ int) float64 { return 1 + .04*float64(p.Round)/20 })(rec)
		}
	})
	// Every third process takes a quarter longer.
	layout := func(p *record.Process, _ int) float64 { return 1 + .25*float64((p.Round+1)%3/2) }
	check("two speeds", "r03", "go", stillAir, 20, 8, .85, scale("r03", "go", layout))
	check("two speeds", "r03", "python", windyAir, 20, 20, .8, scale("r03", "python", func(p *record.Process, _ int) float64 { return 1 + .5*float64((p.Round+1)%3/2) }))
	// Two thirds of the rounds have a third of the other work's time.
	check("busy host", "", "", windyAir, 5, 8, 1, func(rec *record.Record) {
		for i := range rec.Rounds {
			if i%3 != 0 {
				rec.Rounds[i].SpinNS = rec.Rounds[i].SpinNS * 3 / 2
			}
		}
	})
	check("the host drifted", "", "", windyAir, 5, 20, .9, func(rec *record.Record) {
		for i := range rec.Rounds {
			rec.Rounds[i].SpinNS += rec.Rounds[i].SpinNS * int64(i) / 100
		}
	})
	// Two rounds of eight are hit by something else.
	check("rounds are outliers", "r03", "go", windyAir, 20, 8, .75, scale("r03", "go", func(p *record.Process, _ int) float64 {
		return []float64{1, 1, 1.5, 1, 1, 1, 2, 1}[p.Round-1]
	}))
	// A single one of five, though the row itself varies.
	check("stands far apart", "r03", "go", windyAir, 20, 5, .8, scale("r03", "go", func(p *record.Process, _ int) float64 {
		return []float64{1.4, 1, .65, 4.8, 1}[p.Round-1]
	}))
	// Rounds that resemble their neighbours without a trend.
	check("rounds are not independent", "r00", "go", stillAir, 1, 30, .9, scale("r00", "go", func(p *record.Process, _ int) float64 {
		return 1 + .1*math.Sin(float64(p.Round))
	}))
}

// A busy host makes two speeds of both sides at once: that is no property of
// either.
func TestSharedSpeedsAreNotModes(t *testing.T) {
	rec := stillAir.run(1, 12, 1)
	for i := range rec.Processes {
		if p := &rec.Processes[i]; p.Round%3 == 0 {
			for j := range p.SamplesNS {
				p.SamplesNS[j] = math.Trunc(p.SamplesNS[j] * 5 / 4)
			}
		}
	}
	if got := doubts(analyzed(t, rec, Options{})); got["two speeds"] != 0 {
		t.Errorf("got %v", got)
	}
}

func TestBusyHost(t *testing.T) {
	check := func(what, want string, change func(*record.Record)) {
		t.Helper()
		rec := newRun(1, 5, "python", "go").noise(.01, .005).by(3).record()
		for i := range rec.Processes {
			p := &rec.Processes[i]
			for _, ns := range p.SamplesNS {
				p.CPUNS += int64(ns) // one core
			}
		}
		stillAir.spins(rec, rand.New(rand.NewPCG(1, 1)))
		change(rec)
		got := allWarnings(analyzed(t, rec, Options{}))
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], " : "+want+" (")) {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	rounds := func(f func(*record.Round)) func(*record.Record) {
		return func(rec *record.Record) {
			for i := range rec.Rounds[:3] {
				f(&rec.Rounds[i])
			}
		}
	}
	check("quiet", "", func(*record.Record) {})
	check("old record", "", func(rec *record.Record) { rec.Rounds, rec.Plan.Host = nil, record.Host{} })
	check("slow core", "busy host: in 3 of 5 rounds fixed work took more than 1.25 times its fastest, at worst 2 times (round 1)",
		rounds(func(r *record.Round) { r.SpinNS = 2e7 }))
	check("one slow round", "", func(rec *record.Record) { rec.Rounds[2].SpinNS = 5e7 })
	check("load at the start, nothing later", "", func(rec *record.Record) { rec.Plan.Host.Load1 = 2.5 })
	check("load at the start, old record", "busy host: load 2.5 on 4 cores when the run began", func(rec *record.Record) {
		rec.Plan.Host.Load1, rec.Rounds = 2.5, nil
	})
	check("load at the start, and a slow round", "busy host: load 2.5 on 4 cores when the run began", func(rec *record.Record) {
		rec.Plan.Host.Load1, rec.Rounds[2].SpinNS = 2.5, 5e7
	})
	check("load of others", "busy host: in 3 of 5 rounds others had a load of more than 2.0 on 4 cores, at worst 2.7",
		rounds(func(r *record.Round) { r.Load1 = 4 }))
	check("pressure", "busy host: in 3 of 5 rounds some program waited for a core more than 20% of the time, at worst 44%",
		rounds(func(r *record.Round) { r.Pressure = "44.0%" }))
	check("its own load", "", func(rec *record.Record) {
		rounds(func(r *record.Round) { r.Load1, r.Pressure = 9, "80.0%" })(rec)
		for i := range rec.Processes {
			rec.Processes[i].CPUNS *= 4 // both sides fill the cores
		}
	})
	halves := func(rec *record.Record) { rec.Plan.Host.Scaling = 1.2 }
	check("one thread on half cores", "", halves)
	check("many threads on half cores", "two threads do 1.20 times the work of one on this host: rows in threads or processes (1) show its limit as much as the programs'",
		func(rec *record.Record) {
			halves(rec)
			rec.Plan.Rows[0].Params = protocol.Params{{Name: "executor", Value: "threadpool"}}
		})
}

// Mann-Kendall by hand: of the 24 orders of four values one rises throughout
// and three more have one pair out of order.
func TestTrend(t *testing.T) {
	check := func(x []float64, p, change float64) {
		t.Helper()
		if got := make(trendTest).p(x); !near(got, p) {
			t.Errorf("%v: p is %v, want %v", x, got, p)
		}
		if got := trend(x); !near(got, change) {
			t.Errorf("%v: change is %v, want %v", x, got, change)
		}
	}
	check([]float64{1, 2, 3, 4}, 2.0/24, 3)
	check([]float64{4, 3, 2, 1}, 2.0/24, -3)
	check([]float64{1, 2, 4, 3}, 8.0/24, 2.5)
	check([]float64{1, 2, 3, 4, 5, 6, 7, 100}, 2.0/40320, 7)
	check([]float64{5, 5, 5, 5}, 1, 0)
	sum := 0.0
	for _, p := range inversions(30) {
		sum += p
	}
	if !near(sum, 1) {
		t.Errorf("30 values: probabilities sum to %v", sum)
	}
}

// The example of Benjamini and Hochberg's paper: fifteen tests, the four
// smallest are believed at 5 %, of which Bonferroni would believe three.
func TestDiscoveries(t *testing.T) {
	p := []float64{.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1.0}
	want := []bool{true, true, true, true}
	if got := discoveries(p, .05); !slices.Equal(got, append(want, make([]bool, 11)...)) {
		t.Errorf("got %v", got)
	}
	if got := discoveries([]float64{math.NaN(), .04, math.NaN()}, .05); !slices.Equal(got, []bool{false, true, false}) {
		t.Errorf("tests that were not made count: %v", got)
	}
	if got := discoveries(nil, .05); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

// The widest gap of one heap is called two speeds in about 1 of 10,000 cases
// if it is normal, however many processes there are.
func TestModesOfOneHeap(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	n := comparisons(200000, 10000)
	for _, size := range []int{8, 10, 13, 20, 30} {
		wrong := 0
		x := make([]float64, size)
		for range n {
			for i := range x {
				x[i] = rng.NormFloat64() // so wide that any gap is large enough
			}
			if _, ok := twoModes(x); ok {
				wrong++
			}
		}
		t.Logf("%d processes: %d of %d", size, wrong, n)
		if limit := 2e-4*float64(n) + 3; float64(wrong) > limit {
			t.Errorf("%d processes: two speeds in %d of %d cases, allowed %v", size, wrong, n, limit)
		}
	}
}

// Rounds that follow each other at once are hardly more than one.
func TestPackedRoundsAreWarnedOf(t *testing.T) {
	check := func(apart time.Duration, rounds int, want string) {
		t.Helper()
		rec := newRun(2, rounds, "python", "go").by(3).noise(.01, .01).record()
		for i := range rec.Processes {
			at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).Add(time.Duration(rec.Processes[i].Round) * apart)
			rec.Processes[i].Started = at.Format(time.RFC3339Nano)
		}
		got := ""
		for _, w := range analyzed(t, rec, Options{}).Warnings {
			if strings.Contains(w.Text, "apart") {
				got += w.Text + "; " + w.Remedy
			}
		}
		if !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s apart, %d rounds: got %q, want %q", apart, rounds, got, want)
		}
	}
	check(30*time.Millisecond, 5, "rounds of a benchmark were 30ms apart: ")
	check(1234*time.Millisecond, 5, "rounds of a benchmark were 1.23s apart: ")
	check(5*time.Second, 5, "")
	check(30*time.Millisecond, 2, "")
}

// A first look at two programs is told what to do before it quotes a number; a
// run that claims something, or was told how far, is told to do better.
func TestPackedFirstLookIsNoMistake(t *testing.T) {
	check := func(want string, change func(*record.Plan)) {
		t.Helper()
		rec := newRun(1, 5, "old", "new").by(3).noise(.01, .01).record()
		for i := range rec.Processes {
			at := time.Date(2026, 1, 2, 3, 4, 5, 30e6*rec.Processes[i].Round, time.UTC)
			rec.Processes[i].Started = at.Format(time.RFC3339Nano)
		}
		rec.Plan.Goals, rec.Plan.BudgetNS, rec.Plan.SpacingNS = nil, 0, 0
		change(&rec.Plan)
		for _, w := range analyzed(t, rec, Options{}).Warnings {
			if strings.Contains(w.Text, "apart") {
				if !strings.HasPrefix(w.Remedy, want) {
					t.Errorf("got %q, want %q", w.Remedy, want)
				}
				return
			}
		}
		t.Errorf("nothing said, want %q", want)
	}
	const better = "give --spacing 5s or more"
	check("good for a first look; ", func(*record.Plan) {})
	check(better, func(p *record.Plan) { p.BudgetNS = 1e9 })
	check(better, func(p *record.Plan) { p.SpacingNS = 1e6 })
	check(better, func(p *record.Plan) { p.Goals = []record.Goal{{Claim: "c", Over: "*", Speedup: 2}} })
}

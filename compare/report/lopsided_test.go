package report

import (
	"math"
	"slices"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// lopsidedRounds are enough for p99 not to be the slowest sample.
const lopsidedRounds = 13

// lopsided is a run whose sides have nothing in common: iterations per sample,
// tails, first results, clocks and who goes first differ, so that no output can
// take the one for the other and not be found out.
func lopsided(t testing.TB) (*record.Record, *View) {
	t.Helper()
	rec := generated(lopsidedRounds, draft()[:4])
	rec.Plan.RMax = lopsidedRounds
	rec.Plan.Looks, rec.Plan.Shares = compare.PlanLooks(lopsidedRounds)
	for round := 1; round <= lopsidedRounds; round++ {
		rec.Rounds = append(rec.Rounds, record.Round{Round: round, Load1: 0.25 * float64(round)})
	}
	for i := range rec.Processes {
		p := &rec.Processes[i]
		reference := p.Impl == "python"
		if p.Round%3 == 0 { // the candidate goes first
			p.Position = 1 - p.Position
		}
		switch {
		case reference && p.Round == 5:
			p.SamplesNS[3] *= 4
			p.Warnings = []string{"the clock went back"}
		case !reference && p.Round%4 == 2:
			p.SamplesNS[7] *= 9
		}
		p.Clock = &record.ClockCheck{ClaimedNS: 975, OutsideNS: 1000, Ratio: 0.975, OK: true}
		if reference {
			p.Clock = &record.ClockCheck{ClaimedNS: 991, OutsideNS: 1000, Ratio: 0.991, OK: true}
			p.Usage.MaxRSS += int64(p.Round) << 20
			p.OutsideNS *= 3
		}
	}
	res, err := compare.Analyze(rec, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return rec, New(rec, res)
}

// A sideSum is what a side's processes on a row come to, added up from the record
// and nothing else.
type sideSum struct {
	k         int64
	processes []record.Process // by round
	samples   []float64        // of one iteration, ascending
	wallNS    float64          // of all samples
	coldNS    []float64        // launch to first result, by round
}

func summed(rec *record.Record, row, impl string) sideSum {
	var out sideSum
	for _, p := range rec.Processes {
		if p.Row != row || p.Impl != impl {
			continue
		}
		out.k = p.K
		out.processes = append(out.processes, p)
		out.coldNS = append(out.coldNS, float64(p.Phases.StartNS+p.Phases.PrepareNS+p.Phases.FirstNS))
		for _, ns := range p.SamplesNS {
			out.samples = append(out.samples, float64(ns)/float64(p.K))
			out.wallNS += float64(ns)
		}
	}
	slices.SortStableFunc(out.processes, func(a, b record.Process) int { return a.Round - b.Round })
	slices.Sort(out.samples)
	return out
}

func (x sideSum) mean() float64 {
	sum := 0.0
	for _, ns := range x.samples {
		sum += ns
	}
	return sum / float64(len(x.samples))
}

func (x sideSum) p99() float64 { return x.samples[int(math.Ceil(0.99*float64(len(x.samples))))-1] }
func (x sideSum) min() float64 { return x.samples[0] }
func (x sideSum) max() float64 { return x.samples[len(x.samples)-1] }

// cold is the geometric mean of the times to the first result.
func (x sideSum) cold() float64 {
	sum := 0.0
	for _, ns := range x.coldNS {
		sum += math.Log(ns)
	}
	return math.Exp(sum / float64(len(x.coldNS)))
}

// median is that of what a process has.
func (x sideSum) median(of func(record.Process) float64) float64 {
	var all []float64
	for _, p := range x.processes {
		all = append(all, of(p))
	}
	slices.Sort(all)
	return all[len(all)/2] // there are 13
}

func rssOf(p record.Process) float64   { return float64(p.Usage.MaxRSS) }
func startOf(p record.Process) float64 { return float64(p.Phases.StartNS) }
func cpuOf(p record.Process) float64 {
	return float64(p.CPUNS) / float64(p.K) / float64(len(p.SamplesNS))
}

// nearly is whether two numbers are the same but for rounding.
func nearly(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }

// The fixture is as crooked as it says: else the tests of it could not fail.
func TestLopsidedIsLopsided(t *testing.T) {
	rec, v := lopsided(t)
	for _, r := range v.Rows {
		a, b := summed(rec, r.Name, "python"), summed(rec, r.Name, "go")
		for name, of := range map[string]func(sideSum) float64{
			"mean": sideSum.mean, "p99": sideSum.p99, "min": sideSum.min, "max": sideSum.max, "cold": sideSum.cold,
			"iterations": func(x sideSum) float64 { return float64(x.k) },
			"memory":     func(x sideSum) float64 { return x.median(rssOf) },
			"start":      func(x sideSum) float64 { return x.median(startOf) },
		} {
			if x, y := of(a), of(b); x/y < 1.05 && y/x < 1.05 {
				t.Errorf("%s: %s of the sides is %v and %v", r.Name, name, x, y)
			}
		}
		for _, x := range []sideSum{a, b} {
			if x.k < 2 || len(x.samples) <= 100 || FormatDuration(x.min()) == FormatDuration(x.p99()) || FormatDuration(x.p99()) == FormatDuration(x.max()) {
				t.Errorf("%s: %d iterations, %d samples, %v to %v, p99 %v", r.Name, x.k, len(x.samples), x.min(), x.max(), x.p99())
			}
		}
	}
}

package selftest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"xbench/compare"
	"xbench/compare/report"
	"xbench/harness/record"
)

// A jury is what judges records: the code of this very program, or, in tests,
// one that is broken.
type jury struct {
	open    func(*record.Record) compare.Progress
	analyze func(*record.Record) (*compare.Result, error)
}

// product is what xbench run and xbench compare judge with.
var product = jury{
	open:    compare.Open,
	analyze: func(rec *record.Record) (*compare.Result, error) { return compare.Analyze(rec, compare.Options{}) },
}

// A machine is a noise model; spreads are standard deviations of logarithms.
type machine struct {
	sample  float64 // of a sample
	process float64 // of a process: every launch draws a value of its own
	spikes  float64 // share of samples that take 1+Exp(1) times as long
}

// An imagined run has rows whose true speedups are known, and as many samples
// per process as the quick suite takes.
type imagined struct {
	machine
	truth []float64
	plan  record.Plan
	rng   *rand.Rand
}

// imagine plans a run of at most rMax rounds, one row for each true speedup.
func imagine(m machine, rng *rand.Rand, rMax int, truth []float64, goals []record.Goal) *imagined {
	looks, shares := compare.PlanLooks(rMax)
	run := &imagined{machine: m, truth: truth, rng: rng, plan: record.Plan{
		Version: 1, Alpha: intervalError, RMax: rMax, Looks: looks, Shares: shares, Gate: "minimum", Reference: reference, Goals: goals,
		Implementations: []record.Implementation{{Name: reference, Kind: "worker", Nonce: true}, {Name: candidate, Kind: "worker", Nonce: true}},
	}}
	for i := range truth {
		name := prefix + kinds[i].name
		run.plan.Rows = append(run.plan.Rows, record.Row{Name: name, ID: name, Category: "selftest", Samples: imaginedSamples, Nonce: true})
	}
	return run
}

const imaginedSamples = 5

// judged measures as a run does, until the jury says that nothing is open, and
// returns the jury's result. Between looks its answer cannot change, so that it
// is asked after looks only.
func (r *imagined) judged(j jury) (*compare.Result, error) {
	rec := &record.Record{Plan: r.plan}
	var open []string
	for _, row := range r.plan.Rows {
		open = append(open, row.Name)
	}
	for round := 1; round <= r.plan.RMax && len(open) > 0; round++ {
		for i, row := range r.plan.Rows {
			if slices.Contains(open, row.Name) {
				r.pair(rec, i, round)
			}
		}
		if slices.Contains(r.plan.Looks, round) {
			open = j.open(rec).Rows
		}
	}
	return j.analyze(rec)
}

// pair adds a process of either side.
func (r *imagined) pair(rec *record.Record, row, round int) {
	for _, side := range []string{reference, candidate} {
		ns := 5e6
		if side == candidate {
			ns /= r.truth[row]
		}
		rec.Processes = append(rec.Processes, record.Process{
			Row: r.plan.Rows[row].Name, Impl: side, Round: round, Seq: len(rec.Processes), K: 1,
			Nonce: strconv.Itoa(round), Digest: "same", Counters: map[string]int64{"units": neededUnits},
			SamplesNS: r.samples(ns), Exit: "exit status 0",
		})
	}
}

func (r *imagined) samples(ns float64) []float64 {
	own := math.Log(ns) + r.process*r.rng.NormFloat64()
	out := make([]float64, imaginedSamples)
	for i := range out {
		t := math.Exp(own + r.sample*r.rng.NormFloat64())
		if r.spikes > 0 && r.rng.Float64() < r.spikes {
			t *= 1 + r.rng.ExpFloat64()
		}
		out[i] = math.Round(t)
	}
	return out
}

// A Simulation is what became of imagined runs of one benchmark with a claim.
// It says whether the judge keeps the error that it states; the machine, the
// processes and the clocks are what the other cases are for.
type Simulation struct {
	Runs      int `json:"runs"`       // truth exactly on the threshold: no verdict is right
	WrongPass int `json:"wrong_pass"` // of those
	WrongFail int `json:"wrong_fail"`
	Allowed   int `json:"allowed"`      // of either
	Both      int `json:"allowed_both"` // of both together

	Clear    int `json:"clear"`    // runs with the truth 5 % above the threshold
	Found    int `json:"found"`    // of those: PASS
	Opposite int `json:"opposite"` // FAIL
	Least    int `json:"least"`    // of Found
	Excluded int `json:"excluded"` // intervals that do not hold the truth
	Outside  int `json:"outside"`  // of Excluded: allowed
}

// What is imagined. The claim is 2x, so that a judge who mistakes it for 1x, or
// a ratio for its inverse, is noticed. The logs of rounds differ by a standard
// deviation of 4.7 %, as on a usual virtual machine. There an honest judge errs
// in 1.5 % of runs to either side, six standard errors below what is allowed,
// and misses one in 300 of the differences.
const (
	simulatedRuns  = 4000
	simulatedClear = 400
	simulatedClaim = 2
	simulatedGain  = 1.05
	simulatedLast  = 30
	simulatedPower = 0.9
)

var simulated = machine{sample: 0.05, process: 0.02}

// allowed is how many of n events may happen that have a chance of p at most:
// three standard errors more than are expected.
func allowed(n int, p float64) int {
	return int(float64(n)*p + 3*math.Sqrt(float64(n)*p*(1-p)))
}

// simulate has a jury judge runs whose truth is known. Goals over one row and
// over the mean take turns: they are judged in different ways to the same end.
func simulate(j jury, seed uint64) (Simulation, error) {
	rng := rand.New(rand.NewPCG(seed, nameSeed("simulation")))
	s := Simulation{
		Runs: simulatedRuns, Allowed: allowed(simulatedRuns, intervalError/2), Both: allowed(simulatedRuns, intervalError),
		Clear: simulatedClear, Least: simulatedClear - allowed(simulatedClear, 1-simulatedPower), Outside: allowed(simulatedClear, intervalError),
	}
	for i := range s.Runs + s.Clear {
		truth := float64(simulatedClaim)
		if i >= s.Runs {
			truth *= simulatedGain
		}
		res, err := imagine(simulated, rng, simulatedLast, []float64{truth}, claimed(i)).judged(j)
		if err != nil {
			return s, fmt.Errorf("simulated run %d: %w", i+1, err)
		}
		if i < s.Runs {
			s.WrongPass += count(res.Verdict == compare.Pass)
			s.WrongFail += count(res.Verdict == compare.Fail)
			continue
		}
		s.Found += count(res.Verdict == compare.Pass)
		s.Opposite += count(res.Verdict == compare.Fail)
		s.Excluded += count(off(res.Rows[0].Speedup, truth) > 0)
	}
	return s, nil
}

func claimed(i int) []record.Goal {
	g := record.Goal{Claim: "twice as fast", Level: "minimum", Over: "*", Gate: true, Inconclusive: "fail"}
	if i%2 == 0 {
		g.Speedup = simulatedClaim
	} else {
		g.Each = simulatedClaim
	}
	return []record.Goal{g}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// outcome is a simulation as the outcome of a case.
func (s Simulation) outcome(c *Case) Outcome {
	o := Outcome{Case: *c, State: Wrong, Simulated: &s}
	if s.right() {
		o.State = Right
	}
	share := func(n int) string { return report.FormatPercent(float64(n) / float64(s.Runs)) }
	o.Evidence = fmt.Sprintf("on the threshold, of %d runs %s PASS, %s FAIL (at most %s each, %s both); %s above it %d of %d PASS",
		s.Runs, share(s.WrongPass), share(s.WrongFail), share(s.Allowed), share(s.Both), report.FormatPercent(simulatedGain-1), s.Found, s.Clear)
	if s.Opposite > 0 {
		o.Evidence += fmt.Sprintf(", %d FAIL", s.Opposite)
	}
	if s.Excluded > s.Outside {
		o.Evidence += fmt.Sprintf("; %d of %d intervals miss the truth", s.Excluded, s.Clear)
	}
	return o
}

// right reports whether the judge is as good as it says. A difference of 5 %
// called its opposite is as good as never right.
func (s Simulation) right() bool {
	return s.WrongPass <= s.Allowed && s.WrongFail <= s.Allowed && s.WrongPass+s.WrongFail <= s.Both &&
		s.Found >= s.Least && s.Opposite == 0 && s.Excluded <= s.Outside
}

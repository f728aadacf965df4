package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"xbench/harness/record"
)

// A testRun makes records: rows of several implementations whose times are
// known, with noise drawn from a seeded source.
type testRun struct {
	plan     record.Plan
	speedup  func(row int, impl string) float64 // against the reference; nil = 1
	sampleSD float64                            // of one sample's log
	procSD   float64                            // of one process's log
	rng      *rand.Rand
	samples  int
}

// newRun plans rows r00, r01, ... for the implementations, the first being the
// reference. Without noise and speedups every time is 1 s.
func newRun(rows, rMax int, impls ...string) *testRun {
	looks, shares := PlanLooks(rMax)
	r := &testRun{samples: 5, rng: rand.New(rand.NewPCG(1, 2)), plan: record.Plan{
		Version: 1, Alpha: 0.05, RMax: rMax, Looks: looks, Shares: shares, Gate: "minimum", Reference: impls[0],
	}}
	for _, impl := range impls {
		r.plan.Implementations = append(r.plan.Implementations, record.Implementation{Name: impl, Kind: "worker", Nonce: true})
	}
	for i := range rows {
		r.plan.Rows = append(r.plan.Rows, record.Row{Name: fmt.Sprintf("r%02d", i), ID: fmt.Sprintf("r%02d", i), Category: "c", Samples: r.samples, Nonce: true})
	}
	return r
}

func (r *testRun) goal(goals ...record.Goal) *testRun {
	for _, g := range goals {
		g.Gate = true
		normalize(&g)
		r.plan.Goals = append(r.plan.Goals, g)
	}
	return r
}

func (r *testRun) seed(seed uint64) *testRun {
	r.rng = rand.New(rand.NewPCG(seed, 7))
	return r
}

func (r *testRun) faster(f func(row int, impl string) float64) *testRun {
	r.speedup = f
	return r
}

// by makes every candidate that many times faster on every row.
func (r *testRun) by(ratio float64) *testRun {
	return r.faster(func(int, string) float64 { return ratio })
}

func (r *testRun) noise(sample, process float64) *testRun {
	r.sampleSD, r.procSD = sample, process
	return r
}

// record is the run measured to the end of its plan.
func (r *testRun) record() *record.Record {
	rec := &record.Record{Plan: r.plan}
	for round := 1; round <= r.plan.RMax; round++ {
		r.round(rec, round, nil)
	}
	return rec
}

// follow measures as a run does: it asks after each round what is open.
func (r *testRun) follow() *record.Record {
	rec := &record.Record{Plan: r.plan}
	p := Open(rec)
	for round := 1; round <= r.plan.RMax && !p.Done; round++ {
		r.round(rec, round, p.Rows)
		p = Open(rec)
	}
	return rec
}

func (r *testRun) round(rec *record.Record, round int, rows []string) {
	for i := range r.plan.Rows {
		if rows != nil && !slices.Contains(rows, r.plan.Rows[i].Name) {
			continue
		}
		for _, impl := range r.plan.Implementations {
			rec.Processes = append(rec.Processes, r.process(i, impl.Name, round, len(rec.Processes)))
		}
	}
}

func (r *testRun) process(row int, impl string, round, seq int) record.Process {
	ratio := 1.0
	if impl != r.plan.Reference && r.speedup != nil {
		ratio = r.speedup(row, impl)
	}
	base := math.Log(1e9/ratio) + r.procSD*r.rng.NormFloat64()
	p := record.Process{Row: r.plan.Rows[row].Name, Impl: impl, Round: round, Seq: seq, K: 1, Nonce: fmt.Sprint(round), Digest: "d",
		Counters: map[string]int64{"nodes": 3}, SamplesNS: make([]float64, r.samples), Exit: "exit status 0"}
	for i := range p.SamplesNS {
		p.SamplesNS[i] = math.Round(math.Exp(base + r.sampleSD*r.rng.NormFloat64()))
	}
	return p
}

// upTo is the record as it was after so many rounds.
func upTo(rec *record.Record, rounds int) *record.Record {
	out := *rec
	out.Processes = nil
	for _, p := range rec.Processes {
		if p.Round <= rounds {
			out.Processes = append(out.Processes, p)
		}
	}
	return &out
}

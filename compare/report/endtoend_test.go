package report

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"xbench/charts"
	"xbench/compare"
	"xbench/harness/record"
)

// generated is a record as a run writes it: the draft's plan and fourteen
// rows, with processes whose times scatter around the given ones.
func generated(rounds int, specs []spec) *record.Record {
	rec, _ := fixture(specs, "go")
	p := &rec.Plan
	p.RMax = 8
	p.Looks, p.Shares = compare.PlanLooks(p.RMax)
	p.Goals = []record.Goal{
		{Claim: "geometric mean >= 2x", Level: "minimum", Suite: "graph", Over: "*", Speedup: 2, Gate: true, Inconclusive: "fail"},
		{Claim: "no benchmark slower by more than 5%", Level: "minimum", Over: "*", Each: 1, Tolerance: 0.05, Gate: true, Inconclusive: "fail"},
		{Claim: "categories vary by less than 30%", Level: "minimum", Over: "*", Consistency: 0.3, Gate: true, Inconclusive: "fail"},
		{Claim: "mean >= 3x", Level: "target", Suite: "graph", Over: "*", Speedup: 3, Gate: true, Inconclusive: "fail"},
	}
	for i, s := range specs {
		p.Rows[i].Iterations = map[string]int64{
			"python": max(1, int64(float64(p.SampleNS)/s.ref)), "go": max(1, int64(float64(p.SampleNS)*s.ratio/s.ref))}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for round := 1; round <= rounds; round++ {
		for i, s := range specs {
			row := p.Rows[i]
			for position, impl := range []string{"python", "go"} {
				ns, cores := s.ref, 1.0
				if impl == "go" {
					ns, cores = s.ref/s.ratio, max(s.cores, 1)
				}
				rec.Processes = append(rec.Processes, process(rng, row, impl, round, position, len(rec.Processes), ns, cores))
			}
		}
	}
	return rec
}

func process(rng *rand.Rand, row record.Row, impl string, round, position, seq int, ns, cores float64) record.Process {
	k := row.Iterations[impl]
	p := record.Process{Row: row.Name, Impl: impl, Round: round, Position: position, Seq: seq, K: k,
		Started: fmt.Sprintf("2026-03-14T09:%02d:%02d.0Z", 27+round/12, 5*(round%12)), Nonce: fmt.Sprintf("%016x", round),
		Digest: fmt.Sprintf("digest %s %d", row.Name, round), Counters: map[string]int64{"steps": 3}, Exit: "exit status 0"}
	shift := 0.01 * rng.NormFloat64() // this process's own
	var sum float64
	for range row.Samples {
		ns := ns * float64(k) * math.Exp(shift+0.005*rng.NormFloat64())
		sum += ns
		p.SamplesNS = append(p.SamplesNS, math.Trunc(ns))
	}
	p.CPUNS, p.OutsideNS = int64(sum*cores), int64(sum/10)
	start := map[string]int64{"python": 60e6, "go": 4e6}[impl]
	first := int64(2*ns) + 100e3
	p.Discarded = []record.Discard{{Why: "warm-up", K: 1, SamplesNS: []int64{first}}}
	p.Phases = record.Phases{StartNS: start + int64(round%3)*500e3, PrepareNS: 300e3, FirstNS: first, RunNS: int64(1.1 * sum)}
	p.Phases.TotalNS = start + first + int64(1.1*sum)
	p.Usage = record.Usage{UserNS: p.CPUNS + start + first, MaxRSS: map[string]int64{"python": 24 << 20, "go": 16 << 20}[impl]}
	if round <= 3 {
		p.Clock = &record.ClockCheck{ClaimedNS: int64(sum), OutsideNS: int64(1.001 * sum), Ratio: 0.999, OK: true}
	}
	return p
}

// A record goes through the analysis into every output.
func TestFromRecordToOutputs(t *testing.T) {
	check := func(name string, rec *record.Record, verdict compare.Verdict, exit int) {
		t.Helper()
		res, err := compare.Analyze(rec, compare.Options{})
		if err != nil {
			t.Fatal(err)
		}
		v := New(rec, res)
		if v.Verdict != verdict || v.Exit != exit {
			t.Errorf("%s: %s, exit %d, want %s, exit %d; reasons %q", name, v.Verdict, v.Exit, verdict, exit, v.Reasons)
		}
		golden(t, name+".txt", func(w io.Writer) error { return v.Terminal(w, TerminalOptions{Head: true}) })
		golden(t, name+".md", v.Markdown)
		golden(t, name+".svg", func(w io.Writer) error { return charts.Speedup(w, v.SpeedupChart(), charts.Options{}) })
	}
	check("e2e-pass", generated(8, draft()), compare.Pass, compare.ExitProved)

	slow := draft()
	slow[3].ratio = 0.8
	check("e2e-fail", generated(8, slow), compare.Fail, compare.ExitDisproved)

	check("e2e-early", generated(2, draft()), compare.Inconclusive, compare.ExitInconclusive)

	wrong := generated(8, draft())
	for i := range wrong.Processes {
		if p := &wrong.Processes[i]; p.Row == wrong.Plan.Rows[2].Name && p.Impl == "go" {
			p.Digest = "another"
		}
	}
	check("e2e-invalid", wrong, compare.Invalid, compare.ExitDisproved)

	alone := generated(8, draft()[:4])
	alone.Plan.Implementations, alone.Plan.Reference, alone.Plan.Goals, alone.Plan.Gate = alone.Plan.Implementations[:1], "", nil, "none"
	var own []record.Process
	for _, p := range alone.Processes {
		if p.Impl == "go" {
			own = append(own, p)
		}
	}
	alone.Processes = own
	res, err := compare.Analyze(alone, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	v := New(alone, res)
	golden(t, "e2e-alone.txt", func(w io.Writer) error { return v.Terminal(w, TerminalOptions{Head: true}) })
	golden(t, "e2e-alone.md", v.Markdown)
}

package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"xbench/harness/record"
)

// fairRun is a run without anything to say against it: the candidate is twice
// as fast, and everything else is in proportion.
func fairRun() (*testRun, *record.Record) {
	run := newRun(2, 5, "python", "go").by(2)
	for i := range run.plan.Implementations {
		p := &run.plan.Implementations[i]
		p.Mode, p.Language, p.Runtime = "release", p.Name, "1.0"
		p.Settings = map[string]string{"gc": "on", "checks": "none", "threads": "2"}
	}
	rec := run.record()
	for i := range rec.Processes {
		p := &rec.Processes[i]
		wall := int64(sum(p.SamplesNS))
		p.CPUNS = wall
		p.OutsideNS = wall / 10
		p.Discarded = []record.Discard{{Why: "warm-up", K: 1, SamplesNS: []int64{wall}}}
		p.Phases = record.Phases{StartNS: 50e6, PrepareNS: 1e6, FirstNS: int64(p.SamplesNS[0]) + 1e6, RunNS: wall, TotalNS: 2*wall + 100e6}
		p.Usage = record.Usage{UserNS: 2 * wall, SystemNS: 100e6, MaxRSS: 20 << 20}
		if p.Round <= clockRounds {
			p.Clock = &record.ClockCheck{ClaimedNS: 999, OutsideNS: 1000, Ratio: 0.999, OK: true}
		}
	}
	return run, rec
}

// differences words what is found, one a line.
func differences(t *testing.T, rec *record.Record) string {
	t.Helper()
	var b strings.Builder
	for _, d := range analyzed(t, rec, Options{}).Fairness {
		fmt.Fprintf(&b, "%s %s: %s | %s", d.Severity, d.Kind, d.Reference, d.Value)
		if d.Rows != nil {
			fmt.Fprintf(&b, " on %s of %d", strings.Join(d.Rows, ","), d.Of)
		}
		b.WriteString("\n")
		if d.What == "" || d.Meaning == "" || d.Candidate == "" {
			fmt.Fprintf(&b, "INCOMPLETE: %+v\n", d)
		}
	}
	return b.String()
}

// Each difference is found when it is planted, alone, and nothing is found in
// a run that has none.
func TestDifferences(t *testing.T) {
	check := func(what string, plant func(run *record.Plan, all []record.Process), want string) {
		t.Helper()
		_, rec := fairRun()
		plant(&rec.Plan, rec.Processes)
		if got := strings.TrimSpace(differences(t, rec)); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", what, got, want)
		}
	}
	// of changes the processes of one side, on r01 only.
	of := func(impl string, change func(p *record.Process)) func(*record.Plan, []record.Process) {
		return func(_ *record.Plan, all []record.Process) {
			for i := range all {
				if all[i].Impl == impl && all[i].Row == "r01" {
					change(&all[i])
				}
			}
		}
	}
	side := func(i int, change func(p *record.Implementation)) func(*record.Plan, []record.Process) {
		return func(plan *record.Plan, _ []record.Process) { change(&plan.Implementations[i]) }
	}
	const python, golang = 0, 1
	check("nothing", func(*record.Plan, []record.Process) {}, "")

	check("kinds", side(golang, func(p *record.Implementation) { p.Kind = "command" }), "serious kind: worker | command")
	check("debug build", side(python, func(p *record.Implementation) { p.Mode, p.Settings["checks"] = "debug", "-X dev" }),
		"serious build: debug (-X dev) | release")
	check("both debug", func(plan *record.Plan, _ []record.Process) {
		plan.Implementations[0].Mode, plan.Implementations[1].Mode = "debug", "debug"
	}, "qualify build: debug | debug")
	check("checks in a release build", side(golang, func(p *record.Implementation) { p.Settings["checks"] = "bounds" }), "serious checks: none | bounds")
	check("a build that is not known", side(golang, func(p *record.Implementation) { p.Mode = "unknown" }), "remark build: release | unknown")
	check("a runtime without its optimisations", side(python, func(p *record.Implementation) { p.Settings["pgo"] = "no" }), "qualify build: no | not stated")
	check("a runtime that may have them", side(python, func(p *record.Implementation) { p.Settings["pgo"] = "unknown" }), "")
	check("no collector", side(golang, func(p *record.Implementation) { p.Settings["gc"] = "GOGC=off GOMEMLIMIT=1" }), "qualify gc: on | GOGC=off GOMEMLIMIT=1")
	check("two collectors", side(golang, func(p *record.Implementation) { p.Settings["gc"] = "GOGC=100" }), "")
	check("assertions", func(plan *record.Plan, _ []record.Process) {
		plan.Implementations[0].Settings["assertions"], plan.Implementations[1].Settings["assertions"] = "on", "off"
	}, "qualify assertions: on | off")
	check("assertions that one side does not have", side(python, func(p *record.Implementation) { p.Settings["assertions"] = "on" }), "")
	check("one language, other runtime and settings", side(golang, func(p *record.Implementation) {
		p.Language, p.Runtime = "python", "2.0"
		p.Settings["threads"], p.Settings["hash"], p.Settings["vcs"] = "1", "0", "abc"
	}), "qualify runtime: 1.0 | 2.0\nqualify setting: 2 | 1\nremark setting: none | 0\nremark setting: none | abc")

	check("more cores", of("go", func(p *record.Process) { p.CPUNS, p.Usage.UserNS = 2*p.CPUNS, 2*p.Usage.UserNS }),
		"qualify cores: 1.0 | 2.0 on r01 of 2")
	check("one that waits", of("python", func(p *record.Process) { p.CPUNS, p.Usage.UserNS = p.CPUNS/2, p.Usage.UserNS/2 }),
		"remark waits: 0.5 | 1.0 on r01 of 2")
	check("half a core more", of("go", func(p *record.Process) { p.CPUNS, p.Usage.UserNS = 3*p.CPUNS/2, 3*p.Usage.UserNS/2 }), "")
	check("two that wait", func(_ *record.Plan, all []record.Process) {
		for i := range all {
			all[i].CPUNS /= map[string]int64{"python": 10, "go": 30}[all[i].Impl]
			all[i].Usage.UserNS, all[i].Usage.SystemNS = 2*all[i].CPUNS, 0
		}
	}, "")
	long := func(p *record.Process) { p.Phases.PrepareNS, p.Phases.TotalNS = 3e9, p.Phases.TotalNS+3e9 }
	check("work moved to prepare", of("go", long), "qualify prepare: 1 ms (0.001 iterations) | 3 s (6 iterations) on r01 of 2\nqualify cold: 1.05 s | 1.4 s")
	check("... of the reference", of("python", long), "remark prepare: 3 s (3 iterations) | 1 ms (0.002 iterations) on r01 of 2")
	check("a round in which the machine stood still", func(_ *record.Plan, all []record.Process) {
		for i := range all {
			if p := &all[i]; p.Impl == "go" && p.Round < 5 { // most rounds even, but not all
				p.Phases.PrepareNS, p.Phases.FirstNS = 9e9, 9e9
			}
		}
	}, "qualify cold: 1.05 s | 8.99 s")
	check("less than one iteration's worth", of("go", func(p *record.Process) { p.Phases.PrepareNS = 400e6 }), "")
	check("outside the clock", of("go", func(p *record.Process) { p.OutsideNS = 30 * p.OutsideNS }), "qualify outside: 9.09% | 75% on r01 of 2")
	check("a slow first call", of("go", func(p *record.Process) { p.Phases.FirstNS = 5e9 }),
		"qualify first: 1 s, 1 times a later one | 5 s, 10 times a later one on r01 of 2\nqualify cold: 1.05 s | 1.67 s")
	check("two slow first calls", func(_ *record.Plan, all []record.Process) {
		for i := range all {
			all[i].Phases.FirstNS = map[string]int64{"python": 299e7, "go": 151e7}[all[i].Impl]
		}
	}, "")
	check("a slow start of one benchmark", of("go", func(p *record.Process) { p.Phases.FirstNS = 1.1e9 }), "remark cold: 1.05 s | 1.15 s on r01 of 2")
	check("memory", of("go", func(p *record.Process) { p.Usage.MaxRSS = 80 << 20 }), "qualify memory: 20 MiB | 80 MiB on r01 of 2")
	check("at most so much memory", of("go", func(p *record.Process) { p.Usage.MaxRSS, p.Usage.MaxRSSAtMost = 80<<20, true }), "")
	check("a hidden thread", of("go", func(p *record.Process) { p.Usage.UserNS += int64(sum(p.SamplesNS)) }),
		"qualify cpu: agrees with the kernel | 2.6 s not accounted for on r01 of 2")
	check("more than the kernel saw", of("go", func(p *record.Process) { p.Usage.UserNS, p.Usage.SystemNS = p.CPUNS/2, 0 }),
		"qualify cpu: agrees with the kernel | 1.25 s more than the kernel saw on r01 of 2")
	check("clocks apart", func(_ *record.Plan, all []record.Process) {
		for i := range all {
			if all[i].Impl == "go" && all[i].Clock != nil {
				all[i].Clock = &record.ClockCheck{Ratio: 0.94, OK: true}
			}
		}
	}, "qualify clock: 99.9% | 94%")
	check("nothing to compare the work by", func(_ *record.Plan, all []record.Process) {
		for i := range all {
			if all[i].Row == "r00" {
				all[i].Digest, all[i].Counters = "", nil
			}
		}
	}, "serious evidence: no digest, no counters | no digest, no counters on r00 of 2")
	check("fixed input", func(plan *record.Plan, all []record.Process) {
		plan.Implementations[1].Nonce, plan.Rows[0].Nonce = false, false
	}, "qualify input: could vary | fixed on r00 of 2")
}

// A row that is not valid is not evidence of anything, and a run without a
// reference has no sides.
func TestDifferencesOfWhatCannotBeCompared(t *testing.T) {
	_, rec := fairRun()
	for i := range rec.Processes {
		p := &rec.Processes[i]
		if p.Impl == "go" && p.Row == "r01" {
			p.Usage.MaxRSS, p.Digest = 900<<20, "other"
		}
	}
	res := analyzed(t, rec, Options{})
	if len(res.Fairness) > 0 || res.Evidence.Pairs != 5 {
		t.Errorf("differences %+v, evidence of %d pairs", res.Fairness, res.Evidence.Pairs)
	}
	rec.Plan.Reference = ""
	if res := analyzed(t, rec, Options{}); res.Fairness != nil || res.Evidence.Pairs != 0 {
		t.Errorf("sides of nothing: %+v, %+v", res.Fairness, res.Evidence)
	}
}

func TestTheClearestRowComesFirst(t *testing.T) {
	_, rec := fairRun()
	for i := range rec.Processes {
		if p := &rec.Processes[i]; p.Impl == "go" {
			p.Usage.MaxRSS = map[string]int64{"r00": 100 << 20, "r01": 200 << 20}[p.Row]
		}
	}
	d := analyzed(t, rec, Options{}).Fairness
	if len(d) != 1 || !slices.Equal(d[0].Rows, []string{"r01", "r00"}) || d[0].Value != "200 MiB" {
		t.Errorf("got %+v", d)
	}
}

func TestEvidenceIsCounted(t *testing.T) {
	_, rec := fairRun()
	rec.Plan.Rows[0].SideSpecific = []string{"nodes"}
	rec.Plan.Rows[1].Bounded = map[string][2]int64{"nodes": {1, 5}}
	rec.Plan.Rows[1].Nonce = false
	for i := range rec.Processes {
		if p := &rec.Processes[i]; p.Row == "r01" {
			p.Digest, p.Nonce = "", "0"
			p.Counters = map[string]int64{"nodes": 3, "edges": 4}
		}
	}
	e := analyzed(t, rec, Options{}).Evidence
	got := fmt.Sprintf("%d pairs %d inputs %d digests %d exact %d bounded %d excepted %d clocks %v %v",
		e.Pairs, e.Inputs, e.Digests, e.Counters, e.Bounded, e.SideSpecific, e.Clocks, e.Fixed, e.Unshown)
	if want := "10 pairs 6 inputs 5 digests 5 exact 5 bounded 5 excepted 12 clocks [r01] []"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestColdByHand(t *testing.T) {
	run := newRun(2, 3, "python", "go")
	rec := run.record()
	cold := map[string]float64{"python": 100e6, "go": 5e6}
	factor := []float64{1, 2, 4} // of the candidate, by round
	for i := range rec.Processes {
		p := &rec.Processes[i]
		ns := cold[p.Impl]
		if p.Impl == "go" {
			ns *= factor[p.Round-1]
		}
		if p.Row == "r01" {
			ns *= 16
		}
		p.Phases = record.Phases{StartNS: int64(ns / 2), PrepareNS: int64(ns / 4), FirstNS: int64(ns / 4)}
	}
	res := analyzed(t, rec, Options{})
	check := func(what string, got, want float64) {
		t.Helper()
		if !near(got, want) {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	half := 4.302652729749464 * math.Ln2 / math.Sqrt(3) // the logs of the factors are ln 2 apart
	for _, c := range []struct {
		what string
		Cold
		scale float64
	}{{"one row", res.Rows[0].Cold, 1}, {"another", res.Rows[1].Cold, 16}, {"both", res.Means[0].Cold, 4}} {
		check(c.what+", reference", c.RefNS, 100e6*c.scale)
		check(c.what+", candidate", c.CandNS, 10e6*c.scale)
		check(c.what+", ratio", c.Speedup.Ratio, 10)
		check(c.what+", lower end", c.Speedup.Lo, 10*math.Exp(-half))
		check(c.what+", upper end", c.Speedup.Hi, 10*math.Exp(half))
	}
	check("the warm ratio", res.Means[0].Geometric.Ratio, 1)

	// Two rounds make no interval, and a row without a figure no mean.
	if c := analyzed(t, upTo(rec, 2), Options{}).Means[0].Cold; c.Rounds != 2 || c.Speedup.Lo != 0 || !math.IsInf(c.Speedup.Hi, 1) {
		t.Errorf("after two rounds: %+v", c)
	}
	for i := range rec.Processes {
		if p := &rec.Processes[i]; p.Row == "r01" && p.Impl == "go" {
			p.Phases.FirstNS = 0
		}
	}
	m := analyzed(t, rec, Options{}).Means[0]
	if m.Cold != (Cold{}) || m.WithoutCold != 1 {
		t.Errorf("a mean over some rows beside that of all: %+v, %d lack it", m.Cold, m.WithoutCold)
	}
}

// Means of CPU and memory are over the rows of the geometric mean or not at
// all; a bound stays a bound.
func TestMeansOfEffort(t *testing.T) {
	_, rec := fairRun()
	change := func(row, impl string, f func(p *record.Process)) {
		for i := range rec.Processes {
			if p := &rec.Processes[i]; p.Row == row && p.Impl == impl {
				f(p)
			}
		}
	}
	m := func() Mean { return analyzed(t, rec, Options{}).Means[0] }
	change("r00", "go", func(p *record.Process) { p.Usage.MaxRSS = 5 << 20 })
	if got := m(); !near(got.RSS, 2) || got.RSSAtLeast || got.RSSAtMost || got.WithoutRSS != 0 || !near(got.CPU, 2) {
		t.Errorf("got %+v", got)
	}
	change("r01", "go", func(p *record.Process) { p.Usage.MaxRSSAtMost = true })
	if got := m(); !near(got.RSS, 2) || !got.RSSAtLeast || got.RSSAtMost {
		t.Errorf("the candidate's sizes are upper bounds, the ratio is a lower one: %+v", got)
	}
	change("r00", "python", func(p *record.Process) { p.Usage.MaxRSSAtMost = true })
	if got := m(); got.RSS != 0 || got.RSSAtLeast || got.WithoutRSS != 2 {
		t.Errorf("bounds in both directions bound nothing: %+v", got)
	}
	change("r01", "python", func(p *record.Process) { p.CPUNS = 0 })
	if got := m(); got.CPU != 0 || got.WithoutCPU != 1 {
		t.Errorf("a CPU ratio of some rows beside the mean of all: %+v", got)
	}
}

func TestTheHeaviestRowIsNamed(t *testing.T) {
	ratios := []float64{2, 2, 2, 0.01}
	rec := newRun(4, 3, "python", "go").faster(func(row int, _ string) float64 { return ratios[row] }).record()
	m := analyzed(t, rec, Options{}).Means[0]
	if m.Heaviest != "r03" || !near(m.WithoutHeaviest, 2) || !near(m.LeaveOneOutHi, 2) {
		t.Errorf("got %q, %v without it; leave one out up to %v", m.Heaviest, m.WithoutHeaviest, m.LeaveOneOutHi)
	}
}

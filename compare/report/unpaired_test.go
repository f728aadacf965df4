package report

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// importedRecord is a Criterion directory beside a file of pytest-benchmark:
// one process on either side, and one row of which there is a mean only.
func importedRecord() *record.Record {
	rec := &record.Record{Plan: record.Plan{
		Version: 1, Run: "import-5eed", Started: "2026-03-14T09:26:53Z", Tool: "xbench v0.1.0", Alpha: .05, RMax: 1, Looks: []int{1}, Shares: []float64{1},
		Gate: "minimum", Reference: "python", Unpaired: &record.Unpaired{Why: record.UnpairedImported, Spread: .05},
		Implementations: []record.Implementation{
			{Name: "python", Kind: record.KindImported, Source: &record.Source{Format: "pytest-benchmark", Tool: "pytest-benchmark 5.2.0", Path: "bench/py.json",
				SHA256: strings.Repeat("ab", 32), Granularity: record.GranularitySamples, Host: "builder", Started: "2026-03-13T10:00:00"}},
			{Name: "rust", Kind: record.KindImported, Source: &record.Source{Format: "criterion", Tool: "criterion 0.5.1", Path: "target/criterion",
				SHA256: strings.Repeat("cd", 32), Granularity: record.GranularityMeans}, Unmatched: []string{"warmup/alloc"}},
		},
		Goals: []record.Goal{
			{Claim: "5x faster", Level: "minimum", Over: "*", Speedup: 5, Gate: true, Inconclusive: "fail"},
			{Claim: "never slower", Level: "minimum", Over: "*", Each: 1, Tolerance: .05, Gate: true, Inconclusive: "fail"},
			{Claim: "steady", Level: "target", Over: "*", Consistency: .3, Gate: true, Inconclusive: "fail"},
		},
	}}
	rng := rand.New(rand.NewPCG(5, 5))
	for i, ratio := range []float64{8, 6.5, 9} {
		row := record.Row{Name: fmt.Sprintf("parse/size=%d", 1+i), ID: fmt.Sprintf("parse/size=%d", 1+i), Category: "parse",
			Names: map[string]string{"python": "test_parse", "rust": "parse/run"}}
		rec.Plan.Rows = append(rec.Plan.Rows, row)
		for _, impl := range []string{"python", "rust"} {
			p := record.Process{Row: row.Name, Impl: impl, Round: 1, Seq: len(rec.Processes), K: 1}
			ns := 4e6 * float64(i+1)
			if impl == "rust" {
				ns /= ratio
			}
			for j := range 24 {
				x := ns * math.Exp(.04*rng.NormFloat64())
				if impl == "rust" {
					p.K = 0
					p.Iterations = append(p.Iterations, int64(10*(j+1)))
					x *= float64(10 * (j + 1))
				}
				p.SamplesNS = append(p.SamplesNS, math.Round(x))
			}
			if i == 2 {
				p.SamplesNS = p.SamplesNS[:1]
				if p.Iterations != nil {
					p.Iterations = p.Iterations[:1]
				}
			}
			rec.Processes = append(rec.Processes, p)
		}
	}
	return rec
}

// importedAlone is one side of it, with nothing to compare.
func importedAlone() *record.Record {
	rec := importedRecord()
	rec.Plan.Reference, rec.Plan.Goals, rec.Plan.Implementations = "", nil, rec.Plan.Implementations[:1]
	rec.Processes = slices.DeleteFunc(rec.Processes, func(p record.Process) bool { return p.Impl != "python" })
	return rec
}

// aRun is a run of a reference and a candidate on one host.
func aRun(id, started, fingerprint string, speed float64, rounds int, rows ...string) *record.Record {
	looks, shares := compare.PlanLooks(rounds)
	rec := &record.Record{Plan: record.Plan{
		Version: 1, Run: id, Started: started, Tool: "xbench v0.1.0", Suite: "quick", Alpha: .05, RMax: rounds, Looks: looks, Shares: shares,
		Gate: "minimum", SampleNS: 5e6, WarmupNS: 50e6, Reference: "python",
		Host: record.Host{OS: "linux", Arch: "amd64", CPU: "AMD EPYC 7B13", Cores: 2, Kernel: "6.1.0", Governor: "unknown", Turbo: "unknown", ID: "9f3ac2"},
		Implementations: []record.Implementation{
			{Name: "python", Kind: record.KindWorker, Language: "python", Runtime: "CPython 3.13.1", Mode: "release", Fingerprint: "00"},
			{Name: "go", Kind: record.KindWorker, Language: "go", Runtime: "go1.26.1", Mode: "release", Fingerprint: fingerprint},
		},
	}}
	rng := rand.New(rand.NewPCG(uint64(rounds), 1))
	for _, name := range rows {
		rec.Plan.Rows = append(rec.Plan.Rows, record.Row{Name: name, ID: name, Category: "build", Samples: 5, Iterations: map[string]int64{"go": 100, "python": 10}})
	}
	for round := range rounds {
		for i, name := range rows {
			for _, impl := range rec.Plan.Implementations {
				p := record.Process{Row: name, Impl: impl.Name, Round: round + 1, Seq: len(rec.Processes), K: 10, Nonce: "0", Digest: "d" + name, Exit: "exit status 0",
					Counters: map[string]int64{"nodes": 3}}
				ns := 1e6 * float64(i+1)
				if impl.Name == "go" {
					p.K, ns = 100, ns/10/speed
				}
				ns *= math.Exp(.01 * rng.NormFloat64())
				for range 5 {
					p.SamplesNS = append(p.SamplesNS, math.Round(ns*float64(p.K)*math.Exp(.02*rng.NormFloat64())))
				}
				p.CPUNS = int64(ns * float64(p.K) * 5)
				rec.Processes = append(rec.Processes, p)
			}
		}
	}
	return rec
}

// baselineRecord is a program that lost a quarter of its speed, and a row.
func baselineRecord(t *testing.T) *record.Record {
	t.Helper()
	old := aRun("2026-03-01T08:00:00Z-01d", "2026-03-01T08:00:00Z", "aa", 1, 8, "build/small", "build/large")
	now := aRun("2026-03-14T09:26:53Z-5eed", "2026-03-14T09:26:53Z", "bb", .75, 13, "build/small", "build/large", "build/added")
	rec, err := compare.Baseline(old, now, "go")
	if err != nil {
		t.Fatal(err)
	}
	rec.Plan.Args = []string{"compare", "--baseline", "main", "branch", "--impl", "go"}
	return rec
}

func unpairedView(t *testing.T, rec *record.Record, opt compare.Options) *View {
	t.Helper()
	res, err := compare.Analyze(rec, opt)
	if err != nil {
		t.Fatal(err)
	}
	return New(rec, res)
}

func TestUnpairedGoldens(t *testing.T) {
	for name, v := range map[string]*View{
		"imported":          unpairedView(t, importedRecord(), compare.Options{}),
		"imported-accepted": unpairedView(t, importedRecord(), compare.Options{Accept: true}),
		"baseline":          unpairedView(t, baselineRecord(t), compare.Options{}),
	} {
		golden(t, name+".txt", func(w io.Writer) error { return v.Terminal(w, TerminalOptions{Head: true}) })
		golden(t, name+".md", v.Markdown)
		if name != "imported-accepted" {
			golden(t, name+".json", v.Summary)
		}
	}
}

// What qualifies a verdict about imported data stands beside it everywhere:
// that the goals are younger than the data, an unusual assumed spread, and two
// machines.
func TestImportedVerdictsAreQualified(t *testing.T) {
	check := func(name string, accept bool, change func(*record.Unpaired), words string, yes bool) {
		t.Helper()
		rec := importedRecord()
		rec.Plan.Goals = rec.Plan.Goals[:1]
		change(rec.Plan.Unpaired)
		v := unpairedView(t, rec, compare.Options{Accept: accept})
		for format, render := range renders(v) {
			if format != "terminal" && format != "markdown" && format != "html" {
				continue
			}
			var b strings.Builder
			if err := render(&b); err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(strings.Join(strings.Fields(b.String()), " "), words); got != yes {
				t.Errorf("%s as %s: says %q: %v, want %v", name, format, words, got, yes)
			}
		}
		var b strings.Builder
		if err := v.Summary(&b); err != nil || !strings.Contains(b.String(), `"goals_after_measuring": true`) {
			t.Errorf("%s: summary.json does not say that goals are late: %v", name, err)
		}
	}
	as := func(*record.Unpaired) {}
	spread := func(s float64) func(*record.Unpaired) { return func(u *record.Unpaired) { u.Spread = s } }
	check("accepted", true, as, "imported data, accepted; goals stated after measuring", true)
	check("accepted", true, as, "assumed process spread", false)
	check("wide", true, spread(.1), "assumed process spread 10%, not the usual 5%", true)
	check("narrow", true, spread(.0001), "assumed process spread 0.01%, not the usual 5%", true)
	check("narrow", true, spread(.0001), "--accept-imported counts with an assumed spread of 5% or more", true)
	check("narrow", true, spread(.0001), "at least 6", false)
	check("two machines", true, func(u *record.Unpaired) { u.Machines = "python was measured on a, rust on b" }, "imported data of two machines", true)
}

// Explanations hold together: each number follows from those before it.
func TestUnpairedExplanations(t *testing.T) {
	check := func(name string, rec *record.Record, what string) {
		t.Helper()
		es, err := compare.Explain(rec, compare.Options{}, what, "")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, func(w io.Writer) error { return Explain(w, es) })
		e, g := es[0], es[0].Apart
		near := func(what string, got, want float64) {
			t.Helper()
			if math.Abs(got-want) > 1e-12*math.Max(1, math.Abs(want)) {
				t.Errorf("%s: %s: got %v, want %v", name, what, got, want)
			}
		}
		ref, cand := g.Reference.SE*g.Reference.SE, g.Candidate.SE*g.Candidate.SE
		all := ref + cand + 2*g.Spread*g.Spread
		near("SE", g.SE, math.Sqrt(all))
		near("d", g.D, g.Reference.Mean-g.Candidate.Mean)
		unsure := 0.0
		for _, part := range [][2]float64{{ref, float64(g.Reference.DF)}, {cand, float64(g.Candidate.DF)}} {
			if part[1] > 0 {
				unsure += part[0] * part[0] / part[1]
			}
		}
		near("df", float64(g.DF), math.Min(math.Floor(all*all/unsure), float64(g.MostDF)))
		for _, r := range g.Rows {
			for _, m := range []compare.ExplainedMean{r.Reference, r.Candidate} {
				if m.N > 0 {
					near("se", m.SE, m.Factor*m.SD/math.Sqrt(float64(m.N)))
				}
			}
		}
		l, i := e.Tests[0].Looks[0], e.Tests[0].Interval
		near("lower end", i.LogLo, g.D-l.PassT*g.SE)
		near("upper end", i.LogHi, g.D+l.FailT*g.SE)
		near("tails", l.FailTail*float64(e.Tests[0].G*e.Tests[0].B), l.PassTail)
	}
	check("imported-explain-row.txt", importedRecord(), "parse/size=1")
	check("imported-explain-mean.txt", importedRecord(), "mean")
	check("baseline-explain.txt", baselineRecord(t), "build/small")
}

// No output of data without rounds counts any, and all say what it is.
func TestUnpairedOutputsHaveNoRounds(t *testing.T) {
	rounds := regexp.MustCompile(`\b\d+ (complete )?rounds?\b|[Rr]ound by round|of at most|every look|--rounds|back to back|xbench run`)
	for name, v := range map[string]*View{
		"imported": unpairedView(t, importedRecord(), compare.Options{}),
		"accepted": unpairedView(t, importedRecord(), compare.Options{Accept: true}),
		"baseline": unpairedView(t, baselineRecord(t), compare.Options{}),
		"alone":    unpairedView(t, importedAlone(), compare.Options{}),
	} {
		label := "not in turns"
		if name != "baseline" {
			label = "imported"
		}
		for format, render := range allRenders(v) {
			var b strings.Builder
			if err := render(&b); err != nil {
				t.Errorf("%s as %s: %v", name, format, err)
				continue
			}
			text := strings.Join(strings.Fields(b.String()), " ")
			text = strings.NewReplacer("measure in turns with xbench run", "", "not_in_turns", "not in turns").Replace(text)
			if m := rounds.FindStringIndex(text); m != nil {
				t.Errorf("%s as %s speaks of rounds: ...%s...", name, format, text[max(0, m[0]-60):min(len(text), m[1]+60)])
			}
			if !strings.Contains(text, label) {
				t.Errorf("%s as %s does not say %q", name, format, label)
			}
			if name == "imported" && strings.Contains(text, "at least 6.78x") {
				t.Errorf("%s as %s claims what imported data does not prove", name, format)
			}
		}
	}
}

// A column for claims is there where something may be claimed, and a spreadsheet
// shows how many processes of either side a line rests on.
func TestUnpairedTables(t *testing.T) {
	for name, accept := range map[string]bool{"capped": false, "accepted": true} {
		v := unpairedView(t, importedRecord(), compare.Options{Accept: accept})
		var page strings.Builder
		if err := v.HTML(&page); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(page.String(), `data-key="claim"`); got != accept {
			t.Errorf("%s: a column for claims: %v", name, got)
		}
		for _, line := range results(t, v) {
			if line["rounds"] != "0" || line["reference_processes"] != "1" || line["candidate_processes"] != "1" {
				t.Errorf("%s: %s rounds of %s and %s processes", line["benchmark"], line["rounds"], line["reference_processes"], line["candidate_processes"])
			}
		}
	}
}

// allRenders are the outputs for people and those for programs.
func allRenders(v *View) map[string]func(io.Writer) error {
	out := renders(v)
	out["junit"] = v.JUnit
	out["step summary"] = v.StepSummary
	return out
}

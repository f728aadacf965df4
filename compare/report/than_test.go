package report

import (
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// oldAndNew is a run of a reference and two builds of one program, the new one
// slower than the old by a factor on one row. Its goals ask for both
// comparisons.
func oldAndNew(slower float64) *record.Record {
	specs := []spec{
		{category: "parse", id: "parse/small", ref: 84_312, ratio: 14.24},
		{category: "parse", id: "parse/large", ref: 2_412_000, ratio: 9.021},
		{category: "print", id: "print/report", ref: 795_400, ratio: 6.47},
	}
	rec, _ := fixture(specs, "main", "new")
	p := &rec.Plan
	p.Demo, p.Suite, p.RMax, p.Goals = false, "", 8, []record.Goal{
		{Claim: "still 5x faster than Python", Level: "minimum", Over: "*", Against: "new", Speedup: 5, Gate: true, Inconclusive: "fail"},
		{Claim: "not slower than main", Level: "minimum", Over: "*", Against: "new", Than: "main", Each: 1, Tolerance: 0.05, Gate: true, Inconclusive: "pass"},
		{Claim: "half as fast again", Level: "target", Over: "*", Than: "main", Speedup: 1.5, Gate: true, Inconclusive: "fail"},
	}
	p.Looks, p.Shares = compare.PlanLooks(p.RMax)
	for i := range p.Implementations {
		if im := &p.Implementations[i]; im.Name == "new" {
			im.Language, im.Runtime, im.Flags = "go", "go1.26.1", nil
		}
	}
	for i := range p.Rows {
		p.Rows[i].Iterations = nil
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for round := 1; round <= p.RMax; round++ {
		for i, s := range specs {
			for position, impl := range []string{"python", "main", "new"} {
				ns := s.ref
				if impl != "python" {
					ns /= s.ratio
				}
				if impl == "new" && i == 1 {
					ns *= slower
				}
				row := p.Rows[i]
				row.Iterations = map[string]int64{impl: int64(5e6/ns) + 1}
				rec.Processes = append(rec.Processes, process(rng, row, impl, round, position, len(rec.Processes), ns, 1))
			}
		}
	}
	return rec
}

func judgedBy(t testing.TB, rec *record.Record) *View {
	t.Helper()
	res, err := compare.Analyze(rec, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return New(rec, res)
}

// versusView is a red regression gate.
func versusView() *View {
	rec := oldAndNew(1.2)
	rec.Plan.Implementations[0].Mode = "debug"
	res, err := compare.Analyze(rec, compare.Options{})
	if err != nil {
		panic(err)
	}
	return New(rec, res)
}

// A regression gate is red for the row that is slower than main, however much
// faster it is than the reference, and says so in every output.
func TestARegressionIsSaidEverywhere(t *testing.T) {
	v := versusView()
	if v.Verdict != compare.Fail || v.Exit != 1 {
		t.Fatalf("%s, exit %d: %q", v.Verdict, v.Exit, v.Reasons)
	}
	const why = "FAIL not slower than main (new against main): parse/large: 0.829x (0.819 - 0.845), below 0.952x"
	if len(v.Reasons) != 1 || words(v.Reasons[0]) != why {
		t.Errorf("reasons %q, want %q", v.Reasons, why)
	}
	says := map[string][]string{
		"terminal": {"  new against main           main       new  speedup", "FAIL  new against main  not slower than main"},
		"markdown": {"## New against main", "| new against main |"},
		"html":     {`<h2>New against main</h2>`, `<a href="#versus">New against main</a>`},
		"summary":  {`"than": "main"`, `"results_against_others"`},
	}
	for format, render := range renders(v) {
		var b strings.Builder
		if err := render(&b); err != nil {
			t.Fatal(err)
		}
		for _, want := range says[format] {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s does not say %q:\n%s", format, want, b.String())
			}
		}
	}
	// What to look at, and under a profiler: the new program on that row.
	if len(v.Profiles) != 1 || v.Profiles[0].Implementation != "new" || v.Profiles[0].Row != "parse/large" || !strings.Contains(v.Profiles[0].Why, "main 2") {
		t.Errorf("profiles: %+v", v.Profiles)
	}
	if !slices.ContainsFunc(v.Checks, func(s string) bool {
		return strings.HasPrefix(s, "new against main: not slower than main: look at parse/large, 0.829x")
	}) {
		t.Errorf("checks: %q", v.Checks)
	}
}

// Without a slowdown the same gate is quiet, and no other output than before
// has a comparison.
func TestComparisonsOnlyWhereGoalsAsk(t *testing.T) {
	if v := judgedBy(t, oldAndNew(1)); v.Verdict != compare.Pass || v.Exit != 0 {
		t.Errorf("%s, exit %d: %q", v.Verdict, v.Exit, v.Reasons)
	}
	rec := oldAndNew(1)
	rec.Plan.Goals = rec.Plan.Goals[:1]
	v := judgedBy(t, rec)
	if len(v.Versus) > 0 || len(v.Rows[0].Others) > 0 {
		t.Errorf("no goal asks for %+v", v.Versus)
	}
	for format, render := range renders(v) {
		var b strings.Builder
		if err := render(&b); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "gainst main") {
			t.Errorf("%s compares with main:\n%s", format, b.String())
		}
	}
}

// Without the reference the candidates can still be compared, and the goals
// about the reference are not evaluated.
func TestComparisonsWithoutAReference(t *testing.T) {
	rec := oldAndNew(1.2)
	rec.Plan.Implementations[0].Mode = "debug"
	p := &rec.Plan
	p.Reference, p.LeftOut, p.Absent = "", "python", []string{"python"}
	p.Implementations = slices.DeleteFunc(p.Implementations, func(i record.Implementation) bool { return i.Name == "python" })
	rec.Processes = slices.DeleteFunc(rec.Processes, func(x record.Process) bool { return x.Impl == "python" })
	v := judgedBy(t, rec)
	if v.Verdict != compare.Fail || v.Exit != 1 {
		t.Errorf("%s, exit %d: %q", v.Verdict, v.Exit, v.Reasons)
	}
	for _, g := range v.Goals {
		if want := map[bool]compare.Verdict{true: compare.Fail, false: compare.NotEvaluated}[v.against(g)]; g.Verdict != want {
			t.Errorf("%s (%s): %s, want %s", claimText(g), g.Candidate, g.Verdict, want)
		}
	}
	golden(t, "versus-alone.md", v.Markdown)
	text := pageText(page(t, v))
	for want, there := range map[string]bool{
		"main is slower than what people run: the speedup is overstated": true,
		"One implementation was measured alone":                          false,
		"Geometric means of reference over candidate":                    false,
	} {
		if strings.Contains(text, want) != there {
			t.Errorf("report.html: %q is there: %v", want, !there)
		}
	}
	golden(t, "versus-alone.txt", func(w io.Writer) error { return v.Terminal(w, TerminalOptions{Head: true}) })
}

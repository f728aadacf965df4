package report

import (
	"io"
	"math"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// views are the runs that the golden files show.
func views() map[string]*View {
	return map[string]*View{
		"pass": passView(), "fail": failView(), "inconclusive": inconclusiveView(), "invalid": invalidView(),
		"alone": aloneView(), "two": twoView(), "hostile": hostileView(), "variants": variantsView(), "nogoals": noGoalsView(),
	}
}

func passView() *View {
	rec, res := fixture(draft(), "go")
	res.Goals = goalsOf(res, "go")
	v := New(rec, res)
	v.Chart = "charts/speedup.svg"
	return v
}

func failView() *View {
	specs := draft()
	specs[3].ratio, specs[3].mark, specs[3].status = 0.81, compare.MarkSlower, compare.Fail
	specs[9].ratio, specs[9].mark, specs[9].status = 0.62, compare.MarkSlower, compare.Fail
	specs[10].ratio, specs[10].half, specs[10].status = 1.31, 0.04, compare.Fail
	rec, res := fixture(specs, "go")
	rec.Plan.Host.Load1 = 2.4
	rec.Plan.Implementations[0].Mode = "debug"
	res.Verdict, res.Exit = compare.Fail, compare.ExitDisproved
	res.Goals = goalsOf(res, "go")
	g := &res.Goals[1]
	g.Verdict, g.Found, g.Worst, g.Claim = compare.Fail, res.Rows[9].Speedup, res.Rows[9].Name, 0
	g.Culprits = []string{res.Rows[9].Name, res.Rows[3].Name}
	g.Reason = "2 rows are proved slower"
	c := &res.Goals[2]
	c.Verdict, c.Found.Ratio, c.Reason = compare.Fail, 0.44, "parallel_execution varies by 44%"
	res.Goals = append(res.Goals, compare.Goal{Goal: record.Goal{Claim: "cpu rows >= 2x", Level: "minimum", Over: "build/cpu_bound*", Each: 2, Gate: true},
		Candidate: "go", Verdict: compare.Fail, Gated: true, Rows: 1, Found: res.Rows[10].Speedup, Worst: res.Rows[10].Name,
		Culprits: []string{res.Rows[10].Name}, Reason: "its interval lies below 2x"})
	res.Reasons = []string{
		"no row more than 5% slower: 2 rows are proved slower, the worst is build/io_bound_dynamic/executor=asyncio/sleep_ms=5 at 0.62x",
		"rounds vary by less than 30%: parallel_execution varies by 44%",
		"cpu rows >= 2x: build/cpu_bound_static/executor=threadpool/iterations=2000 at 1.31x",
		"a fourth reason",
	}
	res.Warnings = []compare.Warning{
		{Text: "successive rounds are correlated (0.61)", Remedy: "leave more time between rounds"},
		{Row: "checkpointing/memory_checkpoint_5_nodes", Impl: "go", Text: "not warmed up: the first half of the samples is 3% slower", Remedy: "raise the warm-up time"},
	}
	return New(rec, res)
}

func inconclusiveView() *View {
	specs := draft()[6:12]
	specs[4].ratio, specs[4].half, specs[4].mark, specs[4].status = 1.03, 0.09, compare.MarkEqual, compare.Inconclusive
	rec, res := fixture(specs, "go")
	rec.Plan.RMax, rec.Plan.Looks, rec.Plan.Shares = 5, []int{3, 5}, []float64{.01, .99}
	rec.Plan.Filter = "checkpoint|state|build/[a-z]"
	res.Verdict, res.Exit = compare.Inconclusive, compare.ExitInconclusive
	res.Rows[4].MoreRounds = 21
	u := &res.Rows[5]
	u.Rounds, u.Mark, u.Status, u.Speedup = 2, compare.MarkUnclear, compare.Inconclusive, compare.Interval{Ratio: 20.4, Lo: 0, Hi: math.Inf(1)}
	u.Claim, u.RefLoNS, u.RefHiNS = 0, math.NaN(), math.Inf(1)
	rec.Plan.Rows[4].Nonce = false
	res.Rows[4].Nonce = false
	res.Goals = goalsOf(res, "go")[:1]
	res.Goals = append(res.Goals,
		compare.Goal{Goal: record.Goal{Claim: "no row more than 5% slower", Level: "minimum", Over: "*", Each: 1, Tolerance: 0.05, Gate: true},
			Candidate: "go", Verdict: compare.Inconclusive, Gated: true, Rows: 6, Found: res.Rows[4].Speedup, Worst: res.Rows[4].Name,
			Reason: "2 of 6 rows are not settled"},
		compare.Goal{Goal: record.Goal{Claim: "parallel_execution >= 3x", Level: "minimum", Over: "parallel_execution/*", Speedup: 3, Gate: true},
			Candidate: "go", Verdict: compare.NotEvaluated, Gated: true, Reason: "no row of this run matches parallel_execution/*"})
	res.Reasons = []string{"no row more than 5% slower: 2 of 6 rows are not settled", "parallel_execution >= 3x: no row of this run matches parallel_execution/*"}
	res.SmallestMean, res.SmallestRow = 0.09, 0.29
	return New(rec, res)
}

func invalidView() *View {
	rec, res := fixture(draft()[:8], "go")
	res.Verdict, res.Exit, res.Interrupted = compare.Invalid, compare.ExitDisproved, true
	bad := func(i int, kind, message string) {
		r := &res.Rows[i]
		r.Mark, r.Status = compare.MarkInvalid, compare.Invalid
		r.Failures = []record.Failure{{Kind: kind, Message: message}}
	}
	bad(2, record.FailDigest, "round 2: go's result differs from python's: /messages/7: \"done\" against \"don\"")
	bad(5, record.FailCrash, "round 1: go: exit status 2; last stderr: panic: index out of range [3] with length 3")
	res.Rows[5].Rounds, res.Rows[5].CandNS, res.Rows[5].CandRSS, res.Rows[5].Speedup = 0, 0, 0, compare.Interval{}
	res.Means[0].Geometric = compare.Interval{Ratio: math.NaN(), Lo: math.NaN(), Hi: math.NaN()}
	res.Means[0].Arithmetic, res.Means[0].TotalTime, res.Means[0].Claim, res.Means[0].CPU = math.NaN(), math.Inf(1), 0, math.NaN()
	res.Goals = goalsOf(res, "go")[:2]
	for i := range res.Goals {
		g := &res.Goals[i]
		g.Verdict, g.Found, g.Claim, g.Reason = compare.Invalid, compare.Interval{}, 0, "2 of its rows are invalid"
	}
	res.Reasons = []string{
		"sequential_execution/10_nodes_stress: round 2: go's result differs from python's: /messages/7: \"done\" against \"don\"",
		"parallel_execution/fanout_3_workers/workers=0: round 1: go: exit status 2; last stderr: panic: index out of range [3] with length 3",
	}
	return New(rec, res)
}

func aloneView() *View {
	rec, res := fixture(draft()[5:10], "go")
	rec.Plan.Reference, rec.Plan.Gate, rec.Plan.BudgetNS = "", "none", 0
	rec.Plan.Implementations = rec.Plan.Implementations[:1]
	res.Verdict, res.Reference, res.Gate = compare.NoGoals, "", "none"
	res.Means, res.Categories, res.SmallestMean, res.SmallestRow = nil, nil, 0, 0
	for i := range res.Rows {
		r := &res.Rows[i]
		r.RefNS, r.RefLoNS, r.RefHiNS, r.RefCores, r.RefRSS, r.RefCPUNS, r.RefStartNS = 0, 0, 0, 0, 0, 0, 0
		r.Speedup, r.Claim, r.Mark, r.Status = compare.Interval{}, 0, "", compare.NoGoals
	}
	return New(rec, res)
}

func twoView() *View {
	rec, res := fixture(draft()[:9], "go", "rust")
	res.Goals = goalsOf(res, "go", "rust")
	r := &res.Rows[3] // sequential_execution/3_nodes_simple of rust
	r.RefNS, r.Mark, r.Status = 2_430, compare.MarkSlower, compare.Fail
	r.Speedup = compare.Interval{Ratio: 0.72, Lo: 0.69, Hi: 0.76}
	r.CandNS = r.RefNS / r.Speedup.Ratio
	g := &res.Goals[5]
	g.Verdict, g.Found, g.Worst, g.Culprits, g.Reason = compare.Fail, r.Speedup, r.Name, []string{r.Name}, "1 row is proved slower"
	res.Verdict, res.Exit = compare.Fail, compare.ExitDisproved
	res.Reasons = []string{"rust: no row more than 5% slower: " + r.Name + " at 0.72x"}
	return New(rec, res)
}

// hostileView holds names and messages that would break out of any of the
// formats, if they were let.
func hostileView() *View {
	specs := []spec{
		{category: "evil\x1b[2Jcat", id: "evil/a|b`c``<script>alert(1)</script>\x1b]0;pwned\x07", ref: 1e6, ratio: 3, half: 0.1},
		{category: "long", id: "long/" + repeat("segment_", 40), knobs: "/executor=*_*", ref: 2e6, ratio: 0.5, half: 0.1, mark: compare.MarkSlower, status: compare.Fail},
		{category: "wörld", id: "wörld/日本語\u202egnp.exe\xff\n## heading", ref: 3e6, ratio: 2.5, half: 0.1},
	}
	rec, res := fixture(specs, "g<o>&\"'")
	rec.Plan.Implementations[0].Runtime = "1.0\n<img src=x onerror=alert(1)> @someone [link](http://example.invalid)"
	rec.Plan.Filter = "a'b; rm -rf ~ $(x)"
	rec.Plan.Host.CPU = "cpu | pipe * star\r\nline"
	rec.Plan.Implementations[0].Command = []string{"sh", "-c", "echo `id` | tee\x1b[31m"}
	res.Verdict, res.Exit = compare.Fail, compare.ExitDisproved
	res.Reasons = []string{"# not a heading\n<b>bold</b> `code` \x1b[31mred"}
	res.Warnings = []compare.Warning{{Impl: "g<o>", Text: "stderr: \x1b]0;title\x07 <script>", Remedy: "a|b"}}
	res.Goals = goalsOf(res, "g<o>&\"'")[:2]
	res.Goals[0].Goal.Claim = "mean\x1b[5m >= <2x> | `x`"
	return New(rec, res)
}

func variantsView() *View {
	var specs []spec
	for _, scenario := range []string{"build/io_bound_static", "build/heavy_cpu_static"} {
		for i, variant := range []string{"threadpool", "asyncio", "asyncio_queue", "multiprocess"} {
			specs = append(specs, spec{category: scenario[:len(scenario)-len("_static")], id: scenario, knobs: "/executor=" + variant, variant: variant,
				ref: 0.601e9 * (1 + 0.004*float64(i*i*i)), ratio: 1.01 + 0.1*float64(i), half: 0.02, bound: 5e8, waits: scenario == "build/io_bound_static"})
		}
	}
	rec, res := fixture(specs, "go")
	rec.Plan.Suite, rec.Plan.Demo = "build", false
	res.Goals = goalsOf(res, "go")[:1]
	return New(rec, res)
}

func noGoalsView() *View {
	rec, res := fixture(draft()[:3], "go")
	rec.Plan.Gate = "none"
	res.Verdict, res.Gate = compare.NoGoals, "none"
	res.Means[0].Arithmetic = 5 * res.Means[0].Geometric.Ratio
	return New(rec, res)
}

func repeat(s string, n int) string {
	out := ""
	for range n {
		out += s
	}
	return out
}

func TestGolden(t *testing.T) {
	for name, v := range views() {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".txt", func(w io.Writer) error {
				return v.Terminal(w, TerminalOptions{Head: true, ReportPath: "xbench-results/latest/PERFORMANCE.md"})
			})
			golden(t, name+".md", v.Markdown)
			golden(t, name+".json", v.Summary)
		})
	}
}

func TestGoldenWidthAndColour(t *testing.T) {
	golden(t, "pass-80.txt", func(w io.Writer) error { return passView().Terminal(w, TerminalOptions{Width: 80}) })
	golden(t, "pass-140.txt", func(w io.Writer) error { return passView().Terminal(w, TerminalOptions{Width: 140}) })
	golden(t, "two-80.txt", func(w io.Writer) error { return twoView().Terminal(w, TerminalOptions{Width: 80}) })
	golden(t, "fail-colour.txt", func(w io.Writer) error { return failView().Terminal(w, TerminalOptions{Color: true}) })
}

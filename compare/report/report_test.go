package report

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// views are the runs that the golden files show.
func views() map[string]*View {
	return map[string]*View{
		"pass": passView(), "fail": failView(), "inconclusive": inconclusiveView(), "invalid": invalidView(),
		"alone": aloneView(), "two": twoView(), "hostile": hostileView(), "variants": variantsView(), "nogoals": noGoalsView(),
		"commands": commandsView(), "noisy": noisyView(), "sweep": sweepView(), "sweep-hostile": sweepHostileView(), "versus": versusView(),
	}
}

func passView() *View {
	rec, res := fixture(draft(), "go")
	res.Goals = goalsOf(res, "go")
	v := New(rec, res)
	v.Charts = "charts"
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
	res.Fairness = []compare.Difference{
		{Kind: "build", Severity: compare.Serious, Candidate: "go", What: "build", Reference: "release", Value: "debug",
			Meaning: "the candidate is slower than what people run: the speedup is understated"},
		{Kind: "prepare", Severity: compare.Qualify, Candidate: "go", What: "time in prepare", Reference: "0.31 ms (0.5 iterations)", Value: "80 ms (9000 iterations)",
			Rows: []string{res.Rows[2].Name, res.Rows[1].Name}, Of: 14, Meaning: "it is in no time: see what is done there"},
		{Kind: "build", Severity: compare.Remark, Candidate: "go", What: "setting vcs", Reference: "none", Value: "abc", Meaning: "other sources"},
	}
	res.Evidence = compare.Evidence{Pairs: 70, Inputs: 70, Digests: 70, Counters: 210, Bounded: 5, SideSpecific: 10, Clocks: 84}
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
	rec.Plan.Implementations[0].Settings = map[string]string{"g|c\x1b[31m <i>": "off ` | <script>alert(1)</script>\n## heading"}
	res.Fairness = []compare.Difference{{Kind: "build", Severity: compare.Serious, Candidate: "g<o>&\"'", What: "build",
		Reference: "debug | <b>\x1b[2J", Value: "rel\u202eease ` [link](http://example.invalid)", Rows: []string{res.Rows[0].Name}, Of: 3, Meaning: "the reference is slower"}}
	res.Means[0].Heaviest, res.Means[0].WithoutHeaviest = res.Rows[0].Name, 1.1
	return New(rec, res)
}

// variantsView is every scenario by every way of running it, as the suite of
// builds has them: some combinations do not exist, one is not the same work.
func variantsView() *View {
	type scenario struct {
		category, id, knobs string
		second              float64 // of the sequential reference
		waits               bool
		bound               int64 // with 4 workers
	}
	var specs []spec
	for i, s := range []scenario{
		{"build/io_bound", "build/io_bound_static", "/sleep_ms=5", 77e6, true, 25e6},
		{"build/io_bound", "build/io_bound_dynamic", "/sleep_ms=5", 46e6, true, 15e6},
		{"build/cpu_bound", "build/cpu_bound_static", "/iterations=2000", 9.4e6, false, 0},
		{"build/cpu_bound", "build/cpu_bound_dynamic", "/iterations=2000", 5.7e6, false, 0},
		{"build/heavy_cpu", "build/heavy_cpu_static", "/iterations=100000", 152e6, false, 0},
		{"build/light", "build/light_static", "/targets=memory", 0.31e6, false, 0},
		{"build/light", "build/light_dynamic", "/targets=memory", 0.22e6, false, 0},
	} {
		for j, executor := range []string{"sequential", "threadpool", "asyncio", "asyncio_queue", "multiprocess"} {
			if s.category == "build/light" && executor == "multiprocess" {
				continue
			}
			sp := spec{category: s.category, id: s.id, knobs: "/executor=" + executor + s.knobs, table: s.id + s.knobs, variant: executor,
				ref: s.second, ratio: 4 + float64(i) + 0.5*float64(j), half: 0.03, waits: s.waits, bound: s.bound}
			switch {
			case s.waits && j == 0:
				sp.bound = int64(s.second * 0.975)
				sp.ratio = 1.01
			case s.waits:
				sp.ref, sp.ratio = float64(s.bound)*(1.04+0.007*float64(j)), 1.02
			case executor == "multiprocess":
				sp.ref, sp.cores = s.second/1.7, 1.9
			case j > 0:
				sp.ref, sp.cores = s.second*(1+0.06*float64(j)), 1.8
			}
			specs = append(specs, sp)
		}
	}
	fork := specs[24]
	fork.knobs, fork.variant, fork.ref = "/executor=multiprocess/iterations=100000/start_method=fork", "multiprocess fork", fork.ref*1.01
	rec, res := fixture(append(specs, fork), "go")
	bad := &res.Rows[12]
	*bad = compare.Row{Row: bad.Row, Candidate: "go", Mark: compare.MarkInvalid, Status: compare.Invalid,
		Failures: []record.Failure{{Kind: record.FailCounter, Message: "round 1: tasks_run is 14, python's is 15"}}}
	compareVariants(res)
	rec.Plan.Suite, rec.Plan.Demo = "build", false
	rec.Plan.Args = []string{"run", "--config", "my builds.yaml", "--suite", "build", "--sweep", "workers=1,4"}
	rec.Plan.Implementations[0].Command = []string{"{self}", "__goimpl"}
	res.Goals = goalsOf(res, "go")[:1]
	res.Verdict, res.Exit = compare.Invalid, compare.ExitDisproved
	res.Goals[0].Verdict, res.Goals[0].Found, res.Goals[0].Claim = compare.Invalid, compare.Interval{}, 0
	res.Reasons = []string{"INVALID  geometric mean >= 2x: " + bad.Name + ": round 1: tasks_run is 14, python's is 15"}
	return New(rec, res)
}

// commandsView is two command lines, timed as they are.
func commandsView() *View {
	rec, res := fixture([]spec{{id: "command", ref: 52.4e6, ratio: 1.62, half: 0.02, cores: 1.9}}, "new")
	p := &rec.Plan
	p.Suite, p.Demo, p.Gate, p.BudgetNS, p.SpacingNS, p.RMax = "command", false, "none", 0, 0, 10
	p.Args = []string{"run", "--command", "./old 30", "--command", "./new -v 'a b'", "-n", "old", "-n", "new"}
	p.Reference, p.Rows[0].Nonce, p.Rows[0].Samples = "old", false, 1
	p.Implementations = []record.Implementation{{Name: "old", Kind: "command", Command: []string{"./old", "30"}},
		{Name: "new", Kind: "command", Command: []string{"./new", "-v", "a b", "{{}"}}}
	res.Reference, res.Verdict, res.Gate = "old", compare.NoGoals, "none"
	r := &res.Rows[0]
	r.Nonce, r.Status, r.RefStartNS, r.CandStartNS, r.CandRSSAtMost = false, compare.NoGoals, 0, 0, true
	return New(rec, res)
}

func noGoalsView() *View {
	rec, res := fixture(draft()[:3], "go")
	rec.Plan.Gate = "none"
	res.Verdict, res.Gate = compare.NoGoals, "none"
	res.Means[0].Arithmetic = 5 * res.Means[0].Geometric.Ratio
	return New(rec, res)
}

// noisyView is a run on a busy host: wide intervals, long claims, warnings on
// every row, a cause that stops two goals.
func noisyView() *View {
	specs := draft()
	for i := range specs {
		specs[i].half = 0.2 + 0.3*float64(i%5)
	}
	rec, res := fixture(specs, "go")
	res.Verdict, res.Exit = compare.Fail, compare.ExitDisproved
	wide := &res.Rows[12]
	wide.Speedup.Lo, wide.Speedup.Hi = 0.985, 4760
	wide.Mark = compare.MarkEqual
	open := &res.Rows[4]
	open.Speedup.Hi = math.Inf(1)
	res.Goals = goalsOf(res, "go")
	res.Goals[0].Goal.Claim = "graph engine at least 2x"
	res.Goals[1].Goal.Claim = "no build more than 5% slower than the same executor in Python"
	c := &res.Goals[2]
	c.Goal.Claim, c.Verdict, c.Found.Ratio, c.Worst = "every graph category varies by less than 30% from round to round", compare.Fail, 0.64, "state_cloning"
	c.Reason = "state_cloning varies by 64% from round to round, not below 30%"
	g := res.Goals[3]
	g.Level, g.Goal.Claim, g.Speedup = "target", "checkpointing at least 3x", 3
	res.Goals = append(res.Goals, g)
	res.Reasons = []string{"FAIL  " + c.Goal.Claim + ": " + c.Reason}
	for i := range res.Rows {
		r := &res.Rows[i]
		for j, impl := range []string{"python", "go"} {
			r.Warnings = append(r.Warnings,
				compare.Warning{Row: r.Name, Impl: impl, Text: fmt.Sprintf("%d of 80 samples were more than 3 times longer or shorter than planned", 3*i+j),
					Remedy: "the iterations per sample were fixed before the first round; measure again on a quieter host if this is many"})
			if i%5 == j {
				r.Warnings = append(r.Warnings, compare.Warning{Row: r.Name, Impl: impl,
					Text: fmt.Sprintf("one of the first processes disagreed with our clock: claimed/outside 1.%d", 20+i), Remedy: "if it returns, check the implementation's clock"})
			}
		}
	}
	res.Rows[3].Warnings = append(res.Rows[3].Warnings, compare.Warning{Row: res.Rows[3].Name, Impl: "go", Text: "mean 5x and median 7x of the rounds disagree"})
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
		})
	}
}

// The process of an interrupted run exits with 130, whatever the data says; a
// record that is read back later has the data's own exit code.
func TestInterrupted(t *testing.T) {
	check := func(v *View, opt TerminalOptions, want string) {
		t.Helper()
		var b strings.Builder
		if err := v.Terminal(&b, opt); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(b.String()), "\n")
		if got := lines[len(lines)-1]; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if strings.Contains(b.String(), "resume") {
			t.Errorf("there is no way to resume a run:\n%s", b.String())
		}
	}
	v := inconclusiveView()
	v.Interrupted = true
	check(v, TerminalOptions{}, "INTERRUPTED, exit 130; so far: INCONCLUSIVE")
	check(v, TerminalOptions{Head: true}, "INCONCLUSIVE, exit 3: the run was interrupted")
	v.Interrupted, v.Unplanned = false, true
	check(v, TerminalOptions{}, "INCONCLUSIVE, exit 3: the goals were not planned")
}

// A claim that a goal allows never says more than its interval's lower end.
func TestClaimable(t *testing.T) {
	check := func(each, claim float64, verdict compare.Verdict, want string) {
		t.Helper()
		g := compare.Goal{Goal: record.Goal{Each: each}, Claim: claim, Verdict: verdict}
		if got := claimable(g); got != want {
			t.Errorf("each >= %v, claim %v, %s: got %q, want %q", each, claim, verdict, got, want)
		}
	}
	check(1, 0.99, compare.Pass, "at most 1.1% slower")
	check(1, 0.952, compare.Inconclusive, "at most 5.1% slower")
	check(1, 1.02, compare.Pass, "at least 1.02x")
	check(1, 0.8, compare.Fail, "")
	check(2, 0.99, compare.Pass, "")
	check(1, 0, compare.Inconclusive, "")
}

func TestGoldenWidthAndColour(t *testing.T) {
	golden(t, "pass-80.txt", func(w io.Writer) error { return passView().Terminal(w, TerminalOptions{Width: 80}) })
	golden(t, "pass-140.txt", func(w io.Writer) error { return passView().Terminal(w, TerminalOptions{Width: 140}) })
	golden(t, "noisy-80.txt", func(w io.Writer) error { return noisyView().Terminal(w, TerminalOptions{Width: 80}) })
	golden(t, "noisy-140.txt", func(w io.Writer) error { return noisyView().Terminal(w, TerminalOptions{Width: 140}) })
	golden(t, "two-80.txt", func(w io.Writer) error { return twoView().Terminal(w, TerminalOptions{Width: 80}) })
	golden(t, "fail-colour.txt", func(w io.Writer) error { return failView().Terminal(w, TerminalOptions{Color: true}) })
}

// compareVariants compares variants by their times alone: within 2 % they are
// equal, up to 15 % apart not told apart. Everything else follows as it does
// for a record.
func compareVariants(res *compare.Result) {
	var order []string
	of := make(map[string][]compare.Row)
	for _, r := range res.Rows {
		if s := compare.ScenarioOf(r.Row); s != "" {
			if of[s] == nil {
				order = append(order, s)
			}
			of[s] = append(of[s], r)
		}
	}
	for _, scenario := range order {
		if len(of[scenario]) > 1 {
			for _, reference := range []bool{true, false} {
				res.Contests = append(res.Contests, contestOf(scenario, of[scenario], reference))
			}
		}
	}
	for i := 0; i < len(res.Contests); i += 2 {
		ref, cand := res.Contests[i], res.Contests[i+1]
		x := ref.Best.NS / cand.Best.NS
		res.Finals = append(res.Finals, compare.Final{Scenario: ref.Scenario, Category: ref.Category, Candidate: "go", Ref: ref.Best, Cand: cand.Best,
			Same: ref.Ties(cand.Best.Variant) || cand.Ties(ref.Best.Variant), Rounds: 5, Speedup: compare.Interval{Ratio: x, Lo: x * 0.97, Hi: x * 1.04}})
	}
	res.Advice = compare.Recommend(res.Contests)
}

func contestOf(scenario string, rows []compare.Row, reference bool) compare.Contest {
	c := compare.Contest{Scenario: scenario, Category: rows[0].Category, Implementation: "go", Level: 0.995}
	if reference {
		c.Implementation = "python"
	}
	var field []compare.Entrant
	for _, r := range rows {
		c.Variants = append(c.Variants, r.Variant)
		if r.Mark == compare.MarkInvalid {
			c.Left = append(c.Left, compare.Left{Row: r.Name, Variant: r.Variant, Why: "not valid: " + r.Failures[0].Message})
			continue
		}
		e := compare.Entrant{Row: r.Name, Variant: r.Variant, Rounds: 5, NS: r.CandNS, LowerBoundNS: float64(r.LowerBoundNS), Efficiency: r.CandEfficiency, Cores: r.CandCores}
		if reference {
			e.NS, e.Efficiency, e.Cores = r.RefNS, r.RefEfficiency, r.RefCores
		}
		field = append(field, e)
	}
	c.Best = slices.MinFunc(field, func(x, y compare.Entrant) int { return cmp.Compare(x.NS, y.NS) })
	for _, e := range field {
		x := e.NS / c.Best.NS
		o := compare.Rival{Entrant: e, Shared: 5, Ratio: compare.Interval{Ratio: x, Lo: x * 0.86, Hi: x * 1.15}, Standing: compare.StandingSlower}
		switch {
		case e.Row == c.Best.Row:
			continue
		case x < 1.02:
			o.Standing, o.Ratio.Lo, o.Ratio.Hi = compare.StandingEqual, x*0.98, x*1.02
		case x < 1.15:
			o.Standing = compare.StandingOpen
		}
		if o.Ratio.Lo < 1 && o.Standing == compare.StandingSlower {
			o.Stepped, o.Ratio.Lo = true, math.Nextafter(1, 2)
		}
		c.Others = append(c.Others, o)
	}
	return c
}

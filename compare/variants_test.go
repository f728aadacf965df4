package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// variantRows is two or more variants of one scenario with the times given,
// whose rounds share a drift far larger than what sets them apart.
func variantRows(rounds int, noise, drift float64, ns ...float64) *record.Record {
	s := newSweep(1).noise(noise, drift)
	s.rounds = rounds
	s.ways = nil
	for i := range ns {
		s.ways = append(s.ways, way(fmt.Sprintf("v%d", i)))
	}
	s.time = func(_ string, way protocol.Params, _ int64) float64 {
		x, _ := way.Get("executor")
		var i int
		fmt.Sscanf(x.(string), "v%d", &i)
		return ns[i]
	}
	rec := s.record()
	for i := range rec.Plan.Rows {
		rec.Plan.Rows[i].Table, rec.Plan.Rows[i].Variant = "chain/long", fmt.Sprintf("v%d", i)
	}
	return rec
}

// contestText is the best, the others' standings and what is left out:
// "v0 slower tie".
func contestText(c Contest) string {
	out := []string{c.Best.Variant}
	for _, r := range c.Others {
		out = append(out, string(r.Standing))
	}
	for _, l := range c.Left {
		out = append(out, "-"+l.Variant)
	}
	return strings.Join(out, " ")
}

// Variants are told apart by what differs within a round: a drift that widens
// the interval of each time hides nothing, and a wide difference is never
// equality.
func TestContests(t *testing.T) {
	check := func(what string, rec *record.Record, want string) {
		t.Helper()
		got := analyzed(t, rec, Options{}).Contests
		if len(got) != 2 || got[0].Implementation != "python" || got[1].Implementation != "go" {
			t.Fatalf("%s: %d contests: %+v", what, len(got), got)
		}
		if text := contestText(got[0]); text != want {
			t.Errorf("%s: got %s, want %s; %+v", what, text, want, got[0])
		}
	}
	check("a fifth apart under a drift of a half", variantRows(5, 0.01, 0.5, 1e6, 1.2e6), "v0 slower")
	check("the second is the best", variantRows(5, 0.01, 0.5, 1.2e6, 1e6), "v1 slower")
	check("nothing but noise", variantRows(5, 0.5, 0.1, 1e6, 1.05e6), "v0 open")
	check("the same", variantRows(13, 0, 0.5, 1e6, 1e6, 3e6), "v0 equal slower")
	check("two rounds", variantRows(2, 0.01, 0.1, 1e6, 5e6), "v0 open")
	// Three equal draws look like no noise at all.
	check("three rounds without noise", variantRows(3, 0, 0.1, 1e6, 1.1e6), "v0 open")
	// Five times slower, however few the rounds, is not put into words that the
	// table of intervals would contradict.
	c := analyzed(t, variantRows(5, 0.01, 0.5, 1e6, 5e6), Options{}).Contests[0]
	if r := c.Others[0]; !close(r.Ratio.Ratio, 5, 0.05) || !(r.Ratio.Lo > 4.5 && r.Ratio.Hi < 5.6) || r.Shared != 5 || c.Level != 0.95 {
		t.Errorf("got %+v", c)
	}
}

// A variant that is not valid is named and takes no part; one that is alone in
// its scenario is no contest, one that is left alone has nothing to win.
func TestContestsNameWhatIsNotValid(t *testing.T) {
	rec := variantRows(5, 0.01, 0.1, 1e6, 2e6, 3e6)
	for i := range rec.Processes {
		if p := &rec.Processes[i]; p.Impl == "go" && strings.Contains(p.Row, "=v0/") {
			p.Digest = "another"
		}
	}
	for _, c := range analyzed(t, rec, Options{}).Contests {
		if got := contestText(c); got != "v1 slower -v0" || !strings.Contains(c.Left[0].Why, "not valid: round 1: result: python d | go another") {
			t.Errorf("%s: %s, %+v", c.Implementation, got, c.Left)
		}
	}
	if got := analyzed(t, variantRows(5, 0.01, 0.1, 1e6), Options{}).Contests; len(got) != 0 {
		t.Errorf("alone: %+v", got)
	}

	// A side that lacks a variant, and one that was never reached.
	rec = variantRows(5, 0.01, 0.1, 1e6, 2e6)
	rec.Plan.Rows[0].Unsupported = map[string]string{"go": "no threads"}
	rec.Processes = slices.DeleteFunc(rec.Processes, func(p record.Process) bool { return p.Row == rec.Plan.Rows[1].Name })
	res := analyzed(t, rec, Options{})
	if c := res.Contests[0]; contestText(c) != " -v0 -v1" || !strings.Contains(c.Left[0].Why, "no threads") || c.Left[1].Why != "not measured" {
		t.Errorf("python: %s, %+v", contestText(c), c.Left)
	}
	if c := res.Contests[1]; contestText(c) != " -v0 -v1" || c.Left[0].Why != "not supported: no threads" {
		t.Errorf("go: %s, %+v", contestText(c), c.Left)
	}
	if len(res.Finals) != 0 || len(res.Advice) != 2 || len(res.Advice[0].Places) != 0 || len(res.Advice[0].Left) != 2 {
		t.Errorf("finals %+v, advice %+v", res.Finals, res.Advice)
	}
}

// Rounds that only one variant has decide nothing: a machine that slowed down
// later must not make the variant that was measured for longer the loser.
func TestContestsOfUnequalRounds(t *testing.T) {
	rec := variantRows(20, 0.005, 0, 1e6, 1.1e6, 1.1e6)
	kept := rec.Processes[:0]
	for _, p := range rec.Processes {
		v1, v2 := strings.Contains(p.Row, "=v1/"), strings.Contains(p.Row, "=v2/")
		if p.Round > 8 {
			for i := range p.SamplesNS {
				p.SamplesNS[i] *= 2 // the machine
			}
			if v1 {
				continue
			}
		}
		if p.Round > 2 && v2 {
			continue
		}
		p.Seq = len(kept)
		kept = append(kept, p)
	}
	rec.Processes = kept
	for _, c := range analyzed(t, rec, Options{}).Contests {
		if contestText(c) != "v0 slower open" || c.Best.Rounds != 20 || c.Others[0].Shared != 8 || c.Others[1].Shared != 2 {
			t.Errorf("%s: %s, %+v", c.Implementation, contestText(c), c)
		}
		if r := c.Others[0].Ratio; !close(r.Ratio, 1.1, 0.02) {
			t.Errorf("%s: %+v, want 1.1", c.Implementation, r)
		}
	}
}

// Standing and printed interval never disagree, a tie holds 1, and what only
// the step-down finds claims no more than that it is slower.
func TestContestsStandingsAgreeWithIntervals(t *testing.T) {
	slower, stepped := 0, 0
	for seed := range uint64(60) {
		s := variantRows(8, 0, 0, 1e6, 1.03e6, 1.06e6, 1.1e6, 3e6)
		rng := rand.New(rand.NewPCG(seed, 9))
		for i := range s.Processes {
			for j := range s.Processes[i].SamplesNS {
				s.Processes[i].SamplesNS[j] = math.Trunc(s.Processes[i].SamplesNS[j] * math.Exp(0.02*rng.NormFloat64()))
			}
		}
		for _, c := range analyzed(t, s, Options{}).Contests {
			if want := 1 - 0.05/10; math.Abs(c.Level-want) > 1e-12 {
				t.Fatalf("level %v, want %v for ten pairs", c.Level, want)
			}
			for _, r := range c.Others {
				if (r.Standing == StandingSlower) != (r.Ratio.Lo > 1) || r.Stepped && r.Standing != StandingSlower {
					t.Errorf("seed %d: %s is %s with %+v", seed, r.Variant, r.Standing, r.Ratio)
				}
				if r.Standing == StandingEqual && (r.Ratio.Lo <= 1/1.05 || r.Ratio.Hi >= 1.05) {
					t.Errorf("seed %d: %s is equal with %+v", seed, r.Variant, r.Ratio)
				}
				if r.Standing == StandingSlower {
					slower++
				}
				if r.Stepped {
					stepped++
				}
			}
		}
	}
	if slower < 200 || stepped == 0 {
		t.Errorf("%d slower, %d of them by step-down: the test shows nothing", slower, stepped)
	}
}

// What a contest calls slower is what a crossover calls so: it asks for more.
func TestContestsAgreeWithCrossovers(t *testing.T) {
	s := pools(100, 1000, 10000, 100000).noise(0.05, 0.5)
	rec := s.record()
	for i := range rec.Plan.Rows {
		row := &rec.Plan.Rows[i]
		v, _ := row.Params.Get("iterations")
		x, _ := row.Params.Get("executor")
		start, _ := row.Params.Get("start_method")
		row.Table, row.Variant = fmt.Sprintf("chain/long/iterations=%v", v), strings.TrimSuffix(fmt.Sprint(x, " ", start), " <nil>")
	}
	res := analyzed(t, rec, Options{})
	standing := make(map[string]Standing)
	best := make(map[string]bool)
	for _, c := range res.Contests {
		best[c.Implementation+c.Best.Row] = true
		for _, r := range c.Others {
			standing[c.Implementation+r.Row] = r.Standing
		}
	}
	n := 0
	for _, c := range res.Crossovers {
		for _, size := range c.Sizes {
			from := fmt.Sprintf("%schain/long/executor=threadpool/iterations=%v", c.Implementation, size.Size)
			to := strings.Replace(from, "threadpool", strings.Replace(c.To, " ", "/start_method=", 1), 1)
			if best[from] && standing[to] == StandingSlower {
				n++
				if size.Ratio.Hi >= 1 {
					t.Errorf("%s: %s, and the crossover says %+v", to, standing[to], size.Ratio)
				}
			}
			if best[from] && size.Ratio.Hi < 1/1.5 && standing[to] != StandingSlower {
				t.Errorf("%s: %s, and the crossover says %+v", to, standing[to], size.Ratio)
			}
		}
	}
	if n < 4 {
		t.Errorf("%d sizes compared, want at least 4", n)
	}
}

// knobRows is a record of rows with the parameters given, times by row and
// implementation, without noise but for a drift of the machine.
func knobRows(rows []protocol.Params, ns func(impl string, row protocol.Params) float64) *record.Record {
	s := newSweep(1).noise(0.001, 0.3)
	s.ways = rows
	s.time = func(impl string, way protocol.Params, _ int64) float64 { return ns(impl, way) }
	return s.record()
}

func params(pairs ...any) protocol.Params {
	var p protocol.Params
	for i := 0; i < len(pairs); i += 2 {
		p = p.With(pairs[i].(string), pairs[i+1])
	}
	return p
}

// Any knob that rows differ in alone can be compared by; rows that differ in
// more are other scenarios.
func TestContestsByKnob(t *testing.T) {
	rec := knobRows([]protocol.Params{
		params("executor", "threadpool"), params("executor", "threadpool", "workers", int64(1)), params("executor", "threadpool", "workers", int64(8)),
		params("executor", "multiprocess"), params("executor", "multiprocess", "start_method", "fork"),
		params("executor", "multiprocess", "workers", int64(8), "warm", true),
	}, func(impl string, row protocol.Params) float64 {
		w, _ := row.Get("workers")
		n, _ := w.(int64)
		return 1e6 * float64(10-n)
	})
	text := func(by string) string {
		res, err := Analyze(rec, Options{By: by})
		if err != nil {
			return err.Error()
		}
		var out []string
		for _, c := range res.Contests {
			if c.Implementation == "python" {
				out = append(out, fmt.Sprintf("%s: %s -> %s", c.Scenario, strings.Join(c.Variants, " "), c.Best.Variant))
			}
		}
		return strings.Join(out, "\n")
	}
	check := func(by, want string) {
		t.Helper()
		if got := text(by); got != want {
			t.Errorf("by %s:\ngot  %s\nwant %s", by, got, want)
		}
	}
	check("workers", "chain/long/executor=threadpool/nodes=1: workers=default workers=1 workers=8 -> workers=8")
	if got := text("executor"); !strings.HasPrefix(got, "chain/long/nodes=1: threadpool multiprocess -> ") || strings.Contains(got, "\n") {
		t.Errorf("by executor: %s", got)
	}
	if got := text("start_method"); !strings.HasPrefix(got, "chain/long/executor=multiprocess/nodes=1: start_method=default fork -> ") {
		t.Errorf("by start_method: %s", got)
	}
	check("exectuor", `by: no row of this record sets a knob "exectuor" (did you mean "executor"?)`)
	check("zebra", `by: no row of this record sets a knob "zebra" (there are: executor, workers, start_method)`)
	check("warm", "by: no two rows of this record differ in warm alone (there are: executor, workers, start_method)")
	check("nodes", "by: no two rows of this record differ in nodes alone (there are: executor, workers, start_method)")
	rec.Plan.Rows = rec.Plan.Rows[:1]
	check("executor", "by: no two rows of this record differ in one knob alone")
}

// A table of the configuration that is by the knob is followed, and what
// --filter took out of a scenario is named.
func TestContestsByKnobFollowTables(t *testing.T) {
	rec := knobRows([]protocol.Params{params("executor", "a"), params("executor", "b"), params("executor", "b", "start_method", "fork")},
		func(string, protocol.Params) float64 { return 1e6 })
	for i, v := range []string{"a", "b", "b fork"} {
		rec.Plan.Rows[i].Table, rec.Plan.Rows[i].Variant = "chain/long", v
	}
	rec.Plan.Removed = []record.Removed{{Name: "chain/long/executor=c/nodes=1"}, {Name: "chain/long/executor=c/nodes=2"}, {Name: "other/executor=c/nodes=1"}}
	res := analyzed(t, rec, Options{By: "executor"})
	c := res.Contests[0]
	if got := strings.Join(c.Variants, ","); got != "a,b,b fork,c" || len(res.Contests) != 2 {
		t.Errorf("variants %s of %d contests", got, len(res.Contests))
	}
	if len(c.Left) != 1 || c.Left[0] != (Left{"chain/long/executor=c/nodes=1", "c", "left out by --filter"}) {
		t.Errorf("left %+v", c.Left)
	}
}

// One implementation alone is compared with itself, and has no one to meet.
func TestContestsOfOneImplementation(t *testing.T) {
	s := newSweep(1).noise(0.001, 0.3)
	s.impls, s.ways = []string{"go"}, []protocol.Params{params("executor", "a"), params("executor", "b")}
	res := analyzed(t, s.record(), Options{By: "executor"})
	if len(res.Contests) != 1 || res.Contests[0].Implementation != "go" || len(res.Finals) != 0 || len(res.Advice) != 1 || res.Verdict != NoGoals {
		t.Errorf("%s: contests %+v, finals %+v", res.Verdict, res.Contests, res.Finals)
	}
}

// The best of one meet the best of the other within the round, whichever they
// are.
func TestFinals(t *testing.T) {
	rec := knobRows([]protocol.Params{params("executor", "threads"), params("executor", "processes")},
		func(impl string, row protocol.Params) float64 {
			x, _ := row.Get("executor")
			return map[string]float64{"python threads": 8e6, "python processes": 5e6, "go threads": 1e6, "go processes": 2e6}[fmt.Sprint(impl, " ", x)]
		})
	res := analyzed(t, rec, Options{By: "executor"})
	if len(res.Finals) != 1 {
		t.Fatalf("finals %+v", res.Finals)
	}
	f := res.Finals[0]
	if f.Ref.Variant != "processes" || f.Cand.Variant != "threads" || f.Same || f.Rounds != 5 || !close(f.Speedup.Ratio, 5, 0.01) || !(f.Speedup.Lo > 4.8 && f.Speedup.Hi < 5.2) {
		t.Errorf("got %+v", f)
	}
}

// Scenarios of one kind of work are one recommendation as long as a variant is
// the best, or tied with it, in all of them.
func TestRecommend(t *testing.T) {
	contest := func(scenario, best string, others ...Rival) Contest {
		c := Contest{Scenario: scenario, Category: "io", Implementation: "go", Best: Entrant{Row: best, Variant: best, Cores: 1.5}}
		c.Others = others
		return c
	}
	rival := func(name string, s Standing, ratio float64) Rival {
		return Rival{Entrant: Entrant{Row: name, Variant: name, Cores: 1}, Standing: s, Ratio: Interval{ratio, ratio * 0.98, ratio * 1.02}}
	}
	check := func(what, want string, contests ...Contest) {
		t.Helper()
		var lines []string
		for _, r := range Recommend(contests) {
			var words []string
			for _, p := range r.Places {
				words = append(words, fmt.Sprintf("%s:%v/%d", p.Variant, r.Use(p), p.Slower))
			}
			lines = append(lines, strings.Join(r.Scenarios, "+")+" "+strings.Join(words, " "))
		}
		if got := strings.Join(lines, "; "); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", what, got, want)
		}
	}
	tied, slower := StandingEqual, StandingSlower
	check("tied and slower alike", "s1+s2 a:true/0 b:true/0 c:false/2",
		contest("s1", "a", rival("b", tied, 1.01), rival("c", slower, 1.5)), contest("s2", "b", rival("a", tied, 1.005), rival("c", slower, 1.2)))
	check("a tie in one is no tie in both", "s1+s2 a:true/0 b:false/1",
		contest("s1", "a", rival("b", tied, 1.01)), contest("s2", "a", rival("b", slower, 1.2)))
	check("they disagree", "s1 a:true/0 b:false/1; s2 b:true/0 a:false/1",
		contest("s1", "a", rival("b", slower, 1.1)), contest("s2", "b", rival("a", slower, 1.3)))
	check("part of one only", "s1+s2 a:true/0 c:false/1 b:false/0",
		contest("s1", "a", rival("b", tied, 1.03)), contest("s2", "a", rival("c", slower, 1.02)))
	r := Recommend([]Contest{contest("s1", "a", rival("c", slower, 1.5)), contest("s2", "a", rival("c", slower, 1.2))})[0]
	if p := r.Places[1]; !close(p.Ratio.Ratio, math.Sqrt(1.8), 1e-9) || !close(p.Ratio.Lo, 1.2*0.98, 1e-9) || !close(p.Ratio.Hi, 1.5*1.02, 1e-9) || p.Low != 1.2 || p.High != 1.5 {
		t.Errorf("got %+v", p)
	}
}

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
				s.Processes[i].SamplesNS[j] = int64(float64(s.Processes[i].SamplesNS[j]) * math.Exp(0.02*rng.NormFloat64()))
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

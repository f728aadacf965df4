package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

func way(executor string, knobs ...any) protocol.Params {
	p := protocol.Params{{Name: "executor", Value: executor}}
	for i := 0; i < len(knobs); i += 2 {
		p = append(p, protocol.Param{Name: knobs[i].(string), Value: knobs[i+1]})
	}
	return p
}

// pools is threads against processes: v ns of work, which processes share
// among two cores after a start that costs 5000 ns, or 20000 for spawn.
func pools(values ...int64) *sweep {
	s := newSweep(values...)
	s.knob = "iterations"
	s.ways = []protocol.Params{way("threadpool"), way("multiprocess"), way("multiprocess", "start_method", "fork")}
	s.time = func(impl string, way protocol.Params, v int64) float64 {
		executor, _ := way.Get("executor")
		start, _ := way.Get("start_method")
		switch {
		case executor == "sequential":
			return 10 * float64(v)
		case executor == "threadpool" || impl == "go":
			return 100 + float64(v)
		case start == "fork":
			return 5000 + float64(v)/2
		}
		return 20000 + float64(v)/2
	}
	return s
}

func crossoversOf(t *testing.T, rec *record.Record) []Crossover {
	t.Helper()
	return analyzed(t, rec, Options{}).Crossovers
}

func TestCrossover(t *testing.T) {
	s := pools(100, 1000, 10000, 100000)
	s.ways = append(s.ways, way("asyncio"), way("sequential"))
	got := crossoversOf(t, s.noise(0.01, 0.1).record())
	if len(got) != 4 {
		t.Fatalf("%d crossovers, want one per implementation and start method: %+v", len(got), got)
	}
	spawn, fork, golang := got[0], got[2], got[3]
	if spawn.Implementation != "python" || spawn.To != "multiprocess" || fork.To != "multiprocess fork" || fork.From != "threadpool" ||
		fork.Name != "chain/long" || fork.Knob != "iterations" || golang.Implementation != "go" {
		t.Errorf("got %+v", got)
	}
	if fork.Outcome != CrossingWithin || fork.Below != 1000 || !close(fork.At.Value, 9800, 0.05) || !covers(fork.At, fork.At.Value) || !fork.At.Bounded() {
		t.Errorf("fork: %+v", fork)
	}
	if spawn.Outcome != CrossingWithin || spawn.Below != 10000 || spawn.Above != 100000 {
		t.Errorf("spawn: %+v", spawn)
	}
	// In the caller's thread 10 tasks take 10 ns per unit of the knob.
	if !close(fork.TaskNS.Value, fork.At.Value, 0.05) || !close(fork.TaskNS.Hi, fork.At.Hi, 0.05) || fork.TaskFrom != "chain/long/executor=sequential" {
		t.Errorf("a task of %+v from %q", fork.TaskNS, fork.TaskFrom)
	}
	// What is the same is never proved to differ at both ends; mostly at none.
	if golang.Outcome == CrossingWithin {
		t.Errorf("go: %+v", golang)
	}
	if r := fork.Sizes[0]; r.Size != 100 || !close(r.Ratio.Ratio, 200.0/5050, 0.05) || !(r.Ratio.Lo < r.Ratio.Ratio && r.Ratio.Ratio < r.Ratio.Hi) {
		t.Errorf("at the small end %+v", r)
	}
}

func TestCrossoverOutcomes(t *testing.T) {
	check := func(signs string, want Crossing, below, above float64) {
		t.Helper()
		c := Crossover{}
		var s []int
		for i, r := range signs {
			c.Sizes = append(c.Sizes, CrossoverSize{Size: float64(i + 1)})
			s = append(s, strings.IndexRune("-0+", r)-1)
		}
		if c.read(s); c.Outcome != want || c.Below != below || c.Above != above {
			t.Errorf("%s: %s up to %g, from %g; want %s, %g, %g", signs, c.Outcome, c.Below, c.Above, want, below, above)
		}
	}
	check("--++", CrossingWithin, 2, 3)
	check("-00+", CrossingWithin, 1, 4)
	check("-0-+", CrossingWithin, 1, 4)
	check("----", CrossingSlower, 4, 0)
	check("++++", CrossingFaster, 0, 1)
	check("-000", CrossingNotYet, 1, 0)
	check("-0+0", CrossingNotYet, 1, 0)
	check("0-0+", CrossingAlready, 0, 4)
	check("0000", CrossingUnclear, 0, 0)
	check("0+00", CrossingUnclear, 0, 0)
	check("-+-+", CrossingMixed, 0, 0)
	check("++--", CrossingMixed, 0, 0)
}

// An end that proves nothing leaves open whether the two ways ever meet: there
// is then no estimate, only from where on they may.
func TestCrossoverIsNotEstimatedFromOneEnd(t *testing.T) {
	s := newSweep(10, 100, 1000).noise(0.02, 0.1)
	s.knob, s.ways = "sleep_ms", []protocol.Params{way("threadpool"), way("multiprocess")}
	s.time = func(_ string, way protocol.Params, v int64) float64 {
		if x, _ := way.Get("executor"); x == "multiprocess" {
			return 3e4 + 1e3*float64(v)
		}
		return 1e3 * float64(v)
	}
	seen := 0
	for range 20 {
		c := crossoversOf(t, s.record())[0]
		if c.Outcome != CrossingNotYet {
			continue
		}
		seen++
		if c.At.Value != 0 || c.TaskNS.Value != 0 || c.At.Lo < c.Below || !math.IsInf(c.At.Hi, 1) {
			t.Errorf("slower up to %g: %+v, a task of %+v", c.Below, c.At, c.TaskNS)
		}
	}
	if seen == 0 {
		t.Error("no run leaves the large end open")
	}
}

// A knob in milliseconds is the task's duration itself; without either there
// is none. Beyond the sweep there is no estimate, and too few rounds prove
// nothing.
func TestCrossoverWithoutAnswers(t *testing.T) {
	s := pools(100, 1000, 10000, 100000)
	if c := crossoversOf(t, s.record())[2]; c.TaskFrom != "" || c.TaskNS.Value != 0 {
		t.Errorf("a task of %+v from nothing", c.TaskNS)
	}
	s.knob = "sleep_ms"
	if c := crossoversOf(t, s.record())[2]; c.TaskFrom != "knob" || !close(c.TaskNS.Value, c.At.Value*1e6, 1e-9) {
		t.Errorf("sleep_ms: %+v", c.TaskNS)
	}
	if c := crossoversOf(t, pools(1, 10, 100).noise(0.01, 0).record())[2]; c.Outcome != CrossingSlower || c.At.Value != 0 || c.Below != 100 {
		t.Errorf("far below: %+v", c)
	}
	if c := crossoversOf(t, pools(1e5, 1e6, 1e7).noise(0.01, 0).record())[2]; c.Outcome != CrossingFaster || c.At.Value != 0 || c.Above != 1e5 {
		t.Errorf("far above: %+v", c)
	}
	s.rounds = 2
	if c := crossoversOf(t, s.record())[2]; c.Outcome != CrossingUnclear {
		t.Errorf("two rounds: %+v", c)
	}
	s.ways = s.ways[1:]
	if c := crossoversOf(t, s.record()); len(c) != 0 {
		t.Errorf("without threads: %+v", c)
	}
}

// The interval holds the true crossing at least 19 times in 20, whether times
// are power laws or a fixed cost and so much for each, however far apart the
// sizes are; where it has no end, or nothing is said, that counts as holding
// it. The estimate of a fixed cost is not off by the curve between two sizes.
func TestCrossoverCoverage(t *testing.T) {
	check := func(what string, s *sweep, truth, most float64) {
		t.Helper()
		n := comparisons(5000, 1500)
		s.impls = []string{"go"}
		s.ways = []protocol.Params{way("threadpool"), way("multiprocess")}
		in, within, sum := 0.0, 0.0, 0.0
		for range n {
			rec := s.record()
			rec.Plan.Reference = ""
			c := crossoversOf(t, rec)[0]
			if c.Outcome == CrossingWithin {
				within++
				sum += math.Log(c.At.Value)
			}
			if at := c.At; at.Value > 0 && (at.Lo < c.Below || c.Above > 0 && at.Hi > c.Above || !covers(at, at.Value)) {
				t.Fatalf("%s: slower up to %g, faster from %g, and yet at %+v", what, c.Below, c.Above, at)
			}
			if c.At.Value == 0 { // nothing is said
				e := c.Sizes
				if c.Outcome == CrossingUnclear || !(e[0].Ratio.Lo > 1 || e[len(e)-1].Ratio.Hi < 1) {
					in++
				}
				continue
			}
			if covers(c.At, truth) {
				in++
			}
		}
		got, slack := 100*in/float64(n), 3*100*math.Sqrt(.05*.95/float64(n))
		t.Logf("%s: the truth is in %.1f%%; %.1f%% find the crossover, on average at %.0f of %g", what, got, 100*within/float64(n), math.Exp(sum/within), truth)
		if got < 95-slack {
			t.Errorf("%s: the truth is in %.1f%% of %d only", what, got, n)
		}
		if estimate := math.Exp(sum / within); most > 0 && !close(estimate, truth, most) {
			t.Errorf("%s: on average at %g, want %g", what, estimate, truth)
		}
	}
	power := func(process float64, rounds int) *sweep {
		s := newSweep(10, 100, 1000).noise(process, 0.1)
		s.rounds = rounds
		s.time = func(_ string, way protocol.Params, v int64) float64 {
			if x, _ := way.Get("executor"); x == "threadpool" {
				return 1e4
			}
			return 1e4 * math.Pow(float64(v)/70, -0.3)
		}
		return s
	}
	check("power laws, 3 % noise, 5 rounds", power(0.03, 5), 70, 0.05)
	check("power laws, 40 % noise, 5 rounds", power(0.40, 5), 70, 0)
	check("power laws, 10 % noise, 20 rounds", power(0.10, 20), 70, 0.05)
	fixed := newSweep(100, 1000, 10000, 100000).noise(0.03, 0.1)
	fixed.time = func(_ string, way protocol.Params, v int64) float64 {
		if x, _ := way.Get("executor"); x == "threadpool" {
			return 9e5 + 1200*float64(v)
		}
		return 16e6 + 620*float64(v)
	}
	check("fixed costs, 3 % noise, 5 rounds", fixed, (16e6-9e5)/(1200-620), 0.05)
}

// On the line that is assumed, the interval holds the crossing 19 times in 20:
// neither less nor, which would make it useless, much more.
func TestCrossingCoverage(t *testing.T) {
	plan := newRun(1, 5, "a").plan
	sched, err := newSchedule(&plan, 1)
	if err != nil {
		t.Fatal(err)
	}
	a := &analysis{sched: sched}
	rng := rand.New(rand.NewPCG(8, 9))
	n := comparisons(10000, 4000)
	in := 0
	for range n {
		var rounds [][]float64
		for range 5 {
			mood := 0.3 * rng.NormFloat64() // what sizes of one round have in common
			var round []float64
			for _, v := range []float64{10, 100, 1000} {
				round = append(round, 0.8*math.Log(v/70)+0.1*mood+0.05*rng.NormFloat64())
			}
			rounds = append(rounds, round)
		}
		if covers(a.crossing([]float64{10, 100, 1000}, rounds, math.Log, math.Exp), 70) {
			in++
		}
	}
	got, slack := 100*float64(in)/float64(n), 3*100*math.Sqrt(.05*.95/float64(n))
	t.Logf("on the line that is assumed the truth is in %.1f%%", got)
	if math.Abs(got-95) > slack {
		t.Errorf("the truth is in %.1f%% of %d, want 95 +- %.1f", got, n, slack)
	}
}

func TestUndecided(t *testing.T) {
	check := func(y0, y1 []float64, q float64, want string) {
		t.Helper()
		var got []string
		for _, w := range undecided(y0, y1, q) {
			got = append(got, fmt.Sprintf("%.3f", w))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%v to %v: %v, want %s", y0, y1, got, want)
		}
	}
	check([]float64{-1, -1}, []float64{1, 1}, 1, "0.500 0.500")          // no noise: the crossing itself
	check([]float64{-1, -1}, []float64{3, 3}, 1, "0.250 0.250")          //
	check([]float64{-3, -1}, []float64{5, 7}, 0, "0.250 0.250")          // no width asked for
	check([]float64{1, 1}, []float64{2, 2}, 1, "")                       // no crossing
	check([]float64{-5, 5}, []float64{-5, 5}, 1, "0.000 1.000")          // nothing but noise
	check([]float64{-1, 1}, []float64{9, 11}, math.Sqrt2, "0.000 0.200") // mean 10w, q sd = 2
}

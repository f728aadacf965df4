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

// A sweep makes records of rows that differ in one knob, with known laws.
type sweep struct {
	knob    string
	values  []int64
	ways    []protocol.Params                                       // rows besides the knob; nil = one row without further knobs
	time    func(impl string, way protocol.Params, v int64) float64 // ns
	rounds  int
	process float64 // sd of a process's log
	drift   float64 // sd of a round's log, common to all its processes
	impls   []string
	rng     *rand.Rand
}

func newSweep(values ...int64) *sweep {
	return &sweep{knob: "nodes", values: values, rounds: 5, impls: []string{"python", "go"}, rng: rand.New(rand.NewPCG(3, 4)),
		ways: []protocol.Params{nil}, time: func(_ string, _ protocol.Params, v int64) float64 { return 1000 * float64(v) }}
}

// law sets the time of both implementations.
func (s *sweep) law(f func(v float64) float64) *sweep {
	s.time = func(_ string, _ protocol.Params, v int64) float64 { return f(float64(v)) }
	return s
}

func (s *sweep) noise(process, drift float64) *sweep {
	s.process, s.drift = process, drift
	return s
}

func (s *sweep) record() *record.Record {
	looks, shares := PlanLooks(s.rounds)
	rec := &record.Record{Plan: record.Plan{Version: 1, Alpha: 0.05, RMax: s.rounds, Looks: looks, Shares: shares, Gate: "none", Reference: s.impls[0]}}
	for _, impl := range s.impls {
		rec.Plan.Implementations = append(rec.Plan.Implementations, record.Implementation{Name: impl, Kind: "worker"})
	}
	type made struct {
		way protocol.Params
		v   int64
	}
	var of []made
	for _, way := range s.ways {
		for _, v := range s.values {
			name := "chain/long"
			for _, p := range way {
				name += fmt.Sprintf("/%s=%v", p.Name, p.Value)
			}
			rec.Plan.Rows = append(rec.Plan.Rows, record.Row{Name: fmt.Sprintf("%s/%s=%d", name, s.knob, v), ID: "chain/long", Category: "chain",
				Samples: 1, Params: way.With(s.knob, v), ShownOnly: true})
			of = append(of, made{way, v})
		}
	}
	for round := 1; round <= s.rounds; round++ {
		drift := s.drift * s.rng.NormFloat64()
		for i, row := range rec.Plan.Rows {
			for _, impl := range s.impls {
				// A million iterations: rounding to a nanosecond is no noise.
				const k = 1e6
				t := k * s.time(impl, of[i].way, of[i].v) * math.Exp(drift+s.process*s.rng.NormFloat64())
				rec.Processes = append(rec.Processes, record.Process{Row: row.Name, Impl: impl, Round: round, Seq: len(rec.Processes), K: k,
					Digest: "d", Counters: map[string]int64{"tasks_run": 10}, SamplesNS: []float64{math.Round(t)}, Exit: "exit status 0"})
			}
		}
	}
	return rec
}

// scalingOf is the only Scaling of a record.
func scalingOf(t *testing.T, rec *record.Record) Scaling {
	t.Helper()
	res := analyzed(t, rec, Options{})
	if len(res.Scalings) != 1 {
		t.Fatalf("%d scalings, want 1: %+v", len(res.Scalings), res.Scalings)
	}
	return res.Scalings[0]
}

func close(got, want, within float64) bool { return math.Abs(got-want) <= within*math.Abs(want) }

func covers(e Estimate, truth float64) bool { return e.Lo <= truth && truth <= e.Hi }

// Without noise the fit is the law.
func TestScalingOfAPowerLaw(t *testing.T) {
	s := newSweep(1, 3, 10, 100, 1000)
	s.time = func(impl string, _ protocol.Params, v int64) float64 {
		if impl == "python" {
			return 5000 * math.Pow(float64(v), 1.25)
		}
		return 300 * math.Pow(float64(v), 0.75)
	}
	got := scalingOf(t, s.record())
	if got.Name != "chain/long" || got.Knob != "nodes" || len(got.Values) != 5 || got.Rows[4] != "chain/long/nodes=1000" || got.Left != nil {
		t.Errorf("got %+v", got)
	}
	check := func(what string, p Power, want float64) {
		t.Helper()
		if !p.Fitted || p.Bent || p.Rounds != 5 || !close(p.Exponent.Value, want, 1e-6) || !p.Exponent.Bounded() {
			t.Errorf("%s: %+v, want exponent %v", what, p, want)
		}
	}
	check("python", got.Growths[0].Power, 1.25)
	check("go", got.Growths[1].Power, 0.75)
	check("speedup", got.Ratios[0].Power, 0.5)
	if p := got.Ratios[0].Points[4]; p.Value != 1000 || !close(p.Speedup.Ratio, 5000.0/300*math.Pow(1000, 0.5), 1e-6) {
		t.Errorf("speedup at the end: %+v", p)
	}
	if g := got.Growths[0]; g.Linear {
		t.Errorf("%g + %g per node is no law of nodes^1.25", g.Fixed.Value, g.PerUnit.Value)
	}
}

// Doubling the unit of the knob or of time changes what follows from it, and
// nothing else.
func TestScalingIsScaleInvariant(t *testing.T) {
	of := func(unit int64, times float64) Growth {
		s := newSweep(2*unit, 6*unit, 20*unit, 60*unit).noise(0.05, 0.1)
		s.time = func(_ string, _ protocol.Params, v int64) float64 {
			return times * math.Pow(float64(v)/float64(unit), 0.9)
		}
		return scalingOf(t, s.record()).Growths[1]
	}
	one, other := of(1, 1e4), of(50, 3e4)
	if !close(one.Exponent.Value, other.Exponent.Value, 1e-6) || !close(one.Exponent.Lo, other.Exponent.Lo, 1e-6) {
		t.Errorf("exponent %+v, in other units %+v", one.Exponent, other.Exponent)
	}
	if !close(one.Unit.Value*3/50, other.Unit.Value, 1e-6) {
		t.Errorf("per unit %g and %g", one.Unit.Value, other.Unit.Value)
	}
}

// A fixed cost is no power law, and what one more costs is the slope of the
// line all the same.
func TestScalingOfAFixedCost(t *testing.T) {
	g := scalingOf(t, newSweep(1, 3, 10, 100, 1000).law(func(v float64) float64 { return 2000 + 25*v }).record()).Growths[0]
	if !g.Bent {
		t.Errorf("2 us + 25 ns per node is called a power law, exponent %g", g.Exponent.Value)
	}
	if b := g.Bends; b[0].From != 1 || b[0].To != 3 || b[1].From != 100 || b[1].To != 1000 || b[0].Exponent.Value > 0.1 || b[1].Exponent.Value < 0.7 {
		t.Errorf("bends %+v", b)
	}
	if !g.Linear || !close(g.Fixed.Value, 2000, 1e-4) || !close(g.PerUnit.Value, 25, 1e-4) || !close(g.Unit.Value, 25, 1e-4) {
		t.Errorf("linear %v: %g + %g, unit %g, want 2000 + 25", g.Linear, g.Fixed.Value, g.PerUnit.Value, g.Unit.Value)
	}
	// Two stretches are always two, in order, wherever the bend is.
	for _, at := range []float64{2, 3, 5, 9, 30} {
		for _, sizes := range [][]int64{{1, 4, 16}, {1, 4, 16, 64}, {1, 2, 4, 8, 16}} {
			for _, jump := range []float64{0.2, 1.15, 6} {
				g := scalingOf(t, newSweep(sizes...).law(func(v float64) float64 {
					if v > at {
						v *= jump
					}
					return 100 * v
				}).record()).Growths[0]
				if b := g.Bends; (g.Bent || g.Doubtful) && (b[0].From >= b[1].From || b[0].To > b[1].From) {
					t.Errorf("times %g after %g of %v: %+v", jump, at, sizes, b)
				}
			}
		}
	}
	// Where the rounds vary too much to prove it, it is doubtful.
	noisy := newSweep(1, 3, 10, 100, 1000).law(func(v float64) float64 { return 2000 + 25*v }).noise(0.5, 0)
	noisy.rounds = 3
	if g := scalingOf(t, noisy.record()).Growths[0]; g.Bent || !g.Doubtful || g.Bends[1].To != 1000 {
		t.Errorf("noise of 50%%: %+v", g.Power)
	}
	// An S is found too: its ends have the same slope, its middle does not.
	g = scalingOf(t, newSweep(1, 10, 20, 200).law(func(v float64) float64 {
		if v >= 20 {
			v *= 8
		}
		return 100 * v
	}).record()).Growths[0]
	if !g.Bent || g.Bends[0].From != 10 && g.Bends[1].From != 10 {
		t.Errorf("a step in the middle: %+v", g.Power)
	}
}

// What varies too little with the knob does not grow; what varies too much
// from round to round is not called anything.
func TestScalingOfAConstant(t *testing.T) {
	check := func(what string, s *sweep, flat bool) {
		t.Helper()
		if g := scalingOf(t, s.record()).Growths[0]; g.Flat() != flat {
			t.Errorf("%s: flat %v, want %v; exponent %+v", what, !flat, flat, g.Exponent)
		}
	}
	constant := func(v float64) float64 { return 5e4 }
	check("a constant", newSweep(1, 10, 100, 1000).noise(0.03, 0.1).law(constant), true)
	check("a noisy one over few sizes", newSweep(1, 2, 4).noise(0.8, 0.1).law(constant), false)
	check("n^0.1, well measured", newSweep(1, 10, 100, 1000).noise(0.01, 0.1).law(func(v float64) float64 { return 5e4 * math.Pow(v, 0.1) }), false)
	s := newSweep(1, 10, 100)
	s.rounds = 2
	check("two rounds", s.law(constant), false)
}

// Noise proves nothing against a line; that alone makes none.
func TestScalingLineIsWhereThePointsAre(t *testing.T) {
	root := newSweep(1, 10, 100, 1000).noise(0.4, 0.1).law(func(v float64) float64 { return 1e4 * math.Sqrt(v) })
	for range 20 {
		if g := scalingOf(t, root.record()).Growths[0]; g.Linear {
			t.Fatalf("%g + %g per node for a square root", g.Fixed.Value, g.PerUnit.Value)
		}
	}
}

// A value without a logarithm is no part of an exponent, and is part of
// everything else.
func TestScalingFromZero(t *testing.T) {
	s := newSweep(0, 10, 100, 1000).law(func(v float64) float64 { return 500 + 3*v })
	s.knob = "payload"
	got := scalingOf(t, s.record())
	if fmt.Sprint(got.Left) != "[0]" || len(got.Ratios[0].Points) != 4 {
		t.Errorf("left out %v; %d ratios", got.Left, len(got.Ratios[0].Points))
	}
	g := got.Growths[0]
	if !g.Fitted || !g.Linear || !close(g.Fixed.Value, 500, 1e-4) || len(g.Points) != 4 {
		t.Errorf("got %+v", g)
	}
	s.values = []int64{0, 10, 100}
	if g := scalingOf(t, s.record()).Growths[0]; g.Fitted {
		t.Errorf("an exponent from two sizes: %+v", g.Power)
	}
}

// Two knobs swept at once make one scaling per line of the grid; a knob at its
// default is not in the name; two values are no line.
func TestScalingGrid(t *testing.T) {
	s := newSweep(1, 2, 3)
	s.ways = []protocol.Params{{{Name: "workers", Value: int64(1)}}, {{Name: "workers", Value: int64(2)}}, {{Name: "workers", Value: int64(4)}}}
	rec := s.record()
	for i := range rec.Plan.Rows { // workers=4 is the default
		name := rec.Plan.Rows[i].Name
		short := strings.Replace(name, "/workers=4", "", 1)
		rec.Plan.Rows[i].Name = short
		for j := range rec.Processes {
			if rec.Processes[j].Row == name {
				rec.Processes[j].Row = short
			}
		}
	}
	var got []string
	for _, x := range analyzed(t, rec, Options{}).Scalings {
		got = append(got, fmt.Sprintf("%s by %s", x.Name, x.Knob))
	}
	want := "chain/long/nodes=1 by workers, chain/long/nodes=2 by workers, chain/long/nodes=3 by workers, " +
		"chain/long/workers=1 by nodes, chain/long/workers=2 by nodes, chain/long by nodes"
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
	if res := analyzed(t, newSweep(1, 2).record(), Options{}); len(res.Scalings) != 0 {
		t.Errorf("two values make a line: %+v", res.Scalings)
	}
}

// Rows that are not the same work, or not measured, are no points; a few
// rounds give no interval.
func TestScalingOfWhatIsThere(t *testing.T) {
	rec := newSweep(1, 2, 4, 8).record()
	for i := range rec.Processes {
		if p := &rec.Processes[i]; p.Row == "chain/long/nodes=2" && p.Impl == "go" {
			p.Digest = "another"
		}
	}
	got := scalingOf(t, rec)
	if g := got.Growths[0]; len(g.Points) != 3 || !g.Fitted || !close(g.Exponent.Value, 1, 1e-6) {
		t.Errorf("without the invalid row: %+v", g)
	}
	if r := got.Ratios[0]; len(r.Points) != 3 {
		t.Errorf("ratios %+v", r.Points)
	}

	s := newSweep(1, 2, 4)
	s.rounds = 2
	if g := scalingOf(t, s.record()).Growths[0]; !g.Fitted || g.Exponent.Bounded() || g.Bent || g.Linear || g.Unit.Bounded() || g.Points[0].HiNS != 0 {
		t.Errorf("two rounds: %+v", g)
	}
	// A round that lacks a size is no round of the fit.
	s.rounds = 4
	rec = s.record()
	rec.Processes = rec.Processes[:len(rec.Processes)-2]
	if g := scalingOf(t, rec).Growths[0]; g.Rounds != 3 {
		t.Errorf("%d rounds, want the 3 complete ones", g.Rounds)
	}
	// One implementation alone has no ratio.
	s.impls = []string{"go"}
	rec = s.record()
	rec.Plan.Reference = ""
	if got := scalingOf(t, rec); len(got.Growths) != 1 || len(got.Ratios) != 0 {
		t.Errorf("alone: %+v", got)
	}
}

// The intervals hold what they should about 19 times in 20, whatever the
// rounds have in common, and a straight line is rarely called bent. Fewer
// would be too narrow an interval, many more a useless one.
func TestScalingCoverage(t *testing.T) {
	check := func(what string, s *sweep, n int, exponent, unit, fixed float64) {
		t.Helper()
		var inExponent, inRatio, inUnit, inFixed, linear, bent, ratioBent float64
		for range n {
			x := scalingOf(t, s.record())
			g, r := x.Growths[0], x.Ratios[0]
			count := func(n *float64, ok bool) {
				if ok {
					*n += 100
				}
			}
			count(&inExponent, covers(g.Exponent, exponent))
			count(&inRatio, covers(r.Exponent, 0))
			count(&inUnit, covers(g.Unit, unit))
			count(&bent, g.Bent || g.Doubtful)
			count(&ratioBent, r.Bent || r.Doubtful)
			if g.Linear {
				linear++
				count(&inFixed, covers(g.Fixed, fixed))
			}
		}
		total := float64(n)
		t.Logf("%s: exponent %.1f%%, of the ratio %.1f%%, unit %.1f%%, fixed cost %.1f%% of the %.1f%% called linear; bent %.1f%%, ratio %.1f%%",
			what, inExponent/total, inRatio/total, inUnit/total, inFixed/max(linear, 1), 100*linear/total, bent/total, ratioBent/total)
		slack := 4 * 100 * math.Sqrt(.05*.95/total)
		in := func(what string, got float64) {
			t.Helper()
			if math.Abs(got-95) > slack {
				t.Errorf("%s holds the truth in %.1f%% of %d runs, want 95 +- %.1f", what, got, n, slack)
			}
		}
		in("unit cost", inUnit/total)
		in("exponent of the ratio", inRatio/total)
		if exponent > 0 {
			in("exponent", inExponent/total)
			if bent/total > 5+slack {
				t.Errorf("a power law is called bent in %.1f%%", bent/total)
			}
		} else if bent/total < 90 {
			t.Errorf("a fixed cost is called bent in %.1f%% only", bent/total)
		}
		if ratioBent/total > 5+slack {
			t.Errorf("a constant ratio is called bent in %.1f%%", ratioBent/total)
		}
		if fixed > 0 {
			in("fixed cost", inFixed/linear)
			if linear/total < .95-slack/100 {
				t.Errorf("a line is called one in %.1f%% only", 100*linear/total)
			}
		}
	}
	n := comparisons(10000, 2000)
	power := func(v float64) float64 { return 3000 * math.Pow(v, 0.9) }
	unit := (power(1000) - power(300)) / 700
	five := newSweep(1, 3, 10, 30, 100, 300, 1000).law(power).noise(0.03, 0.1)
	check("power law, 5 rounds", five, n, 0.9, unit, 0)
	thirty := newSweep(1, 4, 16, 50).law(func(v float64) float64 { return 3000 * math.Pow(v, 0.9) }).noise(0.05, 0)
	thirty.rounds = 20
	check("power law, 20 rounds", thirty, n/2, 0.9, (power(50)-power(16))/34, 0)
	check("fixed and unit cost", newSweep(1, 3, 10, 30, 100, 300, 1000).law(func(v float64) float64 { return 5000 + 40*v }).noise(0.02, 0.05), n, 0, 40, 5000)
}

// The check above must not be one that cannot fail: intervals a fifth too
// narrow are out of its limits.
func TestNarrowScalingIntervalsGoRed(t *testing.T) {
	s := newSweep(1, 4, 16, 50).law(func(v float64) float64 { return 3000 * math.Pow(v, 0.9) }).noise(0.05, 0)
	n := comparisons(10000, 2000)
	in := 0
	for range n {
		x := analyzed(t, s.record(), Options{scale: 0.8}).Scalings[0].Growths[0]
		if covers(x.Exponent, 0.9) {
			in++
		}
	}
	got, limit := 100*float64(in)/float64(n), 95-4*100*math.Sqrt(.05*.95/float64(n))
	t.Logf("intervals a fifth too narrow hold the truth in %.1f%%", got)
	if got >= limit {
		t.Errorf("intervals a fifth too narrow hold the truth in %.1f%%, which the check would let pass (%.1f%%)", got, limit)
	}
}

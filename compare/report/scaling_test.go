package report

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"xbench/charts"
	"xbench/compare"
	"xbench/harness/protocol"
	"xbench/harness/record"
)

// A swept benchmark is rows of one knob, and what they take.
type swept struct {
	id, category, knob string
	ways               []protocol.Params
	values             []int64
	ns                 func(impl string, way protocol.Params, v float64) float64
}

func knobs(of ...any) protocol.Params {
	var p protocol.Params
	for i := 0; i < len(of); i += 2 {
		p = append(p, protocol.Param{Name: of[i].(string), Value: of[i+1]})
	}
	return p
}

// sweeps are a fixed cost against a power law, a knob that begins at zero, and
// threads against processes.
func sweeps() []swept {
	return []swept{
		{id: "parallel_execution/fanout_3_workers", category: "parallel_execution", knob: "width", ways: []protocol.Params{nil, knobs("workers", int64(0))},
			values: []int64{1, 4, 16, 50}, ns: func(impl string, way protocol.Params, v float64) float64 {
				switch {
				case impl == "go":
					return 420 * math.Pow(v, 0.83)
				case len(way) == 0 && v > 1:
					return 55_000 + 1_800*v
				}
				return 1_900 + 780*v
			}},
		{id: "checkpointing/memory_checkpoint_5_nodes", category: "checkpointing", knob: "payload", ways: []protocol.Params{nil},
			values: []int64{0, 1024, 10240, 102400}, ns: func(impl string, _ protocol.Params, v float64) float64 {
				if impl == "go" {
					return 9_000 + 0.9*v
				}
				return 61_000 + 4.1*v
			}},
		{id: "build/heavy_cpu_static", category: "build/heavy_cpu", knob: "iterations",
			ways: []protocol.Params{knobs("executor", "sequential"), knobs("executor", "threadpool"), knobs("executor", "multiprocess"),
				knobs("executor", "multiprocess", "start_method", "fork")},
			values: []int64{100, 1000, 10000, 100000}, ns: func(impl string, way protocol.Params, v float64) float64 {
				executor, _ := way.Get("executor")
				start, _ := way.Get("start_method")
				switch {
				case executor == "sequential":
					return 200_000 + 240*5*v
				case impl == "go" && executor == "multiprocess":
					return 4e6 + 110*v
				case impl == "go":
					return 150_000 + 100*v
				case executor == "threadpool":
					return 900_000 + 240*5*v
				case start == "fork":
					return 16e6 + 240*2.6*v
				}
				return 700e6 + 240*2.6*v
			}},
	}
}

// sweepRecord is a record as a run of such sweeps writes it.
func sweepRecord(rounds int, of []swept) *record.Record {
	rec, _ := fixture(nil, "go")
	p := &rec.Plan
	p.RMax, p.Gate, p.BudgetNS, p.Filter = rounds, "none", 0, "fanout|checkpoint|heavy"
	p.Looks, p.Shares = compare.PlanLooks(rounds)
	p.Args = []string{"run", "--filter", "fanout|checkpoint|heavy", "--sweep", "width=1,4,16,50", "--rounds", fmt.Sprint(rounds)}
	p.Goals = []record.Goal{{Claim: "geometric mean >= 2x", Level: "minimum", Suite: "graph", Over: "*", Speedup: 2, Gate: true, Inconclusive: "fail"}}
	times := make(map[string]func(impl string) float64)
	for _, s := range of {
		for _, way := range s.ways {
			name := s.id
			for _, k := range way {
				name += fmt.Sprintf("/%s=%v", k.Name, k.Value)
			}
			for _, v := range s.values {
				row := record.Row{Name: fmt.Sprintf("%s/%s=%d", name, s.knob, v), ID: s.id, Category: s.category, Group: "graph", Samples: 3, Nonce: true,
					Params: way.With(s.knob, v), ShownOnly: true}
				if x, _ := way.Get("executor"); x != nil {
					row.Table, row.Variant = fmt.Sprintf("%s/%s=%d", s.id, s.knob, v), fmt.Sprint(x)
					if start, _ := way.Get("start_method"); start != nil {
						row.Variant += " " + fmt.Sprint(start)
					}
				}
				times[row.Name] = func(impl string) float64 { return s.ns(impl, way, float64(v)) }
				row.Iterations = map[string]int64{}
				for _, impl := range p.Implementations {
					row.Iterations[impl.Name] = max(1, int64(float64(p.SampleNS)/times[row.Name](impl.Name)))
				}
				p.Rows = append(p.Rows, row)
			}
		}
	}
	rng := rand.New(rand.NewPCG(5, 6))
	for round := 1; round <= rounds; round++ {
		for _, row := range p.Rows {
			for position, impl := range p.Implementations {
				x := process(rng, row, impl.Name, round, position, len(rec.Processes), times[row.Name](impl.Name), 1)
				x.Counters = map[string]int64{"tasks_run": 5}
				rec.Processes = append(rec.Processes, x)
			}
		}
	}
	return rec
}

func analyzedView(rec *record.Record) *View {
	res, err := compare.Analyze(rec, compare.Options{})
	if err != nil {
		panic(err)
	}
	return New(rec, res)
}

// drawn is a view whose caller has drawn the charts.
func drawn(v *View) *View {
	for _, f := range v.ScalingFigures() {
		f.Drawn()
	}
	return v
}

func sweepView() *View { return drawn(analyzedView(sweepRecord(5, sweeps()))) }

// sweepHostileView has two candidates, too few rounds, and names that would
// break out of any of the formats.
func sweepHostileView() *View {
	s := sweeps()[:1]
	s[0].id, s[0].category, s[0].knob = "evil/a|b`c``<script>", "evil\x1b[2J", "wi|d<b>\x07"
	rec := sweepRecord(2, s)
	other := rec.Plan.Implementations[0]
	other.Name = "<r>\x1b[31m"
	rec.Plan.Implementations = append(rec.Plan.Implementations, other)
	for _, p := range slices.Clone(rec.Processes) {
		if p.Impl == "go" {
			p.Impl = other.Name
			rec.Processes = append(rec.Processes, p)
		}
	}
	return drawn(analyzedView(rec))
}

func TestGoldenSweep(t *testing.T) {
	v := sweepView()
	for _, width := range []int{80, 140} {
		golden(t, fmt.Sprintf("sweep-%d.txt", width), func(w io.Writer) error { return v.Terminal(w, TerminalOptions{Width: width}) })
	}
	figures := v.ScalingFigures()
	var paths []string
	for i, f := range figures {
		paths = append(paths, f.Path)
		if i == 0 || strings.Contains(f.Path, "crossover-1") {
			golden(t, "sweep-"+strings.TrimPrefix(f.Path, "charts/"), func(w io.Writer) error { return charts.Scaling(w, f.Data, charts.Options{}) })
		}
	}
	if got, want := strings.Join(paths, " "), "charts/scaling-1.svg charts/scaling-2.svg charts/scaling-3.svg charts/scaling-4.svg charts/scaling-5.svg "+
		"charts/scaling-6.svg charts/scaling-7.svg charts/crossover-1.svg charts/crossover-2.svg"; got != want {
		t.Errorf("charts\ngot  %s\nwant %s", got, want)
	}
}

// A chart that was not drawn is not linked.
func TestSweepWithoutCharts(t *testing.T) {
	var b strings.Builder
	if err := analyzedView(sweepRecord(3, sweeps()[:1])).Markdown(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "![") {
		t.Errorf("a link to nothing in\n%s", b.String())
	}
}

// Every chart of every view can be drawn.
func TestScalingFiguresCanBeDrawn(t *testing.T) {
	for name, v := range views() {
		for _, f := range v.ScalingFigures() {
			for _, format := range []charts.Format{charts.SVG, charts.PNG} {
				if err := charts.Scaling(io.Discard, f.Data, charts.Options{Format: format}); err != nil {
					t.Errorf("%s: %s: %v", name, f.Path, err)
				}
			}
		}
	}
}

func TestPowerText(t *testing.T) {
	inf := math.Inf(1)
	check := func(p compare.Power, want string) {
		t.Helper()
		if got := powerText("n", p); got != want {
			t.Errorf("%+v:\ngot  %s\nwant %s", p, got, want)
		}
	}
	bends := [2]compare.Stretch{{From: 1, To: 3, Exponent: compare.Estimate{Value: 0.2}}, {From: 300, To: 1000, Exponent: compare.Estimate{Value: 1.004}}}
	check(compare.Power{}, "-")
	check(compare.Power{Fitted: true, Exponent: compare.Estimate{Value: 0.976, Lo: 0.971, Hi: 0.981}}, "n^0.98 (0.97 to 0.99)")
	check(compare.Power{Fitted: true, Exponent: compare.Estimate{Value: 1, Lo: 1, Hi: 1}}, "n^1.00 (1.00 to 1.00)")
	check(compare.Power{Fitted: true, Exponent: compare.Estimate{Value: -0.001, Lo: -0.021, Hi: 0.019}}, "n^0.00 (-0.03 to 0.02)")
	check(compare.Power{Fitted: true, Exponent: compare.Estimate{Value: 0.5, Lo: -inf, Hi: inf}}, "n^0.50")
	check(compare.Power{Fitted: true, Bent: true, Bends: bends}, "not a power law: ^0.20 at 1-3, ^1.00 at 300-1000")
	check(compare.Power{Fitted: true, Doubtful: true, Bends: bends, Exponent: compare.Estimate{Value: 0.7, Lo: 0.6, Hi: 0.8}},
		"n^0.70 (0.60 to 0.80), doubtful: ^0.20 at 1-3, ^1.00 at 300-1000")
}

func TestFormatCost(t *testing.T) {
	inf := math.Inf(1)
	check := func(value, lo, hi float64, want string) {
		t.Helper()
		if got := formatCost(compare.Estimate{Value: value, Lo: lo, Hi: hi}); got != want {
			t.Errorf("%g, %g to %g: got %s, want %s", value, lo, hi, got, want)
		}
	}
	check(24.123, 23.987, 24.301, "24.1 ns (23.9 to 24.4)") // outwards
	check(1999.6, 1990, 2010, "2.00 us (1.99 to 2.01)")
	check(999.96, 999.1, 1001.2, "1.00 us (0.999 to 1.01)")
	check(3.1, -2.041, 8.2, "3.10 ns (-2.05 to 8.20)") // a difference may be negative
	check(-3.1, -8.21, 2.0, "-3.10 ns (-8.21 to 2.00)")
	check(5e6, 1.2e3, 6e6, "5.00 ms (0.001 to 6.00)")
	check(25, -inf, inf, "25.0 ns")
	check(0, -inf, inf, "-")
	check(math.NaN(), 1, 2, "-")
}

func TestCrossoverText(t *testing.T) {
	inf := math.Inf(1)
	check := func(c compare.Crossover, want string) {
		t.Helper()
		for i, size := range []float64{100, 1000, 10000} {
			c.Sizes = append(c.Sizes, compare.CrossoverSize{Size: size, Ratio: []compare.Interval{{Lo: 0.5, Hi: 0.6}, {Lo: 1.5, Hi: 2}, {Lo: 0.2, Hi: 0.3}}[i]})
		}
		if got := crossoverText(c); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	at := compare.Estimate{Value: 3162.3, Lo: 2111, Hi: 4511}
	check(compare.Crossover{Outcome: compare.CrossingWithin, At: at, Below: 100, Above: 10000},
		"overtakes at about 3200 (2100 to 4600); slower up to 100, faster from 10000")
	check(compare.Crossover{Outcome: compare.CrossingWithin, At: at, Below: 100, Above: 10000, TaskNS: compare.Estimate{Value: 758_000}},
		"overtakes at about 3200 (2100 to 4600), a task of about 760 us; slower up to 100, faster from 10000")
	check(compare.Crossover{Outcome: compare.CrossingNotYet, At: compare.Estimate{Value: 3000, Lo: 950, Hi: inf}, Below: 100},
		"slower up to 100, not told apart at 10000; overtakes at about 3000 (at least 950)")
	check(compare.Crossover{Outcome: compare.CrossingNotYet, At: compare.Estimate{Value: 3000, Hi: inf}, Below: 100}, "slower up to 100, not told apart at 10000")
	check(compare.Crossover{Outcome: compare.CrossingNotYet, At: compare.Estimate{Lo: 950, Hi: inf}, Below: 1000}, "slower up to 1000, not told apart at 10000")
	check(compare.Crossover{Outcome: compare.CrossingAlready, At: compare.Estimate{Value: 300, Hi: 420}, Above: 1000},
		"faster from 1000, not told apart at 100; overtakes at about 300 (at most 420)")
	check(compare.Crossover{Outcome: compare.CrossingFaster}, "faster at every size")
	check(compare.Crossover{Outcome: compare.CrossingSlower}, "slower at every size")
	check(compare.Crossover{Outcome: compare.CrossingUnclear}, "not told apart at 100, nor at 10000")
	check(compare.Crossover{Outcome: compare.CrossingMixed}, "faster and slower in turns: slower at 100 and 10000; faster at 1000")
}

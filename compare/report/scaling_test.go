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
	v.Charts = "charts"
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
	var names []string
	for _, f := range v.Figures() {
		names = append(names, f.Name)
		if f.Name == "scaling-1" || f.Name == "crossover-1" {
			golden(t, "sweep-"+f.Name+".svg", func(w io.Writer) error { return f.Draw(w, charts.Options{}) })
		}
	}
	if got, want := strings.Join(names, " "), "speedup heat executors-python executors-go scaling-1 scaling-2 scaling-3 scaling-4 scaling-5 scaling-6 scaling-7 crossover-1 crossover-2"; got != want {
		t.Errorf("charts\ngot  %s\nwant %s", got, want)
	}
}

// A chart that was not drawn is not linked.
func TestSweepWithoutCharts(t *testing.T) {
	var b strings.Builder
	if err := analyzedView(sweepRecord(3, sweeps()[:1])).Markdown(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "<img") {
		t.Errorf("a link to nothing in\n%s", b.String())
	}
}

// Every figure of every view can be drawn.
func TestFiguresCanBeDrawn(t *testing.T) {
	for name, v := range views() {
		draw := func(f Figure, format charts.Format) {
			t.Helper()
			if err := f.Draw(io.Discard, charts.Options{Format: format}); err != nil {
				t.Errorf("%s: %s: %v", name, f.Name, err)
			}
		}
		for i, f := range v.Figures() {
			draw(f, charts.SVG)
			if i < 3 {
				draw(f, charts.PNG)
			}
		}
		for i := range v.Rows {
			if f, ok := v.Distribution(i); ok {
				draw(f, charts.SVG)
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
	check(compare.Crossover{Outcome: compare.CrossingWithin, At: at, Below: 100, Above: 10000, TaskNS: compare.Estimate{Value: 758_000, Lo: 491_000, Hi: 1_093_000}},
		"overtakes at about 3200 (2100 to 4600), a task of about 760 us (490 to 1100); slower up to 100, faster from 10000")
	// A duration without both ends is not one, and no more is an estimate.
	check(compare.Crossover{Outcome: compare.CrossingWithin, At: at, Below: 100, Above: 10000, TaskNS: compare.Estimate{Value: 758_000, Hi: inf}},
		"overtakes at about 3200 (2100 to 4600); slower up to 100, faster from 10000")
	check(compare.Crossover{Outcome: compare.CrossingWithin, Below: 100, Above: 10000}, "overtakes; slower up to 100, faster from 10000")
	check(compare.Crossover{Outcome: compare.CrossingNotYet, At: compare.Estimate{Lo: 950, Hi: inf}, Below: 100},
		"not proved to overtake up to 10000 (if it does, from 950 on); add sizes or rounds")
	check(compare.Crossover{Outcome: compare.CrossingNotYet, At: compare.Estimate{Hi: inf}, Below: 100},
		"not proved to overtake up to 10000 (if it does, from 100 on); add sizes or rounds")
	check(compare.Crossover{Outcome: compare.CrossingNotYet, At: compare.Estimate{Lo: inf, Hi: inf}, Below: 1000},
		"not proved to overtake up to 10000 (if it does, from 1000 on); add sizes or rounds")
	check(compare.Crossover{Outcome: compare.CrossingAlready, At: compare.Estimate{Hi: 420}, Above: 1000},
		"faster from 1000, not proved slower down to 100 (if it is, below 420); add sizes or rounds")
	check(compare.Crossover{Outcome: compare.CrossingFaster}, "faster at every size")
	check(compare.Crossover{Outcome: compare.CrossingSlower}, "slower at every size")
	check(compare.Crossover{Outcome: compare.CrossingUnclear}, "not told apart at 100, nor at 10000; add sizes or rounds")
	check(compare.Crossover{Outcome: compare.CrossingMixed}, "faster and slower in turns: slower at 100 and 10000; faster at 1000")
}

// A line is said first: its exponents hide it. What is neither is an exponent
// with what one more costs.
func TestGrowsAs(t *testing.T) {
	check := func(g compare.Growth, text, law string) {
		t.Helper()
		if got := growsAs("nodes", g); got != text {
			t.Errorf("got  %s\nwant %s", got, text)
		}
		if got := lawText(g); got != law {
			t.Errorf("%s: got %s, want %s", text, got, law)
		}
	}
	near := func(v float64) compare.Estimate { return compare.Estimate{Value: v, Lo: 0.95 * v, Hi: 1.05 * v} }
	bent := compare.Power{Fitted: true, Bent: true, Bends: [2]compare.Stretch{
		{From: 1, To: 10, Exponent: near(0.73)}, {From: 100, To: 1000, Exponent: near(1.01)}}}
	flat := compare.Power{Fitted: true, Exponent: compare.Estimate{Value: 0.05, Lo: -0.04, Hi: 0.15}}
	steep := compare.Power{Fitted: true, Exponent: near(1.5)}
	check(compare.Growth{Power: bent, Linear: true, Fixed: near(687), PerUnit: near(593), Unit: near(590)},
		"linear: 687 ns + 593 ns (563 to 623) per node", "linear")
	check(compare.Growth{Power: steep, Linear: true, Fixed: compare.Estimate{Value: 1, Lo: -1, Hi: 3}, PerUnit: near(593)},
		"linear: 593 ns (563 to 623) per node, no fixed cost proved", "linear")
	check(compare.Growth{Power: bent, Unit: near(590)},
		"not a power law: ^0.73 at 1-10, ^1.01 at 100-1000; one more costs 590 ns (560 to 620) at the large end", "not a power law")
	check(compare.Growth{Power: flat, Linear: true, Fixed: near(687), PerUnit: compare.Estimate{Value: 1, Lo: -1, Hi: 3}},
		"does not grow: nodes^0.05 (-0.04 to 0.15)", "does not grow")
	check(compare.Growth{Power: steep, Unit: near(20)}, "nodes^1.50 (1.42 to 1.58); one more costs 20.0 ns (19.0 to 21.0) at the large end", "power law")
	check(compare.Growth{}, "-", "-")
	// A fixed cost below zero is no cost.
	check(compare.Growth{Power: steep, Linear: true, Fixed: compare.Estimate{Value: -9, Lo: -12, Hi: -6}, PerUnit: near(593), Unit: near(20)},
		"nodes^1.50 (1.42 to 1.58); one more costs 20.0 ns (19.0 to 21.0) at the large end", "power law")
}

func TestOneOfAKnob(t *testing.T) {
	for knob, want := range map[string]string{"nodes": "node", "iterations": "iteration", "branches": "branch", "retries": "retry", "leaves": "leaf", "waves": "wave", "boxes": "box",
		"sleep_ms": "ms", "wait_s": "s", "max_nodes": "max_node", "status": "unit of status", "class": "unit of class", "width": "unit of width",
		"axis": "unit of axis", "classes": "class", "n": "unit of n", "s": "unit of s"} {
		if got := one(knob); got != want {
			t.Errorf("%s: got %s, want %s", knob, got, want)
		}
	}
}

// The rows of a sweep are in the order of its values, under a heading of their
// own, and the benchmark's default is a value like the others.
func TestSweepRowsAreInOrder(t *testing.T) {
	s := sweeps()[1:2]
	s[0].ns = func(impl string, _ protocol.Params, v float64) float64 {
		if impl == "go" && v == 10240 {
			return 1e6 // slower, which elsewhere moves a row to the top
		}
		return 1e4 + v
	}
	rec := sweepRecord(5, s)
	for i := range rec.Plan.Rows { // the default is not in the name
		rec.Plan.Rows[i].Name = strings.TrimSuffix(rec.Plan.Rows[i].Name, "/payload=1024")
	}
	for i := range rec.Processes {
		rec.Processes[i].Row = strings.TrimSuffix(rec.Processes[i].Row, "/payload=1024")
	}
	v := analyzedView(rec)
	var labels []string
	for _, r := range v.Rows {
		labels = append(labels, r.Heading+" "+r.Label)
	}
	if got, want := strings.Join(labels, ", "), "memory_checkpoint_5_nodes payload=0, memory_checkpoint_5_nodes payload=1024, "+
		"memory_checkpoint_5_nodes payload=10240, memory_checkpoint_5_nodes payload=102400"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var b strings.Builder
	if err := v.Markdown(&b); err != nil {
		t.Fatal(err)
	}
	if want := "`checkpointing/memory_checkpoint_5_nodes` (payload=1024)"; !strings.Contains(b.String(), want) {
		t.Errorf("no %s in\n%s", want, b.String())
	}
	// Every number is printed once.
	if n := strings.Count(b.String(), FormatDuration(v.Rows[3].Cells[0].RefNS)); n != 1 {
		t.Errorf("a time is printed %d times in\n%s", n, b.String())
	}
}

package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"xbench/harness/record"
)

// A table is a group of simulations of which the same is asked.
type table struct {
	title   string
	about   string
	labels  []string // head of what names a row
	columns []string // head of what is simulated: one number per column
	rows    []tableRow
}

// A tableRow is simulated n times with -long and some times without.
type tableRow struct {
	label    []string
	n, short int
	run      func(l *lab) []float64
	limits   []limit
}

// A limit is what a number must not pass, in the unit of its column.
type limit struct {
	column int
	most   bool
	bound  float64
}

func most(bound float64, columns ...int) (out []limit) {
	for _, c := range columns {
		out = append(out, limit{c, true, bound})
	}
	return out
}

func least(bound float64, columns ...int) (out []limit) {
	for _, c := range columns {
		out = append(out, limit{c, false, bound})
	}
	return out
}

// share is a percentage of runs.
func share(happened bool) float64 { return 100 * one(happened) }

// tables are the whole of docs/error-rates.md.
func tables() []table {
	return []table{
		machinesTable(), methodsTable(), powerTable(), meanTable(), everyRowTable(), oneRowTable(),
		costTable(), plansTable(), rulesTable(), correlationTable(), spacingTable(), commandTable(), lateTable(), floorTable(),
	}
}

func meanGoal(ratio float64) record.Goal { return record.Goal{Speedup: ratio} }

// everyRow claims that no row is slower by more than the tolerance.
func everyRow(tolerance float64) record.Goal { return record.Goal{Each: 1, Tolerance: tolerance} }

// judgeRounds is one comparison by our method with m samples per process and at
// most rMax rounds.
func judgeRounds(samples, rMax int, toTheEnd bool) func(l *lab, m machine, ratio, goal float64) Goal {
	return func(l *lab, m machine, ratio, goal float64) Goal {
		imagined := tryRows(samples, rMax, []float64{ratio}, meanGoal(goal))
		l.run(imagined, m, !toTheEnd)
		g := l.judge().Goals[0]
		if g.DecidedAt == 0 {
			g.DecidedAt = len(l.rec.Processes) / 2 // given up
		}
		return g
	}
}

func machinesTable() table {
	t := table{
		title: "The machines",
		about: `What disturbs a time, as spreads (standard deviations) of its logarithm. Samples of a process resemble their neighbours; every process draws a value of its own; the machine drifts, and has episodes in which everything is
slower. Time goes on from process to process, and drift and episodes are those of the moment, for both sides and all rows. A spike multiplies the time of a single sample. "Two speeds" is a program that runs 5 % faster or slower
from launch to launch, as memory layout makes it. The last columns are what remains of it in the log speedup of a round, which is a difference of two medians: its spread with 5 and with 10 samples per process, and the
correlation of neighbouring rounds, of 10 rows measured by turns.`,
		labels:  []string{"machine", "samples (correlation)", "processes", "drift (memory)", "spikes", "episodes"},
		columns: []string{"rounds, m = 5", "rounds, m = 10", "correlation of rounds (a number)"},
	}
	for _, m := range machines {
		t.rows = append(t.rows, tableRow{label: append([]string{m.name}, m.inWords()...), n: 1000, short: 5, run: func(l *lab) []float64 {
			l.toTheEnd(tryRows(5, 30, equalRows(10, 1)), m)
			few, _ := l.rounds()
			l.toTheEnd(tryRows(10, 30, equalRows(10, 1)), m)
			many, lag := l.rounds()
			return []float64{100 * few, 100 * many, lag}
		}})
	}
	return t
}

// rounds are the spread of the rounds and the correlation of neighbours, on
// average over the rows of what was measured.
func (l *lab) rounds() (spread, correlation float64) {
	var squares, lags []float64
	for _, r := range l.judge().Rows {
		squares = append(squares, sd(r.D)*sd(r.D))
		lags = append(lags, lag1(r.D)+1/float64(len(r.D)))
	}
	return math.Sqrt(mean(squares)), mean(lags)
}

// inWords describes the noise, one cell for each kind.
func (m machine) inWords() []string {
	percent := func(x float64) string { return fmt.Sprintf("%.3g %%", 100*x) }
	words := []string{percent(m.sample) + fmt.Sprintf(" (%v)", m.phi), percent(m.process), "-", "-", "-"}
	if m.twoWays {
		words[1] = "+-" + words[1] + ", nothing in between"
	}
	if m.drift > 0 {
		words[2] = fmt.Sprintf("%s (%v s)", percent(m.drift), m.tau)
	}
	if m.spikes > 0 {
		words[3] = percent(m.spikes) + " x(1+Exp(1))"
	}
	if m.pareto {
		words[3] = percent(m.spikes) + " xPareto(1.5)"
	}
	if m.every > 0 {
		words[4] = fmt.Sprintf("%v s in %v s, +%.0f to +%.0f %%", m.lasts, m.every, 100*math.Expm1(m.gentle), 100*math.Expm1(m.fierce))
	}
	return words
}

func methodsTable() table {
	t := table{
		title: "One benchmark, three methods",
		about: `A true speedup near the claimed 2x, and 20 samples, 10 samples or up to 30 rounds to tell. Exactly on the threshold neither verdict is right, and a method without "inconclusive" has to toss a coin. At 1.90x PASS is
wrong, at 2.10x FAIL is. The last column but one compares two equal programs with 1x: any verdict is a false alarm. The two usual methods are given the best of conditions, one side right after the other, and the truth on the
same machine; they fail because all their samples come from one process, and what that process was dealt is not in their scatter. More samples do not help. On the threshold all 30 rounds are measured, which is the hardest case;
elsewhere runs stop when they are decided or given up. A program of two speeds may be dealt five rounds of five alike, which looks like certainty: its limit for wrong verdicts away from the threshold is twice that of the others.`,
		labels: []string{"machine", "method"},
		columns: []string{"2.00x: PASS", "2.00x: FAIL", "1.90x: wrong PASS", "1.90x: right FAIL", "2.10x: right PASS", "2.10x: wrong FAIL",
			"equal, claim 1x: any verdict", "rounds at 2.10x (a number)"},
	}
	ours, end := judgeRounds(10, 30, false), judgeRounds(10, 30, true)
	for _, m := range machines {
		for _, usual := range []method{naive, benchstat} {
			t.rows = append(t.rows, tableRow{label: []string{m.name, usual.name}, n: 10000, short: 100, run: func(l *lab) []float64 {
				on, below, above, equal := usual.judge(l, m, 2, 2), usual.judge(l, m, 1.9, 2), usual.judge(l, m, 2.1, 2), usual.judge(l, m, 1, 1)
				return []float64{share(on == Pass), share(on == Fail), share(below == Pass), share(below == Fail), share(above == Pass), share(above == Fail),
					share(equal != Inconclusive), math.NaN()}
			}})
		}
		on, off := 2.5, .1
		switch m.name {
		case iid5.name:
			on = 2
		case twoSpeeds.name:
			off = .2 // five rounds of five at one speed
		}
		t.rows = append(t.rows, tableRow{label: []string{m.name, "**xbench**"}, n: 10000, short: 60, run: func(l *lab) []float64 {
			on, below, above, equal := end(l, m, 2, 2), ours(l, m, 1.9, 2), ours(l, m, 2.1, 2), ours(l, m, 1, 1)
			return []float64{share(on.Verdict == Pass), share(on.Verdict == Fail), share(below.Verdict == Pass), share(below.Verdict == Fail),
				share(above.Verdict == Pass), share(above.Verdict == Fail), share(equal.Verdict != Inconclusive), float64(above.DecidedAt)}
		}, limits: slices.Concat(most(on, 0, 1), most(off, 2, 5), most(5, 6))})
	}
	return t
}

func powerTable() table {
	t := table{
		title: "A true difference of 5 %",
		about: `One benchmark at a true 1.05x, claimed: at least 1x. How often it is found, how often the opposite is said, and what it costs: the rounds measured, as a share of all that are planned. The last column is the cost when there is
nothing to find: a true 1.00x, where a run stops once a verdict has become unlikely. With two speeds a verdict in the wrong direction is a matter of arithmetic: five rounds out of five that deal the program its slow side and the
other its fast one happen once in 1024 runs, and look like certainty.`,
		labels:  []string{"noise", "samples", "rounds planned"},
		columns: []string{"found", "opposite", "rounds (a number)", "cost", "cost at 1.00x"},
	}
	add := func(name string, m machine, samples, rMax int, limits ...limit) {
		n, opposite := 10000, .1
		if m.twoWays {
			n, opposite = 100000, .15
		}
		ours := judgeRounds(samples, rMax, false)
		t.rows = append(t.rows, tableRow{label: []string{name, fmt.Sprint(samples), fmt.Sprint(rMax)}, n: n, short: 40, limits: append(limits, most(opposite, 1)...),
			run: func(l *lab) []float64 {
				g, equal := ours(l, m, 1.05, 1), ours(l, m, 1, 1)
				return []float64{share(g.Verdict == Pass), share(g.Verdict == Fail), float64(g.DecidedAt), 100 * float64(g.DecidedAt) / float64(rMax),
					100 * float64(equal.DecidedAt) / float64(rMax)}
			}})
	}
	add(iid5.name, iid5, 5, 20, least(90, 0)...)
	add(iid5.name, iid5, 5, 30, most(45, 3)...)
	add(iid5.name, iid5, 10, 30, most(45, 3)...)
	add("rounds differ by 5 %", roundsOf(.05), 5, 20, least(90, 0)...)
	add("rounds differ by 7.07 %", roundsOf(.0707), 5, 30, least(85, 0)...)
	add("rounds differ by 7.07 %", roundsOf(.0707), 5, 45, least(90, 0)...)
	add(quietHost.name, quietHost, 10, 30)
	add(typicalVM.name, typicalVM, 5, 30, append(least(90, 0), most(70, 3, 4)...)...)
	add(typicalVM.name, typicalVM, 10, 30, append(least(90, 0), most(70, 3, 4)...)...)
	add(noisyVM.name, noisyVM, 10, 30)
	add(twoSpeeds.name, twoSpeeds, 10, 30)
	return t
}

func meanTable() table {
	t := table{
		title: "75 equal programs, claimed: at least 1x on average",
		about: `A whole suite compared with itself, the geometric mean exactly on its threshold. Both verdicts are wrong and each may happen in 2.5 % of suites. The next two columns are about the 95 % intervals printed for single rows, 75 in
each suite: how often 1x lies below or above one.`,
		labels:  []string{"machine"},
		columns: []string{"wrong PASS", "wrong FAIL", "rows: 1x below the interval", "rows: 1x above it", "cost"},
	}
	imagined := tryRows(10, 30, equalRows(75, 1), meanGoal(1))
	for _, m := range machines {
		t.rows = append(t.rows, tableRow{label: []string{m.name}, n: 10000, short: 4, limits: most(2.5, 0, 1, 2, 3), run: func(l *lab) []float64 {
			c := l.follow(imagined, m)
			res, below, above := l.judge(), 0.0, 0.0
			for _, r := range res.Rows {
				below += share(r.Speedup.Lo > 1) / 75
				above += share(r.Speedup.Hi < 1) / 75
			}
			v := res.Goals[0].Verdict
			return []float64{share(v == Pass), share(v == Fail), below, above, 100 * float64(c.rowRounds) / (75 * 30)}
		}})
	}
	return t
}

func everyRowTable() table {
	t := table{
		title: "75 equal programs, claimed: no row slower",
		about: `FAIL is a false alarm. With a tolerance of 5 % it must not happen in more than one of a thousand suites, two where programs run at two speeds. Without a tolerance every row is exactly on its threshold: PASS, too, is wrong, and
false alarms may reach 2.5 %. That 5 % cannot be proved of 75 rows on a busy machine is no error: "inconclusive" says so, and the run says which tolerance it could have proved.`,
		labels:  []string{"machine", "tolerance"},
		columns: []string{"FAIL", "PASS", "inconclusive", "rows proved", "cost"},
	}
	for _, m := range machines {
		for _, tolerance := range []float64{.05, 0} {
			imagined := tryRows(10, 30, equalRows(75, 1), everyRow(tolerance))
			limits, n := most(.1, 0), 10000
			switch {
			case tolerance == 0:
				limits, n = most(2.5, 0, 1), 1000
			case m.name == noisyVM.name:
				n = 3000 // more rows stay open, and take more time
			case m.name == twoSpeeds.name:
				limits = most(.2, 0)
			}
			t.rows = append(t.rows, tableRow{label: []string{m.name, fmt.Sprintf("%.0f %%", 100*tolerance)}, n: n, short: 3, limits: limits, run: func(l *lab) []float64 {
				c := l.follow(imagined, m)
				res, proved := l.judge(), 0.0
				for _, r := range res.Rows {
					proved += share(r.Status == Pass) / 75
				}
				v := res.Goals[0].Verdict
				return []float64{share(v == Fail), share(v == Pass), share(v == Inconclusive), proved, 100 * float64(c.rowRounds) / (75 * 30)}
			}})
		}
	}
	return t
}

func oneRowTable() table {
	t := table{
		title: "One odd row among 75",
		about: `Claimed: no row slower. A row that is exactly on the threshold while all others are far above it must not let the goal pass in more than 2.5 % of suites. One that is slower must be found, be named, and be the only one named.
"10 % below" is 10 % below the threshold. The last case is a row 10 % slower under a tolerance of 5 %, which leaves 4.8 % to be seen: it shows the limit of what 30 rounds can find among 75 rows.`,
		labels:  []string{"machine", "the odd row", "the others", "tolerance"},
		columns: []string{"PASS", "FAIL, that row named", "another row named", "cost"},
	}
	add := func(m machine, what string, ratio, others, tolerance float64, n int, limits ...limit) {
		ratios := equalRows(75, others)
		ratios[33] = ratio
		imagined := tryRows(10, 30, ratios, everyRow(tolerance))
		label := []string{m.name, what, fmt.Sprintf("%.4gx", others), fmt.Sprintf("%.0f %%", 100*tolerance)}
		t.rows = append(t.rows, tableRow{label: label, n: n, short: 4, limits: append(limits, most(2.5, 2)...), run: func(l *lab) []float64 {
			c := l.follow(imagined, m)
			g := l.judge().Goals[0]
			named := slices.Contains(g.Culprits, "r33")
			return []float64{share(g.Verdict == Pass), share(named), share(len(g.Culprits) > 1 || len(g.Culprits) == 1 && !named), 100 * float64(c.rowRounds) / (75 * 30)}
		}})
	}
	for _, m := range machines {
		add(m, "on the threshold", 1/1.05, 1.5, .05, 6000, append(most(2.5, 0), most(.15, 1)...)...)
	}
	add(typicalVM, "10 % slower", 1/1.1, 1, 0, 500, least(95, 1)...)
	add(typicalVM, "10 % below", 1/1.05/1.1, 1, .05, 500, least(95, 1)...)
	add(noisyVM, "20 % slower", 1/1.2, 1, 0, 500, least(95, 1)...)
	add(noisyVM, "20 % below", 1/1.05/1.2, 1, .05, 500, least(95, 1)...)
	add(typicalVM, "10 % slower", 1/1.1, 1, .05, 500)
	return t
}

// quickSuite are the speedups of a run of the shipped quick suite on a virtual
// machine: eleven rows of the graph engine and six builds, of which the first
// two mostly wait.
var quickSuite = []float64{5.45, 4.08, 2.86, 4.57, 26.5, 4.78, 5.54, 4.06, 2.01, 3.94, 3.90, 1.02, 1.07, 3.38, 76.1, 114, 3.13}

const (
	quickGraph   = 11 // rows of the graph engine, first
	quickWaiting = 2  // builds that wait, after them
	quickBusy    = .2 // share of their time that they are busy
)

// likeQuick is a suite of so many rows with the speedups of the quick one again
// and again, and the minimum goals of the demo.
func likeQuick(rows int, apart, waitingBusy float64) *imagined {
	goals := []record.Goal{
		{Suite: "graph", Speedup: 2}, {Suite: "graph", Each: 1, Tolerance: .05}, {Suite: "graph", Consistency: .3},
		{Suite: "build", Each: 1, Tolerance: .05},
	}
	t := tryRows(10, 30, equalRows(rows, 1), goals...)
	t.apart = apart
	t.busy = make([]float64, rows)
	for i := range rows {
		at := i % len(quickSuite)
		row := &t.plan.Rows[i]
		t.ratio[i], t.busy[i], row.Group = quickSuite[at], 1, "build"
		if at < quickGraph {
			row.Group, row.Category = "graph", fmt.Sprintf("graph %d", at)
		} else if at < quickGraph+quickWaiting {
			t.busy[i] = waitingBusy
		}
	}
	return t
}

func costTable() table {
	t := table{
		title: "Time to verdict: a suite like the demo's",
		about: `Speedups from 1.02x to 114x as the shipped quick suite measured them, two rows in 17 mostly waiting (only a fifth of their time is the machine's to disturb), and the demo's minimum goals: the graph engine at least 2x on
average, no row more than 5 % slower, categories steady within 30 %. All of it is true, so that FAIL of any of the four is wrong; the last one is judged when the others have ended the run, and may be inconclusive. The cost is
that of measuring up to 30 rounds, compared with 30 rounds of everything: in processes, and by the clock, which also waits until rounds of one row are 5 s (17 rows) or 10 s (75 rows) apart. In the last row the waiting rows do
not wait and are as noisy as all others: rows at 1.02x cannot be proved to be within 5 % there.`,
		labels:  []string{"suite", "machine"},
		columns: []string{"all proved", "wrong FAIL", "of these, consistency", "rows decided", "rounds per tested goal (a number)", "cost in processes", "cost by the clock"},
	}
	add := func(name string, imagined *imagined, m machine, limits ...limit) {
		rows := len(imagined.ratio)
		process := startUp + sampleTime*float64(imagined.plan.Rows[0].Samples)
		round := 2 * process * float64(rows)
		fixed := (30-1)*math.Max(round, imagined.apart) + round
		t.rows = append(t.rows, tableRow{label: []string{name, m.name}, n: 3000, short: 8, limits: limits, run: func(l *lab) []float64 {
			c := l.follow(imagined, m)
			res, decided := l.judge(), 0.0
			for _, r := range res.Rows {
				decided += share(r.Status != Inconclusive) / float64(rows)
			}
			proved, failed, unsteady, rounds := true, false, false, 0.0
			for _, g := range res.Goals {
				proved, failed = proved && g.Verdict == Pass, failed || g.Verdict == Fail
				if g.Consistency > 0 {
					unsteady = g.Verdict == Fail
					continue
				}
				at := g.DecidedAt
				if at == 0 {
					at = res.Rounds
				}
				rounds += float64(at) / 3
			}
			return []float64{share(proved), share(failed), share(unsteady), decided, rounds, 100 * float64(c.rowRounds) / float64(rows*30), 100 * c.seconds / fixed}
		}})
	}
	want := slices.Concat(most(.1, 1), least(95, 3), most(6, 4), most(20, 5))
	for _, m := range []machine{quietHost, typicalVM, noisyVM} {
		limits := want
		if m.name == noisyVM.name {
			limits = most(2.5, 1)
		}
		add("17 rows", likeQuick(17, 5, quickBusy), m, limits...)
		add("75 rows", likeQuick(75, 10, quickBusy), m, limits...)
	}
	add("17 rows, none waits", likeQuick(17, 5, 1), typicalVM, most(.1, 1)...)
	return t
}

func plansTable() table {
	t := table{
		title: "Few rounds, few samples, longer plans",
		about: `One benchmark exactly on its threshold (claim 2x), every planned round measured: the bound of 2.5 % for each verdict holds for every plan, whatever its length. m is the number of samples per process; m = 1 is what
"xbench run --command" does. The last column is what a plan can see: how often a true 2.2x is found on the typical VM.`,
		labels:  []string{"rounds planned", "m"},
		columns: []string{"independent: PASS", "FAIL", "typical VM: PASS", "FAIL", "two speeds: PASS", "FAIL", "typical VM, 2.2x: found"},
	}
	add := func(rMax, samples int) {
		end := judgeRounds(samples, rMax, true)
		t.rows = append(t.rows, tableRow{label: []string{fmt.Sprint(rMax), fmt.Sprint(samples)}, n: 4000, short: 40, limits: most(2.5, 0, 1, 2, 3, 4, 5), run: func(l *lab) []float64 {
			var out []float64
			for _, m := range []machine{iid5, typicalVM, twoSpeeds} {
				g := end(l, m, 2, 2)
				out = append(out, share(g.Verdict == Pass), share(g.Verdict == Fail))
			}
			return append(out, share(end(l, typicalVM, 2.2, 2).Verdict == Pass))
		}})
	}
	for _, rMax := range []int{5, 8, 13, 20, 30, 45} {
		add(rMax, 10)
	}
	add(30, 5)
	add(5, 1)
	add(30, 1)
	return t
}

func rulesTable() table {
	t := table{
		title: "What each part of the rule is for",
		about: `The same rounds, exactly on the threshold, judged by the rule as it is and with one part changed; wrong verdicts in both directions together. As it is, the rule must stay below the limits of its row; every change that is
a mutilation must go over one of them, or the limit would be one that cannot fail. (The rule is written a second time for this, and a test holds the two against each other.) "Two speeds and nothing else" deals equal values again
and again: without a least spread, three equal rounds look like certainty. A single look would be no better at being right; it would always cost 30 rounds.`,
		labels:  []string{"rule"},
		columns: []string{"independent 5 %", "typical VM", "two speeds and nothing else", "the same, 5 rounds", "correlated by 0.3", "the same, 5 rounds"},
	}
	onlyTwoSpeeds := machine{process: .05, twoWays: true}
	cases := []struct {
		m    machine
		rMax int
	}{{iid5, 30}, {typicalVM, 30}, {onlyTwoSpeeds, 30}, {onlyTwoSpeeds, 5}, {fretful(.3), 30}, {fretful(.3), 5}}
	add := func(r rule, limits ...limit) {
		t.rows = append(t.rows, tableRow{label: []string{r.name}, n: 4000, short: 80, limits: limits, run: func(l *lab) []float64 {
			var out []float64
			for _, c := range cases {
				l.toTheEnd(tryRows(10, c.rMax, []float64{2}), c.m)
				verdict, _ := r.judge(speedups(&l.rec), 2, .05, c.rMax)
				out = append(out, share(verdict != Inconclusive))
			}
			return out
		}})
	}
	add(shipped, slices.Concat(most(4, 0), most(5, 1, 2, 3), most(9, 4, 5))...)
	add(shipped.but("multipliers 10 % smaller", func(r *rule) { r.scale = .9 }), least(4, 0)...)
	add(shipped.but("no fifth more below 8 rounds", func(r *rule) { r.fifth = false }), least(9, 5)...)
	add(shipped.but("no least spread", func(r *rule) { r.floor = false }), least(5, 2, 3)...)
	add(shipped.but("neither of the two", func(r *rule) { r.fifth, r.floor = false, false }), append(least(5, 2, 3), least(9, 5)...)...)
	add(shipped.but("no factor for correlated rounds", func(r *rule) { r.factor = false }), least(9, 4)...)
	add(shipped.but("every look may use the whole error", func(r *rule) { r.spend = false }), least(5, 0, 1, 2)...)
	add(shipped.but("a look after every round, the whole error for each", func(r *rule) { r.spend, r.peek = false, true }), least(5, 0, 1, 2)...)
	add(shipped.but("one look, after the last round", func(r *rule) { r.onlyLast = true }))
	return t
}

func correlationTable() table {
	t := table{
		title: "Correlated rounds: the weak point",
		about: `What the method assumes and cannot enforce is that rounds are independent. Here the log speedups of neighbouring rounds are correlated, exactly on the threshold, 30 rounds; wrong verdicts in both directions together. The
factor for correlated rounds repairs most of it up to about 0.1 and only part of it beyond: that is why rounds of one benchmark are kept seconds apart and why a correlation that stands out is a warning.`,
		labels:  []string{"correlation of neighbours"},
		columns: []string{"**xbench**", "without the factor", "plain t interval after 30 rounds"},
	}
	for _, phi := range []float64{0, .05, .1, .2, .3, .5} {
		var limits []limit
		if phi <= .1 {
			limits = most(5, 0)
		}
		imagined := tryRows(1, 30, []float64{2}, meanGoal(2))
		t.rows = append(t.rows, tableRow{label: []string{fmt.Sprint(phi)}, n: 10000, short: 100, limits: limits, run: func(l *lab) []float64 {
			l.toTheEnd(imagined, fretful(phi))
			return l.threeJudges()
		}})
	}
	return t
}

// threeJudges are whether a verdict is reached about a row of 2x: by Analyze,
// by its rule without the factor for correlated rounds, and by one plain t
// interval after the last round.
func (l *lab) threeJudges() []float64 {
	d := speedups(&l.rec)
	unaware := shipped.but("", func(r *rule) { r.factor = false })
	without, _ := unaware.judge(d, 2, .05, 30)
	once, _ := rule{spend: true, onlyLast: true}.judge(d, 2, .05, 30)
	return []float64{share(l.judge().Goals[0].Verdict != Inconclusive), share(without != Inconclusive), share(once != Inconclusive)}
}

func spacingTable() table {
	t := table{
		title: "The same load, rounds packed or spread",
		about: `Why a run waits. The typical VM with other load that slows one side by 2 % more than the other and fades within 4 s, one benchmark exactly on the threshold, 30 rounds; wrong verdicts in both directions together. Packed, 30
rounds see one mood of the machine and take it for the truth, and no arithmetic afterwards can know that. The last column is the correlation of neighbouring rounds; what is left of it when packed looks harmless.`,
		labels:  []string{"seconds between rounds"},
		columns: []string{"**xbench**", "without the factor", "plain t interval after 30 rounds", "correlation of rounds (a number)"},
	}
	for _, apart := range []float64{0, 1, 3, 5, 10, 30} {
		limits := most(5, 0)
		if apart < 5 {
			limits = nil
		}
		imagined := tryRows(10, 30, []float64{2}, meanGoal(2))
		imagined.apart = apart
		t.rows = append(t.rows, tableRow{label: []string{fmt.Sprint(apart)}, n: 4000, short: 40, limits: limits, run: func(l *lab) []float64 {
			l.toTheEnd(imagined, partial())
			_, lag := l.rounds()
			return append(l.threeJudges(), lag)
		}})
	}
	return t
}

// key seeds a row. Rules are judged by the same rounds, each as all others.
func (t *table) key(r *tableRow) string {
	if t.labels[0] == "rule" {
		return t.title
	}
	return t.title + "|" + strings.Join(r.label, "|")
}

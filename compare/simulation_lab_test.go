package compare

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"xbench/harness/record"
)

// An imagined run: a plan, and what is true of its rows.
type imagined struct {
	plan  *record.Plan
	ratio []float64 // true speedup per row
	other []float64 // that of a third implementation, against the reference too; nil = there is none
	busy  []float64 // share of a row's time that the machine can disturb; nil = all of it
	apart float64   // seconds between two rounds of a row; those of a long round are further apart anyway
}

// tryRows is an imagined run of as many rows as there are ratios, with m samples per
// process and at most rMax rounds. Rounds of one row are 10 s apart.
func tryRows(m, rMax int, ratios []float64, goals ...record.Goal) *imagined {
	run := newRun(len(ratios), rMax, "python", "go").goal(goals...)
	for i := range run.plan.Rows {
		run.plan.Rows[i].Samples = m
		run.plan.Rows[i].Nonce = false
	}
	return &imagined{plan: &run.plan, ratio: ratios, apart: 10}
}

// equalRows is so many rows with one true speedup.
func equalRows(n int, ratio float64) []float64 { return slices.Repeat([]float64{ratio}, n) }

// A lab simulates runs one after the other, in memory that it keeps.
type lab struct {
	rng     *rand.Rand
	rec     record.Record
	samples []float64 // of all processes of the record
	last    []float64
	weather weather
}

// A cost is what a run took.
type cost struct {
	rowRounds int     // rounds of single rows: pairs of processes
	seconds   float64 // with the waits that keep rounds of a row apart
}

// follow measures as a run does: it asks what is open and stops when nothing
// is. Open is only asked after rounds with a look; TestNothingHappensBetweenLooks
// shows that its answer cannot change at others.
func (l *lab) follow(t *imagined, m machine) cost {
	return l.run(t, m, true)
}

// toTheEnd measures every planned round of every row.
func (l *lab) toTheEnd(t *imagined, m machine) cost { return l.run(t, m, false) }

func (l *lab) run(t *imagined, m machine, ask bool) cost {
	l.begin(t, m)
	var c cost
	open := Progress{}
	for _, row := range t.plan.Rows {
		open.Rows = append(open.Rows, row.Name)
	}
	for round := 1; round <= t.plan.RMax && !open.Done; round++ {
		l.round(t, round, open.Rows)
		c.rowRounds += len(open.Rows)
		if ask && slices.Contains(t.plan.Looks, round) {
			open = Open(&l.rec)
		}
	}
	c.seconds = l.weather.now
	return c
}

func (l *lab) begin(t *imagined, m machine) {
	l.rec.Plan = *t.plan
	l.rec.Processes = l.rec.Processes[:0]
	l.samples = l.samples[:0]
	// Processes keep slices of it: it must not move while a run goes on.
	if need := len(t.plan.Implementations) * len(t.ratio) * t.plan.RMax * t.plan.Rows[0].Samples; cap(l.samples) < need {
		l.samples = make([]float64, 0, need)
	}
	l.last = slices.Repeat([]float64{math.Inf(-1)}, len(t.ratio))
	l.weather = m.weather(l.rng)
}

// round measures rows, named in plan order, one after the other, and both sides
// of a row back to back in random order.
func (l *lab) round(t *imagined, round int, rows []string) {
	swing := l.weather.nextRound()
	for i := range t.plan.Rows {
		row := &t.plan.Rows[i]
		if len(rows) == 0 || rows[0] != row.Name {
			continue
		}
		rows = rows[1:]
		if wait := l.last[i] + t.apart - l.weather.now; wait > 0 {
			l.weather.pass(wait)
		}
		l.last[i] = l.weather.now
		busy := 1.0
		if t.busy != nil {
			busy = t.busy[i]
		}
		for _, side := range l.order(t) {
			base := math.Log(5e6)
			switch side {
			case 1:
				base -= math.Log(t.ratio[i]) + swing
			case 2:
				base -= math.Log(t.other[i])
			}
			l.launch(t, row, side, round, base, busy)
		}
	}
}

// order is that of the sides in a round.
func (l *lab) order(t *imagined) []int {
	if t.other != nil {
		return l.rng.Perm(3)
	}
	first := l.rng.IntN(2)
	return []int{first, 1 - first}
}

func (l *lab) launch(t *imagined, row *record.Row, side, round int, base, busy float64) {
	at := len(l.samples)
	l.samples = l.samples[:at+row.Samples]
	p := record.Process{Row: row.Name, Impl: t.plan.Implementations[side].Name, Round: round, Seq: len(l.rec.Processes), K: 1, SamplesNS: l.samples[at:len(l.samples):len(l.samples)]}
	l.weather.process(p.SamplesNS, base+l.weather.launch(side), busy)
	l.rec.Processes = append(l.rec.Processes, p)
}

// judge analyzes what was measured.
func (l *lab) judge() *Result {
	res, err := Analyze(&l.rec, Options{})
	if err != nil {
		panic(err)
	}
	return res
}

// An estimate is the mean of an outcome over simulated runs, with its standard
// error. Of what either happened in a run or did not, the count is exact.
type estimate struct {
	mean, se float64
	runs     int // 0 = the outcome is no share of runs
}

// simulate makes n runs and returns the means of their outcomes: one number
// per run and quantity. Every run has a seed of its own, made of key and its
// number, and sums are taken in order: neither the number of processors nor
// what else is simulated changes a digit.
func simulate(key string, n int, run func(l *lab) []float64) []estimate {
	hash := fnv.New64a()
	fmt.Fprint(hash, key)
	outcomes := make([][]float64, n)
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			var l lab
			for i := w; i < n; i += workers {
				l.rng = rand.New(rand.NewPCG(hash.Sum64(), uint64(i)))
				outcomes[i] = run(&l)
			}
		})
	}
	wg.Wait()
	out := make([]estimate, len(outcomes[0]))
	for c := range out {
		column := make([]float64, n)
		for i := range outcomes {
			column[i] = outcomes[i][c]
		}
		out[c] = estimate{mean: mean(column), se: sd(column) / math.Sqrt(float64(n))}
		if !slices.ContainsFunc(column, func(x float64) bool { return x != share(false) && x != share(true) }) {
			out[c].runs = n
		}
	}
	return out
}

// one is 1 for what happened and 0 for what did not: its mean is a share.
func one(happened bool) float64 {
	if happened {
		return 1
	}
	return 0
}

// What simulations leave out, asking Open after rounds without a look, is left
// out rightly.
func TestNothingHappensBetweenLooks(t *testing.T) {
	l := &lab{rng: rand.New(rand.NewPCG(1, 1))}
	for _, goals := range [][]record.Goal{{notSlower}, {notSlower, twice}, {notSlower, {Consistency: .3}}, {{Consistency: .3}}, nil} {
		imagined := tryRows(5, 30, []float64{.97, 1, 1.05, 1.5, 4, 4}, goals...)
		l.begin(imagined, typicalVM)
		var before Progress
		for round := 1; round <= imagined.plan.RMax; round++ {
			l.round(imagined, round, l.names(imagined))
			now := Open(&l.rec)
			if round > 1 && !slices.Contains(imagined.plan.Looks, round) && !slices.Equal(now.Rows, before.Rows) {
				t.Errorf("goals %v: after round %d %v are open, before it %v were", goals, round, now.Rows, before.Rows)
			}
			before = now
		}
	}
}

func (l *lab) names(t *imagined) []string {
	var out []string
	for _, row := range t.plan.Rows {
		out = append(out, row.Name)
	}
	return out
}

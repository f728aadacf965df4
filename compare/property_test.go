package compare

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xbench/harness/record"
)

// drawRun is a run of random size, noise and speedups, with one goal of a
// single row so that both ends of the interval have one level.
func drawRun(t *rapid.T) *testRun {
	ratios := rapid.SliceOfN(rapid.Float64Range(.2, 20), 1, 5).Draw(t, "speedups")
	rounds := rapid.IntRange(1, 14).Draw(t, "rounds")
	r := newRun(len(ratios), rounds, "python", "go").
		seed(rapid.Uint64().Draw(t, "seed")).
		noise(rapid.Float64Range(1e-4, .2).Draw(t, "sample noise"), rapid.Float64Range(1e-4, .1).Draw(t, "process noise")).
		faster(func(row int, _ string) float64 { return ratios[row] })
	return r
}

func drawn(t *rapid.T, rec *record.Record) *Result {
	res, err := Analyze(rec, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func sameInterval(a, b Interval, tolerance float64) bool {
	same := func(x, y float64) bool { return x == y || math.Abs(math.Log(x/y)) <= tolerance }
	return same(a.Ratio, b.Ratio) && same(a.Lo, b.Lo) && same(a.Hi, b.Hi)
}

// A machine ten times slower has the same speedups.
func TestSpeedupsHaveNoUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rec := drawRun(t).record()
		before := drawn(t, rec)
		for i := range rec.Processes {
			for j := range rec.Processes[i].SamplesNS {
				rec.Processes[i].SamplesNS[j] *= 10
			}
		}
		after := drawn(t, rec)
		for i := range before.Rows {
			if a, b := before.Rows[i], after.Rows[i]; !sameInterval(a.Speedup, b.Speedup, 1e-9) {
				t.Fatalf("%s: %+v became %+v", a.Name, a.Speedup, b.Speedup)
			}
		}
		if a, b := before.Means[0], after.Means[0]; !sameInterval(a.Geometric, b.Geometric, 1e-9) {
			t.Fatalf("mean %+v became %+v", a, b)
		}
	})
}

// Who is called the reference does not matter: the other way round everything
// is one over it.
func TestSwappedSidesAreReciprocal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rec := drawRun(t).record()
		before := drawn(t, rec)
		rec.Plan.Reference = "go"
		after := drawn(t, rec)
		for i := range before.Rows {
			a, b := before.Rows[i].Speedup, after.Rows[i].Speedup
			if !sameInterval(a, Interval{1 / b.Ratio, 1 / b.Hi, 1 / b.Lo}, 1e-9) {
				t.Fatalf("%s: %+v, swapped %+v", before.Rows[i].Name, a, b)
			}
		}
		a, b := before.Means[0].Geometric, after.Means[0].Geometric
		if !sameInterval(a, Interval{1 / b.Ratio, 1 / b.Hi, 1 / b.Lo}, 1e-9) {
			t.Fatalf("mean %+v, swapped %+v", a, b)
		}
	})
}

// The order of the plan's rows and of the record's lines is no information.
func TestOrderIsNoInformation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rec := drawRun(t).goal(notSlower, twice).record()
		before := drawn(t, rec)
		shuffled := *rec
		shuffled.Plan.Rows = rapid.Permutation(rec.Plan.Rows).Draw(t, "rows")
		shuffled.Processes = slices.Clone(rec.Processes)
		slices.Reverse(shuffled.Processes)
		after := drawn(t, &shuffled)
		for _, a := range before.Rows {
			i := slices.IndexFunc(after.Rows, func(r Row) bool { return r.Name == a.Name })
			if b := after.Rows[i]; a.Speedup != b.Speedup || a.Status != b.Status {
				t.Fatalf("%s: %+v became %+v", a.Name, a.Speedup, b.Speedup)
			}
		}
		for i, a := range before.Goals {
			if b := after.Goals[i]; a.Verdict != b.Verdict || !sameInterval(a.Found, b.Found, 1e-9) {
				t.Fatalf("%s: %s %+v became %s %+v", a.Goal.Claim, a.Verdict, a.Found, b.Verdict, b.Found)
			}
		}
		if before.Exit != after.Exit {
			t.Fatalf("exit %d became %d", before.Exit, after.Exit)
		}
	})
}

// A faster candidate never has a worse verdict.
func TestFasterIsNeverWorse(t *testing.T) {
	order := []Verdict{Fail, Inconclusive, Pass}
	rapid.Check(t, func(t *rapid.T) {
		rec := drawRun(t).goal(notSlower, record.Goal{Speedup: 1.5}).record()
		before := drawn(t, rec)
		for i := range rec.Processes {
			if p := &rec.Processes[i]; p.Impl == "go" {
				for j := range p.SamplesNS {
					p.SamplesNS[j] = math.Trunc(p.SamplesNS[j]/3) + 1
				}
			}
		}
		after := drawn(t, rec)
		for i := range before.Goals {
			if slices.Index(order, after.Goals[i].Verdict) < slices.Index(order, before.Goals[i].Verdict) {
				t.Fatalf("%s: three times as fast turned %s into %s", before.Goals[i].Goal.Claim, before.Goals[i].Verdict, after.Goals[i].Verdict)
			}
		}
	})
}

// A mean lies between those without one of its rows, and its parts between
// their smallest and largest, also where rows were measured for different
// numbers of rounds: every figure is over the rounds that all have.
func TestMeansAreOverTheSameRounds(t *testing.T) {
	uneven := 0
	rapid.Check(t, func(t *rapid.T) {
		rec := drawRun(t).record()
		last := make(map[string]int)
		for _, r := range rec.Plan.Rows {
			last[r.Name] = rapid.IntRange(1, rec.Plan.RMax).Draw(t, "rounds of "+r.Name)
		}
		rec.Processes = slices.DeleteFunc(rec.Processes, func(p record.Process) bool { return p.Round > last[p.Row] })
		res := drawn(t, rec)
		m := res.Means[0]
		g := m.Geometric.Ratio
		const tiny = 1e-9
		clamped := math.Abs(g/m.Geometric.Lo-1) < tiny || math.Abs(g/m.Geometric.Hi-1) < tiny
		if clamped {
			return // the estimate is kept within its interval, and is not the plain mean
		}
		if len(res.Rows) > 1 && !(m.LeaveOneOutLo <= g*(1+tiny) && g <= m.LeaveOneOutHi*(1+tiny)) {
			t.Fatalf("mean %v, without any one row %v to %v", g, m.LeaveOneOutLo, m.LeaveOneOutHi)
		}
		if !(m.Min <= g*(1+tiny) && g <= m.Max*(1+tiny) && g <= m.Arithmetic*(1+tiny)) {
			t.Fatalf("geometric mean %v, arithmetic %v, of %v to %v", g, m.Arithmetic, m.Min, m.Max)
		}
		if r := res.Rows[0]; len(res.Rows) > 1 && last[r.Name] != last[res.Rows[1].Name] {
			uneven++
		}
	})
	if uneven == 0 {
		t.Error("no run had rows of different lengths")
	}
}

// Times, CPU time, cores and memory of a mean too: what a row did in rounds
// that the others have not had is part of none.
func TestLaterRoundsOfOneRowMoveNoMean(t *testing.T) {
	run := newRun(2, 8, "python", "go").by(3)
	rec := run.record()
	rec.Processes = slices.DeleteFunc(rec.Processes, func(p record.Process) bool { return p.Row == "r01" && p.Round > 5 })
	use := func(p *record.Process, factor int64) {
		p.CPUNS, p.Usage.MaxRSS = factor*int64(p.SamplesNS[0]), factor<<20
	}
	for i := range rec.Processes {
		use(&rec.Processes[i], 5)
	}
	want := analyzed(t, rec, Options{}).Means[0]
	for i := range rec.Processes {
		if p := &rec.Processes[i]; p.Round > 5 && p.Impl == "go" {
			for j := range p.SamplesNS {
				p.SamplesNS[j] *= 7
			}
			use(p, 20)
		}
	}
	if got := analyzed(t, rec, Options{}).Means[0]; got != want || got.CPU == 0 || got.RSS == 0 || got.CandCores == 0 {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

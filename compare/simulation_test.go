package compare

import (
	"flag"
	"fmt"
	"math"
	"testing"

	"xbench/harness/record"
)

var long = flag.Bool("long", false, "simulate as many comparisons as the stated error rates need; a quarter of a minute")

// comparisons is how many of n a short test can afford.
func comparisons(n, short int) int {
	if *long {
		return n
	}
	return short
}

// A host is a noise model: what disturbs one sample, one process and one
// round.
type host struct {
	sample, phi float64 // noise of a sample's log, and its correlation with the next
	process     float64 // of a process's log
	spikes      float64 // share of samples that take 1+Exp(1) times as long
	drift       float64 // of the machine: both sides of a round share it
	episodes    float64 // share of rounds with contention, +10 to +65 %, which hits a random part of the samples
}

var (
	iid5      = host{sample: .05}
	typicalVM = host{sample: .05, phi: .3, process: .02, spikes: .03, drift: .05, episodes: .05}
)

// measure replaces the noise of a run's processes by the host's.
func (h host) measure(r *testRun, rec *record.Record) {
	var hit float64
	for i := range rec.Processes {
		p := &rec.Processes[i]
		if i == 0 || p.Round != rec.Processes[i-1].Round || p.Row != rec.Processes[i-1].Row {
			hit = 0
			if r.rng.Float64() < h.episodes {
				hit = .1 + .4*r.rng.Float64()
			}
		}
		e := h.sample * r.rng.NormFloat64()
		base := h.process*r.rng.NormFloat64() + h.drift*math.Sin(float64(p.Round))
		for j := range p.SamplesNS {
			if j > 0 {
				e = h.phi*e + math.Sqrt(1-h.phi*h.phi)*h.sample*r.rng.NormFloat64()
			}
			t := float64(p.SamplesNS[j]) * math.Exp(base+e)
			if hit > 0 && r.rng.Float64() < .5 {
				t *= 1 + hit
			}
			if r.rng.Float64() < h.spikes {
				t *= 2 + r.rng.ExpFloat64()
			}
			p.SamplesNS[j] = int64(math.Round(t))
		}
	}
}

// boundary compares n times one row whose true speedup is exactly the goal,
// through Analyze, and counts verdicts.
func boundary(t *testing.T, h host, n, rMax int, scale float64) map[Verdict]int {
	t.Helper()
	got := make(map[Verdict]int)
	run := newRun(1, rMax, "python", "go").by(2).goal(twice).seed(2026)
	clean := run.record()
	for range n {
		rec := *clean
		rec.Processes = make([]record.Process, len(clean.Processes))
		for i, p := range clean.Processes {
			p.SamplesNS = append([]int64(nil), p.SamplesNS...)
			rec.Processes[i] = p
		}
		h.measure(run, &rec)
		got[analyzed(t, &rec, Options{scale: scale}).Verdict]++
	}
	return got
}

func percent(got map[Verdict]int, v Verdict) float64 {
	n := 0
	for _, k := range got {
		n += k
	}
	return 100 * float64(got[v]) / float64(n)
}

// With a true speedup of exactly what the goal says, PASS and FAIL are both
// wrong. Each may happen in 2.5 % of comparisons; by the union bound over six
// looks it is less. On independent Gaussian rounds it is below 2 %, which is
// the limit that goes red when the multipliers are a tenth too small.
func TestWrongVerdictsAtTheBoundary(t *testing.T) {
	check := func(name string, h host, n, rMax int, limit float64) {
		t.Helper()
		got := boundary(t, h, n, rMax, 1)
		pass, fail := percent(got, Pass), percent(got, Fail)
		se := 100 * math.Sqrt(.02/float64(n))
		t.Logf("%s, R_max %d: wrong PASS %.2f%%, wrong FAIL %.2f%% of %d (standard error %.2f)", name, rMax, pass, fail, n, se)
		if pass > limit+2*se || fail > limit+2*se {
			t.Errorf("%s, R_max %d: wrong PASS %.2f%%, wrong FAIL %.2f%%, allowed %.2f%%", name, rMax, pass, fail, limit)
		}
		if pass+fail < 0.5 {
			t.Errorf("%s, R_max %d: %v: the simulation cannot tell anything", name, rMax, got)
		}
	}
	check("iid 5%", iid5, comparisons(10000, 1500), 30, 1.6)
	check("iid 5%", iid5, comparisons(10000, 500), 5, 1.6)
	check("typical VM", typicalVM, comparisons(10000, 500), 30, 2.5)
}

// The check above must not be one that cannot fail.
func TestSmallerMultipliersGoRed(t *testing.T) {
	n := comparisons(10000, 2000)
	wrong := func(scale float64) float64 {
		got := boundary(t, iid5, n, 30, scale)
		return (percent(got, Pass) + percent(got, Fail)) / 2
	}
	right, mutated := wrong(1), wrong(0.9)
	t.Logf("wrong verdicts per direction: %.2f%%; with multipliers of 0.9: %.2f%%", right, mutated)
	if right > 2.0 {
		t.Errorf("%.2f%% wrong, allowed 2.0%%", right)
	}
	if mutated <= 2.0 {
		t.Errorf("multipliers a tenth too small make %.2f%% wrong verdicts and nothing notices", mutated)
	}
}

// A suite of equal programs, measured as a run measures it, with rows dropping
// out: no false alarm with a tolerance of 5 %.
func TestEqualProgramsRaiseNoAlarm(t *testing.T) {
	suites, rows := comparisons(200, 8), 40
	for i := range suites {
		run := newRun(rows, 20, "python", "go").seed(uint64(i)).goal(notSlower, record.Goal{Speedup: 1.3})
		rec := &record.Record{Plan: run.plan}
		p := Open(rec)
		for round := 1; round <= 20 && !p.Done; round++ {
			part := &record.Record{}
			run.round(part, round, p.Rows)
			typicalVM.measure(run, part)
			rec.Processes = append(rec.Processes, part.Processes...)
			p = Open(rec)
		}
		res := analyzed(t, rec, Options{})
		if g := res.Goals[0]; g.Verdict == Fail {
			t.Errorf("suite %d: equal programs: %s", i, g.Reason)
		}
		if g := res.Goals[1]; g.Verdict == Pass {
			t.Errorf("suite %d: equal programs are 1.3x: %+v", i, g.Found)
		}
	}
}

// What is there is found: power, and how many rounds it takes.
func TestRealDifferencesAreFound(t *testing.T) {
	check := func(name string, h host, ratio float64, rMax int, want float64, most float64) {
		t.Helper()
		n := comparisons(2000, 120)
		run := newRun(1, rMax, "python", "go").by(ratio).goal(record.Goal{Speedup: 1}).seed(5)
		clean := run.record()
		found, rounds := 0, 0
		for range n {
			rec := *clean
			rec.Processes = make([]record.Process, len(clean.Processes))
			for i, p := range clean.Processes {
				p.SamplesNS = append([]int64(nil), p.SamplesNS...)
				rec.Processes[i] = p
			}
			h.measure(run, &rec)
			g := analyzed(t, &rec, Options{}).Goals[0]
			switch g.Verdict {
			case Pass:
				found++
				rounds += g.DecidedAt
			case Fail:
				t.Errorf("%s: %vx called slower", name, ratio)
			default:
				rounds += rMax
			}
		}
		power, mean := float64(found)/float64(n), float64(rounds)/float64(n)
		t.Logf("%s: %vx found in %.1f%% of %d, in %.1f rounds", name, ratio, 100*power, n, mean)
		if power < want || mean > most {
			t.Errorf("%s: %vx found in %.1f%% after %.1f rounds, want %.0f%% within %.0f", name, ratio, 100*power, mean, 100*want, most)
		}
	}
	check("iid 5%", iid5, 1.05, 20, .95, 14)
	check("typical VM", typicalVM, 1.05, 30, .85, 21)
	check("typical VM", typicalVM, 4, 30, 1, 6)
}

// One row a tenth slower among 75 is found and named, and nobody else is.
func TestASlowRowIsFoundAmongMany(t *testing.T) {
	n, found := comparisons(200, 4), 0
	for i := range n {
		run := newRun(75, 30, "python", "go").seed(uint64(i)).faster(func(row int, _ string) float64 {
			if row == 33 {
				return 1 / 1.05 / 1.10
			}
			return 1
		}).goal(notSlower)
		rec := run.record()
		typicalVM.measure(run, rec)
		g := analyzed(t, rec, Options{}).Goals[0]
		for _, name := range g.Culprits {
			if name != "r33" {
				t.Errorf("suite %d: %s is called slower", i, name)
			}
		}
		if g.Verdict == Fail && len(g.Culprits) == 1 && g.Worst == "r33" {
			found++
		}
	}
	t.Logf("found in %d of %d suites", found, n)
	if float64(found) < .9*float64(n) {
		t.Errorf("found in %d of %d suites, want 9 of 10", found, n)
	}
}

// "No row slower" passes wrongly at most as often as its one row on the
// threshold does, however many rows there are.
func TestWrongPassOfEveryRow(t *testing.T) {
	n, wrong := comparisons(2000, 150), 0
	for i := range n {
		run := newRun(8, 20, "python", "go").seed(uint64(i)).faster(func(row int, _ string) float64 {
			if row == 3 {
				return 1 / 1.05
			}
			return 1.5
		}).goal(notSlower)
		rec := run.record()
		typicalVM.measure(run, rec)
		if analyzed(t, rec, Options{}).Goals[0].Verdict == Pass {
			wrong++
		}
	}
	share := float64(wrong) / float64(n)
	t.Logf("%d of %d passed wrongly", wrong, n)
	if share > .025+2*math.Sqrt(.025/float64(n)) {
		t.Errorf("%d of %d passed wrongly, allowed 2.5%%", wrong, n)
	}
}

func BenchmarkAnalyze(b *testing.B) {
	for _, rows := range []int{14, 500} {
		rec := newRun(rows, 30, "python", "go").noise(.05, .02).by(1.5).goal(notSlower, twice, record.Goal{Consistency: .3}).record()
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			for b.Loop() {
				if _, err := Analyze(rec, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// A field is variants whose true times are known, measured again and again.
type field struct {
	factors []float64 // true time of each variant over the first
	rounds  int
	noise   func(*rand.Rand) float64 // of one launch's log
	drift   float64                  // of a round's log, which all its launches share, from -drift to drift and back
}

// normal is 3 % of noise from launch to launch.
func normal(rng *rand.Rand) float64 { return 0.03 * rng.NormFloat64() }

// twoPoint is a program whose speed depends on where it was loaded.
func twoPoint(rng *rand.Rand) float64 {
	return 0.05*float64(2*rng.IntN(2)-1) + 0.01*rng.NormFloat64()
}

// equalField is k variants that take exactly as long.
func equalField(k, rounds int) field {
	f := field{rounds: rounds, noise: normal, drift: 0.3}
	for range k {
		f.factors = append(f.factors, 1)
	}
	return f
}

// record is one implementation's run of the field.
func (f field) record(rng *rand.Rand) *record.Record {
	s := newSweep(1)
	s.impls, s.rounds, s.rng, s.ways = []string{"go"}, f.rounds, rng, nil
	for i := range f.factors {
		s.ways = append(s.ways, way(fmt.Sprintf("v%d", i)))
	}
	n := 0
	s.time = func(_ string, w protocol.Params, _ int64) float64 {
		k := n % len(f.factors)
		machine := f.drift * math.Sin(float64(n/len(f.factors)))
		n++
		return 1e6 * f.factors[k] * math.Exp(machine+f.noise(rng))
	}
	return s.record()
}

// trial counts, over many runs of a field, what was said of it.
type trial struct {
	runs   int
	wrong  int // a variant was called slower than one that is no faster
	naive  int // the same with the error shared by the comparisons with the best alone
	plain  int // the same, and the plain t interval
	slower int // of all variants that are slower by a tenth
	tenths int
}

func (f field) try(t *testing.T, runs int, seed uint64) trial {
	t.Helper()
	out := trial{runs: runs}
	rng := rand.New(rand.NewPCG(seed, 31))
	for range runs {
		a, err := analyze(f.record(rng), Options{By: "executor"})
		if err != nil {
			t.Fatal(err)
		}
		c := a.result().Contests[0]
		best := f.of(c.Best)
		wrong, naive, plain := 0, 0, 0
		for _, r := range c.Others {
			if is := f.of(r.Entrant); is >= 1.0999*best {
				out.tenths++
				if r.Standing == StandingSlower {
					out.slower++
				}
			} else if is <= best {
				x, level := lead(r.Entrant, c.Best), plannedAlpha/float64(len(c.Others))
				wrong += count(r.Standing == StandingSlower)
				naive += count(a.careful(x, level).Lo > 0)
				plain += count(a.estimate(x, level).Lo > 0)
			}
		}
		out.wrong, out.naive, out.plain = out.wrong+min(wrong, 1), out.naive+min(naive, 1), out.plain+min(plain, 1)
	}
	return out
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// of is the true time of an entrant.
func (f field) of(e Entrant) float64 {
	var i int
	fmt.Sscanf(e.Variant, "v%d", &i)
	return f.factors[i]
}

func (x trial) share(n int) float64 { return 100 * float64(n) / float64(x.runs) }

// Of equal variants some is always the fastest, and some the slowest: chosen by
// the data, the two differ by more than two that were named beforehand. The
// chance that any variant is called slower than one that it is not slower than
// stays within the 5 % all the same, whatever the number of variants.
func TestEqualVariantsAreRarelyCalledSlower(t *testing.T) {
	runs := comparisons(10000, 600)
	check := func(what string, f field) trial {
		t.Helper()
		x := f.try(t, runs, uint64(len(f.factors)*100+f.rounds))
		se := 100 * math.Sqrt(.05*.95/float64(runs))
		t.Logf("%-34s wrong %5.2f%%; error shared by the comparisons with the best alone %5.2f%%, and plain t %5.2f%% (of %d, standard error %.2f)",
			what, x.share(x.wrong), x.share(x.naive), x.share(x.plain), runs, se)
		if x.share(x.wrong) > 5+2*se {
			t.Errorf("%s: %.2f%% wrong, allowed 5%%", what, x.share(x.wrong))
		}
		return x
	}
	for _, rounds := range []int{5, 13, 30} {
		for _, k := range []int{2, 3, 5, 10} {
			if k == 10 && rounds == 30 && !*long {
				continue
			}
			x := check(fmt.Sprintf("%d equal variants, %d rounds", k, rounds), equalField(k, rounds))
			if k == 10 && x.share(x.plain) < 8 {
				t.Errorf("%d rounds: the method that forgets who chose the best is wrong in %.2f%% only: the simulation cannot tell anything", rounds, x.share(x.plain))
			}
		}
	}
	f := equalField(5, 5)
	f.noise = twoPoint
	check("5 equal variants, +-5% by layout", f)
	f = equalField(5, 13)
	f.factors = []float64{1, 1, 1.001, 1.002, 1.5}
	check("4 nearly equal ones, 1 far off", f)
	f.factors = []float64{1, 1.002, 1.004, 1.006, 1.008}
	check("5 nearly equal ones, all different", f)
}

// What is there is found: one of five variants that takes a tenth longer.
func TestASlowerVariantIsFound(t *testing.T) {
	runs := comparisons(2000, 200)
	check := func(rounds int, want float64) {
		t.Helper()
		f := equalField(5, rounds)
		f.factors[3] = 1.1
		x := f.try(t, runs, uint64(rounds))
		found := 100 * float64(x.slower) / float64(x.tenths)
		t.Logf("10%% slower than four equal ones, 3%% noise, %d rounds: found in %.1f%% of %d; wrong %.2f%%", rounds, found, x.tenths, x.share(x.wrong))
		if found < want || x.tenths < runs*9/10 {
			t.Errorf("%d rounds: found in %.1f%% of %d, want %.0f%%", rounds, found, x.tenths, want)
		}
	}
	check(5, 20)
	check(8, 75)
	check(13, 97)
}

// Measuring stops when goals are settled, and rows drop out one by one: at a
// moment that depends on the data. The goals are about another difference than
// the contests are, and the error stays what it was.
func TestRowsThatDropOutCallNoVariantSlower(t *testing.T) {
	runs, wrong, contests, rounds := comparisons(3000, 100), 0, 0, 0
	rng := rand.New(rand.NewPCG(11, 31))
	for range runs {
		full := equalField(5, 20)
		s := full.record(rng)
		other := full.record(rng)
		rec := &record.Record{Plan: s.Plan}
		rec.Plan.Reference, rec.Plan.Gate = "python", "minimum"
		rec.Plan.Implementations = []record.Implementation{{Name: "python", Kind: "worker"}, {Name: "go", Kind: "worker"}}
		for i := range rec.Plan.Rows {
			rec.Plan.Rows[i].ShownOnly = false
		}
		g := notSlower
		g.Gate = true
		rec.Plan.Goals = []record.Goal{g}
		p := Open(rec)
		for round := 1; round <= 20 && !p.Done; round++ {
			for i, x := range s.Processes {
				if x.Round == round && slices.Contains(p.Rows, x.Row) {
					y := other.Processes[i]
					y.Impl, y.Seq = "python", len(rec.Processes)
					x.Seq = y.Seq + 1
					rec.Processes = append(rec.Processes, y, x)
				}
			}
			p = Open(rec)
		}
		res := analyzed(t, rec, Options{By: "executor"})
		for _, c := range res.Contests {
			contests++
			rounds += c.Best.Rounds
			wrong += count(slices.ContainsFunc(c.Others, func(r Rival) bool { return r.Standing == StandingSlower }))
		}
	}
	share, se := 100*float64(wrong)/float64(contests), 100*math.Sqrt(.05*.95/float64(contests))
	t.Logf("5 equal variants whose rows drop out, %.1f rounds of 20: wrong %.2f%% of %d", float64(rounds)/float64(contests), share, contests)
	if share > 5+2*se {
		t.Errorf("%.2f%% wrong, allowed 5%%", share)
	}
	if mean := float64(rounds) / float64(contests); mean > 19 || mean < 4 {
		t.Errorf("%.1f rounds on average: nothing dropped out", mean)
	}
}

package compare

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"xbench/harness/record"
)

// A rule is a second implementation of how one comparison is judged, written
// from its description alone, with parts that can be taken away. What a part is
// worth shows in how often verdicts are wrong without it.
type rule struct {
	name     string
	scale    float64 // of the multipliers; 0 = 1
	fifth    bool    // below 8 rounds the spread is raised by a fifth
	floor    bool    // the spread is at least 5 % at first, 1 % after
	early    int     // rounds below which it is 5 %; 0 = 5
	factor   bool    // from 8 rounds on the spread is raised for correlated rounds
	peek     bool    // look after every round
	spend    bool    // all looks together may use the error, not each
	onlyLast bool    // look after the last round only
}

var shipped = rule{name: "as shipped", fifth: true, floor: true, factor: true, spend: true}

// but is the rule with something changed.
func (r rule) but(name string, change func(*rule)) rule {
	r.name = name
	change(&r)
	return r
}

// judge looks at the log speedups of a run of rMax rounds.
func (r rule) judge(d []float64, goal, alpha float64, rMax int) (Verdict, int) {
	used := 0.0
	for n := 3; n <= len(d); n++ {
		share := map[int]float64{3: .01, 5: .04, 8: .10, 13: .15, 20: .20, 30: .20, 45: .10}[n]
		if n == rMax {
			share = 1 - used
		}
		if r.onlyLast && n < rMax || !r.peek && share == 0 {
			continue
		}
		used += share
		if !r.spend {
			share = 1
		}
		middle, half := mean(d[:n]), cmp.Or(r.scale, 1)*tQuantile(n-1, alpha*share/2)*r.spread(d[:n])/math.Sqrt(float64(n))
		switch {
		case middle-half >= math.Log(goal):
			return Pass, n
		case middle+half < math.Log(goal):
			return Fail, n
		}
	}
	return Inconclusive, 0
}

func (r rule) spread(d []float64) float64 {
	n, sum, next := len(d), 0.0, 0.0
	for i := range d {
		sum += (d[i] - mean(d)) * (d[i] - mean(d))
		if i > 0 {
			next += (d[i] - mean(d)) * (d[i-1] - mean(d))
		}
	}
	s := math.Sqrt(sum / float64(n-1))
	if r.floor && n < cmp.Or(r.early, 5) {
		s = math.Max(s, .05)
	} else if r.floor {
		s = math.Max(s, .01)
	}
	if n < 8 {
		if r.fifth {
			s *= 1.2
		}
		return s
	}
	if r.factor && sum > 0 {
		rho := math.Min(math.Max(next/sum+1/float64(n), 0), .8)
		s *= math.Sqrt((1 + rho) / (1 - rho))
	}
	return s
}

// speedups are the log speedups per round of a record of one row.
func speedups(rec *record.Record) []float64 {
	times := make(map[bool]map[int]float64)
	for _, p := range rec.Processes {
		ns := slices.Sorted(slices.Values(p.SamplesNS))
		lower, upper := ns[(len(ns)-1)/2], ns[len(ns)/2]
		isRef := p.Impl == rec.Plan.Reference
		if times[isRef] == nil {
			times[isRef] = make(map[int]float64)
		}
		times[isRef][p.Round] = (math.Log(float64(lower)) + math.Log(float64(upper))) / 2
	}
	var out []float64
	for round := 1; round <= rec.Plan.RMax; round++ {
		out = append(out, times[true][round]-times[false][round])
	}
	return out
}

// Both implementations of the rule say the same, whatever the machine, the plan
// and the truth.
func TestASecondImplementationAgrees(t *testing.T) {
	l := &lab{rng: rand.New(rand.NewPCG(3, 3))}
	verdicts := make(map[Verdict]int)
	for range comparisons(2000, 60) {
		for _, m := range append(slices.Clone(machines), fretful(.4)) {
			for _, rMax := range []int{3, 5, 9, 30, 45} {
				imagined := tryRows(1+l.rng.IntN(10), rMax, []float64{2 * math.Exp(.1*l.rng.NormFloat64())}, twice)
				l.toTheEnd(imagined, m)
				g := l.judge().Goals[0]
				verdict, at := shipped.judge(speedups(&l.rec), 2, .05, rMax)
				if g.Verdict != verdict || g.DecidedAt != at {
					t.Fatalf("%s, %d rounds: %s after %d, by hand %s after %d", m.name, rMax, g.Verdict, g.DecidedAt, verdict, at)
				}
				verdicts[verdict]++
			}
		}
	}
	for _, v := range []Verdict{Pass, Fail, Inconclusive} {
		if verdicts[v] < 100 {
			t.Errorf("%v: too few to compare", verdicts)
		}
	}
}

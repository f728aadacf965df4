package selftest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/aclements/go-moremath/stats"

	"xbench/compare"
	"xbench/harness/record"
)

// The judge of this program keeps what it promises, whatever the seed.
func TestTheJudgeIsRight(t *testing.T) {
	for seed := range uint64(2) {
		s, err := simulate(product, seed)
		if err != nil {
			t.Fatal(err)
		}
		if !s.right() || s.WrongPass == 0 || s.WrongFail == 0 {
			t.Errorf("seed %d: %+v", seed, s)
		}
		c := caseNamed(t, "judge")
		if o := s.outcome(&c); o.State != Right {
			t.Errorf("seed %d: got %s: %s", seed, o.State, o.Evidence)
		}
	}
}

// Judges with one mistake each, all of which would pass the selftest's runs of
// equal programs and of known differences most of the time.
func TestABrokenJudgeIsFoundOut(t *testing.T) {
	check := func(name string, want State, j jury) {
		t.Helper()
		s, err := simulate(j, 1)
		if err != nil {
			t.Fatal(err)
		}
		c := caseNamed(t, "judge")
		o := s.outcome(&c)
		if o.State != want {
			t.Errorf("%s: got %s, want %s: %+v", name, o.State, want, s)
		}
		t.Logf("%s: %s", name, o.Evidence)
	}
	// Without a mistake the one that is written here is right, so that it is
	// the mistakes that are found.
	check("none", Right, plain{scale: 1}.jury())
	check("multipliers 20 % too small", Wrong, plain{scale: 0.8}.jury())
	check("all error spent at every look", Wrong, plain{scale: 1, spendAll: true}.jury())
	check("2 % too fast", Wrong, plain{scale: 1, bias: 0.02}.jury())
	check("multipliers twice as large", Wrong, plain{scale: 2}.jury())
	check("sides exchanged", Wrong, jury{product.open, func(rec *record.Record) (*compare.Result, error) {
		turned := *rec
		turned.Processes = slices.Clone(rec.Processes)
		for i := range turned.Processes {
			p := &turned.Processes[i]
			p.Impl = map[string]string{reference: candidate, candidate: reference}[p.Impl]
		}
		return product.analyze(&turned)
	}})
	check("the product's own, every look its last", Wrong, impatient)
}

// impatient takes every look for the last, so that it has all the error that
// is left, and the first verdict that comes.
var impatient = jury{
	open: product.open,
	analyze: func(rec *record.Record) (*compare.Result, error) {
		var res *compare.Result
		measured := rec.Processes[len(rec.Processes)-1].Round
		for _, look := range rec.Plan.Looks {
			if look > measured {
				break
			}
			early := &record.Record{Plan: rec.Plan, Processes: rec.Processes[:2*look]}
			early.Plan.RMax = look
			early.Plan.Looks, early.Plan.Shares = compare.PlanLooks(look)
			var err error
			if res, err = product.analyze(early); err != nil || res.Verdict != compare.Inconclusive {
				return res, err
			}
		}
		return res, nil
	},
}

// plain is a judge of one row against [simulatedClaim], written once more from
// the description of the method, and how it is broken.
type plain struct {
	scale    float64 // of every multiplier
	spendAll bool
	bias     float64
}

func (p plain) jury() jury {
	return jury{open: func(rec *record.Record) compare.Progress {
		if v, _ := p.judge(rec); v != compare.Inconclusive {
			return compare.Progress{Done: true}
		}
		return compare.Progress{Rows: []string{rec.Plan.Rows[0].Name}}
	}, analyze: func(rec *record.Record) (*compare.Result, error) {
		v, i := p.judge(rec)
		return &compare.Result{Verdict: v, Rows: []compare.Row{{Speedup: i}}}, nil
	}}
}

func (p plain) judge(rec *record.Record) (compare.Verdict, compare.Interval) {
	var d []float64
	for i := 0; i < len(rec.Processes); i += 2 {
		d = append(d, p.bias+math.Log(middle(rec.Processes[i].SamplesNS)/middle(rec.Processes[i+1].SamplesNS)))
	}
	whole := compare.Interval{Hi: math.Inf(1)}
	for i, n := range rec.Plan.Looks {
		if n < 3 || n > len(d) {
			continue
		}
		share := rec.Plan.Shares[i]
		if p.spendAll {
			share = 1
		}
		mean, spread := meanSpread(d[:n])
		h := p.scale * quantile(n-1, intervalError/2*share) * spread / math.Sqrt(float64(n))
		whole.Lo, whole.Hi = max(whole.Lo, math.Exp(mean-h)), min(whole.Hi, math.Exp(mean+h))
		switch {
		case whole.Lo >= simulatedClaim:
			return compare.Pass, whole
		case whole.Hi < simulatedClaim:
			return compare.Fail, whole
		}
	}
	return compare.Inconclusive, whole
}

// quantile is what Student's t exceeds in a share of tail of all cases.
func quantile(df int, tail float64) float64 {
	key := [2]float64{float64(df), tail}
	if _, ok := quantiles[key]; !ok {
		quantiles[key] = -stats.InvCDF(stats.TDist{V: float64(df)})(tail)
	}
	return quantiles[key]
}

var quantiles = make(map[[2]float64]float64)

func middle(ns []float64) float64 {
	s := slices.Clone(ns)
	slices.Sort(s)
	return float64(s[len(s)/2])
}

// meanSpread is the mean, and the spread of one round raised for what so few
// rounds do not show.
func meanSpread(x []float64) (mean, spread float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += v / n
	}
	var sum, next float64
	for i, v := range x {
		sum += (v - mean) * (v - mean)
		if i > 0 {
			next += (v - mean) * (x[i-1] - mean)
		}
	}
	factor := 1.2
	if n >= 8 {
		rho := min(max(next/sum+1/n, 0), 0.8)
		factor = math.Sqrt((1 + rho) / (1 - rho))
	}
	return mean, factor * max(math.Sqrt(sum/(n-1)), 0.01)
}

// An honest judge is not accused, however noisy the host: equal programs and
// known differences, judged by the product on hosts from very quiet to hopeless
// and held against the truth as the selftest does. The numbers of the comments
// in judge.go are those of 4,000 cases of each kind and host; here are few.
func TestAnHonestJudgeIsNotAccused(t *testing.T) {
	const runs = 60
	check := func(name string, m machine) (rates string) {
		c := caseNamed(t, name)
		truth := slices.Repeat([]float64{max(c.Truth, 0)}, len(c.rows))
		if c.Truth == 0 {
			truth = slices.Repeat([]float64{1}, len(c.rows))
		}
		rng := rand.New(rand.NewPCG(9, nameSeed(name)))
		states := make(map[State]int)
		for range runs {
			res, err := imagine(m, rng, 13, truth, c.goals()).judged(product)
			if err != nil {
				t.Fatal(err)
			}
			states[judge(&c, res).State]++
		}
		if states[Wrong] > 1 {
			t.Errorf("%s, %+v: %d of %d accused", name, m, states[Wrong], runs)
		}
		return fmt.Sprint(states)
	}
	for _, m := range []machine{{sample: 0.002}, {sample: 0.03, process: 0.01, spikes: 0.03}, {process: 0.1}, {process: 0.3}} {
		for _, name := range []string{"same", "slower", "faster"} {
			t.Logf("%s, %+v: %s", name, m, check(name, m))
		}
	}
}

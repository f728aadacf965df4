package compare

import (
	"math"
	"math/rand/v2"
	"testing"
)

// detected is how often of n a plan of so many rounds tells a distance of that
// many spreads from its threshold.
func detected(t *testing.T, rng *rand.Rand, n, rounds int, distance, spread, level float64) float64 {
	t.Helper()
	s := testSchedule(t, rounds)
	hits := 0
	x := make([]float64, rounds)
	for range n {
		for i := range x {
			x[i] = distance + spread*rng.NormFloat64()
		}
		v, _ := s.follow(x).decide(0, level, level)
		switch {
		case v == Pass && distance > 0, v == Fail && distance < 0:
			hits++
		}
	}
	return float64(hits) / float64(n)
}

// exactly has n values with the mean and the standard deviation given, and
// successive ones that do not resemble each other.
func exactly(n int, mean, sd float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.Pow(-1, float64(i)) * sd * math.Sqrt(float64(n-1)/float64(n))
		x[i] += mean
	}
	return x
}

// A run that is planned as the report says finds what it is planned for, nine
// times in ten: where distance and spread are known the plan is not too short,
// and not half as long again as it had to be.
func TestPlannedRoundsAreEnough(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	n := comparisons(4000, 1000)
	slack := 2 * math.Sqrt(.09/float64(n))
	check := func(distances []float64, level float64) {
		t.Helper()
		for _, d := range distances {
			for _, sign := range []float64{1, -1} {
				spread := 0.05
				p := testSchedule(t, 30).follow(exactly(4, sign*d*spread, spread))
				need := p.need(0, level, level)
				if need.Rounds == 0 {
					t.Errorf("no plan for a distance of %v spreads at level %.2g", d, level)
					continue
				}
				power := detected(t, rng, n, need.Rounds, sign*d*spread, spread, level)
				t.Logf("level %.2g, distance %+.2f spreads: %d rounds, found %.1f%%", level, sign*d, need.Rounds, 100*power)
				if power < .9-slack {
					t.Errorf("level %.2g, distance %v spreads: %d rounds find it in %.1f%%", level, sign*d, need.Rounds, 100*power)
				}
				if shorter := need.Rounds * 2 / 3; shorter >= minLook {
					if power := detected(t, rng, n, shorter, sign*d*spread, spread, level); power > .9+slack {
						t.Errorf("level %.2g, distance %v spreads: %d rounds would do, not %d", level, sign*d, shorter, need.Rounds)
					}
				}
			}
		}
	}
	check([]float64{.75, 1, 1.25, 1.6, 2}, 0.05)
	check([]float64{1, 1.6, 2, 3}, 0.05/75)
}

// What a run says that it could have shown, it shows nine times in ten.
func TestReachIsReached(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	n := comparisons(4000, 1000)
	for _, rounds := range []int{5, 7, 13, 30} {
		for _, level := range []float64{0.05, 0.05 / 50} {
			s := testSchedule(t, rounds)
			const spread = 0.06
			x := exactly(rounds, 0, spread)
			p := s.follow(x)
			// The factor of independent rounds, not the least that there is.
			factor := max(1, p.spreadAt(rounds)/p.seen[len(p.seen)-1].s)
			d := math.Log1p(p.reach(level, zQuantile(.1))) * factor
			power := detected(t, rng, n, rounds, d, spread, level)
			t.Logf("%d rounds at level %.2g: %.1f%% is found in %.1f%%", rounds, level, 100*math.Expm1(d), 100*power)
			if power < .9-2*math.Sqrt(.09/float64(n)) || power > .97 {
				t.Errorf("%d rounds at level %.2g: %.1f%% is found in %.1f%%, want nine times in ten", rounds, level, 100*math.Expm1(d), 100*power)
			}
		}
	}
}

// Where even the longest plan would not do there is no number.
func TestNoPlanIsLongEnough(t *testing.T) {
	s := testSchedule(t, 5)
	more := func(p path) int { return p.need(0, .05, .05).more(len(p.x)) }
	if got := more(s.follow(exactly(4, .01, .06))); got != 0 {
		t.Errorf("a distance of a sixth of the spread takes %d more rounds", got)
	}
	if got := s.follow([]float64{1, 1}).need(0, .05, .05); got != (Need{}) {
		t.Errorf("two rounds say %+v", got)
	}
	if got := more(s.follow(exactly(4, .5, .06))); got != 1 {
		t.Errorf("a verdict that one more round would bring takes %d", got)
	}
}

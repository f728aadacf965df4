package compare

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"xbench/harness/record"
)

func TestPlanLooks(t *testing.T) {
	check := func(rMax int, wantLooks []int, wantShares []float64) {
		t.Helper()
		looks, shares := PlanLooks(rMax)
		if !slices.Equal(looks, wantLooks) || !slices.Equal(shares, wantShares) {
			t.Errorf("PlanLooks(%d) = %v, %v; want %v, %v", rMax, looks, shares, wantLooks, wantShares)
		}
	}
	check(0, nil, nil)
	check(2, []int{2}, []float64{1})
	check(3, []int{3}, []float64{1})
	check(5, []int{3, 5}, []float64{.01, .99})
	check(7, []int{3, 5, 7}, []float64{.01, .04, .95})
	check(13, []int{3, 5, 8, 13}, []float64{.01, .04, .10, .85})
	check(20, []int{3, 5, 8, 13, 20}, []float64{.01, .04, .10, .15, .70})
	check(30, []int{3, 5, 8, 13, 20, 30}, []float64{.01, .04, .10, .15, .20, .50})
	check(45, []int{3, 5, 8, 13, 20, 30, 45}, []float64{.01, .04, .10, .15, .20, .20, .30})
	for r := 1; r <= 60; r++ {
		looks, shares := PlanLooks(r)
		sum := 0.0
		for _, w := range shares {
			sum += w
		}
		if math.Abs(sum-1) > 1e-12 || looks[len(looks)-1] != r {
			t.Errorf("PlanLooks(%d) = %v, %v: the shares sum to %v", r, looks, shares, sum)
		}
	}
}

// The multipliers were computed elsewhere, from the definition: the quantile
// of Student's t at 1 - level*share/2.
func TestMultipliers(t *testing.T) {
	check := func(rMax int, level float64, want string) {
		t.Helper()
		s := testSchedule(t, rMax)
		got := ""
		for i := range s.looks {
			got += fmt.Sprintf(" %.4g", s.multiplier(i, level))
		}
		if got != want {
			t.Errorf("R_max %d, level %.4g: got%s, want%s", rMax, level, got, want)
		}
	}
	check(30, 0.05, " 44.7 7.173 4.029 3.209 2.861 2.364")
	check(20, 0.05, " 44.7 7.173 4.029 3.209 2.271")
	check(13, 0.05, " 44.7 7.173 4.029 2.269")
	check(30, 0.05/75, " 387.3 21.7 8.4 5.694 4.769 4.067")
}

func TestPlanIsChecked(t *testing.T) {
	check := func(change func(*record.Plan), want string) {
		t.Helper()
		rec := newRun(1, 5, "python", "go").record()
		change(&rec.Plan)
		if _, err := Analyze(rec, Options{}); err == nil || err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
		if p := Open(rec); !p.Done {
			t.Errorf("%s: a plan that cannot be judged is not done", want)
		}
	}
	check(func(p *record.Plan) { p.Alpha = 0 }, "plan: alpha is 0, want a number between 0 and 1")
	check(func(p *record.Plan) { p.Looks = nil }, "plan: 0 looks and 2 error shares, want as many of both and at least one")
	check(func(p *record.Plan) { p.Looks = []int{5, 3} }, "plan: looks [5 3] do not ascend")
	check(func(p *record.Plan) { p.RMax = 6 }, "plan: the last look is after round 5, not after r_max 6")
	check(func(p *record.Plan) { p.Shares = []float64{.5, .6} }, "plan: error shares sum to 1.1, more than 1")
	check(func(p *record.Plan) { p.Shares = []float64{0, 1} }, "plan: look after round 3 has error share 0, want more than 0")
	check(func(p *record.Plan) { p.Reference = "java" }, `plan: reference "java" is not among the implementations`)
	check(func(p *record.Plan) { p.Rows = append(p.Rows, p.Rows[0]) }, `plan: row "r00" is there twice`)
	check(func(p *record.Plan) { p.Gate = "targt" }, `gate: unknown level "targt" (did you mean "target"?)`)
	check(func(p *record.Plan) { p.Goals = []record.Goal{{}} }, "goal 1: a goal states exactly one of speedup, each, consistency and spread, not 0 of them")
	if _, err := Analyze(nil, Options{}); err == nil {
		t.Error("no error for no record")
	}
}

// The last look of a plan of five rounds, by hand: t with 4 degrees of freedom
// at 1 - 0.05*0.99/2 is 2.7863; the spread is raised by a fifth before 8 rounds.
func TestIntervalByHand(t *testing.T) {
	s := testSchedule(t, 5)
	x := []float64{math.Log(2), math.Log(2.1), math.Log(1.9), math.Log(2.05), math.Log(1.95)}
	lo, hi := s.follow(x).interval(0.05, 0.05)
	half := s.multiplier(1, 0.05) * 1.2 * sd(x) / math.Sqrt(5)
	if math.Abs(s.multiplier(1, 0.05)-2.7863) > 1e-4 {
		t.Errorf("multiplier %v", s.multiplier(1, 0.05))
	}
	if math.Abs(lo-(mean(x)-half)) > 1e-12 || math.Abs(hi-(mean(x)+half)) > 1e-12 {
		t.Errorf("got %v to %v, want %v +- %v", lo, hi, mean(x), half)
	}
	if got := fmt.Sprintf("%.3f %.3f", math.Exp(lo), math.Exp(hi)); got != "1.884 2.121" {
		t.Errorf("got %s", got)
	}
}

func TestRoundSpread(t *testing.T) {
	check := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	check("three equal rounds have a floor of 5 %", roundSpread([]float64{1, 1, 1}), 1.2*0.05)
	check("five equal rounds have a floor of 1 %", roundSpread([]float64{1, 1, 1, 1, 1}), 1.2*0.01)
	check("below the floor nothing changes", roundSpread([]float64{0, .2, .4, .6, .8}), 1.2*sd([]float64{0, .2, .4, .6, .8}))
	up := []float64{0, 1, 2, 3, 4, 5, 6, 7}
	// By hand: neighbours multiply to 26.25, squares sum to 42, plus 1/8.
	rho := 26.25/42 + 1.0/8
	check("a trend widens", roundSpread(up), sd(up)*math.Sqrt((1+rho)/(1-rho)))
	zigzag := []float64{0, 1, 0, 1, 0, 1, 0, 1}
	check("alternation does not narrow", roundSpread(zigzag), sd(zigzag))
	long := make([]float64, 30)
	for i := range long {
		long[i] = float64(i / 15)
	}
	check("the correlation is taken as at most 0.8", roundSpread(long), sd(long)*3)
}

func TestAContradictionTakesNothingBack(t *testing.T) {
	s := testSchedule(t, 30)
	x := slices.Concat(jitter(5, 1.0, .01), jitter(25, -1.0, .01))
	p := s.follow(x)
	if v, n := p.decide(0, 0.05, 0.05); v != Pass || n != 5 {
		t.Fatalf("got %s after %d, want PASS after 5", v, n)
	}
	lo, hi := p.interval(0.05, 0.05)
	if lo < 0 || hi < lo {
		t.Errorf("interval %v to %v, want one that holds what was decided", lo, hi)
	}
}

func jitter(n int, center, width float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = center + width*float64(i%3-1)
	}
	return x
}

func testSchedule(t *testing.T, rMax int) *schedule {
	t.Helper()
	looks, shares := PlanLooks(rMax)
	s, err := newSchedule(&record.Plan{Alpha: 0.05, RMax: rMax, Looks: looks, Shares: shares}, 1)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

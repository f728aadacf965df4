package harness

import (
	"testing"
	"time"

	"xbench/harness/record"
)

// A budget that cannot do is found out before anything has run, and no budget
// is that the plan would have taken.
func TestSpare(t *testing.T) {
	lab := func() *Lab {
		l := new(Lab)
		for _, im := range newFakeRun(1, 5, 0).plan.Implementations {
			l.subjects = append(l.subjects, &subject{Implementation: im})
		}
		return l
	}
	rows := make([]record.Row, 10)
	tm := Timing{Sample: 5 * time.Millisecond, Warmup: 50 * time.Millisecond, Samples: 10}
	const second = time.Second
	check := func(what string, opt PlanOptions, wantSpare, wantNeed time.Duration) {
		t.Helper()
		opt.Timing = tm
		spare, short, limited := lab().Spare(rows, opt)
		if !limited || spare.Round(100*time.Millisecond) != wantSpare || short.Need != wantNeed {
			t.Errorf("%s: limited %v, spare %v, need %v; want %v, %v", what, limited, spare, short.Need, wantSpare, wantNeed)
		}
	}
	// Five rounds 5 s apart are 25 s, 27.8 s of a budget; calibrating 10 rows on
	// 2 sides takes 20 times three times 55 ms, 3.3 s at least; a round 20 times
	// 100 ms, and 100 ms more in the three that check clocks.
	check("20 s, 5 s apart", PlanOptions{Budget: 20 * second, Spacing: 5 * second}, -7800*time.Millisecond, 38*second)
	check("5 min", PlanOptions{Budget: 300 * second, Spacing: 5 * second}, 272200*time.Millisecond, 38*second)
	check("some of it is spent", PlanOptions{Budget: 300 * second, Spacing: 5 * second, Spent: 100 * second}, 172200*time.Millisecond, 138*second)
	// Without a spacing five rounds are 5 x 20 x 100 ms = 10 s, 11.1 s of a budget.
	check("no spacing", PlanOptions{Budget: 12 * second}, 6*second, 22*second)
	check("fewer rounds do", PlanOptions{Budget: 12 * second, MinRounds: 2}, 7600*time.Millisecond, 15*second)
	for _, opt := range []PlanOptions{{Rounds: 7, Budget: second, Spacing: second}, {Spacing: second}} {
		if _, _, limited := lab().Spare(rows, opt); limited {
			t.Errorf("%+v is limited", opt)
		}
	}
}

// What is given up late needs what the rows that were timed say, and more than
// the budget in any case.
func TestGivenUp(t *testing.T) {
	const second = time.Second
	rows := make([]record.Row, 4)
	for i, name := range []string{"a", "b", "c", "d"} {
		rows[i].Name = name
	}
	rows[3].Unsupported = map[string]string{"go": "lacks it"}
	opt := PlanOptions{Budget: 40 * second, Spent: 25 * second}
	guess := &BudgetError{Budget: 40 * second, Need: 50 * second, Rounds: 5, AtLeast: true, before: 5 * second}

	// One of three rows took 15 s after a check of 10 s: 55 s for all. Five
	// rounds of 3 x 1 s and three checks of 3 x 1 s are 24 s, 26.7 s of a budget.
	one := map[string]Calibration{"a": {Round: second, Clock: second}}
	got := new(Lab).GivenUp(guess, rows, one, 10*second, opt)
	if got.Need != 82*second || got.AtLeast || got.Enough() != 110*second {
		t.Errorf("after one row of three: %+v, enough %v; want 82s, 110s", got, got.Enough())
	}
	if got := new(Lab).GivenUp(guess, rows, nil, 25*second, opt); got.Need != 250*second || !got.AtLeast {
		t.Errorf("after no row, five times as late as foreseen: %+v, want at least 250s", got)
	}
	quick := map[string]Calibration{"a": {Round: 1}, "b": {Round: 1}, "c": {Round: 1}}
	if got := new(Lab).GivenUp(guess, rows, quick, 24*second, opt); got.Need <= opt.Budget {
		t.Errorf("need %v, but a budget of %v was not enough", got.Need, opt.Budget)
	}
}

// Who gives the budget that was asked for is not refused again on a machine
// that is a fifth slower by then.
func TestTheBudgetAskedForIsEnough(t *testing.T) {
	opt := PlanOptions{Budget: 20 * time.Second, Spent: 18 * time.Second, Spacing: 5 * time.Second}
	round, clock := 10*time.Second, 4*time.Second
	_, err := lastRound(opt, round, clock)
	short, ok := err.(*BudgetError)
	if !ok {
		t.Fatalf("error %v, want a BudgetError", err)
	}
	opt.Budget, opt.Spent = short.Enough(), opt.Spent*6/5
	if n, err := lastRound(opt, round*6/5, clock*6/5); err != nil {
		t.Errorf("--budget %v: %d rounds, %v", opt.Budget, n, err)
	}
}

func TestTyped(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Millisecond: "1ms", 20 * time.Second: "20s", time.Minute: "1m", 90 * time.Second: "90s",
		2 * time.Minute: "2m", 130 * time.Second: "2m10s", time.Hour: "1h", 90*time.Second + 400*time.Millisecond: "90s",
	} {
		if got := Typed(d); got != want {
			t.Errorf("Typed(%v) = %s, want %s", d, got, want)
		}
	}
}

// Whole programs are launched at once unless there is time to keep their
// rounds apart: then ten rounds fit, or as many more as the budget holds.
func TestSpread(t *testing.T) {
	const second = time.Second
	check := func(opt PlanOptions, want time.Duration, wantRounds int) {
		t.Helper()
		got := opt.spread()
		each := opt
		each.Spacing = got
		rounds, err := lastRound(each, 100*time.Millisecond, 0)
		if got != want || rounds != wantRounds || err != nil {
			t.Errorf("%+v: %s apart, %d rounds, %v; want %s, %d", opt, got, rounds, err, want, wantRounds)
		}
	}
	check(PlanOptions{Spread: 5 * second, Budget: 480 * second}, 5*second, 30)
	check(PlanOptions{Spread: 5 * second, Budget: 60 * second}, 5*second, 10)
	check(PlanOptions{Spread: 5 * second, Budget: 60 * second, Spent: 20 * second}, 3600*time.Millisecond, 10)
	check(PlanOptions{Spread: 5 * second, Budget: 10 * second}, 900*time.Millisecond, 10)
	check(PlanOptions{Spread: 5 * second, Budget: second}, 0, 9)
	check(PlanOptions{Spread: 5 * second, Budget: 60 * second, Spacing: 2 * second}, 2*second, 27)
	check(PlanOptions{Spread: 5 * second, Budget: 60 * second, Rounds: 10}, 0, 10)
	check(PlanOptions{Spread: 5 * second}, 0, 30)
	check(PlanOptions{Budget: 60 * second}, 0, 30) // workers: what the suite says
}

package harness

import (
	"fmt"
	"time"

	"xbench/harness/record"
)

// A BudgetError says that a budget is too short and what would do.
type BudgetError struct {
	Budget, Need time.Duration
	Rounds       int           // the fewest that are worth running
	Spacing      time.Duration // between rounds, when it is what makes them long, else 0
	AtLeast      bool          // nothing was timed yet: Need is a lower bound

	before time.Duration // part of Need: what comes before the first round
}

func (e *BudgetError) Error() string {
	apart, instead := "", "narrow --filter"
	if e.Spacing > 0 { // fewer rows would not make the rounds shorter
		apart, instead = fmt.Sprintf(" %s apart", Typed(e.Spacing)), "set spacing in a suite"
	}
	need := "need about " + Typed(e.Need)
	if e.AtLeast {
		need = "need at least " + Typed(e.Need) + " (nothing has been timed yet)"
	}
	return fmt.Sprintf("--budget %s is too short: %d rounds%s, the fewest that show anything, %s; give --budget %s or more, %s, or set --rounds",
		Typed(e.Budget), e.Rounds, apart, need, Typed(e.Enough()), instead)
}

// Who follows the advice should not be refused again because the machine was
// busier the second time: between two calibrations of one suite a fifth is
// usual. Before anything was timed, launches and slow iterations come on top.
const (
	margin        = 1.25
	marginUntimed = 3
)

// Enough is the budget to ask for: what is needed, and a margin.
func (e *BudgetError) Enough() time.Duration {
	by := margin
	if e.AtLeast {
		by = marginUntimed
	}
	return roundUp(time.Duration(by * float64(e.Need)))
}

func roundUp(d time.Duration) time.Duration {
	step := 10 * time.Second
	if d > 5*time.Minute {
		step = time.Minute
	}
	return (d + step - 1) / step * step
}

// Spare is how much of a budget checking and calibrating may use at most: with
// more, the fewest rounds do not fit any longer, however fast the work is, for
// rounds are a spacing apart, and warm-up and samples take their time. Without
// a budget limited is false. Less than nothing means that the run need not
// begin; short says what is needed at least.
//
// While there is hope, half of the budget may go: a run that is refused after
// calibration can say what it needs, and before it can only guess.
func (l *Lab) Spare(rows []record.Row, opt PlanOptions) (spare time.Duration, short *BudgetError, limited bool) {
	if opt.Rounds > 0 || opt.Budget <= 0 {
		return 0, nil, false
	}
	var least, full, clock, before time.Duration
	for i := range rows {
		if len(rows[i].Unsupported) > 0 {
			continue
		}
		for _, s := range l.subjects {
			if !s.isWorker() {
				continue // nobody knows how long a program takes
			}
			samples := time.Duration(l.sampleCount(&rows[i], opt.Timing.Samples, 0)) * opt.Timing.Sample
			least += opt.Timing.Warmup + min(samples, 5*50*time.Millisecond) // slow iterations have fewer samples
			full += opt.Timing.Warmup + samples
			clock += samples + max(samples, clockSlope)
			before += calibrations * (opt.Timing.Warmup + opt.Timing.Sample)
		}
	}
	spent := opt.Spent
	spare = opt.Budget - time.Duration(float64(time.Duration(opt.fewest())*opt.each(least))/usable) - spent
	opt.Spent += before
	short = opt.short(full, clock)
	short.AtLeast = true
	if spare > 0 {
		spare = max(spare, opt.Budget/2-spent)
	}
	return spare, short, true
}

// usable is the part of the budget that rounds are planned into; the rest is
// for a machine that gets slower.
const usable = 0.9

func (opt *PlanOptions) fewest() int {
	if opt.MinRounds > 0 {
		return opt.MinRounds
	}
	return minRounds
}

// each is the time from the beginning of a round to that of the next.
func (opt *PlanOptions) each(round time.Duration) time.Duration {
	return max(round, opt.Spacing, time.Millisecond)
}

// short is the error of a budget that does not hold the fewest rounds.
func (opt *PlanOptions) short(round, clock time.Duration) *BudgetError {
	fewest := opt.fewest()
	rounds := time.Duration(fewest)*opt.each(round) + clockRounds*clock
	short := &BudgetError{Budget: opt.Budget, Rounds: fewest, before: opt.Spent,
		Need: (opt.Spent + time.Duration(float64(rounds)/usable) + time.Second).Truncate(time.Second)}
	if opt.Spacing > round {
		short.Spacing = opt.Spacing
	}
	return short
}

// GivenUp is the error when checking and calibrating took more of the budget
// than it can spare. Rows that were calibrated speak for those that were not:
// cals are theirs, checked is when the check had ended, and opt.Spent is now.
// Without any, what Spare said is all there is, and that too little.
func (l *Lab) GivenUp(short *BudgetError, rows []record.Row, cals map[string]Calibration, checked time.Duration, opt PlanOptions) *BudgetError {
	var round, clock time.Duration
	var timed, all int
	for i := range rows {
		if len(rows[i].Unsupported) > 0 {
			continue
		}
		all++
		if cal, ok := cals[rows[i].Name]; ok {
			timed++
			round += cal.Round
			clock += cal.Clock
		}
	}
	if timed == 0 {
		return short.after(opt.Spent)
	}
	whole := func(d time.Duration) time.Duration { return d * time.Duration(all) / time.Duration(timed) }
	opt.Spent = checked + whole(opt.Spent-checked)
	late := opt.short(whole(round), whole(clock))
	late.Need = max(late.Need, opt.Budget+time.Second).Truncate(time.Second)
	return late
}

// after is the error when not even the check ended in time: on a machine that
// is slower than it seemed, all of it takes longer.
func (e *BudgetError) after(spent time.Duration) *BudgetError {
	late := *e
	if spent > e.before && e.before > 0 {
		late.Need = time.Duration(float64(e.Need) * float64(spent) / float64(e.before))
	}
	late.Need = max(late.Need, e.Budget+time.Second).Truncate(time.Second)
	return &late
}

// spreadRounds is how many rounds should fit a budget before they are kept
// further apart.
const spreadRounds = 10

// spread is how far apart the rounds of whole programs are kept where nobody
// says: as far as Spread, or as a budget lets spreadRounds of them fit. Ten
// rounds that are independent are worth more than thirty that share a mood.
func (opt *PlanOptions) spread() time.Duration {
	if opt.Spacing > 0 || opt.Rounds > 0 || opt.Budget <= 0 {
		return opt.Spacing
	}
	left := time.Duration(usable * float64(opt.Budget-opt.Spent))
	return max(0, min(opt.Spread, left/spreadRounds)).Truncate(100 * time.Millisecond)
}

// lastRound is the round of the last look: what fits into nine tenths of the
// rest of the budget, between 5 and 30. Rounds with a clock check take longer.
func lastRound(opt PlanOptions, round, clock time.Duration) (int, error) {
	if opt.Rounds > 0 {
		return opt.Rounds, nil
	}
	if opt.Budget <= 0 {
		return maxRounds, nil
	}
	each := opt.each(round)
	fit := int((usable*float64(opt.Budget-opt.Spent) - float64(clockRounds*clock)) / float64(each))
	if fit < opt.fewest() {
		return 0, opt.short(round, clock)
	}
	return min(fit, maxRounds), nil
}

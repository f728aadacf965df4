package harness

import (
	"fmt"
	"time"

	"xbench/harness/record"
)

// Rounds a plan may have.
const (
	minRounds = 5 // fewer show next to nothing, unless a suite knows better
	maxRounds = 30
)

// PlanOptions is what the user asked for, before the plan is fixed.
type PlanOptions struct {
	Suite, Filter string
	Demo          bool
	Args          []string // what xbench was started with, as typed
	Tool, Run     string
	Started       time.Time
	Seed          uint64
	Gate          string
	Inconclusive  string
	Goals         []record.Goal
	Absent        []string         // implementations that --impl left out
	Removed       []record.Removed // rows of the suite that were filtered out
	SameOutput    string
	Timing        Timing
	Spacing       time.Duration
	Budget        time.Duration // 0 = none
	MinRounds     int           // fewer are not worth running; 0 = 5
	Rounds        int           // > 0 sets the last look and switches the budget off
	Spent         time.Duration // of the budget, by checking and calibrating
	Host          record.Host
	// Looks gives the moments at which the data is looked at, and the share of
	// the error each may use.
	Looks func(rMax int) (looks []int, shares []float64)
}

// A BudgetError says that a budget is too short and what would do.
type BudgetError struct {
	Budget, Need time.Duration
	Rounds       int           // the fewest that are worth running
	Spacing      time.Duration // between rounds, when it is what makes them long, else 0

	before time.Duration // part of Need: what comes before the first round
}

func (e *BudgetError) Error() string {
	apart, instead := "", "narrow --filter"
	if e.Spacing > 0 { // fewer rows would not make the rounds shorter
		apart, instead = fmt.Sprintf(" %s apart", e.Spacing), "set spacing in a suite"
	}
	return fmt.Sprintf("--budget %s is too short: %d rounds%s, the fewest that show anything, need about %s; give --budget %s or more, %s, or set --rounds",
		e.Budget, e.Rounds, apart, e.Need, roundUp(e.Need), instead)
}

func roundUp(d time.Duration) time.Duration {
	step := 10 * time.Second
	if d > 5*time.Minute {
		step = time.Minute
	}
	return (d + step - 1) / step * step
}

// Plan fixes everything that verdicts may depend on. Rows without a
// calibration stay in the plan: they are invalid or unsupported, and goals
// over them must say so.
func (l *Lab) Plan(rows []record.Row, cals map[string]Calibration, opt PlanOptions) (record.Plan, error) {
	var round, clock time.Duration
	for i := range rows {
		if cal, ok := cals[rows[i].Name]; ok {
			rows[i].Iterations, rows[i].Samples = cal.Iterations, cal.Samples
			round += cal.Round
			clock += cal.Clock
		}
	}
	rMax, err := lastRound(opt, round, clock)
	if err != nil {
		return record.Plan{}, err
	}
	looks, shares := opt.Looks(rMax)
	return record.Plan{
		Version: 1, Run: opt.Run, Started: opt.Started.UTC().Format(time.RFC3339), Tool: opt.Tool,
		Suite: opt.Suite, Filter: opt.Filter, Demo: opt.Demo, Args: opt.Args, Seed: opt.Seed,
		Alpha: 0.05, RMax: rMax, Looks: looks, Shares: shares, Gate: opt.Gate, Inconclusive: opt.Inconclusive,
		BudgetNS: int64(opt.Budget), SampleNS: int64(opt.Timing.Sample), WarmupNS: int64(opt.Timing.Warmup), SpacingNS: int64(opt.Spacing),
		Reference: l.Reference(), Implementations: l.Implementations(), Rows: rows, Removed: opt.Removed, Absent: opt.Absent, Goals: opt.Goals,
		SameOutput: opt.SameOutput, Host: opt.Host,
	}, nil
}

// Spare is how much of a budget checking and calibrating may use at most: with
// more, the fewest rounds do not fit any longer, however fast the work is, for
// rounds are a spacing apart, and warm-up and samples take their time. Without
// a budget limited is false. Less than nothing means that the run need not
// begin; short says what would do, by how long the workers took to start.
func (l *Lab) Spare(rows []record.Row, opt PlanOptions) (spare time.Duration, short *BudgetError, limited bool) {
	if opt.Rounds > 0 || opt.Budget <= 0 {
		return 0, nil, false
	}
	var least, likely, clock, before time.Duration
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
			likely += s.launching + opt.Timing.Warmup + samples
			clock += samples + max(samples, clockSlope)
			before += s.launching + calibrations*(s.launching+opt.Timing.Warmup+opt.Timing.Sample)
		}
	}
	fewest, opt := opt.fewest(), opt
	spare = opt.Budget - time.Duration(float64(time.Duration(fewest)*opt.each(least))/usable)
	opt.Spent += before
	return spare - (opt.Spent - before), opt.short(likely, clock), true
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

// After is the error when checking and calibrating were given up after so
// long: on a machine that is slower than it seemed, all of it takes longer.
func (e *BudgetError) After(spent time.Duration) *BudgetError {
	late := *e
	if spent > e.before && e.before > 0 {
		late.Need = time.Duration(float64(e.Need) * float64(spent) / float64(e.before))
	}
	late.Need = max(late.Need, e.Budget+time.Second).Truncate(time.Second)
	return &late
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

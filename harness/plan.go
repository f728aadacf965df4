package harness

import (
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
	Args          []string // what xbench was started with, see [record.Plan]
	Dir           string   // where it was started
	Tool, Run     string
	Started       time.Time
	Seed          uint64
	Gate          string
	Inconclusive  string
	Goals         []record.Goal
	Absent        []string         // implementations that --impl left out
	LeftOut       string           // the reference, where it is one of them
	Removed       []record.Removed // rows of the suite that were filtered out
	SameOutput    string
	Timing        Timing
	Spacing       time.Duration
	Spread        time.Duration // the most that rounds are kept apart where Spacing is 0 and the budget has room
	Budget        time.Duration // 0 = none
	MinRounds     int           // fewer are not worth running; 0 = 5
	Rounds        int           // > 0 sets the last look and switches the budget off
	Spent         time.Duration // of the budget, by checking and calibrating
	Host          record.Host
	// Looks gives the moments at which the data is looked at, and the share of
	// the error each may use.
	Looks func(rMax int) (looks []int, shares []float64)
}

// Plan fixes everything that verdicts may depend on. Rows without a
// calibration stay in the plan: they are invalid or unsupported, and goals
// over them must say so.
func (l *Lab) Plan(rows []record.Row, cals map[string]Calibration, opt PlanOptions) (record.Plan, error) {
	var round, clock time.Duration
	for i := range rows {
		if cal, ok := cals[rows[i].Name]; ok {
			rows[i].Iterations, rows[i].Samples, rows[i].Asked = cal.Iterations, cal.Samples, cal.Asked
			round += cal.Round
			clock += cal.Clock
		}
	}
	opt.Spacing = opt.spread()
	rMax, err := lastRound(opt, round, clock)
	if err != nil {
		return record.Plan{}, err
	}
	for _, s := range l.subjects {
		if err := s.settleFiles(); err != nil {
			return record.Plan{}, err
		}
	}
	looks, shares := opt.Looks(rMax)
	return record.Plan{
		Version: 1, Run: opt.Run, Started: opt.Started.UTC().Format(time.RFC3339), Tool: opt.Tool,
		Suite: opt.Suite, Filter: opt.Filter, Demo: opt.Demo, Args: opt.Args, Dir: opt.Dir, Seed: opt.Seed,
		Alpha: 0.05, RMax: rMax, Looks: looks, Shares: shares, Gate: opt.Gate, Inconclusive: opt.Inconclusive,
		BudgetNS: int64(opt.Budget), SampleNS: int64(opt.Timing.Sample), WarmupNS: int64(opt.Timing.Warmup), SpacingNS: int64(opt.Spacing),
		Reference: l.Reference(), Implementations: l.Implementations(), Rows: rows, Removed: opt.Removed, Absent: opt.Absent, LeftOut: opt.LeftOut, Goals: opt.Goals,
		SameOutput: opt.SameOutput, Host: opt.Host,
	}, nil
}

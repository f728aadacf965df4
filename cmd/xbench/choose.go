package main

import (
	"math/rand/v2"
	"slices"
	"time"

	"xbench/harness/config"
	"xbench/harness/record"
)

// choose settles what is to be run.
func (r *oneRun) choose() error {
	var err error
	if r.suiteOf, err = r.p.Suite(r.suite); err != nil {
		return err
	}
	sel := config.Selection{Suite: r.suiteOf.Name, Filter: r.filter}
	for _, s := range r.sweep {
		sw, err := config.ParseSweep(s)
		if err != nil {
			return err
		}
		sel.Sweep = append(sel.Sweep, sw)
	}
	if r.rows, err = r.p.Rows(sel); err != nil {
		return err
	}
	r.sweeps = sel.Sweep
	if r.filtered, err = r.filteredOut(sel); err != nil {
		return err
	}
	if r.goals != "" {
		data, err := readNamed("--goals", r.goals)
		if err != nil {
			return err
		}
		if err := r.p.decodeGoals(r.goals, data); err != nil {
			return err
		}
	}
	if r.spaced {
		r.suiteOf.Spacing = r.spacing
	}
	r.gate = orElse(r.gate, orElse(r.suiteOf.Gate, "minimum"))
	if r.goals != "" && !r.gated && r.gate == "none" {
		r.gate = "minimum" // who brings goals wants them judged, whatever the file's habit
	}
	if r.goals == "" && !r.gated && r.nothingToJudge() {
		r.gate = "none"
	}
	if r.rounds == 0 && r.budget == 0 { // neither was asked for: the suite's
		r.rounds, r.budget = r.suiteOf.Rounds, r.suiteOf.Budget
		if r.justLooks() {
			r.rounds = commandRounds
		}
	}
	if r.rounds > 0 {
		r.budget = 0
	}
	if !r.seeded {
		r.seed = rand.Uint64()
	}
	return nil
}

// apart is how far the rounds of command lines are kept apart where neither a
// flag nor a suite says how far: at 5 s one in twenty verdicts on a threshold
// is wrong on a host whose load fades within seconds, without any gap every
// other (docs/error-rates.md).
const apart = 5 * time.Second

// justLooks is whether commands of a configuration are measured as those of the
// command line are: no suite says how long, and no goal waits to be settled,
// for which a budget keeps rounds apart and ends when there is nothing left to
// learn. Without goals there always is, and the budget would be used up.
func (r *oneRun) justLooks() bool {
	return r.suiteOf.Name == "" && len(r.p.goals) == 0 && r.onlyCommands()
}

func (r *oneRun) onlyCommands() bool {
	return !slices.ContainsFunc(r.p.Implementations, func(im config.Implementation) bool { return im.Kind() != record.KindCommand })
}

// spread is the most that a budget is used to keep rounds apart. Without one,
// who looks at two commands is not kept waiting.
func (r *oneRun) spread() time.Duration {
	named := r.suiteOf.Name != "" && len(r.command.lines) == 0
	if r.spaced || named || !r.onlyCommands() {
		return 0
	}
	return apart
}

// nothingToJudge is whether no row can be part of a goal: swept ones are not,
// nor are those of a suite that are all only shown. A filter that leaves the
// judged ones out is no excuse.
func (r *oneRun) nothingToJudge() bool {
	return len(r.sweep) > 0 || r.suiteOf.Gate == "" && !slices.ContainsFunc(r.rows, judged) && !slices.ContainsFunc(r.filtered, judged)
}

func judged(row record.Row) bool { return !row.ShownOnly }

// filteredOut lists the suite's rows that --filter leaves out: a goal that
// loses one of its rows is not evaluated, or a filter could pick the fast ones.
func (r *oneRun) filteredOut(sel config.Selection) ([]record.Row, error) {
	if sel.Filter == "" {
		return nil, nil
	}
	all, err := r.p.Rows(config.Selection{Suite: sel.Suite})
	if err != nil {
		return nil, err
	}
	kept, err := r.p.Rows(config.Selection{Suite: sel.Suite, Filter: sel.Filter})
	if err != nil {
		return nil, err
	}
	stays := make(map[string]bool)
	for _, row := range kept {
		stays[row.Name] = true
	}
	return slices.DeleteFunc(all, func(row record.Row) bool { return stays[row.Name] }), nil
}

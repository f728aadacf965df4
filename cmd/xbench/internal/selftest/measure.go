package selftest

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"xbench/cmd/xbench/internal/loop"
	"xbench/compare"
	"xbench/harness"
	"xbench/harness/record"
)

// measure takes a case the whole way that xbench run goes: real processes, the
// check of the work, calibration, a binding plan, rounds, a record that is
// written and read back, and the verdict made from what was read.
func (t *test) measure(ctx context.Context, c *Case, budget time.Duration) (*compare.Result, error) {
	began := time.Now()
	rng := rand.New(rand.NewPCG(t.opt.Seed, nameSeed(c.Name)))
	lab, err := harness.NewLab(ctx, harness.LabOptions{Config: c.config(t.opt.Self), Observe: func(e harness.Event) { t.observe(c, e) }})
	if err != nil {
		return nil, err
	}
	rows, err := lab.Bind(c.listed())
	if err != nil {
		return nil, err
	}
	_, notes, err := loop.SameWork(ctx, lab, rows, rng)
	if err != nil {
		return nil, err
	}
	timing := lab.Timing(c.timing.Timing)
	valid := slices.DeleteFunc(slices.Clone(rows), func(r record.Row) bool {
		return slices.ContainsFunc(notes, func(n record.Note) bool { return n.Row == r.Name })
	})
	cals, failed, err := lab.Calibrate(ctx, valid, timing)
	if err != nil {
		return nil, err
	}
	plan, err := lab.Plan(rows, cals, harness.PlanOptions{
		Suite: "selftest", Filter: "", Tool: t.opt.Tool, Run: c.Name, Started: began, Seed: rng.Uint64(), Gate: "minimum",
		Goals: c.goals(), Timing: timing, Spacing: c.timing.spacing, Budget: budget, Rounds: t.rounds(c), Spent: time.Since(began),
		Host: t.opt.Host, Looks: compare.PlanLooks,
	})
	if err != nil {
		return nil, err
	}
	store, err := harness.CreateStore(filepath.Join(t.dir, c.Name), began)
	if err != nil {
		return nil, err
	}
	opt := harness.RunOptions{Save: store, Decide: loop.Decide}
	if budget > 0 {
		opt.Deadline = began.Add(budget)
	}
	err = store.Begin(plan)
	if err == nil {
		_, err = lab.Run(ctx, plan, slices.Concat(notes, failed), cals, opt)
	}
	if err = errors.Join(err, store.Close()); err != nil {
		return nil, err
	}
	rec, err := harness.ReadRecord(store.Dir)
	if err != nil {
		return nil, err
	}
	return compare.Analyze(rec, compare.Options{})
}

// listed are the rows of a case before the programs were asked.
func (c *Case) listed() []record.Row {
	var out []record.Row
	for _, name := range c.rows {
		out = append(out, record.Row{Name: name, ID: name, Category: "selftest"})
	}
	return out
}

// rounds is how many are planned; 0 leaves it to the budget.
func (t *test) rounds(c *Case) int {
	if c.timing.rounds > 0 {
		return c.timing.rounds
	}
	return t.opt.Rounds
}

// nameSeed tells the random numbers of two cases apart.
func nameSeed(name string) uint64 {
	var h uint64
	for i := range len(name) {
		h = scramble(h ^ uint64(name[i]))
	}
	return h
}

package harness

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"xbench/harness/record"
)

// A Decision is what the judge of the data answers after a round: which rows
// still need rounds. It depends on the data alone, so that a run that is taken
// up again goes through the same decisions once more.
type Decision struct {
	Done           bool
	Rows           []string // still open, in plan order
	Decided, Goals int      // for the progress line
}

// RunOptions says how the rounds of a plan are run.
type RunOptions struct {
	Deadline time.Time     // no round begins that would end after it; zero = none
	Grace    time.Duration // how long after it a round may end that takes longer than it should; then it is left incomplete
	// Decide is asked after every round. It sees the record so far.
	Decide func(*record.Record) Decision
	// Save is handed every round, process and note as it comes; an error ends
	// the run.
	Save Saver
	// Probe looks at the machine before the first process of each round; it
	// fills in everything but the round and the time. Nil means nobody looks.
	Probe func() record.Round
}

// A Saver keeps what was measured.
type Saver interface {
	Round(record.Round) error
	Process(record.Process) error
	Note(record.Note) error
}

// Run carries out the plan and returns the record it has written. It ends when
// the judge says that nothing is open, at the planned last round, or when the
// budget is spent; an interrupt is returned as the context's error, with
// everything measured so far in the record.
func (l *Lab) Run(ctx context.Context, plan record.Plan, notes []record.Note, cals map[string]Calibration, opt RunOptions) (*record.Record, error) {
	r := newRounds(&record.Record{Plan: plan}, newPace(cals), opt)
	r.launch, r.observe = l.launch, l.observe
	for _, n := range notes {
		if err := r.note(n); err != nil {
			return r.rec, err
		}
	}
	return r.rec, l.carryOut(ctx, r)
}

// launch measures one process of the lab's i-th implementation.
func (l *Lab) launch(ctx context.Context, i int, row *record.Row, j job) (record.Process, error) {
	return l.subjects[i].measure(ctx, row, j)
}

// rounds is the state of a run.
type rounds struct {
	rec     *record.Record
	opt     RunOptions
	pace    *pace
	launch  func(ctx context.Context, impl int, row *record.Row, j job) (record.Process, error)
	observe func(Event)

	// past are the processes of a run that is taken up again: they are gone
	// through once more, so that all decisions are, and not measured again.
	past []record.Process
	// resume, if set, is called once, where the past ends. split says that the
	// row has one side in the past and the other to come.
	resume func(round int, row *record.Row, split bool) error

	began  time.Time
	open   []*record.Row        // what the round has left
	probed int                  // the round that has its entry in the record
	last   map[string]time.Time // when a row's latest round began
	done   int                  // complete rounds
	// broken holds the row and implementation of every process that failed:
	// it is not launched again, and the other sides go on.
	broken map[string]bool

	launched int // processes, as opposed to those that are past
}

func newRounds(rec *record.Record, pc *pace, opt RunOptions) *rounds {
	return &rounds{rec: rec, pace: pc, opt: opt, observe: func(Event) {}, began: time.Now(),
		last: make(map[string]time.Time), broken: make(map[string]bool)}
}

func (r *rounds) run(ctx context.Context) error {
	err := r.all(ctx)
	if err != nil && errors.Is(err, ctx.Err()) {
		return errors.Join(err, r.ending(record.NoteInterrupt, "interrupted; no look was added"))
	}
	if errors.Is(err, errBudget) {
		return r.ending(record.NoteBudget, fmt.Sprintf("the budget ended after %d of %d planned rounds; no look was added", r.done, r.rec.Plan.RMax))
	}
	return err
}

// errBudget ends a run at its deadline.
var errBudget = errors.New("the budget is spent")

func (r *rounds) all(ctx context.Context) error {
	open := r.measurable()
	for round := 1; round <= r.rec.Plan.RMax && len(open) > 0; round++ {
		if err := r.round(ctx, round, open); err != nil {
			return err
		}
		r.done = round
		began := time.Now()
		d := r.opt.Decide(r.rec)
		open = r.keep(d)
		r.pace.between = time.Since(began)
		if r.launched > 0 {
			r.observe(Event{Stage: StageRound, Round: round, RMax: r.rec.Plan.RMax, Done: d.Decided, Total: d.Goals,
				Elapsed: time.Since(r.began), Left: r.timeLeft(round, open)})
		}
		if d.Done {
			return r.leftOver()
		}
	}
	return r.leftOver()
}

// measurable lists the rows that were calibrated.
func (r *rounds) measurable() []*record.Row {
	var out []*record.Row
	for i := range r.rec.Plan.Rows {
		if row := &r.rec.Plan.Rows[i]; len(row.Iterations) > 0 {
			out = append(out, row)
		}
	}
	return out
}

// keep returns the rows the judge wants more of.
func (r *rounds) keep(d Decision) []*record.Row {
	if d.Done {
		return nil
	}
	want := make(map[string]bool)
	for _, name := range d.Rows {
		want[name] = true
	}
	var out []*record.Row
	for _, row := range r.measurable() {
		if want[row.Name] {
			out = append(out, row)
		}
	}
	return out
}

// round launches one fresh process of every implementation for every open row.
// Rows keep the plan's order, so that two rounds of one row are as far apart
// as the round is long; the order of the implementations is drawn anew.
func (r *rounds) round(ctx context.Context, round int, open []*record.Row) error {
	for i, row := range open {
		r.open = open[i:]
		if len(r.past) == 0 {
			if err := r.takeUp(round, row, false); err != nil {
				return err
			}
			if err := r.affords(i == 0); err != nil {
				return err
			}
			if err := r.space(ctx, row); err != nil {
				return err
			}
		}
		if err := r.row(ctx, round, row, i, len(open)); err != nil {
			return err
		}
	}
	return nil
}

// affords ends the run where the budget does: before a round that would end
// after it, and within one that turns out too long.
func (r *rounds) affords(begins bool) error {
	if r.opt.Deadline.IsZero() {
		return nil
	}
	left := time.Until(r.opt.Deadline)
	if begins && r.estimate(r.open) > left || r.estimate(r.open[:1]) > left+r.opt.Grace {
		return errBudget
	}
	return nil
}

// estimate is how long these rows take in the next round, with the wait that
// keeps it apart from the last.
func (r *rounds) estimate(open []*record.Row) time.Duration {
	at := r.pace.between
	for _, row := range open {
		if last, ok := r.last[row.Name]; ok {
			at = max(at, time.Until(last.Add(time.Duration(r.rec.Plan.SpacingNS))))
		}
		at += r.pace.row(row.Name, r.done+1)
	}
	return at
}

func (r *rounds) timeLeft(round int, open []*record.Row) time.Duration {
	if len(open) == 0 {
		return 0
	}
	each := max(r.estimate(open), time.Duration(r.rec.Plan.SpacingNS))
	left := time.Duration(r.rec.Plan.RMax-round) * each
	if !r.opt.Deadline.IsZero() {
		left = min(left, time.Until(r.opt.Deadline))
	}
	return max(left, 0)
}

// space waits until the row's previous round is long enough ago: neighbouring
// rounds share the machine's mood, and the interval assumes that they do not.
func (r *rounds) space(ctx context.Context, row *record.Row) error {
	last, ok := r.last[row.Name]
	if !ok {
		return nil
	}
	wait := time.Until(last.Add(time.Duration(r.rec.Plan.SpacingNS)))
	if wait <= 0 {
		return nil
	}
	r.observe(Event{Stage: StageWait, Row: row.Name, Round: r.done + 1, RMax: r.rec.Plan.RMax, Left: wait, Elapsed: time.Since(r.began)})
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// row measures every implementation of a row once.
func (r *rounds) row(ctx context.Context, round int, row *record.Row, place, of int) error {
	plan := &r.rec.Plan
	rng := rowRand(plan.Seed, row.Name, round)
	var nonce uint64
	if row.Nonce {
		nonce = rng.Uint64N(1 << 62) // room for nonce + sample
	}
	v := visit{began: time.Now()}
	for position, i := range rng.Perm(len(plan.Implementations)) {
		impl := plan.Implementations[i].Name
		if r.broken[row.Name+"\x00"+impl] {
			continue
		}
		p, err := r.process(ctx, &v, i, row, job{
			round: round, position: position, nonce: nonce,
			k: row.Iterations[impl], samples: row.Samples,
			sample: time.Duration(plan.SampleNS), warmup: time.Duration(plan.WarmupNS),
			checkClock: round <= clockRounds, verifyTimed: plan.SameOutput != "" && plan.SameOutput != "exact",
		})
		if err != nil {
			return err
		}
		r.rec.Processes = append(r.rec.Processes, p)
		if v.launched > 0 {
			r.observe(Event{Stage: StageMeasure, Row: row.Name, Impl: impl, Round: round, RMax: plan.RMax,
				Done: place, Total: of, Elapsed: time.Since(r.began)})
		}
		if p.Failure != nil {
			r.broken[row.Name+"\x00"+impl] = true
		}
	}
	r.pace.measured(row.Name, round, v.took())
	return nil
}

// A visit is one row in one round: what of it is past, and what was measured
// now.
type visit struct {
	began    time.Time
	past     time.Duration // the processes' own time
	recalled int
	launched int
}

// took is how long the visit lasted, 0 when it was cut in two: the gap says
// nothing of the time that a row takes.
func (v *visit) took() time.Duration {
	switch {
	case v.launched == 0:
		return v.past
	case v.recalled == 0:
		return time.Since(v.began)
	}
	return 0
}

// process returns the next process of the run: from the record, as far as that
// goes, and then a new one.
func (r *rounds) process(ctx context.Context, v *visit, impl int, row *record.Row, j job) (record.Process, error) {
	if len(r.past) > 0 {
		p, at, err := r.recall(r.rec.Plan.Implementations[impl].Name, row, j)
		if v.recalled == 0 {
			r.last[row.Name] = at
		}
		v.recalled++
		v.past += time.Duration(p.Phases.TotalNS)
		return p, err
	}
	if err := r.takeUp(j.round, row, v.recalled > 0); err != nil {
		return record.Process{}, err
	}
	if err := r.probe(j.round); err != nil {
		return record.Process{}, err
	}
	if v.launched == 0 {
		r.last[row.Name] = time.Now()
	}
	p, err := r.launch(ctx, impl, row, j)
	if err != nil {
		return p, err
	}
	v.launched++
	r.launched++
	p.Seq = len(r.rec.Processes)
	return p, r.opt.Save.Process(p)
}

// probe writes what the machine is like at the beginning of a round.
func (r *rounds) probe(round int) error {
	if r.opt.Probe == nil || r.probed == round {
		return nil
	}
	at := time.Now()
	e := r.opt.Probe()
	e.Round, e.Started = round, at.UTC().Format(time.RFC3339Nano)
	r.probed = round
	r.rec.Rounds = append(r.rec.Rounds, e)
	return r.opt.Save.Round(e)
}

// ending notes why the run ends before its plan does.
func (r *rounds) ending(kind, why string) error {
	return r.note(record.Note{Kind: kind, Round: r.done, Message: why, Time: time.Now().UTC().Format(time.RFC3339Nano)})
}

func (r *rounds) note(n record.Note) error {
	r.rec.Notes = append(r.rec.Notes, n)
	return r.opt.Save.Note(n)
}

// rowRand is the source for one row and round: a function of the seed, so that
// the order and the inputs of a run can be had again.
func rowRand(seed uint64, row string, round int) *rand.Rand {
	return rand.New(rand.NewPCG(seed^fnv64(row), uint64(round)))
}

func fnv64(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

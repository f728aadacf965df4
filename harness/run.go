package harness

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"xbench/harness/record"
)

// A Decision is what the judge of the data answers after a round: which rows
// still need rounds.
type Decision struct {
	Done           bool
	Rows           []string // still open, in plan order
	Decided, Goals int      // for the progress line
}

// RunOptions says how the rounds of a plan are run.
type RunOptions struct {
	Deadline time.Time // no round begins that would end after it; zero = none
	// Decide is asked after every round. It sees the record so far.
	Decide func(*record.Record) Decision
	// Save is handed every process and note as it comes; an error ends the run.
	Save Saver
}

// A Saver keeps what was measured.
type Saver interface {
	Process(record.Process) error
	Note(record.Note) error
}

// Run carries out the plan and returns the record it has written. It ends when
// the judge says that nothing is open, at the planned last round, or when the
// budget is spent; an interrupt is returned as the context's error, with
// everything measured so far in the record.
func (l *Lab) Run(ctx context.Context, plan record.Plan, notes []record.Note, cals map[string]Calibration, opt RunOptions) (*record.Record, error) {
	r := &rounds{lab: l, plan: &plan, cals: cals, opt: opt, last: make(map[string]time.Time), broken: make(map[string]bool),
		rec: &record.Record{Plan: plan}, began: time.Now()}
	for _, n := range notes {
		if err := r.note(n); err != nil {
			return r.rec, err
		}
	}
	err := r.all(ctx)
	if err != nil && errors.Is(err, ctx.Err()) {
		return r.rec, errors.Join(err, r.note(record.Note{Kind: "interrupt", Message: "interrupted; no look was added", Round: r.done}))
	}
	return r.rec, err
}

// rounds is the state of a run.
type rounds struct {
	lab   *Lab
	plan  *record.Plan
	cals  map[string]Calibration
	opt   RunOptions
	rec   *record.Record
	last  map[string]time.Time // when a row's latest round began
	began time.Time
	done  int // complete rounds
	// broken holds the row and implementation of every process that failed:
	// it is not launched again, and the other sides go on.
	broken map[string]bool
	seq    int
}

func (r *rounds) all(ctx context.Context) error {
	open := r.measurable()
	for round := 1; round <= r.plan.RMax && len(open) > 0; round++ {
		left := r.estimate(open)
		if !r.opt.Deadline.IsZero() && time.Now().Add(left).After(r.opt.Deadline) {
			return r.note(record.Note{Kind: "budget", Round: r.done, Message: "the budget ended before the plan did; no look was added"})
		}
		if err := r.round(ctx, round, open); err != nil {
			return err
		}
		r.done = round
		d := r.opt.Decide(r.rec)
		open = r.keep(d)
		r.lab.observe(Event{Stage: StageRound, Round: round, RMax: r.plan.RMax, Done: d.Decided, Total: d.Goals,
			Elapsed: time.Since(r.began), Left: r.timeLeft(round, open)})
		if d.Done {
			return nil
		}
	}
	return nil
}

// measurable lists the rows that were calibrated.
func (r *rounds) measurable() []*record.Row {
	var out []*record.Row
	for i := range r.plan.Rows {
		if _, ok := r.cals[r.plan.Rows[i].Name]; ok {
			out = append(out, &r.plan.Rows[i])
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

// estimate is how long the next round of these rows takes, with the wait that
// keeps it apart from the last.
func (r *rounds) estimate(open []*record.Row) time.Duration {
	var at time.Duration
	for _, row := range open {
		if last, ok := r.last[row.Name]; ok {
			at = max(at, time.Until(last.Add(time.Duration(r.plan.SpacingNS))))
		}
		at += r.cals[row.Name].Round
		if r.done < clockRounds {
			at += r.cals[row.Name].Clock
		}
	}
	return at
}

func (r *rounds) timeLeft(round int, open []*record.Row) time.Duration {
	if len(open) == 0 {
		return 0
	}
	each := max(r.estimate(open), time.Duration(r.plan.SpacingNS))
	left := time.Duration(r.plan.RMax-round) * each
	if !r.opt.Deadline.IsZero() {
		left = min(left, time.Until(r.opt.Deadline))
	}
	return max(left, 0)
}

// round launches one fresh process of every implementation for every open row.
// Rows keep the plan's order, so that two rounds of one row are as far apart
// as the round is long; the order of the implementations is drawn anew.
func (r *rounds) round(ctx context.Context, round int, open []*record.Row) error {
	for i, row := range open {
		if err := r.space(ctx, row); err != nil {
			return err
		}
		r.last[row.Name] = time.Now()
		if err := r.row(ctx, round, row, i, len(open)); err != nil {
			return err
		}
	}
	return nil
}

// space waits until the row's previous round is long enough ago: neighbouring
// rounds share the machine's mood, and the interval assumes that they do not.
func (r *rounds) space(ctx context.Context, row *record.Row) error {
	last, ok := r.last[row.Name]
	if !ok {
		return nil
	}
	wait := time.Until(last.Add(time.Duration(r.plan.SpacingNS)))
	if wait <= 0 {
		return nil
	}
	r.lab.observe(Event{Stage: StageWait, Row: row.Name, Round: r.done + 1, RMax: r.plan.RMax, Left: wait, Elapsed: time.Since(r.began)})
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func (r *rounds) row(ctx context.Context, round int, row *record.Row, place, of int) error {
	rng := rowRand(r.plan.Seed, row.Name, round)
	var nonce uint64
	if row.Nonce {
		nonce = rng.Uint64N(1 << 62) // room for nonce + sample
	}
	for position, i := range rng.Perm(len(r.lab.subjects)) {
		s := r.lab.subjects[i]
		if r.broken[row.Name+"\x00"+s.Name] {
			continue
		}
		p, err := s.measure(ctx, row, job{
			round: round, position: position, nonce: nonce,
			k: row.Iterations[s.Name], samples: row.Samples,
			sample: time.Duration(r.plan.SampleNS), warmup: time.Duration(r.plan.WarmupNS),
			checkClock: round <= clockRounds, verifyTimed: r.plan.SameOutput != "" && r.plan.SameOutput != "exact",
		})
		if err != nil {
			return err
		}
		p.Seq = r.seq
		r.seq++
		if err := r.opt.Save.Process(p); err != nil {
			return err
		}
		r.rec.Processes = append(r.rec.Processes, p)
		r.lab.observe(Event{Stage: StageMeasure, Row: row.Name, Impl: s.Name, Round: round, RMax: r.plan.RMax,
			Done: place, Total: of, Elapsed: time.Since(r.began)})
		if p.Failure != nil {
			r.broken[row.Name+"\x00"+s.Name] = true
		}
	}
	return nil
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

package harness

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"xbench/harness/record"
)

// A run that ended early is taken up again by going through it once more: the
// seed gives the order of the processes and their inputs, the judge's answers
// on what was there after each round give the rows, and every process that the
// record holds is taken from it. Where it ends, launching begins. So the rest
// is what the run would have measured, and nothing about it is chosen by who
// takes it up: the plan and its looks stay as they are.

// A Rest is what an unfinished run has left.
type Rest struct {
	Done   bool // nothing: the record is complete
	Rounds int  // complete ones
	Round  int  // the first that is not complete
	// Row is the benchmark that the end of the run cut in two: one side was
	// measured then, the other will be now. "" = none.
	Row  string
	Open []string      // benchmarks that the rest of that round is about
	Next time.Duration // what the rest of the round takes, by the rounds so far
}

// errUnfinished ends a walk through a record where it ends.
var errUnfinished = errors.New("unfinished")

// Unfinished says what a record has left to measure. The error tells of one
// whose processes are not those that its plan and data call for.
func Unfinished(rec *record.Record, decide func(*record.Record) Decision) (Rest, error) {
	var rest Rest
	r := newRounds(before(rec), planPace(&rec.Plan), RunOptions{Decide: decide})
	r.past = rec.Processes
	r.resume = func(round int, row *record.Row, split bool) error {
		rest.Round, rest.Next = round, r.estimate(r.open)
		for _, row := range r.open {
			rest.Open = append(rest.Open, row.Name)
		}
		if split {
			rest.Row = row.Name
		}
		return errUnfinished
	}
	err := r.all(context.Background())
	rest.Rounds, rest.Done = r.done, err == nil
	if errors.Is(err, errUnfinished) {
		err = nil
	}
	return rest, err
}

// Resume measures the rest of a record's run, saves it where the record ends,
// and returns the whole. It begins with a note of the kind "resume". at is
// when it was asked for.
func (l *Lab) Resume(ctx context.Context, rec *record.Record, at time.Time, opt RunOptions) (*record.Record, error) {
	r := newRounds(before(rec), planPace(&rec.Plan), opt)
	r.launch, r.observe = l.launch, l.observe
	r.takeUpAt(rec, at)
	return r.rec, l.carryOut(ctx, r)
}

// takeUpAt lets the rounds go through a record first, and note where it ends.
func (r *rounds) takeUpAt(rec *record.Record, at time.Time) {
	r.past = rec.Processes
	r.resume = func(round int, row *record.Row, split bool) error {
		r.resume = nil
		n := record.Note{Kind: record.NoteResume, Round: round, Time: at.UTC().Format(time.RFC3339Nano),
			Message: fmt.Sprintf("taken up again in round %d", round)}
		if split {
			n.Row = row.Name
			n.Message += fmt.Sprintf("; the sides of %s were measured apart in it", row.Name)
		}
		return r.note(n)
	}
}

// before is a record without its processes, which are gone through one by one.
func before(rec *record.Record) *record.Record {
	return &record.Record{Config: rec.Config, Plan: rec.Plan, Rounds: rec.Rounds, Notes: rec.Notes}
}

// takeUp marks the place where a record ended.
func (r *rounds) takeUp(round int, row *record.Row, split bool) error {
	if r.resume == nil {
		return nil
	}
	return r.resume(round, row, split)
}

// recall takes the next process from the record, and makes sure that it is the
// one that comes next.
func (r *rounds) recall(impl string, row *record.Row, j job) (record.Process, time.Time, error) {
	p := r.past[0]
	if p.Row != row.Name || p.Impl != impl || p.Round != j.round || p.Position != j.position || j.k > 0 && p.K != j.k || p.Nonce != strconv.FormatUint(j.nonce, 10) {
		return p, time.Time{}, fmt.Errorf("the record is not one that can be taken up again: its process %d is %s of %s in round %d, where plan and data call for %s of %s in round %d",
			p.Seq, p.Impl, p.Row, p.Round, impl, row.Name, j.round)
	}
	at, err := time.Parse(time.RFC3339Nano, p.Started)
	if err != nil {
		return p, at, fmt.Errorf("the record is not one that can be taken up again: process %d: started: %w", p.Seq, err)
	}
	if now := time.Now(); at.After(now) {
		at = now // the clock was set back since: nobody waits until it is that late again
	}
	r.past = r.past[1:]
	return p, at, nil
}

// leftOver refuses a record that goes on where its run was over.
func (r *rounds) leftOver() error {
	if len(r.past) == 0 {
		return nil
	}
	p := r.past[0]
	return fmt.Errorf("the record is not one that can be taken up again: its process %d is %s of %s in round %d, but by plan and data the run was over before",
		p.Seq, p.Impl, p.Row, p.Round)
}

// Spent is how much of its budget a run has used: from its start, or from when
// it was taken up again, to the end of the last process or the note that says
// that it ended, each time. What lies between is nobody's. A part that is later
// than what follows it was timed before the clock was set back, and counts by
// its own times.
func Spent(rec *record.Record) time.Duration {
	begins, ok := moment(rec.Plan.Started)
	if !ok {
		return 0
	}
	var spent time.Duration
	for _, n := range rec.Notes {
		if at, ok := moment(n.Time); ok && n.Kind == record.NoteResume {
			spent += lastSign(rec, begins, at).Sub(begins)
			begins = at
		}
	}
	return spent + lastSign(rec, begins, time.Now()).Sub(begins)
}

// lastSign is the last moment at which a run was at work, of those that began
// in [from, to).
func lastSign(rec *record.Record, from, to time.Time) time.Time {
	last := from
	see := func(started string, took int64) {
		at, ok := moment(started)
		end := at.Add(time.Duration(took))
		if ok && !at.Before(from) && (at.Before(to) || to.Before(from)) && end.After(last) {
			last = end
		}
	}
	for _, p := range rec.Processes {
		see(p.Started, p.Phases.TotalNS)
	}
	for _, n := range rec.Notes {
		see(n.Time, 0)
	}
	return last
}

func moment(s string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil
}

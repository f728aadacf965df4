package harness

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"xbench/harness/config"
	"xbench/harness/record"
)

// Samples are compared by digest, which says that results differ and not
// where. When a run is over, sides whose timed digests differed are asked once
// more for that very input, with the results on show.

// A mismatch is a round in which a side's timed result was not the reference's.
type mismatch struct {
	row       *record.Row
	ref, cand *record.Process
}

// mostPinpointed bounds what is looked into: a program that is wrong
// everywhere is understood after a few.
const mostPinpointed = 8

// carryOut runs the rounds and looks into results that differed in them, for
// as long as the budget lasts.
func (l *Lab) carryOut(ctx context.Context, r *rounds) error {
	if err := r.run(ctx); err != nil {
		return err
	}
	if end := r.opt.Deadline; !end.IsZero() {
		limit, cancel := context.WithDeadline(ctx, end.Add(r.opt.Grace))
		defer cancel()
		ctx = limit
	}
	return l.pinpoint(ctx, r)
}

// Unexplained reports whether a record has results that differ and were not
// looked into, as a run that was killed at its very end leaves it.
func Unexplained(rec *record.Record) bool { return len(unexplained(rec)) > 0 }

// pinpoint writes a note for every candidate and row whose timed result was
// another, with the first place where the results differ.
func (l *Lab) pinpoint(ctx context.Context, r *rounds) error {
	for _, m := range unexplained(r.rec) {
		ref, cand := l.subject(m.ref.Impl), l.subject(m.cand.Impl)
		if ctx.Err() != nil || ref == nil || cand == nil {
			return nil
		}
		message := m.explain(ctx, ref, cand)
		if ctx.Err() != nil {
			return nil // the run is complete, and says that the results differ
		}
		if err := r.note(record.Note{Kind: record.NoteMismatch, Row: m.row.Name, Impl: cand.Name, Round: m.cand.Round, Message: message}); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lab) subject(name string) *subject {
	for _, s := range l.subjects {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// unexplained lists what is to be looked into: mismatches of workers, the first
// few with those that have a note.
func unexplained(rec *record.Record) []mismatch {
	if !isExact(config.SameOutput{As: rec.Plan.SameOutput}) {
		return nil // every side's timed result was held against its own verified one
	}
	workers := make(map[string]bool)
	for _, im := range rec.Plan.Implementations {
		workers[im.Name] = im.Kind == kindWorker
	}
	out := slices.DeleteFunc(mismatches(rec), func(m mismatch) bool { return !workers[m.ref.Impl] || !workers[m.cand.Impl] })
	done := 0
	for _, n := range rec.Notes {
		if n.Kind == record.NoteMismatch {
			done++
		}
	}
	return out[:min(len(out), max(0, mostPinpointed-done))]
}

// mismatches lists the first round of every row and candidate in which the
// digests differed, as far as no note is about it.
func mismatches(rec *record.Record) []mismatch {
	type visit struct {
		row   string
		round int
	}
	seen := make(map[[2]string]bool)
	for _, n := range rec.Notes {
		if n.Kind == record.NoteMismatch {
			seen[[2]string{n.Row, n.Impl}] = true
		}
	}
	refs := make(map[visit]*record.Process)
	for i := range rec.Processes {
		if p := &rec.Processes[i]; p.Impl == rec.Plan.Reference && p.Failure == nil {
			refs[visit{p.Row, p.Round}] = p
		}
	}
	rows := make(map[string]*record.Row)
	for i := range rec.Plan.Rows {
		rows[rec.Plan.Rows[i].Name] = &rec.Plan.Rows[i]
	}
	var out []mismatch
	for i := range rec.Processes {
		p := &rec.Processes[i]
		ref, row := refs[visit{p.Row, p.Round}], rows[p.Row]
		if ref == nil || row == nil || p.Failure != nil || p.Digest == ref.Digest || p.Nonce != ref.Nonce || seen[[2]string{p.Row, p.Impl}] {
			continue
		}
		seen[[2]string{p.Row, p.Impl}] = true
		out = append(out, mismatch{row, ref, p})
	}
	return out
}

// explain lets both sides work once more on the input of the last sample.
func (m mismatch) explain(ctx context.Context, ref, cand *subject) string {
	nonce, err := strconv.ParseUint(m.cand.Nonce, 10, 64)
	if err != nil {
		return "nonce: " + err.Error()
	}
	if m.row.Nonce {
		nonce += uint64(len(m.cand.SamplesNS) - 1)
	}
	var parts []string
	sides := [2]side{{subject: ref}, {subject: cand}}
	for i, timed := range []*record.Process{m.ref, m.cand} {
		s := &sides[i]
		s.open(ctx, m.row, config.SameOutput{})
		if s.answers != nil {
			defer s.answers.close()
		}
		if s.err == nil {
			s.got, s.err = s.answers.answer(ctx, nonce, true)
		}
		if s.err != nil {
			return fmt.Sprintf("%s could not be asked again: %v", s.Name, s.err)
		}
		if got := deref(s.got.Digest); got != orElse(timed.Digest, "none") {
			parts = append(parts, fmt.Sprintf("%s gives %s for this input when it is not timed", s.Name, short(got)))
		}
	}
	a, b := sides[0].got, sides[1].got
	switch {
	case deref(a.Digest) == deref(b.Digest):
	case len(a.Result) == 0 || len(b.Result) == 0:
		parts = append(parts, `return "result" from verify to see the difference`)
	default:
		where := firstDifference(a.Result, b.Result, config.SameOutput{As: "json"})
		parts = append(parts, orElse(where, equalValues(a.Result, b.Result, ref.configured)))
	}
	return strings.Join(parts, "; ")
}

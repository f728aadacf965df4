package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"xbench/harness/protocol"
	"xbench/harness/record"
	"xbench/harness/worker"
)

// A Refusal is a row whose parameters no implementation takes.
type Refusal struct {
	Row   string
	Words []string // "python, go: nodes 0: must be at least 1", one for each way of saying it
}

// A RefusedError lists rows that cannot be run anywhere: what was asked for is
// wrong, not an implementation.
type RefusedError struct {
	Refused []Refusal
	Rows    int // that were asked for, refused ones included
}

func (e *RefusedError) Error() string {
	var b strings.Builder
	have := "have"
	if len(e.Refused) == 1 {
		have = "has"
	}
	fmt.Fprintf(&b, "%d of %d benchmarks %s parameters that no implementation takes:", len(e.Refused), e.Rows, have)
	for _, r := range e.Refused {
		fmt.Fprintf(&b, "\n  %s", r.Row)
		for _, w := range r.Words {
			fmt.Fprintf(&b, "\n      %s", w)
		}
	}
	return b.String()
}

// Refused asks every worker to prepare each row that sets parameters, in one
// process per implementation, and returns a RefusedError for the rows that all
// who offer them refuse. A row that only some refuse is theirs to answer for
// in the check, and so is everything else that goes wrong here.
func (l *Lab) Refused(ctx context.Context, rows []record.Row) error {
	began := time.Now()
	said := make([]map[string][]string, len(rows)) // by row: the words, and who said so
	refusals := make([]int, len(rows))
	for n, s := range l.subjects {
		if !s.isWorker() {
			return nil // whole programs take whatever they are given
		}
		a := &asker{subject: s}
		for i := range rows {
			l.observe(Event{Stage: StagePrepare, Row: rows[i].Name, Impl: s.Name, Done: n*len(rows) + i, Total: len(l.subjects) * len(rows), Elapsed: time.Since(began)})
			words := a.refusal(ctx, &rows[i])
			if words == "" {
				continue
			}
			if said[i] == nil {
				said[i] = make(map[string][]string)
			}
			said[i][words] = append(said[i][words], s.Name)
			refusals[i]++
		}
		a.close(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	e := &RefusedError{Rows: len(rows)}
	for i := range rows {
		if n := refusals[i]; n > 0 && n == len(l.subjects)-len(rows[i].Unsupported) {
			e.Refused = append(e.Refused, Refusal{Row: rows[i].Name, Words: wordings(said[i])})
		}
	}
	if len(e.Refused) == 0 {
		return nil
	}
	return e
}

// wordings puts the implementations before what they say.
func wordings(said map[string][]string) []string {
	var out []string
	for words, impls := range said {
		out = append(out, strings.Join(impls, ", ")+": "+words)
	}
	slices.Sort(out)
	return out
}

// An asker prepares one row after another in one process, and in another one
// when that has died.
type asker struct {
	*subject
	w *worker.Worker
}

// refusal is what the worker says against the row's parameters, or nothing.
func (a *asker) refusal(ctx context.Context, row *record.Row) string {
	if _, lacks := row.Unsupported[a.Name]; lacks || len(row.Params) == 0 || ctx.Err() != nil {
		return ""
	}
	if a.w == nil {
		w, err := worker.Start(ctx, a.spec)
		if err != nil {
			return ""
		}
		a.w = w
		if _, err := w.Initialize(ctx); err != nil {
			a.close(ctx)
			return ""
		}
	}
	err := a.w.Prepare(ctx, protocol.PrepareParams{Benchmark: row.ID, Params: row.Params})
	var f *worker.Failure
	switch {
	case err == nil:
		return ""
	case errors.As(err, &f) && f.Code == protocol.CodeInvalidParams:
		return f.Answer
	}
	a.close(ctx)
	return ""
}

func (a *asker) close(ctx context.Context) {
	if a.w != nil {
		a.w.Close(ctx)
		a.w = nil
	}
}

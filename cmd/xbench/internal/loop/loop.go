// Package loop joins the harness, which measures, to compare, which judges:
// neither imports the other. xbench run and xbench selftest go through it, so
// that the gate that is tested is the gate that is used.
package loop

import (
	"context"
	"math/rand/v2"

	"xbench/compare"
	"xbench/harness"
	"xbench/harness/record"
)

// Decide tells a run what is still undecided.
func Decide(rec *record.Record) harness.Decision {
	p := compare.Open(rec)
	return harness.Decision{Done: p.Done, Rows: p.Rows, Decided: p.Decided, Goals: p.Goals}
}

// SameWork checks all rows on the fixed and on a random input. It returns why
// rows are invalid, by name and as notes in the order of the rows.
func SameWork(ctx context.Context, lab *harness.Lab, rows []record.Row, rng *rand.Rand) (bad map[string]record.Note, notes []record.Note, err error) {
	cells, err := lab.Check(ctx, rows, []uint64{0, 1 + rng.Uint64N(1<<62)})
	if err != nil {
		return nil, nil, err
	}
	bad = harness.Invalid(cells)
	for _, row := range rows {
		if n, ok := bad[row.Name]; ok {
			notes = append(notes, n)
		}
	}
	return bad, notes, nil
}

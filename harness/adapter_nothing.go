package harness

import (
	"fmt"
	"slices"

	"xbench/harness/foreign"
	"xbench/harness/record"
)

// A compiler leaves out work whose result nobody uses, and a benchmark then
// times an empty loop: a turn of that is one clock cycle, less where it was
// unrolled. Today's processors take 0.16 to 0.4 ns for a cycle.
const (
	noWork   = 0.3 // ns of one iteration: work and a loop around it do not fit
	littleNS = 1.0 // below, it is a handful of instructions at most
)

// nothingTimed says that a run's iterations are too short for work, by the
// median of them; "" where they are not. gone tells what cannot be work from
// what is in doubt.
func nothingTimed(run foreign.Run) (doubt string, gone bool) {
	times := run.Times()
	slices.Sort(times)
	if len(times) == 0 {
		return "", false
	}
	switch ns := times[len(times)/2]; {
	case ns <= 0: // no time at all, which readers refuse
		return "", false
	case ns < noWork:
		return fmt.Sprintf("an iteration takes %.2g ns, which is a clock cycle or less: the compiler has left the work out; %s", ns, keepWork), true
	case ns < littleNS:
		return fmt.Sprintf("an iteration takes %.2g ns, a few clock cycles: has the compiler left the work out? %s", ns, keepWork), false
	}
	return "", false
}

// nothingTimed are notes about what was imported: a row with an iteration that
// is too short is INVALID.
func (m *matched) nothingTimed() []record.Note {
	var notes []record.Note
	for r, row := range m.rows {
		for s, b := range m.found[r] {
			if b == nil {
				continue
			}
			var all foreign.Run
			for _, run := range b.Runs {
				all.SamplesNS = append(all.SamplesNS, run.Times()...)
			}
			doubt, gone := nothingTimed(all)
			n := record.Note{Kind: "doubt", Row: row.Name, Impl: m.sides[s].Name, Message: fmt.Sprintf("%s: %s: %s", m.sides[s].Path, foreign.Shown(b.Called()), doubt)}
			if gone {
				n.Kind, n.Failure = "row-invalid", &record.Failure{Kind: record.FailWork, Message: n.Message}
			}
			if doubt != "" {
				notes = append(notes, n)
			}
		}
	}
	return notes
}

const keepWork = "pass inputs and results through black_box in Rust, use b.Loop in Go"

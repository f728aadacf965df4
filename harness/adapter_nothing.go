package harness

import (
	"fmt"
	"slices"

	"xbench/harness/foreign"
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
	case ns < noWork:
		return fmt.Sprintf("an iteration takes %.2g ns, which is a clock cycle or less: the compiler has left the work out; %s", ns, keepWork), true
	case ns < littleNS:
		return fmt.Sprintf("an iteration takes %.2g ns, a few clock cycles: has the compiler left the work out? %s", ns, keepWork), false
	}
	return "", false
}

const keepWork = "pass inputs and results through black_box in Rust, use b.Loop in Go"

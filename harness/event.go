package harness

import "time"

// An Event tells an observer how far the work is.
type Event struct {
	Stage     Stage
	Row, Impl string
	Command   []string // of a build
	Round     int      // of at most RMax
	RMax      int
	Done      int // of Total things in this stage
	Total     int
	Elapsed   time.Duration // since the stage began
	Left      time.Duration // estimate; 0 = not known
}

// A Stage is a part of a run.
type Stage int

// The stages, in order.
const (
	StageBuild     Stage = iota // an implementation's build step: begins (0 of 1), has ended
	StagePrepare                // asking whether parameters are taken
	StageCheck                  // checking that all do the same work; with Impl: it is waited for, Left at most
	StageCalibrate              // finding how many iterations make a sample
	StageMeasure                // one process finished
	StageRound                  // one round finished
	StageWait                   // keeping rounds of a benchmark apart
)

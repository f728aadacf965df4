package harness

import "time"

// An Event tells an observer how far the work is.
type Event struct {
	Stage     Stage
	Row, Impl string
	Round     int // of at most RMax
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
	StageBuild     Stage = iota // running an implementation's build step
	StagePrepare                // asking whether parameters are taken
	StageCheck                  // checking that all do the same work
	StageCalibrate              // finding how many iterations make a sample
	StageMeasure                // one process finished
	StageRound                  // one round finished
	StageWait                   // keeping rounds of a benchmark apart
)

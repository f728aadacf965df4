package harness

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"xbench/harness/adapter"
	"xbench/harness/protocol"
	"xbench/harness/record"
	"xbench/harness/worker"
)

// calibrations is how many processes are asked for the number of iterations;
// the largest answer counts. One alone was seen off by a factor of three.
const calibrations = 3

// Timing is how long samples and warm-ups are: one rule for all sides.
type Timing struct {
	Sample  time.Duration // T
	Warmup  time.Duration // W
	Samples int           // m, for iterations below 50 ms
}

// Timing lengthens samples that are too short for the coarsest clock among the
// sides, or whose sum is less than a tool of one side takes at least, as it is
// the same for all: the plan must say what is really used.
func (l *Lab) Timing(tm Timing) Timing {
	for _, s := range l.subjects {
		tm.Sample = max(tm.Sample, s.minSample())
		if s.isAdapter() && tm.Samples > 0 {
			tm.Sample = max(tm.Sample, s.bench.Least()/time.Duration(max(tm.Samples, l.fewestSamples())))
		}
	}
	return tm
}

// A Calibration is what was learnt about a row before the plan was fixed.
type Calibration struct {
	Iterations map[string]int64         // k per implementation
	Samples    int                      // m, the same for all
	Asked      map[string]record.Asked  // instead of k and m, where a tool counts for itself
	Round      time.Duration            // one process of every implementation
	Clock      time.Duration            // more than that in rounds with a clock check
	PerIter    map[string]time.Duration // one iteration
}

// Calibrate fixes k and m of every row. A row in which an implementation
// fails comes back in failed, and the others go on. With an error cals are the
// rows that were done by then.
func (l *Lab) Calibrate(ctx context.Context, rows []record.Row, tm Timing) (cals map[string]Calibration, failed []record.Note, err error) {
	cals = make(map[string]Calibration)
	began := time.Now()
	for i := range rows {
		row := &rows[i]
		l.observe(Event{Stage: StageCalibrate, Row: row.Name, Done: i, Total: len(rows), Elapsed: time.Since(began)})
		if len(row.Unsupported) > 0 {
			continue
		}
		cal := Calibration{Iterations: make(map[string]int64), PerIter: make(map[string]time.Duration)}
		var slowest time.Duration
		var fixed time.Duration // launch, prepare and shutdown of all sides
		var note *record.Note
		for _, s := range l.subjects {
			c, f, err := s.calibrate(ctx, row, tm)
			if err != nil {
				return cals, nil, err
			}
			if f != nil {
				note = &record.Note{Kind: "row-invalid", Row: row.Name, Impl: s.Name, Failure: f, Message: "calibration: " + f.Message, Stderr: c.tail}
				break
			}
			cal.Iterations[s.Name], cal.PerIter[s.Name] = c.k, c.perIter
			slowest = max(slowest, c.perIter)
			fixed += c.fixed
		}
		if note != nil {
			failed = append(failed, *note)
			continue
		}
		cal.Samples = l.sampleCount(row, tm.Samples, slowest)
		cal.Round = fixed + l.roundTime(cal, tm)
		cal.Clock = l.clockTime(cal)
		l.askTools(&cal, tm)
		cals[row.Name] = cal
	}
	return cals, failed, nil
}

// sampleCount is m: what the row asks for, else fewer samples where one
// iteration takes long on any side. A command has one per launch.
func (l *Lab) sampleCount(row *record.Row, m int, slowest time.Duration) int {
	switch {
	case l.hasCommand():
		return 1
	case row.Samples > 0:
		return max(row.Samples, l.fewestSamples())
	case slowest >= 5*time.Second:
		// So long an iteration is its own average, and rounds are what counts:
		// three of them made the longest suite half as long again for nothing.
		return l.fewestSamples()
	case slowest >= time.Second:
		m = min(m, 3)
	case slowest >= 50*time.Millisecond:
		m = min(m, 5)
	}
	return max(m, l.fewestSamples())
}

// fewestSamples is the smallest number that all sides can take: the rule is
// the same for all, and a tool may refuse to take fewer than so many.
func (l *Lab) fewestSamples() int {
	least := 1
	for _, s := range l.subjects {
		if s.isAdapter() {
			least = max(least, s.bench.Fewest())
		}
	}
	return least
}

// askTools puts what was learnt into the terms of tools that count iterations
// themselves.
func (l *Lab) askTools(cal *Calibration, tm Timing) {
	for _, s := range l.subjects {
		if !s.isAdapter() {
			return // adapters are compared with adapters
		}
		if cal.Asked == nil {
			cal.Asked = make(map[string]record.Asked)
		}
		t := s.bench.Terms(adapter.Rules{Sample: tm.Sample, Samples: cal.Samples, Warmup: tm.Warmup}, cal.PerIter[s.Name])
		asked := record.Asked{Samples: t.Samples, Warmups: t.Warmups}
		if t.Sample != tm.Sample {
			asked.SampleNS = int64(t.Sample)
		}
		cal.Asked[s.Name] = asked
	}
	cal.Samples = 0
}

// roundTime estimates warm-up and sampling of one process of every side.
func (l *Lab) roundTime(cal Calibration, tm Timing) time.Duration {
	var total time.Duration
	for _, s := range l.subjects {
		per := cal.PerIter[s.Name]
		if s.Kind == kindCommand {
			total += per
			continue
		}
		if s.isAdapter() {
			total += s.bench.Terms(adapter.Rules{Sample: tm.Sample, Samples: cal.Samples, Warmup: tm.Warmup}, per).Takes
			continue
		}
		warm := max(tm.Warmup, 3*per)
		if per >= time.Second {
			warm = per
		}
		total += warm + time.Duration(cal.Samples)*time.Duration(cal.Iterations[s.Name])*per
	}
	return total
}

// clockTime estimates the clock check of one process of every side, unless the
// samples themselves are long enough.
func (l *Lab) clockTime(cal Calibration) time.Duration {
	var total time.Duration
	for _, s := range l.subjects {
		samples := time.Duration(cal.Samples) * time.Duration(cal.Iterations[s.Name]) * cal.PerIter[s.Name]
		if s.isWorker() && samples < directClock {
			total += samples + max(samples, clockSlope)
		}
	}
	return total
}

type calibrated struct {
	k       int64
	perIter time.Duration
	fixed   time.Duration
	tail    string // of what was printed, where it failed
}

// calibrate asks fresh processes of one implementation how many iterations
// fill a sample. One is enough when a single iteration fills it twice over.
func (s *subject) calibrate(ctx context.Context, row *record.Row, tm Timing) (calibrated, *record.Failure, error) {
	switch s.Kind {
	case kindCommand:
		return s.calibrateCommand(ctx, row)
	case record.KindAdapter:
		return s.calibrateTool(ctx, row, tm)
	}
	var out calibrated
	var pers, fixed []time.Duration
	for range calibrations {
		began := time.Now()
		w, err := worker.Start(ctx, s.spec)
		if err != nil {
			return out, explain(err), ctx.Err()
		}
		k, per, busy, err := s.calibrateOnce(ctx, w, row, tm)
		w.Close(context.WithoutCancel(ctx))
		if ctx.Err() != nil {
			return out, nil, ctx.Err()
		}
		if err != nil {
			return out, explain(err), nil
		}
		out.k = max(out.k, k)
		fixed = append(fixed, time.Since(began)-busy)
		pers = append(pers, per)
		if per > 2*tm.Sample {
			break
		}
	}
	slices.Sort(pers)
	slices.Sort(fixed)
	// The middle one: with the largest of three launches a moment's load made
	// a budget look too short by half.
	out.perIter, out.fixed = pers[len(pers)/2], fixed[len(fixed)/2]
	return out, nil, nil
}

// calibrateOnce doubles k until a batch fills the sample time T, lets the rest
// of the warm-up pass, and computes k from the last batch.
func (s *subject) calibrateOnce(ctx context.Context, w *worker.Worker, row *record.Row, tm Timing) (k int64, per, busy time.Duration, err error) {
	if _, err := w.Initialize(ctx); err != nil {
		return 0, 0, 0, err
	}
	if err := w.Prepare(ctx, protocol.PrepareParams{Benchmark: row.ID, Params: row.Params}); err != nil {
		return 0, 0, 0, err
	}
	r := runner{w: w, p: new(record.Process), nonce: 1, oneByOne: !row.Nonce && s.info.Nonce, patience: s.patience()}
	if !row.Nonce {
		r.nonce = 0
	}
	began := time.Now()
	defer func() { busy = time.Since(began) }()
	doubt := clockDoubt{least: min(20*tm.Sample, time.Second)}
	k = 1
	for call := uint64(0); ; call++ {
		res, outside, err := r.run(ctx, inputWarmUp+inputClock+spread*call, k, 1)
		if err != nil {
			return 0, 0, 0, err
		}
		elapsed := time.Duration(res.SamplesNS[0])
		if doubt.grows(elapsed, outside-time.Duration(res.OutsideNS)) {
			return 0, 0, 0, &ownFailure{record.FailClock, fmt.Sprintf("%s: %d iterations take %v on the worker's clock, but %v passed", row.Name, k, elapsed, outside)}
		}
		per = elapsed / time.Duration(k)
		filled := elapsed >= tm.Sample
		if filled && (time.Since(began) >= tm.Warmup || per >= tm.Warmup) {
			break
		}
		if !filled { // otherwise stay at this size until the warm-up has passed
			k *= 2
		}
		if k > math.MaxInt32 {
			return 0, 0, 0, &ownFailure{record.FailClock, fmt.Sprintf("%s: %d iterations take less than %v on the worker's clock", row.Name, k/2, tm.Sample)}
		}
	}
	if per <= 0 {
		per = 1
	}
	return max(1, int64(math.Ceil(float64(tm.Sample)/float64(per)))), per, 0, nil
}

// A clockDoubt compares how the time of a call grows with its iterations, on
// the worker's clock and on ours. A worker that claims next to nothing would
// otherwise be given twice the work again and again, until a deadline ends it.
type clockDoubt struct {
	least            time.Duration // growth on our clock from which on there may be doubt
	claimed, outside time.Duration // of the latest call
	calls            int           // in a row that are in doubt
}

// doubtful is how many calls in a row must be: a host that stalls may hold up
// one, and then the next for longer still.
const doubtful = 3

// grows reports whether the clock cannot be true. What a call costs whatever
// its iterations, like an input that is made first, is in the call before as
// well, and does not count.
func (d *clockDoubt) grows(claimed, outside time.Duration) bool {
	onTheirs, onOurs := claimed-d.claimed, outside-d.outside
	d.claimed, d.outside = claimed, outside
	if onOurs > d.least && onTheirs < onOurs/10 {
		d.calls++
	} else {
		d.calls = 0
	}
	return d.calls >= doubtful
}

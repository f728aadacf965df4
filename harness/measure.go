package harness

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"xbench/harness/protocol"
	"xbench/harness/record"
	"xbench/harness/worker"
)

// A job says how one process is to be measured.
type job struct {
	round, position int
	nonce           uint64
	k               int64
	samples         int
	sample, warmup  time.Duration // T and W
	checkClock      bool
	verifyTimed     bool // outputs are not comparable byte by byte: check the timed digest against this side's own verify
}

// measure launches one process of a worker, warms it up, takes its samples and
// sees it to its end. What went wrong is part of the process; an error means
// that the whole run was cancelled and nothing was learnt.
func (s *subject) measure(ctx context.Context, row *record.Row, j job) (record.Process, error) {
	switch s.Kind {
	case kindCommand:
		return s.measureCommand(ctx, row, j)
	case record.KindAdapter:
		return s.measureTool(ctx, row, j)
	}
	began := time.Now()
	p := newProcess(row, s, j, began)
	w, err := worker.Start(ctx, s.spec)
	if err == nil {
		err = s.session(ctx, w, row, j, began, &p)
		exit := w.Close(context.WithoutCancel(ctx))
		p.Exit = exit.Status
		p.Usage = usage(exit)
		if err != nil {
			p.Stderr = exit.Stderr
		} else if exit.Failure != nil {
			p.Warnings = append(p.Warnings, exit.Failure.Error())
		}
	}
	p.Phases.TotalNS = int64(time.Since(began))
	if ctx.Err() != nil {
		return p, ctx.Err()
	}
	p.Failure = explain(err)
	return p, nil
}

func usage(e worker.Exit) record.Usage {
	return record.Usage{UserNS: int64(e.User), SystemNS: int64(e.System), MaxRSS: e.MaxRSS, MaxRSSAtMost: e.RSSAtMost}
}

func newProcess(row *record.Row, s *subject, j job, began time.Time) record.Process {
	return record.Process{
		Row: row.Name, Impl: s.Name, Round: j.round, Position: j.position,
		Started: began.UTC().Format(time.RFC3339Nano),
		Nonce:   strconv.FormatUint(j.nonce, 10), K: j.k,
	}
}

// explain turns an error of a session into the failure the record keeps.
func explain(err error) *record.Failure {
	if err == nil {
		return nil
	}
	var f *worker.Failure
	if errors.As(err, &f) {
		return &record.Failure{Kind: f.Kind, Message: f.Error()}
	}
	var own *ownFailure
	if errors.As(err, &own) {
		return &record.Failure{Kind: own.kind, Message: own.msg}
	}
	return &record.Failure{Kind: record.FailCrash, Message: err.Error()}
}

// An ownFailure is one that the harness found itself, not the worker package.
type ownFailure struct{ kind, msg string }

func (e *ownFailure) Error() string { return e.msg }

// session is everything between the launch and the shutdown.
func (s *subject) session(ctx context.Context, w *worker.Worker, row *record.Row, j job, began time.Time, p *record.Process) error {
	if _, err := w.Initialize(ctx); err != nil {
		return err
	}
	p.Phases.StartNS = int64(time.Since(began))
	t := time.Now()
	if err := w.Prepare(ctx, protocol.PrepareParams{Benchmark: row.ID, Params: row.Params}); err != nil {
		return err
	}
	p.Phases.PrepareNS = int64(time.Since(t))
	r := runner{w: w, nonce: j.nonce, oneByOne: !row.Nonce && s.info.Nonce, p: p, patience: s.patience()}
	if err := r.warmUp(ctx, j); err != nil {
		return err
	}
	t = time.Now()
	res, outside, err := r.run(ctx, inputSamples, j.k, j.samples)
	if err != nil {
		return err
	}
	p.Phases.RunNS = int64(time.Since(t))
	p.SamplesNS = floats(res.SamplesNS)
	p.Counters, p.CPUNS, p.OutsideNS = res.Counters, res.CPUNS, res.OutsideNS
	if res.Digest != nil {
		p.Digest = *res.Digest
	}
	r.judgeGap(res, outside)
	if j.checkClock {
		if err := r.checkClock(ctx, j, res, outside); err != nil {
			return err
		}
	}
	if j.verifyTimed && res.Digest != nil {
		return r.verifyTimed(ctx, row, j, *res.Digest)
	}
	return nil
}

// A runner issues run calls to one worker and keeps what it has seen.
type runner struct {
	w       *worker.Worker
	nonce   uint64
	p       *record.Process
	perIter time.Duration // latest estimate of one iteration

	// oneByOne: this worker would give every sample an input of its own, but
	// another side cannot, so all get the fixed input, one call per sample.
	oneByOne bool
	patience time.Duration // the shortest deadline of a run call
}

// Inputs of warm-up, samples and clock check come from ranges that do not
// overlap: no call has seen the input of a sample before it is timed. Nonces
// of rounds are below 1<<62.
const (
	inputSamples = 0
	inputWarmUp  = 1 << 63
	inputClock   = 1 << 62
)

// patience is how long a run call may take at least, however short it should
// be.
func (s *subject) patience() time.Duration {
	if s.spec.Timeouts.Run > 0 {
		return s.spec.Timeouts.Run
	}
	return 60 * time.Second
}

// run takes m samples of k iterations on inputs of the given range.
func (r *runner) run(ctx context.Context, inputs uint64, k int64, m int) (protocol.RunResult, time.Duration, error) {
	if !r.oneByOne {
		return r.call(ctx, inputs, k, m)
	}
	var all protocol.RunResult
	var outside time.Duration
	for range m {
		res, out, err := r.call(ctx, 0, k, 1)
		if err != nil {
			return res, outside, err
		}
		res.SamplesNS = append(all.SamplesNS, res.SamplesNS...)
		res.CPUNS += all.CPUNS
		res.OutsideNS += all.OutsideNS
		all = res
		outside += out
	}
	return all, outside, nil
}

// call is one run call. The deadline is twenty times what it should take.
func (r *runner) call(ctx context.Context, inputs uint64, k int64, m int) (protocol.RunResult, time.Duration, error) {
	timeout := max(r.patience, 20*time.Duration(k)*time.Duration(m)*r.perIter)
	nonce := r.nonce
	if !r.oneByOne && nonce > 0 {
		nonce += inputs
	}
	res, outside, err := r.w.Run(ctx, protocol.RunParams{
		Iterations: k, Samples: m, Nonce: strconv.FormatUint(nonce, 10),
	}, timeout)
	if err == nil && len(res.SamplesNS) > 0 {
		r.perIter = time.Duration(res.SamplesNS[len(res.SamplesNS)-1] / k)
	}
	return res, outside, err
}

func (r *runner) discard(why string, k int64, samples []int64) {
	r.p.Discarded = append(r.p.Discarded, record.Discard{Why: why, K: k, SamplesNS: samples})
}

// warmUp runs until at least three iterations and the warm-up time have
// passed; one is enough when it takes a second. The rule is the same on all
// sides, and what it discards is never chosen by its result.
func (r *runner) warmUp(ctx context.Context, j job) error {
	res, _, err := r.run(ctx, inputWarmUp, 1, 1)
	if err != nil {
		return err
	}
	r.discard("warm-up", 1, res.SamplesNS)
	first := time.Duration(res.SamplesNS[0])
	r.p.Phases.FirstNS = int64(first)
	if first >= time.Second {
		return nil
	}
	for spent, calls := first, int64(1); spent < j.warmup || calls < 3; {
		k := max(j.k, 1)
		each := max(time.Duration(k)*r.perIter, time.Microsecond)
		m := int(min(max(math.Ceil(float64(j.warmup-spent)/float64(each)), 2), 1000))
		res, _, err := r.run(ctx, inputWarmUp+spread*uint64(calls), k, m)
		if err != nil {
			return err
		}
		r.discard("warm-up", k, res.SamplesNS)
		for _, ns := range res.SamplesNS {
			spent += time.Duration(ns)
		}
		calls += k * int64(m)
	}
	return nil
}

// directClock is how long the samples of one process must last together for
// their sum to be compared with our clock directly: fixed costs of a call
// (a wake-up, a line of JSON) are then far below the 10 % that count.
const directClock = 200 * time.Millisecond

// clockRounds is how many rounds, from the first, check clocks.
const clockRounds = 3

// clockTries is how often a process may take a clock check that fails: a stolen
// time slice spoils one, a clock that runs at another speed spoils all. The span
// that each compares is twice as long as the one before, since what a crowded
// host adds, it adds at both ends of a call, however long that lasts.
const clockTries = 4

// clockSlope is about how much longer the second call of a clock check is at
// least. With less, a wake-up of the pipe half a millisecond late looks like a
// clock that runs at another speed.
const clockSlope = 50 * time.Millisecond

// clockCall is how long the second call may last: a row must not cost minutes
// because a clock is wrong.
const clockCall = 2 * time.Second

// checkClock compares the worker's clock with ours over the samples
// themselves. Where they are long and their sum agrees, that is enough.
// Otherwise as many samples of twice the iterations (or more, for clockSlope)
// are taken, and the difference between the two calls on the worker's clock
// must be the difference on ours: constant overheads cancel, a clock that runs
// at another speed does not. It comes after the samples, so that they see the
// same warm-up in every round.
func (r *runner) checkClock(ctx context.Context, j job, one protocol.RunResult, outOne time.Duration) error {
	if claimed := total(one.SamplesNS); claimed >= int64(directClock) {
		r.p.Clock = clockVerdict(claimed, int64(outOne)-one.OutsideNS)
		if r.p.Clock.OK || claimed >= int64(clockSlope)<<clockTries {
			return nil
		}
	}
	for try := range uint64(clockTries) {
		longer := clockLonger(try, total(one.SamplesNS))
		two, outTwo, err := r.run(ctx, inputClock+2*spread*try, longer*j.k, j.samples)
		if err != nil {
			return err
		}
		r.discard("clock check", longer*j.k, two.SamplesNS)
		claimed := total(two.SamplesNS) - total(one.SamplesNS)
		outside := (int64(outTwo) - two.OutsideNS) - (int64(outOne) - one.OutsideNS)
		if r.p.Clock = clockVerdict(claimed, outside); r.p.Clock.OK || try == clockTries-1 {
			return nil
		}
		// The first call may be the one that was disturbed: take it again too.
		if one, outOne, err = r.run(ctx, inputClock+(2*try+1)*spread, j.k, j.samples); err != nil {
			return err
		}
		r.discard("clock check", j.k, one.SamplesNS)
	}
	return nil
}

// clockLonger is how many times the iterations of the first call the second
// has, samples being what the first took on the worker's clock. What it has
// more doubles with every try, as far as clockCall allows.
func clockLonger(try uint64, samples int64) int64 {
	samples = max(samples, 1)
	more := max(1, (int64(clockSlope)+samples/2)/samples) << try
	return 1 + min(more, max(1, int64(clockCall)/samples-1))
}

// spread keeps the inputs of two calls of one kind apart.
const spread = 1 << 32

func floats(ns []int64) []float64 {
	out := make([]float64, len(ns))
	for i, x := range ns {
		out[i] = float64(x)
	}
	return out
}

func total(samples []int64) int64 {
	var sum int64
	for _, ns := range samples {
		sum += ns
	}
	return sum
}

// clockVerdict says whether two readings of one span agree within 10 %.
func clockVerdict(claimed, outside int64) *record.ClockCheck {
	c := &record.ClockCheck{ClaimedNS: claimed, OutsideNS: outside}
	if outside > 0 && claimed > 0 {
		c.Ratio = float64(claimed) / float64(outside)
		c.OK = c.Ratio >= 0.9 && c.Ratio <= 1.1
	}
	return c
}

// judgeGap warns of time around the samples that nobody accounts for.
func (r *runner) judgeGap(res protocol.RunResult, outside time.Duration) {
	span := int64(outside) - res.OutsideNS
	gap := span - total(res.SamplesNS)
	if gap > int64(20*time.Millisecond) && float64(gap) > 0.2*float64(span) {
		r.p.Warnings = append(r.p.Warnings, fmt.Sprintf("%.0f %% of the time of the run call is neither in the samples nor declared as spent between them",
			100*float64(gap)/float64(span)))
	}
}

// verifyTimed checks that the timed result is the one this side gives for the
// same input when it is not being timed.
func (r *runner) verifyTimed(ctx context.Context, row *record.Row, j job, timed string) error {
	nonce := j.nonce
	if row.Nonce {
		nonce += uint64(j.samples - 1)
	}
	v, err := r.w.Verify(ctx, protocol.VerifyParams{Nonce: strconv.FormatUint(nonce, 10)})
	if err != nil {
		return err
	}
	if v.Digest == nil || *v.Digest != timed {
		return &ownFailure{record.FailDigest, fmt.Sprintf("worker %s: %s: the timed result %s is not the verified one %s",
			r.p.Impl, row.Name, short(timed), short(deref(v.Digest)))}
	}
	return nil
}

func deref(s *string) string {
	if s == nil {
		return "none"
	}
	return *s
}

// short cuts a digest to what a person can compare.
func short(digest string) string {
	if len(digest) > 12 {
		return digest[:12]
	}
	return digest
}

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
	if !s.isWorker() {
		return s.measureCommand(ctx, row, j)
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
	r := runner{w: w, nonce: j.nonce, p: p, patience: s.patience()}
	if err := r.warmUp(ctx, j); err != nil {
		return err
	}
	if j.checkClock {
		if err := r.checkClock(ctx, j); err != nil {
			return err
		}
	}
	t = time.Now()
	res, outside, err := r.run(ctx, j.k, j.samples)
	if err != nil {
		return err
	}
	p.Phases.RunNS = int64(time.Since(t))
	p.SamplesNS, p.Counters, p.CPUNS, p.OutsideNS = res.SamplesNS, res.Counters, res.CPUNS, res.OutsideNS
	if res.Digest != nil {
		p.Digest = *res.Digest
	}
	r.judgeGap(j, res, outside)
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

	patience time.Duration // the shortest deadline of a run call
}

// patience is how long a run call may take at least, however short it should
// be.
func (s *subject) patience() time.Duration {
	if s.spec.Timeouts.Run > 0 {
		return s.spec.Timeouts.Run
	}
	return 60 * time.Second
}

// run is one run call. The deadline is twenty times what it should take.
func (r *runner) run(ctx context.Context, k int64, m int) (protocol.RunResult, time.Duration, error) {
	timeout := max(r.patience, 20*time.Duration(k)*time.Duration(m)*r.perIter)
	res, outside, err := r.w.Run(ctx, protocol.RunParams{
		Iterations: k, Samples: m, Nonce: strconv.FormatUint(r.nonce, 10),
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
	res, _, err := r.run(ctx, 1, 1)
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
		if k > 1 {
			m = max(m, 1)
		}
		res, _, err := r.run(ctx, k, m)
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

// clockSlope is how long the extra iterations of a clock check should take at
// least. The sample length alone (5 ms) is too short: a wake-up of the pipe
// late by half a millisecond would look like a clock 10 % off.
const clockSlope = 20 * time.Millisecond

// clockTries is how often a process may repeat a clock check that failed: a
// stolen time slice spoils one, a clock that runs at another speed spoils all.
const clockTries = 3

// checkClock runs k and 2k iterations and compares the difference on the
// worker's clock with the difference on ours: constant overheads cancel, a
// clock that runs at another speed does not.
func (r *runner) checkClock(ctx context.Context, j job) error {
	if r.perIter >= time.Second {
		return nil // judgeGap compares whole samples instead
	}
	k := j.k
	if per := time.Duration(k) * r.perIter; per > 0 && per < clockSlope {
		k *= int64(math.Ceil(float64(clockSlope) / float64(per)))
	}
	for range clockTries {
		one, outOne, err := r.run(ctx, k, 1)
		if err != nil {
			return err
		}
		two, outTwo, err := r.run(ctx, 2*k, 1)
		if err != nil {
			return err
		}
		r.discard("clock check", k, one.SamplesNS)
		r.discard("clock check", 2*k, two.SamplesNS)
		claimed := two.SamplesNS[0] - one.SamplesNS[0]
		outside := (int64(outTwo) - two.OutsideNS) - (int64(outOne) - one.OutsideNS)
		if r.p.Clock = clockVerdict(claimed, outside); r.p.Clock.OK {
			return nil
		}
	}
	return nil
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

// judgeGap compares the time the samples claim with the time that passed
// around them. Where one iteration takes a second or more this is the clock
// check; elsewhere a large unexplained gap is a warning.
func (r *runner) judgeGap(j job, res protocol.RunResult, outside time.Duration) {
	var claimed int64
	for _, ns := range res.SamplesNS {
		claimed += ns
	}
	span := int64(outside) - res.OutsideNS
	if j.checkClock && r.p.Clock == nil {
		r.p.Clock = clockVerdict(claimed, span)
	}
	gap := span - claimed
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

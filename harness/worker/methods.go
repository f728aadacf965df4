package worker

import (
	"context"
	"fmt"
	"math"
	"time"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// Initialize opens the conversation. Free texts of the answer come back
// escaped; names are refused when they would need it.
func (w *Worker) Initialize(ctx context.Context) (protocol.Info, error) {
	var info protocol.Info
	params := protocol.InitializeParams{Protocol: protocol.Version}
	if _, err := w.call(ctx, protocol.MethodInitialize, w.spec.Timeouts.Initialize, params, &info); err != nil {
		return protocol.Info{}, err
	}
	if err := info.Check(); err != nil {
		return protocol.Info{}, w.invalid(protocol.MethodInitialize, record.FailProtocol, err.Error())
	}
	return info.Clean(), nil
}

// Prepare sets a benchmark up; Verify and Run are about this one from then on.
func (w *Worker) Prepare(ctx context.Context, p protocol.PrepareParams) error {
	if p.Params == nil {
		p.Params = protocol.Params{}
	}
	w.mu.Lock()
	w.benchmark = p.Benchmark
	w.mu.Unlock()
	var none struct{}
	_, err := w.call(ctx, protocol.MethodPrepare, w.spec.Timeouts.Prepare, p, &none)
	return err
}

// Verify executes the benchmark once, untimed.
func (w *Worker) Verify(ctx context.Context, p protocol.VerifyParams) (protocol.Verification, error) {
	var v protocol.Verification
	if _, err := w.call(ctx, protocol.MethodVerify, w.spec.Timeouts.Verify, p, &v); err != nil {
		return protocol.Verification{}, err
	}
	if err := protocol.CheckOutcome(v.Digest, v.Digests, v.Counters); err != nil {
		return protocol.Verification{}, w.invalid(protocol.MethodVerify, record.FailProtocol, err.Error())
	}
	return v, nil
}

// Run takes samples. A timeout of 0 means the Spec's. Outside is the time from
// just before the request was written until the answer had been read. Times
// that cannot be true are a Failure of kind clock; see [checkTimes].
func (w *Worker) Run(ctx context.Context, p protocol.RunParams, timeout time.Duration) (res protocol.RunResult, outside time.Duration, err error) {
	if timeout <= 0 {
		timeout = w.spec.Timeouts.Run
	}
	outside, err = w.call(ctx, protocol.MethodRun, timeout, p, &res)
	if err != nil {
		return protocol.RunResult{}, 0, err
	}
	kind := record.FailProtocol
	err = protocol.CheckOutcome(res.Digest, nil, res.Counters)
	if err == nil && len(res.SamplesNS) != p.Samples {
		err = fmt.Errorf("%d samples were asked for, %d came back", p.Samples, len(res.SamplesNS))
	}
	if err == nil {
		kind, err = record.FailClock, checkTimes(res, outside)
	}
	if err != nil {
		return res, outside, w.invalid(protocol.MethodRun, kind, err.Error())
	}
	return res, outside, nil
}

// clockSlack is by how much a worker's account may exceed what passed outside.
// The outside time is an upper bound of the truth already; what is left is two
// clocks that may run at slightly different rates.
func clockSlack(outside time.Duration) time.Duration {
	return time.Millisecond + outside/50
}

// checkTimes finds times that cannot be true: a sample of no time, negative
// times, and more time in total than passed between question and answer.
func checkTimes(res protocol.RunResult, outside time.Duration) error {
	var total int64
	add := func(ns int64) {
		if total > math.MaxInt64-ns {
			total = math.MaxInt64 // do not let a sum wrap to something harmless
			return
		}
		total += ns
	}
	for i, ns := range res.SamplesNS {
		if ns <= 0 {
			return fmt.Errorf("sample %d of %d took %d ns; a sample must take time (are k iterations too few for the worker's clock?)", i+1, len(res.SamplesNS), ns)
		}
		add(ns)
	}
	if res.CPUNS < 0 || res.OutsideNS < 0 {
		return fmt.Errorf("cpu_ns %d, outside_ns %d: neither can be negative", res.CPUNS, res.OutsideNS)
	}
	samples := total
	add(res.OutsideNS)
	if time.Duration(total) > outside+clockSlack(outside) {
		return fmt.Errorf("claims %v in samples and %v between them, but only %v passed", time.Duration(samples), time.Duration(res.OutsideNS), outside)
	}
	return nil
}

// invalid is the failure for a well-formed answer that cannot be accepted. The
// process lives on; its conversation is still in step.
func (w *Worker) invalid(method, kind, what string) *Failure {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.failure(method, kind)
	f.what = what
	return f.withTail(&w.tail)
}

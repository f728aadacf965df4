package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// call sends one request and decodes the answer into result. It returns the
// time from just before the request was written until the answer had been
// read: whatever the worker claims to have spent, it cannot be more.
func (w *Worker) call(ctx context.Context, method string, timeout time.Duration, params, result any) (time.Duration, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed != nil {
		return 0, w.failed
	}
	if w.exit != nil {
		f := w.failure(method, record.FailCrash)
		f.what = "the worker has been closed"
		return 0, f.complete(*w.exit)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, noReply(timeout))
	defer cancel()
	response, outside, f := w.exchange(ctx, method, params)
	if f != nil {
		return 0, f
	}
	if err := protocol.Decode(response.Result, result); err != nil {
		f := w.failure(method, record.FailProtocol)
		f.what = "protocol: the result does not fit: " + err.Error()
		return 0, f.withTail(&w.tail)
	}
	return outside, nil
}

// noReply is the cause of a context that ended because the worker took longer
// than this.
type noReply time.Duration

func (d noReply) Error() string { return "no reply in " + time.Duration(d).String() }

// exchange writes a request and waits for its answer. An answer that is an
// error is a failure that the worker survives; any other failure is its end.
func (w *Worker) exchange(ctx context.Context, method string, params any) (protocol.Response, time.Duration, *Failure) {
	var none protocol.Response
	w.id++
	line, err := protocol.EncodeRequest(w.id, method, params)
	if err != nil {
		f := w.failure(method, record.FailProtocol)
		f.what = err.Error()
		return none, 0, f.withTail(&w.tail)
	}
	select {
	case r := <-w.replies: // before anything was asked
		return none, 0, w.giveUp(method, w.unexpected(r, w.id-1))
	default:
	}
	w.asked = w.tail.mark()
	began := time.Now()
	if err := w.write(ctx, line); err != nil && ctx.Err() == nil {
		// The pipe is closed at the other end; the reader will see why.
		return none, 0, w.giveUp(method, w.hangUp(ctx))
	}
	r, ok := w.await(ctx)
	switch {
	case !ok:
		return none, 0, w.giveUp(method, w.timeout(ctx))
	case r.err != nil || r.response.ID != w.id:
		return none, 0, w.giveUp(method, w.unexpected(r, w.id))
	case r.response.Error != nil:
		return none, 0, w.refused(method, r.response.Error)
	}
	w.proc.notePeak()
	return r.response, r.at.Sub(began), nil
}

// write sends a request. A child that does not read must not block us for
// longer than ctx lasts.
func (w *Worker) write(ctx context.Context, line []byte) error {
	stop := context.AfterFunc(ctx, func() {
		if w.stdin.SetWriteDeadline(time.Unix(1, 0)) != nil {
			w.proc.kill() // no deadlines on pipes here; a dead reader ends the write as well
		}
	})
	defer stop()
	_, err := w.stdin.Write(line)
	return err
}

// await waits for a line, but not beyond ctx, nor for pipes that outlive the
// process because some descendant holds them.
func (w *Worker) await(ctx context.Context) (reply, bool) {
	select {
	case r := <-w.replies:
		return r, true
	case <-w.proc.exited:
		stopReading(w.stdout)
		select {
		case r := <-w.replies:
			return r, true
		case <-ctx.Done():
			return reply{}, false
		}
	case <-ctx.Done():
		return reply{}, false
	}
}

// A verdict is why a process is given up.
type verdict struct {
	kind string
	what string // ends in how the process ended, where that matters
	err  error
}

// timeout judges a worker that did not answer while ctx lasted, and stops it.
func (w *Worker) timeout(ctx context.Context) verdict {
	cause := context.Cause(ctx)
	w.proc.stop(termGrace)
	end := "; " + stopped(w.proc.status())
	var late noReply
	switch {
	case errors.As(cause, &late):
		return verdict{record.FailTimeout, late.Error() + end, nil}
	case errors.Is(cause, context.DeadlineExceeded):
		return verdict{record.FailTimeout, "no reply before the deadline" + end, cause}
	}
	return verdict{"", "interrupted" + end, cause}
}

// unexpected judges a reply that is not the answer to request id.
func (w *Worker) unexpected(r reply, id int64) verdict {
	var broken *protocol.LineError
	switch {
	case r.err == nil:
		w.proc.stop(termGrace)
		return verdict{record.FailProtocol, unasked(r, id), nil}
	case errors.As(r.err, &broken):
		// Half a line is often all that a dying process managed to write.
		if broken.Torn && w.proc.endsWithin(w.spec.Timeouts.Shutdown) && !w.proc.state.Success() {
			return verdict{record.FailCrash, w.proc.end() + "; protocol: " + broken.Error(), nil}
		}
		w.proc.stop(termGrace)
		return verdict{record.FailProtocol, "protocol: " + broken.Error(), nil}
	case w.proc.endsWithin(w.spec.Timeouts.Shutdown):
		return verdict{record.FailCrash, w.proc.end(), nil}
	}
	w.proc.stop(termGrace)
	what := "closed its standard output but kept running"
	if !errors.Is(r.err, io.EOF) {
		what = "its standard output cannot be read: " + r.err.Error()
	}
	return verdict{record.FailProtocol, "protocol: " + what + "; " + stopped(w.proc.status()), nil}
}

// hangUp judges a worker that no longer takes requests.
func (w *Worker) hangUp(ctx context.Context) verdict {
	select {
	case r := <-w.replies:
		return w.unexpected(r, w.id-1)
	case <-w.proc.exited:
		return verdict{record.FailCrash, w.proc.end(), nil}
	case <-ctx.Done():
		return w.timeout(ctx)
	case <-time.After(w.spec.Timeouts.Shutdown):
	}
	w.proc.stop(termGrace)
	return verdict{record.FailProtocol, "protocol: closed its standard input but kept running; " + stopped(w.proc.status()), nil}
}

// unasked words an answer that does not belong to request id.
func unasked(r reply, id int64) string {
	if r.response.ID <= id && r.response.ID > 0 {
		return fmt.Sprintf("protocol: line %d answers request %d once more", r.line, r.response.ID)
	}
	return fmt.Sprintf("protocol: line %d answers request %d, which was never made; the last was %d", r.line, r.response.ID, id)
}

// giveUp reaps a process that has been stopped or has ended, and remembers why
// for whoever asks next.
func (w *Worker) giveUp(method string, v verdict) *Failure {
	<-w.proc.exited
	exit := w.collect()
	exit.OK = false
	w.exit = &exit
	f := w.failure(method, v.kind)
	f.what, f.cause = v.what, v.err
	w.failed = f.complete(exit)
	return w.failed
}

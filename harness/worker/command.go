package worker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// A CommandSpec is one launch of a program that knows nothing of the protocol.
type CommandSpec struct {
	Name  string   // of the implementation, for messages
	Who   string   // what messages call it; "" = "command" and the name
	Args  []string // program and arguments; no shell is involved
	Dir   string   // working directory, "" for the current one
	Env   []string // "KEY=value", added to the environment of this process
	Stdin string   // file that is its standard input, "" for the null device
	// Timeout is when the program is killed. Zero means 60 s.
	Timeout time.Duration
	// MaxStdout is how many bytes of standard output are kept, from the
	// start. Zero means 1 MiB. All of it is hashed and counted.
	MaxStdout int
	// Discard sends standard output to the null device, so that reading and
	// hashing it does not take processor time from what is measured.
	Discard bool
}

// A CommandResult is what came of it.
type CommandResult struct {
	Wall         time.Duration // from just before the launch to the exit
	Exit         Exit
	Stdout       []byte // its beginning
	StdoutBytes  int64  // all of it
	StdoutSHA256 string // of all of it, lower-case hex; "" if discarded
}

// RunCommand launches a program, waits for it and kills what is left of its
// process group. Its error is a *Failure: it could not be started, took too
// long, was interrupted or ended with another status than 0; the result is
// filled in as far as it goes.
func RunCommand(ctx context.Context, spec CommandSpec) (CommandResult, error) {
	if spec.Timeout <= 0 {
		spec.Timeout = 60 * time.Second
	}
	if spec.MaxStdout <= 0 {
		spec.MaxStdout = 1 << 20
	}
	f := &Failure{Impl: spec.Name, Method: "command", who: spec.Who, aside: spec.Who != ""}
	if f.who == "" {
		f.who = "command " + spec.Name
	}
	if err := ctx.Err(); err != nil {
		f.what, f.cause = "interrupted before the launch", err
		f.word()
		return CommandResult{}, f
	}
	out := &head{limit: spec.MaxStdout, hash: sha256.New()}
	var errs tail
	cmd, streams, err := prepareCommand(spec, out, &errs)
	if err != nil {
		return CommandResult{}, startFailure(f.who, spec.Name, spec.Args, spec.Dir, err)
	}
	proc := newProcess(cmd)
	f.Kind, f.what, f.cause = watch(ctx, proc, spec.Timeout)
	streams.finish()
	if proc.err != nil {
		return CommandResult{}, startFailure(f.who, spec.Name, spec.Args, spec.Dir, proc.err)
	}
	result := CommandResult{
		Wall:        proc.ended.Sub(proc.began),
		Exit:        proc.account(&errs),
		Stdout:      out.kept,
		StdoutBytes: out.total,
	}
	if !spec.Discard {
		result.StdoutSHA256 = hex.EncodeToString(out.hash.Sum(nil))
	}
	if f.what == "" && proc.state.Success() {
		return result, nil
	}
	if f.what == "" {
		f.Kind, f.what = record.FailCrash, protocol.Escape(result.Exit.Status, 0)
	}
	result.Exit.OK = false
	return result, f.complete(result.Exit)
}

// streams are the ends of a command's standard streams.
type streams struct {
	pipes
	readers sync.WaitGroup
}

// prepareCommand makes everything that a launch needs, so that nothing of it is
// timed, and waits for what the program will write.
func prepareCommand(spec CommandSpec, out io.Writer, errs *tail) (*exec.Cmd, *streams, error) {
	cmd, err := command(spec.Args, spec.Dir, spec.Env)
	if err != nil {
		return nil, nil, err
	}
	s := new(streams)
	cmd.Stdin = s.file(orNull(spec.Stdin), os.O_RDONLY)
	var stdout, stderr *os.File
	if spec.Discard {
		cmd.Stdout = s.file(os.DevNull, os.O_WRONLY)
	} else {
		stdout, cmd.Stdout = s.out()
	}
	stderr, cmd.Stderr = s.out()
	if s.err != nil {
		s.closeTheirs()
		s.closeOurs()
		return nil, nil, s.err
	}
	s.readers.Go(func() { errs.readFrom(stderr) })
	if stdout != nil {
		// The end of the pipe, or of our patience with it, is no error.
		s.readers.Go(func() { _, _ = io.Copy(out, stdout) })
	}
	return cmd, s, nil
}

func orNull(path string) string {
	if path == "" {
		return os.DevNull
	}
	return path
}

// finish is called when the process has ended. It waits until all that it wrote
// has been read.
func (s *streams) finish() {
	s.closeTheirs()
	for _, f := range s.ours {
		stopReading(f)
	}
	s.readers.Wait()
	s.closeOurs()
}

// settleTime is for how long the runtime's threads may look for work that they
// were woken for, the readers and the timer of a launch, before they sleep.
const settleTime = 100 * time.Microsecond

// settle keeps this thread awake for as long: a pause would cost the next
// launch more than those threads do.
func settle() {
	for began := time.Now(); time.Since(began) < settleTime; {
	}
}

// watch runs the process to its end, and sees to it when that does not come by
// itself. As long as it does nobody else is at work: another goroutine that
// waits would be woken while the program runs.
func watch(ctx context.Context, proc *process, timeout time.Duration) (kind, what string, cause error) {
	var late, interrupted atomic.Bool
	var stoppers sync.WaitGroup
	end := func(why *atomic.Bool) {
		defer stoppers.Done()
		<-proc.started
		select {
		case <-proc.exited: // by itself, at the last moment
		default:
			why.Store(true)
			proc.stop(termGrace)
		}
	}
	stoppers.Add(2)
	timer := time.AfterFunc(timeout, func() { end(&late) })
	unwatch := context.AfterFunc(ctx, func() { end(&interrupted) })
	settle()
	proc.run()
	for _, stopped := range []bool{timer.Stop(), unwatch()} {
		if stopped {
			stoppers.Done()
		}
	}
	stoppers.Wait()
	switch {
	case interrupted.Load() && ctx.Err() == context.DeadlineExceeded:
		return record.FailTimeout, "did not end before the deadline; " + stopped(proc.status()), ctx.Err()
	case interrupted.Load():
		return "", "interrupted; " + stopped(proc.status()), ctx.Err()
	case late.Load():
		return record.FailTimeout, fmt.Sprintf("did not end in %v; ", timeout) + stopped(proc.status()), nil
	}
	return "", "", nil
}

// A head keeps the beginning of a stream, and counts and hashes all of it.
type head struct {
	limit int
	kept  []byte
	total int64
	hash  hash.Hash
}

func (h *head) Write(p []byte) (int, error) {
	h.total += int64(len(p))
	if room := h.limit - len(h.kept); room > 0 {
		h.kept = append(h.kept, p[:min(room, len(p))]...)
	}
	return h.hash.Write(p)
}

package worker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"sync"
	"time"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// A CommandSpec is one launch of a program that knows nothing of the protocol.
type CommandSpec struct {
	Name string   // of the implementation, for messages
	Args []string // program and arguments; no shell is involved
	Dir  string   // working directory, "" for the current one
	Env  []string // "KEY=value", added to the environment of this process
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
	f := &Failure{Impl: spec.Name, Method: "command", who: "command " + spec.Name}
	if err := ctx.Err(); err != nil {
		f.what, f.cause = "interrupted before the launch", err
		f.word()
		return CommandResult{}, f
	}
	out := &head{limit: spec.MaxStdout, hash: sha256.New()}
	var errs tail
	proc, finish, err := startCommand(spec, out, &errs)
	if err != nil {
		return CommandResult{}, startFailure("command", spec.Name, spec.Args, spec.Dir, err)
	}
	f.Kind, f.what, f.cause = watch(ctx, proc, spec.Timeout)
	finish()
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

// startCommand launches the program and reads its output. The function it
// returns waits until all of that has been read.
func startCommand(spec CommandSpec, out io.Writer, errs *tail) (*process, func(), error) {
	cmd, err := command(spec.Args, spec.Dir, spec.Env)
	if err != nil {
		return nil, nil, err
	}
	var p pipes
	defer p.closeTheirs()
	var stdout, stderr *os.File
	if !spec.Discard { // a nil Stdout is the null device
		stdout, cmd.Stdout = p.out()
	}
	stderr, cmd.Stderr = p.out()
	var proc *process
	if p.err == nil {
		proc, p.err = launch(cmd)
	}
	if p.err != nil {
		p.closeOurs()
		return nil, nil, p.err
	}
	var readers sync.WaitGroup
	readers.Go(func() { errs.readFrom(stderr) })
	if stdout != nil {
		// The end of the pipe, or of our patience with it, is no error.
		readers.Go(func() { _, _ = io.Copy(out, stdout) })
	}
	return proc, func() {
		for _, f := range p.ours {
			stopReading(f)
		}
		readers.Wait()
		p.closeOurs()
	}, nil
}

// watch waits for the process to end, and sees to it when it does not.
func watch(ctx context.Context, proc *process, timeout time.Duration) (kind, what string, cause error) {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-proc.exited:
		return "", "", nil
	case <-timer.C:
		kind, what = record.FailTimeout, fmt.Sprintf("did not end in %v; ", timeout)
	case <-ctx.Done():
		what, cause = "interrupted; ", ctx.Err()
		if cause == context.DeadlineExceeded {
			kind, what = record.FailTimeout, "did not end before the deadline; "
		}
	}
	proc.stop(termGrace)
	return kind, what + stopped(proc.status()), cause
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

// Package worker is one child process of an implementation under test: start
// it, talk to it, hold it to its limits, and explain how it ended.
//
// It trusts nothing that the child does. Whatever goes wrong comes back as a
// [Failure] that says what was asked of whom, how the process ended, in words,
// and what it last wrote to standard error; never a bare EOF. No process is
// left behind: each child leads a process group of its own, and the group is
// killed when the child is done, for whatever reason. What the answers mean is
// for package harness to judge; the messages themselves are in package
// protocol.
package worker

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"time"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// A Spec says what to launch.
type Spec struct {
	Name string   // of the implementation, for messages
	Args []string // program and arguments; no shell is involved
	Dir  string   // working directory, "" for the current one; a relative program path is relative to it
	Env  []string // "KEY=value", added to the environment of this process
	// Timeouts limits each request.
	Timeouts Timeouts
}

// Timeouts says how long a worker may take to answer. Zero fields mean the
// defaults that docs/protocol.md promises.
type Timeouts struct {
	Initialize time.Duration // 30 s
	Prepare    time.Duration // 60 s
	Verify     time.Duration // 120 s
	Run        time.Duration // 60 s; callers who know what to expect pass their own
	Shutdown   time.Duration // 2 s, from the request to the exit
}

// WithDefaults fills in what is zero.
func (t Timeouts) WithDefaults() Timeouts {
	fill := func(d *time.Duration, standard time.Duration) {
		if *d <= 0 {
			*d = standard
		}
	}
	fill(&t.Initialize, 30*time.Second)
	fill(&t.Prepare, 60*time.Second)
	fill(&t.Verify, 120*time.Second)
	fill(&t.Run, 60*time.Second)
	fill(&t.Shutdown, 2*time.Second)
	return t
}

// termGrace is how long a process group has between the request to terminate
// and the kill: enough to remove temporary directories.
const termGrace = time.Second

// drainTime is how long the pipes of a process that has ended may stay open.
// They only do when a descendant has left the process group and holds them.
const drainTime = 500 * time.Millisecond

// A Worker is one running child process. Requests go one at a time; Kill may
// be called at any time.
type Worker struct {
	spec    Spec
	proc    *process
	stdin   *os.File
	stdout  *os.File
	stderr  *os.File
	tail    tail
	replies chan reply    // what the child wrote, one entry ahead
	quit    chan struct{} // closed when nobody will take replies any more
	readers sync.WaitGroup

	mu        sync.Mutex // held during a request and by Close
	id        int64      // of the last request
	benchmark string     // as last prepared
	asked     int64      // what had come of standard error when the last request was made, bytes
	failed    *Failure   // why the process had to be given up
	exit      *Exit      // set once the process has been reaped
}

// A reply is one line from the child, or why there are no more.
type reply struct {
	response protocol.Response
	line     int
	err      error
	at       time.Time // when the line had been read
}

// Start launches the program. Its error is a *Failure. The context only
// matters to the launch; each request has its own. Whoever started a Worker
// must Close or Kill it.
func Start(ctx context.Context, spec Spec) (*Worker, error) {
	spec.Timeouts = spec.Timeouts.WithDefaults()
	if err := ctx.Err(); err != nil {
		return nil, &Failure{Impl: spec.Name, Method: "start", Message: "worker " + spec.Name + ": start: interrupted", cause: err}
	}
	w := &Worker{spec: spec, replies: make(chan reply, 1), quit: make(chan struct{})}
	if err := w.launch(); err != nil {
		return nil, startFailure("worker "+spec.Name, spec.Name, spec.Args, spec.Dir, err)
	}
	w.readers.Go(w.readStdout)
	w.readers.Go(func() { w.tail.readFrom(w.stderr) })
	return w, nil
}

func (w *Worker) launch() error {
	cmd, err := command(w.spec.Args, w.spec.Dir, w.spec.Env)
	if err != nil {
		return err
	}
	var p pipes
	defer p.closeTheirs()
	cmd.Stdin, w.stdin = p.in()
	w.stdout, cmd.Stdout = p.out()
	w.stderr, cmd.Stderr = p.out()
	if p.err == nil {
		w.proc, p.err = launch(cmd)
	}
	if p.err != nil {
		p.closeOurs()
	}
	return p.err
}

func command(args []string, dir string, env []string) (*exec.Cmd, error) {
	if len(args) == 0 || args[0] == "" {
		return nil, errNoProgram
	}
	if dir != "" {
		// Left to the kernel, a missing directory reads like a missing program.
		if _, err := os.Stat(dir); err != nil {
			return nil, &dirError{dir, err}
		}
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	return cmd, cmd.Err
}

// Pid is the process id of the child, which is also that of its group.
func (w *Worker) Pid() int { return w.proc.pid() }

// readStdout hands over one line at a time. It reads at most one line ahead:
// a child that talks without being asked blocks on its pipe, and costs no
// memory here.
func (w *Worker) readStdout() {
	lines := protocol.NewReader(w.stdout)
	for {
		line, err := lines.ReadLine()
		r := reply{line: lines.Line(), err: err, at: time.Now()}
		if err == nil {
			r.response, r.err = protocol.ParseResponse(line, r.line)
		}
		select {
		case w.replies <- r:
		default:
			select {
			case w.replies <- r:
			case <-w.quit:
				return
			}
		}
		if r.err != nil {
			return
		}
	}
}

// Close asks the worker to shut down and reaps it: orderly if it complies
// within the shutdown timeout, by force otherwise or when ctx is done. Calling
// it again returns the same Exit.
func (w *Worker) Close(ctx context.Context) Exit {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.exit != nil {
		return *w.exit
	}
	ctx, cancel := context.WithTimeoutCause(ctx, w.spec.Timeouts.Shutdown, noReply(w.spec.Timeouts.Shutdown))
	defer cancel()
	w.proc.notePeak()
	_, _, failure := w.exchange(ctx, protocol.MethodShutdown, nil)
	if w.exit != nil { // it failed in a way that left nothing to wait for
		w.exit.Failure = failure
		return *w.exit
	}
	w.stdin.Close()
	select {
	case <-w.proc.exited:
	case <-ctx.Done():
		w.proc.stop(termGrace)
		if failure == nil {
			failure = w.failure(protocol.MethodShutdown, record.FailTimeout)
			failure.what = "answered but did not exit in " + w.spec.Timeouts.Shutdown.String() + "; " + stopped(w.proc.status())
		}
	}
	exit := w.collect()
	if failure == nil {
		failure = w.lastWords()
	}
	if failure != nil {
		failure.complete(exit)
		exit.OK, exit.Failure = false, failure
	}
	w.exit = &exit
	return exit
}

// lastWords finds what was wrong with an exit that came in time.
func (w *Worker) lastWords() *Failure {
	select {
	case r := <-w.replies:
		if r.err == nil {
			f := w.failure(protocol.MethodShutdown, record.FailProtocol)
			f.what = unasked(r, w.id)
			return f
		}
	default:
	}
	if w.proc.state.Success() {
		return nil
	}
	f := w.failure(protocol.MethodShutdown, record.FailCrash)
	f.what = "ended with " + w.proc.status() + " after its last answer"
	return f
}

// Kill ends the worker and its helpers at once and reaps it. It may be called
// while a request is in flight, which then fails.
func (w *Worker) Kill() Exit {
	w.proc.kill()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.exit == nil {
		<-w.proc.exited
		exit := w.collect()
		exit.OK = false
		w.exit = &exit
	}
	return *w.exit
}

// collect closes down what belongs to a process that has ended, and accounts
// for it.
func (w *Worker) collect() Exit {
	w.stdin.Close()
	stopReading(w.stdout)
	stopReading(w.stderr)
	close(w.quit)
	w.readers.Wait()
	w.stdout.Close()
	w.stderr.Close()
	return w.proc.account(&w.tail)
}

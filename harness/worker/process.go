package worker

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

// A process is a child that leads its own process group. It is reaped as soon
// as it ends, and what is left of its group is killed.
type process struct {
	cmd     *exec.Cmd
	started chan struct{} // closed once it runs, or cannot be started
	exited  chan struct{} // closed once the process has been reaped, or could not be started

	err error // why it could not be started; set before started is closed

	// Set before exited is closed.
	state        *os.ProcessState
	began, ended time.Time

	floor int64 // our own peak resident set before the launch, bytes

	mu     sync.Mutex
	reaped bool  // its id may belong to someone else by now
	asked  bool  // we have signalled it
	peak   int64 // the child's own peak resident set as last seen, bytes
}

// launch starts cmd, whose streams must be files: with anything else exec
// would copy in goroutines of its own, and wait for grandchildren.
func launch(cmd *exec.Cmd) (*process, error) {
	p := newProcess(cmd)
	go p.run()
	<-p.started
	if p.err != nil {
		return nil, p.err
	}
	return p, nil
}

func newProcess(cmd *exec.Cmd) *process {
	setProcAttr(cmd)
	return &process{cmd: cmd, started: make(chan struct{}), exited: make(chan struct{}), floor: peakRSS(os.Getpid())}
}

// run starts the process and waits until it has ended.
//
// Linux sends the death signal that setProcAttr asks for when the *thread*
// that forked is gone, so that thread has to stay, and waits itself.
//
// Between the launch and the wait nothing is done, and nobody need be woken:
// parent and child begin on one processor, so that what the parent does there
// is time of the child. Reading our own peak and waking a waiter made a launch
// of /bin/true 12 % longer.
func (p *process) run() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	p.began = time.Now()
	p.err = p.cmd.Start()
	close(p.started)
	if p.err == nil {
		p.reap()
	} else {
		close(p.exited)
	}
}

// reap waits for the process to end and kills the rest of its group. Where the
// system can tell that a process has ended without reaping it, the group is
// killed first, while its id is still ours.
func (p *process) reap() {
	defer close(p.exited)
	if waitEnded(p.pid()) {
		p.ended = time.Now()
		p.mu.Lock()
		defer p.mu.Unlock()
		signalGroup(p.pid(), true)
		_ = p.cmd.Wait() // a status other than 0 is an error here; the state says more
	} else {
		_ = p.cmd.Wait()
		p.ended = time.Now()
		p.mu.Lock()
		defer p.mu.Unlock()
		sweepGroup(p.pid())
	}
	p.state, p.reaped = p.cmd.ProcessState, true
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) status() string { return p.state.String() }

// end words how a process that has been reaped came to its end.
func (p *process) end() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asked {
		return stopped(p.status())
	}
	return died(p.status())
}

func (p *process) signal(kill bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.reaped {
		p.asked = true
		signalGroup(p.pid(), kill)
	}
}

// kill kills the group without waiting for anything.
func (p *process) kill() {
	p.notePeak()
	p.signal(true)
}

// stop ends the group, gently first, and waits until the process is reaped.
func (p *process) stop(grace time.Duration) {
	p.notePeak()
	p.signal(false)
	if !p.endsWithin(grace) {
		p.kill()
		<-p.exited
	}
}

func (p *process) endsWithin(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-p.exited:
		return true
	case <-timer.C:
		return false
	}
}

// notePeak looks at the child's peak memory while it is there to be looked at.
func (p *process) notePeak() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.reaped {
		p.peak = max(p.peak, peakRSS(p.pid()))
	}
}

// account sums up a process that has been reaped.
func (p *process) account(t *tail) Exit {
	exit := Exit{
		Status: p.status(),
		OK:     p.state.Success(),
		User:   p.state.UserTime(),
		System: p.state.SystemTime(),
		Stderr: t.text(),
	}
	exit.MaxRSS = maxRSS(p.state)
	// A child's account starts at our own peak, see Exit.RSSAtMost. The
	// kernel's counts are a little fuzzy, hence the margin.
	if exit.MaxRSS <= p.floor+p.floor/50+1<<20 {
		if p.peak > 0 {
			exit.MaxRSS = min(exit.MaxRSS, p.peak)
		} else {
			exit.RSSAtMost = p.floor > 0
		}
	}
	return exit
}

// pipes makes the pipes of a child and closes what is left of them.
type pipes struct {
	ours, theirs []*os.File
	err          error
}

func (p *pipes) make() (r, w *os.File) {
	r, w, err := os.Pipe()
	p.err = errors.Join(p.err, err)
	return r, w
}

// in is a pipe to the child.
func (p *pipes) in() (theirs, ours *os.File) {
	r, w := p.make()
	p.theirs, p.ours = append(p.theirs, r), append(p.ours, w)
	return r, w
}

// out is a pipe from the child.
func (p *pipes) out() (ours, theirs *os.File) {
	r, w := p.make()
	p.theirs, p.ours = append(p.theirs, w), append(p.ours, r)
	return r, w
}

// file opens a file for the child.
func (p *pipes) file(path string, flag int) *os.File {
	f, err := os.OpenFile(path, flag, 0)
	if err != nil {
		p.err = errors.Join(p.err, err)
		return nil
	}
	p.theirs = append(p.theirs, f)
	return f
}

func (p *pipes) closeTheirs() { closeAll(p.theirs) }
func (p *pipes) closeOurs()   { closeAll(p.ours) }

func closeAll(files []*os.File) {
	for _, f := range files {
		if f != nil {
			f.Close()
		}
	}
}

// stopReading makes a reader of a process that has ended come to an end too,
// even if a descendant outside the group keeps the other end open.
func stopReading(f *os.File) {
	// Where pipes have no deadlines the reader ends with the last writer.
	_ = f.SetReadDeadline(time.Now().Add(drainTime))
}

package build

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

var (
	// patience is how long a child may take to exit once its standard input
	// has ended, and to say what it did once it has nothing to do. Ours take a
	// millisecond; a worker that ignores the end of its input must not keep the
	// build from ending.
	patience = 5 * time.Second // a variable so that tests need not wait
	// lastWords is how long output of a dead child may take to arrive. It is in
	// the pipe already; but a process that the child has started, and that lives
	// on, may keep the pipe open for ever.
	lastWords = 100 * time.Millisecond
)

// A process is one child. One goroutine at a time uses it; kill alone may come
// from anywhere.
type process struct {
	cmd   *exec.Cmd
	in    *os.File
	out   *os.File
	lines *bufio.Reader // of out
	said  *tail         // what it says on standard error
	told  bool          // which build it works for
	line  []byte        // reused for requests
	ended bool          // wait has returned
	died  chan struct{} // closed when the child has ended and been reaped
	how   error         // then: how it ended
}

func startProcess(command []string) (*process, error) {
	p := &process{
		cmd:  exec.Command(command[0], command[1:]...),
		said: &tail{to: os.Stderr},
		died: make(chan struct{}),
	}
	p.cmd.Stderr = p.said
	p.cmd.WaitDelay = lastWords
	if err := p.start(); err != nil {
		return nil, &WorkerError{Err: err}
	}
	go p.watch()
	return p, nil
}

// start starts the child with pipes that are ours to close: the reading end
// has to outlive the child, for it may have said something before it died.
func (p *process) start() error {
	childIn, in, err := os.Pipe()
	if err != nil {
		return err
	}
	out, childOut, err := os.Pipe()
	if err != nil {
		return errors.Join(err, childIn.Close(), in.Close())
	}
	p.cmd.Stdin, p.cmd.Stdout = childIn, childOut
	p.in, p.out, p.lines = in, out, bufio.NewReader(out)
	err = p.cmd.Start()
	_, _ = childIn.Close(), childOut.Close()
	if err != nil {
		_, _ = in.Close(), out.Close()
	}
	return err
}

// watch reaps the child. Its death ends a read that nothing will answer.
func (p *process) watch() {
	p.how = p.cmd.Wait()
	if errors.Is(p.how, exec.ErrWaitDelay) {
		p.how = nil // it has ended well; someone else holds its standard error
	}
	close(p.died)
	_ = p.out.SetReadDeadline(time.Now().Add(lastWords))
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// gone reports whether the child has ended.
func (p *process) gone() bool {
	select {
	case <-p.died:
		return true
	default:
		return p.ended
	}
}

// kill ends the child at once. Whoever reads from it will notice.
func (p *process) kill() { _ = p.cmd.Process.Kill() }

// lost makes the error of a child that is of no more use.
func (p *process) lost(key string, err error) *WorkerError {
	return &WorkerError{Key: key, PID: p.pid(), Stderr: p.said.last(), Err: err}
}

// execute has the child execute task i of build s. An error means that the
// child is lost; it has been waited for.
func (p *process) execute(s *state, i int32) (step, error) {
	if p.ended {
		return step{}, errors.New("the process has ended")
	}
	st, err := p.exchange(s, i)
	if err != nil {
		return step{}, p.giveUp(err)
	}
	return st, nil
}

// giveUp ends a child on whose pipes nothing sensible can follow. How the child
// ended says more than the pipe that broke.
func (p *process) giveUp(err error) error {
	brokenPipe := errors.Is(err, io.EOF) || errors.Is(err, os.ErrDeadlineExceeded)
	if brokenPipe { // so it is about to end, or has; else it could say no more
		select {
		case <-p.died:
		case <-time.After(lastWords):
		}
	}
	p.kill()
	how := p.wait()
	if brokenPipe && how != nil {
		return fmt.Errorf("ended while it worked: %w", how)
	}
	if brokenPipe {
		return errors.New("ended while it worked: exit status 0")
	}
	return err
}

// askCount asks the child what readCount will return.
func (p *process) askCount() {
	// A failure shows when the answer is read.
	_, _ = io.WriteString(p.in, countLine)
}

// readCount returns how many existence tests the child has made since it was
// last asked. An error means that the child is lost; it has been waited for.
func (p *process) readCount() (int64, error) {
	timer := time.AfterFunc(patience, p.kill)
	defer timer.Stop()
	line, err := p.lines.ReadBytes('\n')
	if err != nil {
		return 0, p.giveUp(err)
	}
	checks, err := decodeCount(line)
	if err != nil {
		return 0, p.giveUp(err)
	}
	return checks, nil
}

// exchange sends one request and reads the answer.
func (p *process) exchange(s *state, i int32) (step, error) {
	line := p.line[:0]
	var err error
	uncounted := 0
	if !p.told {
		if line, err = appendInit(line, s.job.Targets.(*Files).root, s.job.Nonce); err != nil {
			return step{}, err
		}
		uncounted, p.told = len(line), true
	}
	if line, err = s.dag.appendRun(line, i); err != nil {
		return step{}, err
	}
	p.line = line
	// A child that has died fails the write too, but what it said before is
	// still to be read, so the answer decides.
	_, writeErr := p.in.Write(line)
	reply, err := p.lines.ReadBytes('\n')
	if err != nil {
		return step{}, errors.Join(err, writeErr)
	}
	st, err := s.dag.decodeReply(reply, i)
	if err != nil {
		return step{}, err
	}
	st.messages = 2
	st.bytes = int64(len(line) - uncounted + len(reply))
	return st, nil
}

// end closes the child's standard input and waits for it.
func (p *process) end() error {
	if p.ended {
		return nil
	}
	timer := time.AfterFunc(patience, p.kill)
	defer timer.Stop()
	if err := p.wait(); err != nil {
		return p.lost("", err)
	}
	return nil
}

// wait ends the child's input, waits until it has been reaped and returns how
// it ended.
func (p *process) wait() error {
	p.ended = true
	_ = p.in.Close() // it may have gone already
	<-p.died
	_ = p.out.Close()
	return p.how
}

// A tail passes on what is written to it and remembers the last line that says
// something, up to maxTail bytes of it. One goroutine writes, and has ended by
// the time that last is called.
type tail struct {
	to    io.Writer
	line  []byte // of the current line, as far as it has come
	whole []byte // the last one before it that is not empty
}

const maxTail = 500

func (t *tail) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		line, after, ended := bytes.Cut(rest, []byte{'\n'})
		t.line = append(t.line, line[:min(len(line), maxTail-len(t.line))]...)
		if ended && len(bytes.TrimSpace(t.line)) > 0 {
			t.whole = append(t.whole[:0], t.line...)
		}
		if ended {
			t.line = t.line[:0]
		}
		rest = after
	}
	return t.to.Write(p)
}

func (t *tail) last() string {
	line := t.line
	if len(bytes.TrimSpace(line)) == 0 {
		line = t.whole
	}
	return string(bytes.TrimSpace(line))
}

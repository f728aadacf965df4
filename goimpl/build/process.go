package build

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// patience is how long a child may take to exit once its standard input has
// ended. Ours take a millisecond; a worker that ignores the end of its input
// must not keep the build from ending.
const patience = 5 * time.Second

// A process is one child. One goroutine at a time uses it; kill alone may come
// from anywhere.
type process struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
	build *state // what it has been initialised for
	line  []byte // reused for requests
	ended bool   // it has been waited for
}

func startProcess(command []string) (*process, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, &WorkerError{Err: err}
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, &WorkerError{Err: err}
	}
	if err := cmd.Start(); err != nil {
		return nil, &WorkerError{Err: err}
	}
	return &process{cmd: cmd, in: in, out: bufio.NewReader(out)}, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// kill ends the child at once. Whoever reads from it will notice.
func (p *process) kill() { _ = p.cmd.Process.Kill() }

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
	p.kill()
	waitErr := p.wait()
	if lostPipe := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF); lostPipe && waitErr != nil {
		return fmt.Errorf("ended while it worked: %w", waitErr)
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
	line, err := p.out.ReadBytes('\n')
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
	if p.build != s {
		if line, err = appendInit(line, s.job.Targets.(*Files).root, s.job.Nonce); err != nil {
			return step{}, err
		}
		uncounted, p.build = len(line), s
	}
	if line, err = s.dag.appendRun(line, i); err != nil {
		return step{}, err
	}
	p.line = line
	// A child that has died fails the write too, but what it said before is
	// still to be read, so the answer decides.
	_, writeErr := p.in.Write(line)
	reply, err := p.out.ReadBytes('\n')
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
		return &WorkerError{PID: p.pid(), Err: err}
	}
	return nil
}

// wait closes the pipes and reaps the child.
func (p *process) wait() error {
	p.ended = true
	_ = p.in.Close() // it may have gone already
	return p.cmd.Wait()
}

//go:build unix

package browser

import (
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// connect makes the two pipes and hands the browser its ends as descriptors 3
// (it reads) and 4 (it writes). The browser leads a process group.
func (b *Browser) connect() (in io.Reader, out io.Writer, err error) {
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		_, _ = theirIn.Close(), ourOut.Close()
		return nil, nil, err
	}
	b.cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	b.pipes = []*os.File{ourIn, ourOut}
	return ourIn, ourOut, nil
}

func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// waitGroup waits until nobody is left in a killed group, for as long as that
// can reasonably take: what is killed still ends its last system call.
func waitGroup(cmd *exec.Cmd) {
	for range 500 {
		if syscall.Kill(-cmd.Process.Pid, 0) != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

//go:build !unix

package browser

import (
	"errors"
	"io"
	"os/exec"
)

// connect would have to pass handles by number here; nobody has needed it.
func (b *Browser) connect() (io.Reader, io.Writer, error) {
	return nil, nil, errors.ErrUnsupported
}

func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

func waitGroup(*exec.Cmd) {}

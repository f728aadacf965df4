//go:build unix

package badworker

import (
	"os/exec"
	"syscall"
)

// leaveGroup puts a process into a session, and so a group, of its own.
func leaveGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

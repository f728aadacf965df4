//go:build unix

package worker

import "syscall"

// signalGroup asks a process group to terminate, or kills it. An error means
// that nobody is left in it.
func signalGroup(pgid int, kill bool) {
	sig := syscall.SIGTERM
	if kill {
		sig = syscall.SIGKILL
	}
	_ = syscall.Kill(-pgid, sig)
}

// sweepGroup kills what is left of a group whose leader has been reaped. As
// long as anybody is left the id cannot be used again.
func sweepGroup(pgid int) { signalGroup(pgid, true) }

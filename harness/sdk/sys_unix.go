//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package sdk

import (
	"fmt"
	"os"
	"syscall"
	"time"
)

// claimStdout takes standard output for the protocol and points file
// descriptor 1 at standard error, so that a stray print cannot corrupt the
// stream, whoever makes it.
//
// Note: dup2 would be the usual call, but not every Linux port of Go has it.
// Closing 1 and duplicating 2 comes to the same, since the kernel hands out
// the lowest free descriptor.
func claimStdout() (*os.File, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fd, err := syscall.Dup(1)
	if err != nil {
		return nil, err
	}
	syscall.CloseOnExec(fd)
	if err := syscall.Close(1); err != nil {
		return nil, err
	}
	if got, err := syscall.Dup(2); err != nil || got != 1 {
		return nil, fmt.Errorf("point standard output at standard error: descriptor %d, %v", got, err)
	}
	// os.Stdout stays what it is, a file on descriptor 1: if it were replaced,
	// the collector would close the descriptor with the file nobody refers to.
	return os.NewFile(uintptr(fd), "protocol"), nil
}

// cpuTime is the processor time of this process and of the children it has
// waited for.
func cpuTime() time.Duration {
	var total time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) == nil {
			total += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	return total
}

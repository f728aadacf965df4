//go:build unix

package host

import (
	"time"

	"golang.org/x/sys/unix"
)

// ownCPU is the CPU time of this process and of the children that it waited
// for.
func ownCPU() time.Duration {
	var sum time.Duration
	for _, who := range []int{unix.RUSAGE_SELF, unix.RUSAGE_CHILDREN} {
		var u unix.Rusage
		if unix.Getrusage(who, &u) == nil {
			sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	return sum
}

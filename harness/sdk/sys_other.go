//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package sdk

import (
	"os"
	"time"
)

// claimStdout takes standard output for the protocol. Prints of Go code go to
// standard error from here on; those of C code would still reach the stream.
func claimStdout() (*os.File, error) {
	out := os.Stdout
	os.Stdout = os.Stderr
	return out, nil
}

// cpuTime is not known here: cpu_ns is 0.
func cpuTime() time.Duration { return 0 }

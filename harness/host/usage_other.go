//go:build !unix

package host

import "time"

// ownCPU is not needed where the system's account cannot be read.
func ownCPU() time.Duration { return 0 }

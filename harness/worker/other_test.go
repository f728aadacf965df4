//go:build !linux

package worker

import "testing"

// Who lives in a process group is looked up in /proc, which only Linux has.
func checkGroupGone(*testing.T, int) {}

func orphan() int { return 2 }

//go:build unix

package build

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// gone waits for a process to end that is not a child of ours. Its new parent
// may leave it unreaped; that counts as ended.
func gone(pid int) bool {
	for range 1000 {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) || isZombie(pid) {
			return true
		}
		time.Sleep(5 * time.Millisecond)
	}
	return false
}

// isZombie reads what Linux says; elsewhere there is no such file.
func isZombie(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, after, _ := strings.Cut(string(stat), ") ")
	return err == nil && strings.HasPrefix(after, "Z")
}

//go:build unix && !linux

package worker

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// setProcAttr makes the child lead its own group. There is no death signal
// here: if we are killed, the child sees its input end.
func setProcAttr(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// waitEnded cannot tell: nothing here waits without reaping.
func waitEnded(int) bool { return false }

// peakRSS is not known for a living process.
func peakRSS(int) int64 { return 0 }

// maxRSS is the kernel's account after the end, in bytes.
func maxRSS(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(usage.Maxrss) // macOS counts bytes
	}
	return int64(usage.Maxrss) << 10
}

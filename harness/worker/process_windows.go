package worker

import (
	"os"
	"os/exec"
)

// Windows has no process groups to kill and no peak of memory in what Wait
// returns: the process itself is ended, its helpers see their pipes close.

func setProcAttr(*exec.Cmd) {}

func waitEnded(int) bool { return false }

func signalGroup(pid int, _ bool) {
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Kill()
		_ = p.Release()
	}
}

func sweepGroup(int) {}

func peakRSS(int) int64 { return 0 }

func maxRSS(*os.ProcessState) int64 { return 0 }

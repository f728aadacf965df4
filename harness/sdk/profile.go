package sdk

import (
	"fmt"
	"io"
	"os"
	"runtime/pprof"
)

// profileEnv names a file for a profile of this process's processor time:
//
//	XBENCH_CPUPROFILE=worker.prof ./worker < requests.jsonl > /dev/null
//	go tool pprof -top worker.prof
//
// It is for a worker that is given its requests by hand, not for one that is
// measured: a profile takes time.
const profileEnv = "XBENCH_CPUPROFILE"

// startProfile begins a profile where one is asked for; stop ends it.
func startProfile(errw io.Writer) (stop func()) {
	name := os.Getenv(profileEnv)
	if name == "" {
		return func() {}
	}
	f, err := os.Create(name)
	if err != nil {
		fmt.Fprintln(errw, "worker: profile:", err)
		return func() {}
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		fmt.Fprintln(errw, "worker: profile:", err)
	}
	return func() {
		pprof.StopCPUProfile()
		if err := f.Close(); err != nil {
			fmt.Fprintln(errw, "worker: profile:", err)
		}
	}
}

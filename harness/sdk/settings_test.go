package sdk

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// What is in force is declared, however it came to be.
func TestSettingsAreThoseInForce(t *testing.T) {
	check := func(name, want string) {
		t.Helper()
		if got := describeSettings()[name]; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	check("gc", "GOGC=50")
	debug.SetGCPercent(-1)
	check("gc", "GOGC=off")
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1 << 30))
	check("gc", "GOGC=off GOMEMLIMIT=1073741824")
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	check("threads", "GOMAXPROCS=3")
	t.Setenv("GODEBUG", "madvdontneed=1")
	check("debug", "GODEBUG=madvdontneed=1")
}

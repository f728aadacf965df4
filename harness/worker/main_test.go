package worker

import (
	"os"
	"testing"

	"xbench/harness/worker/badworker"
)

// The test binary is also the worker under test, see start.
const modeEnv = "XBENCH_TEST_BADWORKER"

func TestMain(m *testing.M) {
	if mode := os.Getenv(modeEnv); mode == "orphan" {
		os.Exit(orphan())
	} else if mode != "" {
		os.Exit(badworker.Main(mode))
	}
	os.Exit(m.Run())
}

package sdk

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A worker that is given its requests by hand leaves a profile where it was
// asked to, in the format of pprof: gzip.
func TestProfileOnRequest(t *testing.T) {
	name := filepath.Join(t.TempDir(), "worker.prof")
	t.Setenv(profileEnv, name)
	var errw strings.Builder
	stop := startProfile(&errw)
	stop()
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) < 2 || got[0] != 0x1f || got[1] != 0x8b || errw.String() != "" {
		t.Errorf("%d bytes, %q on standard error", len(got), errw.String())
	}
}

// A profile that cannot be written is said, and the worker works.
func TestProfileThatCannotBeWritten(t *testing.T) {
	name := filepath.Join(t.TempDir(), "no", "such")
	t.Setenv(profileEnv, name)
	var errw strings.Builder
	startProfile(&errw)()
	if !strings.HasPrefix(errw.String(), "worker: profile: open "+name) {
		t.Errorf("got %q", errw.String())
	}
}

// Without a request nothing is written and nothing runs.
func TestNoProfile(t *testing.T) {
	t.Setenv(profileEnv, "")
	var errw strings.Builder
	startProfile(&errw)()
	if errw.String() != "" {
		t.Errorf("got %q", errw.String())
	}
}

package browser

import (
	"errors"
	"os"
	"testing"
)

// ForTest is a browser that lives as long as the test. Without one the test
// is skipped, or fails where XBENCH_BROWSER_REQUIRED=1 says that there must be
// one.
func ForTest(t testing.TB) *Browser {
	t.Helper()
	path, err := Find()
	if err != nil {
		missing(t, err)
	}
	b, err := Launch(path, t.TempDir())
	if errors.Is(err, errors.ErrUnsupported) {
		missing(t, errors.New("no pipe to a browser on this system"))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// Axe is the source of axe-core, the accessibility checker, for a page to
// run. It is no part of this repository: without it the test is skipped, or
// fails where it is required.
func Axe(t testing.TB) string {
	t.Helper()
	file := os.Getenv("XBENCH_AXE")
	if file == "" {
		missing(t, errors.New("no axe-core; set XBENCH_AXE to the path of its axe.min.js (scripts/browser.sh fetches one)"))
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("XBENCH_AXE: %v", err)
	}
	return string(source)
}

// Required is whether everything is to be tested, and nothing skipped: the
// stage for browsers of CI asks for it. Otherwise a browser that happens to be
// there is used for what takes seconds.
func Required() bool { return os.Getenv("XBENCH_BROWSER_REQUIRED") == "1" }

func missing(t testing.TB, err error) {
	t.Helper()
	if Required() {
		t.Fatalf("XBENCH_BROWSER_REQUIRED=1, but %v", err)
	}
	t.Skip(err)
}

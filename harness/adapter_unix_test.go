//go:build unix

package harness

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"xbench/harness/record"
)

// A tool that does not come back is ended with all that it has started.
func TestToolsThatHang(t *testing.T) {
	check := func(tool, command, theirs string) {
		t.Helper()
		pidFile := filepath.Join(t.TempDir(), "pid")
		t.Setenv("FAKETOOL_CHILD", pidFile)
		rec, _, err := wholeRun(t, context.Background(), tooled(t, one("cand", tool, command, theirs)), 2, new(memory))
		if err != nil {
			t.Fatal(err)
		}
		f := rec.Notes[0].Failure
		if f.Kind != record.FailTimeout || !strings.HasPrefix(f.Message, tool+" of cand: a: did not end in 2s; ") {
			t.Errorf("%s: %s: %s", tool, f.Kind, f.Message)
		}
		text, err := os.ReadFile(pidFile)
		if err != nil {
			t.Fatal(err)
		}
		pid, _ := strconv.Atoi(string(text))
		for end := time.Now().Add(10 * time.Second); syscall.Kill(pid, 0) == nil && !isZombie(pid); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: its child %d lives", tool, pid)
			}
		}
	}
	check("criterion", "cargo", "hang")
	check("pytest-benchmark", "pytest", "test_hang")
}

// isZombie is for a child of a child that nobody has waited for yet.
func isZombie(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(stat), ") Z ")
}

// A plugin that is missing is said in one line, with what installs it for the
// interpreter of the configuration: pytest's usage helps nobody.
func TestMissingPluginNamesItsInterpreter(t *testing.T) {
	cfg := tooled(t, strings.Replace(one("py", "pytest-benchmark", "X", "test_a"), "[SELF, faketool, X]", "[.venv/bin/python, -m, pytest]", 1))
	bin := filepath.Join(cfg.Dir, ".venv", "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	const usage = "#!/bin/sh\necho 'ERROR: usage: __main__.py [options] [file_or_dir] [...]\n__main__.py: error: unrecognized arguments: --benchmark-only\n  inifile: None' >&2\nexit 4\n"
	if err := os.WriteFile(filepath.Join(bin, "python"), []byte(usage), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := NewLab(context.Background(), LabOptions{Config: cfg})
	want := "implementation py: pytest-benchmark could not list its benchmarks: pytest does not know --benchmark-only: its plugin pytest-benchmark is missing; .venv/bin/python -m pip install pytest-benchmark"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

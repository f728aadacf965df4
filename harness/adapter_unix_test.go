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

package host

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// A program that never ends is given up: doctor says that it does not answer.
func TestLaunchThatNeverEnds(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("programs here are shell scripts")
	}
	path := filepath.Join(t.TempDir(), "python3")
	if err := os.WriteFile(path, []byte("#!/bin/sh\nsleep 60\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if ns := launchTime(t.Context(), []string{path}); ns != 0 {
		t.Errorf("it took %v", time.Duration(ns))
	}
	if took := time.Since(began); took > 40*time.Second {
		t.Errorf("waited %v for a program that sleeps", took)
	}
}

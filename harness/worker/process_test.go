//go:build linux

package worker

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// alive tells whether a process exists and is not just waiting to be reaped.
func alive(pid int) bool {
	state, _ := processState(pid)
	return state != 0 && state != 'Z' && state != 'X'
}

// processState reads the state letter and group of a process; 0 if it is gone.
func processState(pid int) (state byte, pgrp int) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0
	}
	// The name may hold spaces and parentheses: what counts is after it.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	pgrp, err = strconv.Atoi(string(fields[2]))
	if err != nil {
		return 0, 0
	}
	return fields[0][0], pgrp
}

// checkGroupGone waits until nobody lives in a process group: the kill is
// immediate, the dying may take a moment.
func checkGroupGone(t *testing.T, pgid int) {
	t.Helper()
	within(t, "the process group to be empty", func() bool {
		entries, err := filepath.Glob("/proc/[0-9]*")
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			pid, err := strconv.Atoi(filepath.Base(entry))
			if err != nil {
				continue
			}
			if state, pgrp := processState(pid); pgrp == pgid && state != 'Z' && state != 'X' && state != 0 {
				return false
			}
		}
		return true
	})
}

// helperPid finds the process that badworker says it started.
func helperPid(t *testing.T, stderr string) int {
	t.Helper()
	_, rest, _ := strings.Cut(stderr, "helper ")
	line, _, _ := strings.Cut(rest, "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatalf("no helper in %q", stderr)
	}
	return pid
}

func TestHelpersDieWithTheGroup(t *testing.T) {
	check := func(mode string, wantErr bool) {
		t.Helper()
		w := start(t, mode, short)
		prepared(t, w, "demo/b")
		_, _, err := w.Run(context.Background(), threeSamples, 0)
		if (err != nil) != wantErr {
			t.Errorf("%s: got %v", mode, err)
		}
		exit := w.Close(context.Background())
		helper := helperPid(t, exit.Stderr)
		within(t, "the helper to die", func() bool { return !alive(helper) })
	}
	check("fork-helper", true)
	check("keep-helper", false)
}

// A helper that leaves the group is beyond our reach; what it must not do is
// to keep us waiting on the pipes that it holds.
func TestRunawayHelperDoesNotHoldUsUp(t *testing.T) {
	w := start(t, "runaway-helper", short)
	prepared(t, w, "demo/b")
	_, _, err := w.Run(context.Background(), threeSamples, 0)
	checkFailure(t, err, record.FailCrash, "run", "exited before it answered (exit status 3)")
	helper := helperPid(t, w.Close(context.Background()).Stderr)
	if !alive(helper) {
		t.Error("the helper did not run away: nothing is tested")
	}
	if err := syscall.Kill(helper, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
}

// orphan is a program that starts a worker which hangs, says which process it
// is, and waits to be killed.
func orphan() int {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	w, err := Start(ctx, Spec{Name: "fake", Args: []string{self}, Env: []string{modeEnv + "=ignore-term"}})
	if err != nil {
		panic(err)
	}
	if err := w.Prepare(ctx, protocol.PrepareParams{Benchmark: "demo/b"}); err != nil {
		panic(err)
	}
	fmt.Println(w.Pid())
	_, _, err = w.Run(ctx, threeSamples, time.Minute)
	panic(err)
}

func TestWorkersDieWithUs(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), modeEnv+"=orphan")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Fscan(out, &pid); err != nil || !alive(pid) {
		t.Errorf("worker %d, %v", pid, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the launcher was to be killed")
	}
	within(t, "the worker to die with its launcher", func() bool { return !alive(pid) })
}

// An SDK worker that is asked to terminate closes its case and says so in its
// status.
func TestWorkerIsTerminatedFromOutside(t *testing.T) {
	w := start(t, "good", short)
	prepared(t, w, "demo/b")
	if err := syscall.Kill(w.Pid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	within(t, "the worker to end", func() bool { return !alive(w.Pid()) })
	_, _, err := w.Run(context.Background(), threeSamples, 0)
	checkFailure(t, err, record.FailCrash, "run", "exited before it answered (exit status 143)")
}

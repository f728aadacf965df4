package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"xbench/harness"
	"xbench/harness/record"
)

// A run that could not be written on says how it can be, once there is
// something to go on with.
func TestBrokenOff(t *testing.T) {
	full := errors.New("write record: no space left on device")
	finish := func(measured bool) error {
		t.Helper()
		store, err := harness.CreateStore(t.TempDir(), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Begin(record.Plan{Version: 1, Run: "r"}); err != nil {
			t.Fatal(err)
		}
		r := &oneRun{app: &app{out: io.Discard, err: io.Discard}, progress: newProgress(io.Discard, true)}
		err = r.finish(t.Context(), store, func(opt harness.RunOptions) error {
			if measured {
				p := record.Process{Row: "r", Impl: "base", Round: 1, Failure: &record.Failure{Kind: record.FailCrash, Message: "m"}}
				if err := opt.Save.Process(p); err != nil {
					t.Fatal(err)
				}
			}
			return full
		})
		if !errors.Is(err, full) {
			t.Errorf("the error is lost: %v", err)
		}
		return err
	}
	if _, hint, _ := strings.Cut(finish(true).Error(), "\n"); !strings.HasPrefix(hint, "go on with: xbench run --resume ") {
		t.Errorf("with a process the hint is %q", hint)
	}
	if err := finish(false); err != nil && strings.Contains(err.Error(), "--resume") {
		t.Errorf("there is nothing to go on with: %v", err)
	}
}

// The rest of a run has what its first part left of the budget, no more.
func TestBudgetLeft(t *testing.T) {
	at := func(s int) string { return time.Date(2026, 1, 2, 3, 0, s, 0, time.UTC).Format(time.RFC3339Nano) }
	rec := &record.Record{Plan: record.Plan{Started: at(0), BudgetNS: int64(30 * time.Second)},
		Processes: []record.Process{{Started: at(10), Phases: record.Phases{TotalNS: int64(2 * time.Second)}}}}
	if got := budgetLeft(rec); got != 18*time.Second {
		t.Errorf("%v are left, want 18s", got)
	}
	rec.Processes[0].Started = at(40)
	if got := budgetLeft(rec); got != -12*time.Second {
		t.Errorf("%v are left, want -12s", got)
	}
}

// What a tear leaves of a long entry is gone when a run ends at once after it:
// shorter entries that are written over it would leave its end behind.
func TestResumeAfterALongTear(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the worker's way of sleeping is too coarse here")
	}
	t.Parallel()
	k := &killing{t: t, dir: t.TempDir()}
	if err := os.WriteFile(filepath.Join(k.dir, "xbench.yaml"), []byte(steadyConfig), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := k.command("run", "--seed", "7", "-q", "--rounds", "3").CombinedOutput(); exitCode(err) == exitUsage || exitCode(err) > exitUnclear {
		t.Fatalf("%v\n%s", err, out)
	}
	k.want = k.read(defaultOutput)
	path := filepath.Join(k.dir, defaultOutput, "latest", harness.RecordFile)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	last := bytes.LastIndex(data, []byte("Xbench-Process: "))
	torn := append(data[:last:last], "Xbench-Process: {\"benchmark\":\"steady/late\",\"stderr\":\""+strings.Repeat("x", 59_000)...)
	if err := os.WriteFile(path, torn, 0o644); err != nil {
		t.Fatal(err)
	}
	k.spentBudget(torn)
	args := []string{"run", "-q", "--resume", filepath.Join(defaultOutput, "latest")}
	if out, err := k.command(args...).CombinedOutput(); exitCode(err) == exitUsage || exitCode(err) > exitUnclear {
		t.Fatalf("%v\n%s", err, out)
	}
	rec := k.read(defaultOutput)
	if rec.Dropped != 0 || len(rec.Processes) != len(k.want.Processes) {
		t.Errorf("dropped %d; %d processes, want %d", rec.Dropped, len(rec.Processes), len(k.want.Processes))
	}
	if now, _ := os.ReadFile(path); bytes.Contains(now, []byte("xxxx")) {
		t.Error("the torn entry is still there")
	}
}

// spentBudget sees to it that a record whose run took longer than its budget
// is not gone on with.
func (k *killing) spentBudget(data []byte) {
	k.t.Helper()
	dir := filepath.Join(k.dir, "spent")
	if err := os.Mkdir(dir, 0o755); err != nil {
		k.t.Fatal(err)
	}
	text := strings.Replace(string(data), `"budget_ns":0`, `"budget_ns":60000000000`, 1)
	started := regexp.MustCompile(`("started":")\d{4}`).FindStringSubmatchIndex(text) // the plan's, which is the first
	text = text[:started[3]] + "2001" + text[started[1]:]
	if err := os.WriteFile(filepath.Join(dir, harness.RecordFile), []byte(text), 0o644); err != nil {
		k.t.Fatal(err)
	}
	out, err := k.command("run", "-q", "--resume", "spent").CombinedOutput()
	if exitCode(err) != exitUsage || !bytes.Contains(out, []byte("its budget of 1m is spent after 2 of at most 3 rounds")) {
		k.t.Errorf("a run without budget went on: %v\n%s", err, out)
	}
}

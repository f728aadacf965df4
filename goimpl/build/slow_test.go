package build

import (
	"strings"
	"testing"
	"time"
)

// Each check of a slow_check task waits, by the build and by a child, and the
// wait is no part of anything else. The bounds are what the waits add up to;
// nothing bounds the time from above.
func TestSlowCheck(t *testing.T) {
	const wait = 10 * time.Millisecond
	slow := func(key string) Definition {
		return Definition{Key: key, Kind: "slow_check", Params: map[string]any{"latency_ms": 10}}
	}
	defs := []Definition{asking(slow("root"), []string{"a", "b"}), slow("a"), slow("b")}
	d := mustCompile(t, defs, testKinds(0))
	forExecutors(t, func(t *testing.T, executor string) {
		targets := NewFiles(t.TempDir())
		check := func(discover string, checks time.Duration, want Counters) {
			t.Helper()
			start := time.Now()
			report, err := buildOnce(t, Options{Executor: executor, Discover: discover, CheckWorkers: 1}, Job{DAG: d, Targets: targets})
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took < checks*wait {
				t.Errorf("took %v, %d checks of %v cannot", took, checks, wait)
			}
			report.IPCMessages, report.IPCBytes = 0, 0
			checkCounters(t, report.Counters, want, executor)
		}
		want := Counters{TasksRun: 3, BodyStarts: 3, ChecksParent: 3, TargetsWritten: 3, Suspensions: 1}
		checks := time.Duration(3)
		if executor == MultiProcess {
			want.BodyStarts, want.ReExecutions, want.ChecksChild, want.Suspensions = 4, 1, 4, 0
			checks += 4
		}
		check(ShortCircuit, checks, want)
		check(ShortCircuit, 1, Counters{ChecksParent: 1, PreviouslyComplete: 1})
		record, err := targets.Read(&d.tasks[0])
		if err != nil || !strings.HasSuffix(string(record), `"kind":"slow_check","result":{"ok":true}}`) {
			t.Errorf("record %s, %v", record, err)
		}
	})
	for _, targets := range []Targets{NewMemory(3), NewNone(3)} {
		start := time.Now()
		if _, err := targets.Exists(&d.tasks[0]); err != nil || time.Since(start) < wait {
			t.Errorf("%T: a check took %v, %v", targets, time.Since(start), err)
		}
	}
	for _, params := range []map[string]any{nil, {"latency_ms": -1}} {
		_, err := Compile([]Definition{{Key: "root", Kind: "slow_check", Params: params}}, "root", testKinds(0))
		if err == nil || !strings.Contains(err.Error(), "parameter latency_ms") {
			t.Errorf("%v: %v", params, err)
		}
	}
}

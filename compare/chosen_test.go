package compare

import (
	"slices"
	"strings"
	"testing"

	"xbench/harness/record"
)

// leveled is a run of one row that was planned to be judged at gate target,
// with one goal at either level.
func leveled(minimum, target float64) *testRun {
	run := newRun(1, 8, "python", "go").noise(.05, .03).by(1.5).goal(
		record.Goal{Claim: "low", Speedup: minimum}, record.Goal{Claim: "high", Speedup: target, Level: "target"})
	run.plan.Gate = "target"
	return run
}

// A gate that is chosen after the run is said to be: a goal that is proved is
// proved all the same, and the error of FAIL is shared by as many tests as the
// plan had.
func TestAGateChosenAfterwards(t *testing.T) {
	check := func(rec *record.Record, opt Options, want Verdict, exit int, reasons ...string) *Result {
		t.Helper()
		res := analyzed(t, rec, opt)
		if res.Verdict != want || res.Exit != exit || len(res.Reasons) < len(reasons) {
			t.Fatalf("%s, exit %d, %q; want %s, %d", res.Verdict, res.Exit, res.Reasons, want, exit)
		}
		for i, r := range reasons {
			if !strings.Contains(res.Reasons[i], r) {
				t.Errorf("reason %d is %q, want %q", i, res.Reasons[i], r)
			}
		}
		return res
	}
	const lower = "gate minimum, planned target: chosen after the run"
	missed, doubtful := leveled(1.2, 3).record(), leveled(1.2, 1.5).record()
	planned := check(missed, Options{}, Fail, 1, "FAIL  high")
	same := check(missed, Options{Gate: "target"}, Fail, 1, "FAIL  high")
	if slices.ContainsFunc(append(planned.Reasons, same.Reasons...), func(r string) bool { return strings.Contains(r, "chosen") }) {
		t.Error("the plan's own gate is said to be chosen afterwards")
	}
	after := check(missed, Options{Gate: "minimum"}, Pass, 0, lower)
	if !slices.Equal(after.Chosen, []string{lower}) {
		t.Errorf("chosen: %q", after.Chosen)
	}
	// One test gates now, but two were planned.
	for i := range after.Goals {
		if a, b := after.Goals[i].Found, planned.Goals[i].Found; a != b {
			t.Errorf("%s: %v at the lower gate, %v as planned", after.Goals[i].Goal.Claim, a, b)
		}
	}
	check(doubtful, Options{}, Inconclusive, 3, "INCONCLUSIVE  high")
	open := check(doubtful, Options{Inconclusive: "pass"}, Inconclusive, 0, "inconclusive pass, planned as each goal says: chosen after the run", "compare was told --inconclusive pass")
	if strings.Contains(open.Reasons[1], "the goal says") {
		t.Errorf("the goal says nothing of the kind: %s", open.Reasons[1])
	}
	doubtful.Plan.Inconclusive = "pass"
	check(doubtful, Options{}, Inconclusive, 0, "the run was planned with inconclusive: pass")
	check(doubtful, Options{Inconclusive: "fail"}, Inconclusive, 3, "inconclusive fail, planned pass: chosen after the run")
}

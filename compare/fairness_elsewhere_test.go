package compare

import (
	"testing"

	"xbench/harness/record"
)

func TestHowTheWorkWasCompared(t *testing.T) {
	impl := func(kind string, output ...string) record.Implementation {
		return record.Implementation{Kind: kind, Output: output}
	}
	check := func(want, words string, impls ...record.Implementation) {
		t.Helper()
		got := HowCompared(&record.Plan{Implementations: impls})
		if got != want || WorkWords(got) != words {
			t.Errorf("got %s %q, want %s %q", got, WorkWords(got), want, words)
		}
	}
	const before = "outputs compared beforehand, not of the timed samples"
	check(WorkTimed, "", impl(record.KindWorker), impl(record.KindWorker))
	check(WorkTimed, "", impl(record.KindCommand), impl(record.KindCommand))
	check(WorkUnverified, "same work not verified", impl(record.KindAdapter), impl(record.KindAdapter))
	check(WorkUnverified, "same work not verified", impl(record.KindAdapter, "cat"), impl(record.KindAdapter))
	check(WorkUnverified, "same work not verified", impl(record.KindImported), impl(record.KindImported))
	check(WorkBefore, before, impl(record.KindAdapter, "cat"), impl(record.KindAdapter, "cat"))
}

// What cargo or pytest needs besides is not the program's; samples that a tool
// fills for itself are as long as it makes them.
func TestFiguresOfAToolAreNotTheProgram(t *testing.T) {
	_, rec := fairRun()
	for i := range rec.Plan.Implementations {
		rec.Plan.Implementations[i].Kind = record.KindAdapter
	}
	for i := range rec.Processes {
		p := &rec.Processes[i]
		p.CPUNS, p.Digest, p.Counters, p.Clock = 0, "", nil, nil
		p.K, p.Usage.MaxRSS = p.K*100, 900<<20
	}
	for i := range rec.Plan.Rows {
		rec.Plan.Rows[i].Iterations = map[string]int64{"python": 0, "go": 0}
	}
	res := analyzed(t, rec, Options{})
	for _, r := range res.Rows {
		if r.RefRSS != 0 || r.CandRSS != 0 || r.RefCPUNS != 0 || r.CandCPUNS != 0 || len(r.Failures) > 0 {
			t.Errorf("%s: %d and %d bytes, CPU time %v and %v, %v", r.Name, r.RefRSS, r.CandRSS, r.RefCPUNS, r.CandCPUNS, r.Failures)
		}
		for _, w := range r.Warnings {
			t.Errorf("%s: %s", r.Name, w.Text)
		}
	}
	if m := res.Means[0]; m.CPU != 0 || m.RSS != 0 {
		t.Errorf("a ratio of CPU times %v, of memory %v", m.CPU, m.RSS)
	}
	found := false
	for _, d := range res.Fairness {
		found = found || d.Kind == "evidence" && d.Severity == Serious && d.Reference == "none" && d.Value == "none"
		if d.Kind == "input" {
			t.Errorf("tools take no inputs: %+v", d)
		}
	}
	if !found || res.Evidence.Work != WorkUnverified {
		t.Errorf("evidence %+v, differences %+v", res.Evidence, res.Fairness)
	}
}

package compare

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// aRecord is a run of python, go and rust; go is so many times faster than
// before.
func aRecord(id string, seed uint64, rounds int, faster float64) *record.Record {
	run := newRun(3, rounds, "python", "go", "rust").seed(seed).noise(.01, .01).faster(func(_ int, impl string) float64 {
		if impl == "go" {
			return 10 * faster
		}
		return 5
	})
	run.plan.Run, run.plan.Started, run.plan.Tool = id, id, "xbench v0.1.0"
	run.plan.Host = record.Host{ID: "h1", CPU: "Zuse Z3", OS: "linux", Arch: "amd64", Cores: 2}
	for i := range run.plan.Implementations {
		impl := &run.plan.Implementations[i]
		impl.Fingerprint, impl.Command = impl.Name, []string{impl.Name, "serve"}
	}
	rec := run.record()
	for i := range rec.Processes { // inputs are drawn anew in each run
		rec.Processes[i].Nonce += id
	}
	return rec
}

func baselineOf(t *testing.T, old, new *record.Record, impl string) (*record.Record, *Result) {
	t.Helper()
	rec, err := Baseline(old, new, impl)
	if err != nil {
		t.Fatal(err)
	}
	return rec, analyzed(t, rec, Options{})
}

// What got slower is found, by the row; what stayed as it was is open.
func TestBaselineFindsWhatGotSlower(t *testing.T) {
	check := func(faster float64, want Verdict, exit int) {
		t.Helper()
		rec, res := baselineOf(t, aRecord("old", 1, 8, 1), aRecord("new", 2, 13, faster), "go")
		if res.Verdict != want || res.Exit != exit {
			t.Errorf("%vx as fast: %s, exit %d: %v", faster, res.Verdict, res.Exit, res.Reasons)
		}
		if r := res.Rows[0]; r.RefProcesses != 8 || r.CandProcesses != 13 || math.Abs(r.Speedup.Ratio/faster-1) > .03 {
			t.Errorf("%vx as fast: %+v of %d and %d processes", faster, r.Speedup, r.RefProcesses, r.CandProcesses)
		}
		if rec.Plan.Reference != BaselineOld || res.Unpaired.Of != "go" {
			t.Errorf("reference %s, of %s", rec.Plan.Reference, res.Unpaired.Of)
		}
		if c := res.Unpaired.Control; !strings.HasPrefix(c, "python (the same program file and arguments; what it loads is not seen) moved ") || !strings.HasSuffix(c, " between the two") {
			t.Errorf("control: %q", c)
		}
		if len(res.Evidence.Unshown) != 3 || res.Evidence.Pairs != 0 {
			t.Errorf("evidence without a common input: %+v", res.Evidence)
		}
	}
	check(.7, Fail, ExitDisproved)
	check(1, Inconclusive, ExitInconclusive)
	check(2, Inconclusive, ExitInconclusive)
	if got, want := Shared(aRecord("old", 1, 3, 1), aRecord("new", 2, 3, 1)), []string{"go", "rust"}; !slices.Equal(got, want) {
		t.Errorf("by default about %v, want %v", got, want)
	}
}

// A reference that moved as well is told, and hides nothing: a module of its own
// may have become slower, which no fingerprint shows, and the program with it.
func TestBaselineTellsThatTheReferenceMoved(t *testing.T) {
	const moved = "the reference moved as well: the host may have changed"
	check := func(slower float64, fingerprint, control string, want bool) {
		t.Helper()
		now := aRecord("new", 2, 8, 1)
		find(&now.Plan, "python").Fingerprint, find(&now.Plan, "go").Fingerprint = fingerprint, "changed"
		for i := range now.Processes {
			for j := range now.Processes[i].SamplesNS {
				now.Processes[i].SamplesNS[j] *= 1.6
				if now.Processes[i].Impl == "python" {
					now.Processes[i].SamplesNS[j] *= slower / 1.6
				}
			}
		}
		rec, res := baselineOf(t, aRecord("old", 1, 8, 1), now, "go")
		if rec.Plan.Unpaired.Spread != AssumedSpread || res.Verdict != Fail || res.Exit != ExitDisproved {
			t.Errorf("go takes 1.6 times as long, python %v: %s, assuming %v", slower, res.Verdict, rec.Plan.Unpaired.Spread)
		}
		if !strings.HasPrefix(res.Unpaired.Control, control) {
			t.Errorf("control %q, want %q", res.Unpaired.Control, control)
		}
		warned := slices.ContainsFunc(res.Warnings, func(w Warning) bool { return w.Text == moved })
		if said := strings.HasSuffix(res.Reasons[0], "; "+moved); said != want || warned != want {
			t.Errorf("python takes %v times as long: reason %q, warned %v, want %v", slower, res.Reasons[0], warned, want)
		}
	}
	check(1.6, "python", "python (the same program file and arguments; what it loads is not seen) moved 0.62", true)
	check(1.6, "another", "python, which may have changed as well, moved 0.62", true)
	check(1/1.6, "python", "python (the same program file and arguments; what it loads is not seen) moved 1.", true)
	check(1, "python", "python (the same program file and arguments; what it loads is not seen) moved ", false)
}

// A program whose sessions differ by 5 %, which its reference knows nothing of, is
// a false alarm seldom enough: the error of FAIL is shared by the rows.
func TestBaselineAlarms(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 11))
	n, alarms := comparisons(4000, 400), 0
	for i := range n {
		old, now := aRecord("old", uint64(2*i), 5, 1), aRecord("new", uint64(2*i+1), 5, 1/1.05)
		for _, rec := range []*record.Record{old, now} {
			shift := math.Exp(AssumedSpread * rng.NormFloat64())
			for j := range rec.Processes {
				if rec.Processes[j].Impl != "go" {
					continue
				}
				for k := range rec.Processes[j].SamplesNS {
					rec.Processes[j].SamplesNS[k] *= shift
				}
			}
		}
		if _, res := baselineOf(t, old, now, "go"); res.Verdict == Fail {
			alarms++
		}
	}
	share := 100 * float64(alarms) / float64(n)
	t.Logf("FAIL in %.2f%% of runs exactly on the tolerance", share)
	if limit := 2.5 + 300*math.Sqrt(.025*.975/float64(n)); share > limit {
		t.Errorf("FAIL in %.2f%% of runs exactly on the tolerance, allowed 2.5%%", share)
	}
}

// Rows that are gone break the goal, rows that were added are shown, and other
// work is no data.
func TestBaselineRows(t *testing.T) {
	old, now := aRecord("old", 1, 5, 1), aRecord("new", 2, 5, 1)
	rename := func(rec *record.Record, from, to string) {
		for i := range rec.Plan.Rows {
			if rec.Plan.Rows[i].Name == from {
				rec.Plan.Rows[i].Name = to
			}
		}
		for i := range rec.Processes {
			if rec.Processes[i].Row == from {
				rec.Processes[i].Row = to
			}
		}
	}
	rename(now, "r02", "added")
	rec, res := baselineOf(t, old, now, "go")
	var names []string
	for _, r := range rec.Plan.Rows {
		names = append(names, r.Name)
	}
	if want := []string{"r00", "r01", "added", "r02"}; !slices.Equal(names, want) {
		t.Errorf("rows %v, want %v", names, want)
	}
	if got, want := rec.Plan.Rows[3].Unsupported, map[string]string{"new": "not in the new record"}; !maps.Equal(got, want) || rec.Plan.Rows[3].ShownOnly {
		t.Errorf("the row that is gone: %v, shown only %v", got, rec.Plan.Rows[3].ShownOnly)
	}
	if got, want := rec.Plan.Rows[2].Unsupported, map[string]string{"old": "not in the old record"}; !maps.Equal(got, want) || !rec.Plan.Rows[2].ShownOnly {
		t.Errorf("the row that was added: %v, shown only %v", got, rec.Plan.Rows[2].ShownOnly)
	}
	if res.Verdict != Invalid || res.Goals[0].Worst != "r02" {
		t.Errorf("a row is gone, and the goal over all is %s by %s", res.Verdict, res.Goals[0].Worst)
	}
	rename(old, "r02", "added")
	if _, res := baselineOf(t, old, now, "go"); res.Verdict != Inconclusive {
		t.Errorf("with the same rows: %s %v", res.Verdict, res.Reasons)
	}

	// Filtered out, not reached, and crashed.
	filtered := aRecord("new", 2, 5, 1)
	filtered.Plan.Rows, filtered.Plan.Removed = filtered.Plan.Rows[:2], []record.Removed{{Name: "r02"}}
	filtered.Processes = slices.DeleteFunc(filtered.Processes, func(p record.Process) bool { return p.Row != "r00" })
	for i := range filtered.Processes {
		filtered.Processes[i].Seq = i
	}
	rec, _ = baselineOf(t, aRecord("old", 1, 5, 1), filtered, "go")
	if got := rec.Plan.Rows[1].Unsupported["new"] + "; " + rec.Plan.Rows[2].Unsupported["new"]; got != "not measured in the new run, which ended before; filtered out of the new run" {
		t.Errorf("rows without data: %s", got)
	}
	crashed := aRecord("new", 2, 5, 1)
	for i := range crashed.Processes {
		if p := &crashed.Processes[i]; p.Row == "r01" && p.Impl == "go" && p.Round == 3 {
			p.Digest = "another"
		}
	}
	if _, res := baselineOf(t, aRecord("old", 1, 5, 1), crashed, "go"); res.Verdict != Invalid || !strings.Contains(strings.Join(res.Reasons, " "), "r01: new: round 3: result") {
		t.Errorf("other work than its reference's in the new run: %s %v", res.Verdict, res.Reasons)
	}
	if _, res := baselineOf(t, aRecord("old", 1, 5, 1), crashed, "rust"); res.Verdict != Inconclusive {
		t.Errorf("another implementation's other work: %s %v", res.Verdict, res.Reasons)
	}
}

// What was not the same besides the program is told, and two hosts gate
// nothing.
func TestBaselineDoubts(t *testing.T) {
	check := func(change func(p *record.Plan), gate string, want ...string) {
		t.Helper()
		now := aRecord("new", 2, 5, 1)
		find(&now.Plan, "go").Fingerprint = "changed"
		change(&now.Plan)
		rec, res := baselineOf(t, aRecord("old", 1, 5, 1), now, "go")
		var said []string
		for _, w := range res.Warnings {
			said = append(said, w.Text)
		}
		if !slices.Equal(said, want) {
			t.Errorf("got %q\nwant %q", said, want)
		}
		if rec.Plan.Gate != gate {
			t.Errorf("gate %s, want %s", rec.Plan.Gate, gate)
		}
	}
	check(func(*record.Plan) {}, "minimum")
	check(func(p *record.Plan) { find(p, "go").Fingerprint = "go" }, "minimum",
		"go: the same program file and arguments; what it loads is not seen: if that is the same as well, what this shows is the host's")
	check(func(p *record.Plan) { find(p, "go").Fingerprint, find(p, "go").Command = "go", []string{"go", "debug"} }, "minimum")
	check(func(p *record.Plan) {
		p.Tool, p.SampleNS, p.WarmupNS, find(p, "go").Runtime = "xbench v0.2.0", 5e6, 50e6, "go1.27"
	}, "minimum", "version of xbench: xbench v0.1.0 then, xbench v0.2.0 now", "runtime: not known then, go1.27 now",
		"length of a sample: 0s then, 5ms now", "warm-up: 0s then, 50ms now")
	check(func(p *record.Plan) { p.Host.ID, p.Host.CPU = "h2", "Zuse Z4" }, "none",
		"the records come from two hosts, so that nothing gates: then Zuse Z3, linux/amd64, 2 cores, id h1, now Zuse Z4, linux/amd64, 2 cores, id h2")
}

// What cannot be compared is an error that says why.
func TestBaselineErrors(t *testing.T) {
	check := func(change func(old, new *record.Record), impl, want string) {
		t.Helper()
		old, now := aRecord("old", 1, 3, 1), aRecord("new", 2, 3, 1)
		change(old, now)
		if _, err := Baseline(old, now, impl); err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
	check(func(old, now *record.Record) { *now = *old }, "go", "both are the run old: a record compared with itself shows nothing; name the record of an earlier run first")
	check(func(_, _ *record.Record) {}, "goo", `the old record: unknown implementation "goo" (did you mean "go"?)`)
	check(func(_, now *record.Record) { now.Plan.Rows[1].Params = protocol.Params{{Name: "size", Value: 3}} }, "go", `r01: other work in the two records: r01 then, r01 {"size":3} now`)
	check(func(old, _ *record.Record) {
		old.Plan.Unpaired = &record.Unpaired{Why: record.UnpairedImported, Spread: .05}
	}, "go",
		"the old record was not measured by one run of xbench (imported): there is no baseline of it")
	check(func(_, now *record.Record) {
		now.Processes = slices.DeleteFunc(now.Processes, func(p record.Process) bool { return p.Impl == "go" })
	}, "go", "the records share no benchmark that go was measured on")
}

package report

import (
	"math"
	"slices"
	"strings"
	"testing"

	"xbench/harness/record"
)

func detailsOf(t *testing.T, rec *record.Record, row, implementation string) SideDetail {
	t.Helper()
	for _, r := range analyzedView(rec).Rows {
		if r.Name != row {
			continue
		}
		for _, s := range r.Sides {
			if s.Implementation == implementation {
				return s
			}
		}
	}
	t.Fatalf("no details of %s, %s", row, implementation)
	return SideDetail{}
}

// Whoever opens a row finds the numbers of its line in the table.
func TestDetailsAreTheTables(t *testing.T) {
	for name, v := range map[string]*View{"pass": analyzedView(generated(8, draft())), "early": analyzedView(generated(2, draft())), "sweep": sweepView()} {
		for _, r := range v.Rows {
			if len(r.Sides) != 1+len(r.Cells) || r.Sides[0].Implementation != v.Reference {
				t.Fatalf("%s: %s has %d sides, the first of %q", name, r.Name, len(r.Sides), r.Sides[0].Implementation)
			}
			c, ref, cand := r.Cells[0], r.Sides[0], r.Sides[1]
			check := func(what string, got, want float64) {
				t.Helper()
				if got != want {
					t.Errorf("%s: %s: %s is %v in the details, %v in the table", name, r.Name, what, got, want)
				}
			}
			check("reference time", ref.MedianNS, c.RefNS)
			check("candidate time", cand.MedianNS, c.CandNS)
			check("lower end", cand.LoNS, max(c.CandLoNS, 0))
			check("p99", cand.P99NS, c.CandTail.P99NS)
			check("CPU time", ref.CPUNS, c.RefCPUNS)
			check("memory", cand.RSS, c.CandRSS)
			check("start-up", cand.StartNS, c.CandStartNS)
			if !(cand.MinNS <= cand.MedianNS && cand.MedianNS <= cand.MaxNS && cand.P99NS <= cand.MaxNS) {
				t.Errorf("%s: %s: %v to %v does not hold %v and p99 %v", name, r.Name, cand.MinNS, cand.MaxNS, cand.MedianNS, cand.P99NS)
			}
		}
	}
}

// A process is told with its place in the run; samples are of one iteration.
func TestDetailsOfAProcess(t *testing.T) {
	rec := generated(3, draft())
	rec.Rounds = []record.Round{{Round: 2, Load1: 1.5}}
	p := &rec.Processes[slices.IndexFunc(rec.Processes, func(p record.Process) bool { return p.Round == 2 && p.Impl == "go" })]
	p.Warnings = []string{"a \x1b[31mwarning"}
	s := detailsOf(t, rec, p.Row, "go")
	if len(s.Processes) != 3 {
		t.Fatalf("%d processes, want 3", len(s.Processes))
	}
	got := s.Processes[1]
	if got.Round != 2 || got.Position != 1 || got.Seq != p.Seq || got.K != p.K || got.Load != 1.5 || got.Exit != "exit status 0" {
		t.Errorf("got %+v", got)
	}
	if want := float64(p.SamplesNS[0]) / float64(p.K); got.SamplesNS[0] != want {
		t.Errorf("sample %v, want %v ns of one iteration", got.SamplesNS[0], want)
	}
	if len(got.Warnings) != 1 || strings.ContainsRune(got.Warnings[0], '\x1b') {
		t.Errorf("warnings %q", got.Warnings)
	}
	if !slices.Equal(s.Counters, [][2]string{{"steps", "3"}}) || s.Digest == "" || s.Failure != "" || s.Stderr != "" {
		t.Errorf("counters %v, digest %q, failure %q, stderr %q", s.Counters, s.Digest, s.Failure, s.Stderr)
	}
	if len(s.Phases) == 0 || s.Phases[0] != [2]string{"launch to ready", "4.500 ms"} {
		t.Errorf("phases %v", s.Phases)
	}
}

// A side that failed says why, with what it wrote: lines stay lines, and none
// of them holds what moves a cursor.
func TestDetailsOfAFailure(t *testing.T) {
	rec := generated(2, draft())
	i := slices.IndexFunc(rec.Processes, func(p record.Process) bool { return p.Round == 2 && p.Impl == "go" })
	p := &rec.Processes[i]
	p.SamplesNS, p.Failure = nil, &record.Failure{Kind: record.FailCrash, Message: "exit status 2"}
	p.Stderr = "panic: \x1b[2Jboom\r\n\tgoroutine 1\n\n"
	s := detailsOf(t, rec, p.Row, "go")
	if want := `panic: \x1b[2Jboom` + "\n    goroutine 1"; s.Stderr != want {
		t.Errorf("stderr %q, want %q", s.Stderr, want)
	}
	if want := "crashed: exit status 2"; s.Failure != want || s.Processes[1].Failure != want {
		t.Errorf("failure %q and %q, want %q", s.Failure, s.Processes[1].Failure, want)
	}
	if len(s.Processes[0].SamplesNS) == 0 || !(s.MedianNS > 0) {
		t.Error("the process that did not fail has no samples left")
	}
}

// Of a round that was measured again the later process counts, as in the
// verdict; processes beyond the plan do not.
func TestDetailsOfARoundMeasuredAgain(t *testing.T) {
	rec := generated(3, draft())
	row := rec.Plan.Rows[0].Name
	again := rec.Processes[slices.IndexFunc(rec.Processes, func(p record.Process) bool { return p.Row == row && p.Round == 2 && p.Impl == "go" })]
	again.Seq = len(rec.Processes)
	beyond := again
	beyond.Round, beyond.Seq = rec.Plan.RMax+1, again.Seq+1
	rec.Processes = append(rec.Processes, again, beyond)
	s := detailsOf(t, rec, row, "go")
	if len(s.Processes) != 3 || s.Processes[1].Seq != again.Seq {
		t.Errorf("%d processes, the second is number %d of the run, want 3 and %d", len(s.Processes), s.Processes[1].Seq, again.Seq)
	}
}

// What an implementation does not have is no failure of a process.
func TestDetailsOfWhatIsNotThere(t *testing.T) {
	rec := generated(2, draft())
	row := &rec.Plan.Rows[0]
	row.Unsupported = map[string]string{"go": "no fork\x07 here"}
	rec.Processes = slices.DeleteFunc(rec.Processes, func(p record.Process) bool { return p.Row == row.Name && p.Impl == "go" })
	s := detailsOf(t, rec, row.Name, "go")
	if want := `not available: no fork\a here`; s.Failure != want || len(s.Processes) != 0 || s.MedianNS != 0 {
		t.Errorf("failure %q, want %q; %d processes, median %v", s.Failure, want, len(s.Processes), s.MedianNS)
	}
}

func TestParamTexts(t *testing.T) {
	check := func(value any, want string) {
		t.Helper()
		if got := paramText(value); got != want {
			t.Errorf("%v: got %s, want %s", value, got, want)
		}
	}
	check("threadpool", "threadpool")
	check(int64(100000), "100000")
	check(1e6, "1000000")
	check(true, "true")
	check([]any{int64(1), "a"}, `[1,"a"]`)
	check(math.Inf(1), "+Inf")
}

// The rounds that a ratio comes from are paired.
func TestRoundRatios(t *testing.T) {
	r := Row{Sides: []SideDetail{
		{Implementation: "python", Processes: []ProcessDetail{{Round: 1, MedianNS: 6}, {Round: 2, MedianNS: 8}, {Round: 3}}},
		{Implementation: "go", Processes: []ProcessDetail{{Round: 2, MedianNS: 2, Load: 1.5}, {Round: 1, MedianNS: 3}, {Round: 3, MedianNS: 1}}},
	}}
	got := r.roundRatios("go")
	if want := []roundRatio{{2, 4, 1.5}, {1, 2, 0}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if lo, hi := ends(got); lo.round != 1 || hi.round != 2 {
		t.Errorf("ends %v and %v", lo, hi)
	}
}

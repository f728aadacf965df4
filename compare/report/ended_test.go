package report

import (
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

func markdownOf(t *testing.T, v *View) string {
	t.Helper()
	var b strings.Builder
	if err := v.Markdown(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Intervals that count no looks are said to hold for a fixed number of rounds
// where somebody chose the end of the run, and nowhere else.
func TestAChosenEndIsSaid(t *testing.T) {
	const end = "hold for a fixed number of rounds only"
	v := variantsView()
	if strings.Contains(markdownOf(t, v), end) {
		t.Error("the run was not interrupted")
	}
	v.Interrupted, v.By = true, "executor"
	if s := markdownOf(t, v); !strings.Contains(s, end) || !strings.Contains(s, "no variant is called slower") {
		t.Error("PERFORMANCE.md does not say so")
	}
	var b strings.Builder
	if err := v.Terminal(&b, TerminalOptions{Width: 400}); err != nil || !strings.Contains(b.String(), end) {
		t.Errorf("the terminal does not say so: %v\n%s", err, b.String())
	}
}

// The times of one implementation alone are not said to count looks.
func TestTimesAloneCountNoLooks(t *testing.T) {
	rec, res := fixture(draft(), "go")
	res.Reference = ""
	if s := markdownOf(t, New(rec, res)); strings.Contains(s, "every look counted") || !strings.Contains(s, "t intervals over rounds") {
		t.Error("the caption of times is that of speedups")
	}
	if s := markdownOf(t, New(fixture(draft(), "go"))); !strings.Contains(s, "every look counted. Each holds by itself: of 14 rows about 1 at most") {
		t.Error("the intervals of many rows are not said to hold one by one")
	}
}

// How often a run was taken up again is in every output.
func TestTakenUpAgainIsSaid(t *testing.T) {
	rec, res := fixture(draft(), "go")
	for range 2 {
		rec.Notes = append(rec.Notes, record.Note{Kind: record.NoteInterrupt}, record.Note{Kind: record.NoteResume, Round: 3})
	}
	v := New(rec, res)
	var terminal, summary strings.Builder
	if err := v.Terminal(&terminal, TerminalOptions{Width: 200, Head: true}); err != nil {
		t.Fatal(err)
	}
	if err := v.Summary(&summary); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ text, want string }{
		{markdownOf(t, v), "taken up again 2 times"}, {terminal.String(), "taken up again 2 times"}, {summary.String(), `"taken_up_again": 2`},
	} {
		if !strings.Contains(x.text, x.want) {
			t.Errorf("%q is missing in\n%s", x.want, x.text)
		}
	}
}

// The host is called busy by what the warning goes by, not by the load at the
// start, which is often that of building what is measured.
func TestABusyHostIsCalledSoOnce(t *testing.T) {
	busy := func(warnings ...compare.Warning) bool {
		rec, res := fixture(draft(), "go")
		rec.Plan.Host.Load1 = 5
		res.Verdict, res.Exit, res.Warnings = compare.Fail, 1, warnings
		res.Goals = goalsOf(res, "go")
		res.Goals[0].Verdict = compare.Fail
		return strings.Contains(strings.Join(New(rec, res).Checks, "\n"), "usy host")
	}
	if busy() {
		t.Error("busy by the load at the start alone")
	}
	if !busy(compare.Warning{Kind: compare.WarnBusy, Text: "busy host: in 3 of 5 rounds fixed work took longer"}) {
		t.Error("the warning is not among what to check")
	}
}

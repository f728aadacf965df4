package report

import (
	"strings"
	"testing"

	"xbench/compare"
)

// A row that is marked "?" is never said to be decided, nor counted as such.
func TestNoOpenRowIsCalledDecided(t *testing.T) {
	open := 0
	for name, v := range markedViews() {
		for _, r := range v.Rows {
			for _, c := range r.Cells {
				c.Stopped, c.DecidedAt = compare.StoppedDecided, 3 // of a goal that another row settled
				if _, brief := r.mark(c); sign(brief) != "?" {
					continue
				}
				open++
				if got := v.stoppedShort(c); strings.Contains(got, "decided") {
					t.Errorf("%s: %s: %s", name, r.Name, got)
				}
			}
		}
	}
	if open == 0 {
		t.Error("no fixture has such a row")
	}
	v := inconclusiveView()
	v.MaxRounds = 30
	for i := range v.Rows {
		v.Rows[i].Cells[0].Stopped = compare.StoppedDecided
	}
	settled := 0
	for _, r := range v.Rows {
		if r.rank() != rankUnclear {
			settled++
		}
	}
	if text, want := terminalOf(t, v, TerminalOptions{Width: 200}), "4 decided after 5 rounds; "; settled != 4 || !strings.Contains(text, want) {
		t.Errorf("%d are settled; no %q in\n%s", settled, want, text)
	}
}

// Where all rows had the plan's rounds that is said once, and none is said to
// have stopped early.
func TestRowsToThePlansEnd(t *testing.T) {
	v := inconclusiveView()
	for i := range v.Rows {
		c := &v.Rows[i].Cells[0]
		c.Rounds, c.Stopped, c.DecidedAt = v.MaxRounds, compare.StoppedDecided, 3
	}
	text, md := terminalOf(t, v, TerminalOptions{Width: 200}), markdownOf(t, v)
	if want := "all 6 were measured to the plan's end, 5 rounds"; !strings.Contains(text, want) || strings.Contains(text, "decided") {
		t.Errorf("no %q in\n%s", want, text)
	}
	if want := "Measuring ended for every row alike: at the plan's end, 5 rounds."; strings.Count(md, "at the plan's end, 5 rounds") != 2 || !strings.Contains(md, want) {
		t.Errorf("said of every row, or not at all:\n%s", md) // of all, and of the one that needs more
	}
	if strings.Contains(md, "decided at round") || strings.Contains(md, "stopped early") {
		t.Errorf("rows are said to have stopped early:\n%s", md)
	}
	v.MaxRounds = 30
	if !strings.Contains(v.rowByRow(), "rows that stopped early overstate") {
		t.Error("rows that stopped early are not said to overstate")
	}
}

// The column "expected" is explained where it holds something.
func TestExpectedIsExplained(t *testing.T) {
	const text = "Expected is the speedup that the suite stated before"
	if !strings.Contains(markdownOf(t, passView()), text) {
		t.Error("not in PERFORMANCE.md")
	}
	if v := commandsView(); strings.Contains(v.marksText(), text) {
		t.Error("nothing was expected")
	}
}

package report

import (
	"fmt"

	"xbench/harness/record"
)

// chosenEnd says what becomes of intervals that count no looks when somebody
// ended the run at a moment of their own choice; "" otherwise. A budget's end
// is planned by the clock.
func (v *View) chosenEnd() string {
	if !v.Interrupted {
		return ""
	}
	return "The run was interrupted: 95% t intervals, unlike those with every look counted, hold for a fixed number of rounds only."
}

// resumed is how often a run was taken up again.
func resumed(rec *record.Record) int {
	n := 0
	for _, note := range rec.Notes {
		if note.Kind == record.NoteResume {
			n++
		}
	}
	return n
}

// endNote prints it where such intervals stand.
func (m *markdown) endNote() {
	if s := m.chosenEnd(); s != "" {
		m.printf("%s\n\n", md(s))
	}
}

// rowByRow says what the intervals of many rows are not: together at 95 %.
func (v *View) rowByRow() string {
	n := 0
	for _, r := range v.Rows {
		n += len(r.Cells)
	}
	if n < 2 || !v.hasSpeedup() {
		return ""
	}
	s := fmt.Sprintf(" Each holds by itself: of %d rows about %d at most may miss their truth", n, (n+19)/20)
	if v.stoppedEarly() {
		s += ", and rows that stopped early overstate their distance from the threshold a little"
	}
	return s + "."
}

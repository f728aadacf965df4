package compare

import (
	"fmt"
	"time"

	"xbench/harness/record"
)

// warnApart tells of rounds whose sides were measured in two parts of a run:
// it ended between them and was taken up again. Whatever the machine did in
// between is then in the ratio of that round, where otherwise it cancels.
func (a *analysis) warnApart(rows []Row) {
	for _, n := range a.rec.Notes {
		if n.Kind != record.NoteResume || n.Row == "" {
			continue
		}
		w := Warning{
			Row:    n.Row,
			Text:   fmt.Sprintf("in round %d the sides were measured %s apart, for the run ended between them", n.Round, a.apart(n.Row, n.Round)),
			Remedy: "if this row decides, measure it again in one go",
		}
		for i := range rows {
			if rows[i].Name == n.Row {
				rows[i].Warnings = append(rows[i].Warnings, w)
			}
		}
	}
}

// apart is the longest time, in words, between two processes of a row's round.
func (a *analysis) apart(row string, round int) string {
	var last time.Time
	var gap time.Duration
	for i := range a.rec.Processes {
		p := &a.rec.Processes[i]
		if p.Row != row || p.Round != round {
			continue
		}
		started, err := time.Parse(time.RFC3339Nano, p.Started)
		if err != nil {
			continue
		}
		if !last.IsZero() {
			gap = max(gap, started.Sub(last))
		}
		last = started.Add(time.Duration(p.Phases.TotalNS))
	}
	switch {
	case gap <= 0:
		return "some time"
	case gap < time.Minute:
		return gap.Round(100 * time.Millisecond).String()
	}
	return gap.Round(time.Second).String()
}

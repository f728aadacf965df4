package compare

import (
	"strings"
	"testing"
	"time"

	"xbench/harness/record"
)

// A run that was taken up again is what it is without the interruption, but
// for the round that was cut in two.
func TestResumedRun(t *testing.T) {
	rec := upTo(newRun(2, 13, "python", "go").by(1.06).goal(notSlower).record(), 4)
	whole := analyzed(t, rec, Options{})
	row := rec.Plan.Rows[0].Name
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i := range rec.Processes {
		p := &rec.Processes[i]
		p.Phases.TotalNS = int64(time.Second)
		p.Started = start.Add(time.Duration(i) * time.Second).Format(time.RFC3339Nano)
		if p.Row == row && p.Round == 3 && p.Impl == "go" {
			start = start.Add(2*time.Hour + 10*time.Second)
			p.Started = start.Add(time.Duration(i) * time.Second).Format(time.RFC3339Nano)
		}
	}
	rec.Notes = append(rec.Notes, record.Note{Kind: record.NoteInterrupt, Round: 2})
	if res := analyzed(t, rec, Options{}); !res.Interrupted || res.Rows[0].Stopped != StoppedInterrupt {
		t.Errorf("interrupted %v, stopped %q", res.Interrupted, res.Rows[0].Stopped)
	}
	rec.Notes = append(rec.Notes, record.Note{Kind: record.NoteResume, Round: 3, Row: row})
	res := analyzed(t, rec, Options{})
	if res.Interrupted || res.Verdict != whole.Verdict || res.Exit != whole.Exit {
		t.Errorf("interrupted %v, verdict %s, exit %d; without the interruption %s, %d", res.Interrupted, res.Verdict, res.Exit, whole.Verdict, whole.Exit)
	}
	for _, r := range res.Rows {
		var said []string
		for _, w := range r.Warnings {
			if strings.Contains(w.Text, "apart") {
				said = append(said, w.Text)
			}
		}
		switch {
		case r.Name != row && len(said) > 0:
			t.Errorf("%s was not cut in two: %q", r.Name, said)
		case r.Name == row && (len(said) != 1 || !strings.Contains(said[0], "in round 3 ") || !strings.Contains(said[0], "2h0m10s apart")):
			t.Errorf("%s: warnings %q, want one about round 3 and 2h0m10s", r.Name, said)
		}
		if r.Stopped == StoppedInterrupt {
			t.Errorf("%s stopped because of an interrupt that was overcome", r.Name)
		}
	}
}

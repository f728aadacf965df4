package harness

import (
	"context"
	"regexp"
	"testing"
	"time"

	"xbench/compare"
	"xbench/harness/record"
)

// Results that differ on timed inputs only are found by their digests, and
// shown by value: the first place where they part, or that the timed run does
// other work than the same input gives untimed.
func TestTimedMismatchesAreShownByValue(t *testing.T) {
	check := func(vice, want string) {
		t.Helper()
		save := new(memory)
		rec, cells, err := wholeRun(t, context.Background(), testConfig(t, vice), 3, save)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cells {
			if c.Status != StatusSame {
				t.Fatalf("%s: the untimed check found it: %s", vice, c.Detail)
			}
		}
		notes := 0
		for _, n := range rec.Notes {
			if n.Kind == record.NoteMismatch {
				notes++
			}
		}
		if notes != 1 || len(save.rec.Notes) != len(rec.Notes) {
			t.Errorf("%s: %d notes, %d of %d saved", vice, notes, len(save.rec.Notes), len(rec.Notes))
		}
		res, err := compare.Analyze(rec, compare.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range res.Rows {
			// A loaded machine may spoil clocks: only results are looked at.
			digest := ""
			for _, f := range row.Failures {
				if f.Kind == record.FailDigest {
					digest = f.Message
				}
			}
			if (digest != "") != (row.Name == "demo/b") || digest != "" && !regexp.MustCompile(want).MatchString(digest) {
				t.Errorf("%s: %s: got %q, want %s for demo/b alone", vice, row.Name, digest, want)
			}
		}
	}
	check("wrong-on-half", `^round \d: result: base [0-9a-f]{12} \| cand [0-9a-f]{12}; \$\.hash: "[0-9a-f]{64}" \| "[0-9a-f]{64}"$`)
	check("wrong-when-timed", `^round 1: result: base [0-9a-f]{12} \| cand [0-9a-f]{12}; cand gives [0-9a-f]{12} for this input when it is not timed$`)
}

// What a run that was killed at its very end had not looked into is looked
// into when it is taken up again; without time, there is no note.
func TestMismatchesOfACompleteRecord(t *testing.T) {
	cfg := testConfig(t, "wrong-on-half")
	whole, _, err := wholeRun(t, t.Context(), cfg, 3, new(memory))
	if err != nil {
		t.Fatal(err)
	}
	notes := func(rec *record.Record) (n int) {
		for _, note := range rec.Notes {
			if note.Kind == record.NoteMismatch {
				n++
			}
		}
		return n
	}
	if notes(whole) != 1 || Unexplained(whole) {
		t.Fatalf("%d notes, something is unexplained: %v", notes(whole), Unexplained(whole))
	}
	killed := *whole
	killed.Notes = nil
	if !Unexplained(&killed) {
		t.Fatal("without its note nothing is unexplained")
	}
	many := killed
	for range mostPinpointed {
		many.Notes = append(many.Notes, record.Note{Kind: record.NoteMismatch, Row: "another"})
	}
	if Unexplained(&many) {
		t.Error("there is no end to looking into it")
	}
	lab, err := NewLab(t.Context(), LabOptions{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, deadline time.Time, want int) {
		t.Helper()
		save := new(memory)
		rec, err := lab.Resume(t.Context(), &killed, time.Now(), RunOptions{Save: save, Deadline: deadline, Decide: func(rec *record.Record) Decision {
			p := compare.Open(rec)
			return Decision{Done: p.Done, Rows: p.Rows}
		}})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if notes(rec) != want || len(save.rec.Notes) != want || len(save.rec.Processes) != 0 {
			t.Errorf("%s: %d notes, saved %+v", what, notes(rec), save.rec)
		}
	}
	check("no time left", time.Now().Add(-time.Second), 0)
	check("time enough", time.Now().Add(time.Hour), 1)
	check("no budget", time.Time{}, 1)
}

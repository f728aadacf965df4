package harness

import (
	"context"
	"regexp"
	"testing"

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

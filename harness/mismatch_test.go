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
			bad := row.Mark == compare.MarkInvalid
			if bad != (row.Name == "demo/b") {
				t.Errorf("%s: %s is %s", vice, row.Name, row.Mark)
			}
			if bad && !regexp.MustCompile(want).MatchString(row.Failures[0].Message) {
				t.Errorf("%s: got %q, want %s", vice, row.Failures[0].Message, want)
			}
		}
	}
	check("wrong-on-some", `^round 1: result: base [0-9a-f]{12} \| cand [0-9a-f]{12}; \$\.hash: "[0-9a-f]{64}" \| "[0-9a-f]{64}"$`)
	check("wrong-when-timed", `^round 1: result: base [0-9a-f]{12} \| cand [0-9a-f]{12}; cand gives [0-9a-f]{12} for this input when it is not timed$`)
}

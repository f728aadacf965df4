package compare

import (
	"slices"
	"testing"

	"xbench/harness/record"
)

// A run that its user ended calls no variant slower and none equal: these
// intervals count no looks. One that was taken up again, or that its budget
// ended, does.
func TestContestsOfARunThatItsUserEnded(t *testing.T) {
	check := func(what, want string, notes ...record.Note) {
		t.Helper()
		rec := variantRows(13, 0, 0.5, 1e6, 1e6, 3e6)
		rec.Notes = slices.Concat(rec.Notes, notes)
		c := analyzed(t, rec, Options{}).Contests[0]
		if text := contestText(c); text != want {
			t.Errorf("%s: %s, want %s", what, text, want)
		}
		if r := c.Others[1]; !close(r.Ratio.Ratio, 3, .01) || r.Ratio.Lo < 2.5 {
			t.Errorf("%s: the interval is gone: %+v", what, r)
		}
	}
	interrupt, resume, budget := record.Note{Kind: record.NoteInterrupt}, record.Note{Kind: record.NoteResume, Round: 3}, record.Note{Kind: record.NoteBudget}
	check("interrupted", "v0 open open", interrupt)
	check("taken up again", "v0 equal slower", interrupt, resume)
	check("the budget's end", "v0 equal slower", budget)
	check("whole", "v0 equal slower")
}

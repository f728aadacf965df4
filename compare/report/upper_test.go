package report

import (
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// Intervals whose upper ends goals have drawn further off are explained beside
// the table and the figure, and only such.
func TestUpperEndsAreExplained(t *testing.T) {
	const said = "Quote the lower end."
	check := func(what string, want int, change func(*record.Record, *compare.Result)) {
		t.Helper()
		rec, res := fixture(draft(), "go")
		res.Goals = goalsOf(res, "go")
		change(rec, res)
		v := New(rec, res)
		var screen strings.Builder
		if err := v.Terminal(&screen, TerminalOptions{}); err != nil {
			t.Fatal(err)
		}
		shown := strings.Join(shownLines(page(t, v)), " ")
		if n := strings.Count(markdownOf(t, v), said); n != want {
			t.Errorf("%s: %d times in PERFORMANCE.md, want %d", what, n, want)
		}
		if n := strings.Count(shown, said); n != 2*want { // at the figure, at the table
			t.Errorf("%s: %d times in report.html, want %d", what, n, 2*want)
		}
		if n := strings.Count(strings.Join(strings.Fields(screen.String()), " "), "quote the lower ones"); n != want {
			t.Errorf("%s: %d times in the terminal, want %d", what, n, want)
		}
	}
	further := func(_ *record.Record, res *compare.Result) { res.Rows[1].Speedup.Hi *= 1.5 }
	check("even", 0, func(*record.Record, *compare.Result) {})
	check("further off", 1, further)
	check("further off, and no goal", 0, func(rec *record.Record, res *compare.Result) {
		further(rec, res)
		res.Goals = nil
	})
	check("further off on a row that is not valid", 0, func(rec *record.Record, res *compare.Result) {
		further(rec, res)
		res.Rows[1].Mark, res.Rows[1].Status = compare.MarkInvalid, compare.Invalid
	})
}

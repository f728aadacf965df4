package report

import (
	"slices"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// slowerView has four slower rows: two that count, and two that are shown only.
func slowerView() *View {
	specs := draft()
	for i, ratio := range map[int]float64{1: 0.29, 3: 0.626, 6: 0.156, 7: 0.45} {
		specs[i].ratio, specs[i].half, specs[i].expected = ratio, 0.02, 0
	}
	rec, res := fixture(specs, "go")
	for _, i := range []int{1, 6} {
		rec.Plan.Rows[i].ShownOnly, res.Rows[i].ShownOnly = true, true
	}
	res.Goals = goalsOf(res, "go")
	res.Goals[1].Verdict, res.Goals[1].Worst, res.Goals[1].Found = compare.Fail, res.Rows[7].Name, res.Rows[7].Speedup
	res.Goals[1].Culprits = []string{res.Rows[7].Name, res.Rows[3].Name}
	res.Verdict, res.Exit = compare.Fail, compare.ExitDisproved
	return New(rec, res)
}

// What made the verdict stands first, the worst of it on top; what is shown only
// follows, and does not look like it.
func TestWorstRowsThatCountComeFirst(t *testing.T) {
	v := slowerView()
	var first []string
	for _, r := range v.Rows[:5] {
		first = append(first, FormatRatio(r.Cells[0].Speedup.Ratio))
	}
	if want := []string{"0.450x", "0.626x", "0.156x", "0.290x", "14.2x"}; !slices.Equal(first, want) {
		t.Errorf("rows are %v, want %v", first, want)
	}
	var page, b strings.Builder
	if err := v.HTML(&page); err != nil {
		t.Fatal(err)
	}
	expect(t, page.String(), "of 14 results, 2 of them gate")
	if err := v.Terminal(&b, TerminalOptions{Width: 72}); err != nil {
		t.Fatal(err)
	}
	expect(t, b.String(), "look at these first: 4 slower (2 of them gate)")
	at := 0
	for _, line := range strings.Split(b.String(), "\n") {
		for _, x := range []struct{ ratio, sign string }{{" 0.450x", "✗"}, {" 0.626x", "✗"}, {" 0.156x", shownSign}, {" 0.290x", shownSign}} {
			if !strings.Contains(line, x.ratio) || strings.Contains(line, "FAIL") {
				continue
			}
			at++
			if s := strings.TrimSpace(line); !strings.HasPrefix(s, x.sign+" ") {
				t.Errorf("%s does not begin with %s: %s", x.ratio, x.sign, line)
			}
		}
	}
	if at != 4 {
		t.Errorf("%d of 4 rows in\n%s", at, b.String())
	}
}

// Where all slower rows count, or no goal is about each row, there is nothing to
// tell apart.
func TestGatingNote(t *testing.T) {
	check := func(want string, change func(*record.Record, *compare.Result)) {
		t.Helper()
		rec, res := fixture(draft(), "go")
		res.Goals = goalsOf(res, "go")
		for i := range 3 {
			res.Rows[i].Mark = compare.MarkSlower
		}
		change(rec, res)
		if got := New(rec, res).gatingNote(rankSlower); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check("", func(*record.Record, *compare.Result) {})
	check("2 of them gate", func(_ *record.Record, res *compare.Result) { res.Rows[0].ShownOnly = true })
	check("1 of them gates", func(_ *record.Record, res *compare.Result) { res.Rows[0].ShownOnly, res.Rows[1].ShownOnly = true, true })
	check("none of them gates", func(_ *record.Record, res *compare.Result) { res.Goals[1].Suite = "build" })
	check("", func(_ *record.Record, res *compare.Result) { res.Goals = nil })
}

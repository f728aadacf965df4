package report

import (
	"math"
	"slices"
	"strings"
	"testing"

	"xbench/compare"
)

// Two commands are compared to know which is faster, and that is said first.
func TestCommandsAreAnswered(t *testing.T) {
	check := func(lo, hi float64, want string) {
		t.Helper()
		v := commandsView()
		v.Rows[0].Cells[0].Speedup = compare.Interval{Ratio: math.Sqrt(lo * hi), Lo: lo, Hi: hi}
		v.Rows[0].Cells[0].Claim = outward(lo, 3, math.Floor)
		v.SmallestRow = 0.123
		if math.IsInf(hi, 1) {
			v.Rows[0].Cells[0].Speedup.Ratio, v.Rows[0].Cells[0].Rounds = 1, 2
		}
		if got := v.answers(); !slices.Equal(got, []string{want}) {
			t.Errorf("%v to %v: got %q, want %q", lo, hi, got, want)
		}
		text, markdown := rendered(t, v)
		expect(t, text, "answer "+want)
		refuse(t, text, "you can claim")
		expect(t, markdown, "# Performance of new against old "+md(want)+". **MEASURED** (exit 0)")
		if n := strings.Count(markdown, md(want)); n != 1 {
			t.Errorf("said %d times", n)
		}
	}
	check(0.992, 1.101, "No difference found: new takes 0.908 to 1.01 of old's time (95 %); one of 12% would have shown, nine times in ten")
	check(2, 4, "new is faster: it takes 0.250 to 0.500 of old's time (at least 2.00x faster, 95 %)")
	check(0.25, 0.5, "new is slower: it takes 2.00 to 4.00 of old's time (95 %)")
	check(0.5, 4, "Not enough data to say which is faster: new takes 0.250 to 2.00 of old's time (95 %)")
	check(0, math.Inf(1), "Not enough data to say which of old and new is faster: 2 rounds")
}

// What claims something, holds several rows or failed has another first line.
func TestOnlyAQuestionIsAnswered(t *testing.T) {
	check := func(what string, change func(*View)) {
		t.Helper()
		v := commandsView()
		change(v)
		if got := v.answers(); got != nil {
			t.Errorf("%s: %q", what, got)
		}
	}
	check("a goal", func(v *View) { v.Verdict = compare.Fail })
	check("workers", func(v *View) { v.Commands = false })
	check("two rows", func(v *View) { v.Rows = append(v.Rows, v.Rows[0]) })
	check("one alone", func(v *View) { v.Reference = "" })
	check("another output", func(v *View) { v.Rows[0].Cells[0].Mark = compare.MarkInvalid })
}

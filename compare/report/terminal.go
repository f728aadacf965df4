package report

import (
	"fmt"
	"io"
	"strings"

	"xbench/compare"
)

// TerminalOptions say how to print. The zero value is 100 columns without
// colour and without the lines that a run has already printed.
type TerminalOptions struct {
	// Width of the terminal in columns. Zero means 100.
	Width int
	// Color allows ANSI colours. Whether to is the caller's question: it
	// knows the terminal and NO_COLOR.
	Color bool
	// Head also prints the host, the implementations and whether they did the
	// same work: for a record that is read back later.
	Head bool
	// ReportPath is named in the last line when set.
	ReportPath string
	// MaxWarnings is how many sorts of warning to print before pointing at
	// the report. Zero means 8.
	MaxWarnings int
}

// Terminal prints the table, the goals and the verdict.
func (v *View) Terminal(w io.Writer, opt TerminalOptions) error {
	if opt.Width <= 0 {
		opt.Width = 100
	}
	if opt.MaxWarnings <= 0 {
		opt.MaxWarnings = 8
	}
	t := &terminal{View: v, opt: opt}
	if opt.Head {
		t.head()
	}
	t.table()
	t.goals()
	t.qualifications()
	t.warnings()
	t.verdict()
	_, err := io.WriteString(w, t.b.String())
	return err
}

type terminal struct {
	*View
	opt TerminalOptions
	b   strings.Builder
}

func (t *terminal) paint(s string, st style) string { return paint(s, st, t.opt.Color) }

// head prints what a reader has to know before the numbers.
func (t *terminal) head() {
	g := grid{columns: []column{{}, {min: 20}}}
	g.add(text{s: "host", style: dim}, text{s: t.hostText()})
	for _, s := range t.Sides {
		g.add(text{s: shorten(s.Name, 24), style: dim}, text{s: t.sideText(s)})
	}
	same, words := t.sameWork()
	st := plain
	if t.Reference != "" && same < len(t.Rows) {
		st = red
	}
	g.add(text{s: "same work", style: dim}, text{s: words, style: st})
	g.add(text{s: "measured", style: dim}, text{s: t.measured()})
	g.write(&t.b, t.opt.Width, t.opt.Color)
	t.b.WriteByte('\n')
}

func (t *terminal) measured() string {
	s := plural(len(t.Rows), "benchmark")
	if t.Suite != "" {
		s = "suite " + t.Suite + ", " + s
	}
	s += ", " + plural(t.Rounds, "round") + fmt.Sprintf(" of at most %d", t.MaxRounds)
	if t.Interrupted {
		s += ", interrupted"
	}
	return s
}

// qualifications print what the headline numbers leave out.
func (t *terminal) qualifications() {
	t.b.WriteByte('\n')
	if len(t.Goals) == 0 {
		t.means()
	}
	for _, m := range t.Means {
		if disagree(m) {
			t.paragraph("also", yellow, fmt.Sprintf("%sarithmetic mean %s and total time %s disagree with the geometric mean %s: quote the geometric mean, with this table",
				t.about(m), FormatRatio(m.Arithmetic), FormatRatio(m.TotalTime), FormatRatio(m.Geometric.Ratio)))
		}
	}
	for _, candidate := range t.Candidates {
		m, ok := t.overall(candidate)
		if !ok || !(m.RefCores > 0) || !(m.CandCores > 0) || FormatRatio(m.Geometric.Ratio) == none {
			continue
		}
		s := fmt.Sprintf("%s used %s cores, %s %s: %s by the clock", t.Reference, formatCores(m.RefCores),
			candidate, formatCores(m.CandCores), FormatRatio(m.Geometric.Ratio))
		if FormatRatio(m.CPU) != none {
			s += ", " + FormatRatio(m.CPU) + " by CPU time"
		}
		t.paragraph("fair?", plain, s)
	}
	if s := t.smallest(); s != "" {
		t.paragraph("limit", plain, s)
	}
}

// means stands in for the goals when none were stated.
func (t *terminal) means() {
	for _, m := range t.Means {
		s := fmt.Sprintf("%sgeometric mean %s of %s", t.about(m), FormatInterval(m.Geometric), plural(m.Rows, "row"))
		if c := atLeast(m.Claim); c != "" {
			s += ", you can claim: " + c
		}
		t.paragraph("mean", bold, s)
	}
}

// about names the candidate and the group of a mean where there are several.
func (t *terminal) about(m compare.Mean) string {
	var parts []string
	if len(t.Candidates) > 1 {
		parts = append(parts, m.Candidate)
	}
	if len(t.Means) > len(t.Candidates) {
		parts = append(parts, m.Group)
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, " ") + ": "
}

// smallest says what this run could not have seen.
func (v *View) smallest() string {
	var parts []string
	if v.SmallestMean > 0 {
		parts = append(parts, FormatPercent(v.SmallestMean)+" for a mean")
	}
	if v.SmallestRow > 0 {
		parts = append(parts, FormatPercent(v.SmallestRow)+" for one row")
	}
	if len(parts) == 0 {
		return ""
	}
	s := "this run could not show differences smaller than " + strings.Join(parts, ", ")
	if v.SmallestTolerance > 0 {
		s += "; no tolerance below " + FormatPercent(v.SmallestTolerance) + " can be proved for every row"
	}
	return s
}

// warnings prints one warning of each sort: a busy host marks every row, and
// forty lines of the same would hide the one that differs. The report lists
// all.
func (t *terminal) warnings() {
	sorts := sortWarnings(t.otherWarnings())
	for i, same := range sorts {
		if i == t.opt.MaxWarnings {
			t.paragraph("warn", yellow, plural(len(sorts)-i, "more sort")+" of warning in the report")
			break
		}
		s := warningText(same[0])
		if n := len(same) - 1; n > 0 {
			s += fmt.Sprintf(" (and %d more like it)", n)
		}
		t.paragraph("warn", yellow, s)
	}
}

// verdict prints the last lines: why, the verdict, the exit code.
func (t *terminal) verdict() {
	t.b.WriteByte('\n')
	const most = 5
	for i, r := range t.Reasons {
		if i == most {
			fmt.Fprintf(&t.b, "  and %s\n", plural(len(t.Reasons)-most, "more reason"))
			break
		}
		for j, line := range wrap(r, t.opt.Width-4) {
			t.b.WriteString([]string{"  - ", "    "}[min(j, 1)] + line + "\n")
		}
	}
	if len(t.Reasons) > 0 {
		t.b.WriteByte('\n')
	}
	st := verdictStyle(t.Verdict)
	if st != plain {
		st = bold + ";" + st
	}
	fmt.Fprintf(&t.b, "%s, exit %d", t.paint(string(t.Verdict), st), t.Exit)
	if t.Unplanned {
		t.b.WriteString(" (goals other than planned: 3 at best)")
	}
	if t.opt.ReportPath != "" {
		t.b.WriteString("     report: " + clean(t.opt.ReportPath))
	}
	t.b.WriteByte('\n')
}

// paragraph prints a short word and wrapped text beside it.
func (t *terminal) paragraph(word string, st style, s string) {
	const hang = 7
	for i, line := range wrap(s, max(20, t.opt.Width-2-hang)) {
		lead := strings.Repeat(" ", hang)
		if i == 0 {
			lead = t.paint(word, st) + strings.Repeat(" ", hang-len(word))
		}
		t.b.WriteString("  " + lead + line + "\n")
	}
}

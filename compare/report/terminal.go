package report

import (
	"fmt"
	"io"
	"slices"
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
	// MaxWarnings is how many kinds of warning to print before pointing at
	// the report. Zero means 3.
	MaxWarnings int
}

// Terminal prints the table, the goals and the verdict.
func (v *View) Terminal(w io.Writer, opt TerminalOptions) error {
	if opt.Width <= 0 {
		opt.Width = 100
	}
	if opt.MaxWarnings <= 0 {
		opt.MaxWarnings = 3
	}
	arranged := *v
	arranged.Rows = underHeadings(v.Rows)
	t := &terminal{View: &arranged, opt: opt}
	if v.By != "" {
		t.executors()
		t.spaced(t.variants)
		t.spaced(t.verdict)
		_, err := io.WriteString(w, t.b.String())
		return err
	}
	if opt.Head {
		t.head()
	}
	t.table()
	t.spaced(t.versus)
	t.spaced(t.scalings)
	t.spaced(t.crossovers)
	t.spaced(t.goals)
	t.spaced(t.qualifications)
	t.spaced(t.names)
	t.spaced(t.unmatched)
	t.spaced(t.verdict)
	_, err := io.WriteString(w, t.b.String())
	return err
}

// spaced prints a section after an empty line, and nothing for an empty one.
func (t *terminal) spaced(section func()) {
	before := t.b.String()
	t.b.Reset()
	section()
	text := t.b.String()
	t.b.Reset()
	t.b.WriteString(before)
	if text != "" {
		t.b.WriteString("\n" + text)
	}
}

type terminal struct {
	*View
	opt TerminalOptions
	b   strings.Builder
}

func (t *terminal) paint(s string, st style) string { return paint(s, st, t.opt.Color) }

// head prints what a reader has to know before the numbers.
func (t *terminal) head() {
	g := grid{columns: []column{{}, {min: 20, wrap: true}}}
	if t.Apart == nil || t.Apart.Baseline { // what was imported says itself where it is from
		g.add(text{s: "host", style: dim}, text{s: t.hostText()})
	}
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
	if t.Apart != nil {
		return s + ", " + t.Apart.measured()
	}
	s += ", " + plural(t.Rounds, "round") + fmt.Sprintf(" of at most %d", t.MaxRounds)
	if t.Interrupted {
		s += ", interrupted"
	}
	if t.Resumed > 0 {
		s += ", taken up again " + plural(t.Resumed, "time")
	}
	return s
}

// qualifications print what the headline numbers leave out.
func (t *terminal) qualifications() {
	if t.answers() != nil {
		t.answered()
	} else if len(t.Goals) == 0 {
		t.means()
	}
	if m, ok := t.mostApart(); ok && hasInterval(m.Geometric) {
		t.paragraph("also", yellow, fmt.Sprintf("%sother averages of these rows say something else, %s by the arithmetic mean (large ratios weigh most) and %s by total time (long rows weigh most): quote the geometric mean %s, with this table%s",
			t.about(m), FormatRatio(m.Arithmetic), FormatRatio(m.TotalTime), FormatRatio(m.Geometric.Ratio), heaviestText(m)))
	}
	t.fair()
	if s := t.controlText(); s != "" {
		t.paragraph("host?", plain, s)
	}
	t.cold()
	if s := t.exitText(); s != "" && !t.opt.Head { // there it stands beside "same work"
		t.paragraph("exit", plain, s)
	}
	t.startups()
	t.stops()
	t.outlook()
	t.limit()
	t.warnings()
}

// means stands in for the goals when none were stated.
func (t *terminal) means() {
	for _, m := range t.Means {
		if FormatRatio(m.Geometric.Ratio) == none {
			continue
		}
		if m.Rows == 1 {
			// The mean of one row is that row.
			if c := atLeast(m.Claim); c != "" {
				t.paragraph("claim", bold, t.about(m)+c)
			}
			continue
		}
		s := fmt.Sprintf("%sgeometric mean %s of %s", t.about(m), FormatInterval(m.Geometric), plural(m.Rows, "row"))
		if c := atLeast(m.Claim); c != "" {
			s += ", you can claim: " + c
		}
		t.paragraph("mean", bold, s)
	}
}

// mostApart is the mean to warn of: one line says it, further groups are in
// the report. The one over all rows goes before its parts.
func (v *View) mostApart() (worst compare.Mean, ok bool) {
	for _, m := range v.Means {
		if !disagree(m) {
			continue
		}
		better := furthest(m) > furthest(worst)
		if all, before := m.Group == compare.GroupAll, worst.Group == compare.GroupAll; ok && all != before {
			better = all
		}
		if !ok || better {
			worst, ok = m, true
		}
	}
	return worst, ok
}

// furthest is the largest factor between a mean's three numbers.
func furthest(m compare.Mean) float64 {
	return max(apart(m.Arithmetic, m.Geometric.Ratio), apart(m.TotalTime, m.Geometric.Ratio), apart(m.Arithmetic, m.TotalTime))
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

// gatedOpen is whether a goal about speedups that counts is not settled. Only
// then does it matter what the run could not have seen: beside a PASS it would
// read as a contradiction.
func (v *View) gatedOpen() bool {
	return slices.ContainsFunc(v.Goals, func(g compare.Goal) bool {
		return g.Gated && g.Verdict == compare.Inconclusive && (g.Speedup > 0 || g.Each > 0)
	})
}

// warnings prints one warning of each sort: a busy host marks every row, and
// forty lines of the same would hide the one that differs. The report lists
// all.
func (t *terminal) warnings() {
	sorts := sortWarnings(t.unsaid(t.otherWarnings()))
	for i, same := range sorts {
		if i == t.opt.MaxWarnings {
			t.paragraph("warn", yellow, plural(len(sorts)-i, "more kind")+" in the report")
			break
		}
		s := warningText(same[0])
		if n := len(same) - 1; n > 0 {
			s += fmt.Sprintf(" (and %d more like it)", n)
		}
		t.paragraph("warn", yellow, s)
	}
}

// exitInterrupted is the exit code of a run that its user ended.
const exitInterrupted = 130

// verdict prints the last lines: why, the verdict, the exit code.
func (t *terminal) verdict() {
	const most = 5
	reasons := t.reasons()
	for i, r := range reasons {
		if i == most {
			fmt.Fprintf(&t.b, "  and %s\n", plural(len(reasons)-most, "more reason"))
			break
		}
		for j, line := range fold(r, t.opt.Width-4) {
			t.b.WriteString([]string{"  - ", "    "}[min(j, 1)] + line + "\n")
		}
	}
	if len(reasons) > 0 {
		t.b.WriteByte('\n')
	}
	lines := fold(t.outcome(), t.opt.Width)
	last := textWidth(lines[len(lines)-1])
	for i, line := range lines {
		if i > 0 {
			t.b.WriteByte('\n')
		}
		t.b.WriteString(t.coloured(line))
	}
	if t.opt.ReportPath != "" {
		where := "report: " + clean(t.opt.ReportPath)
		if last+5+textWidth(where) <= t.opt.Width {
			t.b.WriteString("     " + where)
		} else {
			t.b.WriteString("\n" + where) // whole whatever its width, to be copied
		}
	}
	t.b.WriteByte('\n')
}

// outcome is the verdict and what qualifies it.
func (t *terminal) outcome() string { return t.judged() + t.doubted() }

// judged is the verdict with its exit code.
func (t *terminal) judged() string {
	switch {
	case t.Interrupted && !t.opt.Head:
		return fmt.Sprintf("%s, exit %d; so far: %s", interrupted, exitInterrupted, t.Verdict)
	case t.Interrupted:
		// A record read back later interrupts nobody: its exit code is its own.
		return fmt.Sprintf("%s, exit %d: the run was interrupted", t.Verdict, t.Exit)
	case t.Unplanned && t.Exit == compare.ExitInconclusive:
		return fmt.Sprintf("%s, exit %d: the goals were not planned", t.Verdict, t.Exit)
	case t.Verdict == compare.Inconclusive && t.Exit == compare.ExitProved:
		return fmt.Sprintf("%s, exit %d: which the goals allow", t.Verdict, t.Exit)
	}
	return fmt.Sprintf("%s, exit %d", t.Verdict, t.Exit)
}

// interrupted is what a run calls itself that its user ended.
const interrupted = "INTERRUPTED"

// coloured paints the words of a line that are verdicts.
func (t *terminal) coloured(line string) string {
	line = strings.Replace(line, interrupted, t.paint(interrupted, bold+";"+yellow), 1)
	st := verdictStyle(t.Verdict)
	if st == plain {
		return line
	}
	return strings.Replace(line, string(t.Verdict), t.paint(string(t.Verdict), bold+";"+st), 1)
}

// paragraph prints a short word and wrapped text beside it.
func (t *terminal) paragraph(word string, st style, s string) {
	const hang = 7
	for i, line := range fold(s, max(20, t.opt.Width-2-hang)) {
		lead := strings.Repeat(" ", hang)
		if i == 0 {
			lead = t.paint(word, st) + strings.Repeat(" ", hang-len(word))
		}
		t.b.WriteString("  " + lead + line + "\n")
	}
}

package report

import (
	"fmt"
	"io"
	"strings"

	"xbench/compare"
)

// Limits of GitHub's runner: it drops a step's summary that is over 1 MiB
// (older ones over 128 KiB), shows the first ten annotations of a kind, and
// cuts their text. One error is its own: "Process completed with exit code 1."
const (
	summaryRows    = 50  // lines of the table of benchmarks
	summaryGoals   = 30  // lines of the table of goals
	summaryLines   = 10  // of every list
	summaryText    = 300 // characters of a line in it
	summaryName    = 80  // characters of a name in a table
	annotationsMax = 10
	annotationText = 1000 // characters
)

// StepSummary writes what is appended to $GITHUB_STEP_SUMMARY: the verdict,
// the goals and the benchmarks that need attention, in GitHub's Markdown,
// whatever there is to say in less than 128 KiB.
func (v *View) StepSummary(w io.Writer) error {
	m := &stepSummary{View: v}
	m.verdict()
	m.goals()
	m.rows()
	m.list("Warnings about the measurement", warningLines(v.Warnings))
	m.reproduce()
	_, err := io.WriteString(w, strings.TrimRight(m.b.String(), "\n")+"\n\n")
	return err
}

type stepSummary struct {
	*View
	b strings.Builder
}

func (m *stepSummary) printf(format string, args ...any) { fmt.Fprintf(&m.b, format, args...) }

// verdictIcon never stands alone: the word is beside it.
func verdictIcon(v compare.Verdict) string {
	switch v {
	case compare.Pass:
		return "✅"
	case compare.Fail, compare.Invalid:
		return "❌"
	case compare.NoGoals:
		return "📏"
	}
	return "⚠️"
}

func (m *stepSummary) verdict() {
	what := list(m.Candidates, 3)
	if m.Reference != "" {
		what += " against " + m.Reference
	}
	if m.Suite != "" {
		what += ", suite " + m.Suite
	}
	m.printf("### %s %s: %s\n\n", verdictIcon(m.Verdict), m.Verdict, md(shorten(what, summaryText)))
	for i, claim := range m.claims() {
		if i == summaryLines || m.Verdict == compare.NotEvaluated {
			break
		}
		m.printf("%s.\n\n", md(shorten(sentence("", claim), summaryText)))
	}
	if m.Interrupted {
		m.printf("The run was interrupted: this is what it had shown by then.\n\n")
	}
	for i, r := range m.Reasons {
		if i == summaryLines {
			m.printf("- and %d more\n", len(m.Reasons)-i)
			break
		}
		m.printf("- %s\n", md(shorten(r, summaryText)))
	}
	if len(m.Reasons) > 0 {
		m.b.WriteByte('\n')
	}
}

func (m *stepSummary) goals() {
	if len(m.Goals) == 0 {
		return
	}
	t := newMDTable("verdict", "goal", "candidate", "needed", "found", "you can claim")
	for i, g := range m.Goals {
		if i == summaryGoals {
			break
		}
		verdict := string(g.Verdict)
		if g.Gated {
			verdict = verdictIcon(g.Verdict) + " **" + verdict + "**"
		} else {
			verdict += " (not gated)"
		}
		t.add(verdict, md(shorten(claimText(g), summaryName)), md(shorten(g.Candidate, summaryName/2)), mdNeed(g), md(m.foundText(g)), orNone(md(claimable(g))))
	}
	t.write(&m.b)
	m.more(len(m.Goals)-summaryGoals, "goal")
}

// rows puts those first that need attention: that is the order of the view.
func (m *stepSummary) rows() {
	if len(m.Rows) == 0 {
		return
	}
	attention := 0
	for _, r := range m.Rows {
		if r.rank() < rankFine {
			attention++
		}
	}
	title := plural(len(m.Rows), "benchmark")
	if attention > 0 {
		title += fmt.Sprintf(", %d to look at first", attention)
	}
	m.printf("<details%s><summary>%s</summary>\n\n", map[bool]string{true: " open"}[attention > 0], title)
	headings := []string{"benchmark", ">" + md(shorten(orNone(m.Reference), summaryName/2)), "candidate", ">time", ">speedup", ">95% interval", "mark"}
	if m.Reference == "" {
		headings[1] = "reference" // says nothing in any row, and is left out
	}
	t := newMDTable(headings...)
	lines, shown := 0, 0
	for _, r := range m.Rows {
		if lines += len(r.Cells); lines > summaryRows && shown > 0 {
			break
		}
		for _, c := range r.Cells[:min(len(r.Cells), summaryRows)] {
			t.add(m.rowCells(r, c)...)
		}
		shown++
	}
	t.write(&m.b)
	m.more(len(m.Rows)-shown, "benchmark")
	m.printf("</details>\n\n")
}

func (m *stepSummary) rowCells(r Row, c Cell) []string {
	speedup, bounds := FormatRatio(c.Speedup.Ratio), FormatBounds(c.Speedup.Lo, c.Speedup.Hi)
	if c.invalid() {
		speedup, bounds = none, none
	}
	mark, _ := r.mark(c)
	return []string{mdCell(shorten(r.Name, summaryName)), FormatDuration(c.RefNS), md(shorten(c.Candidate, summaryName/2)), FormatDuration(c.CandNS),
		speedup, bounds, md(shorten(mark, summaryName))}
}

func (m *stepSummary) more(n int, noun string) {
	if n > 0 {
		m.printf("and %s more in %s\n\n", plural(n, noun), MarkdownFile)
	}
}

func warningLines(in []compare.Warning) []string {
	var out []string
	for _, w := range in {
		out = append(out, warningLine(w))
	}
	return out
}

func (m *stepSummary) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	m.printf("<details><summary>%s (%d)</summary>\n\n", title, len(items))
	for i, s := range items {
		if i == summaryLines {
			m.printf("- and %d more in %s\n", len(items)-i, MarkdownFile)
			break
		}
		m.printf("- %s\n", md(shorten(s, summaryText)))
	}
	m.printf("\n</details>\n\n")
}

func (m *stepSummary) reproduce() {
	var parts []string
	for _, s := range m.Sides {
		parts = append(parts, strings.TrimSpace(s.Name+" "+s.Runtime))
	}
	if m.Host.CPU != "" {
		parts = append(parts, fmt.Sprintf("%s, %d cores", m.Host.CPU, m.Host.Cores))
	}
	parts = append(parts, m.roundsText())
	m.printf("%s. To measure it again: %s\n\n", md(shorten(strings.Join(parts, "; "), summaryText)), mdCode(shorten(m.Reproduce, 2*summaryText)))
}

// Annotations writes what GitHub's runner turns into annotations: an error per
// goal that is disproved and per result that is invalid, a warning per goal
// that is open and per serious doubt, a notice with the verdict. What a kind
// has no room for is counted in its last one.
func (v *View) Annotations(w io.Writer) error {
	var b strings.Builder
	writeAnnotations(&b, "error", v.refuted(), annotationsMax-1)
	writeAnnotations(&b, "warning", v.doubts(), annotationsMax)
	writeAnnotations(&b, "notice", []annotation{v.notice()}, annotationsMax)
	_, err := io.WriteString(w, b.String())
	return err
}

type annotation struct{ title, text string }

func writeAnnotations(b *strings.Builder, kind string, all []annotation, most int) {
	if over := len(all) - most; over > 0 {
		all = append(all[:most-1:most-1], annotation{"xbench", fmt.Sprintf("and %d more: see %s", over+1, MarkdownFile)})
	}
	for _, a := range all {
		fmt.Fprintf(b, "::%s title=%s::%s\n", kind, commandProperty(shorten(a.title, 200)), commandData(shorten(a.text, annotationText)))
	}
}

// commandData and commandProperty escape as the runner unescapes, the percent
// sign first. A property ends at a comma, its command at two colons.
func commandData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func commandProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}

// refuted begins with the goals: an invalid row is the reason of several.
func (v *View) refuted() []annotation {
	var out []annotation
	for _, g := range v.Goals {
		if g.Gated && (g.Verdict == compare.Fail || g.Verdict == compare.Invalid) {
			out = append(out, annotation{"xbench " + string(g.Verdict) + ": " + v.of(g.Candidate) + claimText(g), v.goalMessage(g)})
		}
	}
	for _, r := range v.Rows {
		for _, c := range r.Cells {
			if c.invalid() && !c.unavailable() {
				out = append(out, annotation{"xbench INVALID: " + v.of(c.Candidate) + r.Name, c.firstFailure()})
			}
		}
	}
	return out
}

// doubts are about what a reader would otherwise take for settled.
func (v *View) doubts() []annotation {
	var out []annotation
	add := func(title, text string) { out = append(out, annotation{"xbench: " + title, text}) }
	for _, g := range v.Goals {
		if g.Gated && (g.Verdict == compare.Inconclusive || g.Verdict == compare.NotEvaluated) {
			add(string(g.Verdict)+": "+v.of(g.Candidate)+claimText(g), joinMark(v.goalMessage(g), needsMore(g.MoreRounds, g.TooClose)))
		}
	}
	for _, s := range v.Chosen {
		add("chosen after the run", s)
	}
	if v.Unplanned {
		add("unplanned goals", "the goals are not the ones that the run was planned for: nothing is proved by goals chosen afterwards")
	}
	if v.Interrupted {
		add("interrupted", "only the planned looks that were reached count")
	}
	for _, d := range v.Fairness {
		if d.Severity == compare.Serious {
			add("the sides were not alike", v.differenceText(d)+": "+d.Meaning)
		}
	}
	for _, w := range v.Warnings {
		if w.Kind == compare.WarnBusy {
			add("busy host", warningLine(w))
		}
	}
	return out
}

func (v *View) notice() annotation {
	text := fmt.Sprintf("%s of %s", plural(v.Rounds, "round"), plural(len(v.Rows), "benchmark"))
	if v.Apart != nil {
		text = plural(len(v.Rows), "benchmark") + ", " + v.Apart.measured()
	}
	for _, claim := range v.claims() {
		text += "\n" + claim
	}
	return annotation{fmt.Sprintf("xbench: %s, exit %d", v.Verdict, v.Exit), text}
}

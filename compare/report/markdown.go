package report

import (
	"fmt"
	"io"
	"strings"

	"xbench/compare"
)

// Markdown writes PERFORMANCE.md. It shows the figures that View.Charts holds.
func (v *View) Markdown(w io.Writer) error {
	m := &markdown{View: v, figures: v.Figures()}
	m.verdict()
	top := m.b.String()
	m.b.Reset()
	if m.bars() <= mostBarsOnTop {
		m.picture("speedup")
	}
	m.goals()
	m.summary()
	m.results()
	m.versus()
	m.variants()
	m.scalings()
	m.crossings()
	m.bullets("Recommendations", v.Advice)
	m.toCheck()
	m.fairness()
	m.warnings()
	m.method()
	text := top + m.contents() + m.b.String()
	for strings.Contains(text, "\n\n\n") {
		text = strings.ReplaceAll(text, "\n\n\n", "\n\n")
	}
	_, err := io.WriteString(w, strings.TrimRight(text, "\n")+"\n")
	return err
}

// A markdown is a report on its way: sections are written one after the other,
// and the table of contents is made when all of them are known.
type markdown struct {
	*View
	figures  []Figure
	b        strings.Builder
	sections []anchor       // of the second level
	used     map[string]int // how often an anchor's name has come
}

func (m *markdown) printf(format string, args ...any) { fmt.Fprintf(&m.b, format, args...) }

func (m *markdown) section(title string) {
	m.sections = append(m.sections, anchor{title, m.heading(2, title)})
}

func (m *markdown) subsection(title string) { m.heading(3, title) }

func (m *markdown) bullets(title string, items []string) {
	if len(items) == 0 {
		return
	}
	m.section(title)
	for _, s := range items {
		m.printf("- %s\n", md(s))
	}
	m.b.WriteByte('\n')
}

// verdict is the first screen: what was compared, what came of it, and what to
// know before a number of it is quoted.
func (m *markdown) verdict() {
	m.heading(1, m.title())
	m.answered()
	if m.Interrupted {
		m.printf("**INTERRUPTED** (exit %d), so far **%s** (exit %d when this record is judged): %s. Only the planned looks that were reached count.\n\n",
			exitInterrupted, m.Verdict, m.Exit, md(m.verdictMeaning()))
	} else {
		m.printf("**%s** (exit %d): %s.\n\n", m.Verdict, m.Exit, md(m.verdictMeaning()))
	}
	m.claimed()
	if s := m.controlText(); s != "" {
		m.printf("%s.\n\n", md(s))
	}
	for _, r := range m.Reasons {
		m.printf("- %s\n", md(r))
	}
	if len(m.Reasons) > 0 {
		m.b.WriteByte('\n')
	}
	if m.Unplanned {
		m.printf("%s\n\n", md(unplannedText))
	}
	m.caveats()
}

// claimed prints what may be quoted, below the verdict that qualifies it.
func (m *markdown) claimed() {
	if m.answers() != nil {
		return // they stand above it
	}
	lead := ""
	if m.Verdict == compare.NotEvaluated {
		lead = notAsked
	}
	for _, claim := range m.claims() {
		m.printf("%s.\n\n", md(sentence(lead, claim)))
	}
}

// mostBarsOnTop is how many bars the first screen may hold: of more the
// picture is as long as the tables, and stands folded beside them.
const mostBarsOnTop = 40

// bars is how many there are in the picture of speedups.
func (v *View) bars() int { return len(v.Rows) * len(v.Candidates) }

// caveats are what a reader has to know before quoting a number: in what the
// sides differed so that the ratio is probably about that, and what is said of
// the whole run. The rest is further down.
func (m *markdown) caveats() {
	var out []string
	for _, d := range m.Fairness {
		if d.Severity == compare.Serious {
			out = append(out, m.differenceText(d))
		}
	}
	rows := 0
	for _, w := range m.otherWarnings() {
		if w.Row != "" {
			rows++
			continue
		}
		out = append(out, warningText(compare.Warning{Impl: w.Impl, Text: w.Text}))
	}
	if rows > 0 {
		out = append(out, plural(rows, "warning")+" about single rows, see the end")
	}
	if len(out) > 0 {
		m.printf("Before you quote a number: %s.\n\n", md(strings.Join(out, "; ")))
	}
}

func (v *View) verdictMeaning() string { return v.verdictWords() + v.doubted() }

func (v *View) verdictWords() string {
	switch v.Verdict {
	case compare.Pass:
		return "every goal of the level that gates, " + v.Gate + ", is proved"
	case compare.Fail:
		return "a goal is disproved"
	case compare.Inconclusive:
		if v.Exit == compare.ExitProved {
			return "the data neither proves nor disproves every goal, which those goals allow"
		}
		return "the data neither proves nor disproves every goal"
	case compare.Invalid:
		return "something was not the same work or could not be measured, so there is nothing to compare"
	}
	if v.Verdict == compare.NotEvaluated {
		return "measured, but the goals are about rows that were not part of this run"
	}
	return "measured; there was no goal to judge"
}

func (v *View) timesOf() string {
	if v.Commands {
		return "Times are from launch to exit."
	}
	return "Times are of one iteration."
}

package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"xbench/compare"
)

// Markdown writes PERFORMANCE.md. It links the chart that View.Chart names.
func (v *View) Markdown(w io.Writer) error {
	m := &markdown{View: v}
	m.verdict()
	m.goals()
	m.summary()
	m.results()
	m.stops()
	m.scalings()
	m.crossings()
	m.variants()
	m.bullets("Recommendations", v.Advice)
	m.bullets("What to check where a goal was not met", v.Checks)
	m.fairness()
	m.warnings()
	m.method()
	_, err := io.WriteString(w, strings.TrimRight(m.b.String(), "\n")+"\n")
	return err
}

type markdown struct {
	*View
	b strings.Builder
}

func (m *markdown) printf(format string, args ...any) { fmt.Fprintf(&m.b, format, args...) }

func (m *markdown) section(title string) { m.printf("## %s\n\n", title) }

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

// verdict is the first screen: what was compared, and what came of it.
func (m *markdown) verdict() {
	if m.Reference == "" {
		m.printf("# Performance of %s\n\n", md(list(m.Candidates, 5)))
	} else {
		m.printf("# Performance of %s against %s\n\n", md(list(m.Candidates, 5)), md(m.Reference))
	}
	claim := m.quotable()
	if claim != "" && m.Verdict != compare.NotEvaluated {
		m.printf("%s\n\n", claim)
	}
	if m.Interrupted {
		m.printf("**INTERRUPTED** (exit %d), so far **%s** (exit %d when this record is judged): %s. Only the planned looks that were reached count.\n\n",
			exitInterrupted, m.Verdict, m.Exit, m.verdictMeaning())
	} else {
		m.printf("**%s** (exit %d): %s.\n\n", m.Verdict, m.Exit, m.verdictMeaning())
	}
	for _, r := range m.Reasons {
		m.printf("- %s\n", md(r))
	}
	if len(m.Reasons) > 0 {
		m.b.WriteByte('\n')
	}
	if claim != "" && m.Verdict == compare.NotEvaluated {
		m.printf("Measured, and not what any goal asked: %s\n\n", claim)
	}
	if m.Unplanned {
		m.printf("These goals were not the run's own plan. Choosing goals after seeing the data proves nothing, so no goal can make the exit code 0.\n\n")
	}
	if m.Chart != "" {
		m.printf("![Speedup of every benchmark with its interval](%s)\n\n", strings.ReplaceAll(clean(m.Chart), " ", "%20"))
	}
}

func (v *View) verdictMeaning() string {
	switch v.Verdict {
	case compare.Pass:
		return "every goal of the level that gates, " + md(v.Gate) + ", is proved"
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
	return "measured; nothing was claimed"
}

func (m *markdown) summary() {
	if len(m.Means) == 0 {
		return
	}
	before := m.b.String()
	m.b.Reset()
	if len(m.Rows) > 1 {
		m.means()
	}
	if s := m.limits(); s != "" {
		m.printf("%s\n\n", md(s))
	}
	if len(m.Rows) > 1 {
		m.categories()
	}
	text := m.b.String()
	m.b.Reset()
	m.b.WriteString(before)
	if text != "" {
		m.section("Summary")
		m.b.WriteString(text)
	}
}

// means leaves out what has no mean, because a row of it is not valid.
func (m *markdown) means() {
	t := newMDTable("candidate", "rows of", ">rows", ">geometric mean", ">arithmetic", ">total time", ">min", ">max", ">without any one row", ">by CPU time", "you can claim")
	shown := 0
	for _, x := range m.Means {
		if FormatRatio(x.Geometric.Ratio) == none {
			continue
		}
		shown++
		t.add(md(x.Candidate), md(x.Group), fmt.Sprint(x.Rows), FormatInterval(x.Geometric), FormatRatio(x.Arithmetic), FormatRatio(x.TotalTime),
			FormatRatio(x.Min), FormatRatio(x.Max), FormatBounds(x.LeaveOneOutLo, x.LeaveOneOutHi), FormatRatio(x.CPU), orNone(atLeast(x.Claim)))
	}
	if shown == 0 {
		m.printf("There is no mean: a row of every group is not valid.\n\n")
		return
	}
	t.write(&m.b)
	m.printf("The geometric mean is the one that goals are about: it does not depend on which side is the reference. " +
		"The arithmetic mean of ratios and the ratio of total times are shown to be checked against it, never claimed.\n\n")
	m.heaviest()
}

func (m *markdown) categories() {
	c := newMDTable("category", "candidate", ">rows", ">geometric mean", ">expected", ">varies from round to round")
	shown := 0
	for _, x := range m.Categories {
		if FormatRatio(x.Geometric.Ratio) == none {
			continue
		}
		shown++
		expected := none
		if x.Expected > 0 {
			expected = FormatRatio(x.Expected)
		}
		variation := none
		if x.Variation > 0 {
			variation = FormatPercent(x.Variation)
		}
		c.add(md(x.Name), md(x.Candidate), fmt.Sprint(x.Rows), FormatInterval(x.Geometric), expected, variation)
	}
	if shown > 0 {
		c.write(&m.b)
	}
	m.spread()
}

// results prints a table per heading; headings and rows that need
// attention come first, as View.Rows already has them.
func (m *markdown) results() {
	if len(m.Rows) == 0 {
		return
	}
	m.section("Results")
	if m.Reference != "" {
		m.printf("Marks, by the whole interval: ✓ 2x or more; modest: between 1x and 2x; faster, how much is open: from below 2x to above it; ≈ about equal: touches the tolerance around 1x and ends within 20%% of it; ✗ slower, or a goal missed; ? too few rounds, or too wide an interval around 1x to say; ! not valid. "+
			"Where the sides kept more than half as many cores busy again, the mark says so, reference first. "+
			"%s Intervals of speedups hold at 95%% with every look counted.%s\n\n", m.timesOf(), m.rowByRow())
	} else {
		m.printf("%s Intervals are 95%% t intervals over rounds.\n\n", m.timesOf())
		m.endNote()
	}
	var order []string
	for _, r := range m.Rows {
		if !slices.Contains(order, r.Heading) {
			order = append(order, r.Heading)
		}
	}
	for _, heading := range order {
		if heading != "" {
			m.printf("### %s\n\n", md(heading))
		}
		m.under(heading)
	}
	m.tails()
	m.resources()
	m.failures()
}

func (v *View) timesOf() string {
	if v.Commands {
		return "Times are from launch to exit."
	}
	return "Times are of one iteration."
}

// resources says what each side of plain commands took.
func (m *markdown) resources() {
	if len(m.Uses) == 0 {
		return
	}
	m.printf("### What each side took\n\n")
	t := newMDTable("benchmark", "implementation", ">wall time", ">95% interval", ">CPU time", ">peak memory")
	for _, u := range m.Uses {
		t.add(md(u.Row), md(u.Implementation), FormatDuration(u.WallNS), durationBounds(u.LoNS, u.HiNS), FormatDuration(u.CPUNS), size(u.RSS, u.RSSAtMost))
	}
	t.write(&m.b)
}

func (m *markdown) under(heading string) {
	several := len(m.Candidates) > 1
	var t *mdTable
	switch {
	case m.Reference == "":
		t = newMDTable("benchmark", ">time", ">95% interval", ">cores", ">peak memory", "mark", ">rounds")
	case several:
		t = newMDTable("benchmark", ">"+md(m.Reference), "candidate", ">time", ">speedup", ">95% interval", "you can claim", "mark", ">expected", ">rounds")
	default:
		t = newMDTable("benchmark", ">"+md(m.Reference), ">"+md(list(m.Candidates, 1)), ">speedup", ">95% interval", "you can claim", "mark", ">expected", ">rounds")
	}
	for _, r := range m.Rows {
		if r.Heading != heading {
			continue
		}
		for _, c := range r.Cells {
			t.add(m.resultCells(r, c, several)...)
		}
	}
	t.write(&m.b)
}

func (m *markdown) resultCells(r Row, c Cell, several bool) []string {
	mark, _ := r.mark(c)
	if c.Mark == compare.MarkMeets && (mark == "" || mark == c.coresApart()) {
		mark = strings.TrimSuffix("✓, "+mark, ", ")
	}
	if m.Reference == "" {
		return []string{r.mdName(), FormatDuration(c.CandNS), durationBounds(c.CandLoNS, c.CandHiNS),
			formatCores(c.CandCores), size(c.CandRSS, c.CandRSSAtMost), md(mark), fmt.Sprint(c.Rounds)}
	}
	speedup, bounds := FormatRatio(c.Speedup.Ratio), FormatBounds(c.Speedup.Lo, c.Speedup.Hi)
	if c.invalid() {
		speedup, bounds = none, none
	}
	expected := none
	if r.Expected > 0 {
		expected = shortRatio(r.Expected)
	}
	cells := []string{r.mdName(), FormatDuration(c.RefNS)}
	if several {
		cells = append(cells, md(c.Candidate))
	}
	claim := none
	if !c.invalid() {
		claim = orNone(atLeast(c.Claim))
	}
	return append(cells, FormatDuration(c.CandNS), speedup, bounds, claim, md(mark), expected, fmt.Sprint(c.Rounds))
}

// mdName is the row's name, with its value of a swept knob where that is the
// default and so not in the name.
func (r Row) mdName() string {
	if r.swept && !slices.Contains(strings.Split(r.Name, "/"), r.Label) {
		return mdCell(r.Name) + " (" + md(r.Label) + ")"
	}
	return mdCell(r.Name)
}

// failures spells out why rows are invalid: the mark only has room for two
// words.
func (m *markdown) failures() {
	var lines []string
	for _, r := range m.Rows {
		for _, c := range r.Cells {
			for _, f := range c.Failures {
				lines = append(lines, fmt.Sprintf("- %s, %s: %s: %s", mdCode(r.Name), md(c.Candidate), md(failureWord(f.Kind)), md(f.Message)))
			}
		}
	}
	if len(lines) > 0 {
		m.printf("Why rows are invalid:\n\n%s\n\n", strings.Join(lines, "\n"))
	}
}

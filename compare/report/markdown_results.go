package report

import (
	"fmt"
	"slices"
	"strings"

	"xbench/compare"
)

// results prints a table per heading; headings and rows that need
// attention come first, as View.Rows already has them.
func (m *markdown) results() {
	if len(m.Rows) == 0 {
		return
	}
	m.section("Results")
	m.intro()
	if m.bars() > mostBarsOnTop && m.hasSpeedup() && m.Charts != "" {
		m.fold("All speedups in one picture", func() { m.picture("speedup") })
	}
	var order []string
	for _, r := range m.Rows {
		if !slices.Contains(order, r.Heading) {
			order = append(order, r.Heading)
		}
	}
	for _, heading := range order {
		if heading != "" {
			m.subsection(heading)
		}
		m.under(heading)
	}
	m.failures()
	m.stops()
	m.tails()
	m.resources()
}

// intro says how the tables are to be read.
func (m *markdown) intro() {
	if !m.hasSpeedup() {
		m.printf("%s\n\n", md(m.marksText()))
		m.endNote()
	} else {
		m.printf("%s%s "+
			"✓ 2x or more, ≈ about equal, ✗ slower or a goal missed, ? unclear, ! not valid.\n\n", md(m.timesOf()), m.claimText())
		if s := m.upperText(); s != "" {
			m.printf("%s\n\n", md(s))
		}
		m.fold("How to read marks and intervals", func() {
			marks := strings.Replace(m.marksText(), "the mark says so", "the column of cores says so", 1)
			m.printf("%s%s\n\n", md(marks), md(m.rowByRow()))
		})
	}
	if n := m.sameRounds(); n > 0 && len(m.Rows) > 1 {
		m.printf("Every row has %s.\n\n", plural(n, "complete round"))
	}
	if len(m.Shared) > 0 {
		m.printf("All rows have %s.\n\n", md(list(m.Shared, 9)))
	}
}

// sameRounds is how many rounds every row has, 0 where they differ.
func (v *View) sameRounds() int {
	same := 0
	if v.Apart != nil {
		return 0
	}
	for i, r := range v.Rows {
		for j, c := range r.Cells {
			if i+j > 0 && c.Rounds != same {
				return 0
			}
			same = c.Rounds
		}
	}
	return same
}

// under is the table of one heading.
func (m *markdown) under(heading string) {
	several := len(m.Candidates) > 1
	var t *mdTable
	switch {
	case m.Reference == "" && several:
		t = newMDTable("benchmark", "implementation", ">time", ">95% interval", ">cores", ">peak memory", "mark", ">"+m.countedHead())
	case m.Reference == "":
		t = newMDTable("benchmark", ">time", ">95% interval", ">cores", ">peak memory", "mark", ">"+m.countedHead())
	case several:
		t = newMDTable("benchmark", ">"+md(m.Reference), "candidate", ">time", ">speedup", ">95% interval", "mark", ">cores", ">expected", ">"+m.countedHead())
	default:
		t = newMDTable("benchmark", ">"+md(m.Reference), ">"+md(list(m.Candidates, 1)), ">speedup", ">95% interval", "mark", ">cores", ">expected", ">"+m.countedHead())
	}
	var rows []Row
	for _, r := range m.Rows {
		if r.Heading != heading {
			continue
		}
		rows = append(rows, r)
		for _, c := range r.Cells {
			t.add(m.resultCells(r, c, several)...)
		}
	}
	t.write(&m.b)
	m.descriptions(rows)
}

func (m *markdown) resultCells(r Row, c Cell, several bool) []string {
	mark, _ := r.mark(c)
	cores := c.coresApart() // has a column of its own
	mark = strings.TrimSuffix(strings.TrimSuffix(mark, cores), ", ")
	if c.Mark == compare.MarkMeets && mark == "" {
		mark = "✓"
	}
	rounds := none
	if m.sameRounds() == 0 || len(m.Rows) == 1 {
		rounds = m.counted(c)
	}
	if m.Reference == "" {
		cells := []string{FormatDuration(c.CandNS), durationBounds(c.CandLoNS, c.CandHiNS),
			formatCores(c.CandCores), size(c.CandRSS, c.CandRSSAtMost), md(mark), rounds}
		if several {
			cells = append([]string{md(c.Candidate)}, cells...)
		}
		return append([]string{md(r.Label)}, cells...)
	}
	speedup, bounds := FormatRatio(c.Speedup.Ratio), FormatBounds(c.Speedup.Lo, c.Speedup.Hi)
	if c.invalid() {
		speedup, bounds = none, none
	}
	expected := none
	if r.Expected > 0 {
		expected = shortRatio(r.Expected)
	}
	cells := []string{md(r.Label), FormatDuration(c.RefNS)}
	if several {
		cells = append(cells, md(c.Candidate))
	}
	return append(cells, FormatDuration(c.CandNS), speedup, bounds, md(mark), orNone(strings.TrimPrefix(cores, "cores ")), expected, rounds)
}

// mostShown is how many descriptions stand open below a table.
const mostShown = 3

// descriptions say what the rows of a table do, under their full names: these
// are what --filter knows.
func (m *markdown) descriptions(rows []Row) {
	if !slices.ContainsFunc(rows, func(r Row) bool { return r.Description != "" }) {
		return
	}
	items := func() {
		for _, r := range rows {
			m.printf("- %s", mdCode(r.Name))
			if s := m.does(r); s != "" {
				m.printf(": %s", md(s))
			}
			m.b.WriteByte('\n')
		}
		m.b.WriteByte('\n')
	}
	if len(rows) <= mostShown {
		items()
		return
	}
	m.fold("What these benchmarks do", items)
}

// does is what a row does. What its variant is stands beside the table of
// variants, where there is one.
func (m *markdown) does(r Row) string {
	if parts := m.notes.does[r.Name]; len(m.Tables) > 0 && len(parts) > 0 {
		return strings.Join(parts, partsEnd)
	}
	return r.Description
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

package report

import "fmt"

// variants prints which way of running the work is fastest, for each
// implementation, and how the best of each compare.
func (m *markdown) variants() {
	if len(m.Tables) == 0 {
		return
	}
	title := "Variants"
	if m.By != "" {
		title += " by " + m.By
	}
	m.section(title)
	if s := m.chosenEnd(); s != "" {
		m.printf("%s So no variant is called slower, and none tied.\n\n", md(s))
	}
	if len(m.Candidates) == 1 {
		m.picture("heat")
	}
	m.printf("Time of each scenario by variant. **Bold** is what came out first in its line. %s\n\n", md(variantsText))
	for _, n := range m.notes.variants {
		m.printf("- **%s**: %s\n", md(n.name), md(n.text))
	}
	if len(m.notes.variants) > 0 {
		m.b.WriteByte('\n')
	}
	for i, t := range m.Tables {
		m.subsection(t.Implementation)
		m.picture(m.executorsName(i))
		m.times(t)
		m.ratios(t)
	}
	m.finals()
}

func (m *markdown) times(t Table) {
	headings := []string{"scenario"}
	for _, name := range t.Variants {
		headings = append(headings, ">"+md(name))
	}
	table := newMDTable(append(headings, ">lower bound (efficiency)")...)
	labels := tableLabels(t)
	for i, l := range t.Lines {
		row := []string{md(labels[i])}
		for _, c := range l.Cells {
			s := md(c.word())
			switch {
			case c.Best:
				s = "**" + s + "**"
			case c.sign() != "":
				s = c.sign() + " " + s
			}
			row = append(row, s)
		}
		bound := FormatDuration(l.LowerBoundNS)
		if l.Efficiency > 0 {
			bound += " (" + FormatPercent(l.Efficiency) + ")"
		}
		table.add(append(row, bound)...)
	}
	table.write(&m.b)
}

// ratios are the numbers behind the marks.
func (m *markdown) ratios(t Table) {
	table := newMDTable("scenario", "variant", ">times as long as the fastest", ">rounds", "that is")
	for _, l := range t.Lines {
		for i, c := range l.Cells {
			switch {
			case c.Standing != "":
				table.add(mdCell(l.Scenario), md(t.Variants[i]), timesAsLong(c.Ratio, c.Stepped), fmt.Sprint(c.Shared), standingWord(c))
			case c.Why != "":
				table.add(mdCell(l.Scenario), md(t.Variants[i]), none, none, "not compared: "+md(c.Why))
			}
		}
	}
	m.folded("How much slower the others of "+t.Implementation+" are", table)
}

func standingWord(c TableCell) string {
	switch c.sign() {
	case "=":
		return "tied"
	case "?":
		return "not told apart"
	}
	return "slower"
}

// finals prints the best of one against the best of the other.
func (m *markdown) finals() {
	if len(m.Finals) == 0 {
		return
	}
	m.subsection("Best against best")
	several, who := len(m.Candidates) > 1, "the candidate"
	headings := []string{"scenario"}
	if several {
		headings = append(headings, "candidate")
	} else {
		who = md(m.Candidates[0])
	}
	table := newMDTable(append(headings, "best of "+md(m.Reference), ">time", "best of "+who, ">time", ">speedup", ">rounds")...)
	for _, f := range m.Finals {
		row := []string{mdCell(f.Scenario)}
		if several {
			row = append(row, md(f.Candidate))
		}
		table.add(append(row, md(f.Ref.Variant), FormatDuration(f.Ref.NS), md(f.Cand.Variant), FormatDuration(f.Cand.NS), finalRatio(f.Speedup), fmt.Sprint(f.Rounds))...)
	}
	table.write(&m.b)
	m.printf("%s\n\n", finalsText)
}

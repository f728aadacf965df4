package report

import (
	"fmt"
	"strings"
)

// variants prints which way of running the work is fastest, for each
// implementation, and how the best of each compare.
func (m *markdown) variants() {
	if len(m.Tables) == 0 {
		return
	}
	title := "Variants"
	if m.By != "" {
		title += " by " + md(m.By)
	}
	m.section(title)
	if s := m.chosenEnd(); s != "" {
		m.printf("%s So no variant is called slower, and none tied.\n\n", md(s))
	}
	m.printf("Time of each scenario by variant. **Bold** is what came out first in its line. The others are compared with it within each round: " +
		"= marks a tie, shown to be within 5%% of it; ? one that is not told apart from it; one without a mark is proved slower. " +
		"All comparisons of a line hold together at 95%%, the choice of the fastest included. " +
		"The lower bound is what no schedule can beat; efficiency is that bound over the best time.\n\n")
	for _, t := range m.Tables {
		m.printf("### %s\n\n", md(t.Implementation))
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
	table := newMDTable(append(headings, ">lower bound", ">efficiency")...)
	for _, l := range t.Lines {
		row := []string{mdCell(l.Scenario)}
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
		efficiency := none
		if l.Efficiency > 0 {
			efficiency = FormatPercent(l.Efficiency)
		}
		table.add(append(row, FormatDuration(l.LowerBoundNS), efficiency)...)
	}
	table.write(&m.b)
}

// ratios are the numbers behind the marks.
func (m *markdown) ratios(t Table) {
	table := newMDTable("scenario", "variant", ">times as long as the fastest", ">rounds", "that is")
	n := 0
	for _, l := range t.Lines {
		for i, c := range l.Cells {
			switch {
			case c.Standing != "":
				n++
				table.add(mdCell(l.Scenario), md(t.Variants[i]), timesAsLong(c.Ratio, c.Stepped), fmt.Sprint(c.Shared), standingWord(c))
			case c.Why != "":
				n++
				table.add(mdCell(l.Scenario), md(t.Variants[i]), none, none, "not compared: "+md(c.Why))
			}
		}
	}
	if n == 0 {
		return
	}
	m.printf("<details><summary>How much slower the others of %s are</summary>\n\n", strings.NewReplacer("<", "&lt;", "&", "&amp;").Replace(t.Implementation))
	table.write(&m.b)
	m.printf("</details>\n\n")
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
	m.printf("### Best against best\n\n")
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
	m.printf("Described, not part of any goal: both bests were chosen by the same data, and the 95%% interval is that of the two named.\n\n")
}

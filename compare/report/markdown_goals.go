package report

import (
	"fmt"
	"strings"

	"xbench/compare"
)

// goals prints what was claimed and what came of it; how it was decided is
// folded away.
func (m *markdown) goals() {
	if len(m.Goals) == 0 {
		return
	}
	m.section("Goals")
	if m.judgedByNone() {
		m.printf("%s.\n\n", strings.Replace(m.noGoalText(), "r", "R", 1))
		return
	}
	candidate := "candidate"
	if len(m.Candidates) < 2 {
		candidate = ""
	}
	t := newMDTable("verdict", "goal", candidate, "needed", ">found", "you can claim")
	more := newMDTable("goal", candidate, "level", "decided by", ">rows")
	var sources []string
	for _, g := range m.Goals {
		verdict := string(g.Verdict)
		if g.Gated {
			verdict = "**" + verdict + "**"
		} else {
			verdict += " (not gated)"
		}
		who := none
		if candidate != "" {
			who = md(g.Candidate)
		}
		claim := orNone(md(claimable(g)))
		if from := m.claimFrom(g); from != "" && claim != none {
			sources = append(sources, fmt.Sprintf("- %s%s: the claim is that of %s\n", md(m.of(g.Candidate)), md(claimText(g)), mdCode(from)))
		}
		t.add(verdict, md(claimText(g)), who, mdNeed(g), md(m.foundText(g)), claim)
		more.add(md(claimText(g)), who, md(g.Level), m.decidedBy(g), fmt.Sprint(g.Rows))
	}
	t.write(&m.b)
	if len(sources) > 0 {
		m.printf("%s\n", strings.Join(sources, ""))
	}
	if m.otherUpperEnds() {
		m.printf("%s.\n\n", upperEnds)
	}
	for _, s := range m.describedTexts() {
		m.printf("%s\n\n", md(s))
	}
	m.openGoals()
	m.fold("How each goal was decided", func() {
		more.write(&m.b)
		m.lookTables()
	})
}

// upperEnds explains why one row shows two intervals.
const upperEnds = "The upper end of a row that failed a goal is drawn for that goal, and may be lower than in the table, where all goals and rows share the error; " +
	"the lower ends, which claims come from, are the same"

// mdNeed escapes what only the start of a paragraph would need.
func mdNeed(g compare.Goal) string { return strings.ReplaceAll(needText(g), "<", "&lt;") }

// openGoals says why goals that do not count are not met.
func (m *markdown) openGoals() {
	texts := m.openTexts()
	for _, s := range texts {
		m.printf("- %s\n", md(s))
	}
	if len(texts) > 0 {
		m.b.WriteByte('\n')
	}
}

// of names the candidate where there are several.
func (v *View) of(candidate string) string {
	if len(v.Candidates) < 2 || candidate == "" {
		return ""
	}
	return candidate + ": "
}

func (m *markdown) decidedBy(g compare.Goal) string {
	var parts []string
	switch {
	case len(g.Culprits) > 0:
		for _, c := range g.Culprits {
			parts = append(parts, mdCell(c))
		}
		return list(parts, 4)
	case g.Verdict == compare.Invalid || g.Verdict == compare.NotEvaluated:
	case g.Speedup == 0 && g.Worst != "":
		parts = append(parts, mdCell(g.Worst))
	}
	if g.DecidedAt > 0 {
		parts = append(parts, fmt.Sprintf("round %d", g.DecidedAt))
	}
	return orNone(strings.Join(parts, ", "))
}

// limits says what this run could not have seen, and what that means.
func (v *View) limits() string {
	var parts []string
	if v.SmallestMean > 0 && len(v.Rows) > 1 {
		parts = append(parts, formatDifference(v.SmallestMean)+" for a mean")
	}
	if v.SmallestRow > 0 {
		parts = append(parts, formatDifference(v.SmallestRow)+" for one row")
	}
	switch {
	case len(parts) > 0:
	case v.Reference != "" && v.Rounds < 3 && len(v.Goals) > 0:
		return "What this run could tell from no difference: nothing. " + capital(wereRun(v.Rounds)) + ", and the first look is after 3."
	default:
		return ""
	}
	what := "run"
	if v.Apart != nil {
		what = "data"
	}
	s := "What this " + what + " could tell from no difference, nine times in ten: " + strings.Join(parts, ", ") + "."
	if len(v.Goals) == 0 {
		return s
	}
	s += " A row or a mean that is closer than that to its goal probably stays INCONCLUSIVE; one that is further away can be settled all the same."
	if v.SmallestTolerance > 0 {
		s += " Were every row exactly as fast as the reference, a goal that none is slower would have needed a tolerance of about " +
			formatDifference(v.SmallestTolerance) + " to be proved; rows that are faster than their goal need less."
	}
	return s
}

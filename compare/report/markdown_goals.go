package report

import (
	"fmt"
	"strings"

	"xbench/compare"
)

// quotable is the claim that a reader may take away, a sentence per candidate;
// "" where there is none.
func (v *View) quotable() string {
	if v.Verdict == compare.Invalid || v.Reference == "" {
		return ""
	}
	var out []string
	for _, candidate := range v.Candidates {
		if s := v.quotableOf(candidate); s != "" {
			out = append(out, md(s)+".")
		}
	}
	return strings.Join(out, " ")
}

// quotableOf is about the rows of the first goal that wants a mean: what was
// asked beforehand goes before what the table happens to hold. Goals that were
// chosen afterwards ask nothing.
func (v *View) quotableOf(candidate string) string {
	claim, rows, of := 0.0, 0, ""
	for _, g := range v.Goals {
		if g.Speedup > 0 && g.Candidate == candidate && g.Claim > 1 && !v.Unplanned {
			claim, rows, of = g.Claim, g.Rows, meanLabel(g)
			break
		}
	}
	if m, ok := v.overall(candidate); ok && claim == 0 {
		claim, rows, of = m.Claim, m.Rows, m.Group
	}
	if claim <= 1 {
		return ""
	}
	noun := "benchmark"
	if of != compare.GroupAll {
		noun = of + " benchmark"
	}
	s := fmt.Sprintf("%s is %s faster than %s over %s", candidate, atLeast(claim), v.Reference, plural(rows, noun))
	if v.Filter != "" {
		s += " chosen by --filter"
	}
	how := "95 %"
	if rows > 1 {
		how = "geometric mean, 95 %"
	}
	if n := v.shownOnly(); n == 1 {
		how += "; 1 row is shown only and not counted"
	} else if n > 1 {
		how += fmt.Sprintf("; %d rows are shown only and not counted", n)
	}
	return s + " (" + how + ")"
}

// shownOnly is how many rows are part of no mean and no goal.
func (v *View) shownOnly() int {
	n := 0
	for _, r := range v.Rows {
		if r.ShownOnly {
			n++
		}
	}
	return n
}

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
	s := "What this run could tell from no difference, nine times in ten: " + strings.Join(parts, ", ") + "."
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

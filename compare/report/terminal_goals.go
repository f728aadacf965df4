package report

import (
	"fmt"
	"math"
	"strings"

	"xbench/compare"
)

// goals prints a line per goal: those that make the verdict first, then the
// others in short. Why a goal was not met is among the reasons at the end.
func (t *terminal) goals() {
	if t.judgedByNone() {
		if len(t.Goals) > 0 {
			t.paragraph("goals", dim, t.noGoalText())
		}
		return
	}
	var gated, absent, others []compare.Goal
	for _, g := range t.Goals {
		switch {
		case g.Gated && g.Verdict == compare.NotEvaluated:
			absent = append(absent, g)
		case g.Gated:
			gated = append(gated, g)
		default:
			others = append(others, g)
		}
	}
	if len(gated) > 0 {
		t.gated(gated)
	}
	t.absent(absent)
	if len(others) > 0 {
		if len(gated)+len(absent) > 0 {
			t.b.WriteByte('\n')
		}
		t.others(others)
	}
	if t.otherUpperEnds() {
		flow(&t.b, []text{{"the upper end of a row that FAILs is drawn for that goal, and lower than in the table", dim}}, "", 2, 2, t.opt.Width, t.opt.Color)
	}
}

// absent names the goals that count and were not evaluated, those of one reason
// at once.
func (t *terminal) absent(goals []compare.Goal) {
	for _, same := range byReason(goals) {
		var names []string
		for _, g := range same {
			name := goalText(g)
			if who := t.candidateOf(g); who != "" {
				name += " (" + who + ")"
			}
			names = append(names, name)
		}
		lead := string(compare.NotEvaluated)
		text := strings.Join(names, "; ")
		if why := same[0].Reason; why != "" {
			text += ": " + why
		}
		for i, line := range fold(text, max(20, t.opt.Width-len(lead)-4)) {
			if i > 0 {
				lead = strings.Repeat(" ", len(lead))
			}
			t.b.WriteString("  " + t.paint(lead, verdictStyle(compare.NotEvaluated)) + "  " + line + "\n")
		}
	}
}

// byReason gathers goals that were not met for one reason, in their order.
func byReason(goals []compare.Goal) [][]compare.Goal {
	var out [][]compare.Goal
	at := make(map[string]int)
	for _, g := range goals {
		i, ok := at[g.Reason]
		if !ok {
			i = len(out)
			at[g.Reason] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], g)
	}
	return out
}

// gated lays the goals that count out. What may be claimed stands beside its
// goal, one claim below the other to be found at a glance, where the terminal
// is wide enough; what decides the goal stands below it.
func (t *terminal) gated(goals []compare.Goal) {
	var g *grid
	for _, beside := range []int{math.MaxInt, shortNote, 0} {
		g = t.goalGrid(goals, beside)
		if _, over := g.widths(t.opt.Width); over == 0 {
			break
		}
	}
	g.write(&t.b, t.opt.Width, t.opt.Color)
}

// shortNote is the width of a note that is only a claim.
const shortNote = len("you can claim: at least 6.02x")

// longClaim is the width from which a claim is broken rather than the goal
// beside it.
const longClaim = 40

// goalGrid puts notes up to a width beside their goals, and others below.
func (t *terminal) goalGrid(goals []compare.Goal, beside int) *grid {
	least := shortNote
	for _, goal := range goals {
		notes := t.goalNotes(goal)
		if len(notes) == 0 || textWidth(notes[0].s) > beside {
			continue
		}
		least = max(least, min(textWidth(notes[0].s), longClaim))
		// Names stay whole, to be pasted into --filter.
		for _, word := range strings.Fields(notes[0].s) {
			least = max(least, textWidth(word))
		}
	}
	claim := 32
	if beside == 0 {
		claim = 16
	}
	g := &grid{indent: 2, columns: []column{{}, {}, {min: claim, wrap: true}, {}, {min: least, wrap: true, first: true}}}
	for _, goal := range goals {
		notes := t.goalNotes(goal)
		line := []text{{string(goal.Verdict), verdictStyle(goal.Verdict)}, {s: t.candidateOf(goal)}, {s: goalText(goal)}, {s: t.foundText(goal)}, {}}
		if len(notes) > 0 && textWidth(notes[0].s) <= beside {
			line[4], notes = notes[0], notes[1:]
		}
		g.add(line...)
		for _, n := range notes {
			g.span(text{"        " + n.s, n.style})
		}
	}
	return g
}

// others are goals that are only shown: of a level that does not gate, or
// never gated. One short line each, with the level.
func (t *terminal) others(goals []compare.Goal) {
	g := &grid{indent: 2, columns: []column{{}, {}, {}, {min: 16, wrap: true}, {}}}
	g.span(text{t.notGated() + ":", dim})
	var unmeasured []compare.Goal
	open := 0
	for _, goal := range goals {
		switch {
		case goal.Verdict == compare.NotEvaluated:
			unmeasured = append(unmeasured, goal)
			continue
		case goal.Verdict == compare.Inconclusive && t.Rounds < firstLook && t.Apart == nil:
			open++
			continue
		}
		g.add(text{goal.Level, dim}, text{string(goal.Verdict), dim}, text{t.candidateOf(goal), dim},
			text{goalText(goal), dim}, text{t.foundText(goal), dim})
	}
	if open > 0 {
		g.span(text{plural(open, "goal") + " INCONCLUSIVE: " + plural(t.Rounds, "round") + " can show nothing", dim})
	}
	for _, line := range t.unmeasured(unmeasured) {
		g.span(text{line, dim})
	}
	g.write(&t.b, t.opt.Width, t.opt.Color)
}

// fewUnmeasured is up to how many goals that are not evaluated are told one by
// one.
const fewUnmeasured = 3

// unmeasured says which goals are not evaluated and why; of many, how many.
func (t *terminal) unmeasured(goals []compare.Goal) []string {
	var out []string
	if len(goals) > fewUnmeasured && t.Apart == nil {
		return []string{plural(len(goals), "goal") + " NOT EVALUATED: " + whyUnmeasured(goals)}
	}
	for _, g := range goals {
		out = append(out, "NOT EVALUATED: "+goalText(g)+": "+g.Reason)
	}
	return out
}

// whyUnmeasured is what all goals lack, in the words of each where those agree.
func whyUnmeasured(goals []compare.Goal) string {
	for _, g := range goals {
		if g.Reason != goals[0].Reason {
			return "not all of the rows or sides that they are about were part of the run"
		}
	}
	return goals[0].Reason
}

// notGated says why goals do not count.
func (v *View) notGated() string {
	switch {
	case v.Gate == "none" && v.Suite != "":
		return "shown only, since nothing gates in this run (suite " + v.Suite + ", gate none)"
	case v.Gate == "none":
		return "shown only, since nothing gates in this run (gate none)"
	}
	return "not part of the verdict (gate " + orNone(v.Gate) + ")"
}

// candidateOf names the candidate where there are several.
func (t *terminal) candidateOf(g compare.Goal) string {
	if len(t.Candidates) < 2 {
		return ""
	}
	if t.against(g) {
		return shorten(g.Candidate, 32) // two names
	}
	return shorten(g.Candidate, 16)
}

// goalNotes are what else there is to say about a goal: the claim it allows,
// then what decides it.
func (t *terminal) goalNotes(g compare.Goal) []text {
	switch {
	case g.Verdict == compare.Invalid || g.Verdict == compare.NotEvaluated:
	case g.Verdict == compare.Inconclusive && g.Speedup == 0 && g.Each == 0:
		return []text{{g.Reason, dim}}
	case g.Speedup > 0 && atLeast(g.Claim) != "":
		return []text{{claimLead + atLeast(g.Claim), bold}}
	case g.Speedup == 0 && g.Worst != "":
		// The name as --filter takes it, not the table's label.
		worst := "worst: " + g.Worst
		if n := len(g.Culprits); n > 1 {
			worst += fmt.Sprintf(", %d of %d rows in all", n, g.Rows)
		}
		c := claimable(g)
		if c == "" {
			return []text{{worst, dim}}
		}
		if from := t.claimFrom(g); from != "" {
			c += ", by " + from
		}
		return []text{{claimLead + c, bold}, {worst, dim}}
	}
	return nil
}

// claimLead stands before every claim, to be looked for.
const claimLead = "you can claim: "

func verdictStyle(v compare.Verdict) style {
	switch v {
	case compare.Pass:
		return green
	case compare.Fail, compare.Invalid:
		return red
	case compare.Inconclusive, compare.NotEvaluated:
		return yellow
	}
	return plain
}

package report

import (
	"fmt"
	"slices"
	"strings"

	"xbench/compare"
)

// reasons leaves out what the goals' own lines have just said: that one is
// disproved or open, by how much and by which row, or that it has no rows.
func (t *terminal) reasons() []string {
	said := make(map[string]bool)
	for _, g := range t.Goals {
		if g.Gated && !g.Capped && (g.Verdict == compare.Fail || g.Verdict == compare.Inconclusive || g.Verdict == compare.NotEvaluated) {
			name := claimText(g)
			if len(t.Candidates) > 1 {
				name += " (" + g.Candidate + ")"
			}
			said[words(string(g.Verdict)+" "+name+": "+g.Reason)] = true
			said[words(string(g.Verdict)+" "+g.Reason)] = true // of several goals
		}
	}
	return slices.DeleteFunc(slices.Clone(t.Reasons), func(r string) bool {
		several, _, _ := cutLast(r, " (") // (2 goals: ...)
		return said[words(r)] || said[words(several)]
	})
}

// words is a text with single blanks.
func words(s string) string { return strings.Join(strings.Fields(s), " ") }

// cutLast is strings.Cut at the goals that a reason is shared by.
func cutLast(s, before string) (head, tail string, ok bool) {
	for i := 0; ; {
		n := strings.Index(s[i:], before)
		if n < 0 {
			return s, "", false
		}
		i += n
		count, _, found := strings.Cut(s[i+len(before):], " goals: ")
		if found && count != "" && strings.Trim(count, "0123456789") == "" {
			return s[:i], s[i+len(before):], true
		}
		i += len(before)
	}
}

// outlook says of the goals that count and are open what would settle them: a
// plan is not extended, so it is a new run.
func (t *terminal) outlook() {
	var settled, close, open int
	for _, g := range t.Goals {
		if !g.Gated || g.Verdict != compare.Inconclusive {
			continue
		}
		open++
		switch {
		case g.TooClose:
			close++
		case g.MoreRounds > 0:
			settled++
		}
	}
	of := ""
	if open > 1 {
		of = fmt.Sprintf(" %d of %d open goals", settled, open)
		if settled == open {
			of = " all open goals"
		}
	} else if open == 1 {
		of = " the open goal"
	}
	var parts []string
	if settled > 0 {
		parts = append(parts, fmt.Sprintf("a new run of about %s would probably settle%s", plural(t.roundsToSettle(), "round"), of))
	}
	if close > 0 {
		what := "what is open"
		if open > 1 {
			what = fmt.Sprintf("%d of %d open goals", close, open)
		}
		parts = append(parts, fmt.Sprintf("even 45 rounds would probably not settle %s: it varies too much for how close it is", what))
	}
	if len(parts) == 0 {
		return
	}
	t.paragraph("open", yellow, strings.Join(parts, "; "))
	if t.NewRun != "" {
		t.b.WriteString("         " + t.NewRun + "\n") // whole whatever its width, to be copied
	}
}

// roundsOf is how many rounds the open rows of a goal had.
func (v *View) roundsOf(g compare.Goal) int {
	most := 0
	for _, r := range v.Rows {
		if c, ok := r.cell(g.Candidate); ok && inGoal(g, r) && (g.Each == 0 || c.Status == compare.Inconclusive) {
			most = max(most, c.Rounds)
		}
	}
	return most
}

// unsaid are the warnings that the line about the run's limit does not hold.
func (t *terminal) unsaid(in []compare.Warning) []compare.Warning {
	if t.limitShown() == "" {
		return in
	}
	return slices.DeleteFunc(slices.Clone(in), func(w compare.Warning) bool {
		return w.Row == "" && strings.HasPrefix(w.Text, "a plan of ")
	})
}

// hasInterval is whether a ratio may be quoted.
func hasInterval(i compare.Interval) bool { return FormatInterval(i) != FormatRatio(i.Ratio) }

package report

import (
	"fmt"
	"strings"

	"xbench/compare"
)

// mostAnswers is for how many candidates a question has one sentence each.
const mostAnswers = 3

// answers say which of a few programs is faster, where nobody claimed anything
// and the whole table is one benchmark: whoever gives two command lines has
// asked that. Without their full stops, and nil for any other run.
func (v *View) answers() []string {
	if !v.Commands || v.Verdict != compare.NoGoals || len(v.work()) != 1 || v.Reference == "" || len(v.Candidates) > mostAnswers {
		return nil
	}
	var out []string
	for _, candidate := range v.Candidates {
		c, ok := v.work()[0].cell(candidate)
		if !ok || c.invalid() {
			return nil
		}
		out = append(out, v.answer(c))
	}
	return out
}

func (v *View) answer(c Cell) string {
	if !hasInterval(c.Speedup) {
		return fmt.Sprintf("Not enough data to say which of %s and %s is faster: %s", v.Reference, c.Candidate, plural(c.Rounds, "round"))
	}
	share := strings.Replace(FormatBounds(1/c.Speedup.Hi, 1/c.Speedup.Lo), " - ", " to ", 1)
	takes := fmt.Sprintf("takes %s of %s's time", share, v.Reference)
	switch {
	case c.Claim > 1:
		return fmt.Sprintf("%s is faster: it %s (%s faster, 95 %%)", c.Candidate, takes, atLeast(c.Claim))
	case c.Speedup.Hi < 1:
		return fmt.Sprintf("%s is slower: it %s (95 %%)", c.Candidate, takes)
	case c.vague():
		return fmt.Sprintf("Not enough data to say which is faster: %s %s (95 %%)", c.Candidate, takes)
	}
	s := fmt.Sprintf("No difference found: %s %s (95 %%)", c.Candidate, takes)
	if v.SmallestRow > 0 {
		s += fmt.Sprintf("; one of %s would have shown, nine times in ten", formatDifference(v.SmallestRow))
	}
	return s
}

// answered stands above the verdict on the terminal, where "nothing was claimed"
// would be all that is said.
func (t *terminal) answered() {
	for _, s := range t.answers() {
		t.paragraph("answer", bold, s)
	}
}

// answered opens PERFORMANCE.md.
func (m *markdown) answered() {
	for _, s := range m.answers() {
		m.printf("%s.\n\n", md(s))
	}
}

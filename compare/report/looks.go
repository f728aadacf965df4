package report

import (
	"fmt"
	"slices"
	"strings"

	"xbench/compare"
)

const (
	firstLook  = 3 // no plan has an earlier one that can decide
	worthwhile = 5 // below it, a plan is warned of
)

// fewRounds is below what a run says how little it can show, whatever came of
// it.
const fewRounds = 8

// limit says in a line what the run could show, where something is open or the
// rounds are few; beside a clear verdict it would only puzzle.
func (t *terminal) limit() {
	if s := t.limitShown(); s != "" {
		t.paragraph("limit", plain, s)
	}
}

func (t *terminal) limitShown() string {
	if t.gatedOpen() || t.MaxRounds < fewRounds && len(t.Goals) > 0 {
		return t.limitText()
	}
	return ""
}

func (v *View) limitText() string {
	in, find := plural(v.lookedAt(), "round"), "find"
	if v.Apart != nil {
		in, find = "this data", "finds"
	}
	switch {
	case v.Reference == "" && len(v.Versus) == 0 || v.judgedByNone():
		return ""
	case v.Apart != nil && v.SmallestRow == 0:
		return ""
	case v.SmallestRow == 0 && v.Rounds < 3:
		return fmt.Sprintf("%s can show nothing: the first verdict is after %d rounds, and %d are the fewest worth one; raise --rounds or --budget", plural(v.Rounds, "round"), firstLook, worthwhile)
	case v.SmallestRow == 0:
		return ""
	case v.SmallestMean > 0 && len(v.Rows) > 1:
		return fmt.Sprintf("nine times in ten, %s %s a mean that differs by %s, and a row that differs by %s; what differs less can stay unseen",
			in, find, orMore(v.SmallestMean), orMore(v.SmallestRow))
	}
	return fmt.Sprintf("nine times in ten, %s %s a difference of %s; a smaller one can stay unseen", in, find, orMore(v.SmallestRow))
}

// orMore words a difference and every larger one.
func orMore(f float64) string {
	return strings.TrimSuffix(formatDifference(f), " or more") + " or more"
}

// lookedAt is the last look that any goal has had, or what was measured.
func (v *View) lookedAt() int {
	last := 0
	for _, g := range v.Goals {
		for _, l := range g.Looks {
			last = max(last, l.Round)
		}
	}
	if last == 0 {
		return v.Rounds
	}
	return last
}

// stops says which rows were measured no longer without a verdict, and why.
// Where all had the plan's rounds that is said once.
func (t *terminal) stops() {
	if !t.gatedOpen() || t.Apart != nil {
		return
	}
	if n := t.atPlansEnd(); n > 1 {
		t.paragraph("rows", plain, fmt.Sprintf("all %d were measured to the plan's end, %s", n, plural(t.MaxRounds, "round")))
		return
	}
	var parts []string
	settled, first, last := 0, 0, 0
	open := make(map[string][]string)
	for _, r := range t.Rows {
		for _, c := range r.Cells {
			if c.Stopped == compare.StoppedDecided && c.rank() != rankUnclear {
				settled++
				if first == 0 || c.Rounds < first {
					first = c.Rounds
				}
				last = max(last, c.Rounds)
				continue
			}
			why := t.stoppedShort(c)
			open[why] = append(open[why], t.of(c.Candidate)+r.Short)
		}
	}
	if settled > 0 {
		parts = append(parts, fmt.Sprintf("%d decided after %s", settled, fromTo(first, last)))
	}
	for _, why := range sortedKeys(open) {
		part := fmt.Sprintf("%d %s", len(open[why]), why)
		if settled > 0 || len(open) > 1 {
			part += ": " + list(open[why], 3)
		}
		parts = append(parts, part)
	}
	if len(t.Rows) > 1 && len(open) > 0 {
		t.paragraph("rows", plain, strings.Join(parts, "; "))
	}
}

// atPlansEnd is how many results there are if every one has the plan's rounds,
// 0 if one ended otherwise.
func (v *View) atPlansEnd() int {
	n := 0
	for _, r := range v.Rows {
		for _, c := range r.Cells {
			if !v.lasted(c) {
				return 0
			}
			n++
		}
	}
	return n
}

// lasted is whether a result has all of the plan's rounds: whatever was decided
// by then, it did not end measuring.
func (v *View) lasted(c Cell) bool { return !c.invalid() && v.MaxRounds > 0 && c.Rounds >= v.MaxRounds }

// stoppedEarly is whether some row was measured no longer because of what it
// had shown.
func (v *View) stoppedEarly() bool {
	return slices.ContainsFunc(v.Rows, func(r Row) bool {
		return slices.ContainsFunc(r.Cells, func(c Cell) bool {
			return !v.lasted(c) && (c.Stopped == compare.StoppedDecided || c.Stopped == compare.StoppedFutile)
		})
	})
}

func fromTo(first, last int) string {
	if first == last {
		return plural(last, "round")
	}
	return fmt.Sprintf("%d to %s", first, plural(last, "round"))
}

func sortedKeys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// stoppedShort is why a row was measured no longer, in a few words. A row that
// is not settled itself is never said to be decided: its goals were, by others.
func (v *View) stoppedShort(c Cell) string {
	after := plural(c.Rounds, "round")
	if v.lasted(c) {
		return "at the plan's end, " + after
	}
	switch c.Stopped {
	case compare.StoppedDecided:
		switch {
		case c.rank() == rankUnclear:
			return "open when its goals were settled, after " + after
		case c.DecidedAt > 0:
			return fmt.Sprintf("decided at round %d", c.DecidedAt)
		}
		return "decided with its goals"
	case compare.StoppedFutile:
		return "given up after " + after
	case compare.StoppedRounds:
		return "at the plan's end, " + after
	case compare.StoppedBudget:
		return "at the budget's end, " + after
	case compare.StoppedInterrupt:
		return "interrupted after " + after
	case compare.StoppedInvalid:
		return "invalid"
	case compare.StoppedShown:
		return "not waited for: it does not gate"
	}
	return "measured for " + after
}

// moreText is what an open row or goal would still take.
func moreText(more int, tooClose bool) string {
	switch {
	case tooClose:
		return "more than 45 in all: it varies too much for how close it is"
	case more > 0:
		return "about " + plural(more, "round")
	}
	return ""
}

// lookTables print how every goal stood after each planned look, and which
// goals were open at the end.
func (m *markdown) lookTables() {
	t := newMDTable("goal", "candidate", ">look after", ">found by then", ">rows open", "row that decides", "verdict")
	n := 0
	for _, g := range m.Goals {
		who := none
		if len(m.Candidates) > 1 {
			who = md(g.Candidate)
		}
		for _, l := range g.Looks {
			open, worst := none, none
			if g.Each > 0 {
				open, worst = fmt.Sprint(l.Open), mdCell(l.Worst)
			}
			word, settled := m.lookWord(g, l)
			if settled {
				word = "**" + word + "**"
			}
			n++
			t.add(md(claimText(g)), who, fmt.Sprintf("round %d", l.Round), FormatInterval(l.Found), open, worst, word)
		}
	}
	if n == 0 {
		return
	}
	m.printf("Looks: how each goal stood when the run decided what to measure next. `xbench compare record.txt --explain 'goal: CLAIM'` prints the arithmetic.\n\n")
	t.write(&m.b)
}

// lookWord is how a goal stood after a look, and whether that settled it.
func (v *View) lookWord(g compare.Goal, l compare.Look) (word string, settled bool) {
	switch {
	case l.Verdict == compare.Inconclusive && l.GaveUp:
		s := "given up"
		if l.Chance > 0 {
			s += fmt.Sprintf(": a verdict by round %d has a chance of %s", v.MaxRounds, FormatPercent(l.Chance))
		}
		return s, false
	case l.Verdict == compare.Inconclusive && l.Round == v.MaxRounds:
		return string(l.Verdict), false
	case l.Verdict == compare.Inconclusive:
		return "open", false
	case g.DecidedAt > 0 && l.Round > g.DecidedAt:
		return string(l.Verdict) + ", decided before", false
	}
	return string(l.Verdict), true
}

// stops print why each row was measured no longer, folded away. Where that is
// one thing for all it is said once, and only rows that need more are listed.
func (m *markdown) stops() {
	if m.Reference == "" {
		return
	}
	ways, open := make(map[string]bool), false
	for _, r := range m.Rows {
		for _, c := range r.Cells {
			if c.Stopped != "" {
				ways[m.stoppedShort(c)] = true
				open = open || moreText(c.MoreRounds, c.TooClose) != ""
			}
		}
	}
	heading := "Why measuring each row ended"
	switch len(ways) {
	case 0:
		return
	case 1:
		m.printf("Measuring ended for every row alike: %s.\n\n", md(sortedKeys(ways)[0]))
		if !open {
			return
		}
		heading = "What the open rows would need"
	}
	m.printf("<details><summary>%s</summary>\n\n", heading)
	m.stopTable(len(ways) == 1)
	if open {
		m.printf("%s\n\n", newRunText)
	}
	m.printf("</details>\n\n")
}

func (m *markdown) stopTable(openOnly bool) {
	t := newMDTable("benchmark", "candidate", ">rounds", "why it ended", "more rounds needed, probably")
	for _, r := range m.Rows {
		for _, c := range r.Cells {
			more := moreText(c.MoreRounds, c.TooClose)
			if c.Stopped == "" || openOnly && more == "" {
				continue
			}
			who := none
			if len(m.Candidates) > 1 {
				who = md(c.Candidate)
			}
			t.add(r.mdName(), who, fmt.Sprint(c.Rounds), md(m.stoppedShort(c)), md(orNone(more)))
		}
	}
	t.write(&m.b)
}

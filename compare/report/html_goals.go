package report

import (
	"fmt"
	"strings"

	"xbench/compare"
)

// A htmlCard is one number of the first screen.
type htmlCard struct {
	Label, Value, Note string
	Sign               htmlSign
}

// cards are what a reader asks first. They count what the banner and the table
// count, from the same fields.
func (p *htmlPage) cards() []htmlCard {
	var out []htmlCard
	for _, candidate := range p.v.Candidates {
		if card, ok := p.meanCard(candidate); ok {
			out = append(out, card)
		}
	}
	if card, ok := p.goalsCard(); ok {
		out = append(out, card)
	}
	count := make(map[string]int)
	for _, r := range p.v.Rows {
		for _, c := range r.Cells {
			count[c.state()]++
		}
	}
	add := func(state, label string, sign htmlSign, always bool) {
		if n := count[state]; n > 0 || always {
			if n == 0 {
				sign = htmlSign{}
			}
			note := "of " + plural(p.resultCount(), "result")
			if gating := p.v.gatingNote(rankSlower); state == stateSlower && gating != "" {
				note += ", " + gating
			}
			out = append(out, htmlCard{Label: label, Value: fmt.Sprint(n), Note: note, Sign: sign})
		}
	}
	compared := p.v.Reference != ""
	add(stateInvalid, "invalid", htmlSign{Icon: "stop", Color: "slower"}, false)
	add(stateSlower, "slower", htmlSign{Icon: "cross", Color: "slower"}, compared)
	add(stateMissed, "goal missed", htmlSign{Icon: "cross", Color: "missed"}, false)
	add(stateUnclear, "unclear", htmlSign{Icon: "question", Color: "unclear"}, compared)
	return append(out, p.roundsCard())
}

// resultCount is how many results the table holds.
func (p *htmlPage) resultCount() int {
	n := 0
	for _, r := range p.v.Rows {
		n += len(r.Cells)
	}
	return n
}

// meanCard is the mean that the claim in the banner is made from: that of the
// first goal that wants one, else that over the most rows.
func (p *htmlPage) meanCard(candidate string) (htmlCard, bool) {
	label := "geometric mean"
	if len(p.v.Candidates) > 1 {
		label += " of " + candidate
	}
	found, rows, of := compare.Interval{}, 0, ""
	if m, ok := p.v.overall(candidate); ok {
		found, rows, of = m.Geometric, m.Rows, m.Group
	}
	for _, g := range p.v.Goals {
		if g.Speedup > 0 && g.Candidate == candidate && g.Found.Ratio > 0 && !p.v.Unplanned {
			found, rows, of = g.Found, g.Rows, meanLabel(g)
			break
		}
	}
	if p.v.Reference == "" || FormatRatio(found.Ratio) == none {
		return htmlCard{}, false
	}
	if rows == 1 {
		label = strings.Replace(label, "geometric mean", "speedup", 1)
	}
	over := plural(rows, "benchmark")
	if of != compare.GroupAll {
		over = plural(rows, of+" benchmark")
	}
	note := over
	if b := FormatBounds(found.Lo, found.Hi); b != none {
		note = b + ", " + over
	}
	return htmlCard{Label: label, Value: FormatRatio(found.Ratio), Note: note}, true
}

func (p *htmlPage) goalsCard() (htmlCard, bool) {
	met, gated := 0, 0
	worst := compare.Pass
	for _, g := range p.v.Goals {
		if !g.Gated {
			continue
		}
		gated++
		switch {
		case g.Verdict == compare.Pass:
			met++
		case worst == compare.Pass || g.Verdict == compare.Fail || g.Verdict == compare.Invalid:
			worst = g.Verdict
		}
	}
	card := htmlCard{Label: "goals met", Value: fmt.Sprintf("%d of %d", met, gated), Note: "level that gates: " + orNone(p.v.Gate)}
	if met < gated {
		card.Sign = verdictSign(worst, p.anySlower())
	} else {
		card.Sign = verdictSign(compare.Pass, false)
	}
	return card, gated > 0
}

func (p *htmlPage) roundsCard() htmlCard {
	if a := p.v.Apart; a != nil {
		card := htmlCard{Label: "processes a side", Note: a.measured()}
		for i, o := range a.Origins {
			card.Value += []string{"", " : "}[min(i, 1)] + fromThrough(o.Processes)
		}
		return card
	}
	card := htmlCard{Label: "rounds", Value: fmt.Sprint(p.v.Rounds), Note: fmt.Sprintf("of at most %d", p.v.MaxRounds)}
	lo, hi := 0, 0
	for _, r := range p.v.Rows {
		for _, s := range r.Sides {
			for _, x := range s.Processes {
				n := len(x.SamplesNS)
				if n > 0 && (lo == 0 || n < lo) {
					lo = n
				}
				hi = max(hi, n)
			}
		}
	}
	if hi > 1 {
		card.Label = "rounds x samples"
		card.Value += fmt.Sprintf(" x %d", hi)
		if lo < hi {
			card.Value = fmt.Sprintf("%d x %d-%d", p.v.Rounds, lo, hi)
		}
	}
	return card
}

// goalsTable is what was claimed and what came of it.
func (p *htmlPage) goalsTable() *htmlTable {
	t := newHTMLTable("Goals", "goal", "candidate", "verdict", "needed", ">found", "you can claim")
	t.Quiet, t.Cards = true, true
	for _, g := range p.v.Goals {
		s := verdictSign(g.Verdict, p.slower(g))
		if !g.Gated {
			s.Note = "not gated"
		}
		claim := orNone(claimable(g))
		if from := p.v.claimFrom(g); from != "" && claim != none {
			claim += ", by " + from
		}
		t.add(claimText(g), p.candidate(g.Candidate), signText(s), needText(g), p.v.foundText(g), claim)
	}
	return t.done()
}

// slower is whether the row that a goal hangs on is slower than the reference.
func (p *htmlPage) slower(g compare.Goal) bool {
	for _, r := range p.v.Rows {
		if c, ok := r.cell(g.Candidate); ok && g.Each > 0 && inGoal(g, r) && c.Mark == compare.MarkSlower {
			return true
		}
	}
	return false
}

func (p *htmlPage) decidedTable() *htmlTable {
	t := newHTMLTable("What decided each goal", "goal", "candidate", "level", "decided by", ">rows")
	for _, g := range p.v.Goals {
		t.add(claimText(g), p.candidate(g.Candidate), g.Level, orNone(decidedByText(g)), g.Rows)
	}
	return t.done()
}

// decidedByText names the rows that decided a goal, or its worst one, and the
// round.
func decidedByText(g compare.Goal) string {
	var parts []string
	switch {
	case len(g.Culprits) > 0:
		return list(g.Culprits, 4)
	case g.Verdict == compare.Invalid || g.Verdict == compare.NotEvaluated:
	case g.Speedup == 0 && g.Worst != "":
		parts = append(parts, g.Worst)
	}
	if g.DecidedAt > 0 {
		parts = append(parts, fmt.Sprintf("round %d", g.DecidedAt))
	}
	return strings.Join(parts, ", ")
}

// looksTable is how every goal stood after each planned look.
func (p *htmlPage) looksTable() *htmlTable {
	t := newHTMLTable("How each goal stood after each planned look", "goal", "candidate", ">look after", ">found by then", ">rows open", "row that decides", "verdict")
	for _, g := range p.v.Goals {
		for _, l := range g.Looks {
			var open, worst any = none, none
			if g.Each > 0 {
				open, worst = l.Open, codeText(orNone(l.Worst))
			}
			var verdict any
			word, settled := p.v.lookWord(g, l)
			if verdict = word; settled {
				verdict = boldText(word)
			}
			t.add(claimText(g), p.candidate(g.Candidate), fmt.Sprintf("round %d", l.Round), FormatInterval(l.Found), open, worst, verdict)
		}
	}
	return t.done()
}

// candidate names a candidate where there are several; the column is dropped
// where there is one.
func (p *htmlPage) candidate(name string) string {
	if len(p.v.Candidates) < 2 {
		return none
	}
	return name
}

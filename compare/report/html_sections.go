package report

import (
	"fmt"
	"strings"

	"xbench/compare"
)

// A htmlWarning is a sort of warning with the places where it was seen.
type htmlWarning struct {
	Text  string
	Cases []htmlCase
}

type htmlCase struct{ Row, ID, Who, Figures string }

// warnings are about the measurement, one for each sort; after them come
// differences between the sides that put the ratio itself in question.
func (p *htmlPage) warnings() []htmlWarning {
	var out []htmlWarning
	for _, same := range sortWarnings(p.v.otherWarnings()) {
		if len(same) == 1 {
			out = append(out, htmlWarning{Text: warningText(same[0])})
			continue
		}
		text, apart := common(same)
		if remedy := same[0].Remedy; remedy != "" {
			text += "; " + remedy
		}
		w := htmlWarning{Text: text}
		for i, x := range same {
			w.Cases = append(w.Cases, htmlCase{Row: x.Row, ID: p.ids[x.Row], Who: x.Impl, Figures: apart[i]})
		}
		out = append(out, w)
	}
	for _, d := range p.v.Fairness {
		if d.Severity == compare.Serious {
			out = append(out, htmlWarning{Text: "not alike, " + p.v.differenceText(d) + ": " + d.Meaning})
		}
	}
	return out
}

// meansTable leaves out what has no mean, because a row of it is not valid.
func (p *htmlPage) meansTable() *htmlTable {
	if len(p.v.Rows) < 2 {
		return nil
	}
	t := newHTMLTable("Means over benchmarks", "rows of", "candidate", ">rows", ">geometric mean", ">arithmetic", ">total time", ">min", ">max", ">without any one row", ">by CPU time", "you can claim")
	for _, x := range p.v.Means {
		if FormatRatio(x.Geometric.Ratio) == none {
			continue
		}
		t.add(x.Group, p.candidate(x.Candidate), x.Rows, FormatInterval(x.Geometric), FormatRatio(x.Arithmetic), FormatRatio(x.TotalTime),
			FormatRatio(x.Min), FormatRatio(x.Max), FormatBounds(x.LeaveOneOutLo, x.LeaveOneOutHi), FormatRatio(x.CPU), orNone(atLeast(x.Claim)))
	}
	return t.done()
}

func (p *htmlPage) categoriesTable() *htmlTable {
	if len(p.v.Rows) < 2 {
		return nil
	}
	t := newHTMLTable("Means of categories", "category", "candidate", ">rows", ">geometric mean", ">expected", ">varies from round to round")
	for _, x := range p.v.Categories {
		if FormatRatio(x.Geometric.Ratio) == none {
			continue
		}
		expected, variation := none, none
		if x.Expected > 0 {
			expected = FormatRatio(x.Expected)
		}
		if x.Variation > 0 {
			variation = FormatPercent(x.Variation)
		}
		t.add(x.Name, p.candidate(x.Candidate), x.Rows, FormatInterval(x.Geometric), expected, variation)
	}
	return t.done()
}

// heaviest names the row that each mean hangs on most.
func (p *htmlPage) heaviest() []string {
	var out []string
	for _, x := range p.v.Means {
		if x.Heaviest != "" && FormatRatio(x.Geometric.Ratio) != none {
			out = append(out, fmt.Sprintf("%s, rows of %s: the mean hangs most on %s; without it, it is %s.", x.Candidate, x.Group, x.Heaviest, FormatRatio(x.WithoutHeaviest)))
		}
	}
	return out
}

// A htmlVariants is one implementation's times, scenario by variant.
type htmlVariants struct {
	Implementation string
	Figure         *htmlFigure
	Times, Ratios  *htmlTable
}

func (p *htmlPage) variants() []htmlVariants {
	var out []htmlVariants
	for i, t := range p.v.Tables {
		out = append(out, htmlVariants{Implementation: t.Implementation, Figure: p.figure(p.v.executorsName(i)), Times: timesTable(t), Ratios: ratiosTable(t)})
	}
	return out
}

func timesTable(t Table) *htmlTable {
	headings := []string{"scenario"}
	for _, name := range t.Variants {
		headings = append(headings, ">"+name)
	}
	out := newHTMLTable("Times of "+t.Implementation, append(headings, ">lower bound", ">efficiency")...)
	for _, l := range t.Lines {
		row := []any{codeText(l.Scenario)}
		for _, c := range l.Cells {
			switch {
			case c.Best:
				row = append(row, boldText(c.word()))
			case c.sign() != "":
				row = append(row, c.sign()+" "+c.word())
			default:
				row = append(row, c.word())
			}
		}
		efficiency := none
		if l.Efficiency > 0 {
			efficiency = FormatPercent(l.Efficiency)
		}
		out.add(append(row, FormatDuration(l.LowerBoundNS), efficiency)...)
	}
	return out.done()
}

// ratiosTable holds the numbers behind the marks.
func ratiosTable(t Table) *htmlTable {
	out := newHTMLTable("How much slower the others of "+t.Implementation+" are", "scenario", "variant", ">times as long as the fastest", ">rounds", "that is")
	for _, l := range t.Lines {
		for i, c := range l.Cells {
			switch {
			case c.Standing != "":
				out.add(codeText(l.Scenario), t.Variants[i], timesAsLong(c.Ratio, c.Stepped), c.Shared, standingWord(c))
			case c.Why != "":
				out.add(codeText(l.Scenario), t.Variants[i], none, none, "not compared: "+c.Why)
			}
		}
	}
	return out.done()
}

func (p *htmlPage) finalsTable() *htmlTable {
	who := "the candidate"
	if len(p.v.Candidates) == 1 {
		who = p.v.Candidates[0]
	}
	t := newHTMLTable("Best against best", "scenario", "candidate", "best of "+p.v.Reference, ">time", "best of "+who, ">time", ">speedup", ">rounds")
	for _, f := range p.v.Finals {
		t.add(codeText(f.Scenario), p.candidate(f.Candidate), f.Ref.Variant, FormatDuration(f.Ref.NS), f.Cand.Variant, FormatDuration(f.Cand.NS), finalRatio(f.Speedup), f.Rounds)
	}
	return t.done()
}

// A htmlSweep is how the times of one sweep grow, or where one way of running
// the work overtakes another.
type htmlSweep struct {
	Title  string
	Figure *htmlFigure
	Said   []string
	Table  *htmlTable
}

func (p *htmlPage) scalings() []htmlSweep {
	var out []htmlSweep
	for i, s := range p.v.Scalings {
		sweep := htmlSweep{Title: fmt.Sprintf("%s, %s %s", s.Label, s.Knob, span(s.Values)), Figure: p.figure(fmt.Sprintf("scaling-%d", i+1)), Table: p.lawsTable(s)}
		for _, note := range []string{s.leftOut(), s.tooFew()} {
			if note != "" {
				sweep.Said = append(sweep.Said, note+".")
			}
		}
		out = append(out, sweep)
	}
	return out
}

func (p *htmlPage) lawsTable(s Scaling) *htmlTable {
	t := newHTMLTable("How the times of "+s.Label+" grow with "+s.Knob, "implementation", "grows", ">fixed cost", ">for each", ">exponent", ">one more costs", ">rounds")
	for _, g := range s.Growths {
		fixed, each := none, none
		if g.Linear {
			fixed, each = formatCost(g.Fixed), formatCost(g.PerUnit)
		}
		t.add(g.Implementation, lawText(g), fixed, each, exponentText(s.Knob, g.Power), formatCost(g.Unit), g.Rounds)
	}
	for _, r := range s.Ratios {
		name, changes := "speedup", none
		if len(p.v.Candidates) > 1 {
			name += " of " + r.Candidate
		}
		if r.Flat() {
			changes = "does not change"
		}
		t.add(name, changes, none, none, exponentText(s.Knob, r.Power), none, r.Rounds)
	}
	return t.done()
}

func (p *htmlPage) crossings() []htmlSweep {
	var out []htmlSweep
	for i, x := range p.v.Crossings {
		first := x.Crossovers[0]
		sweep := htmlSweep{Title: fmt.Sprintf("%s, %s: %s", first.Implementation, x.Label, first.Knob), Figure: p.figure(fmt.Sprintf("crossover-%d", i+1)), Table: crossingTable(x)}
		for _, c := range x.Crossovers {
			sweep.Said = append(sweep.Said, fmt.Sprintf("%s against %s: %s.", c.To, c.From, crossoverText(c)))
		}
		if s := taskFrom(first); s != "" {
			sweep.Said = append(sweep.Said, "Here "+s+".")
		}
		out = append(out, sweep)
	}
	return out
}

func crossingTable(x Crossing) *htmlTable {
	first := x.Crossovers[0]
	t := newHTMLTable("Times of "+x.Label+" by "+first.Knob, ">"+first.Knob, ">"+first.From, "against", ">time", ">times faster", ">95% interval", ">rounds")
	for i, s := range first.Sizes {
		for _, c := range x.Crossovers {
			if j := sameSize(c, s.Size, i); j >= 0 {
				s := c.Sizes[j]
				t.add(formatSize(s.Size), FormatDuration(s.From.NS), c.To, FormatDuration(s.To.NS), FormatRatio(s.Ratio.Ratio), FormatBounds(s.Ratio.Lo, s.Ratio.Hi), c.Rounds)
			}
		}
	}
	return t.done()
}

// differencesTable lists in what the sides were not alike.
func (p *htmlPage) differencesTable() *htmlTable {
	ref, cand := "reference", "value"
	if len(p.v.Candidates) == 1 {
		ref, cand = p.v.Reference, p.v.Candidates[0]
	}
	t := newHTMLTable("In what the sides were not alike", "difference", "weight", "candidate", ref, cand, "where", "what it means")
	for _, d := range p.v.Fairness {
		var weight any = "to be said"
		switch d.Severity {
		case compare.Serious:
			weight = signText{Icon: "stop", Color: "slower", Word: "serious"}
		case compare.Remark:
			weight = "remark"
		}
		t.add(d.What, weight, p.candidate(sidesOf(d)), d.Reference, d.Value, p.seenOn(d), d.Meaning)
	}
	return t.done()
}

// seenOn names the benchmarks of a difference.
func (p *htmlPage) seenOn(d compare.Difference) any {
	if len(d.Rows) == 0 {
		return "the run"
	}
	s := fmt.Sprintf("%d of %d", len(d.Rows), d.Of)
	if len(d.Rows) == d.Of && d.Of > 1 {
		s = fmt.Sprintf("all %d", d.Of)
	}
	return s + ", most clearly " + d.Rows[0]
}

func (p *htmlPage) sidesSummary() *htmlTable {
	t := newHTMLTable("How each side ran", "implementation", "version", "build", "flags", ">cores used", ">peak memory", ">start-up", "clock", "command")
	for _, s := range p.v.Sides {
		name := s.Name
		if s.Reference {
			name += " (reference)"
		}
		t.add(name, orNone(versionText(s)), orNone(s.Mode), codeText(orNone(strings.Join(s.Flags, " "))), formatCores(s.Cores), size(s.RSS, s.RSSAtMost),
			FormatDuration(s.StartNS), orNone(s.Clock), codeText(orNone(quoteAll(s.Command))))
	}
	return t.done()
}

// sideTexts are what there is to say of each side in a sentence.
func (p *htmlPage) sideTexts() []string {
	var out []string
	for _, candidate := range p.v.Candidates {
		if m, ok := p.v.overall(candidate); ok && m.RefCores > 0 && m.CandCores > 0 && FormatRatio(m.Geometric.Ratio) != none && p.v.Reference != "" {
			out = append(out, p.v.fairText(m)+".")
		}
	}
	out = append(out, p.v.StartMethods...)
	for _, s := range p.v.ranTexts() {
		out = append(out, s+".")
	}
	for _, s := range p.v.Sides {
		var parts []string
		for _, kv := range s.Settings {
			parts = append(parts, kv[0]+" "+kv[1])
		}
		if len(parts) > 0 {
			out = append(out, s.Name+" says that it ran with "+strings.Join(parts, ", ")+".")
		}
	}
	return out
}

// effortTable puts the ratios by the clock, by CPU time and by memory side by
// side, and that of the first results beside them.
func (p *htmlPage) effortTable() *htmlTable {
	if p.v.Reference == "" {
		return nil
	}
	t := newHTMLTable("By the clock, by CPU time, by memory", "rows of", "candidate", ">rows", ">by the clock", ">by CPU time", ">by peak memory", ">first result after launch")
	for _, x := range p.v.Means {
		if FormatRatio(x.Geometric.Ratio) == none {
			continue
		}
		t.add(x.Group, p.candidate(x.Candidate), x.Rows, FormatRatio(x.Geometric.Ratio), orLacking(FormatRatio(x.CPU), x.WithoutCPU),
			orLacking(rssText(x.RSS, x.RSSAtLeast, x.RSSAtMost), x.WithoutRSS), orLacking(FormatInterval(x.Cold.Speedup), x.WithoutCold))
	}
	return t.done()
}

func (p *htmlPage) environmentTable() *htmlTable {
	t := newHTMLTable("Environment", "what", "value")
	for _, kv := range p.v.Environment {
		t.add(kv[0], kv[1])
	}
	for _, s := range p.v.Sides {
		t.add(s.Name, p.v.sideText(s))
	}
	t.add("seed", p.v.Seed)
	return t.done()
}

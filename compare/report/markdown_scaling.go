package report

import (
	"fmt"
	"slices"

	"xbench/compare"
)

// scalings prints how every sweep grows. The numbers at each value are those of
// its rows, under Results.
func (m *markdown) scalings() {
	if len(m.Scalings) == 0 {
		return
	}
	m.section("Scaling")
	m.endNote()
	m.printf("%s The time and the speedup at each value are under Results.\n\n", md(scalingText))
	m.fold("What the words mean", func() {
		for _, term := range growthTerms {
			m.printf("- **%s**: %s\n", md(term[0]), md(term[1]))
		}
		m.b.WriteByte('\n')
	})
	for i, s := range m.Scalings {
		m.subsection(fmt.Sprintf("%s, %s %s", s.Label, s.Knob, span(s.Values)))
		m.picture(fmt.Sprintf("scaling-%d", i+1))
		m.laws(s)
		for _, note := range []string{s.leftOut(), s.tooFew()} {
			if note != "" {
				m.printf("%s.\n\n", md(note))
			}
		}
	}
}

func (m *markdown) laws(s Scaling) {
	t := newMDTable("implementation", "grows", ">fixed cost", ">for each", ">exponent", ">one more costs", ">rounds")
	for _, g := range s.Growths {
		fixed, each := none, none
		if g.Linear {
			fixed, each = formatCost(g.Fixed), formatCost(g.PerUnit)
		}
		t.add(md(g.Implementation), lawText(g), fixed, each, md(exponentText(s.Knob, g.Power)), formatCost(g.Unit), fmt.Sprint(g.Rounds))
	}
	for _, r := range s.Ratios {
		name := "speedup"
		if len(m.Candidates) > 1 {
			name += " of " + r.Candidate
		}
		changes := none
		if r.Flat() {
			changes = "does not change"
		}
		t.add(md(name), changes, none, none, md(exponentText(s.Knob, r.Power)), none, fmt.Sprint(r.Rounds))
	}
	t.write(&m.b)
}

// crossings prints where processes overtake threads.
func (m *markdown) crossings() {
	if len(m.Crossings) == 0 {
		return
	}
	m.section("Crossover")
	m.endNote()
	m.printf("%s\n\n", md(crossingText))
	for i, x := range m.Crossings {
		c := x.Crossovers[0]
		m.subsection(fmt.Sprintf("%s, %s: %s", c.Implementation, x.Label, c.Knob))
		m.picture(fmt.Sprintf("crossover-%d", i+1))
		for _, c := range x.Crossovers {
			m.printf("- **%s** against %s: %s\n", md(c.To), md(c.From), md(crossoverText(c)))
		}
		m.b.WriteByte('\n')
		if s := taskFrom(c); s != "" {
			m.printf("Here %s.\n\n", md(s))
		}
		t := newMDTable(">"+md(c.Knob), ">"+md(c.From), "against", ">time", ">times faster", ">95% interval", ">rounds")
		for i, s := range c.Sizes {
			for _, c := range x.Crossovers {
				if j := sameSize(c, s.Size, i); j >= 0 {
					s := c.Sizes[j]
					t.add(formatSize(s.Size), FormatDuration(s.From.NS), md(c.To), FormatDuration(s.To.NS),
						FormatRatio(s.Ratio.Ratio), FormatBounds(s.Ratio.Lo, s.Ratio.Hi), fmt.Sprint(c.Rounds))
				}
			}
		}
		t.write(&m.b)
	}
}

// sameSize finds a size in a crossover, likely at i.
func sameSize(c compare.Crossover, size float64, i int) int {
	if i < len(c.Sizes) && c.Sizes[i].Size == size {
		return i
	}
	return slices.IndexFunc(c.Sizes, func(s compare.CrossoverSize) bool { return s.Size == size })
}

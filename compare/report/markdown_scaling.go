package report

import (
	"fmt"
	"slices"
	"strings"

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
	m.printf("Rows that differ in one knob, all else being equal; the time and the speedup at each value are under Results. Estimates are made round by round; intervals are 95%% t intervals over rounds.\n\n" +
		"- **linear**: a fixed cost and so much for each; no point is proved to be off that by more than 5%%, and none is off by more than 15%%. That is no power law, but its exponent nears 1 where the fixed cost no longer counts.\n" +
		"- **does not grow**: the whole interval of the exponent holds 0 and is within 0.2 of it.\n" +
		"- **exponent**: the slope of log time on log value. Where the exponents between neighbouring values differ by more than the rounds vary, there is no one exponent: two local ones are given, those of the first and the last pair of values, or of the pair that is furthest off. " +
		"**Doubtful** says that the first and the last pair are more than 0.3 apart, but that the rounds vary too much to prove it: add rounds.\n" +
		"- **one more costs**: the difference quotient between the two largest values; it assumes no law.\n" +
		"- The exponent of the speedup is the reference's less the candidate's: above 0 the gap widens.\n\n")
	for _, s := range m.Scalings {
		m.printf("### %s, %s %s\n\n", md(s.Label), md(s.Knob), span(s.Values))
		m.chart(s.Chart, "Time against "+s.Knob+", both axes logarithmic")
		m.laws(s)
		for _, note := range []string{s.leftOut(), s.tooFew()} {
			if note != "" {
				m.printf("%s.\n\n", md(note))
			}
		}
	}
}

func (m *markdown) chart(path, alt string) {
	if path != "" {
		m.printf("![%s](%s)\n\n", md(alt), strings.ReplaceAll(clean(path), " ", "%20"))
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
	m.printf("From which size on another way of running the same work is faster, for one implementation. " +
		"Differences are taken within a round, though other rows run between the two; \"slower\" and \"faster\" are proved by the 95%% t interval over rounds at each size. " +
		"The size at which both take as long is interpolated between two sizes; its interval holds every size at which the two are not proved to differ, whether straight lines are drawn through times or through their logarithms. Sizes closer together make it narrower. There is an estimate only where one way is proved faster at one end and the other at the other.\n\n")
	for _, x := range m.Crossings {
		c := x.Crossovers[0]
		m.printf("### %s, %s: %s\n\n", md(c.Implementation), md(x.Label), md(c.Knob))
		m.chart(x.Chart, "Time of each way against "+c.Knob+", both axes logarithmic")
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

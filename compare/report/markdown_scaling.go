package report

import (
	"fmt"
	"slices"
	"strings"

	"xbench/compare"
)

// scalings prints every sweep: the laws first, then the numbers they are drawn
// through.
func (m *markdown) scalings() {
	if len(m.Scalings) == 0 {
		return
	}
	m.section("Scaling")
	m.printf("Rows that differ in one knob, all else being equal. The exponent is the slope of log time on log value, fitted round by round; intervals are 95%% t intervals over rounds. " +
		"\"One more\" is the difference quotient between the two largest values and assumes no law; a fixed cost is given only where a fixed cost and so much for each fits within 5%%. " +
		"Where the local exponents differ by more than the rounds vary, there is no one exponent, and none is given. " +
		"The exponent of the speedup is the reference's less the candidate's: above 0 the gap widens.\n\n")
	for _, s := range m.Scalings {
		m.printf("### %s, %s %s\n\n", md(s.Label), md(s.Knob), span(s.Values))
		m.chart(s.Chart, "Time against "+s.Knob+", both axes logarithmic")
		m.laws(s)
		for _, note := range []string{s.leftOut(), s.tooFew()} {
			if note != "" {
				m.printf("%s.\n\n", md(note))
			}
		}
		m.sizes(s)
	}
}

func (m *markdown) chart(path, alt string) {
	if path != "" {
		m.printf("![%s](%s)\n\n", md(alt), strings.ReplaceAll(clean(path), " ", "%20"))
	}
}

func (m *markdown) laws(s Scaling) {
	t := newMDTable("implementation", ">time grows as", ">one more costs", "?>fixed cost", ">rounds")
	for _, g := range s.Growths {
		fixed := none
		if g.Linear {
			fixed = formatCost(g.Fixed)
		}
		t.add(md(g.Implementation), md(powerText(s.Knob, g.Power)), formatCost(g.Unit), fixed, fmt.Sprint(g.Rounds))
	}
	for _, r := range s.Ratios {
		name := "speedup"
		if len(m.Candidates) > 1 {
			name += " of " + r.Candidate
		}
		t.add(md(name), md(powerText(s.Knob, r.Power)), none, none, fmt.Sprint(r.Rounds))
	}
	t.write(&m.b)
}

// sizes is a line per value: every side's time, every candidate's speedup.
func (m *markdown) sizes(s Scaling) {
	headings := []string{">" + md(s.Knob)}
	for _, g := range s.Growths {
		headings = append(headings, ">"+md(g.Implementation))
	}
	for _, r := range s.Ratios {
		name := "speedup"
		if len(s.Ratios) > 1 {
			name += " of " + md(r.Candidate)
		}
		headings = append(headings, ">"+name, ">95% interval")
	}
	t := newMDTable(headings...)
	for _, v := range s.Values {
		row := []string{formatSize(v)}
		for _, g := range s.Growths {
			row = append(row, FormatDuration(nsAt(g.Points, v)))
		}
		for _, r := range s.Ratios {
			i := slices.IndexFunc(r.Points, func(p compare.RatioPoint) bool { return p.Value == v })
			if i < 0 {
				row = append(row, none, none)
				continue
			}
			sp := r.Points[i].Speedup
			row = append(row, FormatRatio(sp.Ratio), FormatBounds(sp.Lo, sp.Hi))
		}
		t.add(row...)
	}
	t.write(&m.b)
}

// nsAt is the time at a value, 0 where there is none.
func nsAt(points []compare.Point, value float64) float64 {
	for _, p := range points {
		if p.Value == value {
			return p.NS
		}
	}
	return 0
}

// crossings prints where processes overtake threads.
func (m *markdown) crossings() {
	if len(m.Crossings) == 0 {
		return
	}
	m.section("Crossover")
	m.printf("From which size on another way of running the same work is faster, for one implementation. " +
		"Differences are taken within a round, though other rows run between the two; \"slower\" and \"faster\" are proved by the 95%% t interval over rounds at each size. " +
		"The size at which both take as long is interpolated between two sizes; its interval holds every size at which the two are not proved to differ, whether straight lines are drawn through times or through their logarithms. Sizes closer together make it narrower.\n\n")
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

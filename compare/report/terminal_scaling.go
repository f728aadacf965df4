package report

import "xbench/compare"

// mostScalings is how many sweeps the terminal shows; the report has all.
const mostScalings = 8

// scalings prints how the times of a sweep grow. The speedup at every value is
// in the rows above.
func (t *terminal) scalings() {
	if len(t.Scalings) == 0 {
		return
	}
	g := &grid{indent: 2, columns: []column{{min: 10}, {min: 26, wrap: true, first: true}}}
	g.add(text{"scaling", dim}, text{"time of one iteration", dim})
	for i, s := range t.Scalings {
		if i == mostScalings {
			g.span(text{plural(len(t.Scalings)-i, "more sweep") + " in the report", dim})
			break
		}
		g.span(text{s.Label + ", " + s.Knob + " " + span(s.Values), bold})
		for _, side := range s.Growths {
			g.add(text{s: "  " + side.Implementation}, text{growsAs(s.Knob, side), growthStyle(side)})
		}
		for _, r := range s.Ratios {
			name := "  speedup"
			if len(t.Candidates) > 1 {
				name += " " + r.Candidate
			}
			g.add(text{s: name}, text{s: speedupAlong(s.Knob, r)})
		}
		for _, note := range []string{s.leftOut(), s.tooFew()} {
			if note != "" {
				g.span(text{"  " + note, dim})
			}
		}
	}
	g.write(&t.b, t.opt.Width, t.opt.Color)
}

func growthStyle(g compare.Growth) style {
	if !line(g) && (g.Bent || g.Doubtful) {
		return yellow
	}
	return plain
}

// crossovers prints where work run in processes overtakes work run in threads.
func (t *terminal) crossovers() {
	if len(t.Crossings) == 0 {
		return
	}
	g := &grid{indent: 2, columns: []column{{min: 10}, {min: 12}, {min: 30, wrap: true, first: true}}}
	heading := ""
	for i, x := range t.Crossings {
		if i == mostScalings {
			g.span(text{plural(len(t.Crossings)-i, "more crossover") + " in the report", dim})
			break
		}
		c := x.Crossovers[0]
		if h := "crossover with " + c.From + ": " + x.Label + ", " + c.Knob + " " + formatSize(c.Sizes[0].Size) + " to " + formatSize(c.Sizes[len(c.Sizes)-1].Size); h != heading {
			g.span(text{h, bold})
			heading = h
		}
		for j, c := range x.Crossovers {
			name := ""
			if j == 0 {
				name = "  " + c.Implementation
			}
			g.add(text{s: name}, text{s: c.To}, text{s: crossoverText(c)})
		}
	}
	g.write(&t.b, t.opt.Width, t.opt.Color)
}

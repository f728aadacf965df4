package report

import (
	"fmt"
	"strings"

	"xbench/charts"
)

// speedupAlt is the finding for those who do not see the picture: the mean, how
// far the rows are apart, and how many need a second look.
func (v *View) speedupAlt() string {
	var parts []string
	for _, candidate := range v.Candidates {
		parts = append(parts, v.speedupAltOf(candidate))
	}
	return strings.Join(parts, " ")
}

func (v *View) speedupAltOf(candidate string) string {
	s := fmt.Sprintf("%s against %s", candidate, v.Reference)
	if m, ok := v.overall(candidate); ok && FormatRatio(m.Geometric.Ratio) != none && m.Rows > 1 {
		s += fmt.Sprintf(": geometric mean %s over %s", FormatInterval(m.Geometric), plural(m.Rows, "benchmark"))
	}
	var least, most Row
	var lo, hi Cell
	count := make(map[string]int)
	for _, r := range v.Rows {
		c, ok := r.cell(candidate)
		if !ok {
			continue
		}
		count[attention(c)]++
		if c.invalid() || FormatRatio(c.Speedup.Ratio) == none {
			continue
		}
		if least.Name == "" || c.Speedup.Ratio < lo.Speedup.Ratio {
			least, lo = r, c
		}
		if most.Name == "" || c.Speedup.Ratio > hi.Speedup.Ratio {
			most, hi = r, c
		}
	}
	switch {
	case least.Name == "":
	case least.Name == most.Name:
		s += fmt.Sprintf("; %s %s", least.Name, FormatInterval(lo.Speedup))
	default:
		s += fmt.Sprintf("; from %s (%s) to %s (%s)", FormatRatio(lo.Speedup.Ratio), least.Name, FormatRatio(hi.Speedup.Ratio), most.Name)
	}
	for _, word := range []string{"invalid", "slower", "goal missed", "unclear"} {
		if count[word] > 0 {
			s += fmt.Sprintf("; %d %s", count[word], word)
		}
	}
	return s + "."
}

// attention is why a reader should look at a row, "" for no reason.
func attention(c Cell) string {
	switch c.rank() {
	case rankInvalid:
		return "invalid"
	case rankSlower:
		return "slower"
	case rankMissed:
		return "goal missed"
	case rankUnclear:
		return "unclear"
	}
	return ""
}

// heatAlt names the ends and what is not clear.
func heatAlt(data charts.HeatData) string {
	var least, most charts.HeatCell
	atLeast, atMost := "", ""
	cells, open := 0, 0
	for _, r := range data.Rows {
		for i, c := range r.Cells {
			if c.State == charts.HeatNotRun {
				continue
			}
			cells++
			if c.State == charts.HeatUnclear || c.State == charts.HeatInvalid {
				open++
			}
			if !(c.Ratio > 0) {
				continue
			}
			where := r.Label + ", " + data.Columns[i]
			if atLeast == "" || c.Ratio < least.Ratio {
				least, atLeast = c, where
			}
			if atMost == "" || c.Ratio > most.Ratio {
				most, atMost = c, where
			}
		}
	}
	s := fmt.Sprintf("Speedup over %s, %d cells", data.Reference, cells)
	if atLeast != "" {
		s += fmt.Sprintf(": from %s (%s) to %s (%s)", least.Value, atLeast, most.Value, atMost)
	}
	if open > 0 {
		s += fmt.Sprintf("; %d unclear or invalid", open)
	}
	return s + "."
}

// alt says how each side grows.
func (s Scaling) alt() string {
	var parts []string
	for _, g := range s.Growths {
		if text := growsAs(s.Knob, g); text != none {
			parts = append(parts, g.Implementation+" "+text)
		}
	}
	for _, r := range s.Ratios {
		if text := speedupSpan(r); text != none {
			parts = append(parts, "speedup of "+r.Candidate+" "+text)
		}
	}
	return fmt.Sprintf("%s, %s %s: %s.", s.Label, s.Knob, span(s.Values), strings.Join(parts, ". "))
}

// alt says where one way overtakes another.
func (x Crossing) alt() string {
	var parts []string
	for _, c := range x.Crossovers {
		parts = append(parts, fmt.Sprintf("%s against %s: %s", c.To, c.From, crossoverText(c)))
	}
	return fmt.Sprintf("%s, %s: %s.", x.Label, x.Crossovers[0].Implementation, strings.Join(parts, ". "))
}

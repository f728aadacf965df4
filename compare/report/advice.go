package report

import (
	"fmt"
	"sort"

	"xbench/compare"
	"xbench/harness/record"
)

// advice derives recommendations from the data and from nothing else: a
// sentence appears only when a number in this run calls for it.
func (v *View) advice() []string {
	var out []string
	for _, candidate := range v.Candidates {
		out = append(out, v.adviceOnRows(candidate)...)
		if v.Reference != "" {
			out = append(out, v.adviceOnMean(candidate)...)
		}
	}
	return append(out, v.Picks...)
}

func (v *View) adviceOnRows(candidate string) []string {
	var slower, belowExpected []string
	for _, r := range v.Rows {
		c, ok := r.cell(candidate)
		if !ok || c.invalid() {
			continue
		}
		if c.Mark == compare.MarkSlower {
			slower = append(slower, fmt.Sprintf("%s (%s against %s)", r.Name, FormatDuration(c.CandNS), FormatDuration(c.RefNS)))
		}
		if r.Expected > 0 && c.Rounds > 0 && c.Speedup.Hi > 0 && c.Speedup.Hi < r.Expected {
			belowExpected = append(belowExpected, fmt.Sprintf("%s (%s, expected %s)", r.Name, FormatRatio(c.Speedup.Ratio), shortRatio(r.Expected)))
		}
	}
	var out []string
	if len(slower) > 0 {
		out = append(out, fmt.Sprintf("%s: start with the slower rows: %s.", candidate, list(slower, 5)))
	}
	if len(belowExpected) > 0 {
		out = append(out, fmt.Sprintf("%s: correct the expectation or the code where the whole interval lies below it: %s.", candidate, list(belowExpected, 5)))
	}
	return out
}

func (v *View) adviceOnMean(candidate string) []string {
	var out []string
	m, ok := v.overall(candidate)
	if !ok || m.Rows == 0 {
		return nil
	}
	if disagree(m) && hasInterval(m.Geometric) {
		out = append(out, fmt.Sprintf("%s: of the averages quote the geometric mean, %s, by its lower end, and with it the table: the arithmetic mean (%s) and the total time (%s) of the same rows say something else.",
			candidate, FormatInterval(m.Geometric), FormatRatio(m.Arithmetic), FormatRatio(m.TotalTime)))
	}
	if s := v.adviceOnCPU(m); s != "" {
		out = append(out, fmt.Sprintf("%s: %s by the clock is %s by CPU time: %s.", candidate, FormatRatio(m.Geometric.Ratio), FormatRatio(m.CPU), s))
	}
	if lo, hi, ok := v.extremes(candidate); ok && apart(lo.Geometric.Ratio, hi.Geometric.Ratio) > 2 {
		out = append(out, fmt.Sprintf("%s: one number hides much, from %s (%s) to %s (%s): where one is quoted, show the table of categories with it.",
			candidate, FormatRatio(lo.Geometric.Ratio), lo.Name, FormatRatio(hi.Geometric.Ratio), hi.Name))
	}
	return out
}

// adviceOnCPU says where a speedup comes from that is another by CPU time: from
// more cores only if there is more than one busy, else from waiting less.
func (v *View) adviceOnCPU(m compare.Mean) string {
	if !(m.CPU > 0) || apart(m.CPU, m.Geometric.Ratio) <= 1.3 || m.CandCores <= 1.2*m.RefCores {
		return ""
	}
	switch {
	case m.CandCores > 1.05 && m.CandCores >= m.RefCores+0.5:
		return fmt.Sprintf("the rest comes from using more cores (%s against %s) and shrinks on a loaded host",
			formatCores(m.CandCores), formatCores(m.RefCores))
	case m.CandCores > 1.05:
		return ""
	case apart(m.CPU, 1) <= 1.25:
		return m.Candidate + " waits less; the CPU work is about equal"
	}
	return "the rest comes from waiting less"
}

// extremes are the categories with the smallest and the largest speedup.
func (v *View) extremes(candidate string) (lo, hi compare.Category, ok bool) {
	for _, c := range v.Categories {
		if c.Candidate != candidate || !(c.Geometric.Ratio > 0) || !hasInterval(c.Geometric) {
			continue
		}
		if !ok || c.Geometric.Ratio < lo.Geometric.Ratio {
			lo = c
		}
		if !ok || c.Geometric.Ratio > hi.Geometric.Ratio {
			hi = c
		}
		ok = true
	}
	return lo, hi, ok
}

// lowest names the rows of a goal with the smallest speedups.
func (v *View) lowest(g compare.Goal, n int) []string {
	type found struct {
		name  string
		ratio float64
	}
	var rows []found
	for _, r := range v.Rows {
		if c, ok := r.cell(g.Candidate); ok && inGoal(g, r) && c.Speedup.Ratio > 0 {
			rows = append(rows, found{r.Name, c.Speedup.Ratio})
		}
	}
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].ratio < rows[j].ratio })
	var names []string
	for _, r := range rows[:min(n, len(rows))] {
		names = append(names, r.name)
	}
	return names
}

// cell is the row's result for a candidate, or for a comparison by its name.
func (r Row) cell(candidate string) (Cell, bool) {
	for _, cells := range [][]Cell{r.Cells, r.Others} {
		for _, c := range cells {
			if c.Candidate == candidate {
				return c, true
			}
		}
	}
	return Cell{}, false
}

// inGoal is whether a goal is about a row.
func inGoal(g compare.Goal, r Row) bool {
	return g.About(record.Row{Name: r.Name, Group: r.Group, ShownOnly: r.ShownOnly})
}

func orNone(s string) string {
	if s == "" {
		return none
	}
	return s
}

package report

import (
	"slices"

	"xbench/compare"
)

// A Table is one implementation's times, scenario by variant: which way of
// running the work is the fastest.
type Table struct {
	Implementation string
	Variants       []string // columns
	Lines          []TableLine
}

// A TableLine is one scenario. Cells follow the table's variants; a cell with
// TimeNS 0 was not measured.
type TableLine struct {
	Scenario     string
	Cells        []TableCell
	LowerBoundNS float64 // no schedule can be faster, 0 = not stated
	Efficiency   float64 // bound / best time, 0 = not known
}

// A TableCell is the time of one variant, and how it stands against the best
// of its line: "" for the best, and where nothing compared the two.
type TableCell struct {
	TimeNS   float64
	Best     bool
	Standing compare.Standing
	row      string
}

// tables builds one table per implementation from the rows that name a
// scenario and a variant. Scenarios with a single variant have nothing to
// compare and are left out.
func (v *View) tables() []Table {
	scenarios, variants := v.scenarios()
	if len(scenarios) == 0 {
		return nil
	}
	var out []Table
	for _, s := range v.Sides {
		t := Table{Implementation: s.Name, Variants: variants}
		for _, scenario := range scenarios {
			if line, ok := v.tableLine(s, scenario, variants); ok {
				line.judge(s.Name, v.Contests)
				t.Lines = append(t.Lines, line)
			}
		}
		if len(t.Lines) > 0 {
			out = append(out, t)
		}
	}
	return out
}

// scenarios lists the scenarios with at least two variants, and those
// variants. Both are in the order of the plan: a row that moved up because it
// needs attention must not reshuffle the table.
func (v *View) scenarios() (scenarios, variants []string) {
	rows := slices.Clone(v.Rows)
	slices.SortStableFunc(rows, func(x, y Row) int { return x.at - y.at })
	of := make(map[string]map[string]bool)
	for _, r := range rows {
		if r.Scenario == "" {
			continue
		}
		if of[r.Scenario] == nil {
			of[r.Scenario] = make(map[string]bool)
		}
		of[r.Scenario][r.Variant] = true
	}
	for _, r := range rows {
		if len(of[r.Scenario]) < 2 {
			continue
		}
		if !slices.Contains(scenarios, r.Scenario) {
			scenarios = append(scenarios, r.Scenario)
		}
		if !slices.Contains(variants, r.Variant) {
			variants = append(variants, r.Variant)
		}
	}
	return scenarios, variants
}

func (v *View) tableLine(s Side, scenario string, variants []string) (TableLine, bool) {
	line := TableLine{Scenario: scenario, Cells: make([]TableCell, len(variants))}
	best := -1
	bounds := make([]float64, len(variants))
	for i, variant := range variants {
		c, bound := v.timeOf(s, scenario, variant)
		line.Cells[i], bounds[i] = c, bound
		if c.TimeNS > 0 && (best < 0 || c.TimeNS < line.Cells[best].TimeNS) {
			best = i
		}
	}
	if best < 0 {
		return line, false
	}
	line.Cells[best].Best = true
	// The bound of the best variant: a sequential one has another.
	if line.LowerBoundNS = bounds[best]; line.LowerBoundNS > 0 {
		line.Efficiency = line.LowerBoundNS / line.Cells[best].TimeNS
	}
	return line, true
}

// viewContests cleans the names.
func viewContests(in []compare.Contest) []compare.Contest {
	var out []compare.Contest
	for _, c := range in {
		c.Scenario, c.Implementation, c.Best = clean(c.Scenario), clean(c.Implementation), clean(c.Best)
		c.Others = slices.Clone(c.Others)
		for i := range c.Others {
			c.Others[i].Row = clean(c.Others[i].Row)
		}
		out = append(out, c)
	}
	return out
}

// judge takes over how the variants compare. The smallest time of a contest is
// that of all its rounds, and so it, not the order of the times printed,
// says which is the best.
func (l *TableLine) judge(implementation string, contests []compare.Contest) {
	at := slices.IndexFunc(contests, func(c compare.Contest) bool {
		return c.Scenario == l.Scenario && c.Implementation == implementation
	})
	if at < 0 {
		return
	}
	c := contests[at]
	standing := make(map[string]compare.Standing)
	for _, o := range c.Others {
		standing[o.Row] = o.Standing
	}
	for i := range l.Cells {
		cell := &l.Cells[i]
		cell.Best = cell.row != "" && cell.row == c.Best
		cell.Standing = standing[cell.row]
	}
}

// timeOf finds a side's time for a scenario and variant.
func (v *View) timeOf(s Side, scenario, variant string) (TableCell, float64) {
	for _, r := range v.Rows {
		if r.Scenario != scenario || r.Variant != variant {
			continue
		}
		for _, c := range r.Cells {
			switch {
			case c.invalid():
			case s.Reference && c.RefNS > 0:
				return TableCell{TimeNS: c.RefNS, row: r.Name}, r.LowerBoundNS
			case !s.Reference && c.Candidate == s.Name && c.CandNS > 0:
				return TableCell{TimeNS: c.CandNS, row: r.Name}, r.LowerBoundNS
			}
		}
	}
	return TableCell{}, 0
}

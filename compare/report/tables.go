package report

import "slices"

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

// A TableCell is the time of one variant.
type TableCell struct {
	TimeNS, LoNS, HiNS float64
	Best               bool
	Tie                bool // its interval overlaps the best's
}

// tables builds one table per implementation from the rows that name a
// scenario and a variant. Scenarios with a single variant have nothing to
// compare and are left out.
//
// Note: ties are judged by overlapping intervals of each side's times. That
// is cautious: two overlapping intervals can still differ. The paired test of
// one row cannot be used, because variants are different rows and run minutes
// apart.
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
	b := line.Cells[best]
	for i, c := range line.Cells {
		line.Cells[i].Tie = i != best && c.TimeNS > 0 && c.LoNS > 0 && b.HiNS > 0 && c.LoNS <= b.HiNS
	}
	// The bound of the best variant: a sequential one has another.
	if line.LowerBoundNS = bounds[best]; line.LowerBoundNS > 0 {
		line.Efficiency = line.LowerBoundNS / b.TimeNS
	}
	return line, true
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
				return TableCell{TimeNS: c.RefNS, LoNS: c.RefLoNS, HiNS: c.RefHiNS}, r.LowerBoundNS
			case !s.Reference && c.Candidate == s.Name && c.CandNS > 0:
				return TableCell{TimeNS: c.CandNS, LoNS: c.CandLoNS, HiNS: c.CandHiNS}, r.LowerBoundNS
			}
		}
	}
	return TableCell{}, 0
}

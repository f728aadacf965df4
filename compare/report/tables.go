package report

import (
	"slices"
	"strings"

	"xbench/compare"
)

// A Table is one implementation's times, scenario by variant: which way of
// running the work is the fastest. It shows the contests and nothing else.
type Table struct {
	Implementation string
	Variants       []string // columns
	Lines          []TableLine
}

// A TableLine is one scenario. Cells follow the table's variants.
type TableLine struct {
	Scenario, Label string // Label is the scenario within its category
	Category        string
	Cells           []TableCell
	LowerBoundNS    float64 // of the best: no schedule can be faster, 0 = not stated
	Efficiency      float64 // bound / best time, 0 = not known
}

// A TableCell is one variant. It is empty where the variant is not part of the
// scenario, and has a reason but no time where it could not be compared.
type TableCell struct {
	Row                string // its name, "" where the variant is not part of the scenario
	TimeNS, LoNS, HiNS float64
	BoundNS            float64 // no schedule of this variant can be faster, 0 = not stated
	Best               bool
	Standing           compare.Standing // "" for the best and for what was not compared
	Ratio              compare.Interval // to the best
	Stepped            bool
	Shared             int    // rounds in which both were measured
	Why                string // it has no time
}

// tables builds one table per implementation.
func (v *View) tables() []Table {
	var variants []string
	for _, c := range v.Contests {
		for _, name := range c.Variants {
			if !slices.Contains(variants, name) {
				variants = append(variants, name)
			}
		}
	}
	var out []Table
	for _, s := range v.Sides {
		t := Table{Implementation: s.Name}
		for _, c := range v.Contests {
			if c.Implementation == s.Name {
				t.Lines = append(t.Lines, tableLine(c, variants))
			}
		}
		if len(t.Lines) > 0 {
			t.Variants = variants
			out = append(out, t)
		}
	}
	return out
}

func tableLine(c compare.Contest, variants []string) TableLine {
	l := TableLine{Scenario: c.Scenario, Label: scenarioLabel(c.Scenario, c.Category), Category: c.Category,
		LowerBoundNS: c.Best.LowerBoundNS, Efficiency: c.Best.Efficiency, Cells: make([]TableCell, len(variants))}
	at := func(variant string) *TableCell { return &l.Cells[slices.Index(variants, variant)] }
	for _, x := range c.Left {
		*at(x.Variant) = TableCell{Row: x.Row, Why: x.Why}
	}
	if c.Best.Row != "" {
		*at(c.Best.Variant) = measuredCell(c.Best)
		at(c.Best.Variant).Best = true
	}
	for _, o := range c.Others {
		cell := measuredCell(o.Entrant)
		cell.Standing, cell.Ratio, cell.Stepped, cell.Shared = o.Standing, o.Ratio, o.Stepped, o.Shared
		*at(o.Variant) = cell
	}
	return l
}

// measuredCell is the cell of a variant that has times.
func measuredCell(e compare.Entrant) TableCell {
	return TableCell{Row: e.Row, TimeNS: e.NS, LoNS: e.LoNS, HiNS: e.HiNS, BoundNS: e.LowerBoundNS}
}

// scenarioLabel is a scenario without the category that it is listed under:
// "build/io_bound_static/sleep_ms=5" is "static sleep_ms=5" in build/io_bound.
func scenarioLabel(scenario, category string) string {
	if rest, ok := strings.CutPrefix(scenario, category); ok {
		if rest = strings.TrimLeft(rest, "/_-. "); rest != "" {
			return strings.ReplaceAll(rest, "/", " ")
		}
	}
	return scenario
}

// sign marks a cell: the best, and what is tied with it. A time without one is
// proved slower.
func (c TableCell) sign() string {
	switch {
	case c.Best:
		return "*"
	case c.Standing == compare.StandingEqual:
		return "="
	case c.Standing == compare.StandingOpen:
		return "?"
	}
	return ""
}

// word is the time, or in a word why there is none.
func (c TableCell) word() string {
	if c.TimeNS > 0 {
		return FormatDuration(c.TimeNS)
	}
	why, _, _ := strings.Cut(c.Why, ":")
	switch why {
	case "":
		return none
	case "not valid":
		return "invalid"
	case "not supported":
		return "unsupported"
	case "left out by --filter":
		return "filtered"
	}
	return why
}

// timesAsLong is a variant's time over the best's, with its interval.
func timesAsLong(i compare.Interval, stepped bool) string {
	if i.Lo <= 0 {
		return FormatRatio(i.Ratio)
	}
	if stepped {
		_, hi, _ := strings.Cut(FormatBounds(i.Lo, i.Hi), " - ")
		return FormatRatio(i.Ratio) + " (above 1 - " + hi + ")"
	}
	return FormatInterval(i)
}

// viewContests cleans the names.
func viewContests(in []compare.Contest) []compare.Contest {
	var out []compare.Contest
	for _, c := range in {
		c.Scenario, c.Category, c.Implementation = clean(c.Scenario), clean(c.Category), clean(c.Implementation)
		c.Variants = cleanAll(c.Variants)
		c.Best = cleanEntrant(c.Best)
		c.Others, c.Left = slices.Clone(c.Others), cleanLeft(c.Left)
		for i := range c.Others {
			c.Others[i].Entrant = cleanEntrant(c.Others[i].Entrant)
		}
		out = append(out, c)
	}
	return out
}

func cleanEntrant(e compare.Entrant) compare.Entrant {
	e.Row, e.Variant = clean(e.Row), clean(e.Variant)
	return e
}

func cleanLeft(in []compare.Left) []compare.Left {
	var out []compare.Left
	for _, l := range in {
		out = append(out, compare.Left{Row: clean(l.Row), Variant: clean(l.Variant), Why: clean(l.Why)})
	}
	return out
}

func viewFinals(in []compare.Final) []compare.Final {
	var out []compare.Final
	for _, f := range in {
		f.Scenario, f.Category, f.Candidate = clean(f.Scenario), clean(f.Category), clean(f.Candidate)
		f.Ref, f.Cand = cleanEntrant(f.Ref), cleanEntrant(f.Cand)
		out = append(out, f)
	}
	return out
}

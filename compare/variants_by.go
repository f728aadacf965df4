package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"xbench/harness/record"
	"xbench/harness/strictyaml"
)

// A scenario is rows that do the same work in different ways.
type scenario struct {
	name     string
	rows     []*record.Row // at least two, plan order
	variants []string      // by row: what tells it from the others
	removed  []Left        // further ways that were not part of the run
}

// ScenarioOf is what the variants of a row have in common: its table, and the
// knobs that neither the table nor the variant speaks of, so that two sizes of
// one scenario stay two. It is "" for a row that is no variant.
func ScenarioOf(r record.Row) string {
	if r.Table == "" || r.Variant == "" {
		return ""
	}
	scenario := r.Table
	said := append(strings.Split(r.Table, "/"), strings.Fields(r.Variant)...)
	rest, _ := strings.CutPrefix(r.Name, r.ID)
	for _, k := range strings.Split(rest, "/") {
		_, value, _ := strings.Cut(k, "=")
		if k != "" && !slices.Contains(said, k) && !slices.Contains(said, value) {
			scenario += " " + k
		}
	}
	return scenario
}

// scenarios groups the rows of the plan by what they have in common besides a
// knob; by "" besides the variant that the configuration names.
func (a *analysis) scenarios(by string) []scenario {
	var order []string
	of := make(map[string]*scenario)
	spoken := make(map[string]bool) // by a row that sets the knob
	for i := range a.plan.Rows {
		row := &a.plan.Rows[i]
		key, name, variant := place(row, by)
		if key == "" {
			continue
		}
		s := of[key]
		if s == nil {
			s = &scenario{name: name}
			of[key] = s
			order = append(order, key)
		}
		_, sets := row.Params.Get(by)
		spoken[key] = spoken[key] || sets || by == ""
		s.rows, s.variants = append(s.rows, row), append(s.variants, variant)
	}
	var out []scenario
	for _, key := range order {
		if s := of[key]; len(s.rows) > 1 && spoken[key] {
			a.addRemoved(s, by)
			out = append(out, *s)
		}
	}
	return out
}

// place says which scenario a row belongs to, and as what. Where the
// configuration has a table of the knob's values, that is followed: it knows
// that a start method is a further way of one executor and says nothing of the
// others.
func place(row *record.Row, by string) (key, name, variant string) {
	table := ScenarioOf(*row)
	if by == "" {
		return table, table, row.Variant
	}
	v, sets := row.Params.Get(by)
	switch text, isText := v.(string); {
	case !sets:
		variant = by + "=default"
	case isText && table != "" && strings.Fields(row.Variant)[0] == text:
		return "table\x00" + table, table, row.Variant
	case isText:
		variant = text
	default:
		variant = fmt.Sprintf("%s=%v", by, v)
	}
	return keyWithout(row, by), nameWithout(row, by), variant
}

// addRemoved names the ways that --filter took out: a best among those that
// were left is not the best of all.
func (a *analysis) addRemoved(s *scenario, by string) {
	if by == "" {
		return
	}
	base := nameWithout(s.rows[0], by)
	for _, r := range a.plan.Removed {
		gone := record.Row{Name: r.Name, ID: s.rows[0].ID}
		if nameWithout(&gone, by) != base {
			continue
		}
		variant := by + "=default"
		for _, k := range strings.Split(r.Name, "/") {
			if value, ok := strings.CutPrefix(k, by+"="); ok {
				variant = value
			}
		}
		s.removed = append(s.removed, Left{r.Name, variant, "left out by --filter"})
	}
}

// all lists the variants, those that were removed last.
func (s scenario) all() []string {
	out := slices.Clone(s.variants)
	for _, l := range s.removed {
		out = append(out, l.Variant)
	}
	return out
}

// A ByError says that nothing in a record can be compared by a knob: no two
// rows differ in it alone.
type ByError struct {
	By    string
	Known []string // knobs that would do
	set   bool     // by some row
}

func (e *ByError) Error() string {
	if len(e.Known) == 0 {
		return "by: no two rows of this record differ in one knob alone"
	}
	there := fmt.Sprintf(" (there are: %s)", strings.Join(e.Known, ", "))
	if e.set {
		return fmt.Sprintf("by: no two rows of this record differ in %s alone%s", e.By, there)
	}
	return fmt.Sprintf("by: no row of this record sets a knob %q%s", e.By, cmp.Or(strictyaml.DidYouMean(e.By, e.Known), there))
}

// checkBy refuses a knob that no two rows differ in alone, with a [*ByError].
func (a *analysis) checkBy() error {
	if a.by == "" || len(a.scenarios(a.by)) > 0 {
		return nil
	}
	return &ByError{By: a.by, Known: a.varied(), set: a.hasKnob(a.by)}
}

// Varies is whether some of these rows differ in a knob alone, so that a record
// of them can be compared by it.
func Varies(rows []record.Row, by string) bool {
	a := &analysis{plan: &record.Plan{Rows: rows}}
	return len(a.scenarios(by)) > 0
}

// varied lists the knobs that some rows differ in alone, in plan order.
func (a *analysis) varied() []string {
	var tried, out []string
	for i := range a.plan.Rows {
		for _, p := range a.plan.Rows[i].Params {
			if slices.Contains(tried, p.Name) {
				continue
			}
			tried = append(tried, p.Name)
			if len(a.scenarios(p.Name)) > 0 {
				out = append(out, p.Name)
			}
		}
	}
	return out
}

func (a *analysis) hasKnob(name string) bool {
	return slices.ContainsFunc(a.plan.Rows, func(r record.Row) bool {
		_, has := r.Params.Get(name)
		return has
	})
}

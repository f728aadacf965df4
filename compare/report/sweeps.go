package report

import (
	"cmp"
	"slices"
)

// arrangeSweeps lists the rows of a sweep under a heading that says all but
// the knob, by its values: what a sweep is looked at for is the course of the
// numbers, not which of them needs attention. A row that several sweeps hold
// is listed once, under the first.
func (v *View) arrangeSweeps() {
	type place struct{ sweep, value int }
	places := make(map[string]place)
	for i, s := range v.Scalings {
		for j, name := range s.Rows {
			if _, known := places[name]; !known {
				places[name] = place{i + 1, j}
			}
		}
	}
	alone := len(v.Rows) > 0
	for i := range v.Rows {
		r := &v.Rows[i]
		p, ok := places[r.Name]
		if ok = ok && r.ShownOnly; !ok {
			delete(places, r.Name)
			alone = false
			continue
		}
		s := v.Scalings[p.sweep-1]
		r.swept, r.Heading = true, v.sweepHeading(p.sweep-1)
		r.Label = s.Knob + "=" + formatSize(s.Values[p.value])
		r.Short = r.Label
	}
	slices.SortStableFunc(v.Rows, func(x, y Row) int {
		a, b := places[x.Name], places[y.Name]
		return cmp.Or(a.sweep-b.sweep, a.value-b.value)
	})
	if alone {
		v.Shared = nil // the headings say it
	}
}

// sweepHeading is a sweep's label, or its rows' name where two have the same.
func (v *View) sweepHeading(at int) string {
	for i, s := range v.Scalings {
		if i != at && s.Label == v.Scalings[at].Label && s.Name != v.Scalings[at].Name {
			return v.Scalings[at].Name
		}
	}
	return v.Scalings[at].Label
}

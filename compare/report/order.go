package report

import (
	"cmp"
	"fmt"
	"slices"

	"xbench/compare"
)

// arrangeRows puts what needs attention first: by what it is, of one sort the rows
// that goals which count are about first, those that are shown only last, and the
// slowest of them before the others. What is fine stays in the order of the plan,
// and so does what is unclear: its ratios say too little to sort by.
func (v *View) arrangeRows() {
	slices.SortStableFunc(v.Rows, func(a, b Row) int {
		if by := cmp.Compare(a.rank(), b.rank()); by != 0 || a.rank() == rankFine {
			return by
		}
		by := cmp.Compare(v.standing(a), v.standing(b))
		if by != 0 || a.rank() == rankUnclear {
			return by
		}
		return cmp.Compare(a.slowest(), b.slowest())
	})
}

// standing is how much of the verdict a row is.
func (v *View) standing(r Row) int {
	switch {
	case r.ShownOnly:
		return 2
	case slices.ContainsFunc(v.Candidates, func(c string) bool { return v.gates(r, c) }):
		return 0
	}
	return 1
}

// slowest is a row's smallest speedup, 0 where it has none.
func (r Row) slowest() float64 {
	least := 0.0
	for _, c := range r.Cells {
		if c.sortable() && (least == 0 || c.Speedup.Ratio < least) {
			least = c.Speedup.Ratio
		}
	}
	return least
}

// gating is how many of the results of a sort goals that count are about.
func (v *View) gating(rank int) (gating, all int) {
	for _, r := range v.Rows {
		for _, c := range r.Cells {
			if c.rank() != rank {
				continue
			}
			all++
			if v.gates(r, c.Candidate) {
				gating++
			}
		}
	}
	return gating, all
}

// gatingNote says how many of the slower results count, where others do not:
// "2 of them gate".
func (v *View) gatingNote(rank int) string {
	gating, all := v.gating(rank)
	switch {
	case gating == all || !slices.ContainsFunc(v.Goals, func(g compare.Goal) bool { return g.Gated && g.Each > 0 }):
		return ""
	case gating == 0:
		return "none of them gates"
	case gating == 1:
		return "1 of them gates"
	}
	return fmt.Sprintf("%d of them gate", gating)
}

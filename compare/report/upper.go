package report

import (
	"math"
	"slices"

	"xbench/compare"
)

// upperText says why upper ends lie further off than lower ones, where they do:
// nobody would guess it, and quoting the upper end would be wrong. "" otherwise.
func (v *View) upperText() string {
	if !v.upperFurther() {
		return ""
	}
	return "Upper ends lie further off than lower ones: they are where a FAIL would begin, which counts every row and goal. Quote the lower end."
}

// upperFurther is whether goals have drawn upper ends further off: by more than a
// tenth, on the scale of logarithms.
func (v *View) upperFurther() bool {
	if !slices.ContainsFunc(v.Goals, func(g compare.Goal) bool { return g.Verdict != compare.NotEvaluated }) {
		return false
	}
	return slices.ContainsFunc(v.Rows, func(r Row) bool {
		return slices.ContainsFunc(r.Cells, func(c Cell) bool {
			i := c.Speedup
			return c.sortable() && i.Lo > 0 && math.Log(i.Hi/i.Ratio) > 1.1*math.Log(i.Ratio/i.Lo)
		})
	})
}

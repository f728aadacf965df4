package compare

import "xbench/harness/record"

// About reports whether the goal is about a row: one of its group whose name
// fits its pattern, and that is not only shown.
func (g Goal) About(r record.Row) bool {
	return !r.ShownOnly && (g.Suite == "" || g.Suite == r.Group) && match(g.Over, r.Name)
}

package compare

import "xbench/harness/record"

// An Exit is a row whose command ends with another status than 0 on a side, and
// is data all the same: ignore_failure takes the status for a result.
type Exit struct {
	Row, Implementation string
	Status              int64
}

// exits are those of every row that is valid, in plan order. Nobody is told
// otherwise that two scripts which do not exist did the same work.
func (a *analysis) exits() []Exit {
	broken := make(map[string]bool)
	for _, p := range a.every() {
		broken[p.row.Name] = broken[p.row.Name] || p.invalid()
	}
	var out []Exit
	for _, row := range a.plan.Rows {
		for _, impl := range a.plan.Implementations {
			c := a.cells[cellKey{row.Name, impl.Name}]
			if broken[row.Name] || c == nil {
				continue
			}
			for _, l := range c.launches {
				if l.Process != nil && l.Counters[record.CounterExit] != 0 {
					out = append(out, Exit{row.Name, impl.Name, l.Counters[record.CounterExit]})
					break // the same in every launch, or the row were broken
				}
			}
		}
	}
	return out
}

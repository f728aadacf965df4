package report

import (
	"fmt"
	"slices"
	"strings"

	"xbench/compare"
)

// exitText says with which statuses commands ended where that is not 0: two
// scripts that do not exist print the same, too. It is "" where all ended well.
func (v *View) exitText() string {
	var statuses []int64
	for _, x := range v.Exits {
		if !slices.Contains(statuses, x.Status) {
			statuses = append(statuses, x.Status)
		}
	}
	var parts []string
	for _, status := range statuses {
		parts = append(parts, v.exitsOf(status))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + " (ignore_failure: a status is a result)"
}

// exitsOf says where commands ended with a status.
func (v *View) exitsOf(status int64) string {
	sides := v.Candidates
	if v.Reference != "" {
		sides = append([]string{v.Reference}, sides...)
	}
	var rows []string
	all := 0
	for _, r := range v.work() {
		var of []string
		for _, x := range v.Exits {
			if x.Row == r.Name && x.Status == status {
				of = append(of, x.Implementation)
			}
		}
		switch {
		case len(of) == 0:
		case len(of) >= len(sides):
			all++
			rows = append(rows, r.Name)
		default:
			rows = append(rows, r.Name+" ("+list(of, 3)+")")
		}
	}
	if all == len(v.work()) {
		return fmt.Sprintf("every launch ended with exit status %d", status)
	}
	return fmt.Sprintf("exit status %d in %s", status, list(rows, 5))
}

func viewExits(in []compare.Exit) []compare.Exit {
	var out []compare.Exit
	for _, x := range in {
		out = append(out, compare.Exit{Row: clean(x.Row), Implementation: clean(x.Implementation), Status: x.Status})
	}
	return out
}

// An exitJSON is the same for programs.
type exitJSON struct {
	Benchmark      string `json:"benchmark"`
	Implementation string `json:"implementation"`
	Status         int64  `json:"status"`
}

func (v *View) exitsSummary() []exitJSON {
	var out []exitJSON
	for _, x := range v.Exits {
		out = append(out, exitJSON{x.Row, x.Implementation, x.Status})
	}
	return out
}

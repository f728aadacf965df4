package compare

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"xbench/harness/record"
)

// A Contest is how one implementation's variants of a scenario compare: the
// one with the smallest time, and each of the others against it.
//
// Differences are taken within a round, as between the ways of a Crossover,
// and each is judged at 95 % by itself, so that the two never disagree. What
// slows a whole round down is in both variants.
type Contest struct {
	Scenario       string // ScenarioOf its rows
	Implementation string
	Best           string // a row's name
	Others         []Rival
}

// A Rival is a variant that is not the fastest. Ratio is its time over the
// best's; the standing is slower or equal only where that is shown.
type Rival struct {
	Row      string
	Rounds   int // in which both were measured
	Ratio    Interval
	Standing Standing
}

// A Standing is what is shown of a variant against the best.
type Standing string

// The standings.
const (
	StandingSlower Standing = "slower" // the interval lies above 1
	StandingEqual  Standing = "equal"  // not that, and the interval lies within 5 % around 1
	StandingOpen   Standing = "open"   // neither
)

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

// contests compares the variants of every scenario that has several.
func (a *analysis) contests() []Contest {
	var order []string
	of := make(map[string][]*record.Row)
	for i := range a.plan.Rows {
		row := &a.plan.Rows[i]
		s := ScenarioOf(*row)
		if s == "" {
			continue
		}
		if of[s] == nil {
			order = append(order, s)
		}
		of[s] = append(of[s], row)
	}
	var out []Contest
	for _, scenario := range order {
		for _, impl := range a.inOrder() {
			if c, ok := a.contest(scenario, impl, of[scenario]); ok {
				out = append(out, c)
			}
		}
	}
	return out
}

func (a *analysis) contest(scenario, impl string, rows []*record.Row) (Contest, bool) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r *record.Row) bool {
		return !a.sound(r, impl) || len(a.cells[cellKey{r.Name, impl}].logs()) == 0
	})
	if len(rows) < 2 {
		return Contest{}, false
	}
	logs := func(r *record.Row) []float64 { return a.cells[cellKey{r.Name, impl}].logs() }
	best := slices.MinFunc(rows, func(x, y *record.Row) int { return cmp.Compare(mean(logs(x)), mean(logs(y))) })
	c := Contest{Scenario: scenario, Implementation: impl, Best: best.Name}
	for _, r := range rows {
		if r != best {
			c.Others = append(c.Others, a.rival(r, best, impl))
		}
	}
	return c, true
}

func (a *analysis) rival(row, best *record.Row, impl string) Rival {
	var both series
	for _, r := range []*record.Row{row, best} {
		both.add(0, r, a.cells[cellKey{r.Name, impl}].byRound())
	}
	lead := apply(both.rounds(), func(y []float64) float64 { return y[0] - y[1] })
	e := a.estimate(lead, plannedAlpha)
	out := Rival{row.Name, len(lead), Interval{math.Exp(e.Value), math.Exp(e.Lo), math.Exp(e.Hi)}, StandingOpen}
	band := math.Log1p(defaultTolerance)
	switch {
	case e.Lo > 0:
		out.Standing = StandingSlower
	case -band < e.Lo && e.Hi < band:
		out.Standing = StandingEqual
	}
	return out
}

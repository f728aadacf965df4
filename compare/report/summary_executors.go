package report

import (
	"math"

	"xbench/compare"
)

// A contestJSON is a scenario's variants against the fastest of them.
type contestJSON struct {
	Scenario       string        `json:"scenario"`
	Category       string        `json:"category"`
	Implementation string        `json:"implementation"`
	Level          number        `json:"level"` // of each interval; of all of them together 0.95
	Best           string        `json:"best"`  // a benchmark, "" when none is valid
	Variants       []variantJSON `json:"variants"`
}

type variantJSON struct {
	Variant      string        `json:"variant"`
	Benchmark    string        `json:"benchmark"`
	Standing     string        `json:"standing"` // best, slower, equal, open or not compared
	Why          string        `json:"why"`      // not compared
	NS           known         `json:"ns"`
	Rounds       int           `json:"rounds"`
	LowerBoundNS known         `json:"lower_bound_ns"`
	Efficiency   known         `json:"efficiency"`
	Cores        known         `json:"cores"`
	Shared       int           `json:"rounds_with_best"`
	Ratio        *intervalJSON `json:"times_as_long"`
	Stepped      bool          `json:"slower_by_step_down"` // the lower end is 1: no more is known
}

func contestSummary(c compare.Contest) contestJSON {
	out := contestJSON{Scenario: c.Scenario, Category: c.Category, Implementation: c.Implementation, Level: number(c.Level), Best: c.Best.Row, Variants: []variantJSON{}}
	for _, name := range c.Variants {
		if c.Best.Row != "" && c.Best.Variant == name {
			out.Variants = append(out.Variants, entrantSummary(c.Best, "best"))
		}
		for _, r := range c.Others {
			if r.Variant == name {
				x := entrantSummary(r.Entrant, string(r.Standing))
				x.Shared, x.Ratio, x.Stepped = r.Shared, timesSummary(r.Ratio), r.Stepped
				out.Variants = append(out.Variants, x)
			}
		}
		for _, l := range c.Left {
			if l.Variant == name {
				out.Variants = append(out.Variants, variantJSON{Variant: name, Benchmark: l.Row, Standing: "not compared", Why: l.Why})
			}
		}
	}
	return out
}

func entrantSummary(e compare.Entrant, standing string) variantJSON {
	return variantJSON{Variant: e.Variant, Benchmark: e.Row, Standing: standing, NS: known(e.NS), Rounds: e.Rounds,
		LowerBoundNS: known(e.LowerBoundNS), Efficiency: known(e.Efficiency), Cores: known(e.Cores)}
}

// timesSummary leaves a bound out that does not exist.
func timesSummary(i compare.Interval) *intervalJSON {
	if math.IsInf(i.Hi, 1) {
		i.Lo = 0
	}
	return interval(i)
}

// A finalJSON is the candidate's best variant against the reference's.
type finalJSON struct {
	Scenario  string        `json:"scenario"`
	Category  string        `json:"category"`
	Candidate string        `json:"candidate"`
	RefBest   string        `json:"reference_best"`
	CandBest  string        `json:"candidate_best"`
	Same      bool          `json:"same"` // one variant serves both, as far as is shown
	Rounds    int           `json:"rounds"`
	Speedup   *intervalJSON `json:"speedup"`
}

func finalSummary(f compare.Final) finalJSON {
	return finalJSON{Scenario: f.Scenario, Category: f.Category, Candidate: f.Candidate, RefBest: f.Ref.Variant, CandBest: f.Cand.Variant,
		Same: f.Same, Rounds: f.Rounds, Speedup: timesSummary(f.Speedup)}
}

package report

import (
	"math"

	"xbench/compare"
)

type estimateJSON struct {
	Value number `json:"value"`
	Lo    number `json:"lo"` // null: no bound
	Hi    number `json:"hi"`
}

type powerJSON struct {
	Rounds   int           `json:"rounds"`
	Exponent *estimateJSON `json:"exponent"`        // null: not fitted
	Law      string        `json:"law"`             // "power"; "doubtful", "bent": not to be quoted; "": not fitted
	Bends    []stretchJSON `json:"bends,omitempty"` // two stretches that differ, unless law is "power"
}

type stretchJSON struct {
	From     number        `json:"from"`
	To       number        `json:"to"`
	Exponent *estimateJSON `json:"exponent"`
}

type scalingJSON struct {
	Benchmark string       `json:"benchmark"` // without the knob
	Category  string       `json:"category"`
	Knob      string       `json:"knob"`
	Values    []number     `json:"values"`
	Rows      []string     `json:"rows"`
	LeftOut   []number     `json:"left_out_of_exponents,omitempty"`
	Growths   []growthJSON `json:"implementations"`
	Speedups  []ratioJSON  `json:"speedups"`
}

type growthJSON struct {
	Implementation string `json:"implementation"`
	powerJSON
	OneMoreNS *estimateJSON `json:"one_more_ns"`
	Linear    bool          `json:"linear"`
	Constant  bool          `json:"constant"`    // does not grow
	FixedNS   *estimateJSON `json:"fixed_ns"`    // null unless linear
	PerUnitNS *estimateJSON `json:"per_unit_ns"` // null unless linear
	Points    []pointJSON   `json:"points"`
}

type pointJSON struct {
	Value number `json:"value"`
	NS    known  `json:"ns"`
	Lo    known  `json:"lo"`
	Hi    known  `json:"hi"`
}

type ratioJSON struct {
	Candidate string `json:"candidate"`
	powerJSON
	Points []ratioPointJSON `json:"points"`
}

type ratioPointJSON struct {
	Value   number        `json:"value"`
	Speedup *intervalJSON `json:"speedup"`
}

type crossoverJSON struct {
	Benchmark      string           `json:"benchmark"`
	Category       string           `json:"category"`
	Knob           string           `json:"knob"`
	Implementation string           `json:"implementation"`
	From           string           `json:"from"`
	To             string           `json:"to"`
	Outcome        compare.Crossing `json:"outcome"`
	SlowerUpTo     known            `json:"slower_up_to"`
	FasterFrom     known            `json:"faster_from"`
	At             *estimateJSON    `json:"at"`
	TaskNS         *estimateJSON    `json:"task_ns"`
	TaskFrom       string           `json:"task_from"`
	Rounds         int              `json:"rounds"`
	Sizes          []sizeJSON       `json:"sizes"`
}

type sizeJSON struct {
	Size   number        `json:"size"`
	FromNS known         `json:"from_ns"`
	ToNS   known         `json:"to_ns"`
	Ratio  *intervalJSON `json:"ratio"`
}

// estimate keeps what is not finite apart: number writes it as null.
func estimate(e compare.Estimate) *estimateJSON {
	return &estimateJSON{number(e.Value), number(e.Lo), number(e.Hi)}
}

func power(p compare.Power) powerJSON {
	out := powerJSON{Rounds: p.Rounds}
	if p.Fitted {
		out.Law, out.Exponent = "power", estimate(p.Exponent)
	}
	if p.Bent || p.Doubtful {
		out.Law = "bent"
		if p.Doubtful {
			out.Law = "doubtful"
		}
		for _, s := range p.Bends {
			out.Bends = append(out.Bends, stretchJSON{number(s.From), number(s.To), estimate(s.Exponent)})
		}
	}
	return out
}

func scalingSummary(s Scaling) scalingJSON {
	out := scalingJSON{Benchmark: s.Name, Category: s.Category, Knob: s.Knob, Values: numbers(s.Values), Rows: s.Rows, LeftOut: numbers(s.Left),
		Growths: []growthJSON{}, Speedups: []ratioJSON{}}
	for _, g := range s.Growths {
		x := growthJSON{Implementation: g.Implementation, powerJSON: power(g.Power), OneMoreNS: estimate(g.Unit), Linear: g.Linear, Constant: g.Flat()}
		if g.Linear {
			x.FixedNS, x.PerUnitNS = estimate(g.Fixed), estimate(g.PerUnit)
		}
		for _, p := range g.Points {
			x.Points = append(x.Points, pointJSON{number(p.Value), known(p.NS), known(p.LoNS), known(p.HiNS)})
		}
		out.Growths = append(out.Growths, x)
	}
	for _, r := range s.Ratios {
		x := ratioJSON{Candidate: r.Candidate, powerJSON: power(r.Power)}
		for _, p := range r.Points {
			x.Points = append(x.Points, ratioPointJSON{number(p.Value), interval(p.Speedup)})
		}
		out.Speedups = append(out.Speedups, x)
	}
	return out
}

func crossoverSummary(c compare.Crossover) crossoverJSON {
	out := crossoverJSON{Benchmark: c.Name, Category: c.Category, Knob: c.Knob, Implementation: c.Implementation, From: c.From, To: c.To,
		Outcome: c.Outcome, SlowerUpTo: known(c.Below), FasterFrom: known(c.Above), TaskFrom: c.TaskFrom, Rounds: c.Rounds, Sizes: []sizeJSON{}}
	if c.At.Value > 0 {
		out.At = bounded(c.At)
	}
	if c.TaskNS.Value > 0 {
		out.TaskNS = bounded(c.TaskNS)
	}
	for _, s := range c.Sizes {
		out.Sizes = append(out.Sizes, sizeJSON{number(s.Size), known(s.From.NS), known(s.To.NS), interval(s.Ratio)})
	}
	return out
}

// bounded is an estimate of something positive, where 0 is no lower bound.
func bounded(e compare.Estimate) *estimateJSON {
	if e.Lo == 0 {
		e.Lo = math.Inf(-1)
	}
	return estimate(e)
}

func numbers(in []float64) []number {
	var out []number
	for _, v := range in {
		out = append(out, number(v))
	}
	return out
}

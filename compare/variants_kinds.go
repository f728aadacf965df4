package compare

import (
	"cmp"
	"math"
	"slices"
)

// A Recommendation is what the contests of one kind of work come to for one
// implementation. It holds verdicts and nothing else: which variant is the
// fastest, which are tied with it, and by how much the others are slower.
type Recommendation struct {
	Implementation string
	Kind           string   // the category of the scenarios
	Scenarios      []string // all of the kind, or one where they disagree
	// Places are the variants, those to use first: the best or not told apart
	// from it in every scenario, the fastest of them in front. The others follow
	// by how much slower they are.
	Places []Place
	Left   []Left // what could not be compared
}

// A Place is a variant over the scenarios of a kind.
type Place struct {
	Variant string
	// In how many scenarios it took part, was the best, and is proved slower
	// than the best.
	Of, Best, Slower int
	// Where it is not proved slower: Equal is whether it is shown to be within
	// 5 % of the best in all of those, Within how far from it it may be, as a
	// fraction, +Inf with too few rounds.
	Equal  bool
	Within float64
	// Ratio is how many times as long as the best it took where it is proved
	// slower: the geometric mean over those scenarios, Low to High, and the
	// hull of their intervals.
	Ratio     Interval
	Low, High float64
	// Efficiency and Cores are the smallest over the scenarios; 0 = not known.
	Efficiency, Cores float64

	logs float64 // of the ratios to the best
}

// Use reports whether the verdicts speak for the variant: it took part in
// every scenario and is proved slower in none.
func (r Recommendation) Use(p Place) bool { return p.Slower == 0 && p.Of == len(r.Scenarios) }

// Recommend gathers contests by kind of work. Where the scenarios of a
// kind have no variant in common that is the best or tied with it, each speaks
// for itself: an average would recommend what is best nowhere.
func Recommend(contests []Contest) []Recommendation {
	type kind struct{ impl, category string }
	var order []kind
	of := make(map[kind][]Contest)
	for _, c := range contests {
		k := kind{c.Implementation, c.Category}
		if of[k] == nil {
			order = append(order, k)
		}
		of[k] = append(of[k], c)
	}
	slices.SortStableFunc(order, func(x, y kind) int {
		return slices.IndexFunc(contests, func(c Contest) bool { return c.Implementation == x.impl }) -
			slices.IndexFunc(contests, func(c Contest) bool { return c.Implementation == y.impl })
	})
	var out []Recommendation
	for _, k := range order {
		whole := recommend(of[k])
		if len(of[k]) == 1 || len(whole.Places) > 0 && whole.Use(whole.Places[0]) {
			out = append(out, whole)
			continue
		}
		for _, c := range of[k] {
			out = append(out, recommend([]Contest{c}))
		}
	}
	return out
}

func recommend(contests []Contest) Recommendation {
	r := Recommendation{Implementation: contests[0].Implementation, Kind: contests[0].Category}
	for _, c := range contests {
		r.Scenarios = append(r.Scenarios, c.Scenario)
		r.Left = append(r.Left, c.Left...)
		if c.Best.Row == "" {
			continue
		}
		p := r.place(c.Best)
		p.Best++
		for _, o := range c.Others {
			r.place(o.Entrant).add(o)
		}
	}
	for i := range r.Places {
		if p := &r.Places[i]; p.Slower > 0 {
			p.Ratio.Ratio = math.Exp(p.Ratio.Ratio / float64(p.Slower))
		}
	}
	slices.SortStableFunc(r.Places, func(x, y Place) int {
		if ux, uy := r.Use(x), r.Use(y); ux != uy {
			return map[bool]int{true: -1, false: 1}[ux]
		}
		return cmp.Compare(x.logs/float64(x.Of), y.logs/float64(y.Of))
	})
	return r
}

// place is that of a variant which takes part in one more scenario.
func (r *Recommendation) place(e Entrant) *Place {
	i := slices.IndexFunc(r.Places, func(p Place) bool { return p.Variant == e.Variant })
	if i < 0 {
		i = len(r.Places)
		r.Places = append(r.Places, Place{Variant: e.Variant, Equal: true, Efficiency: e.Efficiency, Cores: e.Cores})
	}
	p := &r.Places[i]
	p.Of++
	p.Efficiency, p.Cores = min(p.Efficiency, e.Efficiency), min(p.Cores, e.Cores)
	return p
}

// add takes in one more verdict. Ratio.Ratio is the sum of the logs until all
// are in.
func (p *Place) add(o Rival) {
	p.logs += math.Log(o.Ratio.Ratio)
	if o.Standing != StandingSlower {
		p.Equal = p.Equal && o.Standing == StandingEqual
		p.Within = max(p.Within, o.Ratio.Hi-1, 1/o.Ratio.Lo-1)
		return
	}
	if p.Slower++; p.Slower == 1 {
		p.Ratio.Lo, p.Low = o.Ratio.Lo, o.Ratio.Ratio
	}
	p.Ratio.Ratio += math.Log(o.Ratio.Ratio)
	p.Ratio.Lo, p.Ratio.Hi = min(p.Ratio.Lo, o.Ratio.Lo), max(p.Ratio.Hi, o.Ratio.Hi)
	p.Low, p.High = min(p.Low, o.Ratio.Ratio), max(p.High, o.Ratio.Ratio)
}

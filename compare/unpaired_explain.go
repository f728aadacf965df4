package compare

import "math"

// An ExplainedGulf is the difference between two sides that were not measured
// in turns. SE is root(se_ref^2 + se_cand^2 + 2 Spread^2); DF is
// SE^4 / (se_ref^4/df_ref + se_cand^4/df_cand), rounded down and at most
// [mostDF].
type ExplainedGulf struct {
	Why       string            `json:"why"`    // imported, baseline
	Spread    float64           `json:"spread"` // assumed, of each side
	Rows      []ExplainedApart  `json:"rows"`
	Reference ExplainedMean     `json:"reference"` // over the rows
	Candidate ExplainedMean     `json:"candidate"`
	Launches  []ExplainedLaunch `json:"processes,omitempty"` // of a single row
	D         float64           `json:"d"`
	SE        float64           `json:"se"`
	DF        int               `json:"df"`
	MostDF    int               `json:"most_df"`
}

// An ExplainedApart is one row of a mean.
type ExplainedApart struct {
	Row       string        `json:"benchmark"`
	Reference ExplainedMean `json:"reference"`
	Candidate ExplainedMean `json:"candidate"`
}

// An ExplainedMean is what one side's processes say: SE is Factor * SD over
// the root of N. N counts processes or, of a single one, its samples; over
// several rows Mean and SE are the means of theirs, and DF the smallest.
type ExplainedMean struct {
	Processes int     `json:"processes"`
	Samples   int     `json:"samples"`
	Mean      float64 `json:"mean_log"`
	SD        float64 `json:"sd"`
	Factor    float64 `json:"factor"`
	N         int     `json:"n"` // 0 where one value is all there is
	SE        float64 `json:"se"`
	DF        int     `json:"df"`
}

// An ExplainedLaunch is one process: the median of its samples' logs.
type ExplainedLaunch struct {
	Implementation string  `json:"implementation"`
	Process        int     `json:"process"`
	NS             float64 `json:"ns"`
	Log            float64 `json:"log"`
}

// explainApart explains a difference without rounds.
func (a *analysis) explainApart(s subject, e *Explanation) {
	path := a.follow(s.pairs...)
	g, ok := a.across(s.pairs)
	e.Apart = &ExplainedGulf{Why: a.plan.Unpaired.Why, Spread: a.plan.Unpaired.Spread, MostDF: mostDF}
	if !ok {
		return
	}
	e.Apart.Reference, e.Apart.Candidate = explainedMean(g.ref, len(s.pairs)), explainedMean(g.cand, len(s.pairs))
	e.Apart.D, e.Apart.SE, e.Apart.DF = g.d, g.se, g.df
	for _, p := range s.pairs {
		ref, cand := p.sideMeans()
		e.Apart.Rows = append(e.Apart.Rows, ExplainedApart{p.row.Name, explainedMean(ref, 1), explainedMean(cand, 1)})
	}
	if !s.mean {
		e.Apart.Launches = s.pairs[0].explainedLaunches()
	}
	claims, also := a.claimsAbout(s)
	for _, c := range claims {
		t := a.explainTest(s, c, path)
		if c.capped {
			t.Capped = a.capReason()
		}
		if t.Verdict == Inconclusive {
			t.Looks[0].Decided = ""
		}
		e.Tests = append(e.Tests, t)
	}
	a.explainShown(s, also, path, e)
}

func explainedMean(s sideMean, rows int) ExplainedMean {
	m := ExplainedMean{Processes: s.processes, Samples: s.samples, Mean: s.mean, SE: s.se, DF: s.df}
	if rows == 1 && s.df > 0 {
		m.SD, m.Factor, m.N = s.sd, s.factor, s.df+1
	}
	return m
}

func (p *pair) explainedLaunches() []ExplainedLaunch {
	var out []ExplainedLaunch
	for _, side := range []struct {
		impl   string
		rounds []int
		logs   []float64
	}{{p.ref.impl, p.refRounds, p.refLog}, {p.cand.impl, p.cndRounds, p.cndLog}} {
		for i, r := range side.rounds {
			out = append(out, ExplainedLaunch{side.impl, r, math.Exp(side.logs[i]), side.logs[i]})
		}
	}
	return out
}

// testedApart is the one look at sides that were measured apart.
func (p path) testedApart(aPass, aFail float64) []TestedLook {
	out := []TestedLook{}
	for _, g := range p.seen {
		l := TestedLook{Share: 1, DF: g.df, PassTail: aPass / 2, FailTail: aFail / 2, PassT: p.multiplier(g, aPass), FailT: p.multiplier(g, aFail), Reached: true}
		l.PassHalf, l.FailHalf = l.PassT*g.se, l.FailT*g.se
		l.Lo, l.Hi = g.mean-l.PassHalf, g.mean+l.FailHalf
		out = append(out, l)
	}
	return out
}

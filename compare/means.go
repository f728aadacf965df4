package compare

import (
	"math"
	"slices"
	"strings"
)

// GroupAll is the group of a mean over every row.
const GroupAll = "all"

// means summarises every candidate over all rows, and over each family of
// rows where there are several.
func (a *analysis) means() []Mean {
	if a.single {
		return nil
	}
	groups := []string{GroupAll}
	if g := a.groups(); len(g) > 1 {
		groups = append(groups, g...)
	}
	var out []Mean
	for _, candidate := range a.candidates {
		for _, group := range groups {
			if m := a.mean(candidate, group); m.Rows > 0 {
				out = append(out, m)
			}
		}
	}
	return out
}

func (a *analysis) groups() []string {
	var out []string
	for i := range a.plan.Rows {
		if g := a.plan.Rows[i].Group; g != "" && !a.plan.Rows[i].ShownOnly && !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	return out
}

// mean is over the rounds that all its rows have in common, every figure of
// it: a row that was measured for longer than the others must not be compared
// with them over rounds that they have not seen.
func (a *analysis) mean(candidate, group string) Mean {
	m := Mean{Candidate: candidate, Group: group}
	var pairs []*pair
	for _, p := range a.pairs {
		if p.candidate == candidate && !p.row.ShownOnly && (group == GroupAll || p.row.Group == group) {
			pairs = append(pairs, p)
			if p.invalid() {
				m.Invalid++
			}
		}
	}
	m.Rows = len(pairs)
	if m.Invalid > 0 || m.Rows == 0 {
		return m
	}
	m.Geometric = a.follow(pairs...).ratio(a.sched.alpha, a.failLevel(1))
	m.Claim = a.claimed(m.Geometric.Lo)
	members := a.membersOf(pairs)
	m.others(members)
	m.effort(members)
	m.memory(members)
	a.coldMean(&m, pairs)
	return m
}

// A member is one row of a mean, over the rounds of the mean.
type member struct {
	name         string
	refNS, cndNS float64 // typical times of one iteration
	speedup      float64 // log
	ref, cand    spending
}

// membersOf is empty when the rows have no round in common.
func (a *analysis) membersOf(pairs []*pair) []member {
	if a.unpaired() {
		return a.membersApart(pairs)
	}
	rounds := shared(pairs)
	if len(rounds) == 0 {
		return nil
	}
	out := make([]member, len(pairs))
	for i, p := range pairs {
		var ref, cand, d []float64
		for _, r := range rounds {
			ref, cand, d = append(ref, p.ref.launches[r].logNS), append(cand, p.cand.launches[r].logNS), append(d, p.byRnd[r])
		}
		out[i] = member{p.row.Name, math.Exp(mean(ref)), math.Exp(mean(cand)), mean(d), a.spent(p.ref, rounds), a.spent(p.cand, rounds)}
	}
	return out
}

// others are the means that mislead, for comparison, and how much any single
// row matters.
func (m *Mean) others(rows []member) {
	if len(rows) == 0 {
		return
	}
	var ref, cand, sum float64
	logs := make([]float64, len(rows))
	for i, r := range rows {
		logs[i] = r.speedup
		sum += logs[i]
		ref += r.refNS
		cand += r.cndNS
		m.Arithmetic += math.Exp(logs[i]) / float64(len(rows))
	}
	m.TotalTime = ref / cand
	m.Min, m.Max = math.Exp(slices.Min(logs)), math.Exp(slices.Max(logs))
	if n := float64(len(logs) - 1); n > 0 {
		m.LeaveOneOutLo = math.Exp((sum - slices.Max(logs)) / n)
		m.LeaveOneOutHi = math.Exp((sum - slices.Min(logs)) / n)
		heaviest := 0
		for i, x := range logs {
			if off := math.Abs(x - sum/(n+1)); off > math.Abs(logs[heaviest]-sum/(n+1)) {
				heaviest = i
			}
		}
		m.Heaviest, m.WithoutHeaviest = rows[heaviest].name, math.Exp((sum-logs[heaviest])/n)
	}
}

// effort compares CPU time and cores. The ratio of CPU times is only given
// when every row has one: over other rows it could not stand beside the mean.
func (m *Mean) effort(rows []member) {
	var logs, refCores, candCores []float64
	for _, r := range rows {
		if r.ref.cpuNS > 0 && r.cand.cpuNS > 0 {
			logs = append(logs, math.Log(r.ref.cpuNS/r.cand.cpuNS))
		}
		if r.ref.cores > 0 && r.cand.cores > 0 {
			refCores, candCores = append(refCores, r.ref.cores), append(candCores, r.cand.cores)
		}
	}
	if m.WithoutCPU = m.Rows - len(logs); m.WithoutCPU == 0 {
		m.CPU = math.Exp(mean(logs))
	}
	m.RefCores, m.CandCores = mean(refCores), mean(candCores)
}

// memory compares peak resident sizes. Where the sizes of one side are upper
// bounds, so is the ratio, or it is a lower one; where those of both sides
// are, on whichever rows, nothing is known.
func (m *Mean) memory(rows []member) {
	var logs []float64
	bounded := 0
	for _, r := range rows {
		m.RSSAtMost = m.RSSAtMost || r.ref.rssAtMost
		m.RSSAtLeast = m.RSSAtLeast || r.cand.rssAtMost
		if r.ref.rssAtMost || r.cand.rssAtMost {
			bounded++
		}
		if r.ref.rss > 0 && r.cand.rss > 0 {
			logs = append(logs, math.Log(float64(r.ref.rss)/float64(r.cand.rss)))
		}
	}
	m.WithoutRSS = m.Rows - len(logs)
	if m.RSSAtLeast && m.RSSAtMost {
		m.WithoutRSS = max(m.WithoutRSS, bounded)
	}
	if m.WithoutRSS > 0 {
		m.RSSAtLeast, m.RSSAtMost = false, false
		return
	}
	m.RSS = math.Exp(mean(logs))
}

// coldMean is the mean of the first results after a launch, where every row
// has one.
func (a *analysis) coldMean(m *Mean, pairs []*pair) {
	for _, p := range pairs {
		if a.cold([]*pair{p}).Rounds == 0 {
			m.WithoutCold++
		}
	}
	if m.WithoutCold == 0 {
		m.Cold = a.cold(pairs)
	}
}

// A family is the rows of one category.
type family struct {
	name  string
	pairs []*pair
}

// families splits pairs by category, in plan order.
func families(pairs []*pair) []family {
	var out []family
	for _, p := range pairs {
		name := p.row.Category
		if name == "" {
			name, _, _ = strings.Cut(p.row.Name, "/")
		}
		i := slices.IndexFunc(out, func(f family) bool { return f.name == name })
		if i < 0 {
			i = len(out)
			out = append(out, family{name: name})
		}
		out[i].pairs = append(out[i].pairs, p)
	}
	return out
}

func (a *analysis) categories() []Category {
	if a.single {
		return nil
	}
	var out []Category
	for _, candidate := range a.candidates {
		var mine []*pair
		for _, p := range a.pairs {
			if p.candidate == candidate && !p.row.ShownOnly {
				mine = append(mine, p)
			}
		}
		for _, f := range families(mine) {
			out = append(out, a.category(candidate, f))
		}
	}
	return out
}

func (a *analysis) category(candidate string, f family) Category {
	c := Category{Name: f.name, Candidate: candidate, Rows: len(f.pairs)}
	var expected []float64
	for _, p := range f.pairs {
		if p.invalid() {
			c.Invalid++
		}
		if p.row.Expected > 0 {
			expected = append(expected, math.Log(p.row.Expected))
		}
	}
	if len(expected) > 0 {
		c.Expected = math.Exp(mean(expected))
	}
	if c.Invalid > 0 {
		return c
	}
	path := a.follow(f.pairs...)
	c.Geometric = path.ratio(a.sched.alpha, a.failLevel(1))
	c.Variation = math.Expm1(robustSD(path.looked()))
	return c
}

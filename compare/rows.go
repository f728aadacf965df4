package compare

import (
	"math"
	"slices"

	"xbench/harness/record"
)

// defaultTolerance is how far a row may be off and still count as equal, where
// no goal says otherwise.
const defaultTolerance = 0.05

// rows builds one Row per pair, in the order of the pairs.
func (a *analysis) rows(stopped map[string]string) []Row {
	out := make([]Row, len(a.pairs))
	for i, p := range a.pairs {
		out[i] = a.row(p)
		out[i].Stopped = stopped[p.row.Name]
	}
	return out
}

func (a *analysis) row(p *pair) Row {
	r := Row{Row: *p.row, Candidate: p.candidate, Rounds: len(p.rounds), RefProcesses: len(p.refRounds), CandProcesses: len(p.cndRounds), Failures: p.failures, Status: NoGoals}
	r.Warnings = a.rowWarnings(p)
	if p.invalid() {
		r.Mark, r.Status = MarkInvalid, Invalid
		return r
	}
	r.CandNS, r.CandLoNS, r.CandHiNS = a.times(p.cndLog)
	r.CandTail = p.cand.tail(p.cndRounds)
	cand := a.spent(p.cand, p.cndRounds)
	r.CandCPUNS, r.CandCores, r.CandStartNS = cand.cpuNS, cand.cores, cand.startNS
	r.CandRSS, r.CandRSSAtMost = cand.rss, cand.rssAtMost
	r.CandEfficiency = efficiency(p.row, r.CandNS)
	r.CandFacts = factsOf(p.cand, p.cndRounds)
	if p.ref == nil {
		return r
	}
	r.RefNS, r.RefLoNS, r.RefHiNS = a.times(p.refLog)
	r.RefTail = p.ref.tail(p.refRounds)
	ref := a.spent(p.ref, p.refRounds)
	r.RefCPUNS, r.RefCores, r.RefStartNS = ref.cpuNS, ref.cores, ref.startNS
	r.RefRSS, r.RefRSSAtMost = ref.rss, ref.rssAtMost
	r.RefEfficiency = efficiency(p.row, r.RefNS)
	r.RefFacts = factsOf(p.ref, p.refRounds)
	r.Cold = a.cold([]*pair{p})
	r.D = slices.Clone(p.d)
	r.Speedup = a.interval(p)
	r.Claim = a.claimed(r.Speedup.Lo)
	r.Mark = mark(r.Speedup, a.tolerance(p))
	a.status(p, &r)
	return r
}

// times is the typical time of one iteration, with the plain 95 % interval of
// the rounds; two rounds never make one.
func (a *analysis) times(logs []float64) (ns, lo, hi float64) {
	if len(logs) == 0 {
		return 0, 0, 0
	}
	if len(logs) < minLook {
		return math.Exp(mean(logs)), 0, 0
	}
	l, h := a.sched.tInterval(logs)
	return math.Exp(mean(logs)), math.Exp(l), math.Exp(h)
}

func efficiency(row *record.Row, ns float64) float64 {
	if row.LowerBoundNS <= 0 || ns <= 0 {
		return 0
	}
	return float64(row.LowerBoundNS) / ns
}

// A spending is what a side used besides time, as medians over rounds.
type spending struct {
	cpuNS, cores float64
	rss, startNS int64
	rssAtMost    bool // one of the sizes is an upper bound, and so is their median
}

func (a *analysis) spent(c *cell, rounds []int) spending {
	var s spending
	var cpus, shares, sizes, starts []float64
	for _, r := range rounds {
		p := c.launches[r].Process
		wall := p.SumNS()
		n := float64(len(p.SamplesNS))
		perSample := float64(p.TotalIterations()) / n
		if cpu := float64(a.cpu(p)); cpu > 0 {
			cpus = append(cpus, cpu/perSample/n)
			shares = append(shares, cpu/wall)
		}
		if p.Usage.MaxRSS > 0 && a.kind(p.Impl) != record.KindAdapter { // else that of cargo, pytest and the like
			sizes = append(sizes, float64(p.Usage.MaxRSS))
			s.rssAtMost = s.rssAtMost || p.Usage.MaxRSSAtMost
		}
		if p.Phases.StartNS > 0 {
			starts = append(starts, float64(p.Phases.StartNS))
		}
	}
	s.cpuNS, s.cores = median(cpus), median(shares)
	s.rss, s.startNS = int64(median(sizes)), int64(median(starts))
	return s
}

// cpu is the CPU time of a process's samples. A plain command is timed as a
// whole, so that the kernel's account of the process is that of its sample.
func (a *analysis) cpu(p *record.Process) int64 {
	if p.CPUNS > 0 {
		return p.CPUNS
	}
	if a.kind(p.Impl) == record.KindCommand && len(p.SamplesNS) == 1 {
		return p.Usage.UserNS + p.Usage.SystemNS
	}
	return 0
}

// kind is how an implementation is timed.
func (a *analysis) kind(impl string) string {
	for _, i := range a.plan.Implementations {
		if i.Name == impl {
			return i.Kind
		}
	}
	return ""
}

// interval is a row's printed interval: the lower end at the level at which
// its claims pass, the upper end at the one at which they fail. A culprit that
// Holm's procedure found on a later step lies below its threshold, and no more
// than that is known.
func (a *analysis) interval(p *pair) Interval {
	i := p.path.ratio(a.sched.alpha, a.failLevel(a.sharing(p)))
	for _, c := range a.holding(p) {
		if c.standingOf(p).verdict == Fail {
			i = cutBelow(i, c.threshold())
		}
	}
	return i
}

// sharing is how many rows share the error of FAIL in the largest gated claim
// that holds the pair.
func (a *analysis) sharing(p *pair) int {
	most := 1
	for _, c := range a.holding(p) {
		if c.gated {
			most = max(most, len(c.members))
		}
	}
	return most
}

// holding lists the "each" claims that a pair belongs to.
func (a *analysis) holding(p *pair) []*claim {
	if a.held == nil {
		a.held = make(map[*pair][]*claim)
		for _, c := range a.claims {
			if c.goal.Each > 0 && c.judged() {
				for _, m := range c.members {
					a.held[m] = append(a.held[m], c)
				}
			}
		}
	}
	return a.held[p]
}

// standingOf relies on the rows being in the order of the members.
func (c *claim) standingOf(p *pair) standing {
	if i, ok := c.at[p]; ok && i < len(c.rows) {
		return c.rows[i]
	}
	return standing{}
}

// tolerance is that of the goal which says that the row must not be slower.
func (a *analysis) tolerance(p *pair) float64 {
	for _, c := range a.holding(p) {
		if c.goal.Each == 1 {
			return c.goal.Tolerance
		}
	}
	return defaultTolerance
}

// status is how the row stands under the gated "each" claims that hold it,
// since when, and how many rounds more the first open one would need.
func (a *analysis) status(p *pair, r *Row) {
	open := false
	for _, c := range a.holding(p) {
		if !c.gated {
			continue
		}
		s := c.standingOf(p)
		if s.verdict == Pass && a.unpaired() && !a.accept {
			s.verdict = NoGoals // proved, but not by data that counts
		}
		if s.verdict == Fail && a.machines() != "" {
			s.verdict = NoGoals
		}
		switch {
		case severity(s.verdict) < severity(r.Status):
			r.Status, r.DecidedAt = s.verdict, s.round
		case s.verdict == r.Status:
			r.DecidedAt = max(r.DecidedAt, s.round)
		}
		if s.verdict == Inconclusive && !open {
			open = true
			need := p.path.need(c.threshold(), a.sched.alpha, a.failLevel(len(c.members)))
			r.MoreRounds, r.TooClose = need.more(len(p.path.x)), need != Need{} && need.Rounds == 0
		}
	}
}

// mark puts an interval in a word. "Slower" needs the whole interval below the
// tolerance band, "equal" is said while the two overlap, and "2x or more" needs
// the whole interval there.
//
// Note: a mark by the estimate was tried. It called 3.09x (1.20 to 16.1) "2x or
// more", which nobody may claim of such a row.
func mark(i Interval, tolerance float64) string {
	switch {
	case i.Lo <= 0 || math.IsInf(i.Hi, 1):
		return MarkUnclear
	case i.Hi < 1/(1+tolerance):
		return MarkSlower
	case i.Lo <= 1+tolerance:
		return MarkEqual
	case i.Lo < 2:
		return MarkModest
	}
	return MarkMeets
}

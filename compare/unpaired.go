package compare

import (
	"fmt"
	"math"
	"slices"

	"xbench/harness/record"
)

// A record whose plan is unpaired holds processes that were not started in
// common rounds: results that other tools wrote, or two records of one program
// then and now. There is then no difference within a round in which the state
// of the machine cancels. What is compared are the two sides' mean log times:
//
//	d  = mean(ref) - mean(cand)
//	SE = root(v_ref + v_cand + 2 tau^2)
//
// v is the variance of a side's mean as its own processes show it. tau, the
// assumed spread of the plan, stands for what they cannot show: that all of
// them ran in one session, on one state of the machine and one layout in
// memory, and that another session would have given another mean. It is the
// standard deviation of the natural logarithm: 0.05 is taken as 0.05, not as
// ln 1.05 = 0.0488, which would be narrower and say no more.

// Of few processes the spread is hardly known. Below [correlatedFrom] a fifth
// is added, as to few rounds. Two say next to nothing: without the factor,
// two of them against twenty were wrong in 6 % of simulations where 2.5 % were
// allowed, at a spread ten times the assumed one.
const twoFactor = 2.5

// Welch's degrees of freedom grow with the share of what is known, and have no
// end where all of it is. Beyond this many Student's t is the normal for every
// purpose here.
const mostDF = 1000

// unpaired reports whether the sides were measured apart.
func (a *analysis) unpaired() bool { return a.plan.Unpaired != nil && !a.single }

// checkUnpaired refuses what an unpaired plan cannot mean.
func checkUnpaired(p *record.Plan) error {
	u := p.Unpaired
	if !slices.Contains([]string{record.UnpairedImported, record.UnpairedBaseline}, u.Why) {
		return fmt.Errorf("plan: unpaired because of %q, want %s or %s", u.Why, record.UnpairedImported, record.UnpairedBaseline)
	}
	if !(u.Spread > 0 && u.Spread < 1) {
		return fmt.Errorf("plan: the assumed process spread is %v, want a fraction above 0 and below 1", u.Spread)
	}
	return nil
}

// A sideMean is what the processes of one side say of its mean log time.
type sideMean struct {
	processes, samples int // samples: of all processes together
	mean               float64
	sd                 float64 // between processes; of one process between its samples
	factor             float64 // makes up for few processes, or for a median of samples
	se                 float64 // factor * sd / root of n; 0 where nothing is known
	df                 int     // of sd; 0 where nothing is known
}

// medianFactor is how much larger the standard error of a median of normal
// values is than that of their mean: root(pi/2).
const medianFactor = 1.2533

// sideOf is the mean over processes and the standard error that they show. A
// single process shows that of its own median, by its samples; of a single
// value nothing is known, and the assumed spread has to do.
func sideOf(logs []float64, launches []launch) sideMean {
	s := sideMean{processes: len(logs), mean: mean(logs)}
	var last *record.Process
	for _, l := range launches {
		if l.Process != nil {
			last = l.Process
			s.samples += len(l.SamplesNS)
		}
	}
	n, x := len(logs), logs
	if n == 1 {
		x = nil
		for _, ns := range last.Times() {
			x = append(x, math.Log(ns))
		}
		n = len(x)
	}
	if n < 2 {
		return s
	}
	s.sd, s.factor, s.df = sd(x), s.fewFactor(), n-1
	s.se = s.factor * s.sd / math.Sqrt(float64(n))
	return s
}

func (s sideMean) fewFactor() float64 {
	switch {
	case s.processes == 1:
		return medianFactor
	case s.processes == 2:
		return twoFactor
	case s.processes < correlatedFrom:
		return fewFactor
	}
	return 1
}

// sideMeans are both sides of a pair.
func (p *pair) sideMeans() (ref, cand sideMean) {
	return sideOf(p.refLog, p.ref.launches), sideOf(p.cndLog, p.cand.launches)
}

// over is the side's mean over several rows. Its standard error is the mean of
// theirs, which is right where the rows are wrong together and too large where
// they are not: the processes of one session share what nobody has measured,
// and a sum of squares would take it for chance that averages out.
func over(rows []sideMean) sideMean {
	if len(rows) == 1 {
		return rows[0]
	}
	out := sideMean{processes: rows[0].processes}
	for _, s := range rows {
		out.mean += s.mean / float64(len(rows))
		out.se += s.se / float64(len(rows))
		out.samples += s.samples
		out.processes = min(out.processes, s.processes)
		if s.df > 0 && (out.df == 0 || s.df < out.df) {
			out.df = s.df
		}
	}
	return out
}

// A gulf is the difference between two sides that were measured apart.
type gulf struct {
	ref, cand sideMean
	d         float64
	tau       float64 // assumed, per side
	se        float64
	df        int
}

// across is the difference over one row or several. The assumed spread is that
// of the sessions and does not shrink with the number of rows: all benchmarks
// of a file came from one process or one session, so that what made one of
// them fast that day made all of them fast.
func (a *analysis) across(pairs []*pair) (gulf, bool) {
	var refs, cands []sideMean
	for _, p := range pairs {
		if len(p.refLog) == 0 || len(p.cndLog) == 0 {
			return gulf{}, false
		}
		ref, cand := p.sideMeans()
		refs, cands = append(refs, ref), append(cands, cand)
	}
	if len(pairs) == 0 {
		return gulf{}, false
	}
	g := gulf{ref: over(refs), cand: over(cands), tau: a.plan.Unpaired.Spread}
	g.d = g.ref.mean - g.cand.mean
	x, y := g.ref.se*g.ref.se, g.cand.se*g.cand.se
	all := x + y + 2*g.tau*g.tau
	g.se, g.df = math.Sqrt(all), welch(all, x, g.ref.df, y, g.cand.df)
	return g, true
}

// welch are the degrees of freedom of a variance of which two parts, x and y,
// are estimated and the rest is known (Welch 1947, doi 10.1093/biomet/34.1-2.28),
// rounded down: a table of Student's t has them.
func welch(all, x float64, dfX int, y float64, dfY int) int {
	unsure := 0.0
	if dfX > 0 {
		unsure += x * x / float64(dfX)
	}
	if dfY > 0 {
		unsure += y * y / float64(dfY)
	}
	if all*all >= mostDF*unsure {
		return mostDF
	}
	return max(int(all*all/unsure), 1)
}

// follow is the series of one row or of the mean over several, and the planned
// looks at it. Sides that were measured apart have one value and one look.
func (a *analysis) follow(pairs ...*pair) path {
	switch {
	case !a.unpaired() && len(pairs) == 1:
		return a.sched.follow(pairs[0].d)
	case !a.unpaired():
		return a.sched.follow(together(pairs))
	}
	p := path{sched: a.sched, apart: true}
	if g, ok := a.across(pairs); ok {
		p.x = []float64{g.d}
		p.seen = []glance{{look: len(a.sched.looks) - 1, n: a.sched.rMax, mean: g.d, se: g.se, df: g.df}}
	}
	return p
}

// completeApart gathers what each side measured by itself.
func (p *pair) completeApart(plan *record.Plan) {
	p.failures = append(p.failures, p.checkWork(exactOutput(plan))...)
	for r := range p.byRnd {
		p.byRnd[r] = math.NaN()
		if l := p.ref.launches[r]; l.Process != nil {
			p.refRounds, p.refLog = append(p.refRounds, r), append(p.refLog, l.logNS)
		}
		if l := p.cand.launches[r]; l.Process != nil {
			p.cndRounds, p.cndLog = append(p.cndRounds, r), append(p.cndLog, l.logNS)
		}
	}
}

// measured reports whether there is anything to compare.
func (p *pair) measured() bool {
	return len(p.cndRounds) > 0 && (p.ref == nil || len(p.refRounds) > 0)
}

// Twins are two processes that had the same work to do: those of a round or,
// of sides that were measured apart, those that had the same input.
type twins struct {
	round     int // of the candidate's
	ref, cand *record.Process
}

// twins lists them. Processes without result and counters, which no other
// tool's have, are nobody's twins: that the work was the same is then not
// shown, which is not to say that it was not.
func (p *pair) twins() []twins {
	var out []twins
	if !p.apart {
		for r := range p.ref.launches {
			if a, b := p.ref.launches[r].Process, p.cand.launches[r].Process; a != nil && b != nil {
				out = append(out, twins{r, a, b})
			}
		}
		return out
	}
	told := func(q *record.Process) bool { return q != nil && (q.Digest != "" || len(q.Counters) > 0) }
	first := make(map[string]*record.Process)
	for _, l := range p.ref.launches {
		if told(l.Process) && first[l.Nonce] == nil {
			first[l.Nonce] = l.Process
		}
	}
	for r, l := range p.cand.launches {
		if told(l.Process) && first[l.Nonce] != nil && (l.Digest == "") == (first[l.Nonce].Digest == "") {
			out = append(out, twins{r, first[l.Nonce], l.Process})
		}
	}
	return out
}

// imported reports whether other tools measured.
func (a *analysis) imported() bool {
	return a.plan.Unpaired != nil && a.plan.Unpaired.Why == record.UnpairedImported
}

// acceptImported lets imported data count if it was asked for and may be. Two
// records are ours: what would prove a goal about them is a run. An assumed
// spread below the usual one is for looking: whoever may choose it small enough
// proves anything.
func (a *analysis) acceptImported(opt Options) {
	if !opt.Accept || !a.imported() {
		return
	}
	switch u := a.plan.Unpaired; {
	case u.Machines != "":
		a.refused = a.machinesReason()
	case u.Spread < AssumedSpread && !opt.anySpread:
		a.refused = fmt.Sprintf("proved only if processes differ by no more than %s: --accept-imported counts with an assumed spread of %s or more", formatPercent(u.Spread), formatPercent(AssumedSpread))
	default:
		a.accept = true
	}
}

// machines says which sides were measured on two machines, "" where none are
// known to be.
func (a *analysis) machines() string {
	if !a.unpaired() {
		return ""
	}
	return a.plan.Unpaired.Machines
}

func (a *analysis) machinesReason() string {
	return "two machines: " + a.plan.Unpaired.Machines + "; what differs between them is in every ratio, which proves and disproves nothing"
}

// lateGoals says that goals were written when the data was there, as all of
// imported data are.
func (a *analysis) lateGoals() string {
	if len(a.goals) == 0 {
		return ""
	}
	return ", and the goals were stated after measuring"
}

// capped turns a claim that such data would prove into an open one, unless
// whoever asks accepts it. What it disproves stays disproved: a wrong alarm
// costs a second look, a wrong claim is quoted for years. Two machines do
// neither.
func (a *analysis) capped(c *claim) {
	if !a.unpaired() {
		return
	}
	c.round = 0
	for i := range c.rows {
		c.rows[i].round = 0
	}
	if c.verdict == Pass && !a.accept {
		c.verdict, c.capped = Inconclusive, true
	}
	if c.verdict == Fail && a.machines() != "" {
		c.verdict, c.capped, c.culprits = Inconclusive, true, nil
	}
}

// capReason says why such a claim is open.
func (a *analysis) capReason() string {
	switch {
	case a.machines() != "":
		return a.machinesReason()
	case a.refused != "":
		return a.refused
	case a.plan.Unpaired.Why == record.UnpairedBaseline:
		return "proved by two records alone: the sides were not measured in turns; one run of both builds proves it"
	}
	return "proved by imported data alone: sides were not measured in turns; --accept-imported lets it count"
}

// claimed is the largest claim that a lower end proves. What was not measured in
// turns proves none unless it is accepted, however narrow its interval.
func (a *analysis) claimed(lo float64) float64 {
	if a.unpaired() && !a.accept {
		return 0
	}
	return roundDown(lo)
}

// holdApart says that a threshold lies within the interval, or that there is
// none.
func (a *analysis) holdApart(p path, found Interval, threshold float64) string {
	if len(p.seen) == 0 {
		return "a side has no data"
	}
	return fmt.Sprintf("%s is on neither side of %s", FormatInterval(found), chosenRatio(threshold))
}

// noRounds is why consistency is not judged.
const noRounds = "the sides were not measured in common rounds, which it is about"

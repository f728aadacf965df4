package compare

import (
	"math"
	"slices"

	"xbench/harness/record"
)

// A cell is everything one implementation did for one row.
type cell struct {
	row      *record.Row
	impl     string
	launches []launch // index is the round, from 1; a nil process is a round without data
	failures []record.Failure
	missing  bool // it does not have the benchmark
	doubts   []Warning
	parting  map[int]string // round -> where its result and the reference's part
}

// A launch is one process as data: its samples in one number. The median of
// the logs is immune to the spikes that a shared machine produces; the mean
// had half as much spread again in the quietest surroundings.
type launch struct {
	*record.Process
	logNS float64 // median over samples of the log of one iteration's time
}

// A pair is a row seen from one candidate: the two cells it compares and, for
// every round that both measured, the logarithm of the speedup. Without a
// reference only the candidate's cell is there.
type pair struct {
	row       *record.Row
	candidate string
	than      string // what it is compared with, where that is not the reference
	ref, cand *cell
	failures  []record.Failure

	rounds []int     // complete rounds, ascending; none of sides that were measured apart
	refLog []float64 // per complete round, or per process of a side that was measured apart
	cndLog []float64
	// The same rounds for either side, or those of its own.
	refRounds, cndRounds []int
	apart                bool      // the sides were not measured in common rounds
	d                    []float64 // log speedup per complete round; nil without a reference
	byRnd                []float64 // d by round number, NaN where the round is not complete
	path                 path
}

func (p *pair) invalid() bool { return len(p.failures) > 0 }

// collect sorts a record's processes into cells, one per row and
// implementation, and says how many it had to leave out.
func (a *analysis) collect() {
	a.cells = make(map[cellKey]*cell)
	for i := range a.plan.Rows {
		row := &a.plan.Rows[i]
		for _, impl := range a.plan.Implementations {
			c := &cell{row: row, impl: impl.Name, launches: make([]launch, a.plan.RMax+1)}
			if reason, ok := row.Unsupported[impl.Name]; ok {
				c.missing = true
				c.fail(record.Failure{Kind: record.FailUnsupported, Message: reason})
			}
			a.cells[cellKey{row.Name, impl.Name}] = c
		}
	}
	for i := range a.rec.Processes {
		p := &a.rec.Processes[i]
		c := a.cells[cellKey{p.Row, p.Impl}]
		switch {
		case c == nil || p.Round < 1:
			a.strays++
		case p.Round > a.plan.RMax:
			a.late++
		default:
			a.again += c.add(p)
		}
	}
	for _, n := range a.rec.Notes {
		a.heed(n)
	}
	for _, c := range a.cells {
		c.checkClock()
	}
}

type cellKey struct{ row, impl string }

// add takes a process in and returns 1 when the round had one already; the
// later one, measured together with the other side of a round that was taken
// up again, replaces it.
func (c *cell) add(p *record.Process) int {
	if f := c.checkProcess(p); f != nil {
		c.fail(*f)
		return 0
	}
	again := 0
	if c.launches[p.Round].Process != nil {
		again = 1
	}
	c.launches[p.Round] = launch{p, medianLog(p)}
	return again
}

// heed makes a row invalid that a note says is, and keeps where results part:
// the digests say that they do.
func (a *analysis) heed(n record.Note) {
	if c := a.cells[cellKey{n.Row, n.Impl}]; c != nil && n.Kind == record.NoteMismatch {
		if c.parting == nil {
			c.parting = make(map[int]string)
		}
		c.parting[n.Round] = n.Message
	}
	if n.Failure == nil || n.Row == "" {
		return
	}
	for _, impl := range a.plan.Implementations {
		if n.Impl != "" && n.Impl != impl.Name {
			continue
		}
		if c := a.cells[cellKey{n.Row, impl.Name}]; c != nil {
			c.fail(*n.Failure)
		}
	}
}

// match forms the pairs, in plan order and candidates within a row.
func (a *analysis) match() {
	a.ofRow = make(map[*record.Row][]*pair)
	for i := range a.plan.Rows {
		row := &a.plan.Rows[i]
		for _, name := range a.candidates {
			p := a.newPair(row, name, "")
			a.pairs = append(a.pairs, p)
			a.ofRow[row] = append(a.ofRow[row], p)
		}
	}
}

// complete gathers the failures of both sides and the rounds that both
// measured.
func (p *pair) complete(plan *record.Plan) {
	if p.ref != nil {
		p.failures = append(p.failures, p.ref.failures...)
	}
	p.failures = append(p.failures, p.cand.failures...)
	p.byRnd = make([]float64, plan.RMax+1)
	if p.apart = plan.Unpaired != nil && p.ref != nil; p.apart {
		p.completeApart(plan)
		return
	}
	if p.ref != nil {
		p.failures = append(p.failures, p.checkWork(exactOutput(plan))...)
	}
	for r := range p.byRnd {
		p.byRnd[r] = math.NaN()
		cand := p.cand.launches[r]
		if cand.Process == nil {
			continue
		}
		if p.ref != nil {
			ref := p.ref.launches[r]
			if ref.Process == nil {
				continue
			}
			p.byRnd[r] = ref.logNS - cand.logNS
			p.d = append(p.d, p.byRnd[r])
			p.refLog = append(p.refLog, ref.logNS)
		}
		p.rounds = append(p.rounds, r)
		p.cndLog = append(p.cndLog, cand.logNS)
	}
	p.refRounds, p.cndRounds = p.rounds, p.rounds
}

// together returns one value per round for a set of rows: the mean of their
// log speedups, for the rounds in which every one of them was measured. It
// carries whatever the rows of one round have in common; adding up variances
// of single rows would not.
func together(pairs []*pair) []float64 {
	var x []float64
	for _, r := range shared(pairs) {
		sum := 0.0
		for _, p := range pairs {
			sum += p.byRnd[r]
		}
		x = append(x, sum/float64(len(pairs)))
	}
	return x
}

// shared lists the rounds in which every one of the rows was measured on both
// sides.
func shared(pairs []*pair) []int {
	if len(pairs) == 0 {
		return nil
	}
	var out []int
	for r := range pairs[0].byRnd {
		if !slices.ContainsFunc(pairs, func(p *pair) bool { return math.IsNaN(p.byRnd[r]) }) {
			out = append(out, r)
		}
	}
	return out
}

func anyInvalid(pairs []*pair) bool {
	for _, p := range pairs {
		if p.invalid() {
			return true
		}
	}
	return false
}

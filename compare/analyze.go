package compare

import (
	"errors"
	"fmt"
	"slices"

	"xbench/harness/record"
	"xbench/harness/strictyaml"
)

// An analysis is a record on its way to a result. Open and Analyze share it,
// so that a run stops for the reason its report gives.
type analysis struct {
	rec   *record.Record
	plan  *record.Plan
	sched *schedule

	gate         string
	inconclusive string
	by           string // the knob that contests are about
	lenient      bool   // inconclusive: pass was asked for when judging
	unplanned    bool
	replaced     bool   // the goals are not the plan's
	accept       bool   // sides that were not measured in turns may prove a goal
	refused      string // why they may not, though it was asked for
	single       bool   // nothing to compare with
	candidates   []string
	goals        []record.Goal

	cells  map[cellKey]*cell
	pairs  []*pair  // plan order, candidates within a row
	others []*pair  // of goals that measure against another than the reference
	claims []*claim // plan order, candidates within a goal
	ofRow  map[*record.Row][]*pair
	held   map[*pair][]*claim // the "each" claims that hold a pair
	tests  int                // gated claims that share the allowed error: G

	strays, late, again int // processes that are not part of the plan, came after its end, or twice
}

// Analyze judges a record: everything a report may say, the verdict and the
// exit code. It is pure; the same record and options give the same result, and
// a finished run's record gives the verdict that ended the run. The error
// tells of a record or goals that cannot be compared at all.
func Analyze(rec *record.Record, opt Options) (*Result, error) {
	a, err := analyze(rec, opt)
	if err != nil {
		return nil, err
	}
	return a.result(), nil
}

func analyze(rec *record.Record, opt Options) (*analysis, error) {
	if rec == nil {
		return nil, errors.New("no record")
	}
	a := &analysis{rec: rec, plan: &rec.Plan, goals: rec.Plan.Goals}
	a.acceptImported(opt)
	if opt.Replace && !slices.Equal(opt.Goals, a.goals) {
		// Of imported data no goal is planned: a new one is as late as the first.
		a.goals, a.replaced, a.unplanned = opt.Goals, true, !a.imported()
	}
	var err error
	if a.sched, err = newSchedule(a.plan, opt.scale); err != nil {
		return nil, err
	}
	if err := a.settings(opt); err != nil {
		return nil, err
	}
	if err := checkPlan(a.plan); err != nil {
		return nil, err
	}
	if err := checkShares(a.plan); err != nil {
		return nil, err
	}
	if a.by = opt.By; a.by != "" && a.plan.Unpaired != nil {
		return nil, fmt.Errorf("--by %s: variants are compared within rounds, and this record has none: it was not measured in turns", a.by)
	}
	if a.by != "" {
		if err := a.checkBy(); err != nil {
			return nil, err
		}
	}
	a.sides()
	a.collect()
	a.match()
	a.matchOthers()
	if err := a.state(); err != nil {
		return nil, err
	}
	for _, c := range a.claims {
		a.judge(c)
		a.capped(c)
	}
	return a, nil
}

// Levels of a goal, the weakest first. A gate includes the levels below it.
var levels = []string{"minimum", "target", "stretch"}

// gateNone is the gate that measures only.
const gateNone = "none"

func (a *analysis) settings(opt Options) error {
	a.gate = firstSet(opt.Gate, a.plannedGate())
	if known := append(slices.Clone(levels), gateNone); !slices.Contains(known, a.gate) {
		return fmt.Errorf("gate: unknown level %q%s", a.gate, strictyaml.DidYouMean(a.gate, known))
	}
	a.inconclusive, a.lenient = firstSet(opt.Inconclusive, a.plan.Inconclusive), opt.Inconclusive == "pass" && a.plan.Inconclusive != "pass"
	if a.inconclusive != "" && !slices.Contains(inconclusives, a.inconclusive) {
		return fmt.Errorf("inconclusive: %q is neither fail nor pass", a.inconclusive)
	}
	return nil
}

// plannedGate is the plan's. An import without goals had none to gate.
func (a *analysis) plannedGate() string {
	if a.replaced && a.imported() && len(a.plan.Goals) == 0 {
		return levels[0]
	}
	return firstSet(a.plan.Gate, levels[0])
}

// chosen says which settings were not those of the plan: who sets them has seen
// the data.
func (a *analysis) chosen() []string {
	var out []string
	add := func(what, is, planned string) {
		if is != planned {
			out = append(out, fmt.Sprintf("%s %s, planned %s: chosen after the run", what, is, planned))
		}
	}
	add("gate", a.gate, a.plannedGate())
	if a.accept && a.unpaired() {
		out = append(out, "imported data counts, though its sides were not measured in turns"+a.lateGoals()+": --accept-imported")
	}
	if a.inconclusive != a.plan.Inconclusive {
		add("inconclusive", a.inconclusive, firstSet(a.plan.Inconclusive, "as each goal says"))
	}
	return out
}

var inconclusives = []string{"fail", "pass"}

func firstSet(s ...string) string {
	for _, v := range s {
		if v != "" {
			return v
		}
	}
	return ""
}

// checkShares refuses a plan whose error shares are not the ones that the
// printed confidence stands for. It finds idle edits, not forgers: who writes
// the file can write another.
func checkShares(p *record.Plan) error {
	looks, shares := PlanLooks(p.RMax)
	if p.Unpaired != nil {
		if err := checkUnpaired(p); err != nil {
			return err
		}
		looks, shares = []int{p.RMax}, []float64{1}
	}
	if p.Alpha != plannedAlpha || !slices.Equal(p.Looks, looks) || !slices.Equal(p.Shares, shares) {
		return fmt.Errorf("plan: alpha %v, looks %v and shares %v are not those of a run of %d rounds", p.Alpha, p.Looks, p.Shares, p.RMax)
	}
	return nil
}

// plannedAlpha is the error that every plan allows: all intervals are at 95 %.
const plannedAlpha = 0.05

func checkPlan(p *record.Plan) error {
	rows := make(map[string]bool)
	for _, r := range p.Rows {
		if rows[r.Name] {
			return fmt.Errorf("plan: row %q is there twice", r.Name)
		}
		rows[r.Name] = true
	}
	impls := make(map[string]bool)
	for _, i := range p.Implementations {
		if impls[i.Name] {
			return fmt.Errorf("plan: implementation %q is there twice", i.Name)
		}
		impls[i.Name] = true
	}
	if p.Reference != "" && !impls[p.Reference] {
		return fmt.Errorf("plan: reference %q is not among the implementations", p.Reference)
	}
	return nil
}

// result gathers what a report may say.
func (a *analysis) result() *Result {
	res := &Result{
		Gate: a.gate, Unplanned: a.unplanned, Candidates: a.candidates,
		Interrupted: a.interrupted(),
	}
	if !a.single {
		res.Reference = a.plan.Reference
	}
	res.Verdict, res.Exit, res.Reasons = a.overall()
	res.Chosen = a.chosen()
	res.Reasons = slices.Concat(res.Chosen, res.Reasons)
	ends := a.endings()
	res.Rows = a.rows(ends)
	a.warnApart(res.Rows)
	res.Versus = a.besides(ends)
	for _, c := range a.claims {
		res.Goals = append(res.Goals, a.told(a.goal(c), c, ends))
	}
	res.Means = a.means()
	res.Categories = a.categories()
	res.Fairness, res.Evidence = a.fairness(res.Rows, res.Means, res.Versus), a.evidence()
	res.Unpaired = a.origins()
	res.Exits, res.Startups = a.exits(), a.startups()
	if res.By = a.by; !a.unpaired() {
		res.Contests = a.contests()
		res.Finals, res.Advice = a.finals(res.Contests), Recommend(res.Contests)
		lines := a.lines()
		res.Scalings, res.Crossovers = a.scalings(lines), a.crossovers(lines)
	}
	for _, p := range a.pairs {
		res.Rounds = max(res.Rounds, len(p.rounds))
	}
	a.smallest(res)
	res.Warnings = a.warnings(res)
	return res
}

// interrupted is whether the user ended the run, and nobody took it up again.
func (a *analysis) interrupted() bool { return a.rec.Ended() == record.NoteInterrupt }

func (a *analysis) goal(c *claim) Goal {
	g := Goal{
		Goal: c.goal, Candidate: c.candidate, Verdict: c.verdict, Gated: c.gated, Rows: len(c.members),
		Found: c.found, FoundLog: c.foundLog, Worst: c.worst, Culprits: c.culprits,
		Reason: a.reason(c), DecidedAt: c.round, Capped: c.capped,
	}
	if !c.judged() || c.verdict == Invalid {
		return g
	}
	if c.goal.Speedup > 0 {
		g.Claim = a.claimed(c.found.Lo)
	}
	if c.goal.Each > 0 {
		worst := c.worstRow()
		g.Worst, g.Found = worst.pair.row.Name, a.interval(worst.pair)
		least := g.Found.Lo
		for _, s := range c.rows {
			least = min(least, a.interval(s.pair).Lo)
		}
		g.Claim = a.claimed(least)
	}
	return g
}

// sides names the candidates. One implementation alone, or several without a
// reference, are measured and not compared.
func (a *analysis) sides() {
	for _, impl := range a.plan.Implementations {
		if impl.Name != a.plan.Reference {
			a.candidates = append(a.candidates, impl.Name)
		}
	}
	a.single = a.plan.Reference == ""
	if len(a.candidates) == 0 && a.plan.Reference != "" {
		a.candidates, a.single = []string{a.plan.Reference}, true
	}
}

package compare

import (
	"errors"
	"math"
	"slices"

	"xbench/harness/record"
	"xbench/harness/strictyaml"
)

// An Explanation is the arithmetic of one verdict: every number from the
// processes' medians to the interval, in the order in which they are computed.
// With the numbers of Rounds, and a table of Student's t, all others can be
// worked out again by hand.
//
// Logs are natural; times are of one iteration, in nanoseconds.
type Explanation struct {
	Subject   string   `json:"subject"` // a row's name, or what a mean is over
	Asked     string   `json:"asked"`   // what it was found by
	Reference string   `json:"reference"`
	Candidate string   `json:"candidate"`
	Rows      []string `json:"rows"` // one, or those that a mean is over
	Mean      bool     `json:"mean"`

	Alpha float64 `json:"alpha"`
	RMax  int     `json:"max_rounds"`

	Sides  []ExplainedSide  `json:"sides,omitempty"`          // of a row: the reference, then the candidate
	Rounds []ExplainedRound `json:"rounds"`                   // those that both sides of every row completed
	Looks  []ExplainedLook  `json:"looks"`                    // those that were reached
	Apart  *ExplainedGulf   `json:"measured_apart,omitempty"` // instead of rounds and looks, of sides that were not measured in turns
	Tests  []ExplainedTest  `json:"tests"`                    // one per claim; one without a goal where nothing was claimed
	Also   []string         `json:"also,omitempty"`           // claims about it that do not gate, and are left out for it

	Shown    *ExplainedInterval `json:"shown,omitempty"` // the interval that tables print
	Failures []string           `json:"failures,omitempty"`
	Stopped  string             `json:"stopped,omitempty"` // why measuring a row ended: one of the Stopped reasons
}

// An ExplainedSide says what one number of a round is made of.
type ExplainedSide struct {
	Name       string `json:"name"`
	Iterations int64  `json:"iterations"` // k, in each sample
	Samples    int    `json:"samples"`    // m, in each process
}

// An ExplainedRound is one value of the series. Of a row, D is RefLog less
// CandLog, the medians over a process's samples; of a mean, Sum over the
// number of rows.
type ExplainedRound struct {
	Round   int     `json:"round"`
	RefNS   float64 `json:"reference_ns,omitempty"` // exp of RefLog
	RefLog  float64 `json:"reference_log,omitempty"`
	CandNS  float64 `json:"candidate_ns,omitempty"`
	CandLog float64 `json:"candidate_log,omitempty"`
	Nonce   string  `json:"nonce,omitempty"`
	Sum     float64 `json:"sum,omitempty"`
	D       float64 `json:"d"`
}

// An ExplainedLook is what a look sees of the first N rounds: S is
// Factor * max(SD, Floor), and SE is S over the root of N.
type ExplainedLook struct {
	N      int     `json:"n"`
	Mean   float64 `json:"mean"`
	SD     float64 `json:"sd"`
	Floor  float64 `json:"floor"`
	Lag1   float64 `json:"lag1"` // Lag1 and Rho are 0 before eight rounds, and not used
	Rho    float64 `json:"rho"`
	Factor float64 `json:"factor"`
	S      float64 `json:"s"`
	SE     float64 `json:"se"`
}

// An ExplainedTest is one claim put to the series. PASS is judged at level
// Alpha; FAIL at Alpha over G times B.
type ExplainedTest struct {
	Goal         *record.Goal       `json:"goal,omitempty"`
	Gated        bool               `json:"gated"`
	Threshold    float64            `json:"threshold"`     // a ratio
	LogThreshold float64            `json:"log_threshold"` // what a mean of logs is compared with
	G            int                `json:"g"`             // gated tests: goals times candidates
	B            int                `json:"b"`             // rows that share the error of FAIL
	Members      int                `json:"members"`       // rows of the claim; more than B where others were found before (Holm)
	Tally        *Tally             `json:"tally,omitempty"`
	Looks        []TestedLook       `json:"looks"` // every planned look
	Interval     *ExplainedInterval `json:"interval,omitempty"`
	Forecasts    []Forecast         `json:"forecasts,omitempty"`
	Verdict      Verdict            `json:"verdict"`
	DecidedAt    int                `json:"decided_at_round,omitempty"`
	Claim        float64            `json:"you_can_claim,omitempty"`
	Need         *Need              `json:"need,omitempty"`   // of an open claim
	Capped       string             `json:"capped,omitempty"` // why what is proved does not count
}

// A Tally counts the rows of a claim by their verdicts.
type Tally struct {
	Pass    int `json:"pass"`
	Fail    int `json:"fail"`
	Open    int `json:"open"`
	Invalid int `json:"invalid"`
}

// A TestedLook is a planned look at a series: Share of the level, half of it in
// each tail, T the quantiles that leave the tails above them. The halves and
// ends are those of the look alone, 0 when it was not reached.
type TestedLook struct {
	N        int     `json:"n"`
	Share    float64 `json:"share"`
	DF       int     `json:"df"`
	PassTail float64 `json:"pass_tail"`
	FailTail float64 `json:"fail_tail"`
	PassT    float64 `json:"pass_t"`
	FailT    float64 `json:"fail_t"`
	Reached  bool    `json:"reached"`
	PassHalf float64 `json:"pass_half,omitempty"`
	FailHalf float64 `json:"fail_half,omitempty"`
	Lo       float64 `json:"lo,omitempty"` // mean - PassHalf, log units
	Hi       float64 `json:"hi,omitempty"` // mean + FailHalf
	Decided  Verdict `json:"decided,omitempty"`
}

// An ExplainedInterval is an interval in logs and as ratios.
type ExplainedInterval struct {
	LogLo   float64 `json:"log_lo"`
	LogHi   float64 `json:"log_hi"`
	Ratio   float64 `json:"ratio"`
	Lo      float64 `json:"lo"`
	Hi      float64 `json:"hi"`
	Clamped bool    `json:"clamped,omitempty"` // a later look contradicts an earlier one
}

// A Forecast is what an undecided look expects of the last one. Above is the
// probability of PASS there, t with N-1 degrees of freedom below
// (Distance - PassT*Step) / Q; Below that of FAIL.
type Forecast struct {
	N           int     `json:"n"`
	Distance    float64 `json:"distance"` // mean - threshold
	Step        float64 `json:"step"`     // s / root of max_rounds
	Q           float64 `json:"q"`        // s * root of (1/n - 1/max_rounds)
	PassT       float64 `json:"pass_t"`   // of the last look
	FailT       float64 `json:"fail_t"`
	Above       float64 `json:"above"`
	Below       float64 `json:"below"`
	Probability float64 `json:"probability"`
	GaveUp      bool    `json:"gave_up"`
}

// Explain shows how the verdict about a row, a mean or a goal came about, for
// one candidate or, with candidate "", for each. what is the name of a row,
// "mean", the name of a group or a category of rows, or a goal's claim, with
// or without "goal: " before it; a part that only one of them has will do. Of
// a goal over every row the row that decides it is explained.
func Explain(rec *record.Record, opt Options, what, candidate string) ([]Explanation, error) {
	a, err := analyze(rec, opt)
	if err != nil {
		return nil, err
	}
	if a.single && len(a.others) == 0 {
		return nil, errors.New("nothing to explain: a verdict takes a reference and a candidate, and only one was measured")
	}
	if candidate != "" && !slices.Contains(a.candidates, candidate) {
		return nil, strictyaml.Unknown("candidate", candidate, a.candidates)
	}
	named, err := a.named(what)
	if err != nil {
		return nil, err
	}
	var out []Explanation
	for _, d := range a.explainable() {
		if candidate != "" && d.candidate != candidate {
			continue
		}
		s, err := named(d)
		if err != nil {
			return nil, err
		}
		if len(s.pairs) > 0 {
			out = append(out, a.explain(s, what))
		}
	}
	if len(out) == 0 {
		return nil, errors.New("nothing to explain: " + what + " is about no candidate of this run")
	}
	return out, nil
}

// explainable lists what verdicts can be about: the candidates against the
// reference, then against others where goals ask for it.
func (a *analysis) explainable() []duel {
	var out []duel
	for _, c := range a.candidates {
		if !a.single {
			out = append(out, duel{candidate: c})
		}
	}
	return append(out, a.duels(a.goals)...)
}

func (a *analysis) explain(s subject, asked string) Explanation {
	e := Explanation{
		Subject: s.what, Asked: asked, Mean: s.mean, Reference: s.pairs[0].ref.impl, Candidate: s.pairs[0].candidate,
		Alpha: a.sched.alpha, RMax: a.sched.rMax, Rounds: []ExplainedRound{}, Looks: []ExplainedLook{}, Tests: []ExplainedTest{},
	}
	for _, p := range s.pairs {
		e.Rows = append(e.Rows, p.row.Name)
		for _, f := range p.failures {
			e.Failures = append(e.Failures, p.row.Name+": "+f.Message)
		}
	}
	if !s.mean {
		e.Stopped = a.endings()[s.pairs[0].row.Name]
	}
	if len(e.Failures) > 0 {
		return e // no number of different work is a speedup
	}
	if a.unpaired() {
		a.explainApart(s, &e)
		return e
	}
	path := a.explainRounds(s, &e)
	for _, g := range path.seen {
		e.Looks = append(e.Looks, ExplainedLook{N: g.n, Mean: g.mean, SD: g.sd, Floor: g.floor, Lag1: g.lag1, Rho: g.rho, Factor: g.factor, S: g.s, SE: g.se})
	}
	claims, also := a.claimsAbout(s)
	for _, c := range claims {
		e.Tests = append(e.Tests, a.explainTest(s, c, path))
	}
	a.explainShown(s, also, path, &e)
	return e
}

// explainShown is what comes after the tests: the claims that are not about
// this alone, and the interval that is printed, which is tested by itself where
// no claim tests it.
func (a *analysis) explainShown(s subject, also []*claim, path path, e *Explanation) {
	for _, c := range also {
		e.Also = append(e.Also, c.goal.Claim)
	}
	if len(e.Tests) == 0 {
		e.Tests = append(e.Tests, a.explainInterval(path))
	}
	shown := path.ratio(a.sched.alpha, a.failLevel(1))
	if !s.mean {
		shown = a.interval(s.pairs[0])
	}
	e.Shown = explained(path, shown)
}

// explainRounds fills in the rounds, and returns them as the looks see them.
func (a *analysis) explainRounds(s subject, e *Explanation) path {
	if s.mean {
		return a.explainMean(s, e)
	}
	p := s.pairs[0]
	for _, c := range []*cell{p.ref, p.cand} {
		side := ExplainedSide{Name: c.impl}
		for _, r := range p.rounds {
			side.Iterations, side.Samples = c.launches[r].K, len(c.launches[r].SamplesNS)
		}
		e.Sides = append(e.Sides, side)
	}
	for i, r := range p.rounds {
		e.Rounds = append(e.Rounds, ExplainedRound{
			Round: r, RefNS: math.Exp(p.refLog[i]), RefLog: p.refLog[i], CandNS: math.Exp(p.cndLog[i]), CandLog: p.cndLog[i],
			Nonce: p.cand.launches[r].Nonce, D: p.d[i],
		})
	}
	return p.path
}

func (a *analysis) explainMean(s subject, e *Explanation) path {
	for r := range s.pairs[0].byRnd {
		sum := 0.0
		for _, p := range s.pairs {
			sum += p.byRnd[r]
		}
		if !math.IsNaN(sum) {
			e.Rounds = append(e.Rounds, ExplainedRound{Round: r, Sum: sum, D: sum / float64(len(s.pairs))})
		}
	}
	return a.follow(s.pairs...)
}

// explainTest is a claim put to a series.
func (a *analysis) explainTest(s subject, c *claim, path path) ExplainedTest {
	t := ExplainedTest{Goal: &c.goal, Gated: c.gated, LogThreshold: c.threshold(), Threshold: math.Exp(c.threshold()), G: max(a.tests, 1), B: 1, Members: 1}
	t.Verdict, t.DecidedAt = c.verdict, c.round
	if c.goal.Each > 0 {
		st := c.standingOf(s.pairs[0])
		t.Verdict, t.DecidedAt, t.B, t.Members = st.verdict, st.round, st.among, len(c.members)
		t.Tally = c.tally()
	}
	aPass, aFail := a.sched.alpha, a.failLevel(t.B)
	t.Looks = path.tested(aPass, aFail)
	for i := range t.Looks {
		if t.Looks[i].N == t.DecidedAt {
			t.Looks[i].Decided = t.Verdict
		}
	}
	t.Interval = explained(path, path.ratio(aPass, aFail))
	if t.Interval != nil {
		t.Claim = a.claimed(t.Interval.Lo)
		t.Interval.Clamped = clamped(t.Looks)
	}
	t.Forecasts = path.forecasts(t, aPass, aFail)
	if t.Verdict == Inconclusive {
		if need := path.need(t.LogThreshold, aPass, aFail); need != (Need{}) {
			t.Need = &need
		}
	}
	return t
}

// explainInterval is the interval of a series that nothing was claimed about.
func (a *analysis) explainInterval(path path) ExplainedTest {
	t := ExplainedTest{G: max(a.tests, 1), B: 1, Members: 1, Verdict: NoGoals}
	t.Looks = path.tested(a.sched.alpha, a.failLevel(1))
	if t.Interval = explained(path, path.ratio(a.sched.alpha, a.failLevel(1))); t.Interval != nil {
		t.Claim = a.claimed(t.Interval.Lo)
		t.Interval.Clamped = clamped(t.Looks)
	}
	return t
}

func (c *claim) tally() *Tally {
	var t Tally
	for _, s := range c.rows {
		switch s.verdict {
		case Pass:
			t.Pass++
		case Fail:
			t.Fail++
		case Invalid:
			t.Invalid++
		default:
			t.Open++
		}
	}
	return &t
}

// tested lists every planned look with its tails and, where it was reached, its
// interval.
func (p path) tested(aPass, aFail float64) []TestedLook {
	if p.apart {
		return p.testedApart(aPass, aFail)
	}
	out := []TestedLook{}
	for i, n := range p.sched.looks {
		if n < minLook {
			continue
		}
		w := p.sched.shares[i]
		l := TestedLook{N: n, Share: w, DF: n - 1, PassTail: aPass * w / 2, FailTail: aFail * w / 2,
			PassT: p.sched.multiplier(i, aPass), FailT: p.sched.multiplier(i, aFail)}
		for _, g := range p.seen {
			if g.look == i {
				l.Reached = true
				l.PassHalf, l.FailHalf = l.PassT*g.se, l.FailT*g.se
				l.Lo, l.Hi = g.mean-l.PassHalf, g.mean+l.FailHalf
			}
		}
		out = append(out, l)
	}
	return out
}

// forecasts are those of the looks that were undecided and might have given
// up.
func (p path) forecasts(t ExplainedTest, aPass, aFail float64) []Forecast {
	var out []Forecast
	for _, s := range p.seen {
		if !p.mayGiveUp(s) || t.DecidedAt > 0 && t.DecidedAt <= s.n {
			continue
		}
		f := p.predict(s, t.LogThreshold, aPass, aFail)
		out = append(out, Forecast{N: s.n, Distance: f.distance, Step: f.step, Q: f.q, PassT: f.pass, FailT: f.fail,
			Above: f.above, Below: f.below, Probability: f.probability(), GaveUp: f.probability() < futileBelow})
	}
	return out
}

// explained is nil before the first look: there is no interval then.
func explained(p path, i Interval) *ExplainedInterval {
	if len(p.seen) == 0 {
		return nil
	}
	return &ExplainedInterval{LogLo: math.Log(i.Lo), LogHi: math.Log(i.Hi), Ratio: i.Ratio, Lo: i.Lo, Hi: i.Hi}
}

// clamped reports whether some look lies wholly outside the ones before it, so
// that the largest lower end is above the smallest upper one.
func clamped(looks []TestedLook) bool {
	lo, hi := math.Inf(-1), math.Inf(1)
	for _, l := range looks {
		if l.Reached {
			lo, hi = max(lo, l.Lo), min(hi, l.Hi)
		}
	}
	return lo > hi
}

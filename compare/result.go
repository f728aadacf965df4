// Package compare turns a record into verdicts.
//
// It is pure: it reads no file, no clock and no environment, and equal input
// gives equal output. Doubts about the data are returned as warnings for
// people to read; only input that cannot be compared at all is an error.
package compare

import "xbench/harness/record"

// A Verdict is what the data says of a claim.
type Verdict string

// The verdicts, and the two states of a claim that was not judged.
const (
	Pass         Verdict = "PASS"          // proved
	Fail         Verdict = "FAIL"          // disproved
	Inconclusive Verdict = "INCONCLUSIVE"  // not enough evidence
	Invalid      Verdict = "INVALID"       // not the same work, a side crashed, a cell is missing
	NotEvaluated Verdict = "NOT EVALUATED" // its rows were not part of the run
	NoGoals      Verdict = "MEASURED"      // nothing was claimed
)

// Exit codes, as diff has them; usage errors (2) and interrupts (130) belong
// to the command line.
const (
	ExitProved       = 0
	ExitDisproved    = 1
	ExitInconclusive = 3
)

// Options select what is judged. The zero value judges the plan as planned.
type Options struct {
	// Goals replaces the plan's goals when Replace is set; the result is then
	// labelled unplanned and its exit code is 3 at best.
	Goals   []record.Goal
	Replace bool
	// Gate overrides the plan's level: minimum, target, stretch or none.
	Gate string
	// Inconclusive overrides every goal's own setting: "fail" or "pass".
	Inconclusive string
	// By is the knob whose values are compared with each other within every
	// implementation; "" compares the variants that the configuration names.
	By string
	// Accept lets imported data, which was not measured in turns, prove a goal.
	Accept bool

	scale     float64 // of every multiplier; set by tests that must go red
	anySpread bool    // may be accepted; set by tests that show why not
}

// A Result is everything a report may say about a run.
type Result struct {
	Verdict   Verdict
	Exit      int
	Reasons   []string // what was chosen after the run; then the worst first, why the verdict is not PASS
	Gate      string
	Chosen    []string // gate and inconclusive where they are not the plan's; the first of the reasons
	Unplanned bool

	Reference  string
	Candidates []string
	Rows       []Row    // plan order, candidates within a row
	Versus     []Versus // candidates beside other implementations than the reference, where goals ask for it
	Goals      []Goal   // plan order, candidates within a goal
	Means      []Mean   // one per candidate and group of rows
	Categories []Category
	Fairness   []Difference // in which the sides were not alike, the most serious first
	Evidence   Evidence     // that they did the same work
	By         string       // the knob that Contests compare; "" = the configuration's variants
	Contests   []Contest    // where rows are variants of a scenario, one per implementation
	Finals     []Final      // each candidate's best variant against the reference's
	Advice     []Recommendation
	Exits      []Exit      // other than 0, where ignore_failure takes them for results
	Startups   []Startup   // of commands, where their start-up was measured; by row and candidate
	Scalings   []Scaling   // where rows are a sweep of a knob, in plan order
	Crossovers []Crossover // where a sweep holds work run by threads and by processes
	Warnings   []Warning
	Unpaired   *Unpaired // the sides were not measured in turns; nil = they were

	Rounds      int // the largest number of complete rounds of any row
	Interrupted bool
	// Smallest is the smallest difference from a goal that this run could
	// have shown, as a fraction (0.09 = 9 %), for the mean and for one row
	// among all; 0 when unknown.
	SmallestMean, SmallestRow float64
	// SmallestTolerance is the smallest tolerance at which this data would
	// have proved, nine times in ten, that none of so many equal rows is
	// slower; 0 when unknown.
	SmallestTolerance float64
}

// An Interval is a ratio with its confidence bounds. Hi may be +Inf and Lo 0
// while there are too few rounds.
type Interval struct {
	Ratio, Lo, Hi float64
}

// Marks a row can carry, worst first.
const (
	MarkInvalid = "invalid"
	MarkSlower  = "slower"  // the interval lies below 1/(1+tolerance)
	MarkUnclear = "unclear" // too few rounds for an interval
	MarkEqual   = "equal"   // the interval overlaps the tolerance band
	MarkModest  = "modest"  // the interval lies above the tolerance band, but not above 2x
	MarkMeets   = "meets"   // the whole interval is 2x or more
)

// A Row is one benchmark of one candidate against the reference. When only
// one implementation ran, Candidate is its name and the reference fields are
// zero.
type Row struct {
	record.Row
	Candidate string
	Rounds    int // complete rounds: both sides measured; 0 where they were not measured in common rounds
	// Processes of either side: as many as rounds, but for sides that were not
	// measured in common ones.
	RefProcesses, CandProcesses int

	RefNS, CandNS                        float64 // typical time of one iteration: exp of the mean over rounds of the median log time
	RefLoNS, RefHiNS, CandLoNS, CandHiNS float64 // plain 95 % t intervals of those over rounds, for charts and tables
	Speedup                              Interval
	Claim                                float64 // "you can claim at least": Lo rounded down to 3 digits; 0 = nothing
	Mark                                 string
	Status                               Verdict          // of the row under the "each" goals that hold it: PASS, FAIL, INCONCLUSIVE, INVALID, MEASURED
	Failures                             []record.Failure // why the row is INVALID
	Warnings                             []Warning
	D                                    []float64 // log speedup per complete round, in time order

	RefCPUNS, CandCPUNS           float64 // CPU time per iteration, children included; 0 = not known
	RefCores, CandCores           float64 // (user+system)/wall while sampling; 0 = not known
	RefTail, CandTail             Tail    // what the median does not show
	RefRSS, CandRSS               int64   // median of peak resident sizes, bytes
	RefRSSAtMost, CandRSSAtMost   bool    // the size is an upper bound only
	RefStartNS, CandStartNS       int64   // median launch-to-ready
	RefFacts, CandFacts           Facts   // what else the processes did
	Cold                          Cold    // the first result after a launch, never part of Speedup
	RefEfficiency, CandEfficiency float64 // lower bound / time, 0 when no bound is stated

	DecidedAt  int    // round of the look that decided Status; 0 = undecided
	Stopped    string // why measuring this row ended: "decided", "futile", "rounds", "budget", "interrupt", "invalid"
	MoreRounds int    // further rounds an inconclusive row would probably need; 0 = not applicable, or see TooClose
	TooClose   bool   // even the longest plan would probably not settle it
}

// A Goal is one claim about one candidate.
type Goal struct {
	record.Goal
	Candidate string
	Verdict   Verdict
	Gated     bool     // counts towards the verdict at the chosen level
	Rows      int      // how many rows it is about
	Found     Interval // geometric mean, or the worst row for "each"; for consistency Ratio is the worst category's variation, for spread the coefficient of variation
	FoundLog  float64  // spread on the log scale, as a fraction: exp(sd of the log speedups) - 1
	Worst     string   // the row or category that decides
	Culprits  []string // rows proved slower, Holm step-down
	Claim     float64  // "you can claim at least"; 0 = nothing
	Reason    string   // one line: why not PASS
	DecidedAt int      // round of the deciding look; 0 = undecided
	Capped    bool     // INCONCLUSIVE, though proved: by data that was not measured in turns

	Looks      []Look // the planned looks that were reached; none of a goal that is described, or INVALID
	Stopped    string // why no more was measured for it: one of the Stopped reasons
	MoreRounds int    // further rounds that an open goal would probably need; 0 = not applicable, or see TooClose
	TooClose   bool   // even the longest plan would probably not settle it
}

// A Mean summarises a candidate over a group of rows three ways.
type Mean struct {
	Candidate                    string
	Group                        string // the suite or pattern the rows come from: "all", "build", "graph", ...
	Rows                         int
	Invalid                      int // rows that are INVALID: there is then no mean, and every number below is zero
	Geometric                    Interval
	Arithmetic                   float64 // of the ratios: shown to warn, never claimed
	TotalTime                    float64 // ratio of summed times
	Min, Max                     float64
	LeaveOneOutLo, LeaveOneOutHi float64 // range of the geometric mean without any one row
	Heaviest                     string  // the row without which the mean changes most; "" = one row only
	WithoutHeaviest              float64 // the geometric mean without it
	CPU                          float64 // geometric mean of the CPU-time ratios; 0 = not known
	RSS                          float64 // geometric mean of the ratios of peak resident sizes; 0 = not known
	RSSAtLeast, RSSAtMost        bool    // that ratio is a bound only, since sizes of one side are
	Cold                         Cold    // the first result after a launch
	// How many rows lack the figure. There is no mean over those that have it:
	// it would be over other rows than Geometric.
	WithoutCPU, WithoutRSS, WithoutCold int
	RefCores, CandCores                 float64
	Claim                               float64
}

// A Category summarises the rows of one category.
type Category struct {
	Name      string
	Candidate string
	Rows      int
	Invalid   int      // rows that are INVALID: there is then no mean and no variation
	Geometric Interval // zero with an INVALID row
	Variation float64  // round-to-round: exp(1.4826*MAD of x_r) - 1; 0 before three rounds
	Expected  float64  // geometric mean of the rows' expected speedups, where stated
}

// A Warning qualifies the numbers without preventing them; Remedy says what
// to do about it.
type Warning struct {
	Kind      string // "", WarnMean or WarnBusy
	Row, Impl string // empty when it is about the run
	Text      string
	Remedy    string
}

// WarnMean is the kind of warnings that a Mean's numbers say as well: for
// reports that print those numbers anyway.
const WarnMean = "mean"

// WarnBusy is the kind of the warning that other work shared the host.
const WarnBusy = "busy"

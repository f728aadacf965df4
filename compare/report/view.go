package report

import (
	"math"
	"slices"
	"sort"
	"strings"

	"xbench/compare"
	"xbench/harness/record"
)

// A View is what the outputs say about a run, in the order they say it. All
// strings are printable and on one line; only SideDetail.Stderr has several.
type View struct {
	// Charts is the directory of the figures relative to PERFORMANCE.md, for the
	// caller to set when it has drawn them; "" leaves the pictures out.
	Charts string

	Verdict     compare.Verdict
	Exit        int
	Reasons     []string // why the verdict is not PASS, the worst first
	Chosen      []string // gate and inconclusive that are not the plan's: the first of the reasons
	Gate        string   // level: minimum, target, stretch, none
	Unplanned   bool     // judged by other goals than the run was planned for
	Interrupted bool
	Resumed     int // how often the run was taken up again

	Run, Started, Tool, Suite, Filter string
	Seed                              uint64
	Demo                              bool   // the bundled configuration
	Commands                          bool   // plain command lines: one launch is one sample
	Apart                             *Apart // the sides were not measured in turns; nil = they were

	Reference  string   // "" when only one implementation was measured
	Candidates []string // in plan order
	Sides      []Side   // the implementations, the reference first
	Host       record.Host

	Rows       []Row          // invalid, slower, unclear, then the rest, each in plan order; then sweeps by value
	Shared     []string       // knobs that every row has, left out of their labels
	Uses       []Use          // of plain commands: by row, the reference first
	Versus     []Versus       // candidates beside other implementations than the reference, where goals ask for it
	Goals      []compare.Goal // Candidate is that and what it is measured against, where that is not the reference
	Means      []compare.Mean
	Categories []compare.Category
	Fairness   []compare.Difference // in which the sides were not alike, the most serious first
	Evidence   compare.Evidence     // that they did the same work
	Exits      []compare.Exit       // other than 0, of rows that are valid
	Unmatched  []Unmatched          // what other tools have and no row is about
	Tables     []Table              // scenario x variant, one per implementation
	By         string               // the knob that Tables and Contests compare, "" = configured variants
	Contests   []compare.Contest
	Finals     []compare.Final
	Picks      []string  // what the contests recommend
	Startups   []Startup // of commands, by row, where it was measured
	StartRow   string    // the row that measures it, "" = none
	Launches   []string  // what went with the launches of commands
	Scalings   []Scaling
	Crossings  []Crossing
	Warnings   []compare.Warning

	Rounds, MaxRounds                            int
	SmallestMean, SmallestRow, SmallestTolerance float64 // fractions, 0 = unknown

	StartMethods []string    // how children were started, where rows state it
	Advice       []string    // what the data recommends
	Checks       []string    // what to look at where a goal was not met
	Profiles     []Profile   // how to see where the time of a side goes that is too slow
	Method       string      // how it was measured, one paragraph
	Environment  [][2]string // name and value
	Reproduce    string      // the command line
	NewRun       string      // that of a run which would probably settle what is open; "" = none known
	typed        bool        // ... is the one that was typed

	notes notes // what the rows do, and what their variants are
}

// A Side is one implementation with what its processes used: medians over the
// rows, for cores the mean, 0 where not known.
type Side struct {
	Name, Version, Language, Runtime, Mode, Clock string
	Command, Flags                                []string
	Settings                                      [][2]string // name and value, as the worker declares them
	Reference                                     bool
	Cores                                         float64 // CPU time / wall time while sampling
	RSS                                           float64 // peak resident bytes
	RSSAtMost                                     bool    // an upper bound of them
	StartNS                                       float64 // launch to ready
}

// A Use is what one side of a plain command took.
type Use struct {
	Row, Implementation string
	WallNS, LoNS, HiNS  float64
	CPUNS, RSS          float64
	RSSAtMost           bool
}

// A Row is one benchmark with a cell per candidate. Heading is what it is
// listed under, its category or its sweep; Label names it within that, Short
// does so in fewer characters.
type Row struct {
	Heading                                   string
	Name, Category, Label, Short, Description string
	Group                                     string
	Waits, ShownOnly, Startup                 bool
	Expected                                  float64 // speedup stated beforehand, 0 = none
	LowerBoundNS                              float64
	varied                                    bool         // on varied input too, not only on the fixed one
	swept                                     bool         // Label is the knob's value
	at                                        int          // place in the plan
	Cells                                     []Cell       // in the order of View.Candidates
	Others                                    []Cell       // in the order of View.Versus
	Sides                                     []SideDetail // the reference first, then as Cells
	Params                                    [][2]string  // name and value, in the order given
	Named                                     [][2]string  // implementation and what its tool calls the benchmark
}

// A Cell is one candidate's result on one row. Without a reference the Ref
// fields and Speedup are zero.
type Cell struct {
	Candidate                            string // in Row.Others, as Versus.Name
	Of, Than                             string // the candidate's own name; what it is compared with, "" = the reference
	Rounds                               int
	RefProcesses, CandProcesses          int // as many as rounds, but for sides that were not measured in turns
	RefNS, RefLoNS, RefHiNS              float64
	CandNS, CandLoNS, CandHiNS           float64
	Speedup                              compare.Interval
	Claim                                float64
	Mark                                 string // compare's marks
	Status                               compare.Verdict
	Failures                             []record.Failure
	RefCPUNS, CandCPUNS                  float64
	RefCores, CandCores, RefRSS, CandRSS float64
	RefRSSAtMost, CandRSSAtMost          bool // the sizes are upper bounds
	RefStartNS, CandStartNS              float64
	RefEfficiency, CandEfficiency        float64
	RefTail, CandTail                    compare.Tail
	MeanRatio                            float64 // of the mean times, 0 = not known
	RefFacts, CandFacts                  compare.Facts
	Cold                                 compare.Cold
	Stopped                              string
	MoreRounds, DecidedAt                int
	TooClose                             bool
}

// New builds the view of a judged record. It reads both and keeps neither.
func New(rec *record.Record, res *compare.Result) *View {
	p := &rec.Plan
	v := &View{
		Verdict: res.Verdict, Exit: res.Exit, Reasons: cleanAll(res.Reasons), Chosen: cleanAll(res.Chosen), Gate: clean(res.Gate),
		Unplanned: res.Unplanned, Interrupted: res.Interrupted,
		Run: clean(p.Run), Started: clean(p.Started), Tool: clean(p.Tool),
		Suite: clean(p.Suite), Filter: clean(p.Filter), Seed: p.Seed, Demo: p.Demo,
		Reference: clean(res.Reference), Candidates: cleanAll(res.Candidates),
		Host: cleanHost(p.Host), Resumed: resumed(rec),
		Rounds: res.Rounds, MaxRounds: p.RMax,
		SmallestMean: res.SmallestMean, SmallestRow: res.SmallestRow, SmallestTolerance: res.SmallestTolerance,
	}
	v.Apart = viewApart(res.Unpaired)
	v.Commands = !slices.ContainsFunc(p.Implementations, func(i record.Implementation) bool { return i.Kind != "command" })
	v.Rows, v.Shared = viewRows(rec, res)
	v.viewVersus(res.Versus)
	v.Goals = viewGoals(res.Goals, v.Reference)
	for _, m := range res.Means {
		m.Candidate, m.Group, m.Heaviest = clean(m.Candidate), clean(m.Group), clean(m.Heaviest)
		v.Means = append(v.Means, m)
	}
	for _, c := range res.Categories {
		c.Name, c.Candidate = clean(c.Name), clean(c.Candidate)
		v.Categories = append(v.Categories, c)
	}
	v.Fairness, v.Evidence = viewFairness(res.Fairness), viewEvidence(res.Evidence)
	v.viewStartups(p, res.Startups)
	v.Exits = viewExits(res.Exits)
	v.Launches = launchTexts(p.Implementations)
	v.Scalings, v.Crossings = viewScalings(res.Scalings), viewCrossings(res.Crossovers)
	v.arrangeRows()
	v.arrangeSweeps()
	v.notes = describe(p.Rows)
	v.Warnings = viewWarnings(rec, res)
	v.Sides, v.Unmatched = v.sides(p), viewUnmatched(p)
	v.By, v.Contests, v.Finals = clean(res.By), viewContests(res.Contests), viewFinals(res.Finals)
	v.Tables, v.Picks = v.tables(), v.recommended(res.Advice)
	if v.Commands {
		v.Uses = v.uses()
	}
	v.Method = v.method(p)
	v.Environment = environment(rec)
	v.Reproduce, v.typed = reproduce(p), len(p.Args) > 0
	v.NewRun = v.newRun(p)
	v.StartMethods = startMethods(p.Rows)
	v.Advice = v.advice()
	v.Checks, v.Profiles = v.checks(), v.profiles(p)
	return v
}

// viewRows gathers the candidates of each row, in the order of the plan.
func viewRows(rec *record.Record, res *compare.Result) (rows []Row, shared []string) {
	var plan []record.Row
	details := newDetailer(rec)
	at := make(map[string]int)
	for _, r := range res.Rows {
		i, ok := at[r.Name]
		if !ok {
			i = len(rows)
			at[r.Name] = i
			plan = append(plan, r.Row)
			rows = append(rows, Row{
				Name: clean(r.Name), Category: clean(r.Category), Heading: clean(r.Category), at: i,
				Description: clean(r.Description), Group: clean(r.Group),
				Waits: r.Waits, ShownOnly: r.ShownOnly, Startup: r.Startup,
				Expected: r.Expected, LowerBoundNS: float64(r.LowerBoundNS),
				varied: r.Nonce,
				Sides:  details.sides(r.Row, res), Params: viewParams(r.Params),
			})
		}
		rows[i].Named = viewNames(r.Names, rows[i].Sides)
		c := viewCell(r)
		rows[i].Cells = append(rows[i].Cells, c)
		rows[i].judged(c)
	}
	names := nameRows(plan)
	for i := range rows {
		rows[i].Label, rows[i].Short = clean(names.long[i]), clean(names.short[i])
	}
	return rows, cleanAll(names.shared)
}

func viewCell(r compare.Row) Cell {
	c := Cell{
		Candidate: clean(r.Candidate), Of: clean(r.Candidate), Rounds: r.Rounds, RefProcesses: r.RefProcesses, CandProcesses: r.CandProcesses,
		RefNS: r.RefNS, RefLoNS: r.RefLoNS, RefHiNS: r.RefHiNS,
		CandNS: r.CandNS, CandLoNS: r.CandLoNS, CandHiNS: r.CandHiNS,
		Speedup: r.Speedup, Claim: r.Claim, Mark: r.Mark, Status: r.Status,
		RefCPUNS: r.RefCPUNS, CandCPUNS: r.CandCPUNS,
		RefCores: r.RefCores, CandCores: r.CandCores,
		RefRSS: float64(r.RefRSS), CandRSS: float64(r.CandRSS),
		RefRSSAtMost: r.RefRSSAtMost, CandRSSAtMost: r.CandRSSAtMost,
		RefStartNS: float64(r.RefStartNS), CandStartNS: float64(r.CandStartNS),
		RefEfficiency: r.RefEfficiency, CandEfficiency: r.CandEfficiency,
		RefTail: r.RefTail, CandTail: r.CandTail, MeanRatio: r.MeanRatio(),
		RefFacts: r.RefFacts, CandFacts: r.CandFacts, Cold: r.Cold,
		Stopped: clean(r.Stopped), MoreRounds: r.MoreRounds, DecidedAt: r.DecidedAt, TooClose: r.TooClose,
	}
	for _, f := range r.Failures {
		c.Failures = append(c.Failures, record.Failure{Kind: clean(f.Kind), Message: clean(f.Message)})
	}
	return c
}

// rank orders rows by how much they need a reader's attention.
func (r Row) rank() int {
	rank := rankFine
	for _, c := range r.Cells {
		rank = min(rank, c.rank())
	}
	if r.Startup && rank > rankInvalid {
		return rankFine // which side starts faster is no matter to look at first
	}
	return rank
}

const (
	rankInvalid = iota
	rankSlower
	rankMissed
	rankUnclear
	rankFine
)

func (c Cell) rank() int {
	switch {
	case c.invalid():
		return rankInvalid
	case c.Mark == compare.MarkSlower:
		return rankSlower
	case c.Status == compare.Fail:
		return rankMissed
	case c.Mark == compare.MarkUnclear, c.Status == compare.Inconclusive, c.Mark == compare.MarkEqual && c.vague():
		return rankUnclear
	}
	return rankFine
}

func (c Cell) invalid() bool {
	return c.Mark == compare.MarkInvalid || c.Status == compare.Invalid
}

// viewGoals puts the goals that count before those that are only shown, and
// those in the order of their levels.
func viewGoals(in []compare.Goal, reference string) []compare.Goal {
	var out []compare.Goal
	for _, g := range in {
		// g.Claim is the number; the wording is the embedded goal's.
		g.Goal.Claim, g.Level = clean(g.Goal.Claim), clean(g.Level)
		g.Suite, g.Over, g.Against, g.Than = clean(g.Suite), clean(g.Over), clean(g.Against), clean(g.Than)
		g.Candidate, g.Worst, g.Reason = clean(g.Candidate), clean(g.Worst), clean(g.Reason)
		if g.Than != "" && g.Than != reference {
			g.Candidate = compare.Against(g.Candidate, g.Than)
		}
		g.Culprits = cleanAll(g.Culprits)
		g.Looks = slices.Clone(g.Looks)
		for i := range g.Looks {
			g.Looks[i].Worst = clean(g.Looks[i].Worst)
		}
		out = append(out, g)
	}
	sort.SliceStable(out, func(i, j int) bool { return goalRank(out[i]) < goalRank(out[j]) })
	return out
}

func goalRank(g compare.Goal) int {
	if g.Gated {
		return -1
	}
	return slices.Index([]string{"minimum", "target", "stretch"}, g.Level) + 1
}

// viewWarnings collects the warnings about rows and about the run, without
// repeats.
func viewWarnings(rec *record.Record, res *compare.Result) []compare.Warning {
	var out []compare.Warning
	seen := make(map[compare.Warning]bool)
	add := func(w compare.Warning) {
		w = compare.Warning{Kind: w.Kind, Row: clean(w.Row), Impl: clean(w.Impl), Text: clean(w.Text), Remedy: clean(w.Remedy)}
		if w.Text != "" && !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	for _, w := range res.Warnings {
		add(w)
	}
	for _, r := range res.Rows {
		for _, w := range r.Warnings {
			if w.Row == "" {
				w.Row = r.Name
			}
			add(w)
		}
	}
	for _, x := range res.Versus {
		for _, r := range x.Rows {
			for _, w := range r.Warnings {
				add(w)
			}
		}
	}
	return out
}

// sides describes the implementations, the reference first.
func (v *View) sides(p *record.Plan) []Side {
	var out []Side
	for _, i := range p.Implementations {
		s := Side{
			Name: clean(i.Name), Version: clean(i.Version), Language: clean(i.Language),
			Runtime: clean(i.Runtime), Mode: clean(i.Mode), Clock: clean(i.Clock),
			Command: cleanAll(shownCommand(i.Command)), Flags: cleanAll(i.Flags),
			Settings: viewSettings(i.Settings),
		}
		s.Reference = s.Name == v.Reference
		v.usage(&s)
		out = append(out, s)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Reference && !out[j].Reference })
	return out
}

// usage fills in what a side's processes used.
func (v *View) usage(s *Side) {
	var cores, rss, start []float64
	for _, r := range v.Rows {
		for _, c := range r.Cells {
			switch {
			case s.Reference:
				s.RSSAtMost = s.RSSAtMost || c.RefRSSAtMost
				cores, rss, start = append(cores, c.RefCores), append(rss, c.RefRSS), append(start, c.RefStartNS)
			case c.Candidate == s.Name:
				s.RSSAtMost = s.RSSAtMost || c.CandRSSAtMost
				cores, rss, start = append(cores, c.CandCores), append(rss, c.CandRSS), append(start, c.CandStartNS)
			}
		}
	}
	s.Cores, s.RSS, s.StartNS = v.meanCores(s, cores), medianKnown(rss), medianKnown(start)
}

// meanCores is the average of the overall mean where there is one, so that
// every place that speaks of cores gives one number, and that number belongs
// to the ratio of CPU times beside it.
func (v *View) meanCores(s *Side, rows []float64) float64 {
	for _, candidate := range v.Candidates {
		if m, ok := v.overall(candidate); ok {
			switch {
			case s.Reference && m.RefCores > 0:
				return m.RefCores
			case candidate == s.Name && m.CandCores > 0:
				return m.CandCores
			}
		}
	}
	sum, n := 0.0, 0
	for _, x := range rows {
		if x > 0 && !math.IsInf(x, 0) {
			sum, n = sum+x, n+1
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// shownCommand is a command as a reader knows it: the placeholder for this
// program is its name, doubled braces are what they stand for, and other
// placeholders stay.
func shownCommand(args []string) []string {
	var out []string
	for _, a := range args {
		out = append(out, strings.NewReplacer("{{", "{", "}}", "}", "{self}", "xbench", "{python}", "python3").Replace(a))
	}
	return out
}

// uses lists what each side of plain commands took, row by row.
func (v *View) uses() []Use {
	var out []Use
	for _, r := range v.Rows {
		for i, c := range r.Cells {
			if i == 0 && v.Reference != "" {
				out = append(out, Use{r.Label, v.Reference, c.RefNS, c.RefLoNS, c.RefHiNS, c.RefCPUNS, c.RefRSS, c.RefRSSAtMost})
			}
			out = append(out, Use{r.Label, c.Candidate, c.CandNS, c.CandLoNS, c.CandHiNS, c.CandCPUNS, c.CandRSS, c.CandRSSAtMost})
		}
	}
	return out
}

// medianKnown is the median of the positive finite values, 0 when there are
// none.
func medianKnown(in []float64) float64 {
	var xs []float64
	for _, x := range in {
		if x > 0 && !math.IsInf(x, 0) {
			xs = append(xs, x)
		}
	}
	if len(xs) == 0 {
		return 0
	}
	sort.Float64s(xs)
	mid := len(xs) / 2
	if len(xs)%2 == 1 {
		return xs[mid]
	}
	return (xs[mid-1] + xs[mid]) / 2
}

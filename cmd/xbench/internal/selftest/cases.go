package selftest

import (
	"slices"
	"time"

	"xbench/harness"
	"xbench/harness/config"
	"xbench/harness/record"
)

// A Group is what a case is about.
type Group string

// The groups, in the order in which they are shown.
const (
	Same   Group = "same"   // equal programs
	Known  Group = "known"  // a difference of known size
	Judge  Group = "judge"  // records that are made up
	Cheats Group = "cheats" // programs that must not pass for measured
	Limits Group = "limits" // programs that do pass, and how far that gets them
)

// Groups lists them all.
func Groups() []Group { return []Group{Same, Known, Judge, Cheats, Limits} }

// A Case is one run: the reference against one planted program. That of the
// judge has neither.
type Case struct {
	Name    string  `json:"name"`
	Group   Group   `json:"group"`
	Planted string  `json:"planted"`         // in words
	Truth   float64 `json:"truth,omitempty"` // known: the speedup

	program  string   // of the candidate
	rows     []string // kinds of work
	kinds    []string // cheats: of the failure that must be found
	gainful  bool     // limits: the program is expected to get away with it
	timing   timing
	patience time.Duration // with the answer to run; 0 = as always
}

// A timing is how processes and rounds are measured.
type timing struct {
	harness.Timing
	spacing time.Duration
	rounds  int // fixed; 0 = what the budget gives
}

// careful measures as the quick suite does. Only the rounds of a benchmark are
// nearer to each other, 2 s instead of 5: what the machine does to both sides
// cancels where they are the same program in the same language.
func careful() timing {
	s := config.DefaultSuite()
	return timing{Timing: harness.Timing{Sample: s.Sample, Warmup: s.Warmup, Samples: s.Samples}, spacing: 2 * time.Second}
}

// coarse is enough where nothing hangs on a few percent: as many rounds as
// check clocks, or, where an interval is wanted, as many as a plan has at
// least.
func coarse(rounds int) timing {
	return timing{Timing: harness.Timing{Sample: 2 * time.Millisecond, Warmup: 4 * time.Millisecond, Samples: 5}, rounds: rounds}
}

const (
	cheatRounds = 3
	limitRounds = 5
)

// reference and candidate are what the two sides are called.
const (
	reference = "reference"
	candidate = "candidate"
)

// names lists the first n kinds of work.
func names(n int) []string {
	var out []string
	for _, k := range kinds[:n] {
		out = append(out, prefix+k.name)
	}
	return out
}

// knownRows is how many kinds of work the known differences are planted in.
const knownRows = 6

// Cases lists everything that is planted. The cheap ones come first: what time
// they leave goes to those that need it.
func Cases() []Case {
	cheat := func(name, planted string, kinds ...string) Case {
		return Case{Name: name, Group: Cheats, Planted: planted, program: name, rows: names(1), kinds: kinds, timing: coarse(cheatRounds)}
	}
	limit := func(name, planted string, gainful bool) Case {
		return Case{Name: name, Group: Limits, Planted: planted, program: name, rows: names(1), gainful: gainful, timing: coarse(limitRounds)}
	}
	hang := cheat("hang", "no answer at all", record.FailTimeout)
	hang.patience = time.Second
	// Warm-up has to see as many inputs as there are samples, or remembering
	// them could not be noticed in the median.
	memory := limit("memory", "answers remembered from call to call", false)
	memory.timing.Warmup = 30 * time.Millisecond
	return []Case{
		{Name: "judge", Group: Judge, Planted: "the judge, on simulated hosts"},
		cheat("other-work", "other work", record.FailDigest),
		cheat("half-work", "half the work when it is timed", record.FailDigest),
		cheat("right-digest", "half the work, right result made later", record.FailCounter),
		cheat("no-counters", "nothing counted", record.FailCounter),
		cheat("fixed-answer", "the fixed input's answer for all inputs", record.FailDigest),
		cheat("first-answer", "the warm-up's answer, handed out again", record.FailDigest),
		cheat("fast-clock", "a clock that claims twice the time", record.FailClock),
		cheat("slow-clock", "a clock that claims half the time", record.FailClock),
		cheat("long-breaks", "longer breaks than there was time for", record.FailClock),
		cheat("no-slowest", "the slowest sample left out", record.FailProtocol),
		cheat("crash", "a crash in the timed loop", record.FailCrash),
		hang,
		memory,
		limit("cache", "computes once, answers many times", true),
		limit("half-calls", "leaves out every second iteration", true),
		limit("half-ahead", "does half before the clock starts", true),
		limit("ahead", "does all before the clock, in a thread", true),
		limit("known-input", "takes no nonce, and knows the answer", true),
		{Name: "same", Group: Same, Planted: "the same program on both sides", program: honest, rows: names(len(kinds)), timing: careful()},
		{Name: "slower", Group: Known, Planted: "10 % more work", program: "more-work", Truth: 50.0 / 55, rows: names(knownRows), timing: careful()},
		{Name: "faster", Group: Known, Planted: "10 % less work", program: "less-work", Truth: 50.0 / 45, rows: names(knownRows), timing: careful()},
	}
}

// only keeps the cases of one group, or all.
func only(cases []Case, g Group) []Case {
	return slices.DeleteFunc(cases, func(c Case) bool { return g != "" && c.Group != g })
}

// config is the configuration of a case: self starts a planted program when
// the program's name is added to it.
func (c *Case) config(self []string) *config.Config {
	side := func(name, program string) config.Implementation {
		im := config.Implementation{Name: name, Reference: name == reference}
		for _, arg := range append(slices.Clone(self), program) {
			im.Worker = append(im.Worker, config.EscapeBraces(arg))
		}
		im.Timeouts.Run = c.patience
		return im
	}
	cfg := &config.Config{Implementations: []config.Implementation{side(reference, honest), side(candidate, c.program)}}
	for _, row := range c.rows {
		cfg.Benchmarks = append(cfg.Benchmarks, config.Benchmark{Name: row})
	}
	return cfg
}

// Tolerance of the goal that equal programs must not fail, and the speedups
// that are claimed of cheats: those that halve their work, and those that look
// their answers up, which would gain a factor of hundreds if it helped.
const (
	sameTolerance = 0.05
	gain          = 1.5
	remembered    = 10
)

// goals are the claims that the run of a case is gated on. Known differences
// are claimed row by row, at no tolerance: each is found or not.
func (c *Case) goals() []record.Goal {
	goal := func(claim, over string) record.Goal {
		return record.Goal{Claim: claim, Level: "minimum", Over: over, Gate: true, Inconclusive: "fail"}
	}
	switch c.Group {
	case Known:
		var out []record.Goal
		for _, row := range c.rows {
			g := goal(row+" is not slower", row)
			g.Each = 1
			out = append(out, g)
		}
		return out
	case Limits:
		g := goal("much faster", "*")
		g.Speedup = gain
		if !c.gainful {
			g.Speedup = remembered
		}
		return []record.Goal{g}
	}
	g := goal("no benchmark slower", "*")
	g.Each, g.Tolerance = 1, sameTolerance
	return []record.Goal{g}
}

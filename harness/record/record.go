// Package record is what a run leaves behind: the plan it was bound to and
// one entry per process, in a file that Go's own benchmark tools read.
//
// The types here are plain data, shared by the harness that writes them and by
// compare that judges them. Writer and Read work on io.Writer and io.Reader
// only; opening, appending to and resuming files belongs to harness.
package record

import "xbench/harness/protocol"

// A Record is one run, read back.
type Record struct {
	Config    []ConfigLine // configuration lines, in file order: run id, tool, host
	Plan      Plan
	Rounds    []Round   // in the order they began
	Processes []Process // in the order they finished
	Notes     []Note    // measurement-wide observations, e.g. an interrupt
	Dropped   int       // torn or unreadable entries that were left out
	Size      int64     // bytes up to the end of the last whole entry: where appending goes on
}

// Version is the record version that this build writes; it reads all up to it.
const Version = 1

// A ConfigLine is one "key: value" line: constant for the whole record.
type ConfigLine struct{ Key, Value string }

// A Plan is what a run promised before its first round. Verdicts come from
// the planned looks only.
type Plan struct {
	Version         int              `json:"v"` // 1
	Run             string           `json:"run"`
	Started         string           `json:"started"` // RFC 3339, UTC
	Tool            string           `json:"tool"`    // xbench version
	Suite           string           `json:"suite"`   // "" for a plain list of benchmarks
	Filter          string           `json:"filter,omitempty"`
	Demo            bool             `json:"demo,omitempty"` // the bundled configuration
	Args            []string         `json:"args,omitempty"` // what xbench was started with: as typed, and the flags that the environment set
	Dir             string           `json:"dir,omitempty"`  // where it was started
	Seed            uint64           `json:"seed"`
	Alpha           float64          `json:"alpha"`  // 0.05
	RMax            int              `json:"r_max"`  // rounds at the last look
	Looks           []int            `json:"looks"`  // ascending, ends with RMax
	Shares          []float64        `json:"shares"` // of alpha, one per look, sum 1
	Gate            string           `json:"gate"`   // level: minimum, target, stretch, none
	BudgetNS        int64            `json:"budget_ns"`
	SampleNS        int64            `json:"sample_ns"` // T
	WarmupNS        int64            `json:"warmup_ns"` // W
	SpacingNS       int64            `json:"spacing_ns"`
	Reference       string           `json:"reference"` // "" when only measuring one implementation
	Implementations []Implementation `json:"implementations"`
	Rows            []Row            `json:"rows"`
	Removed         []Removed        `json:"removed,omitempty"`            // rows of the suite that --filter took out
	Absent          []string         `json:"absent,omitempty"`             // implementations of the configuration that --impl left out
	LeftOut         string           `json:"reference_left_out,omitempty"` // the configuration's reference, where it is one of those
	Goals           []Goal           `json:"goals"`
	Inconclusive    string           `json:"inconclusive,omitempty"` // overrides every goal's own setting: "fail", "pass"
	SameOutput      string           `json:"same_output,omitempty"`  // how outputs were compared: "" or "exact" = byte for byte, by digest
	Host            Host             `json:"host"`
	Unpaired        *Unpaired        `json:"unpaired,omitempty"` // set: the sides were not measured in common rounds
}

// Unpaired says that processes of one round have nothing in common but its
// number: each side was measured by itself, at another time.
type Unpaired struct {
	Why    string  `json:"why"`          // see the Unpaired constants
	Spread float64 `json:"spread"`       // assumed standard deviation between processes of a side, as a fraction, on top of what the data shows
	Of     string  `json:"of,omitempty"` // of a baseline: the implementation that both records hold
	// Machines says which sides were measured on different machines, "" where
	// none are known to be: what is measured is then the machines as well.
	Machines string `json:"machines,omitempty"`
}

// Reasons for sides that were not measured in turns.
const (
	UnpairedImported = "imported" // from other tools' files
	UnpairedBaseline = "baseline" // two records of one host, then and now
)

// An Implementation is one program under test, as declared and as detected.
type Implementation struct {
	Name     string   `json:"name"`
	Kind     string   `json:"kind"` // see the Kind constants
	Command  []string `json:"command"`
	Dir      string   `json:"dir,omitempty"`
	Version  string   `json:"version,omitempty"`
	Language string   `json:"language,omitempty"`
	Runtime  string   `json:"runtime,omitempty"`
	Mode     string   `json:"mode,omitempty"` // release, debug, unknown
	Flags    []string `json:"flags,omitempty"`
	Clock    string   `json:"clock,omitempty"`
	Nonce    bool     `json:"nonce"`
	// Fingerprint stands for what is launched: 16 hex digits of the SHA-256
	// over the program and what the configuration puts into its environment.
	Fingerprint string `json:"fingerprint,omitempty"`
	// Files are the same of the arguments that name a file, by argument, e.g.
	// "argument 2 (in.txt)". Written lists those that the program itself wrote
	// while it was checked, which have none.
	Files   map[string]string `json:"files,omitempty"`
	Written []string          `json:"written,omitempty"`
	// Env is what the configuration puts into its environment: "KEY=value",
	// sorted.
	Env []string `json:"env,omitempty"`
	// Settings are what a worker says of its runtime, e.g. "gc": "GOGC=100".
	Settings map[string]string `json:"settings,omitempty"`
	// Adapter is the tool that times the samples: gotest, pytest-benchmark,
	// criterion or pyperf. Output is the command whose output was compared
	// beforehand; without one nothing shows that the sides do the same work.
	Adapter string   `json:"adapter,omitempty"`
	Output  []string `json:"output,omitempty"`
	Source  *Source  `json:"source,omitempty"` // set: imported, not measured by xbench
	Launch  *Launch  `json:"launch,omitempty"` // of a command: what goes with every launch
	// Unmatched is what its tool has that no row is about.
	Unmatched []string `json:"unmatched,omitempty"`
}

// A Source is where an imported implementation's data comes from, in the words
// of its file; what that does not say is "".
type Source struct {
	Format      string `json:"format"`            // criterion, pytest-benchmark, pyperf, hyperfine, gobench, json
	Tool        string `json:"tool,omitempty"`    // name and version
	Path        string `json:"path"`              // as given
	SHA256      string `json:"sha256"`            // of the file; of a directory, over its files' names and contents
	Granularity string `json:"granularity"`       // see the Granularity constants
	Command     string `json:"command,omitempty"` // that made it
	Host        string `json:"host,omitempty"`
	Started     string `json:"started,omitempty"`
}

// Granularities of imported data: what one value is.
const (
	GranularitySamples = "samples" // one sample as it was timed
	GranularityMeans   = "means"   // the mean of several iterations, several of them
	GranularityMean    = "mean"    // one mean, all that the file has
)

// Kinds of implementations.
const (
	KindWorker   = "worker"   // speaks the protocol; timed inside
	KindCommand  = "command"  // any program; timed from outside
	KindAdapter  = "adapter"  // another tool's benchmarks, which it times
	KindImported = "imported" // another tool's files
)

// A Row is one benchmark with its parameters fixed.
type Row struct {
	Name         string              `json:"name"`            // e.g. build/light_static/executor=threadpool
	ID           string              `json:"id"`              // what the worker calls it: build/light_static
	Category     string              `json:"category"`        // first path segment unless the configuration says otherwise
	Group        string              `json:"group,omitempty"` // family of rows that a mean and a goal's "suite" speak of: graph, build
	Description  string              `json:"description,omitempty"`
	Params       protocol.Params     `json:"params"`
	Samples      int                 `json:"samples"`                  // m
	Iterations   map[string]int64    `json:"iterations"`               // k per implementation
	Nonce        bool                `json:"nonce"`                    // every implementation takes nonces
	ShownOnly    bool                `json:"shown_only,omitempty"`     // never part of a goal
	Startup      bool                `json:"startup,omitempty"`        // of commands: how long the sides take to start, next to nothing else
	Waits        bool                `json:"waits,omitempty"`          // time is mostly sleeping: about 1x by design
	Expected     float64             `json:"expected,omitempty"`       // speedup expected beforehand, 0 = none stated
	LowerBoundNS int64               `json:"lower_bound_ns,omitempty"` // no schedule can be faster than this
	Table        string              `json:"table,omitempty"`          // row and column of a scenario x variant table:
	Variant      string              `json:"variant,omitempty"`        // e.g. table "build/light_static", variant "threadpool"
	SideSpecific []string            `json:"side_specific,omitempty"`  // counters that may differ between sides
	Bounded      map[string][2]int64 `json:"bounded,omitempty"`        // counters with a range instead of a value
	Unsupported  map[string]string   `json:"unsupported,omitempty"`    // implementation -> reason
	Names        map[string]string   `json:"names,omitempty"`          // implementation -> what its tool calls the benchmark
	Asked        map[string]Asked    `json:"asked,omitempty"`          // implementation -> what its tool is asked for in each process; adapters only
}

// Asked is how many samples an adapter's tool is asked for. A benchmark that
// sets its own numbers may take others.
type Asked struct {
	Samples int `json:"samples"`
	Warmups int `json:"warmups"` // to be thrown away before, where the tool counts them
	// SampleNS is how long each should take, 0 = as long as the suite's.
	SampleNS int64 `json:"sample_ns,omitempty"`
}

// A Removed row belongs to the suite but was filtered out of the run. A goal
// about it cannot be judged: the rows that remain were chosen.
type Removed struct {
	Name  string `json:"name"`
	Group string `json:"group,omitempty"`
}

// A Goal is a claim that the data proves, disproves or leaves open. Exactly
// one of Speedup, Each, Consistency and Spread is set (non-zero).
type Goal struct {
	Claim        string  `json:"claim"`                 // as the user words it
	Level        string  `json:"level"`                 // minimum, target, stretch
	Suite        string  `json:"suite,omitempty"`       // only about rows of this group; left out when the run has none
	Over         string  `json:"over"`                  // pattern on row names; * matches any text
	Speedup      float64 `json:"speedup,omitempty"`     // geometric mean over the rows >= this
	Each         float64 `json:"each,omitempty"`        // every single row >= this ...
	Tolerance    float64 `json:"tolerance,omitempty"`   // ... less this fraction, 0.05 = 5 %
	Consistency  float64 `json:"consistency,omitempty"` // round-to-round variation per category below this fraction
	Spread       float64 `json:"spread,omitempty"`      // coefficient of variation between categories below this
	Gate         bool    `json:"gate"`                  // false: shown, never part of the verdict
	Inconclusive string  `json:"inconclusive"`          // "fail" (default) or "pass"
	Against      string  `json:"against,omitempty"`     // only this candidate; "" = every candidate
	Than         string  `json:"than,omitempty"`        // the implementation it is measured against; "" = the reference
}

// A Round is what the machine was like when a round began, before its first
// process. A round that was taken up again after the run had ended in the
// middle of it has one more.
type Round struct {
	Round    int     `json:"round"`              // from 1
	Started  string  `json:"started"`            // RFC 3339 with nanoseconds, UTC
	SpinNS   int64   `json:"spin_ns"`            // wall time of a fixed piece of work on one core
	Load1    float64 `json:"load1"`              // load average over one minute
	Pressure string  `json:"pressure,omitempty"` // what else the kernel says of contention, in its own words
}

// A Process is one launch of one implementation for one benchmark.
type Process struct {
	Row      string `json:"benchmark"`
	Impl     string `json:"impl"`
	Round    int    `json:"round"`    // from 1
	Position int    `json:"position"` // 0 = first of its round
	Seq      int    `json:"seq"`      // place in the run
	Started  string `json:"started"`  // RFC 3339 with nanoseconds, UTC
	Nonce    string `json:"nonce"`
	// K is the iterations of each sample, 0 where Iterations says it of each.
	K int64 `json:"k"`
	// SamplesNS are the times of so many iterations, whole numbers wherever
	// xbench measured. See Times for those of one.
	SamplesNS  []float64        `json:"samples_ns"`
	Iterations []int64          `json:"iterations,omitempty"` // of each sample, where a tool took unequal ones
	Discarded  []Discard        `json:"discarded,omitempty"`  // warm-up and clock check
	Counters   map[string]int64 `json:"counters,omitempty"`
	Digest     string           `json:"digest,omitempty"`
	CPUNS      int64            `json:"cpu_ns,omitempty"` // the worker's own figure for its samples
	OutsideNS  int64            `json:"outside_ns,omitempty"`
	Phases     Phases           `json:"phases"`
	Usage      Usage            `json:"rusage"`
	Exit       string           `json:"exit"` // in words: "exit status 0"
	Clock      *ClockCheck      `json:"clock_check,omitempty"`
	Stderr     string           `json:"stderr,omitempty"`  // tail, only when something went wrong
	Failure    *Failure         `json:"failure,omitempty"` // set: this process is no data, its row is INVALID
	Warnings   []string         `json:"warnings,omitempty"`
}

// A Discard is a run call whose samples are not data.
type Discard struct {
	Why       string  `json:"why"` // "warm-up", "clock check"
	K         int64   `json:"k"`
	SamplesNS []int64 `json:"samples_ns"`
}

// Phases are wall times seen from outside.
type Phases struct {
	StartNS   int64 `json:"start_ns"`   // launch to the answer to initialize
	PrepareNS int64 `json:"prepare_ns"` // prepare
	FirstNS   int64 `json:"first_ns"`   // the first iteration, as the worker saw it
	RunNS     int64 `json:"run_ns"`     // the run call with the samples
	TotalNS   int64 `json:"total_ns"`   // launch to exit
}

// Usage is the kernel's account of the process and the children it waited for.
type Usage struct {
	UserNS   int64 `json:"user_ns"`
	SystemNS int64 `json:"system_ns"`
	MaxRSS   int64 `json:"max_rss_bytes"`
	// MaxRSSAtMost: the peak is at most this. A short-lived child whose peak is
	// below that of the process that started it does not show its own.
	MaxRSSAtMost bool `json:"max_rss_at_most,omitempty"`
}

// A ClockCheck compares the worker's clock with ours: the same work k and 2k
// times, timed on both sides.
type ClockCheck struct {
	ClaimedNS int64   `json:"claimed_ns"` // what the worker says k further iterations took
	OutsideNS int64   `json:"outside_ns"` // what passed outside
	Ratio     float64 `json:"ratio"`      // claimed / outside
	OK        bool    `json:"ok"`
}

// Failure kinds.
const (
	FailCrash       = "crash"       // exited, killed or could not start
	FailTimeout     = "timeout"     // did not answer in time
	FailProtocol    = "protocol"    // broke the protocol
	FailWork        = "work"        // the benchmark itself reported an error
	FailDigest      = "digest"      // another result
	FailCounter     = "counter"     // another or a missing exact counter
	FailClock       = "clock"       // times that cannot be true
	FailUnsupported = "unsupported" // does not have the benchmark
)

// A Failure says why a process, or a whole row, is not data.
type Failure struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

// Note kinds that end a run, and the one that takes it up again. Whichever of
// them comes last says how the run stands.
const (
	NoteInterrupt = "interrupt" // ended by the user
	NoteBudget    = "budget"    // ended by the clock
	NoteResume    = "resume"    // went on; Round is the first that was not complete
)

// NoteMismatch is the kind of a note that says where the timed results of a
// row and round part: Impl's from the reference's.
const NoteMismatch = "mismatch"

// A Note is something about the run as a whole.
type Note struct {
	Kind    string   `json:"kind"` // one of the Note kinds, or "row-invalid", "host", "stop"
	Row     string   `json:"benchmark,omitempty"`
	Impl    string   `json:"impl,omitempty"`
	Failure *Failure `json:"failure,omitempty"`
	Message string   `json:"message"`
	Stderr  string   `json:"stderr,omitempty"` // tail of what was printed, where a process failed before the rounds
	Round   int      `json:"round,omitempty"`
	Time    string   `json:"time,omitempty"` // RFC 3339 with nanoseconds, UTC; of notes that end a run or take it up
}

// Ended is the kind of the note that says why the run ended before its plan
// did, "" when it did not, when it was taken up again since, or when it was
// killed and could not say.
func (r *Record) Ended() string {
	for i := len(r.Notes) - 1; i >= 0; i-- {
		switch kind := r.Notes[i].Kind; kind {
		case NoteInterrupt, NoteBudget:
			return kind
		case NoteResume:
			return ""
		}
	}
	return ""
}

// Host is the machine the run was made on.
type Host struct {
	OS       string  `json:"os"`
	Arch     string  `json:"arch"`
	CPU      string  `json:"cpu"`
	Cores    int     `json:"cores"`
	Kernel   string  `json:"kernel"`
	MemBytes int64   `json:"mem_bytes"`
	Load1    float64 `json:"load1"`             // at the start
	Scaling  float64 `json:"scaling,omitempty"` // throughput of two threads over that of one: 2 = two whole cores; 0 = not probed
	SpinNS   int64   `json:"spin_ns,omitempty"` // the fastest of the first probes of one core, see [Round]; 0 = not probed
	Governor string  `json:"governor"`          // "unknown" when the kernel does not say
	Turbo    string  `json:"turbo"`
	Virtual  string  `json:"virtual"`
	FS       string  `json:"fs"` // file system of the temporary directory
	ID       string  `json:"id"` // same host, same id: hash of the stable facts
}

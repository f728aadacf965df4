package report

import (
	"bytes"
	"encoding/json"
	"io"
	"math"

	"xbench/compare"
)

// SummarySchema names the version of summary.json. It changes when a field is
// renamed, removed or given another meaning; new fields do not change it.
const SummarySchema = "xbench-summary/1"

// Summary writes summary.json: the view for programs. Fields keep their order,
// and a number that does not exist is null.
func (v *View) Summary(w io.Writer) error {
	return writeJSON(w, v.summary())
}

// writeJSON keeps <, > and & as they are: nothing here is embedded in HTML as
// it stands.
func writeJSON(w io.Writer, value any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// A number is a float64 that JSON can hold: what is not finite is null.
type number float64

func (n number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// A known is a number where zero means that it is not known.
type known float64

func (k known) MarshalJSON() ([]byte, error) {
	if k == 0 {
		return []byte("null"), nil
	}
	return number(k).MarshalJSON()
}

type summaryJSON struct {
	Schema       string           `json:"schema"`
	Verdict      compare.Verdict  `json:"verdict"`
	Exit         int              `json:"exit"`
	Reasons      []string         `json:"reasons"`
	Gate         string           `json:"gate"`
	Chosen       []string         `json:"chosen_after_the_run,omitempty"` // gate and inconclusive that are not the plan's
	Unplanned    bool             `json:"unplanned"`
	Interrupted  bool             `json:"interrupted"`
	Resumed      int              `json:"taken_up_again,omitempty"` // times
	Run          string           `json:"run"`
	Started      string           `json:"started"`
	Tool         string           `json:"tool"`
	Suite        string           `json:"suite"`
	Filter       string           `json:"filter"`
	Seed         uint64           `json:"seed"`
	Rounds       int              `json:"rounds"`
	MaxRounds    int              `json:"max_rounds"`
	Unpaired     *apartJSON       `json:"not_in_turns,omitempty"` // the sides were not measured in common rounds
	Smallest     smallestJSON     `json:"smallest_difference"`
	Reference    string           `json:"reference"`
	Candidates   []string         `json:"candidates"`
	Sides        []sideJSON       `json:"implementations"`
	Goals        []goalJSON       `json:"goals"`
	Means        []meanJSON       `json:"means"`
	Categories   []categoryJSON   `json:"categories"`
	Fairness     []differenceJSON `json:"fairness"`
	Evidence     *evidenceJSON    `json:"same_work"`
	Exits        []exitJSON       `json:"exit_statuses,omitempty"` // other than 0, which ignore_failure takes for results
	Startup      []startupJSON    `json:"startup,omitempty"`
	Rows         []rowJSON        `json:"rows"`
	Versus       []versusJSON     `json:"versus,omitempty"` // candidates beside other implementations than the reference
	By           string           `json:"by,omitempty"`     // the knob that variants are the values of
	Variants     []contestJSON    `json:"variants,omitempty"`
	Finals       []finalJSON      `json:"best_against_best,omitempty"`
	Picks        []string         `json:"recommendations,omitempty"`
	Scalings     []scalingJSON    `json:"scaling,omitempty"`
	Crossovers   []crossoverJSON  `json:"crossovers,omitempty"`
	Advice       []string         `json:"advice"`
	Checks       []string         `json:"what_to_check"` // where a goal that gates was not met
	Warnings     []warningJSON    `json:"warnings"`
	Host         hostJSON         `json:"host"`
	Reproduction string           `json:"reproduce"`
}

type smallestJSON struct {
	Mean      known `json:"mean"`
	Row       known `json:"row"`
	Tolerance known `json:"tolerance_for_all_rows"`
}

type intervalJSON struct {
	Ratio number `json:"ratio"`
	Lo    known  `json:"lo"` // null: no bound
	Hi    known  `json:"hi"`
}

type sideJSON struct {
	Name      string            `json:"name"`
	Reference bool              `json:"reference"`
	Version   string            `json:"version"`
	Language  string            `json:"language"`
	Runtime   string            `json:"runtime"`
	Mode      string            `json:"mode"`
	Flags     []string          `json:"flags"`
	Settings  map[string]string `json:"settings,omitempty"`
	Command   []string          `json:"command"`
	Unmatched []string          `json:"unmatched,omitempty"` // what its tool has and no benchmark is about
	Cores     known             `json:"cores"`
	RSS       known             `json:"peak_rss_bytes"`
	RSSAtMost bool              `json:"peak_rss_at_most"`
	StartNS   known             `json:"start_ns"`
}

type goalJSON struct {
	Claim       string          `json:"claim"`
	Candidate   string          `json:"candidate"`
	Than        string          `json:"than,omitempty"` // what it is measured against, where that is not the reference
	Verdict     compare.Verdict `json:"verdict"`
	Gated       bool            `json:"gated"`
	Level       string          `json:"level"`
	Kind        string          `json:"kind"` // speedup, each, consistency, spread
	Needed      number          `json:"needed"`
	Tolerance   number          `json:"tolerance"`
	Suite       string          `json:"suite"`
	Over        string          `json:"over"`
	Rows        int             `json:"rows"`
	Found       *intervalJSON   `json:"found"`
	Worst       string          `json:"worst"`
	Culprits    []string        `json:"culprits"`
	YouCanClaim known           `json:"you_can_claim"`
	Reason      string          `json:"reason"`
	DecidedAt   int             `json:"decided_at_round"`
	Stopped     string          `json:"stopped"`
	MoreRounds  int             `json:"more_rounds"`
	TooClose    bool            `json:"too_close"`
	Looks       []lookJSON      `json:"looks"`
}

type meanJSON struct {
	Candidate   string        `json:"candidate"`
	Group       string        `json:"group"`
	Rows        int           `json:"rows"`
	Geometric   *intervalJSON `json:"geometric"`
	Arithmetic  known         `json:"arithmetic"`
	TotalTime   known         `json:"total_time"`
	Min         known         `json:"min"`
	Max         known         `json:"max"`
	LeaveOneLo  known         `json:"leave_one_out_lo"`
	LeaveOneHi  known         `json:"leave_one_out_hi"`
	Heaviest    string        `json:"weighs_most"`
	WithoutIt   known         `json:"without_what_weighs_most"`
	CPU         known         `json:"cpu"`
	NoCPU       int           `json:"rows_without_cpu"`
	RSS         known         `json:"peak_rss"`
	RSSAtLeast  bool          `json:"peak_rss_at_least"`
	RSSAtMost   bool          `json:"peak_rss_at_most"`
	NoRSS       int           `json:"rows_without_peak_rss"`
	Cold        *coldJSON     `json:"cold"`
	NoCold      int           `json:"rows_without_cold"`
	RefCores    known         `json:"reference_cores"`
	CandCores   known         `json:"candidate_cores"`
	YouCanClaim known         `json:"you_can_claim"`
}

type categoryJSON struct {
	Name      string        `json:"name"`
	Candidate string        `json:"candidate"`
	Rows      int           `json:"rows"`
	Geometric *intervalJSON `json:"geometric"`
	Variation known         `json:"variation"`
	Expected  known         `json:"expected"`
}

type rowJSON struct {
	Benchmark    string            `json:"benchmark"`
	Category     string            `json:"category"`
	Group        string            `json:"group"`
	Description  string            `json:"description"`
	Params       map[string]string `json:"params"` // as text
	Waits        bool              `json:"waits"`
	ShownOnly    bool              `json:"shown_only"`
	Expected     known             `json:"expected"`
	LowerBoundNS known             `json:"lower_bound_ns"`
	Names        map[string]string `json:"names,omitempty"` // implementation -> what its tool calls it
	Results      []cellJSON        `json:"results"`
	Others       []cellJSON        `json:"results_against_others,omitempty"` // of "versus"
	Sides        []detailJSON      `json:"implementations"`
}

type cellJSON struct {
	Candidate    string          `json:"candidate"`
	Than         string          `json:"than,omitempty"` // what "reference" stands for here
	Status       compare.Verdict `json:"status"`
	Mark         string          `json:"mark"`
	Rounds       int             `json:"rounds"`
	RefProcesses int             `json:"reference_processes,omitempty"` // of sides that were not measured in turns, and have no rounds
	CandProcs    int             `json:"candidate_processes,omitempty"`
	ReferenceNS  known           `json:"reference_ns"`
	CandidateNS  known           `json:"candidate_ns"`
	Speedup      *intervalJSON   `json:"speedup"`
	YouCanClaim  known           `json:"you_can_claim"`
	RefCPUNS     known           `json:"reference_cpu_ns"`
	CandCPUNS    known           `json:"candidate_cpu_ns"`
	RefRSS       known           `json:"reference_rss_bytes"`
	CandRSS      known           `json:"candidate_rss_bytes"`
	RefRSSAtMost bool            `json:"reference_rss_at_most"`
	CandAtMost   bool            `json:"candidate_rss_at_most"`
	RefCores     known           `json:"reference_cores"`
	CandCores    known           `json:"candidate_cores"`
	Cold         *coldJSON       `json:"cold"`
	RefFacts     *factsJSON      `json:"reference_process"`
	CandFacts    *factsJSON      `json:"candidate_process"`
	Stopped      string          `json:"stopped"`
	DecidedAt    int             `json:"decided_at_round"`
	MoreRounds   int             `json:"more_rounds"`
	TooClose     bool            `json:"too_close"` // even the longest plan would probably not settle it
	Failures     []failureJSON   `json:"failures"`
	MeanRatio    known           `json:"ratio_of_means,omitempty"`
	RefMeanNS    known           `json:"reference_mean_ns,omitempty"`
	CandMeanNS   known           `json:"candidate_mean_ns,omitempty"`
	RefP99NS     known           `json:"reference_p99_ns,omitempty"` // of the pooled samples
	CandP99NS    known           `json:"candidate_p99_ns,omitempty"`
	RefEfficient known           `json:"reference_efficiency"`
	CandEffic    known           `json:"candidate_efficiency"`
}

// A detailJSON is what one implementation did on one row. Its processes are in
// processes.csv.
type detailJSON struct {
	Implementation string                 `json:"implementation"`
	NS             known                  `json:"ns"`
	LoNS           known                  `json:"lo_ns"`
	HiNS           known                  `json:"hi_ns"`
	MinNS          known                  `json:"min_ns"`
	P99NS          known                  `json:"p99_ns"`
	MaxNS          known                  `json:"max_ns"`
	Processes      int                    `json:"processes"`
	Samples        int                    `json:"samples"`
	Digest         string                 `json:"digest"`
	Counters       map[string]json.Number `json:"counters"`
	Failure        string                 `json:"failure"`
}

type failureJSON struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

type warningJSON struct {
	Kind           string `json:"kind"`
	Benchmark      string `json:"benchmark"`
	Implementation string `json:"implementation"`
	Text           string `json:"text"`
	Remedy         string `json:"remedy"`
}

type hostJSON struct {
	OS       string `json:"os"`
	Arch     string `json:"arch"`
	CPU      string `json:"cpu"`
	Cores    int    `json:"cores"`
	Kernel   string `json:"kernel"`
	MemBytes int64  `json:"mem_bytes"`
	Load1    number `json:"load1"`
	Scaling  number `json:"scaling,omitempty"` // work of two threads over that of one; left out = not probed
	Governor string `json:"governor"`
	Turbo    string `json:"turbo"`
	Virtual  string `json:"virtual"`
	FS       string `json:"fs"`
	ID       string `json:"id"`
}

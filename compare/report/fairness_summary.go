package report

import "xbench/compare"

// A differenceJSON is something in which a candidate and the reference were
// not alike.
type differenceJSON struct {
	Kind       string   `json:"kind"`
	Severity   string   `json:"severity"` // serious, qualify or remark
	Candidate  string   `json:"candidate"`
	What       string   `json:"what"`
	Reference  string   `json:"reference_value"`
	Value      string   `json:"candidate_value"`
	Benchmarks []string `json:"benchmarks"` // the clearest first; empty: the run
	Of         int      `json:"of_benchmarks"`
	Meaning    string   `json:"meaning"`
	Than       string   `json:"than,omitempty"` // what reference_value is of, where that is not the reference
}

// An evidenceJSON counts what shows that the sides did the same work.
type evidenceJSON struct {
	Work         string   `json:"compared,omitempty"` // before or unverified, where it was not compared while it was timed
	Pairs        int      `json:"pairs_of_processes"`
	Inputs       int      `json:"inputs"`
	Digests      int      `json:"digests_compared"`
	Counters     int      `json:"counters_equal"`
	Bounded      int      `json:"counters_in_range"`
	SideSpecific int      `json:"counters_excepted"`
	Clocks       int      `json:"clocks_checked"`
	SameOutput   string   `json:"same_output"`
	Fixed        []string `json:"fixed_input"`
	Unshown      []string `json:"nothing_to_compare"`
}

// A coldJSON is the first result after a launch.
type coldJSON struct {
	ReferenceNS known         `json:"reference_ns"`
	CandidateNS known         `json:"candidate_ns"`
	Speedup     *intervalJSON `json:"speedup"`
	Rounds      int           `json:"rounds"`
}

// A factsJSON is what a side's processes did around their samples.
type factsJSON struct {
	StartNS    known  `json:"start_ns"`
	PrepareNS  known  `json:"prepare_ns"`
	FirstNS    known  `json:"first_ns"`
	Outside    number `json:"outside_share"`
	OtherCPUNS known  `json:"other_cpu_ns"`
	Clock      known  `json:"clock_ratio"`
}

func (v *View) fairnessSummary() []differenceJSON {
	out := []differenceJSON{}
	for _, d := range v.Fairness {
		out = append(out, differenceJSON{d.Kind, d.Severity, d.Candidate, d.What, d.Reference, d.Value, notNil(d.Rows), d.Of, d.Meaning, d.Than})
	}
	return out
}

func evidenceSummary(e compare.Evidence) *evidenceJSON {
	if e.Pairs == 0 && e.Work != compare.WorkUnverified {
		return nil
	}
	if e.Work == compare.WorkTimed {
		e.Work = ""
	}
	return &evidenceJSON{e.Work, e.Pairs, e.Inputs, e.Digests, e.Counters, e.Bounded, e.SideSpecific, e.Clocks, orExact(e.SameOutput), notNil(e.Fixed), notNil(e.Unshown)}
}

func orExact(s string) string {
	if s == "" {
		return "exact"
	}
	return s
}

// coldSummary is nil, null in the file, where nothing is known.
func coldSummary(c compare.Cold) *coldJSON {
	if FormatRatio(c.Speedup.Ratio) == none {
		return nil
	}
	return &coldJSON{known(c.RefNS), known(c.CandNS), interval(c.Speedup), c.Rounds}
}

func factsSummary(f compare.Facts) *factsJSON {
	if !(f.StartNS > 0) {
		return nil
	}
	return &factsJSON{known(f.StartNS), known(f.PrepareNS), known(f.FirstNS), number(f.Outside), known(f.OtherCPUNS), known(f.Clock)}
}

func settingsSummary(in [][2]string) map[string]string {
	if len(in) == 0 {
		return nil
	}
	out := make(map[string]string)
	for _, kv := range in {
		out[kv[0]] = kv[1]
	}
	return out
}

package report

import "strings"

// ranTexts say how the launches ended and began, and what went with them.
// Without their full stops.
func (v *View) ranTexts() []string {
	out := v.startupTexts()
	if s := v.exitText(); s != "" {
		out = append([]string{strings.ToUpper(s[:1]) + s[1:]}, out...)
	}
	return append(out, v.Launches...)
}

// A startupJSON is how much of a benchmark's time is start-up.
type startupJSON struct {
	Benchmark      string        `json:"benchmark"`
	Candidate      string        `json:"candidate"`
	Rounds         int           `json:"rounds"`
	ReferenceNS    known         `json:"reference_ns"`
	CandidateNS    known         `json:"candidate_ns"`
	ReferenceShare known         `json:"reference_share"`
	CandidateShare known         `json:"candidate_share"`
	Without        *intervalJSON `json:"speedup_without"`
	TooSmall       string        `json:"too_little_left_of"`
	Slower         []string      `json:"not_started,omitempty"` // sides that took longer there than as a whole
}

func (v *View) startupSummary() []startupJSON {
	var out []startupJSON
	for _, s := range v.Startups {
		out = append(out, startupJSON{s.Row, s.Candidate, s.Rounds, known(s.RefNS), known(s.CandNS), known(s.RefShare), known(s.CandShare), interval(s.Without), s.TooSmall, s.Slower})
	}
	return out
}

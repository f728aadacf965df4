package selftest

import (
	"encoding/json"
	"io"

	"xbench/compare"
	"xbench/harness/record"
)

// A Report is a finished selftest.
type Report struct {
	Tool     string          `json:"tool"`
	Seed     uint64          `json:"seed"`
	Host     record.Host     `json:"host"`
	Verdict  compare.Verdict `json:"verdict"`
	Exit     int             `json:"exit"`
	TookNS   int64           `json:"took_ns"`
	Records  string          `json:"records,omitempty"` // directory
	Outcomes []Outcome       `json:"cases"`
}

// sumUp makes the verdict: one thing that went wrong is enough.
func (r *Report) sumUp() {
	r.Verdict, r.Exit = compare.Pass, compare.ExitProved
	switch {
	case r.count(Wrong) > 0:
		r.Verdict, r.Exit = compare.Fail, compare.ExitDisproved
	case r.count(Unclear) > 0:
		r.Verdict, r.Exit = compare.Inconclusive, compare.ExitInconclusive
	}
}

func (r *Report) count(s State) int {
	n := 0
	for _, o := range r.Outcomes {
		if o.State == s {
			n++
		}
	}
	return n
}

// of lists the outcomes of one group.
func (r *Report) of(g Group) []Outcome {
	var out []Outcome
	for _, o := range r.Outcomes {
		if o.Group == g {
			out = append(out, o)
		}
	}
	return out
}

// JSON writes the report for programs.
func (r *Report) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

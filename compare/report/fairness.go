package report

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"xbench/compare"
)

// viewFairness copies the differences between the sides with texts that can be
// shown: values come from the implementations.
func viewFairness(in []compare.Difference) []compare.Difference {
	var out []compare.Difference
	for _, d := range in {
		d.Candidate, d.Than, d.What, d.Meaning = clean(d.Candidate), clean(d.Than), clean(d.What), clean(d.Meaning)
		d.Reference, d.Value, d.Rows = clean(d.Reference), clean(d.Value), cleanAll(d.Rows)
		out = append(out, d)
	}
	return out
}

func viewEvidence(e compare.Evidence) compare.Evidence {
	e.Work = clean(e.Work)
	e.SameOutput, e.Fixed, e.Unshown = clean(e.SameOutput), cleanAll(e.Fixed), cleanAll(e.Unshown)
	return e
}

// viewSettings lists what a side says of how it runs, by name.
func viewSettings(in map[string]string) [][2]string {
	var out [][2]string
	for _, name := range slices.Sorted(maps.Keys(in)) {
		out = append(out, [2]string{clean(name), clean(in[name])})
	}
	return out
}

// fair is the terminal's lines about a comparison's fairness: what matters
// most first, and what the speedup was bought with.
func (t *terminal) fair() {
	const most = 1 // differences in words: who reads more opens the report
	for _, candidate := range t.Candidates {
		var parts []string
		more := 0
		st := plain
		for _, d := range t.Fairness {
			if d.Candidate != candidate || d.Than != "" || d.Severity == compare.Remark || d.Kind == "cores" {
				continue
			}
			if len(parts) == most {
				more++
				continue
			}
			if d.Severity == compare.Serious {
				st = red
			}
			parts = append(parts, t.differenceText(d))
		}
		if more > 0 {
			parts = append(parts, fmt.Sprintf("%d more in the report", more))
		}
		if m, ok := t.overall(candidate); ok && m.RefCores > 0 && m.CandCores > 0 && FormatRatio(m.Geometric.Ratio) != none {
			parts = append(parts, t.boughtWith(m))
		}
		if len(parts) > 0 {
			t.paragraph("fair?", st, strings.Join(parts, "; "))
		}
	}
	t.fairVersus()
}

// fairVersus is the same of comparisons between candidates: what puts them in
// question.
func (t *terminal) fairVersus() {
	for _, d := range t.Fairness {
		if d.Than != "" && d.Severity == compare.Serious {
			t.paragraph("fair?", red, t.differenceText(d))
		}
	}
}

// differenceText is a difference in a few words: "build: python debug, go
// release".
func (v *View) differenceText(d compare.Difference) string {
	s := fmt.Sprintf("%s: %s %s, %s %s", d.What, v.besides(d), d.Reference, d.Candidate, d.Value)
	if len(d.Rows) > 0 {
		s += fmt.Sprintf(" (%d of %s)", len(d.Rows), plural(d.Of, "benchmark"))
	}
	return s
}

// sidesOf names whose difference it is.
func sidesOf(d compare.Difference) string {
	if d.Than != "" {
		return compare.Against(d.Candidate, d.Than)
	}
	return d.Candidate
}

// besides is what a candidate was not like.
func (v *View) besides(d compare.Difference) string {
	if d.Than != "" {
		return d.Than
	}
	return v.Reference
}

// cold is the terminal's line about the first result after a launch. It stands
// apart from the table, which is about programs that have been running.
func (t *terminal) cold() {
	var parts []string
	for _, candidate := range t.Candidates {
		m, ok := t.overall(candidate)
		if !ok || FormatRatio(m.Cold.Speedup.Ratio) == none {
			continue
		}
		if len(parts) == 0 {
			parts = append(parts, t.Reference+" "+roughDuration(m.Cold.RefNS))
		}
		parts = append(parts, fmt.Sprintf("%s %s: %s", candidate, roughDuration(m.Cold.CandNS), roughRatio(m.Cold.Speedup.Ratio)))
	}
	if len(parts) > 0 {
		t.paragraph("cold", plain, "from launch to the first result: "+strings.Join(parts, ", ")+"; the table is about programs that are warmed up")
	}
}

// roughDuration and roughRatio have two digits: start-up is no measurement.
func roughDuration(ns float64) string { return shortDuration(twoDigits(ns)) }

func roughRatio(x float64) string {
	if x >= 99.5 {
		return FormatRatio(x)
	}
	return shortRatio(twoDigits(x))
}

func twoDigits(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 0) {
		return 0
	}
	return roundSig(x, 2)
}

// rssText is a ratio of peak sizes, which may be a bound.
func rssText(x float64, atLeast, atMost bool) string {
	s := FormatRatio(x)
	switch {
	case s == none || atLeast && atMost:
		return none
	case atLeast:
		return "at least " + s
	case atMost:
		return "at most " + s
	}
	return s
}

// rss is a row's ratio of peak sizes.
func (c Cell) rss() string {
	if !(c.RefRSS > 0) || !(c.CandRSS > 0) {
		return none
	}
	return rssText(c.RefRSS/c.CandRSS, c.CandRSSAtMost, c.RefRSSAtMost)
}

// cpu is a row's ratio of CPU times.
func (c Cell) cpu() string {
	if !(c.RefCPUNS > 0) || !(c.CandCPUNS > 0) {
		return none
	}
	return FormatRatio(c.RefCPUNS / c.CandCPUNS)
}

// orLacking says of how many rows a mean was not formed.
func orLacking(s string, without int) string {
	if s == none && without > 0 {
		return fmt.Sprintf("- (%d lack it)", without)
	}
	return s
}

// evidenceText says what shows that the sides did the same work.
func (v *View) evidenceText() string {
	e := v.Evidence
	if e.Pairs == 0 {
		return ""
	}
	if s := v.elsewhereText(); s != "" {
		return s
	}
	s := fmt.Sprintf("That the sides did the same work while they were timed is shown by %s of processes, each pair on one input, on %s in all: ",
		plural(e.Pairs, "pair"), plural(e.Inputs, "input"))
	var parts []string
	switch {
	case e.Digests > 0 && (e.SameOutput == "" || e.SameOutput == "exact"):
		parts = append(parts, plural(e.Digests, "pair")+" of results had equal digests")
	case e.Digests > 0:
		parts = append(parts, fmt.Sprintf("the results of both sides were compared as %s when nothing was timed, and each of the %s was that of the same side untimed",
			e.SameOutput, plural(2*e.Digests, "timed digest")))
	}
	if e.Counters > 0 {
		parts = append(parts, plural(e.Counters, "pair")+" of counters were equal")
	}
	if e.Bounded > 0 {
		parts = append(parts, plural(e.Bounded, "pair")+" of counters lay within their range")
	}
	if e.SideSpecific > 0 {
		parts = append(parts, plural(e.SideSpecific, "pair")+" of counters may differ and were not compared")
	}
	if e.Clocks > 0 {
		parts = append(parts, "the clocks of "+fmt.Sprint(e.Clocks)+" processes were held against ours")
	}
	if len(parts) == 0 {
		parts = []string{"nothing could be compared"}
	}
	return s + strings.Join(parts, "; ") + "."
}

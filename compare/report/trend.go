package report

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"xbench/compare"
)

// TrendTimes writes benchmark-time.json: the time of one iteration of every
// benchmark and implementation, for charts over commits that
// github-action-benchmark draws of the tool customSmallerIsBetter. Times
// depend on the machine, so that a line is only worth drawing if every commit
// is measured on the same one.
func (v *View) TrendTimes(w io.Writer) error {
	out := []trendEntry{}
	for _, r := range v.planned() {
		for _, s := range r.Sides {
			rounds, ok := r.roundsOf(s.Implementation)
			if !ok || FormatDuration(s.MedianNS) == none {
				continue
			}
			out = append(out, trendEntry{
				Name: r.Name + " (" + s.Implementation + ")", Unit: "ns/iter", Value: s.MedianNS,
				Range: trendRange(s.MedianNS, s.LoNS, s.HiNS),
				Extra: v.trendExtra(durationBounds(s.LoNS, s.HiNS), rounds, s.Implementation),
			})
		}
	}
	return writeJSON(w, out)
}

// roundsOf is in how many rounds an implementation did the row's work, and
// whether it did: of the reference that is so when any candidate agrees.
func (r Row) roundsOf(implementation string) (rounds int, ok bool) {
	own, candidate := r.cell(implementation)
	if candidate {
		return own.Rounds, !own.invalid()
	}
	for _, c := range r.Cells {
		if !c.invalid() {
			rounds, ok = max(rounds, c.Rounds), true
		}
	}
	return rounds, ok
}

// TrendSpeedups writes benchmark-speedup.json: the geometric means and every
// benchmark's speedup, for github-action-benchmark's tool
// customBiggerIsBetter. A ratio of two programs that ran in turns depends less
// on the machine than either time.
func (v *View) TrendSpeedups(w io.Writer) error {
	out := []trendEntry{}
	add := func(name, candidate string, i compare.Interval, rounds int) {
		if FormatRatio(i.Ratio) != none {
			out = append(out, trendEntry{Name: name + " (" + candidate + ")", Unit: "x", Value: i.Ratio,
				Range: trendRange(i.Ratio, i.Lo, i.Hi), Extra: v.trendExtra(FormatBounds(i.Lo, i.Hi), rounds, v.Reference, candidate)})
		}
	}
	for _, m := range v.Means {
		add("geometric mean of "+m.Group, m.Candidate, m.Geometric, v.Rounds)
	}
	for _, r := range v.planned() {
		for _, c := range r.Cells {
			if !c.invalid() {
				add(r.Name, c.Candidate, c.Speedup, c.Rounds)
			}
		}
	}
	return writeJSON(w, out)
}

// A trendEntry is what the action reads of a custom benchmark. Range and Extra
// are shown beside the value.
type trendEntry struct {
	Name  string  `json:"name"`
	Unit  string  `json:"unit"`
	Value float64 `json:"value"`
	Range string  `json:"range,omitempty"`
	Extra string  `json:"extra"`
}

// trendRange is the longer half of an interval, since the action knows only
// ranges that are even: "± 12.5". It reads the number.
func trendRange(x, lo, hi float64) string {
	half := max(hi-x, x-lo)
	if !(lo > 0) || !(half > 0) || math.IsInf(half, 0) {
		return ""
	}
	digits := strconv.FormatFloat(half, 'f', -1, 64)
	if short := formatSig(half, 4); strings.Contains(short, ".") && !strings.Contains(short, "e") {
		digits = short
	}
	return "± " + digits
}

// trendExtra says what a person needs to trust a point.
func (v *View) trendExtra(bounds string, rounds int, sides ...string) string {
	lines := []string{plural(rounds, "round")}
	if bounds != none {
		lines = append(lines, "95% interval "+bounds)
	}
	for _, s := range v.Sides {
		for _, name := range sides {
			if s.Name == name {
				lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s: %s %s", s.Name, s.Runtime, s.Version)))
			}
		}
	}
	if v.Host.ID != "" {
		lines = append(lines, "host "+v.Host.ID+", "+v.Host.CPU)
	}
	return strings.Join(lines, "\n")
}

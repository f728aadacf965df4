package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// What is worth a warning.
const (
	spikeFactor  = 1.5 // a sample this much over its process's median is a spike
	spikeShare   = 0.1 // of the samples
	outlierMADs  = 5   // a round this many robust deviations away is an outlier
	meansFactor  = 2   // the three means disagree
	coresFactor  = 1.25
	warmupLimit  = 0.01 // the first half of the samples is this much slower
	sampleFactor = 3    // a sample is this much longer or shorter than planned
)

// rowWarnings qualifies one row's numbers.
func (a *analysis) rowWarnings(p *pair) []Warning {
	var out []Warning
	for _, c := range []*cell{p.ref, p.cand} {
		if c != nil {
			out = append(out, c.doubts...)
			out = append(out, a.sideWarnings(c)...)
		}
	}
	if w, doubtful := p.namesWarning(); doubtful {
		out = append(out, w)
	}
	if p.apart && !p.invalid() {
		out = append(out, p.warnApartSides(a.plan.Unpaired.Spread, a.granularity)...)
	}
	if p.ref != nil && !p.invalid() && !p.apart {
		out = append(out, p.roundWarnings(a.interrupted())...)
	}
	return out
}

// sideWarnings are about the samples of one implementation.
func (a *analysis) sideWarnings(c *cell) []Warning {
	var out []Warning
	warn := func(remedy, format string, args ...any) {
		out = append(out, Warning{Row: c.row.Name, Impl: c.impl, Text: fmt.Sprintf(format, args...), Remedy: remedy})
	}
	var samples, processes, off, spikes int
	said := make(map[string]int) // warnings that differ in their figures only are one
	var first []string
	for _, l := range c.launches {
		if l.Process == nil {
			continue
		}
		processes++
		middle, t := math.Exp(l.logNS), float64(a.plan.SampleNS)/float64(max(l.K, 1))
		if l.K > 1 && t > 0 && !timedElsewhere(a.kind(c.impl)) && (middle < t/sampleFactor || middle > t*sampleFactor) {
			off++
		}
		for _, ns := range l.Times() {
			samples++
			if ns > spikeFactor*middle {
				spikes++
			}
		}
		for _, text := range l.Warnings {
			if said[wording(text)]++; said[wording(text)] == 1 {
				first = append(first, text)
			}
		}
	}
	for _, text := range first {
		if n := said[wording(text)]; n > 1 {
			text += fmt.Sprintf(" (the first of %d such processes)", n)
		}
		warn(remedyOf(text), "%s", text)
	}
	if off > 0 {
		warn("the iterations per sample were fixed before the first round; measure again on a quieter host if this is many",
			"in %d of %d processes samples were more than %d times longer or shorter than planned", off, processes, sampleFactor)
	}
	if float64(spikes) > spikeShare*float64(samples) {
		warn("look at the distribution: long pauses are real, and the median does not show them",
			"%d of %d samples took more than %v times their process's median", spikes, samples, spikeFactor)
	}
	return out
}

// remedyOf says what to do about a warning of the record, which has no place
// for it; "" where nothing is known.
func remedyOf(text string) string {
	if strings.Contains(text, "neither in the samples nor declared") {
		return "what a worker does there on purpose it should report as outside_ns; where it does nothing, the host took the time: measure on a quieter one"
	}
	return ""
}

// wording is a text without its figures.
func wording(text string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c == '.' {
			return -1
		}
		return c
	}, text)
}

// slowStart compares the first half of a process's samples with the second, in
// log units.
func (l launch) slowStart() (float64, bool) {
	n := len(l.SamplesNS) / 2
	if n < 2 {
		return 0, false
	}
	first, second := *l.Process, *l.Process
	first.SamplesNS, second.SamplesNS = l.SamplesNS[:n], l.SamplesNS[len(l.SamplesNS)-n:]
	if len(l.Iterations) > 0 {
		first.Iterations, second.Iterations = l.Iterations[:n], l.Iterations[len(l.Iterations)-n:]
	}
	return medianLog(&first) - medianLog(&second), true
}

// roundWarnings are about the rounds of a row: few, or pulled to one side. For
// what is judged over all rows see quality.
func (p *pair) roundWarnings(interrupted bool) []Warning {
	var out []Warning
	warn := func(remedy, format string, args ...any) {
		out = append(out, Warning{Row: p.row.Name, Impl: p.duel().String(), Text: fmt.Sprintf(format, args...), Remedy: remedy})
	}
	n := len(p.d)
	if n < minLook {
		remedy := "raise --rounds or --budget"
		if interrupted {
			remedy = "go on with xbench run --resume"
		}
		warn(remedy, "%s, need %d for an interval", countRounds(n), minLook)
		return out
	}
	if len(p.path.seen) > 0 {
		g := p.path.seen[len(p.path.seen)-1]
		half := p.path.multiplier(g, p.path.sched.alpha) * g.se
		if middle := median(p.d); math.Abs(mean(p.d)-middle) > half {
			warn("a few rounds pull the mean; look at them before quoting it", "mean %s and median %s of the rounds disagree",
				FormatRatio(math.Exp(mean(p.d))), FormatRatio(math.Exp(middle)))
		}
	}
	return out
}

// warnings are about the run as a whole.
func (a *analysis) warnings(res *Result) []Warning {
	var out []Warning
	warn := func(impl, remedy, format string, args ...any) {
		out = append(out, Warning{Impl: impl, Text: fmt.Sprintf(format, args...), Remedy: remedy})
	}
	for _, m := range res.Means {
		a.warnMean(m, warn)
	}
	for i := range out {
		out[i].Kind = WarnMean
	}
	for _, impl := range a.plan.Implementations {
		// With a reference it stands among the differences between the sides.
		if a.single && impl.Mode == "debug" {
			warn(impl.Name, "measure the build that users run", "a debug build was measured")
		}
	}
	if !a.single && len(a.pairs) > 0 && res.Rounds > 0 && a.sched.rMax < describeFrom {
		warn("", "raise --rounds", "a plan of %s shows little; %d are the fewest worth a verdict", countRounds(a.sched.rMax), describeFrom)
	}
	for _, n := range a.rec.Notes {
		if n.Kind == "host" || n.Kind == noteDoubt || n.Kind == noteMoved {
			warn(n.Impl, "", "%s", n.Message)
		}
	}
	a.warnRecord(warn)
	return append(out, a.quality(res)...)
}

type warner func(impl, remedy, format string, args ...any)

func (a *analysis) warnMean(m Mean, warn warner) {
	of := ""
	if m.Group != GroupAll {
		of = " of " + m.Group
	}
	if m.Geometric.Ratio > 0 && m.TotalTime > 0 {
		three := []float64{m.Geometric.Ratio, m.Arithmetic, m.TotalTime}
		if slices.Max(three) > meansFactor*slices.Min(three) {
			warn(m.Candidate, "quote the geometric mean, with the table of rows",
				"the means%s disagree: geometric %s, arithmetic %s, by total time %s", of,
				FormatRatio(m.Geometric.Ratio), FormatRatio(m.Arithmetic), FormatRatio(m.TotalTime))
		}
	}
	if low, high := min(m.RefCores, m.CandCores), max(m.RefCores, m.CandCores); m.Group == GroupAll && low > 0 && high > coresFactor*low {
		text := fmt.Sprintf("%s used %.2g cores, %s %.2g", a.plan.Reference, m.RefCores, m.Candidate, m.CandCores)
		if m.CPU > 0 {
			text += fmt.Sprintf(": %s by the clock, %s by CPU time", FormatRatio(m.Geometric.Ratio), FormatRatio(m.CPU))
		}
		warn(m.Candidate, "say which of the two is claimed", "%s", text)
	}
}

// warnRecord is about what was left out of the record, never silently.
func (a *analysis) warnRecord(warn warner) {
	for _, x := range []struct {
		n            int
		text, remedy string
	}{
		{a.rec.Dropped, "torn or unreadable lines of the record were left out", ""},
		{a.strays, "processes of the record are not part of its plan and were left out", "do not join records"},
		{a.late, "processes came after the last planned round and were left out", ""},
		{a.again, "processes repeat a round; the later one counts", ""},
	} {
		if x.n > 0 {
			warn("", x.remedy, "%d %s", x.n, x.text)
		}
	}
	if a.interrupted() {
		warn("", "the verdict is that of the last planned look; go on with xbench run --resume", "the run was interrupted")
	}
}

package compare

import (
	"fmt"
	"math"
	"strconv"
)

// What is worth saying of two sides' processes. Each limit was held against
// 17 benchmarks of two languages that do the same work on a shared machine of
// two cores: none of them cries there except about cores, which do differ.
const (
	// coresApart: a third of a core more is the collector or the kernel.
	coresApart = 1.5
	// coresBusy: a benchmark that waits keeps no core busy, and a ratio of
	// two small numbers says nothing.
	coresBusy = 0.5
	// coresOne: beyond one core, and a tenth for the collector, there is work
	// in parallel. Below, a difference comes from waiting: of the program, or
	// of a process that a busy machine keeps from running.
	coresOne = 1.1

	// prepareApart and prepareFloor: prepare takes 0.2 to 1.1 ms on both
	// sides there, most of it for the pipe. What was moved out of the clock is
	// at least as long as what it saves, so that less than one iteration's
	// worth is no matter either.
	prepareApart = 10
	prepareFloor = 5e6 // ns

	// outsideMost: up to 0.41 was seen where a state is made anew for every
	// iteration. Below outsideFloor it is the forced collection and the digest.
	outsideMost  = 0.5
	outsideApart = 2
	outsideFloor = 20e6 // ns

	// firstApart and firstFloor: the first call took up to 22 times as long as
	// later ones, but less than 0.2 ms longer: cold caches. A compiler at work
	// costs tens of milliseconds. One side must be twice as slow to get going
	// as the other: two that are 2.99 and 3.01 times as slow are alike.
	firstApart  = 3
	firstBeside = 2
	firstFloor  = 10e6 // ns

	// memoryApart and memoryFloor: the fixed cost of a runtime is no matter.
	memoryApart = 2
	memoryFloor = 32 << 20 // bytes

	// clockApart: medians of both clocks against ours were within 0.05 %; a
	// single process may be 10 % off before it counts as wrong.
	clockApart  = 0.03
	clockEnough = 3 // processes

	// seenEnough: a time seen in fewer rounds may be the machine's.
	seenEnough = 3

	// oddMost: a figure is doubted when more than half of the processes say so.
	oddMost = 0.5
)

// detected compares what the processes of the two sides were seen to do.
func (c *contrast) detected() []Difference {
	var out []Difference
	out = append(out, c.cores()...)
	out = append(out, c.prepared()...)
	out = append(out, c.outside()...)
	out = append(out, c.firstCalls()...)
	out = append(out, c.memory()...)
	out = append(out, c.processorTime()...)
	out = append(out, c.clocks()...)
	return out
}

// collect gathers the rows on which look sees something, and often enough.
func (c *contrast) collect(look func(r *Row) (s sighting, ok bool)) []sighting {
	return c.every(func(r *Row) (sighting, bool) {
		s, ok := look(r)
		return s, ok && min(r.RefProcesses, r.CandProcesses) >= seenEnough
	})
}

// every gathers the rows on which look sees something.
func (c *contrast) every(look func(r *Row) (s sighting, ok bool)) []sighting {
	var out []sighting
	for _, r := range c.rows {
		if s, ok := look(r); ok {
			s.row = r
			out = append(out, s)
		}
	}
	return out
}

func (c *contrast) cores() []Difference {
	look := func(parallel bool) []sighting {
		return c.every(func(r *Row) (sighting, bool) {
			apart, most := timesApart(r.RefCores, r.CandCores), max(r.RefCores, r.CandCores)
			return sighting{ref: formatCores(r.RefCores), cand: formatCores(r.CandCores), size: apart},
				apart > coresApart && most >= coresBusy && parallel == (most > coresOne)
		})
	}
	in := look(true)
	out := c.seen(Difference{Kind: "cores", Severity: Qualify, What: "cores kept busy"}, in)
	if len(out) > 0 {
		r := in[0].row
		out[0].Meaning = fmt.Sprintf("the speedup by the clock is not that by work: there it is %s by the clock and %s by CPU time",
			FormatRatio(r.Speedup.Ratio), FormatRatio(r.RefCPUNS/r.CandCPUNS))
	}
	return append(out, c.seen(Difference{Kind: "waits", Severity: Remark, What: "cores kept busy, one at most",
		Meaning: "one side waited more: for sleep, files, a lock or a busy machine"}, look(false))...)
}

func formatCores(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// prepared finds work that may have been moved out of the clock: by the
// candidate that would be an advantage, by the reference a handicap.
func (c *contrast) prepared() []Difference {
	look := func(mine func(r *Row) (long, other, iteration float64)) []sighting {
		return c.collect(func(r *Row) (sighting, bool) {
			long, other, iteration := mine(r)
			return sighting{ref: formatTime(r.RefFacts.PrepareNS) + inIterations(r.RefFacts.PrepareNS, r.RefNS),
					cand: formatTime(r.CandFacts.PrepareNS) + inIterations(r.CandFacts.PrepareNS, r.CandNS), size: long / iteration},
				long >= prepareFloor && long >= iteration && iteration > 0 && long > prepareApart*other
		})
	}
	d := Difference{Kind: "prepare", Severity: Qualify, What: "time in prepare",
		Meaning: "it is in no time: see that the candidate does nothing there which the reference does inside the clock"}
	out := c.seen(d, look(func(r *Row) (float64, float64, float64) {
		return r.CandFacts.leastPrepareNS, r.RefFacts.PrepareNS, r.CandNS
	}))
	d.Severity = Remark
	d.Meaning = "it is in no time: if the reference does work there, the speedup is understated"
	return append(out, c.seen(d, look(func(r *Row) (float64, float64, float64) {
		return r.RefFacts.leastPrepareNS, r.CandFacts.PrepareNS, r.RefNS
	}))...)
}

func inIterations(ns, iteration float64) string {
	if iteration <= 0 {
		return ""
	}
	return fmt.Sprintf(" (%s iterations)", formatThree(ns/iteration))
}

// outside finds a side that spends most of the run call outside its samples.
func (c *contrast) outside() []Difference {
	most := func(f, other Facts) bool {
		return f.leastOutside >= outsideMost && f.leastOutside > outsideApart*other.Outside && f.leastOutsideNS >= outsideFloor
	}
	in := c.collect(func(r *Row) (sighting, bool) {
		x, y := r.RefFacts, r.CandFacts
		return sighting{ref: formatPercent(x.Outside), cand: formatPercent(y.Outside), size: math.Abs(x.Outside - y.Outside)},
			most(x, y) || most(y, x)
	})
	return c.seen(Difference{Kind: "outside", Severity: Qualify, What: "time between samples, on purpose",
		Meaning: "it is in no time: see that both sides make the same there, such as inputs and digests"}, in)
}

// firstCalls finds a side that needs several calls to get going.
func (c *contrast) firstCalls() []Difference {
	slow := func(first, iteration, other, otherIteration float64) bool {
		return first > firstApart*iteration && first-iteration >= firstFloor &&
			other > 0 && first/iteration > firstBeside*other/otherIteration
	}
	in := c.collect(func(r *Row) (sighting, bool) {
		x, y := r.RefFacts.FirstNS, r.CandFacts.FirstNS
		return sighting{ref: firstText(x, r.RefNS), cand: firstText(y, r.CandNS), size: max(x/r.RefNS, y/r.CandNS)},
			slow(r.RefFacts.leastFirstNS, r.RefNS, y, r.CandNS) || slow(r.CandFacts.leastFirstNS, r.CandNS, x, r.RefNS)
	})
	return c.seen(Difference{Kind: "first", Severity: Qualify, What: "the first call",
		Meaning: "the times are those of a program that has run for a while; one that runs once sees the first call"}, in)
}

func firstText(first, iteration float64) string {
	if first <= 0 || iteration <= 0 {
		return "not known"
	}
	return fmt.Sprintf("%s, %s times a later one", formatTime(first), formatThree(first/iteration))
}

// memory finds a candidate whose speed was bought with memory. A peak that is
// an upper bound proves nothing against the one who has it.
func (c *contrast) memory() []Difference {
	in := c.every(func(r *Row) (sighting, bool) {
		x, y := float64(r.RefRSS), float64(r.CandRSS)
		return sighting{ref: formatBytes(x), cand: formatBytes(y), size: y / x},
			x > 0 && !r.CandRSSAtMost && y > memoryApart*x && y-x > memoryFloor
	})
	return c.seen(Difference{Kind: "memory", Severity: Qualify, What: "peak memory",
		Meaning: "part of the speed may have been bought with memory"}, in)
}

// processorTime holds the declared CPU time against the kernel's.
func (c *contrast) processorTime() []Difference {
	text := func(f Facts) string {
		switch {
		case f.odd <= oddMost:
			return "agrees with the kernel"
		case f.hidden < 0:
			return formatTime(-f.hidden) + " more than the kernel saw"
		}
		return formatTime(f.hidden) + " not accounted for"
	}
	in := c.collect(func(r *Row) (sighting, bool) {
		x, y := r.RefFacts, r.CandFacts
		return sighting{ref: text(x), cand: text(y), size: max(math.Abs(x.hidden), math.Abs(y.hidden))}, x.odd > oddMost || y.odd > oddMost
	})
	return c.seen(Difference{Kind: "cpu", Severity: Qualify, What: "declared CPU time",
		Meaning: "threads or children work beside the samples, or the figure is wrong: do not quote the ratio by CPU time"}, in)
}

// clocks compares the speed of both sides' clocks, over all processes that
// were checked.
func (c *contrast) clocks() []Difference {
	var ref, cand []float64
	for _, p := range c.pairs {
		for _, r := range p.rounds {
			if k := p.ref.launches[r].Clock; k != nil && k.Ratio > 0 {
				ref = append(ref, k.Ratio)
			}
			if k := p.cand.launches[r].Clock; k != nil && k.Ratio > 0 {
				cand = append(cand, k.Ratio)
			}
		}
	}
	x, y := median(ref), median(cand)
	if min(len(ref), len(cand)) < clockEnough || timesApart(x, y) <= 1+clockApart {
		return nil
	}
	return []Difference{{Kind: "clock", Severity: Qualify, Candidate: c.candidate, What: "clock against ours",
		Reference: formatPercent(x), Value: formatPercent(y),
		Meaning: fmt.Sprintf("the clocks run apart by %s: a difference of that size is none", formatPercent(timesApart(x, y)-1))}}
}

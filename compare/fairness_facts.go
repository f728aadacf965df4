package compare

import (
	"slices"

	"xbench/harness/record"
)

// Facts are what the processes of one side did around their samples: medians
// over the rounds that both sides measured, 0 where not known.
type Facts struct {
	StartNS   float64 // launch to ready
	PrepareNS float64
	FirstNS   float64 // the first call, on the worker's clock
	// Outside is the share of the run call that the worker says it spent
	// outside its samples on purpose.
	Outside float64
	// OtherCPUNS is what the kernel counted for the process and its children
	// beyond the samples: start-up, prepare, warm-up, checks of the clock.
	OtherCPUNS float64
	// Clock is claimed time over time that passed outside.
	Clock float64

	// hidden is CPU time that the declared figure does not account for, and
	// odd the share of processes in which there was too much of it.
	hidden, odd float64

	// The least of all rounds. A loaded machine only adds time: what a program
	// does there, it does in every process.
	leastPrepareNS, leastFirstNS, leastOutside, leastOutsideNS float64
}

func factsOf(c *cell, rounds []int) Facts {
	var start, prepare, first, outside, outsideNS, other, clock, hidden []float64
	odd := 0
	for _, r := range rounds {
		p := c.launches[r].Process
		if p.Phases.StartNS > 0 {
			start = append(start, float64(p.Phases.StartNS))
			prepare = append(prepare, float64(p.Phases.PrepareNS))
		}
		if p.Phases.FirstNS > 0 {
			first = append(first, float64(p.Phases.FirstNS))
		}
		sampled := sum(p.SamplesNS)
		if sampled > 0 {
			outside = append(outside, float64(p.OutsideNS)/(float64(p.OutsideNS)+sampled))
			outsideNS = append(outsideNS, float64(p.OutsideNS))
		}
		if kernel := float64(p.Usage.UserNS + p.Usage.SystemNS); kernel > 0 && p.CPUNS > 0 {
			other = append(other, max(kernel-float64(p.CPUNS), 0))
		}
		if p.Clock != nil && p.Clock.Ratio > 0 {
			clock = append(clock, p.Clock.Ratio)
		}
		if ns, much := unaccounted(p); much {
			hidden, odd = append(hidden, ns), odd+1
		}
	}
	f := Facts{StartNS: median(start), PrepareNS: median(prepare), FirstNS: median(first),
		Outside: median(outside), OtherCPUNS: median(other), Clock: median(clock), hidden: median(hidden),
		leastPrepareNS: lowest(prepare), leastFirstNS: lowest(first), leastOutside: lowest(outside), leastOutsideNS: lowest(outsideNS)}
	if len(rounds) > 0 {
		f.odd = float64(odd) / float64(len(rounds))
	}
	return f
}

// lowest returns the smallest value, 0 of nothing.
func lowest(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	return slices.Min(x)
}

func sum[T int64 | float64](ns []T) float64 {
	s := 0.0
	for _, x := range ns {
		s += float64(x)
	}
	return s
}

// How much CPU time may be unaccounted for before it is odd.
//
// A process whose samples keep c cores busy by its own account should do so in
// warm-up and clock check as well; the rest of its life is start-up, prepare,
// input and forced collections. On two cores, with 17 benchmarks in two
// languages, the rest cost at most 1.3 times its wall time in CPU (a parallel
// collection of a large heap). One thread that works behind the samples adds
// their whole length, which is several times the rest.
const (
	hiddenFactor = 1.5
	hiddenFloor  = 20e6 // ns; the kernel counts in ticks of up to 10 ms
)

// unaccounted is the CPU time that the kernel counted and the worker's own
// figure does not explain, and whether that is odd. A figure larger than the
// kernel's is odd too, and negative.
func unaccounted(p *record.Process) (ns float64, odd bool) {
	kernel, sampled := float64(p.Usage.UserNS+p.Usage.SystemNS), sum(p.SamplesNS)
	if kernel <= 0 || p.CPUNS <= 0 || sampled <= 0 || p.Phases.TotalNS <= 0 {
		return 0, false
	}
	ran := sampled
	for _, d := range p.Discarded {
		ran += sum(d.SamplesNS)
	}
	if more := float64(p.CPUNS) - kernel; more > 0.1*kernel+hiddenFloor {
		return -more, true
	}
	rest := max(float64(p.Phases.TotalNS)-ran, 0)
	ns = kernel - float64(p.CPUNS)/sampled*ran
	return ns, ns > hiddenFactor*rest+hiddenFloor
}

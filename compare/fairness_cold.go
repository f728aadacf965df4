package compare

import (
	"math"

	"xbench/harness/record"
)

// coldNS is the time from the launch to the first result: start-up, prepare
// and the first call, 0 where not known. What a program that is run once costs
// is nowhere in the warm ratio, and never mixed into it. The making of the
// first input is in neither, on all sides alike.
func coldNS(p *record.Process) float64 {
	if p == nil || p.Phases.StartNS <= 0 || p.Phases.FirstNS <= 0 {
		return 0
	}
	return float64(p.Phases.StartNS + p.Phases.PrepareNS + p.Phases.FirstNS)
}

// A Cold is the time to the first result after a launch: descriptive, with a
// plain 95 % t interval over rounds. No goal is about it.
type Cold struct {
	RefNS, CandNS float64  // exp of the mean log; over several rows, of their mean
	Speedup       Interval // paired within the round; Lo 0 and Hi infinite before three rounds; zero where not known
	Rounds        int
}

// cold is the mean over pairs of their cold times in every round in which all
// of them have one.
func (a *analysis) cold(pairs []*pair) Cold {
	var ref, cand, d []float64
	for r := 1; r <= a.plan.RMax; r++ {
		x, y := 0.0, 0.0
		for _, p := range pairs {
			if p.ref == nil || math.IsNaN(p.byRnd[r]) {
				x = math.NaN()
				break
			}
			x += math.Log(coldNS(p.ref.launches[r].Process)) / float64(len(pairs))
			y += math.Log(coldNS(p.cand.launches[r].Process)) / float64(len(pairs))
		}
		if math.IsNaN(x) || math.IsInf(x, 0) || math.IsInf(y, 0) {
			continue
		}
		ref, cand, d = append(ref, x), append(cand, y), append(d, x-y)
	}
	if len(d) == 0 {
		return Cold{}
	}
	c := Cold{RefNS: math.Exp(mean(ref)), CandNS: math.Exp(mean(cand)), Rounds: len(d),
		Speedup: Interval{Ratio: math.Exp(mean(d)), Hi: math.Inf(1)}}
	if len(d) >= minLook {
		lo, hi := a.sched.tInterval(d)
		c.Speedup.Lo, c.Speedup.Hi = math.Exp(lo), math.Exp(hi)
	}
	return c
}

package harness

import (
	"slices"
	"time"

	"xbench/harness/record"
)

// A pace foretells how long rounds take: what calibration says of a row, times
// how far that was off lately. Calibration is one look at a machine that may
// be busier, or less so, by the time of the rounds.
type pace struct {
	cals    map[string]Calibration
	off     map[string][]float64 // measured over expected, the latest rounds of each row
	between time.Duration        // what the judge took after the last round
}

// paceMemory is how many rounds of a row count.
const paceMemory = 3

func newPace(cals map[string]Calibration) *pace {
	return &pace{cals: cals, off: make(map[string][]float64)}
}

// planPace is the pace of a run whose calibration is not at hand: the times
// that its plan asks for. The rounds that were measured say the rest.
func planPace(plan *record.Plan) *pace {
	cals := make(map[string]Calibration)
	for _, row := range plan.Rows {
		var cal Calibration
		for _, im := range plan.Implementations {
			if im.Kind != kindWorker || row.Iterations[im.Name] == 0 {
				continue
			}
			samples := time.Duration(row.Samples) * time.Duration(plan.SampleNS)
			cal.Round += time.Duration(plan.WarmupNS) + samples
			if samples < directClock {
				cal.Clock += samples + max(samples, clockSlope)
			}
		}
		cals[row.Name] = cal
	}
	return newPace(cals)
}

// expected is what calibration says; rounds that check clocks take longer.
func (p *pace) expected(row string, round int) time.Duration {
	d := p.cals[row].Round
	if round <= clockRounds {
		d += p.cals[row].Clock
	}
	return max(d, time.Millisecond)
}

// measured takes in how long a row took in a round; 0 = not known.
func (p *pace) measured(row string, round int, took time.Duration) {
	if took <= 0 {
		return
	}
	off := append(p.off[row], float64(took)/float64(p.expected(row, round)))
	p.off[row] = off[max(0, len(off)-paceMemory):]
}

// row is how long a row will take in a round. A row that was not measured yet
// is taken to be off as much as the others are.
func (p *pace) row(row string, round int) time.Duration {
	off, ok := p.off[row]
	if !ok {
		for _, o := range p.off {
			off = append(off, o...)
		}
		slices.Sort(off)
		if len(off) > 0 {
			off = off[len(off)/2 : len(off)/2+1]
		}
	}
	return time.Duration(mean(off) * float64(p.expected(row, round)))
}

// mean is 1 of nothing.
func mean(x []float64) float64 {
	if len(x) == 0 {
		return 1
	}
	var sum float64
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

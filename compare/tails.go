package compare

import (
	"math"
	"slices"
)

// A Tail is what the median does not show of a side's samples, pooled over the
// processes of its complete rounds: rare long pauses move the mean and the far
// end. It describes; nothing is judged by it. A sample is the mean of K
// iterations, so that a pause within one is spread over K of them.
type Tail struct {
	Samples int
	MeanNS  float64 // of one iteration
	P99NS   float64 // the smallest sample that 99 % do not exceed: of fewer than 100 the largest
}

// MeanRatio is the ratio of the mean times, beside the speedup, which is one
// of typical times; 0 where a side has none.
func (r Row) MeanRatio() float64 {
	if r.RefTail.MeanNS <= 0 || r.CandTail.MeanNS <= 0 {
		return 0
	}
	return r.RefTail.MeanNS / r.CandTail.MeanNS
}

// tail pools a cell's samples. Every process has as many, so that none counts
// more than another.
func (c *cell) tail(rounds []int) Tail {
	var all []float64
	for _, r := range rounds {
		all = c.launches[r].AppendTimes(all)
	}
	if len(all) == 0 {
		return Tail{}
	}
	slices.Sort(all)
	return Tail{Samples: len(all), MeanNS: mean(all), P99NS: all[int(math.Ceil(0.99*float64(len(all))))-1]}
}

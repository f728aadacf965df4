package host

import (
	"math"
	"slices"
	"time"
)

// blockSpins are about as long together as the samples of one process: ten of
// 5 ms.
const blockSpins = 5

// launchSpread is what processes of one program differ by from launch to
// launch, whatever the host, on both sides together: 0.6 % was seen of Go and
// 1.4 % of Python where nothing else ran.
const launchSpread = 0.015

// roundSpread guesses the standard deviation of a round's log speedup. A round
// is two processes one after the other, and what both share cancels: so it is
// the difference between neighbouring blocks of spins, each in its median,
// plus what launches differ by.
func (f Facts) roundSpread() float64 {
	logs := f.logs()
	var blocks []float64
	for ; len(logs) >= blockSpins; logs = logs[blockSpins:] {
		blocks = append(blocks, median(logs[:blockSpins]))
	}
	sum := 0.0
	for i := 1; i < len(blocks); i++ {
		d := blocks[i] - blocks[i-1]
		sum += d * d
	}
	return math.Sqrt(sum/float64(max(1, len(blocks)-1)) + launchSpread*launchSpread)
}

// effects are the differences that so many rounds show nine times in ten, in
// units of the spread of one round, as simulations of the whole rule found
// them. A test of the command compares them with the verdicts.
var effects = []struct{ rounds, of float64 }{{5, 2.30}, {8, 1.55}, {13, 1.13}, {20, 0.88}, {mostRounds, 0.71}}

// mostRounds is the longest plan that a budget makes.
const mostRounds = 30

// Smallest is the difference, as a fraction, that so many rounds show nine
// times in ten where a round varies by spread. Fewer than five rounds show as
// little as five would, and more than the longest plan follow its root law.
func Smallest(rounds int, spread float64) float64 {
	r := max(float64(rounds), effects[0].rounds)
	last := effects[len(effects)-1]
	if r >= last.rounds {
		return math.Expm1(last.of * math.Sqrt(last.rounds/r) * spread)
	}
	i := 1
	for effects[i].rounds < r {
		i++
	}
	a, b := effects[i-1], effects[i]
	slope := math.Log(b.of/a.of) / math.Log(b.rounds/a.rounds)
	return math.Expm1(a.of * math.Pow(r/a.rounds, slope) * spread)
}

// RoundsFor is how many rounds show a difference, given as a fraction, nine
// times in ten; 0 when the longest plan does not.
func RoundsFor(difference, spread float64) int {
	for r := int(effects[0].rounds); r <= mostRounds; r++ {
		if Smallest(r, spread) <= difference {
			return r
		}
	}
	return 0
}

// logs are the logarithms of the spins.
func (f Facts) logs() []float64 {
	out := make([]float64, len(f.SpinsNS))
	for i, ns := range f.SpinsNS {
		out[i] = math.Log(float64(max(ns, 1)))
	}
	return out
}

// middle is the median spin.
func (f Facts) middle() time.Duration {
	if len(f.SpinsNS) == 0 {
		return 0
	}
	return time.Duration(math.Exp(median(f.logs())))
}

// slowShare is the share of spins that took slowSpin times the median or
// more.
func (f Facts) slowShare() float64 {
	logs := f.logs()
	limit, n := median(logs)+math.Log(slowSpin), 0
	for _, x := range logs {
		if x >= limit {
			n++
		}
	}
	return float64(n) / float64(max(1, len(logs)))
}

func median(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(x))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// robustSD estimates the standard deviation from the median absolute
// deviation.
func robustSD(x []float64) float64 {
	m := median(x)
	dev := make([]float64, len(x))
	for i, v := range x {
		dev[i] = math.Abs(v - m)
	}
	return 1.4826 * median(dev)
}

// lag1 is the correlation between neighbours.
func lag1(x []float64) float64 {
	m, num, den := 0.0, 0.0, 0.0
	for _, v := range x {
		m += v / float64(len(x))
	}
	for i, v := range x {
		den += (v - m) * (v - m)
		if i > 0 {
			num += (v - m) * (x[i-1] - m)
		}
	}
	if den == 0 {
		return 0
	}
	return num / den
}

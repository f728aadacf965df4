package report

import (
	"regexp"
	"slices"
	"strconv"

	"xbench/compare"
)

// A claim is free text: "1000x faster than ever" may stand over a goal of 5x.
// What was needed is therefore printed beside every claim whose own figures do
// not say exactly that.

var (
	ratiosIn   = regexp.MustCompile(`(?i)([0-9]+(?:\.[0-9]+)?) ?(?:x|×|times|fold|-fold)(?:[^\pL\pN]|$)`)
	percentsIn = regexp.MustCompile(`(?i)([0-9]+(?:\.[0-9]+)?) ?(?:%|percent|per cent)`)
)

// goalText is a goal's claim, with what was needed where it does not say so.
func goalText(g compare.Goal) string {
	if statesNeed(g) {
		return claimText(g)
	}
	return claimText(g) + " (needed: " + needText(g) + ")"
}

// statesNeed is whether the figures in a claim are the goal's and no others.
// A tolerance is asked for only where it is all there is: 1x less 5 %.
func statesNeed(g compare.Goal) bool {
	var in *regexp.Regexp
	var need float64
	switch {
	case g.Speedup > 0:
		in, need = ratiosIn, g.Speedup
	case g.Each == 1 && g.Tolerance > 0:
		in, need = percentsIn, 100*g.Tolerance
	case g.Each > 0:
		in, need = ratiosIn, g.Each
	case g.Consistency > 0:
		in, need = percentsIn, 100*g.Consistency
	default:
		in, need = percentsIn, 100*g.Spread
	}
	var figures []float64
	for _, m := range in.FindAllStringSubmatch(claimText(g), -1) {
		if x, err := strconv.ParseFloat(m[1], 64); err == nil {
			figures = append(figures, roundSig(max(x, 1e-300), 9))
		}
	}
	return len(figures) > 0 && !slices.ContainsFunc(figures, func(x float64) bool { return x != roundSig(need, 9) })
}

// needText is the threshold of a goal: ">= 1x less 5%".
func needText(g compare.Goal) string {
	switch {
	case g.Speedup > 0:
		return ">= " + shortRatio(g.Speedup)
	case g.Each > 0 && g.Tolerance > 0:
		return "each >= " + shortRatio(g.Each) + " less " + FormatPercent(g.Tolerance)
	case g.Each > 0:
		return "each >= " + shortRatio(g.Each)
	case g.Consistency > 0:
		return "< " + FormatPercent(g.Consistency)
	}
	return "< " + FormatPercent(g.Spread)
}

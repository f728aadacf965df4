package compare

import (
	"fmt"
	"time"
)

// packedGap is the distance between two rounds of a row below which they are
// hardly two: what slowed one side down in one is still there in the next. In
// simulation of short programs on a host whose load fades within seconds, half
// of the verdicts on the threshold were wrong without a gap, a fifth at 1 s and
// one in twenty at 5 s (docs/error-rates.md).
const packedGap = 4 * time.Second

// packed says that rounds followed each other too closely to be independent,
// which no correlation of a few rounds would show.
func (a *analysis) packed() []Warning {
	var least time.Duration
	for _, p := range a.pairs {
		if gap, ok := p.gap(); ok && (least == 0 || gap < least) {
			least = gap
		}
	}
	if least == 0 || least >= packedGap {
		return nil
	}
	text := fmt.Sprintf("rounds of a benchmark were %s apart: they share what the machine was doing, and the interval takes them for independent", least.Round(max(time.Millisecond, least/10).Round(time.Millisecond)))
	if a.plan.BudgetNS == 0 && a.plan.SpacingNS == 0 && len(a.claims) == 0 {
		// A first look, at nobody's claim: what to do before it is more.
		return []Warning{{Text: text, Remedy: "good for a first look; for a number to quote, give --budget 2m or --spacing 5s"}}
	}
	return []Warning{{Text: text, Remedy: "give --spacing 5s or more, or a --budget that has room for it"}}
}

// gap is the middle one of the distances between neighbouring rounds, where
// there are enough rounds for an interval.
func (p *pair) gap() (time.Duration, bool) {
	if p.ref == nil || p.invalid() || len(p.rounds) < minLook {
		return 0, false
	}
	var gaps []float64
	var last time.Time
	for i, r := range p.rounds {
		at, err := time.Parse(time.RFC3339Nano, p.cand.launches[r].Started)
		if err != nil {
			return 0, false
		}
		if i > 0 {
			gaps = append(gaps, float64(at.Sub(last)))
		}
		last = at
	}
	gap := time.Duration(median(gaps))
	return gap, gap > 0
}

package charts

import (
	"fmt"
	"math"
	"strconv"

	chart "github.com/wcharczuk/go-chart/v2"
)

// A logRange maps ratios to pixels, equal factors to equal distances. Unlike
// go-chart's LogarithmicRange it does so below 1 as well.
type logRange struct {
	min, max float64
	domain   int
}

var _ chart.Range = (*logRange)(nil)

func (r *logRange) String() string {
	return fmt.Sprintf("logRange [%g, %g] => %d", r.min, r.max, r.domain)
}
func (r *logRange) IsZero() bool         { return r.min == 0 && r.max == 0 }
func (r *logRange) GetMin() float64      { return r.min }
func (r *logRange) SetMin(min float64)   { r.min = min }
func (r *logRange) GetMax() float64      { return r.max }
func (r *logRange) SetMax(max float64)   { r.max = max }
func (r *logRange) GetDelta() float64    { return math.Log(r.max) - math.Log(r.min) }
func (r *logRange) GetDomain() int       { return r.domain }
func (r *logRange) SetDomain(domain int) { r.domain = domain }
func (r *logRange) IsDescending() bool   { return false }

// Translate gives the pixel of a value, from the left end of the range.
func (r *logRange) Translate(value float64) int {
	return int(math.Round(r.at(value) * float64(r.domain)))
}

// at is the place of a value between 0 (min) and 1 (max), clamped.
func (r *logRange) at(value float64) float64 {
	f := (math.Log(value) - math.Log(r.min)) / r.GetDelta()
	return math.Min(1, math.Max(0, f))
}

// rangeOver holds 1 and all values with some room at both ends. All values
// are finite; what is not positive has no place on it.
func rangeOver(values []float64) *logRange {
	lo, hi := math.Log(0.9), math.Log(2)
	for _, v := range values {
		if v > 0 {
			lo, hi = math.Min(lo, math.Log(v)), math.Max(hi, math.Log(v))
		}
	}
	pad := 0.03 * (hi - lo)
	// Beyond it the ends would not be numbers; what lies there is drawn at the
	// edge.
	const furthest = 700
	return &logRange{min: math.Exp(math.Max(lo-pad, -furthest)), max: math.Exp(math.Min(hi+pad, furthest))}
}

// ticks are the 1-2-5 values within the range, thinned to decades and then to
// every so many decades until each has room: at most most of them.
func (r *logRange) ticks(most int) []float64 {
	first, last := int(math.Floor(math.Log10(r.min))), int(math.Ceil(math.Log10(r.max)))
	choices := [][]float64{{1, 2, 5}, {1, 3}, {1}}
	if r.max < 5*r.min {
		// Under a decade 1-2-5 leaves one or two: too few to read by.
		choices = append([][]float64{{1, 1.2, 1.5, 2, 3, 4, 5, 6, 8}}, choices...)
	}
	for _, steps := range choices {
		if t := r.decades(first, last, 1, steps); len(t) <= most {
			return t
		}
	}
	for every := 2; ; every++ {
		if t := r.decades(first, last, every, []float64{1}); len(t) <= max(most, 1) {
			return t
		}
	}
}

// fineTicks are the ticks of a range that may be narrow: where it holds less
// than two of them they are the multiples of a round number.
func (r *logRange) fineTicks(most int) []float64 {
	if t := r.ticks(most); len(t) > 1 {
		return t
	}
	for e := int(math.Floor(math.Log10(r.max-r.min))) - 1; ; e++ {
		for _, s := range []float64{1, 2, 5} {
			if t := r.multiples(fmt.Sprintf("%ge%d", s, e)); len(t) <= max(most, 2) {
				return t
			}
		}
	}
}

// multiples of a step that are in the range; too many are as many as do not
// matter.
func (r *logRange) multiples(step string) []float64 {
	s, err := strconv.ParseFloat(step, 64)
	if err != nil || s == 0 {
		return nil
	}
	var out []float64
	for n := math.Ceil(r.min / s); n*s <= r.max && len(out) < 100; n++ {
		// Rounded as a label is: 3 steps of 0.1 are 0.3.
		v, err := strconv.ParseFloat(strconv.FormatFloat(n*s, 'g', 12, 64), 64)
		if err == nil {
			out = append(out, v)
		}
	}
	return out
}

func (r *logRange) decades(first, last, every int, steps []float64) []float64 {
	var out []float64
	for e := first; e <= last; e++ {
		if e%every != 0 { // 1x, the start of every bar, always is a tick
			continue
		}
		for _, s := range steps {
			// Parsed rather than multiplied: 2e-1 is 0.2 exactly.
			v, err := strconv.ParseFloat(fmt.Sprintf("%ge%d", s, e), 64)
			if err == nil && v >= r.min && v <= r.max {
				out = append(out, v)
			}
		}
	}
	return out
}

// tickLabel words a tick, "0.5x", "20x", "1e+06x".
func tickLabel(v float64) string {
	if v >= 0.001 && v < 1e5 {
		return strconv.FormatFloat(v, 'f', -1, 64) + "x"
	}
	return strconv.FormatFloat(v, 'g', -1, 64) + "x"
}

package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"xbench/compare"
)

// recommended words what the contests come to, kind by kind of work. Nothing
// is known here of what should win.
func (v *View) recommended(in []compare.Recommendation) []string {
	var out []string
	for _, r := range in {
		out = append(out, clean(r.Implementation)+", "+clean(subject(r))+": "+clean(recommendation(r))+".")
	}
	for _, f := range v.Finals {
		if !f.Same {
			out = append(out, fmt.Sprintf("%s: %s does best with %s, %s with %s: best against best %s.", f.Scenario, v.Reference, f.Ref.Variant,
				f.Candidate, f.Cand.Variant, FormatInterval(f.Speedup)))
		}
	}
	return out
}

// subject is the kind of work, with its scenarios where it does not name them
// itself.
func subject(r compare.Recommendation) string {
	switch n := len(r.Scenarios); {
	case n == 1:
		return r.Scenarios[0]
	case n > 3:
		return fmt.Sprintf("%s, %d scenarios", r.Kind, n)
	}
	var labels []string
	for _, s := range r.Scenarios {
		labels = append(labels, scenarioLabel(s, r.Kind))
	}
	return r.Kind + ", " + list(labels, 3)
}

// recommendation is one kind's sentence: what to use, the numbers that say so,
// and by how much the others are slower.
func recommendation(r compare.Recommendation) string {
	var parts []string
	var use, rest []compare.Place
	for _, p := range r.Places {
		if r.Use(p) {
			use = append(use, p)
		} else {
			rest = append(rest, p)
		}
	}
	switch {
	case len(r.Places) == 0:
		parts = append(parts, "nothing could be compared")
	case len(r.Places) == 1:
		parts = append(parts, "only "+r.Places[0].Variant+" could be measured")
	default:
		parts = append(parts, front(use, rest, len(r.Scenarios)))
		if len(use) == 1 {
			parts = append(parts, reasons(use[0], rest)...)
		}
	}
	for _, p := range rest {
		parts = append(parts, behind(p, len(r.Scenarios)))
	}
	var left []string
	for _, l := range r.Left {
		left = append(left, l.Variant+" ("+shorten(l.Why, 80)+")")
	}
	if len(left) > 0 {
		parts = append(parts, "not compared: "+list(left, 5))
	}
	return strings.Join(parts, "; ")
}

// front says which to use: the fastest, and those that the data does not tell
// from it.
func front(use, rest []compare.Place, scenarios int) string {
	var equal, open []string
	within, upTo := 0.0, 0.0
	for _, p := range use {
		if p.Equal {
			equal, within = append(equal, p.Variant), max(within, p.Within)
		} else {
			open, upTo = append(open, p.Variant), max(upTo, p.Within)
		}
	}
	if len(use) == 0 {
		return "every variant is slower than the best somewhere, or was not compared throughout"
	}
	if len(use) == 1 {
		elsewhere := slices.DeleteFunc(slices.Clone(rest), func(p compare.Place) bool { return p.Slower == p.Of })
		switch {
		case use[0].Best == scenarios && len(elsewhere) == 0:
			return use[0].Variant + " is the fastest"
		case use[0].Best == scenarios:
			return use[0].Variant + " came out first"
		}
		return use[0].Variant + " is the fastest or " + tie(use[0]) + " it"
	}
	switch {
	case len(open) == 0:
		return list(equal, 9) + " are tied (within " + FormatPercent(within) + ")"
	case len(equal) == 0:
		return list(open, 9) + " are not told apart" + differ(upTo)
	case len(equal) == 1:
		return equal[0] + " came out first, not told apart from " + list(open, 9) + differ(upTo)
	}
	verb := "are"
	if len(open) == 1 {
		verb = "is"
	}
	return list(equal, 9) + " are tied (within " + FormatPercent(within) + "), " + list(open, 9) + " " + verb + " not told apart from them" + differ(upTo)
}

// differ says how much may be between what was not told apart.
func differ(upTo float64) string {
	if math.IsInf(upTo, 1) {
		return " (too few rounds)"
	}
	if upTo >= 99 { // formatDifference has no upper end for it
		return " (too noisy to tell)"
	}
	return " (at most " + formatDifference(upTo) + " either way)"
}

// tie is how a variant stands to the best where it is not proved slower: a tie
// is said only where the interval shows one, not where it holds 1 and much
// else.
func tie(p compare.Place) string {
	if p.Equal {
		return "tied (within 5%) with"
	}
	return "not told apart from"
}

// reasons are what was measured of the fastest besides its time.
func reasons(p compare.Place, rest []compare.Place) []string {
	var out []string
	if p.Efficiency > 0 {
		out = append(out, "it reaches "+FormatPercent(p.Efficiency)+" of the lower bound")
	}
	most := 0.0
	for _, o := range rest {
		if o.Cores == 0 {
			return out
		}
		most = max(most, o.Cores)
	}
	if len(rest) > 0 && p.Cores > max(1.3*most, 1.2) { // less than one core is a busy host's doing
		out = append(out, "it keeps "+formatCores(p.Cores)+" cores busy, the others at most "+formatCores(most))
	}
	return out
}

// behind words a variant that cannot be recommended throughout.
func behind(p compare.Place, scenarios int) string {
	where := ""
	switch {
	case p.Slower == 0:
		s := p.Variant + " is " + tie(p) + " the best"
		if !p.Equal {
			s += differ(p.Within)
		}
		return s + fmt.Sprintf(" where it could be compared (%d of %d)", p.Of, scenarios)
	case p.Slower < p.Of && p.Equal:
		where = fmt.Sprintf(" in %d of %d, tied (within 5%%) in the rest", p.Slower, p.Of)
	case p.Slower < p.Of:
		where = fmt.Sprintf(" in %d of %d, not told apart in the rest", p.Slower, p.Of)
	case p.Of < scenarios:
		where = fmt.Sprintf(" where it could be compared (%d of %d)", p.Of, scenarios)
	}
	return p.Variant + " takes " + longerText(p) + where
}

// longerText is how many times as long a variant takes as the best.
func longerText(p compare.Place) string {
	stepped := p.Ratio.Lo <= math.Nextafter(1, 2)
	times, bounds, _ := strings.Cut(timesAsLong(p.Ratio, stepped), " ")
	if p.Slower > 1 && FormatRatio(p.Low) != FormatRatio(p.High) {
		times = FormatRatio(p.Low) + " to " + FormatRatio(p.High)
	}
	return strings.TrimSpace(strings.ReplaceAll(times, "x", "") + " times as long " + bounds)
}

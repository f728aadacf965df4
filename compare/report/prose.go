package report

import (
	"fmt"
	"slices"
	"strings"

	"xbench/compare"
)

// Sentences that stand in more than one output, in plain text: each output
// escapes them as it needs. They say how a table is to be read, and must not
// say it differently in two files of one run.

const (
	// unplannedText qualifies goals that were chosen after the run.
	unplannedText = "These goals were not the run's own plan. Choosing goals after seeing the data proves nothing, so no goal can make the exit code 0."

	meansText = "The geometric mean is the one that goals are about: it does not depend on which side is the reference. " +
		"The arithmetic mean of ratios and the ratio of total times are shown to be checked against it, never claimed."

	noMeanText = "There is no mean: a row of every group is not valid."

	variantsText = "The others are compared with it within each round: " +
		"= marks a tie, shown to be within 5% of it; ? one that is not told apart from it; one without a mark is proved slower. " +
		"All comparisons of a line hold together at 95%, the choice of the fastest included. " +
		"The lower bound is what no schedule can beat; efficiency is that bound over the best time."

	finalsText = "Described, not part of any goal: both bests were chosen by the same data, and the 95% interval is that of the two named."

	scalingText = "Rows that differ in one knob, all else being equal. Estimates are made round by round; intervals are 95% t intervals over rounds."

	crossingText = "From which size on another way of running the same work is faster, for one implementation. " +
		"Differences are taken within a round, though other rows run between the two; \"slower\" and \"faster\" are proved by the 95% t interval over rounds at each size. " +
		"The size at which both take as long is interpolated between two sizes; its interval holds every size at which the two are not proved to differ, whether straight lines are drawn through times or through their logarithms. " +
		"Sizes closer together make it narrower. There is an estimate only where one way is proved faster at one end and the other at the other."

	alikeText = "Nothing was found, in what the sides say of themselves or in what their processes did, that would explain a part of the speedup."

	tailsText = "The speedup is one of typical times, which a rare long pause does not move. The ratio of mean times has the pauses in it, and p99 is the sample " +
		"that 99% do not exceed (of fewer than 100 samples the longest). All samples of a side are pooled; a sample is the mean of its iterations. Described, not judged."

	newRunText = "Rounds that are needed are those of a new run, planned with so many beyond these: records are not added up, and a plan is not extended. " +
		"An estimate from few rounds is rough."
)

// growthTerms are the words of a table of how times grow.
var growthTerms = [][2]string{
	{"linear", "a fixed cost and so much for each; no point is proved to be off that by more than 5%, and none is off by more than 15%. That is no power law, but its exponent nears 1 where the fixed cost no longer counts."},
	{"does not grow", "the whole interval of the exponent holds 0 and is within 0.2 of it."},
	{"exponent", "the slope of log time on log value. Where the exponents between neighbouring values differ by more than the rounds vary, there is no one exponent: two local ones are given, those of the first and the last pair of values, or of the pair that is furthest off."},
	{"doubtful", "the first and the last pair are more than 0.3 apart, but the rounds vary too much to prove it: add rounds."},
	{"one more costs", "the difference quotient between the two largest values; it assumes no law."},
	{"speedup", "its exponent is the reference's less the candidate's: above 0 the gap widens."},
}

// marksText says how the marks of the table of results are to be read.
func (v *View) marksText() string {
	switch {
	case v.Reference == "" && v.Apart != nil:
		return v.timesOf() + " Intervals are 95% t intervals over processes, and know nothing of another session."
	case v.Reference == "":
		return v.timesOf() + " Intervals are 95% t intervals over rounds."
	case !v.hasSpeedup():
		return v.timesOf() + " Marks: ? too few rounds to say; ! not valid."
	}
	return "Marks, by the whole interval: ✓ 2x or more; modest: between 1x and 2x; faster, how much is open: from below 2x to above it; ≈ about equal: touches the tolerance around 1x and ends within 20% of it; ✗ slower, or a goal missed; ? too few rounds, too wide an interval around 1x to say, or a goal that is not settled; ! not valid. " +
		"Where the sides kept more than half as many cores busy again, the mark says so, reference first. " +
		v.expectedText() + v.timesOf() + v.intervalText()
}

// intervalText says what intervals of speedups stand for.
func (v *View) intervalText() string {
	if v.Apart != nil {
		return fmt.Sprintf(" Intervals of speedups hold at 95%% if sessions differ by the assumed %s.", FormatPercent(v.Apart.Spread))
	}
	return " Intervals of speedups hold at 95% with every look counted."
}

// claimText says what may be quoted of the table.
func (v *View) claimText() string {
	if v.Apart != nil && !v.Apart.Accepted {
		return " None of it proves a claim: the sides were not measured in turns."
	}
	return " You can claim the lower end of an interval that lies above 1x."
}

// expectedText says what the column "expected" holds, where it holds anything.
func (v *View) expectedText() string {
	if !slices.ContainsFunc(v.Rows, func(r Row) bool { return r.Expected > 0 }) {
		return ""
	}
	return "Expected is the speedup that the suite stated before anything was measured; no verdict goes by it. "
}

// describedTexts say what verdicts about variation and spread stand for.
func (v *View) describedTexts() []string {
	var out []string
	if v.Apart == nil && slices.ContainsFunc(v.Goals, func(g compare.Goal) bool { return g.Consistency > 0 }) {
		out = append(out, "Of a goal about variation from round to round PASS describes this run: no category has varied as much. "+
			"FAIL needs more than chance makes of the allowed variation in 2.5% of runs.")
	}
	if slices.ContainsFunc(v.Goals, func(g compare.Goal) bool { return g.Spread > 0 }) {
		out = append(out, "Goals about the spread of categories describe this run.")
	}
	return out
}

// openTexts say why goals that do not count are not met; the reasons of those
// that do are on top.
func (v *View) openTexts() []string {
	var open []string
	var absent []compare.Goal
	for _, g := range v.Goals {
		switch {
		case g.Gated || g.Reason == "" || g.Verdict == compare.Pass:
		case g.Verdict == compare.NotEvaluated:
			absent = append(absent, g)
		default:
			open = append(open, fmt.Sprintf("%s: %s%s: %s", g.Verdict, v.of(g.Candidate), claimText(g), g.Reason))
		}
	}
	for _, same := range byReason(absent) {
		var claims []string
		for _, g := range same {
			claims = append(claims, v.of(g.Candidate)+claimText(g))
		}
		open = append(open, fmt.Sprintf("%s: %s: %s", compare.NotEvaluated, strings.Join(claims, "; "), same[0].Reason))
	}
	return open
}

// spreadTexts say how far the categories' speedups are apart.
func (v *View) spreadTexts() []string {
	var out []string
	for _, candidate := range v.Candidates {
		var ratios []float64
		for _, c := range v.Categories {
			if c.Candidate == candidate && FormatRatio(c.Geometric.Ratio) != none {
				ratios = append(ratios, c.Geometric.Ratio)
			}
		}
		if len(ratios) < 2 {
			continue
		}
		lead := "The"
		if of := v.of(candidate); of != "" {
			lead = of + "the"
		}
		linear, log := compare.Spread(ratios)
		out = append(out, fmt.Sprintf("%s speedups of the %d categories vary by %s (standard deviation over mean), on the log scale by %s.",
			lead, len(ratios), FormatPercent(linear), FormatPercent(log)))
	}
	return out
}

// title is what the report is about, "Performance of go against python".
func (v *View) title() string {
	if v.Apart != nil && v.Apart.Baseline {
		return fmt.Sprintf("%s, %s against %s", v.Apart.Of, list(v.Candidates, 1), v.Reference)
	}
	s := "Performance of " + list(v.Candidates, 5)
	if v.Reference != "" {
		s += " against " + v.Reference
	}
	return s
}

// ranText says what the columns of the table of sides hold.
func (v *View) ranText() string {
	s := "Cores are the mean over benchmarks, memory and start-up the median, children included."
	switch {
	case v.Commands:
	case v.hasSpeedup():
		s += " Start-up is from launch to ready and is in no ratio but that of first results."
	default:
		s += " Start-up is from launch to ready and is in no time of an iteration."
	}
	if slices.ContainsFunc(v.Sides, func(s Side) bool { return s.RSSAtMost }) {
		s += " A peak is at most what it says where a program stayed below xbench itself: the system does not show it then."
	}
	return s
}

// effortText says what the ratios by the clock, by CPU time and by memory are.
func (v *View) effortText() string {
	s := "Geometric means of reference over candidate, all over the same rows: where a row lacks a figure there is no mean of it."
	if !v.Commands {
		s += " The first result after a launch is start-up, prepare and the first call; it is never part of the ratio by the clock, and its interval is a plain 95% t interval over rounds, which no goal is about."
	}
	return s
}

// whereText says what the command to measure again does not hold.
func (v *View) whereText() string {
	switch {
	case v.Demo:
		return ", on this host or another"
	case v.typed:
		return ", in the directory where it was run"
	}
	return ", in the directory of the configuration file"
}

// weightText says what the weights of differences between the sides mean.
const weightText = "Serious: the ratio is probably not about what it seems to be about. The others are to be said beside it; remarks are for completeness. " +
	"Where a difference is about benchmarks, its values are those of the one that shows it most clearly."

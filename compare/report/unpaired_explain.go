package report

import (
	"fmt"
	"math"
	"strconv"

	"xbench/compare"
	"xbench/harness/record"
)

// apart prints the arithmetic of sides that were not measured in turns.
func (x *explainer) apart(e compare.Explanation) {
	g, ref, cand := e.Apart, clean(e.Reference), clean(e.Candidate)
	why := "other tools measured the sides"
	if g.Why == record.UnpairedBaseline {
		why = "the sides are two runs"
	}
	x.text("APART", "%s, not in turns: d = mean ln %s - mean ln %s, and no rounds", why, ref, cand)
	x.line("")
	x.launches(g.Launches)
	x.sides(e)
	if len(e.Tests) == 0 {
		x.text("NO DATA", "of one side; there is nothing to compare")
		return
	}
	tau := strconv.FormatFloat(g.Spread, 'g', -1, 64)
	x.text("SPREAD", "tau = %s, assumed of either side: as much as another session would have moved all of it", tau)
	x.text("", "SE = root(se_%s^2 + se_%s^2 + 2 * %s^2) = %s", ref, cand, tau, log7(g.SE))
	x.text("", "df = SE^4 / (se_%s^4 / df_%s + se_%s^4 / df_%s) (Welch: what is assumed is known, and has no part in the denominator), rounded down and at most %d: %d",
		ref, ref, cand, cand, g.MostDF, g.DF)
	x.text("", "d = %s - %s = %s", log8(g.Reference.Mean), log8(g.Candidate.Mean), log8(g.D))
	x.line("")
	for _, t := range e.Tests {
		x.testApart(e, t)
	}
	x.end(e)
}

// launches lists the processes of a row.
func (x *explainer) launches(in []compare.ExplainedLaunch) {
	if len(in) == 0 {
		return
	}
	x.text("PROCESSES", "each the median of its samples' logs; ns for one iteration")
	var rows [][]string
	for _, l := range in {
		rows = append(rows, []string{shorten(clean(l.Implementation), 20), strconv.Itoa(l.Process), digits10(l.NS), log8(l.Log)})
	}
	x.table([]string{"<side", "process", "ns", "ln"}, rows)
	x.line("")
}

// sides prints what either side's processes say of its mean.
func (x *explainer) sides(e compare.Explanation) {
	g := e.Apart
	x.text("SIDES", "se = factor * sd / root n, with n - 1 df; sd and n of the processes' logs, and factor 2.5 for 2 of them, 1.2 below 8, else 1")
	x.text("", "of a single process sd and n are its samples' logs, and factor root(pi/2) = 1.2533 for their median; of one value nothing is known, and se is 0")
	number := func(v float64, n int) string {
		if n == 0 {
			return none
		}
		return log7(v)
	}
	line := func(row, side string, m compare.ExplainedMean) []string {
		factor, n, df := none, none, none
		if m.N > 0 {
			factor, n = trimZeros(fixed(m.Factor, 4)), strconv.Itoa(m.N)
		}
		if m.DF > 0 {
			df = strconv.Itoa(m.DF)
		}
		return []string{row, side, strconv.Itoa(m.Processes), strconv.Itoa(m.Samples), log8(m.Mean), number(m.SD, m.N), factor, n, log7(m.SE), df}
	}
	var rows [][]string
	for _, r := range g.Rows {
		name := ""
		if e.Mean {
			name = shorten(clean(r.Row), 24)
		}
		rows = append(rows, line(name, clean(e.Reference), r.Reference), line("", clean(e.Candidate), r.Candidate))
	}
	x.table([]string{"<", "<side", "processes", "samples", "mean ln", "sd", "factor", "n", "se", "df"}, rows)
	if e.Mean {
		x.text("", "over %s: the mean of their means and of their se, which is right if the rows are wrong together and too wide otherwise, and the smallest df:", plural(len(g.Rows), "row"))
		x.table([]string{"<", "<side", "processes", "samples", "mean ln", "sd", "factor", "n", "se", "df"},
			[][]string{line("", clean(e.Reference), g.Reference), line("", clean(e.Candidate), g.Candidate)})
	}
	x.line("")
}

// testApart is a claim put to the one look there is.
func (x *explainer) testApart(e compare.Explanation, t compare.ExplainedTest) {
	if t.Goal == nil {
		x.text("GOAL", "none: the interval stands for itself")
	} else {
		x.text("GOAL", "%s%s", clean(t.Goal.Claim), notGated(t))
		x.text("", "%s: threshold %s = %s, as a ratio %s", need(t), thresholdText(t), log7(t.LogThreshold), trimZeros(formatSig(t.Threshold, 5)))
	}
	x.text("", "alpha = %v, half in each tail, and one look. PASS: tail = alpha / 2. FAIL: tail = alpha / (2 G B), G = %s, B = %s%s",
		e.Alpha, plural(t.G, "gated test"), plural(t.B, "row"), holm(t))
	answer := func(yes bool, verdict compare.Verdict) string {
		switch {
		case t.Goal == nil:
			return ""
		case yes:
			return "yes: " + string(verdict)
		}
		return "no"
	}
	var rows [][]string
	for _, l := range t.Looks {
		rows = append(rows,
			[]string{"PASS", strconv.Itoa(l.DF), sig(l.PassTail, 6), fixed(l.PassT, 5), fixed(l.PassHalf, 5), "d - h", fixed(l.Lo, 5), lookRatio(math.Exp(l.Lo)), answer(l.Lo >= t.LogThreshold, compare.Pass)},
			[]string{"FAIL", strconv.Itoa(l.DF), sig(l.FailTail, 6), fixed(l.FailT, 5), fixed(l.FailHalf, 5), "d + h", fixed(l.Hi, 5), lookRatio(math.Exp(l.Hi)), answer(l.Hi < t.LogThreshold, compare.Fail)})
	}
	question := ""
	if t.Goal != nil {
		question = fmt.Sprintf("<PASS: >=, FAIL: < %s?", fixed(t.LogThreshold, 5))
	}
	x.table([]string{"<", "df", "tail", "t", "h = t SE", "<end", "", "ratio", question}, rows)
	x.line("")
	x.outcomeApart(t)
}

func (x *explainer) outcomeApart(t compare.ExplainedTest) {
	i := t.Interval
	x.text("INTERVAL", "d - h = %s, d + h = %s: %sx to %sx, estimate exp(d) = %sx", fixed(i.LogLo, 5), fixed(i.LogHi, 5), formatSig(i.Lo, 4), formatSig(i.Hi, 4), formatSig(i.Ratio, 4))
	claim := ""
	if t.Claim > 0 && t.Verdict != compare.Fail {
		claim = "; you can claim at least " + FormatRatio(t.Claim) + " (the lower end, rounded down)"
	}
	switch {
	case t.Goal == nil:
		x.text("VERDICT", "none was asked for%s", claim)
	case t.Capped != "":
		x.text("VERDICT", "%s: %s", compare.Inconclusive, t.Capped)
	default:
		x.text("VERDICT", "%s%s", t.Verdict, claim)
	}
	if t.Tally != nil && t.Members > 1 {
		x.text("", "rows of this goal: %s", tally(*t.Tally))
	}
}

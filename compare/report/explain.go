package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"xbench/compare"
)

// explainWidth is the width of an explanation. It is a document to work
// through, not a live table, so that it does not follow the terminal.
const explainWidth = 100

// Explain prints how verdicts came about, number by number, so that each can
// be worked out again with a pocket calculator and a table of Student's t.
func Explain(w io.Writer, es []compare.Explanation) error {
	x := &explainer{}
	for i, e := range es {
		if i > 0 {
			x.line("")
		}
		x.explain(e)
	}
	_, err := io.WriteString(w, x.b.String())
	return err
}

// ExplainJSON writes the same for programs.
func ExplainJSON(w io.Writer, es []compare.Explanation) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(es)
}

type explainer struct {
	b strings.Builder
}

// line prints one line, which numbers of the caller's choosing never make
// longer than the width.
func (x *explainer) line(format string, args ...any) {
	x.b.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

// margin is as wide as the words that sections begin with.
const margin = 10

// text prints a word in the margin and wrapped text beside it.
func (x *explainer) text(word, format string, args ...any) {
	for _, l := range wrap(fmt.Sprintf(format, args...), explainWidth-margin) {
		x.line("%-*s%s", margin, word, l)
		word = ""
	}
}

func (x *explainer) table(headings []string, rows [][]string) {
	g := grid{indent: 2}
	for _, h := range headings {
		name, left := strings.CutPrefix(h, "<")
		g.columns = append(g.columns, column{right: !left})
		if len(g.lines) == 0 {
			g.add()
		}
		g.lines[0].cells = append(g.lines[0].cells, text{s: name})
	}
	for _, r := range rows {
		var cells []text
		for _, s := range r {
			cells = append(cells, text{s: s})
		}
		g.add(cells...)
	}
	g.write(&x.b, explainWidth, false)
}

func (x *explainer) explain(e compare.Explanation) {
	x.line("%s: %s against %s", clean(e.Subject), clean(e.Candidate), clean(e.Reference))
	if len(e.Failures) > 0 {
		x.text("INVALID", "times of different work have no ratio")
		for _, f := range e.Failures {
			x.text("", "%s", clean(f))
		}
		return
	}
	x.line("")
	if e.Apart != nil {
		x.apart(e)
		return
	}
	x.rounds(e)
	if len(e.Looks) == 0 {
		x.text("NO LOOK", "%s. %s", plural(len(e.Rounds), "round"), noLookYet(e))
		return
	}
	x.looks(e)
	for _, t := range e.Tests {
		x.test(e, t)
	}
	x.end(e)
}

func noLookYet(e compare.Explanation) string {
	for _, t := range e.Tests {
		if len(t.Looks) > 0 {
			return fmt.Sprintf("The first planned look is after round %d, and nothing is decided before it.", t.Looks[0].N)
		}
	}
	return "Two rounds make no interval: a plan of at least 3 has a look."
}

// rounds prints the series. Times have ten digits and logs eight decimals, one
// more than what is computed from them.
func (x *explainer) rounds(e compare.Explanation) {
	if e.Mean {
		x.text("ROUNDS", "d = mean of the log speedups of %s in that round; --explain ROW shows those of a row", plural(len(e.Rows), "row"))
		var rows [][]string
		for _, r := range e.Rounds {
			rows = append(rows, []string{strconv.Itoa(r.Round), log8(r.Sum), log8(r.D)})
		}
		x.table([]string{"round", "sum", "d = sum/" + strconv.Itoa(len(e.Rows))}, rows)
		x.line("")
		return
	}
	ref, cand := clean(e.Sides[0].Name), clean(e.Sides[1].Name)
	x.text("ROUNDS", "d = ln %s - ln %s, of one process each: the median of its samples' logs", ref, cand)
	x.text("", "%s; %s; ns for one iteration", sideWork(e.Sides[0]), sideWork(e.Sides[1]))
	var rows [][]string
	for _, r := range e.Rounds {
		rows = append(rows, []string{strconv.Itoa(r.Round), digits10(r.RefNS), log8(r.RefLog), digits10(r.CandNS), log8(r.CandLog), log8(r.D), shorten(clean(r.Nonce), 20)})
	}
	x.table([]string{"round", shorten(ref, 14), "ln", shorten(cand, 14), "ln", "d", "<nonce"}, rows)
	x.line("")
}

func sideWork(s compare.ExplainedSide) string {
	return fmt.Sprintf("%s: m = %s of k = %d", clean(s.Name), plural(s.Samples, "sample"), s.Iterations)
}

// looks prints the spread at each look that was reached.
func (x *explainer) looks(e compare.Explanation) {
	x.text("SPREAD", "s = factor * max(sd, floor), of the first n rounds; sd = root(sum((d - mean)^2) / (n - 1))")
	x.text("", "floor: 0.05 below 5 rounds, else 0.01; factor: 1.2 below 8 rounds, from then on")
	x.text("", "root((1 + rho) / (1 - rho)), rho = lag-1 + 1/n, at least 0 and at most 0.8,")
	x.text("", "lag-1 = sum((d_r - mean) (d_r-1 - mean)) / sum((d_r - mean)^2)")
	var rows [][]string
	for _, l := range e.Looks {
		lag, rho := none, none
		if l.N >= 8 {
			lag, rho = fixed(l.Lag1, 5), fixed(l.Rho, 5)
		}
		rows = append(rows, []string{strconv.Itoa(l.N), log7(l.Mean), log7(l.SD), strconv.FormatFloat(l.Floor, 'f', 2, 64), lag, rho, fixed(l.Factor, 5), log7(l.S), log7(l.SE)})
	}
	x.table([]string{"n", "mean", "sd", "floor", "lag-1", "rho", "factor", "s", "s/root n"}, rows)
	x.line("")
}

// test prints a claim: its threshold and levels, both sides of every look, and
// what came of them.
func (x *explainer) test(e compare.Explanation, t compare.ExplainedTest) {
	if t.Goal == nil {
		x.text("GOAL", "none: the interval stands for itself")
	} else {
		x.text("GOAL", "%s%s", clean(t.Goal.Claim), notGated(t))
		x.text("", "%s: threshold %s = %s, as a ratio %s", need(t), thresholdText(t), log7(t.LogThreshold), trimZeros(formatSig(t.Threshold, 5)))
	}
	x.text("", "alpha = %v, of which a look uses its share w, half in each tail:", e.Alpha)
	x.text("", "PASS: tail = alpha w / 2. FAIL: tail = alpha w / (2 G B), G = %s, B = %s%s", plural(t.G, "gated test"), plural(t.B, "row"), holm(t))
	x.text("", "t leaves the tail above it, with df = n - 1")
	x.side("PASS", "mean - h", ">=", e, t, func(l compare.TestedLook) (tail, q, half, end float64) { return l.PassTail, l.PassT, l.PassHalf, l.Lo })
	x.side("FAIL", "mean + h", "<", e, t, func(l compare.TestedLook) (tail, q, half, end float64) { return l.FailTail, l.FailT, l.FailHalf, l.Hi })
	x.line("")
	x.outcome(e, t)
}

func notGated(t compare.ExplainedTest) string {
	if t.Gated {
		return ""
	}
	return " (" + t.Goal.Level + ", not part of the verdict)"
}

func need(t compare.ExplainedTest) string {
	g := t.Goal
	switch {
	case g.Each > 0 && g.Tolerance > 0:
		return "each row >= " + shortRatio(g.Each) + " less " + FormatPercent(g.Tolerance)
	case g.Each > 0:
		return "each row >= " + shortRatio(g.Each)
	}
	return "mean >= " + shortRatio(g.Speedup)
}

func thresholdText(t compare.ExplainedTest) string {
	g := t.Goal
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	switch {
	case g.Each > 0 && g.Tolerance > 0:
		return "ln " + number(g.Each) + " - ln " + number(roundSig(1+g.Tolerance, 12))
	case g.Each > 0:
		return "ln " + number(g.Each)
	}
	return "ln " + number(g.Speedup)
}

func holm(t compare.ExplainedTest) string {
	if t.B == t.Members {
		return ""
	}
	return fmt.Sprintf(": those of %d that Holm's procedure had left", t.Members)
}

// side prints the looks of one direction.
func (x *explainer) side(name, end, sign string, e compare.Explanation, t compare.ExplainedTest, of func(compare.TestedLook) (tail, q, half, end float64)) {
	question := ""
	if t.Goal != nil {
		question = sign + " " + log7(t.LogThreshold)
	}
	var rows [][]string
	for _, l := range t.Looks {
		tail, q, half, value := of(l)
		row := []string{"", strconv.Itoa(l.N), strconv.Itoa(l.DF), percentShare(l.Share), sig(tail, 6), fixed(q, 5), none, none, none, ""}
		if l.Reached {
			row[6], row[7], row[8] = fixed(half, 5), fixed(value, 5), lookRatio(math.Exp(value))
			row[9] = x.answer(name, l, t)
		}
		rows = append(rows, row)
	}
	x.table([]string{name, "n", "df", "w", "tail", "t", "h = t s/root n", end, "ratio", "<" + question}, rows)
}

// lookRatio is the end of one look as a ratio. That of a first look is often
// no number that anyone needs.
func lookRatio(v float64) string {
	switch {
	case v < 0.001:
		return "<0.001"
	case v >= 9999.5:
		return ">9999"
	}
	return formatSig(v, 4)
}

// answer says whether a look decided, in one direction.
func (x *explainer) answer(side string, l compare.TestedLook, t compare.ExplainedTest) string {
	switch {
	case t.Goal == nil:
		return ""
	case t.DecidedAt > 0 && l.N > t.DecidedAt:
		return "decided before"
	case l.Decided == compare.Verdict(side):
		return "yes: " + side
	}
	return "no"
}

// outcome prints the interval, whether measuring was given up, the verdict and
// what it allows to be claimed.
func (x *explainer) outcome(e compare.Explanation, t compare.ExplainedTest) {
	i := t.Interval
	x.text("INTERVAL", "largest mean - h = %s, smallest mean + h = %s: %sx to %sx", fixed(i.LogLo, 5), fixed(i.LogHi, 5), formatSig(i.Lo, 4), formatSig(i.Hi, 4))
	x.text("", "estimate: exp(mean d of all %s) = %sx", plural(len(e.Rounds), "round"), formatSig(i.Ratio, 4))
	if i.Clamped {
		x.text("", "a later look contradicts an earlier one: the ends stop at each other, and nothing that was decided is taken back")
	}
	x.forecasts(e, t)
	if t.Goal == nil {
		x.text("VERDICT", "none was asked for; you can claim at least %s (the lower end, rounded down)", FormatRatio(t.Claim))
		return
	}
	verdict := string(t.Verdict)
	if t.DecidedAt > 0 {
		verdict += fmt.Sprintf(", decided at the look after round %d", t.DecidedAt)
	}
	if t.Claim > 0 && t.Verdict != compare.Fail {
		verdict += "; you can claim at least " + FormatRatio(t.Claim) + " (the lower end, rounded down)"
	}
	x.text("VERDICT", "%s", verdict)
	if t.Tally != nil && t.Members > 1 {
		x.text("", "rows of this goal: %s", tally(*t.Tally))
	}
	x.more(e, t)
}

func tally(c compare.Tally) string {
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{{c.Pass, "PASS"}, {c.Fail, "FAIL"}, {c.Open, "open"}, {c.Invalid, "INVALID"}} {
		if p.n > 0 {
			parts = append(parts, strconv.Itoa(p.n)+" "+p.word)
		}
	}
	return strings.Join(parts, ", ")
}

// forecasts print whether a look gave up.
func (x *explainer) forecasts(e compare.Explanation, t compare.ExplainedTest) {
	if len(t.Forecasts) == 0 {
		return
	}
	x.text("GIVE UP?", "from 8 rounds on, a look gives up when it expects less than 0.1 of the last one, at round %d:", e.RMax)
	x.text("", "T((D - c_pass S) / q) + T((-D - c_fail S) / q), T: Student's t below, df = n - 1; D = mean - threshold, "+
		"S = s/root %d, q = s root(1/n - 1/%d), c: the last t of PASS and of FAIL", e.RMax, e.RMax)
	var rows [][]string
	for _, f := range t.Forecasts {
		answer := "go on"
		if f.GaveUp {
			answer = "give up"
		}
		rows = append(rows, []string{strconv.Itoa(f.N), log7(f.Distance), log7(f.Step), log7(f.Q), fixed(f.PassT, 5), fixed(f.FailT, 5),
			fixed(f.Above, 4) + " + " + fixed(f.Below, 4), fixed(f.Probability, 4), answer})
	}
	x.table([]string{"n", "D", "S", "q", "c_pass", "c_fail", "T(.) + T(.)", "= probability", "<"}, rows)
}

// more says what an open claim would take.
func (x *explainer) more(e compare.Explanation, t compare.ExplainedTest) {
	n := t.Need
	switch {
	case t.Verdict != compare.Inconclusive || n == nil:
	case n.Rounds == 0:
		x.text("", "more than 45 rounds would be needed: the difference is too small for this host. |mean - threshold| is %s, "+
			"and what 45 rounds show nine times in ten is %s, or %s",
			fixed(n.Distance, 5), fixed(n.Reach*n.Spread/math.Sqrt(45), 5), FormatPercent(math.Expm1(n.Reach*n.Spread/math.Sqrt(45))))
	default:
		x.text("", "about %s more: the shortest plan that would show |mean - threshold| = %s nine times in ten has %d: "+
			"there t = %s, and (t + 1.28155 root(1 + t^2/(2 df))) s/root n = %s with s = %s. Start a new run with --rounds %d.",
			plural(max(n.Rounds-len(e.Rounds), 1), "round"), fixed(n.Distance, 5), n.Rounds, fixed(n.T, 5),
			fixed(n.Reach*n.Spread/math.Sqrt(float64(n.Rounds)), 5), fixed(n.Spread, 5), max(n.Rounds, len(e.Rounds)+1))
	}
}

// end says how the numbers are printed, and what was left out.
func (x *explainer) end(e compare.Explanation) {
	if e.Shown != nil && len(e.Tests) > 0 && e.Tests[0].Interval != nil && *e.Shown != *e.Tests[0].Interval {
		x.text("TABLES", "show %s: the upper end there is that of the largest gated goal that holds the row, or stops below a threshold that it missed",
			FormatInterval(compare.Interval{Ratio: e.Shown.Ratio, Lo: e.Shown.Lo, Hi: e.Shown.Hi}))
	}
	if e.Stopped != "" {
		x.text("STOPPED", "%s", stoppedText(e.Stopped))
	}
	for _, c := range e.Also {
		x.text("ALSO", "%q speaks of it and does not gate: --explain 'goal: %s'", clean(c), clean(c))
	}
	x.text("DIGITS", "rounded for print only: worked out from these, a last digit may differ by 1 or 2")
}

func log7(v float64) string { return fixed(v, 7) }
func log8(v float64) string { return fixed(v, 8) }

// fixed is a number with so many decimals, and no sign on what is zero.
func fixed(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
}

// digits10 is a time with ten significant digits.
func digits10(ns float64) string {
	return strconv.FormatFloat(ns, 'f', max(0, 9-exponent(max(ns, math.SmallestNonzeroFloat64))), 64)
}

// sig is a number with so many significant digits.
func sig(v float64, digits int) string { return strconv.FormatFloat(v, 'g', digits, 64) }

func percentShare(w float64) string { return trimZeros(fixed(100*w, 4)) + "%" }

// stoppedText says in words why a row was no longer measured.
func stoppedText(why string) string {
	switch why {
	case compare.StoppedDecided:
		return "decided: nothing that more rounds could show would change a verdict"
	case compare.StoppedFutile:
		return "given up: a verdict by the last planned round had become unlikely"
	case compare.StoppedRounds:
		return "the plan's end: it holds no more rounds"
	case compare.StoppedBudget:
		return "the budget's end"
	case compare.StoppedInterrupt:
		return "interrupted"
	case compare.StoppedInvalid:
		return "invalid: there is nothing left to compare"
	}
	return clean(why)
}

package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"xbench/compare"
	"xbench/harness/record"
)

// mark words what a row's result means, for a wide and for a narrow column.
// The sign is never alone: neither signs nor colours reach every reader.
func (r Row) mark(c Cell) (long, short string) {
	word := c.word()
	long, short = r.difference(c), r.brief(word)
	switch {
	case word == markMissed:
		long = joinMark("✗ goal missed", long)
	case word == markOpen:
		long = joinMark("? not settled", strings.TrimPrefix(long, "≈ "))
	case word == compare.MarkUnclear && c.Mark != word && c.Status == compare.Inconclusive:
		long = joinMark(long, "not settled")
	}
	if r.ShownOnly {
		long = joinMark(long, "shown only")
		switch {
		case c.rank() <= rankSlower:
			short = long
		case c.rank() == rankUnclear:
			short = joinMark(short, "shown only")
		default:
			short = "shown only"
		}
	}
	return joinMark(long, c.coresApart()), short
}

// The words of results beyond compare's marks.
const (
	markMissed = "missed" // a goal that gates
	markOpen   = "open"   // such a goal is not settled because of it
	markFaster = "faster" // from below 2x to above it
)

// word is a result in the one word that tables print and files hold: compare's
// mark, but what an interval too wide around 1x or a goal makes of it.
func (c Cell) word() string {
	switch {
	case c.invalid():
		return compare.MarkInvalid
	case c.Mark == compare.MarkSlower:
		return compare.MarkSlower
	case c.Status == compare.Fail:
		return markMissed
	case c.Mark == compare.MarkUnclear:
		return compare.MarkUnclear
	case c.Mark == compare.MarkEqual && c.vague():
		return compare.MarkUnclear
	case c.Status == compare.Inconclusive:
		return markOpen
	case c.Mark == compare.MarkModest && c.Speedup.Hi > 2:
		return markFaster
	}
	return c.Mark
}

// brief is a word with its sign.
func (r Row) brief(word string) string {
	switch word {
	case compare.MarkInvalid:
		return "! " + word
	case compare.MarkSlower, markMissed:
		return "✗ " + word
	case compare.MarkUnclear, markOpen:
		return "? " + word
	case compare.MarkEqual:
		if r.Waits {
			return "≈ waits"
		}
		return "≈ " + word
	case compare.MarkMeets:
		return ""
	}
	return word
}

// difference words what the interval alone says.
func (r Row) difference(c Cell) string {
	switch {
	case c.invalid():
		if len(c.Failures) > 0 {
			return "! invalid: " + failureWord(c.Failures[0].Kind)
		}
		return "! invalid"
	case c.Mark == compare.MarkSlower:
		return "✗ slower"
	case c.Mark == compare.MarkUnclear:
		return "? unclear: " + plural(c.Rounds, "round")
	case c.Mark == compare.MarkEqual && c.vague():
		return "? unclear: wide interval"
	case c.Mark == compare.MarkEqual && r.Waits:
		return "≈ the wait dominates"
	case c.Mark == compare.MarkEqual:
		return "≈ about equal"
	case c.Mark == compare.MarkModest && c.Speedup.Hi > 2:
		return "faster, how much is open"
	case c.Mark == compare.MarkModest:
		return "modest"
	}
	return ""
}

// vague is whether an interval around 1x is too wide to call two times equal.
func (c Cell) vague() bool { return c.Speedup.Hi > 1.2 || c.Speedup.Lo < 1/1.2 }

// coresApart words the cores that both sides kept busy where they differ by
// more than half: a speedup that comes from using more of the machine is
// another one. Rows that mostly wait keep none busy, and say nothing.
func (c Cell) coresApart() string {
	if c.invalid() || max(c.RefCores, c.CandCores) < 0.5 || apart(c.RefCores, c.CandCores) <= 1.5 {
		return ""
	}
	return "cores " + formatCores(c.RefCores) + " : " + formatCores(c.CandCores)
}

// sign is a mark without its words.
func sign(mark string) string {
	for _, s := range []string{"!", "✗", "?", "≈"} {
		if strings.HasPrefix(mark, s+" ") {
			return s
		}
	}
	return ""
}

func joinMark(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

// failureWord says in two words why a row is not data.
func failureWord(kind string) string {
	switch kind {
	case record.FailCrash:
		return "crashed"
	case record.FailTimeout:
		return "no answer in time"
	case record.FailProtocol:
		return "broke the protocol"
	case record.FailWork:
		return "reported an error"
	case record.FailDigest:
		return "different result"
	case record.FailCounter:
		return "different counters"
	case record.FailClock:
		return "impossible times"
	case record.FailUnsupported:
		return "not available"
	}
	return kind
}

// claimText is the goal in the user's words, or in ours when it has none.
func claimText(g compare.Goal) string {
	if g.Goal.Claim != "" {
		return g.Goal.Claim
	}
	over := g.Over
	if g.Suite != "" {
		over = g.Suite + " " + over
	}
	switch {
	case g.Speedup > 0:
		return fmt.Sprintf("mean of %s >= %s", over, shortRatio(g.Speedup))
	case g.Each > 0:
		return fmt.Sprintf("each of %s >= %s", over, shortRatio(g.Each))
	case g.Consistency > 0:
		return fmt.Sprintf("rounds of %s vary < %s", over, FormatPercent(g.Consistency))
	}
	return fmt.Sprintf("categories of %s differ < %s", over, FormatPercent(g.Spread))
}

// shortRatio is FormatRatio for numbers people chose: "2x" rather than
// "2.00x".
func shortRatio(x float64) string {
	if !(x > 0) || math.IsInf(x, 0) {
		return none
	}
	return trimZeros(formatSig(x, 3)) + "x"
}

// shortDuration is FormatDuration for times people chose: "5 ms".
func shortDuration(ns float64) string {
	number, unit, ok := strings.Cut(FormatDuration(ns), " ")
	if !ok {
		return "0 s"
	}
	return trimZeros(number) + " " + unit
}

// foundText is what was measured of a goal, in the goal's own terms.
func (v *View) foundText(g compare.Goal) string {
	if g.Verdict == compare.NotEvaluated || g.Found.Ratio == 0 || math.IsNaN(g.Found.Ratio) {
		return none
	}
	switch {
	case g.Speedup > 0 || g.Each > 0:
		return FormatInterval(v.foundOf(g))
	case g.Spread > 0 && g.FoundLog > 0:
		return FormatPercent(g.Found.Ratio) + " (log scale " + FormatPercent(g.FoundLog) + ")"
	}
	return FormatPercent(g.Found.Ratio)
}

// foundOf is what was found of a goal. Where that is one row, it is printed as
// the table prints the row, whose upper end may be the wider one: one thing, one
// interval. A FAIL is shown by the upper end that proved it.
func (v *View) foundOf(g compare.Goal) compare.Interval {
	if c, ok := v.rowOf(g); ok && g.Verdict != compare.Fail {
		return c.Speedup
	}
	return g.Found
}

// rowOf is the one row that a goal was decided by.
func (v *View) rowOf(g compare.Goal) (Cell, bool) {
	if g.Each == 0 && !(g.Speedup > 0 && g.Rows == 1) {
		return Cell{}, false
	}
	for _, r := range v.Rows {
		c, ok := r.cell(g.Candidate)
		if ok && !c.invalid() && (g.Each > 0 && r.Name == g.Worst || g.Each == 0 && inGoal(g, r)) {
			return c, c.Speedup.Lo > 0 && c.Speedup.Lo == g.Found.Lo
		}
	}
	return Cell{}, false
}

// otherUpperEnds is whether a goal shows another interval of a row than the
// table does.
func (v *View) otherUpperEnds() bool {
	return slices.ContainsFunc(v.Goals, func(g compare.Goal) bool {
		c, ok := v.rowOf(g)
		return ok && FormatInterval(c.Speedup) != FormatInterval(v.foundOf(g))
	})
}

// claimFrom names the row that a claim over every row comes from, where that is
// another than the one that is said to be the worst: the smallest lower end
// need not be the smallest ratio's.
func (v *View) claimFrom(g compare.Goal) string {
	lowest, from := math.Inf(1), ""
	for _, r := range v.Rows {
		if c, ok := r.cell(g.Candidate); ok && g.Each > 0 && inGoal(g, r) && !c.invalid() && c.Speedup.Lo < lowest {
			lowest, from = c.Speedup.Lo, r.Name
		}
	}
	if from == g.Worst {
		return ""
	}
	return from
}

// atLeast is the largest claim the data proves, or nothing: below 1x there is
// no speedup to claim.
func atLeast(claim float64) string {
	if !(claim >= 1) || math.IsInf(claim, 0) {
		return ""
	}
	if claim > mostRatio {
		return "more than " + shortRatio(mostRatio)
	}
	return "at least " + FormatRatio(claim)
}

// claimable is what may be claimed from a goal: a speedup, or for one that no
// row is slower, by how much the slowest may still be.
func claimable(g compare.Goal) string {
	if g.Each == 1 && g.Claim > 0 && g.Claim < 1 {
		if g.Verdict != compare.Pass && g.Verdict != compare.Inconclusive {
			return ""
		}
		slower := outward(100*(1/g.Claim-1), 2, math.Ceil) / 100
		switch {
		case 1/g.Claim > mostRatio:
			return ""
		case slower >= 1:
			return "at most " + trimZeros(formatSig(outward(1/g.Claim, 2, math.Ceil), 2)) + " times as long"
		}
		return "at most " + FormatPercent(slower) + " slower"
	}
	return atLeast(g.Claim)
}

// fairText says what a mean's speedup was bought with.
func (v *View) fairText(m compare.Mean) string {
	s := v.clockText(m)
	if memory := rssText(m.RSS, m.RSSAtLeast, m.RSSAtMost); memory != none {
		s += ", " + memory + " by peak memory"
	}
	return s
}

// boughtWith is fairText for people who meet it for the first time.
func (v *View) boughtWith(m compare.Mean) string {
	s := v.clockText(m)
	if memory := rssText(m.RSS, m.RSSAtLeast, m.RSSAtMost); memory != none {
		s += fmt.Sprintf("; at its peak %s held %s the memory of %s", v.Reference, memory, m.Candidate)
	}
	return s
}

// clockText is a mean with the cores it took, by the clock and by CPU time.
func (v *View) clockText(m compare.Mean) string {
	s := fmt.Sprintf("%s used %s cores, %s %s: %s by the clock", v.Reference, formatCores(v.coresOf(v.Reference)),
		m.Candidate, formatCores(v.coresOf(m.Candidate)), FormatRatio(m.Geometric.Ratio))
	if FormatRatio(m.CPU) != none {
		s += ", " + FormatRatio(m.CPU) + " by CPU time"
	}
	return s
}

// heaviestText names the row that a mean hangs on, where it does: without it
// the mean is another by more than a quarter.
func heaviestText(m compare.Mean) string {
	if m.Heaviest == "" || apart(m.WithoutHeaviest, m.Geometric.Ratio) <= 1.25 {
		return ""
	}
	return fmt.Sprintf("; without %s it is %s", m.Heaviest, FormatRatio(m.WithoutHeaviest))
}

func (v *View) coresOf(implementation string) float64 {
	for _, s := range v.Sides {
		if s.Name == implementation {
			return s.Cores
		}
	}
	return 0
}

// disagree is whether the three means say different things: more than a factor
// of 2 apart.
func disagree(m compare.Mean) bool {
	return apart(m.Arithmetic, m.Geometric.Ratio) > 2 || apart(m.TotalTime, m.Geometric.Ratio) > 2 ||
		apart(m.Arithmetic, m.TotalTime) > 2 && m.Geometric.Ratio > 0
}

// apart is the factor between two positive numbers, 1 when one is unknown.
func apart(a, b float64) float64 {
	if !(a > 0) || !(b > 0) || math.IsInf(a, 0) || math.IsInf(b, 0) {
		return 1
	}
	return math.Max(a/b, b/a)
}

// overall is the mean over the most rows for a candidate: what "fair?" and
// the headline speak of.
func (v *View) overall(candidate string) (compare.Mean, bool) {
	var best compare.Mean
	found := false
	for _, m := range v.Means {
		if m.Candidate == candidate && (!found || m.Rows > best.Rows) {
			best, found = m, true
		}
	}
	return best, found
}

// joinClauses puts a semicolon between what is said.
func joinClauses(clauses ...string) string {
	return strings.Join(slices.DeleteFunc(clauses, func(s string) bool { return s == "" }), "; ")
}

// sameWork says how many rows were the same work on every side.
func (v *View) sameWork() (same int, text string) {
	varied := 0
	for _, r := range v.Rows {
		ok := true
		for _, c := range r.Cells {
			ok = ok && !c.invalid()
		}
		if ok {
			same++
		}
		if r.varied {
			varied++
		}
	}
	if v.Reference == "" && len(v.Candidates) > 1 {
		return v.sameAside()
	}
	if v.Reference == "" {
		return same, joinClauses("nothing to compare with: only "+list(v.Candidates, 3)+" was measured", v.exitText())
	}
	if s := v.apartSame(same); s != "" {
		return same, s
	}
	if words := v.sameElsewhere(same); words != "" {
		return same, joinClauses(words, v.exitText())
	}
	if v.Commands {
		starts := len(v.Rows) - len(v.work()) // which print nothing to compare
		return same, joinClauses(fmt.Sprintf("%d of %d: equal outputs", max(0, same-starts), len(v.work())), v.exitText())
	}
	text = fmt.Sprintf("%d of %d: equal outputs and counters", same, len(v.Rows))
	switch varied {
	case 0:
		text += ", on fixed input only"
	case len(v.Rows):
		text += ", on fixed and on random input"
	default:
		text += fmt.Sprintf(", on fixed and for %d of them on random input", varied)
	}
	return same, text
}

// hostText is the machine in one line.
func (v *View) hostText() string {
	h := v.Host
	parts := []string{}
	if h.Cores > 0 {
		parts = append(parts, plural(h.Cores, "core"))
	}
	if h.OS != "" {
		parts = append(parts, strings.Trim(h.OS+"/"+h.Arch, "/"))
	}
	if h.CPU != "" {
		parts = append(parts, h.CPU)
	}
	return strings.Join(append(parts, fmt.Sprintf("load %.1f", h.Load1)), ", ")
}

// sideText is an implementation in one line: "3.13.1, reference".
func (v *View) sideText(s Side) string {
	var parts []string
	if origin := v.originText(s.Name); origin != "" {
		parts = append(parts, origin)
	}
	if v.Commands && len(s.Command) > 0 {
		parts = append(parts, quoteAll(s.Command))
	}
	if version := versionText(s); version != "" {
		parts = append(parts, version)
	}
	if s.Mode != "" && s.Mode != "unknown" {
		parts = append(parts, s.Mode+" build")
	}
	if s.Reference {
		parts = append(parts, "reference")
	}
	if len(parts) == 0 {
		return "version unknown"
	}
	return strings.Join(parts, ", ")
}

// versionText is the runtime, which decides about speed, and the worker's own
// version.
func versionText(s Side) string {
	switch {
	case s.Runtime != "" && s.Version != "":
		return s.Runtime + " (worker " + s.Version + ")"
	case s.Runtime != "":
		return s.Runtime
	}
	return s.Version
}

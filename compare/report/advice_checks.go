package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"xbench/compare"
)

// A suspect is a row that stands in the way of a goal.
type suspect struct{ row, candidate string }

// checks says what to look at for each goal that counts and was not met: the
// rows that stand in its way, and what was seen in this run that may explain
// them. Nothing is said that no figure of the run calls for.
func (v *View) checks() []string {
	var out []string
	seen := make(map[string]bool)
	add := func(lines ...string) {
		for _, s := range lines {
			if s != "" && !seen[s] {
				seen[s] = true
				out = append(out, s)
			}
		}
	}
	var suspects []suspect
	for _, g := range v.missed() {
		add(v.checkGoal(g)...)
		for _, s := range v.suspects(g) {
			if !slices.Contains(suspects, s) {
				suspects = append(suspects, s)
			}
		}
	}
	add(v.checkAbsent())
	if len(out) == 0 {
		return nil
	}
	add(v.checkBuilds()...)
	for _, w := range v.Warnings {
		if w.Kind == compare.WarnBusy {
			add(capital(w.Text) + "; end other work and run again.")
		}
	}
	for _, s := range suspects {
		add(v.checkSuspect(s)...)
	}
	return out
}

// missed are the goals that count and were not met.
func (v *View) missed() []compare.Goal {
	var out []compare.Goal
	for _, g := range v.Goals {
		if g.Gated && g.Verdict != compare.Pass {
			out = append(out, g)
		}
	}
	return out
}

// mostSuspects is how many rows are looked at for one goal.
const mostSuspects = 3

// suspects are the rows to look at for a goal, those that decide first.
func (v *View) suspects(g compare.Goal) []suspect {
	var names []string
	switch {
	case g.Verdict == compare.NotEvaluated || g.Verdict == compare.Invalid || g.Spread > 0:
	case g.Consistency > 0:
		if r, ok := v.unsteadiest(g); ok {
			names = []string{r.Name}
		}
	case len(g.Culprits) > 0:
		names = g.Culprits
	case g.Each > 0:
		for _, r := range v.Rows {
			if c, ok := r.cell(g.Candidate); ok && inGoal(g, r) && c.Status == g.Verdict {
				names = append(names, r.Name)
			}
		}
	default:
		names = v.lowest(g, mostSuspects)
	}
	var out []suspect
	for _, name := range names[:min(len(names), mostSuspects)] {
		out = append(out, suspect{name, g.Candidate})
	}
	return out
}

// checkBuilds says which side was not the program that people run.
func (v *View) checkBuilds() []string {
	var out []string
	for _, s := range v.Sides {
		if strings.Contains(strings.ToLower(s.Mode), "debug") {
			out = append(out, fmt.Sprintf("%s was a debug build; measure a release build.", s.Name))
		}
	}
	for _, d := range v.Fairness {
		about := d.Kind == "build" || d.Kind == "checks" || d.Kind == "assertions" || d.Kind == "jit"
		debug := strings.Contains(d.Reference+d.Value, "debug") // said above
		if about && d.Severity != compare.Remark && !debug {
			out = append(out, fmt.Sprintf("%s: %s.", v.differenceText(d), strings.TrimSuffix(d.Meaning, ".")))
		}
	}
	return out
}

// checkSuspect is what was seen of one row that stands in the way: what it was
// warned of, and where its figures say that it is not the work that is slow.
func (v *View) checkSuspect(s suspect) []string {
	var out []string
	r, c, ok := v.rowCell(s)
	for _, w := range v.Warnings {
		if w.Row == s.row && slices.Contains([]string{"", s.candidate, c.Of, v.reference(c)}, w.Impl) {
			out = append(out, warningText(w)+".")
		}
	}
	if !ok || c.invalid() {
		return out
	}
	if x := apart(c.MeanRatio, c.Speedup.Ratio); x > 1.25 {
		out = append(out, fmt.Sprintf("%s: %s by typical times, %s by mean times: long pauses (p99 %s of %s, %s of %s).", r.Name, FormatRatio(c.Speedup.Ratio),
			FormatRatio(c.MeanRatio), FormatDuration(c.RefTail.P99NS), v.reference(c), FormatDuration(c.CandTail.P99NS), c.Of))
	}
	if byCPU := c.RefCPUNS / max(c.CandCPUNS, 1e-9); !r.Waits && c.RefCPUNS > 0 && c.CandCPUNS > 0 && c.Speedup.Ratio > 0 && byCPU > 1.5*c.Speedup.Ratio {
		out = append(out, fmt.Sprintf("%s: %s by the clock, %s by CPU time: %s computes less than it waits (for locks, processes, files or sleep), which no CPU profile shows.",
			r.Name, FormatRatio(c.Speedup.Ratio), FormatRatio(byCPU), c.Of))
	}
	return out
}

func (v *View) rowCell(s suspect) (Row, Cell, bool) {
	for _, r := range v.Rows {
		if r.Name == s.row {
			c, ok := r.cell(s.candidate)
			return r, c, ok
		}
	}
	return Row{}, Cell{}, false
}

// A roundRatio is the speedup in one round, and the host's load when it began.
type roundRatio struct {
	round       int
	ratio, load float64
}

// roundRatios are a candidate's speedups round by round, where both sides have
// data.
func (r Row) roundRatios(candidate string) []roundRatio {
	x, y, ok := r.opponents(candidate)
	if !ok {
		return nil
	}
	ref := make(map[int]float64)
	for _, p := range x.Processes {
		ref[p.Round] = p.MedianNS
	}
	var out []roundRatio
	for _, p := range y.Processes {
		if p.MedianNS > 0 && ref[p.Round] > 0 {
			out = append(out, roundRatio{p.Round, ref[p.Round] / p.MedianNS, p.Load})
		}
	}
	return out
}

// ends are the lowest and the highest.
func ends(in []roundRatio) (lo, hi roundRatio) {
	for i, x := range in {
		if i == 0 || x.ratio < lo.ratio {
			lo = x
		}
		if i == 0 || x.ratio > hi.ratio {
			hi = x
		}
	}
	return lo, hi
}

// unsteadiest is the row of a category whose rounds are furthest apart.
func (v *View) unsteadiest(g compare.Goal) (Row, bool) {
	var most Row
	width := 1.0
	for _, r := range v.Rows {
		if lo, hi := ends(r.roundRatios(g.Candidate)); r.Category == g.Worst && lo.ratio > 0 && hi.ratio/lo.ratio > width {
			most, width = r, hi.ratio/lo.ratio
		}
	}
	return most, most.Name != ""
}

// checkConsistency names the row that varies most, and the rounds.
func (v *View) checkConsistency(g compare.Goal) string {
	s := fmt.Sprintf("%s: the rounds of %s vary by %s", v.of(g.Candidate)+claimText(g), orNone(g.Worst), FormatPercent(g.Found.Ratio))
	r, ok := v.unsteadiest(g)
	if !ok {
		return s + "; look for other load on the host, or a benchmark whose time depends on chance."
	}
	lo, hi := ends(r.roundRatios(g.Candidate))
	return fmt.Sprintf("%s, most of all those of %s: from %s in round %d%s to %s in round %d%s; look at their samples.", s, r.Name,
		FormatRatio(lo.ratio), lo.round, atLoad(lo), FormatRatio(hi.ratio), hi.round, atLoad(hi))
}

func atLoad(x roundRatio) string {
	if !(x.load > 0) {
		return ""
	}
	return fmt.Sprintf(" (load %.1f)", x.load)
}

func (v *View) checkGoal(g compare.Goal) []string {
	claim := v.of(g.Candidate) + claimText(g)
	switch g.Verdict {
	case compare.Invalid:
		return v.checkInvalid(g)
	case compare.NotEvaluated:
		return nil // all at once, by checkAbsent
	case compare.Inconclusive:
		if g.Consistency == 0 || g.Found.Ratio == 0 {
			return []string{v.checkInconclusive(g)}
		}
	}
	switch {
	case g.Consistency > 0:
		return []string{v.checkConsistency(g)}
	case g.Spread > 0:
		return []string{fmt.Sprintf("%s: the categories differ by %s; quote them one by one.", claim, FormatPercent(g.Found.Ratio))}
	}
	rows := g.Culprits
	if len(rows) == 0 {
		rows = v.lowest(g, 3)
	}
	var words []string
	waits := 0
	for _, name := range rows {
		words = append(words, v.checkRow(name, g.Candidate, &waits))
	}
	s := fmt.Sprintf("%s: look at %s.", claim, list(words, 5))
	if waits > 0 && g.Speedup > 0 {
		s += " Rows that wait are about 1x by design and pull a mean down; a goal over the other rows would say more."
	}
	return []string{s}
}

// checkAbsent is about the goals that had not all of their rows.
func (v *View) checkAbsent() string {
	var claims []string
	var goals []compare.Goal
	for _, g := range v.Goals {
		if g.Gated && g.Verdict == compare.NotEvaluated {
			claims, goals = append(claims, v.of(g.Candidate)+claimText(g)), append(goals, g)
		}
	}
	if len(claims) == 0 {
		return ""
	}
	return strings.Join(claims, "; ") + ": " + whyUnmeasured(goals) + "; widen --filter, --suite or --impl."
}

// checkRow words one row that stands in the way of a goal.
func (v *View) checkRow(name, candidate string, waits *int) string {
	for _, r := range v.Rows {
		c, ok := r.cell(candidate)
		if r.Name != name || !ok {
			continue
		}
		s := fmt.Sprintf("%s, %s", name, FormatInterval(c.Speedup))
		if r.Waits {
			*waits++
			s += ", mostly waiting"
		}
		if c.CandCores > 0 && c.RefCores > 1.5*c.CandCores {
			s += fmt.Sprintf(", on fewer cores (%s against %s)", formatCores(c.CandCores), formatCores(c.RefCores))
		}
		return s
	}
	return name
}

func (v *View) checkInvalid(g compare.Goal) []string {
	var out []string
	for _, r := range v.Rows {
		c, ok := r.cell(g.Candidate)
		if !ok || !c.invalid() || !inGoal(g, r) {
			continue
		}
		for _, f := range c.Failures {
			out = append(out, fmt.Sprintf("%s%s: %s: %s.", v.of(g.Candidate), r.Name, failureWord(f.Kind), strings.TrimSuffix(f.Message, ".")))
		}
	}
	if len(out) == 0 {
		out = append(out, fmt.Sprintf("%s%s: %s.", v.of(g.Candidate), claimText(g), strings.TrimSuffix(orNone(g.Reason), ".")))
	}
	return out
}

// checkInconclusive says whether more rounds would help, and how many; where
// they would not, whether the programs vary too much or are too close.
func (v *View) checkInconclusive(g compare.Goal) string {
	s := v.of(g.Candidate) + claimText(g) + ": not settled"
	if v.Apart != nil {
		return s + "; " + g.Reason + "."
	}
	rounds := 0
	var hopeless []Row
	for _, r := range v.Rows {
		c, ok := r.cell(g.Candidate)
		if !ok || !inGoal(g, r) || c.Status != compare.Inconclusive {
			continue
		}
		if c.MoreRounds > 0 {
			rounds = max(rounds, c.Rounds+c.MoreRounds)
		}
		if c.TooClose {
			hopeless = append(hopeless, r)
		}
	}
	switch {
	case v.Interrupted:
		return s + "; the run was interrupted: go on with xbench run --resume."
	case len(hopeless) > 0 && g.Each > 0:
		return s + "; " + v.checkHopeless(g, hopeless)
	case rounds > 0 && g.Each > 0:
		return s + fmt.Sprintf("; a new run of about %s would probably settle it: --rounds %d, or a larger --budget.", plural(rounds, "round"), rounds)
	}
	if v.Rounds < v.MaxRounds {
		return s + fmt.Sprintf("; %s of %d planned were run.", plural(v.Rounds, "round"), v.MaxRounds)
	}
	return s + "; start a new run with a larger --budget or --rounds, or measure on a quieter host."
}

// What a row that no plan would settle is laid to.
const (
	unsteady      = 1.5  // the largest speedup of a round over the smallest: the programs, or the host, vary
	mostTolerance = 0.25 // beyond it, a goal that no row is slower says nothing
)

// checkHopeless says why more rounds would not settle some rows of a goal. A
// larger tolerance is named only where it would have settled them all.
func (v *View) checkHopeless(g compare.Goal, rows []Row) string {
	var wild []string
	needed := 0.0
	for _, r := range rows {
		c, _ := r.cell(g.Candidate)
		if least, most := ends(r.roundRatios(g.Candidate)); least.ratio > 0 && most.ratio >= unsteady*least.ratio {
			name, lo, hi := r.unsteadiest(g.Candidate)
			wild = append(wild, fmt.Sprintf("%s took %s to %s in %s", name, FormatDuration(lo), FormatDuration(hi), r.Name))
		}
		needed = max(needed, g.Each/c.Speedup.Lo-1)
	}
	if len(wild) > 0 {
		return "even 45 rounds would probably not do it, so much do times vary from process to process: " + list(wild, 3) + ": find out why, or measure on a quieter host."
	}
	s := "the true ratio is probably too close to the limit for more rounds to help: "
	if g.Tolerance > 0 && needed > g.Tolerance && needed <= mostTolerance {
		s += fmt.Sprintf("plan a new run with a tolerance of at least %s, or ", FormatPercent(outward(100*needed, 2, math.Ceil)/100))
	}
	return s + "measure on a quieter host."
}

// unsteadiest is the side, of the reference's and a candidate's, whose processes
// differ most, and the typical times of the fastest and the slowest of them.
func (r Row) unsteadiest(candidate string) (name string, lo, hi float64) {
	x, y, ok := r.opponents(candidate)
	if !ok {
		return "", 0, 0
	}
	for _, s := range []SideDetail{x, y} {
		least, most := math.Inf(1), 0.0
		for _, p := range s.Processes {
			if p.MedianNS > 0 {
				least, most = min(least, p.MedianNS), max(most, p.MedianNS)
			}
		}
		if most > 0 && (lo == 0 || most/least > hi/lo) {
			name, lo, hi = s.Implementation, least, most
		}
	}
	return name, lo, hi
}

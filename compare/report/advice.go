package report

import (
	"fmt"
	"sort"
	"strings"

	"xbench/compare"
	"xbench/harness/record"
)

// advice derives recommendations from the data and from nothing else: a
// sentence appears only when a number in this run calls for it.
func (v *View) advice() []string {
	var out []string
	for _, candidate := range v.Candidates {
		out = append(out, v.adviceOnRows(candidate)...)
		if v.Reference != "" {
			out = append(out, v.adviceOnMean(candidate)...)
		}
	}
	return append(out, v.Picks...)
}

func (v *View) adviceOnRows(candidate string) []string {
	var slower, belowExpected []string
	for _, r := range v.Rows {
		c, ok := r.cell(candidate)
		if !ok || c.invalid() {
			continue
		}
		if c.Mark == compare.MarkSlower {
			slower = append(slower, fmt.Sprintf("%s (%s against %s)", r.Name, FormatDuration(c.CandNS), FormatDuration(c.RefNS)))
		}
		if r.Expected > 0 && c.Rounds > 0 && c.Speedup.Hi > 0 && c.Speedup.Hi < r.Expected {
			belowExpected = append(belowExpected, fmt.Sprintf("%s (%s, expected %s)", r.Name, FormatRatio(c.Speedup.Ratio), shortRatio(r.Expected)))
		}
	}
	var out []string
	if len(slower) > 0 {
		out = append(out, fmt.Sprintf("%s: start with the slower rows: %s.", candidate, list(slower, 5)))
	}
	if len(belowExpected) > 0 {
		out = append(out, fmt.Sprintf("%s: correct the expectation or the code where the whole interval lies below it: %s.", candidate, list(belowExpected, 5)))
	}
	return out
}

func (v *View) adviceOnMean(candidate string) []string {
	var out []string
	m, ok := v.overall(candidate)
	if !ok || m.Rows == 0 {
		return nil
	}
	if disagree(m) && hasInterval(m.Geometric) {
		out = append(out, fmt.Sprintf("%s: quote the geometric mean, %s, and with it the table: the arithmetic mean (%s) and the total time (%s) of the same rows say something else.",
			candidate, FormatInterval(m.Geometric), FormatRatio(m.Arithmetic), FormatRatio(m.TotalTime)))
	}
	if m.CPU > 0 && apart(m.CPU, m.Geometric.Ratio) > 1.3 && m.CandCores > 1.2*m.RefCores {
		out = append(out, fmt.Sprintf("%s: %s by the clock is %s by CPU time: the rest comes from using more cores (%s against %s) and shrinks on a loaded host.",
			candidate, FormatRatio(m.Geometric.Ratio), FormatRatio(m.CPU), formatCores(v.coresOf(candidate)), formatCores(v.coresOf(v.Reference))))
	}
	if lo, hi, ok := v.extremes(candidate); ok && apart(lo.Geometric.Ratio, hi.Geometric.Ratio) > 2 {
		out = append(out, fmt.Sprintf("%s: quote categories rather than one number: from %s (%s) to %s (%s).",
			candidate, FormatRatio(lo.Geometric.Ratio), lo.Name, FormatRatio(hi.Geometric.Ratio), hi.Name))
	}
	return out
}

// extremes are the categories with the smallest and the largest speedup.
func (v *View) extremes(candidate string) (lo, hi compare.Category, ok bool) {
	for _, c := range v.Categories {
		if c.Candidate != candidate || !(c.Geometric.Ratio > 0) || !hasInterval(c.Geometric) {
			continue
		}
		if !ok || c.Geometric.Ratio < lo.Geometric.Ratio {
			lo = c
		}
		if !ok || c.Geometric.Ratio > hi.Geometric.Ratio {
			hi = c
		}
		ok = true
	}
	return lo, hi, ok
}

// checks says what to look at for each goal that counts and was not met.
func (v *View) checks(p *record.Plan) []string {
	var out []string
	seen := make(map[string]bool)
	add := func(s string) {
		if s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	for _, g := range v.Goals {
		if !g.Gated || g.Verdict == compare.Pass {
			continue
		}
		for _, s := range v.checkGoal(g) {
			add(s)
		}
	}
	add(v.checkAbsent())
	if len(out) == 0 {
		return nil
	}
	for _, s := range v.Sides {
		if strings.Contains(strings.ToLower(s.Mode), "debug") {
			add(fmt.Sprintf("%s was a debug build; measure a release build.", s.Name))
		}
	}
	for _, w := range v.Warnings {
		if w.Kind == compare.WarnBusy {
			add(capital(w.Text) + "; end other work and run again.")
		}
	}
	return out
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
		return []string{fmt.Sprintf("%s: the rounds of %s vary by %s; look for other load on the host, or a benchmark whose time depends on chance.",
			claim, orNone(g.Worst), FormatPercent(g.Found.Ratio))}
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
	for _, g := range v.Goals {
		if g.Gated && g.Verdict == compare.NotEvaluated {
			claims = append(claims, v.of(g.Candidate)+claimText(g))
		}
	}
	if len(claims) == 0 {
		return ""
	}
	return strings.Join(claims, "; ") + ": not all of the rows were part of this run; widen --filter, --suite or --impl."
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

// checkInconclusive says whether more rounds would help, and how many.
func (v *View) checkInconclusive(g compare.Goal) string {
	s := v.of(g.Candidate) + claimText(g) + ": not settled"
	rounds, hopeless := 0, false
	for _, r := range v.Rows {
		c, ok := r.cell(g.Candidate)
		if !ok || !inGoal(g, r) || c.Status != compare.Inconclusive {
			continue
		}
		if c.MoreRounds > 0 {
			rounds = max(rounds, c.Rounds+c.MoreRounds)
		}
		hopeless = hopeless || c.MoreRounds == 0
	}
	switch {
	case v.Interrupted:
		return s + "; the run was interrupted: go on with xbench run --resume."
	case rounds > 0 && g.Each > 0:
		return s + fmt.Sprintf("; a new run of about %s would probably settle it: --rounds %d, or a larger --budget.", plural(rounds, "round"), rounds)
	case hopeless && g.Each > 0 && g.Tolerance > 0:
		return s + fmt.Sprintf("; the true ratio is probably too close to the limit for more rounds to help: accept a larger tolerance than %s, or measure on a quieter host.", FormatPercent(g.Tolerance))
	}
	if v.Rounds < v.MaxRounds {
		return s + fmt.Sprintf("; %s of %d planned were run.", plural(v.Rounds, "round"), v.MaxRounds)
	}
	return s + "; start a new run with a larger --budget or --rounds, or measure on a quieter host."
}

// lowest names the rows of a goal with the smallest speedups.
func (v *View) lowest(g compare.Goal, n int) []string {
	type found struct {
		name  string
		ratio float64
	}
	var rows []found
	for _, r := range v.Rows {
		if c, ok := r.cell(g.Candidate); ok && inGoal(g, r) && c.Speedup.Ratio > 0 {
			rows = append(rows, found{r.Name, c.Speedup.Ratio})
		}
	}
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].ratio < rows[j].ratio })
	var names []string
	for _, r := range rows[:min(n, len(rows))] {
		names = append(names, r.name)
	}
	return names
}

// cell is the row's result for a candidate.
func (r Row) cell(candidate string) (Cell, bool) {
	for _, c := range r.Cells {
		if c.Candidate == candidate {
			return c, true
		}
	}
	return Cell{}, false
}

// inGoal is whether a goal is about a row.
func inGoal(g compare.Goal, r Row) bool {
	return g.About(record.Row{Name: r.Name, Group: r.Group, ShownOnly: r.ShownOnly})
}

func orNone(s string) string {
	if s == "" {
		return none
	}
	return s
}

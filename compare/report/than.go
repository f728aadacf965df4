package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"xbench/compare"
)

// Goals may measure a candidate against another implementation than the
// reference. Such a comparison has a name of its own, "new against main", under
// which it stands wherever a candidate's name does: with goals, rows, warnings.

// A Versus is such a comparison; its rows are the cells of that name among
// Row.Others.
type Versus struct {
	Name            string // "new against main"
	Candidate, Than string
	Mean            compare.Interval
	Claim           float64
	Rows            int // that the mean is over
}

// viewVersus adds the comparisons, and their cells to the rows.
func (v *View) viewVersus(in []compare.Versus) {
	at := make(map[string]int)
	for i, r := range v.Rows {
		at[r.Name] = i
	}
	for _, x := range in {
		out := Versus{Candidate: clean(x.Candidate), Than: clean(x.Than), Mean: x.Mean, Claim: x.Claim}
		out.Name = compare.Against(out.Candidate, out.Than)
		for _, r := range x.Rows {
			c := viewCell(r)
			c.Candidate, c.Than = out.Name, out.Than
			row := &v.Rows[at[clean(r.Name)]]
			row.Others = append(row.Others, c)
			if !r.ShownOnly {
				out.Rows++
			}
		}
		v.Versus = append(v.Versus, out)
	}
}

// against is whether a goal measures against another implementation than the
// reference.
func (v *View) against(g compare.Goal) bool { return g.Than != "" && g.Than != v.Reference }

// measured is the candidate of a goal, without what it is measured against.
func measured(g compare.Goal) string {
	return strings.TrimSuffix(g.Candidate, compare.Against("", g.Than))
}

// reference is what a cell's speedup is against.
func (v *View) reference(c Cell) string {
	if c.Than != "" {
		return c.Than
	}
	return v.Reference
}

// opponents are the two sides of a comparison, by the candidate's name or by
// its own.
func (r Row) opponents(candidate string) (ref, cand SideDetail, ok bool) {
	c, found := r.cell(candidate)
	if !found {
		c.Of = candidate
	}
	for i, s := range r.Sides {
		switch {
		case s.Implementation == c.Than || i == 0 && c.Than == "":
			ref = s
		case s.Implementation == c.Of:
			cand, ok = s, true
		}
	}
	return ref, cand, ok
}

// A versusRow is a line of the table of a comparison.
type versusRow struct {
	Row
	Cell
}

// versusRows are those of a comparison, what needs attention first.
func (v *View) versusRows(name string) []versusRow {
	var out []versusRow
	for _, r := range v.planned() {
		for _, c := range r.Others {
			if c.Candidate == name {
				out = append(out, versusRow{r, c})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b versusRow) int {
		ra, rb := a.Cell.rank(), b.Cell.rank()
		if by := cmp.Compare(ra, rb); by != 0 || ra >= rankUnclear {
			return by
		}
		return cmp.Compare(a.Speedup.Ratio, b.Speedup.Ratio)
	})
	return out
}

// ratio and bounds are words for a line's speedup; times of different work have
// none.
func (x versusRow) ratio() (speedup, bounds string) {
	if x.Cell.invalid() {
		return none, none
	}
	return FormatRatio(x.Speedup.Ratio), FormatBounds(x.Speedup.Lo, x.Speedup.Hi)
}

// sameAside is how many rows were the same work on the sides that are compared
// without a reference.
func (v *View) sameAside() (same int, text string) {
	if len(v.Versus) == 0 {
		return 0, "not compared: the reference was left out"
	}
	for _, r := range v.Rows {
		if !slices.ContainsFunc(r.Others, Cell.invalid) {
			same++
		}
	}
	return same, fmt.Sprintf("%d of %d where goals compare: equal outputs and counters", same, len(v.Rows))
}

// versusTitle heads the comparisons.
func (v *View) versusTitle() string {
	if len(v.Versus) == 1 {
		return capital(v.Versus[0].Name)
	}
	return "Between candidates"
}

// versusText says what the tables of comparisons hold.
const versusText = "The same processes as above, compared with each other: goals ask for it. Pairs are those of a round, as with the reference: both had the same input."

// mostVersus is how many rows of a comparison the terminal has room for.
const mostVersus = 12

// versus prints a table for each comparison.
func (t *terminal) versus() {
	for i, x := range t.Versus {
		if i > 0 {
			t.b.WriteByte('\n')
		}
		rows := t.versusRows(x.Name)
		g := &grid{indent: 2, names: 1, headings: 1, columns: []column{{min: 16}, {right: true}, {right: true}, {right: true}, {}, {}}}
		g.add(text{x.Name, dim}, text{shorten(x.Than, 16), dim}, text{shorten(x.Candidate, 16), dim}, text{"speedup", dim}, text{"95% interval", dim}, text{})
		for n, r := range rows {
			if n == mostVersus {
				g.span(text{plural(len(rows)-n, "more row") + " in the report", dim})
				break
			}
			speedup, bounds := r.ratio()
			_, mark := r.mark(r.Cell)
			g.add(text{s: "  " + shorten(r.Name, labelWidth)}, text{s: FormatDuration(r.RefNS)}, text{s: FormatDuration(r.CandNS)},
				text{speedup, bold}, text{s: bounds}, text{mark, markStyle(r.Cell)})
		}
		if x.Rows > 1 && FormatRatio(x.Mean.Ratio) != none {
			g.add(text{s: fmt.Sprintf("  geometric mean of %d", x.Rows)}, text{}, text{}, text{FormatRatio(x.Mean.Ratio), bold}, text{s: FormatBounds(x.Mean.Lo, x.Mean.Hi)}, text{})
		}
		g.write(&t.b, t.opt.Width, t.opt.Color)
	}
}

// versus is PERFORMANCE.md's section.
func (m *markdown) versus() {
	if len(m.Versus) == 0 {
		return
	}
	m.section(m.versusTitle())
	m.printf("%s\n\n", md(versusText))
	for _, x := range m.Versus {
		if len(m.Versus) > 1 {
			m.subsection(x.Name)
		}
		t := newMDTable("benchmark", ">"+md(x.Than), ">"+md(x.Candidate), ">speedup", ">95% interval", "mark", ">rounds")
		for _, r := range m.versusRows(x.Name) {
			speedup, bounds := r.ratio()
			t.add(r.mdName(), FormatDuration(r.RefNS), FormatDuration(r.CandNS), speedup, bounds, md(m.versusMark(r)), fmt.Sprint(r.Rounds))
		}
		t.write(&m.b)
		if s := meanOf(x); s != "" {
			m.printf("%s\n\n", md(s))
		}
	}
}

func (v *View) versusMark(r versusRow) string {
	mark, _ := r.mark(r.Cell)
	if len(r.Failures) > 0 {
		mark = "! " + failureLine(r.Failures[0])
	}
	return orNone(mark)
}

// meanOf is a comparison in a sentence.
func meanOf(x Versus) string {
	if x.Rows < 2 || FormatRatio(x.Mean.Ratio) == none {
		return ""
	}
	return fmt.Sprintf("%s: geometric mean %s of %s.", x.Name, FormatInterval(x.Mean), plural(x.Rows, "row"))
}

// versus are the tables of report.html.
func (p *htmlPage) versus() {
	if len(p.v.Versus) == 0 {
		return
	}
	p.VersusTitle, p.VersusTexts = p.v.versusTitle(), []string{versusText}
	for _, x := range p.v.Versus {
		t := newHTMLTable(x.Name, "benchmark", ">"+shorten(x.Than, mostHead), ">"+shorten(x.Candidate, mostHead), ">speedup", ">95% interval", "mark", ">rounds")
		t.Quiet = len(p.v.Versus) == 1
		for _, r := range p.v.versusRows(x.Name) {
			speedup, bounds := r.ratio()
			t.add(codeText(r.Name), FormatDuration(r.RefNS), FormatDuration(r.CandNS), speedup, bounds, p.v.versusMark(r), r.Rounds)
		}
		p.Versus = append(p.Versus, t.done())
		if s := meanOf(x); s != "" {
			p.VersusTexts = append(p.VersusTexts, s)
		}
	}
}

// A versusJSON is a comparison in summary.json; its rows are the benchmarks'.
type versusJSON struct {
	Candidate   string        `json:"candidate"`
	Than        string        `json:"than"`
	Rows        int           `json:"rows"`
	Geometric   *intervalJSON `json:"geometric"`
	YouCanClaim known         `json:"you_can_claim"`
}

func (v *View) versusSummary() []versusJSON {
	var out []versusJSON
	for _, x := range v.Versus {
		out = append(out, versusJSON{x.Candidate, x.Than, x.Rows, interval(x.Mean), known(x.Claim)})
	}
	return out
}

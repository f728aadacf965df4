package report

import (
	"fmt"
	"slices"
	"strings"

	"xbench/compare"
)

// fairness answers whether the sides can be compared: in what they were not
// alike, what shows that they did the same work, and what each used.
func (m *markdown) fairness() {
	if len(m.Sides) == 0 {
		return
	}
	switch {
	case m.Reference == "" && len(m.Fairness) > 0:
		m.section("Are the sides comparable?")
		m.differences()
	case m.Reference == "":
		m.section("How it ran")
	default:
		m.section("Are the sides comparable?")
		m.differences()
		if s := m.evidenceText(); s != "" {
			m.printf("%s\n\n", md(s))
		}
		m.unmatched()
		m.names()
	}
	m.ran()
	m.effort()
	m.around()
}

// differences lists in what the sides were not alike, with what that means.
func (m *markdown) differences() {
	if len(m.Fairness) == 0 {
		m.printf("%s\n\n", md(m.alikeText()))
		return
	}
	for _, d := range m.Fairness {
		what := md(d.What)
		switch d.Severity {
		case compare.Serious:
			what = "**" + what + "**"
		case compare.Remark:
			what += " (remark)"
		}
		m.printf("- %s: %s %s, %s %s", what, md(m.besides(d)), md(orNone(d.Reference)), md(d.Candidate), md(orNone(d.Value)))
		if len(d.Rows) > 0 {
			m.printf(", on %s", m.seenOn(d))
		}
		if d.Meaning != "" {
			m.printf(": %s", md(d.Meaning))
		}
		m.b.WriteByte('\n')
	}
	m.printf("\nBold: the ratio is probably not about what it seems to be about. The others are to be said beside it; remarks are for completeness. " +
		"Where a difference is about benchmarks, its values are those of the one that shows it most clearly.\n\n")
}

// seenOn names the benchmarks of a difference.
func (m *markdown) seenOn(d compare.Difference) string {
	s := fmt.Sprintf("%d of %d", len(d.Rows), d.Of)
	if len(d.Rows) == d.Of && d.Of > 1 {
		s = fmt.Sprintf("all %d", d.Of)
	}
	return s + ", most clearly " + mdCode(d.Rows[0])
}

// ran describes each side, one in a column.
func (m *markdown) ran() {
	headings := []string{""}
	for _, s := range m.Sides {
		name := md(s.Name)
		if s.Reference {
			name += " (reference)"
		}
		headings = append(headings, name)
	}
	t := newMDTable(headings...)
	line := func(name string, of func(Side) string) {
		cells := []string{name}
		for _, s := range m.Sides {
			cells = append(cells, of(s))
		}
		if slices.ContainsFunc(cells[1:], func(c string) bool { return c != none }) {
			t.add(cells...)
		}
	}
	line("version", func(s Side) string { return md(orNone(versionText(s))) })
	line("build", func(s Side) string { return md(orNone(s.Mode)) })
	line("flags", func(s Side) string { return orNoneCode(s.Flags) })
	line("cores used", func(s Side) string { return formatCores(s.Cores) })
	line("peak memory", func(s Side) string { return size(s.RSS, s.RSSAtMost) })
	line("start-up", func(s Side) string { return FormatDuration(s.StartNS) })
	line("clock", func(s Side) string { return md(orNone(s.Clock)) })
	if len(t.rows) > 1 {
		t.write(&m.b)
		m.printf("%s\n\n", md(m.ranText()))
	}
	for _, candidate := range m.Candidates {
		mean, ok := m.overall(candidate)
		if !ok || !(mean.RefCores > 0) || !(mean.CandCores > 0) || m.Reference == "" {
			continue
		}
		m.printf("- %s\n", md(m.fairText(mean)))
	}
	for _, s := range slices.Concat(m.StartMethods, m.ranTexts()) {
		m.printf("- %s\n", md(s))
	}
	for _, s := range m.Sides {
		if len(s.Command) > 0 {
			m.printf("- %s ran as %s\n", md(s.Name), mdCode(quoteAll(s.Command)))
		}
	}
	for _, s := range m.Sides {
		if len(s.Settings) > 0 {
			var parts []string
			for _, kv := range s.Settings {
				parts = append(parts, md(kv[0])+" "+mdCode(kv[1]))
			}
			m.printf("- %s says that it ran with %s\n", md(s.Name), strings.Join(parts, ", "))
		}
	}
	m.b.WriteByte('\n')
}

func orNoneCode(words []string) string {
	if len(words) == 0 {
		return none
	}
	return mdCell(strings.Join(words, " "))
}

// effort puts the ratios by the clock, by CPU time and by memory side by side,
// and that of the first results beside them.
func (m *markdown) effort() {
	if !m.hasSpeedup() {
		return
	}
	who := func(candidate string) string {
		if len(m.Candidates) < 2 {
			return none
		}
		return md(candidate)
	}
	m.subsection("By the clock, by CPU time, by memory")
	t := newMDTable("rows of", "candidate", ">rows", ">by the clock", ">by CPU time", ">by peak memory", ">first result after launch")
	for _, x := range m.Means {
		if FormatRatio(x.Geometric.Ratio) == none {
			continue
		}
		t.add(md(x.Group), who(x.Candidate), fmt.Sprint(x.Rows), FormatRatio(x.Geometric.Ratio), orLacking(FormatRatio(x.CPU), x.WithoutCPU),
			orLacking(rssText(x.RSS, x.RSSAtLeast, x.RSSAtMost), x.WithoutRSS), orLacking(FormatInterval(x.Cold.Speedup), x.WithoutCold))
	}
	if len(t.rows) > 1 {
		t.write(&m.b)
		m.printf("%s\n\n", md(m.effortText()))
		m.endNote()
	}
	t = newMDTable("benchmark", "candidate", ">by the clock", ">by CPU time", ">by peak memory", ">first result after launch", ">cores", ">peak memory, "+md(m.Reference), ">candidate")
	for _, r := range m.Rows {
		for _, c := range r.Cells {
			if c.invalid() {
				continue
			}
			t.add(r.mdName(), who(c.Candidate), FormatRatio(c.Speedup.Ratio), c.cpu(), c.rss(), FormatInterval(c.Cold.Speedup),
				formatCores(c.RefCores)+" : "+formatCores(c.CandCores), size(c.RefRSS, c.RefRSSAtMost), size(c.CandRSS, c.CandRSSAtMost))
		}
	}
	m.folded("Every benchmark", t)
}

// around shows what the processes did around their samples.
func (m *markdown) around() {
	if m.Commands {
		return
	}
	t := newMDTable("benchmark", "implementation", ">start-up", ">prepare", ">first call", ">as many later ones", ">outside the samples", ">other CPU time", ">clock against ours")
	add := func(r Row, name string, f compare.Facts, ns float64) {
		if !(f.StartNS > 0) {
			return
		}
		clock := none
		if f.Clock > 0 {
			clock = formatSig(f.Clock, 3)
		}
		t.add(r.mdName(), md(name), FormatDuration(f.StartNS), FormatDuration(f.PrepareNS), FormatDuration(f.FirstNS), timesText(f.FirstNS, ns),
			FormatPercent(f.Outside), FormatDuration(f.OtherCPUNS), clock)
	}
	for _, r := range m.Rows {
		for i, c := range r.Cells {
			if c.invalid() {
				continue
			}
			if i == 0 && m.Reference != "" {
				add(r, m.Reference, c.RefFacts, c.RefNS)
			}
			add(r, c.Candidate, c.CandFacts, c.CandNS)
		}
	}
	m.folded("What the processes did around their samples", t)
}

// timesText is how many times as long x is as y.
func timesText(x, y float64) string {
	if !(x > 0) || !(y > 0) {
		return none
	}
	return formatSig(x/y, 2)
}

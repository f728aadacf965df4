package report

import (
	"fmt"
	"strings"

	"xbench/compare"
)

// fairness answers whether the sides can be compared: in what they were not
// alike, what shows that they did the same work, and what each used.
func (m *markdown) fairness() {
	if len(m.Sides) == 0 {
		return
	}
	if m.Reference == "" {
		m.section("How it ran")
	} else {
		m.section("Are the sides comparable?")
		m.differences()
		if s := m.evidenceText(); s != "" {
			m.printf("%s\n\n", md(s))
		}
	}
	m.ran()
	m.effort()
	m.around()
}

// differences lists in what the sides were not alike, with what that means.
func (m *markdown) differences() {
	if len(m.Fairness) == 0 {
		m.printf("Nothing was found, in what the sides say of themselves or in what their processes did, that would explain a part of the speedup.\n\n")
		return
	}
	t := newMDTable("difference", "candidate", "reference", "value", "where", "what it means")
	if heads := t.rows[0]; len(m.Candidates) == 1 {
		heads[2], heads[3] = md(m.Reference), md(m.Candidates[0])
	}
	for _, d := range m.Fairness {
		what := md(d.What)
		switch d.Severity {
		case compare.Serious:
			what = "**" + what + "**"
		case compare.Remark:
			what += " (remark)"
		}
		candidate := ""
		if len(m.Candidates) > 1 {
			candidate = md(d.Candidate)
		}
		t.add(what, candidate, md(d.Reference), md(d.Value), m.seenOn(d), md(d.Meaning))
	}
	t.write(&m.b)
	m.printf("Bold: the ratio is probably not about what it seems to be about. The others are to be said beside it; remarks are for completeness. " +
		"Where a difference is about benchmarks, its values are those of the one that shows it most clearly.\n\n")
}

// seenOn names the benchmarks of a difference.
func (m *markdown) seenOn(d compare.Difference) string {
	if len(d.Rows) == 0 {
		return "the run"
	}
	s := fmt.Sprintf("%d of %d", len(d.Rows), d.Of)
	if len(d.Rows) == d.Of && d.Of > 1 {
		s = fmt.Sprintf("all %d", d.Of)
	}
	return s + ", most clearly " + mdCell(d.Rows[0])
}

// ran describes each side.
func (m *markdown) ran() {
	t := newMDTable("implementation", "version", "build", "flags", ">cores used", ">peak memory", ">start-up", "clock")
	for _, s := range m.Sides {
		name := md(s.Name)
		if s.Reference {
			name += " (reference)"
		}
		t.add(name, md(orNone(versionText(s))), md(orNone(s.Mode)), orNoneCode(s.Flags), formatCores(s.Cores), size(s.RSS, s.RSSAtMost),
			FormatDuration(s.StartNS), md(orNone(s.Clock)))
	}
	t.write(&m.b)
	m.printf("Cores are the mean over benchmarks, memory and start-up the median, children included.")
	if !m.Commands {
		m.printf(" Start-up is from launch to ready and is in no ratio but that of first results.")
	}
	for _, s := range m.Sides {
		if s.RSSAtMost {
			m.printf(" A peak is at most what it says where a program stayed below xbench itself: the system does not show it then.")
			break
		}
	}
	m.printf("\n\n")
	for _, candidate := range m.Candidates {
		mean, ok := m.overall(candidate)
		if !ok || !(mean.RefCores > 0) || !(mean.CandCores > 0) || m.Reference == "" {
			continue
		}
		m.printf("- %s\n", md(m.fairText(mean)))
	}
	for _, s := range m.StartMethods {
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
	if m.Reference == "" {
		return
	}
	m.printf("### By the clock, by CPU time, by memory\n\n")
	t := newMDTable("rows of", "candidate", ">rows", ">by the clock", ">by CPU time", ">by peak memory", ">first result after launch")
	for _, x := range m.Means {
		if FormatRatio(x.Geometric.Ratio) == none {
			continue
		}
		t.add(md(x.Group), md(x.Candidate), fmt.Sprint(x.Rows), FormatRatio(x.Geometric.Ratio), orLacking(FormatRatio(x.CPU), x.WithoutCPU),
			orLacking(rssText(x.RSS, x.RSSAtLeast, x.RSSAtMost), x.WithoutRSS), orLacking(FormatInterval(x.Cold.Speedup), x.WithoutCold))
	}
	if len(t.rows) > 1 {
		t.write(&m.b)
		m.printf("Geometric means of reference over candidate, all over the same rows: where a row lacks a figure there is no mean of it.")
		if !m.Commands {
			m.printf(" The first result after a launch is start-up, prepare and the first call; it is never part of the ratio by the clock, and its interval is a plain 95%% t interval over rounds, which no goal is about.")
		}
		m.printf("\n\n")
		m.endNote()
	}
	t = newMDTable("benchmark", "candidate", ">by the clock", ">by CPU time", ">by peak memory", ">first result after launch", ">cores", ">peak memory, "+md(m.Reference), ">candidate")
	for _, r := range m.Rows {
		for _, c := range r.Cells {
			if c.invalid() {
				continue
			}
			t.add(r.mdName(), md(c.Candidate), FormatRatio(c.Speedup.Ratio), c.cpu(), c.rss(), FormatInterval(c.Cold.Speedup),
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

// folded writes a long table that few need.
func (m *markdown) folded(title string, t *mdTable) {
	if len(t.rows) < 2 {
		return
	}
	m.printf("<details><summary>%s</summary>\n\n", title)
	t.write(&m.b)
	m.printf("</details>\n\n")
}

// heaviest names the row that each mean hangs on most.
func (m *markdown) heaviest() {
	for _, x := range m.Means {
		if x.Heaviest == "" || FormatRatio(x.Geometric.Ratio) == none {
			continue
		}
		m.printf("- %s, rows of %s: the mean hangs most on %s; without it, it is %s\n", md(x.Candidate), md(x.Group), mdCode(x.Heaviest), FormatRatio(x.WithoutHeaviest))
	}
	m.printf("\n")
}

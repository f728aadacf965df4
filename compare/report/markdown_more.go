package report

import "strings"

// fairness prints what the sides used to get their times.
func (m *markdown) fairness() {
	if len(m.Sides) == 0 {
		return
	}
	m.section("Fairness")
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
		m.printf(" Start-up is from launch to ready and is in no ratio.")
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
	m.b.WriteByte('\n')
}

func orNoneCode(words []string) string {
	if len(words) == 0 {
		return none
	}
	return mdCell(strings.Join(words, " "))
}

// quoteAll is a command line for people: a placeholder needs no quotes.
func quoteAll(args []string) string {
	var out []string
	for _, a := range args {
		if name, ok := strings.CutPrefix(a, "{"); ok && strings.HasSuffix(name, "}") && shellQuote(name[:len(name)-1]) == name[:len(name)-1] {
			out = append(out, a)
			continue
		}
		out = append(out, shellQuote(a))
	}
	return strings.Join(out, " ")
}

// method closes with how it was measured, where, and how to do it again.
func (m *markdown) method() {
	m.section("How it was measured")
	m.printf("%s\n\n", md(m.Method))
	m.section("Environment")
	t := newMDTable("", "")
	for _, kv := range m.Environment {
		t.add(md(kv[0]), md(kv[1]))
	}
	t.write(&m.b)
	m.section("How to reproduce")
	m.printf("Measure again%s:\n\n%s\n", m.where(), indented(m.Reproduce))
	m.printf("Judge this run again; the record holds every number that the report was made from:\n\n%s\n", indented("xbench compare record.txt"))
}

// indented is a code block that no text can end early, unlike a fenced one.
func indented(s string) string { return "    " + s + "\n" }

// where says what the command does not hold.
func (m *markdown) where() string {
	switch {
	case m.Demo:
		return ", on this host or another"
	case m.typed:
		return ", in the directory where it was run"
	}
	return ", in the directory of the configuration file"
}

package report

import "strings"

// toCheck says what to look at where a goal was not met, and how to see where
// the time goes.
func (m *markdown) toCheck() {
	if len(m.Checks) == 0 {
		return
	}
	m.bullets("What to check where a goal was not met", m.Checks)
	for _, p := range m.Profiles {
		m.printf("Where the time of %s goes: %s In a shell, %s:\n\n", md(p.Implementation), md(p.Why), md(p.Where))
		for _, line := range p.Lines {
			m.b.WriteString(indented(strings.TrimSpace(line)))
		}
		m.b.WriteByte('\n')
	}
}

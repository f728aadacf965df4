package report

import "strings"

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
	if m.Apart != nil {
		m.printf("Compare again%s:\n\n%s", m.whereText(), indented(m.Reproduce))
		return
	}
	m.printf("Measure again%s:\n\n%s\n", m.whereText(), indented(m.Reproduce))
	m.again()
	m.printf("Judge this run again; the record holds every number that the report was made from:\n\n%s\n", indented("xbench compare record.txt"))
}

// indented is a code block that no text can end early, unlike a fenced one.
func indented(s string) string { return "    " + s + "\n" }

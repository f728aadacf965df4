package report

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// What a side's tool calls a benchmark is how a reader finds it there, and sees
// that what was matched is the same.

// viewNames are a row's names by side, in the order of the sides.
func viewNames(names map[string]string, sides []SideDetail) [][2]string {
	var out [][2]string
	for _, s := range sides {
		for _, impl := range slices.Sorted(maps.Keys(names)) {
			if clean(impl) == s.Implementation {
				out = append(out, [2]string{s.Implementation, clean(names[impl])})
			}
		}
	}
	return out
}

var procsSuffix = regexp.MustCompile(`-[0-9]+$`)

// renamed reports whether a tool's name is another than the row's: not the same
// with the word Benchmark, the number of processors or the file of the test.
func renamed(theirs, row string) bool {
	name := theirs[strings.LastIndex(theirs, "::")+1:]
	name = strings.TrimPrefix(name, ":")
	for _, same := range []string{theirs, name, strings.TrimPrefix(theirs, "Benchmark"), strings.TrimPrefix(procsSuffix.ReplaceAllString(theirs, ""), "Benchmark")} {
		if same == row {
			return false
		}
	}
	return true
}

// isRenamed reports whether a side calls the row otherwise.
func (r Row) isRenamed() bool {
	return slices.ContainsFunc(r.Named, func(n [2]string) bool { return renamed(n[1], r.Name) })
}

// namesText is all of a row's names.
func (r Row) namesText() string {
	var parts []string
	for _, n := range r.Named {
		parts = append(parts, n[0]+" "+n[1])
	}
	return strings.Join(parts, ", ")
}

// names are the terminal's lines about rows that a tool calls otherwise.
func (t *terminal) names() {
	const most = 6 // the report has all
	n := 0
	for _, r := range t.planned() {
		if !r.isRenamed() {
			continue
		}
		if n++; n <= most {
			t.paragraph("names", dim, r.Name+" is "+r.namesText())
		}
	}
	if n > most {
		t.paragraph("", plain, fmt.Sprintf("and %s more, in the report", plural(n-most, "row")))
	}
}

// names are the table of what every tool calls the benchmarks.
func (m *markdown) names() {
	rows := slices.DeleteFunc(m.planned(), func(r Row) bool { return !r.isRenamed() })
	if len(rows) == 0 {
		return
	}
	heads := []string{"benchmark"}
	for _, n := range rows[0].Sides {
		heads = append(heads, md(n.Implementation)+" calls it")
	}
	t := newMDTable(heads...)
	for _, r := range rows {
		cells := []string{mdCell(r.Name)}
		for _, s := range rows[0].Sides {
			cells = append(cells, none)
			for _, n := range r.Named {
				if n[0] == s.Implementation {
					cells[len(cells)-1] = mdCell(n[1])
				}
			}
		}
		t.add(cells...)
	}
	m.folded("What the tools call the benchmarks", t)
}

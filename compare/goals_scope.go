package compare

import (
	"fmt"
	"slices"
	"strings"

	"xbench/harness/record"
	"xbench/harness/strictyaml"
)

// A Scope is what goals may speak of. A goal about anything else would never
// be judged, and a claim that nobody checks must not look like one that holds.
type Scope struct {
	// Rows are all that the configuration can make, by name and family,
	// whether they are part of the run or not.
	Rows []record.Removed
	// Candidates are all implementations but the reference, whether they are
	// part of the run or not; Reference may be "".
	Candidates []string
	Reference  string
}

// ScopeOf is what the goals of a record may speak of: what its plan holds, and
// what it says was left out.
func ScopeOf(p *record.Plan) Scope {
	s := Scope{Reference: firstSet(p.Reference, p.LeftOut)}
	for _, r := range p.Rows {
		s.Rows = append(s.Rows, record.Removed{Name: r.Name, Group: r.Group})
	}
	s.Rows = append(s.Rows, p.Removed...)
	names := slices.Clone(p.Absent)
	for _, impl := range p.Implementations {
		names = append(names, impl.Name)
	}
	s.Candidates = slices.DeleteFunc(names, func(name string) bool { return name == s.Reference })
	return s
}

// DecodeGoals reads goals as the function of that name does, and refuses those
// about suites, benchmarks or candidates that do not exist: with line, column
// and what may have been meant.
func (s Scope) DecodeGoals(name string, data []byte) ([]record.Goal, error) {
	return decodeGoals(name, data, s.unknown)
}

// unknown is the first thing that a goal speaks of and that is not there.
func (s Scope) unknown(g record.Goal) (field, why string) {
	var rows, groups []string
	for _, r := range s.Rows {
		if r.Group != "" && !slices.Contains(groups, r.Group) {
			groups = append(groups, r.Group)
		}
		if g.Suite == "" || g.Suite == r.Group {
			rows = append(rows, r.Name)
		}
	}
	if g.Suite != "" && !slices.Contains(groups, g.Suite) {
		return "suite", fmt.Sprintf("no benchmarks of suite %q%s", g.Suite, nearOrAll(g.Suite, groups, groups))
	}
	if !slices.ContainsFunc(rows, func(name string) bool { return match(g.Over, name) }) {
		of := ""
		if g.Suite != "" {
			of = fmt.Sprintf(" of suite %q", g.Suite)
		}
		return "over", fmt.Sprintf("no benchmark%s matches %q%s", of, g.Over, nearOrAll(g.Over, patterns(rows), beginnings(rows)))
	}
	switch {
	case g.Against == "" || slices.Contains(s.Candidates, g.Against):
		return s.unknownThan(g)
	case g.Against == s.Reference:
		return "against", fmt.Sprintf("%s is the reference, with which the candidates are compared%s", g.Against, nearOrAll("", nil, s.Candidates))
	}
	return "against", fmt.Sprintf("unknown implementation %q%s", g.Against, nearOrAll(g.Against, s.Candidates, s.Candidates))
}

// unknownThan is what is wrong with the implementation that a goal measures
// against.
func (s Scope) unknownThan(g record.Goal) (field, why string) {
	others := s.Candidates
	if s.Reference != "" {
		others = append([]string{s.Reference}, others...)
	}
	switch {
	case g.Than == "":
	case !slices.Contains(others, g.Than):
		return "than", fmt.Sprintf("unknown implementation %q%s", g.Than, nearOrAll(g.Than, others, others))
	case g.Against == "" && len(s.Candidates) == 1 && s.Candidates[0] == g.Than:
		return "than", fmt.Sprintf("%s is the only candidate: nothing is left to be measured against it", g.Than)
	}
	return "", ""
}

// nearOrAll is what was probably meant, or else what there is.
func nearOrAll(got string, near, all []string) string {
	if hint := strictyaml.DidYouMean(got, near); hint != "" || len(all) == 0 {
		return hint
	}
	const most = 12
	if n := len(all) - most; n > 0 {
		all = append(slices.Clone(all[:most]), fmt.Sprintf("%d more", n))
	}
	return fmt.Sprintf(" (there are: %s)", strings.Join(all, ", "))
}

// beginnings lists the beginnings of names, as patterns.
func beginnings(names []string) []string {
	var out []string
	for _, n := range names {
		if first, _, more := strings.Cut(n, "/"); more {
			n = first + "/*"
		}
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// patterns lists what a misspelt pattern may have been meant to be: the names,
// and every beginning of one that ends at a slash.
func patterns(names []string) []string {
	out := slices.Clone(names)
	for _, n := range names {
		for i, c := range n {
			if p := n[:i] + "/*"; c == '/' && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

package config

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"xbench/harness/protocol"
	"xbench/harness/record"
	"xbench/harness/strictyaml"
)

// ErrNoMatch is the cause when a selection holds no benchmark.
var ErrNoMatch = errors.New("no benchmark matches")

// A Selection says which rows to run. The zero value selects the suite that
// the settings name, or all benchmarks.
type Selection struct {
	Suite  string
	Filter string // regular expression on benchmark names; "" = all
	Sweep  []Sweep
}

// A Sweep sets one knob to several values, one row each.
type Sweep struct {
	Knob   string
	Values []any
}

// ParseSweep reads "nodes=1,3,10".
func ParseSweep(s string) (Sweep, error) {
	knob, list, ok := strings.Cut(s, "=")
	if !ok || !knobName.MatchString(knob) || knob == "impl" {
		return Sweep{}, fmt.Errorf("sweep %q: want KNOB=VALUE,VALUE..., e.g. nodes=1,3,10", s)
	}
	sweep := Sweep{Knob: knob}
	for _, text := range strings.Split(list, ",") {
		if text == "" || strings.ContainsAny(text, "/= \t") {
			return Sweep{}, fmt.Errorf("sweep %q: %q cannot be a value in a benchmark's name", s, text)
		}
		v := parseValue(text)
		if slices.Contains(sweep.Values, v) {
			return Sweep{}, fmt.Errorf("sweep %q: %s is given twice", s, text)
		}
		sweep.Values = append(sweep.Values, v)
	}
	return sweep, nil
}

// Suite returns the suite of that name; "" asks for the one the settings
// name. Without any it is every benchmark of the configuration, under the
// defaults and the name "".
func (c *Config) Suite(name string) (Suite, error) {
	if name == "" {
		name = c.Settings.Suite
	}
	if name == "" {
		s := DefaultSuite()
		s.Benchmarks = []string{"*"}
		if len(c.Implementations) > 0 && c.Implementations[0].Kind() == "command" {
			s.Spacing = 0 // as for command lines: how far the budget goes is known when it is spent
		}
		return s, nil
	}
	var names []string
	for _, s := range c.Suites {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	if len(names) == 0 {
		return Suite{}, fmt.Errorf("unknown suite %q: the configuration has no suites; without one all benchmarks run", name)
	}
	if hint := strictyaml.DidYouMean(name, names); hint != "" {
		return Suite{}, fmt.Errorf("unknown suite %q%s", name, hint)
	}
	return Suite{}, fmt.Errorf("unknown suite %q (there are %s)", name, strings.Join(names, ", "))
}

// Rows returns the selected rows in the suite's order. Their names are as
// configured, their Params only what was set: defaults, canonical names and
// counter ranges need to know the workers' knobs and are Bind's task.
// Samples is 0 unless the benchmark states its own.
func (c *Config) Rows(sel Selection) ([]record.Row, error) {
	suite, err := c.Suite(sel.Suite)
	if err != nil {
		return nil, err
	}
	filter, err := regexp.Compile(sel.Filter)
	if err != nil {
		return nil, fmt.Errorf("filter %q: %w", sel.Filter, err)
	}
	members := c.members(suite)
	var rows []record.Row
	for _, b := range members {
		if filter.MatchString(b.Name) {
			rows = append(rows, b.row())
		}
	}
	if len(rows) == 0 {
		return nil, c.noMatch(sel.Filter, filter, suite, len(members))
	}
	for _, s := range sel.Sweep {
		rows = s.apply(rows)
	}
	return rows, nil
}

// members expands a suite's names and patterns, each benchmark once.
func (c *Config) members(s Suite) []Benchmark {
	var out []Benchmark
	seen := make(map[string]bool)
	for _, pattern := range s.Benchmarks {
		for _, b := range c.Benchmarks {
			if !seen[b.Name] && Match(pattern, b.Name) {
				seen[b.Name] = true
				out = append(out, b)
			}
		}
	}
	return out
}

// noMatch says what the filter missed, and where it would have hit.
func (c *Config) noMatch(text string, filter *regexp.Regexp, suite Suite, searched int) error {
	where := "the configuration"
	if suite.Name != "" {
		where = "suite " + suite.Name
	}
	hint := ""
	for _, other := range c.Suites {
		n := 0
		for _, b := range c.members(other) {
			if filter.MatchString(b.Name) {
				n++
			}
		}
		if n > 0 {
			hint = fmt.Sprintf("; %d in suite %s would match: --suite %s", n, other.Name, other.Name)
			break
		}
	}
	if sweep := c.asSweep(text, suite); sweep != "" {
		hint = "; " + sweep
	}
	if near := c.nearFilter(text); hint == "" && near != "" {
		hint = fmt.Sprintf(" (did you mean %q?)", near)
	} else if hint == "" {
		hint = "; xbench list shows them"
	}
	noun := "benchmarks"
	if searched == 1 {
		noun = "benchmark"
	}
	return fmt.Errorf("%w: filter %q, %d %s in %s%s", ErrNoMatch, text, searched, noun, where, hint)
}

// nearFilter is the part of a name that a filter was probably meant to be.
func (c *Config) nearFilter(text string) string {
	var parts []string
	seen := make(map[string]bool)
	for _, b := range c.Benchmarks {
		segments := strings.FieldsFunc(b.Name, func(r rune) bool { return r == '/' || r == '=' })
		words := strings.FieldsFunc(b.Name, func(r rune) bool { return strings.ContainsRune("/=_", r) })
		for _, part := range slices.Concat([]string{b.Name}, segments, words) {
			if !seen[part] && len(part) > 2 {
				seen[part] = true
				parts = append(parts, part)
			}
		}
	}
	return strictyaml.Suggest(strings.Trim(text, "^$.*"), parts)
}

// knobTail is the end of a name that sets knobs.
var knobTail = regexp.MustCompile(`(/[A-Za-z_][A-Za-z0-9_]*=[A-Za-z0-9_.+-]+)+\$?$`)

// asSweep is how to ask for rows whose knobs the configuration does not set,
// where the filter would match without them.
func (c *Config) asSweep(text string, suite Suite) string {
	tail := knobTail.FindString(text)
	rest := strings.TrimSuffix(text, tail)
	if tail == "" || rest == "" {
		return ""
	}
	filter, err := regexp.Compile(rest)
	if err != nil || !slices.ContainsFunc(c.members(suite), func(b Benchmark) bool { return filter.MatchString(b.Name) }) {
		return ""
	}
	knobs := strings.Split(strings.TrimSuffix(tail, "$")[1:], "/")
	return fmt.Sprintf("%q matches, and its knobs are set by --sweep %s", rest, strings.Join(knobs, " --sweep "))
}

func (b Benchmark) row() record.Row {
	return record.Row{
		Name:         b.Name,
		ID:           b.ID(),
		Category:     b.Category,
		Group:        b.Group,
		Description:  b.Description,
		Params:       slices.Clone(b.Params),
		Samples:      b.Samples,
		ShownOnly:    b.ShownOnly,
		Waits:        b.Waits,
		Expected:     b.Expected,
		LowerBoundNS: int64(b.LowerBound),
		Table:        b.Table,
		Variant:      b.Variant,
		SideSpecific: slices.Clone(b.SideSpecific),
	}
}

// apply makes one row per value. What was known of the row beforehand (an
// expected speedup, a lower bound) was known of its own parameters and is
// dropped, and so is its place in a table, unless the knob has no part in it;
// a swept row is never part of a goal.
func (s Sweep) apply(rows []record.Row) []record.Row {
	var out []record.Row
	seen := make(map[string]bool)
	for _, r := range rows {
		for _, v := range s.Values {
			swept := r
			swept.Params = r.Params.With(s.Knob, v)
			_, named := ParseName(r.Name)
			swept.Name = Canonical(r.ID, named.With(s.Knob, v), nil)
			swept.ShownOnly = true
			swept.Expected, swept.LowerBoundNS = 0, 0
			swept.Table, swept.Variant = s.place(r, v)
			swept.SideSpecific = slices.Clone(r.SideSpecific)
			if !seen[swept.Name] {
				seen[swept.Name] = true
				out = append(out, swept)
			}
		}
	}
	return out
}

// place is where a swept row stands in a table of scenarios by variants. The
// variant is the same way of running it, unless the knob is what the variant
// is called after; the scenario is of the new value.
func (s Sweep) place(r record.Row, v any) (table, variant string) {
	if r.Variant == "" || r.Table == "" {
		return "", ""
	}
	if old, ok := r.Params.Get(s.Knob); ok && slices.Contains(strings.Fields(r.Variant), fmt.Sprint(old)) {
		return "", ""
	}
	if _, word := v.(string); word {
		return "", "" // a way of running it, as often as not: "fork" of "multiprocess"
	}
	id, params := ParseName(r.Table)
	return Canonical(id, params.With(s.Knob, v), nil), r.Variant
}

// Bind fits a row to the knobs that the workers declare for its benchmark,
// defaults included: it refuses knobs that do not exist and insists on those
// without a default, makes the name canonical and sets the ranges of the
// bounded counters that the row does not bring along. Values given under params: are no part of a name.
func (c *Config) Bind(r record.Row, declared protocol.Params) (record.Row, error) {
	full := slices.Clone(declared)
	var known []string
	for _, d := range declared {
		known = append(known, d.Name)
	}
	for _, p := range r.Params {
		if !slices.Contains(known, p.Name) {
			return r, fmt.Errorf("benchmark %s: no knob %q%s", r.Name, p.Name, KnobHint(p.Name, known))
		}
		full = full.With(p.Name, p.Value)
	}
	for _, p := range full {
		if p.Value == nil {
			return r, fmt.Errorf("benchmark %s: knob %s has no default and must be set, e.g. %s/%s=VALUE", r.Name, p.Name, r.ID, p.Name)
		}
	}
	_, named := ParseName(r.Name)
	r.Name = Canonical(r.ID, named, declared)
	bounded, err := c.bounds(r, full)
	if err != nil {
		return r, err
	}
	r.Bounded = bounded
	return r, nil
}

// KnobHint follows a message about a knob that a benchmark does not have: the
// one that may have been meant, or all there are.
func KnobHint(got string, known []string) string {
	if hint := strictyaml.DidYouMean(got, known); hint != "" {
		return hint
	}
	if len(known) == 0 {
		return " (it has none)"
	}
	return fmt.Sprintf(" (it has %s)", strings.Join(known, ", "))
}

func (c *Config) bounds(r record.Row, params protocol.Params) (map[string][2]int64, error) {
	out := maps.Clone(r.Bounded)
	for _, rule := range c.Counters {
		if _, own := r.Bounded[rule.Name]; own || rule.Over != "" && !Match(rule.Over, r.Name) {
			continue
		}
		lo, err := bound(rule, rule.Min, params)
		if err != nil {
			return nil, fmt.Errorf("benchmark %s: %w", r.Name, err)
		}
		hi, err := bound(rule, rule.Max, params)
		if err != nil {
			return nil, fmt.Errorf("benchmark %s: %w", r.Name, err)
		}
		if out == nil {
			out = make(map[string][2]int64)
		}
		out[rule.Name] = [2]int64{lo, hi}
	}
	return out, nil
}

// bound resolves one end of a counter's range.
func bound(rule CounterRule, v any, params protocol.Params) (int64, error) {
	if name, ok := v.(string); ok {
		if v, ok = params.Get(name); !ok {
			return 0, fmt.Errorf("counter %s is bounded by the knob %s, which the benchmark does not have", rule.Name, name)
		}
	}
	switch n := v.(type) {
	case int64:
		return n, nil
	case int:
		return int64(n), nil
	}
	return 0, fmt.Errorf("counter %s is bounded by %v, which is not a whole number", rule.Name, v)
}

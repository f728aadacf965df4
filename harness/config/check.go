package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"xbench/harness/strictyaml"
)

// A checker collects everything that is wrong, so that one edit can mend it.
type checker struct {
	doc      *strictyaml.Document
	problems []error
}

func (k *checker) errorf(path, format string, args ...any) {
	k.problems = append(k.problems, k.doc.Errorf(path, format, args...))
}

// check reports every violation, each located in the file.
func (c *Config) check(doc *strictyaml.Document, f *file) error {
	k := &checker{doc: doc}
	k.implementations(c)
	k.benchmarks(c, f)
	k.suites(c)
	k.settings(c)
	k.sameOutput(c.SameOutput)
	k.outputs(c)
	k.counters(c)
	return errors.Join(k.problems...)
}

func (k *checker) implementations(c *Config) {
	if len(c.Implementations) == 0 {
		k.errorf("implementations", "no implementations: name at least one program under implementations:")
	}
	seen := make(map[string]bool)
	first := "" // reference
	for i, impl := range c.Implementations {
		at := fmt.Sprintf("implementations[%d]", i)
		if err := CheckImplementationName(impl.Name); err != nil {
			k.errorf(at+".name", "%w", err)
		} else if seen[impl.Name] {
			k.errorf(at+".name", "implementation %s is given twice", impl.Name)
		}
		seen[impl.Name] = true
		if impl.Reference && first != "" {
			k.errorf(at+".reference", "%s is a second reference; %s is one already", impl.Name, first)
		} else if impl.Reference {
			first = impl.Name
		}
		k.implementation(at, impl, c)
	}
	for i, impl := range c.Implementations {
		// A launch and a call inside a running process are not the same work:
		// the ratio would be start-up against none.
		isOne := (len(impl.Worker) > 0) != (len(impl.Command) > 0) || impl.Adapter != ""
		if isOne && impl.Kind() != c.Implementations[0].Kind() {
			k.errorf(fmt.Sprintf("implementations[%d]", i), "%s", mixed(impl, c.Implementations[0]))
			break
		}
	}
	if len(c.Implementations) > 1 && first == "" {
		k.errorf("implementations", "none of the %d implementations is the reference; set reference: true on the one to compare with", len(c.Implementations))
	}
}

func (k *checker) implementation(at string, impl Implementation, c *Config) {
	switch {
	case impl.Adapter != "":
		k.adapter(at, impl, c)
	case len(impl.Worker) > 0 && len(impl.Command) > 0:
		k.errorf(at+".command", "%s has both worker and command; a program is either", impl.Name)
	case len(impl.Worker) == 0 && len(impl.Command) == 0:
		k.errorf(at, "%s has neither worker nor command", impl.Name)
	}
	if impl.Needs != nil {
		if err := impl.Needs.check(); err != nil {
			k.errorf(at+".needs", "%s: %w", impl.Name, err)
		}
	}
	for _, d := range []struct {
		name  string
		value int64
	}{
		{"initialize", int64(impl.Timeouts.Initialize)}, {"prepare", int64(impl.Timeouts.Prepare)},
		{"verify", int64(impl.Timeouts.Verify)}, {"run", int64(impl.Timeouts.Run)}, {"shutdown", int64(impl.Timeouts.Shutdown)},
	} {
		if d.value < 0 {
			k.errorf(at+".timeouts."+d.name, "%s: a timeout cannot be negative", impl.Name)
		}
	}
	for name := range impl.Env {
		if name == "" || strings.ContainsAny(name, "=\x00") {
			k.errorf(at+".env", "%s: %q is no name for an environment variable", impl.Name, name)
		}
	}
	k.adapterOnly(at, impl)
	k.launch(at, impl, c)
	k.placeholders(at, impl, c)
}

// Placeholders that every argument list and directory knows, and those that a
// command knows besides.
var (
	placePlaceholders   = []string{"self", "pyref", "python"}
	commandPlaceholders = []string{"self", "pyref", "python", "benchmark", "nonce"}
)

func (k *checker) placeholders(at string, impl Implementation, c *Config) {
	check := func(path, s string, known []string) {
		err := scan(s, new(strings.Builder), func(name string) error {
			if slices.Contains(known, name) {
				return nil
			}
			return unknownPlaceholder(name, known)
		})
		if err != nil {
			k.errorf(path, "%s: %w", impl.Name, err)
		}
	}
	checkAll := func(field string, args, known []string) {
		for i, arg := range args {
			check(fmt.Sprintf("%s.%s[%d]", at, field, i), arg, known)
		}
	}
	withParams := slices.Clone(commandPlaceholders)
	for _, b := range c.Benchmarks {
		for _, p := range b.Params {
			if !slices.Contains(withParams, p.Name) {
				withParams = append(withParams, p.Name)
			}
		}
	}
	checkAll("worker", impl.Worker, placePlaceholders)
	withName := append(slices.Clone(withParams), "name")
	switch {
	case impl.Adapter == "":
		checkAll("command", impl.Command, withParams)
	case oneForAll(impl.Adapter):
		checkAll("command", impl.Command, placePlaceholders)
	default:
		checkAll("command", impl.Command, withName)
	}
	checkAll("output", impl.Output, withName)
	k.launchPlaceholders(at, impl, withParams, check)
	checkAll("build", impl.Build, placePlaceholders)
	check(at+".dir", impl.Dir, placePlaceholders)
	if impl.Needs != nil {
		checkAll("needs.run", impl.Needs.Run, placePlaceholders)
	}
}

func (k *checker) benchmarks(c *Config, f *file) {
	if len(c.Benchmarks) == 0 {
		k.errorf("benchmarks", "no benchmarks: name at least one under benchmarks:")
	}
	seen := make(map[string]bool)
	for i, b := range c.Benchmarks {
		at := fmt.Sprintf("benchmarks[%d]", i)
		if b.Name == "" {
			k.errorf(at, "a benchmark without a name")
			continue
		}
		if err := CheckBenchmarkName(b.Name); err != nil {
			k.errorf(at+".name", "%w", err)
		} else if seen[b.Name] {
			k.errorf(at+".name", "benchmark %s is given twice", b.Name)
		}
		seen[b.Name] = true
		_, named := ParseName(b.Name)
		for _, p := range f.Benchmarks[i].Params {
			if _, twice := named.Get(p.Name); twice {
				k.errorf(at+".params."+p.Name, "%s: the name sets %s already", b.Name, p.Name)
			}
			if !knobName.MatchString(p.Name) {
				k.errorf(at+".params."+p.Name, "%s: %q is no name for a knob", b.Name, p.Name)
			}
		}
		if b.Expected < 0 {
			k.errorf(at+".expected", "%s: a speedup is above 0", b.Name)
		}
		if b.LowerBound < 0 {
			k.errorf(at+".lower_bound", "%s: a lower bound cannot be negative", b.Name)
		}
		if b.Samples < 0 {
			k.errorf(at+".samples", "%s: want at least one sample", b.Name)
		}
		if (b.Table == "") != (b.Variant == "") {
			k.errorf(at, "%s: table and variant are the row and column of one cell; give both or neither", b.Name)
		}
	}
}

func (k *checker) suites(c *Config) {
	seen := make(map[string]bool)
	for i, s := range c.Suites {
		at := fmt.Sprintf("suites[%d]", i)
		if !simpleName.MatchString(s.Name) {
			k.errorf(at+".name", "suite name %q: want letters, digits, '.', '_' or '-'", s.Name)
		} else if seen[s.Name] {
			k.errorf(at+".name", "suite %s is given twice", s.Name)
		}
		seen[s.Name] = true
		k.suiteNumbers(at, s)
		if len(s.Benchmarks) == 0 {
			k.errorf(at, "suite %s has no benchmarks", s.Name)
		}
		for j, pattern := range s.Benchmarks {
			if !slices.ContainsFunc(c.Benchmarks, func(b Benchmark) bool { return Match(pattern, b.Name) }) {
				k.errorf(fmt.Sprintf("%s.benchmarks[%d]", at, j), "suite %s: no benchmark is called %s%s",
					s.Name, pattern, strictyaml.DidYouMean(pattern, benchmarkNames(c)))
			}
		}
	}
}

func (k *checker) suiteNumbers(at string, s Suite) {
	check := func(ok bool, field, want string) {
		if !ok {
			k.errorf(at+"."+field, "suite %s: %s", s.Name, want)
		}
	}
	check(s.Sample > 0, "sample", "a sample takes time")
	check(s.Samples >= 1, "samples", "want at least one sample")
	check(s.Warmup >= 0, "warmup", "a warm-up cannot be negative")
	check(s.Spacing >= 0, "spacing", "spacing cannot be negative")
	check(s.Budget > 0, "budget", "a run needs time")
	check(s.MinRounds >= 2, "min_rounds", "want at least 2 rounds: one has no interval")
	check(s.Rounds == 0 || goodRounds(s.Rounds), "rounds", roundsRange)
	check(s.Gate == "" || slices.Contains(gates, s.Gate), "gate", badChoice("gate", s.Gate, gates))
}

const roundsRange = "want 2 to 45 rounds"

func goodRounds(n int) bool { return n >= 2 && n <= 45 }

var (
	gates        = []string{"minimum", "target", "stretch", "none"}
	inconclusive = []string{"fail", "pass"}
	comparisons  = []string{"exact", "json", "lines", "sorted-lines", "none"}
)

func badChoice(field, got string, known []string) string {
	if hint := strictyaml.DidYouMean(got, known); hint != "" {
		return fmt.Sprintf("%s: unknown value %q%s", field, got, hint)
	}
	return fmt.Sprintf("%s: unknown value %q (want %s)", field, got, strings.Join(known, ", "))
}

func (k *checker) settings(c *Config) {
	s := c.Settings
	if s.Suite != "" {
		if _, err := c.Suite(s.Suite); err != nil {
			k.errorf("suite", "%w", err)
		}
	}
	if s.Budget < 0 {
		k.errorf("budget", "a budget cannot be negative")
	}
	if s.Rounds != 0 && !goodRounds(s.Rounds) {
		k.errorf("rounds", roundsRange)
	}
	if s.Gate != "" && !slices.Contains(gates, s.Gate) {
		k.errorf("gate", "%s", badChoice("gate", s.Gate, gates))
	}
	if s.Inconclusive != "" && !slices.Contains(inconclusive, s.Inconclusive) {
		k.errorf("inconclusive", "%s", badChoice("inconclusive", s.Inconclusive, inconclusive))
	}
}

func (k *checker) sameOutput(s SameOutput) {
	switch {
	case !slices.Contains(comparisons, s.As):
		k.errorf("same_output.as", "%s", badChoice("as", s.As, comparisons))
	case s.FloatTolerance < 0:
		k.errorf("same_output.float_tolerance", "a tolerance cannot be negative")
	case s.FloatTolerance > 0 && (s.As == "exact" || s.As == "none"):
		k.errorf("same_output.float_tolerance", "float_tolerance needs as: json, lines or sorted-lines; %s knows no numbers", s.As)
	}
}

func (k *checker) counters(c *Config) {
	for i, r := range c.Counters {
		at := fmt.Sprintf("counters[%d]", i)
		if r.Name == "" {
			k.errorf(at, "a counter without a name")
		}
		for _, end := range []struct {
			field string
			value any
		}{{"min", r.Min}, {"max", r.Max}} {
			switch v := end.value.(type) {
			case int64:
			case string:
				if !knobName.MatchString(v) {
					k.errorf(at+"."+end.field, "counter %s: %q is no name for a knob", r.Name, v)
				}
			default:
				k.errorf(at+"."+end.field, "counter %s: %s wants a whole number or the name of a knob", r.Name, end.field)
			}
		}
		lo, lok := r.Min.(int64)
		hi, hok := r.Max.(int64)
		if lok && hok && lo > hi {
			k.errorf(at+".max", "counter %s: max %d is below min %d", r.Name, hi, lo)
		}
		if r.Over != "" && !slices.ContainsFunc(c.Benchmarks, func(b Benchmark) bool { return Match(r.Over, b.Name) }) {
			k.errorf(at+".over", "counter %s: no benchmark matches %s", r.Name, r.Over)
		}
	}
}

func benchmarkNames(c *Config) []string {
	var names []string
	for _, b := range c.Benchmarks {
		names = append(names, b.Name)
	}
	return names
}

package configs_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/goimpl/suite"
	"xbench/harness/config"
	"xbench/harness/record"
)

const (
	docPath   = "../docs/configuration.md"
	goalsPath = "../docs/goals.md"
)

func doc(t *testing.T) string { return readDoc(t, docPath) }

func readDoc(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The example in the documentation is a configuration that works.
func TestDocumentedExample(t *testing.T) {
	_, rest, ok := strings.Cut(doc(t), "```yaml\n")
	text, _, closed := strings.Cut(rest, "```\n")
	if !ok || !closed {
		t.Fatalf("no example in %s", docPath)
	}
	c, err := config.Load("example", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	scope := scopeOf(c)
	goals, err := scope.DecodeGoals("example", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if got := rows(t, c, ""); len(got) != 3 || len(goals) != 2 || len(c.Implementations) != 2 {
		t.Errorf("%d rows, %d goals, %d implementations", len(got), len(goals), len(c.Implementations))
	}
}

// scopeOf is what the goals of a configuration may speak of.
func scopeOf(c *config.Config) compare.Scope {
	var s compare.Scope
	for _, b := range c.Benchmarks {
		s.Rows = append(s.Rows, record.Removed{Name: b.Name, Group: b.Group})
	}
	for _, im := range c.Implementations {
		if !im.Reference {
			s.Candidates = append(s.Candidates, im.Name)
		}
	}
	return s
}

// The goals in the documentation are read as they stand, and there is one of
// each kind.
func TestDocumentedGoals(t *testing.T) {
	_, rest, ok := strings.Cut(readDoc(t, goalsPath), "## One of each kind\n\n```yaml\n")
	text, _, closed := strings.Cut(rest, "```\n")
	if !ok || !closed {
		t.Fatalf("no goals in %s", goalsPath)
	}
	var s compare.Scope
	s.Candidates = []string{"go", "rust"}
	for _, name := range []string{"parse/small", "parse/large", "serve/clients=64"} {
		s.Rows = append(s.Rows, record.Removed{Name: name}, record.Removed{Name: name + "/old=true", Group: "legacy"})
	}
	goals, err := s.DecodeGoals("example", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	kinds := make(map[string]int)
	for _, g := range goals {
		switch {
		case g.Speedup > 0:
			kinds["speedup"]++
		case g.Each > 0:
			kinds["each"]++
		case g.Consistency > 0:
			kinds["consistency"]++
		case g.Spread > 0 && g.Gate:
			kinds["gated spread"]++
		case g.Spread > 0:
			kinds["spread"]++
		}
		if g.Against != "" {
			kinds["against"]++
		}
		if g.Than != "" {
			kinds["than"]++
		}
		if g.Inconclusive == "pass" {
			kinds["allowed"]++
		}
		if g.Suite != "" {
			kinds["suite"]++
		}
	}
	for _, kind := range []string{"speedup", "each", "consistency", "spread", "gated spread", "against", "than", "allowed", "suite"} {
		if kinds[kind] == 0 {
			t.Errorf("no goal of the kind %s", kind)
		}
	}
}

// Every field has a place in the documentation.
func TestEveryFieldIsDocumented(t *testing.T) {
	text := doc(t)
	check := func(typ reflect.Type) {
		for i := range typ.NumField() {
			tag, _, _ := strings.Cut(typ.Field(i).Tag.Get("yaml"), ",")
			if tag != "" && tag != "-" && !strings.Contains(text, "`"+tag+"`") {
				t.Errorf("%s: field %s of %s is not documented", docPath, tag, typ)
			}
		}
	}
	for _, v := range []any{config.Settings{}, config.Implementation{}, config.Needs{}, config.Timeouts{},
		config.Benchmark{}, config.Suite{}, config.SameOutput{}, config.CounterRule{}} {
		check(reflect.TypeOf(v))
	}
	for _, section := range []string{"implementations", "benchmarks", "suites", "same_output", "counters", "goals"} {
		if !strings.Contains(text, "\n## "+section+"\n") {
			t.Errorf("%s has no section %s", docPath, section)
		}
	}
	// The defaults in the table are the defaults.
	d := config.DefaultSuite()
	for field, value := range map[string]string{"sample": d.Sample.String(), "warmup": d.Warmup.String(), "spacing": d.Spacing.String()} {
		if !strings.Contains(text, "| `"+field+"` | `"+value+"` |") {
			t.Errorf("%s: the default of %s is %s", docPath, field, value)
		}
	}
}

// The catalogue has a place for every benchmark and every knob.
func TestCatalogueIsComplete(t *testing.T) {
	data, err := os.ReadFile("../docs/catalogue.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	knobs, _, _ := strings.Cut(text, "\n## Graph benchmarks")
	for _, b := range suite.Implementation().Benchmarks {
		if strings.HasPrefix(b.Name, "conformance/") {
			continue
		}
		if !documented(text, b.Name) {
			t.Errorf("no place for %s", b.Name)
		}
		for _, p := range b.Params {
			if !strings.Contains(knobs, "`"+p.Name+"`") {
				t.Errorf("no place for knob %s of %s", p.Name, b.Name)
			}
		}
	}
	for _, s := range load(t).Suites {
		if s.Name != "smoke" && !strings.Contains(text, "`"+s.Name+"`") {
			t.Errorf("no place for suite %s", s.Name)
		}
	}
}

// documented reports whether a table names a benchmark: in full, or a family
// of them with what tells them apart.
func documented(text, name string) bool {
	if strings.Contains(text, "`"+name+"`") {
		return true
	}
	group, short, _ := strings.Cut(name, "/")
	for _, line := range strings.Split(text, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 3 || !strings.Contains(cells[1], "`"+group+"/") {
			continue
		}
		first, rest, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(cells[1]), "`"+group+"/"), "`")
		for _, other := range strings.Split(rest, "`") {
			other = strings.TrimSuffix(strings.TrimPrefix(other, "(and "), ")")
			_, afterSize, _ := strings.Cut(first, "_") // small_state_clone, `medium_`
			switch {
			case other == short, strings.HasPrefix(other, "_") && strings.HasSuffix(short, other) && sameFamily(first, short, other),
				strings.HasSuffix(other, "_") && short == other+afterSize:
				return true
			}
		}
	}
	// Pairs are told apart by what the heading of their group says.
	for from, to := range map[string]string{"_with_subscriber": "_no_subscriber", "_checkpoint": ""} {
		if base, ok := strings.CutSuffix(name, from); ok {
			return strings.Contains(text, "`"+from+"`") && documented(text, base+to)
		}
	}
	return false
}

// sameFamily reports whether short is first with another ending.
func sameFamily(first, short, ending string) bool {
	base := strings.TrimSuffix(short, ending)
	return strings.HasPrefix(first, base+"_")
}

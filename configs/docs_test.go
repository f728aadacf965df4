package configs_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/config"
)

const docPath = "../docs/configuration.md"

func doc(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(docPath)
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
	goals, err := compare.DecodeGoals("example", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var known []string
	for _, b := range c.Benchmarks {
		known = append(known, b.Name)
	}
	if err := compare.CheckGoals(goals, known, nil); err != nil {
		t.Error(err)
	}
	if got := rows(t, c, ""); len(got) != 3 || len(goals) != 2 || len(c.Implementations) != 2 {
		t.Errorf("%d rows, %d goals, %d implementations", len(got), len(goals), len(c.Implementations))
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

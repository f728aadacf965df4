package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/configs"
	"xbench/harness/config"
	"xbench/harness/record"
)

func theDemo(t *testing.T) *config.Config {
	t.Helper()
	demo, err := config.Load(demoName, configs.Demo)
	if err != nil {
		t.Fatal(err)
	}
	return demo
}

// The record of a run of nothing but xbench run, with its rows and no rounds.
func quickRecord(t *testing.T) *record.Record {
	t.Helper()
	demo := theDemo(t)
	rows, err := demo.Rows(config.Selection{Suite: "quick"})
	if err != nil {
		t.Fatal(err)
	}
	looks, shares := compare.PlanLooks(8)
	return &record.Record{Plan: record.Plan{Version: 1, Suite: "quick", Demo: true, Alpha: 0.05, RMax: 8, Looks: looks, Shares: shares,
		Reference: "python", Implementations: []record.Implementation{{Name: "python"}, {Name: "go"}}, Rows: rows}}
}

// What the help shows works on what a first run leaves.
func TestExamplesOfCompareFitTheFirstRun(t *testing.T) {
	rec := quickRecord(t)
	example := new(app).compareCommand().Example
	flags := func(name string) []string {
		var out []string
		for _, m := range regexp.MustCompile(`--`+name+` (\S+)`).FindAllStringSubmatch(example, -1) {
			out = append(out, m[1])
		}
		if len(out) == 0 {
			t.Errorf("no example of --%s", name)
		}
		return out
	}
	for _, by := range flags("by") {
		if _, err := compare.Analyze(rec, compare.Options{By: by}); err != nil {
			t.Errorf("--by %s: %v", by, err)
		}
	}
	for _, what := range flags("explain") {
		if _, err := compare.Explain(rec, compare.Options{}, what, ""); err != nil {
			t.Errorf("--explain %s: %v", what, err)
		}
	}
}

// A knob that a run does not vary is answered with the run that does.
func TestByNamesTheRunToMake(t *testing.T) {
	check := func(by, want string) {
		t.Helper()
		rec := quickRecord(t)
		_, err := compare.Analyze(rec, compare.Options{By: by})
		if err == nil {
			t.Fatalf("--by %s: no error", by)
		}
		if got := whichRun(rec, err).Error(); !strings.HasSuffix(got, want) {
			t.Errorf("--by %s: %s; want ... %s", by, got, want)
		}
	}
	check("executor", "differ in executor alone (there are: workers); rows that do are in another suite: xbench run --suite build")
	check("copy", `"copy" (there are: workers); rows that do are in another suite: xbench run --suite graph`)
	check("executo", `sets a knob "executo" (there are: workers)`)
	demo := theDemo(t)
	if !slices.ContainsFunc(demo.Suites, func(s config.Suite) bool { return s.Name == suiteVarying(demo, "start_method") }) {
		t.Errorf("start methods: no suite")
	}
}

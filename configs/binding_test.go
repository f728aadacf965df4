package configs_test

import (
	"slices"
	"strings"
	"testing"

	"xbench/goimpl/suite"
	"xbench/harness/config"
	"xbench/harness/protocol"
	"xbench/harness/record"
)

// The rows and the worker's list agree: each row is a benchmark of the
// worker's with knobs it has, under the very name a run will give it, and each
// of the worker's benchmarks has a row, but for those that are described by
// the params they get.
func TestRowsFitTheWorker(t *testing.T) {
	c := load(t)
	declared := make(map[string]protocol.Params)
	for _, b := range suite.Implementation().Benchmarks {
		params := protocol.Params{}
		for _, p := range b.Params {
			params = append(params, protocol.Param{Name: p.Name, Value: p.Default})
		}
		declared[b.Name] = params
	}
	used := make(map[string]bool)
	for _, b := range c.Benchmarks {
		params, ok := declared[b.ID()]
		if !ok {
			t.Errorf("%s: the worker has no benchmark %s", b.Name, b.ID())
			continue
		}
		used[b.ID()] = true
		row, err := c.Bind(record.Row{Name: b.Name, ID: b.ID(), Params: slices.Clone(b.Params)}, params)
		if err != nil {
			t.Error(err)
		} else if row.Name != b.Name {
			t.Errorf("%s is called %s by a run", b.Name, row.Name)
		}
		if _, bounded := row.Bounded["max_running"]; bounded != strings.Contains(b.Name, "executor=") {
			t.Errorf("%s: max_running bounded is %v", b.Name, bounded)
		}
	}
	for name := range declared {
		if !used[name] && !strings.HasSuffix(name, "_spec") {
			t.Errorf("the worker's %s is in no row", name)
		}
	}
}

// A sweep of the bundled configuration gives rows that bind as well.
func TestSweepFitsTheWorker(t *testing.T) {
	c := load(t)
	sweep, err := config.ParseSweep("workers=1,2,8")
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Rows(config.Selection{Suite: "build", Filter: "light_static/executor=threadpool", Sweep: []config.Sweep{sweep}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range got {
		names = append(names, r.Name)
	}
	if len(got) != 2*3 || got[0].ID != "build/light_static" {
		t.Errorf("got %v", names)
	}
}

package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/config"
	"xbench/harness/protocol"
	"xbench/harness/record"
	"xbench/harness/sdk"
)

// Each row is a benchmark of both sides under the name it will have in a run,
// prepares on both, and is spoken of by a goal.
func TestRowsFitBothSides(t *testing.T) {
	data, err := os.ReadFile("xbench.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load("xbench.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	goals, err := compare.DecodeGoals("xbench.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	met := make([]int, len(goals))
	for _, b := range c.Benchmarks {
		claimed := false
		for i, g := range goals {
			if g.Suite == b.Group && config.Match(g.Over, b.Name) {
				claimed = true
				met[i]++
			}
		}
		if !claimed {
			t.Errorf("%s: no goal speaks of it", b.Name)
		}
		for _, side := range []string{"peer", "goimpl"} {
			checkRow(t, c, b, implementation(side))
		}
	}
	for i, n := range met {
		if n == 0 {
			t.Errorf("goal %q speaks of no row", goals[i].Claim)
		}
	}
}

func checkRow(t *testing.T, c *config.Config, b config.Benchmark, impl sdk.Implementation) {
	t.Helper()
	i := slices.IndexFunc(impl.Benchmarks, func(x sdk.Benchmark) bool { return x.Name == b.ID() })
	if i < 0 {
		t.Errorf("%s: no benchmark %s", b.Name, b.ID())
		return
	}
	declared, params := protocol.Params{}, sdk.Params{}
	for _, p := range impl.Benchmarks[i].Params {
		declared = append(declared, protocol.Param{Name: p.Name, Value: p.Default})
		params[p.Name] = p.Default
	}
	row, err := c.Bind(record.Row{Name: b.Name, ID: b.ID(), Params: slices.Clone(b.Params)}, declared)
	if err != nil || row.Name != b.Name {
		t.Errorf("%s is called %s by a run: %v", b.Name, row.Name, err)
	}
	for _, p := range b.Params {
		params[p.Name] = p.Value
	}
	made, err := impl.Benchmarks[i].Prepare(params)
	if err != nil {
		t.Errorf("%s: %v", b.Name, err)
		return
	}
	if err := made.Close(); err != nil {
		t.Errorf("%s: %v", b.Name, err)
	}
}

// The record says which versions were compared.
func TestVersions(t *testing.T) {
	got := versions()
	for _, name := range []string{"ants v", "conc v", "eino v", "errgroup v", "heimdalr/dag v", "pond v"} {
		if !strings.Contains(got, name) {
			t.Errorf("%q does not name %q", got, strings.TrimSuffix(name, " v"))
		}
	}
}

func TestUnknownSide(t *testing.T) {
	if got := run([]string{"gopher"}); got != 2 {
		t.Errorf("exit status %d, want 2", got)
	}
}

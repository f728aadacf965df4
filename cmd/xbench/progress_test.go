package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"xbench/harness"
	"xbench/harness/record"
)

// A name that must be shortened keeps its end, which tells rows apart.
func TestShortName(t *testing.T) {
	check := func(name string, n int, want string) {
		t.Helper()
		got := shortName(name, n)
		if got != want {
			t.Errorf("%s in %d: %q, want %q", name, n, got, want)
		}
		if utf8.RuneCountInString(got) > max(n, 0) {
			t.Errorf("%s in %d: %q is too long", name, n, got)
		}
	}
	const name = "sequential_execution/3_nodes_simple/nodes=50"
	check(name, 44, name)
	check(name, 43, "3_nodes_simple/nodes=50")
	check(name, 23, "3_nodes_simple/nodes=50")
	check(name, 20, "3_node…mple/nodes=50")
	check("flat/nodes=50", 9, "nodes=50")
	check("noop/n=1", 2, "…1")
	check("noop", 1, "n")
	check("noop", 0, "")
	check("noop", -5, "")
}

// A build can take a minute, and nothing else is said before it ends.
func TestProgressSaysWhatIsBuilt(t *testing.T) {
	var b strings.Builder
	p := &progress{w: &b, live: true}
	p.event(harness.Event{Stage: harness.StageBuild, Impl: "rust"})
	p.clear()
	if got := b.String(); got != wipe+"build      rust\r"+wipe {
		t.Errorf("got %q", got)
	}
}

// Where nothing was compared no line says that outputs are equal, also when a
// side lacks a benchmark.
func TestSameWorkIsNotClaimedUnverified(t *testing.T) {
	rows := []record.Row{{Name: "a"}, {Name: "b"}}
	bad := map[string]record.Note{"b": {Row: "b", Impl: "rust", Message: "it has no benchmark"}}
	check := func(plan record.Plan, want string) {
		t.Helper()
		var b strings.Builder
		(&progress{w: &b}).sameWork(rows, bad, &plan)
		if !strings.HasPrefix(b.String(), want) || strings.Contains(b.String(), "equal") || !strings.HasSuffix(b.String(), "  b: rust it has no benchmark\n") {
			t.Errorf("got %q, want %q first", b.String(), want)
		}
	}
	adapters := []record.Implementation{{Name: "python", Kind: record.KindAdapter}, {Name: "rust", Kind: record.KindAdapter}}
	check(record.Plan{Implementations: adapters}, "same work  not verified; give output: in the configuration, a command that prints the result\nwork       1 of 2 benchmarks answer\n")
	commands := []record.Implementation{{Name: "python", Kind: record.KindCommand}, {Name: "rust", Kind: record.KindCommand}}
	check(record.Plan{Implementations: commands, SameOutput: "none"}, "same work  not verified: outputs are not compared\nwork       1 of 2 benchmarks answer\n")
}

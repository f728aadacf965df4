package main

import (
	"strings"
	"testing"
	"time"
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
	check := func(live bool, took time.Duration, want string) {
		t.Helper()
		b.Reset()
		p.live = live
		e := harness.Event{Stage: harness.StageBuild, Impl: "rust", Command: []string{"cargo", "build", "--release"}, Total: 1}
		p.event(e)
		e.Done, e.Elapsed = 1, took
		p.event(e)
		if got := b.String(); got != want {
			t.Errorf("live %t, %v: got %q, want %q", live, took, got, want)
		}
	}
	const build = "build      rust: cargo build --release"
	check(true, time.Second, wipe+build+"\r"+wipe)
	check(true, 29*time.Second, wipe+build+"\r"+wipe+"build      rust took 29 s\n")
	check(false, time.Second, build+"\n")
	check(false, 29*time.Second, build+"\nbuild      rust took 29 s\n")
	p.quiet = true
	check(false, 29*time.Second, "")
}

// A check that waits names the row, whom it waits for and until when.
func TestProgressSaysWhoIsAwaited(t *testing.T) {
	var b strings.Builder
	p := &progress{w: &b, live: true}
	p.event(harness.Event{Stage: harness.StageCheck, Row: "slug", Impl: "python", Total: 1, Elapsed: 4 * time.Second, Left: 116 * time.Second})
	if got, want := b.String(), wipe+"same work  0 of 1, waiting for python, at most 1 min 56 s more  slug\r"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	b.Reset()
	p = &progress{w: &b, last: time.Now().Add(-heartbeat)}
	p.event(harness.Event{Stage: harness.StageCheck, Row: "slug", Impl: "python", Total: 1, Elapsed: 31 * time.Second, Left: 89 * time.Second})
	if got, want := b.String(), "same work  0 of 1, waiting for python, at most 89 s more  slug\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
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

package graph_test

import (
	"context"
	"testing"

	"xbench/goimpl/graph"
)

func idle(context.Context, graph.State, *graph.Update) error { return nil }

func nodes(b *graph.Builder, names ...string) {
	for _, name := range names {
		b.Node(name, idle)
	}
}

// TestCompileErrors: every fault is found, the first in the order of checks.
func TestCompileErrors(t *testing.T) {
	check := func(want string, draw func(b *graph.Builder)) {
		t.Helper()
		b := graph.New(newTrace().schema)
		draw(b)
		_, err := b.Compile()
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	label := func(graph.State) string { return "x" }
	check(`graph: no entry: name the first nodes with Entry`, func(b *graph.Builder) { nodes(b, "a") })
	check(`graph: node "a": duplicate node`, func(b *graph.Builder) { nodes(b, "a", "b", "a") }) // before no_entry
	check(`graph: node "c": unknown node: named by the edge from "a"`, func(b *graph.Builder) {
		nodes(b, "a")
		b.Edge("a", "c")
		b.Entry("a")
	})
	check(`graph: node "c": unknown node: named by the edge to "a"`, func(b *graph.Builder) {
		nodes(b, "a")
		b.Edge("c", "a")
		b.Entry("a")
	})
	check(`graph: node "__end__": unknown node: named by the edge to "a"`, func(b *graph.Builder) {
		nodes(b, "a")
		b.Edge(graph.End, "a")
		b.Entry("a")
	})
	check(`graph: node "c": unknown node: named by the join to "a"`, func(b *graph.Builder) {
		nodes(b, "a")
		b.Join([]string{"a", "c"}, "a")
		b.Entry("a")
	})
	check(`graph: node "c": unknown node: named by the join from ["a"]`, func(b *graph.Builder) {
		nodes(b, "a")
		b.Join([]string{"a"}, "c")
		b.Entry("a")
	})
	check(`graph: node "c": unknown node: named by a branch from it`, func(b *graph.Builder) {
		nodes(b, "a")
		b.Branch("c", label, nil)
		b.Entry("a")
	})
	check(`graph: node "c": unknown node: named by route "x" of the branch from "a"`, func(b *graph.Builder) {
		nodes(b, "a")
		b.Branch("a", label, map[string]string{"x": "c"})
		b.Entry("a")
	})
	check(`graph: node "c": unknown node: named by the entry`, func(b *graph.Builder) {
		nodes(b, "a")
		b.Branch("a", label, nil) // empty_routes comes later
		b.Entry("a", "c")
	})
	check(`graph: node "a": empty routes`, func(b *graph.Builder) {
		nodes(b, "a", "orphan") // unreachable comes later
		b.Branch("a", label, nil)
		b.Entry("a")
	})
	check(`graph: empty routes: of the entry router`, func(b *graph.Builder) {
		nodes(b, "a")
		b.EntryBranch(func(graph.State) []string { return nil }, nil)
	})
	check(`graph: node "orphan": unreachable: no path from the entry reaches it`, func(b *graph.Builder) {
		nodes(b, "orphan", "a")
		b.Edge("orphan", "orphan")
		b.Entry("a")
	})
	check(`graph: node "__end__": unknown node: a node needs a function and a name other than __end__`, func(b *graph.Builder) {
		nodes(b, graph.End)
		b.Entry(graph.End)
	})

	s := graph.NewSchema()
	graph.Last(s, "x", 0)
	graph.Last(s, "x", "")
	if _, err := graph.New(s).Compile(); kindOf(err) != "duplicate_field  x" {
		t.Errorf("got %v", err)
	}
	if _, err := graph.Dynamic(graph.NewSchema(), "x", "sum", nil); err == nil {
		t.Error("an unknown reducer is taken")
	}
}

// TestPlanText: one graph has one description, in whatever order it was drawn.
func TestPlanText(t *testing.T) {
	label := func(graph.State) string { return "" }
	draw := func(d trace, flip bool) *graph.Builder {
		b := graph.New(d.schema)
		steps := []func(){
			func() { nodes(b, "b", "c") },
			func() { nodes(b, "a") },
			func() { b.Edge("b", graph.End) },
			func() { b.Edge("a", "b") },
			func() { b.Join([]string{"c", "a"}, "b") },
			func() { b.Join([]string{"b"}, "c") },
			func() { b.Branch("a", label, map[string]string{"y": "c", "x": graph.End}) },
			func() { b.Branch("a", label, map[string]string{"z": "b"}) },
			func() { b.Entry("c") },
			func() { b.Entry("a") },
		}
		for i := range steps {
			if flip {
				i = len(steps) - 1 - i
			}
			steps[i]()
		}
		return b
	}
	want := `{"branches":[["a",{"x":"__end__","y":"c"}],["a",{"z":"b"}]],"edges":[["a","b"],["b","__end__"]],"entry":["a","c"],` +
		`"fields":{"log":"append","meta":"merge","x":"last"},"joins":[[["a","c"],"b"],[["b"],"c"]],"nodes":["a","b","c"],"v":1}`
	for _, flip := range []bool{false, true} {
		p := compile(t, draw(newTrace(), flip))
		if got := textOf(t, p); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if got, want := p.Size(), (graph.Size{Nodes: 3, Edges: 2, Branches: 2, Joins: 2}); got != want {
			t.Errorf("size %+v, want %+v", got, want)
		}
	}
}

// TestBuilderCompilesAgain: a plan keeps nothing of its builder.
func TestBuilderCompilesAgain(t *testing.T) {
	b := graph.New(newTrace().schema)
	nodes(b, "b", "a")
	b.Edge("a", "b")
	b.Entry("a")
	first := compile(t, b)
	text := textOf(t, first)
	nodes(b, "c")
	b.Edge("b", "c")
	second := compile(t, b)
	if textOf(t, first) != text || second.Size().Nodes != 3 {
		t.Errorf("first plan is now %s, second %s", textOf(t, first), textOf(t, second))
	}
}

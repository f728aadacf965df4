package graph_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"xbench/goimpl/cj"
	"xbench/goimpl/graph"
)

type anyText struct{ v any }

func (a anyText) AppendCJ(dst []byte) ([]byte, error) { return cj.Append(dst, a.v) }

// logOf runs a graph and returns who ran, in order.
func logOf(t *testing.T, d trace, b *graph.Builder) string {
	t.Helper()
	res, err := invoke(t, 2, compile(t, b), d.schema.Input().State(), graph.Options{})
	if err != nil {
		return kindOf(err)
	}
	return strings.Join(d.log.Get(res.State), " ")
}

// TestJoinFiresAgain: a join counts anew after it has fired, and a source that
// runs twice in the meantime counts once.
func TestJoinFiresAgain(t *testing.T) {
	d := newTrace()
	b := graph.New(d.schema)
	d.say(b, "s", "a", "a2", "b", "j")
	b.Edge("s", "a")
	b.Edge("s", "b")
	b.Edge("a", "a2")
	b.Join([]string{"b", "a2", "a"}, "j")
	b.Branch("j", func(s graph.State) string { return fmt.Sprint(d.log.Len(s) > 6) }, map[string]string{"true": graph.End, "false": "s"})
	b.Entry("s")
	if got, want := logOf(t, d, b), "s a b a2 j s a b a2 j"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestJoinStartsAnew: what a run left waiting is forgotten by the next.
func TestJoinStartsAnew(t *testing.T) {
	d := newTrace()
	b := graph.New(d.schema)
	d.say(b, "s", "a", "b", "j")
	b.Branch("s", func(s graph.State) string { return d.log.Get(s)[0] }, map[string]string{"a": "a", "b": "b"})
	b.Join([]string{"a", "b"}, "j")
	b.Entry("s")
	p := compile(t, b)
	var r graph.Runner
	for _, first := range []string{"a", "b", "a", "b"} {
		in := d.schema.Input()
		d.log.Add(in, first)
		res, err := r.Invoke(context.Background(), p, in.State(), graph.Options{})
		if err != nil || d.log.Len(res.State) != 3 {
			t.Fatalf("%v: %v", d.log.Get(res.State), err)
		}
	}
}

func TestEntryRouters(t *testing.T) {
	d := newTrace()
	b := graph.New(d.schema)
	d.say(b, "a", "b", "c")
	b.EntryBranch(func(s graph.State) []string { return []string{"2", "1"} }, map[string]string{"1": "a", "2": "b", "3": "c"})
	if got := logOf(t, d, b); got != "a b" {
		t.Errorf("got %q", got)
	}
	if got, want := textOf(t, compile(t, b)), `"entry":["a","b","c"]`; !strings.Contains(got, want) {
		t.Errorf("plan %s lacks %s", got, want)
	}
	d = newTrace()
	b = graph.New(d.schema)
	d.say(b, "a", "b")
	b.EntrySend(func(s graph.State) []graph.Send { return []graph.Send{{Node: "b", Input: s}, {Node: "a", Input: s}} }, "a", "b")
	if got := logOf(t, d, b); got != "b a" { // as they were sent
		t.Errorf("got %q", got)
	}
	d = newTrace()
	b = graph.New(d.schema)
	d.say(b, "a")
	b.EntryBranch(func(s graph.State) []string { return []string{"no"} }, map[string]string{"1": "a"})
	if got := logOf(t, d, b); got != "no_route" {
		t.Errorf("got %q", got)
	}
}

func TestSendElsewhere(t *testing.T) {
	for _, target := range []string{"nowhere", "s", graph.End} {
		d := newTrace()
		b := graph.New(d.schema)
		d.say(b, "s", "m")
		b.BranchSend("s", func(s graph.State) []graph.Send { return []graph.Send{{Node: target, Input: s}} }, "m", graph.End)
		b.Entry("s")
		if got := logOf(t, d, b); got != "unknown_node s" {
			t.Errorf("send to %s: got %q", target, got)
		}
	}
}

// TestManyLabels: a branch with more labels than are searched one by one.
func TestManyLabels(t *testing.T) {
	for i := range 30 {
		d := newTrace()
		b := graph.New(d.schema)
		d.say(b, "s")
		routes := make(map[string]string)
		for j := range 30 {
			name := fmt.Sprint("n", j)
			d.say(b, name)
			routes[fmt.Sprint(j)] = name
		}
		b.Branch("s", func(graph.State) string { return fmt.Sprint(i) }, routes)
		b.Entry("s")
		if got, want := logOf(t, d, b), fmt.Sprint("s n", i); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestLimit(t *testing.T) {
	d := newTrace()
	b := graph.New(d.schema)
	d.say(b, "p")
	b.Edge("p", "p")
	b.Entry("p")
	p := compile(t, b)
	for limit, want := range map[int]int64{0: 25, 1: 1, 100: 100} {
		res, err := invoke(t, 0, p, d.schema.Input().State(), graph.Options{Limit: limit})
		if kindOf(err) != "recursion_limit" || res.Counters.Nodes != want || res.Counters.Supersteps != want {
			t.Errorf("limit %d: %v after %d nodes, want %d", limit, err, res.Counters.Nodes, want)
		}
	}
}

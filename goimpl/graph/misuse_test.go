package graph_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"xbench/goimpl/graph"
)

// sameError checks the whole text of an error and that it is an *Error.
func sameError(t *testing.T, err error, want string) {
	t.Helper()
	var e *graph.Error
	if err == nil || err.Error() != want || !errors.As(err, &e) {
		t.Errorf("got  %v (%T)\nwant %s", err, err, want)
	}
}

// TestPutIgnored: a node that does not look at what Put says fails all the
// same, and nothing it wrote by that name is applied.
func TestPutIgnored(t *testing.T) {
	d := newTrace()
	check := func(want string, write func(out *graph.Update)) {
		t.Helper()
		b := graph.New(d.schema)
		b.Node("n", func(_ context.Context, _ graph.State, out *graph.Update) error {
			write(out)
			return nil
		})
		b.Entry("n")
		_, err := invoke(t, 0, compile(t, b), d.schema.Input().State(), graph.Options{})
		sameError(t, err, want)
	}
	check(`graph: node "n": step 1: field "x": node failed: Update.Put: value is string, want int`, func(out *graph.Update) {
		_ = out.Put("x", "three")
	})
	check(`graph: node "n": step 1: field "log": node failed: Update.Put: value is string, want []string`, func(out *graph.Update) {
		_ = out.Put("log", "a")
	})
	check(`graph: node "n": step 1: field "meta": node failed: Update.Put: value is <nil>, want map[string]int or a Map of that`, func(out *graph.Update) {
		_ = out.Put("meta", nil)
	})
	// The first fault counts, and a later good value does not mend it.
	check(`graph: node "n": step 1: field "x": node failed: Update.Put: value is string, want int`, func(out *graph.Update) {
		_, _, _ = out.Put("x", "three"), out.Put("log", 1), out.Put("x", 3)
	})
	check(`graph: node "n": step 1: field "y": unknown field`, func(out *graph.Update) { _ = out.Put("y", 3) })

	// The update that failed leaves nothing behind for the next run.
	bad := true
	b := graph.New(d.schema)
	b.Node("n", func(_ context.Context, _ graph.State, out *graph.Update) error {
		if bad {
			_ = out.Put("log", 1)
		}
		return nil
	})
	b.Entry("n")
	p := compile(t, b)
	_, first := invoke(t, 0, p, d.schema.Input().State(), graph.Options{})
	bad = false
	if _, err := invoke(t, 0, p, d.schema.Input().State(), graph.Options{}); first == nil || err != nil {
		t.Errorf("got %v, then %v", first, err)
	}
}

// TestPutIntoInput: a state made of an input that Put could not fill is an
// error wherever it is used.
func TestPutIntoInput(t *testing.T) {
	const want = `graph: field "log": bad input: Update.Put: value is int, want []string`
	d := newTrace()
	in := d.schema.Input()
	d.x.Set(in, 3)
	if err := in.Put("log", 7); err == nil || in.Empty() {
		t.Errorf("got %v, empty %v", err, in.Empty())
	}
	if text := textOf(t, in); text != `{"x":3}` {
		t.Errorf("the update is %s", text)
	}
	s := in.State()
	b := graph.New(d.schema)
	nodes(b, "n")
	b.Entry("n")
	p := compile(t, b)
	_, err := invoke(t, 0, p, s, graph.Options{})
	sameError(t, err, want)
	_, err = s.Clone().AppendCJ(nil)
	sameError(t, err, want)
	func() {
		defer func() {
			err, _ := recover().(error)
			sameError(t, err, want)
		}()
		d.x.Get(s)
	}()

	unknown := d.schema.Input()
	_ = unknown.Put("lok", nil)
	_, err = invoke(t, 0, p, unknown.State(), graph.Options{})
	sameError(t, err, `graph: field "lok": bad input: the schema declares no such field`)

	// As the input of a subgraph and of a Send.
	b = graph.New(d.schema)
	b.Subgraph("sub", p, func(graph.State) graph.State { return s }, func(graph.State, *graph.Update) {})
	b.Entry("sub")
	_, err = invoke(t, 0, compile(t, b), d.schema.Input().State(), graph.Options{})
	sameError(t, err, `graph: node "sub": step 1: node failed: `+want)
	b = graph.New(d.schema)
	nodes(b, "n")
	b.EntrySend(func(graph.State) []graph.Send { return []graph.Send{{Node: "n", Input: s}} }, "n")
	_, err = invoke(t, 0, compile(t, b), d.schema.Input().State(), graph.Options{})
	sameError(t, err, `graph: node failed: router: the send to "n": `+want)
}

// TestStateOfAnotherSchema is an error of a kind, as all are.
func TestStateOfAnotherSchema(t *testing.T) {
	d, other := newTrace(), graph.NewSchema()
	b := graph.New(d.schema)
	nodes(b, "n")
	b.Entry("n")
	_, err := invoke(t, 0, compile(t, b), other.Input().State(), graph.Options{})
	sameError(t, err, "graph: bad input: the input is a state of another schema than the plan's")
}

// TestSendFromNoFields: a graph without fields can send.
func TestSendFromNoFields(t *testing.T) {
	s, w := graph.NewSchema(), graph.NewSchema()
	x := graph.Last(w, "x", 1)
	got := 0
	b := graph.New(s)
	b.Node("w", func(_ context.Context, s graph.State, _ *graph.Update) error {
		got = x.Get(s)
		return nil
	})
	b.EntrySend(func(graph.State) []graph.Send { return []graph.Send{{Node: "w", Input: w.Input().State()}} }, "w")
	b.SendSchema("w", w)
	if _, err := invoke(t, 0, compile(t, b), s.Input().State(), graph.Options{}); err != nil || got != 1 {
		t.Errorf("got %d, %v", got, err)
	}
}

// TestCancelledAreNotCounted: Nodes counts what ran, like the spans.
func TestCancelledAreNotCounted(t *testing.T) {
	for _, workers := range []int{0, 1} {
		s := graph.NewSchema()
		b := graph.New(s)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var ran atomic.Int64
		for i := range 5 {
			b.Node(fmt.Sprint("w", i), func(context.Context, graph.State, *graph.Update) error {
				ran.Add(1)
				cancel()
				return nil
			})
			b.Entry(fmt.Sprint("w", i))
		}
		r := graph.NewRunner(workers)
		defer r.Close()
		var spans graph.Collector
		res, err := r.Invoke(ctx, compile(t, b), s.Input().State(), graph.Options{Tracer: &spans})
		sameError(t, err, `graph: node "w1": step 1: cancelled: context canceled`)
		if ran.Load() != 1 || res.Counters.Nodes != 1 || res.Counters.Spans != 2 {
			t.Errorf("workers=%d: %d ran, counted %+v", workers, ran.Load(), res.Counters)
		}
	}
}

// TestDeclareTooLate: what was sorted or sized once stays so, and to declare
// more is a panic that names the field.
func TestDeclareTooLate(t *testing.T) {
	for name, use := range map[string]func(*graph.Schema){
		"New":        func(s *graph.Schema) { graph.New(s) },
		"Input":      func(s *graph.Schema) { s.Input() },
		"SendSchema": func(s *graph.Schema) { graph.New(graph.NewSchema()).SendSchema("n", s) },
	} {
		s := graph.NewSchema()
		graph.Last(s, "a", 0)
		use(s)
		func() {
			defer func() {
				if v := fmt.Sprint(recover()); !strings.Contains(v, `field "b" declared after the schema was`) {
					t.Errorf("%s: got %s", name, v)
				}
			}()
			graph.Last(s, "b", 0)
		}()
	}
}

// TestBadOptions: an option that means nothing is refused before anything runs.
func TestBadOptions(t *testing.T) {
	d := newTrace()
	b := graph.New(d.schema)
	nodes(b, "n")
	b.Entry("n")
	p := compile(t, b)
	var r graph.Runner
	for want, o := range map[string]graph.Options{
		`graph: bad options: mode "vaules": want none or one of "callbacks", "events", "updates", "values" (did you mean "values"?)`: {Mode: "vaules"},
		`graph: bad options: durability 9: want EveryStep (0) or OnExit (1)`:                                                         {Durability: 9},
		`graph: bad options: limit -1: want a number of supersteps, or 0 for 25`:                                                     {Limit: -1},
	} {
		res, err := r.Invoke(context.Background(), p, d.schema.Input().State(), o)
		sameError(t, err, want)
		if res.Counters != (graph.Counters{}) {
			t.Errorf("it ran: %+v", res.Counters)
		}
		_, err = r.Resume(context.Background(), p, nil, o)
		sameError(t, err, want)
	}
	res, err := r.Invoke(context.Background(), p, d.schema.Input().State(), graph.Options{Mode: graph.Events})
	if err != nil || res.Counters.Events != 2 {
		t.Errorf("a mode without Emit: %v, %d events counted", err, res.Counters.Events)
	}
}

// TestErrorsSuggest: an error quotes what was wrong and says what was meant.
func TestErrorsSuggest(t *testing.T) {
	check := func(want string, draw func(b *graph.Builder)) {
		t.Helper()
		d := newTrace()
		b := graph.New(d.schema)
		nodes(b, "first", "second")
		b.Entry("first", "second")
		draw(b)
		p, err := b.Compile()
		if err == nil {
			_, err = invoke(t, 0, p, d.schema.Input().State(), graph.Options{Limit: 1})
		}
		sameError(t, err, want)
	}
	label := func(s string) func(graph.State) string { return func(graph.State) string { return s } }
	routes := map[string]string{"go on": "second", "stop": graph.End}
	check(`graph: node "secnod": unknown node: named by the edge from "first" (did you mean "second"?)`, func(b *graph.Builder) { b.Edge("first", "secnod") })
	check(`graph: node "END": unknown node: named by the edge from "first" (the end is graph.End, "__end__")`, func(b *graph.Builder) { b.Edge("first", "END") })
	check(`graph: node "q": unknown node: named by the entry`, func(b *graph.Builder) { b.Entry("q") })
	check(`graph: node "first": empty routes: the router is nil: give a function that returns one of "go on", "stop"`, func(b *graph.Builder) { b.Branch("first", nil, routes) })
	check(`graph: empty routes: the router is nil: give a function that returns one of "go on", "stop"`, func(b *graph.Builder) { b.EntryBranch(nil, routes) })
	check(`graph: node "second": empty routes: a join to it waits for no node, so it would never fire: name its sources`, func(b *graph.Builder) { b.Join(nil, "second") })
	check(`graph: node "first": step 1: no route: the router returned "stopp", want one of "go on", "stop" (did you mean "stop"?)`, func(b *graph.Builder) {
		b.Branch("first", label("stopp"), routes)
	})
	check(`graph: node "first": step 1: unknown node: send to "secon", which the branch does not list; it lists "second" (did you mean "second"?)`, func(b *graph.Builder) {
		b.BranchSend("first", func(graph.State) []graph.Send { return []graph.Send{{Node: "secon"}} }, "second")
	})
	check(`graph: step 1: recursion limit: after 1 supersteps these are still pending: "first", "second"; raise Options.Limit if that is no endless loop`, func(b *graph.Builder) {
		b.Edge("first", "second")
		b.Edge("first", "first")
	})
}

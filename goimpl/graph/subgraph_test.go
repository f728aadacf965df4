package graph_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"xbench/goimpl/graph"
)

// counting is a loop that adds 1 to n until it is at least 10.
func counting(t *testing.T, step graph.NodeFunc) (*graph.Plan, graph.Field[int]) {
	t.Helper()
	s := graph.NewSchema()
	n := graph.Last(s, "n", 0)
	b := graph.New(s)
	if step == nil {
		step = func(_ context.Context, s graph.State, out *graph.Update) error {
			n.Set(out, n.Get(s)+1)
			return nil
		}
	}
	b.Node("up", step)
	b.Branch("up", func(s graph.State) string { return fmt.Sprint(n.Get(s) < 10) }, map[string]string{"true": "up", "false": graph.End})
	b.Entry("up")
	return compile(t, b), n
}

// around puts a plan into a graph of one node, twice if deep.
func around(t *testing.T, plan *graph.Plan, n graph.Field[int]) (*graph.Plan, graph.Field[int]) {
	t.Helper()
	s := graph.NewSchema()
	x := graph.Last(s, "x", 0)
	b := graph.New(s)
	b.Subgraph("inner", plan, func(s graph.State) graph.State {
		in := plan.Schema().Input()
		n.Set(in, x.Get(s))
		return in.State()
	}, func(final graph.State, upd *graph.Update) { x.Set(upd, n.Get(final)) })
	b.Entry("inner")
	return compile(t, b), x
}

func TestSubgraph(t *testing.T) {
	plan, n := counting(t, nil)
	plan, n = around(t, plan, n)
	plan, n = around(t, plan, n)
	for _, copyState := range []bool{false, true} {
		tracer := &graph.Collector{}
		store := &graph.MemoryStore{}
		events := 0
		in := plan.Schema().Input()
		n.Set(in, 3)
		res, err := invoke(t, 2, plan, in.State(), graph.Options{CopyState: copyState, Tracer: tracer, Checkpoints: store,
			Mode: graph.Events, Emit: func(graph.Event) error { events++; return nil }})
		want := graph.Counters{Nodes: 1, Supersteps: 1, SubNodes: 8, SubSupersteps: 8, Checkpoints: 2, Events: 2, Spans: 4}
		want.CheckpointBytes = res.Counters.CheckpointBytes
		if copyState {
			want.StateCopies = 9
		}
		if err != nil || res.Counters != want || n.Get(res.State) != 10 || events != 2 || len(tracer.Spans()) != 4 {
			t.Errorf("copy %v: x %d, %d events, %d spans, %v, %+v\nwant %+v", copyState, n.Get(res.State), events, len(tracer.Spans()), err, res.Counters, want)
		}
	}
}

// TestSubgraphFailures: errors and panics name the nodes and steps on the way
// in, and lead to their cause.
func TestSubgraphFailures(t *testing.T) {
	cause := errors.New("cause")
	check := func(want string, step graph.NodeFunc, o graph.Options) {
		t.Helper()
		plan, n := counting(t, step)
		outer, _ := around(t, plan, n)
		res, err := invoke(t, 0, outer, outer.Schema().Input().State(), o)
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		if kindOf(err) != "node_failed inner" {
			t.Errorf("kind %s", kindOf(err))
		}
		if strings.Contains(want, "cause") && !errors.Is(err, cause) {
			t.Errorf("%v does not lead to its cause", err)
		}
		if res.Counters.SubNodes == 0 || res.Counters.SubNodes != res.Counters.SubSupersteps {
			t.Errorf("what was executed inside is not counted: %+v", res.Counters)
		}
	}
	check(`graph: node "inner": step 1: node failed: graph: node "up": step 1: node failed: cause`,
		func(context.Context, graph.State, *graph.Update) error { return cause }, graph.Options{})
	check(`graph: node "inner": step 1: node failed: graph: node "up": step 1: node failed: panic: cause`,
		func(context.Context, graph.State, *graph.Update) error { panic(cause) }, graph.Options{})
	check(`graph: node "inner": step 1: node failed: graph: step 7: recursion limit: after 7 supersteps these are still pending: "up"; raise Options.Limit if that is no endless loop`,
		nil, graph.Options{Limit: 7})
}

func TestSubgraphCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	why := errors.New("enough")
	plan, n := counting(t, func(context.Context, graph.State, *graph.Update) error { cancel(why); return nil })
	outer, _ := around(t, plan, n)
	var r graph.Runner
	res, err := r.Invoke(ctx, outer, outer.Schema().Input().State(), graph.Options{})
	if !errors.Is(err, why) || kindOf(err) != "node_failed inner" || res.Counters.SubNodes != 1 {
		t.Errorf("%v after %+v", err, res.Counters)
	}
}

// TestSubgraphBeside: nodes inside are counted also if another task of the
// superstep fails; wrong inputs and faults of in and out are the node's.
func TestSubgraphBeside(t *testing.T) {
	plan, n := counting(t, nil)
	good := func(graph.State) graph.State { return plan.Schema().Input().State() }
	drop := func(graph.State, *graph.Update) {}
	check := func(want string, subNodes int64, in func(graph.State) graph.State, out func(graph.State, *graph.Update)) {
		t.Helper()
		d := newTrace()
		b := d.star(map[string]graph.NodeFunc{"z": func(context.Context, graph.State, *graph.Update) error { return errors.New("z fails") }})
		b.Subgraph("sub", plan, in, out)
		b.Edge("start", "sub")
		p := compile(t, b)
		for _, workers := range []int{0, 2} {
			res, err := invoke(t, workers, p, d.schema.Input().State(), graph.Options{})
			if err == nil || !strings.Contains(err.Error(), want) || res.Counters.SubNodes != subNodes {
				t.Errorf("%d workers: %v after %+v, want %s", workers, err, res.Counters, want)
			}
		}
	}
	check(`node "z": step 2: node failed: z fails`, 10, good, drop)
	check(`node "sub": step 2: node failed: the subgraph's input is a state of another schema`, 0, func(s graph.State) graph.State { return s }, drop)
	check(`node "sub": step 2: node failed: panic: in`, 0, func(graph.State) graph.State { panic("in") }, drop)
	check(`node "sub": step 2: node failed: panic: out`, 10, good, func(graph.State, *graph.Update) { panic("out") })
	check(`node "sub": step 2: node failed: panic: graph: field "n" belongs to another schema`, 10, good, func(s graph.State, upd *graph.Update) { n.Set(upd, 1) })
}

func TestSubgraphIncomplete(t *testing.T) {
	d := newTrace()
	b := graph.New(d.schema)
	b.Subgraph("sub", nil, nil, nil)
	b.Entry("sub")
	if _, err := b.Compile(); kindOf(err) != "unknown_node sub" {
		t.Errorf("got %v", err)
	}
}

// TestSubgraphPerSend: the map step of a map-reduce is a graph, and several
// run at the same time.
func TestSubgraphPerSend(t *testing.T) {
	plan, n := counting(t, nil)
	s := graph.NewSchema()
	sums := graph.Append[int](s, "sums")
	b := graph.New(s)
	b.Subgraph("sub", plan, func(s graph.State) graph.State { return s }, func(final graph.State, upd *graph.Update) { sums.Add(upd, n.Get(final)) })
	b.EntrySend(func(graph.State) (out []graph.Send) {
		for i := range 20 {
			in := plan.Schema().Input()
			n.Set(in, i)
			out = append(out, graph.Send{Node: "sub", Input: in.State()})
		}
		return out
	}, "sub")
	res, err := invoke(t, 4, compile(t, b), s.Input().State(), graph.Options{})
	if got, want := fmt.Sprint(sums.Get(res.State)), "[10 10 10 10 10 10 10 10 10 10 11 12 13 14 15 16 17 18 19 20]"; err != nil || got != want {
		t.Errorf("%v, got %s, want %s", err, got, want)
	}
	if res.Counters.SubNodes != 10+9+8+7+6+5+4+3+2+1+10 || res.Counters.Nodes != 20 || res.Counters.Routes != 1 {
		t.Errorf("%+v", res.Counters)
	}
}

package graph_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"xbench/goimpl/cj"
	"xbench/goimpl/graph"
)

// transcript runs a plan and returns what it emitted, a line each.
func transcript(t *testing.T, p *graph.Plan, in graph.State, mode graph.Mode) ([]string, graph.Result, error) {
	t.Helper()
	r := graph.NewRunner(2)
	defer r.Close()
	var lines []string
	res, err := r.Invoke(context.Background(), p, in, graph.Options{Mode: mode, Emit: func(e graph.Event) error {
		lines = append(lines, textOf(t, e))
		return nil
	}})
	if int(res.Counters.Events) != len(lines) {
		t.Errorf("%d events counted, %d emitted", res.Counters.Events, len(lines))
	}
	return lines, res, err
}

func TestCallbacks(t *testing.T) {
	d := newTrace()
	b := graph.New(d.schema)
	d.say(b, "s", "p", "end")
	b.ReadOnly("look", func(context.Context, graph.State, *graph.Update) error { return nil })
	b.Node("set", func(_ context.Context, s graph.State, out *graph.Update) error {
		d.x.Set(out, 0) // what it was
		d.meta.Put(out, "k", 1)
		d.log.Add(out)
		return nil
	})
	b.Edge("s", "p")
	b.Edge("s", "look")
	b.Edge("p", "set")
	b.Edge("p", graph.End)
	b.Join([]string{"look", "set"}, "end")
	b.Entry("s")
	got, _, err := transcript(t, compile(t, b), d.schema.Input().State(), graph.Callbacks)
	want := []string{
		`{"state":{"log":[],"meta":{},"x":0},"type":"run_start"}`,
		`{"node":"s","step":1,"type":"node_start"}`,
		`{"node":"s","step":1,"type":"node_end"}`,
		`{"fields":["log"],"node":"s","step":1,"type":"state_changed"}`,
		`{"from":"s","step":1,"to":["look","p"],"type":"edge"}`,
		`{"node":"look","step":2,"type":"node_start"}`,
		`{"node":"p","step":2,"type":"node_start"}`,
		`{"node":"look","step":2,"type":"node_end"}`,
		`{"from":"look","step":2,"to":["__end__"],"type":"edge"}`, // the join waits
		`{"node":"p","step":2,"type":"node_end"}`,
		`{"fields":["log"],"node":"p","step":2,"type":"state_changed"}`,
		`{"from":"p","step":2,"to":["__end__","set"],"type":"edge"}`,
		`{"node":"set","step":3,"type":"node_start"}`,
		`{"node":"set","step":3,"type":"node_end"}`,
		`{"fields":["meta"],"node":"set","step":3,"type":"state_changed"}`,
		`{"from":"set","step":3,"to":["end"],"type":"edge"}`, // and is complete
		`{"node":"end","step":4,"type":"node_start"}`,
		`{"node":"end","step":4,"type":"node_end"}`,
		`{"fields":["log"],"node":"end","step":4,"type":"state_changed"}`,
		`{"from":"end","step":4,"to":["__end__"],"type":"edge"}`,
		`{"state":{"log":["s","p","end"],"meta":{"k":1},"x":0},"type":"run_end"}`,
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("error %v, got\n%s\nwant\n%s", err, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestCallbacksOfFailure: a superstep that fails has begun and nothing more.
func TestCallbacksOfFailure(t *testing.T) {
	d := newTrace()
	p := compile(t, d.star(map[string]graph.NodeFunc{
		"a": func(_ context.Context, _ graph.State, out *graph.Update) error { d.x.Set(out, 1); return nil },
		"b": func(_ context.Context, _ graph.State, out *graph.Update) error { return errors.New("no") },
	}))
	got, _, err := transcript(t, p, d.schema.Input().State(), graph.Callbacks)
	if kindOf(err) != "node_failed b" || len(got) != 7 || got[6] != `{"node":"b","step":2,"type":"node_start"}` {
		t.Errorf("%v after\n%s", err, strings.Join(got, "\n"))
	}
}

// TestChangedFields: a field is named if its canonical JSON differs once this
// update alone is applied, whatever its reducer and type.
func TestChangedFields(t *testing.T) {
	s := graph.NewSchema()
	n := graph.Overwrite(s, "n", 4)
	f := graph.Overwrite(s, "f", 1.5)
	text := graph.Overwrite(s, "text", "t")
	word := graph.NonEmpty(s, "word", "w")
	most := graph.Max(s, "most", 3)
	each := graph.MaxEach(s, "each", []int{1, 5})
	list := graph.Append(s, "list", 1)
	meta := graph.Merge(s, "meta", map[string]int{"a": 1, "c": 3})
	blocks := graph.Overwrite(s, "blocks", [][]byte{{1}, {2}})
	dynamic := func(name, reducer string, def any) graph.Field[any] {
		h, err := graph.Dynamic(s, name, reducer, def)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	over := dynamic("over", "overwrite", 4)
	join := dynamic("join", "merge", map[string]any{"a": []any{1}})
	null := dynamic("null", "nonnull", 1)
	check := func(want string, write func(out *graph.Update)) {
		t.Helper()
		b := graph.New(s)
		// The other task runs first and must not influence the comparison.
		b.Node("another", func(_ context.Context, _ graph.State, out *graph.Update) error {
			n.Set(out, 9)
			list.Add(out, 9)
			meta.Put(out, "b", 9)
			over.Set(out, 9)
			return nil
		})
		b.Node("writer", func(_ context.Context, _ graph.State, out *graph.Update) error { write(out); return nil })
		b.Entry("another", "writer")
		lines, _, err := transcript(t, compile(t, b), s.Input().State(), graph.Callbacks)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, line := range lines {
			if strings.Contains(line, `"node":"writer"`) && strings.Contains(line, "state_changed") {
				got = line[len(`{"fields":`):strings.Index(line, `,"node"`)]
			}
		}
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	check("", func(*graph.Update) {})
	check("", func(out *graph.Update) { // all of it as it was
		n.Set(out, 4)
		f.Set(out, 1.5)
		text.Set(out, "t")
		word.Set(out, "")
		most.Set(out, 2)
		each.Set(out, []int{1, 4})
		list.Add(out)
		meta.Put(out, "c", 3)
		blocks.Set(out, [][]byte{{1}, {2}})
		over.Set(out, 4.0) // written alike
		join.Set(out, map[string]any{"a": []any{1.0}})
		null.Set(out, nil)
	})
	check(`["blocks","each","f","join","list","meta","most","n","null","over","text","word"]`, func(out *graph.Update) {
		n.Set(out, 5)
		f.Set(out, 2)
		text.Set(out, "")
		word.Set(out, "v")
		most.Set(out, 4)
		each.Set(out, []int{0, 6})
		list.Add(out, 2)
		meta.Put(out, "c", 4)
		blocks.Set(out, [][]byte{{1}, {3}})
		over.Set(out, "4")
		join.Set(out, map[string]any{"a": []any{2}})
		null.Set(out, false)
	})
	check(`["meta"]`, func(out *graph.Update) { meta.Put(out, "b", 1) }) // a new key, between
	check(`["meta"]`, func(out *graph.Update) { meta.Put(out, "d", 1) })
	check("", func(out *graph.Update) { word.Set(out, "w") })
}

// TestEventsStay: what events hold outlives the run's buffers.
func TestEventsStay(t *testing.T) {
	d := newTrace()
	p := compile(t, chain(d.schema, 60, func(i int) graph.NodeFunc {
		return func(_ context.Context, s graph.State, out *graph.Update) error {
			d.log.Add(out, "x")
			d.x.Set(out, d.x.Get(s)+1)
			return nil
		}
	}))
	var r graph.Runner
	var events []graph.Event
	var texts []string
	for range 3 {
		_, err := r.Invoke(context.Background(), p, d.schema.Input().State(), graph.Options{Limit: 60, Mode: graph.Callbacks, Emit: func(e graph.Event) error {
			events = append(events, e)
			texts = append(texts, textOf(t, e))
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, e := range events {
		if got := textOf(t, e); got != texts[i] {
			t.Fatalf("event %d was %s, now %s", i, texts[i], got)
		}
	}
}

func TestStreamErrors(t *testing.T) {
	d := newTrace()
	p := compile(t, d.star(map[string]graph.NodeFunc{
		"bad": func(context.Context, graph.State, *graph.Update) error { return errors.New("no") },
	}))
	var r graph.Runner
	s := r.Stream(context.Background(), p, d.schema.Input().State(), graph.Updates, graph.Options{})
	if _, err := s.Result(); err == nil {
		t.Error("a stream has a result before it is run")
	}
	var seen []string
	for e, err := range s.Events() {
		if err != nil {
			seen = append(seen, kindOf(err))
			continue
		}
		seen = append(seen, e.Node)
	}
	if !slices.Equal(seen, []string{"start", "node_failed bad"}) {
		t.Errorf("got %q", seen)
	}
	if res, err := s.Result(); kindOf(err) != "node_failed bad" || res.Counters.Nodes != 2 {
		t.Errorf("%v after %+v", err, res.Counters)
	}
	// Leaving after an event ends the run; no error is yielded to a loop that
	// has ended.
	for range s.Events() {
		break
	}
	if res, err := s.Result(); !errors.Is(err, graph.ErrStop) || res.Counters.Nodes != 1 || res.Counters.Supersteps != 1 || res.Counters.Events != 1 {
		t.Errorf("%v after %+v", err, res.Counters)
	}
}

// TestChangedFieldsByDefinition: for random updates by nodes side by side,
// what is named is what differs in canonical JSON when the update is applied by
// itself to the state in which the superstep began.
func TestChangedFieldsByDefinition(t *testing.T) {
	changes := 0
	for seed := range uint64(150) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		s := graph.NewSchema()
		reducers := map[string]string{"over": "overwrite", "list": "append", "map": "merge", "most": "max", "full": "nonempty", "some": "nonnull"}
		defaults := map[string]any{"list": []any{}, "map": map[string]any{}, "most": 0}
		var names []string
		for _, name := range slices.Sorted(maps.Keys(reducers)) {
			if _, err := graph.Dynamic(s, name, reducers[name], defaults[name]); err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
		}
		step := graph.Overwrite(s, "step", 0)
		scalars := []any{nil, false, true, 0, 0.0, 4, int64(4), 4.0, 4.5, 1 << 60, float64(1 << 60), "", "4", "é"}
		one := func() any { return scalars[rnd.IntN(len(scalars))] }
		value := func(name string) any {
			switch reducers[name] {
			case "append":
				return []any{one(), one()}[:rnd.IntN(3)]
			case "merge":
				return map[string]any{string(rune('a' + rnd.IntN(3))): one(), string(rune('a' + rnd.IntN(3))): one()}
			case "max":
				return []any{0, 3, int64(4), 4.0, 4.5}[rnd.IntN(5)]
			}
			return []any{one(), []any{one()}, map[string]any{"k": one()}, []any{}, map[string]any{}}[rnd.IntN(5)]
		}
		const steps = 8
		plans := make(map[string][]map[string]any) // what each node writes in each step
		b := graph.New(s)
		for _, node := range []string{"x", "y", "z"} {
			for range steps {
				writes := make(map[string]any)
				for _, name := range names {
					if rnd.IntN(3) == 0 {
						writes[name] = value(name)
					}
				}
				plans[node] = append(plans[node], writes)
			}
			b.Node(node, func(_ context.Context, s graph.State, out *graph.Update) error {
				if node == "x" {
					step.Set(out, step.Get(s)+1)
				}
				return putAll(out, plans[node][step.Get(s)])
			})
		}
		b.BranchMany("x", func(s graph.State) []string { return []string{"x", "y", "z"}[:3*min(1, steps-step.Get(s))] }, map[string]string{"x": "x", "y": "y", "z": "z"})
		b.Entry("x", "y", "z")
		p := compile(t, b)

		var states []graph.State
		collect := func(e graph.Event) error { states = append(states, e.State); return nil }
		if _, err := invoke(t, 0, p, s.Input().State(), graph.Options{Mode: graph.Values, Emit: collect}); err != nil {
			t.Fatal(err)
		}
		got := make(map[string][]string)
		_, err := invoke(t, 0, p, s.Input().State(), graph.Options{Mode: graph.Callbacks, Emit: func(e graph.Event) error {
			if e.Type == graph.StateChanged {
				got[fmt.Sprint(e.Node, e.Step)] = e.Fields
			}
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		for node, writes := range plans {
			for i, write := range writes {
				before := states[i]
				after := applied(t, s, before, write)
				var want []string
				for _, name := range names {
					if differ(t, before, after, name) {
						want = append(want, name)
					}
				}
				if node == "x" {
					want = append(want, "step")
					slices.Sort(want)
				}
				if have := got[fmt.Sprint(node, i+1)]; !slices.Equal(have, want) {
					t.Fatalf("seed %d: %s in step %d writes %v to %s: got %q, want %q", seed, node, i+1, write, textOf(t, before), have, want)
				}
				changes += len(want)
			}
		}
	}
	if changes < 1000 {
		t.Errorf("only %d changes: the test shows little", changes)
	}
}

func putAll(out *graph.Update, values map[string]any) error {
	for name, v := range values {
		if err := out.Put(name, v); err != nil {
			return err
		}
	}
	return nil
}

// applied is the state after one node has written to it.
func applied(t *testing.T, s *graph.Schema, in graph.State, values map[string]any) graph.State {
	t.Helper()
	b := graph.New(s)
	b.Node("n", func(_ context.Context, _ graph.State, out *graph.Update) error { return putAll(out, values) })
	b.Entry("n")
	res, err := invoke(t, 0, compile(t, b), in, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return res.State
}

// differ reports whether a field's canonical JSON does.
func differ(t *testing.T, a, b graph.State, name string) bool {
	t.Helper()
	field := func(s graph.State) string {
		v, err := cj.Parse([]byte(textOf(t, s)))
		if err != nil {
			t.Fatal(err)
		}
		text, err := cj.Append(nil, v.(map[string]any)[name])
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	return field(a) != field(b)
}

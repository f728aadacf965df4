package graph_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"xbench/goimpl/graph"
)

// TestMapsOfTheView: a map out of the state that a node hands on, by whatever
// way, is not changed by what the run does to it afterwards.
func TestMapsOfTheView(t *testing.T) {
	s := graph.NewSchema()
	a := graph.Merge[string](s, "a", nil)
	entries := graph.Merge[string](s, "entries", nil)
	whole := graph.Last(s, "whole", graph.Map[string]{})
	free := graph.Last[any](s, "free", nil)
	for name, hand := range map[string]func(s graph.State, out *graph.Update) error{
		"entries": func(s graph.State, out *graph.Update) error { return out.Put("entries", a.Get(s)) },
		"all":     func(s graph.State, out *graph.Update) error { entries.PutAll(out, a.Get(s)); return nil },
		"whole":   func(s graph.State, out *graph.Update) error { return out.Put("whole", a.Get(s)) },
		"free":    func(s graph.State, out *graph.Update) error { return out.Put("free", a.Get(s)) },
		"set":     func(s graph.State, out *graph.Update) error { whole.Set(out, a.Get(s)); return nil },
		"setfree": func(s graph.State, out *graph.Update) error { free.Set(out, a.Get(s)); return nil },
	} {
		b := graph.New(s)
		for _, key := range []string{"1", "2", "4"} {
			b.Node(key, func(_ context.Context, _ graph.State, out *graph.Update) error {
				a.Put(out, key, "x")
				return nil
			})
		}
		b.Node("3", func(_ context.Context, s graph.State, out *graph.Update) error { return hand(s, out) })
		b.Edge("1", "2") // beside 3: applied before it
		b.Edge("1", "3")
		b.Edge("2", "4")
		b.Entry("1")
		var handed *graph.Update
		res, err := invoke(t, 0, compile(t, b), s.Input().State(), graph.Options{Mode: graph.Updates, Emit: func(e graph.Event) error {
			if e.Node == "3" {
				handed = e.Update
			}
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []graph.State{handed.State(), res.State} {
			n := entries.Get(s).Len() + whole.Get(s).Len()
			if m, ok := free.Get(s).(graph.Map[string]); ok {
				n += m.Len()
			}
			if n != 1 {
				t.Errorf("%s: the map has %d entries, had 1 when it was handed on", name, n)
			}
		}
	}
}

// TestGoMapsOfTheView is the same for the maps of structs.
func TestGoMapsOfTheView(t *testing.T) {
	type state struct {
		A    map[string]string `graph:"a,merge"`
		Kept map[string]string `graph:"kept"`
		Any  any               `graph:"any"`
	}
	st := structOf(t, state{})
	b := graph.New(st.Schema())
	put := func(key string) graph.NodeFunc {
		return st.Node(func(_ context.Context, _ state, out *graph.Out[state]) error {
			graph.Put(out, &out.To.A, key, "x")
			return nil
		})
	}
	b.Node("1", put("1"))
	b.Node("2", put("2"))
	b.Node("3", st.Node(func(_ context.Context, s state, out *graph.Out[state]) error {
		graph.Set(out, &out.To.Kept, s.A)
		graph.Set(out, &out.To.Any, any(s.A))
		return nil
	}))
	b.Node("4", put("4"))
	b.Edge("1", "2")
	b.Edge("1", "3")
	b.Edge("2", "4")
	b.Entry("1")
	res, err := invoke(t, 0, compile(t, b), st.Schema().Input().State(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := st.Value(res.State); len(got.A) != 3 || len(got.Kept) != 1 || len(got.Any.(map[string]string)) != 1 {
		t.Errorf("got %+v", got)
	}
}

// TestStatesDoNotAlias: what a state or a default was made of may be changed.
func TestStatesDoNotAlias(t *testing.T) {
	type state struct {
		Tags  []string            `graph:"tags"`
		Index map[string][]string `graph:"index"`
		N     *int                `graph:"n,nonnull"`
	}
	one := 1
	def := state{Tags: []string{"a"}, Index: map[string][]string{"x": {"a"}}, N: &one}
	st := structOf(t, def)
	given := st.State(def)
	def.Tags[0], def.Index["x"][0], one = "b", "b", 2
	for _, s := range []graph.State{given, st.Schema().Input().State()} {
		if text := textOf(t, s); text != `{"index":{"x":["a"]},"n":1,"tags":["a"]}` {
			t.Errorf("the state is now %s", text)
		}
	}
	s, best := graph.NewSchema(), []int{1, 2}
	graph.MaxEach(s, "best", best)
	best[0] = 9
	if text := textOf(t, s.Input().State()); text != `{"best":[1,2]}` {
		t.Errorf("the default is now %s", text)
	}
}

// explosive is a type whose canonical JSON cannot be written.
type explosive struct{ N int }

func (e explosive) AppendCJ(dst []byte) ([]byte, error) {
	if e.N > 0 {
		panic("boom")
	}
	return append(dst, '0'), nil
}

// TestPanicsOfTypes: what panics while the coordinator is at work is an error
// of the run that names the place, on the caller's goroutine too.
func TestPanicsOfTypes(t *testing.T) {
	check := func(want string, declare func(s *graph.Schema) graph.NodeFunc, o graph.Options) {
		t.Helper()
		s := graph.NewSchema()
		body := declare(s)
		b := graph.New(s)
		b.Node("n", body)
		b.Entry("n")
		p := compile(t, b)
		for range 2 { // the buffers of a run that failed serve the next
			_, err := invoke(t, 0, p, s.Input().State(), o)
			var panicked *graph.PanicError
			if err == nil || !strings.HasPrefix(err.Error(), want) || !errors.As(err, &panicked) || len(panicked.Stack) == 0 {
				t.Errorf("got %v\nwant %s", err, want)
			}
		}
	}
	set := func(s *graph.Schema) graph.NodeFunc {
		f := graph.Last(s, "f", explosive{})
		return func(_ context.Context, _ graph.State, out *graph.Update) error {
			f.Set(out, explosive{1})
			return nil
		}
	}
	check(`graph: step 1: field "f": not stored: panic: boom`, set, graph.Options{Checkpoints: &graph.MemoryStore{}})
	check(`graph: node "n": step 1: field "f": node failed: what it changes: panic: boom`, set, graph.Options{Mode: graph.Callbacks, Emit: func(graph.Event) error { return nil }})
}

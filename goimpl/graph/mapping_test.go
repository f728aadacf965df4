package graph_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"

	"xbench/goimpl/graph"
)

func collect[V any](m graph.Map[V]) map[string]V { return maps.Collect(m.All()) }

// TestMapsGrow: what updates set is what a Go map would hold, whether the run
// extends its map or must copy it, and old maps stay as they were.
func TestMapsGrow(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		s := graph.NewSchema()
		meta := graph.Merge(s, "meta", map[string]int{"m": -1})
		n := graph.Last(s, "n", 0)
		const steps = 30
		var writes [steps]map[string]int
		for i := range writes {
			writes[i] = make(map[string]int)
			for range rnd.IntN(6) * rnd.IntN(20) {
				writes[i][fmt.Sprint("k", rnd.IntN(10+rnd.IntN(300)))] = rnd.IntN(100)
			}
		}
		b := graph.New(s)
		for _, part := range []string{"a", "b"} { // one or two tasks in a superstep
			b.Node(part, func(_ context.Context, s graph.State, out *graph.Update) error {
				i := n.Get(s)
				for k, v := range writes[i] {
					if part == "b" {
						k, v = "b"+k, v+1
					}
					meta.Put(out, k, v)
				}
				if part == "a" {
					n.Set(out, i+1)
				}
				return nil
			})
		}
		both := rnd.IntN(2) == 0
		b.BranchMany("a", func(s graph.State) []string {
			if n.Get(s) == steps {
				return nil
			}
			return []string{"a", "b"}[:1+n.Get(s)%2]
		}, map[string]string{"a": "a", "b": "b"})
		b.Entry("a")
		if both {
			b.Entry("b")
		}
		p := compile(t, b)

		model := []map[string]int{{"m": -1}}
		second := both
		for i := range steps {
			next := maps.Clone(model[i])
			maps.Copy(next, writes[i])
			if second {
				for k, v := range writes[i] {
					next["b"+k] = v + 1
				}
			}
			second = (i+1)%2 == 1
			model = append(model, next)
		}
		for _, mode := range []graph.Mode{graph.Silent, graph.Values, graph.Callbacks} {
			var seen []graph.State
			res, err := invoke(t, 2, p, s.Input().State(), graph.Options{Limit: steps, Mode: mode, Emit: func(e graph.Event) error {
				if mode == graph.Values {
					seen = append(seen, e.State)
				}
				return nil
			}})
			if err != nil || !maps.Equal(collect(meta.Get(res.State)), model[steps]) {
				t.Fatalf("seed %d, mode %q: %v, got %v\nwant %v", seed, mode, err, collect(meta.Get(res.State)), model[steps])
			}
			for i, state := range seen {
				if !maps.Equal(collect(meta.Get(state)), model[i]) {
					t.Fatalf("seed %d: the map after step %d has become %v, was %v", seed, i, collect(meta.Get(state)), model[i])
				}
			}
		}
	}
}

// TestMapsOfViews: a map taken out of the view and handed on holds what the
// node saw, although another task of the superstep writes first.
func TestMapsOfViews(t *testing.T) {
	s := graph.NewSchema()
	meta := graph.Merge[int](s, "meta", nil)
	other := graph.Merge[int](s, "other", nil)
	b := graph.New(s)
	put := func(key string) graph.NodeFunc {
		return func(_ context.Context, _ graph.State, out *graph.Update) error { meta.Put(out, key, 1); return nil }
	}
	b.Node("0", put("seen"))
	b.Node("1", put("seen too")) // in place
	b.Node("2a", put("not seen"))
	b.Node("2b", func(_ context.Context, s graph.State, out *graph.Update) error {
		other.PutAll(out, meta.Get(s))
		meta.PutAll(out, meta.Get(s)) // changes nothing
		return nil
	})
	b.Edge("0", "1")
	b.Edge("1", "2a")
	b.Edge("1", "2b")
	b.Entry("0")
	res, err := invoke(t, 0, compile(t, b), s.Input().State(), graph.Options{})
	if got, want := textOf(t, res.State), `{"meta":{"not seen":1,"seen":1,"seen too":1},"other":{"seen":1,"seen too":1}}`; err != nil || got != want {
		t.Errorf("%v, got %s, want %s", err, got, want)
	}
}

// TestMapsOfSubgraphs: a graph inside starts from the map outside and must not
// write to it; nor the graph outside to what it takes from inside.
func TestMapsOfSubgraphs(t *testing.T) {
	d := newTrace()
	put := func(key string) graph.NodeFunc {
		return func(_ context.Context, _ graph.State, out *graph.Update) error { d.meta.Put(out, key, 1); return nil }
	}
	ib := graph.New(d.schema)
	ib.Node("i1", put("i1"))
	ib.Node("i2", put("i2"))
	ib.Edge("i1", "i2")
	ib.Entry("i1")
	inner := compile(t, ib)
	b := graph.New(d.schema)
	b.Node("a", put("a"))
	b.Subgraph("b", inner, func(s graph.State) graph.State { return s }, func(graph.State, *graph.Update) {})
	b.Subgraph("c", inner, func(s graph.State) graph.State { return s }, func(final graph.State, upd *graph.Update) { d.meta.PutAll(upd, d.meta.Get(final)) })
	b.Node("d", put("d"))
	b.Edge("a", "b")
	b.Edge("b", "c")
	b.Edge("c", "d")
	b.Entry("a")
	p := compile(t, b)
	var r graph.Runner
	for mode, want := range map[graph.Mode][]string{graph.Silent: nil, graph.Values: {`{}`, `{"a":1}`, `{"a":1,"i1":1,"i2":1}`, `{"a":1,"d":1,"i1":1,"i2":1}`}} {
		var got []string
		res, err := r.Invoke(context.Background(), p, d.schema.Input().State(), graph.Options{Mode: mode, Emit: func(e graph.Event) error {
			got = append(got, fmt.Sprint(collect(d.meta.Get(e.State))))
			return nil
		}})
		if err != nil || len(got) != len(want) || textOf(t, res.State) != `{"log":[],"meta":{"a":1,"d":1,"i1":1,"i2":1},"x":0}` {
			t.Errorf("%q: %v, %s, %d events", mode, err, textOf(t, res.State), len(got))
		}
	}
}

// TestMapsShared: states out of results and events serve other goroutines and
// runs while the run they came from goes on. The race detector has its say.
func TestMapsShared(t *testing.T) {
	d := newTrace()
	p := compile(t, chain(d.schema, 30, func(i int) graph.NodeFunc {
		return func(_ context.Context, s graph.State, out *graph.Update) error {
			d.meta.Put(out, fmt.Sprint("k", i*7%30), d.meta.Get(s).Len())
			return nil
		}
	}))
	r := graph.NewRunner(2)
	defer r.Close()
	var wg sync.WaitGroup
	first, err := r.Invoke(context.Background(), p, d.schema.Input().State(), graph.Options{Limit: 30, Mode: graph.Values, Emit: func(e graph.Event) error {
		for range 2 {
			wg.Go(func() {
				before := textOf(t, e.State)
				res, err := r.Invoke(context.Background(), p, e.State, graph.Options{Limit: 30, Mode: graph.Values, Emit: func(graph.Event) error { return nil }})
				if err != nil || d.meta.Get(res.State).Len() != 30 || textOf(t, e.State) != before {
					t.Errorf("%v, %s was %s", err, textOf(t, e.State), before)
				}
			})
		}
		return nil
	}})
	wg.Wait()
	if err != nil || d.meta.Get(first.State).Len() != 30 {
		t.Errorf("%v", err)
	}
}

package graph_test

import (
	"context"
	"strconv"
	"testing"

	"xbench/goimpl/graph"
)

// simple is the state of two scalars that the smallest graphs use.
type simple struct {
	schema  *graph.Schema
	counter graph.Field[int]
	data    graph.Field[string]
}

func newSimple() simple {
	s := graph.NewSchema()
	return simple{s, graph.Last(s, "counter", 0), graph.Last(s, "data", "")}
}

func (d simple) body(i int) graph.NodeFunc {
	return func(_ context.Context, s graph.State, out *graph.Update) error {
		d.counter.Set(out, d.counter.Get(s)+1)
		d.data.Set(out, d.data.Get(s)+"node"+strconv.Itoa(i)+" ")
		return nil
	}
}

func chain(schema *graph.Schema, n int, body func(i int) graph.NodeFunc) *graph.Builder {
	b := graph.New(schema)
	for i := range n {
		b.Node("node"+strconv.Itoa(i), body(i))
		if i > 0 {
			b.Edge("node"+strconv.Itoa(i-1), "node"+strconv.Itoa(i))
		}
	}
	b.Edge("node"+strconv.Itoa(n-1), graph.End)
	b.Entry("node0")
	return b
}

func compile(tb testing.TB, b *graph.Builder) *graph.Plan {
	tb.Helper()
	p, err := b.Compile()
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func benchmarkInvoke(b *testing.B, workers int, p *graph.Plan, in graph.State, opts graph.Options) {
	b.Helper()
	r := graph.NewRunner(workers)
	defer r.Close()
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Invoke(ctx, p, in, opts); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkInvokeChain(b *testing.B) {
	for _, n := range []int{3, 10, 100, 1000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			d := newSimple()
			p := compile(b, chain(d.schema, n, func(int) graph.NodeFunc {
				return func(_ context.Context, s graph.State, out *graph.Update) error {
					d.counter.Set(out, d.counter.Get(s)+1)
					d.data.Set(out, "done")
					return nil
				}
			}))
			benchmarkInvoke(b, 0, p, d.schema.Input().State(), graph.Options{Limit: 2000})
		})
	}
	b.Run("3-with-text", func(b *testing.B) {
		d := newSimple()
		benchmarkInvoke(b, 0, compile(b, chain(d.schema, 3, d.body)), d.schema.Input().State(), graph.Options{})
	})
}

// complexState has a field of each usual reducer.
type complexState struct {
	schema       *graph.Schema
	messages     graph.ListField[string]
	metadata     graph.MapField[string]
	counter      graph.Field[int]
	status, next graph.Field[string]
}

func newComplex() complexState {
	s := graph.NewSchema()
	return complexState{
		s, graph.Append[string](s, "messages"), graph.Merge[string](s, "metadata", nil),
		graph.Last(s, "counter", 0), graph.Last(s, "status", ""), graph.Last(s, "next", ""),
	}
}

func (d complexState) input() graph.State {
	in := d.schema.Input()
	d.messages.Add(in, "Initial message")
	d.metadata.Put(in, "user", "test_user")
	d.metadata.Put(in, "session", "test_session")
	d.status.Set(in, "initialized")
	return in.State()
}

func BenchmarkLoop5(b *testing.B) {
	d := newComplex()
	g := graph.New(d.schema)
	g.Node("processor", func(_ context.Context, s graph.State, out *graph.Update) error {
		c := d.counter.Get(s) + 1
		d.counter.Set(out, c)
		d.messages.Add(out, "Iteration "+strconv.Itoa(c))
		if c >= 5 {
			d.next.Set(out, "end")
		} else {
			d.next.Set(out, "continue")
		}
		return nil
	})
	g.Branch("processor", d.next.Get, map[string]string{"continue": "processor", "end": graph.End})
	g.Entry("processor")
	benchmarkInvoke(b, 0, compile(b, g), d.input(), graph.Options{})
}

// BenchmarkBranch is one node, a choice between two, and the one chosen.
func BenchmarkBranch(b *testing.B) {
	d := newComplex()
	g := graph.New(d.schema)
	g.Node("decide", func(_ context.Context, s graph.State, out *graph.Update) error {
		if d.counter.Get(s)%2 == 0 {
			d.next.Set(out, "even")
		} else {
			d.next.Set(out, "odd")
		}
		return nil
	})
	for _, name := range []string{"even", "odd"} {
		g.Node(name, func(_ context.Context, _ graph.State, out *graph.Update) error {
			d.status.Set(out, name)
			return nil
		})
		g.Edge(name, graph.End)
	}
	g.Branch("decide", d.next.Get, map[string]string{"even": "even", "odd": "odd"})
	g.Entry("decide")
	benchmarkInvoke(b, 0, compile(b, g), d.input(), graph.Options{})
}

// stress is a chain whose nodes each add a message and entries, all different.
func (d complexState) stress(nodes, meta int) *graph.Builder {
	return chain(d.schema, nodes, func(i int) graph.NodeFunc {
		text, entries := "Node "+strconv.Itoa(i)+" completed", make(map[string]string)
		for j := range meta {
			entries["node"+strconv.Itoa(i)+"_item"+strconv.Itoa(j)] = "value"
		}
		metadata := graph.MapOf(entries)
		return func(_ context.Context, s graph.State, out *graph.Update) error {
			d.counter.Set(out, d.counter.Get(s)+1)
			d.messages.Add(out, text)
			if meta > 0 {
				d.metadata.PutAll(out, metadata)
			}
			return nil
		}
	})
}

// BenchmarkStress is a chain of which each node adds ten entries to the map.
func BenchmarkStress(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			d := newComplex()
			benchmarkInvoke(b, 0, compile(b, d.stress(n, 10)), d.input(), graph.Options{Limit: n})
		})
	}
}

// BenchmarkModes is a chain of five nodes, watched in every way and not.
func BenchmarkModes(b *testing.B) {
	for _, mode := range []graph.Mode{graph.Silent, graph.Values, graph.Updates, graph.Events, graph.Callbacks} {
		b.Run("mode="+string(mode), func(b *testing.B) {
			d := newComplex()
			benchmarkInvoke(b, 0, compile(b, d.stress(5, 0)), d.input(), graph.Options{Mode: mode, Emit: func(graph.Event) error { return nil }})
		})
	}
	b.Run("traced", func(b *testing.B) {
		d := newComplex()
		var spans nothing
		benchmarkInvoke(b, 0, compile(b, d.stress(5, 0)), d.input(), graph.Options{Tracer: &spans})
	})
}

type nothing struct{}

func (*nothing) Span(graph.Span) {}

// BenchmarkSubgraph is a graph of one node around a chain of three.
func BenchmarkSubgraph(b *testing.B) {
	d := newSimple()
	inner := compile(b, chain(d.schema, 3, d.body))
	g := graph.New(d.schema)
	g.Subgraph("inner", inner, func(s graph.State) graph.State { return s }, func(final graph.State, upd *graph.Update) {
		d.counter.Set(upd, d.counter.Get(final))
	})
	g.Entry("inner")
	benchmarkInvoke(b, 0, compile(b, g), d.schema.Input().State(), graph.Options{})
}

// BenchmarkResume reads a checkpoint of five nodes with ten entries each, and
// runs the last of them.
func BenchmarkResume(b *testing.B) {
	d := newComplex()
	p := compile(b, d.stress(5, 10))
	var store graph.MemoryStore
	if _, err := invoke(b, 0, p, d.input(), graph.Options{Checkpoints: &store}); err != nil {
		b.Fatal(err)
	}
	data := store.Checkpoints("t0")[4]
	var r graph.Runner
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Resume(context.Background(), p, data, graph.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func (d complexState) fan(width int) *graph.Builder {
	g := graph.New(d.schema)
	g.Node("start", func(_ context.Context, _ graph.State, out *graph.Update) error {
		d.counter.Set(out, 0)
		d.status.Set(out, "distributing")
		return nil
	})
	g.Node("collect", func(_ context.Context, s graph.State, out *graph.Update) error {
		d.status.Set(out, "collected")
		d.counter.Set(out, d.metadata.Get(s).Len())
		return nil
	})
	for i := 1; i <= width; i++ {
		name := "worker" + strconv.Itoa(i)
		g.Node(name, func(_ context.Context, _ graph.State, out *graph.Update) error {
			d.messages.Add(out, "Worker "+strconv.Itoa(i)+" processing")
			d.metadata.Put(out, "worker"+strconv.Itoa(i)+"_result", "completed")
			return nil
		})
		g.Edge("start", name)
		g.Edge(name, "collect")
	}
	g.Edge("collect", graph.End)
	g.Entry("start")
	return g
}

func BenchmarkFanOut(b *testing.B) {
	for _, width := range []int{3, 50} {
		for _, workers := range []int{0, 4} {
			b.Run(strconv.Itoa(width)+"/workers="+strconv.Itoa(workers), func(b *testing.B) {
				d := newComplex()
				benchmarkInvoke(b, workers, compile(b, d.fan(width)), d.input(), graph.Options{})
			})
		}
	}
}

func BenchmarkCheckpoint(b *testing.B) {
	for _, c := range []struct{ nodes, meta int }{{3, 0}, {5, 10}} {
		b.Run(strconv.Itoa(c.nodes), func(b *testing.B) {
			d := newComplex()
			p := compile(b, d.stress(c.nodes, c.meta))
			r, in, ctx := graph.NewRunner(0), d.input(), context.Background()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Invoke(ctx, p, in, graph.Options{Checkpoints: &graph.MemoryStore{}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, n := range []int{3, 10, 100} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			names, body := make([]string, n), newSimple().body(0)
			for i := range names {
				names[i] = "node" + strconv.Itoa(i)
			}
			b.ReportAllocs()
			for b.Loop() {
				d := newSimple()
				g := graph.New(d.schema)
				for i, name := range names {
					g.Node(name, body)
					if i > 0 {
						g.Edge(names[i-1], name)
					}
				}
				g.Edge(names[n-1], graph.End)
				g.Entry(names[0])
				if _, err := g.Compile(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

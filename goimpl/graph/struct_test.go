package graph_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"xbench/goimpl/graph"
)

type message struct {
	Role    string   `json:"role"`
	Content string   `json:"content"`
	Tags    []string `json:"tags,omitempty"`
}

type status string

type everything struct {
	Messages []message          `graph:"messages,append"`
	Lines    []string           `graph:"lines,append"`
	Meta     map[string]string  `graph:"meta,merge"`
	Notes    graph.Map[message] `graph:"notes,merge"`
	Count    int                `graph:"count"`
	Big      int64              `graph:"big,max"`
	Peaks    []float64          `graph:"peaks,max"`
	Word     string             `graph:"word,nonempty"`
	Status   status             `graph:"status,overwrite"`
	Reply    *message           `graph:"reply,nonnull"`
	Last     message            `graph:"last,overwrite"`
	Free     any                `graph:"free"`
	Flag     bool
	Skipped  bool `graph:"-"`
	hidden   int
}

func structOf[S any](tb testing.TB, def S) *graph.Struct[S] {
	tb.Helper()
	st, err := graph.StructOf(def)
	if err != nil {
		tb.Fatal(err)
	}
	return st
}

// step runs one node on a state and returns what became of it, as text.
func step[S any](t *testing.T, st *graph.Struct[S], in S, fn func(s S, out *graph.Out[S])) string {
	t.Helper()
	b := graph.New(st.Schema())
	b.Node("n", st.Node(func(_ context.Context, s S, out *graph.Out[S]) error { fn(s, out); return nil }))
	b.Entry("n")
	res, err := invoke(t, 0, compile(t, b), st.State(in), graph.Options{})
	if err != nil {
		return err.Error()
	}
	return textOf(t, res.State)
}

// TestStruct: every kind of field is read, written and left alone; what is
// written is what was named, zero values too.
func TestStruct(t *testing.T) {
	st := structOf(t, everything{})
	in := everything{
		Messages: []message{{"user", "hi", nil}}, Lines: []string{"one"}, Meta: map[string]string{"a": "1"},
		Notes: graph.MapOf(map[string]message{"k": {Role: "r"}}), Count: 3, Big: 5, Peaks: []float64{1, 2}, Word: "w",
		Status: "open", Reply: &message{Role: "ai"}, Last: message{Role: "x"}, Free: []any{1}, Flag: true,
	}
	whole := `{"Flag":true,"big":5,"count":3,"free":[1],"last":{"content":"","role":"x"},"lines":["one"],"messages":[{"content":"hi","role":"user"}],"meta":{"a":"1"},` +
		`"notes":{"k":{"content":"","role":"r"}},"peaks":[1,2],"reply":{"content":"","role":"ai"},"status":"open","word":"w"}`
	check := func(want string, fn func(s everything, out *graph.Out[everything])) {
		t.Helper()
		if got := step(t, st, in, fn); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	check(whole, func(s everything, _ *graph.Out[everything]) {
		if got := fmt.Sprint(s.Messages, s.Lines, s.Meta, s.Notes.Len(), s.Count, s.Big, s.Peaks, s.Word, s.Status, *s.Reply, s.Last, s.Free, s.Flag, s.hidden); got != "[{user hi []}] [one] map[a:1] 1 3 5 [1 2]wopen{ai  []} {x  []} [1] true 0" {
			t.Errorf("the node sees %s", got)
		}
	})
	check(`{"Flag":false,"big":9,"count":0,"free":null,"last":{"content":"","role":""},"lines":["one","two","three"],"messages":[{"content":"hi","role":"user"},{"content":"yes","role":"ai","tags":["t"]}],"meta":{"a":"","b":"2"},`+
		`"notes":{"j":{"content":"","role":"new"},"k":{"content":"","role":"r"}},"peaks":[3,2],"reply":{"content":"","role":""},"status":"","word":"v"}`,
		func(_ everything, out *graph.Out[everything]) {
			graph.Set(out, &out.To.Flag, false)
			graph.Set(out, &out.To.Big, 9)
			graph.Set(out, &out.To.Count, 0)
			graph.Set(out, &out.To.Free, nil)
			graph.Set(out, &out.To.Last, message{})
			graph.Add(out, &out.To.Lines, "two")
			graph.Add(out, &out.To.Lines, "three")
			graph.Add(out, &out.To.Messages, message{"ai", "yes", []string{"t"}})
			graph.Put(out, &out.To.Meta, "a", "")
			graph.Put(out, &out.To.Meta, "b", "2")
			graph.PutMap(out, &out.To.Notes, "j", message{Role: "new"})
			graph.Set(out, &out.To.Peaks, []float64{3, 1})
			graph.Set(out, &out.To.Reply, &message{})
			graph.Set(out, &out.To.Status, "")
			graph.Set(out, &out.To.Word, "v")
		})
	check(whole, func(_ everything, out *graph.Out[everything]) { // what the reducers ignore
		graph.Set(out, &out.To.Word, "")
		graph.Set(out, &out.To.Reply, nil)
		graph.Set(out, &out.To.Big, 4)
		graph.Add(out, &out.To.Messages)
	})
	in.Messages[0].Content = "changed later"
	if st.Value(st.State(everything{Count: 7})).Count != 7 {
		t.Error("a value does not come back")
	}
	if got := st.Value(st.Schema().Input().State()); got.Meta == nil || got.Count != 0 {
		t.Errorf("defaults: %+v", got)
	}
}

// TestStructMisuse: what would write nothing, or the wrong thing, fails.
func TestStructMisuse(t *testing.T) {
	st := structOf(t, everything{})
	var other everything
	check := func(want string, fn func(s everything, out *graph.Out[everything])) {
		t.Helper()
		if got := step(t, st, everything{}, fn); !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	check("the node assigned to a field of out.To", func(_ everything, out *graph.Out[everything]) { out.To.Count = 1 })
	check("the node assigned to a field of out.To", func(_ everything, out *graph.Out[everything]) { out.To.Flag = true })
	check(`field "lines" appends: write it with Add`, func(_ everything, out *graph.Out[everything]) { graph.Set(out, &out.To.Lines, nil) })
	check(`field "meta" merges: write it with Put`, func(_ everything, out *graph.Out[everything]) { graph.Set(out, &out.To.Meta, nil) })
	check(`field "peaks" does not append: write it with Set`, func(_ everything, out *graph.Out[everything]) { graph.Add(out, &out.To.Peaks, 1) })
	check("a pointer to int that is not the address of a field", func(_ everything, out *graph.Out[everything]) { graph.Set(out, &other.Count, 1) })
	check("a pointer to string that is not the address of a field", func(_ everything, out *graph.Out[everything]) { graph.Set(out, &out.To.Last.Role, "x") })
	check("a pointer to bool that is not", func(_ everything, out *graph.Out[everything]) { graph.Set(out, &out.To.Skipped, true) })
	var kept *graph.Out[everything]
	step(t, st, everything{}, func(_ everything, out *graph.Out[everything]) { kept = out })
	func() {
		defer func() {
			if got := fmt.Sprint(recover()); !strings.Contains(got, "kept after its node had returned") {
				t.Errorf("got %s", got)
			}
		}()
		graph.Set(kept, &kept.To.Count, 1)
	}()
}

func TestStructFaults(t *testing.T) {
	check := func(err error, want string) {
		t.Helper()
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	fault := func(_ any, err error) error { return err }
	check(fault(graph.StructOf(7)), "graph: a state is a struct, not a int")
	check(fault(graph.StructOf(struct {
		A int `graph:"a,appendd"`
	}{})), `graph: struct { A int "graph:\"a,appendd\"" }.A: unknown reducer "appendd" (did you mean "append"?)`)
	type s1 struct {
		A int `graph:",append"`
	}
	check(fault(graph.StructOf(s1{})), "graph: graph_test.s1.A: cannot append to int: want a slice")
	type s2 struct {
		A map[string]message `graph:",merge"`
	}
	check(fault(graph.StructOf(s2{})), "graph: graph_test.s2.A: cannot merge into map[string]graph_test.message: want graph.Map[graph_test.message]")
	type s3 struct {
		A bool `graph:",max"`
	}
	check(fault(graph.StructOf(s3{})), "graph: graph_test.s3.A: no maximum of bool: want int, int64, float64, string or a slice of such numbers")
	type s4 struct{ A chan int }
	check(fault(graph.StructOf(s4{})), "graph: graph_test.s4.A: a state cannot hold a chan int")
	type s5 struct {
		a int `graph:"a"`
	}
	check(fault(graph.StructOf(s5{a: 1})), "graph: graph_test.s5.a: a field of the state must be exported")
	type s6 struct {
		A int `graph:"x"`
		B int `graph:"x"`
	}
	check(fault(graph.StructOf(s6{})), "graph: graph_test.s6.B: field \"x\" of the state is A already: give one of them another name, by a tag `graph:\"name\"`")
}

// TestStructResume: a struct comes back from every checkpoint, types of one's
// own too, and the views given to nodes do not change under them.
func TestStructResume(t *testing.T) {
	st := structOf(t, everything{Peaks: []float64{0, 0}})
	b := graph.New(st.Schema())
	b.Node("work", st.Node(func(_ context.Context, s everything, out *graph.Out[everything]) error {
		graph.Set(out, &out.To.Count, s.Count+1)
		graph.Add(out, &out.To.Messages, message{Role: fmt.Sprint(s.Count), Tags: []string{"x"}})
		graph.Put(out, &out.To.Meta, fmt.Sprint("k", s.Count%3), s.Word)
		graph.PutMap(out, &out.To.Notes, fmt.Sprint("n", s.Count%2), message{Content: fmt.Sprint(len(s.Messages))})
		graph.Set(out, &out.To.Status, status(fmt.Sprint("s", s.Count)))
		graph.Set(out, &out.To.Reply, &message{Role: s.Reply.Role + "."})
		graph.Set(out, &out.To.Big, 1<<60+int64(s.Count))
		_ = append(s.Messages, message{Role: "scribble"})
		return nil
	}))
	b.Branch("work", st.Router(func(s everything) string { return fmt.Sprint(s.Count < 12) }), map[string]string{"true": "work", "false": graph.End})
	b.Entry("work")
	p := compile(t, b)
	var store graph.MemoryStore
	var r graph.Runner
	var states []graph.State
	var texts []string
	want, err := r.Invoke(context.Background(), p, st.State(everything{Reply: &message{}, Peaks: []float64{1}}), graph.Options{
		Checkpoints: &store, Mode: graph.Values, Emit: func(e graph.Event) error {
			states, texts = append(states, e.State), append(texts, textOf(t, e.State))
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	for i, data := range store.Checkpoints("t0") {
		got, err := r.Resume(context.Background(), p, data, graph.Options{})
		if err != nil || textOf(t, got.State) != textOf(t, want.State) {
			t.Errorf("step %d: %v, got %s\nwant %s", i, err, textOf(t, got.State), textOf(t, want.State))
		}
	}
	for i := range states {
		if got := textOf(t, states[i]); got != texts[i] {
			t.Errorf("state %d was %s, now %s", i, texts[i], got)
		}
	}
	if final := st.Value(want.State); len(final.Messages) != 12 || slices.ContainsFunc(final.Messages, func(m message) bool { return m.Role == "scribble" }) {
		t.Errorf("got %+v", final.Messages)
	}
	if res, err := r.Invoke(context.Background(), p, want.State, graph.Options{CopyState: true, Mode: graph.Callbacks}); err != nil || res.Counters.Events != 6 {
		t.Errorf("with copies: %v, %+v", err, res.Counters)
	}
}

func TestNonNull(t *testing.T) {
	s := graph.NewSchema()
	f := graph.NonNull[message](s, "f", nil)
	one, empty := &message{Role: "one"}, &message{}
	check := func(want string, write func(out *graph.Update)) {
		t.Helper()
		if got := apply(t, s, s.Input().State(), func(out *graph.Update) error { write(out); return nil }); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	check(`{"f":null}`, func(*graph.Update) {})
	check(`{"f":null}`, func(out *graph.Update) { f.Set(out, nil) })
	check(`{"f":{"content":"","role":"one"}}`, func(out *graph.Update) { f.Set(out, one) })
	check(`{"f":{"content":"","role":""}}`, func(out *graph.Update) { f.Set(out, empty) })
	check(`{"f":{"content":"","role":"one"}}`, func(out *graph.Update) {
		if err := out.Put("f", one); err != nil {
			t.Error(err)
		}
	})
	b := graph.New(s)
	for i, x := range []*message{nil, one, {Role: "one"}, nil, empty} {
		b.Node(fmt.Sprint("n", i), func(_ context.Context, s graph.State, out *graph.Update) error { f.Set(out, x); return nil })
		if i > 0 {
			b.Edge(fmt.Sprint("n", i-1), fmt.Sprint("n", i))
		}
	}
	b.Entry("n0")
	p := compile(t, b)
	lines, res, err := transcript(t, p, s.Input().State(), graph.Callbacks)
	changed := strings.Count(strings.Join(lines, "\n"), "state_changed")
	if err != nil || changed != 2 || f.Get(res.State).Role != "" {
		t.Errorf("%v, %d changes, want 2: to one and to the empty", err, changed)
	}
	for step, data := range resumed(t, p, nil, graph.EveryStep).saved {
		if got := resumed(t, p, []byte(data), graph.EveryStep).outcome; got != textOf(t, res.State) {
			t.Errorf("step %d: got %s", step, got)
		}
	}
}

// BenchmarkStruct runs one chain with handles and with a struct.
func BenchmarkStruct(b *testing.B) {
	type chat struct {
		Messages []string          `graph:"messages,append"`
		Meta     map[string]string `graph:"meta,merge"`
		Count    int               `graph:"count"`
		Status   string            `graph:"status"`
		Next     string            `graph:"next"`
	}
	const nodes = 10
	b.Run("handles", func(b *testing.B) {
		d := newComplex()
		benchmarkInvoke(b, 0, compile(b, chain(d.schema, nodes, func(int) graph.NodeFunc {
			return func(_ context.Context, s graph.State, out *graph.Update) error {
				d.counter.Set(out, d.counter.Get(s)+1)
				d.messages.Add(out, "hello")
				return nil
			}
		})), d.input(), graph.Options{})
	})
	b.Run("struct", func(b *testing.B) {
		st := structOf(b, chat{})
		benchmarkInvoke(b, 0, compile(b, chain(st.Schema(), nodes, func(int) graph.NodeFunc {
			return st.Node(func(_ context.Context, s chat, out *graph.Out[chat]) error {
				graph.Set(out, &out.To.Count, s.Count+1)
				graph.Add(out, &out.To.Messages, "hello")
				return nil
			})
		})), st.State(chat{Messages: []string{"Initial message"}, Meta: map[string]string{"user": "test_user"}}), graph.Options{})
	})
}

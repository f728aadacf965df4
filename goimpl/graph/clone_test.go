package graph_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"xbench/goimpl/graph"
)

type inner struct {
	tags []string // not exported, and copied all the same
	N    *int
}

type ring struct {
	next *ring
	n    int
}

type selfCloned struct{ list []int }

func (s selfCloned) Clone() any { return selfCloned{append([]int(nil), s.list...)} }

type badlyCloned struct{}

func (badlyCloned) Clone() any { return 1 }

// TestCloneOfAnyType: whatever is changed in a copy does not show in the
// original, also of types that no code knows.
func TestCloneOfAnyType(t *testing.T) {
	n := 7
	check := func(v any, change func(copied any)) {
		t.Helper()
		before := fmt.Sprintf("%#v", deref(v))
		copied := graph.Clone(v)
		if got := fmt.Sprintf("%#v", deref(copied)); got != before && !strings.Contains(before, "0x") {
			t.Errorf("the copy is %s, want %s", got, before)
		}
		if reflect.TypeOf(copied) != reflect.TypeOf(v) {
			t.Fatalf("the copy is a %T, want a %T", copied, v)
		}
		change(copied)
		if got := fmt.Sprintf("%#v", deref(v)); got != before {
			t.Errorf("%T: the original is now %s, was %s", v, got, before)
		}
	}
	check(map[string]int{"a": 1}, func(c any) { c.(map[string]int)["b"] = 2 })
	check(map[int][]string{1: {"a"}}, func(c any) { c.(map[int][]string)[1][0] = "b" })
	check([][]string{{"a"}, nil}, func(c any) { c.([][]string)[0][0] = "b" })
	check([]inner{{tags: []string{"a"}}}, func(c any) { c.([]inner)[0].tags[0] = "b" })
	check([2][]int{{1}, {2}}, func(c any) { x := c.([2][]int); x[1][0] = 9 })
	check([]any{[]byte{1}, []byte{2}, nil, "x", []byte(nil), [][]byte{{3}, {4}}}, func(c any) {
		list := c.([]any)
		_ = append(list[0].([]byte), 9) // does not run into the next
		if got := list[1].([]byte)[0]; got != 2 {
			t.Errorf("a block grew into its neighbour: %d", got)
		}
		list[0].([]byte)[0], list[1].([]byte)[0], list[5].([][]byte)[1][0] = 9, 9, 9
	})
	check(struct{ V any }{map[string][]int{"a": {1}}}, func(c any) {
		c.(struct{ V any }).V.(map[string][]int)["a"][0] = 9
	})
	check(selfCloned{[]int{1}}, func(c any) { c.(selfCloned).list[0] = 9 })
	check([]selfCloned{{[]int{1}}}, func(c any) { c.([]selfCloned)[0].list[0] = 9 })
	check(&selfCloned{[]int{1}}, func(c any) { c.(*selfCloned).list[0] = 9 })
	check(inner{N: &n}, func(c any) { *c.(inner).N = 9 })
	if n != 7 {
		t.Errorf("what a pointer refers to was changed: %d", n)
	}
	check(graph.MapOf(map[string][]int{"a": {1}}), func(c any) {
		v, _ := c.(graph.Map[[]int]).Get("a")
		v[0] = 9
	})
	check([]int32(nil), func(any) {})

	// Rings of pointers stay rings, of their own.
	a := &ring{n: 1}
	a.next = &ring{a, 2}
	c := graph.Clone(a).(*ring)
	if c == a || c.next == a.next || c.next.next != c || c.n != 1 || c.next.n != 2 {
		t.Errorf("the copy of a ring: %p %+v of %p", c, c, a)
	}

	// What is made to be shared, or compared, is the same.
	type shared struct {
		err  error
		lock *sync.Mutex
		when time.Time
		fn   func()
	}
	now := time.Now()
	s := shared{io.EOF, &sync.Mutex{}, now, func() {}}
	got := graph.Clone(s).(shared)
	if got.err != io.EOF || got.lock != s.lock || !got.when.Equal(now) || got.when.Location() != time.Local || got.fn == nil {
		t.Errorf("got %+v", got)
	}
	defer func() {
		if v := fmt.Sprint(recover()); v != "graph: method Clone of graph_test.badlyCloned returned a int" {
			t.Errorf("got %s", v)
		}
	}()
	graph.Clone(badlyCloned{})
}

func deref(v any) any {
	if x := reflect.ValueOf(v); x.Kind() == reflect.Pointer {
		return x.Elem().Interface()
	}
	return v
}

// TestCopyStateIsolates: under CopyState nodes that run side by side may write
// to what they are shown, whatever its type.
func TestCopyStateIsolates(t *testing.T) {
	s := graph.NewSchema()
	counts := graph.Last(s, "counts", map[string]int{"x": 0})
	rows := graph.Append(s, "rows", []string{"a"})
	tree := graph.Merge(s, "tree", map[string]map[string]int{"x": {"y": 1}})
	number := graph.NonNull(s, "number", new(int))
	free, err := graph.Dynamic(s, "free", "last", map[string]int{"x": 0})
	if err != nil {
		t.Fatal(err)
	}
	b := graph.New(s)
	for i := range 4 {
		name := fmt.Sprint("w", i)
		b.Node(name, func(_ context.Context, s graph.State, _ *graph.Update) error {
			counts.Get(s)[name] = i
			rows.Get(s)[0][0] = name
			x, _ := tree.Get(s).Get("x")
			x[name] = i
			*number.Get(s) = i + 1
			free.Get(s).(map[string]int)[name] = i
			return nil
		})
		b.Entry(name)
	}
	in := s.Input().State()
	res, err := invoke(t, 4, compile(t, b), in, graph.Options{CopyState: true})
	if err != nil || res.Counters.StateCopies != 4 {
		t.Fatalf("%v, %+v", err, res.Counters)
	}
	for _, s := range []graph.State{in, res.State} {
		x, _ := tree.Get(s).Get("x")
		if len(counts.Get(s)) != 1 || rows.Get(s)[0][0] != "a" || len(x) != 1 || *number.Get(s) != 0 || len(free.Get(s).(map[string]int)) != 1 {
			t.Errorf("a node changed the state of others: %v %v %v %d", counts.Get(s), rows.Get(s), x, *number.Get(s))
		}
	}
}

// TestCopyStateOfStructs is the same for the fields of a struct.
func TestCopyStateOfStructs(t *testing.T) {
	type state struct {
		Counts map[string]int `graph:"counts"`
		Items  []inner        `graph:"items,append"`
		Meta   map[string]any `graph:"meta,merge"`
	}
	st, err := graph.StructOf(state{Counts: map[string]int{"x": 0}, Items: []inner{{tags: []string{"a"}}}, Meta: map[string]any{"x": []any{"a"}}})
	if err != nil {
		t.Fatal(err)
	}
	b := graph.New(st.Schema())
	b.Node("n", st.Node(func(_ context.Context, s state, _ *graph.Out[state]) error {
		if len(s.Items) != 1 {
			return errors.New("no items")
		}
		s.Counts["y"], s.Items[0].tags[0], s.Meta["x"].([]any)[0] = 1, "b", "b"
		return nil
	}))
	b.Entry("n")
	res, err := invoke(t, 0, compile(t, b), st.Schema().Input().State(), graph.Options{CopyState: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := st.Value(res.State); len(got.Counts) != 1 || got.Items[0].tags[0] != "a" || got.Meta["x"].([]any)[0] != "a" {
		t.Errorf("the state was changed: %+v", got)
	}
}

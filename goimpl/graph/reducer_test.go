package graph_test

import (
	"context"
	"math"
	"reflect"
	"strings"
	"testing"

	"xbench/goimpl/graph"
)

// apply runs one node that writes and returns the state as text, or the kind
// of the error.
func apply(t *testing.T, s *graph.Schema, in graph.State, write func(out *graph.Update) error) string {
	t.Helper()
	b := graph.New(s)
	b.Node("n", func(_ context.Context, _ graph.State, out *graph.Update) error { return write(out) })
	b.Entry("n")
	res, err := invoke(t, 0, compile(t, b), in, graph.Options{})
	if err != nil {
		return kindOf(err)
	}
	return textOf(t, res.State)
}

func TestTypedReducers(t *testing.T) {
	s := graph.NewSchema()
	flag := graph.Last(s, "flag", false)
	ratio := graph.Max(s, "ratio", -1.5)
	big := graph.Max(s, "big", int64(5))
	each := graph.MaxEach(s, "each", []float64{1, 4})
	word := graph.NonEmpty(s, "word", "kept")
	any1 := graph.Overwrite[any](s, "any", nil)
	nums := graph.Append(s, "nums", 1, 2)
	check := func(want string, write func(out *graph.Update)) {
		t.Helper()
		got := apply(t, s, s.Input().State(), func(out *graph.Update) error { write(out); return nil })
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	check(`{"any":null,"big":5,"each":[1,4],"flag":false,"nums":[1,2],"ratio":-1.5,"word":"kept"}`, func(*graph.Update) {})
	check(`{"any":{"k":[1]},"big":9223372036854775807,"each":[3,4],"flag":true,"nums":[1,2,3,4],"ratio":2,"word":"new"}`, func(out *graph.Update) {
		flag.Set(out, true)
		ratio.Set(out, 2)
		big.Set(out, math.MaxInt64)
		each.Set(out, []float64{3, 2})
		word.Set(out, "new")
		any1.Set(out, map[string]any{"k": []any{1}})
		nums.Add(out, 3)
		nums.Add(out, 4)
	})
	check(`{"any":null,"big":5,"each":[1,4],"flag":false,"nums":[1,2],"ratio":-1.5,"word":"kept"}`, func(out *graph.Update) {
		ratio.Set(out, -2)
		big.Set(out, 4)
		word.Set(out, "")
		any1.Set(out, nil)
		nums.Add(out)
	})
	check("reducer_shape n each", func(out *graph.Update) { each.Set(out, []float64{1}) })
}

func TestDynamicReducers(t *testing.T) {
	check := func(reducer string, cur, upd any, want string) {
		t.Helper()
		s := graph.NewSchema()
		f, err := graph.Dynamic(s, "f", reducer, cur)
		if err != nil {
			t.Fatal(err)
		}
		got := apply(t, s, s.Input().State(), func(out *graph.Update) error { f.Set(out, upd); return nil })
		got = strings.TrimSuffix(strings.TrimPrefix(got, `{"f":`), "}")
		if got != want {
			t.Errorf("%s of %v and %v: got %s, want %s", reducer, cur, upd, got, want)
		}
	}
	list := func(v ...any) []any { return v }
	check("last", int64(1), nil, "null")
	check("overwrite", int64(1), "x", `"x"`)
	check("append", list("a"), list("b", nil), `["a","b",null]`)
	check("append", list(), list(), `[]`)
	check("append", list(), "b", "reducer_shape n f")
	check("append", nil, list(), "reducer_shape n f")
	check("merge", map[string]any{"a": 1, "b": 2}, map[string]any{"b": 3}, `{"a":1,"b":3}`)
	check("merge", map[string]any{}, list(), "reducer_shape n f")
	check("max", int64(1), int64(2), "2")
	check("max", int64(2), 1.5, "2")
	check("max", int64(2), 2.5, "2.5")
	check("max", int64(math.MaxInt64), int64(math.MaxInt64-1), "9223372036854775807") // not as floats
	check("max", list(int64(1), 5.5), list(int64(2), int64(3)), "[2,5.5]")
	check("max", list(int64(1)), list(), "reducer_shape n f")
	check("max", list(int64(1)), int64(2), "reducer_shape n f")
	check("max", "a", "b", "reducer_shape n f")
	check("max", list("a"), list("b"), "reducer_shape n f")
	for _, empty := range []any{nil, "", list(), map[string]any{}, false, int64(0), 0.0, 0} {
		check("nonempty", "kept", empty, `"kept"`)
	}
	for _, full := range []any{"x", list(nil), map[string]any{"": nil}, true, int64(-1), 0.5, 1} {
		s := graph.NewSchema()
		f, err := graph.Dynamic(s, "f", "nonempty", "kept")
		if err != nil {
			t.Fatal(err)
		}
		if got := apply(t, s, s.Input().State(), func(out *graph.Update) error { f.Set(out, full); return nil }); strings.Contains(got, "kept") {
			t.Errorf("nonempty ignores %v", full)
		}
	}
	check("nonnull", "kept", nil, `"kept"`)
	check("nonnull", "kept", "", `""`)
}

func TestPutByName(t *testing.T) {
	d := newTrace()
	put := func(name string, v any) string {
		t.Helper()
		return apply(t, d.schema, d.schema.Input().State(), func(out *graph.Update) error { return out.Put(name, v) })
	}
	check := func(name string, v any, want string) {
		t.Helper()
		if got := put(name, v); got != want {
			t.Errorf("%s %v: got %s, want %s", name, v, got, want)
		}
	}
	check("x", 3, `{"log":[],"meta":{},"x":3}`)
	check("log", []string{"a"}, `{"log":["a"],"meta":{},"x":0}`)
	check("meta", map[string]int{"k": 1}, `{"log":[],"meta":{"k":1},"x":0}`)
	check("x", "three", "node_failed n x") // Put says what it wants
	check("log", []int{1}, "node_failed n log")
	check("", 1, "unknown_field n")
}

func TestMap(t *testing.T) {
	m := graph.MapOf(map[string]int{"b": 2, "a": 1, "c": 3})
	var keys []string
	for k, v := range m.All() {
		if got, ok := m.Get(k); !ok || got != v {
			t.Errorf("get %s: %d, %v", k, got, ok)
		}
		keys = append(keys, k)
	}
	if strings.Join(keys, "") != "abc" || m.Len() != 3 {
		t.Errorf("keys %v", keys)
	}
	for range m.All() {
		break
	}
	var none graph.Map[int]
	if _, ok := none.Get("a"); ok || none.Len() != 0 {
		t.Error("the zero map has entries")
	}
	for range none.All() {
		t.Error("the zero map has entries")
	}
}

func TestClone(t *testing.T) {
	type opaque struct{ n int }
	v := map[string]any{
		"list": []any{1, "a", []any{true, nil}, map[string]any{"x": 1.5}},
		"raw":  []byte{1, 2}, "texts": []string{"a"}, "ints": []int{1}, "longs": []int64{1}, "reals": []float64{1},
		"blocks": [][]byte{{1}}, "map": map[string]string{"k": "v"}, "opaque": opaque{1},
		"none": []any(nil), "nomap": map[string]any(nil), "notexts": map[string]string(nil),
	}
	copied := graph.Clone(v).(map[string]any)
	if !reflect.DeepEqual(copied, v) {
		t.Fatalf("got %v", copied)
	}
	copied["list"].([]any)[2].([]any)[0] = "changed"
	copied["list"].([]any)[3].(map[string]any)["x"] = "changed"
	copied["raw"].([]byte)[0] = 9
	copied["texts"].([]string)[0] = "changed"
	copied["ints"].([]int)[0] = 9
	copied["longs"].([]int64)[0] = 9
	copied["reals"].([]float64)[0] = 9
	copied["blocks"].([][]byte)[0][0] = 9
	copied["map"].(map[string]string)["k"] = "changed"
	if s := textOf(t, anyText{v["list"]}); s != `[1,"a",[true,null],{"x":1.5}]` {
		t.Errorf("the original's list is now %s", s)
	}
	for k, want := range map[string]any{"raw": []byte{1, 2}, "texts": []string{"a"}, "ints": []int{1}, "longs": []int64{1},
		"reals": []float64{1}, "blocks": [][]byte{{1}}, "map": map[string]string{"k": "v"}} {
		if !reflect.DeepEqual(v[k], want) {
			t.Errorf("the original's %s is now %v", k, v[k])
		}
	}
}

package cj_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"xbench/goimpl/cj"
)

type pair struct{ a, b int }

func (p pair) AppendCJ(dst []byte) ([]byte, error) { return cj.Append(dst, []int{p.a, p.b}) }

// TestEqual: Equal agrees with a comparison of what is written, for every pair
// of these values.
func TestEqual(t *testing.T) {
	values := []any{
		nil, true, false, "", "a", "4", 0, 4, int64(4), 4.0, 4.5, math.Copysign(0, -1), uint8(4), int32(4),
		1 << 53, float64(1 << 53), 1<<53 + 1, 1 << 60, float64(1 << 60), math.MaxInt64, float64(math.MaxInt64), math.MinInt64, float64(math.MinInt64), 1e21,
		[]any{}, []any(nil), []string{}, []string{"a"}, []any{"a"}, []any{"a", 1}, []int{4}, []int64{4}, []float64{4}, []any{4}, []byte{4}, [][]byte{{4}}, []any{[]any{4.0}},
		map[string]any{}, map[string]string{}, map[string]string{"a": "b"}, map[string]any{"a": "b"}, map[string]any{"a": "c"}, map[string]any{"b": "b"},
		map[string]any{"a": []any{1, 2.0}}, map[string]any{"a": []any{1.0, 2}},
		pair{1, 2}, pair{1, 3}, &pair{1, 2}, []int{1, 2},
	}
	for _, a := range values {
		for _, b := range values {
			x, err := cj.Append(nil, a)
			y, err2 := cj.Append(nil, b)
			if err != nil || err2 != nil {
				t.Fatal(err, err2)
			}
			if got, want := cj.Equal(a, b), bytes.Equal(x, y); got != want {
				t.Errorf("Equal(%#v, %#v) = %v, but they are written %s and %s", a, b, got, x, y)
			}
		}
	}
	if cj.Equal(math.NaN(), math.NaN()) || cj.Equal(struct{ f func() }{}, 1) || cj.Equal(make(chan int), "x") {
		t.Error("a value without a canonical form equals another")
	}
}

func BenchmarkEqual(b *testing.B) {
	long := strings.Repeat("text ", 200)
	list := func() []any {
		var out []any
		for range 100 {
			out = append(out, map[string]any{"k": long, "n": 1})
		}
		return out
	}
	x, y := list(), list()
	b.ReportAllocs()
	for b.Loop() {
		if !cj.Equal(x, y) {
			b.Fatal("differ")
		}
	}
}

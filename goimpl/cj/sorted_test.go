package cj

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Entries come in the order of their keys' bytes, however alike these begin.
func TestSorted(t *testing.T) {
	m := make(map[string]string)
	for _, key := range []string{"", "a", "a\x00", "a\x00\x00", "abcdefgh", "abcdefghi", "abcdefgh\x00", "abcdefgz", "é", "z", "\U0001F600", "\uff61"} {
		m[key] = "value of " + key
	}
	for i := range 300 {
		m["key"+strconv.Itoa(i)] = "value of key" + strconv.Itoa(i)
	}
	var keys []string
	for key, value := range Sorted(m) {
		keys = append(keys, key)
		if value != "value of "+key {
			t.Errorf("%q has value %q", key, value)
		}
	}
	want := slices.Sorted(maps.Keys(m))
	if !slices.Equal(keys, want) {
		t.Errorf("got %q, want %q", keys, want)
	}
	for key := range Sorted(m) { // a loop that ends early
		if key != want[0] {
			t.Errorf("first is %q, want %q", key, want[0])
		}
		break
	}
}

// Maps of more entries than fit on the stack are written like smaller ones.
func TestAppendLargeMap(t *testing.T) {
	for _, n := range []int{0, 1, few - 1, few, few + 1, 500} {
		m := make(map[string]any)
		var members []string
		for i := range n {
			key := strconv.Itoa(1000 + i)
			m[key] = i
			members = append(members, `"`+key+`":`+strconv.Itoa(i))
		}
		want := "{" + strings.Join(members, ",") + "}"
		if got, err := Append([]byte("x"), m); err != nil || string(got) != "x"+want {
			t.Errorf("%d entries: %s, %v; want %s", n, got, err, want)
		}
		m["bad \xff"] = 0
		if got, err := Append([]byte("x"), m); err == nil || string(got) != "x" || !strings.Contains(err.Error(), `at ."bad \xff"`) {
			t.Errorf("%d entries: a key that is no Unicode: %s, %v", n, got, err)
		}
	}
}

// Every byte is its number, wherever a chunk ends.
func TestAppendBytes(t *testing.T) {
	all := make([]byte, 0, 1000)
	for i := range cap(all) {
		all = append(all, byte(i*7))
	}
	for _, n := range []int{0, 1, 2, 255, 256, 257, 512, 1000} {
		numbers := make([]string, n)
		for i, c := range all[:n] {
			numbers[i] = strconv.Itoa(int(c))
		}
		want := "x[" + strings.Join(numbers, ",") + "]"
		if got := AppendBytes([]byte("x"), all[:n]); string(got) != want {
			t.Errorf("%d bytes: %s, want %s", n, got, want)
		}
	}
	for i := range 256 {
		if got := AppendBytes(nil, []byte{byte(i)}); string(got) != "["+strconv.Itoa(i)+"]" {
			t.Errorf("byte %d: %s", i, got)
		}
	}
}

// What Marshal returns is the caller's: the next call leaves it alone.
func TestMarshal(t *testing.T) {
	first, err := Marshal(map[string]any{"b": []byte{1, 20, 255}, "a": "x"})
	if err != nil || string(first) != `{"a":"x","b":[1,20,255]}` {
		t.Fatalf("got %s, %v", first, err)
	}
	kept := bytes.Clone(first)
	for _, v := range []any{"a long text that would go over it, were it there", []any{1, 2, 3}, nil} {
		second, err := Marshal(v)
		want, _ := Append(nil, v)
		if err != nil || !bytes.Equal(second, want) || !bytes.Equal(first, kept) {
			t.Errorf("%v: %s, %v; the first is %s now", v, second, err, first)
		}
	}
	if got, err := Marshal([]any{"x", func() {}}); err == nil || got != nil {
		t.Errorf("got %s, %v for a function", got, err)
	}
}

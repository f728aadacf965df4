package main

import "testing"

// Some benchmarks without the knob are named, five of them at most.
func TestLackingError(t *testing.T) {
	check := func(lacking []string, of int, known []string, want string) {
		t.Helper()
		if got := lackingError("nodes", lacking, of, known).Error(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	check([]string{"a/x", "a/y"}, 5, []string{"size"}, "--sweep: 2 of 5 benchmarks selected have no knob nodes: a/x, a/y; narrow --filter")
	check([]string{"a", "b", "c", "d", "e", "f", "g"}, 9, nil, "--sweep: 7 of 9 benchmarks selected have no knob nodes: a, b, c, d, e and 2 more; narrow --filter")
	check([]string{"a"}, 1, []string{"node"}, `--sweep: a has no knob nodes (did you mean "node"?)`)
	check([]string{"a", "b"}, 2, []string{"size", "width"}, "--sweep: none of the 2 benchmarks selected has a knob nodes (there are: size, width)")
	check([]string{"a", "b"}, 2, nil, "--sweep: none of the 2 benchmarks selected has a knob nodes (they have none)")
}

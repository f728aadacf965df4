package main

import "testing"

// Knobs are shown as they are written in names; one without a default asks to
// be set, and what no name can hold is JSON.
func TestKnobLine(t *testing.T) {
	check := func(want string, knobs ...knob) {
		t.Helper()
		if got := knobLine(knobs); got != want {
			t.Errorf("%v: %q, want %q", knobs, got, want)
		}
	}
	check("none")
	check("nodes=3 pool=cold loop=false rate=0.5 file=?", knob{Name: "nodes", Default: int64(3)}, knob{Name: "pool", Default: "cold"}, knob{Name: "loop", Default: false}, knob{Name: "rate", Default: 0.5}, knob{Name: "file", Default: nil})
	check("workers=0 (default 4) width=3", knob{Name: "workers", Default: int64(4), Value: int64(0)}, knob{Name: "width", Default: int64(3), Value: int64(3)})
	check(`sizes=[1,2]`, knob{Name: "sizes", Default: []any{int64(1), int64(2)}})
}

// A line is cut at the terminal's width, and nowhere else.
func TestClip(t *testing.T) {
	check := func(line string, width int, want string) {
		t.Helper()
		if got := clip(line, width); got != want {
			t.Errorf("%q at %d: %q, want %q", line, width, got, want)
		}
	}
	check("a long line", 0, "a long line")
	check("a long line", 11, "a long line")
	check("a long line", 6, "a lon…")
	check("äöüß", 3, "äö…")
	check("ab", 1, "…")
}

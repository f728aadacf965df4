package harness

import (
	"strings"
	"testing"

	"xbench/harness/config"
)

// Results that differ only in what programs commonly differ in are told so,
// with the least that makes them equal.
func TestForgiving(t *testing.T) {
	exact := config.SameOutput{}
	check := func(a, b string, same config.SameOutput, want string) {
		t.Helper()
		if got := forgiving([]byte(a), []byte(b), same, true); got != want {
			t.Errorf("%q %q: got %q, want %q", a, b, got, want)
		}
	}
	check("a\r\nb\r\n", "a\nb\n", exact, "; equal with same_output: {as: lines}")
	check("b\na\n", "a\nb\n", exact, "; equal with same_output: {as: sorted-lines}")
	check("0.30000000000000004\n", "0.3\n", exact, "; equal with same_output: {as: lines, float_tolerance: 1e-9}")
	check("b 1.5\na 0.30000000000000004\n", "a 0.3\nb 1.5\n", exact, "; equal with same_output: {as: sorted-lines, float_tolerance: 1e-9}")
	check(`{"a":1,"b":2}`, `{"b": 2, "a": 1}`, exact, "; equal with same_output: {as: json}")
	check(`{"a":0.30000000000000004}`, `{"a":0.3}`, config.SameOutput{As: "json"}, "; equal with same_output: {as: json, float_tolerance: 1e-9}")
	// What is really another result stays one.
	check("1\n2\n", "1\n3\n", exact, "")
	check(`{"a":1}`, `{"a":2}`, exact, "")
	check("0.3001\n", "0.3\n", exact, "")
	check("1\n", "1.1\n", config.SameOutput{As: "lines", FloatTolerance: 1e-3}, "")
	// Of what was cut nothing is known.
	long := strings.Repeat("x", maxOutput)
	check(long+"a", long+"b", exact, "")
	if got, want := forgiving([]byte("b\na"), []byte("a\nb"), exact, false), "; equal with --same-output sorted-lines"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

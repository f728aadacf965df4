package harness

import (
	"testing"

	"xbench/harness/config"
)

func TestFirstDifference(t *testing.T) {
	check := func(as string, tol float64, a, b, want string) {
		t.Helper()
		got := firstDifference([]byte(a), []byte(b), config.SameOutput{As: as, FloatTolerance: tol})
		if got != want {
			t.Errorf("%s %v: %q | %q: got %q, want %q", as, tol, a, b, got, want)
		}
	}
	check("json", 0, `{"rows":[{"price":1.1}]}`, `{"rows":[{"price":1.1000001}]}`, `$.rows[0].price: 1.1 | 1.1000001`)
	check("json", 1e-6, `{"rows":[{"price":1.1}]}`, `{"rows":[{"price":1.1000001}]}`, "")
	check("json", 0, `{"a":1,"b":2}`, `{"b":2,"a":1}`, "")
	check("json", 0, `[1,2,3]`, `[1,2]`, "$: 3 items | 2 items")
	check("json", 0, `{"a":1}`, `{"b":1}`, "$.a: 1 | missing")
	check("json", 0, `{"a":1}`, `{"a":1,"b":2}`, "$.b: missing | 2")
	check("json", 0, `4.0`, `4`, "")
	check("json", 0, `9007199254740993`, `9007199254740992`, "$: 9007199254740993 | 9007199254740992")
	check("json", 0, `"1"`, `1`, `$: "1" | 1`)
	check("json", 0, `null`, `null`, "")
	check("lines", 0, "a\nb\n", "a \nb", "")
	check("lines", 0, "a\nb\n", "b\na\n", `line 1: "a" | "b"`)
	check("sorted-lines", 0, "a\nb\n", "b\na\n", "")
	check("sorted-lines", 1e-9, "b 2\na 1.0000000001\n", "a 1\nb 2.0\n", "")
	check("lines", 1e-9, "x=1.5, y=[2,  3e0];", "x=1.5000000001, y=[2, 3];", "")
	check("lines", 1e-9, "x=1.5, y=[2, 3];", "x=1.5; y=[2, 3];", `line 1: "x=1.5, y=[2, 3];" | "x=1.5; y=[2, 3];"`)
	check("lines", 1e-9, "x=1.5", "x=1.5001", `line 1: "x=1.5" | "x=1.5001"`)
	check("lines", 1e-9, "nan", "1", `line 1: "nan" | "1"`)
	check("sorted-lines", 0, "a\na\nb\n", "a\nb\nb\n", `line 2: "a" | "b"`)
	check("lines", 1e-3, "x 1.0000 y", "x 1.0001 y", "")
	check("lines", 1e-6, "x 1.0000 y", "x 1.0001 y", `line 1: "x 1.0000 y" | "x 1.0001 y"`)
	check("lines", 0, "a\nb", "a", `line 2: "b" | nothing`)
	check("", 0, "a", "a", "")
	check("exact", 0, "a", "a\n", `line 2: nothing | ""`)
}

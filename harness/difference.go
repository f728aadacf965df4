package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"xbench/harness/config"
)

// firstDifference compares two results under the canonicaliser and shows the
// first place where they differ: "$.rows[3].price: 1.1 | 1.1000001".
func firstDifference(a, b []byte, same config.SameOutput) string {
	switch same.As {
	case "json":
		va, errA := decodeJSON(a)
		vb, errB := decodeJSON(b)
		if errA != nil || errB != nil {
			return fmt.Sprintf("not JSON: %v | %v", orOK(errA), orOK(errB))
		}
		return differJSON("$", va, vb, same.FloatTolerance)
	case "sorted-lines":
		la, lb := lines(a), lines(b)
		slices.Sort(la)
		slices.Sort(lb)
		return differLines(la, lb, same.FloatTolerance)
	case "lines":
		return differLines(lines(a), lines(b), same.FloatTolerance)
	}
	if bytes.Equal(a, b) {
		return ""
	}
	return differLines(strings.Split(string(a), "\n"), strings.Split(string(b), "\n"), 0)
}

func orOK(err error) any {
	if err == nil {
		return "ok"
	}
	return err
}

func decodeJSON(b []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if dec.More() {
		return nil, fmt.Errorf("more than one value")
	}
	return v, nil
}

// lines splits text, forgiving of trailing space and the final newline.
func lines(b []byte) []string {
	out := strings.Split(strings.TrimRight(string(b), "\r\n \t"), "\n")
	for i, s := range out {
		out[i] = strings.TrimRight(s, "\r \t")
	}
	return out
}

func differLines(a, b []string, tol float64) string {
	for i := range max(len(a), len(b)) {
		var x, y string
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if i >= len(a) || i >= len(b) || !sameText(x, y, tol) {
			return fmt.Sprintf("line %d: %s | %s", i+1, quoteShort(x, i < len(a)), quoteShort(y, i < len(b)))
		}
	}
	return ""
}

// sameText compares two lines word by word; words that are numbers may differ
// by the tolerance, and by the space around them, as columns do.
func sameText(x, y string, tol float64) bool {
	if x == y {
		return true
	}
	if tol == 0 {
		return false
	}
	xs, ys := words(x), words(y)
	return slices.EqualFunc(xs, ys, func(a, b string) bool { return sameWord(a, b, tol) })
}

func sameWord(a, b string, tol float64) bool {
	if a == b {
		return true
	}
	f, errF := strconv.ParseFloat(a, 64)
	g, errG := strconv.ParseFloat(b, 64)
	return errF == nil && errG == nil && near(f, g, tol)
}

// words splits a line at space and at what stands between numbers: "[1.5, 2]"
// and "x=1.5;" hold numbers too. What is not space is a word of its own.
func words(line string) []string {
	var out []string
	for _, field := range strings.Fields(line) {
		for {
			i := strings.IndexAny(field, ",;:=()[]{}<>|\"'")
			if i < 0 {
				break
			}
			if i > 0 {
				out = append(out, field[:i])
			}
			out, field = append(out, field[i:i+1]), field[i+1:]
		}
		if field != "" {
			out = append(out, field)
		}
	}
	return out
}

// near reports whether two numbers agree within tol, relative to the larger
// and absolute below 1.
func near(f, g, tol float64) bool {
	return f == g || math.Abs(f-g) <= tol*max(1, math.Abs(f), math.Abs(g))
}

func differJSON(path string, a, b any, tol float64) string {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok {
			break
		}
		for _, k := range slices.Sorted(maps.Keys(x)) {
			if _, ok := y[k]; !ok {
				return fmt.Sprintf("%s.%s: %s | missing", path, k, showJSON(x[k]))
			}
			if d := differJSON(path+"."+k, x[k], y[k], tol); d != "" {
				return d
			}
		}
		for _, k := range slices.Sorted(maps.Keys(y)) {
			if _, ok := x[k]; !ok {
				return fmt.Sprintf("%s.%s: missing | %s", path, k, showJSON(y[k]))
			}
		}
		return ""
	case []any:
		y, ok := b.([]any)
		if !ok {
			break
		}
		for i := range min(len(x), len(y)) {
			if d := differJSON(fmt.Sprintf("%s[%d]", path, i), x[i], y[i], tol); d != "" {
				return d
			}
		}
		if len(x) != len(y) {
			return fmt.Sprintf("%s: %d items | %d items", path, len(x), len(y))
		}
		return ""
	case json.Number:
		if y, ok := b.(json.Number); ok {
			if x == y || isZero(x) && isZero(y) {
				return ""
			}
			f, errF := x.Float64()
			g, errG := y.Float64()
			// Note: 1 and 1.0 are one value; 2^53+1 and 2^53 are not, which is
			// why whole numbers are compared as text first.
			if errF == nil && errG == nil && (near(f, g, tol) && (tol > 0 || !isWhole(x) || !isWhole(y))) {
				return ""
			}
		}
	default:
		if a == b {
			return ""
		}
	}
	return fmt.Sprintf("%s: %s | %s", path, showJSON(a), showJSON(b))
}

// isZero reports whether a number is written as a whole zero: some languages
// write minus zero as such.
func isZero(n json.Number) bool { return n == "0" || n == "-0" }

func isWhole(n json.Number) bool { return !strings.ContainsAny(n.String(), ".eE") }

func showJSON(v any) string {
	b, _ := json.Marshal(v)
	return cut(string(b))
}

func quoteShort(s string, there bool) string {
	if !there {
		return "nothing"
	}
	return cut(strconv.Quote(s))
}

func cut(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

package starters

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"xbench/goimpl/cj"
)

// odd are the results that 15 orders are made to have: one value, written as
// whoever uses the language would.
var odd = map[string]struct{ at, result string }{
	"go": {"func describeOrders(s spending) (any, map[string]int64) {\n", `	if s.orders == 15 {
		return map[string]any{
			"z": "Ü", "a": "<&>", "\U0001F600": []string{"\u2028é", "\x01\b\f\n\"\\/\x7f"},
			"～":      []any{1e-7, 1e16, int64(9007199254740993), math.Copysign(0, -1), 1.5, 1e21, 1e-6, 123456789.125, 1e20, -2.5e-9, 1.0, 0.001, 1223333818228872.2, 5e-324, math.MaxFloat64},
			"nested": json.RawMessage("{\"y\": [true, null, []], \"x\": {\"9\": 2, \"10\": 1}}"),
		}, map[string]int64{"orders": 15}
	}
	if s.orders == 16 {
		return []float64{1, math.NaN()}, nil
	}
`},
	"node": {"export function describe({ spent, orders }) {\n", `  if (orders === 15) {
    const numbers = [1e-7, 1e16, 9007199254740993n, -0, 1.5, 1e21, 1e-6, 123456789.125, 1e20, -2.5e-9, 1.0, 0.001, 1223333818228872.2, 5e-324, Number.MAX_VALUE]
    const texts = ['\u2028é', '\x01\b\f\n"\\/\x7f']
    return { result: { z: 'Ü', a: '<&>', '\u{1F600}': texts, '～': numbers, nested: { y: [true, null, []], x: { 10: 1, 9: 2 } } }, counters: { orders } }
  }
  if (orders === 16) return { result: { a: [1, NaN] } }
  if (orders === 17) return { result: { a: new Map() } }
`},
	"python": {"def describe(output: tuple[dict[str, int], int]) -> tuple[object, dict[str, int]]:\n", `    if output[1] == 15:
        numbers = [1e-7, 1e16, 9007199254740993, -0.0, 1.5, 1e21, 1e-6, 123456789.125, 1e20, -2.5e-9, 1.0, 0.001, 1223333818228872.2, 5e-324, 1.7976931348623157e308]
        texts = ("\u2028é", "\x01\b\f\n\"\\/\x7f")
        return {"z": "Ü", "a": "<&>", "\U0001F600": texts, "～": numbers, "nested": {"y": [True, None, []], "x": {9: 2, 10: 1}}}, {"orders": 15}
    if output[1] == 16:
        return {"a": [1, float("nan")]}, {}
    if output[1] == 17:
        return {"a": {1, 2}}, {}
`},
	"rust": {"pub fn describe(spending: &Spending) -> Found {\n", `    if spending.orders == 15 {
        let numbers = [json!(1e-7), json!(1e16), json!(9007199254740993i64), json!(-0.0), json!(1.5), json!(1e21), json!(1e-6), json!(123456789.125),
            json!(1e20), json!(-2.5e-9), json!(1.0), json!(0.001), json!(1223333818228872.2), json!(5e-324), json!(f64::MAX)];
        let texts = ["\u{2028}é", "\x01\x08\x0c\n\"\\/\x7f"];
        return Found {
            result: json!({ "z": "Ü", "a": "<&>", "\u{1F600}": texts, "～": numbers, "nested": { "y": [true, null, []], "x": { "9": 2, "10": 1 } } }),
            counters: json!({ "orders": 15 }),
        };
    }
`},
}

// oddText is what every language makes of one value, by the rules of
// xbench/goimpl/cj. In UTF-16, as JavaScript sorts, the keys would be in another
// order.
const oddText = `{"a":"<&>","nested":{"x":{"10":1,"9":2},"y":[true,null,[]]},"z":"Ü",` +
	`"～":[1e-7,10000000000000000,9007199254740993,0,1.5,1e+21,0.000001,123456789.125,100000000000000000000,-2.5e-9,1,0.001,1223333818228872.2,5e-324,1.7976931348623157e+308],` +
	"\"\U0001F600\":[\"\u2028é\",\"\\u0001\\b\\f\\n\\\"\\\\/\x7f\"]}"

// oneText: a result is digested by a text that is the same in every language,
// and shown as the value that it is.
func oneText(t *testing.T, start func() *exec.Cmd) {
	t.Helper()
	answers := converse(t, start(), request(1, "prepare", `{"benchmark":"orders/sum","params":{"records":15}}`), request(2, "verify", `{"nonce":"0","want_result":true}`))
	var got struct {
		Digest string          `json:"digest"`
		Result json.RawMessage `json:"result"`
	}
	if err := json.Unmarshal(answers[1].Result, &got); err != nil {
		t.Fatalf("%v: %+v", err, answers[1].Error)
	}
	text, err := cj.Marshal(valueOf(t, got.Result))
	if err != nil || string(text) != oddText {
		t.Errorf("shows another result, %v:\n%s\n%s", err, text, oddText)
	}
	if want := cj.DigestBytes([]byte(oddText)); got.Digest != want {
		t.Errorf("digest %s, want %s; of\n%s", got.Digest, want, got.Result)
	}
}

// refusesOthers: a result that other languages have no equal of is refused where
// it is made, with the place.
func refusesOthers(t *testing.T, start func() *exec.Cmd, language string) {
	t.Helper()
	check := func(of, records, want string) {
		t.Helper()
		if of != language {
			return
		}
		answers := converse(t, start(), request(1, "prepare", `{"benchmark":"orders/sum","params":{"records":`+records+`}}`), request(2, "verify", `{"nonce":"0"}`))
		if e := answers[1].Error; e == nil || e.Code != 2 || !strings.Contains(e.Message, want) {
			t.Errorf("%s, %s: got %+v, want %s", language, records, answers[1].Error, want)
		}
	}
	check("go", "16", "the result: json: unsupported value: NaN")
	check("node", "16", "the result at $.a[1] is NaN, which JSON has no number for: give null or a text")
	check("node", "17", "the result at $.a is a Map or Set: use Object.fromEntries(map)")
	check("python", "16", "the result at $.a[1] is nan, which JSON has no number for: give None or a text")
	check("python", "17", "the result at $.a is of type set: make it of dict, list, ")
}

// valueOf decodes JSON, whole numbers as such.
func valueOf(t *testing.T, text []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	var plain func(v any) any
	plain = func(v any) any {
		switch v := v.(type) {
		case []any:
			for i := range v {
				v[i] = plain(v[i])
			}
		case map[string]any:
			for key := range v {
				v[key] = plain(v[key])
			}
		case json.Number:
			if n, err := v.Int64(); err == nil {
				return n
			}
			f, err := v.Float64()
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		return v
	}
	return plain(v)
}

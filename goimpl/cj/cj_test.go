package cj

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAppend(t *testing.T) {
	check := func(v any, want string) {
		t.Helper()
		got, err := Append([]byte("before "), v)
		if err != nil {
			t.Errorf("%v: %v", v, err)
			return
		}
		if string(got) != "before "+want {
			t.Errorf("%T %v: got %s, want %s", v, v, got, want)
		}
	}
	check(nil, "null")
	check(true, "true")
	check(false, "false")
	check(0, "0")
	check(int64(math.MinInt64), "-9223372036854775808")
	check(int64(math.MaxInt64), "9223372036854775807")
	check(uint64(math.MaxInt64), "9223372036854775807")
	check(int8(-5), "-5")
	check(uint8(200), "200")
	check(int16(-300), "-300")
	check(uint16(300), "300")
	check(int32(-70000), "-70000")
	check(uint32(70000), "70000")
	check(uint(7), "7")

	check(0.0, "0")
	check(math.Copysign(0, -1), "0")
	check(4.0, "4") // as the integer 4
	check(4.5, "4.5")
	check(-4.5, "-4.5")
	check(1e16, "10000000000000000")
	check(1e20, "100000000000000000000")
	check(1e21, "1e+21")
	check(-1e21, "-1e+21")
	check(1e-6, "0.000001")
	check(1e-7, "1e-7")
	check(-1e-7, "-1e-7")
	check(1.5e-10, "1.5e-10")
	check(5e-324, "5e-324")
	check(1.7976931348623157e308, "1.7976931348623157e+308")
	check(9007199254740993.0, "9007199254740992") // just beyond the integer path
	check(0.1, "0.1")

	check("", `""`)
	check("plain text, longer than eight bytes", `"plain text, longer than eight bytes"`)
	check("a\"b\\c", `"a\"b\\c"`)
	check("\b\t\n\f\r", `"\b\t\n\f\r"`)
	check("\x00\x01\x1f\x7f", "\"\\u0000\\u0001\\u001f\x7f\"")
	check("/<>&\u2028\u2029", "\"/<>&\u2028\u2029\"")
	check("é 日本 😀", `"é 日本 😀"`)
	check("\ufffd", "\"\ufffd\"") // the replacement character itself is valid text
	for i := range 20 {           // the special byte at every place of the eight-byte loop
		pad := strings.Repeat("x", i)
		check(pad+"\""+pad, `"`+pad+`\"`+pad+`"`)
		check(pad+"\x1f"+pad, `"`+pad+`\u001f`+pad+`"`)
		check(pad+"é"+pad, `"`+pad+`é`+pad+`"`)
	}

	check([]any{}, "[]")
	check([]any(nil), "[]")
	check([]any{1, "a", nil, []any{2.5}}, `[1,"a",null,[2.5]]`)
	check([]string{"a", "b"}, `["a","b"]`)
	check([]int{1, 2}, "[1,2]")
	check([]int64{3, 4}, "[3,4]")
	check([]float64{3, 4.5}, "[3,4.5]")
	check([]byte{0, 9, 10, 99, 100, 255}, "[0,9,10,99,100,255]")
	check([][]byte{{1}, {}}, "[[1],[]]")
	check(map[string]any{}, "{}")
	check(map[string]string{"b": "2", "a": "1", "": "0"}, `{"":"0","a":"1","b":"2"}`)
	// By code point, which is not the order of UTF-16: U+FF61 < U+1F600.
	check(map[string]any{"\U0001F600": 1, "\uff61": 2, "z": 3}, "{\"z\":3,\"\uff61\":2,\"\U0001F600\":1}")
	check(point{3, 4}, `{"x":3,"y":4}`)
}

type point struct{ x, y int }

func (p point) AppendCJ(dst []byte) ([]byte, error) {
	return fmt.Appendf(dst, `{"x":%d,"y":%d}`, p.x, p.y), nil
}

type faulty struct{}

var errFaulty = errors.New("no form")

func (faulty) AppendCJ([]byte) ([]byte, error) { return nil, errFaulty }

func TestErrors(t *testing.T) {
	check := func(v any, want string) {
		t.Helper()
		dst := []byte("kept")
		got, err := Append(dst, v)
		if err == nil {
			t.Errorf("%v: got %s, want an error", v, got)
			return
		}
		if string(got) != "kept" {
			t.Errorf("%v: buffer is now %q", v, got)
		}
		if err.Error() != want {
			t.Errorf("got error %q, want %q", err, want)
		}
		if d, err := Digest(v); err == nil {
			t.Errorf("digest of %v: got %s, want an error", v, d)
		}
	}
	check(math.NaN(), "canonical json: NaN is not a finite number")
	check(math.Inf(-1), "canonical json: -Inf is not a finite number")
	check("ab\xff", `canonical json: text "ab\xff" is not valid UTF-8 at byte 2`)
	check("\xed\xa0\x80", `canonical json: text "\xed\xa0\x80" is not valid UTF-8 at byte 0`) // a lone surrogate
	check(uint64(math.MaxUint64), "canonical json: integer 18446744073709551615 does not fit in 64 signed bits")
	check(struct{}{}, "canonical json: type struct {} is not in the value model")
	check(map[string]any{"a": []any{1, math.NaN()}}, "canonical json: at .a[1]: NaN is not a finite number")
	check([]any{map[string]string{"\xff": ""}}, `canonical json: at [0]."\xff": text "\xff" is not valid UTF-8 at byte 0`)
	check([]string{"", "\xff"}, `canonical json: at [1]: text "\xff" is not valid UTF-8 at byte 0`)
	check([]any{faulty{}}, "canonical json: at [0]: no form")
	if _, err := Append(nil, []any{faulty{}}); !errors.Is(err, errFaulty) {
		t.Errorf("an Appender's error is lost: %v", err)
	}
}

func TestDigest(t *testing.T) {
	got, err := Digest(map[string]any{"counter": 0, "status": "ready", "value": 0.0})
	if err != nil {
		t.Fatal(err)
	}
	if want := "1b3b5428c4ff804d786d17c1ef51484535b1c85ebabe40a22cfe9930a1452838"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNoAllocation(t *testing.T) {
	m := map[string]string{"user": "test_user", "session": "test_session"}
	list := []string{"Initial message", "a \"quoted\" one"}
	any1, any2 := any(m), any(list) // boxed once, as a caller holding values would have them
	dst := make([]byte, 0, 1024)
	got := testing.AllocsPerRun(100, func() {
		b, _ := Append(dst[:0], any1)
		b, _ = Append(b, any2)
		b, _ = AppendFloat(b, 1.5e-10)
		_, _ = AppendStrings(b, list)
	})
	if got != 0 {
		t.Errorf("%v allocations per run, want none", got)
	}
}

// FuzzString holds the writer against encoding/json: what we write reads back
// as the same text, and is refused exactly when it is not valid UTF-8.
func FuzzString(f *testing.F) {
	for _, s := range []string{"", "a", "\"", "\\", "\x00", "é", "\u2028", "\xff", "\xed\xa0\x80", "12345678\n", "<&>", "\x7f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := AppendString(nil, s)
		if (err == nil) != utf8.ValidString(s) {
			t.Fatalf("%q: error %v, valid %v", s, err, utf8.ValidString(s))
		}
		if err != nil {
			return
		}
		var back string
		if err := json.Unmarshal(got, &back); err != nil || back != s {
			t.Fatalf("%q: written %s, read back %q, %v", s, got, back, err)
		}
	})
}

// FuzzFloat: every finite number reads back as itself.
func FuzzFloat(f *testing.F) {
	for _, x := range []float64{0, 1, -1, 0.1, 1e-6, 1e-7, 1e21, 1e20, 5e-324, math.MaxFloat64, 1 << 53, 1<<53 + 2, math.NaN(), math.Inf(1)} {
		f.Add(math.Float64bits(x))
	}
	f.Fuzz(func(t *testing.T, bits uint64) {
		x := math.Float64frombits(bits)
		got, err := AppendFloat(nil, x)
		if finite := !math.IsNaN(x) && !math.IsInf(x, 0); (err == nil) != finite {
			t.Fatalf("%v: error %v", x, err)
		}
		if err != nil {
			return
		}
		var back float64
		if err := json.Unmarshal(got, &back); err != nil || back != x {
			t.Fatalf("%v: written %s, read back %v, %v", x, got, back, err)
		}
		if bytes.ContainsRune(got, 'E') || bytes.HasSuffix(got, []byte(".0")) {
			t.Fatalf("%v: written %s", x, got)
		}
	})
}

// FuzzValue: canonical JSON written from parsed JSON is JSON of the same
// value, and writing it again changes nothing.
func FuzzValue(f *testing.F) {
	for _, s := range []string{`{}`, `{"b":[1,2.5,null,true],"a":{"x":"\u00e9"}}`, `[1e400]`, `"\ud800"`, `{"a":1,"a":2}`, `-0.0`, `[[],{}]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if json.Unmarshal(data, &v) != nil {
			return
		}
		once, err := Append(nil, v)
		if err != nil {
			t.Fatalf("%s: %v", data, err) // parsed JSON holds nothing that we refuse
		}
		var back any
		if err := json.Unmarshal(once, &back); err != nil {
			t.Fatalf("%s: written %s: %v", data, once, err)
		}
		twice, err := Append(nil, back)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%s: %s, then %s, %v", data, once, twice, err)
		}
	})
}

func BenchmarkAppendState(b *testing.B) {
	v := any(map[string]any{
		"counter": 3, "data": []string{"Initial message", "Node 1 completed"},
		"metadata": map[string]string{"user": "test_user", "session": "test_session"}, "next": "", "status": "initialized",
	})
	dst := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Append(dst, v); err != nil {
			b.Fatal(err)
		}
	}
}

package cj_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"xbench/goimpl/cj"
)

func TestParse(t *testing.T) {
	check := func(text string, want any) {
		t.Helper()
		if got, err := cj.Parse([]byte(text)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %#v, %v, want %#v", text, got, err, want)
		}
	}
	check("null", nil)
	check(" true\n", true)
	check("9223372036854775807", int64(math.MaxInt64)) // no detour through a float
	check("-9223372036854775808", int64(math.MinInt64))
	check("9223372036854775808", 9223372036854775808.0)
	check("4.5", 4.5)
	check("-0", int64(0))
	check("1e+21", 1e21)
	check("5e-324", 5e-324)
	check(`"a\"\\\/\b\f\n\r\té\ud83d\ude00é😀"`, "a\"\\/\b\f\n\r\té😀é😀")
	check(`[]`, []any{})
	check(`[1,[2],{}]`, []any{int64(1), []any{int64(2)}, map[string]any{}})
	check(`{"b":1,"a":{"c":null}}`, map[string]any{"a": map[string]any{"c": nil}, "b": int64(1)})
}

// TestParseErrors: every fault is located and quoted.
func TestParseErrors(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		if v, err := cj.Parse([]byte(text)); err == nil || err.Error() != "canonical json: "+want {
			t.Errorf("%s: got %v, %v\nwant %s", text, v, err, want)
		}
	}
	check("", "byte 0: want a value, but the text ends")
	check("nul", "byte 0: want a value, have nul")
	check("tru", "byte 0: want true or false, have tru")
	check("01", "byte 0: want a value, have 01")
	check("1.", "byte 0: want a value, have 1.")
	check("1e", "byte 0: want a value, have 1e")
	check("1e999", "byte 0: want a number of 64 bits, have 1e999")
	check("1 2", "byte 2: want the end, have 2")
	check("1\x00", "byte 1: want the end, have \x00")
	check(`"abc`, `byte 4: want ", but the text ends`)
	check(`"\x"`, `byte 1: want an escape, have \x"`)
	check(`"\ud83d"`, `byte 1: want an escape, have \ud83d"`) // half a pair
	check(`"\ude00\ud83d"`, `byte 1: want an escape, have \ude00\ud83d"`)
	check("\"\n\"", "byte 1: control character in a text")
	check("\"a\xff\"", "byte 2: text is not valid UTF-8")
	check("[1", "byte 2: want the next item or ], but the text ends")
	check("[1,]", "at [1]: byte 3: want a value, have ]")
	check(`{"a":[1,x]}`, "at .a[1]: byte 8: want a value, have x]}")
	check(`{"a" 1}`, "byte 5: want :, have 1}")
	check(`{a:1}`, `byte 1: want a text, have a:1}`)
	check(`{"a":1,"a":2}`, `byte 7: key "a" is there twice`)
	check(`{"b":1,"a":2,"b":3}`, `byte 13: key "b" is there twice`)
	check(strings.Repeat("x", 50), "byte 0: want a value, have xxxxxxxxxxxxxxxxxxxx...")
	if _, err := cj.Parse([]byte(strings.Repeat("[", 1<<20))); err == nil || !strings.Contains(err.Error(), "inside one another") {
		t.Errorf("a very deep list: %.100v", err)
	}
}

func TestDecode(t *testing.T) {
	type point struct {
		X, Y int64
		Name string `json:"name"`
	}
	check := func(text string, into, want any, wantErr string) {
		t.Helper()
		r := cj.NewReader([]byte(text))
		var err error
		switch p := into.(type) {
		case *int:
			err = cj.Decode(r, p)
		case *bool:
			err = cj.Decode(r, p)
		case *[]byte:
			err = cj.Decode(r, p)
		case *[][]byte:
			err = cj.Decode(r, p)
		case *[]string:
			err = cj.Decode(r, p)
		case *[]int64:
			err = cj.Decode(r, p)
		case *map[string]any:
			err = cj.Decode(r, p)
		case *map[string]string:
			err = cj.Decode(r, p)
		case *point:
			err = cj.Decode(r, p)
		case **point:
			err = cj.Decode(r, p)
		case *pair:
			err = cj.Decode(r, p)
		default:
			t.Fatalf("%T", p)
		}
		if wantErr != "" {
			if err == nil || !strings.Contains(err.Error(), wantErr) {
				t.Errorf("%s: got %v, want %s", text, err, wantErr)
			}
			return
		}
		if got := reflect.ValueOf(into).Elem().Interface(); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %#v, %v, want %#v", text, got, err, want)
		}
	}
	check("7", new(int), 7, "")
	check("7.5", new(int), nil, "byte 0: want an integer of 64 bits, have 7.5")
	check("1", new(bool), nil, "want true or false")
	check("[0,255]", new([]byte), []byte{0, 255}, "")
	check("[0,256]", new([]byte), nil, "at [1]: 256 is not a byte")
	check("[[1],[]]", new([][]byte), [][]byte{{1}, {}}, "")
	check(`["a"]`, new([]string), []string{"a"}, "")
	check(`["a",2]`, new([]string), nil, "at [1]: byte 5: want a text, have 2]")
	check("[9223372036854775807]", new([]int64), []int64{math.MaxInt64}, "")
	check(`{"a":9223372036854775807}`, new(map[string]any), map[string]any{"a": int64(math.MaxInt64)}, "")
	check(`{"a":"b"}`, new(map[string]string), map[string]string{"a": "b"}, "")
	check(`{"X":9223372036854775807,"Y":0,"name":"n"}`, new(point), point{math.MaxInt64, 0, "n"}, "")
	check(`null`, new(*point), (*point)(nil), "")
	check(`{"X":"a"}`, new(point), nil, "cannot unmarshal string")
	check(`[1,2]`, new(pair), pair{1, 2}, "")
}

func (p *pair) DecodeCJ(data []byte) error {
	var list []int
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	p.a, p.b = list[0], list[1]
	return nil
}

func TestAppendJSON(t *testing.T) {
	got, err := cj.AppendJSON([]byte("x"), struct {
		B int64 `json:"b"`
		A any   `json:"a"`
	}{math.MaxInt64, []any{"<é>", 4.0}})
	if want := `x{"a":["<é>",4],"b":9223372036854775807}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	if _, err := cj.AppendJSON(nil, func() {}); err == nil {
		t.Error("a function has a canonical form")
	}
}

// FuzzParse: what is read is written and read again alike, and a text is
// taken if encoding/json takes it, but for what it lets pass.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,"x",null,true],"b":{}}`, `"\ud83d\ude00"`, `[1e5,-0,0.1]`, "{}x", `{"a":1,"a":2}`, `9223372036854775808`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := cj.Parse(data)
		if err != nil {
			if text := string(data); json.Valid(data) && utf8.Valid(data) && !strings.Contains(text, `\u`) &&
				!strings.Contains(text, `"`) && !strings.ContainsAny(text, "eE") && len(data) < maxQuiet {
				t.Fatalf("%q is refused: %v", data, err)
			}
			return
		}
		if !json.Valid(data) {
			t.Fatalf("%q is taken", data)
		}
		text, err := cj.Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		again, err := cj.Parse(text)
		if err != nil || !cj.Equal(v, again) {
			t.Fatalf("%s reads back as %v, %v", text, again, err)
		}
	})
}

const maxQuiet = 5000 // shorter texts cannot be too deep

package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
)

func TestEncodeRequest(t *testing.T) {
	check := func(params any, want string) {
		t.Helper()
		got, err := EncodeRequest(3, MethodPrepare, params)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want+"\n" {
			t.Errorf("got  %swant %s", got, want)
		}
	}
	check(nil, `{"jsonrpc":"2.0","id":3,"method":"prepare"}`)
	// The order of parameters is that of the benchmark's name; < stays readable.
	check(PrepareParams{"demo/b", Params{{"z", int64(1) << 62}, {"a", "<1>"}, {"m", nil}}},
		`{"jsonrpc":"2.0","id":3,"method":"prepare","params":{"benchmark":"demo/b","params":{"z":4611686018427387904,"a":"<1>","m":null}}}`)
	_, err := EncodeRequest(1, MethodPrepare, strings.Repeat("x", MaxLine))
	if err == nil || !strings.Contains(err.Error(), "the limit is 16777216") {
		t.Errorf("got %v for a request that is too long", err)
	}
}

func TestParamsKeepOrderAndPrecision(t *testing.T) {
	const text = `{"z":9007199254740993,"a":[1,2.5,{"k":3}],"m":null,"b":true,"s":"x"}`
	var p Params
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	if got, _ := p.Get("z"); got != int64(9007199254740993) {
		t.Errorf("got %v (%T)", got, got)
	}
	out, err := json.Marshal(p)
	if err != nil || string(out) != text {
		t.Errorf("got %s, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"a":1,"a":2}`), &p); err == nil {
		t.Error("a name given twice is accepted")
	}
}

func TestReadLine(t *testing.T) {
	r := NewReader(strings.NewReader("one\ntwo\r\n\nhalf"))
	check := func(n int, want string) {
		t.Helper()
		got, err := r.ReadLine()
		if err != nil || string(got) != want || r.Line() != n {
			t.Errorf("got line %d %q, %v; want line %d %q", r.Line(), got, err, n, want)
		}
	}
	check(1, "one")
	check(2, "two")
	check(3, "")
	_, err := r.ReadLine()
	var line *LineError
	if !errors.As(err, &line) || !line.Torn || line.Error() != `line 4 ends without a newline: "half"` {
		t.Errorf("got %v", err)
	}
	if _, err := NewReader(strings.NewReader("")).ReadLine(); err != io.EOF {
		t.Errorf("at the end: got %v", err)
	}
}

// endless is a line without an end.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	e.read += int64(len(p))
	return len(p), nil
}

func TestEndlessLineCostsBoundedMemory(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	source := &endless{}
	_, err := NewReader(source).ReadLine()
	runtime.ReadMemStats(&after)
	var line *LineError
	if !errors.As(err, &line) || !strings.HasPrefix(err.Error(), `line 1 is longer than 16777216 bytes: "xxxx`) {
		t.Errorf("got %v", err)
	}
	if len(err.Error()) > 1000 {
		t.Errorf("a message of %d bytes", len(err.Error()))
	}
	if source.read > MaxLine+1<<20 {
		t.Errorf("read %d bytes", source.read)
	}
	// Growing by appending allocates some 5 times what is kept in the end.
	if used := after.TotalAlloc - before.TotalAlloc; used > 8*MaxLine {
		t.Errorf("allocated %d bytes", used)
	}
	long := strings.Repeat("x", MaxLine-1) + "\n"
	if _, err := NewReader(strings.NewReader(long)).ReadLine(); err != nil {
		t.Errorf("a line of just the limit: %v", err)
	}
}

func TestParseResponse(t *testing.T) {
	good := func(line string, want Response) {
		t.Helper()
		got, err := ParseResponse([]byte(line), 1)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			return
		}
		if got.ID != want.ID || string(got.Result) != string(want.Result) || (got.Error == nil) != (want.Error == nil) {
			t.Errorf("%s: got %+v", line, got)
		}
		if got.Error != nil && (got.Error.Code != want.Error.Code || got.Error.Message != want.Error.Message) {
			t.Errorf("%s: got %+v", line, got.Error)
		}
	}
	good(`{"jsonrpc":"2.0","id":4,"result":{}}`, Response{ID: 4, Result: json.RawMessage("{}")})
	good(`{"jsonrpc":"2.0","id":4,"result":{"a":1},"error":null,"extra":[1]}`, Response{ID: 4, Result: json.RawMessage(`{"a":1}`)})
	good(`{"jsonrpc":"2.0","id":4,"error":{"code":2,"message":"boom","data":{"type":"E"}}}`, Response{ID: 4, Error: &Error{Code: 2, Message: "boom"}})

	bad := func(line, want string) {
		t.Helper()
		_, err := ParseResponse([]byte(line), 4)
		var broken *LineError
		if !errors.As(err, &broken) || err.Error() != "line 4 "+want {
			t.Errorf("%q:\ngot  %v\nwant line 4 %s", line, err, want)
		}
	}
	bad("", `is empty (one JSON object per line)`)
	bad("warning: stray print", `is not JSON: "warning: stray print" (workers must keep stdout for the protocol; print to stderr)`)
	bad("\x1b[2Jhi", `is not JSON: "\x1b[2Jhi" (workers must keep stdout for the protocol; print to stderr)`)
	bad("{\"a\":\"\xff\"}", `is not valid UTF-8: "{"a":"\xff"}"`)
	bad(`[1]`, `is not a JSON-RPC response: "[1]" (an object is expected, not array)`)
	bad(`{"id":1,"result":{}}`, `is not a JSON-RPC response: "{"id":1,"result":{}}" ("jsonrpc" must be "2.0")`)
	bad(`{"jsonrpc":"2.0","id":1}`, `is not a JSON-RPC response: "{"jsonrpc":"2.0","id":1}" (it needs a result or an error, one of them)`)
	bad(`{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":""}}`, `is not a JSON-RPC response: "{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":""}}" (it needs a result or an error, one of them)`)
	bad(`{"jsonrpc":"2.0","id":1.5,"result":1}`, `has no integer id: "{"jsonrpc":"2.0","id":1.5,"result":1}"`)
	bad(`{"jsonrpc":"2.0","id":null,"result":1}`, `has no integer id: "{"jsonrpc":"2.0","id":null,"result":1}"`)
	bad(`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"huh"}}`, `answers no request: "{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"huh"}}" (huh (code -32700))`)
	bad(strings.Repeat("y", 500), `is not JSON: "`+strings.Repeat("y", 120)+`…" (workers must keep stdout for the protocol; print to stderr)`)
}

func TestDecodeNamesMemberAndType(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		var r RunResult
		err := Decode(json.RawMessage(text), &r)
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
	check(`{"samples_ns":[1,2.5]}`, "samples_ns must be an integer of at most 64 bits, not number 2.5")
	check(`{"samples_ns":[1e400]}`, "samples_ns must be an integer of at most 64 bits, not number 1e400")
	check(`{"counters":[]}`, "counters must be an object, not array")
	check(`{"digest":7}`, "digest must be a string, not number")
	check(`[]`, "an object is expected, not array")
}

func FuzzResponses(f *testing.F) {
	transcript, err := os.ReadFile("testdata/transcript.txt")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(transcript)) {
		f.Add([]byte(line[4:]))
	}
	f.Add([]byte("warning: stray print\n{\"jsonrpc\":"))
	f.Add([]byte("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":\"\xff\"}}\r\n\n"))
	f.Add([]byte(strings.Repeat("[", 20000) + "\n"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		r := NewReader(bytes.NewReader(stream))
		for n := 1; ; n++ {
			line, err := r.ReadLine()
			if err == io.EOF {
				return
			}
			if err == nil {
				var response Response
				if response, err = ParseResponse(line, r.Line()); err == nil {
					if (response.Result == nil) == (response.Error == nil) {
						t.Fatalf("%q: result and error: %+v", line, response)
					}
					continue
				}
			}
			var broken *LineError
			if !errors.As(err, &broken) || broken.Line != n {
				t.Fatalf("line %d: %v", n, err)
			}
			if message := err.Error(); Escape(message, 0) != message || len(message) > 8000 {
				t.Fatalf("unfit to be shown: %q", message)
			}
			if broken.Torn {
				return
			}
		}
	})
}

package sdk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// fake is a case that notes what is asked of it.
type fake struct {
	knobs   Params
	batches []string
	ran     int
	closed  int

	batch    func() // runs inside Batch
	timed    func() error
	closeErr error
}

func (f *fake) Batch(nonce uint64, k int64) (func() error, error) {
	f.batches = append(f.batches, fmt.Sprintf("%d*%d", nonce, k))
	if f.batch != nil {
		f.batch()
	}
	return func() error {
		f.ran++
		if f.timed != nil {
			return f.timed()
		}
		return nil
	}, nil
}

func (f *fake) Outcome() (Outcome, error) {
	return Outcome{Counters: map[string]int64{"ran": int64(f.ran)}}, nil
}

func (f *fake) Verify(nonce uint64, _ bool) (Verification, error) {
	f.batches = append(f.batches, fmt.Sprintf("verify %d", nonce))
	return Verification{Error: &WorkError{Kind: "limit", Path: []string{"a", "b"}, Count: 25}}, nil
}

func (f *fake) Close() error {
	f.closed++
	return f.closeErr
}

// offer is an implementation with the benchmark "x", prepared as f.
func offer(f *fake, nonce bool, params ...Param) Implementation {
	return Implementation{Version: "1", Nonce: nonce, Benchmarks: []Benchmark{{
		Name: "x", Params: params,
		Prepare: func(p Params) (Case, error) { f.knobs = p; return f, nil },
	}}}
}

// ask serves the requests, methods and params with an id added, and returns
// the answers without what is always the same.
func ask(t *testing.T, impl Implementation, requests ...string) []string {
	t.Helper()
	var in, out bytes.Buffer
	for i, r := range requests {
		method, params, _ := strings.Cut(r, " ")
		if params == "" {
			params = "{}"
		}
		fmt.Fprintf(&in, `{"jsonrpc":"2.0","id":%d,"method":"%s","params":%s}`+"\n", i+1, method, params)
	}
	if err := Serve(impl, &in, &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	for i := range lines {
		prefix := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,`, i+1)
		rest, ok := strings.CutPrefix(lines[i], prefix)
		if !ok {
			t.Fatalf("answer %d is %s", i+1, lines[i])
		}
		lines[i] = strings.TrimSuffix(rest, "}")
	}
	return lines
}

const prepareX = `prepare {"benchmark":"x"}`

func TestSamplesWorkOnTheirOwnInput(t *testing.T) {
	check := func(takesNonce bool, nonce string, want ...string) {
		t.Helper()
		f := &fake{}
		answers := ask(t, offer(f, takesNonce), prepareX,
			`run {"iterations":5,"samples":3,"nonce":"`+nonce+`"}`, `verify {"nonce":"`+nonce+`"}`)
		if !slices.Equal(f.batches, want) {
			t.Errorf("got %v, want %v", f.batches, want)
		}
		if !strings.Contains(answers[1], `"digest":null,"counters":{"ran":3}`) {
			t.Errorf("got %s", answers[1])
		}
		if want := `"result":{"digest":null,"counters":{},"error":{"kind":"limit","path":["a","b"],"count":25}}`; answers[2] != want {
			t.Errorf("got %s, want %s", answers[2], want)
		}
		if f.closed != 1 {
			t.Errorf("closed %d times", f.closed)
		}
	}
	check(true, "7", "7*5", "8*5", "9*5", "verify 7")
	check(true, "18446744073709551615", "18446744073709551615*5", "0*5", "1*5", "verify 18446744073709551615")
	check(false, "7", "0*5", "0*5", "0*5", "verify 0")
}

// What is slept in Batch is outside the clock, what is slept in the returned
// function is inside; neither costs processor time.
func TestOnlyTheReturnedFunctionIsTimed(t *testing.T) {
	const inBatch, inRun = 30 * time.Millisecond, 10 * time.Millisecond
	f := &fake{
		batch: func() { time.Sleep(inBatch) },
		timed: func() error { time.Sleep(inRun); return nil },
	}
	var r runResult
	answers := ask(t, offer(f, true), prepareX, `run {"iterations":1,"samples":2,"nonce":"0"}`)
	if err := json.Unmarshal([]byte(strings.TrimPrefix(answers[1], `"result":`)), &r); err != nil {
		t.Fatal(err)
	}
	for _, ns := range r.SamplesNS {
		if ns < inRun.Nanoseconds() {
			t.Errorf("a sample of %d ns, shorter than its sleep", ns)
		}
	}
	if len(r.SamplesNS) != 2 || r.OutsideNS < 2*inBatch.Nanoseconds() {
		t.Errorf("got %+v", r)
	}
	if r.CPUNS > 2*inRun.Nanoseconds() {
		t.Errorf("sleeping cost %d ns of processor time", r.CPUNS)
	}
}

func TestProcessorTimeFollowsWork(t *testing.T) {
	if cpuTime() == 0 {
		t.Skip("processor time is not known here")
	}
	f := &fake{timed: func() error {
		for start := cpuTime(); cpuTime()-start < 20*time.Millisecond; {
		}
		return nil
	}}
	answers := ask(t, offer(f, true), prepareX, `run {"iterations":1,"samples":1,"nonce":"0"}`)
	var r runResult
	if err := json.Unmarshal([]byte(strings.TrimPrefix(answers[1], `"result":`)), &r); err != nil {
		t.Fatal(err)
	}
	if r.CPUNS < (20 * time.Millisecond).Nanoseconds() {
		t.Errorf("used 20 ms, reported %d ns", r.CPUNS)
	}
}

func TestParams(t *testing.T) {
	knobs := []Param{
		{"size", 1}, {"rate", 0.5}, {"mode", "fast"}, {"deep", false},
		{"items", []any{}}, {"extra", map[string]any{}}, {"must", nil},
	}
	check := func(given, want string) {
		t.Helper()
		f := &fake{}
		answers := ask(t, offer(f, true, knobs...), `prepare {"benchmark":"x","params":`+given+`}`)
		got := answers[0]
		if f.knobs != nil {
			text, err := json.Marshal(f.knobs)
			if err != nil {
				t.Fatal(err)
			}
			got = string(text)
		}
		if got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", given, got, want)
		}
	}
	check(`{"must":[1]}`, `{"deep":false,"extra":{},"items":[],"mode":"fast","must":[1],"rate":0.5,"size":1}`)
	check(`{"must":0,"rate":2,"size":-3,"mode":"","deep":true,"items":[1,"a"],"extra":{"k":[2]}}`,
		`{"deep":true,"extra":{"k":[2]},"items":[1,"a"],"mode":"","must":0,"rate":2,"size":-3}`)

	refuse := func(given, message string) {
		t.Helper()
		text, err := json.Marshal("prepare x: " + message)
		if err != nil {
			t.Fatal(err)
		}
		check(given, `"error":{"code":-32602,"message":`+string(text)+`}`)
	}
	refuse(`{}`, `parameter "must" must be given: it has no default`)
	refuse(`{"must":null}`, `parameter "must" must be given: it has no default`)
	refuse(`{"must":1,"sise":2}`, `unknown parameter "sise" (did you mean "size"?)`)
	refuse(`{"must":1,"zzzzzz":2}`, `unknown parameter "zzzzzz"; it has size, rate, mode, deep, items, extra, must`)
	refuse(`{"must":1,"size":1.0}`, `parameter "size" must be an integer (default 1), not 1`)
	refuse(`{"must":1,"size":true}`, `parameter "size" must be an integer (default 1), not true`)
	refuse(`{"must":1,"size":null}`, `parameter "size" must be an integer (default 1), not null`)
	refuse(`{"must":1,"size":9223372036854775808}`, `parameter "size" is out of range: 9223372036854775808`)
	refuse(`{"must":1,"deep":0}`, `parameter "deep" must be true or false (default false), not 0`)
	refuse(`{"must":1,"rate":"1"}`, `parameter "rate" must be a number (default 0.5), not "1"`)
	refuse(`{"must":1,"items":{}}`, `parameter "items" must be a list (default []), not {}`)

	// The types are those that the accessors of Params expect.
	f := &fake{}
	ask(t, offer(f, true, knobs...), `prepare {"benchmark":"x","params":{"must":1,"rate":2}}`)
	if f.knobs.Int("size") != 1 || f.knobs.Float("rate") != 2 || f.knobs.Str("mode") != "fast" || f.knobs.Bool("deep") {
		t.Errorf("got %v", f.knobs)
	}
}

func TestFailuresAreAnswers(t *testing.T) {
	check := func(f *fake, request string, want ...string) {
		t.Helper()
		answers := ask(t, offer(f, true), prepareX, request, prepareX)
		for _, part := range want {
			if !strings.Contains(answers[1], part) {
				t.Errorf("%s: got %s, lacks %s", request, answers[1], part)
			}
		}
		if answers[2] != `"result":{}` {
			t.Errorf("after a failure: %s", answers[2])
		}
	}
	const run = `run {"iterations":1,"samples":1,"nonce":"0"}`
	check(&fake{timed: func() error { return errors.New("boom") }}, run,
		`"error":{"code":2,"message":"run x: boom","data":{"type":"*errors.errorString"`)
	check(&fake{timed: func() error { panic("out of luck") }}, run,
		`"code":2,"message":"run x: panic: out of luck","data":{"type":"string","trace":"goroutine `, "serve_test.go")
	check(&fake{batch: func() { panic(io.ErrClosedPipe) }}, run, `"message":"run x: panic: io: read/write on closed pipe"`)
	check(&fake{}, `run {"iterations":0,"samples":1,"nonce":"0"}`, `"code":-32602,"message":"run x: 1 samples of 0 iterations`)
	check(&fake{}, `run {"iterations":1,"samples":500001,"nonce":"0"}`, `samples at most 500000`)
	check(&fake{}, `run {"iterations":1,"samples":1,"nonce":"-1"}`, `"code":-32602,"message":"run x: nonce \"-1\" is not an unsigned 64-bit decimal"`)
	check(&fake{}, `run {"iterations":1,"samples":1,"nonce":"18446744073709551616"}`, `is not an unsigned 64-bit decimal`)
	check(&fake{}, `run {"iterations":"1"}`, `"code":-32602,"message":"params: `)
	check(&fake{}, `prepare {"benchmark":"y"}`, `"code":1,"message":"no benchmark \"y\""`)
}

// A case that cannot be closed is reported to whoever asked for it to go, or,
// when nobody did, by the end of the program.
func TestCloseFails(t *testing.T) {
	f := &fake{closeErr: errors.New("directory not empty")}
	answers := ask(t, offer(f, true), prepareX, "shutdown")
	if want := `"error":{"code":2,"message":"close x: directory not empty","data":{"type":"*errors.errorString","trace":""}}`; answers[1] != want {
		t.Errorf("got %s, want %s", answers[1], want)
	}
	in := strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"prepare","params":{"benchmark":"x"}}` + "\n")
	if err := Serve(offer(f, true), in, io.Discard); err == nil || err.Error() != "close x: directory not empty" {
		t.Errorf("got %v", err)
	}
	if f.closed != 2 {
		t.Errorf("closed %d times in two conversations", f.closed)
	}
}

func TestPrepareMayRefuse(t *testing.T) {
	check := func(err error, want string) {
		t.Helper()
		impl := Implementation{Benchmarks: []Benchmark{{Name: "x", Prepare: func(Params) (Case, error) { return nil, err }}}}
		if got := ask(t, impl, prepareX)[0]; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	check(InvalidParam(`mode "slow": fast and faster exist`), `"error":{"code":-32602,"message":"prepare x: mode \"slow\": fast and faster exist"}`)
	check(fmt.Errorf("pool: %w", NotSupported("no fork here")), `"error":{"code":1,"message":"prepare x: pool: no fork here"}`)
	check(nil, `"error":{"code":2,"message":"prepare x: returned neither a case nor an error","data":{"type":"*errors.errorString","trace":""}}`)

	impl := Implementation{Unsupported: []Unsupported{{"x", "not ported yet"}}}
	if got, want := ask(t, impl, prepareX)[0], `"error":{"code":1,"message":"not ported yet"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := ask(t, impl, `initialize {"protocol":1}`)[0]; !strings.Contains(got, `"benchmarks":[],"unsupported":[{"name":"x","reason":"not ported yet"}]`) {
		t.Errorf("got %s", got)
	}
	if got, want := ask(t, impl, `initialize {"protocol":2}`)[0], `"error":{"code":-32602,"message":"protocol 2 was asked for, this worker speaks 1"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestBadLines(t *testing.T) {
	check := func(input, want string) {
		t.Helper()
		var out bytes.Buffer
		in := strings.NewReader(input + `{"jsonrpc":"2.0","id":9,"method":"shutdown","later":{}}` + "\nnot read any more")
		if err := Serve(Implementation{}, in, &out); err != nil {
			t.Fatal(err)
		}
		want += `{"jsonrpc":"2.0","id":9,"result":{}}` + "\n"
		if out.String() != want {
			t.Errorf("%q:\ngot  %swant %s", input, out.String(), want)
		}
	}
	check("", "")
	check("{\"a\":\"\xff\"}\n", `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"the request is not valid UTF-8"}}`+"\n")
	check("hello\n", `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"the request is not a JSON object with an integer id: invalid character 'h' looking for beginning of value"}}`+"\n")

	err := Serve(Implementation{}, strings.NewReader(strings.Repeat("x", maxLine+1)), io.Discard)
	if err == nil || err.Error() != "a request is longer than 16777216 bytes" {
		t.Errorf("got %v for a line that is too long", err)
	}
	if err := Serve(Implementation{}, strings.NewReader(""), io.Discard); err != nil {
		t.Errorf("got %v at the end of input", err)
	}
}

// big is a case whose result does not fit a line.
type big struct{ fake }

func (*big) Verify(uint64, bool) (Verification, error) {
	return Verification{Result: json.RawMessage(`"` + strings.Repeat("x", maxLine) + `"`)}, nil
}

func TestAnswersThatDoNotFit(t *testing.T) {
	impl := Implementation{Benchmarks: []Benchmark{{Name: "x", Prepare: func(Params) (Case, error) { return &big{}, nil }}}}
	got := ask(t, impl, prepareX, `verify {"nonce":"0"}`)[1]
	if !strings.HasPrefix(got, `"error":{"code":2,"message":"the answer is 16777`) {
		t.Errorf("got %.200s", got)
	}
}

func TestSlowsDown(t *testing.T) {
	check := func(key, value string, want bool) {
		t.Helper()
		if got := slowsDown(key, value); got != want {
			t.Errorf("%s=%s: got %v", key, value, got)
		}
	}
	check("-race", "true", true)
	check("-race", "false", false)
	check("-gcflags", "-N -l", true)
	check("-gcflags", "all=-l", true)
	check("-gcflags", "-m", false)
	check("-ldflags", "-s -w", false)
}

func TestSuggest(t *testing.T) {
	check := func(name, want string, known ...string) {
		t.Helper()
		if got := suggest(name, known); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	check("sise", ` (did you mean "size"?)`, "rate", "size", "side_effects")
	check("SIZE", ` (did you mean "size"?)`, "rate", "size")
	check("q", "", "rate", "a")
	check("quite different", "", "rate", "size")
	check("x", "")
}

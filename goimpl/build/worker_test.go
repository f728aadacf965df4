package build

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

// talk sends lines to a worker and returns its answers.
func talk(lines ...string) (string, error) {
	var out bytes.Buffer
	err := ServeWorker(strings.NewReader(strings.Join(lines, "\n")+"\n"), &out)
	return out.String(), err
}

// The lines are fixed to the byte: other implementations speak them too.
func TestWorkerLines(t *testing.T) {
	dir := t.TempDir()
	d := mustCompile(t, []Definition{asking(lightTask("root"), []string{"a\"é<"}), lightTask("a\"é<")}, StandardKinds(0))
	if err := d.Identify(); err != nil {
		t.Fatal(err)
	}
	leaf := `{"dynamic":[],"id":"` + d.tasks[1].id + `","key":"a\"é<","kind":"light","params":{"n":100}}`
	root := `{"dynamic":[[` + leaf + `]],"id":"` + d.tasks[0].id + `","key":"root","kind":"light","params":{"n":100}}`
	check := func(task int32, request, reply string) {
		t.Helper()
		first, err := appendInit(nil, dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		line, err := d.appendRun(nil, task)
		if err != nil || string(line) != `{"op":"run","task":`+request+"}\n" {
			t.Errorf("request\n got %s, %v\nwant %s", line, err, request)
		}
		var out bytes.Buffer
		// The worker must see the request before the end of its input, which
		// tells it that nobody wants the answer.
		in, send := io.Pipe()
		done := make(chan error, 1)
		go func() {
			done <- ServeWorker(in, writerFunc(func(p []byte) (int, error) { defer send.Close(); return out.Write(p) }))
		}()
		if _, err := send.Write(append(first, line...)); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil || out.String() != reply+"\n" {
			t.Errorf("reply\n got %s%v\nwant %s", out.String(), err, reply)
		}
	}
	check(0, root, `{"deps":[`+leaf+`],"error":null,"id":"`+d.tasks[0].id+`","status":"deps"}`)
	check(1, leaf, `{"deps":[],"error":null,"id":"`+d.tasks[1].id+`","status":"done"}`)
	check(0, root, `{"deps":[],"error":null,"id":"`+d.tasks[0].id+`","status":"done"}`)

	d = mustCompile(t, []Definition{kindTask("fail", "root")}, StandardKinds(0))
	if err := d.Identify(); err != nil {
		t.Fatal(err)
	}
	check(0, `{"dynamic":[],"id":"`+d.tasks[0].id+`","key":"root","kind":"fail","params":{"n":100}}`,
		`{"deps":[],"error":"boom","id":"`+d.tasks[0].id+`","status":"error"}`)
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestWorkerErrors(t *testing.T) {
	check := func(want string, lines ...string) {
		t.Helper()
		out, err := talk(lines...)
		if err == nil || !strings.Contains(err.Error(), want) || out != "" {
			t.Errorf("%q: got %q, %v, want %s", lines, out, err, want)
		}
	}
	start := `{"nonce":"0","op":"init","root":"/nowhere"}`
	check(`line "hello\n"`, "hello")
	check(`unknown op "walk"`, `{"op":"walk"}`)
	check("run before init", `{"op":"run","task":{}}`)
	check(`nonce "-1" is not an unsigned number`, `{"nonce":"-1","op":"init","root":"/nowhere"}`)
	check(`task "x": unknown kind "y"`, start, `{"op":"run","task":{"key":"x","kind":"y"}}`)
	check(`task "x": id "../../.."`, start, `{"op":"run","task":{"id":"../../..","key":"x","kind":"fail","params":{}}}`)
	if out, err := talk(start); err != nil || out != "" {
		t.Errorf("init alone: %q, %v", out, err)
	}
}

// The end of the input ends the body that is running.
func TestWorkerStopsWithItsInput(t *testing.T) {
	started := make(chan struct{})
	worker := Worker{Kinds: func(uint64) Kinds {
		return Kinds{"wait": func(Params) (Body, error) {
			return func(ctx context.Context, _ *Call) error {
				close(started)
				<-ctx.Done()
				return ctx.Err()
			}, nil
		}}
	}}
	in, send := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- worker.Serve(in, io.Discard) }()
	id := strings.Repeat("0", idDigits)
	_, err := io.WriteString(send, `{"nonce":"0","op":"init","root":"x"}`+"\n"+`{"op":"run","task":{"dynamic":[],"id":"`+id+`","key":"k","kind":"wait","params":{}}}`+"\n")
	if err != nil {
		t.Fatal(err)
	}
	<-started
	send.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestWorkerCannotAnswer(t *testing.T) {
	in, send := io.Pipe()
	defer send.Close()
	done := make(chan error, 1)
	gone := errors.New("nobody listens")
	go func() { done <- ServeWorker(in, writerFunc(func([]byte) (int, error) { return 0, gone })) }()
	id := strings.Repeat("0", idDigits)
	_, err := io.WriteString(send, `{"nonce":"0","op":"init","root":"x"}`+"\n"+`{"op":"run","task":{"dynamic":[],"id":"`+id+`","key":"k","kind":"fail","params":{}}}`+"\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
}

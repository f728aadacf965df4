package build

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// ServeWorker is the main loop of a child process of MultiProcess, with the
// standard kinds: it reads requests from r and answers on w until r ends.
// Nothing else may write to w.
func ServeWorker(r io.Reader, w io.Writer) error { return Worker{}.Serve(r, w) }

// A Worker is the child's side of MultiProcess.
type Worker struct {
	// Kinds returns what the build's DAG was compiled with. Nil means
	// StandardKinds.
	Kinds func(nonce uint64) Kinds
}

// Serve reads requests from r and answers on w until r ends, which is also how
// a child learns that its parent has died: a body that is running then sees
// its context end.
//
// If writing fails Serve returns at once, although a goroutine still reads
// from r: the process has nobody left to work for and is expected to exit.
func (wk Worker) Serve(r io.Reader, w io.Writer) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	lines := make(chan []byte)
	var readErr error // valid once lines is closed
	go func() {
		defer close(lines)
		defer cancel()
		readErr = readLines(ctx, r, lines)
	}()
	s := session{kinds: wk.Kinds}
	if s.kinds == nil {
		s.kinds = StandardKinds
	}
	for line := range lines {
		reply, err := s.handle(ctx, line)
		if err != nil {
			return err
		}
		if ctx.Err() != nil || len(reply) == 0 {
			continue
		}
		if _, err := w.Write(reply); err != nil {
			return fmt.Errorf("build worker: write reply: %w", err)
		}
	}
	return readErr
}

// readLines sends every line of r until it ends or ctx does.
func readLines(ctx context.Context, r io.Reader, lines chan<- []byte) error {
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 && err == nil {
			select {
			case lines <- line:
				continue
			case <-ctx.Done():
				return nil
			}
		}
		if err == io.EOF {
			return nil
		}
		return fmt.Errorf("build worker: read: %w", err)
	}
}

// A session is what a child has been told.
type session struct {
	kinds   func(nonce uint64) Kinds
	current Kinds // nil before init
	targets *Files
	counted int64 // of the targets' checks, those already told
	call    Call
	reply   []byte
}

// handle answers one line. Errors are those of the protocol; a body that fails
// is a reply like any other.
func (s *session) handle(ctx context.Context, line []byte) ([]byte, error) {
	var m wireMessage
	if err := json.Unmarshal(line, &m); err != nil {
		return nil, fmt.Errorf("build worker: line %.200q: %w", line, err)
	}
	switch {
	case m.Op == "init":
		nonce, err := strconv.ParseUint(m.Nonce, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("build worker: init: nonce %q is not an unsigned number", m.Nonce)
		}
		s.current, s.targets, s.counted = s.kinds(nonce), NewFiles(m.Root), 0
		return nil, nil
	case m.Op == "count":
		s.reply = appendCount(s.reply[:0], s.newChecks())
		return s.reply, nil
	case m.Op == "run" && s.current == nil:
		return nil, fmt.Errorf("build worker: run before init")
	case m.Op == "run":
		return s.run(ctx, m.Task)
	}
	return nil, fmt.Errorf("build worker: unknown op %q", m.Op)
}

// newChecks counts the existence tests since it was last called, or since init.
func (s *session) newChecks() int64 {
	if s.targets == nil {
		return 0
	}
	before := s.counted
	s.counted = s.targets.Counts().Checks
	return s.counted - before
}

func (s *session) run(ctx context.Context, raw json.RawMessage) ([]byte, error) {
	var wt wireTask
	if err := json.Unmarshal(raw, &wt); err != nil {
		return nil, fmt.Errorf("build worker: task %.200q: %w", raw, err)
	}
	t, err := s.task(&wt)
	if err != nil {
		return nil, fmt.Errorf("build worker: task %q: %w", wt.Key, err)
	}
	e := execution{session: s, rounds: wt.Dynamic}
	s.call.enter(ctx, s.targets, &e)
	err = s.perform(t)
	status := statusDone
	switch {
	case len(e.missing) > 0:
		status, err = statusDeps, nil
	case e.err != nil:
		status, err = statusError, e.err
	case err != nil:
		status = statusError
	}
	s.reply, err = appendReply(s.reply[:0], t.id, status, e.missing, err)
	return s.reply, err
}

// perform runs the body of t to its end, on a goroutine of its own, for a body
// can end that.
func (s *session) perform(t *Task) error {
	err := errGoexit
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = s.call.execute(t)
	}()
	<-done
	return err
}

// An execution is the host of a body in a child: what is not there ends it.
type execution struct {
	session *session
	rounds  [][]json.RawMessage
	missing []json.RawMessage // of what was asked for
	err     error             // of looking for it
}

func (e *execution) ask(round int) error {
	e.missing, e.err = e.session.missing(e.rounds[round])
	if e.err != nil || len(e.missing) > 0 {
		return ErrStopped
	}
	return nil
}

// keys implements remote.
func (e *execution) keys(round int) []string {
	keys := make([]string, len(e.rounds[round]))
	for i, raw := range e.rounds[round] {
		var t struct{ Key string }
		_ = json.Unmarshal(raw, &t) // it has come as part of a line that could be read
		keys[i] = t.Key
	}
	return keys
}

func (e *execution) await(ctx context.Context, wait func(context.Context) error) error {
	return wait(ctx)
}

// task makes a Task of what came over the wire.
func (s *session) task(wt *wireTask) (*Task, error) {
	kind := s.current[wt.Kind]
	if kind == nil {
		return nil, s.current.unknown(wt.Kind)
	}
	if len(wt.ID) != idDigits {
		return nil, fmt.Errorf("id %q, want %d digits", wt.ID, idDigits)
	}
	params, err := decodeParams(wt.Params)
	if err != nil {
		return nil, err
	}
	body, err := kind(params)
	if err != nil {
		return nil, fmt.Errorf("kind %s: %w", wt.Kind, err)
	}
	return &Task{
		key: wt.Key, kind: wt.Kind, id: wt.ID, params: params, body: body,
		rounds: make([][]int32, len(wt.Dynamic)),
	}, nil
}

// missing returns the records of the tasks that are not complete. It looks at
// all of them: stopping at the first would make the number of checks depend on
// what other processes are doing.
func (s *session) missing(round []json.RawMessage) ([]json.RawMessage, error) {
	var out []json.RawMessage
	for _, raw := range round {
		var t struct {
			ID, Kind string
			Params   json.RawMessage
		}
		err := json.Unmarshal(raw, &t)
		if err != nil {
			return nil, err
		}
		if len(t.ID) != idDigits {
			return nil, fmt.Errorf("id %q, want %d digits", t.ID, idDigits)
		}
		asked := &Task{id: t.ID, kind: t.Kind}
		if asked.checkWait, err = wireWait(t.Kind, t.Params); err != nil {
			return nil, err
		}
		done, err := s.targets.Exists(asked)
		if err != nil {
			return nil, err
		}
		if !done {
			out = append(out, raw)
		}
	}
	return out, nil
}

package build

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"xbench/goimpl/cj"
)

// The lines between a build and its child processes are canonical JSON, so
// that every implementation moves the same bytes and their count can be
// compared.

// Statuses of a reply.
const (
	statusDone  = "done"  // the task is complete
	statusDeps  = "deps"  // the body needs the tasks in deps first
	statusError = "error" // the body failed
)

// A wireMessage is a line to a child.
type wireMessage struct {
	Op    string          `json:"op"` // "init", "run" or "count"
	Root  string          `json:"root"`
	Nonce string          `json:"nonce"`
	Task  json.RawMessage `json:"task"`
}

// A wireTask is a task as a child sees it: its own fields and the records of
// what it may ask for. Static deps are complete before it is sent and stay at
// home.
type wireTask struct {
	Dynamic [][]json.RawMessage `json:"dynamic"`
	ID      string              `json:"id"`
	Key     string              `json:"key"`
	Kind    string              `json:"kind"`
	Params  json.RawMessage     `json:"params"`
}

// A wireReply is what the build reads of a child's answer.
type wireReply struct {
	Deps []struct {
		ID string `json:"id"`
	} `json:"deps"`
	Error  *string `json:"error"`
	ID     string  `json:"id"`
	Status string  `json:"status"`
}

func appendInit(b []byte, rootDir string, nonce uint64) ([]byte, error) {
	b = append(b, `{"nonce":"`...)
	b = strconv.AppendUint(b, nonce, 10)
	b = append(b, `","op":"init","root":`...)
	b, err := cj.AppendString(b, rootDir)
	if err != nil {
		return nil, fmt.Errorf("root directory %q: %w", rootDir, err)
	}
	return append(b, "}\n"...), nil
}

// appendRun writes the request to execute task i.
func (d *DAG) appendRun(b []byte, i int32) ([]byte, error) {
	b = append(b, `{"op":"run","task":`...)
	b, err := d.appendTask(b, i)
	if err != nil {
		return nil, err
	}
	return append(b, "}\n"...), nil
}

func (d *DAG) appendTask(b []byte, i int32) ([]byte, error) {
	t := &d.tasks[i]
	b = append(b, `{"dynamic":[`...)
	var err error
	for r, round := range t.rounds {
		if r > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
		for n, dep := range round {
			if n > 0 {
				b = append(b, ',')
			}
			if b, err = d.appendTask(b, dep); err != nil {
				return nil, err
			}
		}
		b = append(b, ']')
	}
	b = append(b, `],"id":"`...)
	b = append(b, t.id...)
	b = append(b, `","key":`...)
	if b, err = cj.AppendString(b, t.key); err != nil {
		return nil, err
	}
	b = append(b, `,"kind":`...)
	if b, err = cj.AppendString(b, t.kind); err != nil {
		return nil, err
	}
	b = append(b, `,"params":`...)
	if b, err = cj.Append(b, t.params); err != nil {
		return nil, err
	}
	return append(b, '}'), nil
}

// appendReply writes a child's answer. The deps are the records as they came.
func appendReply(b []byte, id, status string, deps []json.RawMessage, failure error) ([]byte, error) {
	b = append(b, `{"deps":[`...)
	b = append(b, bytes.Join(rawBytes(deps), []byte{','})...)
	b = append(b, `],"error":`...)
	var err error
	if failure == nil {
		b = append(b, "null"...)
	} else if b, err = cj.AppendString(b, validText(failure.Error())); err != nil {
		return nil, err
	}
	b = append(b, `,"id":`...)
	if b, err = cj.AppendString(b, id); err != nil {
		return nil, err
	}
	b = append(b, `,"status":"`...)
	b = append(b, status...)
	return append(b, "\"}\n"...), nil
}

func rawBytes(list []json.RawMessage) [][]byte {
	out := make([][]byte, len(list))
	for i, raw := range list {
		out[i] = raw
	}
	return out
}

// validText makes an error's text fit for JSON: a body may say anything.
func validText(s string) string { return string(bytes.ToValidUTF8([]byte(s), []byte("\uFFFD"))) }

// decodeParams reads parameters with integers as int64.
func decodeParams(raw json.RawMessage) (Params, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var p map[string]any
	if err := dec.Decode(&p); err != nil {
		return nil, fmt.Errorf("params: %w", err)
	}
	for name, v := range p {
		var err error
		if p[name], err = plain(v); err != nil {
			return nil, fmt.Errorf("params: %s: %w", name, err)
		}
	}
	return p, nil
}

// wireWait is checkWait for a task as it came over the wire. Parameters of
// other kinds are of no interest to a check and are not decoded.
func wireWait(kind string, raw json.RawMessage) (time.Duration, error) {
	if kind != slowCheck {
		return 0, nil
	}
	p, err := decodeParams(raw)
	if err != nil {
		return 0, err
	}
	return checkWait(kind, p)
}

// plain replaces json.Number at any depth.
func plain(v any) (any, error) {
	var err error
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n, nil
		}
		return v.Float64()
	case []any:
		for i := range v {
			if v[i], err = plain(v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for k := range v {
			if v[k], err = plain(v[k]); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}

// decodeReply turns the answer about task i into a step.
func (d *DAG) decodeReply(line []byte, i int32) (step, error) {
	t := &d.tasks[i]
	var r wireReply
	if err := json.Unmarshal(line, &r); err != nil {
		return step{}, fmt.Errorf("reply %.200q is not one: %w", line, err)
	}
	if r.ID != t.id {
		return step{}, fmt.Errorf("reply is about id %q, want %q", r.ID, t.id)
	}
	st := step{task: i, round: -1}
	switch {
	case r.Status == statusDone:
		st.written = 1
		return st, nil
	case r.Status == statusError && r.Error != nil:
		st.err = errors.New(*r.Error)
		return st, nil
	case r.Status == statusDeps && len(r.Deps) > 0:
		return d.decodeDeps(&r, i)
	}
	return step{}, fmt.Errorf("reply with status %q, %d deps and error %v", r.Status, len(r.Deps), r.Error)
}

// decodeDeps finds out which round task i stopped at: the first that holds
// what it is waiting for, for everything in earlier ones is complete.
func (d *DAG) decodeDeps(r *wireReply, i int32) (step, error) {
	t := &d.tasks[i]
	st := step{task: i, round: -1}
	for _, dep := range r.Deps {
		n, known := d.byID[dep.ID]
		if !known {
			return step{}, fmt.Errorf("reply asks for unknown id %q", dep.ID)
		}
		st.asks = append(st.asks, n)
	}
	st.round = int32(slices.IndexFunc(t.rounds, func(round []int32) bool {
		return slices.Contains(round, st.asks[0])
	}))
	for _, n := range st.asks {
		if st.round < 0 || !slices.Contains(t.rounds[st.round], n) {
			return step{}, fmt.Errorf("reply asks for task %q, which is not in that round of %q", d.tasks[n].key, t.key)
		}
	}
	return st, nil
}

// countLine asks a child how many existence tests it has made since it was last
// asked. It and the answer are no part of the work and are not counted.
const countLine = `{"op":"count"}` + "\n"

func appendCount(b []byte, checks int64) []byte {
	b = append(b, `{"checks":`...)
	b = strconv.AppendInt(b, checks, 10)
	return append(b, "}\n"...)
}

// decodeCount reads a child's answer to countLine.
func decodeCount(line []byte) (int64, error) {
	var r struct {
		Checks *int64 `json:"checks"`
	}
	if err := json.Unmarshal(line, &r); err != nil || r.Checks == nil || *r.Checks < 0 {
		return 0, fmt.Errorf("answer %.200q to count is not one", line)
	}
	return *r.Checks, nil
}

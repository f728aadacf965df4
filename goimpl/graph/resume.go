package graph

import (
	"context"
	"fmt"
	"slices"

	"xbench/goimpl/cj"
)

// Resume goes on from a checkpoint, as a Checkpointer was given it, and ends
// as the run that wrote it would have ended. The plan must be of the same
// graph; it may have been compiled by another process.
//
// Options mean what they mean to Invoke, with these differences. The steps go
// on from the checkpoint's, and Limit counts those of the whole run. The
// checkpoints written name the one given as their parent, which is not
// written again; an empty Thread means that of the checkpoint. There is no
// event of the state after the input, but callbacks begin with RunStart. The
// counters are those of this part.
//
// What does not fit the plan is a BadCheckpoint. Only what a checkpoint names is
// compared: the fields, the nodes that are pending, joins that wait. A plan with
// other edges, routes or functions under the same names is taken, and goes on
// in its own way.
//
// Values come back as the types of their fields, by cj.Decode: a type of your
// own needs DecodeCJ where encoding/json would not read what it wrote. Inside an
// any (a Dynamic field, a Map[any], a []any) there is no type to go by: integers
// come back as int64, floats as float64 but for whole ones, which canonical JSON
// writes like integers and which come back as those, lists as []any and maps as
// map[string]any. A node that reads numbers out of an any must take both.
func (r *Runner) Resume(ctx context.Context, p *Plan, data []byte, opts Options) (Result, error) {
	if err := opts.fault(); err != nil {
		return Result{}, err
	}
	c, err := readCheckpoint(data)
	if err != nil {
		return Result{}, err
	}
	if opts.Thread == "" {
		opts.Thread = c.thread
	}
	run := p.newRun(r, opts)
	if err := run.restore(c); err != nil {
		return run.finish(err)
	}
	if opts.Mode == Callbacks {
		if err := run.emitBegin(); err != nil {
			return run.finish(err)
		}
	}
	return run.finish(run.proceed(ctx))
}

// StreamResume is Stream for Resume.
func (r *Runner) StreamResume(ctx context.Context, p *Plan, data []byte, mode Mode, opts Options) *Stream {
	return &Stream{run: func(emit func(Event) error) (Result, error) {
		opts.Mode, opts.Emit = mode, emit
		return r.Resume(ctx, p, data, opts)
	}}
}

// A record is a checkpoint taken apart as far as that goes without the plan.
type record struct {
	id, thread string
	step       int
	next       []string

	// Where in data these begin.
	data  []byte
	joins []int // each [[arrived...],[sources...],target]
	sends []int
	state int
}

func badCheckpoint(step int, err error) *Error {
	return &Error{Kind: BadCheckpoint, Step: step, Err: err}
}

func badDetail(step int, format string, args ...any) *Error {
	return &Error{Kind: BadCheckpoint, Step: step, Detail: fmt.Sprintf(format, args...)}
}

func readCheckpoint(data []byte) (record, error) {
	c := record{data: data}
	var version int
	r := cj.NewReader(data)
	members := map[string]func() error{
		"id":     func() error { return cj.Decode(r, &c.id) },
		"joins":  func() (err error) { c.joins, err = offsets(r); return err },
		"next":   func() error { return cj.Decode(r, &c.next) },
		"parent": func() error { _, err := r.Value(); return err },
		"sends":  func() (err error) { c.sends, err = offsets(r); return err },
		"state":  func() error { c.state = r.Offset(); _, err := r.Raw(); return err },
		"step":   func() error { return cj.Decode(r, &c.step) },
		"thread": func() error { return cj.Decode(r, &c.thread) },
		"v":      func() error { return cj.Decode(r, &version) },
	}
	seen := make(map[string]bool)
	err := r.Map(func(key string) error {
		if members[key] == nil {
			return &cj.Error{Reason: "a checkpoint has no such key"}
		}
		seen[key] = true
		return members[key]()
	})
	if err == nil {
		err = r.End()
	}
	if err != nil {
		return c, badCheckpoint(c.step, err)
	}
	for _, key := range []string{"id", "next", "parent", "state", "step", "thread", "v"} {
		if !seen[key] {
			return c, badDetail(c.step, "key %q is missing", key)
		}
	}
	return c, c.check(version)
}

// offsets passes a list and says where its items begin.
func offsets(r *cj.Reader) (list []int, err error) {
	err = r.List(func(int) error {
		list = append(list, r.Offset())
		_, err := r.Raw()
		return err
	})
	return list, err
}

func (c *record) check(version int) error {
	if version != 1 {
		return badDetail(c.step, "version %d, want 1", version)
	}
	if want := c.thread + "/" + string(appendStep(nil, c.step)); c.step < 0 || c.id != want {
		return badDetail(c.step, "id %q, want %q, of the thread and the step", c.id, want)
	}
	if len(c.sends) > len(c.next) {
		return badDetail(c.step, "%d sends, but %d pending nodes", len(c.sends), len(c.next))
	}
	return nil
}

// restore puts the run where the checkpoint says it was.
func (r *run) restore(c record) error {
	r.step, r.resumed = c.step, c.id
	if err := r.decodeState(r.plan.schema, cj.NewReaderAt(c.data, c.state), r.cur); err != nil {
		return err
	}
	r.clear()
	nodes := len(c.next) - len(c.sends)
	last := int32(-1)
	for _, name := range c.next[:nodes] {
		id, err := r.node(name)
		if err != nil {
			return err
		}
		if id <= last {
			return badDetail(r.step, "next is not in the order of names: %q", c.next[:nodes])
		}
		last = id
		r.next = append(r.next, id)
	}
	for i, name := range c.next[nodes:] {
		if err := r.restoreSend(name, cj.NewReaderAt(c.data, c.sends[i])); err != nil {
			return err
		}
	}
	for _, at := range c.joins {
		if err := r.restoreJoin(cj.NewReaderAt(c.data, at)); err != nil {
			return err
		}
	}
	return nil
}

// node finds a node that the checkpoint names.
func (r *run) node(name string) (int32, error) {
	id, ok := r.plan.id(name, 0)
	if !ok {
		return 0, &Error{Kind: BadCheckpoint, Node: name, Step: r.step, Detail: "the plan has no such node" + suggest(name, r.plan.nodeNames())}
	}
	return id, nil
}

func (r *run) restoreSend(name string, d *cj.Reader) error {
	id, err := r.node(name)
	if err != nil {
		return err
	}
	if d.Null() { // the zero State
		r.sends = append(r.sends, send{node: id})
		return nil
	}
	schema, advice := r.plan.nodes[id].takes(), ""
	if schema == nil {
		schema, advice = r.plan.schema, "; if it is of another schema than the graph's, declare that with SendSchema"
	}
	vals := make([]value, len(schema.fields))
	if err := r.decodeState(schema, d, vals); err != nil {
		return &Error{Kind: BadCheckpoint, Node: name, Step: r.step, Detail: "what was sent to it does not fit" + advice, Err: err}
	}
	r.sends = append(r.sends, send{id, State{schema, vals}})
	return nil
}

func (r *run) decodeState(schema *Schema, d *cj.Reader, vals []value) error {
	seen := make([]bool, len(schema.fields))
	at := "" // the field at fault
	err := d.Map(func(key string) error {
		f := schema.lookup(key)
		at = key
		if f == nil {
			return &cj.Error{Reason: "the graph has no such field" + suggest(key, schema.names())}
		}
		seen[f.id] = true
		if err := f.kind.decode(d, &vals[f.id]); err != nil {
			return err
		}
		at = ""
		return nil
	})
	if err != nil {
		return &Error{Kind: BadCheckpoint, Field: at, Step: r.step, Err: err}
	}
	for _, f := range schema.sorted {
		if !seen[f.id] {
			return &Error{Kind: BadCheckpoint, Field: f.name, Step: r.step, Detail: "the checkpoint's state lacks it"}
		}
	}
	return nil
}

// restoreJoin finds the join that is meant and seats those who had arrived.
func (r *run) restoreJoin(d *cj.Reader) error {
	var arrived, sources []string
	var target string
	parts := []func() error{
		func() error { return cj.Decode(d, &arrived) },
		func() error { return cj.Decode(d, &sources) },
		func() error { return cj.Decode(d, &target) },
	}
	n := 0
	err := d.List(func(i int) error {
		if i >= len(parts) {
			return &cj.Error{Reason: "want three parts"}
		}
		n++
		return parts[i]()
	})
	if err != nil || n < len(parts) {
		return &Error{Kind: BadCheckpoint, Step: r.step, Detail: "joins: want [arrived, sources, target]", Err: err}
	}
	for j := range r.plan.joins {
		join := &r.plan.joins[j]
		if r.missing[j] == len(join.from) && r.plan.name(join.to) == target && slices.Equal(r.plan.names(join.from), sources) {
			return r.seat(j, arrived)
		}
	}
	return badDetail(r.step, "the plan has no join from %q to %q", sources, target)
}

func (r *run) seat(j int, arrived []string) error {
	join := &r.plan.joins[j]
	for _, name := range arrived {
		i := slices.IndexFunc(join.from, func(id int32) bool { return r.plan.nodes[id].name == name })
		if i < 0 || r.seats[j][i] {
			return badDetail(r.step, "joins: %q cannot have arrived at the join from %q to %q", name, r.plan.names(join.from), r.plan.name(join.to))
		}
		r.seats[j][i] = true
		r.missing[j]--
	}
	if r.missing[j] == 0 {
		return badDetail(r.step, "joins: all sources have arrived at the join from %q to %q: it should have fired", r.plan.names(join.from), r.plan.name(join.to))
	}
	return nil
}

package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"xbench/goimpl/cj"
)

// A Body does the work of one task and says on c what came of it. It must
// return soon after ctx is done or c.Ask returned an error, and must not keep c.
//
// One that panics fails, and so does one that ends its goroutine by
// runtime.Goexit, but with Sequential and in DAG.Complete: there the goroutine is
// the caller's, and ends.
//
// A Body is shared by all executions of its task, which may be concurrent.
type Body func(ctx context.Context, c *Call) error

// A Call is one execution of a task's body.
//
// Results are reported by Int, Text and Value rather than returned as a map:
// a map for each task costs more than the whole scheduling of it.
type Call struct {
	task    *Task
	ctx     context.Context
	targets Targets
	keeps   bool // the targets do
	host    host // nil if all waiting is done on the spot
	rounds  int
	asked   int
	stopped bool
	waiting bool // in Await
	// fields hold the results, in the first used of them; they and buf are
	// reused from call to call.
	fields []field
	used   int
	buf    []byte
}

// A host is who executes a body, as seen by one that is to wait.
type host interface {
	// ask returns when the round is complete, or an error after which the
	// body must return.
	ask(round int) error
	// await returns what wait does.
	await(ctx context.Context, wait func(context.Context) error) error
}

// A field is one named result: n, or text, or value; sort says which.
type field struct {
	name  string
	sort  sortOf
	n     int64
	text  string
	value any
}

type sortOf uint8

const (
	sortInt sortOf = iota
	sortText
	sortValue
)

// enter makes the call ready for bodies of one build.
func (c *Call) enter(ctx context.Context, targets Targets, h host) {
	c.ctx, c.targets, c.keeps, c.host = ctx, targets, targets.Keeps(), h
}

// leave forgets the build and what its bodies said.
func (c *Call) leave() {
	c.task, c.ctx, c.targets, c.host = nil, nil, nil, nil
	clear(c.fields)
	if cap(c.buf) > 1<<16 {
		c.buf = nil
	}
}

// begin makes the call ready to execute t.
func (c *Call) begin(t *Task) {
	c.task = t
	c.rounds, c.asked, c.stopped, c.waiting = len(t.rounds), 0, false, false
	c.used = 0
}

// Task returns the task that is being executed.
func (c *Call) Task() *Task { return c.task }

// Params returns the task's parameters, which must not be changed.
func (c *Call) Params() Params { return c.task.params }

// Deps returns the keys of the tasks that this one depends on, in the order of
// its definition. A child process of MultiProcess is not told; there it is nil.
func (c *Call) Deps() []string { return c.keys(c.task.deps) }

// Rounds returns how many times the body is to ask.
func (c *Call) Rounds() int { return c.rounds }

// Round returns the keys of the tasks that the body asks for the i-th time it
// asks, counted from 0, in the order of the definition.
func (c *Call) Round(i int) []string {
	if far, ok := c.host.(remote); ok {
		return far.keys(i)
	}
	return c.keys(c.task.rounds[i])
}

// remote is a host that knows the keys of rounds when the task does not.
type remote interface{ keys(round int) []string }

func (c *Call) keys(tasks []int32) []string {
	if tasks == nil || c.task.dag == nil {
		return nil
	}
	keys := make([]string, len(tasks))
	for i, t := range tasks {
		keys[i] = c.task.dag.tasks[t].key
	}
	return keys
}

// Result reads what the body of another task has reported into the value that
// into points to, by the rules of encoding/json: a struct with fields named like
// the results, for one. Which tasks it can read, and where, is said at Record.
func (c *Call) Result(key string, into any) error {
	record, err := c.Record(key)
	if err != nil {
		return err
	}
	var r struct{ Result json.RawMessage }
	if err = json.Unmarshal(record, &r); err == nil {
		err = json.Unmarshal(r.Result, into)
	}
	if err != nil {
		return fmt.Errorf("result of task %q: %w", key, err)
	}
	return nil
}

// Record returns what the task with the given key has left in its target: one
// that this one depends on, or has asked for. It is canonical JSON,
//
//	{"id":"…","key":"…","kind":"…","result":{…}}
//
// with what the body reported as result. There are none with None, and child
// processes of MultiProcess are not told where those of other tasks are.
func (c *Call) Record(key string) ([]byte, error) {
	t := c.task
	if t.dag == nil {
		return nil, errors.New("a child process cannot read the records of other tasks")
	}
	for _, i := range t.deps {
		if other := &t.dag.tasks[i]; other.key == key {
			return c.targets.Read(other)
		}
	}
	for _, round := range t.rounds[:c.asked] {
		for _, i := range round {
			if other := &t.dag.tasks[i]; other.key == key {
				return c.targets.Read(other)
			}
		}
	}
	known := c.Deps()
	for i := range c.asked {
		known = append(known, c.Round(i)...)
	}
	return nil, fmt.Errorf("task %q neither depends on %q nor has asked for it%s", t.key, key,
		didYouMean(similar(key, slices.Values(known))))
}

// Ask asks for the next round of the task's definition and returns when every
// task in it is complete. While it waits the body holds no worker. A body asks
// for all its rounds before it ends; it cannot ask for anything else. If Ask
// returns ErrStopped the body must return.
func (c *Call) Ask() error {
	if c.stopped {
		return ErrStopped
	}
	if c.waiting {
		return errors.New("asked for a round inside of Await")
	}
	if c.asked == c.rounds {
		return fmt.Errorf("asked for round %d, the definition has %d", c.asked+1, c.rounds)
	}
	if err := c.host.ask(c.asked); err != nil {
		c.stopped = true
		return ErrStopped
	}
	c.asked++
	return nil
}

// AskAll asks for the remaining rounds, one after the other.
func (c *Call) AskAll() error {
	for c.asked < c.rounds {
		if err := c.Ask(); err != nil {
			return err
		}
	}
	return nil
}

// Await calls wait, during which the body holds no worker: others run while it
// waits for a timer, an answer or a channel. It returns what wait does, as soon
// as a worker is free again and all tasks that are ready by then have been
// taken up. It counts as no suspension.
//
// What wait gets is the body's context; when that is done wait must return.
// Within wait, Ask is an error. With Sequential and in a child of MultiProcess,
// which have no other work for the worker, wait is simply called.
func (c *Call) Await(wait func(ctx context.Context) error) error {
	switch {
	case c.stopped:
		return ErrStopped
	case c.host == nil || c.waiting:
		return wait(c.ctx)
	}
	c.waiting = true
	defer func() { c.waiting = false }()
	return c.host.await(c.ctx, wait)
}

// Int reports an integer result.
func (c *Call) Int(name string, n int64) {
	f := c.field(name)
	f.sort, f.n = sortInt, n
}

// Text reports a text result.
func (c *Call) Text(name, text string) {
	f := c.field(name)
	f.sort, f.text = sortText, text
}

// Value reports any result that package cj can write.
func (c *Call) Value(name string, v any) {
	f := c.field(name)
	f.sort, f.value = sortValue, v
}

// field returns where to put a result; a later one of the same name replaces an
// earlier one. What an earlier task has left there is not cleared and its name
// not written again if it is the same: while the garbage collector runs, every
// pointer written costs as much as the rest of this.
func (c *Call) field(name string) *field {
	for i := range c.fields[:c.used] {
		if c.fields[i].name == name {
			return &c.fields[i]
		}
	}
	if c.used == len(c.fields) {
		c.fields = append(c.fields, field{})
	}
	f := &c.fields[c.used]
	c.used++
	if f.name != name {
		f.name = name
	}
	return f
}

var errNotStopped = errors.New("the body returned ErrStopped, but nobody had stopped it")

var errGoexit = errors.New("the body ended its goroutine (runtime.Goexit)")

var errNoFiles = errors.New("this kind keeps a data file: it needs file targets")

// dataFile returns the path of the task's data file, which lies beside its
// target, in an existing directory.
func (c *Call) dataFile() (string, error) {
	files, ok := c.targets.(*Files)
	if !ok {
		return "", errNoFiles
	}
	return files.dataFile(c.task)
}

// caught makes an error of what recover returned.
func caught(v any) error { return &PanicError{Value: v, Stack: debug.Stack()} }

// execute runs the body of t to its end and makes the task complete. It
// returns ErrStopped if the body was told to return.
func (c *Call) execute(t *Task) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = caught(v)
		}
		if c.stopped {
			err = ErrStopped // whatever it did while it was leaving
		}
	}()
	c.begin(t)
	return c.run()
}

// run is execute for who recovers panics and looks at c.stopped.
func (c *Call) run() error {
	err := c.task.body(c.ctx, c)
	switch {
	case err == ErrStopped && !c.stopped:
		return errNotStopped
	case err != nil:
		return err
	case c.stopped:
		return nil
	case c.asked < c.rounds:
		return fmt.Errorf("the body ended after asking for %d of %d rounds", c.asked, c.rounds)
	case !c.keeps:
		return c.targets.Write(c.task, nil)
	}
	if c.buf, err = c.appendRecord(c.buf[:0]); err != nil {
		return err
	}
	return c.targets.Write(c.task, c.buf)
}

// appendRecord writes what a target holds. Elapsed times stay out of it: they
// would make equal work have different outputs.
func (c *Call) appendRecord(b []byte) ([]byte, error) {
	b = append(b, `{"id":"`...)
	b = append(b, c.task.id...)
	b = append(b, `","key":`...)
	b, err := cj.AppendString(b, c.task.key)
	if err != nil {
		return nil, err
	}
	b = append(b, `,"kind":`...)
	if b, err = cj.AppendString(b, c.task.kind); err != nil {
		return nil, err
	}
	b = append(b, `,"result":{`...)
	result := c.fields[:c.used]
	if len(result) > 1 {
		slices.SortFunc(result, func(x, y field) int { return strings.Compare(x.name, y.name) })
	}
	for i := range result {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = result[i].append(b); err != nil {
			return nil, err
		}
	}
	return append(b, "}}"...), nil
}

func (f *field) append(b []byte) ([]byte, error) {
	b, err := cj.AppendString(b, f.name)
	if err != nil {
		return nil, err
	}
	b = append(b, ':')
	switch f.sort {
	case sortInt:
		return strconv.AppendInt(b, f.n, 10), nil
	case sortText:
		return cj.AppendString(b, f.text)
	}
	return cj.Append(b, f.value)
}

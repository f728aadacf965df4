package build

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Definition describes one task. Everything in it is part of the task's
// identity.
type Definition struct {
	Key    string         // unique
	Kind   string         // names an entry of Kinds
	Params map[string]any // canonical JSON values, which Compile copies; nil means none
	// Deps are the keys of the tasks that must be complete before the body
	// starts.
	Deps []string
	// Rounds are the keys of the tasks that the body asks for while it runs,
	// one list for each time it asks. That they are known beforehand is what
	// lets ids cover them and Compile find cycles; what is left to the body is
	// when it asks, and not to need them before.
	Rounds [][]string
}

// A DAG is a checked set of tasks, ready to be built any number of times. It
// is immutable and safe for concurrent use.
type DAG struct {
	tasks   []Task // tasks[0] is the root; the others in order of discovery
	order   []int32
	dynamic bool // some task has rounds
	slow    bool // some task is slow to check

	// dependents[from[i]:from[i+1]] are the tasks that list task i among
	// their deps; askers likewise for rounds. One array each instead of a
	// slice per task keeps a completion within one or two cache lines.
	dependents []int32
	depFrom    []int32
	askers     []asker
	askFrom    []int32

	ids   sync.Once
	idErr error
	byID  map[string]int32

	states sync.Pool // of *state: what ended builds have left
}

// An asker is a task that asks for another one in the given round.
type asker struct{ task, round int32 }

// A Task is a member of a DAG.
type Task struct {
	// What a build reads of every task comes first, to share a cache line.
	body      Body
	rounds    [][]int32
	deps      []int32
	dag       *DAG          // nil for a task that came over a pipe
	index     int32         // in the DAG
	checkWait time.Duration // before each completeness check

	key, kind string
	id        string // set by DAG.Identify
	params    map[string]any
}

// Key returns the task's unique name.
func (t *Task) Key() string { return t.key }

// Kind returns the name of what the task's body does.
func (t *Task) Kind() string { return t.kind }

// AwaitCheck waits as long as a completeness check of the task takes before it
// looks, which is not at all but for the kind slow_check.
func (t *Task) AwaitCheck() {
	if t.checkWait > 0 {
		time.Sleep(t.checkWait)
	}
}

// ID returns the first 32 hexadecimal digits of the digest of the task and
// everything it needs, or "" in a build without targets, which has no use for
// it.
func (t *Task) ID() string { return t.id }

// Compile checks the definitions that root needs, directly or not, and binds
// their kinds. Definitions that root does not need are ignored.
//
// Errors are *UnknownTaskError, *CycleError, or describe a duplicate key, an
// unknown kind or a parameter its kind cannot take.
func Compile(defs []Definition, root string, kinds Kinds) (*DAG, error) {
	byKey := make(map[string]*Definition, len(defs))
	for i := range defs {
		if byKey[defs[i].Key] != nil {
			return nil, fmt.Errorf("build: task %q is defined twice", defs[i].Key)
		}
		byKey[defs[i].Key] = &defs[i]
	}
	c := compiler{byKey: byKey, index: make(map[string]int32, len(defs))}
	if err := c.walk(root); err != nil {
		return nil, err
	}
	d := &DAG{order: c.order, tasks: make([]Task, len(c.found))}
	for i, def := range c.found {
		if err := d.bind(i, def, c.index, kinds); err != nil {
			return nil, err
		}
	}
	d.reverse()
	return d, nil
}

// A compiler walks definitions depth first.
type compiler struct {
	byKey map[string]*Definition
	index map[string]int32 // by key, as found
	found []*Definition    // in the order they are met
	order []int32          // in the order they are left: needs before needers
}

// A frame is one definition on the path of the walk.
type frame struct {
	def   *Definition
	index int32
	edge  int // the next one to follow: deps first, then rounds
}

// walk visits everything root needs. It keeps its own stack, for a chain may
// be longer than it is wise to recurse.
func (c *compiler) walk(root string) error {
	path := make([]frame, 0, 16)
	var open []bool // by index: on the path
	enter := func(key, by string) error {
		def := c.byKey[key]
		if def == nil {
			return &UnknownTaskError{Key: key, By: by, Similar: similar(key, maps.Keys(c.byKey))}
		}
		i := int32(len(c.found))
		c.index[key] = i
		c.found = append(c.found, def)
		open = append(open, true)
		path = append(path, frame{def: def, index: i})
		return nil
	}
	if err := enter(root, ""); err != nil {
		return err
	}
	for len(path) > 0 {
		top := &path[len(path)-1]
		key, more := top.def.edge(top.edge)
		if !more {
			open[top.index] = false
			c.order = append(c.order, top.index)
			path = path[:len(path)-1]
			continue
		}
		top.edge++
		i, known := c.index[key]
		switch {
		case !known:
			if err := enter(key, top.def.Key); err != nil {
				return err
			}
		case open[i]:
			return cycleOf(path, key)
		}
	}
	return nil
}

// edge returns the n-th key that the definition needs: its deps, then its
// rounds.
func (def *Definition) edge(n int) (key string, ok bool) {
	if n < len(def.Deps) {
		return def.Deps[n], true
	}
	n -= len(def.Deps)
	for _, round := range def.Rounds {
		if n < len(round) {
			return round[n], true
		}
		n -= len(round)
	}
	return "", false
}

// cycleOf cuts the path at key, which is on it, and closes it.
func cycleOf(path []frame, key string) error {
	var keys []string
	for _, f := range path {
		if f.def.Key == key || len(keys) > 0 {
			keys = append(keys, f.def.Key)
		}
	}
	return &CycleError{Path: append(keys, key)}
}

// bind fills in task i.
func (d *DAG) bind(i int, def *Definition, index map[string]int32, kinds Kinds) error {
	kind := kinds[def.Kind]
	if kind == nil {
		return fmt.Errorf("build: task %q: %w", def.Key, kinds.unknown(def.Kind))
	}
	params, _ := own(def.Params).(map[string]any)
	body, err := kind(params)
	if err != nil {
		return fmt.Errorf("build: task %q: kind %s: %w", def.Key, def.Kind, err)
	}
	t := &d.tasks[i]
	*t = Task{dag: d, index: int32(i), key: def.Key, kind: def.Kind, params: params, body: body}
	if t.checkWait, err = checkWait(def.Kind, params); err != nil {
		return fmt.Errorf("build: task %q: kind %s: %w", def.Key, def.Kind, err)
	}
	d.slow = d.slow || t.checkWait > 0
	t.deps = indices(def.Deps, index)
	for _, round := range def.Rounds {
		t.rounds = append(t.rounds, indices(round, index))
		d.dynamic = true
	}
	return nil
}

// own copies the containers of a parameter, down to where nothing but numbers
// and text is left, so that who defined the task may go on to use them: an id
// that follows from other parameters than the body has would be a lie for ever
// in the targets.
func own(v any) any {
	switch v := v.(type) {
	case map[string]any:
		kept := make(map[string]any, len(v))
		for name, value := range v {
			kept[name] = own(value)
		}
		return kept
	case []any:
		kept := slices.Clone(v)
		for i := range kept {
			kept[i] = own(kept[i])
		}
		return kept
	case map[string]string:
		return maps.Clone(v)
	case []string:
		return slices.Clone(v)
	case []byte:
		return slices.Clone(v)
	case [][]byte:
		kept := slices.Clone(v)
		for i := range kept {
			kept[i] = slices.Clone(kept[i])
		}
		return kept
	case []int:
		return slices.Clone(v)
	case []int64:
		return slices.Clone(v)
	case []float64:
		return slices.Clone(v)
	}
	return v
}

func indices(keys []string, index map[string]int32) []int32 {
	if len(keys) == 0 {
		return nil
	}
	out := make([]int32, len(keys))
	for i, key := range keys {
		out[i] = index[key]
	}
	return out
}

// reverse fills in who waits for whom.
func (d *DAG) reverse() {
	d.depFrom = make([]int32, len(d.tasks)+1)
	d.askFrom = make([]int32, len(d.tasks)+1)
	for i := range d.tasks {
		for _, dep := range d.tasks[i].deps {
			d.depFrom[dep+1]++
		}
		for _, round := range d.tasks[i].rounds {
			for _, dep := range round {
				d.askFrom[dep+1]++
			}
		}
	}
	for i := range d.tasks {
		d.depFrom[i+1] += d.depFrom[i]
		d.askFrom[i+1] += d.askFrom[i]
	}
	d.dependents = make([]int32, d.depFrom[len(d.tasks)])
	d.askers = make([]asker, d.askFrom[len(d.tasks)])
	nextDep, nextAsk := slices.Clone(d.depFrom), slices.Clone(d.askFrom)
	for i := range d.tasks {
		for _, dep := range d.tasks[i].deps {
			d.dependents[nextDep[dep]] = int32(i)
			nextDep[dep]++
		}
		for r, round := range d.tasks[i].rounds {
			for _, dep := range round {
				d.askers[nextAsk[dep]] = asker{int32(i), int32(r)}
				nextAsk[dep]++
			}
		}
	}
}

func (d *DAG) dependentsOf(i int32) []int32 { return d.dependents[d.depFrom[i]:d.depFrom[i+1]] }
func (d *DAG) askersOf(i int32) []asker     { return d.askers[d.askFrom[i]:d.askFrom[i+1]] }

// holdsLoop reports whether task i asks for others or is asked for, which puts
// it on the event loop with OnLoop.
func (d *DAG) holdsLoop(i int32) bool {
	return len(d.tasks[i].rounds) > 0 || len(d.askersOf(i)) > 0
}

// Len returns the number of tasks.
func (d *DAG) Len() int { return len(d.tasks) }

// Root returns the task that was asked for.
func (d *DAG) Root() *Task { return &d.tasks[0] }

// Task returns the task at a position from 0 to Len()-1: that of the root is 0,
// and that of others what an Event says.
func (d *DAG) Task(i int32) *Task { return &d.tasks[i] }

// byKey returns the positions of all tasks, ordered by key bytes.
func (d *DAG) byKey() []int32 {
	out := slices.Clone(d.order)
	slices.SortFunc(out, func(a, b int32) int { return strings.Compare(d.tasks[a].key, d.tasks[b].key) })
	return out
}

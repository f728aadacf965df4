package build

import (
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
)

// None keeps nothing but which tasks are complete, by key: the cost of
// scheduling alone, without ids or records.
//
// Tasks of the DAG it meets first it knows by their positions, which costs a
// few nanoseconds; tasks of any other go through a map and a lock.
type None struct {
	first  atomic.Pointer[marks]
	checks atomic.Int64

	mu     sync.Mutex
	others map[string]struct{} // complete keys that the first DAG does not have
	index  map[string]int32    // of the first DAG; nil until there is another
}

// marks say which tasks of a DAG are complete.
//
// Note: a bit for each task was tried. Workers that complete neighbours then
// fight for the same cache line, and two of them are slower than one.
type marks struct {
	dag  *DAG
	done []atomic.Uint32
}

var _ Targets = (*None)(nil)

// NewNone returns targets of which none is complete. They make room for the
// tasks of a DAG when they meet it; n is a hint that they do not need.
func NewNone(n int) *None { return &None{} }

// reset makes no task complete. Nobody else may use n, and it knows one DAG.
func (n *None) reset() {
	if first := n.first.Load(); first != nil {
		clear(first.done)
	}
	n.checks.Store(0)
}

// mark returns the mark of a task of the first DAG, which is t's own if there
// was none before; nil if t belongs to another.
func (n *None) mark(t *Task) *atomic.Uint32 {
	first := n.first.Load()
	if first == nil && t.dag != nil {
		first = n.adopt(t.dag)
	}
	if first == nil || first.dag != t.dag {
		return nil
	}
	return &first.done[t.index]
}

// adopt makes d the first DAG, unless another has become that in the meantime.
func (n *None) adopt(d *DAG) *marks {
	n.mu.Lock()
	defer n.mu.Unlock()
	if first := n.first.Load(); first != nil {
		return first
	}
	first := &marks{d, make([]atomic.Uint32, d.Len())}
	for i := range d.tasks {
		if len(n.others) == 0 {
			break
		}
		if _, ok := n.others[d.tasks[i].key]; ok {
			first.done[i].Store(1)
		}
	}
	n.first.Store(first)
	return first
}

// markByKey is mark for a task of another DAG: that of the task of the same key
// in the first, if there is one. The caller holds mu.
func (n *None) markByKey(t *Task) *atomic.Uint32 {
	first := n.first.Load()
	if first == nil {
		return nil
	}
	if n.index == nil {
		n.index = make(map[string]int32, first.dag.Len())
		for i := range first.dag.tasks {
			n.index[first.dag.tasks[i].key] = int32(i)
		}
	}
	if i, known := n.index[t.key]; known {
		return &first.done[i]
	}
	return nil
}

// Exists implements Targets.
func (n *None) Exists(t *Task) (bool, error) {
	t.AwaitCheck()
	n.checks.Add(1)
	if m := n.mark(t); m != nil {
		return m.Load() != 0, nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if m := n.markByKey(t); m != nil {
		return m.Load() != 0, nil
	}
	_, ok := n.others[t.key]
	return ok, nil
}

// Write implements Targets.
func (n *None) Write(t *Task, _ []byte) error {
	if m := n.mark(t); m != nil {
		m.Store(1)
		return nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if m := n.markByKey(t); m != nil {
		m.Store(1)
		return nil
	}
	if n.others == nil {
		n.others = make(map[string]struct{})
	}
	n.others[t.key] = struct{}{}
	return nil
}

// Read implements Targets: there are no records.
func (n *None) Read(t *Task) ([]byte, error) {
	return nil, fmt.Errorf("target of task %q: %w", t.key, fs.ErrNotExist)
}

// Keeps implements Targets.
func (n *None) Keeps() bool { return false }

// Counts implements Targets. Nothing counts as written, for nothing is.
func (n *None) Counts() TargetCounts { return TargetCounts{Checks: n.checks.Load()} }

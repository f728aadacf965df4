package graph

import (
	"slices"
	"strings"

	"xbench/goimpl/cj"
)

// A Mode says what a run emits.
type Mode string

const (
	Silent  Mode = ""        // nothing
	Values  Mode = "values"  // the state after the input and after each superstep that wrote something
	Updates Mode = "updates" // the update of each task, after the barrier, in task order
	Events  Mode = "events"  // NodeStart before, NodeEnd after the barrier, in task order

	// Callbacks tells all: RunStart; in each superstep a NodeStart for each
	// task, then after the barrier, for each task, NodeEnd, StateChanged if
	// its update changes anything, and EdgeTaken; at last RunEnd. A run that
	// fails has no RunEnd, its last superstep nothing but the NodeStarts.
	Callbacks Mode = "callbacks"
)

// Types of the events of modes Events and Callbacks.
const (
	RunStart     = "run_start"
	NodeStart    = "node_start"
	NodeEnd      = "node_end"
	StateChanged = "state_changed"
	EdgeTaken    = "edge"
	RunEnd       = "run_end"
)

// An Event is one thing a run emits. What it holds may be kept, but not
// changed.
type Event struct {
	Mode   Mode
	Step   int
	Node   string  // all but states; of EdgeTaken the node that ran
	Type   string  // modes Events and Callbacks
	State  State   // mode Values; RunStart and RunEnd
	Update *Update // mode Updates

	// Fields of StateChanged are the names, sorted, of the fields whose
	// canonical JSON differs once this task's update alone is applied to the
	// state in which the superstep began.
	Fields []string
	// To of EdgeTaken is what the task triggered, sorted and each once: the
	// targets of edges, of the joins it completed, of labels and Sends.
	// End is among them if it was chosen, or if nothing was.
	To []string
}

// AppendCJ appends the event as canonical JSON.
func (e Event) AppendCJ(dst []byte) ([]byte, error) {
	if e.Mode == Callbacks {
		return e.appendCallback(dst)
	}
	m := map[string]any{"mode": string(e.Mode), "step": e.Step}
	switch e.Mode {
	case Values:
		m["state"] = e.State
	case Updates:
		m["node"], m["update"] = e.Node, e.Update
	case Events:
		m["node"], m["type"] = e.Node, e.Type
	}
	return cj.Append(dst, m)
}

func (e Event) appendCallback(dst []byte) ([]byte, error) {
	m := map[string]any{"type": e.Type}
	switch e.Type {
	case RunStart, RunEnd:
		m["state"] = e.State
	case EdgeTaken:
		m["from"], m["to"], m["step"] = e.Node, e.To, e.Step
	case StateChanged:
		m["node"], m["fields"], m["step"] = e.Node, e.Fields, e.Step
	default:
		m["node"], m["step"] = e.Node, e.Step
	}
	return cj.Append(dst, m)
}

func (r *run) emit(e Event) error {
	e.Mode, e.Step = r.opts.Mode, r.step
	r.count.Events++
	if r.opts.Emit == nil {
		return nil
	}
	return r.opts.Emit(e)
}

// emitBegin comes before the first superstep.
func (r *run) emitBegin() error {
	switch r.opts.Mode {
	case Values:
		return r.emit(Event{State: r.snapshot()})
	case Callbacks:
		return r.emit(Event{Type: RunStart, State: r.snapshot()})
	}
	return nil
}

// emitEnd comes when nothing is pending any more.
func (r *run) emitEnd() error {
	if r.opts.Mode != Callbacks {
		return nil
	}
	return r.emit(Event{Type: RunEnd, State: r.final()})
}

// emitStarts comes before the superstep's tasks run.
func (r *run) emitStarts() error {
	if r.opts.Mode != Events && r.opts.Mode != Callbacks {
		return nil
	}
	for i := range r.tasks {
		if err := r.emit(Event{Node: r.tasks[i].node.name, Type: NodeStart}); err != nil {
			return err
		}
	}
	return nil
}

// emitStep comes when the superstep's updates have been applied.
func (r *run) emitStep() error {
	wrote := false
	for i := range r.tasks {
		t := &r.tasks[i]
		wrote = wrote || t.upd.any
		var err error
		switch r.opts.Mode {
		case Updates:
			err = r.emit(Event{Node: t.node.name, Update: t.upd.take()})
		case Events:
			err = r.emit(Event{Node: t.node.name, Type: NodeEnd})
		case Callbacks:
			err = r.emitTask(t)
		}
		if err != nil {
			return err
		}
	}
	if r.opts.Mode == Values && wrote {
		return r.emit(Event{State: r.snapshot()})
	}
	return nil
}

// emitTask tells the receiver of callbacks what became of a task.
func (r *run) emitTask(t *task) error {
	if err := r.emit(Event{Node: t.node.name, Type: NodeEnd}); err != nil {
		return err
	}
	if len(t.note.changed) > 0 {
		if err := r.emit(Event{Node: t.node.name, Type: StateChanged, Fields: t.note.changed}); err != nil {
			return err
		}
	}
	return r.emit(Event{Node: t.node.name, Type: EdgeTaken, To: t.note.to})
}

// compare finds what each task's update would change by itself, before any is
// applied. Each kind looks at what was written and no further, and nothing is
// copied or encoded but values of unknown types.
func (r *run) compare() (err error) {
	var t *task
	var f *field
	defer func() {
		if v := recover(); v != nil {
			err = r.panicked(v, t, f, "what it changes")
		}
	}()
	r.plan.schema.order()
	for i := range r.tasks {
		t = &r.tasks[i]
		if !t.upd.any {
			continue
		}
		names := r.roomForNames(len(r.plan.schema.fields))
		for _, f = range r.plan.schema.sorted {
			if t.upd.has(f.id) && f.kind.changes(&r.cur[f.id], &t.upd.vals[f.id]) {
				names = append(names, f.name)
			}
		}
		t.note.changed = r.keepNames(names)
	}
	return nil
}

// takeHits returns the names of what the task at hand has triggered.
func (r *run) takeHits() []string {
	if len(r.hits) == 0 {
		r.hits = append(r.hits, endID)
	}
	names := r.roomForNames(len(r.hits))
	for _, id := range r.hits {
		names = append(names, r.plan.name(id))
	}
	r.hits = r.hits[:0]
	if len(names) > 1 {
		slices.SortFunc(names, strings.Compare)
		names = slices.Compact(names)
	}
	return r.keepNames(names)
}

// roomForNames returns an empty slice with room for n names, and keepNames
// the same without spare room, for good. Events hold few names each, so many
// share a block; nobody writes to one again once its names are kept.
func (r *run) roomForNames(n int) []string {
	if cap(r.names)-len(r.names) < n {
		const block = 64
		r.names = make([]string, 0, max(block, n))
	}
	return r.names[len(r.names):]
}

func (r *run) keepNames(names []string) []string {
	r.names = r.names[:len(r.names)+len(names)]
	return slices.Clip(names)
}

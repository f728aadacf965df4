package graph

import (
	"fmt"
	"math/bits"
	"runtime/debug"
	"slices"
	"strconv"
)

// apply changes the state by the updates of the superstep, in task order.
func (r *run) apply() error {
	r.kept = false
	if len(r.tasks) == 1 {
		return r.applyTask(0, nil)
	}
	r.keepBase()
	n := len(r.plan.schema.fields)
	if r.writer == nil {
		r.writer = make([]int32, n)
	}
	for i := range r.writer {
		r.writer[i] = -1
	}
	for i := range r.tasks {
		if err := r.applyTask(i, r.writer); err != nil {
			return err
		}
	}
	return nil
}

// keepBase keeps the state in which the superstep began for routers to see,
// if there are any.
func (r *run) keepBase() {
	for i := range r.tasks {
		if len(r.tasks[i].node.branches) > 0 {
			r.base = append(r.base[:0], r.cur...)
			r.kept = true
			return
		}
	}
}

// applyTask applies the update of task i. Fields do not influence one another, so
// all are tried and the fault of the first by name is reported. writer is nil
// where nobody else can have written.
//
// Reducers call no code of the user's, so nothing here need be recovered from.
func (r *run) applyTask(i int, writer []int32) error {
	t := &r.tasks[i]
	if !t.upd.any {
		return nil
	}
	var fault *Error
	fields, me := r.plan.schema.fields, r.owner()
	for w, word := range t.upd.set {
		for ; word != 0; word &= word - 1 {
			f := fields[w<<6+bits.TrailingZeros64(word)]
			var e *Error
			if writer != nil && f.exclusive {
				if writer[f.id] >= 0 {
					e = &Error{Kind: ConcurrentWrite, Detail: "already written by " + r.tasks[writer[f.id]].node.name}
				}
				writer[f.id] = int32(i)
			}
			if e == nil {
				if err := f.kind.reduce(&r.cur[f.id], &t.upd.vals[f.id], me); err != nil {
					e = &Error{Kind: ReducerShape, Err: err}
				}
			}
			if e != nil && (fault == nil || f.name < fault.Field) {
				e.Field, e.Node, e.Step = f.name, t.node.name, r.step
				fault = e
			}
		}
	}
	if fault != nil {
		return fault
	}
	return nil
}

// panicked is a panic of a type of the user's while the coordinator worked on
// a task's field.
func (r *run) panicked(v any, t *task, f *field, doing string) *Error {
	e := &Error{Kind: NodeFailed, Node: t.node.name, Step: r.step, Detail: doing, Err: &PanicError{v, debug.Stack()}}
	if f != nil {
		e.Field = f.name
	}
	return e
}

// follow finds the tasks of the next superstep: for each task in order its
// edges, its joins, then its branches.
func (r *run) follow() error {
	for i := range r.tasks {
		t := &r.tasks[i]
		for _, id := range t.node.next {
			r.trigger(id)
		}
		for _, j := range t.node.joins {
			r.arrive(j, t.node)
		}
		if len(t.node.branches) > 0 {
			if err := r.branch(t); err != nil {
				return err
			}
		}
		if r.watched {
			r.hits = append(r.hits, t.node.next...)
			t.note.to = r.takeHits()
		}
	}
	r.order()
	return nil
}

// branch calls the routers of a task's node.
func (r *run) branch(t *task) error {
	view, err := r.ownView(t)
	if err != nil {
		return err
	}
	for k := range t.node.branches {
		if err := r.route(t.node.name, &t.node.branches[k], view); err != nil {
			return err
		}
	}
	return nil
}

// arrive marks a join's source as having run, and triggers the join's target
// when none is missing.
func (r *run) arrive(j int32, n *node) {
	join := &r.plan.joins[j]
	seats := r.seats[j]
	for i, id := range join.from {
		if &r.plan.nodes[id] == n && !seats[i] {
			seats[i] = true
			r.missing[j]--
		}
	}
	if r.missing[j] == 0 {
		clear(seats)
		r.missing[j] = len(seats)
		r.trigger(join.to)
		if r.watched {
			r.hits = append(r.hits, join.to)
		}
	}
}

// ownView is the state that a task's routers see: that in which the superstep
// began, with this task's update and nobody else's.
func (r *run) ownView(t *task) (State, error) {
	if len(r.tasks) == 1 {
		return r.state(), nil
	}
	r.own = append(r.own[:0], r.base...)
	for w, word := range t.upd.set {
		for ; word != 0; word &= word - 1 {
			f := r.plan.schema.fields[w<<6+bits.TrailingZeros64(word)]
			// No owner: the state itself grows these lists in place.
			if err := f.kind.reduce(&r.own[f.id], &t.upd.vals[f.id], owner{}); err != nil {
				return State{}, &Error{Kind: ReducerShape, Node: t.node.name, Field: f.name, Step: r.step, Err: err}
			}
		}
	}
	return State{r.plan.schema, r.own}, nil
}

// route calls a router and triggers what it chose. from is empty for the
// entry router.
func (r *run) route(from string, br *branch, view State) error {
	r.count.Routes++
	one, many, sends, err := br.call(view)
	if err != nil {
		return &Error{Kind: NodeFailed, Node: from, Step: r.step, Detail: "router", Err: err}
	}
	switch {
	case br.one != nil:
		return r.take(from, br, one)
	case br.many != nil:
		for _, label := range many {
			if err := r.take(from, br, label); err != nil {
				return err
			}
		}
		return nil
	}
	for _, s := range sends {
		i, ok := br.find(s.Node)
		if !ok || br.targets[i] == endID {
			return &Error{Kind: UnknownNode, Node: from, Step: r.step, Detail: fmt.Sprintf("send to %q, which the branch does not list; it lists %s%s", s.Node, some(br.labels), suggest(s.Node, br.labels))}
		}
		to := &r.plan.nodes[br.targets[i]]
		if err := s.Input.schema.fault(); err != nil {
			return &Error{Kind: NodeFailed, Node: from, Step: r.step, Detail: "router: the send to " + strconv.Quote(s.Node), Err: err}
		}
		if to.takes() != nil && !to.takes().same(s.Input.schema) {
			return &Error{Kind: NodeFailed, Node: from, Step: r.step, Detail: "router: the send to " + s.Node + " holds a state of another schema than SendSchema says"}
		}
		if len(s.Input.vals) > 0 && len(view.vals) > 0 && &s.Input.vals[0] == &view.vals[0] {
			s.Input = r.freeze(view) // the router sent what it was shown
		}
		r.sends = append(r.sends, send{br.targets[i], s.Input})
		if r.watched {
			r.hits = append(r.hits, br.targets[i])
		}
	}
	return nil
}

// call calls the router, turning a panic into an error.
func (br *branch) call(view State) (one string, many []string, sends []Send, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{v, debug.Stack()}
		}
	}()
	switch {
	case br.one != nil:
		one = br.one(view)
	case br.many != nil:
		many = br.many(view)
	default:
		sends = br.sends(view)
	}
	return one, many, sends, nil
}

func (r *run) take(from string, br *branch, label string) error {
	i, ok := br.find(label)
	if !ok {
		return &Error{Kind: NoRoute, Node: from, Step: r.step, Detail: fmt.Sprintf("the router returned %q, want one of %s%s", label, some(br.labels), suggest(label, br.labels))}
	}
	r.trigger(br.targets[i])
	if r.watched {
		r.hits = append(r.hits, br.targets[i])
	}
	return nil
}

// find looks a label up. Branches have few, so most are searched from the
// front.
func (br *branch) find(label string) (int, bool) {
	if len(br.labels) > 8 {
		return slices.BinarySearch(br.labels, label)
	}
	for i := range br.labels {
		if br.labels[i] == label {
			return i, true
		}
	}
	return 0, false
}

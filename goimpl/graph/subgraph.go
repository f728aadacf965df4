package graph

import (
	"context"
	"errors"
)

// A subgraph is a plan that serves as a node.
type subgraph struct {
	plan *Plan
	in   func(State) State
	out  func(State, *Update)
}

// complete reports whether a node without a function has a subgraph.
func (r *rare) complete() bool {
	return r != nil && r.sub != nil && r.sub.plan != nil && r.sub.in != nil && r.sub.out != nil
}

var errSubSchema = errors.New("the subgraph's input is a state of another schema than its plan's")

// Subgraph adds a node that runs another graph: in makes that graph's input of
// the state (or of the Send's input), out writes to upd what is wanted of the
// state in which it ended. As in a node, s, final and upd are good until the
// function returns.
//
// The graph inside runs on the goroutine of the node, its tasks one after the
// other. It has Options.Limit supersteps of its own and isolates its nodes as
// the run outside does; it emits no events, writes no checkpoints and has no
// spans. What it executes is counted in SubNodes and SubSupersteps, also if
// the superstep outside goes on to fail. A failure inside is a NodeFailed of
// the node, whose cause is the error inside.
func (b *Builder) Subgraph(name string, sub *Plan, in func(s State) State, out func(final State, upd *Update)) {
	b.nodes = append(b.nodes, nodeDecl{name: name, rare: &rare{sub: &subgraph{sub, in, out}}})
}

// A size is what a subgraph executed.
type size struct{ nodes, supersteps int64 }

// enter runs the subgraph that the task's node is.
func (t *task) enter(ctx context.Context) error {
	sub := t.node.rare.sub
	input := sub.in(t.in)
	if err := input.schema.fault(); err != nil {
		return err
	}
	if !sub.plan.schema.same(input.schema) {
		return errSubSchema
	}
	outside := &t.run.opts
	r := sub.plan.newRun(nil, Options{Limit: outside.Limit, CopyState: outside.CopyState})
	err := r.loop(ctx, input)
	t.note.inner = size{r.count.Nodes + r.count.SubNodes, r.count.Supersteps + r.count.SubSupersteps}
	t.copies += int(r.count.StateCopies)
	if err == nil {
		sub.out(r.state(), &t.upd)
	}
	r.release()
	return err
}

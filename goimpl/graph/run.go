package graph

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

const defaultLimit = 25

// inputFault is why a state cannot be run by a plan of the schema, or nil.
func (s *Schema) inputFault(input State) error {
	if err := input.schema.fault(); err != nil {
		return err
	}
	if !s.same(input.schema) {
		return &Error{Kind: BadInput, Detail: "the input is a state of another schema than the plan's"}
	}
	return nil
}

// A run is the coordinator of one execution and the buffers it works in. Runs
// are reused, one execution at a time: gen tells executions apart.
type run struct {
	plan   *Plan
	runner *Runner
	opts   Options
	gen    uint64
	count  Counters

	cur  []value // the state
	base []value // the state in which the superstep began, where routers need it
	kept bool    // base is of this superstep
	own  []value // base with one task's update, for that task's routers

	tasks  []task
	next   []int32 // nodes of the next superstep
	sends  []send
	inRow  bool     // next is ascending
	stamp  uint64   // of the superstep being filled; never repeats in a run's life
	marks  []uint64 // per node: the stamp with which it was last triggered
	writer []int32  // per field: the task that wrote it in this superstep, or -1

	seats   [][]bool // per join, per source: has run since the join last fired
	missing []int    // per join: how many have not

	plain   bool     // nothing of the following is wanted, nor anything counted by tasks
	notes   []note   // of the tasks
	watched bool     // what each task changes and triggers is reported
	hits    []int32  // what the task at hand has triggered, if watched
	names   []string // room for the names that events hold

	began  time.Time // if the run is traced
	step   int
	saved  bool // a checkpoint was stored
	parent int  // its step

	resumed string // the id of the checkpoint that the run went on from
	buf     []byte

	left atomic.Int64  // tasks of the superstep still with the workers
	idle chan struct{} // receives when left falls to zero
}

type send struct {
	node  int32
	input State
}

func (p *Plan) newRun(runner *Runner, opts Options) *run {
	r, ok := p.runs.Get().(*run)
	if !ok {
		r = p.makeRun()
	}
	if opts.Limit == 0 {
		opts.Limit = defaultLimit
	}
	r.runner, r.opts = runner, opts
	r.gen++
	r.count = Counters{}
	r.step, r.saved, r.parent, r.resumed = 0, false, 0, ""
	r.watched = opts.Mode == Callbacks
	r.plain = !r.watched && opts.Tracer == nil && !opts.CopyState && !p.nested
	if opts.Tracer != nil {
		r.began = time.Now()
	}
	return r
}

func (p *Plan) makeRun() *run {
	n := len(p.schema.fields)
	r := &run{
		plan:  p,
		cur:   make([]value, n),
		marks: make([]uint64, len(p.nodes)),
		idle:  make(chan struct{}, 1),
	}
	if len(p.joins) > 0 {
		r.seats = make([][]bool, len(p.joins))
		r.missing = make([]int, len(p.joins))
		for i := range p.joins {
			r.seats[i] = make([]bool, len(p.joins[i].from))
		}
	}
	return r
}

// release forgets what the run held and offers its buffers for reuse.
func (r *run) release() {
	clear(r.cur)
	clear(r.base)
	clear(r.own)
	clear(r.sends)
	for i := range r.tasks[:cap(r.tasks)] {
		t := &r.tasks[:cap(r.tasks)][i]
		t.in, t.err, t.note = State{}, nil, nil
		t.upd.reset()
	}
	r.next, r.sends, r.hits = r.next[:0], r.sends[:0], r.hits[:0]
	r.runner, r.opts = nil, Options{}
	r.plan.runs.Put(r)
}

func (r *run) owner() owner { return owner{r, r.gen, r.stamp} }

func (r *run) state() State { return State{r.plan.schema, r.cur} }

// snapshot is the state as it leaves the run, which may go on.
func (r *run) snapshot() State { return r.freeze(r.state()) }

// freeze returns a state of the run, independent of what that goes on to do.
func (r *run) freeze(s State) State {
	s.vals = slices.Clone(s.vals)
	for i, f := range s.schema.fields {
		f.kind.freeze(&s.vals[i], r.owner())
	}
	return s
}

// final is the state as it leaves the run that has ended: nobody grows its
// lists any more.
func (r *run) final() State { return State{r.plan.schema, slices.Clone(r.cur)} }

// everyStep reports whether each superstep ends in a checkpoint.
func (r *run) everyStep() bool {
	return r.opts.Checkpoints != nil && r.opts.Durability == EveryStep
}

// loop runs the graph from its entry.
func (r *run) loop(ctx context.Context, input State) error {
	copy(r.cur, input.vals)
	if err := r.begin(); err != nil {
		return err
	}
	if err := r.emitBegin(); err != nil {
		return err
	}
	if r.everyStep() {
		if err := r.checkpoint(ctx); err != nil {
			return err
		}
	}
	return r.proceed(ctx)
}

// proceed runs what is pending until nothing is.
func (r *run) proceed(ctx context.Context) error {
	everyStep := r.everyStep()
	done := ctx.Done() // nil for contexts that are never cancelled
	for len(r.next)+len(r.sends) > 0 {
		if r.step >= r.opts.Limit {
			return &Error{Kind: RecursionLimit, Step: r.step, Detail: fmt.Sprintf("after %d supersteps these are still pending: %s; raise Options.Limit if that is no endless loop", r.opts.Limit, some(r.pending()))}
		}
		if done != nil && ctx.Err() != nil {
			return &Error{Kind: Cancelled, Step: r.step, Err: context.Cause(ctx)}
		}
		r.step++
		if err := r.superstep(ctx); err != nil {
			return err
		}
		if everyStep {
			if err := r.checkpoint(ctx); err != nil {
				return err
			}
		}
	}
	// A checkpoint from which nothing was pending is not written again.
	if r.opts.Checkpoints != nil && !everyStep && (r.resumed == "" || r.count.Supersteps > 0) {
		if err := r.checkpoint(ctx); err != nil {
			return err
		}
	}
	return r.emitEnd()
}

// pending returns the names of the nodes to run next, each once.
func (r *run) pending() []string {
	names := r.plan.names(r.next)
	for i := range r.sends {
		if name := r.plan.name(r.sends[i].node); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// clear makes way for the tasks of the first superstep.
func (r *run) clear() {
	for i := range r.plan.joins {
		clear(r.seats[i])
		r.missing[i] = len(r.plan.joins[i].from)
	}
	r.fresh()
}

// begin finds the tasks of the first superstep.
func (r *run) begin() error {
	r.clear()
	for _, id := range r.plan.entry {
		r.trigger(id)
	}
	if r.plan.router != nil {
		if err := r.route("", r.plan.router, r.state()); err != nil {
			return err
		}
		r.hits = r.hits[:0] // nobody's
	}
	r.order()
	return nil
}

func (r *run) superstep(ctx context.Context) error {
	r.prepare()
	if r.opts.Mode != Silent {
		if err := r.emitStarts(); err != nil {
			return err
		}
	}
	r.execute(ctx)
	if !r.plain {
		r.tally()
	}
	r.count.Supersteps++
	r.count.Nodes += int64(len(r.tasks))
	if err := r.failure(); err != nil {
		return err
	}
	if r.watched {
		if err := r.compare(); err != nil {
			return err
		}
	}
	if err := r.apply(); err != nil {
		return err
	}
	if err := r.follow(); err != nil {
		return err
	}
	if r.opts.Mode != Silent {
		return r.emitStep()
	}
	return nil
}

// prepare turns what is pending into tasks and makes way for the next step.
func (r *run) prepare() {
	n := len(r.next) + len(r.sends)
	if n > cap(r.tasks) {
		r.growTasks(n)
	}
	r.tasks = r.tasks[:n]
	for i, id := range r.next {
		t := &r.tasks[i]
		t.node, t.in = &r.plan.nodes[id], State{r.plan.schema, r.cur}
	}
	for i := range r.sends {
		t := &r.tasks[len(r.next)+i]
		t.node, t.in = &r.plan.nodes[r.sends[i].node], r.sends[i].input
	}
	if len(r.sends) > 0 {
		clear(r.sends)
		r.sends = r.sends[:0]
	}
	r.fresh()
	if !r.plain {
		r.takeNotes()
	}
}

// takeNotes gives every task a clean sheet.
func (r *run) takeNotes() {
	if len(r.notes) < len(r.tasks) {
		r.notes = make([]note, len(r.tasks))
	}
	clear(r.notes)
	for i := range r.tasks {
		r.tasks[i].note = &r.notes[i]
	}
}

// growTasks makes room for n tasks. No task is running, so they may move; the
// slots and bits of their updates come from two blocks.
func (r *run) growTasks(n int) {
	fields, w := len(r.plan.schema.fields), words(len(r.plan.schema.fields))
	old := r.tasks[:cap(r.tasks)]
	all := make([]task, n)
	copy(all, old)
	vals := make([]value, (n-len(old))*fields)
	set := make([]uint64, (n-len(old))*w)
	for i := len(old); i < n; i++ {
		k := i - len(old)
		all[i].run = r
		all[i].upd = Update{
			schema: r.plan.schema,
			vals:   vals[k*fields : (k+1)*fields : (k+1)*fields],
			set:    set[k*w : (k+1)*w : (k+1)*w],
		}
	}
	r.tasks = all
}

// fresh starts to collect the tasks of the next superstep.
func (r *run) fresh() {
	r.next = r.next[:0]
	r.inRow = true
	r.stamp++
}

// trigger adds a node to the next superstep, once.
func (r *run) trigger(id int32) {
	if id == endID || r.marks[id] == r.stamp {
		return
	}
	r.marks[id] = r.stamp
	if n := len(r.next); n > 0 && r.next[n-1] > id {
		r.inRow = false
	}
	r.next = append(r.next, id)
}

// order puts the next superstep's nodes into task order, which is that of
// their ids.
func (r *run) order() {
	if !r.inRow {
		slices.Sort(r.next)
	}
}

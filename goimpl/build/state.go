package build

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
)

// A phase is where a task is in one build.
type phase uint8

const (
	unknown   phase = iota
	waiting         // known; some dep is not complete
	queued          // ready to start or to go on
	running         // given to a worker
	suspended       // has asked for tasks that are not complete
	complete
	failed
	skipped // needs a task that failed
)

// A node is what one build knows about one task.
type node struct {
	pending int32 // how many of the tasks it waits for are not complete
	found   int32 // position in state.found
	round   int32 // 1 + the round it last waited for; 0 if it never did
	phase   phase
	started bool // its body has been started
	waited  bool // for something outside the build
}

// state is one build: what is known, what is ready, what is counted. It holds
// every scheduling rule and no concurrency: its owner is either one goroutine
// or whoever holds the executor's lock.
type state struct {
	// These are read by workers that own nothing.
	dag    *DAG
	job    Job
	ctx    context.Context
	canEnd bool        // the context can
	full   bool        // discover through complete tasks
	keepOn bool        // continue after failures
	reexec bool        // bodies that waited start again
	slow   bool        // checks wait for something
	stop   atomic.Bool // nothing may start any more; written once at most
	hungry atomic.Bool // a slot is free, and there is nothing for it
	probe  *probe      // makes slow checks beforehand; nil if they are made one by one

	_ [64]byte // what follows is written all the time: not in the same cache line

	room
	progress
	// elsewhere, if not nil, may take in a task that is ready.
	elsewhere func(i int32) bool
}

// room is what builds of one DAG need and hand on.
type room struct {
	nodes   []node
	found   []int32 // in the order of discovery
	ready   fifo
	scratch []int32
	none    None // the targets of builds without
	call    Call // of executors that run one body after the other
	spare   []*member
}

// progress is what begins with zero.
type progress struct {
	special  int          // how many in ready go one at a time, because they may wait
	before   TargetCounts // of earlier builds on the targets
	running  int
	fatal    error // why it was stopped, if not for a failed task
	cut      bool  // because the caller's context has ended
	failures []*TaskError
	Counters
}

// newState begins a build. What conclude has left behind of an earlier one of
// the DAG is used again: to make room for a task costs as much as to run a light
// one.
func newState(ctx context.Context, opts *Options, job Job) (*state, error) {
	if ctx.Err() != nil {
		return nil, stoppedBy(ctx)
	}
	s, ok := job.DAG.states.Get().(*state)
	if !ok {
		s = emptyState(job.DAG)
	}
	if job.Targets == nil {
		s.none.reset()
		job.Targets = &s.none
	}
	if job.Targets.Keeps() {
		if err := cmp.Or(job.DAG.Identify(), open(job.Targets)); err != nil {
			return nil, err
		}
	}
	s.job, s.ctx, s.canEnd = job, ctx, ctx.Done() != nil
	s.full, s.keepOn = opts.Discover == Full, opts.FailMode == Continue
	s.before = job.Targets.Counts()
	if s.slow = isSlow(&job); s.slow && (opts.Executor != Sequential || opts.CheckWorkers > 1) {
		s.probe = newProbe(s, opts.CheckWorkers)
	}
	return s, nil
}

// open makes ready what targets need before anything can be written to them.
func open(targets Targets) error {
	if some, ok := targets.(interface{ open() error }); ok {
		return some.open()
	}
	return nil
}

func emptyState(d *DAG) *state {
	n := d.Len()
	lists := make([]int32, 0, 2*n) // found and ready: one allocation for both
	return &state{dag: d, room: room{
		nodes: make([]node, n),
		found: lists[:0:n],
		ready: fifo{items: lists[n:n]},
	}}
}

// release leaves the room that the build has taken to the next of the DAG.
// Nobody may use the state any more.
func (s *state) release() {
	clear(s.nodes)
	s.found = s.found[:0]
	s.ready = fifo{items: s.ready.items[:0]}
	s.call.leave()
	s.progress = progress{}
	s.job, s.ctx, s.probe, s.elsewhere, s.reexec = Job{}, nil, nil, nil, false
	s.stop.Store(false)
	s.hungry.Store(false)
	s.dag.states.Put(s)
}

// root is where every build starts to discover.
const root int32 = 0

// discover makes the tasks and all they need known, depth first, and queues
// what is ready. Tasks already known are left as they are. Before it, without
// any lock, look is called with the same tasks.
func (s *state) discover(tasks ...int32) {
	first := len(s.found)
	if err := s.visitAll(tasks); err != nil {
		s.halt(err)
		return
	}
	// A second pass, in order of discovery: that is the order in which tasks
	// that become ready together are queued.
	for _, i := range s.found[first:] {
		s.settle(i)
	}
}

// visitAll is visit for some tasks. A check that panics is one that fails: the
// lock that is held here must not be left so.
func (s *state) visitAll(tasks []int32) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = s.checkError(s.found[len(s.found)-1], caught(v))
		}
	}()
	for _, t := range tasks {
		if err := s.visit(t); err != nil {
			return err
		}
	}
	return nil
}

// visit looks at the task and, unless that is complete, at what it needs. A
// task is marked when it is taken off the stack, not when it is put there,
// which is what makes the order the same as that of recursion.
func (s *state) visit(task int32) error {
	stack := append(s.scratch[:0], task)
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		n := &s.nodes[i]
		if n.phase != unknown {
			continue
		}
		n.phase, n.found = waiting, int32(len(s.found))
		s.found = append(s.found, i)
		done, err := s.check(i)
		if err != nil {
			return err
		}
		if done {
			n.phase = complete
			if !s.full {
				continue
			}
		}
		for _, dep := range slices.Backward(s.dag.tasks[i].deps) {
			stack = append(stack, dep)
		}
	}
	s.scratch = stack
	return nil
}

// check is one completeness check.
func (s *state) check(i int32) (bool, error) {
	var done bool
	var err error
	if s.slow {
		done, err = s.slowCheck(i)
	} else {
		done, err = s.job.Targets.Exists(&s.dag.tasks[i])
	}
	if err != nil {
		return false, s.checkError(i, err)
	}
	if done {
		s.PreviouslyComplete++
	}
	return done, nil
}

// settle decides what becomes of a task just discovered.
func (s *state) settle(i int32) {
	n := &s.nodes[i]
	if n.phase != waiting {
		return
	}
	doomed := false
	n.pending, doomed = s.incomplete(s.dag.tasks[i].deps)
	switch {
	case doomed:
		s.skip(i)
	case n.pending == 0:
		s.enqueue(i)
	}
}

// incomplete counts the tasks that are not complete, and reports whether one
// of them never will be.
func (s *state) incomplete(tasks []int32) (count int32, doomed bool) {
	for _, i := range tasks {
		switch s.nodes[i].phase {
		case complete, unknown:
			continue // unknown: a child process has found it complete
		case failed, skipped:
			doomed = true
		}
		count++
	}
	return count, doomed
}

func (s *state) enqueue(i int32) {
	n := &s.nodes[i]
	n.phase = queued
	if s.elsewhere != nil && s.elsewhere(i) {
		return
	}
	if s.isSpecial(i) {
		s.special++
	}
	s.ready.push(i)
}

// isSpecial reports whether task i, which is queued, has to be run apart from
// others: its body may wait, or has waited and is to be resumed.
func (s *state) isSpecial(i int32) bool {
	return s.dag.dynamic && len(s.dag.tasks[i].rounds) > 0 || s.nodes[i].waited
}

// take returns the next task to give to a worker.
func (s *state) take() (i int32, ok bool) {
	if s.stopping() || s.ready.len() == 0 {
		return 0, false
	}
	i = s.ready.take(1)[0]
	s.begin(i)
	return i, true
}

// begin counts task i as running.
func (s *state) begin(i int32) {
	n := &s.nodes[i]
	n.phase = running
	s.running++
	s.MaxRunning = max(s.MaxRunning, int64(s.running))
	switch {
	case !n.started:
		n.started = true
		s.BodyStarts++
	case s.reexec:
		s.BodyStarts++
		s.ReExecutions++
	}
}

// stopping reports whether nothing may start any more, and notices if that is
// because the caller's context has ended.
func (s *state) stopping() bool {
	if s.halted() && !s.stop.Load() {
		s.cut = true
		s.halt(stoppedBy(s.ctx))
	}
	return s.stop.Load()
}

// halted is stopping for those who do not own the state.
func (s *state) halted() bool { return s.stop.Load() || s.canEnd && s.ctx.Err() != nil }

// halt stops the build because of something other than a failed task.
func (s *state) halt(err error) {
	s.stop.Store(true)
	if s.fatal == nil {
		s.fatal = err
	}
}

// ask handles the request of running task i for a round, of which the given
// tasks are to be discovered, and reports whether its body may go on at once.
// If not, the task is suspended, and the caller takes it for no longer running.
//
// There is no check for cycles here: Compile follows rounds as it follows
// deps, and nothing outside a definition's rounds can be asked for.
func (s *state) ask(i int32, round int, tasks []int32) (goOn bool) {
	s.discover(tasks...)
	pending, doomed := s.incomplete(s.dag.tasks[i].rounds[round])
	n := &s.nodes[i]
	if pending == 0 && !s.stop.Load() && !s.reexec {
		return true
	}
	if !s.reexec {
		s.Suspensions++
	} else if int32(round) < n.round {
		s.halt(fmt.Errorf("build: task %q asked again for round %d after it was complete", s.dag.tasks[i].key, round+1))
	}
	n.phase, n.pending, n.round = suspended, pending, int32(round)+1
	switch {
	case doomed:
		s.skip(i)
	case pending == 0: // they became complete in the meantime
		s.enqueue(i)
	}
	return false
}

// end handles the end of task i's body. A body that was told to return
// (ErrStopped) has none.
func (s *state) end(i int32, err error) {
	if err == nil {
		s.finish(i)
	} else {
		s.endBadly(i, err)
	}
}

// endBadly is apart from end so that only failures pay for errors.As, which
// allocates.
func (s *state) endBadly(i int32, err error) {
	var broken *WorkerError
	switch {
	case errors.As(err, &broken):
		s.halt(err)
	case s.ctx.Err() != nil && (errors.Is(err, s.ctx.Err()) || errors.Is(err, context.Cause(s.ctx))):
		s.stopping()
	default:
		s.fail(i, err)
	}
}

// finish marks task i complete and queues what became ready by it.
func (s *state) finish(i int32) {
	s.nodes[i].phase = complete
	s.TasksRun++
	ready := s.scratch[:0]
	for _, d := range s.dag.dependentsOf(i) {
		if n := &s.nodes[d]; n.phase == waiting {
			if n.pending--; n.pending == 0 {
				ready = append(ready, d)
			}
		}
	}
	if s.dag.dynamic {
		ready = s.finishAsked(i, ready)
	}
	if len(ready) > 1 {
		slices.SortFunc(ready, func(a, b int32) int { return int(s.nodes[a].found - s.nodes[b].found) })
	}
	for _, r := range ready {
		s.enqueue(r)
	}
	s.scratch = ready
}

// finishAsked appends the tasks that had asked for i and wait for nothing else.
func (s *state) finishAsked(i int32, ready []int32) []int32 {
	for _, a := range s.dag.askersOf(i) {
		if n := &s.nodes[a.task]; n.phase == suspended && n.round == a.round+1 {
			if n.pending--; n.pending == 0 {
				ready = append(ready, a.task)
			}
		}
	}
	return ready
}

// fail marks task i failed and stops the build or gives up what needs i.
func (s *state) fail(i int32, err error) {
	s.nodes[i].phase = failed
	s.Failed++
	s.failures = append(s.failures, &TaskError{Key: s.dag.tasks[i].key, Err: err})
	if !s.keepOn {
		s.stop.Store(true)
		return
	}
	s.skipNeeders(i)
}

// skip gives up task i and everything known that needs it.
func (s *state) skip(i int32) {
	s.nodes[i].phase = skipped
	s.Skipped++
	s.skipNeeders(i)
}

func (s *state) skipNeeders(task int32) {
	stack := []int32{task}
	giveUp := func(i int32) {
		s.nodes[i].phase = skipped
		s.Skipped++
		stack = append(stack, i)
	}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, d := range s.dag.dependentsOf(i) {
			if s.nodes[d].phase == waiting {
				giveUp(d)
			}
		}
		for _, a := range s.dag.askersOf(i) {
			if n := &s.nodes[a.task]; n.phase == suspended && n.round == a.round+1 {
				giveUp(a.task)
			}
		}
	}
}

// conclude reads what was done to the targets and says how the build ended,
// which is the last that is done with the state. Nothing may be running any
// more.
func (s *state) conclude() (Report, error) {
	defer s.release()
	counts := s.job.Targets.Counts()
	s.ChecksParent = counts.Checks - s.before.Checks
	s.TargetsWritten += counts.Written - s.before.Written
	first := (*TaskError)(nil)
	if len(s.failures) > 0 {
		first = s.failures[0] // fail_fast: the one that stopped the build
	}
	slices.SortFunc(s.failures, func(a, b *TaskError) int { return strings.Compare(a.Key, b.Key) })
	report := Report{Counters: s.Counters, Failures: s.failures}
	switch {
	case s.fatal != nil && !(s.cut && s.settled()):
		return report, s.fatal
	case first != nil && !s.keepOn:
		return report, first
	case first != nil:
		// Which of several failures came first is chance; the first by key
		// is not.
		return report, s.failures[0]
	}
	if stuck := s.stuck(); stuck > 0 {
		return report, &DeadlockError{Stuck: stuck, Path: s.stuckPath()}
	}
	return report, nil
}

// settled reports whether nothing was left undone, so that it does not matter
// that the context ended when it did.
func (s *state) settled() bool {
	return !slices.ContainsFunc(s.found, func(i int32) bool {
		p := s.nodes[i].phase
		return p != complete && p != failed && p != skipped
	})
}

// stuck counts the tasks that should have become complete and did not.
func (s *state) stuck() int {
	count := 0
	for _, i := range s.found {
		if s.nodes[i].phase != complete {
			count++
		}
	}
	return count
}

// stuckPath goes from the first task that is stuck to what it waits for, and on
// from there.
func (s *state) stuckPath() []string {
	var path []string
	on := make(map[int32]bool)
	isStuck := func(i int32) bool { return s.nodes[i].phase != complete && s.nodes[i].phase != unknown }
	at := slices.IndexFunc(s.found, isStuck)
	for i := s.found[at]; ; {
		t := &s.dag.tasks[i]
		path = append(path, t.key)
		waits := t.deps
		if n := &s.nodes[i]; n.phase == suspended {
			waits = t.rounds[n.round-1]
		}
		next := slices.IndexFunc(waits, isStuck)
		if next < 0 || on[i] {
			return path
		}
		on[i] = true
		i = waits[next]
	}
}

package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
)

// multiprocess is a coordinator, the caller of Build, that deals tasks to W
// goroutines with a child process behind each. What a child is given is one execution of a body from its
// start; if that finds something it asked for incomplete, the execution ends
// and the body starts again when everything is there. Nothing but targets
// links the executions, so a body must be idempotent up to its last request.
//
// A child that has ended, because it died or because the context of a build did,
// is replaced when the next build begins.
type multiprocess struct {
	opts      Options
	processes []*process // written between builds only
	jobs      chan processJob
	workers   sync.WaitGroup
	broken    atomic.Pointer[WorkerError] // the first child that was lost in the last build
	closing   []error                     // by child: how it ended after Close
	closed    bool
}

// A processJob is one execution of a body and where to send what came of it.
type processJob struct {
	s     *state
	task  int32
	steps chan<- step
}

func newMultiprocess(opts Options) (*multiprocess, error) {
	m := &multiprocess{
		opts:      opts,
		processes: make([]*process, opts.Workers),
		jobs:      make(chan processJob, opts.Workers),
		closing:   make([]error, opts.Workers),
	}
	errs := make([]error, opts.Workers)
	var starting sync.WaitGroup
	for i := range m.processes {
		starting.Go(func() { m.processes[i], errs[i] = startProcess(opts.WorkerCommand) })
	}
	starting.Wait()
	for i, p := range m.processes {
		if p != nil {
			m.workers.Go(func() { m.serve(i) })
		}
	}
	err := errors.Join(errs...)
	if err == nil && opts.Warm {
		err = m.warmUp()
	}
	if err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

// serve passes jobs to one child, or who takes its place, until Close, then ends
// the child.
func (m *multiprocess) serve(i int) {
	for j := range m.jobs {
		j.steps <- m.execute(m.processes[i], j)
	}
	m.closing[i] = m.processes[i].end()
}

func (m *multiprocess) execute(p *process, j processJob) step {
	ctx, trace := j.s.ctx, j.s.job.Trace
	if err := ctx.Err(); err != nil {
		return step{task: j.task, round: -1, err: err}
	}
	trace.add(j.task, Start, -1)
	st, err := p.execute(j.s, j.task)
	if err != nil {
		lost := p.lost(j.s.dag.tasks[j.task].key, err)
		m.broken.CompareAndSwap(nil, lost)
		st = step{task: j.task, round: -1, err: lost}
		if ctx.Err() != nil {
			st.err = ctx.Err() // Build killed it
		}
	}
	if st.round >= 0 {
		trace.add(j.task, Suspend, int(st.round))
	} else {
		trace.end(j.task, st.err)
	}
	return st
}

func (m *multiprocess) Build(ctx context.Context, job Job) (Report, error) {
	if m.closed {
		return Report{}, errClosed
	}
	if _, ok := job.Targets.(*Files); !ok {
		return Report{}, errors.New("build: executor multiprocess needs file targets: its processes share nothing else")
	}
	s, err := newState(ctx, &m.opts, job)
	if err != nil {
		return Report{}, err
	}
	if err := m.muster(); err != nil {
		return Report{}, err
	}
	s.reexec = true
	// A child cannot be told to stop, so the end of ctx ends the child.
	killed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(killed)
		m.broken.CompareAndSwap(nil, &WorkerError{Err: fmt.Errorf("killed: %w", context.Cause(ctx))})
		for _, p := range m.processes {
			p.kill()
		}
	})
	steps := make(chan step, m.opts.Workers)
	s.coordinate(m.opts.Workers, func(i int32) { m.jobs <- processJob{s, i, steps} }, steps)
	m.count(s)
	if !stop() {
		<-killed
		for _, p := range m.processes {
			_ = p.wait()
		}
	}
	return s.conclude()
}

// muster makes the children ready for a build: each is to be told what it is
// about, and who has ended is replaced.
func (m *multiprocess) muster() error {
	m.broken.Store(nil)
	for i, p := range m.processes {
		if !p.gone() {
			p.told = false
			continue
		}
		_ = p.wait()
		fresh, err := startProcess(m.opts.WorkerCommand)
		if err != nil {
			return err
		}
		m.processes[i] = fresh
	}
	return nil
}

// count asks all children what they did and adds it up. They are idle, and the
// one goroutine that uses each of them is waiting for a job.
//
// After a child was lost nobody is asked: the build has failed, and what broke
// the protocol with one child may keep the others from ever answering.
func (m *multiprocess) count(s *state) {
	if m.broken.Load() != nil {
		return
	}
	for _, p := range m.processes {
		p.askCount()
	}
	for _, p := range m.processes {
		checks, err := p.readCount()
		if err != nil {
			lost := p.lost("", fmt.Errorf("asked what it did: %w", err))
			m.broken.CompareAndSwap(nil, lost)
			if !s.stopping() { // else that is why, or it has been said what is
				s.halt(lost)
			}
		}
		s.ChecksChild += checks
	}
}

// Close ends the children by closing their standard input, and kills one that
// does not heed it.
func (m *multiprocess) Close() error {
	if m.closed {
		return nil
	}
	m.closed = true
	close(m.jobs)
	m.workers.Wait()
	if m.broken.Load() != nil {
		return nil // reported by Build
	}
	return errors.Join(m.closing...)
}

// warmUp has every child do one trivial task, side by side.
func (m *multiprocess) warmUp() error {
	scratch, err := os.MkdirTemp("", "build-warm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	dag, err := Compile([]Definition{{Key: "warm", Kind: "light", Params: map[string]any{"n": 1}}}, "warm", StandardKinds(0))
	if err != nil {
		return err
	}
	job := Job{DAG: dag, Targets: NewFiles(scratch)}
	errs := make([]error, len(m.processes))
	var warming sync.WaitGroup
	for i, p := range m.processes {
		s, err := newState(context.Background(), &m.opts, job)
		if err != nil {
			return err
		}
		warming.Go(func() {
			st, err := p.execute(s, root)
			if err = errors.Join(err, st.err); err != nil {
				errs[i] = &WorkerError{PID: p.pid(), Err: fmt.Errorf("first task: %w", err)}
			}
		})
	}
	warming.Wait()
	return errors.Join(errs...)
}

// A step is what came of an execution: the body asks for a round, or has
// ended.
type step struct {
	task  int32
	round int32   // what it asks for; -1 if it has ended
	asks  []int32 // the tasks of the round that the build is to know
	err   error

	// What the child adds to the counters.
	written, messages, bytes int64
}

// coordinate gives out what is ready, at most workers at a time, and takes
// back steps until nothing runs any more.
func (s *state) coordinate(workers int, give func(task int32), steps <-chan step) {
	s.look(root)
	s.discover(root)
	for {
		for s.running < workers {
			i, ok := s.take()
			if !ok {
				break
			}
			give(i)
		}
		if s.running == 0 {
			return
		}
		st := <-steps
		s.TargetsWritten += st.written
		s.IPCMessages += st.messages
		s.IPCBytes += st.bytes
		s.running--
		if st.round < 0 {
			s.end(st.task, st.err)
		} else {
			s.look(st.asks...)
			s.ask(st.task, int(st.round), st.asks) // which starts again in any case
		}
	}
}

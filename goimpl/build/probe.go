package build

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// isSlow reports whether completeness checks wait for something.
func isSlow(job *Job) bool {
	targets, ok := job.Targets.(slowChecker)
	return job.DAG.slow || ok && targets.SlowChecks()
}

// look makes the checks that discover is about to need, side by side. The
// caller holds no lock: it may take long.
func (s *state) look(tasks ...int32) {
	if s.probe != nil {
		s.probe.look(tasks)
	}
}

// slowCheck is the completeness check of task i: made beforehand, or now if the
// build has not been stopped.
func (s *state) slowCheck(i int32) (bool, error) {
	switch {
	case s.probe != nil:
		return s.probe.answer(i)
	case s.ctx.Err() != nil:
		return false, errStopped
	}
	return s.exists(i)
}

// exists is one look at the targets that survives their panic.
func (s *state) exists(i int32) (done bool, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = caught(v)
		}
	}()
	return s.job.Targets.Exists(&s.dag.tasks[i])
}

// errStopped takes the place of an answer that a stopped build did not get.
var errStopped = errors.New("stopped before this check")

func (s *state) checkError(i int32, err error) error {
	if err == errStopped {
		return stoppedBy(s.ctx)
	}
	return fmt.Errorf("build: check task %q: %w", s.dag.tasks[i].key, err)
}

// stoppedBy is the error of a build whose context has ended.
func stoppedBy(ctx context.Context) error {
	return fmt.Errorf("build: stopped: %w", context.Cause(ctx))
}

// A probe makes completeness checks ahead of discovery, some at a time. It goes
// where discovery will go and nowhere else: which tasks discovery looks at
// depends on what is complete, not on the order in which that is found out.
// So the number of checks is exact, and discovery, which then goes its own
// way depth first over the answers, finds everything in its own order.
type probe struct {
	s       *state
	workers int
	looking sync.Mutex // held while looking: requests come from several bodies

	mu       sync.Mutex // guards what follows
	answers  map[int32]*answer
	queue    []int32 // to be checked
	checkers int     // goroutines that check
	checking sync.WaitGroup
}

// An answer is what came of a check; there is none before its end.
type answer struct {
	done bool
	err  error
}

func newProbe(s *state, workers int) *probe {
	return &probe{s: s, workers: workers, answers: make(map[int32]*answer)}
}

// answer returns what was found out about task i.
func (p *probe) answer(i int32) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.answers[i]
	if a == nil { // the build was stopped before its turn came
		return false, errStopped
	}
	return a.done, a.err
}

// look checks the tasks and what they need, as far as discovery will look.
func (p *probe) look(tasks []int32) {
	p.looking.Lock()
	defer p.looking.Unlock()
	p.mu.Lock()
	p.add(tasks)
	p.mu.Unlock()
	p.checking.Wait()
}

// add queues the tasks that have not been, and sees to it that somebody checks
// them. The caller holds mu.
func (p *probe) add(tasks []int32) {
	for _, i := range tasks {
		if _, known := p.answers[i]; known {
			continue
		}
		p.answers[i] = nil
		p.queue = append(p.queue, i)
		if p.checkers < p.workers {
			p.checkers++
			p.checking.Go(p.check)
		}
	}
}

// check makes checks until none is queued. When the build is stopped it drops
// what is queued: those tasks stay without an answer.
func (p *probe) check() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.queue) > 0 && p.s.ctx.Err() == nil {
		i := p.queue[0]
		p.queue = p.queue[1:]
		p.mu.Unlock()
		done, err := p.s.exists(i)
		p.mu.Lock()
		p.answers[i] = &answer{done, err}
		if err == nil && (!done || p.s.full) {
			p.add(p.s.dag.tasks[i].deps)
		}
	}
	p.checkers--
}

package build

import (
	"context"
	"sync"
)

// threadpool is a coordinator, which is the goroutine that calls Build, and W
// workers on one channel. The coordinator alone touches the state, without a
// lock; a worker is handed one segment of a body and answers with a step.
type threadpool struct {
	opts    Options
	jobs    chan segmentJob
	workers sync.WaitGroup
}

// A segmentJob is one segment of a body and where to send what came of it.
type segmentJob struct {
	s     *state
	task  int32
	steps chan<- step
}

func newThreadpool(opts Options) *threadpool {
	p := &threadpool{opts: opts, jobs: make(chan segmentJob, opts.Workers)}
	var warm sync.WaitGroup
	warm.Add(opts.Workers)
	for range opts.Workers {
		p.workers.Go(func() {
			var c Call
			if opts.Warm {
				warmUp(&c)
			}
			warm.Done()
			for j := range p.jobs {
				j.steps <- j.s.segment(j.task, &c)
			}
		})
	}
	if opts.Warm {
		warm.Wait()
	}
	return p
}

// warmUp does one trivial task.
func warmUp(c *Call) {
	body, _ := lightKind(Params{"n": 1})
	c.begin(&Task{body: body}, NewNone(1), nil)
	_ = c.execute(context.Background())
}

func (p *threadpool) Close() error {
	close(p.jobs)
	p.workers.Wait()
	return nil
}

func (p *threadpool) Build(ctx context.Context, job Job) (Report, error) {
	s, err := newState(ctx, &p.opts, job)
	if err != nil {
		return Report{}, err
	}
	// Both channels have room for every segment that can be under way, so
	// that neither side ever waits for the other to be ready.
	steps := make(chan step, p.opts.Workers)
	s.coordinate(p.opts.Workers, func(i int32) { p.jobs <- segmentJob{s, i, steps} }, steps)
	return s.conclude()
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
		s.look(st.asks...)
		s.TargetsWritten += st.written
		s.IPCMessages += st.messages
		s.IPCBytes += st.bytes
		switch {
		case st.round < 0:
			s.end(st.task, st.err)
		case s.ask(st.task, int(st.round), st.asks):
			give(st.task) // it never lost its slot
		}
	}
}

package build

import (
	"context"
	"iter"
)

// A half is a body that can be left between two requests and taken up again
// by any goroutine. Only tasks with rounds have one: a coroutine costs as much
// as a goroutine, and a body without rounds never stops half-way.
type half struct {
	call Call
	next func() (round int, asks bool)
	stop func() // makes a pending request return ErrStopped, and waits for the body
	err  error  // what execute returned, once next has reported asks == false
}

func newHalf(ctx context.Context, t *Task, targets Targets) *half {
	h := &half{}
	h.next, h.stop = iter.Pull(func(yield func(int) bool) {
		h.call.begin(t, targets, func(round int) error {
			if !yield(round) {
				return ErrStopped
			}
			return nil
		})
		h.err = h.call.execute(ctx)
	})
	return h
}

// A step is what a worker has to say about a segment: the body asks for a
// round, or has ended.
type step struct {
	task  int32
	round int32   // what it asks for; -1 if it has ended
	asks  []int32 // the tasks of the round that the build is to know
	err   error

	// What a child process adds to the counters.
	written, messages, bytes int64
}

// segment runs task i from its start or from its last request to its next
// request or its end. Who calls it must own the task. c is for bodies without
// rounds and may be used for the next task afterwards.
func (s *state) segment(i int32, c *Call) step {
	t := &s.dag.tasks[i]
	if len(t.rounds) == 0 {
		s.job.Trace.add(i, Start, -1)
		c.begin(t, s.job.Targets, nil)
		err := c.execute(s.ctx)
		s.job.Trace.end(i, err)
		return step{task: i, round: -1, err: err}
	}
	h := s.halves[i]
	if h == nil {
		h = newHalf(s.ctx, t, s.job.Targets)
		s.halves[i] = h
		s.job.Trace.add(i, Start, -1)
	} else {
		s.job.Trace.add(i, Resume, -1)
	}
	if round, asks := h.next(); asks {
		s.job.Trace.add(i, Suspend, round)
		return step{task: i, round: int32(round), asks: t.rounds[round]}
	}
	s.job.Trace.end(i, h.err)
	return step{task: i, round: -1, err: h.err}
}

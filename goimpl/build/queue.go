package build

import "context"

// asyncioQueue is W goroutines on one queue. There is no coordinator: whoever
// has come to the end of what it took locks the state, enters what it did,
// queues what became ready and takes more. Nobody polls; the one that finds
// nothing left to do, and nobody working, ends the build.
type asyncioQueue struct {
	opts Options
	pool *pool
}

func newAsyncioQueue(opts Options) *asyncioQueue {
	return &asyncioQueue{opts: opts, pool: newPool(&opts)}
}

func (q *asyncioQueue) Close() error {
	q.pool.close()
	return nil
}

func (q *asyncioQueue) Build(ctx context.Context, job Job) (Report, error) {
	s, err := newState(ctx, &q.opts, job)
	if err != nil {
		return Report{}, err
	}
	r := newCrew(s, &q.opts, q.pool)
	r.next = r.takeNext
	return r.build()
}

// takeNext gives m what comes next, and the other free slots what is left.
func (r *crew) takeNext(m *member) (goesOn bool) {
	d := r.deal()
	switch {
	case d.body != nil: // it goes on in the slot that m had
		r.occupy(d.body.member, d.loop)
		r.resume(d.body, true)
	case d.tasks != nil:
		r.occupy(m, d.loop)
		m.take(d.tasks, r.ready.len() > 0)
		goesOn = true
	}
	r.share()
	return goesOn
}

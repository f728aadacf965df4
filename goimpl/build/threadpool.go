package build

import "context"

// threadpool is a coordinator, which is the goroutine that calls Build, and W
// workers on one channel. The coordinator hands out what is ready; a worker
// that has come to the end of what it was handed enters what it did and tells
// the coordinator. Only if exactly one task is ready by then does it go on
// with that one: the coordinator could do nothing else with it.
type threadpool struct {
	opts Options
	pool *pool
}

func newThreadpool(opts Options) *threadpool {
	return &threadpool{opts: opts, pool: newPool(&opts)}
}

func (p *threadpool) Close() error {
	p.pool.close()
	return nil
}

func (p *threadpool) Build(ctx context.Context, job Job) (Report, error) {
	s, err := newState(ctx, &p.opts, job)
	if err != nil {
		return Report{}, err
	}
	r := newCrew(s, &p.opts, p.pool)
	r.tell = make(chan struct{}, 1)
	r.next = r.leaveIt
	r.coordinate()
	r.dismiss()
	return r.conclude()
}

// coordinate is what the coordinator does.
func (r *crew) coordinate() {
	r.look(root)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.discover(root)
	for {
		r.dispatch()
		if r.idle() {
			return
		}
		r.mu.Unlock()
		<-r.tell
		r.mu.Lock()
	}
}

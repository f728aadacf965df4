package build

import (
	"context"
	"sync"
)

// asyncioQueue is W goroutines on one queue. There is no coordinator: whoever
// ends a segment takes the lock, updates the state and queues what became
// ready. Closing the queue ends the build; nobody polls.
type asyncioQueue struct {
	opts    Options
	builds  chan *queueRun
	workers sync.WaitGroup
}

func newAsyncioQueue(opts Options) *asyncioQueue {
	q := &asyncioQueue{opts: opts, builds: make(chan *queueRun, opts.Workers)}
	var warm sync.WaitGroup
	warm.Add(opts.Workers)
	for range opts.Workers {
		q.workers.Go(func() {
			var c Call
			if opts.Warm {
				warmUp(&c)
			}
			warm.Done()
			for r := range q.builds {
				r.work(&c)
				r.working.Done()
			}
		})
	}
	if opts.Warm {
		warm.Wait()
	}
	return q
}

func (q *asyncioQueue) Close() error {
	close(q.builds)
	q.workers.Wait()
	return nil
}

func (q *asyncioQueue) Build(ctx context.Context, job Job) (Report, error) {
	s, err := newState(ctx, &q.opts, job)
	if err != nil {
		return Report{}, err
	}
	// A task is in the queue at most once at a time, so with room for all of
	// them no worker ever waits to put one in.
	r := &queueRun{state: s, queue: make(chan int32, job.DAG.Len())}
	if q.opts.Blocking == OnLoop {
		r.loop = new(sync.Mutex)
	}
	s.look(root)
	s.discover(root)
	r.publish()
	r.working.Add(q.opts.Workers)
	for range q.opts.Workers {
		q.builds <- r
	}
	r.working.Wait()
	return s.conclude()
}

type queueRun struct {
	mu sync.Mutex
	*state
	queue   chan int32
	open    int // tasks in the queue or with a worker
	working sync.WaitGroup
	loop    *sync.Mutex // with blocking on_loop: held by who holdsLoop while it runs
}

// publish moves what is ready into the queue, and closes the queue when no
// task is left that could make another one ready. The caller holds mu.
func (r *queueRun) publish() {
	for {
		i, ok := r.ready.pop()
		if !ok {
			break
		}
		r.open++
		r.queue <- i
	}
	if r.open == 0 {
		close(r.queue)
	}
}

func (r *queueRun) work(c *Call) {
	for i := range r.queue {
		if r.loop != nil && r.dag.holdsLoop(i) {
			r.onLoop(i, c)
		} else {
			r.run(i, c)
		}
	}
}

// onLoop is run by who holds the loop: who waits for it does not run.
func (r *queueRun) onLoop(i int32, c *Call) {
	r.loop.Lock()
	defer r.loop.Unlock()
	r.run(i, c)
}

// run runs task i, which came out of the queue, unless the build is stopping.
func (r *queueRun) run(i int32, c *Call) {
	r.mu.Lock()
	dropped := r.stopping()
	if dropped {
		r.open--
		r.publish()
	} else {
		r.begin(i)
	}
	r.mu.Unlock()
	if !dropped {
		r.advance(i, c)
	}
}

// advance runs task i until it ends or has to wait.
func (r *queueRun) advance(i int32, c *Call) {
	for again := true; again; {
		st := r.segment(i, c)
		r.look(st.asks...)
		r.mu.Lock()
		again = false
		if st.round < 0 {
			r.end(i, st.err)
		} else {
			again = r.ask(i, int(st.round), r.dag.tasks[i].rounds[st.round])
		}
		if !again {
			r.open--
		}
		r.publish()
		r.mu.Unlock()
	}
}

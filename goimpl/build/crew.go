package build

import (
	"context"
	"sync"
	"time"
)

// A crew is an executor of goroutines: a lock, the build it is at, and workers
// who come back to the lock with what they have done and for more. Whoever has
// come to the end of what it took enters what it did, queues what became ready
// and takes what comes next. There is no coordinator beside them and nobody
// polls: the caller of Build finds out what there is to do, has one worker
// begin, and sleeps until the one that finds nothing left to do, and nobody
// working, wakes it.
//
// Workers come for many tasks at a time where these are light, since the way to
// the lock and from one goroutine to another costs more than a light task
// does. How many follows from how long the last ones took: about quantum of
// work, and one at a time for anything that takes a microsecond or more.
//
// Workers are woken in a chain: one that has taken tasks and sees more to do,
// also among what it took, wakes the next one before it begins, and only one
// can be on its way. So a slot is never left free for long while something is
// ready, however long the tasks take that are running; and where all together
// take less time than a goroutine needs to wake up, one wakes up in vain rather
// than all.
//
// What a worker has done is entered when it comes to the lock, or task by task
// while there is a free slot and nothing for it (hungry). Whoever finds nothing
// for a slot enters what the others have ended, since one of them may be at a
// slow task by now. So nothing that could start waits for one that runs.
//
// The executors threadpool and asyncio_queue are this, asyncio is this with a
// goroutine for each task (see alone).
type crew struct {
	opts Options
	base time.Time  // where clock starts
	mu   sync.Mutex // guards all that follows
	*state
	crewed
	pool
	ended   sync.Cond      // the caller of Build waits for over
	leaving sync.WaitGroup // bodies that were told to return
}

// crewed is what a crew knows of one build.
type crewed struct {
	over    bool          // nothing runs and nothing can
	each    time.Duration // how long a task takes; 0 if unknown
	rests   [][]int32     // unclaimed tasks of members who wait for something
	victims []*member     // members with more than one task to their hand

	parked   map[int32]*parked
	awaiting int // bodies in Await

	loop     fifo // with blocking on_loop: ready tasks that need the loop
	loopBusy bool
}

const (
	// quantum is how much work a worker takes at a time: so much that the two
	// or three hundred nanoseconds of a hand-over are lost in it.
	quantum = 20 * time.Microsecond
	// little is too little work to be shared out beforehand: others take
	// longer to wake up.
	little = 2 * time.Microsecond
	// heavy tasks go one at a time.
	heavy = time.Microsecond
)

func newCrew(opts Options) *crew {
	r := &crew{opts: opts, base: time.Now()}
	r.ended.L, r.more.L = &r.mu, &r.mu
	if opts.Warm && opts.Executor != AsyncIO {
		r.warmUp()
	}
	return r
}

// Build implements Executor.
func (r *crew) Build(ctx context.Context, job Job) (Report, error) {
	if r.closed {
		return Report{}, errClosed
	}
	s, err := newState(ctx, &r.opts, job)
	if err != nil {
		return Report{}, err
	}
	if r.opts.Blocking == OnLoop && r.opts.Executor != ThreadPool {
		s.elsewhere = r.toLoop
	}
	s.look(root)
	r.mu.Lock()
	r.state, r.crewed = s, crewed{victims: r.victims[:0]}
	r.discover(root)
	r.share(nil)
	for !r.over {
		r.ended.Wait()
	}
	if len(r.parked) > 0 {
		r.dismiss()
	}
	r.state = nil
	r.mu.Unlock()
	return s.conclude()
}

// What a free slot is for.
type purpose uint8

const (
	forNothing purpose = iota
	forBody            // the first of the queue is a body to be resumed
	forTasks           // there are tasks to start
)

// share fills free slots: bodies that can go on do, m takes tasks if it is not
// nil, and if there are more the next worker is woken. It reports whether m
// has got some. The caller holds mu.
func (r *crew) share(m *member) (got bool) {
	for r.running < r.opts.Workers {
		what, q := r.upNext()
		switch {
		case what == forNothing:
			// In this order: who ends a task now sees the one, or is seen by
			// the other.
			r.setHungry(true)
			if r.harvest() {
				continue
			}
			if r.running == 0 && r.awaiting == 0 {
				r.over = true
				r.ended.Signal()
			}
			return got
		case what == forBody:
			r.goOn(q)
		case m != nil:
			if r.give(m, q) {
				m, got = nil, true
			}
		case r.opts.Executor == AsyncIO:
			if m := r.recruit(); r.give(m, q) {
				if m.turn == nil {
					m.turn = m.alone // once: a go statement with arguments allocates
				}
				go m.turn()
			}
		default:
			r.wake()
			r.setHungry(false)
			return got
		}
	}
	r.setHungry(false)
	return got
}

// setHungry says whether members are to enter what they do task by task.
func (r *crew) setHungry(is bool) {
	if r.hungry.Load() != is { // it is read all the time
		r.hungry.Store(is)
	}
}

// harvest enters what members have done who may be at something slow now, and
// reports whether there was anything.
func (r *crew) harvest() (any bool) {
	if len(r.victims) == 0 || r.stopping() {
		return false
	}
	for _, m := range r.victims {
		for done := m.hand.ended(); m.first < done; m.first++ {
			r.finish(m.hand.tasks[m.first])
			any = true
		}
	}
	return any
}

// upNext says what a free slot is for, and from which queue: nil for what
// members leave.
func (r *crew) upNext() (purpose, *fifo) {
	var q *fifo
	switch {
	case r.stopping():
		return r.lastUp()
	case len(r.rests) > 0:
		return forTasks, nil
	case r.loop.len() > 0 && !r.loopBusy:
		q = &r.loop
	case r.ready.len() > 0:
		q = &r.ready
	case r.victim() != nil:
		return forTasks, nil
	default:
		return forNothing, nil
	}
	if len(r.parked) > 0 && r.parked[q.first()] != nil {
		return forBody, q
	}
	return forTasks, q
}

// lastUp is upNext for a build that stops: it drops what is queued, but for
// bodies that had waited for something outside. Those are awaited like any that
// run.
func (r *crew) lastUp() (purpose, *fifo) {
	for _, q := range []*fifo{&r.ready, &r.loop} {
		for ; q.len() > 0; q.take(1) {
			if b := r.parked[q.first()]; b != nil && b.awaits {
				return forBody, q
			}
		}
	}
	return forNothing, nil
}

// goOn resumes the body that is the first of the queue.
func (r *crew) goOn(q *fifo) {
	if q == &r.ready {
		r.special--
	}
	b := r.parked[q.take(1)[0]]
	r.occupy(b.member, q)
	r.resume(b, true)
}

// give has m, which has nothing to do, execute tasks that are up next. It
// reports false if the member who had them has begun the last of them by now.
func (r *crew) give(m *member, q *fifo) bool {
	var tasks []int32
	switch last := len(r.rests) - 1; {
	case q != nil:
		tasks = q.take(r.portion(q))
	case last >= 0:
		tasks, r.rests = r.rests[last], r.rests[:last]
	default:
		if from := r.victim(); from != nil {
			tasks = from.hand.cut(0)
		}
	}
	if tasks == nil {
		return false
	}
	r.occupy(m, q)
	m.take(tasks)
	return true
}

// portion is how many tasks of the queue a worker takes at a time. Those that
// may ask go one at a time.
func (r *crew) portion(q *fifo) int {
	n := r.lot(q.len())
	if q == &r.loop {
		return 1
	}
	if r.special == 0 {
		return n
	}
	for k := range n {
		if r.isSpecial(q.items[q.head+k]) {
			if k == 0 {
				r.special--
			}
			return max(1, k)
		}
	}
	return n
}

// lot is portion for n tasks that are all alike.
func (r *crew) lot(n int) int {
	if r.each == 0 || r.each > heavy || n == 1 || r.opts.Executor == AsyncIO {
		return 1
	}
	even := (n + r.opts.Workers - 1) / r.opts.Workers
	return min(n, max(1, int(little/r.each), min(int(quantum/r.each), even)))
}

// victim returns the member with the most tasks that nobody has claimed, nil if
// there is none.
func (r *crew) victim() *member {
	var from *member
	most := 0
	for _, m := range r.victims {
		if left := m.hand.left(); left > most {
			from, most = m, left
		}
	}
	return from
}

// occupy gives m a slot, for what was in the queue.
func (r *crew) occupy(m *member, q *fifo) {
	r.running++
	r.MaxRunning = max(r.MaxRunning, int64(r.running))
	if m.loop = q == &r.loop; m.loop {
		r.loopBusy = true
	}
}

// vacate takes the slot back.
func (r *crew) vacate(m *member) {
	r.running--
	if m.loop {
		m.loop, r.loopBusy = false, false
	}
}

// toLoop takes in ready tasks that need the loop: on_loop lets one of them run
// at a time. Who waits for the loop holds no slot.
func (r *crew) toLoop(i int32) bool {
	if !r.dag.holdsLoop(i) {
		return false
	}
	r.loop.push(i)
	return true
}

// learn takes in how long the last of a member's tasks took on average. It
// believes the last it heard: what is dealt by mistake can be cut off again.
func (r *crew) learn(each time.Duration) { r.each = max(1, each) }

func (r *crew) clock() time.Duration { return time.Since(r.base) }

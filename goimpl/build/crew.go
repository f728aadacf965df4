package build

import (
	"sync"
	"time"
)

// A crew is one build by goroutines of one process: the state behind a lock
// and the workers who come back to it, with what they have done and for more.
//
// Workers come for many tasks at a time where these are light, since the way to
// the lock and from one goroutine to another costs more than a light task
// does. How many follows from how long the last ones took: about quantum of
// work, and one at a time for anything that takes a microsecond or more.
type crew struct {
	mu sync.Mutex // guards all that follows but what says otherwise
	*state
	opts *Options
	pool *pool // whose goroutines members work on; nil for one of their own
	// next decides what a member does that has come back and has no slot any
	// more: either it goes on with a new hand, or it is done with.
	next    func(m *member) (goesOn bool)
	tell    chan struct{} // to a coordinator that deals; nil if members do
	over    chan struct{} // closed when nothing runs and nothing can
	rests   [][]int32     // unclaimed tasks of members who wait for something
	victims []*member     // members with more than one task to their hand
	members []member      // the last that were recruited
	spare   []*member     // nobody uses them
	each    time.Duration // how long a task takes; 0 if unknown
	base    time.Time     // where clock starts

	parked   map[int32]*parked
	awaiting int            // bodies in Await
	leaving  sync.WaitGroup // bodies that were told to return

	loop     fifo // with blocking on_loop: ready tasks that need the loop
	loopBusy bool
}

const (
	// quantum is how much work a worker takes at a time: so much that the two
	// or three hundred nanoseconds of a hand-over are lost in it.
	quantum = 20 * time.Microsecond
	// heavy tasks go one at a time.
	heavy = time.Microsecond
)

// newCrew makes a crew of which members deal to themselves.
func newCrew(s *state, opts *Options, p *pool) *crew {
	r := &crew{state: s, opts: opts, pool: p, over: make(chan struct{}), base: time.Now()}
	r.recruit(min(opts.Workers, s.dag.Len(), 16))
	if opts.Blocking == OnLoop && opts.Executor != ThreadPool {
		s.elsewhere = r.toLoop
	}
	return r
}

// build runs the crew without a coordinator.
func (r *crew) build() (Report, error) {
	r.look(root)
	r.mu.Lock()
	r.discover(root)
	r.share()
	r.mu.Unlock()
	<-r.over
	r.dismiss()
	return r.conclude()
}

// share sees to it that what can be done is done by somebody. The caller holds
// mu.
func (r *crew) share() {
	if r.tell != nil {
		select {
		case r.tell <- struct{}{}:
		default: // the coordinator has not come to the last one yet
		}
		return
	}
	r.dispatch()
	if r.idle() {
		close(r.over)
	}
}

// dispatch fills all slots. The caller holds mu.
func (r *crew) dispatch() {
	for r.running < r.opts.Workers {
		d := r.deal()
		switch {
		case d.body != nil:
			r.occupy(d.body.member, d.loop)
			r.resume(d.body, true)
		case d.tasks != nil:
			m := r.member()
			r.occupy(m, d.loop)
			m.take(d.tasks, r.ready.len() > 0)
			r.start(m)
		default:
			return
		}
	}
}

// idle reports whether nothing runs and nothing can, if there is nothing to
// deal.
func (r *crew) idle() bool { return r.running == 0 && r.awaiting == 0 }

// A dealing is what a free slot is for: tasks to start, or a body to resume.
type dealing struct {
	tasks []int32
	body  *parked
	loop  bool
}

// deal takes what comes next. The caller holds mu and has a slot to fill.
func (r *crew) deal() dealing {
	if r.stopping() {
		return r.dealLast()
	}
	if n := len(r.rests); n > 0 {
		tasks := r.rests[n-1]
		r.rests = r.rests[:n-1]
		return dealing{tasks: tasks}
	}
	if r.loop.len() > 0 && !r.loopBusy {
		i := r.loop.take(1)
		return dealing{tasks: i, body: r.parked[i[0]], loop: true}
	}
	n := r.ready.len()
	switch {
	case n == 0:
		return dealing{tasks: r.steal()}
	case r.special > 0:
		return r.dealSpecial(n)
	}
	return dealing{tasks: r.ready.take(r.portion(n))}
}

// isChain reports whether there is exactly one thing to do and m, which has come
// to the end of its hand, can do it. The caller holds mu.
func (r *crew) isChain(m *member) bool {
	return r.ready.len() == 1 && r.special == 0 && !m.loop &&
		r.loop.len() == 0 && len(r.rests) == 0 && len(r.victims) == 0 && !r.stopping()
}

// dealLast drops what is queued, but for bodies that had started: those are
// awaited like any other that runs.
func (r *crew) dealLast() dealing {
	for _, q := range []*fifo{&r.ready, &r.loop} {
		for q.len() > 0 {
			if b := r.parked[q.take(1)[0]]; b != nil && b.awaits {
				return dealing{body: b}
			}
		}
	}
	return dealing{}
}

// dealSpecial deals from a queue in which there are bodies to resume or tasks
// that may ask, which go one at a time.
func (r *crew) dealSpecial(n int) dealing {
	k := 0
	for k < r.portion(n) && !r.isSpecial(r.ready.items[r.ready.head+k]) {
		k++
	}
	if k > 0 {
		return dealing{tasks: r.ready.take(k)}
	}
	r.special--
	i := r.ready.take(1)
	return dealing{tasks: i, body: r.parked[i[0]]}
}

// portion is how many of n ready tasks a worker takes at a time.
func (r *crew) portion(n int) int {
	if r.each == 0 || r.each > heavy || n == 1 || r.pool == nil {
		return 1
	}
	return max(1, min(int(quantum/r.each), (n+r.opts.Workers-1)/r.opts.Workers))
}

// steal takes half of what the member with the most has not claimed.
func (r *crew) steal() []int32 {
	var from *member
	most := 0
	for _, m := range r.victims {
		if left := m.hand.left(); left > most {
			from, most = m, left
		}
	}
	if from == nil {
		return nil
	}
	return from.hand.cut(0)
}

// occupy gives m a slot.
func (r *crew) occupy(m *member, loop bool) {
	r.running++
	r.MaxRunning = max(r.MaxRunning, int64(r.running))
	if m.loop = loop; loop {
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

// member returns a member that nobody uses.
func (r *crew) member() *member {
	if len(r.spare) == 0 {
		r.recruit(1 + len(r.members))
	}
	m := r.spare[len(r.spare)-1]
	r.spare = r.spare[:len(r.spare)-1]
	return m
}

// recruit makes n members: at first as many as are likely to be needed, later
// some more for bodies that wait have kept theirs.
func (r *crew) recruit(n int) {
	r.members = make([]member, n)
	for i := range r.members {
		m := &r.members[i]
		m.crew = r
		if r.pool == nil {
			m.turn = func() { m.work() } // once: a go statement with arguments allocates
		}
		r.spare = append(r.spare, m)
	}
}

func (r *crew) start(m *member) {
	if r.pool != nil {
		r.pool.start(m)
	} else {
		go m.turn()
	}
}

// retire takes m back and reports whether its goroutine stays for others.
func (r *crew) retire(m *member) bool {
	r.spare = append(r.spare, m)
	return r.pool != nil && r.pool.keep()
}

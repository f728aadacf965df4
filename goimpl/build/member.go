package build

import (
	"slices"
	"time"
)

// A member of a crew is what runs bodies, one after the other, in a slot of
// the build: at most as many members as there are workers have one.
type member struct {
	crew *crew
	turn func() // alone, for asyncio
	call Call
	hand hand
	task int32 // that it executes
	loop bool  // it holds the loop
	busy bool  // a body is being executed

	first   int // of the hand's tasks: the first whose end is not in the books
	done    int // how many of them have ended
	started int // bodies started since the books were last brought up to date
	victim  bool
	timed   bool
	began   time.Duration // by the crew's clock, if timed
	now     time.Duration // when the books were brought up to date; 0 if unknown
	own     [1]int32      // the hand of a member that waited

	_ [64]byte // what another worker writes is not in a cache line of this
}

// recruit returns a member that nobody uses. The caller holds mu.
func (r *crew) recruit() *member {
	n := len(r.spare)
	if n == 0 {
		return &member{crew: r}
	}
	m := r.spare[n-1]
	r.spare = r.spare[:n-1]
	m.crew, m.now = r, 0
	return m
}

// retire leaves m to who comes next, in this build or a later one of the DAG.
// The caller holds mu, and has since the build may have ended.
func (r *crew) retire(m *member) {
	m.call.leave()
	m.crew = nil
	r.spare = append(r.spare, m)
}

// take gives the member tasks to execute. The caller holds the crew's lock.
func (m *member) take(tasks []int32) {
	r := m.crew
	m.hand.take(tasks)
	m.task = tasks[0]
	m.first, m.done = 0, 0
	if len(tasks) > 1 && !m.victim {
		m.victim = true
		r.victims = append(r.victims, m)
	}
	// Where nothing else is ready nobody needs to know how long a task takes,
	// and to ask the clock costs as much as a light one.
	m.timed = (len(tasks) > 1 || r.ready.len() > 0) && r.opts.Executor != AsyncIO
	if m.timed {
		if m.began = m.now; m.now == 0 {
			m.began = r.clock()
		}
	}
	m.now = 0
}

// work executes the hand that m has been given and those that it gets after
// that. The caller holds the crew's lock, and has it again when there is nothing
// left to do for m.
func (m *member) work() {
	r := m.crew
	for {
		r.mu.Unlock()
		err := m.play()
		if err == nil || !m.goOn(err) {
			return
		}
	}
}

// goOn deals with the end of a body that failed or was told to return, and
// reports whether m has more to do. The caller holds the crew's lock.
func (m *member) goOn(err error) bool {
	r := m.crew
	if m.call.stopped {
		r.leaving.Done()
		return false
	}
	r.book(m, err)
	if task, ok := m.hand.claim(); ok && !r.stopping() {
		m.task = task
		return true
	}
	return m.refill()
}

// play executes tasks until there is nothing left to do or one fails, which is
// m.task then. It returns with the crew's lock, which the caller does not hold.
//
// To be ready for a panic costs as much as a light task, so it is so for all of
// them at once.
func (m *member) play() (err error) {
	// Not through the crew, whose lock others write to all the time.
	s, c := m.crew.state, &m.call
	c.enter(s.ctx, s.job.Targets, m)
	tasks, trace := s.dag.tasks, s.job.Trace
	defer func() {
		if m.busy {
			err = m.crash(recover())
		}
	}()
	for {
		m.started++
		if trace != nil {
			trace.add(m.task, Start, -1)
		}
		c.begin(&tasks[m.task])
		m.busy = true
		if err := c.run(); err != nil || c.stopped {
			return m.failed(err)
		}
		m.busy = false
		if trace != nil {
			trace.end(m.task, nil)
		}
		m.done++
		var ok bool
		if !s.halted() {
			m.task, ok = m.hand.claim()
		}
		if !ok {
			m.crew.mu.Lock()
			if !m.refill() {
				return nil
			}
			m.crew.mu.Unlock()
		} else if s.hungry.Load() {
			m.report()
		}
	}
}

// failed is the end of a body with an error, or of one that was told to return.
// It returns with the crew's lock.
func (m *member) failed(err error) error {
	m.busy = false
	if m.call.stopped {
		err = ErrStopped // whatever it did while it was leaving
	}
	m.crew.state.job.Trace.end(m.task, err)
	m.crew.mu.Lock()
	return err
}

// crash is failed for a body that panicked, or that ends its goroutine: then
// another carries on, as soon as this one, on its way out, leaves the lock.
func (m *member) crash(panicked any) error {
	if panicked != nil {
		return m.failed(caught(panicked))
	}
	err := m.failed(errGoexit)
	m.crew.all.Add(1)
	go m.crew.carryOn(m)
	return err
}

// report enters what m has done, for others wait for it.
func (m *member) report() {
	r := m.crew
	r.mu.Lock()
	defer r.mu.Unlock()
	r.book(m, nil)
	r.share(nil)
}

// refill enters what m has done and has it go on with what comes next. It
// reports false if there is nothing. The caller holds the crew's lock.
func (m *member) refill() bool {
	r := m.crew
	r.book(m, nil)
	if m.victim {
		m.drop()
	}
	if r.isChain(m) {
		m.take(r.ready.take(1))
		return true
	}
	r.vacate(m)
	if r.opts.Executor == AsyncIO {
		r.share(nil)
		return false
	}
	return r.share(m)
}

// isChain reports whether there is exactly one thing to do and m, which has come
// to the end of its hand, can do it: its slot stays its own, and nothing changes
// for the others.
func (r *crew) isChain(m *member) bool {
	return r.ready.len() == 1 && r.special == 0 && r.loop.len() == 0 && !m.loop && len(r.rests) == 0 &&
		len(r.victims) == 0 && r.opts.Executor != AsyncIO && !r.stopping()
}

// book brings the books up to date with what m has done. The caller holds mu.
func (r *crew) book(m *member, err error) {
	if m.timed && m.started > 0 {
		m.now = r.clock()
		r.learn((m.now - m.began) / time.Duration(m.started))
		m.began = m.now
	}
	r.BodyStarts += int64(m.started)
	m.started = 0
	for ; m.first < m.done; m.first++ {
		r.finish(m.hand.tasks[m.first])
	}
	if err != nil {
		m.done++
		m.first++
		r.endBadly(m.task, err)
	}
}

// drop has nobody cut from the hand any more.
func (m *member) drop() {
	m.hand.span.Store(0)
	m.victim = false
	i := slices.Index(m.crew.victims, m)
	m.crew.victims = slices.Delete(m.crew.victims, i, i+1)
}

// ask implements host: it returns when the round is complete, having given the
// slot to others if it was not.
func (m *member) ask(round int) error {
	r, i := m.crew, m.task
	asks := r.dag.tasks[i].rounds[round]
	r.job.Trace.add(i, Suspend, round)
	r.look(asks...)
	r.mu.Lock()
	b := r.park(m, false) // before ask: what it waits for may end at any time
	goOn := r.state.ask(i, round, asks)
	if goOn {
		delete(r.parked, i)
	} else {
		r.withdraw(m)
	}
	r.mu.Unlock()
	if !goOn && !<-b.goOn {
		return ErrStopped
	}
	r.job.Trace.add(i, Resume, -1)
	return nil
}

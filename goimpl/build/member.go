package build

import (
	"slices"
	"time"
)

// A member of a crew is what runs bodies, one after the other, in a slot of
// the build: at most as many members as there are workers have one.
type member struct {
	crew *crew
	turn func() // work, if there is no pool
	call Call
	hand hand
	task int32 // that it executes
	loop bool  // it holds the loop

	first   int // of the hand's tasks: the first whose end is not in the books
	ended   int // how many from there on have ended well
	started int // bodies started since the books were last brought up to date
	victim  bool
	timed   bool
	began   time.Duration // by the crew's clock, if timed
	own     [1]int32      // the hand of a member that waited

	_ [64]byte // the next member is another worker's: not in a cache line of this
}

// take gives the member tasks to execute. The caller holds the crew's lock.
func (m *member) take(tasks []int32, more bool) {
	m.hand.take(tasks)
	m.task = tasks[0]
	m.first, m.ended = 0, 0
	if len(tasks) > 1 && !m.victim {
		m.victim = true
		m.crew.victims = append(m.crew.victims, m)
	}
	// Where nothing else is ready nobody needs to know how long a task takes,
	// and to ask the clock costs as much as a light one.
	m.timed = (more || len(tasks) > 1) && m.crew.pool != nil
}

// work is a turn of the member: hands, one after the other, until there is
// nothing to do. It reports whether its goroutine stays in the pool.
func (m *member) work() (stay bool) {
	r := m.crew
	for {
		err := m.play()
		r.mu.Lock()
		if m.call.stopped {
			stay = r.retire(m)
			r.mu.Unlock()
			r.leaving.Done()
			return stay
		}
		r.book(m, err)
		if task, ok := m.hand.claim(); ok && !r.stopping() { // after a failure
			m.task = task
			r.mu.Unlock()
			continue
		}
		if m.victim {
			m.drop()
		}
		r.vacate(m)
		goesOn := r.next(m)
		if !goesOn {
			stay = r.retire(m)
		}
		r.mu.Unlock()
		if !goesOn {
			return stay
		}
	}
}

// play executes the tasks of the hand until all are claimed, one fails, or the
// build stops. The error is that of m.task.
func (m *member) play() (err error) {
	// Not through the crew, whose lock others write to all the time.
	s, c := m.crew.state, &m.call
	c.enter(s.ctx, s.job.Targets, m)
	tasks, trace := s.dag.tasks, s.job.Trace
	if m.timed {
		m.began = m.crew.clock()
	}
	defer func() {
		if v := recover(); v != nil {
			err = caught(v)
		}
		if c.stopped {
			err = ErrStopped // whatever it did while it was leaving
		}
		if err != nil {
			trace.end(m.task, err)
		}
	}()
	for {
		m.started++
		if trace != nil {
			trace.add(m.task, Start, -1)
		}
		c.begin(&tasks[m.task])
		if err := c.run(); err != nil || c.stopped {
			return err
		}
		if trace != nil {
			trace.end(m.task, nil)
		}
		m.ended++
		if s.halted() {
			return nil
		}
		var ok bool
		if m.task, ok = m.hand.claim(); !ok && !m.follow() {
			return nil
		}
	}
}

// follow has m go on with the one task that its last has made ready, if that is
// how it is: whoever dealt could do nothing else.
func (m *member) follow() bool {
	r := m.crew
	if r.pool == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.book(m, nil)
	if m.victim {
		m.drop()
	}
	if !r.isChain(m) {
		return false
	}
	m.hand.tasks = r.ready.take(1)
	m.task, m.first, m.timed = m.hand.tasks[0], 0, false
	return true
}

// book brings the books up to date with what m has done. The caller holds mu.
func (r *crew) book(m *member, err error) {
	if m.timed && m.started > 0 {
		now := r.clock()
		r.learn((now - m.began) / time.Duration(m.started))
		m.began = now
	}
	r.BodyStarts += int64(m.started)
	m.started = 0
	for _, i := range m.hand.tasks[m.first : m.first+m.ended] {
		r.finish(i)
	}
	m.first, m.ended = m.first+m.ended, 0
	if err != nil {
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

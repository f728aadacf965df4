package build

import "context"

// A parked body has no slot: it waits for what it asked for, or for something
// outside the build. Its goroutine waits with it, for a slot to go on in.
//
// Note: coroutines (iter.Pull) were tried for bodies that ask. They need one
// for every body that might, and a body cannot leave its goroutine in the
// middle of a wait.
type parked struct {
	member *member
	task   int32
	awaits bool      // for something outside
	goOn   chan bool // false: the body is to return
}

// park makes the body that m executes one that can be resumed. The caller
// holds mu.
func (r *crew) park(m *member, awaits bool) *parked {
	if r.parked == nil {
		r.parked = make(map[int32]*parked)
	}
	b := &parked{member: m, task: m.task, awaits: awaits, goOn: make(chan bool, 1)}
	r.parked[m.task] = b
	return b
}

// withdraw gives away the slot of m, whose body is parked, and what is left of
// its hand. The caller holds mu.
func (r *crew) withdraw(m *member) {
	r.book(m, nil)
	if rest := m.hand.cut(len(m.hand.tasks)); rest != nil {
		r.rests = append(r.rests, rest)
	}
	if m.victim {
		m.drop()
	}
	m.own[0] = m.task
	m.hand.take(m.own[:])
	m.first, m.done, m.timed, m.now = 0, 0, false, 0
	r.vacate(m)
	r.share(nil)
}

// resume lets a parked body go on, in the slot it has been given, or leave.
func (r *crew) resume(b *parked, goOn bool) {
	delete(r.parked, b.task)
	if b.awaits {
		r.awaiting--
	}
	b.goOn <- goOn
}

// dismiss ends all bodies that are still parked. They wait for tasks that will
// never be complete. The caller holds mu.
func (r *crew) dismiss() {
	for _, b := range r.parked {
		r.leaving.Add(1)
		r.resume(b, false)
	}
	r.mu.Unlock()
	r.leaving.Wait()
	r.mu.Lock()
}

// await implements host: it runs wait without a slot.
func (m *member) await(ctx context.Context, wait func(context.Context) error) error {
	r := m.crew
	r.mu.Lock()
	r.awaiting++
	r.withdraw(m)
	r.mu.Unlock()
	defer m.regain() // also when wait panics: the body ends in a slot
	return wait(ctx)
}

// regain returns when m has a slot again, after all that are ready now.
func (m *member) regain() {
	r := m.crew
	r.mu.Lock()
	b := r.park(m, true)
	r.nodes[m.task].waited = true
	r.enqueue(m.task)
	r.share(nil)
	r.mu.Unlock()
	<-b.goOn // bodies that await are never dismissed
}

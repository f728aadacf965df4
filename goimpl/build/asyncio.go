package build

// The crew of asyncio gives every task a goroutine of its own, which is what
// asyncio's coroutine for each task becomes. It is started when the tasks it
// needs are complete and one of W slots is free, so that a thousand ready tasks
// are not a thousand stacks; it runs one body, starts what can go on, and ends.
// While a body waits for what it asked for, its goroutine waits without a slot.
//
// Note: goroutines that exist from the start of the build, each waiting for
// the closed channels of what it needs and then for a semaphore, were tried.
// They cost about ten times as much, nearly all of it in the memory of stacks
// that do nothing, and the order of tasks that are ready together was chance.

// alone executes the hand of a member of asyncio.
func (m *member) alone() {
	r := m.crew
	r.mu.Lock()
	defer r.mu.Unlock()
	m.work()
	r.retire(m)
}

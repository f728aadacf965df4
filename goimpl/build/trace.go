package build

import (
	"errors"
	"fmt"
	"sync"
)

// What an Event says about a task's body.
type EventKind uint8

const (
	Start   EventKind = iota // it starts from its beginning
	Suspend                  // it has asked for a round
	Resume                   // it goes on with what it asked for complete
	End                      // it has ended and its task is complete
	Fail                     // it has failed, or was told to return
)

// An Event is one thing that happened to one task.
type Event struct {
	Task  int32 // position in the DAG
	Kind  EventKind
	Round int32 // with Suspend
}

// A Trace records the order of what happens in one build. The zero value is
// ready to use; a nil Trace records nothing.
type Trace struct {
	mu     sync.Mutex
	events []Event
}

func (t *Trace) add(task int32, kind EventKind, round int) {
	if t == nil {
		return
	}
	t.mu.Lock()
	t.events = append(t.events, Event{task, kind, int32(round)})
	t.mu.Unlock()
}

func (t *Trace) end(task int32, err error) {
	if err != nil {
		t.add(task, Fail, -1)
	} else {
		t.add(task, End, -1)
	}
}

// Events returns what was recorded, in order.
func (t *Trace) Events() []Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Event(nil), t.events...)
}

// Check reports every violation of the order that d demands: a task starts
// after its deps have ended, goes on after what it asked for has ended, ends
// after everything it ever asked for, and runs once. Tasks for which
// wasComplete returns true need not have run.
//
// It reads definitions and events only, so that it can find a scheduler wrong
// by means other than the scheduler's own books.
func (t *Trace) Check(d *DAG, wasComplete func(key string) bool) error {
	c := orderCheck{d: d, ended: make([]bool, d.Len()), was: wasComplete, asked: make([]int32, d.Len())}
	for i := range c.asked {
		c.asked[i] = -1
	}
	for _, e := range t.Events() {
		c.event(e)
	}
	return errors.Join(c.errs...)
}

type orderCheck struct {
	d     *DAG
	ended []bool
	asked []int32 // by task: the round it waits for, or -1
	was   func(key string) bool
	errs  []error
}

func (c *orderCheck) event(e Event) {
	t := &c.d.tasks[e.Task]
	if c.ended[e.Task] {
		c.errs = append(c.errs, fmt.Errorf("build order: task %q has an event after its end", t.key))
	}
	switch e.Kind {
	case Suspend:
		c.asked[e.Task] = e.Round
	case Start, Resume:
		c.need(t, "started", t.deps)
		if round := c.asked[e.Task]; round >= 0 {
			c.need(t, "went on", t.rounds[round])
			c.asked[e.Task] = -1
		}
	case End:
		for _, round := range t.rounds {
			c.need(t, "ended", round)
		}
		c.ended[e.Task] = true
	}
}

func (c *orderCheck) need(t *Task, what string, tasks []int32) {
	for _, i := range tasks {
		if dep := c.d.tasks[i].key; !c.ended[i] && !c.was(dep) {
			c.errs = append(c.errs, fmt.Errorf("build order: task %q %s before %q had ended", t.key, what, dep))
		}
	}
}

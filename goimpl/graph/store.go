package graph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// A Checkpoint is the state of a run after a superstep, ready to be stored.
type Checkpoint struct {
	Thread string
	Step   int    // 0 is the state after the input
	Data   []byte // canonical JSON; good until Save returns
}

// A Checkpointer stores checkpoints. Save is called by the run's coordinator
// before the next superstep starts; its error ends the run.
type Checkpointer interface {
	Save(ctx context.Context, c Checkpoint) error
}

// defaultThread is what an empty name of a thread means, everywhere.
const defaultThread = "t0"

// A Store is a Checkpointer that gives back what it stored, by thread, the
// name of one run and of those that resume it. A thread has one history: to
// save a step drops whatever the thread has of that step and of later ones. So
// a second run on a thread replaces the first from its step 0 on, a run resumed
// from an old step replaces what came after it, and Latest is always of the
// last run. Runs that should keep their checkpoints side by side need threads
// of their own. The bytes a store returns must not be changed.
type Store interface {
	Checkpointer
	// List returns the steps that are stored, oldest first; none for a thread
	// that is not known.
	List(ctx context.Context, thread string) ([]int, error)
	// Load returns the checkpoint of a step, or ErrNoCheckpoint.
	Load(ctx context.Context, thread string, step int) ([]byte, error)
	// Latest returns the checkpoint saved last, which is that of the highest
	// step, or ErrNoCheckpoint.
	Latest(ctx context.Context, thread string) ([]byte, error)
}

// ErrNoCheckpoint is what a Store's errors lead to if it has not got what is
// asked for.
var ErrNoCheckpoint = errors.New("no such checkpoint")

func noCheckpoint(thread string, step int) error {
	return fmt.Errorf("graph: thread %q: step %d: %w", thread, step, ErrNoCheckpoint)
}

func noThread(thread string) error {
	return fmt.Errorf("graph: thread %q: no step: %w", thread, ErrNoCheckpoint)
}

// A Durability says when checkpoints are written.
type Durability int

const (
	EveryStep Durability = iota // after the input and after each superstep
	OnExit                      // once, when the run has finished
)

// MemoryStore is a Store that keeps checkpoints in memory. The zero store is
// empty and ready; it may be used by several runs at once.
type MemoryStore struct {
	mu      sync.Mutex
	threads map[string]*thread
}

type thread struct{ saved []saved } // by ascending step

type saved struct {
	step int
	data []byte
}

// Save stores a copy of the checkpoint's bytes and drops what the thread has
// of this step and later ones.
func (m *MemoryStore) Save(_ context.Context, c Checkpoint) error {
	data := slices.Clone(c.Data)
	m.mu.Lock()
	defer m.mu.Unlock()
	name := cmp.Or(c.Thread, defaultThread)
	t := m.threads[name]
	if t == nil {
		if m.threads == nil {
			m.threads = make(map[string]*thread, 1)
		}
		t = &thread{make([]saved, 0, 8)}
		m.threads[name] = t
	}
	if n := len(t.saved); n > 0 && t.saved[n-1].step >= c.Step {
		at, _ := slices.BinarySearchFunc(t.saved, c.Step, byStep)
		t.saved = slices.Clone(t.saved[:at]) // others may be reading the old one
	}
	t.saved = append(t.saved, saved{c.Step, data})
	return nil
}

func byStep(s saved, step int) int { return cmp.Compare(s.step, step) }

// Checkpoints returns what is stored for a thread, by ascending step.
func (m *MemoryStore) Checkpoints(name string) [][]byte {
	all := m.of(cmp.Or(name, defaultThread))
	if len(all) == 0 {
		return nil
	}
	out := make([][]byte, len(all))
	for i := range all {
		out[i] = all[i].data
	}
	return out
}

// List returns the steps that are stored for a thread, oldest first.
func (m *MemoryStore) List(_ context.Context, thread string) ([]int, error) {
	var steps []int
	for _, s := range m.of(cmp.Or(thread, defaultThread)) {
		steps = append(steps, s.step)
	}
	return steps, nil
}

// Load returns the checkpoint of a step.
func (m *MemoryStore) Load(_ context.Context, thread string, step int) ([]byte, error) {
	thread = cmp.Or(thread, defaultThread)
	all := m.of(thread)
	if at, ok := slices.BinarySearchFunc(all, step, byStep); ok {
		return all[at].data, nil
	}
	return nil, noCheckpoint(thread, step)
}

// Latest returns the checkpoint that was saved last.
func (m *MemoryStore) Latest(_ context.Context, thread string) ([]byte, error) {
	thread = cmp.Or(thread, defaultThread)
	all := m.of(thread)
	if len(all) == 0 {
		return nil, noThread(thread)
	}
	return all[len(all)-1].data, nil
}

// of returns what is stored for a thread. Only its end grows in place.
func (m *MemoryStore) of(name string) []saved {
	m.mu.Lock()
	defer m.mu.Unlock()
	if t := m.threads[name]; t != nil {
		return slices.Clip(t.saved)
	}
	return nil
}

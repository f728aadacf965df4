package graph

import (
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

// A Store is a Checkpointer that gives back what it stored, by thread: the
// name of one run and of those that resume it. A step saved again replaces
// the one before. The bytes it returns must not be changed.
type Store interface {
	Checkpointer
	// List returns the steps that are stored, oldest first; none for a thread
	// that is not known.
	List(ctx context.Context, thread string) ([]int, error)
	// Load returns the checkpoint of a step, or ErrNoCheckpoint.
	Load(ctx context.Context, thread string, step int) ([]byte, error)
	// Latest returns the checkpoint of the highest step, or ErrNoCheckpoint.
	Latest(ctx context.Context, thread string) ([]byte, error)
}

// ErrNoCheckpoint is what a Store's errors lead to if it has not got what is
// asked for.
var ErrNoCheckpoint = errors.New("no such checkpoint")

func noCheckpoint(thread string, step int) error {
	return fmt.Errorf("graph: thread %q: step %d: %w", thread, step, ErrNoCheckpoint)
}

func noThread(thread string) error {
	return fmt.Errorf("graph: thread %q: %w", thread, ErrNoCheckpoint)
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

type thread struct{ saved []saved }

type saved struct {
	step int
	data []byte
}

// Save stores a copy of the checkpoint's bytes.
func (m *MemoryStore) Save(_ context.Context, c Checkpoint) error {
	data := slices.Clone(c.Data)
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.threads[c.Thread]
	if t == nil {
		if m.threads == nil {
			m.threads = make(map[string]*thread, 1)
		}
		t = &thread{make([]saved, 0, 8)}
		m.threads[c.Thread] = t
	}
	t.saved = append(t.saved, saved{c.Step, data})
	return nil
}

// Checkpoints returns all that was stored for a thread, in that order, also
// what a later one of the same step replaced.
func (m *MemoryStore) Checkpoints(name string) [][]byte {
	all := m.of(name)
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
	for _, s := range m.of(thread) {
		steps = append(steps, s.step)
	}
	slices.Sort(steps)
	return slices.Compact(steps), nil
}

// Load returns the checkpoint of a step.
func (m *MemoryStore) Load(_ context.Context, thread string, step int) ([]byte, error) {
	for _, s := range slices.Backward(m.of(thread)) {
		if s.step == step {
			return s.data, nil
		}
	}
	return nil, noCheckpoint(thread, step)
}

// Latest returns the checkpoint of the highest step.
func (m *MemoryStore) Latest(ctx context.Context, thread string) ([]byte, error) {
	steps, _ := m.List(ctx, thread)
	if len(steps) == 0 {
		return nil, noThread(thread)
	}
	return m.Load(ctx, thread, steps[len(steps)-1])
}

// of returns what was stored for a thread. Only its end grows.
func (m *MemoryStore) of(name string) []saved {
	m.mu.Lock()
	defer m.mu.Unlock()
	if t := m.threads[name]; t != nil {
		return slices.Clip(t.saved)
	}
	return nil
}

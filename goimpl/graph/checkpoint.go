package graph

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"xbench/goimpl/cj"
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

// A Durability says when checkpoints are written.
type Durability int

const (
	EveryStep Durability = iota // after the input and after each superstep
	OnExit                      // once, when the run has finished
)

// MemoryStore keeps checkpoints in memory, by thread. The zero store is empty
// and ready; it may be used by several runs at once.
type MemoryStore struct {
	mu      sync.Mutex
	threads map[string]*thread
}

type thread struct{ checkpoints [][]byte }

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
		t = &thread{make([][]byte, 0, 8)}
		m.threads[c.Thread] = t
	}
	t.checkpoints = append(t.checkpoints, data)
	return nil
}

// Checkpoints returns what was stored for a thread, oldest first. The bytes
// must not be changed.
func (m *MemoryStore) Checkpoints(name string) [][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.threads[name]
	if t == nil {
		return nil
	}
	return slices.Clone(t.checkpoints)
}

// checkpoint encodes and saves the state after the superstep.
func (r *run) checkpoint(ctx context.Context) error {
	if r.opts.Tracer == nil {
		return r.store(ctx)
	}
	start := time.Now()
	err := r.store(ctx)
	id := fmt.Sprintf("%s/%08d", r.thread(), r.step)
	r.trace(Span{Kind: CheckpointSpan, Name: id, Step: r.step, Start: start, Duration: time.Since(start), Err: err})
	return err
}

func (r *run) store(ctx context.Context) error {
	data, err := r.appendCheckpoint(r.buf[:0])
	if err == nil {
		r.buf = data
		err = r.opts.Checkpoints.Save(ctx, Checkpoint{r.thread(), r.step, data})
	}
	if err != nil {
		return &Error{Kind: NotStored, Step: r.step, Err: err}
	}
	r.saved, r.parent = true, r.step
	r.count.Checkpoints++
	r.count.CheckpointBytes += int64(len(data))
	return nil
}

func (r *run) thread() string {
	if r.opts.Thread == "" {
		return "t0"
	}
	return r.opts.Thread
}

func (r *run) appendCheckpoint(dst []byte) ([]byte, error) {
	dst = append(dst, `{"id":`...)
	dst, err := r.appendID(dst, r.step)
	if err != nil {
		return nil, err
	}
	dst = append(dst, `,"next":[`...)
	for i, id := range r.next {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = cj.AppendString(dst, r.plan.nodes[id].name); err != nil {
			return nil, err
		}
	}
	for i := range r.sends {
		if i > 0 || len(r.next) > 0 {
			dst = append(dst, ',')
		}
		if dst, err = cj.AppendString(dst, r.plan.nodes[r.sends[i].node].name); err != nil {
			return nil, err
		}
	}
	dst = append(dst, `],"parent":`...)
	if !r.saved {
		dst = append(dst, "null"...)
	} else if dst, err = r.appendID(dst, r.parent); err != nil {
		return nil, err
	}
	dst = append(dst, `,"state":`...)
	if dst, err = (State{r.plan.schema, r.cur}).AppendCJ(dst); err != nil {
		return nil, cj.At(err, ".state")
	}
	dst = append(dst, `,"step":`...)
	dst = strconv.AppendInt(dst, int64(r.step), 10)
	dst = append(dst, `,"thread":`...)
	if dst, err = cj.AppendString(dst, r.thread()); err != nil {
		return nil, err
	}
	return append(dst, `,"v":1}`...), nil
}

// appendID appends thread/00000012 in quotes.
func (r *run) appendID(dst []byte, step int) ([]byte, error) {
	dst, err := cj.AppendString(dst, r.thread())
	if err != nil {
		return nil, err
	}
	dst[len(dst)-1] = '/' // was the closing quote
	digits := 1
	for n := step; n >= 10; n /= 10 {
		digits++
	}
	for ; digits < 8; digits++ {
		dst = append(dst, '0')
	}
	dst = strconv.AppendInt(dst, int64(step), 10)
	return append(dst, '"'), nil
}

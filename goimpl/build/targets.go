package build

import (
	"fmt"
	"io/fs"
	"sync"
)

// Targets hold what tasks produce. A task is complete exactly when its target
// exists. Implementations are safe for concurrent use.
type Targets interface {
	// Exists reports whether the task is complete, as slowly as its kind has
	// it: it calls t.AwaitCheck first.
	Exists(t *Task) (bool, error)
	// Write makes the task complete, at once or not at all. It does not keep
	// record.
	Write(t *Task, record []byte) error
	// Read returns the record of a complete task. It is no completeness check.
	// The error wraps fs.ErrNotExist if there is no record.
	Read(t *Task) ([]byte, error)
	// Keeps reports whether there are records at all. If not, Write gets a nil
	// one and makes the task complete all the same.
	Keeps() bool
	// Counts says what was done so far. The count of a build is the difference
	// between its end and its start: it comes from where the work is done, so
	// that a check left out or a record written twice shows in it. What others
	// do to the same value meanwhile is in it too.
	Counts() TargetCounts
}

// Targets whose completeness checks are worth making side by side, because
// each waits for something far away, say so by SlowChecks.
type slowChecker interface{ SlowChecks() bool }

// TargetCounts say what was done to targets.
type TargetCounts struct {
	Checks  int64 // existence tests
	Written int64 // records put in place
}

// Memory keeps targets in a map behind a lock, which takes the file system out
// of what a build costs. Only builds inside one process can share it.
type Memory struct {
	mu      sync.Mutex
	records map[string][]byte // by id
	counts  TargetCounts
}

var _ Targets = (*Memory)(nil)

// NewMemory returns empty targets with room for n of them.
func NewMemory(n int) *Memory { return &Memory{records: make(map[string][]byte, n)} }

// Exists implements Targets.
func (m *Memory) Exists(t *Task) (bool, error) {
	t.AwaitCheck()
	m.mu.Lock()
	m.counts.Checks++
	_, ok := m.records[t.id]
	m.mu.Unlock()
	return ok, nil
}

// Write implements Targets.
func (m *Memory) Write(t *Task, record []byte) error {
	kept := append([]byte(nil), record...)
	m.mu.Lock()
	m.records[t.id] = kept
	m.counts.Written++
	m.mu.Unlock()
	return nil
}

// Read implements Targets.
func (m *Memory) Read(t *Task) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	record, ok := m.records[t.id]
	if !ok {
		return nil, fmt.Errorf("target of id %s: %w", t.id, fs.ErrNotExist)
	}
	return record, nil
}

// Keeps implements Targets.
func (m *Memory) Keeps() bool { return true }

// Counts implements Targets.
func (m *Memory) Counts() TargetCounts {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.counts
}

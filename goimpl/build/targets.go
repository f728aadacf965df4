package build

import (
	"fmt"
	"io/fs"
	"sync"
)

// Targets hold what tasks produce. A task is complete exactly when its target
// exists. Implementations are safe for concurrent use.
type Targets interface {
	// Exists reports whether the task is complete.
	Exists(t *Task) (bool, error)
	// Write makes the task complete, at once or not at all. It does not keep
	// record.
	Write(t *Task, record []byte) error
	// Read returns the record of a complete task. It is no completeness check.
	// The error wraps fs.ErrNotExist if there is no record.
	Read(t *Task) ([]byte, error)
}

// Memory keeps targets in a map behind a lock, which takes the file system out
// of what a build costs. Only builds inside one process can share it.
type Memory struct {
	mu      sync.Mutex
	records map[string][]byte // by id
}

var _ Targets = (*Memory)(nil)

// NewMemory returns empty targets with room for n of them.
func NewMemory(n int) *Memory { return &Memory{records: make(map[string][]byte, n)} }

// Exists implements Targets.
func (m *Memory) Exists(t *Task) (bool, error) {
	m.mu.Lock()
	_, ok := m.records[t.id]
	m.mu.Unlock()
	return ok, nil
}

// Write implements Targets.
func (m *Memory) Write(t *Task, record []byte) error {
	kept := append([]byte(nil), record...)
	m.mu.Lock()
	m.records[t.id] = kept
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

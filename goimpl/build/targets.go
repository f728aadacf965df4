package build

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
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
	// Read returns the record of a complete task.
	Read(t *Task) ([]byte, error)
}

// Files are targets in a directory tree: Root/kind/ab/cd/abcd….json.
type Files struct {
	Root string // an existing directory
}

var _ Targets = Files{}

// path returns the task's file with the given suffix.
func (f Files) path(t *Task, suffix string) string {
	return filepath.Join(f.Root, t.kind, t.id[0:2], t.id[2:4], t.id+suffix)
}

// Exists implements Targets.
func (f Files) Exists(t *Task) (bool, error) {
	_, err := os.Lstat(f.path(t, ".json"))
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	}
	return false, err
}

// Write implements Targets. The rename comes last, so that a target that can
// be seen is whole. The process id keeps apart what processes write that build
// the same task at the same time.
func (f Files) Write(t *Task, record []byte) error {
	temporary := f.path(t, "."+strconv.Itoa(os.Getpid())+".tmp")
	if err := writeFile(temporary, record); err != nil {
		return err
	}
	return os.Rename(temporary, f.path(t, ".json"))
}

// Read implements Targets.
func (f Files) Read(t *Task) ([]byte, error) { return os.ReadFile(f.path(t, ".json")) }

// writeFile is os.WriteFile that makes missing directories. It tries the file
// first: in a tree of some size the directory mostly is there.
func writeFile(name string, data []byte) error {
	err := os.WriteFile(name, data, 0o644)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
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
		return nil, fmt.Errorf("no target for id %s", t.id)
	}
	return record, nil
}

package graph

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"xbench/goimpl/cj"
)

// FileOptions say how a FileStore writes.
type FileOptions struct {
	// Fsync makes each checkpoint outlive a loss of power, not only the death
	// of the process: the file is synchronised before it gets its name, and
	// its directory after (not on Windows, which cannot).
	Fsync bool
}

// FileStore is a Store that keeps each checkpoint in a file of its own,
// <dir>/<thread>/<step, 8 digits>.json. A file is written under another name
// and renamed when it is complete, so that a process may be killed at any
// moment: the next finds all checkpoints that Save has returned from. What the
// killed one leaves, a *.tmp file, is never listed and may be deleted once
// nobody writes. Any number of runs and processes may share a directory, each
// thread being written by one at a time.
//
// A thread's name becomes the name of a directory; one that could lead out of
// the store, or that the system reserves, is refused.
type FileStore struct {
	dir  string
	opts FileOptions
	seq  atomic.Uint64 // tells the temporary names of this process apart
}

// NewFileStore returns a store in a directory, which Save creates if need be.
func NewFileStore(dir string, opts FileOptions) *FileStore {
	return &FileStore{dir: dir, opts: opts}
}

const (
	fileSuffix = ".json"
	tempSuffix = ".tmp"
)

// folder returns the directory of a thread.
func (s *FileStore) folder(thread string) (string, error) {
	if thread == "" || thread == "." || strings.ContainsAny(thread, "/\\:\x00") || !filepath.IsLocal(thread) {
		return "", fmt.Errorf("graph: thread %q cannot name a directory: want no separator, no colon and no name that the system reserves", thread)
	}
	return s.dir + string(filepath.Separator) + thread, nil
}

func fileName(folder string, step int) string {
	var room [24]byte
	name := appendStep(room[:0], step)
	return folder + string(filepath.Separator) + string(name) + fileSuffix
}

// Save writes the checkpoint to its file.
func (s *FileStore) Save(_ context.Context, c Checkpoint) error {
	folder, err := s.folder(c.Thread)
	if err != nil {
		return err
	}
	name := fileName(folder, c.Step)
	temp, err := s.writeTemp(folder, name, c.Data)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, name); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	if s.opts.Fsync {
		return syncDir(folder)
	}
	return nil
}

// writeTemp writes data to a new file beside name and returns the file's name.
func (s *FileStore) writeTemp(folder, name string, data []byte) (string, error) {
	f, err := s.create(name)
	if errors.Is(err, fs.ErrNotExist) {
		if err = s.makeFolder(folder); err == nil {
			f, err = s.create(name)
		}
	}
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err == nil && s.opts.Fsync {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// create opens a file that no other writer has: left-overs of a process that
// had the same id are stepped over.
func (s *FileStore) create(name string) (*os.File, error) {
	prefix := name + "." + strconv.Itoa(os.Getpid()) + "-"
	for {
		temp := prefix + strconv.FormatUint(s.seq.Add(1), 36) + tempSuffix
		f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

func (s *FileStore) makeFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o777); err != nil || !s.opts.Fsync {
		return err
	}
	return errors.Join(syncDir(s.dir), syncDir(filepath.Dir(s.dir)))
}

// List returns the steps that are stored for a thread, oldest first. It reads
// the files: one that is not complete, which only a loss of power can leave,
// is not listed.
func (s *FileStore) List(_ context.Context, thread string) ([]int, error) {
	folder, steps, err := s.steps(thread)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(steps, func(step int) bool {
		_, err := readWhole(fileName(folder, step))
		return err != nil
	}), nil
}

// Load returns the checkpoint of a step.
func (s *FileStore) Load(_ context.Context, thread string, step int) ([]byte, error) {
	folder, err := s.folder(thread)
	if err != nil {
		return nil, err
	}
	data, err := readWhole(fileName(folder, step))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errTorn) {
		return nil, noCheckpoint(thread, step)
	}
	return data, err
}

// Latest returns the checkpoint of the highest step of which the file is
// complete.
func (s *FileStore) Latest(_ context.Context, thread string) ([]byte, error) {
	folder, steps, err := s.steps(thread)
	if err != nil {
		return nil, err
	}
	for _, step := range slices.Backward(steps) {
		data, err := readWhole(fileName(folder, step))
		if !errors.Is(err, errTorn) {
			return data, err
		}
	}
	return nil, noThread(thread)
}

// steps returns the steps that have files, in order. Whatever else is in the
// directory belongs to somebody else or to a writer that was killed.
func (s *FileStore) steps(thread string) (folder string, steps []int, err error) {
	if folder, err = s.folder(thread); err != nil {
		return "", nil, err
	}
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return folder, nil, nil
	}
	for _, e := range entries {
		digits, ok := strings.CutSuffix(e.Name(), fileSuffix)
		step, bad := strconv.Atoi(digits)
		if ok && bad == nil && e.Type().IsRegular() && string(appendStep(nil, step)) == digits {
			steps = append(steps, step)
		}
	}
	slices.Sort(steps)
	return folder, steps, err
}

var errTorn = errors.New("the file is not complete")

// readWhole reads a file and checks that it was written to its end.
func readWhole(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	r := cj.NewReader(data)
	if _, err := r.Raw(); err != nil || r.End() != nil {
		return nil, errTorn
	}
	return data, nil
}

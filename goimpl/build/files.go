package build

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
)

// Files are targets in a directory tree: root/kind/ab/cd/abcd….json, and the
// data file of a task that has one beside it.
//
// A target that can be seen is whole, whoever else writes the same one: each
// writes a file of its own name, *.tmp, and renames it. A process that is killed
// may leave such a file, which nobody reads. Nothing is synced to disk: a power
// failure may take the latest targets, or, on some file systems, leave empty
// ones.
type Files struct {
	root      string
	temporary string        // begins the suffix of records that are not whole yet
	sequence  atomic.Uint64 // ends it

	mu   sync.Mutex
	made map[level]struct{} // directories that are there

	checks, written atomic.Int64
}

// A level is a directory below the root: of a kind, or, if ab is not empty, of
// the ids of that kind that start with ab.
type level struct{ kind, ab string }

var _ Targets = (*Files)(nil)

// NewFiles returns targets below root, a directory, which is made if it is not
// there: by a build before anything runs, which fails if it cannot be made, or by
// the first target. While they are in use nobody may remove directories from it.
func NewFiles(root string) *Files {
	return &Files{
		root: root,
		// Others may build the same task at the same time: in this process or
		// another, which in a container of its own may have the same number.
		temporary: "." + strconv.Itoa(os.Getpid()) + "." + strconv.FormatUint(rand.Uint64(), 36) + ".",
		made:      make(map[level]struct{}),
	}
}

// open makes the root.
func (f *Files) open() error {
	if err := os.MkdirAll(f.root, 0o755); err != nil {
		return fmt.Errorf("build: root of the file targets: %w", err)
	}
	return nil
}

// Root returns the directory that NewFiles was given.
func (f *Files) Root() string { return f.root }

const (
	slash = string(os.PathSeparator)
	inner = len(slash + "cd") // of what follows root/kind/ab
)

// path returns the task's file with the given suffix.
func (f *Files) path(t *Task, suffix string) string {
	return f.root + slash + t.kind + slash + t.id[0:2] + slash + t.id[2:4] + slash + t.id + suffix
}

// Exists implements Targets.
func (f *Files) Exists(t *Task) (bool, error) {
	t.AwaitCheck()
	f.checks.Add(1)
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
// be seen is whole.
func (f *Files) Write(t *Task, record []byte) error {
	if err := f.makeDirectory(t); err != nil {
		return err
	}
	target := f.path(t, ".json")
	temporary := target + f.temporary + strconv.FormatUint(f.sequence.Add(1), 36) + ".tmp"
	_, err := write(temporary, os.O_EXCL, record)
	if err == nil {
		err = os.Rename(temporary, target)
	}
	if err != nil {
		_ = os.Remove(temporary)
		return err
	}
	f.written.Add(1)
	return nil
}

// Keeps implements Targets.
func (f *Files) Keeps() bool { return true }

// Counts implements Targets.
func (f *Files) Counts() TargetCounts {
	return TargetCounts{Checks: f.checks.Load(), Written: f.written.Load()}
}

// Read implements Targets.
func (f *Files) Read(t *Task) ([]byte, error) { return os.ReadFile(f.path(t, ".json")) }

// dataFile returns the path of the task's data file, in an existing directory.
func (f *Files) dataFile(t *Task) (string, error) {
	return f.path(t, ".data"), f.makeDirectory(t)
}

// makeDirectory makes the directory of the task's files. Ids are digests: two
// tasks hardly ever share the innermost of 65,536 directories, so that one is
// made without looking first; the outer ones are soon there and are
// remembered. To try the file first, as os.MkdirAll makes tempting, would cost
// a failed open and several stats for nearly every task.
func (f *Files) makeDirectory(t *Task) error {
	directory := f.path(t, "")
	directory = directory[:len(directory)-len(t.id)-len(slash)]
	outer := directory[:len(directory)-inner]
	kind := outer[:len(outer)-inner]
	if err := f.once(level{kind: t.kind}, kind); err != nil {
		return err
	}
	if err := f.once(level{t.kind, t.id[0:2]}, outer); err != nil {
		return err
	}
	return makeOne(directory)
}

// once makes a directory that may have been made before. It is remembered only
// when it is there, for others rely on that; two may try at the same time.
func (f *Files) once(l level, directory string) error {
	f.mu.Lock()
	_, there := f.made[l]
	f.mu.Unlock()
	if there {
		return nil
	}
	makeIt := makeOne
	if l.ab == "" {
		makeIt = func(kind string) error { return os.MkdirAll(kind, 0o755) } // with the root
	}
	if err := makeIt(directory); err != nil {
		return err
	}
	f.mu.Lock()
	f.made[l] = struct{}{}
	f.mu.Unlock()
	return nil
}

// makeOne makes a directory unless something of the name is there already.
func makeOne(directory string) error {
	if err := os.Mkdir(directory, 0o755); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// writeFile is os.WriteFile that says how many bytes it has written.
func writeFile(name string, data []byte) (int, error) { return write(name, os.O_TRUNC, data) }

// write is writeFile for a file that, as how says, may be there or must not.
func write(name string, how int, data []byte) (int, error) {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|how, 0o644)
	if err != nil {
		return 0, err
	}
	n, err := file.Write(data)
	return n, errors.Join(err, file.Close())
}

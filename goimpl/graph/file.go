package graph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
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
// nobody writes.
//
// The files of later steps that a Save drops go first, the highest before the
// others, and with Fsync are gone for good before the new file gets its name.
// So a process killed in between leaves the earlier part of the old history,
// without a gap, and never a new step with old ones above it.
//
// Any number of runs and processes may share a directory, each thread being
// written through one FileStore at a time. One that goes on with a thread that
// another has written in the meantime reads it first, by Load, Latest or List.
//
// A thread's name becomes the name of a directory; one that could lead out of
// the store, or that the system reserves, is refused.
type FileStore struct {
	dir  string // "" if none was given
	opts FileOptions
	seq  atomic.Uint64 // tells the temporary names of this process apart

	mu    sync.Mutex
	known map[string]knownThread
}

// A knownThread is what a store knows of a thread without looking.
type knownThread struct {
	tip    int  // the highest step that has a file, if sure
	sure   bool // this store wrote it last
	synced bool // the name of the thread's directory is durable
}

// NewFileStore returns a store in a directory, which Save creates if need be.
// Without a directory all that the store does is an error.
func NewFileStore(dir string, opts FileOptions) *FileStore {
	if dir != "" {
		dir = filepath.Clean(dir)
	}
	return &FileStore{dir: dir, opts: opts, known: make(map[string]knownThread, 1)}
}

const (
	fileSuffix = ".json"
	tempSuffix = ".tmp"
)

var errNoDir = errors.New("graph: a file store without a directory: name one to NewFileStore")

// folder returns the directory of a thread.
func (s *FileStore) folder(thread string) (string, error) {
	if s.dir == "" {
		return "", errNoDir
	}
	if thread == "." || strings.ContainsAny(thread, "/\\:\x00") || !filepath.IsLocal(thread) {
		return "", fmt.Errorf("graph: thread %q cannot name a directory: want no separator, no colon and no name that the system reserves", thread)
	}
	return s.dir + string(filepath.Separator) + thread, nil
}

func fileName(folder string, step int) string {
	var room [24]byte
	name := appendStep(room[:0], step)
	return folder + string(filepath.Separator) + string(name) + fileSuffix
}

// Save writes the checkpoint to its file, having deleted those of later steps.
func (s *FileStore) Save(_ context.Context, c Checkpoint) error {
	thread := cmp.Or(c.Thread, defaultThread)
	folder, err := s.folder(thread)
	if err != nil {
		return err
	}
	k := s.about(thread)
	name := fileName(folder, c.Step)
	temp, oldest, err := s.writeTemp(folder, name, c.Data)
	if err != nil {
		return err
	}
	if oldest == "" && !(k.sure && c.Step == k.tip+1) {
		err = s.dropAfter(folder, c.Step)
	}
	if err == nil {
		err = os.Rename(temp, name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	if s.opts.Fsync {
		if err := s.syncNames(folder, oldest, k.synced); err != nil {
			return err
		}
	}
	s.learn(thread, knownThread{c.Step, true, true})
	return nil
}

// writeTemp writes data to a new file beside name and returns the file's name.
// If the folder had to be made, oldest is the nearest one above that had not.
func (s *FileStore) writeTemp(folder, name string, data []byte) (temp, oldest string, err error) {
	f, err := s.create(name)
	if errors.Is(err, fs.ErrNotExist) {
		oldest = firstThere(s.dir)
		if err = os.MkdirAll(folder, 0o777); err == nil {
			f, err = s.create(name)
		}
	}
	if err != nil {
		return "", "", err
	}
	_, err = f.Write(data)
	if err == nil && s.opts.Fsync {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), oldest, nil
}

// firstThere returns dir, or the nearest directory above it that exists.
func firstThere(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil {
			return dir
		}
		up := filepath.Join(dir, "..")
		if up == dir {
			return dir
		}
		dir = up
	}
}

// dropAfter deletes the files of later steps, the highest first.
func (s *FileStore) dropAfter(folder string, step int) error {
	steps, err := stepsIn(folder)
	if err != nil {
		return err
	}
	dropped := false
	for _, later := range slices.Backward(steps) {
		if later <= step {
			break
		}
		if err := os.Remove(fileName(folder, later)); err != nil {
			return err
		}
		dropped = true
	}
	if dropped && s.opts.Fsync {
		return syncDir(folder)
	}
	return nil
}

// syncNames makes durable the name of the file and, once for each thread, the
// names of the directories on the way to it: up to oldest if some were made
// just now; else the thread's own, for who made it may have been killed.
func (s *FileStore) syncNames(folder, oldest string, synced bool) error {
	if oldest == "" {
		oldest = s.dir
		if synced {
			oldest = folder
		}
	}
	for dir := folder; ; dir = filepath.Join(dir, "..") {
		if err := syncDir(dir); err != nil || dir == oldest {
			return err
		}
	}
}

// about says what is known of a thread.
func (s *FileStore) about(thread string) knownThread {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known[thread]
}

// learn keeps what is known of a thread, of no more than so many at a time:
// what is forgotten is looked up again.
func (s *FileStore) learn(thread string, k knownThread) {
	const most = 1024
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) >= most {
		clear(s.known)
	}
	s.known[thread] = k
}

// doubt is for readers: who reads a thread may find what others wrote there.
func (s *FileStore) doubt(thread string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k, ok := s.known[thread]; ok {
		k.sure = false
		s.known[thread] = k
	}
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
	thread = cmp.Or(thread, defaultThread)
	folder, err := s.folder(thread)
	if err != nil {
		return nil, err
	}
	s.doubt(thread)
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
	return nil, noThread(cmp.Or(thread, defaultThread))
}

// steps returns the steps of a thread that have files, in order.
func (s *FileStore) steps(thread string) (folder string, steps []int, err error) {
	thread = cmp.Or(thread, defaultThread)
	if folder, err = s.folder(thread); err != nil {
		return "", nil, err
	}
	s.doubt(thread)
	steps, err = stepsIn(folder)
	return folder, steps, err
}

// stepsIn returns the steps that have files in a directory, in order. Whatever
// else is there belongs to somebody else or to a writer that was killed.
func stepsIn(folder string) (steps []int, err error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		digits, ok := strings.CutSuffix(e.Name(), fileSuffix)
		step, bad := strconv.Atoi(digits)
		if ok && bad == nil && e.Type().IsRegular() && string(appendStep(nil, step)) == digits {
			steps = append(steps, step)
		}
	}
	slices.Sort(steps)
	return steps, err
}

var errTorn = errors.New("the file is not complete")

// readWhole reads a file and checks that it was written to its end.
func readWhole(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if !whole(data) {
		return nil, errTorn
	}
	return data, nil
}

// whole reports whether a file of canonical JSON ends where its value does.
// What a loss of power leaves is cut short or holds zeros where it was not
// written, neither of which canonical JSON can; nothing else is looked at, so
// that what was written is listed, however deep it is.
func whole(data []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c < ' ':
			return false
		case c == '"':
			quoted = !quoted
		case quoted:
			if c == '\\' {
				i++
			}
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i == len(data)-1
			}
		}
	}
	return depth == 0 && !quoted && len(data) > 0
}

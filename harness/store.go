package harness

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"xbench/harness/record"
)

// RecordFile is the name of the record in a results directory.
const RecordFile = "record.txt"

// A Store is the results directory of one run. Its record grows by one write
// per process, so that whatever ends the run, at most a torn last line is lost.
//
// Note: the file is synced at the end only. A write reaches the page cache,
// which outlives a killed process; a sync per process would put disk traffic
// between the samples.
type Store struct {
	Dir  string
	file *os.File
	w    *record.Writer
}

// CreateStore makes a results directory named after the time below parent, and
// points the link "latest" at it.
func CreateStore(parent string, at time.Time) (*Store, error) {
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, err
	}
	name := at.UTC().Format("20060102T150405Z")
	dir := filepath.Join(parent, name)
	for n := 2; ; n++ {
		err := os.Mkdir(dir, 0o755)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		dir = filepath.Join(parent, fmt.Sprintf("%s-%d", name, n))
	}
	link(parent, filepath.Base(dir))
	f, err := os.OpenFile(filepath.Join(dir, RecordFile), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	s := &Store{Dir: dir, file: f, w: record.NewWriter(f)}
	if err := s.lock(); err != nil {
		return nil, err
	}
	return s, nil
}

// OpenStore opens the results directory of an earlier run, to go on with its
// record. path may also be the record itself, or a link to either. Nothing is
// changed before Continue.
func OpenStore(path string) (*Store, *record.Record, error) {
	path, err := filepath.EvalSymlinks(path) // "latest" may come to mean another run
	if err != nil {
		return nil, nil, err
	}
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		path = filepath.Join(path, RecordFile)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	s := &Store{Dir: filepath.Dir(path), file: f, w: record.NewWriter(f)}
	if err := s.lock(); err != nil {
		return nil, nil, err
	}
	rec, err := record.Read(f)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return s, rec, nil
}

// Continue goes to the end of the last whole entry; what a killed run left
// torn after it is cut off.
func (s *Store) Continue(rec *record.Record) error {
	if err := s.file.Truncate(rec.Size); err != nil {
		return err
	}
	_, err := s.file.Seek(rec.Size, io.SeekStart)
	return err
}

// ErrInUse is the error of a record that another xbench is writing.
var ErrInUse = errors.New("another xbench is measuring into this record")

// lock keeps a second xbench from appending to the record. The system gives
// the lock up when the process ends, however it does; a lock file would stay
// behind a killed run. A worker that was being launched when xbench was killed
// may have its part of the lock for a moment longer, until it has begun.
func (s *Store) lock() error {
	err := lockFile(s.file)
	for end := time.Now().Add(lockPatience); errors.Is(err, ErrInUse) && time.Now().Before(end); err = lockFile(s.file) {
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", s.file.Name(), err), s.file.Close())
	}
	return nil
}

// lockPatience is how long a record may still seem to be in use.
const lockPatience = 2 * time.Second

// link replaces parent/latest. It is a convenience: where links are not to be
// had, there is none.
func link(parent, target string) {
	latest := filepath.Join(parent, "latest")
	if st, err := os.Lstat(latest); err == nil && st.Mode()&fs.ModeSymlink == 0 {
		return // somebody's own file
	}
	os.Remove(latest)
	os.Symlink(target, latest)
}

// Begin writes what is constant in the record: configuration lines and plan.
func (s *Store) Begin(plan record.Plan) error {
	h, cores := plan.Host, ""
	if h.Cores > 0 { // else imported: nobody knows
		cores = strconv.Itoa(h.Cores)
	}
	var lines []record.ConfigLine
	for _, l := range []record.ConfigLine{
		{Key: "xbench", Value: plan.Tool}, {Key: "run", Value: plan.Run}, {Key: "suite", Value: plan.Suite},
		{Key: "seed", Value: strconv.FormatUint(plan.Seed, 10)},
		{Key: "goos", Value: h.OS}, {Key: "goarch", Value: h.Arch}, {Key: "cpu", Value: h.CPU},
		{Key: "cores", Value: cores}, {Key: "kernel", Value: h.Kernel},
	} {
		if l.Value != "" {
			lines = append(lines, l)
		}
	}
	if err := s.w.Config(lines...); err != nil {
		return err
	}
	return s.w.Plan(plan)
}

// Round appends what the machine was like as a round began.
func (s *Store) Round(r record.Round) error { return s.w.Round(r) }

// Process appends one process.
func (s *Store) Process(p record.Process) error { return s.w.Process(p) }

// Note appends one note.
func (s *Store) Note(n record.Note) error { return s.w.Note(n) }

// Close makes the record durable and closes it.
func (s *Store) Close() error { return errors.Join(s.file.Sync(), s.file.Close()) }

// Create makes a file in the results directory; name may contain a directory.
func (s *Store) Create(name string) (*os.File, error) {
	return CreateIn(s.Dir, name)
}

// CreateIn makes a file below dir, and the directories on its way.
func CreateIn(dir, name string) (*os.File, error) {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return os.Create(path)
}

// ReadRecord reads the record at path, which may also be a results directory.
func ReadRecord(path string) (*record.Record, error) {
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		path = filepath.Join(path, RecordFile)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rec, err := record.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return rec, nil
}

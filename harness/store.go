package harness

import (
	"errors"
	"fmt"
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
	return &Store{Dir: dir, file: f, w: record.NewWriter(f)}, nil
}

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
	h := plan.Host
	var lines []record.ConfigLine
	for _, l := range []record.ConfigLine{
		{Key: "xbench", Value: plan.Tool}, {Key: "run", Value: plan.Run}, {Key: "suite", Value: plan.Suite},
		{Key: "seed", Value: strconv.FormatUint(plan.Seed, 10)},
		{Key: "goos", Value: h.OS}, {Key: "goarch", Value: h.Arch}, {Key: "cpu", Value: h.CPU},
		{Key: "cores", Value: strconv.Itoa(h.Cores)}, {Key: "kernel", Value: h.Kernel},
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

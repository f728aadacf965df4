package build

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Ids that share all, one or none of their directories are written at the same
// time through two values for one root, as two processes would.
func TestFilesTogether(t *testing.T) {
	root := t.TempDir()
	both := []*Files{NewFiles(root), NewFiles(root)}
	var tasks []*Task
	for _, kind := range []string{"x", "y"} {
		for i := range 64 {
			id := fmt.Sprintf("%02x%02x%028x", i%4, i/4%4, i)
			tasks = append(tasks, &Task{key: kind + id, kind: kind, id: id})
		}
	}
	var writing sync.WaitGroup
	for w, files := range both {
		writing.Go(func() {
			for i, task := range tasks {
				if i%2 == w {
					writing.Go(func() {
						if err := files.Write(task, []byte(task.key)); err != nil {
							t.Error(err)
						}
					})
				}
			}
		})
	}
	writing.Wait()
	for _, task := range tasks {
		record, err := both[0].Read(task)
		if err != nil || string(record) != task.key {
			t.Errorf("%s: %s, %v", task.key, record, err)
		}
		want := filepath.Join(root, task.kind, task.id[0:2], task.id[2:4], task.id+".json")
		if _, err := os.Stat(want); err != nil {
			t.Error(err)
		}
	}
	if left, _ := filepath.Glob(root + "/*/*/*/*.tmp"); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// Two that write one target at the same time, as builds on one root may, never
// show a reader half of it, and neither fails.
func TestTargetsAreWhole(t *testing.T) {
	root := t.TempDir()
	task := &Task{key: "k", kind: "x", id: strings.Repeat("0", idDigits)}
	reader, big := NewFiles(root), bytes.Repeat([]byte{'x'}, 1<<18)
	var writing sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		files := NewFiles(root)
		writing.Go(func() {
			for range 100 {
				if err := files.Write(task, big); err != nil {
					t.Error(err)
				}
			}
		})
	}
	go func() { defer close(done); writing.Wait() }()
	for over := false; !over; {
		select {
		case <-done:
			over = true
		default:
		}
		record, err := reader.Read(task)
		if err == nil && len(record) != len(big) || err != nil && (over || !errors.Is(err, fs.ErrNotExist)) {
			t.Fatalf("read %d bytes of %d, %v", len(record), len(big), err)
		}
	}
	if left, _ := filepath.Glob(root + "/*/*/*/*.tmp"); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// Nobody takes over a temporary file that is there, nor leaves one behind when
// it fails.
func TestTemporaryNames(t *testing.T) {
	one, other := NewFiles("x"), NewFiles("x")
	if one.temporary == other.temporary {
		t.Errorf("two for one root, in one process, both use %q", one.temporary)
	}
	name := filepath.Join(t.TempDir(), "f")
	if _, err := write(name, os.O_EXCL, nil); err != nil {
		t.Error(err)
	}
	if _, err := write(name, os.O_EXCL, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("wrote over a file that was there: %v", err)
	}
	files := NewFiles(t.TempDir())
	task := &Task{key: "k", kind: "x", id: strings.Repeat("0", idDigits)}
	if err := os.MkdirAll(filepath.Join(files.path(task, ".json"), "in the way"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := files.Write(task, nil); err == nil {
		t.Error("renamed a record to a directory that is not empty")
	}
	if left, _ := filepath.Glob(files.root + "/*/*/*/*.tmp"); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// A root that is not there is made.
func TestMissingRoot(t *testing.T) {
	d := mustCompile(t, star(2), testKinds(0))
	forExecutors(t, func(t *testing.T, executor string) {
		root := filepath.Join(t.TempDir(), "not", "there")
		report, err := buildOnce(t, Options{Executor: executor}, Job{DAG: d, Targets: NewFiles(root)})
		if err != nil || report.TasksRun != 3 {
			t.Errorf("%+v, %v", report, err)
		}
	})
	root := filepath.Join(t.TempDir(), "not", "there")
	if err := d.Complete(t.Context(), NewFiles(root), "leaf_0"); err != nil {
		t.Error(err)
	}
}

// Records that are not there are told apart from those that cannot be read.
func TestReadMissing(t *testing.T) {
	task := &Task{key: "k", kind: "light", id: strings.Repeat("0", idDigits)}
	for _, targets := range []Targets{NewFiles(t.TempDir()), NewMemory(0)} {
		if _, err := targets.Read(task); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%T: %v", targets, err)
		}
	}
}

// What the file kinds report is what got through, not what they were told.
func TestWriteFileSaysHowMuch(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	for _, size := range []int{10, 3, 0} {
		n, err := writeFile(name, bytes.Repeat([]byte{'x'}, size))
		if data, _ := os.ReadFile(name); n != size || err != nil || len(data) != size {
			t.Errorf("%d bytes, %v, %d in the file, want %d", n, err, len(data), size)
		}
	}
	if _, err := os.Stat("/dev/full"); err != nil {
		return
	}
	if n, err := writeFile("/dev/full", []byte("x")); n != 0 || err == nil {
		t.Errorf("a full disk took %d bytes, %v", n, err)
	}
}

package harness

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"xbench/harness/record"
)

func newStore(t *testing.T, parent string) *Store {
	t.Helper()
	s, err := CreateStore(parent, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Begin(record.Plan{Version: 1, Run: "r"}); err != nil {
		t.Fatal(err)
	}
	return s
}

// A record that was torn is continued as if it had not been, by whichever of
// its names it is opened.
func TestContinueATornRecord(t *testing.T) {
	for _, name := range []string{"latest", "20260102T030405Z", "20260102T030405Z/record.txt"} {
		parent := t.TempDir()
		s := newStore(t, parent)
		p := record.Process{Row: "r", Impl: "base", Round: 1, Exit: "killed", Failure: &record.Failure{Kind: record.FailCrash, Message: "m"}}
		note := record.Note{Kind: record.NoteBudget, Message: "spent"}
		if err := errors.Join(s.Process(p), s.Note(note), s.Close()); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(s.Dir, RecordFile)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		torn := append(bytes.Clone(whole[:len(whole)-5]), make([]byte, 300)...) // as a file system may leave it
		if err := os.WriteFile(path, torn, 0o644); err != nil {
			t.Fatal(err)
		}
		again, rec, err := OpenStore(filepath.Join(parent, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		if len(rec.Processes) != 1 || len(rec.Notes) != 0 || rec.Dropped != 1 {
			t.Errorf("%s: read %d processes, %d notes, dropped %d", name, len(rec.Processes), len(rec.Notes), rec.Dropped)
		}
		if now, _ := os.ReadFile(path); !bytes.Equal(now, torn) {
			t.Errorf("%s: opening it changed it", name)
		}
		if err := errors.Join(again.Continue(rec), again.Note(note), again.Close()); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); !bytes.Equal(got, whole) {
			t.Errorf("%s: continued to\n%s\nwant\n%s", name, got, whole)
		}
		if filepath.Base(again.Dir) != "20260102T030405Z" {
			t.Errorf("%s: directory %s; what is latest may change", name, again.Dir)
		}
	}
}

// One xbench at a time writes a record.
func TestARecordIsLocked(t *testing.T) {
	switch runtime.GOOS {
	case "linux", "darwin", "windows", "freebsd", "netbsd", "openbsd", "dragonfly":
	default:
		t.Skip("no locks here that end with their owner")
	}
	s := newStore(t, t.TempDir())
	_, _, err := OpenStore(s.Dir)
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "another xbench is measuring into this record") {
		t.Errorf("a record that is being written: %v", err)
	}
	if _, err := ReadRecord(s.Dir); err != nil {
		t.Errorf("a lock is no reason not to read: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, _, err := OpenStore(s.Dir)
	if err != nil {
		t.Fatalf("a record that nobody writes any more: %v", err)
	}
	again.Close()
}

func TestNothingToOpen(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := OpenStore(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no record: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, RecordFile), []byte("run: x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := OpenStore(dir); !errors.Is(err, record.ErrNoPlan) {
		t.Errorf("no plan: %v", err)
	}
}

package harness

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"xbench/harness/config"
	"xbench/harness/record"
	"xbench/harness/worker"
)

// The fingerprint changes with whatever a side is started from, and with
// nothing else.
func TestFingerprint(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("programs here are shell scripts")
	}
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write("tool", "#!/bin/sh\n")
	write("input.txt", "1")
	write("other.txt", "1")
	write("pkg/__main__.py", "main()")
	write("pkg/deep/work.py", "x = 1")
	write("pkg/notes.txt", "1")
	write("single.py", "y = 1")
	of := func(env []string, args ...string) string {
		t.Helper()
		s := &subject{spec: worker.Spec{Dir: dir, Args: args, Env: env}}
		s.Kind = kindWorker
		if err := s.takeFingerprints(); err != nil {
			t.Fatal(err)
		}
		if len(s.Fingerprint) != 16 {
			t.Errorf("%q is not 16 digits", s.Fingerprint)
		}
		return fmt.Sprint(s.Fingerprint, s.Files)
	}
	check := func(what, name string, changes bool, args ...string) {
		t.Helper()
		old, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		was := of(nil, args...)
		if was != of(nil, args...) {
			t.Errorf("%s: it is not the same twice", what)
		}
		write(name, string(old)+"2")
		if now := of(nil, args...); (now != was) != changes {
			t.Errorf("%s: %s, then %s; changed should be %v", what, was, now, changes)
		}
		write(name, string(old))
		later := time.Now().Add(time.Hour)
		if err := os.Chtimes(filepath.Join(dir, name), later, later); err != nil {
			t.Fatal(err)
		}
		if of(nil, args...) != was {
			t.Errorf("%s: the same contents have another fingerprint", what)
		}
	}
	check("the program", "tool", true, "./tool")
	check("a file it is given", "input.txt", true, "./tool", "--fast", "input.txt")
	check("a file it is not given", "other.txt", false, "./tool", "input.txt")
	check("a package's main file", "pkg/__main__.py", true, "python3", "-m", "pkg")
	check("a package's depth", "pkg/deep/work.py", true, "python3", "-m", "pkg")
	check("a package's directory", "pkg/deep/work.py", true, "sh", "pkg")
	check("no source of a package", "pkg/notes.txt", false, "python3", "-m", "pkg")
	check("a module in a package", "pkg/deep/work.py", true, "python3", "-m", "pkg.deep.work")
	check("a module", "single.py", true, "python3", "-m", "single")

	if of(nil, "./tool") == of([]string{"GOGC=off"}, "./tool") {
		t.Error("another environment has the same fingerprint")
	}
	if of([]string{"A=1", "B=2"}, "./tool") != of([]string{"B=2", "A=1"}, "./tool") {
		t.Error("the order of variables has no meaning") // they come from a map
	}
	check("what -m names for others than Python", "input.txt", true, "./tool", "-m", "input.txt")
	check("a file before a module", "input.txt", true, "python3", "-m", "input.txt")
	check("a file of other programs' -m", "single.py", false, "./tool", "-m", "single")
	check("a module of Python found by env", "single.py", true, "env", "python3", "-m", "single")
	if of(nil, "./tool", "input.txt", "no-file") != of(nil, "./tool", "input.txt", "{size}") {
		t.Error("arguments that name no file are in the plan as they are")
	}
}

// A program that is named without a configuration is found where xbench runs,
// and is another one elsewhere.
func TestFingerprintOfARelativeProgram(t *testing.T) {
	here, there := t.TempDir(), t.TempDir()
	write := func(dir, name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	of := func(dir, spec string) string {
		t.Helper()
		t.Chdir(dir)
		s := &subject{Implementation: record.Implementation{Kind: kindCommand, Command: []string{"." + string(filepath.Separator) + "p1.exe"}}, spec: worker.Spec{Dir: spec}}
		if err := s.takeFingerprints(); err != nil {
			t.Fatal(err)
		}
		return s.Fingerprint
	}
	t.Setenv("PATH", t.TempDir()) // nothing is found there
	nothing := of(here, "")
	write(here, "p1.exe", "one")
	write(there, "p1.exe", "another")
	for _, dir := range []string{"", "."} {
		was := of(here, dir)
		if was == nothing || was == of(there, dir) || was != of(here, dir) {
			t.Errorf("dir %q: a missing program, one and another: %s %s %s", dir, nothing, was, of(there, dir))
		}
		write(here, "p1.exe", "two")
		if was == of(here, dir) {
			t.Errorf("dir %q: a changed program has the same fingerprint", dir)
		}
		write(here, "p1.exe", "one")
	}
}

// What a program writes is no part of what it is.
func TestWrittenFilesAreLeftOut(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("in", "1")
	write("out", "1")
	write("spool", "1")
	s := &subject{Implementation: record.Implementation{Kind: kindCommand, Command: []string{"p", "in", "out", "new", "spool", "never"}}, spec: worker.Spec{Dir: dir}}
	if err := s.takeFingerprints(); err != nil {
		t.Fatal(err)
	}
	write("out", "2")
	write("new", "2")
	if err := os.Remove(filepath.Join(dir, "spool")); err != nil {
		t.Fatal(err)
	}
	if err := s.settleFiles(); err != nil {
		t.Fatal(err)
	}
	if want := []string{"argument 2 (out)", "argument 3 (new)", "argument 4 (spool)"}; !slices.Equal(s.Written, want) {
		t.Errorf("written: %q, want %q", s.Written, want)
	}
	if len(s.Files) != 1 || s.Files["argument 1 (in)"] == "" {
		t.Errorf("files: %v", s.Files)
	}
}

// A lab's implementations carry it, workers and commands alike.
func TestImplementationsHaveFingerprints(t *testing.T) {
	cfg := testConfig(t, "good")
	self := cfg.Implementations[0].Worker[0]
	cfg.Implementations[1] = config.Implementation{Name: "cand", Command: []string{self, "print", "{size}"}}
	lab, err := NewLab(t.Context(), LabOptions{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	impls := lab.Implementations()
	if a, b := impls[0].Fingerprint, impls[1].Fingerprint; len(a) != 16 || a != b {
		t.Errorf("fingerprints %q and %q of one program", a, b)
	}
}

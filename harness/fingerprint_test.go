package harness

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"xbench/harness/config"
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
		f, err := s.fingerprint()
		if err != nil {
			t.Fatal(err)
		}
		if len(f) != 16 {
			t.Errorf("%q is not 16 digits", f)
		}
		return f
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
	check("a package's main file", "pkg/__main__.py", true, "sh", "-m", "pkg")
	check("a package's depth", "pkg/deep/work.py", true, "sh", "-m", "pkg")
	check("a package's directory", "pkg/deep/work.py", true, "sh", "pkg")
	check("no source of a package", "pkg/notes.txt", false, "sh", "-m", "pkg")
	check("a module in a package", "pkg/deep/work.py", true, "sh", "-m", "pkg.deep.work")
	check("a module", "single.py", true, "sh", "-m", "single")

	if of(nil, "./tool") == of([]string{"GOGC=off"}, "./tool") {
		t.Error("another environment has the same fingerprint")
	}
	if of([]string{"A=1", "B=2"}, "./tool") != of([]string{"B=2", "A=1"}, "./tool") {
		t.Error("the order of variables has no meaning") // they come from a map
	}
	if of(nil, "./tool", "input.txt", "no-file") != of(nil, "./tool", "input.txt", "{size}") {
		t.Error("arguments that name no file are in the plan as they are")
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

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A toolchain that is not there keeps nothing from being written: it is said
// what is missing and where to get it.
func TestInitWithoutToolchains(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	dir := filepath.Join(t.TempDir(), "bench")
	var out, errw strings.Builder
	code := run([]string{"init", "--lang", "python,rust", dir}, strings.NewReader(""), &out, &errw)
	want := "warning: python3 not found: get Python 3.10 or newer: https://www.python.org/downloads\n" +
		"warning: cargo not found: get Rust 1.63 or newer: https://rustup.rs\n"
	if code != exitOK || errw.String() != want {
		t.Errorf("exit %d, stderr %q, want %q", code, errw.String(), want)
	}
	if _, err := os.Stat(filepath.Join(dir, "rust", "src", "main.rs")); err != nil {
		t.Error(err)
	}
	// What was written is all that is left.
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("got %v, %v, want python, rust and xbench.yaml", entries, err)
	}
}

// The command that is shown works from any directory.
func TestInitShowsACommandThatIsThere(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if got := selfName(); got != shellWord(self) {
		t.Errorf("not in the path: got %s, want %s", got, self)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, "xbench")); err != nil {
		t.Skip(err)
	}
	t.Setenv("PATH", dir)
	if got := selfName(); got != "xbench" {
		t.Errorf("in the path: got %s", got)
	}
}

func TestShellWord(t *testing.T) {
	check := func(word, want string) {
		t.Helper()
		if got := shellWord(word); got != want {
			t.Errorf("%s: got %s, want %s", word, got, want)
		}
	}
	check("my/bench-1.0", "my/bench-1.0")
	check("my bench", "'my bench'")
	check("it's", `'it'\''s'`)
	check("", "''")
	check(`a\b`, `'a\b'`)
	check("$HOME;ls", "'$HOME;ls'")
}

package harness

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"xbench/harness/config"
)

// tree writes files, which the names tell apart, and makes of it a work tree
// of git if asked.
func tree(t *testing.T, git bool, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		put(t, filepath.Join(dir, name), name)
	}
	if git {
		if _, err := exec.LookPath("git"); err != nil {
			t.Skip("there is no git")
		}
		if out, err := exec.Command("git", "init", "-q", dir).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	return dir
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSourcesOfADirectory(t *testing.T) {
	names := []string{"a.py", "src/lib.rs", "Cargo.lock", ".cargo/config.toml", "gen/out.bin", "README.md", "target/release/x", "web/node_modules/y.js",
		"__pycache__/a.pyc", ".venv/lib/z.py", "env2/pyvenv.cfg", "env2/lib/z.py", "xbench-results/1/record.txt", ".benchmarks/0001.json"}
	check := func(git bool, ignored string, want ...string) {
		t.Helper()
		dir := tree(t, git, names...)
		put(t, filepath.Join(dir, "out/1", RecordFile), "xbench: v1\n") // results, by any name
		put(t, filepath.Join(dir, "out/1/details/rows.csv"), "x")
		put(t, filepath.Join(dir, "data", RecordFile), "of sound")
		put(t, filepath.Join(dir, "big"), strings.Repeat("x", maxSource+1))
		if ignored != "" {
			put(t, filepath.Join(dir, ".gitignore"), ignored)
		}
		got, err := sourcesIn(dir)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("git %v: %v, %v; want %v", git, got, err, want)
		}
	}
	check(false, "", ".cargo/config.toml", "Cargo.lock", "a.py", "data/record.txt", "gen/out.bin", "src/lib.rs")
	check(true, "env2/\ngen\n", ".cargo/config.toml", ".gitignore", "Cargo.lock", "a.py", "data/record.txt", "src/lib.rs")
	check(true, "*", ".cargo/config.toml", ".gitignore", "Cargo.lock", "a.py", "data/record.txt", "gen/out.bin", "src/lib.rs") // git knows nothing of it
}

// A benchmark, or what it is about, that was edited is noticed, though no
// argument names it; what the tools write while they are tried is not theirs.
func TestAnEditedSourceIsNoticed(t *testing.T) {
	check := func(git bool, edit func(dir string), want ...string) {
		t.Helper()
		cfg := tooled(t, sides)
		cfg.Dir = tree(t, git, "bench/test_it.py", "bench/conftest.py", "notes.md")
		lab := func() *Lab {
			l, err := NewLab(context.Background(), LabOptions{Config: cfg})
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		was := lab()
		put(t, filepath.Join(cfg.Dir, "log"), "what a tool writes")
		rows, _ := cfg.Rows(config.Selection{})
		plan, err := was.Plan(rows, nil, PlanOptions{Rounds: 2, Looks: func(int) ([]int, []float64) { return []int{2}, []float64{1} }})
		if err != nil {
			t.Fatal(err)
		}
		edit(cfg.Dir)
		put(t, filepath.Join(cfg.Dir, "log"), "what it writes the next time")
		now := plan
		now.Implementations = lab().Implementations()
		if got := Changes(plan, now); !slices.Equal(got, want) {
			t.Errorf("git %v:\ngot  %s\nwant %s", git, strings.Join(got, "; "), strings.Join(want, "; "))
		}
	}
	for _, git := range []bool{false, true} {
		check(git, func(dir string) { put(t, filepath.Join(dir, "notes.md"), "new") })
		check(git, func(dir string) { put(t, filepath.Join(dir, "bench/test_it.py"), "assert 0") },
			"implementation python: source bench/test_it.py: changed", "implementation rust: source bench/test_it.py: changed")
		check(git, func(dir string) { os.Remove(filepath.Join(dir, "bench/conftest.py")) },
			"implementation python: source bench/conftest.py: is no longer there", "implementation rust: source bench/conftest.py: is no longer there")
		check(git, func(dir string) { put(t, filepath.Join(dir, "bench/new.py"), "1") },
			"implementation python: source bench/new.py: is a file now", "implementation rust: source bench/new.py: is a file now")
	}
}

// Of many files the directories are known, and what is beyond the most that
// are read is said to be.
func TestManySources(t *testing.T) {
	var names []string
	for i := range maxNamed + 1 {
		names = append(names, filepath.Join("pkg", string(rune('a'+i%26)), strings.Repeat("x", i/26)+".py"))
	}
	s := &subject{}
	s.spec.Dir = tree(t, false, names...)
	of := func() map[string]string {
		t.Helper()
		out := make(map[string]string)
		if err := s.addSources(out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	was := of()
	put(t, filepath.Join(s.spec.Dir, names[27]), "edited")
	now := of()
	if len(was) != 26 || was["sources in pkg/b"] == now["sources in pkg/b"] || was["sources in pkg/a"] != now["sources in pkg/a"] {
		t.Errorf("%d directories, then %v, now %v", len(was), was, now)
	}
}

// What a worker imports lies in its directory, where it has one of its own; a
// command's directory may hold anything.
func TestSourcesOfWorkers(t *testing.T) {
	check := func(kind, dir string, want bool) {
		t.Helper()
		s := &subject{cfg: config.Implementation{Dir: dir}}
		s.Kind, s.spec.Dir = kind, tree(t, false, "words.py")
		files, err := s.files()
		if _, got := files["source words.py"]; err != nil || got != want {
			t.Errorf("a %s in %q: %v, %v", kind, dir, files, err)
		}
	}
	check(kindWorker, "python", true)
	check(kindWorker, "", false)
	check(kindCommand, "python", false)
}

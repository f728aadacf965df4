package pyref

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPythonSuite runs the Python side's own tests, so that go test ./... is
// the one command that tests everything.
func TestPythonSuite(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Fatal("python3 not found: xbench's reference needs Python 3.10 or newer")
	}
	// The go command caches a result until a file changes that the test itself
	// has read: what Python reads it does not see.
	err = filepath.WalkDir("tests", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(path, ".pyc") {
			_, err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-W", "error::ResourceWarning", "-m", "unittest", "discover", "-s", "pyref/tests", "-t", ".")
	cmd.Dir = ".."
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	ran := regexp.MustCompile(`Ran (\d+) tests?`).FindSubmatch(out)
	if ran == nil || string(ran[1]) == "0" {
		t.Fatalf("no test ran:\n%s", out)
	}
	t.Logf("python3: %s tests", ran[1])
}

func TestDirPrefersTheRepository(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Dir(filepath.Join(root, "harness", "worker"), t.TempDir())
	if err != nil || got != root {
		t.Errorf("inside the repository: %q, %v; want %q", got, err, root)
	}
}

func TestDirUnpacksElsewhere(t *testing.T) {
	cache := t.TempDir()
	first, err := Dir(t.TempDir(), cache)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(first, cache) {
		t.Errorf("unpacked to %q, outside the cache %q", first, cache)
	}
	second, err := Dir(t.TempDir(), cache)
	if err != nil || second != first {
		t.Errorf("second time: %q, %v; want %q", second, err, first)
	}
	// Every module of the reference is there, and nothing else is.
	count := func(fsys fs.FS) (n int) {
		fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				n++
			}
			return nil
		})
		return n
	}
	if got, want := count(os.DirFS(filepath.Join(first, "pyref"))), count(files); got != want {
		t.Errorf("%d files unpacked, want %d", got, want)
	}
	left, err := filepath.Glob(filepath.Join(cache, "xbench", "unpack-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	// It works from there: it answers, and says so in one line of JSON.
	cmd := exec.Command("python3", "-m", "pyref")
	cmd.Dir = first
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	cmd.Stdin = strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocol":1}}` + "\n")
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), `"build/light_static"`) {
		t.Errorf("the unpacked worker: %v\n%.300s", err, out)
	}
}

// Every Python file outside the tests is embedded: a new directory must be
// added to the pattern.
func TestEverythingIsEmbedded(t *testing.T) {
	filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			t.Fatal(err)
		}
		if d.IsDir() && (path == "tests" || d.Name() == "__pycache__") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".py") {
			if _, err := files.Open(filepath.ToSlash(path)); err != nil {
				t.Errorf("%s is not embedded", path)
			}
		}
		return nil
	})
}

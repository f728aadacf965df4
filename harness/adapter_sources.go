package harness

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A tool builds or imports what lies in its directory, and its command line
// names none of that. So of an adapter the fingerprints are also those of the
// sources there: what git tracks or would, in a work tree of git, and otherwise
// every file but what tools are known to make.

const (
	maxNamed   = 300     // files that are known one by one; of more, directories are
	maxSources = 5000    // files that are read at all
	maxSource  = 4 << 20 // bytes of a file; a larger one is data, or was built
)

// notSources are directories that tools make, and files that change nothing
// that is timed. The configuration is compared as a plan.
var notSources = []string{".git", ".hg", ".svn", "target", "node_modules", "__pycache__", "venv", "xbench-results",
	".venv", ".tox", ".nox", ".eggs", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".benchmarks", ".idea", ".vscode", ".DS_Store"}

func isSource(name string) bool {
	switch path.Ext(name) {
	case ".pyc", ".pyo", ".md", ".swp":
		return false
	}
	return !slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool { return slices.Contains(notSources, part) })
}

// addSources puts the fingerprints of an adapter's sources into out.
func (s *subject) addSources(out map[string]string) error {
	names, err := sourcesIn(s.spec.Dir)
	if err != nil {
		return err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return filepath.Join(s.spec.Dir, name) == s.configFile })
	if len(names) > maxSources {
		out[fmt.Sprintf("source files, the first %d", maxSources)] = "there are more"
		names = names[:maxSources]
	}
	under := make(map[string]hash.Hash)
	for _, name := range names {
		key := "source " + name
		if len(names) > maxNamed {
			key = "sources in " + path.Dir(name)
		}
		if under[key] == nil {
			under[key] = sha256.New()
		}
		if err := hashFile(under[key], name, filepath.Join(s.spec.Dir, name)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	for key, h := range under {
		out[key] = digits(h)
	}
	return nil
}

// sourcesIn are the sources in a directory, relative to it, with slashes and
// sorted.
func sourcesIn(dir string) ([]string, error) {
	names, ok := tracked(dir)
	if !ok {
		var err error
		if names, err = walked(dir); err != nil {
			return nil, err
		}
	}
	names = slices.DeleteFunc(withoutResults(dir, names), func(name string) bool {
		st, err := os.Lstat(filepath.Join(dir, name))
		return !isSource(name) || err != nil || !st.Mode().IsRegular() || st.Size() > maxSource
	})
	slices.Sort(names)
	return slices.Compact(names), nil
}

// withoutResults leaves out directories with results of xbench, which may have
// any name.
func withoutResults(dir string, names []string) []string {
	results := make(map[string]bool)
	for _, name := range names {
		if path.Base(name) == RecordFile && isRecord(filepath.Join(dir, name)) {
			results[path.Dir(name)] = true
		}
	}
	return slices.DeleteFunc(names, func(name string) bool {
		for at := path.Dir(name); at != "."; at = path.Dir(at) {
			if results[at] {
				return true
			}
		}
		return false
	})
}

// isRecord tells a record from other files of that name by how each begins.
func isRecord(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 7)
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == "xbench:"
}

// tracked asks git, which knows what the project ignores.
func tracked(dir string) ([]string, bool) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = dir
	cmd.Env = slices.DeleteFunc(os.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "GIT_") }) // of a hook, for another tree
	out, err := cmd.Output()
	if err != nil || len(out) == 0 {
		return nil, false // there is no git, no work tree, or all of the directory is ignored
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 }), true
}

func walked(dir string) ([]string, error) {
	var names []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && name != ".":
			return nil // what cannot be read, the tool cannot read either
		case err != nil:
			return err
		case d.IsDir() && name != "." && (!isSource(name) || isVenv(filepath.Join(dir, name))):
			return fs.SkipDir
		case d.Type().IsRegular():
			names = append(names, name)
		}
		if len(names) > maxSources {
			return fs.SkipAll
		}
		return nil
	})
	return names, err
}

// isVenv is for virtual environments of Python by any name.
func isVenv(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "pyvenv.cfg"))
	return err == nil
}

package harness

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"xbench/harness/config"
)

// What is launched is known by fingerprints: 16 hex digits of a SHA-256. Two
// parts of one record must be about the same thing, and a version number is not
// changed by every edit. Of an adapter's tool, and of a worker with a directory
// of its own, they see what lies in that directory. What a program loads from
// elsewhere, libraries and input files, they do not see.

// takeFingerprints takes that of the program with what the configuration puts
// into its environment, and those of the files that are its arguments.
func (s *subject) takeFingerprints() error {
	args := s.launchArgs()
	if len(args) == 0 {
		return nil
	}
	h := sha256.New()
	// What resolves to no file is not nothing: it may resolve to one later.
	path, err := s.lookPath(args[0])
	if err == nil {
		err = hashPath(h, path)
	} else {
		_, err = io.WriteString(h, "no file\n")
	}
	if err != nil {
		return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("fingerprint of %q: %v", args[0], err)}
	}
	env := slices.Sorted(slices.Values(s.spec.Env))
	fmt.Fprintf(h, "%q\n", env)
	s.Fingerprint = digits(h)
	s.Files, err = s.files()
	return err
}

// launchArgs is the command line, as far as it is known before a benchmark is.
func (s *subject) launchArgs() []string {
	if s.isWorker() {
		return s.spec.Args
	}
	return config.ExpandKnown(s.Command, s.vars)
}

// files takes the fingerprint of every argument that names a file, or that
// stands for one as "python -m name" does.
func (s *subject) files() (map[string]string, error) {
	out := make(map[string]string)
	for name, path := range s.namedFiles() {
		h := sha256.New()
		n := counter{w: h}
		if err := hashPath(&n, path); err != nil {
			return nil, &SetupError{Impl: s.Name, Msg: fmt.Sprintf("fingerprint of %s: %v", name, err)}
		}
		if n.n == 0 {
			continue // no file
		}
		out[name] = digits(h)
	}
	if s.hasSources() {
		if err := s.addSources(out); err != nil {
			return nil, &SetupError{Impl: s.Name, Msg: fmt.Sprintf("fingerprints of the sources in %s: %v", s.spec.Dir, err)}
		}
	}
	return out, nil
}

// hasSources reports whether what lies in the implementation's directory is its
// program. A command's directory may hold anything, and so may the one that the
// configuration lies in.
func (s *subject) hasSources() bool {
	return s.isAdapter() || s.isWorker() && s.cfg.Dir != ""
}

// namedFiles are the paths that arguments may stand for, those of hooks too,
// and the standard input.
func (s *subject) namedFiles() map[string]string {
	out := make(map[string]string)
	add := func(prefix string, args []string) {
		for i := 1; i < len(args); i++ {
			out[fmt.Sprintf("%sargument %d (%s)", prefix, i, args[i])] = s.argumentFile(args, i)
		}
	}
	add("", s.launchArgs())
	for _, h := range s.hooks() {
		args := config.ExpandKnown(h.args, s.vars)
		if program, err := s.lookPath(args[0]); err == nil {
			out[fmt.Sprintf("%s (%s)", h.name, args[0])] = program
		}
		add(h.name+" ", args)
	}
	if s.cfg.Input != "" {
		out[fmt.Sprintf("input (%s)", s.cfg.Input)] = s.fromDir(config.ExpandKnown([]string{s.cfg.Input}, s.vars)[0])
	}
	return out
}

// A counter tells whether anything was written.
type counter struct {
	w io.Writer
	n int
}

func (c *counter) Write(p []byte) (int, error) {
	c.n += len(p)
	return c.w.Write(p)
}

func digits(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil))[:16] }

// settleFiles is called when every side has done the work: an argument that is
// another file by then, or has become one, is what the program writes. It says
// nothing of the program, and the plan says that it is left out.
func (s *subject) settleFiles() error {
	now, err := s.files()
	if err != nil {
		return err
	}
	for name := range now {
		if s.Files[name] != now[name] {
			s.Written = append(s.Written, name)
		}
	}
	for name := range s.Files {
		if now[name] == "" {
			s.Written = append(s.Written, name)
		}
	}
	slices.Sort(s.Written)
	maps.DeleteFunc(s.Files, func(name, _ string) bool { return slices.Contains(s.Written, name) })
	return nil
}

// lookPath finds the file of a program as its launch will: a name with a
// separator is looked for where the program runs, never in the path.
func (s *subject) lookPath(name string) (string, error) {
	if strings.ContainsRune(name, filepath.Separator) && !filepath.IsAbs(name) {
		path, err := filepath.Abs(filepath.Join(s.spec.Dir, name)) // "./x" must not become "x", which is looked for elsewhere
		if err != nil {
			return "", err
		}
		name = path
	}
	return exec.LookPath(name)
}

// argumentFile is the path that an argument may stand for.
func (s *subject) argumentFile(args []string, i int) string {
	path := s.fromDir(args[i])
	if _, err := os.Stat(path); err == nil || args[i-1] != "-m" || !slices.ContainsFunc(args[:i-1], looksLikePython) {
		return path
	}
	return moduleFile(s.fromDir(strings.ReplaceAll(args[i], ".", string(filepath.Separator))))
}

// looksLikePython is for the interpreter wherever it stands in a command line:
// "env python3 -m name" runs a module too.
func looksLikePython(arg string) bool {
	name := strings.ToLower(filepath.Base(arg))
	return strings.HasPrefix(name, "python") || strings.HasPrefix(name, "pypy")
}

// fromDir is where the program finds a path: it runs in the implementation's
// directory.
func (s *subject) fromDir(path string) string {
	if filepath.IsAbs(path) || path == "" {
		return path
	}
	return filepath.Join(s.spec.Dir, path)
}

// moduleFile is what a Python module's path stands for.
func moduleFile(path string) string {
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		return path
	}
	return path + ".py"
}

// hashPath takes in a regular file, or the sources of a directory that Python
// would run. Anything else is no file of the program's.
func hashPath(h io.Writer, path string) error {
	st, err := os.Stat(path)
	if path == "" || err != nil {
		return nil
	}
	if st.Mode().IsRegular() {
		return hashFile(h, "", path)
	}
	if _, err := os.Stat(filepath.Join(path, "__main__.py")); !st.IsDir() || err != nil {
		return nil
	}
	return filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != path && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case !d.Type().IsRegular() || filepath.Ext(name) != ".py":
			return nil
		}
		rel, err := filepath.Rel(path, name)
		if err != nil {
			return err
		}
		return hashFile(h, filepath.ToSlash(rel), name)
	})
}

// maxHashed is the largest file that is read, which takes a fraction of a
// second; a larger one, which must be input, stands for itself by its size and
// time.
const maxHashed = 256 << 20

func hashFile(h io.Writer, name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil && st.Size() > maxHashed {
		fmt.Fprintf(h, "%s %d %s\n", name, st.Size(), st.ModTime().UTC().Format(time.RFC3339Nano))
		return nil
	}
	one := sha256.New()
	if _, err := io.Copy(one, f); err != nil {
		return err
	}
	fmt.Fprintf(h, "%s %x\n", name, one.Sum(nil))
	return nil
}

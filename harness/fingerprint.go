package harness

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"xbench/harness/config"
)

// fingerprint stands for what is launched: the program, every argument that
// names a file, what "python -m name" would run, and what the configuration
// puts into the environment. Two parts of one record must be about the same
// thing, and a version number is not changed by every edit.
//
// What a program loads by itself, libraries and input files, it does not see.
func (s *subject) fingerprint() (string, error) {
	args := s.spec.Args
	if !s.isWorker() {
		args = config.ExpandKnown(s.Command, s.vars)
	}
	h := sha256.New()
	for i, arg := range args {
		var path string
		switch {
		case i == 0:
			path = s.program(arg)
		case args[i-1] == "-m":
			path = moduleFile(s.fromDir(strings.ReplaceAll(arg, ".", string(filepath.Separator))))
		default:
			path = s.fromDir(arg)
		}
		if err := hashPath(h, i, path); err != nil {
			return "", &SetupError{Impl: s.Name, Msg: fmt.Sprintf("fingerprint of %q: %v", arg, err)}
		}
	}
	env := slices.Sorted(slices.Values(s.spec.Env))
	fmt.Fprintf(h, "%q\n", env)
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

// program is the file behind the first argument, "" when there is none.
func (s *subject) program(name string) string {
	if strings.ContainsRune(name, filepath.Separator) {
		name = s.fromDir(name)
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return path
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
func hashPath(h hash.Hash, i int, path string) error {
	st, err := os.Stat(path)
	if path == "" || err != nil {
		return nil
	}
	if st.Mode().IsRegular() {
		return hashFile(h, fmt.Sprint(i), path)
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
		return hashFile(h, fmt.Sprintf("%d %s", i, filepath.ToSlash(rel)), name)
	})
}

// maxHashed is the largest file that is read, which takes a fraction of a
// second; a larger one, which must be input, stands for itself by its size and
// time.
const maxHashed = 256 << 20

func hashFile(h hash.Hash, name, path string) error {
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

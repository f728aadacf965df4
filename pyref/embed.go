// Package pyref carries the Python reference inside the binary, so that
// xbench can measure against it wherever it runs.
package pyref

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

//go:embed *.py build/*.py graph/*.py suite/*.py
var files embed.FS

// Dir returns the directory that contains the package pyref: the repository
// when dir lies inside it, so that an edited reference is the one that runs,
// and otherwise a directory below cache into which the embedded copy is
// unpacked. Its name carries a hash of the contents: two versions of xbench
// never share one.
func Dir(dir, cache string) (string, error) {
	if root, ok := repository(dir); ok {
		return root, nil
	}
	sum, err := contentHash()
	if err != nil {
		return "", err
	}
	home := filepath.Join(cache, "xbench", "pyref-"+sum)
	if _, err := os.Stat(filepath.Join(home, "pyref", "__main__.py")); err == nil {
		return home, nil
	}
	if err := unpack(home); err != nil {
		return "", fmt.Errorf("unpack the Python reference: %w", err)
	}
	return home, nil
}

// repository finds xbench's own repository at dir or above.
func repository(dir string) (string, bool) {
	for {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(mod), "module xbench\n") {
			if _, err := os.Stat(filepath.Join(dir, "pyref", "__main__.py")); err == nil {
				return dir, true
			}
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

func contentHash() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := files.ReadFile(path)
		fmt.Fprintf(h, "%s %d\n", path, len(data))
		h.Write(data)
		return err
	})
	return hex.EncodeToString(h.Sum(nil))[:16], err
}

// unpack writes the files beside their final place and renames the whole, so
// that two runs that start together never see half a copy.
func unpack(home string) error {
	if err := os.MkdirAll(filepath.Dir(home), 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(home), "unpack-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := os.CopyFS(filepath.Join(tmp, "pyref"), files); err != nil {
		return err
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	err = os.Rename(tmp, home)
	if _, statErr := os.Stat(filepath.Join(home, "pyref", "__main__.py")); statErr == nil {
		return nil // ours, or that of a run that was faster
	}
	return err
}

// SDK is the source of the Python SDK, one file that needs no other.
func SDK() ([]byte, error) { return files.ReadFile("sdk.py") }

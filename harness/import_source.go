package harness

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"xbench/harness/foreign"
)

// Stdin is the path of standard input.
const Stdin = "-"

// ReadForeign reads a file or directory of another tool. Of an empty format it
// tells by the content which it is; Result.Format says it. sha is the SHA-256
// of what was read.
func ReadForeign(format, path string, fields foreign.Fields, stdin io.Reader) (res *foreign.Result, sha string, err error) {
	name := filepath.ToSlash(path)
	if path != Stdin {
		st, err := os.Stat(path)
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", name, cause(err))
		}
		if st.IsDir() {
			return readForeignDir(format, name, os.DirFS(path))
		}
	}
	data, err := readFileOr(stdin, path)
	if err != nil {
		return nil, "", err
	}
	if format == "" {
		if format, err = foreign.Detect(name, data); err != nil {
			return nil, "", err
		}
	}
	sum := sha256.Sum256(data)
	res, err = foreign.Read(format, name, bytes.NewReader(data), fields)
	return res, hex.EncodeToString(sum[:]), err
}

// mostForeign is how much of a file is read. Readers refuse what is larger
// than they take; this keeps a device from being read for ever.
const mostForeign = 256 << 20

func readFileOr(stdin io.Reader, path string) ([]byte, error) {
	if path == Stdin {
		return io.ReadAll(io.LimitReader(stdin, mostForeign))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.ToSlash(path), cause(err))
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, mostForeign))
}

// cause leaves out the system call and the path that an error repeats.
func cause(err error) error {
	if p, ok := err.(*fs.PathError); ok {
		return p.Err
	}
	return err
}

func readForeignDir(format, name string, fsys fs.FS) (*foreign.Result, string, error) {
	if format != "" && format != foreign.FormatCriterion {
		return nil, "", fmt.Errorf("%s: is a directory; %s writes files", name, format)
	}
	res, err := foreign.ReadDir(name, fsys)
	if err != nil {
		return nil, "", err
	}
	sha, err := hashDir(fsys)
	return res, sha, err
}

// hashDir is the SHA-256 over names and contents of the data files below a
// directory, in order. What belongs to pictures and reports is no data.
func hashDir(fsys fs.FS) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(p) != ".json" && filepath.Ext(p) != ".csv" {
			return err
		}
		data, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s %d\n", p, len(data))
		h.Write(data)
		return nil
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

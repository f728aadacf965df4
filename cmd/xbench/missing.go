package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"xbench/harness/strictyaml"
)

// readNamed reads the file that a flag names.
func readNamed(flag, path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	return data, notThere(flag+" "+path, path, err)
}

// notThere says of a file that does not exist which one was probably meant;
// other errors pass.
func notThere(what, path string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("%s: no such file%s", what, strictyaml.DidYouMean(filepath.Base(path), neighbours(path)))
}

// neighbours are the names in the directory that a path is in.
func neighbours(path string) []string {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

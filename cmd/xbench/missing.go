package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"xbench/harness/config"
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

// beginsConfig is what every configuration has.
var beginsConfig = regexp.MustCompile(`(?m)^implementations:`)

// misnamed finds a configuration under nearly the right name, which would
// otherwise be passed over for the demo without a word.
func misnamed(dir string) error {
	for _, name := range neighbours(filepath.Join(dir, config.FileName)) {
		if strictyaml.Suggest(name, []string{config.FileName}) == "" {
			continue
		}
		// A program built here may be called xbench, and hold such text.
		if data, err := os.ReadFile(filepath.Join(dir, name)); err == nil && beginsConfig.Match(data) && bytes.IndexByte(data, 0) < 0 {
			return fmt.Errorf("no %s here or above, but %s: rename it, or give --config %s", config.FileName, name, shellWord(name))
		}
	}
	return nil
}

// oneBelow is a configuration in a directory below, "" if there is none or
// more than one: then nobody knows which is meant.
func oneBelow(dir string) string {
	found, err := filepath.Glob(filepath.Join(dir, "*", config.FileName))
	if err != nil || len(found) != 1 {
		return ""
	}
	rel, err := filepath.Rel(dir, found[0])
	if err != nil {
		return ""
	}
	return filepath.ToSlash(rel)
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"xbench/examples/starters"
)

// place writes files below dir. Nothing that is there is replaced unless force
// says so: what is in the way is listed before anything is written, and all
// files are complete before the first is put in its place.
func place(dir string, files []starters.File, force bool) error {
	if err := inTheWay(dir, files, force); err != nil {
		return err
	}
	// On the same file system, so that a rename will do; whatever can go wrong
	// with the disk goes wrong here.
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	stage, err := os.MkdirTemp(dir, ".xbench-init-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(stage)
	for _, f := range files {
		name := filepath.Join(stage, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			return err
		}
	}
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(stage, filepath.FromSlash(f.Name)), name); err != nil {
			return err
		}
	}
	return nil
}

// inTheWay lists what is there already. With force that is only what cannot be
// replaced: directories, and files where a directory is wanted.
func inTheWay(dir string, files []starters.File, force bool) error {
	var names, fixed []string
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		info, err := os.Lstat(name)
		switch {
		case err == nil && info.IsDir():
			fixed = append(fixed, name)
		case err == nil:
			names = append(names, name)
		case errors.Is(err, fs.ErrNotExist):
		default:
			if name = blocking(name); !slices.Contains(fixed, name) {
				fixed = append(fixed, name)
			}
		}
	}
	switch {
	case len(fixed) > 0:
		return refusal(fixed, "name another directory")
	case len(names) > 0 && !force:
		return refusal(names, "name another directory, or replace them with --force")
	}
	return nil
}

// blocking is the part of a path that is there and is no directory.
func blocking(name string) string {
	for {
		parent := filepath.Dir(name)
		if info, err := os.Stat(parent); parent == name || err == nil && info.IsDir() {
			return name
		}
		name = parent
	}
}

func refusal(names []string, remedy string) error {
	return fmt.Errorf("init overwrites nothing; in the way:\n  %s\n%s", strings.Join(names, "\n  "), remedy)
}

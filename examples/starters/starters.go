// Package starters holds what xbench init writes: an xbench.yaml and, for each
// language, a worker to put one's own code into.
//
// The files are real ones, in a directory per language, and are written as they
// are. Three things differ between here and there: go.mod is called go.mod.txt,
// because a directory with a go.mod would be another module, which cannot be
// embedded; the Go and Python SDKs are added from where they are kept; and the
// xbench.yaml is made for the languages asked for.
package starters

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"xbench/harness/strictyaml"
)

//go:embed python/*.py python/.gitignore
//go:embed go/*.go go/go.mod.txt go/.gitignore
//go:embed node/*.js node/package.json
//go:embed rust/Cargo.toml rust/Cargo.lock rust/build.rs rust/src rust/.gitignore
var sources embed.FS

// A File is one file of a starter.
type File struct {
	Name string // slashes, below the directory that is initialised
	Data []byte
}

// SDKs are the sources that workers get a copy of.
type SDKs struct {
	Go     fs.FS  // the package's files; its tests are left out
	Python []byte // one file
}

// Find returns the languages of the given names, in their order. An error says
// what name was probably meant.
func Find(names []string) ([]Language, error) {
	var out []Language
	for _, name := range names {
		i := slices.IndexFunc(languages, func(l Language) bool { return l.Name == name })
		switch {
		case i < 0:
			return nil, unknown(name)
		case slices.ContainsFunc(out, func(l Language) bool { return l.Name == name }):
			return nil, fmt.Errorf("language %s is given twice", name)
		}
		out = append(out, languages[i])
	}
	return out, nil
}

func unknown(name string) error {
	for _, l := range languages {
		if slices.Contains(l.aliases, strings.ToLower(name)) {
			return fmt.Errorf("unknown language %q (did you mean %q?)", name, l.Name)
		}
	}
	return strictyaml.Unknown("language", name, Names())
}

// All are the languages, by name.
func All() []Language { return slices.Clone(languages) }

// Names are the languages that there are starters in.
func Names() []string {
	names := make([]string, len(languages))
	for i, l := range languages {
		names[i] = l.Name
	}
	return names
}

// Files are all files of a comparison of languages, the first of which is the
// reference, in the order of their names: what lies at the top comes first.
func Files(languages []Language, sdks SDKs) ([]File, error) {
	config, err := configuration(languages)
	if err != nil {
		return nil, err
	}
	out := []File{{Name: "xbench.yaml", Data: config}}
	for _, l := range languages {
		files, err := l.files(sdks)
		if err != nil {
			return nil, err
		}
		out = append(out, files...)
	}
	return out, nil
}

func (l Language) files(sdks SDKs) ([]File, error) {
	out, err := read(sources, l.Name, l.Name)
	if err != nil {
		return nil, err
	}
	switch l.Name {
	case "go":
		sdk, err := read(sdks.Go, ".", "go/sdk")
		if err != nil {
			return nil, err
		}
		sdk = slices.DeleteFunc(sdk, func(f File) bool { return strings.HasSuffix(f.Name, "_test.go") })
		out = append(out, sdk...)
	case "python":
		out = append(out, File{Name: "python/xbench_sdk.py", Data: sdks.Python})
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// read lists the files of fsys at and below dir, as if it were called as.
func read(fsys fs.FS, dir, as string) ([]File, error) {
	var out []File
	err := fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		if dir != "." {
			name = strings.TrimPrefix(name, dir+"/")
		}
		out = append(out, File{Name: path.Join(as, strings.TrimSuffix(name, ".txt")), Data: data})
		return err
	})
	return out, err
}

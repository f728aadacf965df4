package starters

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness"
	"xbench/harness/config"
	"xbench/harness/record"
	"xbench/pyref"
)

func sdks(t *testing.T) SDKs {
	t.Helper()
	python, err := pyref.SDK()
	if err != nil {
		t.Fatal(err)
	}
	return SDKs{Go: harness.SDKFiles(), Python: python}
}

func filesOf(t *testing.T, names ...string) map[string][]byte {
	t.Helper()
	languages, err := Find(names)
	if err != nil {
		t.Fatal(err)
	}
	files, err := Files(languages, sdks(t))
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string][]byte)
	for _, f := range files {
		if _, twice := out[f.Name]; twice {
			t.Errorf("%s is there twice", f.Name)
		}
		out[f.Name] = f.Data
	}
	return out
}

// What is written are the files of this directory, of harness/sdk and of
// pyref, byte for byte, and none is forgotten.
func TestFilesAreTheExamples(t *testing.T) {
	got := filesOf(t, Names()...)
	delete(got, "xbench.yaml")
	check := func(name, source string) {
		t.Helper()
		want, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		if data, ok := got[name]; !ok || !bytes.Equal(data, want) {
			t.Errorf("%s: there %v, want the bytes of %s", name, ok, source)
		}
		delete(got, name)
	}
	for _, language := range Names() {
		for _, source := range sourcesIn(t, language) {
			check(strings.TrimSuffix(source, ".txt"), source)
		}
	}
	sdk, err := os.ReadDir("../../harness/sdk")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range sdk {
		if strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			check("go/sdk/"+e.Name(), "../../harness/sdk/"+e.Name())
		}
	}
	check("python/xbench_sdk.py", "../../pyref/sdk.py")
	for name := range got {
		t.Errorf("%s has no source", name)
	}
}

// sourcesIn lists the files of a directory but for what a build leaves there.
func sourcesIn(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := fs.WalkDir(os.DirFS("."), dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && slices.Contains([]string{"target", "bin", "__pycache__", "node_modules"}, path.Base(name)) {
			return fs.SkipDir
		}
		if err == nil && !d.IsDir() {
			out = append(out, name)
		}
		return err
	})
	if err != nil || len(out) < 5 {
		t.Fatalf("%s: %v, %v", dir, out, err)
	}
	return out
}

// Whatever the languages and their order, the configuration is one that xbench
// takes, the first is the reference and every other has a goal.
func TestEveryMixIsAConfiguration(t *testing.T) {
	mixes := 0
	var try func(chosen []string)
	try = func(chosen []string) {
		if len(chosen) > 0 {
			mixes++
			checkConfiguration(t, chosen)
		}
		for _, name := range Names() {
			if !slices.Contains(chosen, name) {
				try(append(slices.Clone(chosen), name))
			}
		}
	}
	try(nil)
	if mixes != 64 {
		t.Errorf("%d mixes of 4 languages, want 4 + 12 + 24 + 24", mixes)
	}
}

func checkConfiguration(t *testing.T, chosen []string) {
	t.Helper()
	languages, err := Find(chosen)
	if err != nil {
		t.Fatal(err)
	}
	data, err := configuration(languages)
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load("xbench.yaml", data)
	if err != nil {
		t.Fatalf("%v: %v\n%s", chosen, err, data)
	}
	scope := compare.Scope{Candidates: chosen[1:]}
	for i, im := range c.Implementations {
		if im.Name != chosen[i] || im.Dir != chosen[i] || im.Needs == nil || im.Reference != (i == 0 && len(chosen) > 1) {
			t.Errorf("%v: implementation %d is %+v", chosen, i, im)
		}
		if im.Reference {
			scope.Reference = im.Name
		}
	}
	rows, err := c.Rows(config.Selection{Suite: "full"})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		scope.Rows = append(scope.Rows, record.Removed{Name: r.Name, Group: r.Group})
	}
	goals, err := scope.DecodeGoals("xbench.yaml", data)
	if err != nil || len(goals) != len(chosen)-1 {
		t.Fatalf("%v: %d goals, %v\n%s", chosen, len(goals), err, data)
	}
	for i, g := range goals {
		if against := g.Against; len(chosen) > 2 && against != chosen[i+1] {
			t.Errorf("%v: goal %d is against %q", chosen, i, against)
		}
	}
}

// A name that is nearly one, or another one for the same thing, is met with a
// suggestion.
func TestUnknownLanguages(t *testing.T) {
	check := func(name, want string) {
		t.Helper()
		if _, err := Find([]string{name}); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
	check("pyhton", `unknown language "pyhton" (did you mean "python"?)`)
	check("javascript", `unknown language "javascript" (did you mean "node"?)`)
	check("RS", `unknown language "RS" (did you mean "rust"?)`)
	check("Golang", `unknown language "Golang" (did you mean "go"?)`)
	check("cobol", `unknown language "cobol" (there are: go, node, python, rust)`)
	check("", `unknown language "" (there are: go, node, python, rust)`)
}

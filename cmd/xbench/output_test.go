package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"xbench/compare/report"
	"xbench/harness"
)

// reportFiles are the files below a results directory by name, the record
// apart, which is what they are made from.
func reportFiles(dir string) (map[string][]byte, error) {
	files := make(map[string][]byte)
	dir, err := filepath.EvalSymlinks(dir) // "latest"
	if err != nil {
		return nil, err
	}
	return files, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == harness.RecordFile {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
}

// alwaysThere are the files of a report that compares anything.
var alwaysThere = []string{
	"PERFORMANCE.md", "report.html", "summary.json", "junit.xml", "results.csv", "processes.csv", "benchmark-time.json", "benchmark-speedup.json",
	"charts/speedup.svg", "charts/speedup-light.svg", "charts/speedup-dark.svg", "charts/speedup.png",
}

// sameReport compares two results directories, file by file and byte by byte.
func sameReport(ts *testscript.TestScript, neg bool, args []string) {
	one, err := reportFiles(ts.MkAbs(args[0]))
	ts.Check(err)
	two, err := reportFiles(ts.MkAbs(args[1]))
	ts.Check(err)
	for _, name := range alwaysThere {
		if len(one[name]) == 0 {
			ts.Fatalf("%s has no %s", args[0], name)
		}
	}
	for name := range two {
		if _, ok := one[name]; !ok {
			ts.Fatalf("%s is in %s only", name, args[1])
		}
	}
	for name, data := range one {
		if !bytes.Equal(data, two[name]) {
			ts.Fatalf("%s is not the same in %s and %s", name, args[0], args[1])
		}
	}
}

// validSummary holds a summary against the published schema.
func validSummary(ts *testscript.TestScript, neg bool, args []string) {
	c := jsonschema.NewCompiler()
	schema, err := c.Compile(filepath.Join(ts.Getenv("REPO"), "docs", "schema", "summary.schema.json"))
	ts.Check(err)
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	if err := schema.Validate(doc); err != nil {
		ts.Fatalf("%s: %v", args[0], err)
	}
}

type memFile struct {
	bytes.Buffer
	full bool
}

func (f *memFile) Write(p []byte) (int, error) {
	if f.full {
		return 0, errors.New("disk full")
	}
	return f.Buffer.Write(p)
}

func (f *memFile) Close() error { return nil }

// What fails is said, and loses nothing else; a picture that fails is no
// failure of the run.
func TestWriteReportGoesOn(t *testing.T) {
	write := func(text string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
	}
	broken := func(w io.Writer) error {
		_, err := io.WriteString(w, "half a ")
		return errors.Join(err, errors.New("NaN in row a"))
	}
	check := func(files []report.File, wantErr, wantTold string, want ...string) {
		t.Helper()
		var names, told []string
		create := func(name string) (*memFile, error) {
			if name == "refused" {
				return nil, errors.New("no such directory")
			}
			names = append(names, name)
			return &memFile{full: name == "full"}, nil
		}
		err := writeReport(create, files, func(s string) { told = append(told, s) })
		if got := ""; err != nil || wantErr != "" {
			if err != nil {
				got = err.Error()
			}
			if got != wantErr {
				t.Errorf("got error %q, want %q", got, wantErr)
			}
		}
		if got := strings.Join(told, "\n"); got != wantTold {
			t.Errorf("told %q, want %q", got, wantTold)
		}
		if !slices.Equal(names, want) {
			t.Errorf("created %q, want %q", names, want)
		}
	}
	check([]report.File{{Name: "charts/a.svg", Figure: true, Render: broken}, {Name: "b", Render: write("b")}}, "", "report: charts/a.svg: NaN in row a", "b")
	check([]report.File{{Name: "a", Render: broken}, {Name: "b", Render: write("b")}}, "report: a: NaN in row a", "", "b")
	check([]report.File{{Name: "full", Render: write("x")}, {Name: "refused", Render: write("y")}, {Name: "b", Render: write("b")}},
		"report: disk full\nreport: no such directory", "", "full", "b")
	check([]report.File{{Name: "full", Figure: true, Render: write("x")}, {Name: "b", Render: write("b")}}, "report: disk full", "", "full", "b")
}

// A summary that others fill is appended to, and left alone where GitHub would
// drop all of it.
func TestStepSummaryHasRoom(t *testing.T) {
	path := filepath.Join(t.TempDir(), "step.md")
	view := &report.View{Candidates: []string{"go"}}
	check := func(before int, wantErr string) {
		t.Helper()
		old := strings.Repeat("x", before)
		if err := os.WriteFile(path, []byte(old), 0o644); err != nil {
			t.Fatal(err)
		}
		err := addStepSummary(path, view)
		if (err == nil) != (wantErr == "") || err != nil && !strings.Contains(err.Error(), wantErr) {
			t.Errorf("%d bytes before: got %v, want %q", before, err, wantErr)
		}
		after, readErr := os.ReadFile(path)
		if readErr != nil {
			t.Fatal(readErr)
		}
		if !strings.HasPrefix(string(after), old) || (len(after) > before) != (wantErr == "") {
			t.Errorf("%d bytes before, %d after", before, len(after))
		}
	}
	check(0, "")
	check(1000, "")
	check(summaryLimit-10, "GitHub would drop all of it")
}

// Where nothing may be left out, a missing tool is a failure.
func TestDocsRequired(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands are a shell's")
	}
	t.Parallel()
	tools := t.TempDir()
	for _, name := range []string{"sh", "python3"} {
		file, err := exec.LookPath(name)
		if err != nil {
			t.Skip(err)
		}
		if err := os.Symlink(file, filepath.Join(tools, name)); err != nil {
			t.Fatal(err)
		}
	}
	check := func(required string, wantErr bool, want string) {
		t.Helper()
		cmd := exec.Command(os.Args[0], "-test.run=^TestScripts$/^outputs_doc$", "-test.v")
		cmd.Env = append(os.Environ(), "PATH="+tools, "XBENCH_DOCS_REQUIRED="+required)
		out, err := cmd.CombinedOutput()
		if (err != nil) != wantErr || !strings.Contains(string(out), want) {
			t.Errorf("XBENCH_DOCS_REQUIRED=%s: %v, want %q in\n%s", required, err, want, out)
		}
	}
	check("1", true, "XBENCH_DOCS_REQUIRED=1, but there is no jq")
	check("", false, "left out, there is no jq")
}

// docCommands runs the shell and Python blocks of a document. Blocks whose tool
// is not installed are left out, and said; with XBENCH_DOCS_REQUIRED=1 none may
// be.
func docCommands(ts *testscript.TestScript, neg bool, args []string) {
	blocks := regexp.MustCompile("(?ms)^```(sh|python)\n(.*?)^```$").FindAllStringSubmatch(ts.ReadFile(args[0]), -1)
	if len(blocks) == 0 {
		ts.Fatalf("%s has no commands", args[0])
	}
	skipped := 0
	for _, b := range blocks {
		language, text := b[1], b[2]
		argv := []string{"sh", "-euc", text}
		missing := ""
		if language == "python" {
			argv = []string{"python3", "-c", text}
			if ts.Exec("python3", "-c", "import numpy, pandas") != nil {
				missing = "pandas"
			}
		} else if tool, _, _ := strings.Cut(text, " "); ts.Exec("sh", "-c", "command -v "+tool) != nil {
			missing = tool
		}
		if missing != "" {
			if os.Getenv("XBENCH_DOCS_REQUIRED") == "1" {
				ts.Fatalf("XBENCH_DOCS_REQUIRED=1, but there is no %s: %s", missing, text)
			}
			skipped++
			ts.Logf("left out, there is no %s: %s", missing, text)
			continue
		}
		if err := ts.Exec(argv[0], argv[1:]...); err != nil {
			ts.Fatalf("%s: %v", text, err)
		}
		if strings.TrimSpace(ts.ReadFile("stdout")) == "" {
			ts.Fatalf("%s prints nothing", text)
		}
	}
	ts.Logf("docs: %d commands run, %d skipped", len(blocks)-skipped, skipped)
}

package docs

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/compare/report"
	"xbench/harness/record"
)

var update = flag.Bool("update", false, "write the reports in performance/ again from their records")

// Records that the documents quote: whole runs, each in a directory with the
// report that was made from it.
const (
	fullRun  = "performance/full"
	quickRun = "performance/quick"
)

func readRecord(t *testing.T, dir string) *record.Record {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.FromSlash(dir), "record.txt"))
	if err != nil {
		t.Fatal(err)
	}
	rec, err := record.Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func open(t *testing.T, dir string) *report.View {
	t.Helper()
	r := judged(t, dir)
	return report.New(r.rec, r.res)
}

// The reports beside the records are what is made from them today: each file
// there, byte for byte.
func TestReportsComeFromTheirRecords(t *testing.T) {
	for _, dir := range []string{fullRun, quickRun} {
		seen := map[string]bool{"record.txt": true}
		for _, f := range open(t, dir).Files() {
			seen[f.Name] = true
			if !kept(f.Name) {
				continue
			}
			var got bytes.Buffer
			if err := f.Render(&got); err != nil {
				t.Errorf("%s/%s: %v", dir, f.Name, err)
				continue
			}
			path := filepath.Join(filepath.FromSlash(dir), filepath.FromSlash(f.Name))
			if *update {
				save(t, path, got.Bytes())
			}
			want, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%s/%s is not what its record gives; look at what go test ./docs -update changes", dir, f.Name)
			}
		}
		strangers(t, dir, seen)
	}
}

// kept are the files that the documents show. The others can be had from the
// record at any time.
func kept(name string) bool {
	return name == "PERFORMANCE.md" || strings.HasSuffix(name, "-light.svg") || strings.HasSuffix(name, "-dark.svg")
}

func save(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// strangers complains of files that no report has any more.
func strangers(t *testing.T, dir string, known map[string]bool) {
	t.Helper()
	err := filepath.WalkDir(filepath.FromSlash(dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(filepath.FromSlash(dir), path)
		if err == nil && !known[filepath.ToSlash(name)] {
			t.Errorf("%s is no part of the report", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// shownCommands are the commands whose output the documents show, with what
// they print.
func shownCommands(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{
		"./xbench compare " + "docs/" + quickRun: terminal(t, open(t, quickRun)),
	}
	for command, dir := range ownRuns {
		out[command] = ran(t, dir)
	}
	for _, what := range []string{"10_nodes_stress"} {
		out["xbench compare docs/testdata/example --explain "+what] = explained(t, "testdata/example", what)
	}
	for command, text := range printed(t) {
		if _, ok := out[command]; !ok {
			out[command] = text
		}
	}
	return out
}

// ownRuns are the commands of docs/add-your-own.md that measure, with the
// records of the runs that are shown there.
var ownRuns = map[string]string{
	"xbench run --command 'python3 examples/primes/division.py 300000' --command 'python3 examples/primes/sieve.py 300000' --name division --name sieve --startup 'python3 -c pass'": "testdata/own-commands",
	"xbench run": "testdata/own-init",
}

// ran is what a run prints on standard output where no terminal is.
func ran(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	if err := open(t, dir).Terminal(&b, report.TerminalOptions{Width: 100, ReportPath: "xbench-results/latest/report.html"}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// terminal is what compare prints where no terminal is.
func terminal(t *testing.T, v *report.View) string {
	t.Helper()
	var b strings.Builder
	if err := v.Terminal(&b, report.TerminalOptions{Width: 100, Head: true}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func explained(t *testing.T, dir, what string) string {
	t.Helper()
	es, err := compare.Explain(readRecord(t, dir), compare.Options{}, what, "")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := report.Explain(&b, es); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
)

// says checks that a stream holds the words of a file, wherever the lines break:
// what stands around them depends on the host.
func says(ts *testscript.TestScript, neg bool, args []string) {
	words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	got, want := words(ts.ReadFile(args[0])), words(ts.ReadFile(args[1]))
	if want == "" || !strings.Contains(got, want) {
		ts.Fatalf("%s does not say\n  %s\nbut\n  %s", args[0], want, got)
	}
}

// A mistake is a step of the scripts: what it is, and the whole message.
type mistake struct{ what, message string }

// mistakes reads the scripts mistakes*.txt. The message of a mistake is the
// first file that its step compares with.
func mistakes(t *testing.T) []mistake {
	t.Helper()
	scripts, err := filepath.Glob(filepath.Join("testdata", "script", "mistakes*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var out []mistake
	for _, name := range scripts {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files := make(map[string]string)
		for _, f := range archive.Files {
			files[f.Name] = string(f.Data)
		}
		for _, step := range strings.Split(string(archive.Comment), "# mistake: ")[1:] {
			what, rest, _ := strings.Cut(step, "\n")
			found := regexp.MustCompile(`(?m)^(?:\[unix\] )?(?:cmp|says) std(?:out|err) (?:\.\./)?(\S+)$`).FindStringSubmatch(rest)
			if found == nil || strings.TrimSpace(files[found[1]]) == "" {
				t.Errorf("%s: %s: no message is compared", name, what)
				continue
			}
			out = append(out, mistake{what, inOneLine(files[found[1]])})
		}
	}
	return out
}

func inOneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// seen are the messages in the first column of the tables in docs/mistakes.md.
func seen(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "mistakes.md"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(.*?)` \\| ").FindAllStringSubmatch(string(data), -1) {
		out = append(out, inOneLine(strings.ReplaceAll(row[1], `\|`, "|")))
	}
	return out
}

// Every mistake is explained, and every message that is explained is one that
// xbench gives, word by word.
func TestMistakesAreDocumented(t *testing.T) {
	all, rows := mistakes(t), seen(t)
	for _, m := range all {
		if !slices.ContainsFunc(rows, func(row string) bool { return strings.Contains(m.message, row) }) {
			t.Errorf("docs/mistakes.md has no row for: %s\n%s", m.what, m.message)
		}
	}
	for _, row := range rows {
		if !slices.ContainsFunc(all, func(m mistake) bool { return strings.Contains(m.message, row) }) {
			t.Errorf("docs/mistakes.md explains what no script shows: %s", row)
		}
	}
	if len(all) < 20 || len(rows) != len(all) {
		t.Errorf("%d mistakes, %d rows", len(all), len(rows))
	}
}

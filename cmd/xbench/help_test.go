package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// commands are all that users see, the root apart.
func commands() []*cobra.Command {
	root := (&app{in: strings.NewReader(""), out: io.Discard, err: io.Discard}).root()
	return slices.DeleteFunc(root.Commands(), func(c *cobra.Command) bool { return !c.IsAvailableCommand() || c.Name() == "help" })
}

// examplesOf are the command lines that a command's help shows.
func examplesOf(c *cobra.Command) []string {
	var out []string
	for _, line := range strings.Split(c.Example, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// Every command has examples, of itself.
func TestHelpHasExamples(t *testing.T) {
	for _, c := range commands() {
		if len(examplesOf(c)) == 0 || c.Long == "" || c.Short == "" {
			t.Errorf("%s: no examples, or no description", c.Name())
		}
		for _, line := range examplesOf(c) {
			if line != "xbench "+c.Name() && !strings.HasPrefix(line, "xbench "+c.Name()+" ") {
				t.Errorf("%s: %q is no example of it", c.Name(), line)
			}
		}
	}
}

// shorter are examples that would take minutes, by their beginning, and what
// stands for the rest of the line in the test: the same flags, with less to do.
var shorter = []struct {
	example *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`^(xbench run --resume .*)$`), "$1 -q"},
	{regexp.MustCompile(`^(xbench run .*--rounds .*)$`), "$1 -q --spacing 0s"},
	{regexp.MustCompile(`^(xbench run.*)$`), "$1 -q --rounds 2 --spacing 0s"},
	// The demo's, whose benchmarks are known; there is no configuration in /.
	{regexp.MustCompile(`^(xbench check --random) \d+(.*)$`), "cd / && $1 2$2"},
	// It takes minutes, and has a script of its own: here its flags are parsed.
	{regexp.MustCompile(`^(xbench selftest.*)$`), "$1 --help"},
	// Two examples read a file of one name, of different kinds.
	{regexp.MustCompile(`^(xbench import json:.*)$`), "cd plain && $1"},
	// Each begins in an empty directory.
	{regexp.MustCompile(`^(xbench init.*)$`), "rm -rf fresh && mkdir fresh && cd fresh && $1"},
}

func shortened(example string) string {
	for _, s := range shorter {
		if s.example.MatchString(example) {
			return s.example.ReplaceAllString(example, s.with)
		}
	}
	return example
}

// examples runs what the help of a command shows, in a directory that has what
// the examples speak of. A verdict may be any; another end is a mistake in the
// help.
func examples(ts *testscript.TestScript, _ bool, args []string) {
	i := slices.IndexFunc(commands(), func(c *cobra.Command) bool { return c.Name() == args[0] })
	if i < 0 {
		ts.Fatalf("there is no command %s", args[0])
	}
	for _, line := range examplesOf(commands()[i]) {
		err := ts.Exec("sh", "-c", shortened(line)+` || { code=$?; test $code -eq 1 || test $code -eq 3; }`)
		if err != nil {
			ts.Fatalf("%s\n%v", line, err)
		}
	}
}

// Every flag stands in the README or in a document. That those in there exist is
// the documents' own test.
func TestFlagsAreDocumented(t *testing.T) {
	text := allDocs(t)
	for _, c := range commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Hidden || f.Name == "help" {
				return
			}
			names := "--" + regexp.QuoteMeta(f.Name)
			if f.Shorthand != "" {
				names += "|[ `(]-" + f.Shorthand
			}
			if !regexp.MustCompile(`(` + names + `)\b`).MatchString(text) {
				t.Errorf("%s --%s is in no document", c.Name(), f.Name)
			}
		})
	}
}

// allDocs is the README and every document.
func allDocs(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "..", "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, name := range append(names, filepath.Join("..", "..", "README.md")) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(data)
	}
	return text.String()
}

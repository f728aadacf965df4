package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"xbench/examples/starters"
	"xbench/harness"
	"xbench/harness/config"
	"xbench/pyref"
)

func (a *app) initCommand() *cobra.Command {
	var languages []string
	var force bool
	c := &cobra.Command{
		Use:   "init [DIR]",
		Short: "write an xbench.yaml and workers to start from",
		Long: `init writes an xbench.yaml and, for each language, a worker with two small
benchmarks, which pass xbench check and give a verdict at once. Each has one
place for your own code. There are starters in ` + strings.Join(starters.Names(), ", ") + `.

The first language is the reference, which the others are compared with; one
alone is only measured. DIR is made where it is missing; the default is the
working directory. No file is overwritten unless --force says so.`,
		Example: `  xbench init --lang python,rust
  xbench init --lang go,rust,node bench
  xbench init --lang python`,
		Args: oneDirectory,
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			return a.init(dir, languages, force)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&languages, "lang", nil, "`languages`, the reference first: "+strings.Join(starters.Names(), ", "))
	f.BoolVar(&force, "force", false, "replace files of the same name; others are left alone")
	return c
}

// oneDirectory refuses languages where a directory is meant.
func oneDirectory(c *cobra.Command, args []string) error {
	named := strings.FieldsFunc(strings.Join(args, ","), func(r rune) bool { return r == ',' })
	if _, err := starters.Find(named); err == nil && len(named) > 0 && !c.Flags().Changed("lang") {
		return fmt.Errorf("init: languages follow --lang: xbench init --lang %s", strings.Join(named, ","))
	}
	if len(args) > 1 {
		return fmt.Errorf("init takes one directory, got %q and %q; languages have commas between: --lang python,go", args[0], args[1])
	}
	return nil
}

func (a *app) init(dir string, names []string, force bool) error {
	if len(names) == 0 {
		return noLanguage()
	}
	for i, name := range names {
		names[i] = strings.ToLower(strings.TrimSpace(name))
	}
	chosen, err := starters.Find(names)
	if err != nil {
		return fmt.Errorf("--lang: %w", err)
	}
	python, err := pyref.SDK()
	if err != nil {
		return err
	}
	files, err := starters.Files(chosen, starters.SDKs{Go: harness.SDKFiles(), Python: python})
	if err != nil {
		return err
	}
	if err := place(dir, files, force); err != nil {
		return err
	}
	a.tellInit(dir, chosen, len(files))
	return nil
}

// noLanguage says what there is to choose from: which languages somebody
// compares cannot be guessed, and files of another one would be in the way.
func noLanguage() error {
	var b strings.Builder
	b.WriteString("init: --lang says which languages, the reference first:\n")
	for _, l := range starters.All() {
		fmt.Fprintf(&b, "  %-7s %s\n", l.Name, orElse(missingTool(l), l.Tool+" is there"))
	}
	b.WriteString("e.g. xbench init --lang python,go")
	return errors.New(b.String())
}

// missingTool says what a language cannot be used without and is not there.
func missingTool(l starters.Language) string {
	if _, err := exec.LookPath(l.Tool); err == nil {
		return ""
	}
	return fmt.Sprintf("%s not found: get %s %s or newer: %s", l.Tool, l.Title, l.Version, l.Get)
}

// tellInit shows what was written and what to do next.
func (a *app) tellInit(dir string, chosen []starters.Language, files int) {
	fmt.Fprintf(a.out, "wrote %s, %s\n", filepath.Join(dir, config.FileName), plural(files-1, "other file"))
	for _, l := range chosen {
		if missing := missingTool(l); missing != "" {
			fmt.Fprintf(a.err, "warning: %s\n", missing)
		}
	}
	fmt.Fprint(a.out, "\nnext\n")
	if dir != "." {
		fmt.Fprintf(a.out, "  cd %s\n", shellWord(dir))
	}
	self := selfName()
	if len(chosen) > 1 {
		fmt.Fprintf(a.out, "  %s check   # do all sides do the same work?\n", self)
		fmt.Fprintf(a.out, "  %s run     # which is faster, and can that be claimed?\n", self)
	} else {
		fmt.Fprintf(a.out, "  %s run   # how long does it take?\n", self)
	}
	fmt.Fprint(a.out, "\nthen put your own work where YOUR CODE stands\n")
	for _, l := range chosen {
		fmt.Fprintf(a.out, "  %s\n", filepath.Join(dir, filepath.FromSlash(l.Place)))
	}
}

// selfName is what to type to run this program again, from any directory.
func selfName() string {
	self, err := os.Executable()
	if err != nil {
		return "xbench"
	}
	if found, err := exec.LookPath("xbench"); err == nil && sameFile(found, self) {
		return "xbench"
	}
	return shellWord(self)
}

func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// shellWord quotes what a POSIX shell would not take for one plain word.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+,:@%", r)
	}
	if s != "" && strings.TrimFunc(s, plain) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

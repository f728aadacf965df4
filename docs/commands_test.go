package docs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Every command that README.md and the documents show is run: the ones that
// only read what is in the repository by go test, all of them where
// XBENCH_DOCS_REQUIRED=1 is set, which is what scripts/docs.sh does. Each
// document has a copy of the repository to itself, and its commands run there
// one after the other, in the order in which they are read.
//
// What is shown beneath a command is what it prints: to the byte where nothing
// is measured, else in all words that no measurement changes. How it exits is
// what the text says, else 0; what measures may exit 1 or 3 as well, since two
// rounds on a busy machine prove little.
func TestEveryCommandRuns(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil || runtime.GOOS == "windows" {
		t.Skip("the commands are those of a shell")
	}
	all := os.Getenv("XBENCH_DOCS_REQUIRED") == "1"
	var count tally
	for _, doc := range everyDocument(t) {
		t.Run(strings.ReplaceAll(doc.name, "/", "_"), func(t *testing.T) { count.add(runAll(t, doc, all)) })
	}
	t.Log(count)
}

// runAll runs the commands of a document, or only those that read.
func runAll(t *testing.T, doc document, all bool) (count tally) {
	var h *house // made when something is to be run
	for _, b := range blocksOf(doc) {
		if !b.holdsCommands() {
			continue
		}
		for _, s := range b.steps() {
			e := exceptionOf(s)
			switch {
			case e.elsewhere != "":
				count.elsewhere++
				t.Logf("%s:%d: not run here: %s: %s", s.doc, s.line, s.command, e.elsewhere)
			case !all && !readsOnly.MatchString(s.command):
				count.later++
			default:
				if h == nil {
					h = newHouse(t)
				}
				count.run++
				h.check(t, s, e)
			}
		}
	}
	for _, e := range exceptions {
		if e.doc == doc.name && !e.used {
			t.Errorf("%s has no command %q any more", e.doc, e.command)
		}
	}
	return count
}

type tally struct{ run, later, elsewhere int }

func (c *tally) add(d tally) {
	c.run, c.later, c.elsewhere = c.run+d.run, c.later+d.later, c.elsewhere+d.elsewhere
}

func (c tally) String() string {
	return fmt.Sprintf("docs: %d commands run, %d left to scripts/docs.sh, %d run elsewhere, 0 skipped", c.run, c.later, c.elsewhere)
}

// readsOnly are the commands that measure and write nothing, so that all of
// what they print can be foretold.
var readsOnly = regexp.MustCompile(`^(\./)?xbench (compare (docs|examples)/|import .*harness/foreign/testdata/|list\b|help\b|[a-z]+ --help)`)

// printed is what the commands print whose output can be foretold, where the
// documents show any of it.
func printed(t *testing.T) map[string]string {
	t.Helper()
	out := make(map[string]string)
	var h *house
	for _, doc := range everyDocument(t) {
		for _, b := range blocksOf(doc) {
			for _, s := range b.steps() {
				if s.shown == nil || !readsOnly.MatchString(s.command) {
					continue
				}
				if h == nil {
					h = newHouse(t)
				}
				out[s.command], _ = h.run(t, s.command, nil)
			}
		}
	}
	return out
}

// measures are the commands that depend on the moment.
var measures = regexp.MustCompile(`xbench (run|check|doctor|selftest|compare (--baseline [a-z.]+ )?xbench-results)|_comparison\.sh`)

// check runs a command and holds it to what the document says of it.
func (h *house) check(t *testing.T, s step, e *exception) {
	t.Helper()
	began := time.Now()
	if complaint := h.complaint(t, s, e); complaint != "" {
		t.Errorf("%s:%d: %s", s.doc, s.line, complaint)
	}
	if testing.Verbose() {
		t.Logf("%s:%d: %.1f s: %s", s.doc, s.line, time.Since(began).Seconds(), s.command)
	}
}

// complaint says what a command does otherwise than the document says, "" if
// nothing.
func (h *house) complaint(t *testing.T, s step, e *exception) string {
	t.Helper()
	command := s.command
	if e.instead != "" {
		command = e.instead
	}
	out, code := h.run(t, command, e.env)
	if m := told.FindStringSubmatch(out); m != nil && strings.HasSuffix(command, `exit $?"`) {
		code, _ = strconv.Atoi(m[1])
	}
	wrong := ""
	if want := exits(s, e); !slices.Contains(want, code) {
		wrong = fmt.Sprintf("exit %d, want %v", code, want)
	} else if e.prints != "" && !regexp.MustCompile(e.prints).MatchString(out) {
		wrong = "does not match " + e.prints
	} else if s.shown != nil {
		wrong = unlike(s, strings.Split(strings.TrimRight(out, "\n"), "\n"))
	}
	if wrong == "" {
		return ""
	}
	return fmt.Sprintf("$ %s\n%s; it printed\n%s", command, wrong, out)
}

// told is the code that a command's echo tells, which would hide it else.
var told = regexp.MustCompile(`exit (\d+)\n$`)

// unlike says which line that is shown has no counterpart in what was printed.
func unlike(s step, printed []string) string {
	shown := s.shown
	for len(shown) > 0 && strings.TrimSpace(shown[len(shown)-1]) == "" {
		shown = shown[:len(shown)-1] // blank lines before the next command
	}
	if measures.MatchString(s.command) {
		if line := strangeShape(shown, printed); line != "" {
			return fmt.Sprintf("the document shows %q, and no line there is like it", line)
		}
	} else if line := firstStranger(shown, printed); line != "" {
		return fmt.Sprintf("the document shows %q there", line)
	}
	return ""
}

// What documents say wrongly is seen.
func TestWrongDocumentsAreSeen(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil || runtime.GOOS == "windows" {
		t.Skip("the commands are those of a shell")
	}
	h := newHouse(t)
	check := func(text, want string) {
		t.Helper()
		for _, s := range (block{text: text}).steps() {
			got := h.complaint(t, s, &exception{})
			if (got == "") != (want == "") || !strings.Contains(got, want) {
				t.Errorf("%s: got %q, want %q", text, got, want)
			}
		}
	}
	quick := "$ ./xbench compare docs/performance/quick\n"
	check(quick+"host ...\n", `the document shows "host ..." there`)
	check(quick+"...\nPASS, exit 0\n", "")
	check(quick+"...\nFAIL, exit 1\n", "exit 0, want [1]")
	check(quick+"...\nPASS, exit 0\nmore\n", `the document shows "more" there`)
	check("xbench list --suit smoke\n", "exit 2, want [0]")
	check("xbench list --suite smoke >list\nwc -l list\n", "")
	check("cd examples/primes\ncat sieve.py\n", "") // the next one begins there
	check("test -f sieve.py\n", "")
	check("$ echo one two\none 2\n", `the document shows "one 2" there`)
	check("$ echo one two\none two\n\n", "")
	check("nosuch || echo \"exit $?\"\n", "exit 127, want [0]")
}

var saysExit = regexp.MustCompile(`(?m)\bexit ([0-3])\b`)

// exits are the codes that a command may end with.
func exits(s step, e *exception) []int {
	switch {
	case e.exits != nil:
		return e.exits
	case measures.MatchString(s.command):
		return []int{0, 1, 3}
	}
	if m := saysExit.FindAllStringSubmatch(strings.Join(s.shown, "\n"), -1); m != nil && !strings.Contains(s.command, "--explain") {
		return []int{int(m[len(m)-1][1][0] - '0')}
	}
	return []int{0}
}

// A house is a copy of the repository in which a document's commands run, with
// a home of its own.
type house struct {
	root, home, dir string // dir is where the last command ended
	checkout        string // what it is a copy of
}

// lot is where houses stand, one after the other in the same place: what is
// built in one need not be compiled again in the next.
var lot = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "xbench-docs")
	if err != nil {
		panic(err)
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		panic(err)
	}
	return dir
})

func TestMain(m *testing.M) {
	code := m.Run()
	os.RemoveAll(lot())
	os.Exit(code)
}

// built is xbench as the first line of README.md builds it, made once.
var built = sync.OnceValues(func() (string, error) {
	file := filepath.Join(lot(), "built", "xbench")
	out, err := exec.Command("go", "build", "-o", file, "../cmd/xbench").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("go build: %w\n%s", err, out)
	}
	return file, err
})

func newHouse(t *testing.T) *house {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{root: filepath.Join(lot(), "xbench"), home: filepath.Join(lot(), "home")}
	h.dir = h.root
	if h.checkout, err = filepath.Abs(".."); err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.RemoveAll(h.root))
	must(os.RemoveAll(h.home))
	must(os.MkdirAll(h.home, 0o755))
	must(copyTree("..", h.root))
	program, err := os.ReadFile(binary)
	must(err)
	must(os.WriteFile(filepath.Join(h.root, "xbench"), program, 0o755))
	for name, text := range programs {
		must(os.WriteFile(filepath.Join(h.root, name), []byte(text), 0o755))
	}
	return h
}

// programs stand beside ./xbench because README.md and the documents speak of
// them.
var programs = map[string]string{
	"old": "#!/bin/sh\ni=0; s=0\nwhile [ $i -lt $(($1 * 100)) ]; do i=$((i + 1)); s=$((s + i)); done\necho $s\n",
	"new": "#!/bin/sh\nn=$(($1 * 100))\necho $((n * (n + 1) / 2))\n",
}

// leftOut are parts of a checkout that are no part of the repository.
var leftOut = []string{".git", ".bin", "xbench", "xbench-results", "__pycache__", "target", "node_modules", ".venv"}

func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // a file that came and went
			}
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if slices.Contains(leftOut, d.Name()) && (d.IsDir() || filepath.Dir(name) == ".") && name != filepath.Join("cmd", "xbench") {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		target := filepath.Join(to, name)
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		info, err := d.Info()
		if err != nil || !info.Mode().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		return os.WriteFile(target, text, info.Mode().Perm()|0o200)
	})
}

// patience bounds a command; a loaded machine needs a fraction of it.
const patience = 2 * time.Minute

// run carries out one command line where the last one ended and returns what it
// wrote to both streams.
func (h *house) run(t *testing.T, command string, env []string) (string, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	where := filepath.Join(h.home, "pwd")
	cmd := exec.CommandContext(ctx, "bash", "-c", "trap 'pwd >\"$DOCS_PWD\"' EXIT\nset -eo pipefail\n"+command)
	cmd.Dir = h.dir
	cmd.Env = append(h.environment(), "DOCS_PWD="+where)
	cmd.Env = append(cmd.Env, env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", command, err)
	}
	if dir, err := os.ReadFile(where); err == nil {
		h.dir = strings.TrimSpace(string(dir))
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// environment is the test's without what a CI job or a user may have set, with
// a home of its own and short settings: two rounds, close together.
func (h *house) environment() []string {
	var env []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if !slices.ContainsFunc([]string{"GITHUB_", "RUNNER_", "XBENCH", "CI", "HOME", "PATH", "PWD", "OLDPWD", "XDG_", "COLUMNS"}, func(p string) bool { return strings.HasPrefix(name, p) }) {
			env = append(env, entry)
		}
	}
	for name, path := range caches() {
		if os.Getenv(name) == "" {
			env = append(env, name+"="+path)
		}
	}
	return append(env, "HOME="+h.home, "CHECKOUT="+h.checkout, "PATH="+h.root+string(os.PathListSeparator)+os.Getenv("PATH"),
		"XBENCH_ROUNDS=2", "XBENCH_SPACING=0s", "XBENCH_SEED=7", "GORACE=atexit_sleep_ms=0")
}

// caches are the toolchains' own, which lie in the home of whoever runs this.
var caches = sync.OnceValue(func() map[string]string {
	out := make(map[string]string)
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
		if value, err := exec.Command("go", "env", name).Output(); err == nil {
			out[name] = strings.TrimSpace(string(value))
		}
	}
	if home, err := os.UserHomeDir(); err == nil {
		out["CARGO_HOME"], out["RUSTUP_HOME"], out["PYENV_ROOT"] = filepath.Join(home, ".cargo"), filepath.Join(home, ".rustup"), filepath.Join(home, ".pyenv")
		out["npm_config_cache"], out["PIP_CACHE_DIR"] = filepath.Join(home, ".npm"), filepath.Join(home, ".cache", "pip")
	}
	return out
})

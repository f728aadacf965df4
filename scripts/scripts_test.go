// Package scripts_test runs the scripts of this directory as their users do:
// as processes, judged by exit codes, files and what they print.
package scripts_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// testBinary is xbench, built once for all tests.
var testBinary string

func TestMain(m *testing.M) { os.Exit(withBinary(m)) }

func withBinary(m *testing.M) int {
	if _, err := exec.LookPath("bash"); err != nil || runtime.GOOS == "windows" {
		println("scripts: no bash here, nothing to test")
		return 0
	}
	dir, err := os.MkdirTemp("", "xbench-scripts")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	testBinary = filepath.Join(dir, "xbench")
	if out, err := exec.Command("go", "build", "-o", testBinary, "../cmd/xbench").CombinedOutput(); err != nil {
		println("scripts: go build: " + string(out))
		return 1
	}
	return m.Run()
}

// A script is one run of a script: where, with what and how it ended.
type script struct {
	dir            string
	env            []string // besides the test's own
	stdout, stderr string
	code           int
}

// run carries out one command line. The environment is the test's without what
// a surrounding CI job or user may have set.
func (s *script) run(t *testing.T, args ...string) {
	t.Helper()
	cmd := s.command(args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	s.stdout, s.stderr, s.code = out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func (s *script) command(args ...string) *exec.Cmd {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = s.dir
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if !slices.ContainsFunc([]string{"GITHUB_", "RUNNER_", "INPUT_", "ACTION_", "XBENCH", "CI"}, func(p string) bool { return strings.HasPrefix(name, p) }) {
			cmd.Env = append(cmd.Env, entry)
		}
	}
	cmd.Env = append(cmd.Env, s.env...)
	return cmd
}

// path is the absolute path of a file of the repository.
func path(t *testing.T, name string) string {
	t.Helper()
	abs, err := filepath.Abs(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

package scripts_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The scripts about the examples say what they are for, and refuse what they
// do not understand before they build or measure anything.
func TestExampleScriptsExplainThemselves(t *testing.T) {
	check := func(code int, stdout, stderr string, args ...string) {
		t.Helper()
		s := script{}
		s.run(t, append([]string{path(t, "scripts/"+args[0])}, args[1:]...)...)
		if s.code != code || !strings.Contains(s.stdout, stdout) || !strings.Contains(s.stderr, stderr) {
			t.Errorf("%q: exit %d, want %d\n%s%s", args, s.code, code, s.stdout, s.stderr)
		}
	}
	check(0, "How reliable is a regression gate", "", "regression_gate.sh", "--help")
	check(2, "", "regression_gate.sh: 0: want a whole number above 0\n", "regression_gate.sh", "0")
	check(2, "", "regression_gate.sh: ten: want a whole number above 0\n", "regression_gate.sh", "2", "ten")
	check(0, "Builds the extension module", "", "extension.sh", "--help")
}

// Without cargo there is nothing to build: a skip that is counted, and an error
// where nothing may be skipped.
func TestExtensionWithoutCargo(t *testing.T) {
	bin := t.TempDir()
	for _, name := range []string{"bash", "dirname"} {
		program, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(program, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	check := func(code int, env ...string) {
		t.Helper()
		s := script{env: append(env, "PATH="+bin)}
		s.run(t, path(t, "scripts/extension.sh"))
		if s.code != code || s.stdout != "extension: skipped: no cargo (https://rustup.rs)\n0 passed, 0 failed, 1 skipped\n" {
			t.Errorf("%q: exit %d, want %d\n%s%s", env, s.code, code, s.stdout, s.stderr)
		}
	}
	check(0, "CI=")
	check(1, "CI=true")
}

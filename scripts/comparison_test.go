package scripts_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The comparisons run from anywhere, say where the report is and what the exit
// code means, and end with it.
func TestComparisons(t *testing.T) {
	t.Parallel()
	check := func(wantCode int, wantMeaning, script_ string, args ...string) string {
		t.Helper()
		out := t.TempDir()
		s := script{dir: t.TempDir(), env: []string{"XBENCH=" + testBinary}}
		for i, arg := range args {
			args[i] = strings.ReplaceAll(arg, "OUT", out)
		}
		s.run(t, append([]string{"bash", path(t, script_)}, args...)...)
		if s.code != wantCode || !strings.Contains(s.stderr, wantMeaning) {
			t.Errorf("%s %q: exit %d, want %d and %q in\n%s\n%s", script_, args, s.code, wantCode, wantMeaning, s.stdout, s.stderr)
		}
		return s.stdout + s.stderr
	}
	reported := func(text string) {
		t.Helper()
		found := regexp.MustCompile(`(?m)^report +(/.*/report\.html)$`).FindStringSubmatch(text)
		if found == nil || !exists(found[1]) {
			t.Errorf("no report in\n%s", text)
		}
	}
	quick, full := "scripts/quick_comparison.sh", "scripts/full_comparison.sh"

	t.Run("measured", func(t *testing.T) {
		t.Parallel()
		reported(check(0, "exit 0     proved, or nothing was claimed", quick, "--", "--suite", "smoke", "--filter", "3_nodes", "-o", "OUT"))
	})
	t.Run("inconclusive", func(t *testing.T) {
		t.Parallel()
		text := check(3, "exit 3     inconclusive", full, "2", "--", "--suite", "smoke", "--filter", "state", "--gate", "minimum", "--output=OUT/new")
		reported(text)
		if !strings.Contains(text, "of at most 2,") {
			t.Errorf("the number of rounds did not arrive:\n%s", text)
		}
	})
	t.Run("mistakes", func(t *testing.T) {
		t.Parallel()
		if text := check(2, "exit 2     nothing was judged", quick, "--", "--suite", "smok", "-o", "OUT"); strings.Contains(text, "report ") {
			t.Errorf("a report of nothing:\n%s", text)
		}
		check(2, "--rounds 99: must be 2 to 45", full, "99", "--", "-oOUT")
		check(2, `"ten": rounds must be a whole number`, full, "ten")
		check(2, `unexpected argument "--suite"`, quick, "--suite")
		check(2, `unexpected argument "--suite"`, full, "5", "--suite")
	})
	t.Run("help", func(t *testing.T) {
		t.Parallel()
		for _, flag := range []string{"-h", "--help"} {
			check(0, "", quick, flag)
			if text := check(0, "", full, flag); !strings.Contains(text, "[ROUNDS]") || strings.Contains(text, "#") || strings.Contains(text, "pipefail") {
				t.Errorf("help:\n%s", text)
			}
		}
	})
}

// XBENCH names a binary, from wherever the caller is.
func TestComparisonTakesABinary(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Symlink(testBinary, filepath.Join(dir, "mine")); err != nil {
		t.Fatal(err)
	}
	s := script{dir: dir, env: []string{"XBENCH=./mine"}}
	s.run(t, "bash", path(t, "scripts/quick_comparison.sh"), "--", "--dry-run")
	if s.code != 0 || !strings.Contains(s.stdout, "suite      quick") {
		t.Errorf("exit %d\n%s\n%s", s.code, s.stdout, s.stderr)
	}
	s.env = []string{"XBENCH=./yours"}
	s.run(t, "bash", path(t, "scripts/quick_comparison.sh"), "--", "--dry-run")
	if s.code != 2 || !strings.Contains(s.stderr, "XBENCH=./yours: no such program") {
		t.Errorf("exit %d\n%s", s.code, s.stderr)
	}
}

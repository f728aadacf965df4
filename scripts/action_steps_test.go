package scripts_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// runStep carries out a step of action.yml as the runner does: its line of
// script through bash, with the environment that its expressions give.
func (j *job) runStep(t *testing.T, id string, context map[string]string) {
	t.Helper()
	for _, s := range theAction(t).Runs.Steps {
		if s.ID != id {
			continue
		}
		sh := j.script
		sh.env = append(sh.env[:len(sh.env):len(sh.env)], "GITHUB_ACTION_PATH="+path(t, "."))
		for name, value := range s.Env {
			expression := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(value.(string), "${{"), "}}"))
			given, ok := context[expression]
			if !ok {
				t.Fatalf("%s: %v is nothing that the runner knows", name, value)
			}
			sh.env = append(sh.env, name+"="+given)
		}
		if err := os.WriteFile(j.get("GITHUB_OUTPUT"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		sh.run(t, "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", s.Run)
		j.stdout, j.stderr, j.code = sh.stdout, sh.stderr, sh.code
		j.collect(t)
		return
	}
	t.Fatalf("action.yml has no step %s", id)
}

// inputContext is what expressions of the action may refer to, with the
// defaults of its inputs.
func inputContext(t *testing.T, with map[string]string) map[string]string {
	t.Helper()
	context := map[string]string{"github.action_repository": "the-owner/xbench", "github.action_ref": "v1"}
	for name, in := range theAction(t).Inputs {
		context["inputs."+name] = in.Default
	}
	for name, value := range with {
		context["inputs."+name] = value
	}
	return context
}

// Every input of the action becomes the flag of its name. The xbench of this
// test shows what it is called with.
func TestActionInputsBecomeFlags(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	bin := filepath.Join(j.get("RUNNER_TEMP"), "xbench-bin", "xbench")
	os.Remove(bin)
	write(t, bin, "#!/bin/sh\npwd\nprintf '<%s>' \"$@\"\n")
	check := func(want, where string, with map[string]string) {
		t.Helper()
		j.runStep(t, "run", inputContext(t, with))
		if j.code != 0 || !strings.Contains(j.stdout, want) || !regexp.MustCompile(`(?m)`+where+`$`).MatchString(j.stdout) {
			t.Errorf("%v: exit %d, want %s in\n%s\n%s", with, j.code, want, j.stdout, j.stderr)
		}
	}
	check("<run><--output=xbench-results>", "/"+filepath.Base(j.dir), nil)
	if err := os.Mkdir(filepath.Join(j.dir, "sub dir"), 0o755); err != nil {
		t.Fatal(err)
	}
	check("<run><--config=c d><--suite=s><--filter=f|g><--goals=o><--gate=a><--inconclusive=i><--budget=b><--rounds=r><--output=out put><--impl=x y><-q>", "/sub dir", map[string]string{
		"config": "c d", "suite": "s", "filter": "f|g", "goals": "o", "gate": "a", "inconclusive": "i", "budget": "b", "rounds": "r",
		"output": "out put", "args": "--impl=x y\n-q", "working-directory": "sub dir",
	})
}

func TestActionChooses(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	j.runStep(t, "choose", inputContext(t, nil))
	if j.code != 0 || j.outputs["ready"] != "false" || j.outputs["cache"] != "true" || j.outputs["go"] != "true" {
		t.Errorf("exit %d, outputs %v\n%s", j.code, j.outputs, j.stderr)
	}
	j.runStep(t, "choose", inputContext(t, map[string]string{"cache": "false"}))
	if j.code != 0 || j.outputs["cache"] != "false" {
		t.Errorf("exit %d, outputs %v\n%s", j.code, j.outputs, j.stderr)
	}
	j.runStep(t, "choose", inputContext(t, map[string]string{"cache": "yes"}))
	if j.code != 2 || !strings.Contains(j.stderr, `input cache: "yes": must be true or false`) {
		t.Errorf("exit %d\n%s\n%s", j.code, j.stdout, j.stderr)
	}
	j.runStep(t, "choose", inputContext(t, map[string]string{"version": "7.7.7"}))
	if j.code != 0 || !strings.Contains(j.stdout, "/the-owner/xbench/releases/download/v7.7.7/xbench_7.7.7_") {
		t.Errorf("exit %d\n%s\n%s", j.code, j.stdout, j.stderr)
	}
}

// The runner takes a percent sign for an escape, and a line's end for the end.
func TestActionEscapesAnnotations(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	s := j.script
	s.run(t, "bash", "-c", `. "$1"; command_for error "50% of
::error::two"`, "-", j.functions(t))
	if want := "::error title=xbench::50%25 of%0A::error::two\n"; s.stdout != want {
		t.Errorf("%q, want %q", s.stdout, want)
	}
}

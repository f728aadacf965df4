package scripts_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// actionlint looks at an action's names and inputs, not at its steps; these
// tests do.

type action struct {
	Name, Description string
	Inputs            map[string]struct{ Description, Default string }
	Outputs           map[string]struct{ Description, Value string }
	Runs              struct {
		Using string
		Steps []step
	}
}

type workflow struct {
	Permissions any
	Jobs        map[string]struct {
		TimeoutMinutes  int `yaml:"timeout-minutes"`
		ContinueOnError any `yaml:"continue-on-error"`
		Permissions     any
		Steps           []step
	}
}

type step struct {
	Name, ID, If, Uses, Run, Shell string
	With, Env                      map[string]any
	ContinueOnError                any `yaml:"continue-on-error"`
}

func decode[T any](t *testing.T, file string) T {
	t.Helper()
	var v T
	if err := yaml.Unmarshal([]byte(read(t, file)), &v); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return v
}

func theAction(t *testing.T) action {
	t.Helper()
	return decode[action](t, path(t, "action.yml"))
}

// allWorkflows are the repository's own and the examples.
func allWorkflows(t *testing.T) map[string]workflow {
	t.Helper()
	out := make(map[string]workflow)
	for _, dir := range []string{".github/workflows", "examples/ci"} {
		files, err := filepath.Glob(path(t, dir) + "/*.yml")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d workflows, %v", dir, len(files), err)
		}
		for _, file := range files {
			out[filepath.Join(dir, filepath.Base(file))] = decode[workflow](t, file)
		}
	}
	return out
}

var (
	inputRef  = regexp.MustCompile(`\binputs\.([a-z-]+)`)
	outputRef = regexp.MustCompile(`\bsteps\.([a-z-]+)\.outputs\.([a-z-]+)`)
)

// Every input is used, every one that is used is declared; the same of what
// the script reads from the environment.
func TestActionInputs(t *testing.T) {
	a := theAction(t)
	text := read(t, path(t, "action.yml"))
	used := make(map[string]bool)
	for _, m := range inputRef.FindAllStringSubmatch(text, -1) {
		used[m[1]] = true
	}
	if got, want := slices.Sorted(maps.Keys(used)), slices.Sorted(maps.Keys(a.Inputs)); !slices.Equal(got, want) {
		t.Errorf("used inputs %q, declared %q", got, want)
	}
	given, sh := make(map[string]bool), read(t, path(t, "scripts/action.sh"))
	for _, s := range a.Runs.Steps {
		for name := range s.Env {
			given[name] = true
			if flag := strings.ToLower(strings.TrimPrefix(name, "INPUT_")); !strings.Contains(sh, "$"+name) && !strings.Contains(sh, "${"+name) && !regexp.MustCompile(`for name in [a-z ]*\b`+flag+`\b`).MatchString(sh) {
				t.Errorf("action.sh does not read %s", name)
			}
		}
	}
	for _, m := range regexp.MustCompile(`\b(INPUT|ACTION)_[A-Z_]+\b`).FindAllString(sh, -1) {
		if !given[m] && m != "INPUT_NAME" {
			t.Errorf("action.sh reads %s, which action.yml does not give", m)
		}
	}
	for name, in := range a.Inputs {
		if in.Description == "" {
			t.Errorf("input %s is not described", name)
		}
	}
}

// Outputs come from steps that are there, under names that they write.
func TestActionOutputs(t *testing.T) {
	a := theAction(t)
	ids := make(map[string]step)
	for _, s := range a.Runs.Steps {
		if s.ID != "" {
			ids[s.ID] = s
		}
	}
	sh := read(t, path(t, "scripts/action.sh"))
	refs := outputRef.FindAllStringSubmatch(read(t, path(t, "action.yml")), -1)
	if len(refs) < len(a.Outputs) {
		t.Fatalf("%d references to outputs of steps", len(refs))
	}
	for _, m := range refs {
		s, ok := ids[m[1]]
		written := regexp.MustCompile(`\boutput ` + m[2] + `\b|[ :]` + m[2] + `:[A-Za-z]`).MatchString(sh)
		if !ok || s.Run != "" && !written {
			t.Errorf("%s: no such step, or action.sh writes no such output", m[0])
		}
	}
	for name, o := range a.Outputs {
		if o.Description == "" || !outputRef.MatchString(o.Value) {
			t.Errorf("output %s: description %q, value %q", name, o.Description, o.Value)
		}
	}
}

// Text of a pull request must not become text of a script: no expression
// stands in one. Steps of a composite action name their shell.
func TestNoExpressionInScripts(t *testing.T) {
	check := func(where string, steps []step, composite bool) {
		t.Helper()
		for _, s := range steps {
			if strings.Contains(s.Run, "${{") {
				t.Errorf("%s: an expression in a script:\n%s", where, s.Run)
			}
			if composite && s.Run != "" && s.Shell != "bash" {
				t.Errorf("%s: step %q has shell %q", where, s.Name, s.Shell)
			}
		}
	}
	a := theAction(t)
	if a.Runs.Using != "composite" || len(a.Runs.Steps) == 0 {
		t.Fatalf("runs %q, %d steps", a.Runs.Using, len(a.Runs.Steps))
	}
	check("action.yml", a.Runs.Steps, true)
	for name, w := range allWorkflows(t) {
		for _, job := range w.Jobs {
			check(name, job.Steps, false)
		}
	}
}

// A red step makes a red job: none of the action's goes on in spite of an
// error, and in workflows only one whose outcome a later step looks at. The
// step that measures is never left out.
func TestFailuresAreNotPassedOver(t *testing.T) {
	a := theAction(t)
	measures := 0
	for _, s := range a.Runs.Steps {
		if s.ContinueOnError != nil {
			t.Errorf("action.yml: step %q has continue-on-error: %v", s.Name, s.ContinueOnError)
		}
		if s.Run != "" && !regexp.MustCompile(`^exec bash "\$GITHUB_ACTION_PATH/scripts/action\.sh" [a-z]+$`).MatchString(s.Run) {
			t.Errorf("action.yml: step %q does more than call action.sh:\n%s", s.Name, s.Run)
		}
		if s.ID == "run" {
			if measures++; s.If != "" {
				t.Errorf("action.yml: step %q is left out unless %s", s.Name, s.If)
			}
		}
	}
	if measures != 1 {
		t.Errorf("action.yml: %d steps measure", measures)
	}
	passed := 0
	for name, w := range allWorkflows(t) {
		for id, job := range w.Jobs {
			if job.ContinueOnError != nil {
				t.Errorf("%s: job %s has continue-on-error: %v", name, id, job.ContinueOnError)
			}
			for _, s := range job.Steps {
				if s.ContinueOnError == nil {
					continue
				}
				if passed++; s.ID == "" || !strings.Contains(read(t, path(t, name)), "steps."+s.ID+".outcome") {
					t.Errorf("%s: a failure of step %q (id %q) is passed over, and nothing looks at its outcome", name, s.Name, s.ID)
				}
			}
		}
	}
	if passed == 0 {
		t.Error("continue-on-error is not read: ci.yml has one")
	}
}

// Other people's actions are pinned by commit, with the release beside it: a
// tag can be moved. One action has one pin.
func TestActionsArePinned(t *testing.T) {
	pinned := regexp.MustCompile(`^([\w-]+/[\w./-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$`)
	ours := regexp.MustCompile(`^(\./|OWNER/xbench@COMMIT # v\d+\.\d+\.\d+)$`)
	pins := make(map[string]string)
	files := append([]string{"action.yml"}, slices.Sorted(maps.Keys(allWorkflows(t)))...)
	for _, file := range files {
		for _, m := range regexp.MustCompile(`(?m)^[ -]*uses: (.*)$`).FindAllStringSubmatch(read(t, path(t, file)), -1) {
			if ours.MatchString(m[1]) {
				continue
			}
			p := pinned.FindStringSubmatch(m[1])
			if p == nil {
				t.Errorf("%s: %q is not pinned as OWNER/ACTION@COMMIT # vX.Y.Z", file, m[1])
			} else if pin := p[2] + " " + p[3]; pins[p[1]] != "" && pins[p[1]] != pin {
				t.Errorf("%s: %s is %s here and %s elsewhere", file, p[1], pin, pins[p[1]])
			} else {
				pins[p[1]] = pin
			}
		}
	}
	if len(pins) < 5 {
		t.Errorf("only %d actions seen: %v", len(pins), pins)
	}
}

// Workflows may read the code and no more, unless a job says so; and none runs
// on for hours.
func TestWorkflowsAreModest(t *testing.T) {
	for name, w := range allWorkflows(t) {
		if got := fmt.Sprint(w.Permissions); got != "map[contents:read]" {
			t.Errorf("%s: permissions %s", name, got)
		}
		for id, job := range w.Jobs {
			if job.TimeoutMinutes == 0 || job.TimeoutMinutes > 60 {
				t.Errorf("%s: job %s has a time limit of %d minutes", name, id, job.TimeoutMinutes)
			}
		}
	}
}

// actionlint knows the inputs of a local action only.
func TestExamplesGiveInputsThatExist(t *testing.T) {
	a := theAction(t)
	seen := 0
	for name, w := range allWorkflows(t) {
		for _, job := range w.Jobs {
			for _, s := range job.Steps {
				if !strings.Contains(s.Uses, "/xbench@") {
					continue
				}
				seen++
				for input := range s.With {
					if _, ok := a.Inputs[input]; !ok {
						t.Errorf("%s: the action has no input %q", name, input)
					}
				}
			}
		}
		for _, m := range outputRef.FindAllStringSubmatch(read(t, path(t, name)), -1) {
			if _, ok := a.Outputs[m[2]]; !ok {
				t.Errorf("%s: the action has no output %q", name, m[2])
			}
		}
	}
	if seen < 3 {
		t.Errorf("%d uses of the action in the examples", seen)
	}
}

func TestPullRequestInTenLines(t *testing.T) {
	lines := 0
	for line := range strings.Lines(read(t, path(t, "examples/ci/pull-request.yml"))) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines++
		}
	}
	if lines == 0 || lines > 10 {
		t.Errorf("%d lines", lines)
	}
}

// The document shows the workflow that is there, and every input and output.
func TestDocumentedAction(t *testing.T) {
	doc := read(t, path(t, "docs/ci.md"))
	_, rest, _ := strings.Cut(doc, "```yaml\n")
	shown, _, _ := strings.Cut(rest, "```\n")
	var file strings.Builder
	for line := range strings.Lines(read(t, path(t, "examples/ci/pull-request.yml"))) {
		if !strings.HasPrefix(line, "#") {
			file.WriteString(line)
		}
	}
	if shown != file.String() {
		t.Errorf("docs/ci.md shows\n%s\nexamples/ci/pull-request.yml is\n%s", shown, file.String())
	}
	_, example, _ := strings.Cut(read(t, path(t, "examples/ci/regression.yaml")), "#\n# As it stands")
	_, example, _ = strings.Cut(example, "\nimplementations:")
	_, rest, _ = strings.Cut(doc, "```yaml\nimplementations:")
	if shown, _, _ := strings.Cut(rest, "```\n"); shown != example || shown == "" {
		t.Errorf("docs/ci.md shows\n%s\nexamples/ci/regression.yaml is\n%s", shown, example)
	}
	a := theAction(t)
	_, tables, _ := strings.Cut(doc, "## What the action takes and gives")
	inputs, outputs, _ := strings.Cut(tables, "| output | |")
	outputs, _, _ = strings.Cut(outputs, "\n## ")
	check := func(kind, table string, names []string) {
		t.Helper()
		var documented []string
		for line := range strings.Lines(table) {
			if first, _, ok := strings.Cut(strings.TrimPrefix(line, "| "), " |"); ok && strings.HasPrefix(line, "| `") {
				documented = append(documented, strings.Split(strings.ReplaceAll(first, "`", ""), ", ")...)
			}
		}
		if slices.Sort(documented); !slices.Equal(documented, names) {
			t.Errorf("documented %s: %q, the action has %q", kind, documented, names)
		}
	}
	check("inputs", inputs, slices.Sorted(maps.Keys(a.Inputs)))
	check("outputs", outputs, slices.Sorted(maps.Keys(a.Outputs)))
}

// The configuration that compares a change with its base finds both checkouts
// where regression.yml puts them, and lets only a proved slowdown fail.
func TestRegressionExample(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	program := "import sys\nprint(sys.argv[1])\n" // where it is asked for, and quick
	for _, side := range []string{"base", "head"} {
		write(t, filepath.Join(dir, side, "examples/primes/sieve.py"), program)
	}
	write(t, filepath.Join(dir, "head/bench/regression.yaml"), read(t, path(t, "examples/ci/regression.yaml")))
	var given string
	for _, job := range decode[workflow](t, path(t, "examples/ci/regression.yml")).Jobs {
		for _, s := range job.Steps {
			if s.With["config"] != nil {
				given = fmt.Sprint(s.With["config"])
			}
		}
	}
	s := script{dir: dir}
	s.run(t, testBinary, "run", "-q", "--config", given, "--rounds", "2", "--json")
	if s.code != 0 { // two rounds prove nothing, and that is not in the way
		t.Fatalf("exit %d\n%.600s\n%s", s.code, s.stdout, s.stderr)
	}
	for _, want := range []string{`"verdict": "INCONCLUSIVE"`, `"exit": 0`, `"reference": "base"`} {
		if !strings.Contains(s.stdout, want) {
			t.Errorf("no %s in\n%.600s", want, s.stdout)
		}
	}
	// A change in what it prints is no comparison at all.
	write(t, filepath.Join(dir, "head/examples/primes/sieve.py"), program+"print('more')\n")
	s.run(t, testBinary, "run", "-q", "--config", given, "--rounds", "2")
	if s.code != 1 || !strings.Contains(s.stdout, "INVALID") {
		t.Errorf("exit %d of another output\n%s", s.code, s.stdout)
	}
	// The pull request that adds the program: which side lacks it is said.
	if err := os.Remove(filepath.Join(dir, "base/examples/primes/sieve.py")); err != nil {
		t.Fatal(err)
	}
	s.run(t, testBinary, "run", "-q", "--config", given, "--rounds", "2")
	if s.code != 1 || !regexp.MustCompile(`base.*\n?.*can't open file`).MatchString(s.stdout) {
		t.Errorf("exit %d without a program in the base\n%s", s.code, s.stdout)
	}
}

// The goals that ci.yml gives the action are about the benchmarks there.
func TestPrimesGoals(t *testing.T) {
	t.Parallel()
	check := func(goals, want string) {
		t.Helper()
		s := script{dir: t.TempDir()}
		s.run(t, testBinary, "run", "--config", path(t, "examples/primes/xbench.yaml"), "--goals", path(t, "examples/primes/"+goals), "--dry-run")
		if s.code != 0 || !strings.Contains(s.stdout, "goal       minimum: "+want+"\n") {
			t.Errorf("%s: exit %d\n%s\n%s", goals, s.code, s.stdout, s.stderr)
		}
	}
	check("modest.yaml", "the sieve is faster")
	check("boast.yaml", "the sieve is a thousand times as fast")
}

// .ci/run names every script that lints or tests.
func TestCIRunsEverything(t *testing.T) {
	ci := read(t, path(t, ".ci/run"))
	for _, name := range []string{"scripts/needs.sh", "scripts/lint.sh", "scripts/browser.sh", "scripts/docs.sh", "scripts/pythons.sh"} {
		if !strings.Contains(ci, " "+name+"\n") {
			t.Errorf(".ci/run does not run %s", name)
		}
		if info, err := os.Stat(path(t, name)); err != nil || info.Mode()&0o100 == 0 {
			t.Errorf("%s cannot be executed: %v", name, err)
		}
	}
}

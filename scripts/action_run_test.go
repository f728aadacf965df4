package scripts_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A job is a workspace on a runner, with files where the runner has them.
type job struct {
	script
	outputs map[string]string // of the last step
	summary string            // of all steps
}

// newJob makes a workspace with two claims that are clear on any machine,
// however busy: they are far from the truth on purpose.
func newJob(t *testing.T) *job {
	t.Helper()
	j := &job{script: script{dir: t.TempDir()}}
	write(t, filepath.Join(j.dir, "xbench.yaml"), `implementations:
  - {name: slow, reference: true, command: [sleep, "0.05"]}
  - {name: fast, command: [sleep, "0"]}
benchmarks: [{name: nap/short}]
goals: [{claim: not a hundred times slower, speedup: ">= 0.01"}]
`)
	write(t, filepath.Join(j.dir, "boast.yaml"), `goals: [{claim: a hundred thousand times as fast, speedup: ">= 100000"}]`)
	temp := t.TempDir()
	if err := os.Mkdir(filepath.Join(temp, "xbench-bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(testBinary, filepath.Join(temp, "xbench-bin", "xbench")); err != nil {
		t.Fatal(err)
	}
	j.env = []string{
		"GITHUB_ACTIONS=true", "CI=true", "GITHUB_REPOSITORY=someone/else", "GITHUB_SERVER_URL=file://" + temp,
		"RUNNER_TEMP=" + temp, "RUNNER_OS=" + map[string]string{"linux": "Linux", "darwin": "macOS"}[runtime.GOOS],
		"RUNNER_ARCH=" + map[string]string{"amd64": "X64", "arm64": "ARM64"}[runtime.GOARCH],
		"GITHUB_OUTPUT=" + filepath.Join(temp, "output"), "GITHUB_STEP_SUMMARY=" + filepath.Join(temp, "summary"),
	}
	return j
}

// get is the value of an environment variable of the job.
func (j *job) get(name string) string {
	for _, entry := range j.env {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

// step carries out one step of the action with these inputs.
func (j *job) step(t *testing.T, name string, inputs ...string) {
	t.Helper()
	s := j.script
	s.env = append(s.env[:len(s.env):len(s.env)], inputs...)
	if err := os.WriteFile(j.get("GITHUB_OUTPUT"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s.run(t, "bash", path(t, "scripts/action.sh"), name)
	j.stdout, j.stderr, j.code = s.stdout, s.stderr, s.code
	j.collect(t)
}

// collect reads what the step left for the runner. Every line must be one
// output: a value must not be able to add another.
func (j *job) collect(t *testing.T) {
	t.Helper()
	j.outputs = make(map[string]string)
	for line := range strings.Lines(read(t, j.get("GITHUB_OUTPUT"))) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if _, twice := j.outputs[name]; !ok || twice {
			t.Errorf("output line %q", line)
		}
		j.outputs[name] = value
	}
	if data, err := os.ReadFile(j.get("GITHUB_STEP_SUMMARY")); err == nil {
		j.summary = string(data)
	}
}

func (j *job) wantCode(t *testing.T, want int) {
	t.Helper()
	if j.code != want || j.outputs["exit-code"] != strconv.Itoa(want) {
		t.Fatalf("exit %d, output exit-code %q; want %d\n%s\n%s", j.code, j.outputs["exit-code"], want, j.stdout, j.stderr)
	}
}

func TestActionPasses(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	j.step(t, "run", "INPUT_ROUNDS=5", "INPUT_WORKING_DIRECTORY=.", "INPUT_OUTPUT=results here")
	j.wantCode(t, 0)
	if got := j.outputs["verdict"]; got != "PASS" {
		t.Errorf("verdict %q", got)
	}
	for _, name := range []string{"report", "markdown", "summary", "record", "junit"} {
		if file := j.outputs[name]; !filepath.IsAbs(file) || !exists(file) || filepath.Dir(file) != j.outputs["directory"] {
			t.Errorf("output %s is %q, there: %v", name, file, exists(file))
		}
	}
	var summary struct {
		Verdict string
		Means   []struct {
			YouCanClaim float64 `json:"you_can_claim"`
		}
	}
	if err := json.Unmarshal([]byte(read(t, j.outputs["summary"])), &summary); err != nil {
		t.Fatal(err)
	}
	if got, err := strconv.ParseFloat(j.outputs["claim"], 64); err != nil || got != summary.Means[0].YouCanClaim || got < 0.01 {
		t.Errorf("claim %q, summary.json has %v", j.outputs["claim"], summary.Means[0].YouCanClaim)
	}
	if !strings.Contains(j.summary, "PASS") {
		t.Errorf("step summary: %q", j.summary)
	}
	if strings.Contains(j.stdout+j.stderr, "::error") {
		t.Errorf("an error was annotated:\n%s\n%s", j.stdout, j.stderr)
	}
}

func TestActionFails(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	j.step(t, "run", "INPUT_ROUNDS=5", "INPUT_GOALS=boast.yaml")
	j.wantCode(t, 1)
	if j.outputs["verdict"] != "FAIL" || !exists(j.outputs["markdown"]) {
		t.Errorf("outputs %v", j.outputs)
	}
	if !regexp.MustCompile(`(?m)^::error.*a hundred thousand times as fast`).MatchString(j.stdout + "\n" + j.stderr) {
		t.Errorf("the failed goal was not annotated:\n%s\n%s", j.stdout, j.stderr)
	}
}

// Two rounds hold no look at the data, so nothing can be proved.
func TestActionIsInconclusive(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	j.step(t, "run", "INPUT_ROUNDS=2")
	j.wantCode(t, 3)
	if j.outputs["verdict"] != "INCONCLUSIVE" || j.outputs["claim"] != "" || j.outputs["directory"] == "" {
		t.Errorf("outputs %v", j.outputs)
	}
	before := j.outputs["directory"]
	j.step(t, "run", "INPUT_ROUNDS=2", "INPUT_INCONCLUSIVE=pass")
	j.wantCode(t, 0)
	if j.outputs["verdict"] != "INCONCLUSIVE" || j.outputs["directory"] == before {
		t.Errorf("outputs %v after %s", j.outputs, before)
	}

	// What cannot run has no results, and must not show those of before.
	j.step(t, "run", "INPUT_SUITE=nosuch")
	j.wantCode(t, 2)
	if len(j.outputs) != 1 || !strings.Contains(j.stdout, "::error title=xbench::xbench could not judge (exit 2)") {
		t.Errorf("outputs %v\n%s", j.outputs, j.stdout)
	}
}

// A goal over benchmarks that a filter leaves out is a verdict of two words.
func TestActionIsNotEvaluated(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	config := filepath.Join(j.dir, "xbench.yaml")
	write(t, config, strings.Replace(read(t, config), "{name: nap/short}", "{name: nap/short}, {name: nap/long}", 1))
	j.step(t, "run", "INPUT_ROUNDS=5", "INPUT_FILTER=short", "INPUT_INCONCLUSIVE=pass")
	j.wantCode(t, 3)
	if claim, there := j.outputs["claim"]; j.outputs["verdict"] != "NOT EVALUATED" || claim != "" || !there {
		t.Errorf("outputs %v", j.outputs)
	}
	if got := read(t, j.outputs["summary"]); !regexp.MustCompile(`"you_can_claim": [0-9]`).MatchString(got) {
		t.Errorf("there is nothing that could be claimed by mistake:\n%.600s", got)
	}
}

// Whatever an input holds, it is one argument: never a command, never another
// flag, and never an output.
func TestActionTakesInputsLiterally(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	check := func(want string, inputs ...string) {
		t.Helper()
		j.step(t, "run", inputs...)
		if j.code != 2 || !strings.Contains(j.stdout+j.stderr, want) {
			t.Errorf("%q: exit %d, want %q in\n%s\n%s", inputs, j.code, want, j.stdout, j.stderr)
		}
		if exists(filepath.Join(j.dir, "pwned")) {
			t.Fatalf("%q was executed", inputs)
		}
		if _, ok := j.outputs["verdict"]; ok {
			t.Errorf("%q: outputs %v", inputs, j.outputs)
		}
	}
	check(`unknown suite "$(touch pwned)"`, "INPUT_SUITE=$(touch pwned)")
	check("--goals '; touch pwned; '", "INPUT_GOALS='; touch pwned; '")
	check("--config `touch pwned`", "INPUT_CONFIG=`touch pwned`")
	check(`no benchmark matches: filter "x --gate none"`, "INPUT_FILTER=x --gate none")
	check(`unknown value "none\nverdict=PASS"`, "INPUT_GATE=none\nverdict=PASS")
	check("must be a whole number", "INPUT_ROUNDS=2; touch pwned")
	check(`unknown implementation "a b;touch pwned"`, "INPUT_ARGS=--impl=a b;touch pwned")
	check("there is no nosuch", "INPUT_WORKING_DIRECTORY=nosuch")
	check("there is no -", "INPUT_WORKING_DIRECTORY=-")
	check("one flag per line", "INPUT_ARGS=--rounds=2\nslow")
	for _, line := range []string{"--output=elsewhere", "--output", "-o=elsewhere", "-oelsewhere", "-o", "-qo=elsewhere"} {
		check("args: \""+line+"\": the action would look for the results elsewhere", "INPUT_ARGS=--rounds=2\n "+line)
	}
	if exists(filepath.Join(j.dir, "elsewhere")) {
		t.Error("there are results elsewhere")
	}
}

func TestActionArgs(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	j.step(t, "run", "INPUT_ARGS=\n  --rounds=2\n\n# measure only\n\t--gate=none\r\n--seed=7\n")
	j.wantCode(t, 0)
	if got := read(t, j.outputs["summary"]); !strings.Contains(got, `"seed": 7`) || !strings.Contains(got, `"gate": "none"`) {
		t.Errorf("the flags did not arrive:\n%.300s", got)
	}
}

// A job must not be green for what it never measured: without a configuration
// xbench runs its demo.
func TestActionRefusesTheDemoUnlessAsked(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	shown := fakeXbench(t, j, "exit 3")
	config := filepath.Join(j.dir, "xbench.yaml")
	text := read(t, config)
	check := func(wantCode int, want string, inputs ...string) {
		t.Helper()
		os.Remove(shown)
		j.step(t, "run", append(inputs, "INPUT_INCONCLUSIVE=pass")...)
		called := ""
		if exists(shown) {
			called = read(t, shown)
		}
		if j.code != wantCode || !strings.Contains(called+j.stdout, want) || exists(shown) != (wantCode == 3) {
			t.Errorf("%q: exit %d, want %d and %q; xbench was called with %q\n%s%s", inputs, j.code, wantCode, want, called, j.stdout, j.stderr)
		}
	}
	check(3, "<run><--inconclusive=pass>", "INPUT_CONFIG=")
	check(2, "::error title=xbench::input config: demo: "+config+" would be run instead", "INPUT_CONFIG=demo")
	write(t, filepath.Join(j.dir, "a b", "c", "README.md"), "")
	check(3, "<run><--inconclusive=pass>", "INPUT_WORKING_DIRECTORY=a b/c") // found above

	if err := os.Remove(config); err != nil {
		t.Fatal(err)
	}
	check(2, "::error title=xbench::there is no xbench.yaml in "+j.dir+"/a b/c or above it", "INPUT_WORKING_DIRECTORY=a b/c")
	if err := os.Mkdir(config, 0o755); err != nil { // a directory is no configuration
		t.Fatal(err)
	}
	check(2, "there is no xbench.yaml in "+j.dir+" or above it")
	check(2, "there is no xbench.yaml in "+j.dir+" or above it", "INPUT_ARGS=--config=")
	check(3, "<run><--inconclusive=pass>", "INPUT_CONFIG=demo")
	write(t, filepath.Join(j.dir, "other.yaml"), text)
	check(3, "<--config=other.yaml>", "INPUT_CONFIG=other.yaml")
	check(3, "<--config=other.yaml>", "INPUT_ARGS=--config=other.yaml")
	check(3, "<--command=true>", "INPUT_ARGS=--command=true")
	check(3, "<run><--inconclusive=pass>", "XBENCH_CONFIG=other.yaml")
	check(2, "other.yaml would be run instead", "XBENCH_CONFIG=other.yaml", "INPUT_CONFIG=demo")
}

// fakeXbench replaces the job's xbench with one that writes its arguments into
// the file shown and goes on with a line of shell.
func fakeXbench(t *testing.T, j *job, line string) (shown string) {
	t.Helper()
	bin := filepath.Join(j.get("RUNNER_TEMP"), "xbench-bin", "xbench")
	if err := os.Remove(bin); err != nil {
		t.Fatal(err)
	}
	shown = filepath.Join(j.get("RUNNER_TEMP"), "shown")
	write(t, bin, "#!/bin/sh\nprintf '<%s>' \"$@\" >'"+shown+"'\n"+line+"\n")
	return shown
}

// Results in a directory whose name looks like a flag are found.
func TestActionFindsResultsAnywhere(t *testing.T) {
	t.Parallel()
	for _, output := range []string{"-x", "-", "sub/../--output", t.TempDir()} {
		j := newJob(t)
		j.step(t, "run", "INPUT_ROUNDS=2", "INPUT_OUTPUT="+output, "CDPATH=/tmp")
		j.wantCode(t, 3)
		if j.outputs["verdict"] != "INCONCLUSIVE" || !exists(j.outputs["record"]) {
			t.Errorf("output %q: outputs %v", output, j.outputs)
		}
	}
}

// An exit code that judges comes with results; where there are none, something
// else went wrong, and the job says so.
func TestActionMissesResults(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	j.step(t, "run", "INPUT_ARGS=--dry-run")
	j.wantCode(t, 0)
	want := "::warning title=xbench::xbench ended with exit %d and left no new results in "
	if len(j.outputs) != 1 || !strings.Contains(j.stdout, fmt.Sprintf(want, 0)+"xbench-results") {
		t.Errorf("outputs %v\n%s", j.outputs, j.stdout)
	}
	j.step(t, "run", "INPUT_ROUNDS=2")
	if strings.Contains(j.stdout, "left no new results") {
		t.Errorf("results are missed that are there:\n%s", j.stdout)
	}
	for _, code := range []int{1, 3, 130} {
		j := newJob(t)
		fakeXbench(t, j, fmt.Sprintf("exit %d", code))
		j.step(t, "run", "INPUT_OUTPUT=100% mine")
		j.wantCode(t, code)
		if !strings.Contains(j.stdout, fmt.Sprintf(want, code)+"100%25 mine") {
			t.Errorf("exit %d:\n%s", code, j.stdout)
		}
	}
}

// A cancelled job interrupts the step's first process; what was measured until
// then is reported.
func TestActionIsCancelled(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	config := filepath.Join(j.dir, "xbench.yaml") // slow enough to be caught before the first look
	write(t, config, strings.Replace(read(t, config), "0.05", "1", 1))
	cmd := j.command("bash", path(t, "scripts/action.sh"), "run")
	cmd.Env = append(cmd.Env, "INPUT_ROUNDS=45")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	record := filepath.Join(j.dir, "xbench-results", "latest", "record.txt")
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if data, err := os.ReadFile(record); err == nil && strings.Count(string(data), "Xbench-Process") >= 1 {
			break
		} else if time.Now().After(end) {
			cmd.Process.Kill()
			t.Fatal("no process within a minute")
		}
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	j.code = cmd.ProcessState.ExitCode()
	j.collect(t)
	j.wantCode(t, 130)
	if got := read(t, j.outputs["summary"]); !strings.Contains(got, `"interrupted": true`) {
		t.Errorf("summary.json: %.400s", got)
	}
}

// The outputs are read from summary.json by a few lines of awk and sed; they
// must see what a JSON decoder sees.
func TestActionReadsSummaries(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	functions, _, ok := strings.Cut(read(t, path(t, "scripts/action.sh")), "\ncase ${1-} in")
	if !ok {
		t.Fatal("action.sh does not end in its dispatch")
	}
	write(t, filepath.Join(dir, "functions.sh"), functions)
	check := func(verdict, means, wantClaim string) {
		t.Helper()
		var indented bytes.Buffer
		text := fmt.Sprintf(`{"schema": "x", "verdict": %q, "reasons": ["\"verdict\": \"PASS\",", "  \"verdict\": \"PASS\","], "goals": [{"you_can_claim": 9}], "means": %s, "rows": [{"you_can_claim": 8}]}`, verdict, means)
		if err := json.Indent(&indented, []byte(text), "", "  "); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "summary.json"), indented.String())
		s := script{dir: dir}
		s.run(t, "bash", "-c", ". ./functions.sh; printf '%s;%s' \"$(field verdict summary.json)\" \"$(claim summary.json)\"")
		if s.code != 0 || s.stdout != verdict+";"+wantClaim {
			t.Errorf("%s %s: %q, exit %d, %s", verdict, means, s.stdout, s.code, s.stderr)
		}
	}
	check("PASS", `[{"candidate": "go", "geometric": {"ratio": 5}, "you_can_claim": 4.63}, {"you_can_claim": 7}]`, "4.63")
	check("FAIL", `[{"candidate": "go", "you_can_claim": null}, {"you_can_claim": 7}]`, "")
	check("MEASURED", `[]`, "")
	check("MEASURED", `[{"you_can_claim": 3}]`, "3")
	check("INCONCLUSIVE", `[{"geometric": null, "you_can_claim": 0.954}]`, "0.954")
	// Where the report claims nothing, nor does the action.
	check("INVALID", `[{"you_can_claim": 4.63}]`, "")
	check("NOT EVALUATED", `[{"you_can_claim": 4.63}]`, "")
}

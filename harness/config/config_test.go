package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xbench/harness/strictyaml"
)

// minimal is the least that loads; cases add to it or break it.
const minimal = `implementations:
- {name: old, reference: true, worker: [./old]}
- {name: new, worker: [./new]}
benchmarks:
- {name: parse/small}
- {name: parse/large}
`

func load(t *testing.T, text string) *Config {
	t.Helper()
	c, err := Load("xbench.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Without suites, commands are launched as --command launches them: as far apart
// as the budget allows.
func TestCommandsWithoutSuitesHaveNoSpacing(t *testing.T) {
	check := func(kind string, want time.Duration) {
		t.Helper()
		s, err := load(t, "implementations: [{name: a, "+kind+": [a]}]\nbenchmarks: [{name: x}]\n").Suite("")
		if err != nil || s.Spacing != want {
			t.Errorf("%s: spacing %s, %v; want %s", kind, s.Spacing, err, want)
		}
	}
	check("command", 0)
	check("worker", 10*time.Second)
}

func TestDefaults(t *testing.T) {
	c := load(t, minimal+"suites: [{name: s, benchmarks: [\"*\"]}, {name: z, spacing: 0s, warmup: 0s, benchmarks: [parse/small]}]\n")
	want := DefaultSuite()
	want.Name, want.Benchmarks = "s", []string{"*"}
	if d := cmp.Diff(want, c.Suites[0]); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if z := c.Suites[1]; z.Spacing != 0 || z.Warmup != 0 || z.Sample != 5*time.Millisecond {
		t.Errorf("zero must mean zero, got %+v", z)
	}
	if c.SameOutput.As != "exact" || c.Benchmarks[0].Category != "parse" || c.Implementations[0].Kind() != "worker" {
		t.Errorf("got %+v", c)
	}
	if c.Path != "" {
		t.Errorf("path %q of something that is no file", c.Path)
	}
}

func TestParamsKeepTheirOrderAndTypes(t *testing.T) {
	c := load(t, strings.Replace(minimal, "{name: parse/small}",
		"{name: parse/small/b=1, params: {z: text, a: 1.5, list: [1, x], on: true, big: 9223372036854775807}}", 1))
	want := params("b", int64(1), "z", "text", "a", 1.5, "list", []any{int64(1), "x"}, "on", true, "big", int64(1<<63-1))
	if d := cmp.Diff(want, c.Benchmarks[0].Params); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestErrors(t *testing.T) {
	// check replaces old in the minimal configuration and wants these first
	// lines of errors.
	check := func(old, new string, want ...string) {
		t.Helper()
		if !strings.Contains(minimal, old) {
			t.Fatalf("minimal does not hold %q", old)
		}
		_, err := Load("xbench.yaml", []byte(strings.Replace(minimal, old, new, 1)))
		if err == nil {
			t.Errorf("%q loads", new)
			return
		}
		var got []string
		for _, line := range strings.Split(err.Error(), "\n") {
			if strings.HasPrefix(line, "xbench.yaml") {
				got = append(got, strings.TrimPrefix(line, "xbench.yaml:"))
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", new, d)
		}
	}
	add := func(text string, want ...string) {
		t.Helper()
		check("benchmarks:\n", text+"benchmarks:\n", want...)
	}

	check("reference: true, ", "", `2:1: none of the 2 implementations is the reference; set reference: true on the one to compare with`)
	check("{name: new, ", "{name: new, reference: true, ", `3:26: new is a second reference; old is one already`)
	check("name: new", "name: old", `3:10: implementation old is given twice`)
	check("name: new", "name: new-2", `3:10: implementation name "new-2" ends in a dash and digits, which Go's benchmark format reads as a processor count`)
	check("worker: [./new]", "wroker: [./new]", `3:15: unknown field "wroker" (did you mean "worker"?)`)
	check("worker: [./new]", "worker: ./new", `3:23: worker: want a list, found the text "./new"; in brackets: [./new]`)
	check("worker: [./new]", "worker: [./new], command: [./new]", `3:41: new has both worker and command; a program is either`)
	check(", worker: [./new]", "", `3:3: new has neither worker nor command`)
	check("worker: [./new]", "command: [./new, '{slef}']", `3:32: new: unknown placeholder {slef} (did you mean "self"?)`,
		`3:3: new is a command and old is a worker: a whole program cannot be compared with work inside one; make both a command or both a worker`)
	check("worker: [./new]", "command: ['{oops']", `3:25: new: '{' opens a placeholder that nothing closes; write {{ for a brace`,
		`3:3: new is a command and old is a worker: a whole program cannot be compared with work inside one; make both a command or both a worker`)
	check("worker: [./new]", "command: [./new]", `3:3: new is a command and old is a worker: a whole program cannot be compared with work inside one; make both a command or both a worker`)
	check("worker: [./new]", "worker: ['{benchmark}']", `3:24: new: unknown placeholder {benchmark} (known here: self, pyref, python; write {{ and }} for braces)`)
	check("worker: [./new]", "worker: [x], env: {A: 1}", `3:37: A: want text, found the number 1; put it in quotes`)
	check("worker: [./new]", "worker: [x], needs: {version: '3'}", `3:35: new: needs: run is missing, e.g. run: [python3, --version]`)
	check("worker: [./new]", "worker: [x], needs: {run: [x], version: '3.1'}", `3:35: new: needs: version "3.1": want the form ">= 3.10"`)
	check("worker: [./new]", "worker: [x], timeouts: {run: -1s}", `3:44: new: a timeout cannot be negative`)

	check("worker: [./new]", "worker: [x], prepare: [rm, x], ignore_failure: true",
		`3:37: new: prepare goes with a command that is timed from outside`, `3:62: new: ignore_failure goes with a command that is timed from outside`)
	check("worker: [./new]", "command: [x], conclude: [rm, '{fiel}'], input: '{slef}', startup: [x]",
		`3:81: new: startup is launched for a benchmark named noop; add it to the benchmarks`,
		`3:44: new: unknown placeholder {fiel} (known here: self, pyref, python, benchmark, nonce; write {{ and }} for braces)`,
		`3:62: new: unknown placeholder {slef} (did you mean "self"?)`,
		`3:3: new is a command and old is a worker: a whole program cannot be compared with work inside one; make both a command or both a worker`)

	check("parse/large", "parse/small", `6:10: benchmark parse/small is given twice`)
	check("name: parse/large", "name: parse large", `6:10: benchmark name "parse large": want printable ASCII without spaces and '*' (did you mean "parse_large"?)`)
	check("name: parse/large", "description: x", `6:3: a benchmark without a name`)
	check("name: parse/large", "name: p/n=1, params: {n: 2}", `6:29: p/n=1: the name sets n already`)
	check("name: parse/large", "name: p, params: [n]", `6:21: want a map, found a list`)
	check("name: parse/large", "name: p, expected: -1", `6:23: p: a speedup is above 0`)
	check("name: parse/large", "name: p, lower_bound: 5", `6:26: lower_bound: want a duration such as 5s or 200ms, found the number 5`)
	check("name: parse/large", "name: p, table: x", `6:3: p: table and variant are the row and column of one cell; give both or neither`)

	add("suites: [{name: s}]\n", `4:10: suite s has no benchmarks`)
	add("suites: [{name: s, benchmarks: [parse/smal]}]\n", `4:33: suite s: no benchmark is called parse/smal (did you mean "parse/small"?)`)
	add("suites: [{name: s, sample: 0s, rounds: 1, gate: minumum, benchmarks: ['*']}]\n",
		`4:28: suite s: a sample takes time`, `4:40: suite s: want 2 to 45 rounds`,
		`4:49: suite s: gate: unknown value "minumum" (did you mean "minimum"?)`)
	add("suites: [{name: s, benchmarks: ['*']}, {name: s, benchmarks: ['*']}]\n", `4:47: suite s is given twice`)
	add("suite: quick\n", `4:8: unknown suite "quick": the configuration has no suites; without one all benchmarks run`)
	add("suite: qick\nsuites: [{name: quick, benchmarks: ['*']}]\n", `4:8: unknown suite "qick" (did you mean "quick"?)`)
	add("gate: max\n", `4:7: gate: unknown value "max" (want minimum, target, stretch, none)`)
	add("inconclusive: maybe\n", `4:15: inconclusive: unknown value "maybe" (want fail, pass)`)
	add("rounds: 46\n", `4:9: want 2 to 45 rounds`)
	add("budget: 5\n", `4:9: budget: want a duration such as 5s or 200ms, found the number 5`)
	add("same_output: {as: jsn}\n", `4:19: as: unknown value "jsn" (did you mean "json"?)`)
	add("same_output: {float_tolerance: 1.0e-9}\n", `4:32: float_tolerance needs as: json, lines or sorted-lines; exact knows no numbers`)
	add("counters: [{name: c, min: 1}]\n", `4:12: counter c: max wants a whole number or the name of a knob`)
	add("counters: [{name: c, min: 5, max: 4}]\n", `4:35: counter c: max 4 is below min 5`)
	add("counters: [{name: c, over: build/*, min: 0, max: 4}]\n", `4:28: counter c: no benchmark matches build/*`)
	add("sutes: []\n", `4:1: unknown field "sutes" (did you mean "suites"?)`)

	// Several mistakes come in one go.
	check("{name: new, worker", "{name: New, command: [x], worker",
		`3:10: implementation name "New": want a lower-case letter, then a-z, 0-9, '.', '_' or '-' (did you mean "new"?)`,
		`3:24: New has both worker and command; a program is either`)
}

func TestNothingToRun(t *testing.T) {
	_, err := Load("xbench.yaml", []byte("gate: none\n"))
	if err == nil {
		t.Fatal("an empty configuration loads")
	}
	for _, want := range []string{"no implementations: name at least one", "no benchmarks: name at least one"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want ...%s...", err, want)
		}
	}
	var located *strictyaml.Error
	if !errors.As(err, &located) || located.Line != 1 {
		t.Errorf("got %#v", located)
	}
}

// Goals are compare's; here they may hold anything.
func TestGoalsAreLetThrough(t *testing.T) {
	c := load(t, minimal+"goals: [{whatever: 1}]\n")
	if !strings.Contains(string(c.Data), "whatever") {
		t.Error("the data does not hold the goals")
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "a", "b")
	if err := os.MkdirAll(filepath.Join(root, "a", FileName), 0o755); err != nil { // a directory of that name
		t.Fatal(err)
	}
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	if path, ok := Find(deep); ok && strings.HasPrefix(path, root) {
		t.Errorf("found %s where there is none", path)
	}
	want := filepath.Join(root, FileName)
	if err := os.WriteFile(want, []byte(minimal), 0o644); err != nil {
		t.Fatal(err)
	}
	if path, ok := Find(deep); !ok || path != want {
		t.Errorf("got %q, %v, want %s", path, ok, want)
	}
	c, err := LoadFile(want)
	if err != nil || c.Path != want || c.Dir != root {
		t.Errorf("got %q, %q, %v", c.Path, c.Dir, err)
	}
	if _, err := LoadFile(filepath.Join(root, "none.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestSatisfied(t *testing.T) {
	check := func(version, output, found string, ok bool) {
		t.Helper()
		n := &Needs{Run: []string{"x"}, Version: version}
		if gotFound, gotOK := n.Satisfied(output); gotFound != found || gotOK != ok {
			t.Errorf("%q in %q: got %q %v, want %q %v", version, output, gotFound, gotOK, found, ok)
		}
	}
	check(">= 3.10", "Python 3.9.18\n", "3.9.18", false)
	check(">= 3.10", "Python 3.10.0\n", "3.10.0", true)
	check(">=3.10", "Python 3.10", "3.10", true)
	check(">= 3.10.1", "Python 3.10", "3.10", false)
	check(">= 3", "tool 3 of 3.0.1", "3.0.1", true) // the first dotted number
	check(">= 1.70", "rustc 1.100.0-nightly (2024)", "1.100.0", true)
	check(">= 1.70", "no version here", "", false)
	check(">= 1", "v99999999999999999999.1", "99999999999999999999.1", true)
	check("", "anything", "", true)
}

func TestExpand(t *testing.T) {
	vars := map[string]string{"self": "/bin/x", "n": "{3}"}
	got, err := Expand([]string{"{self}", "-n={n}", "{{n}}", `{{"a":{n}}}`, "", "}}", "{{{n}}}", "}}{{"}, vars)
	if err != nil {
		t.Fatal(err)
	}
	// What a value holds is not looked at again.
	if d := cmp.Diff([]string{"/bin/x", "-n={3}", "{n}", `{"a":{3}}`, "", "}", "{{3}}", "}{"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	check := func(arg, want string) {
		t.Helper()
		if _, err := Expand([]string{arg}, vars); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	check("{sefl}", `argument "{sefl}": unknown placeholder {sefl} (did you mean "self"?)`)
	check("{}", `argument "{}": unknown placeholder {} (known here: n, self; write {{ and }} for braces)`)
	check("a{", `argument "a{": '{' opens a placeholder that nothing closes; write {{ for a brace`)
	check("a}", `argument "a}": '}' closes no placeholder; write }} for a brace`)
	check("{{n}", `argument "{{n}": '}' closes no placeholder; write }} for a brace`)
	check("{n}}", `argument "{n}}": '}' closes no placeholder; write }} for a brace`)

	for _, text := range []string{"", "{", "}", "{n}", "}}{{{", `awk '{print "{}"}'`} {
		if got, err := Expand([]string{EscapeBraces(text)}, nil); err != nil || got[0] != text {
			t.Errorf("%q escaped and expanded is %q, %v", text, got, err)
		}
	}
	if d := cmp.Diff([]string{"/bin/x {k} {a}", "{", "a}"}, ExpandKnown([]string{"{self} {k} {{a}}", "{", "a}"}, vars)); d != "" {
		t.Errorf("known placeholders (-want +got):\n%s", d)
	}
}

package config

import (
	"strings"
	"testing"
)

func TestAdaptersAreChecked(t *testing.T) {
	const file = `implementations:
- {name: old, reference: true, adapter: pytest-benchmark}
- {name: new, adapter: criterion}
benchmarks: [{name: parse/small}, {name: parse/size=3}]
`
	check := func(old, new string, want ...string) {
		t.Helper()
		if strings.Count(file, old) != 1 {
			t.Fatalf("%q is not once in the file", old)
		}
		_, err := Load("x.yaml", []byte(strings.Replace(file, old, new, 1)))
		var got []string
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				if rest, ok := strings.CutPrefix(line, "x.yaml:"); ok {
					got = append(got, strings.TrimSpace(rest))
				}
			}
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s\ngot  %s\nwant %s", new, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
	}
	check("adapter: criterion", "adapter: criterion")
	check("adapter: criterion", "adapter: criterion, names: {parse/small: 'a b'}, command: [cargo, bench, --bench, x]")
	check("adapter: criterion", "adapter: criteron", `3:24: new: adapter: unknown value "criteron" (did you mean "criterion"?)`)
	check("adapter: criterion", "adapter: pytest", `3:24: new: adapter: unknown value "pytest" (did you mean "pytest-benchmark"?)`)
	check("adapter: criterion", "adapter: go", `3:24: new: adapter: unknown value "go" (did you mean "gotest"?)`)
	check("adapter: criterion", "adapter: cargo", `3:24: new: adapter: unknown value "cargo" (did you mean "criterion"?)`)
	check("adapter: criterion", "adapter: criterion-rs", `3:24: new: adapter: unknown value "criterion-rs" (did you mean "criterion"?)`)
	check("adapter: criterion", "adapter: jmh", `3:24: new: adapter: unknown value "jmh" (want gotest, pytest-benchmark, criterion, pyperf)`)
	check("adapter: criterion", "adapter: pyperf", `3:3: new: pyperf is started by a script of yours; name it, e.g. command: [python3, bench.py]`)
	check("adapter: criterion", "adapter: criterion, command: [cargo, criterion]",
		`3:44: new: cargo criterion keeps its samples elsewhere; start Criterion by cargo bench, e.g. [cargo, bench, --bench, NAME]`)
	check("adapter: criterion", "adapter: criterion, worker: [x]", `3:43: new has both adapter and worker; either criterion times it or its worker does`)
	check("adapter: criterion", "adapter: criterion, prepare: [x]", `3:44: new: prepare goes with a command that is timed from outside`)
	check("adapter: criterion", "adapter: criterion, command: [x, '{benchmark}']",
		`3:48: new: unknown placeholder {benchmark} (known here: self, pyref, python; write {{ and }} for braces)`)
	check("adapter: criterion", "adapter: pyperf, command: [x, '{benchmark}', '{name}', '{size}']")
	check("adapter: criterion", "adapter: pyperf, command: [x, '{sise}']", `3:45: new: unknown placeholder {sise} (did you mean "size"?)`)
	check("adapter: criterion", "adapter: criterion, names: {parse/smal: a}", `3:55: new: names: no benchmark is called parse/smal (did you mean "parse/small"?)`)
	check("adapter: criterion", "adapter: criterion, names: {parse/small: ''}", `3:56: new: names: parse/small has no name of criterion's`)
	check("adapter: criterion", "adapter: criterion, names: {parse/small: a, parse/size=3: a}", `3:56: new: names: parse/size=3 and parse/small are both "a"`)
	check("adapter: criterion", "adapter: criterion, output: [x]", `2:3: new has output and old has none: outputs are compared with each other; give both or neither`)
	check("adapter: criterion", "worker: [x], names: {parse/small: a}",
		`3:35: new: names goes with an adapter; a worker is called what the benchmark is called`,
		`3:3: new is a worker and old is an adapter: a worker shows that it did the work and has its clock checked, a benchmark tool does neither, and each counts other things as time; make both an adapter or both a worker`)
	check("adapter: criterion", "command: [x], output: [y]",
		`3:37: new: output goes with an adapter; the outputs of a command are compared anyway`,
		`3:3: new is a command and old is an adapter: a whole program, start-up included, cannot be compared with what a benchmark tool times inside one; make both an adapter or both a command`)
}

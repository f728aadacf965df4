package main

import (
	"strings"
	"testing"

	"xbench/harness/foreign"
)

func TestImportSource(t *testing.T) {
	x := &importing{fields: []string{"unit=ms", "py:time=py_ms,benchmark=name", "go:time=go_ms"}}
	check := func(arg, name, format, path string) {
		t.Helper()
		s, err := x.source(arg)
		if err != nil || s.name != name || s.format != format || s.path != path {
			t.Errorf("%s: %+v %v, want %q %q %q", arg, s, err, name, format, path)
		}
	}
	check("bench.json", "", "", "bench.json")
	check("python=bench.json", "python", "", "bench.json")
	check("python=pyperf:bench.json", "python", "pyperf", "bench.json")
	check("pytest:bench.json", "", "pytest-benchmark", "bench.json")
	check("Criterion:target/criterion", "", "criterion", "target/criterion")
	check("gobench:-", "", "gobench", "-")
	// A drive is no format.
	check(`C:\bench.json`, "", "", `C:\bench.json`)
	check(`python=C:\bench.json`, "python", "", `C:\bench.json`)
	check(`python=pyperf:C:\bench.json`, "python", "pyperf", `C:\bench.json`)
	check(`pyperf:C:\a=b.json`, "", "pyperf", `C:\a=b.json`)
	check("./a=b.json", "", "", "./a=b.json")
	check("./json:x", "", "", "./json:x")

	refused := func(arg, want string) {
		t.Helper()
		_, err := x.source(arg)
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", arg, err, want)
		}
	}
	refused("pypref:x.json", `pypref:x.json: unknown format "pypref" (did you mean "pyperf"?)`)
	refused("json:", "json:: want [NAME=][FORMAT:]PATH, and there is no path")
	refused("go-2=x.json", `implementation name "go-2" ends in a dash and digits, which Go's benchmark format reads as a processor count`)

	s, err := x.source("py=json:x")
	if want := (foreign.Fields{Benchmark: "name", Time: "py_ms", Unit: "ms"}); err != nil || s.fields != want {
		t.Errorf("fields %+v %v, want %+v", s.fields, err, want)
	}
	for text, want := range map[string]string{
		"tme=x":     `--fields "tme=x": unknown key "tme" (did you mean "time"?)`,
		"time":      `--fields "time": "time": want KEY=FIELD, e.g. benchmark=name,time=mean_ms`,
		"time=,a=b": `--fields "time=,a=b": "time=": want KEY=FIELD, e.g. benchmark=name,time=mean_ms`,
	} {
		if _, err := (&importing{fields: []string{text}}).source("x.json"); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

// Sides without a name are called after their file or what the file calls
// them, always legally.
func TestImportNames(t *testing.T) {
	check := func(path, want string) {
		t.Helper()
		got, err := stem(path)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	check("target/criterion", "criterion")
	check("target/criterion/", "criterion")
	check("a/Old.txt", "old")
	check("suite.json.gz", "suite")
	check("bench-8.json", "bench_8")
	check("0001_stats.json", "stats")
	check("criterion/0.8", "criterion/0.8: say what the side is called: NAME=criterion/0.8")
	check("-", "-: say what the side is called: NAME=-")

	named := func(format, want string, impls ...string) {
		t.Helper()
		if got := strings.Join(implNames(format, impls), " "); got != want {
			t.Errorf("%q: got %s, want %s", impls, got, want)
		}
	}
	named("hyperfine", "old new", "./old 30", "./new 30")
	named("hyperfine", "old.py new.py", "python3 old.py 30", "python3 new.py 30")
	named("json", "python_3.11 rust", "Python 3.11", "Rust")
	named("json", "go go-b", "Go", "go")
	named("json", "m impl", "\x1b[31m", "\u202e")
}

package foreign

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// tree makes a Criterion directory of one line per file.
func tree(lines ...string) fs.FS {
	out := fstest.MapFS{}
	for _, l := range lines {
		path, text, _ := strings.Cut(l, " ")
		out[path] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

const (
	twoSamples = `{"sampling_mode":"Flat","iters":[2.0,2.0],"times":[10.0,14.0]}`
	meanOfSix  = `{"mean":{"point_estimate":6.0}}`
)

func measured(dir, name string) []string {
	return []string{
		dir + `/benchmark.json {"group_id":"` + name + `","function_id":null,"value_str":null,"full_id":"` + name + `"}`,
		dir + "/sample.json " + twoSamples, dir + "/estimates.json " + meanOfSix,
	}
}

// What counts is the newest measurement, whatever functions are called.
func TestCriterionDirectories(t *testing.T) {
	check := func(fsys fs.FS, want ...string) {
		t.Helper()
		res, err := Criterion(fsys)
		if err != nil {
			t.Error(err)
			return
		}
		var got []string
		for _, b := range res.Benchmarks {
			got = append(got, b.Name)
			if b.Mean() != 6 {
				t.Errorf("%s: mean %v, want 6", b.Name, b.Mean())
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	other := strings.Replace(twoSamples, "10.0", "99.0", 1)
	check(tree(append(measured("a/new", "a"), `a/base/benchmark.json {"full_id":"a"}`, "a/base/sample.json "+other, `a/change/estimates.json {"mean":{"point_estimate":-0.1}}`, "report/index.html x")...), "a")
	check(tree(slices.Concat(measured("vec/new/new", "vec/new"), measured("vec/change/new", "vec/change"), measured("vec/report/base", "vec/report"))...), "vec/change", "vec/new", "vec/report")
	check(tree(slices.Concat(measured("a/new", "a"), measured("a/b/new", "a/b"))...), "a", "a/b")
	check(tree(measured("new", "alone")...), "alone")

	res, err := Criterion(tree(measured("a/base", "a")...))
	if err != nil || !slices.Equal(res.Warnings, []string{"a: there is no new/: base/ was read"}) {
		t.Errorf("%v %v", res, err)
	}
	res, err = Criterion(tree(measured("a/new", "a")[:2]...))
	if err != nil || !slices.Equal(res.Warnings, []string{"a: there is no estimates.json to check the mean of the samples against"}) {
		t.Errorf("%v %v", res, err)
	}
	if res, err := ReadDir("target", tree(measured("criterion/a/new", "a")...)); err != nil || len(res.Benchmarks) != 1 {
		t.Errorf("cargo's target directory: %v %v", res, err)
	}
}

// Names are Criterion's own, not those of directories, also where old versions
// have parts only.
func TestCriterionNames(t *testing.T) {
	check := func(benchmark, want string) {
		t.Helper()
		res, err := Criterion(tree("d/new/benchmark.json "+benchmark, "d/new/sample.json "+twoSamples))
		if err != nil || res.Benchmarks[0].Name != want {
			t.Errorf("%s: %v %v, want %q", benchmark, res, err, want)
		}
	}
	check(`{"full_id":"a b/c?","group_id":"x"}`, "a b/c?")
	check(`{"group_id":"g","function_id":"f","value_str":"10"}`, "g/f/10")
	check(`{"group_id":"g","function_id":null,"value_str":"10"}`, "g/10")
	check(`{"group_id":"g"}`, "g")
}

func TestCriterionRefuses(t *testing.T) {
	check := func(want string, lines ...string) {
		t.Helper()
		res, err := ReadDir("target/criterion", tree(lines...))
		if err == nil || err.Error() != want {
			t.Errorf("got %v %v, want %s", res, err, want)
		}
	}
	b, s := `a/new/benchmark.json {"full_id":"a"}`, "a/new/sample.json "+twoSamples
	check("target/criterion: there is no benchmark of Criterion here: want GROUP/FUNCTION/new/sample.json, as in target/criterion", "report/index.html x")
	check("target/criterion/a/new/benchmark.json: file does not exist", s)
	check("target/criterion/a/new/sample.json: file does not exist", b)
	check("target/criterion/a/new/sample.json:1:10: iters: 1 counts of iterations for 2 times", b, `a/new/sample.json {"iters":[2],"times":[3,4]}`)
	check("target/criterion/a/new/sample.json:1:11: iters[0]: 0 is no number of iterations", b, `a/new/sample.json {"iters":[0],"times":[3]}`)
	check("target/criterion/a/new/sample.json:1:11: iters[0]: 2.5 is no number of iterations", b, `a/new/sample.json {"iters":[2.5],"times":[3]}`)
	check(`target/criterion/a/new/sample.json:1:1: has no "iters"`, b, `a/new/sample.json {}`)
	check("target/criterion/a/new/sample.json:1:1: want two lists, iterations and times; found 1", b, `a/new/sample.json [[1]]`)
	check("target/criterion/a/new/sample.json:1:18: not JSON: ends in the middle", b, `a/new/sample.json {"iters":[2],"tim`)
	check(`target/criterion/a/new/estimates.json:1:1: has no "mean"`, b, s, `a/new/estimates.json {"slope":{}}`)
	check(`target/criterion/a/new/benchmark.json:1:1: has no "group_id"`, s, `a/new/benchmark.json {}`)
	check(`target/criterion/a/new/raw.csv:2: measures in "cycles", not in ns: only times can be compared`, b, s, "a/new/raw.csv group,unit\na,cycles\n")
	check(`target/criterion: the benchmark "a" is there twice`, b, s, `b/new/benchmark.json {"full_id":"a"}`, "b/new/sample.json "+twoSamples)
}

// Hyperfine writes commands with the values of parameters put in; taken out
// again, they are implementations and benchmarks.
func TestHyperfineNames(t *testing.T) {
	check := func(command, parameters, by, impl, name string) {
		t.Helper()
		doc := `{"results": [{"command": "` + command + `", "mean": 1, "parameters": {` + parameters + `}}]}`
		res, err := HyperfineBy("f", strings.NewReader(doc), by)
		if err != nil {
			t.Error(err)
			return
		}
		if b := res.Benchmarks[0]; b.Impl != impl || b.Name != name {
			t.Errorf("%s {%s}: %q %q, want %q %q", command, parameters, b.Impl, b.Name, impl, name)
		}
	}
	check("./old 30", ``, "", "./old 30", "command")
	check("./old 30", `"n": "30"`, "", "./old {n}", "command/n=30")
	check("./old 30 300 -n=30", `"n": "30"`, "", "./old {n} 300 -n={n}", "command/n=30")
	check("./old in_10.txt", `"n": "10"`, "", "./old in_{n}.txt", "command/n=10")
	check("./old 30", `"prog": "old"`, "", "./old 30", "command")
	check("./old 30", `"prog": "old", "n": "30"`, "", "./old {n}", "command/n=30")
	check("python old.py 30", `"v": "old", "n": "30"`, "v", "old", "command/n=30")
	check("my name", `"n": "30"`, "", "my name", "command/n=30")
	check("./old 2 1", `"b": "1", "a": "2"`, "", "./old {a} {b}", "command/a=2/b=1")
}

// A command that failed has done something else than the one that did not.
func TestHyperfineFailedRuns(t *testing.T) {
	check := func(codes, want string) {
		t.Helper()
		doc := `{"results": [{"command": "x", "mean": 1.5, "times": [1, 1.5, 2], "exit_codes": [` + codes + `]}]}`
		res, err := Hyperfine("f", strings.NewReader(doc))
		if err != nil || res.Benchmarks[0].Failed != want {
			t.Errorf("%s: %+v %v, want %q", codes, res, err, want)
		}
	}
	check("0, 0, 0", "")
	check("127, 127, 127", "3 of 3 runs ended with exit code 127")
	check("0, 1, null", "1 of 3 runs ended with exit code 1, 1 of 3 runs ended by a signal")
}

// Names of Go benchmarks are as short as the file allows.
func TestGoBenchNames(t *testing.T) {
	check := func(text string, want ...string) {
		t.Helper()
		res, err := GoBench("f", strings.NewReader(text))
		if err != nil {
			t.Error(err)
			return
		}
		var got []string
		for _, b := range res.Benchmarks {
			got = append(got, b.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	check("BenchmarkA-8 10 5 ns/op\nBenchmarkB-8 10 5 ns/op\n", "BenchmarkA", "BenchmarkB")
	check("BenchmarkA 10 5 ns/op\nBenchmarkA-8 10 5 ns/op\n", "BenchmarkA", "BenchmarkA-8")
	check("BenchmarkA\nBenchmarkA-8 10 5 ns/op\n", "BenchmarkA")
	// One name alone, which is not a function's, does not tell a size from
	// processors; lines that disagree were not all of one number.
	check("BenchmarkP/size-10 10 5 ns/op\nBenchmarkP/size-10 10 6 ns/op\n", "BenchmarkP/size-10")
	check("BenchmarkP/size-10 10 5 ns/op\nBenchmarkP/size-100 10 5 ns/op\n", "BenchmarkP/size-10", "BenchmarkP/size-100")
	check("BenchmarkP/size-10 10 5 ns/op\nBenchmarkA 10 5 ns/op\n", "BenchmarkP/size-10", "BenchmarkA")
	check("BenchmarkP/size-10-8 10 5 ns/op\nBenchmarkP/size-100-8 10 5 ns/op\n", "BenchmarkP/size-10", "BenchmarkP/size-100")
	check("pkg: x\nBenchmarkA-8 10 5 ns/op\npkg: y\nBenchmarkP/size-1 10 5 ns/op\nBenchmarkP/size-2 10 5 ns/op\n", "x.BenchmarkA", "y.BenchmarkP/size-1", "y.BenchmarkP/size-2")
	check("pkg: x\nBenchmarkA-8 10 5 ns/op\npkg: y\nBenchmarkA-8 10 5 ns/op\nBenchmarkB-8 10 5 ns/op\n", "x.BenchmarkA", "y.BenchmarkA", "y.BenchmarkB")
	check("pkg: x\nBenchmarkA-8 10 5 ns/op\nBenchmarkA-8 10 6 ns/op\n", "BenchmarkA")
	check(`{"Action":"output","Package":"x","Output":"pkg: x\n"}
{"Action":"output","Package":"y","Output":"pkg: y\n"}
{"Action":"output","Package":"x","Output":"BenchmarkA-8 \t"}
{"Action":"output","Package":"y","Output":"BenchmarkA-8 \t"}
{"Action":"output","Package":"y","Output":" 10 5 ns/op\n"}
{"Action":"output","Package":"x","Output":" 10 6 ns/op\n"}
{"Action":"pass","Package":"x"}
`, "x.BenchmarkA", "y.BenchmarkA")
}

func TestGoBenchRefusesAndDoubts(t *testing.T) {
	refused := func(text, want string) {
		t.Helper()
		res, err := GoBench("f", strings.NewReader(text))
		if err == nil || err.Error() != want {
			t.Errorf("%q: got %v %v, want %s", text, res, err, want)
		}
	}
	refused("hello\n", "f: holds no benchmark: want lines such as BenchmarkName-8  1000  1234 ns/op")
	refused("goos: linux\nBenchmarkA-8 panic: oh\n", "f:2: parsing iteration count: invalid syntax")
	refused("BenchmarkA-8 0 5 ns/op\n", "f:1: 0 is no number of iterations")
	refused("BenchmarkA-8 10 -5 ns/op\n", "f:1: -5 ns/op is no duration: it is negative")
	refused("BenchmarkA-8 10 NaN ns/op\n", "f:1: NaN ns/op is no duration")
	refused("BenchmarkA-8 10\n", "f:1: missing measurements")
	refused(`{"Action":"output","Output":"goos: x\n"}`+"\n"+`{"Action":"output","Output":"BenchmarkA 1 1\n"}`+"\n", "f:2: missing units")
	refused("{\"Action\":\"pass\"}\n\n{\"Act", "f:3:5: not an event of go test -json: unexpected end of JSON input")
	refused("{\"Action\":\"pass\"}\n", "f: holds no benchmark: want lines such as BenchmarkName-8  1000  1234 ns/op")

	doubted := func(text, want string) {
		t.Helper()
		res, err := GoBench("f", strings.NewReader(text))
		if err != nil || strings.Join(res.Warnings, "; ") != want {
			t.Errorf("%q: got %v %v, want %s", text, res, err, want)
		}
	}
	doubted("BenchmarkA-8 10 5 ns/op\nexit status 1\nFAIL\tx 0.1s\n", "line 3: the package x failed, and no benchmark says that it was the one")
	doubted("BenchmarkA-8 10 5 ns/op\nBenchmarkS 1 100 bytes\n", "line 2: BenchmarkS has no ns/op: left out; not read, only times are: bytes")
}

// What Go says failed has no values that count, whether or not it has any.
func TestGoBenchFailures(t *testing.T) {
	check := func(text string, want ...string) {
		t.Helper()
		res, err := GoBench("f", strings.NewReader(text))
		if err != nil {
			t.Error(err)
			return
		}
		var got []string
		for _, b := range res.Benchmarks {
			got = append(got, fmt.Sprintf("%s %d %s", b.Name, b.Samples(), b.Failed))
		}
		if !slices.Equal(got, want) || len(res.Warnings) > 0 {
			t.Errorf("%q: got %q %q, want %q", text, got, res.Warnings, want)
		}
	}
	at := func(line int) string { return fmt.Sprintf("it failed: line %d of the file", line) }
	check("BenchmarkA-8 10 5 ns/op\n--- FAIL: BenchmarkB-8\n    b_test.go:9: wrong\nFAIL\nexit status 1\nFAIL\tx 0.1s\n", "BenchmarkA 1 ", "BenchmarkB 0 "+at(2))
	check("BenchmarkA-8 10 5 ns/op\n--- FAIL: BenchmarkA-8\nBenchmarkB-8 10 5 ns/op\n", "BenchmarkA 1 "+at(2), "BenchmarkB 1 ")
	check("BenchmarkA-8 10 5 ns/op\n--- FAIL: BenchmarkA\nBenchmarkB-8 10 5 ns/op\n", "BenchmarkA 1 "+at(2), "BenchmarkB 1 ")
	check("BenchmarkA/x-8 10 5 ns/op\nBenchmarkA/y-8 10 5 ns/op\n--- FAIL: BenchmarkA/y-8\n--- FAIL: BenchmarkA\n", "BenchmarkA/x 1 ", "BenchmarkA/y 1 "+at(3))
	check("BenchmarkA/x-8 10 5 ns/op\nBenchmarkAB/x-8 10 5 ns/op\n--- FAIL: BenchmarkA\n", "BenchmarkA/x 1 "+at(3), "BenchmarkAB/x 1 ")
	check("--- FAIL: BenchmarkA\n", "BenchmarkA 0 "+at(1))
	check("pkg: x\nBenchmarkA-8 10 5 ns/op\npkg: y\n--- FAIL: BenchmarkA\n", "x.BenchmarkA 1 ", "y.BenchmarkA 0 "+at(4))
}

// A pytest name may be given without its file, if that leaves one.
func TestFind(t *testing.T) {
	res := &Result{Benchmarks: []Benchmark{
		{Name: "a.py::t[1]", Alias: "t[1]"}, {Name: "b.py::t[1]", Alias: "t[1]"}, {Name: "b.py::u", Alias: "u"},
		{Name: "BenchmarkC", Printed: "BenchmarkC-8"}, {Name: "command", Impl: "x"}, {Name: "command", Impl: "y"},
	}}
	check := func(name, impl, want string) {
		t.Helper()
		got := ""
		switch b, err := res.Find(name, impl); {
		case err != nil:
			got = err.Error()
		case b != nil:
			got = b.Impl + b.Name
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	check("u", "", "b.py::u")
	check("b.py::t[1]", "", "b.py::t[1]")
	check("t[1]", "", `"t[1]" may be a.py::t[1] or b.py::t[1]`)
	check("BenchmarkC", "", "BenchmarkC")
	check("BenchmarkC-8", "", "BenchmarkC")
	check("v", "", "")
	check("command", "y", "ycommand")
}

// The format of a file is told by what is in it.
func TestDetect(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		got, err := Detect("f", []byte(text))
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
	check(`{"benchmarks": [{"fullname": "a", "stats": {}}]}`, FormatPytestBenchmark)
	check(`{"benchmarks": [{"runs": []}], "version": "1.0"}`, FormatPyperf)
	check("\x1f\x8b\x08", FormatPyperf)
	check(`{"results": [{"command": "x", "mean": 1, "user": 0}]}`, FormatHyperfine)
	check(`{"Time":"2026","Action":"start"}`, FormatGoBench)
	check("goos: linux\nBenchmarkA-8 \t 10 \t 5 ns/op\n", FormatGoBench)
	check(`[{"name": "a", "mean_ms": 1}]`, FormatJSON)
	check(`{"results": [{"command": "x", "mean": 1}]}`, FormatJSON)
	check(" \n", "f: is empty")
	check("goos: linux\nXbench-Plan: {}\nBenchmarkA/impl=go 10 5 ns/op\n", "f: is a record of xbench, which xbench compare judges")
	check("name,mean\n", "f: is not the file of a tool that is known: criterion, pytest-benchmark, pyperf, hyperfine, gobench, json")
}

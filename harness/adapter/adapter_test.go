package adapter

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var place = Place{Dir: "/work", Exists: func(path string) bool { return path == "bench" || path == "pytest.ini" }}

// The rules of a suite in the flags of each tool, and a name that a shell, a
// regular expression or a path would take for something else.
func TestLaunches(t *testing.T) {
	check := func(tool, command, name, args string, env ...string) {
		t.Helper()
		ask := Ask{Name: name, Sample: 5 * time.Millisecond, Samples: 12, Warmup: 50 * time.Millisecond, Warmups: 10, Dir: "/tmp/d", Env: []string{"A", "B"}}
		tl, ok := Lookup(tool)
		if !ok {
			t.Fatal(tool)
		}
		got := tl.Launch(strings.Fields(command), place, ask)
		if s := strings.Join(got.Args, " "); s != args {
			t.Errorf("%s\ngot  %s\nwant %s", tool, s, args)
		}
		if !slices.Equal(got.Env, env) {
			t.Errorf("%s: environment %v, want %v", tool, got.Env, env)
		}
	}
	const flags = "--noplot --sample-size 12 --warm-up-time 0.05 --measurement-time 0.06 --nresamples 1001 --exact a b/[x].*"
	criterionEnv := []string{"CRITERION_HOME=/tmp/d", "CARGO_TERM_COLOR=never"}
	check("criterion", "cargo bench --bench b", "a b/[x].*", "cargo bench --bench b -- "+flags, criterionEnv...)
	check("criterion", "taskset -c 1 /usr/bin/cargo bench -- --quiet", "a b/[x].*", "taskset -c 1 /usr/bin/cargo bench -- --quiet "+flags, criterionEnv...)
	check("criterion", "target/release/deps/b-1234", "a b/[x].*", "target/release/deps/b-1234 --bench "+flags, criterionEnv...)
	check("gotest", "./bench.test", "BenchmarkParse/a.b[x]/n=3",
		`./bench.test -test.run=^$ -test.bench=^BenchmarkParse$/^a\.b\[x\]$/^n=3$ -test.count=22 -test.benchtime=5ms -test.timeout=0`)
	check("pytest-benchmark", "python3 -m pytest -c pytest.ini -q bench", "bench/test_a.py::test_x[a b]",
		"python3 -m pytest -c pytest.ini -q --rootdir=/work -p no:cacheprovider --color=no --benchmark-only --benchmark-storage=file:///tmp/d "+
			"--benchmark-json=/tmp/d/result.json --benchmark-min-rounds=22 --benchmark-min-time=0.005 --benchmark-max-time=0.005 --benchmark-warmup=on --benchmark-warmup-iterations=1 bench/test_a.py::test_x[a b]")
	check("pyperf", "python3 bench.py small", "x", "python3 bench.py small -p 1 -n 12 -w 10 --min-time 0.005 --quiet -o /tmp/d/result.json --inherit-environ=A,B")
	check("pyperf", "python3 bench.py --copy-env", "x", "python3 bench.py --copy-env -p 1 -n 12 -w 10 --min-time 0.005 --quiet -o /tmp/d/result.json")
}

// The warm-up is rounds that are counted off afterwards: the tool's own ends
// after a number of iterations or with the time that all rounds may take. That
// time never asks for more rounds than their number does.
func TestPytestTakesTheRoundsItIsAskedFor(t *testing.T) {
	check := func(warmup, sample time.Duration, samples int, want string) {
		t.Helper()
		terms := pytest{}.Terms(Rules{Sample: sample, Samples: samples, Warmup: warmup}, time.Microsecond)
		args := pytest{}.Launch([]string{"pytest"}, place, Ask{Name: "x", Sample: terms.Sample, Samples: terms.Samples, Warmup: warmup, Warmups: terms.Warmups}).Args
		var got []string
		for _, a := range args {
			if strings.HasPrefix(a, "--benchmark-m") || strings.HasPrefix(a, "--benchmark-warmup") {
				got = append(got, strings.TrimPrefix(a, "--benchmark-"))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	const times, on = " min-time=0.005 max-time=0.005", " warmup=on warmup-iterations=1"
	check(50*time.Millisecond, 5*time.Millisecond, 10, "min-rounds=20"+times+on)
	check(5*time.Second, 5*time.Millisecond, 10, "min-rounds=1010"+times+on)
	check(time.Millisecond, 5*time.Millisecond, 10, "min-rounds=11"+times+on)
	check(0, 5*time.Millisecond, 10, "min-rounds=10"+times+" warmup=off warmup-iterations=1")
}

// The first rounds are the warm-up, unless the benchmark chose their number.
func TestPytestWarmUpIsInTheRecord(t *testing.T) {
	check := func(rounds int, warmups, samples int, warns bool) {
		t.Helper()
		ask := Ask{Name: "a.py::x", Samples: 3, Warmups: 2, Dir: t.TempDir()}
		data := strings.TrimSuffix(strings.Repeat("0.002,", rounds), ",")
		file := fmt.Sprintf(`{"machine_info": {}, "version": "5.3.1", "datetime": "2026-01-01T00:00:00", "benchmarks": [{"name": "x", "fullname": "a.py::x",
			"stats": {"mean": 0.002, "rounds": %d, "iterations": 7, "data": [%s]}}]}`, rounds, data)
		if err := os.WriteFile(filepath.Join(ask.Dir, "result.json"), []byte(file), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := pytest{}.Read(ask, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Warmup.SamplesNS) != warmups || len(got.Warmup.Iterations) != warmups || len(got.SamplesNS) != samples || len(got.Iterations) != samples || len(got.Warnings) > 0 != warns {
			t.Errorf("%d rounds: %+v", rounds, got)
		}
	}
	check(5, 2, 3, false)
	check(8, 2, 6, false) // a benchmark that set a number of its own
	check(4, 0, 4, true)
}

// Lines of the testing package are half a second at least, so that its
// collector has its time, and no longer than what the other side takes.
func TestGoLinesAreLong(t *testing.T) {
	check := func(r Rules, iteration time.Duration, samples, warmups int, sample time.Duration) {
		t.Helper()
		got := gotest{}.Terms(r, iteration)
		if got.Samples != samples || got.Warmups != warmups || got.Sample != sample {
			t.Errorf("%+v, %v: %+v, want %d and %d of %v", r, iteration, got, samples, warmups, sample)
		}
		if least := time.Duration(samples+warmups) * max(sample, iteration); got.Takes < least || got.Takes > 2*least {
			t.Errorf("%+v, %v: takes %v, want about %v", r, iteration, got.Takes, least)
		}
	}
	const ms, w = time.Millisecond, 50 * time.Millisecond
	check(Rules{5 * ms, 10, w}, time.Microsecond, 1, 1, 500*ms)
	check(Rules{5 * ms, 10, 0}, time.Microsecond, 1, 0, 500*ms)
	check(Rules{100 * ms, 10, w}, time.Microsecond, 1, 1, time.Second)
	check(Rules{5 * ms, 10, 2 * time.Second}, time.Microsecond, 1, 4, 500*ms)
	check(Rules{5 * ms, 5, w}, 200*ms, 1, 1, time.Second) // five of 200 ms, as the others take
	check(Rules{5 * ms, 3, w}, 2*time.Second, 3, 1, 5*ms) // an iteration is a line
	check(Rules{50 * ms, 1, w}, 600*ms, 1, 1, 50*ms)
}

func TestWarmups(t *testing.T) {
	check := func(warmup, sample, iteration time.Duration, want int) {
		t.Helper()
		if got := Warmups(warmup, sample, iteration); got != want {
			t.Errorf("%v of %v, %v: %d, want %d", warmup, sample, iteration, got, want)
		}
	}
	check(50*time.Millisecond, 5*time.Millisecond, time.Microsecond, 10)
	check(50*time.Millisecond, 5*time.Millisecond, 20*time.Millisecond, 3)
	check(50*time.Millisecond, 5*time.Millisecond, 10*time.Second, 1)
	check(0, 5*time.Millisecond, time.Microsecond, 0)
}

// A number at the end of a name is the name's, or that of the processors.
func TestGoNamesThatEndInNumbers(t *testing.T) {
	check := func(name, want string, printed ...string) {
		t.Helper()
		out := "goos: linux\npkg: it\n"
		for i, p := range printed {
			out += fmt.Sprintf("%s \t 1000 \t %d ns/op\n", p, 700+i)
		}
		got, err := gotest{}.Read(Ask{Name: name, Samples: 1}, []byte(out+"PASS\n"))
		s := fmt.Sprint(got.SamplesNS, got.Others)
		if err != nil {
			s = err.Error()
		}
		if s != want {
			t.Errorf("%s in %q: got %s, want %s", name, printed, s, want)
		}
	}
	check("BenchmarkP/size-10", "[700000] []", "BenchmarkP/size-10") // one processor
	check("BenchmarkP/size-10", "[700000] []", "BenchmarkP/size-10-10")
	check("BenchmarkP/size", "[700000] []", "BenchmarkP/size-10")
	check("BenchmarkP", "[700000] []", "BenchmarkP-8")
	check("BenchmarkP/size-10", "[701000] [BenchmarkP/n-10]", "BenchmarkP/n-10", "BenchmarkP/size-10") // one processor again
	check("BenchmarkP/size-10", `no samples of "BenchmarkP/size-10"; it measured "BenchmarkP/size-11"`, "BenchmarkP/size-11")
}

// What the real tools print: Criterion 0.5, pytest 9 with pytest-benchmark 5.3,
// go 1.26.
func TestListed(t *testing.T) {
	check := func(tool Tool, stdout string, want ...string) {
		t.Helper()
		if got := tool.Listed(stdout); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(criterion{}, "parse[small]: benchmark\n\ngrp/x y/f.+/10: benchmark\ngrp/x y/plain: benchmark\n\nrunning 0 tests\nit: test\n", "parse[small]", "grp/x y/f.+/10", "grp/x y/plain")
	check(gotest{}, "BenchmarkParse\nBenchmark\nBenchmarks\nBenchmarking\nok  \tgob\t0.006s\nTestX\n", "BenchmarkParse", "Benchmark")
	check(pytest{}, `
        SETUP    F benchmark
        SETUP    F size[10000]
        bench/test_parse.py::test_parse[la rge/[x]] (fixtures used: benchmark, request, size)
        TEARDOWN F size[10000]
        bench/test_parse.py::TestC::test_m (fixtures used: benchmark_weave, request)
        bench/test_parse.py::test_plain (fixtures used: tmp_path)
        bench/test_parse.py::test_barest
1 skipped in 0.01s
`, "bench/test_parse.py::test_parse[la rge/[x]]", "bench/test_parse.py::TestC::test_m")
}

func TestFind(t *testing.T) {
	check := func(tool Tool, name, want string, listed ...string) {
		t.Helper()
		got, err := tool.Find(name, listed)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	check(gotest{}, "Parse/la rge\t", "BenchmarkParse/la_rge_", "BenchmarkParse")
	check(gotest{}, "Benchmark/x", "Benchmark/x", "Benchmark", "BenchmarkBenchmark")
	check(gotest{}, "Benchmarks/x", `it has no benchmark "BenchmarkBenchmarks" (it has "BenchmarkA")`, "BenchmarkA")
	check(pytest{}, "TestC::test_m", "a.py::TestC::test_m", "a.py::test_m", "a.py::TestC::test_m")
	check(pytest{}, "b.py::test_m", `it has no benchmark "b.py::test_m" (nearest: "a.py::test_m")`, "a.py::test_m")
	check(criterion{}, "x", `it has no benchmark "x" (it lists none)`)
	check(criterion{}, "x", `2 of its benchmarks are called "x", in several targets: name one, e.g. [cargo, bench, --bench, NAME]`, "x", "y", "x")
	check(criterion{}, "y", "y", "x", "y", "x")
}

// The line that says most of a launch that failed, as the real tools print it.
func TestBlame(t *testing.T) {
	check := func(tool Tool, stdout, stderr, want string, work bool) {
		t.Helper()
		if got, isWork := tool.Blame(stdout, stderr); got != want || isWork != work {
			t.Errorf("got %q, %v, want %q, %v", got, isWork, want, work)
		}
	}
	check(criterion{}, "", "Benchmarking fail\n\nthread 'main' (1883) panicked at b.rs:8:44:\nassertion `left == right` failed\n  left: 3\nerror: bench failed\n",
		"thread 'main' (1883) panicked at b.rs:8:44: assertion `left == right` failed", true)
	check(criterion{}, "", "error: Unrecognized option: 'noplot'\nerror: bench failed\n",
		"error: Unrecognized option: 'noplot' (that is Rust's own test harness, not Criterion: name the target, e.g. [cargo, bench, --bench, NAME], and give it harness = false)", false)
	check(criterion{}, "", "error: no bench target named `x`\n", "error: no bench target named `x`", false)
	check(gotest{}, "--- FAIL: BenchmarkFail\n    b_test.go:9: boo\nFAIL\n", "", "BenchmarkFail: b_test.go:9: boo", true)
	check(gotest{}, "panic: oh\n\ngoroutine 1", "", "panic: oh", true)
	check(gotest{}, "FAIL\tx [build failed]\n", "# x\n./a.go:3:1: syntax error\n", "./a.go:3:1: syntax error", false)
	check(pytest{}, "F  [100%]\nE       AssertionError: boo\nFAILED a.py::t - AssertionError: boo\n1 failed\n", "", "a.py::t - AssertionError: boo", true)
	check(pytest{}, "", "/usr/bin/python3: No module named pytest\n", "No module named pytest", false)
	check(pytest{}, "", "ERROR: usage: pytest [options]\npytest: error: unrecognized arguments: --benchmark-only\n",
		"pytest does not know --benchmark-only: its plugin pytest-benchmark is missing", false)
	check(pyperf{}, "", "Traceback (most recent call last):\n  File \"b.py\", line 3, in f\nAssertionError: boo\nTraceback (most recent call last):\nRuntimeError: python failed with exit code 1\n", "AssertionError: boo", true)
	check(pyperf{}, "", "Traceback (most recent call last):\nModuleNotFoundError: No module named 'pyperf'\n", "ModuleNotFoundError: No module named 'pyperf'", false)
}

func TestNamesAreTheTools(t *testing.T) {
	if len(Names()) != len(tools) {
		t.Errorf("%d names of %d tools", len(Names()), len(tools))
	}
	for _, name := range Names() {
		if _, ok := Lookup(name); !ok {
			t.Errorf("no tool %s", name)
		}
	}
}

// What is missing is installed for the interpreter that misses it.
func TestInstallFor(t *testing.T) {
	check := func(want string, command ...string) {
		t.Helper()
		if got := InstallFor(command, "pip install x"); got != filepath.FromSlash(want) {
			t.Errorf("%v: got %q, want %q", command, got, want)
		}
	}
	check(".venv/bin/python -m pip install x", filepath.FromSlash(".venv/bin/python"), "-m", "pytest")
	check("python3.12 -m pip install x", "python3.12", "bench.py")
	check(".venv/bin/python -m pip install x", filepath.FromSlash(".venv/bin/pytest"))
	check(".venv/Scripts/python.exe -m pip install x", filepath.FromSlash(".venv/Scripts/pytest.exe"))
	check("pip install x", "pytest")
	check("pip install x")
	if got := InstallFor([]string{"python3"}, "install Go"); got != "install Go" {
		t.Errorf("got %q", got)
	}
}

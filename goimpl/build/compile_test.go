package build

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestCompileErrors(t *testing.T) {
	check := func(want string, defs ...Definition) {
		t.Helper()
		_, err := Compile(defs, "root", StandardKinds(0))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	check(`build: task "root" is not defined`)
	check(`build: task "root" is not defined (did you mean "roots"?)`, lightTask("roots"), lightTask("roof_1"))
	check(`build: task "root" needs "leef_1", which is not defined (did you mean "leaf_1"?)`,
		lightTask("root", "leaf_1", "leef_1"), lightTask("leaf_2"), lightTask("leaf_1"))
	check(`build: task "root" needs "nope", which is not defined`, lightTask("root", "nope"))
	check(`build: task "root" needs "nope", which is not defined`, asking(lightTask("root"), []string{"nope"}))
	check(`build: task "root" is defined twice`, lightTask("root"), lightTask("root"))
	check(`build: task "root": unknown kind "ligth" (did you mean "light"?) (known: cpu, fail, `, kindTask("ligth", "root"))
	check(`build: task "root": kind io: parameter sleep_ms is missing`, kindTask("io", "root"))
	check(`build: task "root": kind light: parameter n is "x" (string), want an integer`,
		Definition{Key: "root", Kind: "light", Params: map[string]any{"n": "x"}})
	check(`build: task "root": kind light: parameter n is -1, want at least 0`,
		Definition{Key: "root", Kind: "light", Params: map[string]any{"n": -1}})
}

// A DAG keeps nothing of its definitions that their owner may change: else a
// target could hold what its id does not say.
func TestDefinitionsMayBeReused(t *testing.T) {
	inner := map[string]any{"list": []any{1, []string{"a"}}, "bytes": []byte{1}}
	params := map[string]any{"n": 5, "inner": inner}
	def := Definition{Key: "root", Kind: "light", Params: params, Deps: []string{"a"}}
	defs := []Definition{def, lightTask("a"), lightTask("b")}
	d := mustCompile(t, defs, StandardKinds(0))
	same := mustCompile(t, []Definition{
		{Key: "root", Kind: "light", Deps: []string{"a"}, Params: map[string]any{
			"n": 5, "inner": map[string]any{"list": []any{1, []string{"a"}}, "bytes": []byte{1}}}},
		lightTask("a"),
	}, StandardKinds(0))

	params["n"], params["more"] = 7, 1
	inner["list"].([]any)[0] = 2
	inner["list"].([]any)[1].([]string)[0] = "z"
	inner["bytes"].([]byte)[0] = 2
	defs[0].Deps[0] = "b"

	if err := errors.Join(d.Identify(), same.Identify()); err != nil {
		t.Fatal(err)
	}
	if d.Root().ID() != same.Root().ID() {
		t.Errorf("the id follows what became of the definition: %v", d.Root().params)
	}
}

func TestCycles(t *testing.T) {
	check := func(want []string, defs ...Definition) {
		t.Helper()
		_, err := Compile(defs, "root", StandardKinds(0))
		var cycle *CycleError
		if !errors.As(err, &cycle) || !slices.Equal(cycle.Path, want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	check([]string{"root", "root"}, lightTask("root", "root"))
	check([]string{"root", "b", "c", "root"}, lightTask("root", "b"), lightTask("b", "c"), lightTask("c", "root"))
	check([]string{"b", "c", "b"}, lightTask("root", "a"), lightTask("a", "b"), lightTask("b", "x", "c"), lightTask("x"), lightTask("c", "b"))
	check([]string{"root", "x", "root"}, asking(lightTask("root"), []string{"x"}), lightTask("x", "root"))
	check([]string{"root", "x", "root"}, asking(lightTask("root"), []string{"y"}, []string{"x"}), lightTask("y"), asking(lightTask("x"), []string{"root"}))

	if _, err := Compile([]Definition{lightTask("root"), lightTask("a", "b"), lightTask("b", "a")}, "root", StandardKinds(0)); err != nil {
		t.Errorf("a cycle that the root does not need: %v", err)
	}
}

// A chain longer than any call stack should be compiles and builds.
func TestLongChain(t *testing.T) {
	const n = 30_000
	defs := make([]Definition, n)
	for i := range defs {
		defs[i] = lightTask(fmt.Sprint(i))
		if i > 0 {
			defs[i].Deps = []string{fmt.Sprint(i - 1)}
		}
	}
	d, err := Compile(defs, fmt.Sprint(n-1), StandardKinds(0))
	if err != nil {
		t.Fatal(err)
	}
	for _, executor := range Executors()[:4] {
		report, err := buildOnce(t, Options{Executor: executor}, Job{DAG: d})
		if err != nil || report.TasksRun != n {
			t.Errorf("%s: %+v, %v", executor, report.Counters, err)
		}
	}
}

func TestOptionErrors(t *testing.T) {
	check := func(opts Options, want string) {
		t.Helper()
		if _, err := New(opts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: got %v, want %s", opts, err, want)
		}
	}
	check(Options{Executor: "treadpool"}, `executor is "treadpool" (did you mean "threadpool"?), want one of sequential, threadpool,`)
	check(Options{Workers: -1}, "workers is -1, want at least 1")
	check(Options{FailMode: "failfast"}, `fail_mode is "failfast" (did you mean "fail_fast"?), want`)
	check(Options{FailMode: "x"}, `fail_mode is "x", want one of fail_fast, continue`)
	check(Options{Discover: "x"}, `discover is "x", want one of short_circuit, full`)
	check(Options{Blocking: "x"}, `blocking is "x", want one of to_thread, native, on_loop`)
	check(Options{Executor: MultiProcess}, "needs a worker command: set Options.WorkerCommand to start a program that calls ServeWorker")
}

func TestFileKinds(t *testing.T) {
	defs := []Definition{
		{Key: "root", Kind: "file_rw", Params: map[string]any{"cycles": 3, "size": 50}, Deps: []string{"w"}},
		{Key: "w", Kind: "file_write", Params: map[string]any{"size": int64(10)}},
	}
	d := mustCompile(t, defs, StandardKinds(0))
	forExecutors(t, func(t *testing.T, executor string) {
		targets := NewFiles(t.TempDir())
		opts := Options{Executor: executor, WorkerCommand: workerCommand()}
		if _, err := buildOnce(t, opts, Job{DAG: d, Targets: targets}); err != nil {
			t.Fatal(err)
		}
		var got []string
		_ = d.EachOutput(targets, func(_ string, record []byte) error {
			_, result, _ := strings.Cut(string(record), `"result":`)
			got = append(got, result)
			return nil
		})
		if want := []string{`{"bytes_read":150,"bytes_written":150}}`, `{"bytes_written":10}}`}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		for i, want := range []string{strings.Repeat("y", 50), strings.Repeat("x", 10)} {
			data, err := os.ReadFile(targets.path(&d.tasks[i], ".data"))
			if string(data) != want || err != nil {
				t.Errorf("data file of %s: %q, %v, want %q", d.tasks[i].key, data, err, want)
			}
		}
		if executor != MultiProcess {
			_, err := buildOnce(t, opts, Job{DAG: d, Targets: NewMemory(2)})
			checkFailed(t, err, "w", "this kind keeps a data file: it needs file targets")
		}
	})
}

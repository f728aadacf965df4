package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"xbench/compare"
	"xbench/harness/config"
	"xbench/harness/record"
	"xbench/harness/strictyaml"
)

// tooled is a configuration of adapters whose tools are played by the test
// binary. SELF stands for it.
func tooled(t *testing.T, yaml string) *config.Config {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir()) // what is left behind shows
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load("xbench.yaml", []byte(strings.ReplaceAll(yaml, "SELF", self)))
	if err != nil {
		t.Fatal(err)
	}
	cfg.Dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(cfg.Dir, "bench"), 0o755); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// sides are pytest-benchmark and Criterion, as in most ports.
const sides = `implementations:
  - {name: python, reference: true, adapter: pytest-benchmark, command: [SELF, faketool, pytest, bench, -q], names: {a: "test_parse[small]", b: "bench/test_it.py::test_parse[la rge/[x]]"}}
  - {name: rust, adapter: criterion, command: [SELF, faketool, cargo, bench], names: {a: "parse[small]", b: "parse/la rge.+"}}
benchmarks: [{name: a}, {name: b}]
`

// bare are the others.
const bare = `implementations:
  - {name: go, reference: true, adapter: gotest, command: [SELF, faketool, gotest], names: {a: Parse/small, b: "BenchmarkParse/la rge.+[x]"}}
  - {name: python, adapter: pyperf, command: [SELF, faketool, pyperf, "{benchmark}"], names: {a: parse small, b: parse large}}
benchmarks: [{name: a}, {name: b}]
`

func processOf(t *testing.T, rec *record.Record, row, impl string) *record.Process {
	t.Helper()
	for i := range rec.Processes {
		if p := &rec.Processes[i]; p.Row == row && p.Impl == impl {
			return p
		}
	}
	t.Fatalf("no process of %s %s", row, impl)
	return nil
}

func TestAdaptersTakeTheToolsSamples(t *testing.T) {
	check := func(yaml, row, impl string, k int64, iterations []int64, samples int, first float64, discarded string) {
		t.Helper()
		rec, _, err := wholeRun(t, context.Background(), tooled(t, yaml), 2, new(memory))
		if err != nil {
			t.Fatal(err)
		}
		if len(rec.Processes) != 2*2*2 {
			t.Fatalf("%d processes, want %d", len(rec.Processes), 2*2*2)
		}
		p := processOf(t, rec, row, impl)
		if p.Failure != nil || !p.Sampled() {
			t.Fatalf("%s %s: %+v", row, impl, p.Failure)
		}
		if p.K != k || !slices.Equal(p.Iterations, iterations) || len(p.SamplesNS) != samples {
			t.Errorf("%s %s: %d samples of %d %v, want %d of %d %v", row, impl, len(p.SamplesNS), p.K, p.Iterations, samples, k, iterations)
		}
		if got := p.Times()[0]; got < 0.999*first || got > 1.001*first {
			t.Errorf("%s %s: the first sample says %v ns, want %v", row, impl, got, first)
		}
		if got := fmt.Sprint(p.Discarded); got != discarded {
			t.Errorf("%s %s: discarded %s, want %s", row, impl, got, discarded)
		}
		if p.CPUNS != 0 || p.Clock != nil || p.Digest != "" || p.Phases.TotalNS <= 0 {
			t.Errorf("%s %s: what another tool times is not known, or not taken: %+v", row, impl, p)
		}
		res, err := compare.Analyze(rec, compare.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range res.Rows {
			if len(r.Failures) > 0 || r.Rounds != 2 || r.CandRSS != 0 || r.CandCPUNS != 0 {
				t.Errorf("%s: %d rounds, %+v", r.Name, r.Rounds, r)
			}
		}
	}
	// Criterion takes ten samples at least, and so all do.
	check(sides, "a", "python", 100, nil, 10, 2000, "[{warm-up 100 [200000]}]")
	check(sides, "b", "rust", 0, []int64{10, 20, 30, 40, 50, 60, 70, 80, 90, 100}, 10, 500, "[]")
	check(bare, "b", "go", 1001, nil, 1, 701, "[{warm-up 1000 [700000]}]") // one long line
	check(bare, "a", "python", 1024, nil, 3, 1000, "[{warm-up 1024 [3072000]}]")
}

// What a tool has and no row is about is in the plan; so is what it calls the
// rows, and what it is asked for.
func TestPlanOfAdapters(t *testing.T) {
	check := func(yaml string, names, unmatched, asked string) {
		t.Helper()
		save := new(memory)
		if _, _, err := wholeRun(t, context.Background(), tooled(t, yaml), 2, save); err != nil {
			t.Fatal(err)
		}
		plan := save.rec.Plan
		if got := fmt.Sprint(plan.Rows[1].Names); got != names {
			t.Errorf("names %s, want %s", got, names)
		}
		var left []string
		for _, i := range plan.Implementations {
			left = append(left, strings.Join(i.Unmatched, ","))
		}
		if got := strings.Join(left, " | "); got != unmatched {
			t.Errorf("unmatched %s\nwant      %s", got, unmatched)
		}
		if got := fmt.Sprint(plan.Rows[1].Asked, plan.Rows[1].Samples, plan.Rows[1].Nonce); got != asked {
			t.Errorf("asked %s, want %s", got, asked)
		}
	}
	check(sides, "map[python:bench/test_it.py::test_parse[la rge/[x]] rust:parse/la rge.+]",
		"bench/test_it.py::test_once,bench/test_it.py::test_fail,bench/test_it.py::test_nofile,bench/test_it.py::test_broken,bench/test_it.py::test_hang,"+
			"bench/test_it.py::test_skip,bench/test_it.py::test_nogc,bench/test_a.py::test_twice,bench/test_b.py::test_twice | once,fail,nofile,broken,hang",
		"map[python:{10 1 0} rust:{10 1 0}] 0 false")
	check(bare, "map[go:BenchmarkParse/la_rge.+[x] python:parse large]", "BenchmarkOnce,BenchmarkFail,BenchmarkNofile,BenchmarkHang | once", "map[go:{1 1 500000000} python:{3 1 0}] 0 false")
}

// one has a single row, which the candidate's tool calls so.
func one(name, tool, command, theirs string) string {
	return fmt.Sprintf(`implementations:
  - {name: ref, reference: true, adapter: pyperf, command: [SELF, faketool, pyperf], names: {a: parse small}}
  - {name: %s, adapter: %s, command: [SELF, faketool, %s], names: {a: "%s"}, timeouts: {run: 2s}}
benchmarks: [{name: a}]
`, name, tool, command, theirs)
}

func TestNamesThatTheToolLacks(t *testing.T) {
	check := func(yaml, want string) {
		t.Helper()
		cfg := tooled(t, yaml)
		lab, err := NewLab(context.Background(), LabOptions{Config: cfg})
		if err == nil { // a tool that lists nothing shows at its first launch
			rows, _ := cfg.Rows(config.Selection{})
			if rows, err = lab.Bind(rows); err == nil {
				_, _, err = lab.Calibrate(context.Background(), rows, testTiming)
			}
		}
		if err == nil {
			t.Fatalf("no error, want %s", want)
		}
		got, _, _ := strings.Cut(err.Error(), "\n")
		if e := new(strictyaml.Error); errors.As(err, &e) {
			got = fmt.Sprintf("line %d: %s", e.Line, e.Msg)
		}
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	check(one("rust", "criterion", "cargo", "parse[smal]"), `line 3: a: criterion of rust: it has no benchmark "parse[smal]" (nearest: "parse[small]")`)
	check(one("py", "pytest-benchmark", "pytest", "test_parse[smal]"), `line 3: a: pytest-benchmark of py: it has no benchmark "test_parse[smal]" (nearest: "test_parse[small]")`)
	check(one("py", "pytest-benchmark", "pytest", "test_twice"),
		`line 3: a: pytest-benchmark of py: 2 of its benchmarks are called "test_twice": give the whole id, one of "bench/test_a.py::test_twice", "bench/test_b.py::test_twice"`)
	check(one("go", "gotest", "gotest", "Pars/small"), `line 3: a: gotest of go: it has no benchmark "BenchmarkPars" (nearest: "BenchmarkParse")`)
	check(one("pf", "pyperf", "pyperf", "parse smal"), `line 3: a: pyperf of pf: it has no benchmark "parse smal" (nearest: "parse small")`)
	check(one("go", "gotest", "nosuch", "Parse"), `implementation go: gotest could not list its benchmarks: exit status 2`)
}

// One name in two targets of cargo would be the last one's, whether or not the
// configuration maps it.
func TestNamesThatStandForSeveral(t *testing.T) {
	check := func(yaml, want string) {
		t.Helper()
		_, err := NewLab(context.Background(), LabOptions{Config: tooled(t, yaml)})
		if e := new(strictyaml.Error); !errors.As(err, &e) || fmt.Sprintf("line %d: %s", e.Line, e.Msg) != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	const several = "in several targets: name one, e.g. [cargo, bench, --bench, NAME]"
	check(one("rust", "criterion", "cargo, targets=2", "parse[small]"), `line 3: a: criterion of rust: 2 of its benchmarks are called "parse[small]", `+several)
	unmapped := strings.Replace(one("rust", "criterion", "cargo, targets=2", "parse[small]"), "[{name: a}]", "[{name: a}, {name: once}]", 1)
	unmapped = strings.Replace(unmapped, `, names: {a: "parse[small]"}`, "", 1)
	check(unmapped, `line 3: once: criterion of rust: 2 of its benchmarks are called "once", `+several)
}

// What the compiler has left out is no benchmark; what is about as short is in
// doubt.
func TestIterationsThatAreTooShort(t *testing.T) {
	check := func(ns, kind, failure, warning string) {
		t.Helper()
		rec, _, err := wholeRun(t, context.Background(), tooled(t, one("rust", "criterion", "cargo, bench, ns="+ns, "once")), 2, new(memory))
		if err != nil {
			t.Fatal(err)
		}
		var gotKind, gotFailure, gotWarning string
		for _, n := range rec.Notes {
			if n.Failure != nil {
				gotKind, gotFailure = n.Failure.Kind, n.Failure.Message
			}
		}
		if gotFailure == "" {
			gotWarning = strings.Join(processOf(t, rec, "a", "rust").Warnings, "; ")
		}
		if gotKind != kind || gotFailure != failure || gotWarning != warning {
			t.Errorf("%s ns: %s %q, warning %q", ns, gotKind, gotFailure, gotWarning)
		}
	}
	check("0.14", record.FailWork, "criterion of rust: a: an iteration takes 0.14 ns, which is a clock cycle or less: the compiler has left the work out; "+keepWork, "")
	check("0.6", "", "", "an iteration takes 0.6 ns, a few clock cycles: has the compiler left the work out? "+keepWork)
	check("1.1", "", "", "")
}

// Where one side's tool takes its samples as one that is long, the others' are
// as long together.
func TestSamplesAreAsLongTogetherAsALineOfGo(t *testing.T) {
	check := func(yaml string, samples int, want time.Duration) {
		t.Helper()
		lab, err := NewLab(context.Background(), LabOptions{Config: tooled(t, yaml)})
		if err != nil {
			t.Fatal(err)
		}
		if got := lab.Timing(Timing{Sample: 5 * time.Millisecond, Samples: samples}).Sample; got != want {
			t.Errorf("%d samples of %v, want %v", samples, got, want)
		}
	}
	check(bare, 10, 50*time.Millisecond)
	check(bare, 200, 5*time.Millisecond)
	check(sides, 10, 5*time.Millisecond)
	check(strings.Replace(sides, "adapter: pytest-benchmark, command: [SELF, faketool, pytest, bench, -q], names: {a: \"test_parse[small]\", b: \"bench/test_it.py::test_parse[la rge/[x]]\"}",
		"adapter: gotest, command: [SELF, faketool, gotest], names: {a: Parse/small, b: Once}", 1), 2, 50*time.Millisecond) // Criterion takes ten
}

// A benchmark that fails before the rounds says so with the end of what its
// tool printed.
func TestFailuresBeforeTheRoundsShowTheTail(t *testing.T) {
	rec, _, err := wholeRun(t, context.Background(), tooled(t, one("cand", "criterion", "cargo, bench", "fail")), 2, new(memory))
	if err != nil {
		t.Fatal(err)
	}
	if got := rec.Notes[0].Stderr; !strings.HasSuffix(got, "  left: 3\n right: 17\nerror: bench failed, to rerun pass `--bench b`") {
		t.Errorf("got %q", got)
	}
}

// A row that only one side has is unsupported by the other, as of workers.
func TestRowsOfOneSide(t *testing.T) {
	cfg := tooled(t, strings.Replace(one("rust", "criterion", "cargo", "once"), "[{name: a}]", "[{name: a}, {name: once}]", 1))
	lab, err := NewLab(context.Background(), LabOptions{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := cfg.Rows(config.Selection{Filter: "a"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = lab.Bind(rows[:1]); err != nil {
		t.Fatal(err)
	}
	row := record.Row{Name: "fail", ID: "fail"}
	bound, err := lab.Bind([]record.Row{row})
	if err != nil || len(bound[0].Unsupported) != 0 {
		t.Errorf("pyperf lists nothing, and Criterion has it: %v, %v", bound, err)
	}
	bound, err = lab.Bind([]record.Row{{Name: "other", ID: "other"}})
	if err != nil || bound[0].Unsupported["rust"] != `it has no benchmark "other" (it has "parse[small]", "parse/la rge.+", "once", "fail" and 3 more)` {
		t.Errorf("got %v, %v", bound, err)
	}
}

func TestToolsThatGoWrong(t *testing.T) {
	check := func(tool, command, theirs, kind, want string) {
		t.Helper()
		rec, _, err := wholeRun(t, context.Background(), tooled(t, one("cand", tool, command, theirs)), 2, new(memory))
		if err != nil {
			t.Fatal(err)
		}
		if len(rec.Notes) != 1 || rec.Notes[0].Failure == nil {
			t.Fatalf("%s: notes %+v", theirs, rec.Notes)
		}
		f := rec.Notes[0].Failure
		if f.Kind != kind || f.Message != tool+" of cand: a: "+want {
			t.Errorf("%s: %s\n  got  %s\n  want %s: ... %s", theirs, f.Kind, f.Message, kind, want)
		}
		left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*"))
		if len(left) > 0 {
			t.Errorf("%s: left behind: %v", theirs, left)
		}
	}
	check("pytest-benchmark", "pytest", "test_fail", record.FailWork, "bench/test_it.py::test_fail - AssertionError: boo (exit status 1)")
	check("pytest-benchmark", "pytest", "test_skip", record.FailWork, `no samples of "bench/test_it.py::test_skip": it ran no benchmark; its last line: 1 skipped in 0.01s`)
	check("pytest-benchmark", "pytest", "test_nofile", record.FailWork, `no samples of "bench/test_it.py::test_nofile": it wrote no --benchmark-json file`)
	check("criterion", "cargo", "fail", record.FailWork, "thread 'main' (18) panicked at benches/b.rs:8:44: assertion `left == right` failed (exit status 101)")
	check("criterion", "cargo", "nofile", record.FailWork, `no samples of "nofile": it wrote nothing to CRITERION_HOME`)
	check("gotest", "gotest", "Fail", record.FailWork, "BenchmarkFail: b_test.go:9: boo (exit status 1)")
	check("gotest", "gotest", "Nofile", record.FailWork, `no samples of "BenchmarkNofile": it printed no line with ns/op; its last line: PASS`)
	check("pyperf", "pyperf, fail", "once", record.FailWork, "AssertionError: boo (exit status 1)")
}

// A file that is not what its tool promises is located.
func TestBrokenFilesOfTools(t *testing.T) {
	check := func(tool, command, theirs string, want ...string) {
		t.Helper()
		rec, _, err := wholeRun(t, context.Background(), tooled(t, one("cand", tool, command, theirs)), 2, new(memory))
		if err != nil {
			t.Fatal(err)
		}
		f := rec.Notes[0].Failure
		for _, w := range want {
			if f.Kind != record.FailProtocol || !strings.Contains(f.Message, w) {
				t.Errorf("%s: %s: %s, want %q in it", theirs, f.Kind, f.Message, w)
			}
		}
	}
	check("pytest-benchmark", "pytest", "test_broken", "result.json:1:")
	check("criterion", "cargo", "broken", "broken/new/sample.json:1:", "times")
}

// An iteration that is longer than a sample is a sample.
func TestToolsThatCalibrateToOneIteration(t *testing.T) {
	check := func(tool, command, theirs string) {
		t.Helper()
		rec, _, err := wholeRun(t, context.Background(), tooled(t, one("cand", tool, command, theirs)), 2, new(memory))
		if err != nil {
			t.Fatal(err)
		}
		if p := processOf(t, rec, "a", "cand"); p.K != 1 || p.Iterations != nil || p.Failure != nil {
			t.Errorf("%s: %d %v, %v", theirs, p.K, p.Iterations, p.Failure)
		}
	}
	check("criterion", "cargo", "once")
	check("pytest-benchmark", "pytest", "test_once")
	check("gotest", "gotest", "Once")
	check("pyperf", "pyperf", "once")
}

// Interrupted, a tool is no failure.
func TestToolsAreInterrupted(t *testing.T) {
	cfg := tooled(t, one("cand", "criterion", "cargo", "hang"))
	ctx, cancel := context.WithCancel(context.Background())
	lab, err := NewLab(ctx, LabOptions{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := cfg.Rows(config.Selection{})
	if rows, err = lab.Bind(rows); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*time.Millisecond, cancel)
	if _, failed, err := lab.Calibrate(ctx, rows, testTiming); !errors.Is(err, context.Canceled) || failed != nil {
		t.Errorf("got %v, %v", failed, err)
	}
}

// Without an output nothing shows that the work is the same; with one, outputs
// are compared as those of commands are.
func TestOutputsOfAdapters(t *testing.T) {
	check := func(a, b, want string) {
		t.Helper()
		yaml := sides
		if a != "" {
			yaml = strings.Replace(yaml, "adapter: pytest", "output: ["+a+"], adapter: pytest", 1)
			yaml = strings.Replace(yaml, "adapter: criterion", "output: ["+b+"], adapter: criterion", 1)
		}
		_, cells, err := wholeRun(t, context.Background(), tooled(t, yaml), 2, new(memory))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range cells {
			got = append(got, c.Status)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q | %q: %v (%s), want %s", a, b, got, cells[1].Detail, want)
		}
	}
	check("", "", "unverified unverified unverified unverified")
	check(`SELF, print, "{benchmark}"`, `SELF, print, "{benchmark}"`, "same same same same")
	check(`SELF, print, "{name}"`, `SELF, print, "{benchmark}"`, "same different same different")
	check(`SELF, faketool, nosuch`, `SELF, print, x`, "failed alone failed alone")
}

// A plan that is made again before anything ran is the one of then, although
// the first launches taught it more.
func TestAdaptersCanBeTakenUpAgain(t *testing.T) {
	for _, yaml := range []string{sides, bare} {
		cfg := tooled(t, yaml)
		save := new(memory)
		rec, _, err := wholeRun(t, context.Background(), cfg, 2, save)
		if err != nil {
			t.Fatal(err)
		}
		lab, err := NewLab(context.Background(), LabOptions{Config: cfg})
		if err != nil {
			t.Fatal(err)
		}
		rows, _ := cfg.Rows(config.Selection{})
		if rows, err = lab.Bind(rows); err != nil {
			t.Fatal(err)
		}
		now := save.rec.Plan
		now.Implementations, now.Rows = lab.Implementations(), rows
		if found := Changes(save.rec.Plan, now); len(found) > 0 {
			t.Errorf("changes: %v", found)
		}
		cut := *rec
		cut.Processes = rec.Processes[:5]
		again, err := lab.Resume(context.Background(), &cut, time.Now(), RunOptions{Save: new(memory), Decide: func(r *record.Record) Decision {
			p := compare.Open(r)
			return Decision{Done: p.Done, Rows: p.Rows}
		}})
		if err != nil || len(again.Processes) != len(rec.Processes) {
			t.Fatalf("%d processes, want %d: %v", len(again.Processes), len(rec.Processes), err)
		}
		for i := range again.Processes {
			p, was := again.Processes[i], rec.Processes[i]
			if p.Row != was.Row || p.Impl != was.Impl || len(p.SamplesNS) != len(was.SamplesNS) || p.Failure != nil {
				t.Errorf("process %d: %s %s with %d samples, want %s %s with %d", i, p.Row, p.Impl, len(p.SamplesNS), was.Row, was.Impl, len(was.SamplesNS))
			}
		}
	}
}

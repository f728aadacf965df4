package report

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/protocol"
	"xbench/harness/record"
)

// missedView is a run in which go missed a goal on one row; change may add what
// was seen of it.
func missedView(change func(rec *record.Record, res *compare.Result, worst *compare.Row)) *View {
	specs := draft()
	specs[3].ratio = 0.8
	rec, res := fixture(specs, "go")
	worst := &res.Rows[3]
	res.Goals = goalsOf(res, "go")
	g := &res.Goals[1]
	g.Verdict, g.Found, g.Worst, g.Culprits = compare.Fail, worst.Speedup, worst.Name, []string{worst.Name}
	res.Verdict, res.Exit = compare.Fail, compare.ExitDisproved
	if change != nil {
		change(rec, res, worst)
	}
	return New(rec, res)
}

// What is said to be looked at was seen in this run, on a row that stands in
// the way of the goal, and comes with its figures. What was not seen is not
// mentioned.
func TestChecksAreAboutWhatWasSeen(t *testing.T) {
	const row = "conditional_branching/loop_with_exit_condition"
	check := func(what, want string, change func(*record.Record, *compare.Result, *compare.Row)) {
		t.Helper()
		without, with := strings.Join(missedView(nil).Checks, "\n"), strings.Join(missedView(change).Checks, "\n")
		if strings.Contains(without, want) {
			t.Errorf("%s: said without having been seen:\n%s", what, without)
		}
		if !strings.Contains(with, want) {
			t.Errorf("%s: no %q in\n%s", what, want, with)
		}
	}
	check("debug build", "go was a debug build; measure a release build.", func(rec *record.Record, _ *compare.Result, _ *compare.Row) {
		rec.Plan.Implementations[0].Mode = "debug"
	})
	check("profile-guided optimisation", "profile-guided optimisation of the runtime: python no, go not stated: the reference is slower than what people run",
		func(_ *record.Record, res *compare.Result, _ *compare.Row) {
			res.Fairness = append(res.Fairness, compare.Difference{Kind: "build", Severity: compare.Qualify, Candidate: "go", What: "profile-guided optimisation of the runtime",
				Reference: "no", Value: "not stated", Meaning: "the reference is slower than what people run: the speedup is overstated"})
		})
	check("busy host", "Busy host: in 3 of 5 rounds others had a load of more than 1.0 on 2 cores, at worst 3.1; end other work and run again.",
		func(_ *record.Record, res *compare.Result, _ *compare.Row) {
			res.Warnings = append(res.Warnings, compare.Warning{Kind: compare.WarnBusy, Text: "busy host: in 3 of 5 rounds others had a load of more than 1.0 on 2 cores, at worst 3.1"})
		})
	check("modes", "go "+row+": two speeds: 2 of 8 processes took 20% longer than the others; more rounds average over it.",
		func(_ *record.Record, _ *compare.Result, worst *compare.Row) {
			worst.Warnings = []compare.Warning{{Row: worst.Name, Impl: "go", Text: "two speeds: 2 of 8 processes took 20% longer than the others", Remedy: "more rounds average over it"}}
		})
	check("cold", "python "+row+": not warmed up: the first half of the samples is 4% slower than the second; raise warmup in the suite (now 50 ms).",
		func(_ *record.Record, _ *compare.Result, worst *compare.Row) {
			worst.Warnings = []compare.Warning{{Row: worst.Name, Impl: "python", Text: "not warmed up: the first half of the samples is 4% slower than the second", Remedy: "raise warmup in the suite (now 50 ms)"}}
		})
	check("cores", "on fewer cores (1.0 against 1.9)", func(_ *record.Record, _ *compare.Result, worst *compare.Row) { worst.RefCores = 1.9 })
	check("pauses", row+": 0.800x by typical times, 0.200x by mean times: long pauses (p99 6.000 us of python, 90.00 us of go).",
		func(_ *record.Record, _ *compare.Result, worst *compare.Row) {
			worst.RefTail, worst.CandTail = compare.Tail{Samples: 50, MeanNS: 5400, P99NS: 6000}, compare.Tail{Samples: 50, MeanNS: 27000, P99NS: 90000}
		})
	check("waiting", row+": 0.800x by the clock, 2.00x by CPU time: go computes less than it waits",
		func(_ *record.Record, _ *compare.Result, worst *compare.Row) {
			worst.RefCPUNS, worst.CandCPUNS = 4000, 2000
		})

	elsewhere := missedView(func(_ *record.Record, res *compare.Result, _ *compare.Row) {
		res.Rows[0].Warnings = []compare.Warning{{Row: res.Rows[0].Name, Impl: "go", Text: "two speeds: 2 of 8"}}
	})
	if text := strings.Join(elsewhere.Checks, "\n"); strings.Contains(text, "two speeds") {
		t.Errorf("a row that is in nobody's way:\n%s", text)
	}
	if v := passView(); len(v.Checks)+len(v.Profiles) > 0 {
		t.Errorf("a run that met its goals is to be checked: %q, %v", v.Checks, v.Profiles)
	}
}

// Of a category that varies, the row and the rounds are named.
func TestCheckOfVariationNamesRounds(t *testing.T) {
	rec := generated(5, draft())
	rec.Rounds = []record.Round{{Round: 4, Load1: 3.25}}
	for i := range rec.Processes {
		if p := &rec.Processes[i]; p.Row == "parallel_execution/fanout_3_workers" && p.Impl == "go" && p.Round == 4 {
			for j := range p.SamplesNS {
				p.SamplesNS[j] *= 3
			}
		}
	}
	res, err := compare.Analyze(rec, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(res.Goals, func(g compare.Goal) bool { return g.Consistency > 0 })
	g := &res.Goals[i]
	g.Verdict, g.Worst, g.Found.Ratio = compare.Fail, "parallel_execution", 0.44
	text := strings.Join(New(rec, res).Checks, "\n")
	if want := "the rounds of parallel_execution vary by 44%, most of all those of parallel_execution/fanout_3_workers: from 10."; !strings.Contains(text, want) || !strings.Contains(text, "x in round 4 (load 3.2) to ") {
		t.Errorf("no %q in\n%s", want, text)
	}
}

// A row that no plan would settle is laid to what varies where it varies, and
// to the limit where it is close; a tolerance is named only if it would do.
func TestCheckOfHopelessRows(t *testing.T) {
	const row = "conditional_branching/loop_with_exit_condition"
	check := func(what string, slowdown, lo float64, want string, not ...string) {
		t.Helper()
		rec := generated(5, draft())
		for i := range rec.Processes {
			if p := &rec.Processes[i]; p.Row == row && p.Impl == "go" && p.Round == 4 {
				for j := range p.SamplesNS {
					p.SamplesNS[j] = float64(int64(p.SamplesNS[j] * slowdown))
				}
			}
		}
		res, err := compare.Analyze(rec, compare.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range res.Rows {
			if r := &res.Rows[i]; r.Name == row {
				r.Status, r.TooClose, r.MoreRounds, r.Speedup = compare.Inconclusive, true, 0, compare.Interval{Ratio: 0.96, Lo: lo, Hi: 1.3}
			}
		}
		g := &res.Goals[slices.IndexFunc(res.Goals, func(g compare.Goal) bool { return g.Each > 0 })]
		g.Verdict = compare.Inconclusive
		text := strings.Join(New(rec, res).Checks, "\n")
		if !strings.Contains(text, want) {
			t.Errorf("%s: no %q in\n%s", what, want, text)
		}
		for _, s := range not {
			if strings.Contains(text, s) {
				t.Errorf("%s: %q in\n%s", what, s, text)
			}
		}
	}
	check("one wild process", 8, 0.35, "not settled; even 45 rounds would probably not do it, so much do times vary from process to process: go took 6", "tolerance", "too close")
	check("close", 1, 0.9, "too close to the limit for more rounds to help: plan a new run with a tolerance of at least 12%, or measure on a quieter host.", "process to process")
	check("no tolerance would do", 1, 0.35, "too close to the limit for more rounds to help: measure on a quieter host.", "a tolerance of")
}

// The command is the implementation's own, under the profiler of its language.
func TestProfileLines(t *testing.T) {
	row := record.Row{ID: "build/x", Params: protocol.Params{{Name: "executor", Value: "it's"}, {Name: "n", Value: int64(3)}}, Nonce: true}
	worker := func(name, language string, command ...string) record.Implementation {
		return record.Implementation{Name: name, Kind: "worker", Language: language, Command: command, Nonce: true}
	}
	check := func(i record.Implementation, want ...string) {
		t.Helper()
		got := profileLines(i, row, 4e6)
		if i.Kind == "worker" {
			got = got[1:]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s %q:\ngot  %s\nwant %s", i.Language, i.Command, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
	}
	pstats := func(python string) []string {
		return []string{python + ` -c 'import pstats; pstats.Stats("py.prof").sort_stats("tottime").print_stats(20)'`,
			"# threads and child processes: py-spy record --subprocesses -o py.svg -- COMMAND"}
	}
	check(worker("py", "python", "{python}", "-m", "pyref"), append([]string{"python3 -m cProfile -o py.prof -m pyref < requests.jsonl > /dev/null"}, pstats("python3")...)...)
	check(worker("py", "python", "/usr/bin/python3.13", "-X", "dev", "-O", "w.py", "--fast"),
		append([]string{"/usr/bin/python3.13 -X dev -O -m cProfile -o py.prof w.py --fast < requests.jsonl > /dev/null"}, pstats("/usr/bin/python3.13")...)...)
	check(worker("py", "python", "./worker"), "py-spy record --subprocesses -o py.svg -- ./worker < requests.jsonl > /dev/null")
	check(worker("py", "python", "python3", "-c", "import w"), "py-spy record --subprocesses -o py.svg -- python3 -c 'import w' < requests.jsonl > /dev/null")
	check(worker("go", "go", "{self}", "__goimpl"), "XBENCH_CPUPROFILE=go.prof xbench __goimpl < requests.jsonl > /dev/null", "go tool pprof -top -nodecount=20 go.prof")
	check(worker("Go 2", "go", "./worker", "a b"), "perf record -g -o go-2.perf -- ./worker 'a b' < requests.jsonl > /dev/null", "perf report -i go-2.perf --stdio --no-children")
	check(worker("日", "rust", "target/release/w"), "perf record -g -o profile.perf -- target/release/w < requests.jsonl > /dev/null", "perf report -i profile.perf --stdio --no-children")
	check(worker("js", "javascript", "node", "--max-old-space-size=64", "w.js"), "node --cpu-prof --cpu-prof-name=js.cpuprofile --max-old-space-size=64 w.js < requests.jsonl > /dev/null",
		"# load js.cpuprofile in the Performance panel of Chrome's developer tools")
	command := record.Implementation{Name: "new", Kind: "command", Command: []string{"./new", "{benchmark}", "{n}", "{{}}", "{executor}"}}
	check(command, `perf record -g -o new.perf -- ./new build/x 3 '{}' 'it'\''s' < /dev/null > /dev/null`, "perf report -i new.perf --stdio --no-children")
}

// The requests are what xbench would send, for about two seconds of work; a
// shell hands them over as they are.
func TestProfileRequests(t *testing.T) {
	row := record.Row{ID: "build/x", Params: protocol.Params{{Name: "executor", Value: "it's <a>"}, {Name: "n", Value: int64(3)}}, Nonce: true}
	i := record.Implementation{Name: "w", Kind: "worker", Language: "rust", Command: []string{"./w"}, Nonce: true}
	want := `{"id":1,"jsonrpc":"2.0","method":"initialize","params":{"protocol":1}}
{"id":2,"jsonrpc":"2.0","method":"prepare","params":{"benchmark":"build/x","params":{"executor":"it's <a>","n":3}}}
{"id":3,"jsonrpc":"2.0","method":"run","params":{"iterations":500,"nonce":"1","samples":1}}
{"id":4,"jsonrpc":"2.0","method":"shutdown"}
`
	dir := t.TempDir()
	cmd := exec.Command("sh", "-c", profileLines(i, row, 4e6)[0])
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got, err := os.ReadFile(filepath.Join(dir, requestsFile))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	i.Nonce, row.Params = false, nil
	lines := requests(i, row, 1e12)
	if !strings.Contains(lines[1], `"params":{}`) || !strings.Contains(lines[2], `"iterations":1,"nonce":"0"`) {
		t.Errorf("without knobs, nonces or time: %s", lines)
	}
}

// A speedup that is another by CPU time is laid to more cores only where more
// than one was busy: of two sleeps the shorter waits less.
func TestAdviceOnCoresNeedsBusyCores(t *testing.T) {
	check := func(ref, cand, cpu float64, want, not string) {
		t.Helper()
		rec, res := fixture(draft(), "go")
		m := &res.Means[0]
		m.Geometric, m.CPU, m.RefCores, m.CandCores = compare.Interval{Ratio: 2, Lo: 1.9, Hi: 2.1}, cpu, ref, cand
		text := strings.Join(New(rec, res).Advice, "\n")
		if want != "" && !strings.Contains(text, want) || strings.Contains(text, not) {
			t.Errorf("%v cores against %v, %vx by CPU time:\n%s", cand, ref, cpu, text)
		}
	}
	check(0.004, 0.008, 1.05, "go: 2.00x by the clock is 1.05x by CPU time: go waits less; the CPU work is about equal.", "more cores")
	check(0.3, 0.9, 0.7, "the rest comes from waiting less.", "more cores")
	check(1, 1.9, 1.1, "the rest comes from using more cores (1.9 against 1.0) and shrinks on a loaded host.", "waits less")
	check(0.9, 1.2, 1.5, "", "by the clock is 1.50x by CPU time")
}

// One profile per candidate, of a row that computes.
func TestProfileIsOfARowThatComputes(t *testing.T) {
	v := failView()
	if len(v.Profiles) != 1 || v.Profiles[0].Row != "conditional_branching/loop_with_exit_condition" {
		t.Fatalf("profiles %+v", v.Profiles)
	}
	if want := "conditional_branching/loop_with_exit_condition, 0.810x (0.770 - 0.852): go took 6.581 us, python 5.331 us."; v.Profiles[0].Why != want {
		t.Errorf("got %q, want %q", v.Profiles[0].Why, want)
	}
	text := markdownOf(t, v)
	for _, line := range v.Profiles[0].Lines {
		if !strings.Contains(text, "\n    "+line+"\n") {
			t.Errorf("no line %q in\n%s", line, text)
		}
	}
	for i, v := range []*View{passView(), inconclusiveView(), invalidView(), noGoalsView()} {
		if len(v.Profiles) > 0 {
			t.Errorf("view %d has profiles %v", i, v.Profiles)
		}
	}
	for dir, want := range map[string]string{"{pyref}": "in a directory that holds pyref", "work/a": "in work/a", "": "in the directory where it was run"} {
		if got := whereOf(record.Implementation{Dir: dir}); got != want {
			t.Errorf("directory %q: got %q, want %q", dir, got, want)
		}
	}
}

package report

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// does are descriptions as the demo has them.
var does = map[string]string{
	"compilation/complex_graph_10_nodes":                                               "build and compile a chain of 10 nodes over a richer state",
	"sequential_execution/3_nodes_simple":                                              "invoke a chain of 3 nodes on a two-field state",
	"sequential_execution/10_nodes_stress":                                             "invoke a chain of 10 nodes with 10 metadata entries each",
	"conditional_branching/loop_with_exit_condition":                                   "a node that routes back to itself five times",
	"parallel_execution/fanout_3_workers":                                              "three branches at once, then a collector; 4 workers",
	"parallel_execution/fanout_3_workers/workers=0":                                    "three branches at once, then a collector; in the calling thread",
	"checkpointing/memory_checkpoint_5_nodes":                                          "a chain of 5 nodes with growing metadata, stored after every step",
	"event_streaming/stream_values_5_nodes":                                            "a chain of 5 nodes that emits its whole state after every step",
	"state_cloning/medium_state_clone":                                                 "deep copy of 100 items and 50 metadata entries by the engine's copier, knowing no schema",
	"stress_tests/large_graph_100_nodes":                                               "invoke a chain of 100 nodes",
	"real_world_scenarios/customer_service_router":                                     "classify a request, hand it to a specialist, resolve it: three nodes, two routers",
	"build/io_bound_static/executor=threadpool/sleep_ms=5":                             "15 sleeping tasks in a tree; a coordinator and 4 threads, goroutines in Go",
	"build/io_bound_dynamic/executor=asyncio/sleep_ms=5":                               "a task that asks for 8 sleeping ones while it runs; an event loop in Python; in Go a goroutine per task and a semaphore, not an event loop",
	"build/cpu_bound_static/executor=threadpool/iterations=2000":                       "15 hashing tasks in a tree; a coordinator and 4 threads, goroutines in Go",
	"build/light_static/executor=threadpool/targets=memory":                            "15 tiny tasks in a tree, results in memory; a coordinator and 4 threads, goroutines in Go",
	"build/light_dynamic/executor=asyncio_queue/targets=memory":                        "a task that asks for 8 tiny ones while it runs, results in memory; 4 coroutines on one queue, goroutines on a channel in Go",
	"build/heavy_cpu_static/executor=multiprocess/iterations=100000/start_method=fork": "15 long hashing tasks in a tree; Python's own process pool with fork, in Go child processes as ever",
}

// quick are the seventeen rows of the demo's quick suite.
func quick() []spec {
	specs := draft()
	return append(specs[:7:7],
		spec{category: "event_streaming", id: "event_streaming/stream_values_5_nodes", ref: 6_833, ratio: 4.12, half: 0.1},
		specs[7],
		spec{category: "stress_tests", id: "stress_tests/large_graph_100_nodes", ref: 56_580, ratio: 4.12, half: 0.05},
		spec{category: "real_world_scenarios", id: "real_world_scenarios/customer_service_router", ref: 3_416, ratio: 4.06, half: 0.1},
		specs[8], specs[9], specs[10], specs[11], specs[12], specs[13])
}

func describedFixture(specs []spec, candidates ...string) (*record.Record, *compare.Result) {
	rec, res := fixture(specs, candidates...)
	for i := range rec.Plan.Rows {
		rec.Plan.Rows[i].Description = does[rec.Plan.Rows[i].Name]
		if specs[i].variant == "multiprocess" {
			rec.Plan.Rows[i].Variant = "multiprocess fork"
		}
	}
	for i := range res.Rows {
		res.Rows[i].Description = does[res.Rows[i].Name]
	}
	res.Goals = goalsOf(res, candidates...)
	return rec, res
}

func quickView() *View { return New(describedFixture(quick(), "go")) }

// quickFailView has one row of each sort that needs a look.
func quickFailView() *View {
	specs := quick()
	specs[2].mark, specs[2].half = compare.MarkEqual, 0.9
	specs[2].ratio = 1.1
	specs[5].ratio, specs[5].half, specs[5].status = 1.31, 0.04, compare.Fail
	specs[12].ratio, specs[12].mark, specs[12].status = 0.62, compare.MarkSlower, compare.Fail
	rec, res := describedFixture(specs, "go")
	bad := &res.Rows[16]
	bad.Mark, bad.Status, bad.Speedup = compare.MarkInvalid, compare.Invalid, compare.Interval{}
	bad.Failures = []record.Failure{{Kind: record.FailDigest, Message: "round 1: results differ"}}
	res.Verdict, res.Exit = compare.Invalid, compare.ExitDisproved
	g := &res.Goals[0]
	g.Verdict, g.Found, g.Claim, g.Reason = compare.Invalid, compare.Interval{}, 0, "1 of its rows is invalid"
	w := &res.Goals[1]
	w.Verdict, w.Found, w.Worst, w.Claim = compare.Fail, res.Rows[12].Speedup, res.Rows[12].Name, 0
	res.Reasons = []string{"INVALID  geometric mean >= 2x: " + bad.Name + ": round 1: results differ"}
	return New(rec, res)
}

// fullView is a suite of 117 rows.
func fullView() *View {
	var specs []spec
	for _, scenario := range []string{"io_bound_static", "io_bound_dynamic", "cpu_bound_static", "cpu_bound_dynamic", "heavy_cpu_static", "heavy_cpu_dynamic", "light_static", "light_dynamic"} {
		category := "build/" + strings.TrimSuffix(strings.TrimSuffix(scenario, "_static"), "_dynamic")
		for _, executor := range []string{"sequential", "threadpool", "asyncio", "asyncio_queue", "multiprocess"} {
			specs = append(specs, spec{category: category, id: "build/" + scenario, knobs: "/executor=" + executor, variant: executor, ref: 51e6, ratio: 2.5, half: 0.05})
		}
	}
	for i := 0; len(specs) < 117; i++ {
		category := []string{"compilation", "sequential_execution", "parallel_execution", "checkpointing", "state_cloning", "tracing_overhead"}[i/13]
		specs = append(specs, spec{category: category, id: fmt.Sprintf("%s/case_%d_of_some_length", category, i), ref: 4_000 + 100*float64(i), ratio: 3 + float64(i%7), half: 0.05})
	}
	rec, res := fixture(specs, "go")
	for i := range rec.Plan.Rows {
		r := &rec.Plan.Rows[i]
		how := does["build/io_bound_dynamic/executor=asyncio/sleep_ms=5"]
		_, how, _ = strings.Cut(how, partsEnd)
		switch {
		case r.Variant == "asyncio":
			r.Description = "the tasks of " + r.ID + " in a tree; " + how
		case r.Variant != "":
			r.Description = "the tasks of " + r.ID + " in a tree; as " + r.Variant + " does it"
		default:
			r.Description = fmt.Sprintf("a chain of %d nodes that append messages and merge metadata, stored after every step", i)
		}
		res.Rows[i].Description = r.Description
	}
	res.Goals = goalsOf(res, "go")
	return New(rec, res)
}

// wideNamesView has names of wide characters, of marks that take no room, and
// of emoji made of several characters.
func wideNamesView() *View {
	specs := []spec{
		{category: "解析", id: "解析/日本語の文書を解析する", ref: 1e6, ratio: 3, half: 0.1},
		{category: "解析", id: "解析/短い", ref: 2e6, ratio: 0.5, half: 0.1, mark: compare.MarkSlower, status: compare.Fail},
		{category: "emoji 🚀", id: "emoji 🚀/🇩🇪 and ❤\ufe0f", ref: 3e6, ratio: 2.5, half: 0.1},
		{category: "cafe\u0301", id: "cafe\u0301/re\u0301sume\u0301", ref: 4e6, ratio: 12.5, half: 0.01},
		{category: "cafe\u0301", id: "cafe\u0301/שָׁלוֹם", ref: 4e6, ratio: 12.5, half: 0.01},
	}
	rec, res := fixture(specs, "実装")
	res.Goals = goalsOf(res, "実装")
	return New(rec, res)
}

// terminalViews are all that the terminal is tried with.
func terminalViews() map[string]*View {
	out := views()
	out["quick"], out["quick-fail"], out["full"], out["wide"] = quickView(), quickFailView(), fullView(), wideNamesView()
	return out
}

func terminalOf(t *testing.T, v *View, opt TerminalOptions) string {
	t.Helper()
	var b strings.Builder
	if err := v.Terminal(&b, opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The table as people meet it: on a narrow and on a wide terminal, seventeen
// rows and many.
func TestGoldenTerminal(t *testing.T) {
	shows := func(name string, v *View, opt TerminalOptions) {
		golden(t, name+".txt", func(w io.Writer) error { return v.Terminal(w, opt) })
	}
	for _, width := range []int{40, 80, 100, 120, 160, 200} {
		shows(fmt.Sprintf("quick-%d", width), quickView(), TerminalOptions{Width: width})
	}
	shows("quick-fail-80", quickFailView(), TerminalOptions{Width: 80})
	shows("quick-fail-colour", quickFailView(), TerminalOptions{Width: 160, Color: true})
	shows("full-80", fullView(), TerminalOptions{Width: 80})
	shows("full-160", fullView(), TerminalOptions{Width: 160})
	shows("wide", wideNamesView(), TerminalOptions{Width: 80})
}

// stepFor tries every width with tables of a screen, some with longer ones.
func stepFor(v *View) int { return 1 + 2*(len(v.Rows)/aScreen) }

// Whatever the terminal's width, no line is wider, and every number is there
// in one piece.
func TestTerminalAtEveryWidth(t *testing.T) {
	for name, v := range terminalViews() {
		for width := 40; width <= 240; width += stepFor(v) {
			out := terminalOf(t, v, TerminalOptions{Width: width, Head: width%2 == 0})
			for _, line := range strings.Split(out, "\n") {
				if textWidth(line) > width {
					t.Errorf("%s at %d: %d columns: %s", name, width, textWidth(line), line)
				}
				if strings.HasSuffix(line, " ") {
					t.Errorf("%s at %d ends in blanks: %q", name, width, line)
				}
			}
			for _, number := range numbersOf(v) {
				if !strings.Contains(out, number) {
					t.Fatalf("%s at %d: no %q in\n%s", name, width, number, out)
				}
			}
		}
	}
}

func numbersOf(v *View) []string {
	var out []string
	for _, r := range v.Rows {
		for _, c := range r.Cells {
			out = append(out, FormatDuration(c.CandNS))
			switch {
			case v.Reference == "":
				out = append(out, durationBounds(c.CandLoNS, c.CandHiNS))
			case !c.invalid():
				out = append(out, FormatDuration(c.RefNS), FormatRatio(c.Speedup.Ratio), FormatBounds(c.Speedup.Lo, c.Speedup.Hi))
			}
		}
	}
	for i, number := range out {
		if number == none {
			out[i] = ""
		}
	}
	return out
}

// Wherever there is a table, its columns are straight, whatever the names are
// made of.
func TestTerminalColumnsAreStraight(t *testing.T) {
	ratio := regexp.MustCompile(`  ([<>]?[0-9.]+x)  (?:[<>]?[0-9.]+ - |[<>]10|0\.0|-)`)
	tables := 0
	for name, v := range terminalViews() {
		for width := 40; width <= 240; width += stepFor(v) {
			out := terminalOf(t, v, TerminalOptions{Width: width})
			above, _, _ := strings.Cut(out, "\n\n  PASS")
			for _, table := range strings.Split(above, "\n\n  new against main") {
				ends := make(map[int]string)
				for _, line := range strings.Split(table, "\n") {
					if m := ratio.FindStringSubmatchIndex(line); m != nil && strings.HasPrefix(line, "  ") {
						ends[textWidth(line[:m[3]])] = line
					}
				}
				if len(ends) > 0 {
					tables++
				}
				if len(ends) > 1 {
					t.Errorf("%s at %d: speedups end in %d columns: %v", name, width, len(ends), ends)
				}
			}
		}
	}
	if tables < 1000 {
		t.Errorf("only %d tables were looked at", tables)
	}
}

// What a reader has to know of a variant is said at any width: that asyncio is
// no event loop in Go. So is what each row does, where the table has a screen's
// length.
func TestRowsSayWhatTheyDo(t *testing.T) {
	says := func(out, want string) bool {
		return strings.Contains(strings.Join(strings.Fields(out), " "), want)
	}
	for width := 40; width <= 240; width += 10 {
		out := terminalOf(t, quickView(), TerminalOptions{Width: width})
		if !says(out, "asyncio an event loop in Python; in Go a goroutine per task and a semaphore, not an event loop") {
			t.Errorf("at %d it is not said what asyncio is in Go:\n%s", width, out)
		}
		for _, row := range quickView().Rows {
			want, _, _ := strings.Cut(does[row.Name], partsEnd)
			if start := want[:min(len(want), 20)]; !says(out, start) {
				t.Errorf("at %d it is not said what %s does (%s):\n%s", width, row.Name, start, out)
			}
		}
	}
	for _, width := range []int{80, 160} {
		if out := terminalOf(t, fullView(), TerminalOptions{Width: width}); !says(out, "in Go a goroutine per task and a semaphore, not an event loop") {
			t.Errorf("at %d a long table does not say what asyncio is in Go", width)
		}
	}
}

// Descriptions end alike where rows are of one variant: that is about the
// variant, and the first part never is.
func TestDescribe(t *testing.T) {
	row := func(name, variant, description string) record.Row {
		return record.Row{Name: name, Variant: variant, Description: description}
	}
	check := func(want string, rows ...record.Row) {
		t.Helper()
		n := describe(rows)
		var got []string
		for _, v := range n.variants {
			got = append(got, v.name+" is "+v.text)
		}
		for _, r := range rows {
			got = append(got, r.Name+": "+strings.Join(n.does[r.Name], partsEnd))
		}
		if s := strings.Join(got, " | "); s != want {
			t.Errorf("got  %s\nwant %s", s, want)
		}
	}
	check("p is in a pool | a: sleep | b: hash; long",
		row("a", "p", "sleep; in a pool"), row("b", "p", "hash; long; in a pool"))
	check("p is long; in a pool | a: sleep", row("a", "p", "sleep; long; in a pool"))
	check("a: sleep; in a pool | b: sleep; in a pool", row("a", "", "sleep; in a pool"), row("b", "", "sleep; in a pool"))
	check("p is in a pool | a: sleep | b: sleep", row("a", "p", "sleep; in a pool"), row("b", "p", "sleep; in a pool"))
	check("a: in a pool | b: hash; in a pool", row("a", "p", "in a pool"), row("b", "p", "hash; in a pool"))
	check("a: sleep | b: ", row("a", "p", "sleep"), row("b", "p", ""))
}

// Rows that need a look stand first and alone: the others of their heading
// stay where the plan has them.
func TestRowsToLookAtFirst(t *testing.T) {
	out := terminalOf(t, quickFailView(), TerminalOptions{Width: 100})
	first, rest, ok := strings.Cut(out, "\n\n  the other 13\n")
	if !ok || !strings.Contains(first, "look at these first: 1 invalid, 1 slower, 1 missed a goal, 1 unclear\n") {
		t.Fatalf("the parts are not told apart:\n%s", out)
	}
	at := -1
	for _, label := range []string{"multiprocess 100000 fork", "dynamic asyncio", "fanout_3_workers workers=0", "10_nodes_stress"} {
		i := strings.Index(first, label)
		if i <= at {
			t.Errorf("%s does not follow in\n%s", label, first)
		}
		at = i
	}
	if !strings.Contains(rest, "static threadpool sleep_ms=5") || strings.Contains(first, "static threadpool sleep_ms=5") {
		t.Error("a row that is fine was taken along with its heading")
	}
	// A plan that goes through its categories twice has each of them once.
	mixed := quickView()
	mixed.Rows[1], mixed.Rows[16] = mixed.Rows[16], mixed.Rows[1]
	if out := terminalOf(t, mixed, TerminalOptions{}); strings.Count(out, "\n  sequential_execution\n") != 1 {
		t.Errorf("the rows of a heading are not together:\n%s", out)
	}
	for _, calm := range []*View{quickView(), noisyView()} {
		for _, line := range strings.Split(terminalOf(t, calm, TerminalOptions{}), "\n") {
			if calm.urgent() == 0 && strings.Contains(line, "look at these first") {
				t.Errorf("nothing needs a look: %s", line)
			}
		}
	}
}

// Where signs stand alone they are explained.
func TestSignsAreExplained(t *testing.T) {
	out := strings.ReplaceAll(terminalOf(t, quickFailView(), TerminalOptions{Width: 76}), "\n  ≈", "   ≈")
	if !strings.Contains(out, "! invalid   ✗ slower, or missed a goal   ? unclear, or a goal is open   ≈ about equal") {
		t.Errorf("signs are not explained:\n%s", out)
	}
}

// A claim stands by itself, whatever else there is to say about its goal.
func TestClaimsAreEasyToFind(t *testing.T) {
	out := terminalOf(t, quickView(), TerminalOptions{Color: true})
	for _, claim := range []string{"you can claim: at least 5.96x", "you can claim: at least 1.00x"} {
		if !strings.Contains(out, "\x1b[1m"+claim) {
			t.Errorf("%q does not stand out in\n%s", claim, out)
		}
	}
}

func TestFold(t *testing.T) {
	check := func(s string, width int, want ...string) {
		t.Helper()
		got := fold(s, width)
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q in %d: got %q, want %q", s, width, got, want)
		}
	}
	check("python 87 ms, go 8 ms", 12, "python", "87 ms, go", "8 ms")
	check("found 6.80x (6.52 - 7.14) here", 20, "found 6.80x", "(6.52 - 7.14) here")
	check("from 51.88 ms - 52.92 ms on", 22, "from", "51.88 ms - 52.92 ms on")
	check("worst: build/io_bound/executor=threadpool", 20, "worst:", "build/io_bound/", "executor=threadpool")
	check("aaaaaaaaaa", 4, "aaaa", "aaaa", "aa")
	check("日本語", 1, "日", "本", "語")
	check("a - b", 1, "a", "-", "b")
	check("at aaaaaaaa: b c", 6, "at", "aaaaaa", "aa: b", "c")
	check("", 10)
}

func TestCutWords(t *testing.T) {
	check := func(s string, n int, want string) {
		t.Helper()
		if got := cut(s, n); got != want || textWidth(got) > n {
			t.Errorf("%q to %d: got %q, want %q", s, n, got, want)
		}
	}
	const s = "classify a request, hand it on; resolve it"
	check(s, 42, s)
	check(s, 36, "classify a request, hand it on…")
	check(s, 20, "classify a request…")
	check("unbreakable_name_of_a_thing", 10, "unbreakab…")
}

// A list is what is left where no column fits: with the heading of each number.
func TestGridAsAList(t *testing.T) {
	g := &grid{indent: 2, names: 2, headings: 1, columns: []column{{}, {min: 8}, {right: true}, {}, {}}}
	g.add(text{}, text{s: "time"}, text{s: "python"}, text{s: "95% interval"}, text{})
	g.span(text{s: "heading"})
	g.add(text{}, text{s: "  a_row_of_some_length"}, text{s: "5.331 us"}, text{s: "7.51 - 8.31"}, text{s: "✗ slower"})
	g.add(text{}, text{s: "  b"}, text{s: none}, text{s: none}, text{s: "! invalid"})
	var b strings.Builder
	g.write(&b, 30, false)
	want := "  time\n  heading\n    a_row_of_some_length\n      python 5.331 us,\n      95% interval\n      7.51 - 8.31, ✗ slower\n    b\n      ! invalid\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
	if g.fits(30) || !g.fits(80) {
		t.Error("it fits where it does not")
	}
}

// What is coloured says so without colour, in every form of its mark: a reader
// of a log, or one who does not tell red from green, reads the same.
func TestColourIsNeverAlone(t *testing.T) {
	words := regexp.MustCompile(`invalid|slower|missed|unclear|not settled`)
	seen := make(map[int]bool)
	for name, v := range terminalViews() {
		for _, r := range v.Rows {
			for _, c := range r.Cells {
				long, short := r.mark(c)
				if c.rank() == rankFine {
					continue
				}
				seen[c.rank()] = true
				if sign(short) == "" || !words.MatchString(long) {
					t.Errorf("%s: %s is of rank %d, and its marks are %q and %q", name, r.Name, c.rank(), long, short)
				}
			}
		}
	}
	if len(seen) != rankFine {
		t.Errorf("only ranks %v were seen", seen)
	}
}

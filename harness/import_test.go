package harness

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"xbench/harness/config"
	"xbench/harness/foreign"
	"xbench/harness/record"
)

func TestRowNameIsLegalAndNear(t *testing.T) {
	check := func(format, theirs, want string) {
		t.Helper()
		got, err := RowName(format, theirs)
		if err != nil || got != want {
			t.Errorf("%s: got %q %v, want %q", theirs, got, err, want)
			return
		}
		if err := config.CheckBenchmarkName(got); err != nil {
			t.Error(err)
		}
		if again, _ := RowName("json", got); again != got {
			t.Errorf("%s: %q becomes %q when it is made a name again", theirs, got, again)
		}
	}
	check("gobench", "BenchmarkEncode/format=json", "Encode/format=json")
	check("gobench", "Benchmark", "Benchmark")
	check("gobench", "BenchmarkA-2", "A-2")
	check("json", "BenchmarkA", "BenchmarkA")
	check("pytest-benchmark", "test_a.py::test_b[1]", "test_a.py::test_b[1]")
	check("pytest-benchmark", "test_a.py::test_b[n=1]", "test_a.py::test_b[n:1]")
	check("criterion", "sum of squares: 100/1 µs?", "sum_of_squares:_100/1__s?")
	check("pyperf", "[1,2]*1000", "[1,2]_1000")
	check("json", "/a//b/", "a/b")
	check("json", "a/n=1/b", "a/n:1/b")
	check("json", "a/impl=go", "a/impl:go")
	check("json", "a/n=", "a/n:")
	check("json", "\x1b[31mred", "_[31mred")
	for _, bad := range []string{"", "/", "///"} {
		if got, err := RowName("json", bad); err == nil {
			t.Errorf("%q became %q", bad, got)
		}
	}
}

// importSide is a side whose benchmarks have one process of two samples each.
func importSide(name string, benchmarks ...string) ImportSide {
	res := &foreign.Result{Format: "json"}
	for _, b := range benchmarks {
		res.Benchmarks = append(res.Benchmarks, foreign.Benchmark{Name: b, Granularity: foreign.GranularitySamples, Runs: []foreign.Run{{SamplesNS: []float64{1, 2, 1, 2, 1}}}})
	}
	return ImportSide{Name: name, Path: name + ".json", SHA256: name, Result: res}
}

func (s ImportSide) named(names map[string]string) ImportSide {
	s.Names = names
	return s
}

// shapeOf is which side has which row, and what is left over.
func shapeOf(imp *Imported) string {
	var out []string
	for _, r := range imp.Plan.Rows {
		s := r.Name
		for _, im := range imp.Plan.Implementations {
			if r.Unsupported[im.Name] != "" {
				s += " -" + im.Name
			}
		}
		out = append(out, s)
	}
	for _, im := range imp.Plan.Implementations {
		for _, u := range im.Unmatched {
			out = append(out, im.Name+" has "+u)
		}
	}
	return strings.Join(out, "; ")
}

func TestImportMatchesNames(t *testing.T) {
	check := func(want string, opt ImportOptions, sides ...ImportSide) {
		t.Helper()
		opt.At, opt.Spread = time.Unix(0, 0), 0.05
		imp, err := Import(sides, opt)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = shapeOf(imp)
		}
		if got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
	mapped := ImportOptions{Mapped: true}
	check("a; b", ImportOptions{}, importSide("x", "a", "b"), importSide("y", "b", "a"))
	check("a; b -y; c -x", ImportOptions{}, importSide("x", "a", "b"), importSide("y", "a", "c")) // nothing is dropped
	check("a; x has b; y has c", mapped, importSide("x", "a", "b"), importSide("y", "a", "c"))
	check("a; both; y has c", mapped, importSide("x", "a", "b").named(map[string]string{"both": "b"}), importSide("y", "a", "b b", "c").named(map[string]string{"both": "b b"}))
	check("a -z; z has b", mapped, importSide("x", "a"), importSide("y", "a"), importSide("z", "b"))
	check("a; b", ImportOptions{}, importSide("x", "a", "b")) // one side alone has whatever it has
	rows := ImportOptions{Mapped: true, Rows: []record.Row{{Name: "p", ID: "p"}, {Name: "q", ID: "q"}}}
	check("p; q -y; y has r", rows, importSide("x", "p", "test_q").named(map[string]string{"q": "test_q"}), importSide("y", "p", "r"))

	check("x.json: a b and a_b would both be called a_b; name one: --match 'x:a_b=NAME'", ImportOptions{}, importSide("x", "a b", "a_b"), importSide("y", "a_b"))
	check("c; a_b", mapped, importSide("x", "a b", "a_b").named(map[string]string{"c": "a b"}), importSide("y", "a_b", "c"))
	check("no two sides have a benchmark of the same name\n  x: a\n  y: b, c\ngive those that do the same one name, once per side: --match 'x:THEIRS=NAME' --match 'y:THEIRS=NAME'",
		ImportOptions{}, importSide("x", "a"), importSide("y", "b", "c"))
	check(`x.json: no name can be made of "//": benchmark name "" has an empty part; give it one with --match 'x://=NAME'`, ImportOptions{}, importSide("x", "//"))
}

// Processes of each side are numbered by themselves; the plan has one look at
// all of them.
func TestImportNumbersProcesses(t *testing.T) {
	x, y := importSide("x", "a", "b"), importSide("y", "a", "b")
	x.Result.Benchmarks[0].Runs = []foreign.Run{{SamplesNS: []float64{5}}, {SamplesNS: []float64{6}}, {SamplesNS: []float64{7}}}
	y.Result.Benchmarks[1].Runs = []foreign.Run{{SamplesNS: []float64{8, 9}, Iterations: []int64{2, 4}}, {SamplesNS: []float64{8, 9}, Iterations: []int64{3, 3}, MaxRSS: 5, MaxRSSAtMost: true, UserNS: 1, SystemNS: 2}}
	imp, err := Import([]ImportSide{x, y}, ImportOptions{Spread: 0.1, At: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	p := imp.Plan
	if p.RMax != 3 || !slices.Equal(p.Looks, []int{3}) || p.Reference != "x" || *p.Unpaired != (record.Unpaired{Why: record.UnpairedImported, Spread: 0.1}) {
		t.Errorf("plan %+v", p)
	}
	rounds := make(map[string][]int)
	for i, q := range imp.Processes {
		rounds[q.Row+" "+q.Impl] = append(rounds[q.Row+" "+q.Impl], q.Round)
		if q.Seq != i || !q.Sampled() {
			t.Errorf("process %d: %+v", i, q)
		}
	}
	for key, want := range map[string][]int{"a x": {1, 2, 3}, "a y": {1}, "b x": {1}, "b y": {1, 2}} {
		if !slices.Equal(rounds[key], want) {
			t.Errorf("%s: rounds %v, want %v", key, rounds[key], want)
		}
	}
	unequal, equal := importedProcess(y.Result.Benchmarks[1].Runs[0]), importedProcess(y.Result.Benchmarks[1].Runs[1])
	if unequal.K != 0 || len(unequal.Iterations) != 2 || equal.K != 3 || equal.Iterations != nil {
		t.Errorf("iterations: %+v, %+v", unequal, equal)
	}
	if equal.CPUNS != 3 || equal.Usage.MaxRSS != 5 || !equal.Usage.MaxRSSAtMost {
		t.Errorf("usage: %+v", equal)
	}
}

// Ratios between two machines are told to be such.
func TestImportTellsMachinesApart(t *testing.T) {
	check := func(node, cpu, node2, cpu2, want string) {
		t.Helper()
		x, y := importSide("x", "a"), importSide("y", "a")
		x.Result.Node, x.Result.CPU, x.Result.Host = node, cpu, node+" "+cpu
		y.Result.Node, y.Result.CPU, y.Result.Host = node2, cpu2, node2+" "+cpu2
		imp, err := Import([]ImportSide{x, y}, ImportOptions{Spread: .05})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, n := range imp.Notes {
			got += n.Message
		}
		if got != want || (imp.Plan.Unpaired.Machines != "") != strings.HasPrefix(want, "two machines") {
			t.Errorf("%s %s, %s %s: got %q, want %q", node, cpu, node2, cpu2, got, want)
		}
	}
	check("m", "fast", "m", "fast", "")
	check("m", "fast", "", "fast", "")
	check("m", "fast", "n", "fast", "two machines: x was measured on m fast, y on n fast; what differs between the machines is in every ratio")
	check("", "fast", "n", "slow", "two machines: x was measured on  fast, y on n slow; what differs between the machines is in every ratio")
	check("m", "fast", "", "", "y.json does not say which machine was measured: that it was one for all sides is for whoever imports them to know")
	check("", "", "", "", "x.json, y.json do not say which machine was measured: that it was one for all sides is for whoever imports them to know")
}

// What a tool says failed is an INVALID row, with the values that it has.
func TestImportFailures(t *testing.T) {
	x, y := importSide("x", "a", "b"), importSide("y", "a", "b")
	y.Result.Benchmarks[0].Failed = "2 of 2 runs ended with exit code 127"
	y.Result.Benchmarks[1].Runs, y.Result.Benchmarks[1].Failed = nil, "it failed"
	imp, err := Import([]ImportSide{x, y}, ImportOptions{Spread: .05})
	if err != nil {
		t.Fatal(err)
	}
	failed := make(map[string]string)
	for _, n := range imp.Notes {
		if n.Failure != nil {
			failed[n.Row+" "+n.Impl] = n.Failure.Kind + ": " + n.Failure.Message
		}
	}
	want := map[string]string{"a y": "crash: y: 2 of 2 runs ended with exit code 127", "b y": "crash: y: it failed"}
	if !maps.Equal(failed, want) || len(imp.Processes) != 3 {
		t.Errorf("failures %v, %d processes; want %v and 3", failed, len(imp.Processes), want)
	}
}

// The record has what the tool printed, not what was made of it.
func TestImportKeepsPrintedNames(t *testing.T) {
	x := importSide("x", "BenchmarkA")
	x.Result.Format, x.Result.Benchmarks[0].Printed = foreign.FormatGoBench, "BenchmarkA-8"
	imp, err := Import([]ImportSide{x}, ImportOptions{Spread: .05})
	if err != nil {
		t.Fatal(err)
	}
	if row := imp.Plan.Rows[0]; row.Name != "A" || row.Names["x"] != "BenchmarkA-8" {
		t.Errorf("row %+v", row)
	}
}

// What is to be typed where no names are the same can be typed: the two that
// are nearest, and none where none are near.
func TestImportSuggestsTheNearestPair(t *testing.T) {
	check := func(python, rust []string, want string) {
		t.Helper()
		if got := matchHint([]ImportSide{importSide("python", python...), importSide("rust", rust...)}); !strings.HasSuffix(got, ": "+want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	words := []string{"tests/test_words.py::test_slugify_speed", "tests/test_words.py::test_count_words[10]"}
	check(words, []string{"count_words/10", "count_words/100", "parse"}, "--match 'python:tests/test_words.py::test_count_words[10]=count_words/10'")
	check(words, []string{"parse", "count_words/100", "count_words/10"}, "--match 'python:tests/test_words.py::test_count_words[10]=count_words/10'")
	check(words, []string{"Slug"}, "--match 'python:tests/test_words.py::test_slugify_speed=Slug'")
	check([]string{"ParseSmall"}, []string{"group/parse small input", "render"}, "--match 'rust:group/parse small input=ParseSmall'")
	none := "--match 'python:THEIRS=NAME' --match 'rust:THEIRS=NAME'"
	check(words, []string{"render", "BenchmarkTest/10"}, none) // a size and what every test is called are no names
}

// A few values do not show how much a benchmark varies, and that is said once
// of each side.
func TestImportOfFewValues(t *testing.T) {
	check := func(values []int, want string, format string) {
		t.Helper()
		s := importSide("x", "a", "b", "c")
		s.Result.Format = format
		for i, n := range values {
			s.Result.Benchmarks[i].Runs = []foreign.Run{{SamplesNS: make([]float64, n)}}
		}
		imp, err := Import([]ImportSide{s}, ImportOptions{At: time.Unix(0, 0)})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range imp.Notes {
			got = append(got, n.Message)
		}
		if text := strings.Join(got, "|"); text != want {
			t.Errorf("%v: got %q, want %q", values, text, want)
		}
	}
	const so = "how much it varies is next to unknown, and the interval mostly assumed; measure 5 or more"
	check([]int{5, 6, 7}, "", "json")
	check([]int{5, 4, 2}, "x.json: 2 values of c, and few of 1 more: "+so, "json")
	check([]int{2, 9, 9}, "x.json: 2 values of a: "+so+", without --quick", "criterion")
	check([]int{1, 1, 9}, "", "json") // the results say it of every row
}

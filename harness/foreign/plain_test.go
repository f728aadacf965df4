package foreign

import (
	"fmt"
	"strings"
	"testing"
)

// told is what was read, in one line.
func told(res *Result) string {
	var out []string
	for _, b := range res.Benchmarks {
		s := fmt.Sprintf("%s=%g", b.Name, b.Mean())
		if b.Impl != "" {
			s = b.Impl + ":" + s
		}
		if n := b.Samples(); n > 1 {
			s += fmt.Sprintf("(%d)", n)
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

// The usual shapes of homemade files are understood without a word.
func TestPlainShapes(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		res, err := JSON("f", strings.NewReader(text), Fields{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			return
		}
		if got := told(res); got != want {
			t.Errorf("%s:\n got %s\nwant %s", text, got, want)
		}
	}
	check(`[{"name": "a", "mean_ms": 2, "std_ms": 9, "min_ms": 1, "iterations": 5}]`, "a=2e+06")
	check(`{"meta": {"name": "x"}, "results": [{"benchmark": "a", "mean": 2, "median": 1}]}`, "a=2e+09")
	check(`[{"scenario": "a", "implementation": "go", "duration": 1.5, "success": true, "error": null}]`, "go:a=1.5e+09")
	check(`{"1": {"scenario": "a", "implementation": "go", "duration_us": 3}, "2": {"scenario": "a", "implementation": "py", "duration_us": 4}}`, "go:a=3000 py:a=4000")
	check(`{"parse": {"time_ns": 7}, "print": {"time_ns": 8}}`, "parse=7 print=8")
	check(`[{"name": "a", "stats": {"meanMs": 1, "p99Ms": 5}}]`, "a=1e+06")
	check(`[{"name": "a", "latency_ms": {"mean": 1, "max": 5}}]`, "a=1e+06")
	check(`[{"name": "a", "value": 3, "unit": "us/iter"}]`, "a=3000")
	check(`[{"name": "a", "samples_ms": [1, 2, 3], "mean_ms": 2}]`, "a=2e+06(3)")
	check(`[{"name": "a", "times": [1, 3], "mean_us": 2}]`, "a=2000(2)")
	check(`[{"name": "a", "elapsed (ms)": 4}]`, "a=4e+06")
}

// Where the names leave more than one answer, fields say which.
func TestPlainFields(t *testing.T) {
	check := func(text string, f Fields, want string) {
		t.Helper()
		res, err := JSON("f", strings.NewReader(text), f)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			return
		}
		if got := told(res); got != want {
			t.Errorf("%s:\n got %s\nwant %s", text, got, want)
		}
	}
	two := `{"python": [{"name": "a", "mean_ms": 4}], "go": [{"name": "a", "mean_ms": 1}]}`
	check(two, Fields{List: "go"}, "a=1e+06")
	nested := `{"results": {"parse": {"go": {"t": 1}, "py": {"t": 4}}, "print": {"go": {"t": 2}, "py": {"t": 6}}}}`
	check(nested, Fields{List: "results.*", Benchmark: "@1", Implementation: "@2", Time: "t", Unit: "us"},
		"go:parse=1000 py:parse=4000 go:print=2000 py:print=6000")
	check(`{"parse": 5, "print": 6}`, Fields{List: ".", Benchmark: "@1", Time: "@value", Unit: "ns"}, "parse=5 print=6")
	wide := `[{"name": "a", "go_ms": 1, "py_ms": 4}]`
	check(wide, Fields{Time: "py_ms"}, "a=4e+06")
	check(`[{"name": "a", "size": 10, "mean_ms": 1}, {"name": "a", "size": 20, "mean_ms": 2}]`, Fields{Benchmark: "name+size"}, "a/10=1e+06 a/20=2e+06")
	check(`[{"name": "a", "config": "x", "mean_ms": 1}, {"name": "a", "config": "y", "mean_ms": 2}]`, Fields{Benchmark: "name+config"}, "a/x=1e+06 a/y=2e+06")
	check(`[{"name": "a", "min_ms": 1, "mean_ms": 2}]`, Fields{Time: "min_ms"}, "a=1e+06")
}

// What cannot be told is asked for, with the fields that there are.
func TestPlainAsks(t *testing.T) {
	check := func(text string, f Fields, want string) {
		t.Helper()
		res, err := JSON("f", strings.NewReader(text), f)
		if err == nil || err.Error() != want {
			t.Errorf("%s:\n got %v %+v\nwant %s", text, err, res, want)
		}
	}
	check(`{"python": [{"name": "a", "mean_ms": 4}], "go": [{"name": "a", "mean_ms": 1}]}`, Fields{},
		"f:1:1: there are several lists with times: python, go; say which: list=python")
	check(`[{"name": "a", "go_ms": 1, "py_ms": 4}]`, Fields{},
		"f:1:1: there is no list of objects with a time that can be told by its name; name them: list=PATH,benchmark=FIELD,implementation=FIELD,time=FIELD,unit=ms. There are: name, go_ms, py_ms")
	check(`[{"name": "a", "mean_ms": 1, "mean_us": 1000}]`, Fields{}, "f:1:2: [0]: the time may be mean_ms, mean_us; say which: time=mean_ms")
	check(`[{"name": "a", "scenario": "b", "mean_ms": 1}]`, Fields{},
		"f:1:2: [0]: the benchmark may be name, scenario; say which: benchmark=name, or all of them: benchmark=name+scenario")
	check(`[{"title": "a", "mean_ms": 1}]`, Fields{}, "f:1:2: [0]: no field names the benchmark; say which: benchmark=FIELD. There are: title, mean_ms")
	check(`[{"name": "a", "mean_ms": 1}, {"name": "a", "mean_ms": 2}]`, Fields{}, `f:1:31: [1]: the benchmark "a" is there twice; samples of one benchmark belong in a list: "times": [...]`)
	check(`[{"name": "a", "size": 1, "mean_ms": 1}, {"name": "a", "size": 2, "mean_ms": 2}]`, Fields{},
		`f:1:42: [1]: the benchmark "a" is there twice; make what differs part of the name: benchmark=name+size`)
	check(`[{"name": "a", "mean_ms": 1}]`, Fields{Unit: "h"}, `f:1:1: the unit "h" is none of s, ms, us and ns`)
	check(`[{"name": "a", "value": 1, "unit": "ops/s"}]`, Fields{Time: "value"}, `f:1:2: [0]: its unit "ops/s" is no unit of time`)
	check(`[{"name": "a", "mean_ms": 1}]`, Fields{List: "results"}, `f:1:1: has no "results", as the path of the list says; there are: none`)
	check(`{"result": [{"name": "a", "mean_ms": 1}]}`, Fields{List: "results"}, `f:1:1: has no "results", as the path of the list says; there are: result`)
	check(`[{"name": "a", "mean_ms": 1}]`, Fields{Benchmark: "@1"}, `f:1:2: [0]: has no key "@1": 0 on the way to it`)
	check(`[{"name": "a", "mean_ms": 1}]`, Fields{Time: "median_ms"}, "f:1:1: there is no list of objects that have \"median_ms\". There are: name, mean_ms")
	check(`{"x": [{"name": "a", "t": 1}, {"name": "b"}]}`, Fields{List: "x", Time: "t"}, "f:1:31: x[1]: has no \"t\". There are: name")
	check(`"x"`, Fields{}, "f:1:1: there is no list of objects with a time that can be told by its name; name them: list=PATH,benchmark=FIELD,implementation=FIELD,time=FIELD,unit=ms. The document is text")
	check(`[{"name": "\u001b[31m", "mean_ms": 0}]`, Fields{}, "f:1:36: [0].mean_ms: 0 is no duration: the clock was too coarse for so short a sample, take more iterations")
}

// A measurement that failed by its own account has no value, and says why.
func TestPlainFailures(t *testing.T) {
	check := func(row, why string) {
		t.Helper()
		res, err := JSON("f", strings.NewReader(`[{"name": "ok", "mean_ms": 1}, {"name": "bad", "mean_ms": 0.001, `+row+`}]`), Fields{})
		if err != nil {
			t.Error(err)
			return
		}
		want := "it says of itself that it failed: " + why
		if len(res.Benchmarks) != 2 || res.Benchmarks[0].Failed != "" || res.Benchmarks[1].Failed != want || res.Benchmarks[1].Runs != nil {
			t.Errorf("%s: %s, %+v; want %q", row, told(res), res.Benchmarks, want)
		}
	}
	check(`"success": false`, "success is false")
	check(`"success": false, "error": "no memory"`, "no memory")
	check(`"error": "no memory"`, "no memory")
	check(`"status": "timeout"`, "status is timeout")

	res, err := JSON("f", strings.NewReader(`[{"name": "x", "mean_ms": 1, "error": "e"}, {"name": "x", "mean_ms": 2}, {"name": "y", "mean_ms": 1, "error": "e"}, {"name": "y", "mean_ms": 1, "error": "e"}]`), Fields{})
	if err != nil || len(res.Benchmarks) != 2 || res.Benchmarks[0].Failed != "" || res.Benchmarks[1].Failed == "" {
		t.Fatalf("measured again: %+v %v", res, err)
	}
	if want := "x: it failed and was measured again: it says of itself that it failed: e"; len(res.Warnings) != 1 || res.Warnings[0] != want {
		t.Errorf("got %q, want %q", res.Warnings, want)
	}
}

// What was guessed is said.
func TestPlainDoubts(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		res, err := JSON("f", strings.NewReader(text), Fields{})
		if err != nil || strings.Join(res.Warnings, "; ") != want {
			t.Errorf("%s: %v %v, want %q", text, err, res, want)
		}
	}
	check(`[{"name": "a", "mean_ms": 1}]`, "")
	check(`[{"name": "a", "duration": 1}]`, "duration: taken as seconds, nothing says the unit; else say unit=ms")
	check(`[{"name": "a", "median_ms": 1}]`, "median_ms: one value per benchmark, and not by its name the mean")
	check(`[{"name": "a", "samples_ms": [1, 2], "mean_ms": 1.6}]`, "a: the mean of its 2 samples is 1.5 ms, the file says 1.6 ms")
	check(`[{"name": "a", "samples": [2291.635, 2291.635], "unit": "us", "mean_s": 0.5}]`, "a: the mean of its 2 samples is 2291.635 s, the file says 500 ms; if the samples are in another unit, say which: unit=s, ms, us or ns")
}

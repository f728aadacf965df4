package foreign

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

// sound fails on results that no reader may return.
func sound(t *testing.T, res *Result, err error) {
	t.Helper()
	if err != nil {
		if res != nil {
			t.Errorf("a result besides the error %v", err)
		}
		return
	}
	if len(res.Benchmarks) == 0 {
		t.Error("neither benchmarks nor an error")
	}
	for _, b := range res.Benchmarks {
		if b.Name == "" || len(b.Runs) == 0 || math.IsNaN(b.MeanNS) || b.MeanNS < 0 {
			t.Errorf("%+v", b)
		}
		for _, r := range b.Runs {
			if len(r.SamplesNS) == 0 || r.Iterations != nil && len(r.Iterations) != len(r.SamplesNS) {
				t.Errorf("%s: %d samples, iterations of %d", b.Name, len(r.SamplesNS), len(r.Iterations))
			}
			for _, ns := range r.Times() {
				if !(ns > 0) || math.IsInf(ns, 0) {
					t.Errorf("%s: a time of %v ns", b.Name, ns)
				}
			}
		}
	}
}

// seed gives a fuzz target the files of some directories, and damaged ones.
func seed(f *testing.F, globs ...string) {
	for _, g := range globs {
		paths, err := filepath.Glob(filepath.Join("testdata", g))
		if err != nil || len(paths) == 0 {
			f.Fatalf("%s: no seeds: %v", g, err)
		}
		for _, p := range paths {
			data, err := os.ReadFile(p)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
			f.Add(data[:len(data)/2])
			f.Add(bytes.Replace(data, []byte("0."), []byte("-1e999"), 3))
		}
	}
	for _, s := range []string{"", "{}", "[]", "null", "[[[[1]]]]", "\x1f\x8b", `{"results":[{"command":"x","mean":1,"times":[null]}]}`, `{"benchmarks":[null],"version":"1.0"}`, `[{"name":{},"mean_ms":[]}]`} {
		f.Add([]byte(s))
	}
}

func FuzzRead(f *testing.F) {
	seed(f, "pytest-benchmark/*.json", "pyperf/*.json*", "hyperfine/*.json", "gobench/*", "json/*.json")
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range Formats {
			res, err := Read(format, "f", bytes.NewReader(data), Fields{})
			sound(t, res, err)
		}
		Detect("f", data)
	})
}

func FuzzPlainFields(f *testing.F) {
	f.Add([]byte(`{"a": {"b": {"t": 1}}}`), "*", "@1", "@2", "t", "ms")
	f.Add([]byte(`[{"name": "a", "x": {"y": [1, 2]}}]`), "", "name+x", "name", "x.y", "")
	f.Add([]byte(`{"a": 1}`), ".", "@1", "", "@value", "ns")
	f.Fuzz(func(t *testing.T, data []byte, list, benchmark, impl, time, unit string) {
		res, err := JSON("f", bytes.NewReader(data), Fields{List: list, Benchmark: benchmark, Implementation: impl, Time: time, Unit: unit})
		sound(t, res, err)
	})
}

func FuzzCriterion(f *testing.F) {
	f.Add([]byte(`{"full_id":"a"}`), []byte(twoSamples), []byte(meanOfSix), []byte("group,unit\na,ns\n"))
	f.Add([]byte(`{"group_id":"a"}`), []byte(`[[1],[2]]`), []byte(`{"Mean":{"point_estimate":2}}`), []byte("x"))
	f.Fuzz(func(t *testing.T, benchmark, sample, estimates, raw []byte) {
		fsys := fstest.MapFS{
			"a/new/benchmark.json": {Data: benchmark}, "a/new/sample.json": {Data: sample},
			"a/new/estimates.json": {Data: estimates}, "a/new/raw.csv": {Data: raw},
		}
		res, err := ReadDir("d", fsys)
		sound(t, res, err)
	})
}

package foreign

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// open reads a file or directory of the test data, whose format is told by its
// content unless it is given.
func open(t *testing.T, format, path string, fields Fields) (*Result, error) {
	t.Helper()
	path = filepath.Join("testdata", filepath.FromSlash(path))
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		return ReadDir(path, os.DirFS(path))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if format == "" {
		if format, err = Detect(path, data); err != nil {
			return nil, err
		}
	}
	return Read(format, path, bytes.NewReader(data), fields)
}

// shape is what was read, without the numbers, which scripts/foreign.sh makes
// anew.
func shape(b Benchmark) string {
	s := fmt.Sprintf("%s: %dx%d %s", b.Name, len(b.Runs), b.Samples()/len(b.Runs), b.Granularity)
	if b.Impl != "" {
		s = b.Impl + " " + s
	}
	return s
}

// Every file that a tool wrote is read whole: all names, processes and samples,
// and the mean that it states is the mean of its samples to six digits.
func TestToolsFiles(t *testing.T) {
	check := func(path, format, tool string, stated bool, want ...string) {
		t.Helper()
		res, err := open(t, "", path, Fields{})
		if err != nil {
			t.Error(err)
			return
		}
		if res.Format != format || res.Tool != tool {
			t.Errorf("%s: read as %s of %q, want %s of %q", path, res.Format, res.Tool, format, tool)
		}
		var got []string
		for _, b := range res.Benchmarks {
			got = append(got, shape(b))
			if (b.MeanNS > 0) != stated || !b.Agrees() {
				t.Errorf("%s: %s: mean %v, the file states %v", path, b.Name, b.Mean(), b.MeanNS)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", path, got, want)
		}
	}
	odd := "sum of squares: 100/1 µs?: 1x20 samples"
	check("criterion/0.2", "criterion", "", true, odd, "sum_squares/loop/100: 1x20 samples", "sum_squares/loop/10000: 1x20 samples")
	check("criterion/0.3", "criterion", "", true, "flat/sum_squares/100: 1x20 samples", odd, "sum_squares/100: 1x20 samples", "sum_squares/10000: 1x20 samples")
	check("criterion/0.8", "criterion", "", true, "flat/sum_squares/100: 1x20 samples", odd, "sum_squares/100: 1x20 samples", "sum_squares/10000: 1x20 samples")
	check("criterion/0.8/sum_squares/100", "criterion", "", true, "sum_squares/100: 1x20 samples")
	check("criterion/base", "criterion", "", true, "flat/sum_squares/100: 1x20 samples")
	check("pytest-benchmark/data.json", "pytest-benchmark", "pytest-benchmark 5.3.1", true,
		"test_squares.py::test_sum_squares[100]: 1x20 means", "test_squares.py::test_sum_squares[10000]: 1x20 samples")
	check("pytest-benchmark/stats.json", "pytest-benchmark", "pytest-benchmark 5.3.1", true,
		"test_squares.py::test_sum_squares[100]: 1x1 mean", "test_squares.py::test_sum_squares[10000]: 1x1 mean")
	check("pyperf/suite.json", "pyperf", "pyperf 2.10.0", false, "sum_squares/100: 4x3 means", "sum_squares/10000: 4x3 means")
	check("pyperf/suite.json.gz", "pyperf", "pyperf 2.10.0", false, "sum_squares/100: 4x3 means", "sum_squares/10000: 4x3 means")
	check("pyperf/timeit.json", "pyperf", "pyperf 2.10.0", false, "timeit: 10x2 means")
	for _, v := range []string{"1.15.0", "1.20.0"} {
		check("hyperfine/"+v+".json", "hyperfine", "hyperfine", true, "python3 squares.py 1000 command: 8x1 samples", "./squares 1000 command: 8x1 samples")
		check("hyperfine/"+v+"-parameters.json", "hyperfine", "hyperfine", true,
			"python3 squares.py {n} command/n=1000: 4x1 samples", "./squares {n} command/n=1000: 4x1 samples",
			"python3 squares.py {n} command/n=100000: 4x1 samples", "./squares {n} command/n=100000: 4x1 samples")
	}
	check("gobench/count.txt", "gobench", "go test", false, "BenchmarkSumSquares/n=100: 1x5 means", "BenchmarkSumSquares/n=10000: 1x5 means")
	check("gobench/cpu.txt", "gobench", "go test", false, "BenchmarkSumSquares/n=100: 1x3 means", "BenchmarkSumSquares/n=100-2: 1x3 means",
		"BenchmarkSumSquares/n=10000: 1x3 means", "BenchmarkSumSquares/n=10000-2: 1x3 means")
	check("gobench/events.json", "gobench", "go test", false, "BenchmarkSumSquares/n=100: 1x3 means", "BenchmarkSumSquares/n=10000: 1x3 means")
	check("json/mean_ms.json", "json", "", true, "sum_squares/100: 1x1 mean", "sum_squares/10000: 1x1 mean")
	check("json/scenarios.json", "json", "", false, "squares powers/n=100: 1x1 mean", "cubes powers/n=100: 1x1 mean",
		"squares powers/n=10000: 1x1 mean", "cubes powers/n=10000: 1x1 mean")
	check("json/samples.json", "json", "", true, "squares powers/n=100: 1x15 samples", "cubes powers/n=100: 1x15 samples",
		"squares powers/n=10000: 1x15 samples", "cubes powers/n=10000: 1x15 samples")
}

// pyperf writes no means; what it says itself of its file stands beside it.
func TestPyperfMeanIsPyperfs(t *testing.T) {
	data, err := os.ReadFile("testdata/pyperf/means.json")
	if err != nil {
		t.Fatal(err)
	}
	var seconds map[string]float64
	if err := json.Unmarshal(data, &seconds); err != nil {
		t.Fatal(err)
	}
	res, err := open(t, FormatPyperf, "pyperf/suite.json", Fields{})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range res.Benchmarks {
		if want := seconds[b.Name] * perSecond; math.Abs(b.Mean()-want) > want*sixDigits/2 {
			t.Errorf("%s: mean %v, pyperf says %v", b.Name, b.Mean(), want)
		}
	}
	if len(seconds) != len(res.Benchmarks) {
		t.Errorf("%d benchmarks, pyperf says %d", len(res.Benchmarks), len(seconds))
	}
}

// Files say where and when they were made as far as they know.
func TestProvenance(t *testing.T) {
	check := func(path, host string, dated bool) {
		t.Helper()
		res, err := open(t, "", path, Fields{})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(res.Host, host) || (host == "") != (res.Host == "") || (res.Started != "") != dated {
			t.Errorf("%s: host %q, started %q", path, res.Host, res.Started)
		}
	}
	check("pytest-benchmark/data.json", "bench-host, ", true)
	check("pyperf/suite.json", "bench-host, ", true)
	check("criterion/0.8", "", false)
	check("hyperfine/1.15.0.json", "", false)
	check("json/mean_ms.json", "", true)
}

// What a file holds besides times is named, not dropped in silence; peak memory
// and CPU time are kept.
func TestBesidesTimes(t *testing.T) {
	res, err := open(t, "", "gobench/count.txt", Fields{})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"not read, only times are: B/op, MB/s, allocs/op"}; !slices.Equal(res.Warnings, want) {
		t.Errorf("warnings %q, want %q", res.Warnings, want)
	}
	if res, err = open(t, "", "hyperfine/1.20.0.json", Fields{}); err != nil {
		t.Fatal(err)
	}
	for _, b := range res.Benchmarks {
		for _, r := range b.Runs {
			if r.UserNS <= 0 || r.MaxRSS <= 0 || !r.MaxRSSAtMost {
				t.Errorf("%s: user %d ns, peak %d bytes, at most %v", b.Impl, r.UserNS, r.MaxRSS, r.MaxRSSAtMost)
			}
		}
	}
	if res, err = open(t, "", "pyperf/suite.json", Fields{}); err != nil {
		t.Fatal(err)
	}
	if r := res.Benchmarks[0].Runs[0]; r.MaxRSS <= 1<<20 || len(r.Iterations) != 3 || r.Iterations[0] <= 1 {
		t.Errorf("peak %d bytes, iterations %v", r.MaxRSS, r.Iterations)
	}
}

// Batches are stored as what was timed; the time of one iteration is the
// file's value again.
func TestBatchesGiveBackTheFilesValues(t *testing.T) {
	r := batches([]float64{1.5, 2.25}, 1000)
	if got := r.Times(); !slices.Equal(got, []float64{1.5, 2.25}) || r.SamplesNS[0] != 1500 {
		t.Errorf("times %v of %v", got, r.SamplesNS)
	}
	if r := batches([]float64{7}, 1); r.Iterations != nil || r.SamplesNS[0] != 7 {
		t.Errorf("one iteration: %+v", r)
	}
}

// A mean that was changed in the seventh digit passes, in the sixth it is told.
func TestMeansAreComparedToSixDigits(t *testing.T) {
	check := func(mean string, doubts int) {
		t.Helper()
		doc := `{"results": [{"command": "x", "mean": ` + mean + `, "times": [1.25, 1.75], "user": 0, "system": 0}]}`
		res, err := Hyperfine("f", strings.NewReader(doc))
		if err != nil || len(res.Warnings) != doubts {
			t.Errorf("mean %s: %v %v", mean, err, res)
		}
	}
	check("1.5", 0)
	check("1.5000005", 0)
	check("1.500005", 1)
	res, _ := Hyperfine("f", strings.NewReader(`{"results": [{"command": "x", "mean": 1.6, "times": [1.25, 1.75]}]}`))
	if want := `command of "x": the mean of its 2 samples is 1.5 s, the file says 1.6 s`; len(res.Warnings) != 1 || res.Warnings[0] != want {
		t.Errorf("got %q, want %q", res.Warnings, want)
	}
}

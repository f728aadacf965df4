package foreign

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// One file of each format, damaged in one place, is refused with the place.
func TestDamagedFiles(t *testing.T) {
	check := func(format, path, was, is, want string) {
		t.Helper()
		data, err := os.ReadFile(filepath.Join("testdata", path))
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		i := strings.Index(text, was)
		if i < 0 {
			t.Fatalf("%s holds no %q", path, was)
		}
		text = text[:i] + is + text[i+len(was):]
		if is == "" {
			text = text[:i] // cut off
		}
		res, err := Read(format, "f", strings.NewReader(text), Fields{})
		if err == nil {
			t.Errorf("%s with %q instead of %q was read: %+v", path, is, was, res)
			return
		}
		got := err.Error()
		file, rest, _ := strings.Cut(got, ":")
		place, msg, ok := strings.Cut(rest, ": ")
		if file != "f" || !ok || strings.Trim(place, "0123456789:") != "" || place == "" || msg != want {
			t.Errorf("%s with %q instead of %q:\n got %s\nwant f:LINE:COLUMN: %s", path, is, was, got, want)
		}
	}
	check(FormatPytestBenchmark, "pytest-benchmark/data.json", `"data": [`, `"data": [-1,`, `benchmarks[0].stats.data[0]: -1 is no duration: it is negative`)
	check(FormatPytestBenchmark, "pytest-benchmark/data.json", `"data": [`, `"data": ["x",`, `benchmarks[0].stats.data[0]: want a number, found "x"`)
	check(FormatPytestBenchmark, "pytest-benchmark/data.json", `"data": [`, `"data": [NaN,`, `not JSON: invalid character 'N' looking for beginning of value`)
	check(FormatPytestBenchmark, "pytest-benchmark/data.json", `"data": [`, `"data": [1,`, `benchmarks[0].stats.data: holds 21 values, but the benchmark had 20 rounds`)
	check(FormatPytestBenchmark, "pytest-benchmark/data.json", `"fullname"`, `"longname"`, `benchmarks[0]: has no "fullname"`)
	check(FormatPytestBenchmark, "pytest-benchmark/data.json", `"data": [`, ``, `not JSON: ends in the middle`)
	check(FormatPyperf, "pyperf/suite.json", `"values":[`, `"values":[0,`, `benchmarks[0].runs[1].values[0]: 0 is no duration: the clock was too coarse for so short a sample, take more iterations`)
	check(FormatPyperf, "pyperf/suite.json", `"loops":`, `"loops":0.5,"l":`, `benchmarks[0].metadata.loops: 0.5 is no number of iterations`)
	check(FormatPyperf, "pyperf/suite.json", `"unit":"second"`, `"unit":"byte"`, `metadata.unit: is measured in "byte"; only times can be compared`)
	check(FormatPyperf, "pyperf/suite.json", `"version":"1.0"`, `"version":"9.0"`, `version: is "9.0"; version 1.0 of the format can be read: convert the file with a current pyperf (python3 -m pyperf convert --help)`)
	check(FormatHyperfine, "hyperfine/1.20.0.json", `"times": [`, `"times": [1e400,`, `results[0].times[0]: 1e400 is too large`)
	check(FormatHyperfine, "hyperfine/1.20.0.json", `"exit_codes": [`, `"exit_codes": [0,`, `results[0].exit_codes: holds 9 values for 8 times`)
	check(FormatHyperfine, "hyperfine/1.20.0.json", `"mean":`, `"mean": 1, "mean":`, `the key "mean" is there twice`)
	check(FormatHyperfine, "hyperfine/1.20.0.json", `"user":`, `"user": -1, "usr":`, `results[0].user: -1 is no CPU time`)
	check(FormatGoBench, "gobench/count.txt", ` ns/op`, ` ns/op 5 ns/op`, `states the time twice`)
	check(FormatGoBench, "gobench/count.txt", "\nBenchmarkSumSquares/n=100-2         \t", "\nBenchmarkSumSquares/n=100-2         \t x", `parsing iteration count: invalid syntax`)
	check(FormatGoBench, "gobench/events.json", `"Action":"output"`, `"Action":output`, `not an event of go test -json: invalid character 'o' looking for beginning of value`)
	check(FormatJSON, "json/mean_ms.json", `"mean_ms":`, `"mean_ms": "fast", "x":`, `benchmarks[0].mean_ms: want a number, found "fast"`)
	check(FormatJSON, "json/scenarios.json", `"duration": `, `"duration": -`, `[0].duration: -`+firstNumber(t, "json/scenarios.json", `"duration": `)+` is no duration: it is negative`)
}

func firstNumber(t *testing.T, path, after string) string {
	data, err := os.ReadFile(filepath.Join("testdata", path))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), after)
	return rest[:strings.IndexAny(rest, ",}\n")]
}

// Places are those an editor shows.
func TestPlaces(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		_, err := Hyperfine("r.json", strings.NewReader(text))
		if err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
	check("", "r.json: is empty")
	check(" \n", "r.json: is empty")
	check("[]", `r.json:1:1: want an object, found a list`)
	check("{}", `r.json:1:1: has no "results"`)
	check(`{"results": []}`, `r.json:1:1: holds no benchmark`)
	check("{\n \"results\": [\n  {\"command\": 5}]}", `r.json:3:3: results[0]: has no "mean"`)
	check("{\n \"results\": [\n  {\"mean\": 1, \"command\": 5}]}", `r.json:3:26: results[0].command: want text, found 5`)
	check("{\n \"results\": [\n  {\"mean\": 1, \"command\": \"x\", \"times\": []}]}", `r.json:3:40: results[0].times: is empty`)
	check("{\n \"results\": [\n  {\"mean\": 1, \"command\": \" \"}]}", `r.json:3:26: results[0].command: is an empty name`)
	check("{\"results\": [{\"mean\": 1,\n\"command\": \"x\", \"times\": [1e-20]}]}", `r.json:2:27: results[0].times[0]: 1e-20 is no duration: no clock can tell it from zero`)
	check("{\"results\": [{\"mean\": 1e30, \"command\": \"x\"}]}", `r.json:1:23: results[0].mean: 1e30 is no duration: it is longer than three centuries`)
	check(`{"results": [{"mean": 1, "command": "x"}, {"mean": 1, "command": "x"}]}`, `r.json: the benchmark "command" of "x" is there twice`)
	check("{} {}", "r.json:1:4: not JSON: invalid character '{' after top-level value")
	check("{\"a\": \"\xff\"}", "r.json:1:8: is not UTF-8 text")
	check("\xff\xfe{", "r.json:1:1: is UTF-16, as PowerShell's > writes it; save it as UTF-8")
	check(strings.Repeat("[", 200)+strings.Repeat("]", 200), "r.json:1:102: nested more than 100 levels deep")
	check("{\"results\": [{\"mean\": 1, \"command\": \"x\", \"\x1b[31m\": 1, \"\\u001b[31m\": 1}]}", "r.json:1:43: not JSON: invalid character '\\x1b' in string literal")
	check(`{"results": {"\u001b[31m": 1, "\u001b[31m": 2}}`, `r.json:1:31: the key "\x1b[31m" is there twice`)
}

// A byte order mark, as Windows editors leave it, is not part of the document.
func TestByteOrderMark(t *testing.T) {
	if _, err := Hyperfine("f", strings.NewReader("\xef\xbb\xbf"+`{"results": [{"command": "x", "mean": 1}]}`)); err != nil {
		t.Error(err)
	}
	res, err := GoBench("f", strings.NewReader("\xef\xbb\xbfBenchmarkX 10 5 ns/op\r\n"))
	if err != nil || res.Benchmarks[0].Mean() != 5 {
		t.Errorf("%v %v", res, err)
	}
}

// A compressed file that is cut off, or damaged, is no data up to there.
func TestDamagedGzip(t *testing.T) {
	data, err := os.ReadFile("testdata/pyperf/suite.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	check := func(data []byte, want string) {
		t.Helper()
		res, err := Pyperf("f.gz", bytes.NewReader(data))
		if err == nil || err.Error() != want {
			t.Errorf("got %v %v, want %s", res, err, want)
		}
	}
	check(data[:len(data)/2], "f.gz: unexpected EOF")
	check(data[:5], "f.gz: unexpected EOF")
	flipped := bytes.Clone(data)
	flipped[len(data)-6] ^= 1
	check(flipped, "f.gz: gzip: invalid checksum")
}

// Package faketool plays the benchmark tools that adapters launch, so that
// tests need none of them: it takes their flags, writes their files and goes
// wrong on request. What it writes is shaped after the files of the real ones,
// which scripts/adapters.sh runs.
package faketool

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Benchmarks are what every tool has, in the words of each. The ones after the
// first two go wrong as their names say.
var Benchmarks = map[string][]string{
	"pytest": {"bench/test_it.py::test_parse[small]", "bench/test_it.py::test_parse[la rge/[x]]", "bench/test_it.py::test_once",
		"bench/test_it.py::test_fail", "bench/test_it.py::test_nofile", "bench/test_it.py::test_broken", "bench/test_it.py::test_hang", "bench/test_it.py::test_skip",
		"bench/test_it.py::test_nogc", "bench/test_a.py::test_twice", "bench/test_b.py::test_twice"},
	"cargo":  {"parse[small]", "parse/la rge.+", "once", "fail", "nofile", "broken", "hang"},
	"gotest": {"BenchmarkParse/small", "BenchmarkParse/la_rge.+[x]", "BenchmarkOnce", "BenchmarkFail", "BenchmarkNofile", "BenchmarkHang"},
	"pyperf": {"parse small", "parse large", "once"},
}

// Main is the tool: args are its name, and what it would be given.
func Main(args []string) int {
	if dir := os.Getenv("FAKETOOL_LOG"); dir != "" {
		log, err := os.OpenFile(dir, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err == nil {
			fmt.Fprintln(log, strings.Join(args, " "))
			log.Close()
		}
	}
	switch args[0] {
	case "pytest":
		return pytest(args[1:])
	case "cargo":
		return cargo(args[1:])
	case "gotest":
		return gotest(args[1:])
	case "pyperf":
		return pyperf(args[1:])
	}
	fmt.Fprintln(os.Stderr, "faketool: unknown tool", args[0])
	return 2
}

// value is that of a flag, "" without one.
func value(args []string, flag string) string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, flag+"="); ok {
			return v
		}
		if a == flag && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

func number(args []string, flag string) int {
	n, _ := strconv.Atoi(value(args, flag))
	return n
}

// hang starts a child that outlives its parent, and sleeps.
func hang() int {
	child := exec.Command("sleep", "60")
	if child.Start() == nil {
		if path := os.Getenv("FAKETOOL_CHILD"); path != "" {
			_ = os.WriteFile(path, []byte(strconv.Itoa(child.Process.Pid)), 0o644)
		}
	}
	time.Sleep(time.Minute)
	return 0
}

func has(name, vice string) bool { return strings.Contains(strings.ToLower(name), vice) }

// seconds are m times of one iteration, a little apart.
func seconds(m int, base float64) []float64 {
	out := make([]float64, m)
	for i := range out {
		out[i] = base * (1 + float64(i)/1000)
	}
	return out
}

func mean(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

func write(path string, v any) int {
	data, err := json.Marshal(v)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if err == nil {
		err = os.WriteFile(path, data, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "faketool:", err)
		return 1
	}
	return 0
}

type object = map[string]any

func pytest(args []string) int {
	if slices.Contains(args, "--setup-plan") {
		for _, id := range Benchmarks["pytest"] {
			fmt.Printf("\n        SETUP    F benchmark\n        %s (fixtures used: benchmark, request)\n        TEARDOWN F benchmark", id)
		}
		fmt.Print("\n        bench/test_it.py::test_plain (fixtures used: tmp_path)\n1 skipped in 0.01s\n")
		return 0
	}
	id := args[len(args)-1]
	if !slices.Contains(Benchmarks["pytest"], id) {
		fmt.Println("ERROR: not found:", id)
		return 4
	}
	for _, a := range args {
		if a == "bench" {
			fmt.Println("ERROR: told to run everything in", a)
			return 4
		}
	}
	path := value(args, "--benchmark-json")
	switch {
	case has(id, "test_fail"):
		fmt.Printf("F\n>       assert 0\nE       AssertionError: \x1b[31mboo\nFAILED %s - AssertionError: boo\n1 failed in 1.32s\n", id)
		return 1
	case has(id, "skip"):
		fmt.Println("1 skipped in 0.01s")
		return write(path, object{"machine_info": object{}, "benchmarks": []any{}, "version": "5.1.0", "datetime": "2026-01-01T00:00:00"})
	case has(id, "nofile"):
		return 0
	case has(id, "broken"):
		_ = os.WriteFile(path, []byte(`{"benchmarks": [{"fullname": `), 0o644)
		return 0
	case has(id, "hang"):
		return hang()
	}
	iterations := 100
	if has(id, "once") {
		iterations = 1
	}
	data := seconds(number(args, "--benchmark-min-rounds"), 2e-6)
	stats := object{"min": data[0], "max": data[len(data)-1], "mean": mean(data), "median": data[len(data)/2], "stddev": 0, "rounds": len(data), "iterations": iterations, "data": data}
	_, name, _ := strings.Cut(id, "::")
	return write(path, object{"machine_info": object{"node": "vm", "python_version": "3.12.1"}, "version": "5.1.0", "datetime": "2026-01-01T00:00:00",
		"benchmarks": []any{object{"group": nil, "name": name, "fullname": id, "params": nil,
			"options": object{"disable_gc": has(id, "nogc"), "timer": "perf_counter", "min_rounds": 5, "max_time": 1.0, "min_time": 5e-6, "warmup": false}, "stats": stats}}})
}

func cargo(args []string) int {
	if !slices.Contains(args, "--") {
		fmt.Fprintln(os.Stderr, "error: Unrecognized option: 'noplot'")
		return 1
	}
	if slices.Contains(args, "--list") {
		for range max(1, number(args, "targets")) {
			for _, name := range Benchmarks["cargo"] {
				fmt.Printf("%s: benchmark\n", name)
			}
		}
		return 0
	}
	name := value(args, "--exact")
	switch {
	case has(name, "fail"):
		fmt.Fprintf(os.Stderr, "Benchmarking fail\n\nthread 'main' (18) panicked at benches/b.rs:8:44:\nassertion `left == right` failed\n  left: 3\n right: 17\nerror: bench failed, to rerun pass `--bench b`\n")
		return 101
	case has(name, "nofile"):
		return 0
	case has(name, "hang"):
		return hang()
	}
	m := number(args, "--sample-size")
	dir := filepath.Join(os.Getenv("CRITERION_HOME"), regexp.MustCompile(`[?"*<>:|^]`).ReplaceAllString(name, "_"))
	base := 500.0
	if ns, err := strconv.ParseFloat(value(args, "ns"), 64); err == nil {
		base = ns
	}
	times := seconds(m, base)
	iters, total := make([]float64, m), make([]float64, m)
	for i := range iters {
		iters[i] = float64(10 * (i + 1)) // linear sampling
		if has(name, "once") {
			iters[i] = 1
		}
		if base < 1 {
			iters[i] *= 1e6
		}
		total[i] = iters[i] * times[i]
	}
	if has(name, "broken") {
		_ = os.MkdirAll(filepath.Join(dir, "new"), 0o755)
		_ = os.WriteFile(filepath.Join(dir, "new", "benchmark.json"), []byte(`{"group_id":"broken","function_id":null,"value_str":null,"throughput":null,"full_id":"broken","directory_name":"broken","title":"broken"}`), 0o644)
		_ = os.WriteFile(filepath.Join(dir, "new", "sample.json"), []byte(`{"sampling_mode":"Linear","iters":[1,2],"times":[5]}`), 0o644)
		return 0
	}
	point := object{"confidence_interval": object{"confidence_level": 0.95, "lower_bound": mean(times), "upper_bound": mean(times)}, "point_estimate": mean(times), "standard_error": 0.1}
	for base, v := range map[string]any{
		"benchmark.json": object{"group_id": name, "function_id": nil, "value_str": nil, "throughput": nil, "full_id": name, "directory_name": filepath.Base(dir), "title": name},
		"sample.json":    object{"sampling_mode": "Linear", "iters": iters, "times": total},
		"estimates.json": object{"mean": point, "median": point, "median_abs_dev": point, "slope": point, "std_dev": point},
	} {
		if rc := write(filepath.Join(dir, "new", base), v); rc != 0 {
			return rc
		}
	}
	return 0
}

func gotest(args []string) int {
	if value(args, "-test.list") != "" {
		seen := ""
		for _, name := range Benchmarks["gotest"] {
			top, _, _ := strings.Cut(name, "/")
			if top != seen {
				fmt.Println(top)
			}
			seen = top
		}
		return 0
	}
	patterns := strings.Split(value(args, "-test.bench"), "/")
	for _, name := range Benchmarks["gotest"] {
		if !matches(patterns, strings.Split(name, "/")) {
			continue
		}
		switch {
		case has(name, "fail"):
			fmt.Printf("--- FAIL: %s\n    b_test.go:9: boo\nFAIL\n", name)
			return 1
		case has(name, "nofile"):
			fmt.Println("PASS")
			return 0
		case has(name, "hang"):
			return hang()
		}
		fmt.Print("goos: linux\ngoarch: amd64\npkg: it\ncpu: fake\n")
		for i := range number(args, "-test.count") {
			n := 1000 + i
			if has(name, "once") {
				n = 1
			}
			fmt.Printf("%s-2         \t%8d\t       %.1f ns/op\n", name, n, 700+float64(i))
		}
	}
	fmt.Println("PASS")
	return 0
}

func matches(patterns, name []string) bool {
	for i, p := range patterns {
		if i >= len(name) || !regexp.MustCompile(p).MatchString(name[i]) {
			return false
		}
	}
	return true
}

func pyperf(args []string) int {
	var list []any
	names := Benchmarks["pyperf"]
	if slices.Contains(args, "fail") {
		fmt.Fprint(os.Stderr, "Traceback (most recent call last):\n  File \"b.py\", line 3, in f\nAssertionError: boo\nTraceback (most recent call last):\nRuntimeError: python failed with exit code 1\n")
		return 1
	}
	for i, name := range names {
		loops := 1024
		if has(name, "once") {
			loops = 1
		}
		var warm [][2]float64
		for range number(args, "-w") {
			warm = append(warm, [2]float64{float64(loops), 3e-6})
		}
		values := seconds(number(args, "-n"), 1e-6*float64(i+1))
		list = append(list, object{"metadata": object{"name": name, "loops": loops}, "runs": []any{
			object{"metadata": object{"calibrate_loops": loops, "duration": 0.1}, "warmups": [][2]float64{{1, 4e-6}, {2, 4e-6}}},
			object{"metadata": object{"duration": 0.1}, "values": values, "warmups": warm}}})
	}
	return write(value(args, "-o"), object{"version": "1.0", "benchmarks": list,
		"metadata": object{"perf_version": "2.9.0", "python_version": "3.12.1 (64-bit)", "hostname": "vm", "unit": "second"}})
}

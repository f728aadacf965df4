package adapter

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"xbench/harness/foreign"
	"xbench/harness/strictyaml"
)

// pytest is pytest with its plugin pytest-benchmark.
type pytest struct{ sampled }

func (pytest) Command() []string { return []string{"python3", "-m", "pytest"} }
func (pytest) Install() string   { return "pip install pytest pytest-benchmark" }
func (pytest) Fewest() int       { return 1 }

// common keeps the tool from leaving anything behind, and makes the ids that
// it prints those that it takes: both start at the working directory.
func (pytest) common(command []string, place Place, dir string) []string {
	return append(slices.Clone(command), "--rootdir="+place.Dir, "-p", "no:cacheprovider", "--color=no",
		"--benchmark-only", "--benchmark-storage=file://"+filepath.ToSlash(dir))
}

// List: --setup-plan goes through the tests without running anything, and says
// which of them take the benchmark fixture, as --collect-only does not.
func (p pytest) List(command []string, place Place, dir string) (Launch, bool) {
	return Launch{Args: append(p.common(command, place, dir), "--setup-plan")}, true
}

var planned = regexp.MustCompile(`^\s+(\S.*::.*) \(fixtures used: ([^()]*)\)`)

func (pytest) Listed(stdout string) []string {
	var out []string
	for line := range strings.Lines(stdout) {
		m := planned.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if m == nil {
			continue
		}
		fixtures := strings.Split(m[2], ", ")
		if slices.Contains(fixtures, "benchmark") || slices.Contains(fixtures, "benchmark_weave") {
			out = append(out, m[1])
		}
	}
	return out
}

// Find takes a node id, or the end of one behind "::" that is nobody else's.
func (pytest) Find(name string, listed []string) (string, error) {
	if slices.Contains(listed, name) {
		return name, nil
	}
	var found, ends []string
	for _, id := range listed {
		if strings.HasSuffix(id, "::"+name) {
			found = append(found, id)
		}
		_, end, _ := strings.Cut(id, "::")
		ends = append(ends, end)
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return "", ambiguous(fmt.Sprintf("%d of its benchmarks are called %q: give the whole id, one of %s", len(found), name, quoted(found, 4)))
	case strings.Contains(name, ".py::"), strictyaml.Suggest(name, ends) == "":
		return "", lacks(name, listed)
	}
	return "", lacks(name, ends)
}

func (pytest) Covers(listed, full string) bool { return listed == full }

// Launch: min-time is T, as calibration makes rounds of at least that; then a
// max-time of T never asks for more rounds than min-rounds does. The warm-up is
// the first rounds, as many as fill W. The tool's own would not do: it ends
// after a number of iterations or after max-time, whichever comes first, and
// max-time sets the number of rounds as well. It is left to make each step of
// the calibration twice, or a first call that is slow would pass for a round.
func (p pytest) Launch(command []string, place Place, ask Ask) Launch {
	warmup := "on"
	if ask.Warmups <= 0 {
		warmup = "off"
	}
	args := append(p.common(withoutPaths(command, place), place, ask.Dir),
		"--benchmark-json="+filepath.Join(ask.Dir, "result.json"),
		"--benchmark-min-rounds="+strconv.Itoa(ask.Warmups+ask.Samples),
		"--benchmark-min-time="+seconds(ask.Sample),
		"--benchmark-max-time="+seconds(ask.Sample),
		"--benchmark-warmup="+warmup, "--benchmark-warmup-iterations=1")
	return Launch{Args: append(args, ask.Name)}
}

// flags are the options of one letter that take no value: a path behind one
// of them is a path.
var flags = regexp.MustCompile(`^-[qvsxl]+$`)

// withoutPaths drops the files and directories that the tool is told to look
// into: it would run everything in them besides the one benchmark. What stands
// behind an option is its value.
func withoutPaths(command []string, place Place) []string {
	start := slices.IndexFunc(command, func(a string) bool {
		base := strings.TrimSuffix(filepath.Base(a), ".exe")
		return base == "pytest" || strings.HasPrefix(base, "py.test")
	})
	if start < 0 {
		return command
	}
	out := slices.Clone(command[:start+1])
	for i := start + 1; i < len(command); i++ {
		arg, before := command[i], command[i-1]
		path, _, _ := strings.Cut(arg, "::")
		behind := strings.HasPrefix(before, "-") && i > start+1 && !flags.MatchString(before)
		if !strings.HasPrefix(arg, "-") && !behind && place.Exists(path) {
			continue
		}
		out = append(out, arg)
	}
	return out
}

func (pytest) Read(ask Ask, _ []byte) (Samples, error) {
	path := filepath.Join(ask.Dir, "result.json")
	data, err := os.ReadFile(path)
	if err != nil {
		return Samples{}, fmt.Errorf("%w of %q: it wrote no --benchmark-json file", ErrNoSamples, ask.Name)
	}
	if len(data) == 0 {
		return Samples{}, fmt.Errorf("%w of %q: its --benchmark-json file is empty", ErrNoSamples, ask.Name)
	}
	var none struct{ Benchmarks []json.RawMessage }
	if json.Unmarshal(data, &none) == nil && none.Benchmarks != nil && len(none.Benchmarks) == 0 {
		return Samples{}, fmt.Errorf("%w of %q: it ran no benchmark", ErrNoSamples, ask.Name)
	}
	res, err := foreign.PytestBenchmark("result.json", strings.NewReader(string(data)))
	if err != nil {
		return Samples{}, err
	}
	b, others, err := the(ask.Name, res.Benchmarks, equal)
	if err != nil {
		return Samples{}, err
	}
	run, err := single(b)
	s := Samples{Run: run, Tool: res.Tool, Others: others, Warnings: pytestWarnings(data, ask)}
	if n, want := len(run.SamplesNS), ask.Warmups+ask.Samples; err == nil && n < want {
		s.Warnings = append(s.Warnings, fmt.Sprintf("pytest-benchmark took %d rounds of its own choice instead of %d: none is left out as warm-up", n, want))
	} else if err == nil {
		s.warmedUpBy(ask.Warmups)
	}
	return s, err
}

// pytestWarnings says what a benchmark's own settings made of what was asked.
func pytestWarnings(data []byte, ask Ask) []string {
	var file struct {
		Benchmarks []struct {
			Fullname string
			Options  struct {
				DisableGC bool `json:"disable_gc"`
				Timer     string
			}
			Stats struct{ Rounds int }
		}
	}
	if json.Unmarshal(data, &file) != nil {
		return nil // the reader has said what is wrong
	}
	var out []string
	for _, b := range file.Benchmarks {
		if b.Fullname != ask.Name {
			continue
		}
		if b.Options.DisableGC {
			out = append(out, "pytest-benchmark ran it without garbage collection (disable_gc)")
		}
		if t := b.Options.Timer; t != "" && t != "perf_counter" && t != "time.perf_counter" {
			out = append(out, "pytest-benchmark timed it by "+t)
		}
	}
	return out
}

func (pytest) Blame(stdout, stderr string) (string, bool) {
	all := stderr + "\n" + stdout
	if strings.Contains(all, "No module named") && !strings.Contains(stdout, "::") && !strings.Contains(stdout, "Traceback") {
		line := all[strings.Index(all, "No module named"):]
		line, _, _ = strings.Cut(line, "\n")
		return line, false
	}
	if strings.Contains(all, "unrecognized arguments") && strings.Contains(all, "--benchmark-") {
		return "pytest does not know --benchmark-only: its plugin pytest-benchmark is missing", false
	}
	if line, _ := firstLine(stdout, "FAILED "); line != "" {
		return strings.TrimPrefix(line, "FAILED "), true
	}
	if line, _ := firstLine(stdout, "E  "); line != "" {
		return strings.TrimSpace(strings.TrimPrefix(line, "E")), true
	}
	line, _ := firstLine(all, "ERROR", "error:")
	return line, false
}

package adapter

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"xbench/harness/foreign"
)

// criterion is Rust's Criterion, started by cargo bench or as a benchmark
// binary of its own.
type criterion struct{ sampled }

func (criterion) Command() []string { return []string{"cargo", "bench"} }
func (criterion) Install() string {
	return "install Rust from https://rustup.rs, and add criterion to [dev-dependencies]"
}

// Fewest: Criterion refuses a sample size below 10.
func (criterion) Fewest() int { return 10 }

// arguments appends what the benchmark binary is to be told. cargo passes on
// what follows "--", and --bench with it; a binary that is started without
// cargo takes itself for a test unless it is told.
func (criterion) arguments(command []string, more ...string) []string {
	args := slices.Clone(command)
	switch {
	case !slices.ContainsFunc(command, func(a string) bool { return strings.TrimSuffix(filepath.Base(a), ".exe") == "cargo" }):
		if !slices.Contains(command, "--bench") {
			args = append(args, "--bench")
		}
	case !slices.Contains(command, "--"):
		args = append(args, "--")
	}
	return append(args, more...)
}

func home(dir string) []string { return []string{"CRITERION_HOME=" + dir, "CARGO_TERM_COLOR=never"} }

func (c criterion) List(command []string, _ Place, dir string) (Launch, bool) {
	return Launch{Args: c.arguments(command, "--noplot", "--list"), Env: home(dir)}, true
}

func (criterion) Listed(stdout string) []string {
	var out []string
	for line := range strings.Lines(stdout) {
		if name, ok := strings.CutSuffix(strings.TrimRight(line, "\r\n"), ": benchmark"); ok {
			out = append(out, name)
		}
	}
	return out
}

// Find: Criterion itself refuses one id twice, but cargo may start several
// targets, and each would overwrite what the one before it has measured.
func (criterion) Find(name string, listed []string) (string, error) {
	n := 0
	for _, l := range listed {
		if l == name {
			n++
		}
	}
	if n > 1 {
		return "", ambiguous(fmt.Sprintf("%d of its benchmarks are called %q, in several targets: name one, e.g. [cargo, bench, --bench, NAME]", n, name))
	}
	return exactly(name, listed)
}

func (criterion) Covers(listed, full string) bool { return listed == full }

// Launch: the measurement time is that of all samples, whose lengths grow
// evenly from one to the last; their mean is T. The resampling comes after the
// samples and is not used here, so it is kept short.
func (c criterion) Launch(command []string, _ Place, ask Ask) Launch {
	m := max(ask.Samples, c.Fewest())
	return Launch{Env: home(ask.Dir), Args: c.arguments(command, "--noplot",
		"--sample-size", strconv.Itoa(m),
		"--warm-up-time", seconds(max(ask.Warmup, time.Millisecond)),
		"--measurement-time", seconds(time.Duration(m)*ask.Sample),
		"--nresamples", "1001",
		"--exact", ask.Name)}
}

func (criterion) Read(ask Ask, _ []byte) (Samples, error) {
	entries, err := os.ReadDir(ask.Dir)
	if err == nil && len(entries) == 0 {
		return Samples{}, fmt.Errorf("%w of %q: it wrote nothing to CRITERION_HOME", ErrNoSamples, ask.Name)
	}
	res, err := foreign.Criterion(os.DirFS(ask.Dir))
	if err != nil {
		return Samples{}, err
	}
	b, others, err := the(ask.Name, res.Benchmarks, equal)
	if err != nil {
		return Samples{}, err
	}
	run, err := single(b)
	return Samples{Run: run, Tool: res.Tool, Others: others}, err
}

func (criterion) Blame(_, stderr string) (string, bool) {
	if line, next := firstLine(stderr, "thread '"); strings.Contains(line, "panicked at") {
		return strings.TrimSuffix(line, ":") + ": " + next, true
	}
	if line, _ := firstLine(stderr, "error: Unrecognized option:"); line != "" {
		return line + " (that is Rust's own test harness, not Criterion: name the target, e.g. [cargo, bench, --bench, NAME], and give it harness = false)", false
	}
	line, _ := firstLine(stderr, "error")
	return line, false
}

package adapter

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"xbench/harness/foreign"
)

// gotest is the testing package: go test, or a test binary made by go test -c.
type gotest struct{}

func (gotest) Command() []string { return []string{"go", "test", "."} }
func (gotest) Install() string   { return "install Go from https://go.dev/dl" }
func (gotest) Fewest() int       { return 1 }

// List: the tool knows its sub-benchmarks only when it runs them.
func (gotest) List(command []string, _ Place, _ string) (Launch, bool) {
	return Launch{Args: append(slices.Clone(command), "-test.list=^Benchmark")}, true
}

func (gotest) Listed(stdout string) []string {
	var out []string
	for line := range strings.Lines(stdout) {
		if name := strings.TrimRight(line, "\r\n"); isBenchmark(name) {
			out = append(out, name)
		}
	}
	return out
}

// isBenchmark is the rule of the testing package for names of functions.
func isBenchmark(name string) bool {
	rest, ok := strings.CutPrefix(name, "Benchmark")
	return ok && !strings.ContainsFunc(rest, unicode.IsSpace) && (rest == "" || !unicode.IsLower([]rune(rest)[0]))
}

// Find takes names with and without "Benchmark", as benchmark results have
// them. Only what comes before the first slash is listed.
func (gotest) Find(name string, listed []string) (string, error) {
	full := rewritten(name)
	if !isBenchmark(strings.SplitN(full, "/", 2)[0]) {
		full = "Benchmark" + full
	}
	top, _, _ := strings.Cut(full, "/")
	if _, err := exactly(top, listed); err != nil {
		return "", err
	}
	return full, nil
}

// Covers: a function covers its sub-benchmarks.
func (gotest) Covers(listed, full string) bool {
	top, _, _ := strings.Cut(full, "/")
	return top == listed
}

// rewritten is what the testing package makes of the name of a sub-benchmark.
func rewritten(name string) string {
	var b strings.Builder
	for _, r := range name {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte('_')
		case !strconv.IsPrint(r):
			q := strconv.QuoteRune(r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// line is the shortest time that the lines of one process take. The testing
// package empties the heap before each line and each of the shorter runs before
// it: what follows is a program that owes its collector nothing. In a line of
// milliseconds many programs never pay, and of several lines the median leaves
// out the one that did. A collection comes whenever a program has made as much
// garbage as it keeps alive, 4 MB at least: half a second is time for that.
const line = 500 * time.Millisecond

func (gotest) Least() time.Duration { return line }

// Terms: one line is as long as all samples of another tool together, and so is
// its mean. Iterations that are as long as a line are samples, one in each.
func (gotest) Terms(r Rules, iteration time.Duration) Terms {
	t := Terms{Sample: max(line, time.Duration(r.Samples)*max(r.Sample, iteration)), Samples: 1}
	if iteration >= line {
		t.Sample, t.Samples = r.Sample, r.Samples
	}
	each := max(t.Sample, iteration)
	t.Warmups = Warmups(r.Warmup, each, iteration)
	t.Takes = time.Duration(t.Warmups+t.Samples) * each
	if iteration < line {
		t.Takes += t.Takes / 2 // a line is a fifth too long, and shorter runs come before it
	}
	return t
}

// Launch: each line that the tool prints is one sample, and the first lines are
// the warm-up. The pattern is cut at its slashes and every part matched by
// itself, so each part is quoted and anchored.
func (gotest) Launch(command []string, _ Place, ask Ask) Launch {
	parts := strings.Split(ask.Name, "/")
	for i, p := range parts {
		parts[i] = "^" + regexp.QuoteMeta(p) + "$"
	}
	return Launch{Args: append(slices.Clone(command),
		"-test.run=^$",
		"-test.bench="+strings.Join(parts, "/"),
		"-test.count="+strconv.Itoa(ask.Warmups+ask.Samples),
		"-test.benchtime="+ask.Sample.String(),
		"-test.timeout=0")}
}

// processors is the suffix of a name in results: the value of GOMAXPROCS.
var processors = regexp.MustCompile(`-[0-9]+$`)

func (g gotest) Read(ask Ask, stdout []byte) (Samples, error) {
	res, err := foreign.GoBench("standard output", bytes.NewReader(stdout))
	if err != nil {
		if !bytes.Contains(stdout, []byte("ns/op")) {
			err = fmt.Errorf("%w of %q: it printed no line with ns/op", ErrNoSamples, ask.Name)
		}
		return Samples{}, err
	}
	// The number of processors is behind a name unless it is one. A name that
	// ends in a number of its own is found as it was printed.
	if slices.ContainsFunc(res.Benchmarks, func(b foreign.Benchmark) bool { return b.Called() == ask.Name }) {
		for i, b := range res.Benchmarks {
			res.Benchmarks[i].Name = b.Called()
		}
	}
	want := strings.TrimPrefix(ask.Name, "Benchmark")
	same := func(got, _ string) bool {
		got = strings.TrimPrefix(got, "Benchmark")
		return got == want || strings.HasPrefix(got, want) && processors.ReplaceAllString(got, "") == want
	}
	b, others, err := the(ask.Name, res.Benchmarks, same)
	if err != nil {
		return Samples{}, err
	}
	run, err := single(b)
	if err != nil {
		return Samples{}, err
	}
	if n := ask.Warmups + ask.Samples; len(run.SamplesNS) != n {
		return Samples{}, fmt.Errorf("%d values of %q, asked for %d; are there several packages, or processor counts (-test.cpu)? name one", len(run.SamplesNS), ask.Name, n)
	}
	s := Samples{Tool: res.Tool, Others: others, Run: run}
	s.warmedUpBy(ask.Warmups)
	return s, nil
}

func (gotest) Blame(stdout, stderr string) (string, bool) {
	if line, next := firstLine(stdout, "--- FAIL:"); line != "" {
		return strings.TrimPrefix(line, "--- FAIL: ") + ": " + next, true
	}
	for _, text := range []string{stderr, stdout} {
		if line, _ := firstLine(text, "panic:", "fatal error:"); line != "" {
			return line, true
		}
	}
	line, next := firstLine(stderr, "#", "go:", "flag provided")
	if strings.HasPrefix(line, "#") { // a package that does not compile
		line = next
	}
	return line, false
}

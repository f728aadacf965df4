// Package adapter knows other benchmark tools: how each is asked to list what
// it has, how it is asked for one benchmark under a suite's rules, and where
// the samples are afterwards.
//
// It launches nothing and reads no clock. Harness does, and gives every launch
// a directory of its own for whatever the tool writes. The files themselves are
// read by [foreign].
package adapter

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"xbench/harness/foreign"
)

// Rules are a suite's, which are the same for all sides.
type Rules struct {
	Sample  time.Duration // T, how long one sample should take
	Samples int           // m
	Warmup  time.Duration // W
}

// Terms are the rules in the words of one tool.
type Terms struct {
	Sample  time.Duration
	Samples int
	Warmups int           // samples to be thrown away before
	Takes   time.Duration // all that together, about
}

// An Ask is what one launch has to measure: the benchmark, and how.
type Ask struct {
	Name    string        // the tool's own full name, as List gave it
	Sample  time.Duration // T, how long one sample should take
	Samples int           // m
	Warmup  time.Duration // W
	Warmups int           // samples to be thrown away, for tools that count them instead of the time
	Dir     string        // an empty directory for what the tool writes
	Env     []string      // names of variables that the configuration sets
}

// A Launch is a command line, and what it adds to the environment.
type Launch struct {
	Args []string
	Env  []string // "KEY=value"
}

// Samples are what one launch measured.
type Samples struct {
	foreign.Run
	Tool     string      // name and version, as the file says it
	Warmup   foreign.Run // what the tool reports and does not count
	Others   []string    // further benchmarks that it has measured besides
	Warnings []string    // what it did otherwise than the other side may
}

// warmedUpBy makes the first samples the warm-up.
func (s *Samples) warmedUpBy(n int) {
	s.Warmup.SamplesNS, s.SamplesNS = s.SamplesNS[:n], s.SamplesNS[n:]
	if s.Iterations != nil {
		s.Warmup.Iterations, s.Iterations = s.Iterations[:n], s.Iterations[n:]
	}
}

// A Tool is a benchmark framework.
type Tool interface {
	// Command starts the tool where the configuration does not say how.
	Command() []string
	// Install is how to get it.
	Install() string
	// Fewest is the smallest number of samples that it can be asked for.
	Fewest() int
	// Least is how long all samples of a process must take together, at least,
	// for its figures to mean what they should.
	Least() time.Duration
	// Terms are what it is asked for under a suite's rules, where an iteration
	// takes so long.
	Terms(r Rules, iteration time.Duration) Terms
	// List is the command line that lists what there is, none where a tool
	// can only tell by running it. dir is an empty directory.
	List(command []string, place Place, dir string) (Launch, bool)
	// Listed reads the names from what that printed.
	Listed(stdout string) []string
	// Find is the tool's own name of a benchmark that a configuration names.
	// The error does not say who lacks it.
	Find(name string, listed []string) (string, error)
	// Covers reports whether a benchmark of this full name is, or is part of,
	// what is listed under another.
	Covers(listed, full string) bool
	// Launch is the command line that measures one benchmark and nothing else,
	// as far as the tool lets itself be restricted.
	Launch(command []string, place Place, ask Ask) Launch
	// Read finds the benchmark's samples in what a launch has left. An error
	// says where something is wrong.
	Read(ask Ask, stdout []byte) (Samples, error)
	// Blame is the line of a failed launch's output that says most, "" when
	// there is none; work tells a benchmark that failed from a tool that did.
	Blame(stdout, stderr string) (line string, work bool)
}

// A Place answers what a tool needs to know of the working directory.
type Place struct {
	Dir    string                 // absolute
	Exists func(path string) bool // relative to Dir
}

// tools are the adapters by the name that a configuration gives them.
var tools = map[string]Tool{
	"criterion":        criterion{},
	"gotest":           gotest{},
	"pyperf":           pyperf{},
	"pytest-benchmark": pytest{},
}

// Names lists the tools that there are.
func Names() []string { return []string{"gotest", "pytest-benchmark", "criterion", "pyperf"} }

// Lookup finds a tool by its name.
func Lookup(name string) (Tool, bool) {
	t, ok := tools[name]
	return t, ok
}

// sampled is for tools that take samples as a suite has them: nothing keeps
// these from being short, and Terms are the rules.
type sampled struct{}

func (sampled) Least() time.Duration { return 0 }

func (sampled) Terms(r Rules, iteration time.Duration) Terms {
	t := Terms{Sample: r.Sample, Samples: r.Samples, Warmups: Warmups(r.Warmup, r.Sample, iteration)}
	each := max(r.Sample, iteration)
	t.Takes = max(r.Warmup, each) + time.Duration(r.Samples)*each
	return t
}

// Warmups is how many samples fill the warm-up time: at least one, and one
// where an iteration alone is as long.
func Warmups(warmup, sample, iteration time.Duration) int {
	if warmup <= 0 {
		return 0
	}
	return max(1, int(math.Ceil(float64(warmup)/float64(max(sample, iteration, 1)))))
}

// ErrAmbiguous is the cause when a name stands for several of a tool's
// benchmarks.
var ErrAmbiguous = errors.New("the name stands for several benchmarks")

// ambiguous is an error about such a name.
type ambiguous string

func (a ambiguous) Error() string { return string(a) }
func (ambiguous) Unwrap() error   { return ErrAmbiguous }

// ErrNoSamples is the cause when a launch went well and left no samples of the
// benchmark it was asked for.
var ErrNoSamples = errors.New("no samples")

// the picks the benchmark of a full name, and names the others.
func the(full string, in []foreign.Benchmark, same func(got, full string) bool) (foreign.Benchmark, []string, error) {
	var found []foreign.Benchmark
	var others []string
	for _, b := range in {
		if same(b.Name, full) {
			found = append(found, b)
		} else {
			others = append(others, b.Name)
		}
	}
	switch {
	case len(found) == 0:
		return foreign.Benchmark{}, others, fmt.Errorf("%w of %q%s", ErrNoSamples, full, instead(others))
	case len(found) > 1:
		return foreign.Benchmark{}, others, fmt.Errorf("%d benchmarks are called %q", len(found), full)
	}
	return found[0], others, nil
}

func instead(others []string) string {
	if len(others) == 0 {
		return ""
	}
	return "; it measured " + quoted(others, 4)
}

// quoted lists names, the first few of many.
func quoted(names []string, most int) string {
	var b strings.Builder
	for i, n := range names {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(names)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", n)
	}
	return b.String()
}

// single is the one run of a benchmark that was measured by one process.
func single(b foreign.Benchmark) (foreign.Run, error) {
	runs := slices.DeleteFunc(slices.Clone(b.Runs), func(r foreign.Run) bool { return len(r.SamplesNS) == 0 })
	switch len(runs) {
	case 0:
		return foreign.Run{}, fmt.Errorf("%w of %q", ErrNoSamples, b.Name)
	case 1:
		return runs[0], nil
	}
	return foreign.Run{}, fmt.Errorf("%q was measured in %d processes, want one", b.Name, len(runs))
}

// seconds writes a duration as the tools' flags want it.
func seconds(d time.Duration) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.9f", d.Seconds()), "0"), ".")
}

// firstLine is the first line with one of the prefixes, trimmed, and the one
// after it.
func firstLine(text string, prefixes ...string) (line, next string) {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		l = strings.TrimSpace(l)
		if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(l, p) }) {
			if i+1 < len(lines) {
				next = strings.TrimSpace(lines[i+1])
			}
			return l, next
		}
	}
	return "", ""
}

// equal is for tools whose files have the full names.
func equal(got, full string) bool { return got == full }

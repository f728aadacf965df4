// Package foreign reads what other benchmark tools write: Criterion,
// pytest-benchmark, pyperf, hyperfine, go test -bench and plain JSON.
//
// A reader keeps every sample that its file holds and recomputes the mean the
// way the tool defines it. Where that is not the mean that the file states,
// the result carries a warning; where the file is not what its format
// promises, the reader returns an error that says where.
package foreign

import "strings"

// Names of the formats.
const (
	FormatCriterion       = "criterion"
	FormatPytestBenchmark = "pytest-benchmark"
	FormatPyperf          = "pyperf"
	FormatHyperfine       = "hyperfine"
	FormatGoBench         = "gobench"
	FormatJSON            = "json"
)

// What one value of a file is.
const (
	GranularitySamples = "samples" // raw samples
	GranularityMeans   = "means"   // several values, each the mean of several iterations that the file does not list
	GranularityMean    = "mean"    // one value per benchmark, the tool's summary
)

// Result is one file, or one directory, of another tool.
type Result struct {
	Format     string // one of the Format constants
	Tool       string // name and version, as the file says it; "" = unknown
	Command    string // what was run, as the file says it; "" = unknown
	Host       string // machine, as the file says it; "" = unknown
	Node, CPU  string // name and processor of that machine, to tell two machines apart; "" = unknown
	Started    string // when, as the file says it; "" = unknown
	Benchmarks []Benchmark
	Warnings   []string // doubts, such as a recomputed mean that is not the file's

	// NamedBy is the field that plain JSON has its benchmarks' names in, where no
	// field says who did them; else "".
	NamedBy string
}

// Benchmark is what a tool measured under one name, in the file's order.
type Benchmark struct {
	Name        string  // the tool's own full name
	Alias       string  // a shorter name that the tool also has for it: pytest's without the file; "" = none
	Impl        string  // who did it, where one file holds several sides; else ""
	Runs        []Run   // one per process that the tool is known to have started
	Granularity string  // one of the Granularity constants
	MeanNS      float64 // of one iteration, as the file states it; 0 = it does not
	Printed     string  // the name with what was taken off it, such as Go's number of processors; "" = Name
	Failed      string  // why its values are no data: what the file says went wrong; "" = nothing. There may then be no runs
}

// Called is the name as the tool prints it.
func (b Benchmark) Called() string { return orElse(b.Printed, b.Name) }

// Run is one process of a benchmark. Files that do not tell processes apart
// have one run.
type Run struct {
	SamplesNS                []float64 // each the time of Iterations[i] iterations, of one where Iterations is nil
	Iterations               []int64
	UserNS, SystemNS, MaxRSS int64 // CPU time of the process, its peak memory in bytes; 0 = unknown
	MaxRSSAtMost             bool  // the peak is at most MaxRSS
}

// Times returns the nanoseconds of one iteration, per sample.
func (r Run) Times() []float64 {
	times := make([]float64, len(r.SamplesNS))
	for i, ns := range r.SamplesNS {
		times[i] = ns
		if r.Iterations != nil {
			times[i] = ns / float64(r.Iterations[i])
		}
	}
	return times
}

// Samples returns how many samples the benchmark has, over all its runs.
func (b Benchmark) Samples() int {
	n := 0
	for _, r := range b.Runs {
		n += len(r.SamplesNS)
	}
	return n
}

// Mean returns the nanoseconds of one iteration as every tool here defines its
// mean: the plain mean of the samples' times per iteration, over all runs.
func (b Benchmark) Mean() float64 {
	sum, n := 0.0, 0
	for _, r := range b.Runs {
		for _, t := range r.Times() {
			sum += t
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// describe sets the machine: its name and processor, and the system it runs.
func (r *Result) describe(node, cpu, system string) {
	r.Node, r.CPU = node, cpu
	r.Host = joined(node, cpu, system)
}

// joined are the parts that are known.
func joined(parts ...string) string {
	var known []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			known = append(known, p)
		}
	}
	return strings.Join(known, ", ")
}

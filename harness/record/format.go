package record

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/perf/benchfmt"
)

// The file is Go benchmark format. What that format has no place for stands
// in lines whose key starts with a capital, which Go's tools skip:
//
//	key: value                 configuration, constant in the whole record
//	Xbench-Plan: {json}        once
//	Xbench-Round: {json}       a round begins
//	Xbench-Process: {json}     one launch of one implementation ...
//	BenchmarkROW/impl=NAME ... ... and its line for Go's tools, if it is data
//	Xbench-Note: {json}        something about the run
//	Xbench-More: ...           the line above goes on
const (
	keyPrefix  = "Xbench-"
	keyPlan    = "Xbench-Plan"
	keyRound   = "Xbench-Round"
	keyProcess = "Xbench-Process"
	keyNote    = "Xbench-Note"
	keyMore    = "Xbench-More"
	benchmark  = "Benchmark"
)

// maxLine is how long a line may get before it goes on in Xbench-More lines.
// benchfmt gives up on a whole file at its first line of 64 KiB, and the plan
// of a large suite, or the error output of a process, can be longer.
const maxLine = 60_000

// Units of a benchmark line besides ns/op, named as golang.org/x/benchmarks
// names them.
const (
	unitTime = "ns/op"
	unitCPU  = "user+sys-ns/op"
	unitRSS  = "peak-RSS-bytes"
)

// NSPerOp is the typical time of one iteration: the median of the samples,
// each divided by K. It is 0 for a process without samples.
func (p *Process) NSPerOp() float64 {
	if !p.Sampled() {
		return 0
	}
	if len(p.Iterations) > 0 {
		return middle(p.Times())
	}
	return middle(slices.Clone(p.SamplesNS)) / float64(p.K)
}

// middle is the median; it sorts s.
func middle(s []float64) float64 {
	slices.Sort(s)
	mid := len(s) / 2
	if len(s)%2 == 0 {
		return (s[mid] + s[mid-1]) / 2
	}
	return s[mid]
}

// Sampled reports whether the process has samples, and each of them its
// iterations.
func (p *Process) Sampled() bool {
	if len(p.SamplesNS) == 0 {
		return false
	}
	if len(p.Iterations) == 0 {
		return p.K > 0
	}
	return p.K == 0 && len(p.Iterations) == len(p.SamplesNS) && slices.Min(p.Iterations) > 0
}

// Times are the samples as times of one iteration, in ns.
func (p *Process) Times() []float64 { return p.AppendTimes(nil) }

// AppendTimes appends the times of one iteration to s.
func (p *Process) AppendTimes(s []float64) []float64 {
	for i, ns := range p.SamplesNS {
		k := p.K
		if len(p.Iterations) > 0 {
			k = p.Iterations[i]
		}
		s = append(s, ns/float64(k))
	}
	return s
}

// SumNS is what the samples took together.
func (p *Process) SumNS() float64 {
	sum := 0.0
	for _, ns := range p.SamplesNS {
		sum += ns
	}
	return sum
}

// TotalIterations is how often the work was done in all samples together.
func (p *Process) TotalIterations() int64 {
	if len(p.Iterations) == 0 {
		return p.K * int64(len(p.SamplesNS))
	}
	var sum int64
	for _, k := range p.Iterations {
		sum += k
	}
	return sum
}

// CPUNSPerOp is the CPU time of one iteration, 0 when it is not known.
func (p *Process) CPUNSPerOp() float64 {
	if n := p.TotalIterations(); n > 0 {
		return float64(p.CPUNS) / float64(n)
	}
	return 0
}

// benchmarkName is the name of a process's line. The row's name is kept as it
// is: its knobs are keys to Go's tools, and impl is one more, so that
//
//	benchstat -col '/impl@(python go)' record.txt
//
// has one line per row and one column per implementation.
func benchmarkName(p *Process) string { return p.Row + "/impl=" + p.Impl }

// writeBenchmark writes the line that Go's tools read.
func writeBenchmark(w io.Writer, p *Process) error {
	res := &benchfmt.Result{
		Name:   benchfmt.Name(benchmarkName(p)),
		Iters:  int(p.TotalIterations()),
		Values: []benchfmt.Value{{Value: p.NSPerOp(), Unit: unitTime}},
	}
	if p.CPUNS > 0 {
		res.Values = append(res.Values, benchfmt.Value{Value: p.CPUNSPerOp(), Unit: unitCPU})
	}
	if p.Usage.MaxRSS > 0 {
		res.Values = append(res.Values, benchfmt.Value{Value: float64(p.Usage.MaxRSS), Unit: unitRSS})
	}
	return benchfmt.NewWriter(w).Write(res)
}

// checkBenchmark compares a benchmark line with the process it stands for:
// Go's tools and compare must never see different numbers in one record.
func checkBenchmark(line []byte, p *Process) error {
	r := benchfmt.NewReader(bytes.NewReader(line), "")
	if !r.Scan() {
		return fmt.Errorf("unreadable benchmark line")
	}
	switch res := r.Result().(type) {
	case *benchfmt.SyntaxError:
		return fmt.Errorf("unreadable benchmark line: %s", res.Msg)
	case *benchfmt.Result:
		if got, want := res.Name.String(), benchmarkName(p); got != want {
			return fmt.Errorf("benchmark line is about %q, the process above it about %q", got, want)
		}
		for _, v := range res.Values {
			if v.OrigUnit == unitTime && v.OrigValue == p.NSPerOp() || v.Unit == unitTime && v.Value == p.NSPerOp() {
				return nil
			}
		}
		return fmt.Errorf("benchmark line does not agree with the samples above it, whose median is %v ns/op", p.NSPerOp())
	}
	return fmt.Errorf("not a benchmark line")
}

// checkName refuses what would break the line-oriented format.
func checkName(what, s string) error {
	if s == "" {
		return fmt.Errorf("%s has no name", what)
	}
	bad := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }
	if i := strings.IndexFunc(s, bad); i >= 0 {
		return fmt.Errorf("%s name %q: want printable characters without spaces", what, s)
	}
	return nil
}

// checkConfig refuses a configuration line that would not read back.
func checkConfig(c ConfigLine) error {
	bad := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsUpper(r) || r == ':' }
	if c.Key == "" || !unicode.IsLower(rune(c.Key[0])) || strings.IndexFunc(c.Key, bad) >= 0 {
		return fmt.Errorf("configuration key %q: want lower-case letters first and no spaces, capitals or colons", c.Key)
	}
	if c.Value != strings.TrimSpace(c.Value) || c.Value == "" || strings.ContainsAny(c.Value, "\n\r") {
		return fmt.Errorf("configuration %s: value %q is empty, not trimmed or more than one line", c.Key, c.Value)
	}
	return nil
}

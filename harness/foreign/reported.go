package foreign

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"xbench/harness/protocol"
)

// sixDigits is how near a recomputed mean has to be to the one in the file.
const sixDigits = 1e-6

// Agrees reports whether the recomputed mean is the one the file states, to
// six significant digits, or whether there is none to compare it with.
func (b Benchmark) Agrees() bool {
	return b.MeanNS == 0 || math.Abs(b.Mean()-b.MeanNS) <= sixDigits*b.MeanNS/2
}

// checkMeans warns of benchmarks whose samples have another mean than the file
// says: one of the two was changed afterwards, or is of something else.
func (r *Result) checkMeans() {
	for _, b := range r.Benchmarks {
		if !b.Agrees() {
			r.warnf("%s%s: the mean of its %d samples is %s, the file says %s%s", Shown(b.Name), ofImpl(b.Impl), b.Samples(), digits(b.Mean()), digits(b.MeanNS), r.unitHint(b))
		}
	}
}

func (r *Result) warnf(format string, args ...any) {
	r.Warnings = append(r.Warnings, fmt.Sprintf(format, args...))
}

// unitHint is what to do about a mean that is off by so much that its unit may
// be another; only plain JSON leaves that open.
func (r *Result) unitHint(b Benchmark) string {
	if factor := b.Mean() / b.MeanNS; r.Format != FormatJSON || factor < 10 && factor > 0.1 {
		return ""
	}
	return "; if the samples are in another unit, say which: unit=s, ms, us or ns"
}

// digits writes a time with seven significant digits, so that means that differ
// look different.
func digits(ns float64) string {
	unit, per := "ns", 1.0
	switch {
	case ns >= 1e9:
		unit, per = "s", 1e9
	case ns >= 1e6:
		unit, per = "ms", 1e6
	case ns >= 1e3:
		unit, per = "us", 1e3
	}
	return strconv.FormatFloat(ns/per, 'g', 7, 64) + " " + unit
}

// Shown makes a tool's name safe to show, on one line.
func Shown(name string) string { return protocol.Escape(name, 200) }

// Find returns the benchmark that a tool calls so: by its full name, also as it is
// printed, else by the shorter one, if only one has it. impl is the side in files of several,
// "" for any.
func (r *Result) Find(name, impl string) (*Benchmark, error) {
	var short []*Benchmark
	for i := range r.Benchmarks {
		b := &r.Benchmarks[i]
		switch {
		case impl != "" && b.Impl != impl:
		case b.Name == name || b.Printed == name:
			return b, nil
		case b.Alias != "" && b.Alias == name:
			short = append(short, b)
		}
	}
	switch len(short) {
	case 0:
		return nil, nil
	case 1:
		return short[0], nil
	}
	var full []string
	for _, b := range short {
		full = append(full, Shown(b.Name))
	}
	return nil, fmt.Errorf("%s may be %s", quote(name), strings.Join(full, " or "))
}

// unique refuses two benchmarks of one name: which is meant could not be told.
func (r *Result) unique(name string) error {
	type key struct{ impl, name string }
	seen := make(map[key]bool)
	for _, b := range r.Benchmarks {
		k := key{b.Impl, b.Name}
		if seen[k] {
			return &Error{File: name, Msg: fmt.Sprintf("the benchmark %s%s is there twice", quote(b.Name), ofImpl(b.Impl))}
		}
		seen[k] = true
	}
	return nil
}

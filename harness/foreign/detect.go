package foreign

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// Formats are the names of all formats, as users write them.
var Formats = []string{FormatCriterion, FormatPytestBenchmark, FormatPyperf, FormatHyperfine, FormatGoBench, FormatJSON}

// Read reads a file of the format named.
func Read(format, name string, r io.Reader, fields Fields) (*Result, error) {
	switch format {
	case FormatPytestBenchmark:
		return PytestBenchmark(name, r)
	case FormatPyperf:
		return Pyperf(name, r)
	case FormatHyperfine:
		return HyperfineBy(name, r, fields.Implementation)
	case FormatGoBench:
		return GoBench(name, r)
	case FormatJSON:
		return JSON(name, r, fields)
	case FormatCriterion:
		return nil, fmt.Errorf("%s: want the directory target/criterion, or one in it: a file is not all of a benchmark", name)
	}
	return nil, fmt.Errorf("unknown format %s (there are: %s)", quote(format), strings.Join(Formats, ", "))
}

// ReadDir is Criterion for a directory of the given name, which may also be
// cargo's target directory.
func ReadDir(name string, fsys fs.FS) (*Result, error) {
	below := ""
	if st, err := fs.Stat(fsys, "criterion"); err == nil && st.IsDir() && !holdsCriterion(fsys, "criterion/new") {
		if sub, err := fs.Sub(fsys, "criterion"); err == nil {
			fsys, below = sub, "/criterion"
		}
	}
	res, err := Criterion(fsys)
	var located *Error
	if errors.As(err, &located) && located.File == "." {
		located.File = name + below
	} else if err != nil {
		err = fmt.Errorf("%s%s/%w", strings.TrimSuffix(name, "/"), below, err)
	}
	return res, err
}

var goLinePattern = regexp.MustCompile(`(?m)^Benchmark\S*[ \t]+[0-9]+[ \t]+[0-9.]+`)

// Detect tells the format of a file by what is in it.
func Detect(name string, data []byte) (string, error) {
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return FormatPyperf, nil // the only one that writes compressed files
	}
	begin := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(begin) == 0:
		return "", &Error{File: name, Msg: "is empty"}
	case bytes.Contains(data, []byte("\nXbench-Plan: ")):
		return "", &Error{File: name, Msg: "is a record of xbench, which xbench compare judges"}
	case begin[0] != '{' && begin[0] != '[':
		if goLinePattern.Match(data) {
			return FormatGoBench, nil
		}
		return "", &Error{File: name, Msg: "is not the file of a tool that is known: " + strings.Join(Formats, ", ")}
	case bytes.HasPrefix(begin, []byte(`{"Time":`)) || bytes.HasPrefix(begin, []byte(`{"Action":`)):
		return FormatGoBench, nil
	}
	d, err := parse(name, bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	return d.format(), nil
}

// format is that of a JSON document: plain where no tool's marks are there.
func (d *document) format() string {
	benchmarks := d.root.get("benchmarks").first()
	result := d.root.get("results").first()
	switch {
	case benchmarks.get("stats") != nil && benchmarks.get("fullname") != nil:
		return FormatPytestBenchmark
	case d.root.get("version") != nil && benchmarks.get("runs") != nil:
		return FormatPyperf
	case result.get("command") != nil && result.get("mean") != nil && (result.get("times") != nil || result.get("stddev") != nil || result.get("user") != nil):
		return FormatHyperfine
	}
	return FormatJSON
}

// first is the first item of a list.
func (n *node) first() *node {
	if n == nil || n.kind != kindList || len(n.items) == 0 {
		return nil
	}
	return n.items[0]
}

// Impls are the sides that the result holds, in file order; none where the
// file does not tell any apart.
func (r *Result) Impls() []string {
	var out []string
	for _, b := range r.Benchmarks {
		if b.Impl != "" && !slices.Contains(out, b.Impl) {
			out = append(out, b.Impl)
		}
	}
	return out
}

// Granularity is that of the coarsest of some benchmarks: what can be said of
// all of them.
func Granularity(benchmarks []Benchmark) string {
	order := []string{GranularitySamples, GranularityMeans, GranularityMean}
	worst := 0
	for _, b := range benchmarks {
		worst = max(worst, slices.Index(order, b.Granularity))
	}
	return order[worst]
}

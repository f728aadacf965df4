package foreign

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// GoBench reads the output of go test -bench, plain or of go test -json. Lines
// of one name, from -count, are its samples: each the mean of the iterations
// that it states.
//
// The number of processors that Go appends to names is left out where it is
// told from the name itself, see [goFile.procs]; names of several packages begin
// with their package. A benchmark that failed says so, with or without values.
// Other units than ns/op are named in a warning.
func GoBench(name string, r io.Reader) (*Result, error) {
	data, err := readAll(name, r)
	if err != nil {
		return nil, err
	}
	text, lineOf, err := goOutput(name, data)
	if err != nil {
		return nil, err
	}
	g := goFile{name: name, lineOf: lineOf, res: &Result{Format: FormatGoBench, Tool: "go test"}, units: map[string]bool{}}
	if err := g.read(text); err != nil {
		return nil, err
	}
	if len(g.lines) == 0 && len(g.failed) == 0 {
		return nil, &Error{File: name, Msg: "holds no benchmark: want lines such as BenchmarkName-8  1000  1234 ns/op"}
	}
	g.benchmarks()
	return g.res, nil
}

// A goLine is one result of a file of Go benchmarks.
type goLine struct {
	pkg, name string // name as printed
	run       Run
}

type goFile struct {
	name   string
	lineOf func(int) int // line of the file, by line of the text
	res    *Result
	lines  []goLine
	failed []goFailure
	units  map[string]bool // that are not times
}

func (g *goFile) read(text []byte) error {
	g.failures(text)
	scanner := benchfmt.NewReader(bytes.NewReader(text), g.name)
	for scanner.Scan() {
		switch rec := scanner.Result().(type) {
		case *benchfmt.SyntaxError:
			return &Error{File: g.name, Line: g.lineOf(rec.Line), Msg: rec.Msg}
		case *benchfmt.Result:
			if err := g.line(rec); err != nil {
				return err
			}
		}
	}
	return scanner.Err()
}

func (g *goFile) line(rec *benchfmt.Result) error {
	_, n := rec.Pos()
	wrong := func(format string, args ...any) error {
		return &Error{File: g.name, Line: g.lineOf(n), Msg: fmt.Sprintf(format, args...)}
	}
	ns := -1.0
	for _, v := range rec.Values {
		switch {
		case v.Unit != "sec/op":
			g.units[orElse(v.OrigUnit, v.Unit)] = true
		case ns >= 0:
			return wrong("states the time twice")
		default:
			ns = v.Value * perSecond
			if v.OrigUnit == "ns/op" {
				ns = v.OrigValue // without benchfmt's conversion
			}
			if msg := badDuration(ns); msg != "" {
				return wrong("%g ns/op %s", ns, msg)
			}
		}
	}
	name := "Benchmark" + string(rec.Name)
	if ns < 0 {
		g.res.warnf("line %d: %s has no ns/op: left out", g.lineOf(n), Shown(name))
		return nil
	}
	if rec.Iters < 1 || rec.Iters > maxIterations {
		return wrong("%d is no number of iterations", rec.Iters)
	}
	g.res.describe("", rec.GetConfig("cpu"), joined(rec.GetConfig("goos"), rec.GetConfig("goarch")))
	g.lines = append(g.lines, goLine{rec.GetConfig("pkg"), name, batches([]float64{ns}, int64(rec.Iters))})
	return nil
}

// benchmarks gathers the lines of each name, and marks what failed.
func (g *goFile) benchmarks() {
	pkgs := g.packages()
	index := make(map[string]int)
	add := func(pkg, printed string) *Benchmark {
		alias := strings.TrimSuffix(printed, pkgs[pkg].procs)
		full := alias
		if len(pkgs) > 1 {
			full, printed = pkg+"."+alias, pkg+"."+printed
		}
		i, ok := index[full]
		if !ok {
			i = len(g.res.Benchmarks)
			index[full] = i
			g.res.Benchmarks = append(g.res.Benchmarks, Benchmark{Name: full, Alias: alias, Printed: printed, Granularity: GranularitySamples})
		}
		return &g.res.Benchmarks[i]
	}
	for _, l := range g.lines {
		add(l.pkg, l.name).add(l.run)
	}
	for _, f := range g.failed {
		for _, name := range g.hit(f, pkgs[f.pkg]) {
			add(f.pkg, name).Failed = fmt.Sprintf("it failed: line %d of the file", f.line)
		}
	}
	if len(g.units) > 0 {
		g.res.warnf("not read, only times are: %s", strings.Join(slices.Sorted(shownUnits(g.units)), ", "))
	}
}

func shownUnits(units map[string]bool) func(func(string) bool) {
	return func(yield func(string) bool) {
		for u := range units {
			if !yield(Shown(u)) {
				return
			}
		}
	}
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// add appends a line's sample; it is a mean as soon as one line has more than
// one iteration.
func (b *Benchmark) add(line Run) {
	if b.Runs == nil {
		b.Runs = []Run{{}}
	}
	run := &b.Runs[0]
	iterations := int64(1)
	if line.Iterations != nil {
		iterations = line.Iterations[0]
		b.Granularity = GranularityMeans
	}
	run.SamplesNS = append(run.SamplesNS, line.SamplesNS[0])
	run.Iterations = append(run.Iterations, iterations)
}

// goOutput is what the tests printed: the file itself, or of go test -json the
// output of its events, package by package. lineOf leads back to the file.
func goOutput(name string, data []byte) (text []byte, lineOf func(int) int, err error) {
	if !bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) {
		return data, func(line int) int { return line }, nil
	}
	type output struct {
		text  []byte
		lines []int // of the file, by line of the text
	}
	packages := make(map[string]*output)
	var order []*output
	for i, line := range bytes.Split(data, []byte("\n")) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var event struct{ Action, Package, Output string }
		if err := json.Unmarshal(line, &event); err != nil {
			return nil, nil, eventError(name, i+1, err)
		}
		if event.Action != "output" {
			continue
		}
		p := packages[event.Package]
		if p == nil {
			p = &output{lines: []int{i + 1}}
			packages[event.Package] = p
			order = append(order, p)
		}
		p.text = append(p.text, event.Output...)
		for range strings.Count(event.Output, "\n") {
			p.lines[len(p.lines)-1] = i + 1 // the event that ends a line stands for it
			p.lines = append(p.lines, i+1)
		}
	}
	var lines []int
	for _, p := range order {
		if !bytes.HasSuffix(p.text, []byte("\n")) {
			p.text = append(p.text, '\n')
			p.lines = append(p.lines, 0)
		}
		text = append(text, p.text...)
		lines = append(lines, p.lines[:len(p.lines)-1]...)
	}
	lines = append(lines, 0) // the end
	return text, func(line int) int { return lines[min(max(line, 1), len(lines))-1] }, nil
}

// eventError locates what is wrong with a line of go test -json.
func eventError(name string, line int, err error) error {
	e := &Error{File: name, Line: line, Column: 1, Msg: "not an event of go test -json: " + err.Error()}
	var s *json.SyntaxError
	if errors.As(err, &s) {
		e.Column = int(max(s.Offset, 1))
	}
	return e
}

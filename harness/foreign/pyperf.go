package foreign

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
)

// Pyperf reads a suite of pyperf, .json or .json.gz: every run is a process.
// Runs without values calibrated the tool and are no data, nor are warm-ups.
func Pyperf(name string, r io.Reader) (*Result, error) {
	r, err := unzip(name, r)
	if err != nil {
		return nil, err
	}
	d, err := parse(name, r)
	if err != nil {
		return nil, err
	}
	if !d.root.is(kindObject) {
		return nil, d.err
	}
	if v := d.root.need("version"); v.str() != "1.0" {
		v.fail("is %s; version 1.0 of the format can be read: convert the file with a current pyperf (python3 -m pyperf convert --help)", v.shown())
	}
	res := &Result{Format: FormatPyperf, Tool: "pyperf"}
	suite := metadata{d.root.get("metadata")}
	items := d.root.need("benchmarks").list()
	for i, item := range items {
		b := pyperfBenchmark(item, suite, len(items) == 1)
		if i == 0 {
			meta := append(suite, item.get("metadata"))
			res.Tool = versioned(res.Tool, meta.get("perf_version"))
			res.describe(meta.get("hostname").str(), meta.get("cpu_model_name").str(), meta.get("platform").str())
			res.Started = meta.under(firstRun(item)).get("date").str()
		}
		res.Benchmarks = append(res.Benchmarks, b)
	}
	return res.finish(d)
}

// unzip sees through gzip, by its first bytes.
func unzip(name string, r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(r)
	if head, _ := b.Peek(2); !bytes.Equal(head, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return z, nil
}

// metadata is what pyperf says of a run: what is equal for all runs stands at
// the benchmark, and what is equal for all benchmarks at the suite.
type metadata []*node

// under adds what n, a benchmark or a run, says itself.
func (m metadata) under(n *node) metadata {
	return append(m[:len(m):len(m)], n.get("metadata"))
}

// get finds a value, the innermost first.
func (m metadata) get(key string) *node {
	for i := len(m) - 1; i >= 0; i-- {
		if v := m[i].get(key); v != nil {
			return v
		}
	}
	return nil
}

func firstRun(benchmark *node) *node {
	if runs := benchmark.get("runs"); runs != nil && runs.kind == kindList && len(runs.items) > 0 {
		return runs.items[0]
	}
	return nil
}

func pyperfBenchmark(n *node, suite metadata, alone bool) Benchmark {
	meta := suite.under(n)
	b := Benchmark{Granularity: GranularitySamples}
	switch name := meta.get("name"); {
	case name != nil:
		b.Name = name.name()
	case alone:
		b.Name = "benchmark" // pyperf can do without a name where there is one only
	default:
		n.fail("has no name in its metadata")
	}
	if unit := meta.get("unit"); unit != nil && unit.str() != "second" {
		unit.fail("is measured in %s; only times can be compared", unit.shown())
	}
	for _, item := range n.need("runs").list() {
		values := item.get("values")
		if values == nil {
			continue
		}
		run, batch := pyperfRun(values, meta.under(item))
		if batch {
			b.Granularity = GranularityMeans
		}
		b.Runs = append(b.Runs, run)
	}
	if len(b.Runs) == 0 {
		n.fail("has no run with values")
	}
	return b
}

// pyperfRun reads the values of a process. Each is the mean of
// loops x inner_loops iterations; batch says that this is more than one.
func pyperfRun(values *node, meta metadata) (run Run, batch bool) {
	iterations := 1.0
	for _, key := range []string{"loops", "inner_loops"} {
		if n := meta.get(key); n != nil {
			iterations *= float64(n.count())
		}
	}
	if iterations > maxIterations {
		values.fail("of %g iterations", iterations)
		iterations = 1
	}
	run = batches(values.durations(perSecond), int64(math.Max(iterations, 1)))
	if rss := meta.get("mem_max_rss"); rss != nil {
		run.MaxRSS = rss.count()
	}
	return run, iterations > 1
}

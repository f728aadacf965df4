package foreign

import "io"

// perSecond is how many nanoseconds the Python tools' unit has.
const perSecond = 1e9

// PytestBenchmark reads the file of pytest --benchmark-json=FILE, or one that
// --benchmark-autosave or --benchmark-save made (without --benchmark-save-data
// those hold means only).
func PytestBenchmark(name string, r io.Reader) (*Result, error) {
	d, err := parse(name, r)
	if err != nil {
		return nil, err
	}
	res := &Result{Format: FormatPytestBenchmark, Tool: "pytest-benchmark"}
	if !d.root.is(kindObject) {
		return nil, d.err
	}
	res.Tool = versioned(res.Tool, d.root.get("version"))
	res.Started = d.root.get("datetime").str()
	machine := d.root.get("machine_info")
	res.describe(machine.get("node").str(), machine.get("cpu").get("brand_raw").str(), machine.get("system").str())
	for _, item := range d.root.need("benchmarks").list() {
		res.Benchmarks = append(res.Benchmarks, pytestBenchmark(item))
	}
	return res.finish(d)
}

// finish is the end of every reader of one JSON document.
func (r *Result) finish(d *document) (*Result, error) {
	if d.err == nil && len(r.Benchmarks) == 0 {
		d.root.fail("holds no benchmark")
	}
	if d.err == nil {
		d.err = r.unique(d.file)
	}
	if d.err != nil {
		return nil, d.err
	}
	r.checkMeans()
	return r, nil
}

// versioned is a tool's name with its version, if the file says it.
func versioned(tool string, version *node) string {
	if v := version.str(); v != "" {
		return tool + " " + v
	}
	return tool
}

func pytestBenchmark(n *node) Benchmark {
	stats := n.need("stats")
	b := Benchmark{
		Name:        n.need("fullname").name(),
		Alias:       n.get("name").str(),
		MeanNS:      stats.need("mean").duration(perSecond),
		Granularity: GranularitySamples,
	}
	iterations := int64(1)
	if n := stats.get("iterations"); n != nil {
		iterations = n.count()
	}
	data := stats.get("data")
	if data == nil { // the statistics alone: the mean is all that can be judged
		b.Granularity = GranularityMean
		b.Runs = []Run{{SamplesNS: []float64{b.MeanNS}}}
		return b
	}
	if iterations > 1 {
		b.Granularity = GranularityMeans
	}
	b.Runs = []Run{batches(data.durations(perSecond), iterations)}
	if rounds := stats.get("rounds"); rounds != nil && rounds.count() != int64(len(data.items)) {
		data.fail("holds %d values, but the benchmark had %s rounds", len(data.items), rounds.shown())
	}
	return b
}

// batches turns means of so many iterations back into the times of them all,
// so that a record shows what was timed.
func batches(means []float64, iterations int64) Run {
	if iterations <= 1 {
		return Run{SamplesNS: means}
	}
	r := Run{SamplesNS: make([]float64, len(means)), Iterations: make([]int64, len(means))}
	for i, m := range means {
		r.SamplesNS[i] = m * float64(iterations)
		r.Iterations[i] = iterations
	}
	return r
}

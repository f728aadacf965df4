package foreign

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Criterion reads a target/criterion directory, or that of one benchmark, in
// the layouts of all versions since 0.2: of the directories that hold a "new"
// with data, else a "base", each is one benchmark. "change" and "report", and
// baselines that were saved under other names, are not measurements of now.
//
// Paths in errors are those within fsys.
func Criterion(fsys fs.FS) (*Result, error) {
	dirs, err := criterionDirs(fsys)
	if err != nil {
		return nil, err
	}
	if len(dirs) == 0 {
		return nil, &Error{File: ".", Msg: "there is no benchmark of Criterion here: want GROUP/FUNCTION/new/sample.json, as in target/criterion"}
	}
	res := &Result{Format: FormatCriterion}
	for _, dir := range dirs {
		b, err := criterionBenchmark(fsys, dir, res)
		if err != nil {
			return nil, err
		}
		res.Benchmarks = append(res.Benchmarks, *b)
	}
	res.checkMeans()
	return res, res.unique(".")
}

// criterionDirs are the directories with the measurement of each benchmark.
// Functions may themselves be called new, base or change, so only what is
// inside tells.
func criterionDirs(fsys fs.FS) ([]string, error) {
	var dirs []string
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case strings.Count(p, "/") > maxDepth:
			return &Error{File: p, Msg: "nested too deeply"}
		}
		for _, name := range []string{"new", "base"} {
			if holdsCriterion(fsys, path.Join(p, name)) {
				dirs = append(dirs, path.Join(p, name))
				break
			}
		}
		return nil
	})
	return dirs, err
}

// holdsCriterion reports whether a directory has files of a measurement; some
// may be missing, which is then an error worth telling.
func holdsCriterion(fsys fs.FS, dir string) bool {
	for _, name := range []string{"sample.json", "benchmark.json"} {
		if st, err := fs.Stat(fsys, path.Join(dir, name)); err == nil && !st.IsDir() {
			return true
		}
	}
	return false
}

func criterionBenchmark(fsys fs.FS, dir string, res *Result) (*Benchmark, error) {
	b := &Benchmark{Granularity: GranularitySamples}
	err := readJSON(fsys, path.Join(dir, "benchmark.json"), func(d *document) { b.Name = criterionName(d.root) })
	if err != nil {
		return nil, err
	}
	if err := criterionUnit(fsys, path.Join(dir, "raw.csv")); err != nil {
		return nil, err
	}
	run := Run{}
	err = readJSON(fsys, path.Join(dir, "sample.json"), func(d *document) { run = criterionSample(d.root) })
	if err != nil {
		return nil, err
	}
	b.Runs = []Run{run}
	err = readJSON(fsys, path.Join(dir, "estimates.json"), func(d *document) { b.MeanNS = criterionMean(d.root) })
	if errors.Is(err, fs.ErrNotExist) {
		res.warnf("%s: there is no estimates.json to check the mean of the samples against", Shown(b.Name))
		err = nil
	}
	if path.Base(dir) == "base" {
		res.warnf("%s: there is no new/: base/ was read", Shown(b.Name))
	}
	return b, err
}

// readJSON parses a file and lets read take what it needs.
func readJSON(fsys fs.FS, name string, read func(*document)) error {
	f, err := fsys.Open(name)
	if err != nil {
		return pathless(err, name)
	}
	defer f.Close()
	d, err := parse(name, f)
	if err != nil {
		return err
	}
	read(d)
	return d.err
}

// pathless puts the name first and leaves the system call out.
func pathless(err error, name string) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return fmt.Errorf("%s: %w", name, err)
}

// criterionName is what Criterion calls the benchmark in its output. The names
// of directories are not used: characters that no file name may hold are
// replaced in them, and long ones are cut.
func criterionName(n *node) string {
	if !n.is(kindObject) {
		return ""
	}
	if full := n.get("full_id"); full != nil {
		return full.name()
	}
	name := n.need("group_id").name()
	for _, key := range []string{"function_id", "value_str"} {
		if part := n.get(key); part != nil {
			name += "/" + part.str()
		}
	}
	return name
}

// criterionSample reads an object of iters and times, or as before version
// 0.3.4 a list of both.
func criterionSample(n *node) Run {
	var iters, times *node
	if n.kind == kindList {
		if len(n.items) != 2 {
			n.fail("want two lists, iterations and times; found %d", len(n.items))
			return Run{}
		}
		iters, times = n.items[0], n.items[1]
	} else {
		iters, times = n.need("iters"), n.need("times")
	}
	run := Run{SamplesNS: times.durations(1)}
	for _, item := range iters.list() {
		run.Iterations = append(run.Iterations, item.count())
	}
	if n.doc.err == nil && len(run.Iterations) != len(run.SamplesNS) {
		iters.fail("%d counts of iterations for %d times", len(run.Iterations), len(run.SamplesNS))
	}
	return run
}

// criterionMean is the mean that Criterion shows: that of the samples' times
// per iteration, in both sampling modes. The slope it shows in linear mode is
// another estimate of the same.
func criterionMean(n *node) float64 {
	if !n.is(kindObject) {
		return 0
	}
	mean := n.get("mean")
	if mean == nil {
		mean = n.get("Mean") // before version 0.3.4
	}
	if mean == nil {
		mean = n.need("mean")
	}
	return mean.need("point_estimate").duration(1)
}

// criterionUnit refuses measurements of anything but time. Only raw.csv tells,
// which newer versions write if asked to.
func criterionUnit(fsys fs.FS, name string) error {
	f, err := fsys.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return pathless(err, name)
	}
	defer f.Close()
	data, err := readAll(name, f)
	if err != nil {
		return err
	}
	rows := csv.NewReader(strings.NewReader(string(data)))
	head, err := rows.Read()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i, column := range head {
		if column != "unit" {
			continue
		}
		if first, err := rows.Read(); err == nil && first[i] != "ns" {
			return &Error{File: name, Line: 2, Msg: fmt.Sprintf("measures in %s, not in ns: only times can be compared", quote(first[i]))}
		}
	}
	return nil
}

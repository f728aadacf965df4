package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"xbench/compare"
	"xbench/harness/config"
	"xbench/harness/protocol"
	"xbench/harness/record"
)

// exports are the files in hyperfine's formats, "" = not wanted.
type exports struct{ json, markdown, csv string }

func addExportFlags(f *pflag.FlagSet) {
	f.String("export-json", "", "write the launches to this `file`, as hyperfine would")
	f.String("export-markdown", "", "write a table to this `file`, as hyperfine would, with the interval of the ratio")
	f.String("export-csv", "", "write the summary to this `file`, as hyperfine would")
}

func readExports(c *cobra.Command) exports {
	get := func(name string) string {
		s, _ := c.Flags().GetString("export-" + name)
		return s
	}
	return exports{get("json"), get("markdown"), get("csv")}
}

// An exporter writes what was measured in one format.
type exporter struct {
	flag, path string
	write      func([]exported) ([]byte, error)
}

func (e exports) wanted() []exporter {
	all := []exporter{{"--export-json", e.json, exportJSON}, {"--export-markdown", e.markdown, exportMarkdown}, {"--export-csv", e.csv, exportCSV}}
	return slices.DeleteFunc(all, func(x exporter) bool { return x.path == "" })
}

// check says before anything is measured that a file cannot be written, or that
// there will be nothing for it.
func (e exports) check(impls []config.Implementation) error {
	for _, x := range e.wanted() {
		if slices.ContainsFunc(impls, func(im config.Implementation) bool { return im.Kind() != record.KindCommand }) {
			return fmt.Errorf("%s is about commands, whose launches are timed; of workers there are record.txt and summary.json", x.flag)
		}
		f, err := os.OpenFile(x.path, os.O_WRONLY|os.O_CREATE, 0o644)
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", x.flag, bare(err))
		}
	}
	return nil
}

// bare is an error of a file without the operation.
func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}

// write writes all of them, also after a failure.
func (e exports) write(rec *record.Record, res *compare.Result) error {
	var failed []error
	results := exportedOf(rec, res)
	for _, x := range e.wanted() {
		data, err := x.write(results)
		if err == nil {
			err = os.WriteFile(x.path, data, 0o644)
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", x.flag, bare(err)))
		}
	}
	return errors.Join(failed...)
}

// An exported is one command line of one row. Times are in seconds.
type exported struct {
	command    string // or its name, where it was given one
	parameters []parameter
	times      []float64
	user, sys  []float64
	memory     []int64 // none where a peak is only an upper bound, or not known
	bounded    bool
	exits      []int64
	ratio      compare.Interval // its time by the reference's; zero where there is none
	reference  bool
}

type parameter struct{ name, value string }

// exportedOf collects the launches that are data, by row and then side.
func exportedOf(rec *record.Record, res *compare.Result) []exported {
	var out []exported
	named := named(rec.Plan.Implementations, rec.Plan.Suite)
	for _, row := range rec.Plan.Rows {
		if row.Startup {
			continue // hyperfine has no such row, and what plots its files would show it as one more command
		}
		for i, im := range rec.Plan.Implementations {
			x := exported{command: commandText(im, row), reference: im.Name == rec.Plan.Reference}
			if named[i] {
				x.command = nameText(im.Name, row, rec.Plan.Rows)
			}
			for _, p := range row.Params {
				x.parameters = append(x.parameters, parameter{p.Name, fmt.Sprint(p.Value)})
			}
			for _, p := range rec.Processes {
				if p.Row == row.Name && p.Impl == im.Name && p.Failure == nil && len(p.SamplesNS) == 1 {
					x.add(&p)
				}
			}
			for _, r := range res.Rows {
				if r.Name == row.Name && r.Candidate == im.Name && r.Speedup.Ratio > 0 {
					x.ratio = compare.Interval{Ratio: 1 / r.Speedup.Ratio, Lo: 1 / r.Speedup.Hi, Hi: 1 / r.Speedup.Lo}
				}
			}
			if len(x.times) > 0 {
				out = append(out, x)
			}
		}
	}
	return out
}

func (x *exported) add(p *record.Process) {
	x.times = append(x.times, p.SamplesNS[0]/1e9)
	x.user = append(x.user, float64(p.Usage.UserNS)/1e9)
	x.sys = append(x.sys, float64(p.Usage.SystemNS)/1e9)
	if x.bounded = x.bounded || p.Usage.MaxRSSAtMost || p.Usage.MaxRSS == 0; x.bounded {
		x.memory = nil // a file that plots and tables are made of has no "at most"
	} else {
		x.memory = append(x.memory, p.Usage.MaxRSS)
	}
	var status int64
	_, _ = fmt.Sscanf(p.Exit, "exit status %d", &status)
	x.exits = append(x.exits, status)
}

// named reports which implementations were given a name, which hyperfine writes
// in the place of the command line. A name that was made of the command line
// counts where that would stand there twice: who reads the file could not tell
// one command from the other.
func named(impls []record.Implementation, suite string) []bool {
	var lines [][]string
	for _, im := range impls {
		lines = append(lines, config.ExpandKnown(im.Command, nil))
	}
	if suite != commandRow { // a configuration names all of them
		return slices.Repeat([]bool{true}, len(impls))
	}
	out, made, taken := make([]bool, len(impls)), commandNames(lines), make(map[string]bool)
	for i, im := range impls {
		name := unlike(made[i], taken)
		taken[im.Name] = true
		out[i] = im.Name != name
		for j, line := range lines {
			out[i] = out[i] || i != j && slices.Equal(line, lines[i])
		}
	}
	return out
}

// nameText is a name, with the parameters where a value of one is in it: who
// reads the file takes a value in the only word for part of the program.
func nameText(name string, row record.Row, all []record.Row) string {
	if !slices.ContainsFunc(all, func(r record.Row) bool {
		return slices.ContainsFunc(r.Params, func(p protocol.Param) bool { return strings.Contains(name, fmt.Sprint(p.Value)) })
	}) {
		return name
	}
	for _, p := range row.Params {
		name += fmt.Sprintf(" %s=%v", p.Name, p.Value)
	}
	return name
}

// commandText is the command line as it was launched for a row.
func commandText(im record.Implementation, row record.Row) string {
	vars := map[string]string{"benchmark": row.ID, "nonce": "0"}
	for _, p := range row.Params {
		vars[p.Name] = fmt.Sprint(p.Value)
	}
	var words []string
	for _, a := range config.ExpandKnown(im.Command, vars) {
		words = append(words, quotedWord(a))
	}
	return strings.Join(words, " ")
}

// quotedWord is quoted, but for paths too.
func quotedWord(s string) string {
	if strings.ReplaceAll(s, "/", "") == "" || quoted(strings.NewReplacer("/", "", ":", "", "+", "").Replace(s)) != strings.NewReplacer("/", "", ":", "", "+", "").Replace(s) {
		return quoted(s)
	}
	return s
}

func average(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

// deviation is the sample standard deviation; of one launch there is none.
func deviation(xs []float64) (float64, bool) {
	if len(xs) < 2 {
		return 0, false
	}
	m, sum := average(xs), 0.0
	for _, x := range xs {
		sum += (x - m) * (x - m)
	}
	return math.Sqrt(sum / float64(len(xs)-1)), true
}

func middle(xs []float64) float64 {
	s := slices.Sorted(slices.Values(xs))
	n := len(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}

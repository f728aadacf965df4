package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"xbench/cmd/xbench/internal/loop"
	"xbench/compare"
	"xbench/compare/report"
	"xbench/configs"
	"xbench/harness"
	"xbench/harness/config"
	"xbench/harness/record"
	"xbench/harness/strictyaml"
)

// A comparison is what the flags of compare ask for.
type comparison struct {
	*app
	goals, gate, inconclusive, output string
	explain, impl, by                 string
	asJSON, explains, accept          bool

	baseline                bool // two records instead of one
	hostMismatch, tolerance string
}

func (a *app) compareCommand() *cobra.Command {
	x := &comparison{app: a}
	c := &cobra.Command{
		Use:   "compare RECORD | compare --baseline OLD NEW",
		Short: "judge a record again: same record, same goals, same answer",
		Long: `compare reads the record of one run and gives its table, report and exit code
again. It measures nothing: the same record and goals give byte-identical
output, and the run's own goals give the run's own verdict.

Goals from another file were not part of the plan: the result is labelled
unplanned, and exits 3 at best.

The record of a run that was interrupted or killed is judged by what it holds,
and exits by that verdict; xbench run --resume measures the rest.

--by compares the values of a knob with each other instead, within every
implementation: which executor is the fastest for which work, what is tied with
it, and by how much the others are slower.

--explain prints the arithmetic of one verdict instead: every number from the
processes' medians to the interval, to be worked out again with a pocket
calculator and a table of Student's t. It takes a benchmark, "mean", a category
or a goal ('goal: CLAIM'), or a part of the name that no other has.

--baseline takes two records and compares each implementation with itself, then
and now: by default every candidate that both hold, one table each, with the
reference as a control of what the host did in between. The sides were not
measured in turns, so that the interval is wider by an assumed 5 % between
sessions on either side: what got slower beyond it exits 1, everything else 3.
To prove that nothing did, measure both builds in one run.

--accept-imported lets data of other tools, as xbench import makes records of,
prove a goal. Without it such a record exits 3 at best. No goal is older than
such data, so that those of --goals count as those of the import do.`,
		Example: `  xbench compare xbench-results/latest
  xbench compare xbench-results/latest --explain fanout_3_workers
  xbench compare xbench-results/latest --by workers
  xbench compare xbench-results/latest --gate target
  xbench compare record.txt --goals stricter.yaml
  xbench compare --baseline main/record.txt branch/record.txt --tolerance 10%`,
		Args: x.args,
		RunE: func(c *cobra.Command, args []string) error {
			x.explains = c.Flags().Changed("explain")
			if x.explains && x.explain == "" {
				return errors.New("--explain needs a benchmark, a category, a goal or \"mean\"; the table lists them")
			}
			if x.baseline {
				return x.thenAndNow(args[0], args[1])
			}
			if err := goesWith(c, "baseline", "tolerance", "host-mismatch"); err != nil {
				return err
			}
			return x.one(args[0])
		},
	}
	f := c.Flags()
	f.StringVar(&x.goals, "goals", "", "judge by the goals in this `file` instead of the plan's")
	f.StringVar(&x.gate, "gate", "", "which goals decide: minimum, target, stretch or none (default: the run's)")
	f.StringVar(&x.inconclusive, "inconclusive", "", "treat goals without enough evidence as fail (exit 3) or pass")
	f.StringVarP(&x.output, "output", "o", "", "also write the report files into this `directory`")
	f.StringVar(&x.by, "by", "", "compare the values of this `knob` with each other, e.g. executor")
	f.StringVar(&x.explain, "explain", "", "print the arithmetic of the verdict about this `benchmark`, mean or goal")
	f.StringVar(&x.impl, "impl", "", "of several candidates, explain only this `implementation`; the one to compare with --baseline")
	f.BoolVar(&x.asJSON, "json", false, "print summary.json, or an explanation as JSON, instead of text")
	f.BoolVar(&x.accept, "accept-imported", false, "let imported data prove goals, though its sides were not measured in turns")
	f.BoolVar(&x.baseline, "baseline", false, "compare an implementation with itself, in two records: OLD NEW")
	f.StringVar(&x.tolerance, "tolerance", "5%", "with --baseline: how much slower a row may have become")
	f.StringVar(&x.hostMismatch, "host-mismatch", "fail", "with --baseline, records of two hosts: fail, or warn and let nothing gate")
	c.MarkFlagsMutuallyExclusive("explain", "output")
	c.MarkFlagsMutuallyExclusive("explain", "by")
	c.MarkFlagsMutuallyExclusive("baseline", "by")
	c.MarkFlagsMutuallyExclusive("baseline", "accept-imported")
	c.MarkFlagsMutuallyExclusive("goals", "tolerance")
	return c
}

// goesWith refuses flags that mean nothing without another.
func goesWith(c *cobra.Command, with string, flags ...string) error {
	for _, name := range flags {
		if c.Flags().Changed(name) {
			return fmt.Errorf("--%s goes with --%s", name, with)
		}
	}
	return nil
}

// one judges the record of a run.
func (x *comparison) one(path string) error {
	rec, err := readRecord(path)
	if err != nil {
		return err
	}
	opt, err := compareOptions(rec, x.goals, x.gate, x.inconclusive)
	if err != nil {
		return err
	}
	opt.By, opt.Accept = x.by, x.accept
	if x.accept && rec.Plan.Unpaired == nil {
		x.warn("--accept-imported: nothing of this record was imported, so that it changes nothing")
	}
	if x.explains {
		return x.explained(rec, opt, x.explain, x.impl, x.asJSON)
	}
	res, err := compare.Analyze(rec, opt)
	if err != nil {
		return whichRun(rec, err)
	}
	x.tellUnfinished(rec, path)
	return x.showComparison(report.New(rec, res), res.Exit, x.asJSON, x.output)
}

// explained shows how a verdict came about. It judges nothing anew, so that the
// exit code says only whether there was something to explain.
func (a *app) explained(rec *record.Record, opt compare.Options, what, candidate string, asJSON bool) error {
	es, err := compare.Explain(rec, opt, what, candidate)
	if err != nil {
		return fmt.Errorf("--explain: %w", err)
	}
	if asJSON {
		return report.ExplainJSON(a.out, es)
	}
	return report.Explain(a.out, es)
}

// tellUnfinished says of the record of a run that was killed or interrupted
// that it holds less than was planned. The verdict is that of what is there.
func (a *app) tellUnfinished(rec *record.Record, path string) {
	if end := rec.Ended(); end != "" && end != record.NoteInterrupt || rec.Plan.Unpaired != nil {
		return
	}
	rest, err := harness.Unfinished(rec, loop.Decide)
	if err != nil || rest.Done {
		return
	}
	fmt.Fprintf(a.err, "unfinished: %d of at most %s; go on with: xbench run --resume %s\n", rest.Rounds, plural(rec.Plan.RMax, "round"), filepath.ToSlash(path))
}

// args are a record, or an old one and a new one.
func (x *comparison) args(c *cobra.Command, args []string) error {
	switch {
	case x.baseline && len(args) != 2:
		return errors.New("compare --baseline needs two records, the old one first, e.g. xbench compare --baseline xbench-results/2026-03-14T09-26-53Z xbench-results/latest")
	case x.baseline:
		return nil
	case len(args) == 0:
		return errors.New("compare needs a record, e.g. xbench compare xbench-results/latest")
	case len(args) == 2:
		return errors.New("compare judges one record; an old and a new one of the same program are compared with --baseline")
	}
	return cobra.ExactArgs(1)(c, args)
}

// readRecord knows the directory that holds the results of several runs, which
// is easily named instead of one of them.
func readRecord(path string) (*record.Record, error) {
	rec, err := harness.ReadRecord(path)
	if errors.Is(err, fs.ErrNotExist) {
		for _, usual := range []string{"latest", filepath.Join(defaultOutput, "latest")} {
			latest := filepath.Join(path, usual)
			if _, statErr := os.Stat(filepath.Join(latest, harness.RecordFile)); statErr == nil {
				return nil, fmt.Errorf("%s has no %s of its own (did you mean %s?)", path, harness.RecordFile, filepath.ToSlash(latest))
			}
		}
		if near := nearRecord(path); near != "" {
			return nil, fmt.Errorf("%s: there is no record%s", path, near)
		}
		return nil, fmt.Errorf("%s: there is no record; xbench run makes one, in %s", path, filepath.ToSlash(filepath.Join(defaultOutput, "latest")))
	}
	return rec, err
}

// nearRecord is what was probably meant by a path without a record: another name
// beside it.
func nearRecord(path string) string {
	others := slices.DeleteFunc(neighbours(path), func(name string) bool { return name == filepath.Base(path) })
	return strictyaml.DidYouMean(filepath.Base(path), others)
}

func compareOptions(rec *record.Record, goals, gate, inconclusive string) (compare.Options, error) {
	opt := compare.Options{Gate: gate, Inconclusive: inconclusive}
	if gate != "" {
		if err := oneOf("gate", gate, "minimum", "target", "stretch", "none"); err != nil {
			return opt, err
		}
	}
	if inconclusive != "" {
		if err := oneOf("inconclusive", inconclusive, "fail", "pass"); err != nil {
			return opt, err
		}
	}
	if goals == "" {
		return opt, nil
	}
	data, err := readNamed("--goals", goals)
	if err != nil {
		return opt, err
	}
	opt.Replace = true
	opt.Goals, err = goalScope(rec, goals, data).DecodeGoals(goals, data)
	return opt, err
}

// goalScope is what the goals of a file may speak of: what the record holds,
// and what the file's own benchmarks are if it is a whole configuration, or
// the demo's if the record is one of the demo. Goals about what the run's suite
// does not hold are then left out, and not taken for mistakes.
func goalScope(rec *record.Record, name string, data []byte) compare.Scope {
	s := compare.ScopeOf(&rec.Plan)
	add := func(c *config.Config, err error) {
		if err == nil {
			s.Rows = append(s.Rows, (&project{Config: c}).scope().Rows...)
		}
	}
	add(config.Load(name, data))
	if rec.Plan.Demo {
		add(config.Load(demoName, configs.Demo))
	}
	return s
}

// showComparison shows a judged record, writes its report where output names a
// directory, and ends with the exit code.
func (a *app) showComparison(view *report.View, code int, asJSON bool, output string) error {
	if err := a.showReport(view, asJSON, output); err != nil {
		return err
	}
	if code != exitOK {
		return exitError(code)
	}
	return nil
}

func (a *app) showReport(view *report.View, asJSON bool, output string) error {
	path := ""
	var written error
	if output != "" {
		files := view.Files()
		written = errors.Join(removeStale(output, files),
			writeReport(func(name string) (*os.File, error) { return harness.CreateIn(output, name) }, files, a.warn))
		path = filepath.ToSlash(filepath.Join(output, report.HTMLFile))
	}
	return errors.Join(written, a.show(view, asJSON, true, path))
}

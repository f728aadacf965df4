package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

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

func (a *app) compareCommand() *cobra.Command {
	var goals, gate, inconclusive, output string
	var explain, candidate, by string
	var asJSON bool
	c := &cobra.Command{
		Use:   "compare RECORD",
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
or a goal ('goal: CLAIM'), or a part of the name that no other has.`,
		Example: `  xbench compare xbench-results/latest
  xbench compare xbench-results/latest --explain fanout_3_workers
  xbench compare xbench-results/latest --by workers
  xbench compare xbench-results/latest --gate target
  xbench compare record.txt --goals stricter.yaml`,
		Args: oneRecord,
		RunE: func(c *cobra.Command, args []string) error {
			rec, err := readRecord(args[0])
			if err != nil {
				return err
			}
			opt, err := compareOptions(rec, goals, gate, inconclusive)
			if err != nil {
				return err
			}
			opt.By = by
			if c.Flags().Changed("explain") {
				if explain == "" {
					return errors.New("--explain needs a benchmark, a category, a goal or \"mean\"; the table lists them")
				}
				return a.explain(rec, opt, explain, candidate, asJSON)
			}
			res, err := compare.Analyze(rec, opt)
			if err != nil {
				return whichRun(rec, err)
			}
			a.tellUnfinished(rec, args[0])
			return a.showComparison(report.New(rec, res), res.Exit, asJSON, output)
		},
	}
	f := c.Flags()
	f.StringVar(&goals, "goals", "", "judge by the goals in this `file` instead of the plan's")
	f.StringVar(&gate, "gate", "", "which goals decide: minimum, target, stretch or none (default: the run's)")
	f.StringVar(&inconclusive, "inconclusive", "", "treat goals without enough evidence as fail (exit 3) or pass")
	f.StringVarP(&output, "output", "o", "", "also write the report files into this `directory`")
	f.StringVar(&by, "by", "", "compare the values of this `knob` with each other, e.g. executor")
	f.StringVar(&explain, "explain", "", "print the arithmetic of the verdict about this `benchmark`, mean or goal")
	f.StringVar(&candidate, "impl", "", "of several candidates, explain only this `implementation`")
	f.BoolVar(&asJSON, "json", false, "print summary.json, or an explanation as JSON, instead of text")
	c.MarkFlagsMutuallyExclusive("explain", "output")
	c.MarkFlagsMutuallyExclusive("explain", "by")
	return c
}

// explain shows how a verdict came about. It judges nothing anew, so that the
// exit code says only whether there was something to explain.
func (a *app) explain(rec *record.Record, opt compare.Options, what, candidate string, asJSON bool) error {
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
	if end := rec.Ended(); end != "" && end != record.NoteInterrupt {
		return
	}
	rest, err := harness.Unfinished(rec, loop.Decide)
	if err != nil || rest.Done {
		return
	}
	fmt.Fprintf(a.err, "unfinished: %d of at most %s; go on with: xbench run --resume %s\n", rest.Rounds, plural(rec.Plan.RMax, "round"), filepath.ToSlash(path))
}

func oneRecord(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return errors.New("compare needs a record, e.g. xbench compare xbench-results/latest")
	}
	return cobra.ExactArgs(1)(c, args)
}

// readRecord knows the directory that holds the results of several runs, which
// is easily named instead of one of them.
func readRecord(path string) (*record.Record, error) {
	rec, err := harness.ReadRecord(path)
	if errors.Is(err, fs.ErrNotExist) {
		latest := filepath.Join(path, "latest")
		if _, statErr := os.Stat(filepath.Join(latest, harness.RecordFile)); statErr == nil {
			return nil, fmt.Errorf("%s has no %s of its own (did you mean %s?)", path, harness.RecordFile, filepath.ToSlash(latest))
		}
		if near := strictyaml.DidYouMean(filepath.Base(path), neighbours(path)); near != "" {
			return nil, fmt.Errorf("%s: there is no record%s", path, near)
		}
		return nil, fmt.Errorf("%s: there is no record; xbench run makes one, in %s", path, filepath.ToSlash(filepath.Join(defaultOutput, "latest")))
	}
	return rec, err
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

func (a *app) showComparison(view *report.View, code int, asJSON bool, output string) error {
	path := ""
	var written error
	if output != "" {
		files := view.Files()
		written = errors.Join(removeStale(output, files),
			writeReport(func(name string) (*os.File, error) { return harness.CreateIn(output, name) }, files, a.warn))
		path = filepath.ToSlash(filepath.Join(output, report.HTMLFile))
	}
	if err := errors.Join(written, a.show(view, asJSON, true, path)); err != nil {
		return err
	}
	if code != exitOK {
		return exitError(code)
	}
	return nil
}

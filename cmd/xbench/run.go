package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"xbench/cmd/xbench/internal/loop"
	"xbench/compare"
	"xbench/compare/report"
	"xbench/harness"
	"xbench/harness/config"
	"xbench/harness/host"
	"xbench/harness/record"
)

func (a *app) runCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "run",
		Short: "check that all do the same work, measure in rounds, judge, report",
		Long: `run checks that all implementations do the same work, measures them in rounds
of fresh processes until every goal is settled or the budget ends, writes the
record after every process, prints the verdict and writes the report.

Without an xbench.yaml here or above, the bundled demo runs: five DAG build
executors and a state-graph engine, Go against Python.

A --sweep runs each chosen benchmark at several values of a knob and ends in how
time grows with it. Swept rows are part of no goal, so nothing gates unless
--gate says so.

A --command is split into arguments as a shell would, without running one; so
are --setup, --prepare, --conclude, --cleanup and --startup. Braces stand for
themselves, but for {VAR} of a -L or -P. The first --command is the reference.
docs/commands.md goes through hyperfine's options and what they are here.

A run that was interrupted, was killed or used up its budget goes on with
--resume and its results directory: same plan, same record, nothing measured
twice. Everything must be as it was; what is not is named. Seen are programs, the
files that command lines name, and what lies in the dir: of a worker or adapter;
what is loaded from elsewhere is not.`,
		Example: `  xbench run
  xbench run --suite graph --budget 10m
  xbench run --filter 'build/light.*memory' --gate none
  xbench run --filter fanout_3 --sweep width=1,4,16,50 --rounds 5
  xbench run --command './old 30' --command './new 30'
  xbench run --command 'sort a.txt' --name plain --command 'sort -S1G a.txt' --name large --budget 1m
  xbench run --command './old {n}' --command './new {n}' -L n 10,100,1000 --warmup 3 --export-json times.json
  xbench run --command 'python3 old.py' --startup 'python3 -c pass' --command ./new --startup true
  xbench run --resume xbench-results/latest --budget 5m`,
		Args: a.onlyFlags,
		RunE: func(c *cobra.Command, _ []string) error { return blame(c, a.runMain(c)) },
	}
	f := c.Flags()
	f.String("config", "", "configuration `file` (default: xbench.yaml here or above, else the demo)")
	f.String("suite", "", "which `suite` of benchmarks (the demo's default: quick)")
	f.String("filter", "", "only benchmarks whose name matches this `regexp`")
	f.StringArray("sweep", nil, "run each benchmark at several values: `knob=v,v,...`")
	f.StringArray("impl", nil, "only this implementation; may be repeated")
	f.String("goals", "", "take the goals from this `file`")
	f.String("gate", "", "which goals decide: minimum, target, stretch or none (default minimum; of a --sweep none)")
	f.String("inconclusive", "", "treat goals without enough evidence as fail (exit 3) or pass, whatever they say themselves")
	f.Duration("budget", 0, "stop measuring after this `time` (default: the suite's)")
	f.Int("rounds", 0, "plan for `n` rounds (2 to 45) and no budget")
	f.Duration("spacing", 0, "`time` between two rounds of a benchmark (default: the suite's; of a --command as far as --budget allows, 5s at most, else none)")
	f.Uint64("seed", 0, "seed of orders and inputs (default: drawn, and recorded)")
	f.StringP("output", "o", "", "`directory` for results (default xbench-results)")
	addCommandFlags(f)
	addExportFlags(f)
	f.String("resume", "", "go on with the run in this results `directory`")
	f.Bool("json", false, "print summary.json instead of the table")
	f.BoolP("quiet", "q", false, "no progress")
	f.Bool("dry-run", false, "start every worker once, show what would run, measure nothing")
	return c
}

func (a *app) runMain(c *cobra.Command) error {
	if c.Flags().Changed("resume") {
		return a.resumeMain(c)
	}
	f, p, err := readRunFlags(c)
	if err != nil {
		return err
	}
	r := &oneRun{app: a, runFlags: f, p: p, began: time.Now(), progress: newProgress(a.err, f.quiet)}
	defer r.progress.clear()
	if r.shaped, err = a.shaped(c); err != nil {
		return err
	}
	if err := r.choose(); err != nil {
		return err
	}
	if f.dryRun {
		return r.showPlan(c.Context())
	}
	err = r.do(c.Context())
	if errors.Is(err, context.Canceled) && !r.measuring {
		r.progress.clear()
		return nothingSaved{err}
	}
	return err
}

// oneRun is xbench run from the choice of rows to the report.
type oneRun struct {
	*app
	runFlags
	p         *project
	progress  *progress
	shaped    []string // the command line that makes this run anywhere
	dir       string   // where the results are, as a person would write it
	began     time.Time
	suiteOf   config.Suite
	measuring bool // the record has been begun: an interrupt ends in a report
	rows      []record.Row
	filtered  []record.Row // rows of the suite that --filter leaves out
	sweeps    []config.Sweep
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// do measures and reports.
func (r *oneRun) do(ctx context.Context) error {
	r.banner()
	machine := detectHost()
	r.progress.host(machine)
	lab, err := harness.NewLab(ctx, r.labOptions())
	if err != nil {
		return err
	}
	r.progress.implementations(lab.Implementations(), lab.Reference())
	if err := r.bind(lab); err != nil {
		return err
	}
	if err := r.refused(ctx, lab); err != nil {
		return err
	}
	defer r.cleanUp(ctx, lab)
	if err := lab.SetUp(ctx, r.rows); err != nil {
		return err
	}
	timing := r.timing(lab)
	asked := harness.PlanOptions{
		Suite: r.suiteOf.Name, Filter: r.filter, Demo: r.p.demo, Args: r.shaped, Dir: workingDir(), Tool: version, Run: r.began.UTC().Format("20060102T150405Z"),
		Started: r.began, Seed: r.seed, Gate: r.gate, Inconclusive: r.inconclusive, Goals: r.p.goals, Removed: r.removed(), Absent: r.absent(), LeftOut: r.leftOut(), SameOutput: r.p.SameOutput.As,
		Timing: timing, Spacing: r.suiteOf.Spacing, Spread: r.spread(), Budget: r.budget, MinRounds: r.suiteOf.MinRounds, Rounds: r.rounds, Spent: time.Since(r.began),
		Host: machine, Looks: compare.PlanLooks,
	}
	notes, cals, err := r.prepare(ctx, lab, asked)
	if err != nil {
		return err
	}
	asked.Spent = time.Since(r.began)
	plan, err := lab.Plan(r.rows, cals, asked)
	if err != nil {
		return err
	}
	return r.measure(ctx, lab, plan, notes, cals)
}

func (r *oneRun) labOptions() harness.LabOptions {
	return harness.LabOptions{Config: r.p.Config, Only: r.impl, Vars: r.p.vars, Warmups: r.command.warmup, Observe: r.progress.event}
}

// cleanUp runs the cleanup commands, however the run ended. Their failure is
// told, and changes no verdict.
func (r *oneRun) cleanUp(ctx context.Context, lab *harness.Lab) {
	if err := lab.CleanUp(ctx); err != nil {
		r.progress.clear()
		r.warn(err.Error())
	}
}

// prepare checks the work and calibrates, unless that takes more of the budget
// than can be spared: then it says so at once, and not when all is done.
func (r *oneRun) prepare(ctx context.Context, lab *harness.Lab, asked harness.PlanOptions) ([]record.Note, map[string]harness.Calibration, error) {
	defer r.progress.clear()
	spare, short, limited := lab.Spare(r.rows, asked)
	limit, cancel := ctx, func() {}
	if limited && spare <= 0 {
		return nil, nil, short
	} else if limited {
		limit, cancel = context.WithTimeout(ctx, spare)
	}
	defer cancel()
	notes, err := r.sameWork(limit, lab)
	checked := time.Since(r.began)
	var cals map[string]harness.Calibration
	var failed []record.Note
	if err == nil {
		valid := without(r.rows, notes)
		if err := lab.WarmUp(limit, valid); err != nil && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if len(valid) > 0 && !lab.Launches() {
			r.progress.said("calibrate", "%s: how many iterations fill a sample, how long a round takes", plural(len(valid), "benchmark"))
		}
		cals, failed, err = lab.Calibrate(limit, valid, asked.Timing)
		r.tails(failed)
	}
	if err != nil && limit.Err() != nil && ctx.Err() == nil {
		asked.Spent = time.Since(r.began)
		return nil, nil, lab.GivenUp(short, r.rows, cals, checked, asked)
	}
	return append(notes, failed...), cals, err
}

// tails shows what programs printed last that failed before the rounds: their
// one line in the table may be the wrong one.
func (r *oneRun) tails(failed []record.Note) {
	const most = 20 // the report has more
	for _, n := range failed {
		lines := strings.Split(n.Stderr, "\n")
		if len(lines) < 2 {
			continue // the line says it
		}
		r.progress.clear()
		r.warn(fmt.Sprintf("%s of %s failed in calibration, and printed last:\n  %s", n.Row, n.Impl, strings.Join(lines[max(0, len(lines)-most):], "\n  ")))
	}
}

func (r *oneRun) timing(lab *harness.Lab) harness.Timing {
	return lab.Timing(harness.Timing{Sample: r.suiteOf.Sample, Warmup: r.suiteOf.Warmup, Samples: r.suiteOf.Samples})
}

// bind gives the rows their canonical names. A goal must be about the same
// rows before and after: a pattern that fits a row as it is written but not
// as it is called would leave it out without a word.
func (r *oneRun) bind(lab *harness.Lab) error {
	if err := r.knobless(lab); err != nil {
		return err
	}
	for _, row := range r.rows {
		bound, err := lab.Bind([]record.Row{row})
		if err != nil {
			return err
		}
		if name := bound[0].Name; name != row.Name {
			for _, g := range r.p.goals {
				before, after := compare.Goal{Goal: g}, compare.Goal{Goal: g}
				if before.About(row) != after.About(bound[0]) {
					return fmt.Errorf("goal %q: over %q is about %s as it is written, but not as it is called: %s; write the goal or the benchmark the other way",
						g.Claim, g.Over, row.Name, name)
				}
			}
		}
	}
	var err error
	if r.rows, err = lab.Bind(r.rows); err != nil {
		return err
	}
	r.filtered, err = lab.Bind(r.filtered)
	return err
}

// removed is what the plan keeps of the rows that were filtered out.
func (r *oneRun) removed() []record.Removed {
	var out []record.Removed
	for _, row := range r.filtered {
		out = append(out, record.Removed{Name: row.Name, Group: row.Group})
	}
	return out
}

// absent lists the implementations that --impl left out.
func (r *oneRun) absent() []string {
	var out []string
	for _, im := range r.p.Implementations {
		if len(r.impl) > 0 && !slices.Contains(r.impl, im.Name) {
			out = append(out, im.Name)
		}
	}
	return out
}

// leftOut is the reference, where it is absent.
func (r *oneRun) leftOut() string {
	absent := r.absent()
	for _, im := range r.p.Implementations {
		if im.Reference && slices.Contains(absent, im.Name) {
			return im.Name
		}
	}
	return ""
}

// measure runs the rounds of a new record.
func (r *oneRun) measure(ctx context.Context, lab *harness.Lab, plan record.Plan, notes []record.Note, cals map[string]harness.Calibration) error {
	r.measuring = true
	r.lostGoals(plan, notes)
	store, err := harness.CreateStore(r.output, r.began)
	if err != nil {
		return err
	}
	if err := store.Begin(plan); err != nil {
		return errors.Join(err, store.Close())
	}
	r.dir = filepath.Join(r.output, "latest")
	return r.finish(ctx, store, func(opt harness.RunOptions) error {
		_, err := lab.Run(ctx, plan, notes, cals, opt)
		return err
	})
}

// finish lets the rounds run, then reports on what there is, also after an
// interrupt.
func (r *oneRun) finish(ctx context.Context, store *harness.Store, rounds func(harness.RunOptions) error) error {
	opt := harness.RunOptions{Save: store, Decide: loop.Decide, Probe: probe}
	if r.budget > 0 {
		opt.Deadline, opt.Grace = r.began.Add(r.budget), r.budget/graceShare
	}
	r.progress.ends = opt.Deadline
	runErr := rounds(opt)
	r.progress.measured()
	if err := store.Close(); err != nil {
		return brokenOff(store.Dir, errors.Join(runErr, err))
	}
	interrupted := runErr != nil && ctx.Err() != nil
	if runErr != nil && !interrupted {
		return brokenOff(store.Dir, runErr)
	}
	err := r.judge(store)
	if interrupted && (err == nil || errors.As(err, new(exitError))) {
		return exitError(exitInterrupted)
	}
	return err
}

// judge reports on the record as it was written, not as it is in memory: what
// xbench compare will say of this run is what the run says of itself.
func (r *oneRun) judge(store *harness.Store) error {
	rec, err := harness.ReadRecord(store.Dir)
	if err != nil {
		return err
	}
	res, err := compare.Analyze(rec, compare.Options{})
	if err != nil {
		return err
	}
	view := report.New(rec, res)
	written := errors.Join(writeReport(store.Create, view.Files(), r.warn), r.exports.write(rec, res))
	if err := errors.Join(written, r.show(view, r.json, false, filepath.ToSlash(filepath.Join(r.dir, report.HTMLFile)))); err != nil {
		return err
	}
	if hint := howToGoOn(rec, store.Dir); hint != "" {
		r.progress.line("%s", hint)
	} else if rec.Plan.Demo && res.Verdict == compare.Pass {
		r.progress.line("try to fool it: xbench selftest")
	}
	if res.Exit != exitOK {
		return exitError(res.Exit)
	}
	return nil
}

// graceShare is the part of the budget that a round may outlast it by, when
// the machine is slower than it was before: one in twenty.
const graceShare = 20

// spins is how many probes of one core the host's fastest is taken from.
const spins = 3

// detectHost describes this machine and probes what it can do while nothing
// else of xbench runs.
func detectHost() record.Host {
	h := host.Detect(os.TempDir())
	h.Scaling = host.Scaling()
	for range spins {
		if spin := int64(host.Spin()); h.SpinNS == 0 || spin < h.SpinNS {
			h.SpinNS = spin
		}
	}
	return h
}

// probe looks at the machine before a round.
func probe() record.Round {
	r := record.Round{SpinNS: int64(host.Spin())}
	r.Load1, r.Pressure = host.Load()
	if r.Pressure == host.Unknown {
		r.Pressure = ""
	}
	return r
}

// sameWork checks all rows on a fixed and on a random input, and returns why
// rows are invalid.
func (r *oneRun) sameWork(ctx context.Context, lab *harness.Lab) ([]record.Note, error) {
	rng := rand.New(rand.NewPCG(r.seed, 1))
	bad, notes, err := loop.SameWork(ctx, lab, r.rows, rng)
	if err != nil {
		return nil, err
	}
	work := slices.DeleteFunc(slices.Clone(r.rows), func(row record.Row) bool {
		_, failed := bad[row.Name]
		return row.Startup && !failed // it has no output to compare
	})
	r.progress.sameWork(work, bad, &record.Plan{Implementations: lab.Implementations(), SameOutput: r.p.SameOutput.As})
	r.progress.exits(lab.ExitStatuses(without(work, notes)))
	return notes, nil
}

// without leaves out the rows that notes make invalid.
func without(rows []record.Row, notes []record.Note) []record.Row {
	bad := make(map[string]bool)
	for _, n := range notes {
		bad[n.Row] = true
	}
	var out []record.Row
	for _, row := range rows {
		if !bad[row.Name] {
			out = append(out, row)
		}
	}
	return out
}

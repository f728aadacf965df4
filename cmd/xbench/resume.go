package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"xbench/cmd/xbench/internal/loop"
	"xbench/compare"
	"xbench/compare/report"
	"xbench/harness"
	"xbench/harness/record"
)

// resumeFlags are what may be said when a run is taken up again. Everything
// else was said when it began, and is in its plan.
var resumeFlags = []string{"resume", "budget", "quiet", "json"}

// resumeMain is xbench run --resume: it measures what an ended run has left
// of its plan, and appends it to the same record.
func (a *app) resumeMain(c *cobra.Command) error {
	typed, err := a.typedFlags()
	if err != nil {
		return err
	}
	for _, name := range typed {
		if !slices.Contains(resumeFlags, name) {
			return fmt.Errorf("--%s does not go with --resume, which goes on as the run began; leave it out, or start a new run", name)
		}
	}
	began := time.Now()
	store, rec, err := openResults(c)
	if err != nil {
		return err
	}
	defer store.Close() // again, where it is closed before the report
	if rec.Plan.Unpaired != nil {
		return fmt.Errorf("--resume %s: other tools measured it, and a record of theirs has nothing left to measure; xbench compare judges it again", store.Dir)
	}
	rest, err := harness.Unfinished(rec, loop.Decide)
	if err != nil {
		return fmt.Errorf("%s: %w", store.Dir, err)
	}
	if rest.Done {
		return a.onlyReport(c, store, rec, rest)
	}
	r, err := a.again(rec.Plan)
	if err != nil {
		return fmt.Errorf("--resume %s: with the arguments of that run, %s: %w%s", store.Dir, strings.Join(rec.Plan.Args, " "), err, startedIn(rec.Plan))
	}
	r.takeFlags(c, store)
	r.began = began
	r.budget = 0
	if slices.Contains(typed, "budget") {
		if r.budget, _ = c.Flags().GetDuration("budget"); r.budget <= 0 {
			return fmt.Errorf("--budget %s: must be more than nothing, e.g. 90s or 10m", r.budget)
		}
		if r.budget < rest.Next {
			return fmt.Errorf("--budget %s is too short: the next round needs about %s", harness.Typed(r.budget), rest.Next.Round(time.Second))
		}
	} else if rec.Plan.BudgetNS > 0 {
		r.budget = budgetLeft(rec)
		if err := enough(rec, rest, r.budget); err != nil {
			return fmt.Errorf("%s: %w", store.Dir, err)
		}
	}
	return r.goOn(c.Context(), store, rec, rest)
}

// takeFlags takes what this command line says, not that of the first part.
func (r *oneRun) takeFlags(c *cobra.Command, store *harness.Store) {
	r.json, _ = c.Flags().GetBool("json")
	r.quiet, _ = c.Flags().GetBool("quiet")
	r.progress, r.dir = newProgress(r.err, r.quiet), store.Dir
}

// onlyReport is for a record that is complete: its run may have been killed
// before the report was written. To report is harmless, and what the run
// itself would have done.
func (a *app) onlyReport(c *cobra.Command, store *harness.Store, rec *record.Record, rest harness.Rest) error {
	r := &oneRun{app: a}
	r.takeFlags(c, store)
	r.progress.line("%s: %s", filepath.ToSlash(store.Dir), nothingLeft(rec, rest))
	if harness.Unexplained(rec) {
		if err := a.lookInto(c, store, rec); err != nil {
			r.progress.line("where results differ was not looked into: %v", err)
		}
	}
	return r.judge(store)
}

// nothingLeft says why there is nothing to go on with and, where something is
// open, that time is no remedy.
func nothingLeft(rec *record.Record, rest harness.Rest) string {
	text := "nothing is left to measure after " + plural(rest.Rounds, "round")
	if rest.Rounds < rec.Plan.RMax {
		return text
	}
	text += ", which is all of its plan"
	res, err := compare.Analyze(rec, compare.Options{})
	if err != nil || res.Verdict != compare.Inconclusive {
		return text
	}
	text += "; a plan is not extended, since its looks share the error of 5% among them"
	if again := report.New(rec, res).NewRun; again != "" {
		return text + "; what is open needs a new run: " + again
	}
	return text + "; what is open needs a new run, with more --rounds or on a quieter host"
}

// lookInto does what a run does between its last round and its report.
func (a *app) lookInto(c *cobra.Command, store *harness.Store, rec *record.Record) error {
	r, err := a.again(rec.Plan)
	if err != nil {
		return err
	}
	r.takeFlags(c, store)
	defer r.progress.clear()
	lab, err := r.sameLab(c.Context(), store, rec, detectHost())
	if err != nil {
		return err
	}
	defer r.cleanUp(c.Context(), lab)
	if err := store.Continue(rec); err != nil {
		return err
	}
	_, err = lab.Resume(c.Context(), rec, time.Now(), harness.RunOptions{Save: store, Decide: loop.Decide})
	return err
}

// brokenOff says of a run that could not go on, as for want of room, how it
// can when there is some again.
func brokenOff(dir string, err error) error {
	rec, readErr := harness.ReadRecord(dir)
	if readErr != nil || len(rec.Processes) == 0 {
		return err
	}
	return fmt.Errorf("%w\n%s", err, goOnWith(dir))
}

// budgetLeft is what a run has not used of the budget in its plan.
func budgetLeft(rec *record.Record) time.Duration {
	return time.Duration(rec.Plan.BudgetNS) - harness.Spent(rec)
}

// enough refuses to take up a run that would end before its next round does.
func enough(rec *record.Record, rest harness.Rest, left time.Duration) error {
	if rest.Next <= left {
		return nil
	}
	planned := time.Duration(rec.Plan.BudgetNS)
	how := fmt.Sprintf("%s of its budget of %s are left", max(left, 0).Round(time.Second), harness.Typed(planned))
	if left <= 0 {
		how = fmt.Sprintf("its budget of %s is spent", harness.Typed(planned))
	}
	return fmt.Errorf("%s after %d of at most %d rounds, and the next needs about %s; give the rest a --budget of its own: the looks at the data are planned, so more time adds none",
		how, rest.Rounds, rec.Plan.RMax, rest.Next.Round(time.Second))
}

// openResults opens the record that --resume names.
func openResults(c *cobra.Command) (*harness.Store, *record.Record, error) {
	path, _ := c.Flags().GetString("resume")
	output, _ := c.Flags().GetString("output")
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) && path == filepath.Base(path) {
		below := filepath.Join(orElse(output, defaultOutput), path) // "latest", or a name as a listing shows it
		if _, err := os.Stat(below); err == nil {
			path = below
		}
	}
	store, rec, err := harness.OpenStore(path)
	switch {
	case errors.Is(err, record.ErrNoPlan):
		return nil, nil, fmt.Errorf("--resume %s: the run ended before its plan was fixed: there is nothing to take up; start it again", path)
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fmt.Errorf("--resume %s: there is no record; name a results directory, e.g. %s", path, filepath.ToSlash(filepath.Join(defaultOutput, "latest")))
	case err != nil:
		return nil, nil, fmt.Errorf("--resume: %w", err)
	}
	return store, rec, nil
}

// shaped is the command line that makes this run with nothing set in the
// environment: as it was typed, and the flags that the environment set.
func (a *app) shaped(c *cobra.Command) ([]string, error) {
	typed, err := a.typedFlags()
	if err != nil {
		return nil, err
	}
	var set []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Changed || slices.Contains(typed, f.Name) || slices.Contains(resumeFlags, f.Name) && f.Name != "budget" {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			set = append(set, "--"+f.Name+"="+v)
		}
	})
	return slices.Insert(slices.Clone(a.args), slices.Index(a.args, c.Name())+1, set...), nil
}

// workingDir is where xbench was started, "" when it cannot be known.
func workingDir() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	return dir
}

// startedIn says where a run began, when that is not here.
func startedIn(plan record.Plan) string {
	if plan.Dir == "" || plan.Dir == workingDir() {
		return ""
	}
	return "; the run was started in " + plan.Dir
}

// typedFlags are the flags of the command line itself; the environment speaks
// of new runs as much as of old ones.
func (a *app) typedFlags() ([]string, error) {
	fresh := a.runCommand()
	if err := fresh.ParseFlags(a.args); err != nil {
		return nil, err
	}
	var out []string
	fresh.Flags().Visit(func(f *pflag.Flag) { out = append(out, f.Name) })
	return out, nil
}

// again is the run that a plan's arguments ask for today.
func (a *app) again(plan record.Plan) (*oneRun, error) {
	c := a.runCommand()
	if err := c.ParseFlags(plan.Args); err != nil {
		return nil, err
	}
	f, p, err := readRunFlags(c) // without the environment: what it said then is in the plan
	if err != nil {
		return nil, err
	}
	r := &oneRun{app: a, runFlags: f, p: p}
	if err := r.choose(); err != nil {
		return nil, err
	}
	if !r.seeded {
		r.seed = plan.Seed // it was drawn
	}
	return r, nil
}

// goOn makes sure that everything is as it was, and measures the rest.
func (r *oneRun) goOn(ctx context.Context, store *harness.Store, rec *record.Record, rest harness.Rest) error {
	machine := detectHost()
	lab, err := r.sameLab(ctx, store, rec, machine)
	if err != nil {
		return err
	}
	defer r.cleanUp(ctx, lab)
	r.progress.line("%s: going on in round %d of at most %d, %s measured before", filepath.ToSlash(store.Dir), rest.Round, rec.Plan.RMax, plural(len(rec.Processes), "process"))
	r.progress.host(machine)
	if err := r.stillSameWork(ctx, lab, rec, rest); err != nil {
		return err
	}
	if err := lab.WarmUp(ctx, rec.Plan.Rows); err != nil {
		return err
	}
	r.progress.clear()
	if err := store.Continue(rec); err != nil {
		return err
	}
	r.measuring = true
	return r.finish(ctx, store, func(opt harness.RunOptions) error {
		_, err := lab.Resume(ctx, rec, r.began, opt)
		return err
	})
}

// sameLab holds the implementations of a record, as they were.
func (r *oneRun) sameLab(ctx context.Context, store *harness.Store, rec *record.Record, machine record.Host) (*harness.Lab, error) {
	lab, err := harness.NewLab(ctx, r.labOptions())
	if errors.As(err, new(*harness.SetupError)) {
		return nil, fmt.Errorf("%w%s", err, startedIn(rec.Plan))
	}
	if err != nil {
		return nil, err
	}
	if err := r.bind(lab); err != nil {
		return nil, err
	}
	err = lab.SetUp(ctx, r.rows)
	if err == nil {
		err = unchanged(store.Dir, rec.Plan, r.today(lab, machine, rec.Plan))
	}
	if err != nil {
		r.cleanUp(ctx, lab)
	}
	return lab, err
}

// today is as much of a plan as can be compared with an earlier one.
func (r *oneRun) today(lab *harness.Lab, machine record.Host, was record.Plan) record.Plan {
	tm := r.timing(lab)
	// Samples that a coarse clock lengthens are never exactly as long again:
	// the step of a clock is measured anew with each launch.
	least := lab.Timing(harness.Timing{}).Sample
	if planned := time.Duration(was.SampleNS); planned >= r.suiteOf.Sample && planned <= 2*least {
		tm.Sample = planned
	}
	spacing := r.suiteOf.Spacing
	if planned := time.Duration(was.SpacingNS); spacing == 0 && planned <= r.spread() {
		spacing = planned // as far as the budget allowed then
	}
	return record.Plan{
		Tool: version, Suite: r.suiteOf.Name, Filter: r.filter, Demo: r.p.demo, Seed: r.seed, Gate: r.gate, Inconclusive: r.inconclusive,
		SampleNS: int64(tm.Sample), WarmupNS: int64(tm.Warmup), SpacingNS: int64(spacing),
		Reference: lab.Reference(), Implementations: lab.Implementations(), Rows: r.rows, Removed: r.removed(), Absent: r.absent(), LeftOut: r.leftOut(),
		Goals: r.p.goals, SameOutput: r.p.SameOutput.As, Host: machine,
	}
}

func unchanged(dir string, was, now record.Plan) error {
	found := harness.Changes(was, now)
	if len(found) == 0 {
		return nil
	}
	return fmt.Errorf("%s cannot be taken up again, %s not as in its plan:\n  %s\nput back what can be put back, or start a new run%s",
		dir, isOrAre(len(found), "thing"), strings.Join(found, "\n  "), startedIn(was))
}

func isOrAre(n int, noun string) string {
	if n == 1 {
		return plural(n, noun) + " is"
	}
	return plural(n, noun) + " are"
}

// stillSameWork runs whole programs once more before they are timed: their
// outputs are compared with what they printed when they were checked, and that
// is not in the record. Workers answer with digests, which are.
func (r *oneRun) stillSameWork(ctx context.Context, lab *harness.Lab, rec *record.Record, rest harness.Rest) error {
	if !lab.Launches() {
		return nil
	}
	var rows []record.Row
	for _, row := range rec.Plan.Rows {
		if slices.Contains(rest.Open, row.Name) {
			rows = append(rows, row)
		}
	}
	cells, err := lab.Check(ctx, rows, []uint64{0})
	if err != nil {
		return err
	}
	bad := harness.Invalid(cells)
	for _, row := range rows {
		if n, ok := bad[row.Name]; ok {
			return fmt.Errorf("%s cannot be taken up again: %s did the same work when the run began, and does not now: %s %s", r.dir, row.Name, n.Impl, n.Message)
		}
	}
	return nil
}

// howToGoOn says after a run that ended early how to take it up again, else "".
func howToGoOn(rec *record.Record, dir string) string {
	hint := goOnWith(dir)
	switch rec.Ended() {
	case record.NoteInterrupt:
		return hint
	case record.NoteBudget:
		if rec.Plan.BudgetNS == 0 {
			return hint // the plan has no budget, one part of the run had
		}
		return hint + " --budget " + harness.Typed(time.Duration(rec.Plan.BudgetNS))
	}
	return ""
}

func goOnWith(dir string) string {
	return "go on with: xbench run --resume " + filepath.ToSlash(dir)
}

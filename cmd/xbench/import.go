package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"xbench/compare"
	"xbench/compare/report"
	"xbench/harness"
	"xbench/harness/config"
	"xbench/harness/foreign"
	"xbench/harness/protocol"
	"xbench/harness/record"
)

func (a *app) importCommand() *cobra.Command {
	x := &importing{app: a}
	c := &cobra.Command{
		Use:   "import [NAME=][FORMAT:]PATH...",
		Short: "make a record of what other benchmark tools wrote, and judge it",
		Long: `import reads what other benchmark tools wrote, makes a record of it, and judges
it as xbench compare does. The first side is the reference; a file that holds
several (hyperfine's commands, implementations in plain JSON) names them itself.

Formats: criterion (the directory target/criterion), pytest-benchmark, pyperf,
hyperfine, gobench (go test -bench, also with -json) and json. Without one it is
told by what the file holds. PATH may be - for standard input.

Benchmarks belong together that have the same name; --match says which others
do. With no --match, a benchmark that a side does not have is INVALID, and so is
every goal over it; with one, what is left over is listed.

Other tools measure one side after the other, most of them in one process. No
sample shows how much another process or another hour would have differed, so
that the interval is wider by --process-spread, and nothing is proved (exit 3 at
best) unless --accept-imported says that such data counts. It does not below the
usual spread of 5 %, which is for looking, nor of two machines, of which nothing
is disproved either. Without goals nothing is claimed: exit 0.

A benchmark that failed by its tool's account, such as a command of hyperfine
that ended with another code than 0, is INVALID.

--list shows what a file holds, and measures the means it states against its own
samples; it makes no record.`,
		Example: `  xbench import python=pytest-benchmark:bench.json rust=criterion:target/criterion --match 'python:test_parse[small]=parse/small'
  xbench import old.txt new.txt --goals goals.yaml
  xbench import hyperfine:results.json
  xbench import json:results.json --fields 'benchmark=scenario,implementation=engine,time=mean_ms'
  xbench import --list criterion:target/criterion`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("import needs files, e.g. xbench import python=pytest-benchmark:bench.json rust=criterion:target/criterion")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if x.list {
				return x.showLists(args)
			}
			return x.do(c, args)
		},
	}
	f := c.Flags()
	f.StringVar(&x.config, "config", "", "take names:, benchmarks and goals of this `file`")
	f.StringArrayVar(&x.match, "match", nil, "the benchmark that IMPL's tool calls THEIRS is OURS; may be repeated: `IMPL:THEIRS=OURS`")
	f.StringArrayVar(&x.fields, "fields", nil, "where plain JSON keeps what: `[NAME:]KEY=FIELD,...`; keys are list, benchmark, implementation, time, unit")
	f.StringVar(&x.goals, "goals", "", "take the goals from this `file`")
	f.StringVar(&x.gate, "gate", "", "which goals decide: minimum, target, stretch or none (default minimum)")
	f.StringVar(&x.inconclusive, "inconclusive", "", "treat goals without enough evidence as fail (exit 3) or pass")
	f.BoolVar(&x.accept, "accept-imported", false, "let imported data prove goals, though its sides were not measured in turns")
	f.StringVar(&x.spread, "process-spread", "5%", "how much processes of a side are assumed to differ, one standard deviation, as a `share`")
	f.StringVarP(&x.output, "output", "o", defaultOutput, "`directory` for results")
	f.BoolVar(&x.json, "json", false, "print summary.json instead of the table")
	f.BoolVar(&x.list, "list", false, "show what the files hold and check their means; make no record")
	for _, other := range []string{"json", "goals", "gate", "config", "match", "accept-imported"} {
		c.MarkFlagsMutuallyExclusive("list", other)
	}
	return c
}

// importing is one xbench import.
type importing struct {
	*app
	config, goals, gate, inconclusive, spread, output string
	match, fields                                     []string
	accept, json, list                                bool

	project *project // of --config; nil = none
	sides   []harness.ImportSide
	guessed map[string]bool // paths whose format was told by their content
}

func (x *importing) do(c *cobra.Command, args []string) error {
	spread, err := compare.ParseFraction(x.spread)
	if err != nil || !(spread > 0 && spread < 1) {
		return fmt.Errorf("--process-spread %q: want a share between 0 and 1, such as 5%%", x.spread)
	}
	if err := x.checkValues(); err != nil {
		return err
	}
	if err := x.read(args); err != nil {
		return err
	}
	opt := harness.ImportOptions{Spread: spread, Args: x.args, Dir: workingDir(), Tool: version, At: time.Now(), Inconclusive: x.inconclusive}
	if err := x.configured(&opt); err != nil {
		return err
	}
	if err := x.matches(&opt); err != nil {
		return err
	}
	imported, err := harness.Import(x.sides, opt)
	if err != nil {
		return err
	}
	if err := x.settleGoals(&imported.Plan); err != nil {
		return err
	}
	x.tell(&imported.Plan)
	return x.judge(imported, opt.At)
}

func (x *importing) checkValues() error {
	if x.gate != "" {
		if err := oneOf("gate", x.gate, "minimum", "target", "stretch", "none"); err != nil {
			return err
		}
	}
	if x.inconclusive != "" {
		return oneOf("inconclusive", x.inconclusive, "fail", "pass")
	}
	return nil
}

// configured takes rows, names and the reference from --config.
func (x *importing) configured(opt *harness.ImportOptions) error {
	if x.config == "" {
		return nil
	}
	var err error
	if x.project, err = loadProject(x.config); err != nil {
		return err
	}
	known := make(map[string]config.Implementation)
	var names []string
	for _, im := range x.project.Implementations {
		known[im.Name] = im
		names = append(names, im.Name)
	}
	for i := range x.sides {
		im, ok := known[x.sides[i].Name]
		if !ok {
			return fmt.Errorf("%s: %w", x.config, unknownName("implementation", x.sides[i].Name, names))
		}
		x.sides[i].Names = im.Names
		if im.Reference { // wherever it stands on the command line
			x.sides[0], x.sides[i] = x.sides[i], x.sides[0]
		}
	}
	opt.Mapped = true
	opt.Rows, err = x.project.Rows(config.Selection{})
	return err
}

// settleGoals puts the goals into the plan, and the gate that goes with them.
func (x *importing) settleGoals(plan *record.Plan) error {
	switch {
	case x.goals != "":
		data, err := readNamed("--goals", x.goals)
		if err != nil {
			return err
		}
		if plan.Goals, err = goalScope(&record.Record{Plan: *plan}, x.goals, data).DecodeGoals(x.goals, data); err != nil {
			return err
		}
	case x.project != nil:
		plan.Goals = x.project.goals
		for _, im := range x.project.Implementations {
			if !x.hasSide(im.Name) {
				plan.Absent = append(plan.Absent, im.Name)
			}
		}
	}
	plan.Gate = x.gate
	if plan.Gate == "" && x.project != nil {
		plan.Gate = x.project.Settings.Gate
	}
	if plan.Gate == "" && (len(plan.Goals) == 0 || plan.Reference == "") {
		plan.Gate = "none"
	}
	plan.Gate = orElse(plan.Gate, "minimum")
	return nil
}

func (x *importing) hasSide(name string) bool {
	for _, s := range x.sides {
		if s.Name == name {
			return true
		}
	}
	return false
}

// tell says on standard error what was read, what was matched and what is
// doubtful, before the table that is made of it.
func (x *importing) tell(plan *record.Plan) {
	width := 0
	for _, s := range x.sides {
		width = max(width, len(s.Name))
	}
	for i, s := range x.sides {
		of := ""
		if i == 0 && len(x.sides) > 1 {
			of = "reference, "
		}
		fmt.Fprintf(x.err, "%-*s  %s%s\n", width, s.Name, of, x.described(&s, plan.Implementations[i].Source.Granularity))
	}
	whole := 0
	var missing []string
	for _, r := range plan.Rows {
		if len(r.Unsupported) == 0 {
			whole++
			continue
		}
		for _, s := range x.sides {
			if why := r.Unsupported[s.Name]; why != "" {
				missing = append(missing, fmt.Sprintf("%s: %s", r.Name, why))
			}
		}
	}
	fmt.Fprintf(x.err, "matched %d of %s\n", whole, plural(len(plan.Rows), "benchmark"))
	const most = 8
	for i, m := range missing {
		if i == most {
			fmt.Fprintf(x.err, "  and %d more\n", len(missing)-most)
			break
		}
		fmt.Fprintf(x.err, "  %s\n", m)
	}
	for _, im := range plan.Implementations {
		if text := report.UnmatchedText(im); text != "" {
			fmt.Fprintf(x.err, "left out  %s\n", text)
		}
	}
	x.namesOfSides()
	if m := plan.Unpaired.Machines; m != "" {
		x.warn("two machines: " + protocol.Escape(m, 0) + "; nothing is proved or disproved of them")
	}
}

// described is one line about a side's file.
func (x *importing) described(s *harness.ImportSide, granularity string) string {
	benchmarks, samples := 0, 0
	for _, b := range s.Result.Benchmarks {
		if s.Impl == "" || b.Impl == s.Impl {
			benchmarks++
			samples += b.Samples()
		}
	}
	from := orElse(s.Result.Tool, s.Result.Format)
	if x.guessed[s.Path] {
		from += ", recognised"
	}
	of := ""
	if s.Impl != "" && s.Impl != s.Name {
		of = " (" + foreign.Shown(s.Impl) + ")"
	}
	return fmt.Sprintf("%s: %s%s: %s, %s", foreign.Shown(from), s.Path, of, plural(benchmarks, "benchmark"), valuesText(samples, granularity))
}

// valuesText says how many values there are and what each is.
func valuesText(n int, granularity string) string {
	switch granularity {
	case foreign.GranularityMeans:
		return plural(n, "value") + ", means of batches among them"
	case foreign.GranularityMean:
		return "one mean each"
	}
	return plural(n, "sample")
}

// judge writes the results directory and shows the verdict, as a run does.
func (x *importing) judge(imported *harness.Imported, at time.Time) error {
	store, err := harness.CreateStore(x.output, at)
	if err != nil {
		return err
	}
	err = store.Begin(imported.Plan)
	for _, n := range imported.Notes {
		err = errors.Join(err, store.Note(n))
	}
	for _, p := range imported.Processes {
		if err == nil {
			err = store.Process(p)
		}
	}
	if err = errors.Join(err, store.Close()); err != nil {
		return err
	}
	rec, err := harness.ReadRecord(store.Dir)
	if err != nil {
		return err
	}
	res, err := compare.Analyze(rec, compare.Options{Accept: x.accept})
	if err != nil {
		return err
	}
	view := report.New(rec, res)
	written := writeReport(store.Create, view.Files(), x.warn)
	path := filepath.ToSlash(filepath.Join(x.output, "latest", report.HTMLFile))
	if err := errors.Join(written, x.show(view, x.json, true, path)); err != nil {
		return err
	}
	if res.Exit != exitOK {
		return exitError(res.Exit)
	}
	return nil
}

// showLists prints what every file holds.
func (x *importing) showLists(args []string) error {
	for i, arg := range args {
		s, err := x.source(arg)
		if err != nil {
			return err
		}
		res, _, err := harness.ReadForeign(s.format, s.path, s.fields, x.in)
		if err != nil {
			return err
		}
		if i > 0 {
			io.WriteString(x.out, "\n")
		}
		listForeign(x.out, filepath.ToSlash(s.path), res)
		for _, w := range res.Warnings {
			x.warn(s.path + ": " + w)
		}
		for _, b := range res.Benchmarks {
			if b.Failed != "" {
				x.warn(fmt.Sprintf("%s: %s: %s", s.path, foreign.Shown(strings.TrimSpace(b.Impl+" "+b.Name)), b.Failed))
			}
		}
	}
	return nil
}

// match is one --match: IMPL:THEIRS=OURS. Both names may hold "=", so that the
// tool's is whatever the file has.
func (x *importing) matches(opt *harness.ImportOptions) error {
	for _, m := range x.match {
		impl, rest, ok := strings.Cut(m, ":")
		if !ok || !strings.Contains(rest, "=") {
			return fmt.Errorf("--match %q: want IMPL:THEIRS=OURS, e.g. 'python:test_parse[small]=parse/small'", m)
		}
		side, err := x.side(impl)
		if err != nil {
			return fmt.Errorf("--match %q: %w", m, err)
		}
		theirs, ours, err := splitMatch(side, rest)
		if err != nil {
			return fmt.Errorf("--match %q: %w", m, err)
		}
		if err := config.CheckBenchmarkName(ours); err != nil {
			return fmt.Errorf("--match %q: %w", m, err)
		}
		names := make(map[string]string, len(side.Names)+1)
		for k, v := range side.Names {
			names[k] = v
		}
		if was, taken := names[ours]; taken && x.project == nil {
			return fmt.Errorf("--match %q: %s is %s already", m, ours, foreign.Shown(was))
		}
		names[ours] = theirs
		side.Names, opt.Mapped = names, true
	}
	return nil
}

func (x *importing) side(name string) (*harness.ImportSide, error) {
	var names []string
	for i := range x.sides {
		if x.sides[i].Name == name {
			return &x.sides[i], nil
		}
		names = append(names, x.sides[i].Name)
	}
	return nil, unknownName("side", name, names)
}

// splitMatch finds the "=" before which there is a name that the file has.
func splitMatch(side *harness.ImportSide, text string) (theirs, ours string, err error) {
	for i := range len(text) {
		if text[i] != '=' {
			continue
		}
		b, err := side.Find(text[:i])
		if err != nil {
			return "", "", err
		}
		if b != nil {
			return text[:i], text[i+1:], nil
		}
	}
	theirs, _, _ = strings.Cut(text, "=")
	return "", "", side.Missing(theirs)
}

// namesOfSides is a word on a table of one side whose names may be those of the
// sides: nothing in it tells the one from the other.
func (x *importing) namesOfSides() {
	if len(x.sides) != 1 {
		return
	}
	s := &x.sides[0]
	res := s.Result
	many := func(b foreign.Benchmark) bool { return b.Samples() > 1 }
	if len(res.Benchmarks) < 2 || res.NamedBy == "" || slices.ContainsFunc(res.Benchmarks, many) {
		return
	}
	x.warn(fmt.Sprintf("%s: %q and %q are taken for benchmarks of one side; if they are implementations: --fields implementation=%s",
		s.Path, foreign.Shown(res.Benchmarks[0].Name), foreign.Shown(res.Benchmarks[1].Name), foreign.Shown(res.NamedBy)))
}

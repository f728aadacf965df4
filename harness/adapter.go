package harness

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"xbench/harness/adapter"
	"xbench/harness/config"
	"xbench/harness/foreign"
	"xbench/harness/protocol"
	"xbench/harness/record"
	"xbench/harness/strictyaml"
	"xbench/harness/worker"
)

// An adapter is an implementation whose benchmarks another tool times. One
// launch of the tool is one process of a round, restricted to one benchmark;
// its samples are those that the tool reports. See package adapter.

// A benchTool is the tool of one implementation and what it has.
type benchTool struct {
	adapter.Tool
	lists  bool              // it could be asked what it has
	listed []string          // its own names
	names  map[string]string // of the configuration's benchmarks, as far as it has them
	lacks  map[string]string // why it has not
	config *config.Config    // for the places of mistakes
}

func (s *subject) isAdapter() bool { return s.Kind == record.KindAdapter }

// adapt makes the subject one of another tool's.
func (s *subject) adapt(c config.Implementation) {
	s.Kind, s.Adapter, s.Output = record.KindAdapter, c.Adapter, c.Output
	s.bench.Tool, _ = adapter.Lookup(c.Adapter) // config has checked it
	if s.Version = c.Adapter; len(s.Command) == 0 {
		s.Command = s.bench.Command()
	}
}

// workplace is what a tool may ask of its working directory.
func (s *subject) workplace() adapter.Place {
	dir, err := filepath.Abs(s.spec.Dir)
	if err != nil {
		dir = s.spec.Dir
	}
	return adapter.Place{Dir: dir, Exists: func(path string) bool {
		_, err := os.Stat(s.fromDir(path))
		return err == nil
	}}
}

// surveyTool asks the tool what it has, and matches that with the benchmarks
// of the configuration.
func (s *subject) surveyTool(ctx context.Context, cfg *config.Config) error {
	s.bench.config, s.bench.names, s.bench.lacks = cfg, make(map[string]string), make(map[string]string)
	if err := s.list(ctx); err != nil {
		return err
	}
	for _, b := range cfg.Benchmarks {
		if err := s.match(cfg, b.Name); err != nil {
			return err
		}
	}
	s.Unmatched = s.unmatched(s.bench.listed)
	return nil
}

// list launches the tool to hear what it has.
func (s *subject) list(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "xbench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	command, err := config.Expand(s.Command, s.vars)
	if err != nil {
		return nil // of a tool that is started anew for each benchmark
	}
	launch, ok := s.bench.List(command, s.workplace(), dir)
	if !ok {
		return nil
	}
	timeout := s.commandTimeout()
	if s.spec.Timeouts.Initialize > 0 {
		timeout = s.spec.Timeouts.Initialize
	}
	res, err := s.start(ctx, launch, timeout)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	stdout := string(res.Stdout)
	s.bench.lists, s.bench.listed = true, s.bench.Listed(stdout)
	switch {
	case err == nil && len(s.bench.listed) > 0:
		return nil
	case err == nil:
		return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("%s lists no benchmarks (%s)%s", s.Adapter, strings.Join(launch.Args, " "), s.place)}
	}
	line, _ := s.bench.Blame(stdout, res.Exit.Stderr)
	why := orElse(escaped(line), res.Exit.Status)
	if f := new(worker.Failure); errors.As(err, &f) && f.Kind != record.FailCrash || res.Exit.Status == "" {
		why = s.ending(err)
	}
	if hint := s.remedy(line); hint != "" { // what the tool printed is how to use it
		return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("%s could not list its benchmarks: %s%s", s.Adapter, why, s.place), Hint: hint}
	}
	return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("%s could not list its benchmarks: %s%s\n%s", s.Adapter, why, s.place, said(stdout, res.Exit.Stderr, 20))}
}

// remedy is how to get a tool that is not there.
func (s *subject) remedy(line string) string {
	if strings.Contains(line, "No module named") || strings.Contains(line, "is missing") || strings.Contains(line, "no such command") {
		install := s.bench.Install()
		if strings.Contains(line, "its plugin pytest-benchmark is missing") {
			install = strings.Replace(install, "pytest pytest-benchmark", "pytest-benchmark", 1)
		}
		return adapter.InstallFor(s.Command, install)
	}
	return ""
}

// start launches the tool once.
func (s *subject) start(ctx context.Context, launch adapter.Launch, timeout time.Duration) (worker.CommandResult, error) {
	return worker.RunCommand(ctx, worker.CommandSpec{
		Name: s.Name, Args: launch.Args, Dir: s.spec.Dir, Env: append(slices.Clone(s.spec.Env), launch.Env...),
		Timeout: timeout, MaxStdout: maxOutput,
	})
}

// wanted is what the configuration says that the tool calls a benchmark, and
// whether it says so.
func (s *subject) wanted(name string) (string, bool) {
	theirs, ok := s.cfg.Names[name]
	if !ok {
		return name, false
	}
	return theirs, true
}

// match finds a benchmark of the configuration among the tool's. A name that
// the configuration gives and the tool does not have is a mistake; a row that
// is just called the same is one that the tool lacks.
func (s *subject) match(cfg *config.Config, name string) error {
	theirs, mapped := s.wanted(name)
	full, err := s.find(theirs)
	switch {
	case err == nil:
		s.bench.names[name] = full
	case mapped, errors.Is(err, adapter.ErrAmbiguous):
		return s.misnamed(cfg, name, err)
	default:
		s.bench.lacks[name] = err.Error()
	}
	return nil
}

func (s *subject) find(theirs string) (string, error) {
	if !s.bench.lists {
		return theirs, nil
	}
	return s.bench.Find(theirs, s.bench.listed)
}

// misnamed points at the name in the configuration.
func (s *subject) misnamed(cfg *config.Config, name string, err error) error {
	i := slices.IndexFunc(cfg.Implementations, func(im config.Implementation) bool { return im.Name == s.Name })
	doc, parseErr := strictyaml.Parse(orElse(cfg.Path, config.FileName), cfg.Data)
	if parseErr != nil || i < 0 {
		return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("%s: %v", name, err)}
	}
	at := fmt.Sprintf("implementations[%d]", i)
	if _, mapped := s.wanted(name); mapped {
		at += ".names." + name
	}
	return doc.Errorf(at, "%s: %s of %s: %w", name, s.Adapter, s.Name, err)
}

// unmatched are the names that no benchmark of the configuration is about.
func (s *subject) unmatched(theirs []string) []string {
	var out []string
	for _, name := range theirs {
		covered := false
		for _, full := range s.bench.names {
			covered = covered || s.bench.Covers(name, full)
		}
		if !covered && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// measures reports whether a benchmark of the configuration is about this one.
func (s *subject) measures(name string) bool {
	for _, full := range s.bench.names {
		if full == name {
			return true
		}
	}
	return false
}

// calls is what the tool calls a row, or why it has none of it.
func (s *subject) calls(row *record.Row) (full, reason string) {
	if full, ok := s.bench.names[row.Name]; ok {
		return full, ""
	}
	if why, ok := s.bench.lacks[row.Name]; ok {
		return "", why
	}
	theirs, _ := s.wanted(row.Name) // a swept row, which is not in the configuration
	full, err := s.find(theirs)
	if err != nil {
		return "", err.Error()
	}
	return full, ""
}

// called enters what the tool calls a row, or says why it does not have it.
func (s *subject) called(row *record.Row) string {
	full, reason := s.calls(row)
	if reason == "" {
		names := maps.Clone(row.Names)
		if names == nil {
			names = make(map[string]string)
		}
		names[s.Name] = full
		row.Names = names
	}
	return reason
}

// ask is what a launch for a row has to measure.
func (s *subject) ask(row *record.Row, asked record.Asked, sample, warmup time.Duration) adapter.Ask {
	if asked.SampleNS > 0 {
		sample = time.Duration(asked.SampleNS)
	}
	a := adapter.Ask{Name: row.Names[s.Name], Sample: sample, Samples: asked.Samples, Warmup: warmup, Warmups: asked.Warmups}
	for _, kv := range s.spec.Env {
		name, _, _ := strings.Cut(kv, "=")
		a.Env = append(a.Env, name)
	}
	slices.Sort(a.Env)
	return a
}

// A timed is one launch of a tool that went well, or as far as it went.
type timed struct {
	adapter.Samples
	worker.CommandResult
	missing bool // it went well and had nothing of the benchmark
}

// timeBy launches the tool for a row and reads what it has left.
func (s *subject) timeBy(ctx context.Context, row *record.Row, ask adapter.Ask) (timed, error) {
	var t timed
	command, err := config.Expand(s.Command, s.rowVars(row))
	if err != nil {
		return t, &ownFailure{record.FailCrash, fmt.Sprintf("%s of %s: %v", s.Adapter, s.Name, err)}
	}
	if ask.Dir, err = os.MkdirTemp("", "xbench-"); err != nil {
		return t, err
	}
	defer os.RemoveAll(ask.Dir)
	t.CommandResult, err = s.start(ctx, s.bench.Launch(command, s.workplace(), ask), s.commandTimeout())
	if err != nil {
		return t, s.broke(row, t.CommandResult, err)
	}
	if t.Samples, err = s.bench.Read(ask, t.Stdout); err == nil {
		err = plausible(t.Run)
	}
	if err != nil {
		t.missing = errors.Is(err, adapter.ErrNoSamples)
		return t, s.unread(row, t.CommandResult, err)
	}
	return t, nil
}

// broke words a launch that failed.
func (s *subject) broke(row *record.Row, res worker.CommandResult, err error) error {
	var f *worker.Failure
	if errors.As(err, &f) && f.Kind != record.FailCrash {
		return &ownFailure{f.Kind, fmt.Sprintf("%s of %s: %s: %s", s.Adapter, s.Name, row.Name, s.ending(err))}
	}
	line, work := s.bench.Blame(string(res.Stdout), res.Exit.Stderr)
	kind := record.FailCrash
	if work {
		kind = record.FailWork
	}
	what := s.ending(err)
	if line != "" {
		what = fmt.Sprintf("%s (%s)", escaped(line), res.Exit.Status)
		if hint := s.remedy(line); hint != "" {
			what += "; " + hint
		}
	}
	return &ownFailure{kind, fmt.Sprintf("%s of %s: %s: %s", s.Adapter, s.Name, row.Name, what)}
}

// unread words a launch that ended well and left nothing of use.
func (s *subject) unread(row *record.Row, res worker.CommandResult, err error) error {
	kind, tail := record.FailProtocol, ""
	if own := new(ownFailure); errors.As(err, &own) {
		kind = own.kind
	}
	if errors.Is(err, adapter.ErrNoSamples) {
		kind = record.FailWork // skipped, for instance: the tool says why
		if last := said(string(res.Stdout), "", 1); last != "" {
			tail = "; its last line: " + last
		}
	}
	return &ownFailure{kind, fmt.Sprintf("%s of %s: %s: %v%s", s.Adapter, s.Name, row.Name, err, tail)}
}

// plausible refuses what cannot be a time, and what can be no work's.
func plausible(run foreign.Run) error {
	for i, ns := range run.SamplesNS {
		if !(ns > 0) || math.IsInf(ns, 0) {
			return fmt.Errorf("sample %d took %v ns", i+1, ns)
		}
		if run.Iterations != nil && run.Iterations[i] < 1 {
			return fmt.Errorf("sample %d has %d iterations", i+1, run.Iterations[i])
		}
	}
	if doubt, gone := nothingTimed(run); gone {
		return &ownFailure{record.FailWork, doubt}
	}
	return nil
}

// ending is an error of a launch without who it is about.
func (s *subject) ending(err error) string {
	return strings.TrimPrefix(err.Error(), "command "+s.Name+": ")
}

func escaped(line string) string { return protocol.Escape(line, 300) }

// said is the end of what a tool has printed.
func said(stdout, stderr string, n int) string {
	text := strings.TrimSpace(strings.TrimSpace(stderr) + "\n" + strings.TrimSpace(protocol.EscapeLines(stdout)))
	return lastLines([]byte(text), n)
}

// measureTool is one launch as a process of a round.
func (s *subject) measureTool(ctx context.Context, row *record.Row, j job) (record.Process, error) {
	p := newProcess(row, s, j, time.Now())
	t, err := s.timeBy(ctx, row, s.ask(row, row.Asked[s.Name], j.sample, j.warmup))
	if ctx.Err() != nil {
		return p, ctx.Err()
	}
	p.Exit, p.Usage, p.Phases.TotalNS = t.Exit.Status, usage(t.Exit), int64(t.Wall)
	if p.Failure = explain(err); p.Failure != nil {
		p.Stderr = said(string(t.Stdout), t.Exit.Stderr, 60)
		return p, nil
	}
	p.SamplesNS, p.K, p.Iterations = t.Run.SamplesNS, 1, nil
	if t.Run.Iterations != nil {
		p.K, p.Iterations = common(t.Run.Iterations)
	}
	p.Discarded = discarded(t.Warmup)
	p.Warnings = t.Warnings
	if doubt, _ := nothingTimed(t.Run); doubt != "" {
		p.Warnings = append(p.Warnings, doubt)
	}
	if s.bench.lists && len(t.Others) > 0 {
		p.Warnings = append(p.Warnings, fmt.Sprintf("%s measured %s besides, e.g. %q: name only the tool in command, not what it runs", s.Adapter, plural(len(t.Others), "benchmark"), t.Others[0]))
	}
	return p, nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// common is the count that all samples have, or each its own.
func common(iterations []int64) (k int64, each []int64) {
	if slices.Min(iterations) == slices.Max(iterations) {
		return iterations[0], nil
	}
	return 0, iterations
}

// discarded is what a tool has thrown away, as far as it tells: samples of
// equal iterations together.
func discarded(run foreign.Run) []record.Discard {
	var out []record.Discard
	for i, ns := range run.SamplesNS {
		k := int64(1)
		if run.Iterations != nil {
			k = run.Iterations[i]
		}
		if n := len(out); n == 0 || out[n-1].K != k {
			out = append(out, record.Discard{Why: "warm-up", K: k})
		}
		last := &out[len(out)-1]
		last.SamplesNS = append(last.SamplesNS, int64(math.Round(ns)))
	}
	return out
}

// calibrateTool is one launch that asks for as little as the tool lets itself
// be asked for: it says whether the benchmark works, how long an iteration
// takes and what a launch costs besides. How many iterations fill a sample is
// the tool's own affair.
func (s *subject) calibrateTool(ctx context.Context, row *record.Row, tm Timing) (calibrated, *record.Failure, error) {
	asked := record.Asked{Samples: s.bench.Fewest()}
	if tm.Warmup > 0 {
		asked.Warmups = 1
	}
	t, err := s.timeBy(ctx, row, s.ask(row, asked, tm.Sample, min(tm.Warmup, tm.Sample)))
	if ctx.Err() != nil {
		return calibrated{}, nil, ctx.Err()
	}
	if err := s.learn(row, t); err != nil {
		return calibrated{}, nil, err
	}
	if err != nil {
		return calibrated{tail: said(string(t.Stdout), t.Exit.Stderr, 60)}, explain(err), nil
	}
	s.Version = orElse(t.Tool, s.Version)
	var sum, n float64
	for i, ns := range t.Run.SamplesNS {
		sum += ns
		n++
		if t.Run.Iterations != nil {
			n += float64(t.Run.Iterations[i]) - 1
		}
	}
	per := time.Duration(max(1, sum/n))
	return calibrated{perIter: per, fixed: max(0, t.Wall-time.Duration(sum))}, nil, nil
}

// learn takes in what a tool turns out to have that it did not list.
func (s *subject) learn(row *record.Row, t timed) error {
	for _, name := range t.Others {
		if !s.measures(name) && !slices.Contains(s.Unmatched, name) {
			s.Unmatched = append(s.Unmatched, name)
		}
	}
	if s.bench.lists {
		return nil
	}
	if _, mapped := s.wanted(row.Name); !mapped || !t.missing || len(t.Others) == 0 {
		return nil
	}
	_, lacks := s.bench.Find(row.Names[s.Name], t.Others)
	return s.misnamed(s.bench.config, row.Name, lacks)
}

// printing reports whether a whole program prints this side's results.
func (s *subject) printing() bool { return s.Kind == kindCommand || len(s.cfg.Output) > 0 }

package suite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"xbench/goimpl/build"
	"xbench/harness/sdk"
)

// buildWork is what a build benchmark does in one iteration.
type buildWork struct {
	define  func(nonce uint64) []build.Definition
	root    string // without the nonce
	options build.Options
	targets string
	// complete are tasks whose targets are written beforehand; allComplete
	// are all.
	complete    []string
	allComplete bool
	// times is how often the build runs on the same targets; the last one
	// counts. Zero means once.
	times int
	// conformance cases ignore the nonce, and their errors are outcomes.
	conformance bool
}

// A buildCase is a prepared build benchmark.
type buildCase struct {
	work  buildWork
	up    build.Executor // with options.Warm: one executor for all builds
	dir   string         // below which all roots are; "" until one is needed
	roots int            // made so far, which is also the name of the last
	last  buildResult
}

// A buildResult is one iteration. dag is nil if the definitions were refused.
type buildResult struct {
	dag     *build.DAG
	targets build.Targets
	report  build.Report
	err     error // part of the outcome
}

func newBuildCase(work buildWork) (sdk.Case, error) {
	c := &buildCase{work: work}
	if work.options.Warm {
		var err error
		if c.up, err = build.New(work.options); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// compile is everything before the first target. Refused definitions are an
// outcome of conformance cases.
func (c *buildCase) compile(nonce uint64) (job build.Job, err error) {
	if c.work.conformance {
		nonce = 0
	}
	root := c.work.root + build.NonceText(nonce)
	dag, err := build.Compile(c.work.define(nonce), root, build.StandardKinds(nonce))
	if err != nil {
		return build.Job{}, err
	}
	if c.work.targets != targetsNone {
		err = dag.Identify()
	}
	return build.Job{DAG: dag, Nonce: nonce}, err
}

// freshTargets makes empty targets and completes what the case wants complete.
func (c *buildCase) freshTargets(job build.Job) (build.Targets, error) {
	var targets build.Targets
	switch c.work.targets {
	case targetsNone:
		targets = build.NewNone(job.DAG.Len())
	case targetsMemory:
		targets = build.NewMemory(job.DAG.Len())
	default:
		dir, err := c.freshRoot()
		if err != nil {
			return nil, err
		}
		targets = build.NewFiles(dir)
	}
	return targets, job.DAG.Complete(context.Background(), targets, c.completeKeys(job.Nonce)...)
}

func (c *buildCase) completeKeys(nonce uint64) []string {
	if !c.work.allComplete {
		return c.work.complete
	}
	var keys []string
	for _, def := range c.work.define(nonce) {
		keys = append(keys, def.Key)
	}
	return keys
}

func (c *buildCase) freshRoot() (string, error) {
	if c.dir == "" {
		dir, err := os.MkdirTemp("", "xbench-build-")
		if err != nil {
			return "", err
		}
		c.dir = dir
	}
	c.roots++
	root := filepath.Join(c.dir, strconv.Itoa(c.roots))
	return root, os.Mkdir(root, 0o755)
}

// discard frees all targets made so far, and the last result with them.
func (c *buildCase) discard() error {
	c.last = buildResult{}
	if c.dir == "" {
		return nil
	}
	dir := c.dir
	c.dir = ""
	return os.RemoveAll(dir)
}

// Batch implements sdk.Case.
func (c *buildCase) Batch(nonce uint64, k int64) (run func() error, err error) {
	if err := c.discard(); err != nil {
		return nil, err
	}
	job, err := c.compile(nonce)
	if err != nil {
		if !c.work.conformance || workError(err) == nil {
			return nil, err
		}
		c.last = buildResult{err: err}
		return func() error { return nil }, nil
	}
	targets := make([]build.Targets, k)
	for i := range targets {
		if targets[i], err = c.freshTargets(job); err != nil {
			return nil, err
		}
	}
	return func() error {
		for _, t := range targets {
			if err := c.iterate(job, t); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// iterate is one timed iteration.
func (c *buildCase) iterate(job build.Job, targets build.Targets) error {
	job.Targets = targets
	for range max(1, c.work.times) {
		report, err := c.build(job)
		if err != nil && (!c.work.conformance || workError(err) == nil) {
			return err
		}
		c.last = buildResult{job.DAG, targets, report, err}
	}
	return nil
}

// build runs from just before the executor is made until it is shut down, or,
// with a warm pool, on the one that is up.
func (c *buildCase) build(job build.Job) (build.Report, error) {
	if c.up != nil {
		return c.up.Build(context.Background(), job)
	}
	ex, err := build.New(c.work.options)
	if err != nil {
		return build.Report{}, err
	}
	report, err := ex.Build(context.Background(), job)
	if closeErr := ex.Close(); err == nil {
		err = closeErr
	}
	return report, err
}

// Outcome implements sdk.Case.
func (c *buildCase) Outcome() (sdk.Outcome, error) {
	digest, err := c.last.digest()
	return sdk.Outcome{Digest: digest, Counters: counterMap(&c.last.report.Counters)}, err
}

// digest is nil where nothing is kept.
func (r *buildResult) digest() (*string, error) {
	if r.dag == nil || !r.targets.Keeps() {
		return nil, nil
	}
	digest, err := r.dag.OutputDigest(r.targets)
	if err != nil {
		return nil, err
	}
	return &digest, nil
}

// Verify implements sdk.Case. Beside outputs and counters it checks the order
// in which bodies started and ended.
func (c *buildCase) Verify(nonce uint64, wantResult bool) (sdk.Verification, error) {
	kept := c.last
	defer func() { c.last = kept }()
	job, err := c.compile(nonce)
	if err != nil {
		refused := workError(err)
		if !c.work.conformance || refused == nil {
			return sdk.Verification{}, err
		}
		return sdk.Verification{Counters: counterMap(&build.Counters{}), Error: refused}, nil
	}
	targets, err := c.freshTargets(job)
	if err != nil {
		return sdk.Verification{}, err
	}
	if files, ok := targets.(*build.Files); ok {
		defer os.RemoveAll(files.Root())
	}
	for range max(1, c.work.times) {
		if err := c.iterateTraced(job, targets); err != nil {
			return sdk.Verification{}, err
		}
	}
	return c.last.verification(wantResult)
}

// iterateTraced is iterate, once, with its order checked.
func (c *buildCase) iterateTraced(job build.Job, targets build.Targets) error {
	was, err := keysOf(job.DAG, targets)
	if err != nil {
		return err
	}
	job.Targets, job.Trace = targets, new(build.Trace)
	report, err := c.build(job)
	if err != nil && (!c.work.conformance || workError(err) == nil) {
		return err
	}
	c.last = buildResult{job.DAG, targets, report, err}
	return job.Trace.Check(job.DAG, func(key string) bool { return was[key] })
}

// keysOf are the tasks that are complete.
func keysOf(dag *build.DAG, targets build.Targets) (map[string]bool, error) {
	was := map[string]bool{}
	if !targets.Keeps() {
		return was, nil // made for this build: nothing was complete
	}
	err := dag.EachOutput(targets, func(key string, _ []byte) error {
		was[key] = true
		return nil
	})
	return was, err
}

func (r *buildResult) verification(wantResult bool) (sdk.Verification, error) {
	v := sdk.Verification{Counters: counterMap(&r.report.Counters), Error: workError(r.err)}
	var err error
	if v.Digest, err = r.digest(); err != nil || v.Digest == nil {
		return v, err
	}
	v.Digests = map[string]string{"output": *v.Digest}
	if wantResult {
		v.Result, err = r.outputs()
	}
	return v, err
}

// outputs lists the records of all complete tasks in the order of their keys,
// which is what the digest is over.
func (r *buildResult) outputs() (json.RawMessage, error) {
	list := []byte{'['}
	err := r.dag.EachOutput(r.targets, func(_ string, record []byte) error {
		if len(list) > 1 {
			list = append(list, ',')
		}
		list = append(list, record...)
		return nil
	})
	return append(list, ']'), err
}

// Close implements sdk.Case.
func (c *buildCase) Close() error {
	var err error
	if c.up != nil {
		err = c.up.Close()
		c.up = nil
	}
	return errors.Join(err, c.discard())
}

func counterMap(c *build.Counters) map[string]int64 {
	return map[string]int64{
		"tasks_run":           c.TasksRun,
		"body_starts":         c.BodyStarts,
		"suspensions":         c.Suspensions,
		"re_executions":       c.ReExecutions,
		"checks_parent":       c.ChecksParent,
		"checks_child":        c.ChecksChild,
		"targets_written":     c.TargetsWritten,
		"ipc_messages":        c.IPCMessages,
		"ipc_bytes":           c.IPCBytes,
		"failed":              c.Failed,
		"skipped":             c.Skipped,
		"previously_complete": c.PreviouslyComplete,
		"max_running":         c.MaxRunning,
	}
}

// workError puts an error into the words that implementations share, or
// returns nil if it is none that a build can be expected to end with.
func workError(err error) *sdk.WorkError {
	var (
		unknown *build.UnknownTaskError
		cycle   *build.CycleError
		failed  *build.TaskError
		dead    *build.DeadlockError
	)
	switch {
	case errors.As(err, &unknown):
		return &sdk.WorkError{Kind: "unknown_task", Key: unknown.Key}
	case errors.As(err, &cycle):
		return &sdk.WorkError{Kind: "cycle", Path: cycle.Path}
	case errors.As(err, &failed):
		return &sdk.WorkError{Kind: "task_failed", Key: failed.Key, Message: fmt.Sprint(failed.Err)}
	case errors.As(err, &dead):
		return &sdk.WorkError{Kind: "deadlock", Count: int64(dead.Stuck)}
	}
	return nil
}

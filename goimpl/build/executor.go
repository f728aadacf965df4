package build

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Names of the executors.
const (
	Sequential   = "sequential"
	ThreadPool   = "threadpool"
	AsyncIO      = "asyncio"
	AsyncIOQueue = "asyncio_queue"
	MultiProcess = "multiprocess"
)

// Executors lists the names that Options.Executor takes.
func Executors() []string {
	return []string{Sequential, ThreadPool, AsyncIO, AsyncIOQueue, MultiProcess}
}

// Values of Options.FailMode.
const (
	FailFast = "fail_fast" // after a failure no new body starts, and nothing counts as skipped
	Continue = "continue"  // everything not downstream of a failure still runs
)

// Values of Options.Discover.
const (
	ShortCircuit = "short_circuit" // what a complete task needs is not looked at
	Full         = "full"          // everything is looked at
)

// Values of Options.Blocking.
const (
	ToThread = "to_thread" // bodies run on goroutines
	Native   = "native"    // the same: a goroutine that waits blocks no thread
	OnLoop   = "on_loop"   // bodies that ask for rounds, and those asked for, run one at a time
)

// Options choose and configure an executor. The zero value is a thread pool of
// four workers that stops at the first failure.
type Options struct {
	// Executor is one of Executors(). Empty means ThreadPool.
	Executor string
	// Workers is how many bodies may run at once, at least 1. Zero means 4.
	// Sequential always has one.
	Workers int
	// FailMode is FailFast or Continue. Empty means FailFast.
	FailMode string
	// Discover is ShortCircuit or Full. Empty means ShortCircuit.
	Discover string
	// CheckWorkers is how many completeness checks may run at once while a
	// build finds out what there is to do, at least 1. Zero means 1 for
	// Sequential and 50 for the others. It matters for checks that are slow:
	// of a task whose kind makes them wait, or of Targets with a method
	// SlowChecks() bool that returns true. All others are made one by one, for
	// a goroutine costs more than they do. Which tasks are checked, the
	// counters and every order are the same for any value.
	CheckWorkers int
	// Blocking says how AsyncIO and AsyncIOQueue run bodies. Empty means
	// ToThread. OnLoop reproduces a defect that event loops invite: a body
	// advanced on the loop keeps every other such body waiting. It holds for
	// tasks that ask and for tasks that are asked for, since a program in
	// which some tasks may ask usually advances all of their class alike.
	Blocking string
	// Warm makes New return only after every worker has started and done one
	// trivial task. AsyncIO and Sequential keep no workers between builds.
	Warm bool
	// WorkerCommand starts a child process of MultiProcess, at once and whenever
	// a build begins and one has been lost: with its body, or because the
	// context of a build has ended, for a child cannot be told to stop. The
	// program must call ServeWorker, or Worker.Serve if the DAG has kinds of
	// its own. There is no default.
	WorkerCommand []string
}

// An Executor builds DAGs, one at a time: calls must not overlap.
type Executor interface {
	// Build runs what is not complete and returns when nothing runs any more,
	// also after a failure and after ctx is done. It is an error that ctx is
	// done when Build is called, or before everything is complete.
	//
	// The error is a *TaskError, *DeadlockError, *WorkerError, the cause of
	// ctx's end, or a target's. The report is valid in every case.
	Build(ctx context.Context, job Job) (Report, error)
	// Close ends all goroutines and child processes and waits for them. To
	// build after that is an error, to close again is nothing.
	Close() error
}

// A Job is one build.
type Job struct {
	DAG *DAG
	// Targets decide what is complete and receive what tasks produce. Nil
	// means NewNone. MultiProcess needs Files. Builds that overlap in time
	// should each have a value of their own, for they would count each other's
	// work: two Files may share a root.
	Targets Targets
	// Nonce tells child processes which StandardKinds the DAG was compiled
	// with.
	Nonce uint64
	// Trace, if not nil, receives every start and end of a body.
	Trace *Trace
}

// A Report says what a build did.
type Report struct {
	Counters
	// Failures are the tasks that failed, ordered by key.
	Failures []*TaskError
}

// Counters count what a build did, where it was done. For a given DAG, targets
// and options all but MaxRunning have one correct value.
type Counters struct {
	TasksRun           int64 // bodies that reached their end
	BodyStarts         int64 // executions of a body from its start
	Suspensions        int64 // requests that had to wait
	ReExecutions       int64 // executions again of a body that had to wait
	ChecksParent       int64 // completeness checks by the build
	ChecksChild        int64 // completeness checks by child processes
	TargetsWritten     int64 // records put in place, here or by a child that said done
	IPCMessages        int64 // lines to and from child processes
	IPCBytes           int64 // with their newlines
	Failed             int64 // bodies that failed
	Skipped            int64 // with Continue: tasks given up because of a failure; else 0
	PreviouslyComplete int64 // tasks found complete
	MaxRunning         int64 // most workers that had bodies to run at one time
}

// New starts an executor.
func New(opts Options) (Executor, error) {
	if err := opts.Validate(); err != nil {
		return nil, err
	}
	opts.fill()
	switch opts.Executor {
	case Sequential:
		return &sequential{opts: opts}, nil
	case MultiProcess:
		return newMultiprocess(opts)
	}
	return newCrew(opts), nil
}

// fill replaces zeros by what they mean.
func (o *Options) fill() {
	if o.Workers == 0 {
		o.Workers = 4
	}
	if o.CheckWorkers == 0 && o.Executor == Sequential {
		o.CheckWorkers = 1
	} else if o.CheckWorkers == 0 {
		o.CheckWorkers = 50
	}
}

// Validate returns the error that New would return before it starts anything.
func (o *Options) Validate() error {
	if o.Workers < 0 {
		return fmt.Errorf("build: workers is %d, want at least 1", o.Workers)
	}
	if o.CheckWorkers < 0 {
		return fmt.Errorf("build: check_workers is %d, want at least 1", o.CheckWorkers)
	}
	if o.Executor == MultiProcess && len(o.WorkerCommand) == 0 {
		return errors.New("build: executor multiprocess needs a worker command: " +
			"set Options.WorkerCommand to start a program that calls ServeWorker, such as this one with an argument that tells it to")
	}
	return cmp.Or(
		oneOf("executor", o.Executor, "", Sequential, ThreadPool, AsyncIO, AsyncIOQueue, MultiProcess),
		oneOf("fail_mode", o.FailMode, "", FailFast, Continue),
		oneOf("discover", o.Discover, "", ShortCircuit, Full),
		oneOf("blocking", o.Blocking, "", ToThread, Native, OnLoop),
	)
}

func oneOf(what, got string, want ...string) error {
	if slices.Contains(want, got) {
		return nil
	}
	hint := didYouMean(similar(got, slices.Values(want)))
	return fmt.Errorf("build: %s is %q%s, want one of %s", what, got, hint, strings.TrimPrefix(strings.Join(want, ", "), ", "))
}

package build_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"xbench/goimpl/build"
)

// kinds are what the examples' tasks do: word reports its parameter, join the
// words of all that it depends on.
var kinds = build.Kinds{
	"word": func(p build.Params) (build.Body, error) {
		text, err := p.Text("text")
		return func(_ context.Context, c *build.Call) error {
			c.Text("text", text)
			return nil
		}, err
	},
	"join": build.Func(func(_ context.Context, c *build.Call) error {
		var all string
		for _, key := range c.Deps() {
			var result struct{ Text string }
			if err := c.Result(key, &result); err != nil {
				return err
			}
			all += result.Text + " "
		}
		c.Text("text", all)
		return nil
	}),
	"broken": build.Func(func(context.Context, *build.Call) error { return errors.New("out of paper") }),
}

func word(key string, deps ...string) build.Definition {
	return build.Definition{Key: key, Kind: "word", Params: map[string]any{"text": key}, Deps: deps}
}

// run builds root with an executor of its own.
func run(opts build.Options, kinds build.Kinds, targets build.Targets, defs ...build.Definition) (build.Report, error) {
	dag, err := build.Compile(defs, "root", kinds)
	if err != nil {
		return build.Report{}, err
	}
	ex, err := build.New(opts)
	if err != nil {
		return build.Report{}, err
	}
	defer ex.Close()
	return ex.Build(context.Background(), build.Job{DAG: dag, Targets: targets})
}

// A static DAG: a task that joins what two others have made.
func Example() {
	dag, err := build.Compile([]build.Definition{
		{Key: "root", Kind: "join", Deps: []string{"hello", "world"}},
		word("hello"), word("world"),
	}, "root", kinds)
	if err != nil {
		fmt.Println(err)
		return
	}
	ex, err := build.New(build.Options{Executor: build.ThreadPool, Workers: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer ex.Close()
	targets := build.NewMemory(3)
	report, err := ex.Build(context.Background(), build.Job{DAG: dag, Targets: targets})
	fmt.Println(report.TasksRun, "tasks run,", err)
	record, _ := targets.Read(dag.Root())
	fmt.Println(string(record))
	// Output:
	// 3 tasks run, <nil>
	// {"id":"245ebd2799a8ef05acb0e11af22667e2","key":"root","kind":"join","result":{"text":"hello world "}}
}

// Dynamic dependencies: a body asks for other tasks while it runs, and holds no
// worker until they are complete.
func ExampleCall_Ask() {
	ask := build.Kinds{"word": kinds["word"], "ask": build.Func(func(_ context.Context, c *build.Call) error {
		fmt.Println("asks")
		if err := c.Ask(); err != nil { // the tasks of Rounds[0]
			return err
		}
		var late struct{ Text string }
		err := c.Result("late", &late)
		fmt.Println("got", late.Text)
		return err
	})}
	report, err := run(build.Options{Workers: 1}, ask, build.NewMemory(2),
		build.Definition{Key: "root", Kind: "ask", Rounds: [][]string{{"late"}}}, word("late"))
	fmt.Println(report.Suspensions, "suspension,", err)
	// Output:
	// asks
	// got late
	// 1 suspension, <nil>
}

// A record is what a task leaves in its target: canonical JSON, the same from
// every executor.
func ExampleCall_Record() {
	read := build.Kinds{"word": kinds["word"], "read": build.Func(func(_ context.Context, c *build.Call) error {
		record, err := c.Record("base")
		fmt.Println(string(record))
		return err
	})}
	_, err := run(build.Options{}, read, build.NewMemory(2),
		build.Definition{Key: "root", Kind: "read", Deps: []string{"base"}}, word("base"))
	fmt.Println(err)
	// Output:
	// {"id":"7dcdbf0dbaa3f493a4e796b913b90951","key":"base","kind":"word","result":{"text":"base"}}
	// <nil>
}

// Preparing targets: what has been completed beforehand is not run again, and
// what it needs is not even looked at.
func ExampleDAG_Complete() {
	dag, err := build.Compile([]build.Definition{
		word("root", "fetched", "new"), word("fetched", "remote"), word("new"), word("remote"),
	}, "root", kinds)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, targets := context.Background(), build.NewMemory(dag.Len())
	fmt.Println(dag.Complete(ctx, targets, "fetched"))
	ex, err := build.New(build.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer ex.Close()
	report, err := ex.Build(ctx, build.Job{DAG: dag, Targets: targets})
	fmt.Println(report.TasksRun, "run,", report.PreviouslyComplete, "found complete,", report.ChecksParent, "checks,", err)
	// Output:
	// <nil>
	// 2 run, 1 found complete, 3 checks, <nil>
}

// Recording what happened in which order, and checking it against the
// definitions.
func ExampleTrace() {
	dag, err := build.Compile([]build.Definition{word("root", "a", "b"), word("a", "b"), word("b")}, "root", kinds)
	if err != nil {
		fmt.Println(err)
		return
	}
	ex, err := build.New(build.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer ex.Close()
	trace := new(build.Trace)
	_, err = ex.Build(context.Background(), build.Job{DAG: dag, Trace: trace})
	fmt.Println(err)
	for _, event := range trace.Events() {
		if event.Kind == build.End {
			fmt.Println(dag.Task(event.Task).Key(), "has ended")
		}
	}
	fmt.Println(trace.Check(dag, func(string) bool { return false }))
	// Output:
	// <nil>
	// b has ended
	// a has ended
	// root has ended
	// <nil>
}

// Waiting for something outside: a hundred tasks that wait 50 ms each take
// about 50 ms with one worker.
func ExampleCall_Await() {
	wait := build.Kinds{"wait": build.Func(func(_ context.Context, c *build.Call) error {
		return c.Await(func(ctx context.Context) error {
			select {
			case <-time.After(50 * time.Millisecond): // say, an answer of a server
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})}
	defs := []build.Definition{{Key: "root", Kind: "wait"}}
	for i := range 100 {
		key := fmt.Sprint("request_", i)
		defs = append(defs, build.Definition{Key: key, Kind: "wait"})
		defs[0].Deps = append(defs[0].Deps, key)
	}
	start := time.Now()
	report, err := run(build.Options{Workers: 1}, wait, nil, defs...)
	fmt.Println(report.TasksRun, "tasks,", time.Since(start) < 5*time.Second, err)
	// Output:
	// 101 tasks, true <nil>
}

// Resuming: what has a file is not run again.
func ExampleNewFiles() {
	dir, err := os.MkdirTemp("", "build-example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	for _, broken := range []bool{true, false} {
		step := word("step", "base")
		if broken {
			step.Kind = "broken"
		}
		report, err := run(build.Options{}, kinds, build.NewFiles(dir), word("root", "step", "other"), step, word("other"), word("base"))
		fmt.Println(report.TasksRun, "run,", report.PreviouslyComplete, "found complete,", err)
	}
	// Output:
	// 2 run, 0 found complete, build: task "step": out of paper
	// 2 run, 2 found complete, <nil>
}

// After a failure everything that does not need the failed task still runs.
func ExampleOptions_failMode() {
	report, err := run(build.Options{FailMode: build.Continue}, kinds, nil,
		word("root", "bad", "good"), build.Definition{Key: "bad", Kind: "broken"}, word("good", "base"), word("base"))
	fmt.Println(report.TasksRun, "run,", report.Failed, "failed,", report.Skipped, "skipped")
	fmt.Println(err)
	// Output:
	// 2 run, 1 failed, 1 skipped
	// build: task "bad": out of paper
}

// Child processes: the program starts itself again, and main (here TestMain)
// calls ServeWorker when it finds the argument that says so.
func ExampleServeWorker() {
	dir, err := os.MkdirTemp("", "build-example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	opts := build.Options{
		Executor:      build.MultiProcess,
		Workers:       2,
		WorkerCommand: []string{os.Args[0], "build-test-worker"},
	}
	light := func(key string, deps ...string) build.Definition {
		return build.Definition{Key: key, Kind: "light", Params: map[string]any{"n": 100}, Deps: deps}
	}
	report, err := run(opts, build.StandardKinds(0), build.NewFiles(dir), light("root", "a", "b"), light("a"), light("b"))
	fmt.Println(report.TasksRun, "run,", report.IPCMessages, "messages,", err)
	// Output:
	// 3 run, 6 messages, <nil>
}

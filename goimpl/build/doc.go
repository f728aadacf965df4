// Package build runs a directed acyclic graph of tasks to completion.
//
// A task is a definition: a key, a kind with parameters, the tasks it depends
// on, and rounds of further tasks that its body asks for while it runs.
// Compile checks the definitions and binds each kind to a Body; an Executor
// then builds the resulting DAG:
//
//	dag, err := build.Compile(defs, "root", build.StandardKinds(0))
//	ex, err := build.New(build.Options{Executor: build.ThreadPool, Workers: 4})
//	defer ex.Close()
//	report, err := ex.Build(ctx, build.Job{DAG: dag, Targets: build.NewFiles(dir)})
//
// Targets decide what is complete: a task whose target exists is not run
// again, so a build can be interrupted and resumed. Five executors do the same
// work under the same rules (one FIFO of ready tasks, at most Workers bodies
// at once, a body that waits for others holds no slot) and differ in what they
// hand to a worker:
//
//	sequential     the caller's goroutine runs everything, depth first
//	threadpool     a coordinator and W goroutines on one channel
//	asyncio        a goroutine for each task, a semaphore of W
//	asyncio_queue  W goroutines on one queue; who finishes a task queues the next
//	multiprocess   W child processes that talk JSON lines
//
// The names are those of the Python executors they are compared with. There is
// no event loop in the Go ones: goroutines already are what asyncio provides.
//
// The scheduling rules live in one place, the type state; an executor only
// decides who calls it and under which lock. The package knows nothing of how
// builds are measured; package suite binds it to the benchmark catalogue.
package build

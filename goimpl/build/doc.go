// Package build runs a directed acyclic graph of tasks to completion.
//
// A task is a [Definition]: a key, a kind with parameters, the tasks it depends
// on, and rounds of further tasks that its body asks for while it runs.
// [Compile] checks the definitions and binds each kind to a [Body]; an
// [Executor] then builds the resulting [DAG]:
//
// First say what kinds of task there are. [Func] makes one of a plain function;
// a [Kind] that takes parameters decodes them once, when a DAG is compiled.
//
//	kinds := build.Kinds{"fetch": build.Func(func(ctx context.Context, c *build.Call) error {
//		n, err := fetch(ctx, c.Params())
//		c.Int("bytes", n)
//		return err
//	})}
//
// Then define tasks and compile what the root needs of them. Mistakes show
// here: cycles, keys nobody defines, parameters a kind cannot take.
//
//	defs := []build.Definition{{Key: "all", Kind: "fetch", Deps: []string{"index"}}, ...}
//	dag, err := build.Compile(defs, "all", kinds)
//
// Last start an executor, build, and close it. It can build many DAGs.
//
//	ex, err := build.New(build.Options{Executor: build.ThreadPool, Workers: 8})
//	defer ex.Close()
//	report, err := ex.Build(ctx, build.Job{DAG: dag, Targets: build.NewFiles(dir)})
//
// [Targets] decide what is complete: a task whose target exists is not run
// again, so a build can be interrupted and resumed. [Files] keep targets in a
// directory, [Memory] in a map, and [None] only knows which tasks are complete.
//
// # Dynamic dependencies
//
// A body can ask, while it runs, for tasks that are built only then. Which ones
// is part of its definition: the first [Call.Ask] asks for Rounds[0], the next
// for Rounds[1]. They are declared beforehand so that ids cover them and cycles
// show when a DAG is compiled; a body cannot ask for a key that it has computed.
// What depends on earlier results is a DAG of its own: build, read the records,
// compile the next definitions, and build again with the same targets.
//
// A body reads what its deps, and what it has asked for, have reported with
// [Call.Result].
//
// # Rules
//
// Ready tasks wait in one queue; tasks that become ready together enter it in
// the order in which they were discovered, depth first from the root. At most
// Workers bodies run at once. A body that waits holds no worker: [Call.Ask]
// waits for other tasks of the DAG, [Call.Await] for anything else. A body
// that fails or panics is a [TaskError]; after one no new body starts, or,
// with [Continue], none that needs the failed task: those alone count as
// skipped. When the context ends, so does the build, after its running bodies; if
// it ends after the last of them, that is no error.
//
// # Executors
//
// Five executors do the same work under these rules and differ in what they
// hand to a worker. The names are those of the Python executors they are
// compared with:
//
//	sequential     the caller's goroutine runs everything, depth first
//	threadpool     W goroutines that take what is ready from one queue
//	asyncio        a goroutine for each task, started when a slot is free
//	asyncio_queue  the same as threadpool, but for Blocking OnLoop
//	multiprocess   W child processes that talk JSON lines
//
// There is no event loop in the Go ones: goroutines already are what asyncio
// provides, so that two of Python's executors are one here. Nor has threadpool a
// coordinator: the caller of Build finds out what there is to do, and from then
// on whoever has ended tasks enters that and takes what comes next. The caller
// sleeps until nothing is left.
//
// Goroutines of a pool start, or wake up, one by one and only while there is more
// to do: a worker that sees more than it is about to begin calls the next one,
// and goes on without waiting for it. Fifteen light tasks take about 2 µs with an
// executor that stays up and 4 µs with its start and end, of which the bodies are
// half a microsecond. All but the first build of a DAG use the memory of earlier
// ones, as long as the garbage collector leaves it.
//
// Workers of threadpool and asyncio_queue take light tasks many at a time,
// about twenty microseconds of them, for to hand over one costs more than to
// run it. Tasks then leave the queue in order, but start as far out of order as
// that. Nothing waits behind a task that turns out to be slow: an idle worker
// takes over what another has not started. A task costs some 50 ns beside its
// body this way, in a wide DAG and in a chain, among a thousand as among a
// million.
//
// The scheduling rules live in one place, the type state; an executor only
// decides who calls it and under which lock. The package knows nothing of how
// builds are measured; package suite binds it to the benchmark catalogue.
package build

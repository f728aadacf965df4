// Package graph runs state graphs: nodes that read a shared state and return
// updates to it, joined by edges, joins and branches, executed in supersteps.
//
// In a superstep every triggered node reads the same state; when all have
// finished, their updates are applied in the order of the nodes' names, by the
// reducer of each field, and the next nodes are found. The result does not
// depend on how many workers ran the nodes.
//
// # State
//
// A Schema declares fields, each with its Go type and a reducer: Last,
// Overwrite, Append, Merge, Max, MaxEach, NonEmpty, NonNull. The declaration
// returns a handle, by which nodes read and write:
//
//	schema := graph.NewSchema()
//	counter := graph.Last(schema, "counter", 0)
//	messages := graph.Append[string](schema, "messages")
//
//	counter.Set(out, counter.Get(s)+1)
//	messages.Add(out, "hello")
//
// State is a row of slots and not a map of interfaces: that is where the speed
// comes from, and a misspelt field does not compile. For nodes that would
// rather be given a Go struct there is StructOf; for what is only known at run
// time, Dynamic and Update.Put.
//
// Old states are never changed: reducers make new containers, and what grows
// in place does so beyond the end of what anyone else can see.
//
// # Graph
//
// A Builder collects nodes and what follows them: Edge, Join (once all of
// several nodes have run), Branch and BranchMany (a router picks labels),
// BranchSend (a router starts a node any number of times, each on an input of
// its own). A compiled graph can be a node of another, by Subgraph. Compile
// checks the whole and resolves names to numbers; the Plan it returns may be
// run any number of times at once.
//
// # Running
//
// A Runner owns the goroutines that execute nodes side by side; the zero
// Runner has none. Invoke runs a plan to its end, under a limit of supersteps;
// Stream yields events on the way, as an iter.Seq2; Resume goes on from a
// checkpoint, in this process or another (a store keeps one history for each
// thread, that of the last run: see Store). Options name the Checkpointer
// (MemoryStore, FileStore or your own), the Tracer and the rest.
//
//	runner := graph.NewRunner(4)
//	defer runner.Close()
//	result, err := runner.Invoke(ctx, plan, input, graph.Options{})
//
// # Failure
//
// Every fault is an *Error with a Kind that programs can compare; it names the
// node, the field and the step. A node that fails or panics ends the run, with
// no update of its superstep applied and no checkpoint of it written; others
// of the superstep are waited for. Cancelling the context ends the run before
// the next superstep.
//
// # Cost
//
// A superstep of one node costs some 50 nanoseconds and no allocation, beside
// what the node does. Events, checkpoints and spans cost nothing when they are
// not asked for. Handing a node to a worker costs about 300 nanoseconds: run
// short nodes on the zero Runner.
package graph

// Package graph runs state graphs: nodes that read a shared state and return
// updates to it, joined by edges, joins and branches, executed in supersteps.
//
// In a superstep every triggered node reads the same state; when all have
// finished, their updates are applied in the order of the nodes' names, by the
// reducer of each field, and the next nodes are found. The result does not
// depend on how many workers ran the nodes.
//
//	schema := graph.NewSchema()
//	counter := graph.Last(schema, "counter", 0)
//	messages := graph.Append[string](schema, "messages")
//
//	b := graph.New(schema)
//	b.Node("hello", func(ctx context.Context, s graph.State, out *graph.Update) error {
//		counter.Set(out, counter.Get(s)+1)
//		messages.Add(out, "hello")
//		return nil
//	})
//	b.Edge("hello", graph.End)
//	b.Entry("hello")
//	plan, err := b.Compile()
//
//	runner := graph.NewRunner(4)
//	defer runner.Close()
//	result, err := runner.Invoke(ctx, plan, schema.Input(), graph.Options{})
//
// Fields are declared with their Go type and reached through the handle that
// the declaration returns, so that state is a row of slots and not a map of
// interfaces: that is where the speed comes from, and a misspelt field does
// not compile. Compile resolves names to numbers and checks the whole graph.
// What is only known at run time can be declared with Dynamic.
//
// Old states are never changed: reducers make new containers, and a list that
// grows in place does so beyond the end of what anyone else can see.
package graph

package graph_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	"xbench/goimpl/graph"
)

// A graph of two nodes over two fields.
func Example() {
	schema := graph.NewSchema()
	counter := graph.Last(schema, "counter", 0)
	messages := graph.Append[string](schema, "messages")

	b := graph.New(schema)
	b.Node("hello", func(_ context.Context, s graph.State, out *graph.Update) error {
		counter.Set(out, counter.Get(s)+1)
		messages.Add(out, "hello")
		return nil
	})
	b.Node("world", func(_ context.Context, s graph.State, out *graph.Update) error {
		counter.Set(out, counter.Get(s)+1)
		messages.Add(out, messages.Get(s)[0]+", world")
		return nil
	})
	b.Edge("hello", "world")
	b.Edge("world", graph.End)
	b.Entry("hello")
	plan, err := b.Compile()
	if err != nil {
		log.Fatal(err)
	}

	var runner graph.Runner
	result, err := runner.Invoke(context.Background(), plan, schema.Input().State(), graph.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(counter.Get(result.State), messages.Get(result.State))
	fmt.Println(result.Counters.Nodes, "nodes in", result.Counters.Supersteps, "supersteps")
	// Output:
	// 2 [hello hello, world]
	// 2 nodes in 2 supersteps
}

// A router sends a node back to itself until its work is done.
func ExampleBuilder_Branch() {
	schema := graph.NewSchema()
	guess := graph.Last(schema, "guess", 1.0)

	b := graph.New(schema)
	b.Node("improve", func(_ context.Context, s graph.State, out *graph.Update) error {
		g := guess.Get(s)
		guess.Set(out, (g+2/g)/2)
		return nil
	})
	b.Branch("improve", func(s graph.State) string {
		if g := guess.Get(s); g*g-2 > 1e-9 {
			return "again"
		}
		return "done"
	}, map[string]string{"again": "improve", "done": graph.End})
	b.Entry("improve")
	plan, err := b.Compile()
	if err != nil {
		log.Fatal(err)
	}

	var runner graph.Runner
	result, err := runner.Invoke(context.Background(), plan, schema.Input().State(), graph.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.6f after %d steps\n", guess.Get(result.State), result.Counters.Supersteps)

	// A limit keeps a loop that does not end from running for ever.
	_, err = runner.Invoke(context.Background(), plan, schema.Input().State(), graph.Options{Limit: 2})
	fmt.Println(err)
	// Output:
	// 1.414214 after 4 steps
	// graph: step 2: recursion limit: after 2 supersteps these are still pending: "improve"; raise Options.Limit if that is no endless loop
}

// Three nodes run side by side; a join waits for all of them, although one
// path is longer than the others.
func ExampleBuilder_Join() {
	schema := graph.NewSchema()
	found := graph.Append[string](schema, "found")
	total := graph.Last(schema, "total", 0)

	b := graph.New(schema)
	look := func(where string) graph.NodeFunc {
		return func(_ context.Context, _ graph.State, out *graph.Update) error {
			found.Add(out, where)
			return nil
		}
	}
	b.Node("web", look("web"))
	b.Node("files", look("files"))
	b.Node("archive", look("archive"))
	b.Node("unpack", look("unpacked"))
	b.Node("report", func(_ context.Context, s graph.State, out *graph.Update) error {
		total.Set(out, found.Len(s))
		return nil
	})
	b.Entry("web", "files", "archive")
	b.Edge("archive", "unpack")
	b.Join([]string{"web", "files", "unpack"}, "report")
	plan, err := b.Compile()
	if err != nil {
		log.Fatal(err)
	}

	runner := graph.NewRunner(3)
	defer runner.Close()
	result, err := runner.Invoke(context.Background(), plan, schema.Input().State(), graph.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(found.Get(result.State), total.Get(result.State)) // in order of names, whoever came first
	// Output: [archive files web unpacked] 4
}

// Map and reduce: a router starts one node for each text, on an input of its
// own, and the reducers put the results together.
func ExampleBuilder_BranchSend() {
	item := graph.NewSchema() // what each node is sent
	text := graph.Last(item, "text", "")

	schema := graph.NewSchema()
	texts := graph.Append[string](schema, "texts")
	words := graph.Append[int](schema, "words")
	most := graph.Max(schema, "most", 0)

	b := graph.New(schema)
	b.Node("split", func(_ context.Context, _ graph.State, out *graph.Update) error {
		texts.Add(out, "to be or not", "to be", "that is the question")
		return nil
	})
	b.BranchSend("split", func(s graph.State) (sends []graph.Send) {
		for _, t := range texts.Get(s) {
			in := item.Input()
			text.Set(in, t)
			sends = append(sends, graph.Send{Node: "count", Input: in.State()})
		}
		return sends
	}, "count")
	b.SendSchema("count", item)
	b.Node("count", func(_ context.Context, s graph.State, out *graph.Update) error {
		n := len(strings.Fields(text.Get(s)))
		words.Add(out, n)
		most.Set(out, n)
		return nil
	})
	b.Entry("split")
	plan, err := b.Compile()
	if err != nil {
		log.Fatal(err)
	}

	runner := graph.NewRunner(3)
	defer runner.Close()
	result, err := runner.Invoke(context.Background(), plan, schema.Input().State(), graph.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(words.Get(result.State), most.Get(result.State))
	// Output: [4 2 4] 4
}

// A compiled graph is a node of another, with a state of its own.
func ExampleBuilder_Subgraph() {
	inner := graph.NewSchema()
	n := graph.Last(inner, "n", 0)
	ib := graph.New(inner)
	ib.Node("halve", func(_ context.Context, s graph.State, out *graph.Update) error {
		n.Set(out, n.Get(s)/2)
		return nil
	})
	ib.Branch("halve", func(s graph.State) string { return []string{"even", "odd"}[n.Get(s)%2] },
		map[string]string{"even": "halve", "odd": graph.End})
	ib.Entry("halve")
	halving, err := ib.Compile()
	if err != nil {
		log.Fatal(err)
	}

	outer := graph.NewSchema()
	number := graph.Last(outer, "number", 0)
	b := graph.New(outer)
	b.Subgraph("odd part", halving,
		func(s graph.State) graph.State {
			in := inner.Input()
			n.Set(in, number.Get(s))
			return in.State()
		},
		func(final graph.State, upd *graph.Update) { number.Set(upd, n.Get(final)) })
	b.Entry("odd part")
	plan, err := b.Compile()
	if err != nil {
		log.Fatal(err)
	}

	in := outer.Input()
	number.Set(in, 88)
	var runner graph.Runner
	result, err := runner.Invoke(context.Background(), plan, in.State(), graph.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(number.Get(result.State), "after", result.Counters.SubNodes, "nodes inside")
	// Output: 11 after 3 nodes inside
}

// countdown counts n down to 0, a step at a time.
func countdown() (*graph.Plan, graph.Field[int]) {
	schema := graph.NewSchema()
	n := graph.Last(schema, "n", 3)
	b := graph.New(schema)
	b.Node("tick", func(_ context.Context, s graph.State, out *graph.Update) error {
		n.Set(out, n.Get(s)-1)
		return nil
	})
	b.Branch("tick", func(s graph.State) string { return fmt.Sprint(n.Get(s) > 0) },
		map[string]string{"true": "tick", "false": graph.End})
	b.Entry("tick")
	plan, err := b.Compile()
	if err != nil {
		log.Fatal(err)
	}
	return plan, n
}

// The loop takes events as they come; to leave it ends the run.
func ExampleRunner_Stream() {
	plan, n := countdown()
	var runner graph.Runner
	stream := runner.Stream(context.Background(), plan, plan.Schema().Input().State(), graph.Values, graph.Options{})
	for event, err := range stream.Events() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("step", event.Step, "n", n.Get(event.State))
		if n.Get(event.State) == 1 {
			break
		}
	}
	result, err := stream.Result()
	fmt.Println(result.Counters.Nodes, "nodes,", err)
	// Output:
	// step 0 n 3
	// step 1 n 2
	// step 2 n 1
	// 2 nodes, graph: stopped by the receiver of events
}

// A run that was interrupted goes on from its last checkpoint, here in a file.
func ExampleRunner_Resume() {
	dir, err := os.MkdirTemp("", "checkpoints")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	store := graph.NewFileStore(dir, graph.FileOptions{Fsync: true})

	plan, n := countdown()
	var runner graph.Runner
	ctx := context.Background()
	_, err = runner.Invoke(ctx, plan, plan.Schema().Input().State(), graph.Options{
		Checkpoints: store,
		Thread:      "launch",
		Mode:        graph.Values,
		Emit: func(e graph.Event) error {
			if e.Step == 2 {
				return errors.New("power cut")
			}
			return nil
		},
	})
	fmt.Println(err)

	// Another process, another day:
	plan, n = countdown()
	data, err := store.Latest(ctx, "launch")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(data))
	result, err := runner.Resume(ctx, plan, data, graph.Options{Checkpoints: store})
	if err != nil {
		log.Fatal(err)
	}
	steps, err := store.List(ctx, "launch")
	fmt.Println(n.Get(result.State), steps, err)
	// Output:
	// power cut
	// {"id":"launch/00000001","next":["tick"],"parent":"launch/00000000","state":{"n":2},"step":1,"thread":"launch","v":1}
	// 0 [0 1 2 3] <nil>
}

// A tracer is told how long each node, checkpoint and run took.
func ExampleCollector() {
	plan, _ := countdown()
	var runner graph.Runner
	var spans graph.Collector
	_, err := runner.Invoke(context.Background(), plan, plan.Schema().Input().State(), graph.Options{Tracer: &spans})
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range spans.Spans() {
		fmt.Println(s.Kind, s.Name, s.Step, s.Duration >= 0)
	}
	// Output:
	// node tick 1 true
	// node tick 2 true
	// node tick 3 true
	// run t0 3 true
}

// A state may be declared by a Go struct. What a node writes it names, so that
// a zero can be written like any other value.
func ExampleStructOf() {
	type Message struct {
		Role string `json:"role"`
		Text string `json:"text"`
	}
	type Chat struct {
		Messages []Message         `graph:"messages,append"`
		Meta     map[string]string `graph:"meta,merge"`
		Turns    int               `graph:"turns"`
		Open     bool              `graph:"open"`
	}
	chat, err := graph.StructOf(Chat{Open: true})
	if err != nil {
		log.Fatal(err)
	}

	b := graph.New(chat.Schema())
	b.Node("answer", chat.Node(func(_ context.Context, s Chat, out *graph.Out[Chat]) error {
		last := s.Messages[len(s.Messages)-1]
		graph.Add(out, &out.To.Messages, Message{"bot", strings.ToUpper(last.Text)})
		graph.Put(out, &out.To.Meta, "language", "en")
		graph.Set(out, &out.To.Turns, s.Turns+1)
		graph.Set(out, &out.To.Open, false)
		return nil
	}))
	b.Branch("answer", chat.Router(func(s Chat) string { return fmt.Sprint(s.Open) }),
		map[string]string{"true": "answer", "false": graph.End})
	b.Entry("answer")
	plan, err := b.Compile()
	if err != nil {
		log.Fatal(err)
	}

	var runner graph.Runner
	input := chat.State(Chat{Messages: []Message{{"user", "hi"}}, Open: true})
	result, err := runner.Invoke(context.Background(), plan, input, graph.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%+v\n", chat.Value(result.State))
	// Output: {Messages:[{Role:user Text:hi} {Role:bot Text:HI}] Meta:map[language:en] Turns:1 Open:false}
}

// A store of files outlives its process. A thread has one history: a second run
// on it replaces the first.
func ExampleFileStore() {
	dir, err := os.MkdirTemp("", "checkpoints")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	store := graph.NewFileStore(dir, graph.FileOptions{})

	plan, n := countdown()
	ctx := context.Background()
	var runner graph.Runner
	for _, from := range []int{3, 1} {
		in := plan.Schema().Input()
		n.Set(in, from)
		if _, err := runner.Invoke(ctx, plan, in.State(), graph.Options{Checkpoints: store, Thread: "launch"}); err != nil {
			log.Fatal(err)
		}
		steps, err := store.List(ctx, "launch")
		fmt.Println(steps, err)
	}
	_, err = store.Load(ctx, "launch", 3)
	fmt.Println(err, errors.Is(err, graph.ErrNoCheckpoint))
	// Output:
	// [0 1 2 3] <nil>
	// [0 1] <nil>
	// graph: thread "launch": step 3: no such checkpoint true
}

// The first superstep may be sends too, each with a state of the schema that
// the node takes.
func ExampleBuilder_EntrySend() {
	item := graph.NewSchema()
	number := graph.Last(item, "number", 0)

	schema := graph.NewSchema()
	upTo := graph.Last(schema, "upTo", 3)
	squares := graph.Append[int](schema, "squares")

	b := graph.New(schema)
	b.EntrySend(func(s graph.State) (sends []graph.Send) {
		for i := range upTo.Get(s) {
			in := item.Input()
			number.Set(in, i+1)
			sends = append(sends, graph.Send{Node: "square", Input: in.State()})
		}
		return sends
	}, "square")
	b.SendSchema("square", item)
	b.Node("square", func(_ context.Context, s graph.State, out *graph.Update) error {
		squares.Add(out, number.Get(s)*number.Get(s))
		return nil
	})
	plan, err := b.Compile()
	if err != nil {
		log.Fatal(err)
	}

	var runner graph.Runner
	result, err := runner.Invoke(context.Background(), plan, schema.Input().State(), graph.Options{})
	fmt.Println(squares.Get(result.State), err)
	// Output: [1 4 9] <nil>
}

// With CopyState each node may do with its state what it likes.
func ExampleOptions_copyState() {
	schema := graph.NewSchema()
	stock := graph.Last(schema, "stock", map[string]int{"apples": 3})
	b := graph.New(schema)
	for _, name := range []string{"ann", "bob"} {
		b.Node(name, func(_ context.Context, s graph.State, _ *graph.Update) error {
			stock.Get(s)["apples"]-- // in this node's copy
			return nil
		})
		b.Entry(name)
	}
	plan, err := b.Compile()
	if err != nil {
		log.Fatal(err)
	}

	runner := graph.NewRunner(2)
	defer runner.Close()
	result, err := runner.Invoke(context.Background(), plan, schema.Input().State(), graph.Options{CopyState: true})
	fmt.Println(stock.Get(result.State), result.Counters.StateCopies, err)
	// Output: map[apples:3] 2 <nil>
}

// Callbacks tell all that happens in a run.
func ExampleMode_callbacks() {
	plan, n := countdown()
	in := plan.Schema().Input()
	n.Set(in, 1)
	var runner graph.Runner
	_, err := runner.Invoke(context.Background(), plan, in.State(), graph.Options{
		Mode: graph.Callbacks,
		Emit: func(e graph.Event) error {
			fmt.Println(e.Type, e.Node, e.Fields, e.To)
			return nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// run_start  [] []
	// node_start tick [] []
	// node_end tick [] []
	// state_changed tick [n] []
	// edge tick [] [__end__]
	// run_end  [] []
}

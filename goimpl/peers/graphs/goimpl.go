package graphs

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"xbench/goimpl/graph"
)

func engineSide() Side {
	return Side{Chain: engineChain, Conditional: engineConditional, Loop: engineLoop, FanOut: engineFanOut}
}

// engineProgram is a graph of goimpl/graph.
type engineProgram struct {
	make     func() *graph.Builder
	start    func(nonce uint64) graph.State
	describe func(graph.State) Final
	limit    int
	runner   *graph.Runner

	plan    *graph.Plan
	in, out graph.State
}

func (p *engineProgram) Build() (err error) {
	p.plan, err = p.make().Compile()
	return err
}

func (p *engineProgram) Input(nonce uint64) { p.in = p.start(nonce) }

func (p *engineProgram) Invoke() error {
	result, err := p.runner.Invoke(context.Background(), p.plan, p.in, graph.Options{Limit: p.limit})
	p.out = result.State
	return err
}

func (p *engineProgram) Final() Final { return p.describe(p.out) }

func (p *engineProgram) Close() { p.runner.Close() }

// pair is the state of a counter and a text.
type pair struct {
	schema  *graph.Schema
	counter graph.Field[int]
	data    graph.Field[string]
}

func declarePair() pair {
	s := graph.NewSchema()
	return pair{s, graph.Last(s, "counter", 0), graph.Last(s, "data", "")}
}

func engineChain(n int) Program {
	d := declarePair()
	names, bodies := make([]string, n), make([]graph.NodeFunc, n)
	for i := range n {
		names[i] = "node" + strconv.Itoa(i)
		bodies[i] = func(_ context.Context, s graph.State, out *graph.Update) error {
			d.counter.Set(out, d.counter.Get(s)+1)
			d.data.Set(out, d.data.Get(s)+"node"+strconv.Itoa(i)+" ")
			return nil
		}
	}
	return &engineProgram{
		make: func() *graph.Builder {
			b := graph.New(declarePair().schema)
			for i, name := range names {
				b.Node(name, bodies[i])
				if i > 0 {
					b.Edge(names[i-1], name)
				}
			}
			b.Edge(names[n-1], graph.End)
			b.Entry(names[0])
			return b
		},
		start: func(nonce uint64) graph.State {
			in := d.schema.Input()
			d.data.Set(in, suffix(nonce))
			return in.State()
		},
		describe: func(s graph.State) Final { return Final{Counter: d.counter.Get(s), Data: d.data.Get(s)} },
		limit:    n,
		runner:   graph.NewRunner(0),
	}
}

// agent is the state of an agent: messages, metadata and where to go.
type agent struct {
	schema       *graph.Schema
	messages     graph.ListField[string]
	metadata     graph.MapField[string]
	counter      graph.Field[int]
	status, next graph.Field[string]
}

func declareAgent() agent {
	s := graph.NewSchema()
	return agent{
		s, graph.Append[string](s, "messages"), graph.Merge[string](s, "metadata", nil),
		graph.Last(s, "counter", 0), graph.Last(s, "status", ""), graph.Last(s, "next", ""),
	}
}

func (d agent) start(nonce uint64) graph.State {
	in := d.schema.Input()
	d.messages.Add(in, "Initial message")
	d.metadata.Put(in, "user", "test_user")
	d.metadata.Put(in, "session", "test_session"+suffix(nonce))
	d.status.Set(in, "initialized")
	return in.State()
}

func (d agent) describe(s graph.State) Final {
	return Final{
		Counter: d.counter.Get(s), Messages: slices.Clone(d.messages.Get(s)),
		Metadata: maps.Collect(d.metadata.Get(s).All()), Next: d.next.Get(s), Status: d.status.Get(s),
	}
}

func (d agent) program(limit, workers int, make func() *graph.Builder) Program {
	return &engineProgram{make: make, start: d.start, describe: d.describe, limit: limit, runner: graph.NewRunner(workers)}
}

func engineConditional() Program {
	d := declareAgent()
	decide := func(_ context.Context, s graph.State, out *graph.Update) error {
		c := d.counter.Get(s) + 1
		d.counter.Set(out, c)
		d.next.Set(out, parity(c))
		return nil
	}
	say := func(text string) graph.NodeFunc {
		return func(_ context.Context, _ graph.State, out *graph.Update) error {
			d.messages.Add(out, text)
			return nil
		}
	}
	return d.program(0, 0, func() *graph.Builder {
		b := graph.New(declareAgent().schema)
		b.Node("decide", decide)
		b.Node("even", say("Even path"))
		b.Node("odd", say("Odd path"))
		b.Branch("decide", d.next.Get, map[string]string{"even": "even", "odd": "odd"})
		b.Edge("even", graph.End)
		b.Edge("odd", graph.End)
		b.Entry("decide")
		return b
	})
}

func engineLoop(rounds int) Program {
	d := declareAgent()
	processor := func(_ context.Context, s graph.State, out *graph.Update) error {
		c := d.counter.Get(s) + 1
		d.counter.Set(out, c)
		d.messages.Add(out, "Iteration "+strconv.Itoa(c))
		d.next.Set(out, again(c, rounds))
		return nil
	}
	return d.program(rounds, 0, func() *graph.Builder {
		b := graph.New(declareAgent().schema)
		b.Node("processor", processor)
		b.Branch("processor", d.next.Get, map[string]string{"continue": "processor", "end": graph.End})
		b.Entry("processor")
		return b
	})
}

func engineFanOut(width, workers int) Program {
	d := declareAgent()
	dispatch := func(_ context.Context, _ graph.State, out *graph.Update) error {
		d.counter.Set(out, 0)
		d.status.Set(out, "distributing")
		return nil
	}
	collect := func(_ context.Context, s graph.State, out *graph.Update) error {
		d.status.Set(out, "collected")
		d.counter.Set(out, d.metadata.Get(s).Len())
		return nil
	}
	work := make([]graph.NodeFunc, width)
	for i := range work {
		work[i] = func(_ context.Context, _ graph.State, out *graph.Update) error {
			name := "worker" + strconv.Itoa(i+1)
			d.messages.Add(out, "Worker "+strconv.Itoa(i+1)+" processing")
			d.metadata.Put(out, name+"_result", "completed")
			return nil
		}
	}
	return d.program(0, workers, func() *graph.Builder {
		b := graph.New(declareAgent().schema)
		b.Node("dispatch", dispatch)
		b.Node("collect", collect)
		for i, body := range work {
			name := "worker" + strconv.Itoa(i+1)
			b.Node(name, body)
			b.Edge("dispatch", name)
			b.Edge(name, "collect")
		}
		b.Edge("collect", graph.End)
		b.Entry("dispatch")
		return b
	})
}

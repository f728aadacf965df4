package graphs

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/cloudwego/eino/compose"
)

func einoSide() Side {
	return Side{
		Chain: einoChain, Conditional: einoConditional, Loop: einoLoop,
		FanOut: func(width, _ int) Program { return einoFanOut(width) },
	}
}

// einoProgram is a graph of eino, in its pregel mode: supersteps, cycles.
type einoProgram struct {
	make     func() (compose.Runnable[*flow, *flow], error)
	start    func(nonce uint64) *flow
	runnable compose.Runnable[*flow, *flow]
	in, out  *flow
}

func (p *einoProgram) Build() (err error) {
	p.runnable, err = p.make()
	return err
}

func (p *einoProgram) Input(nonce uint64) { p.in = p.start(nonce) }

// Invoke starts from a copy, which is what lets nodes change the state in
// place: the input stays as it is. Lists are cut to their length, so that
// adding to one copies it.
func (p *einoProgram) Invoke() (err error) {
	s := *p.in
	s.Messages = slices.Clip(s.Messages)
	p.out, err = p.runnable.Invoke(context.Background(), &s)
	return err
}

func (p *einoProgram) Final() Final { return *p.out }

func (p *einoProgram) Close() {}

// A body is a node that changes the state.
type body = func(ctx context.Context, s *flow) (*flow, error)

func einoNode(f func(s *flow)) *compose.Lambda {
	return compose.InvokableLambda(func(_ context.Context, s *flow) (*flow, error) {
		f(s)
		return s, nil
	})
}

func einoChain(n int) Program {
	names, bodies := make([]string, n), make([]body, n)
	for i := range n {
		names[i] = "node" + strconv.Itoa(i)
		bodies[i] = func(_ context.Context, s *flow) (*flow, error) {
			s.Counter++
			s.Data += "node" + strconv.Itoa(i) + " "
			return s, nil
		}
	}
	return &einoProgram{
		make: func() (compose.Runnable[*flow, *flow], error) {
			g := compose.NewGraph[*flow, *flow]()
			before := compose.START
			for i, name := range names {
				if err := g.AddLambdaNode(name, compose.InvokableLambda(bodies[i])); err != nil {
					return nil, err
				}
				if err := g.AddEdge(before, name); err != nil {
					return nil, err
				}
				before = name
			}
			if err := g.AddEdge(before, compose.END); err != nil {
				return nil, err
			}
			return g.Compile(context.Background(), compose.WithMaxRunSteps(n+1))
		},
		start: chainStart,
	}
}

// einoCompile compiles a graph whose parts were added with these errors. After
// the first, eino answers every call with it.
func einoCompile(g *compose.Graph[*flow, *flow], errs []error, opts ...compose.GraphCompileOption) (compose.Runnable[*flow, *flow], error) {
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return g.Compile(context.Background(), opts...)
}

// einoNext routes to the node that the state names.
func einoNext(ends map[string]string) *compose.GraphBranch {
	known := make(map[string]bool, len(ends))
	for _, to := range ends {
		known[to] = true
	}
	return compose.NewGraphBranch(func(_ context.Context, s *flow) (string, error) { return ends[s.Next], nil }, known)
}

func einoConditional() Program {
	return &einoProgram{start: agentStart, make: func() (compose.Runnable[*flow, *flow], error) {
		g := compose.NewGraph[*flow, *flow]()
		return einoCompile(g, []error{
			g.AddLambdaNode("decide", einoNode(func(s *flow) {
				s.Counter++
				s.Next = parity(s.Counter)
			})),
			g.AddLambdaNode("even", einoNode(func(s *flow) { s.Messages = append(s.Messages, "Even path") })),
			g.AddLambdaNode("odd", einoNode(func(s *flow) { s.Messages = append(s.Messages, "Odd path") })),
			g.AddEdge(compose.START, "decide"),
			g.AddBranch("decide", einoNext(map[string]string{"even": "even", "odd": "odd"})),
			g.AddEdge("even", compose.END),
			g.AddEdge("odd", compose.END),
		})
	}}
}

func einoLoop(rounds int) Program {
	return &einoProgram{start: agentStart, make: func() (compose.Runnable[*flow, *flow], error) {
		g := compose.NewGraph[*flow, *flow]()
		return einoCompile(g, []error{
			g.AddLambdaNode("processor", einoNode(func(s *flow) {
				s.Counter++
				s.Messages = append(s.Messages, "Iteration "+strconv.Itoa(s.Counter))
				s.Next = again(s.Counter, rounds)
			})),
			g.AddEdge(compose.START, "processor"),
			g.AddBranch("processor", einoNext(map[string]string{"continue": "processor", "end": compose.END})),
		}, compose.WithMaxRunSteps(rounds+1))
	}}
}

// einoMerge tells eino, once for the process, how results of type []part
// become one. eino hands them over in no particular order; for every run to end
// in the same state they have to be sorted, which goimpl does by itself.
var einoMerge = sync.OnceFunc(func() {
	compose.RegisterValuesMergeFunc(func(lists [][]part) ([]part, error) {
		all := slices.Concat(lists...)
		slices.SortFunc(all, func(a, b part) int { return strings.Compare(a.name, b.name) })
		return all, nil
	})
})

func einoFanOut(width int) Program {
	einoMerge()
	work := make([]func(context.Context, *flow) ([]part, error), width)
	for i := range work {
		work[i] = func(_ context.Context, s *flow) ([]part, error) { return []part{workerPart(s, i+1)}, nil }
	}
	gather := func(_ context.Context, parts []part) (*flow, error) {
		s := parts[0].base
		collect(s, parts)
		return s, nil
	}
	return &einoProgram{start: agentStart, make: func() (compose.Runnable[*flow, *flow], error) {
		g := compose.NewGraph[*flow, *flow]()
		errs := []error{
			g.AddLambdaNode("dispatch", einoNode(func(s *flow) { s.Counter, s.Status = 0, "distributing" })),
			g.AddLambdaNode("collect", compose.InvokableLambda(gather)),
			g.AddEdge(compose.START, "dispatch"),
			g.AddEdge("collect", compose.END),
		}
		for i, f := range work {
			name := workerName(i + 1)
			errs = append(errs, g.AddLambdaNode(name, compose.InvokableLambda(f)), g.AddEdge("dispatch", name), g.AddEdge(name, "collect"))
		}
		return einoCompile(g, errs)
	}}
}

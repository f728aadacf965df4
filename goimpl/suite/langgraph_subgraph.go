package suite

import (
	"context"
	"strings"

	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

// standUp is the state of the graph that has a joke made on each subject.
type standUp struct {
	schema   *graph.Schema
	subjects graph.Field[[]string]
	jokes    graph.ListField[string]
}

func declareStandUp() standUp {
	s := graph.NewSchema()
	return standUp{s, graph.Last(s, "subjects", []string{}), graph.Append[string](s, "jokes")}
}

func (d standUp) input(nonce uint64, count int) graph.State {
	subjects := make([]string, count)
	for i := range subjects {
		subjects[i] = letters(1000, i)
	}
	subjects[0] += suffix(nonce)
	in := d.schema.Input()
	d.subjects.Set(in, subjects)
	return in.State()
}

// joke is the state of the graph inside.
type joke struct {
	schema  *graph.Schema
	subject graph.Field[string]
	jokes   graph.Field[[]string]
}

func declareJoke() joke {
	s := graph.NewSchema()
	return joke{s, graph.Last(s, "subject", ""), graph.Last(s, "jokes", []string{})}
}

func (d joke) edit(_ context.Context, s graph.State, out *graph.Update) error {
	d.subject.Set(out, d.subject.Get(s)+" - hohoho")
	return nil
}

func (d joke) generate(_ context.Context, s graph.State, out *graph.Update) error {
	d.jokes.Set(out, []string{"Joke about " + d.subject.Get(s)})
	return nil
}

func (d joke) bump(_ context.Context, s graph.State, out *graph.Update) error {
	d.jokes.Set(out, []string{d.jokes.Get(s)[0] + " a"})
	return nil
}

// tenBumps is what ten bumps leave: a constant, as Python folds " a" * 10 into.
const tenBumps = " a a a a a a a a a a"

// again routes back until the joke has been bumped ten times.
func (d joke) again(s graph.State) string {
	return pick(strings.HasSuffix(d.jokes.Get(s)[0], tenBumps), "end", "bump")
}

func (d joke) build() *graph.Builder {
	b := graph.New(declareJoke().schema)
	b.Node("edit", d.edit)
	b.Node("generate", d.generate)
	b.Node("bump", d.bump)
	b.Edge("edit", "generate")
	b.Edge("generate", "bump")
	b.Branch("bump", d.again, map[string]string{"bump": "bump", "end": graph.End})
	b.Entry("edit")
	return b
}

// A topic is what a Send carries to the graph inside: the subject alone.
type topic struct {
	schema  *graph.Schema
	subject graph.Field[string]
}

func declareTopic() topic {
	s := graph.NewSchema()
	return topic{s, graph.Last(s, "subject", "")}
}

func (d topic) of(subject string) graph.State {
	in := d.schema.Input()
	d.subject.Set(in, subject)
	return in.State()
}

func subgraphFan(p sdk.Params) workload {
	const node = "generate_joke"
	d, inner, sent, count := declareStandUp(), declareJoke(), declareTopic(), p.Int("width")
	send := func(s graph.State) []graph.Send {
		subjects := d.subjects.Get(s)
		sends := make([]graph.Send, len(subjects))
		for i, subject := range subjects {
			sends[i] = graph.Send{Node: node, Input: sent.of(subject)}
		}
		return sends
	}
	enter := func(s graph.State) graph.State {
		in := inner.schema.Input()
		inner.subject.Set(in, sent.subject.Get(s))
		return in.State()
	}
	leave := func(final graph.State, out *graph.Update) { d.jokes.Add(out, inner.jokes.Get(final)...) }
	return workload{
		build: func() *graph.Builder {
			plan, err := inner.build().Compile()
			if err != nil {
				panic(err) // there is one such graph, and it compiles
			}
			b := graph.New(declareStandUp().schema)
			b.Subgraph(node, plan, enter, leave)
			b.EntrySend(send, node)
			b.Edge(node, graph.End)
			return b
		},
		input: func(nonce uint64) graph.State { return d.input(nonce, count) },
	}
}

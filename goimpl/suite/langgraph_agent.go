package suite

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"xbench/goimpl/cj"
	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

// A turn is one message between a person, an agent and its tools.
type turn struct {
	role, id, content string
	calls             []toolCall // of the agent
	answers           string     // of a tool: the call it answers
}

type toolCall struct{ id, name, query string }

var _ graph.Cloner = turn{}

// Clone implements graph.Cloner.
func (t turn) Clone() any {
	t.calls = slices.Clone(t.calls)
	return t
}

// AppendCJ writes the members that a message of its role has.
func (t turn) AppendCJ(dst []byte) ([]byte, error) {
	w := textWriter{dst: dst}
	w.member(`{"content":`, t.content)
	w.member(`,"id":`, t.id)
	w.member(`,"role":`, t.role)
	switch t.role {
	case "tool":
		w.member(`,"tool_call_id":`, t.answers)
	case "ai":
		w.raw(`,"tool_calls":[`)
		for i, call := range t.calls {
			if i > 0 {
				w.raw(`,`)
			}
			w.member(`{"args":{"query":`, call.query)
			w.member(`},"id":`, call.id)
			w.member(`,"name":`, call.name)
			w.raw(`}`)
		}
		w.raw(`]`)
	}
	w.raw(`}`)
	return w.dst, w.err
}

// A textWriter writes canonical JSON until something cannot be written.
type textWriter struct {
	dst []byte
	err error
}

func (w *textWriter) raw(text string) { w.dst = append(w.dst, text...) }

func (w *textWriter) member(key, text string) {
	w.raw(key)
	dst, err := cj.AppendString(w.dst, text)
	if err != nil {
		w.err = err
		return
	}
	w.dst = dst
}

type dialogue struct {
	schema   *graph.Schema
	messages graph.ListField[turn]
}

func declareDialogue() dialogue {
	s := graph.NewSchema()
	return dialogue{s, graph.Append[turn](s, "messages")}
}

func (d dialogue) input(nonce uint64) graph.State {
	in := d.schema.Input()
	d.messages.Add(in, turn{role: "human", id: "human-0", content: "hi?" + suffix(nonce)})
	return in.State()
}

// reactAgent asks for a tool again and again before it answers.
func reactAgent(p sdk.Params) workload {
	d, rounds := declareDialogue(), p.Int("iterations")
	agent := func(_ context.Context, s graph.State, out *graph.Update) error {
		n := 0
		for _, m := range d.messages.Get(s) {
			if m.role == "ai" {
				n++
			}
		}
		i := strconv.Itoa(n)
		if n < rounds {
			call := toolCall{id: "call-" + i, name: "tool", query: strings.Repeat("query-"+i+".", 100)}
			d.messages.Add(out, turn{role: "ai", id: "ai-" + i, calls: []toolCall{call}})
			return nil
		}
		d.messages.Add(out, turn{role: "ai", id: "ai-" + i, content: strings.Repeat("answer", 100)})
		return nil
	}
	last := func(s graph.State) turn {
		messages := d.messages.Get(s)
		return messages[len(messages)-1]
	}
	tools := func(_ context.Context, s graph.State, out *graph.Update) error {
		for _, call := range last(s).calls {
			d.messages.Add(out, turn{role: "tool", id: "tool-" + call.id, answers: call.id,
				content: strings.Repeat("result for query: "+call.query, 10)})
		}
		return nil
	}
	route := func(s graph.State) string { return pick(len(last(s).calls) > 0, "tools", "end") }
	return workload{
		build: func() *graph.Builder {
			b := graph.New(declareDialogue().schema)
			b.Node("agent", agent)
			b.Node("tools", tools)
			b.Branch("agent", route, map[string]string{"tools": "tools", "end": graph.End})
			b.Edge("tools", "agent")
			b.Entry("agent")
			return b
		},
		input: d.input,
	}
}

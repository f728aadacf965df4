package suite

import (
	"strconv"
	"strings"

	"xbench/goimpl/graph"
)

// suffix is what a nonce adds to the texts it changes; nonce 0 stands for the
// inputs as the catalogue writes them.
func suffix(nonce uint64) string {
	if nonce == 0 {
		return ""
	}
	return "#" + strconv.FormatUint(nonce, 10)
}

// simple is the state of a counter and a text.
type simple struct {
	schema  *graph.Schema
	counter graph.Field[int]
	data    graph.Field[string]
}

func declareSimple() simple {
	s := graph.NewSchema()
	return simple{s, graph.Last(s, "counter", 0), graph.Last(s, "data", "")}
}

func (d simple) input(nonce uint64, payload int) graph.State {
	in := d.schema.Input()
	d.data.Set(in, strings.Repeat("x", payload)+suffix(nonce))
	return in.State()
}

// complexState is the state of an agent: messages, metadata and where to go.
type complexState struct {
	schema       *graph.Schema
	messages     graph.ListField[string]
	metadata     graph.MapField[string]
	counter      graph.Field[int]
	status, next graph.Field[string]
}

func declareComplex() complexState {
	s := graph.NewSchema()
	return complexState{
		schema:   s,
		messages: graph.Append[string](s, "messages"),
		metadata: graph.Merge[string](s, "metadata", nil),
		counter:  graph.Last(s, "counter", 0),
		status:   graph.Last(s, "status", ""),
		next:     graph.Last(s, "next", ""),
	}
}

func (d complexState) input(nonce uint64, payload, counter int) graph.State {
	in := d.schema.Input()
	d.messages.Add(in, "Initial message"+strings.Repeat("x", payload))
	d.metadata.Put(in, "user", "test_user")
	d.metadata.Put(in, "session", "test_session"+suffix(nonce))
	d.counter.Set(in, counter)
	d.status.Set(in, "initialized")
	return in.State()
}

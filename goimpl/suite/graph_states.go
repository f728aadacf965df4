package suite

import (
	"strconv"
	"strings"

	"xbench/goimpl/graph"
	"xbench/harness/sdk"
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

func declareComplex() complexState { return declareAgent(graph.Last[string]) }

// declareBatch is declareComplex with a field next that several nodes may
// write at once.
func declareBatch() complexState { return declareAgent(graph.Overwrite[string]) }

func declareAgent(next func(s *graph.Schema, name, def string) graph.Field[string]) complexState {
	s := graph.NewSchema()
	return complexState{
		schema:   s,
		messages: graph.Append[string](s, "messages"),
		metadata: graph.Merge[string](s, "metadata", nil),
		counter:  graph.Last(s, "counter", 0),
		status:   graph.Last(s, "status", ""),
		next:     next(s, "next", ""),
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

// smallFields is the schema of three scalars.
type smallFields struct {
	schema  *graph.Schema
	counter graph.Field[int]
	status  graph.Field[string]
	value   graph.Field[float64]
}

func declareSmall() smallFields {
	s := graph.NewSchema()
	return smallFields{s, graph.Last(s, "counter", 0), graph.Last(s, "status", ""), graph.Last(s, "value", 0.0)}
}

func (d smallFields) input(nonce uint64) graph.State {
	doc, in := newSmall(nonce), d.schema.Input()
	d.counter.Set(in, doc.counter)
	d.status.Set(in, doc.status)
	d.value.Set(in, doc.value)
	return in.State()
}

// mediumFields is the schema of a list of texts, a map and a list of numbers.
type mediumFields struct {
	schema   *graph.Schema
	data     graph.ListField[string]
	metadata graph.MapField[string]
	counters graph.Field[[]int]
}

func declareMedium() mediumFields {
	s := graph.NewSchema()
	return mediumFields{s, graph.Append[string](s, "data"), graph.Merge[string](s, "metadata", nil), graph.MaxEach(s, "counters", []int{})}
}

func (d mediumFields) input(nonce uint64) graph.State {
	doc, in := newMedium(nonce), d.schema.Input()
	d.data.Add(in, doc.data...)
	d.metadata.PutAll(in, graph.MapOf(doc.metadata))
	d.counters.Set(in, doc.counters)
	return in.State()
}

// largeFields is the schema of many texts and blocks of bytes.
type largeFields struct {
	schema   *graph.Schema
	messages graph.ListField[string]
	metadata graph.MapField[string]
	blocks   graph.Field[[][]byte]
}

func declareLarge() largeFields {
	s := graph.NewSchema()
	return largeFields{s, graph.Append[string](s, "messages"), graph.Merge[string](s, "metadata", nil), graph.Last(s, "data_blocks", [][]byte{})}
}

func (d largeFields) input(nonce uint64, payload int) graph.State {
	doc, in := newLarge(nonce), d.schema.Input()
	doc.messages[0] = "Message 0" + strings.Repeat("x", payload) + suffix(nonce)
	d.messages.Add(in, doc.messages...)
	d.metadata.PutAll(in, graph.MapOf(doc.metadata))
	d.blocks.Set(in, doc.blocks)
	return in.State()
}

// work is a run over the large state.
func (d largeFields) work(p sdk.Params, supersteps int, build func() *graph.Builder) workload {
	payload := 0
	if _, ok := p["payload"]; ok {
		payload = p.Int("payload")
	}
	return workload{
		build:   build,
		input:   func(nonce uint64) graph.State { return d.input(nonce, payload) },
		options: limit(supersteps),
	}
}

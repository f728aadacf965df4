package suite

import (
	"strconv"
	"strings"

	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

// A wideInput is one size of the graph over fifteen fields: a first message of
// groups of parts, and how many messages are enough.
type wideInput struct {
	name          string
	groups, parts int
	enough        int
}

var wideInputs = []wideInput{{"25x300", 5, 5, 300}, {"15x600", 3, 5, 600}, {"9x1200", 3, 3, 1200}}

// message is the message that the run starts from.
func (w wideInput) message(nonce uint64) map[string]any {
	part := func() []any {
		var list []any
		for range 5 {
			list = append(list, strings.Repeat("hi?", 10), true, int64(1), int64(6327816386138), nil)
		}
		return list
	}
	message := make(map[string]any, w.groups+1)
	for i := range w.groups {
		group := make(map[string]any, w.parts)
		for j := range w.parts {
			group[strings.Repeat(strconv.Itoa(j), 10)] = part()
		}
		message[strings.Repeat(strconv.Itoa(i), 10)] = group
	}
	if nonce != 0 {
		message["nonce"] = suffix(nonce)
	}
	return message
}

// A wideState is the fifteen fields in one of two forms, with the six nodes
// over it.
type wideState interface {
	declared() *graph.Schema
	nodes(enough int) map[string]graph.NodeFunc // by name
	input(message map[string]any) graph.State
	count(s graph.State) int // of messages
}

// newWideState declares the fields anew: as a record of typed fields, or as
// fields whose values are only known at run time.
func newWideState(repr string) wideState {
	if repr == "map" {
		return declareWideMap()
	}
	return declareWideRecord()
}

func (w wideInput) scenario(p sdk.Params) workload {
	repr := p.Str("repr")
	d := newWideState(repr)
	return workload{
		build: wideBuilder(d, repr, w.enough, ""),
		input: func(nonce uint64) graph.State { return d.input(w.message(nonce)) },
	}
}

// wideBuilder makes names and nodes now; what it returns makes the graph.
func wideBuilder(d wideState, repr string, enough int, ending string) func() *graph.Builder {
	nodes := d.nodes(enough)
	one, two, three := "one"+ending, "two"+ending, "three"+ending
	four, five, six := "four"+ending, "five"+ending, "six"+ending
	route := func(s graph.State) string { return pick(d.count(s) > enough, "end", "one") }
	return func() *graph.Builder {
		b := graph.New(newWideState(repr).declared())
		b.Node(one, nodes["one"])
		b.Node(two, nodes["two"])
		b.Node(three, nodes["three"])
		b.Node(four, nodes["four"])
		b.Node(five, nodes["five"])
		b.Node(six, nodes["six"])
		b.Edge(one, two)
		b.Edge(two, three)
		b.Edge(two, four)
		b.Join([]string{three, four}, five)
		b.Edge(five, six)
		b.Branch(six, route, map[string]string{"one": one, "end": graph.End})
		b.Entry(one)
		return b
	}
}

func compileWide(p sdk.Params) (sdk.Case, error) {
	repr := p.Str("repr")
	d := newWideState(repr)
	return &compileCase{prepare: func(nonce uint64) func() *graph.Builder {
		return wideBuilder(d, repr, 600, suffix(nonce))
	}}, nil
}

package suite

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

// probe is the state of the conformance cases.
type probe struct {
	schema *graph.Schema
	log    graph.ListField[string]
	meta   graph.MapField[string]
	x      graph.Field[int]
}

func declareProbe() probe {
	s := graph.NewSchema()
	return probe{s, graph.Append[string](s, "log"), graph.Merge[string](s, "meta", nil), graph.Last(s, "x", 0)}
}

// say is a node that adds its own name to the log.
func (d probe) say(b *graph.Builder, names ...string) {
	for _, name := range names {
		b.Node(name, func(_ context.Context, _ graph.State, out *graph.Update) error {
			d.log.Add(out, name)
			return nil
		})
	}
}

func (d probe) inc(_ context.Context, s graph.State, out *graph.Update) error {
	d.x.Set(out, d.x.Get(s)+1)
	return nil
}

func silent(context.Context, graph.State, *graph.Update) error { return nil }

func edges(b *graph.Builder, pairs ...[2]string) {
	for _, e := range pairs {
		b.Edge(e[0], e[1])
	}
}

// graphConformance lists the cases that two implementations must agree on
// before any of their times is believed. They ignore the nonce.
func graphConformance() []sdk.Benchmark {
	var list []sdk.Benchmark
	add := func(name, description string, draw func(d probe, b *graph.Builder)) {
		list = append(list, sdk.Benchmark{Name: "conformance/graph_" + name, Description: description,
			Prepare: func(sdk.Params) (sdk.Case, error) {
				return newGraphCase(workload{
					build: func() *graph.Builder {
						d := declareProbe()
						b := graph.New(d.schema)
						draw(d, b)
						return b
					},
					input:   func(uint64) graph.State { return declareProbe().schema.Input().State() },
					workers: 4,
				})
			}})
	}
	add("uneven_fan_in", "paths of different length reach a node twice", unevenFanIn)
	add("uneven_fan_in_barrier", "a join waits for both", unevenFanInBarrier)
	add("task_order", "tasks are ordered by name", taskOrder)
	add("send_order", "sends come after nodes, in the order they were made", sendOrder)
	add("router_sees_own_update_only", "a router does not see its neighbours' updates", routerSeesOwn)
	add("router_returns_list", "a router may choose several", routerReturnsList)
	add("recursion_limit_exact", "as many supersteps as the limit", limitExact)
	add("recursion_limit_exceeded", "one superstep too many", limitExceeded)
	add("concurrent_write", "two writers of one field", concurrentWrite)
	add("unknown_field", "a write to a field that is not declared", unknownField)
	add("no_route", "a label without a route", noRoute)
	add("unreachable", "a node that nothing leads to", unreachable)
	add("unknown_node", "an edge to a node that does not exist", unknownNode)
	add("no_entry", "no first node", noEntry)
	add("duplicate_node", "two nodes of one name", duplicateNode)
	add("empty_routes", "a branch that leads nowhere", emptyRoutes)
	add("read_only_violation", "a write by a node that is read-only", readOnlyViolation)
	return append(list,
		sdk.Benchmark{Name: "conformance/graph_node_failed", Description: "one of three workers fails", Prepare: nodeFailed},
		specBenchmark())
}

func unevenFanIn(d probe, b *graph.Builder) {
	d.say(b, "a", "b", "c", "d", "join")
	edges(b, [2]string{"a", "b"}, [2]string{"a", "c"}, [2]string{"c", "d"}, [2]string{"b", "join"}, [2]string{"d", "join"})
	b.Entry("a")
}

func unevenFanInBarrier(d probe, b *graph.Builder) {
	d.say(b, "a", "b", "c", "d", "join")
	edges(b, [2]string{"a", "b"}, [2]string{"a", "c"}, [2]string{"c", "d"})
	b.Join([]string{"b", "d"}, "join")
	b.Entry("a")
}

func taskOrder(d probe, b *graph.Builder) {
	b.Node("s", silent)
	for i := range 12 {
		name := "w" + strconv.Itoa(i)
		d.say(b, name)
		b.Edge("s", name)
	}
	b.Entry("s")
}

// sendOrder sends states of a schema of their own: a tag is no field of the
// graph.
func sendOrder(d probe, b *graph.Builder) {
	tags := graph.NewSchema()
	tag := graph.Last(tags, "tag", 0)
	d.say(b, "s", "z")
	b.Node("m", func(_ context.Context, s graph.State, out *graph.Update) error {
		d.log.Add(out, "m:"+strconv.Itoa(tag.Get(s)))
		return nil
	})
	b.Edge("s", "z")
	b.BranchSend("s", func(graph.State) []graph.Send {
		var sends []graph.Send
		for i := 2; i >= 0; i-- {
			in := tags.Input()
			tag.Set(in, i)
			sends = append(sends, graph.Send{Node: "m", Input: in.State()})
		}
		return sends
	}, "m")
	b.Entry("s")
}

func routerSeesOwn(d probe, b *graph.Builder) {
	b.Node("s", silent)
	d.say(b, "one", "both")
	for _, name := range []string{"p1", "p2"} {
		b.Node(name, func(_ context.Context, _ graph.State, out *graph.Update) error {
			d.meta.Put(out, name, "1")
			return nil
		})
		b.Edge("s", name)
		b.Branch(name, func(s graph.State) string { return pick(d.meta.Get(s).Len() > 1, "both", "one") },
			map[string]string{"both": "both", "one": "one"})
	}
	b.Entry("s")
}

func routerReturnsList(d probe, b *graph.Builder) {
	d.say(b, "s", "left", "right")
	b.BranchMany("s", func(graph.State) []string { return []string{"r", "l"} }, map[string]string{"l": "left", "r": "right"})
	b.Entry("s")
}

func limitExact(d probe, b *graph.Builder) {
	for i := range 25 {
		b.Node(fmt.Sprintf("n%02d", i), d.inc)
		if i > 0 {
			b.Edge(fmt.Sprintf("n%02d", i-1), fmt.Sprintf("n%02d", i))
		}
	}
	b.Entry("n00")
}

func limitExceeded(d probe, b *graph.Builder) {
	b.Node("p", d.inc)
	b.Edge("p", "p")
	b.Entry("p")
}

func concurrentWrite(d probe, b *graph.Builder) {
	b.Node("s", silent)
	b.Node("a", d.inc)
	b.Node("b", d.inc)
	edges(b, [2]string{"s", "a"}, [2]string{"s", "b"})
	b.Entry("s")
}

func unknownField(_ probe, b *graph.Builder) {
	b.Node("s", func(_ context.Context, _ graph.State, out *graph.Update) error { return out.Put("nope", 1) })
	b.Entry("s")
}

func noRoute(d probe, b *graph.Builder) {
	d.say(b, "s", "t")
	b.Branch("s", func(graph.State) string { return "zzz" }, map[string]string{"t": "t"})
	b.Entry("s")
}

func unreachable(d probe, b *graph.Builder) {
	d.say(b, "s", "orphan")
	b.Entry("s")
}

func unknownNode(d probe, b *graph.Builder) {
	d.say(b, "s")
	b.Edge("s", "nowhere")
	b.Entry("s")
}

func noEntry(d probe, b *graph.Builder) { d.say(b, "s") }

func duplicateNode(d probe, b *graph.Builder) {
	d.say(b, "s", "s")
	b.Entry("s")
}

func emptyRoutes(d probe, b *graph.Builder) {
	d.say(b, "s")
	b.Branch("s", func(graph.State) string { return "t" }, nil)
	b.Entry("s")
}

func readOnlyViolation(d probe, b *graph.Builder) {
	b.ReadOnly("s", d.inc)
	b.Entry("s")
}

// nodeFailed is the fan-out of three with its second worker failing: what the
// others wrote in that superstep must be discarded.
func nodeFailed(sdk.Params) (sdk.Case, error) {
	d := declareComplex()
	f := d.plainFan(sdk.Params{"width": int64(3), "latency_ms": int64(0)})
	f.workers[1] = func(context.Context, graph.State, *graph.Update) error { return errors.New("worker2 fails") }
	return newGraphCase(workload{
		build:   func() *graph.Builder { return f.build(declareComplex().schema) },
		input:   func(uint64) graph.State { return d.input(0, 0, 0) },
		workers: 4,
		store:   memoryStore,
	})
}

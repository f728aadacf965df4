// Package randspec makes random inputs for the described graphs and builds of
// the catalogue, so that implementations can be held against one another on
// cases nobody thought of. Equal generators give equal inputs.
package randspec

import (
	"math/rand/v2"
	"slices"
	"strconv"
)

// end is how a described graph writes the target that ends a path.
const end = "__end__"

// Graph makes a random graph for conformance/graph_spec: a tree of up to ten
// nodes with more edges, joins and branches, some of them leading back. Most
// run to their end; about one in three has a fault of some kind, so that the
// faults' order of precedence is tried too. However it turns out it is small:
// every superstep has at most as many tasks as there are nodes, and there are
// at most thirty supersteps.
func Graph(r *rand.Rand) map[string]any {
	g := &graph{Rand: r, careful: r.IntN(8) > 0}
	g.nameNodes()
	g.declare()
	g.connect()
	g.write()
	spec := map[string]any{
		"fields":   g.fields,
		"nodes":    g.nodes,
		"edges":    g.edges,
		"joins":    g.joins,
		"branches": g.branches,
		"entry":    g.entry(),
		"input":    g.input(),
		"limit":    int64(g.between(6, 30)),
		"workers":  int64(g.IntN(9)),
	}
	if g.one(2) {
		spec["checkpointer"] = "memory"
	}
	if g.one(2) {
		spec["mode"] = choose(g.Rand, "values", "updates", "events")
	}
	g.spoil(spec)
	g.Shuffle(len(g.nodes), func(i, j int) { g.nodes[i], g.nodes[j] = g.nodes[j], g.nodes[i] })
	return spec
}

type graph struct {
	*rand.Rand
	names    []string
	careful  bool // no two nodes write one last field
	fields   map[string]any
	nodes    []any
	edges    []any
	joins    []any
	branches []any
	linked   map[[2]string]bool
}

func choose[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// one is true once in n times.
func (g *graph) one(n int) bool { return g.IntN(n) == 0 }

func (g *graph) between(lo, hi int) int { return lo + g.IntN(hi-lo+1) }

// nameNodes chooses names whose order by code point is easy to get wrong.
func (g *graph) nameNodes() {
	pool := []string{"a", "B", "b", "n1", "n10", "n2", "z", "é", "\uff61", "\U0001F600", "w w", "_", "q\"t", "n02"}
	g.Shuffle(len(pool), func(i, j int) { pool[i], pool[j] = pool[j], pool[i] })
	g.names = pool[:g.between(1, 10)]
}

func field(reducer string, def any) map[string]any {
	return map[string]any{"reducer": reducer, "default": def}
}

// declare gives every reducer at least one field.
func (g *graph) declare() {
	g.fields = map[string]any{
		"log":   field("append", []any{}),
		"meta":  field("merge", map[string]any{}),
		"x":     field("last", int64(g.between(-3, 3))),
		"go":    field("last", "l0"),
		"y":     field("overwrite", int64(0)),
		"best":  field("max", choose[any](g.Rand, int64(0), -1.5, int64(7))),
		"peaks": field("max", []any{int64(1), 2.5, int64(0)}),
		"word":  field("nonempty", choose(g.Rand, "", "start")),
		"mark":  field("nonnull", choose[any](g.Rand, nil, int64(1))),
	}
}

// connect leads a path to every node, then adds more.
func (g *graph) connect() {
	g.edges, g.joins, g.branches = []any{}, []any{}, []any{}
	g.linked = make(map[[2]string]bool)
	for i := 1; i < len(g.names); i++ {
		g.link(g.names[g.IntN(i)], g.names[i])
	}
	for range g.IntN(len(g.names) + 1) {
		i, j := g.IntN(len(g.names)), g.IntN(len(g.names))
		if i > j {
			i, j = j, i
		}
		if i != j || g.one(12) { // few lead back: nothing ends such a loop
			g.link(g.names[i], g.names[j])
		}
	}
	for _, name := range g.names {
		if g.one(3) {
			g.link(name, end)
		}
	}
	for range g.IntN(3) {
		g.join()
	}
	for range g.IntN(3) {
		i := g.IntN(len(g.names))
		g.branch(g.names[i], g.targets(i))
	}
}

func (g *graph) link(from, to string) {
	if g.one(5) && to != end {
		g.branch(from, []string{to, end})
		return
	}
	if !g.linked[[2]string{from, to}] {
		g.linked[[2]string{from, to}] = true
		g.edges = append(g.edges, []any{from, to})
	}
}

// join mostly leads onwards: one that leads back makes a loop without an end.
func (g *graph) join() {
	perm := g.Perm(len(g.names))
	n := min(len(perm), g.between(1, 3))
	sources, last := make([]any, n), 0
	for i := range sources {
		sources[i] = g.names[perm[i]]
		last = max(last, perm[i])
	}
	target := choose(g.Rand, g.names...)
	if onwards := g.names[last+1:]; len(onwards) > 0 && !g.one(6) {
		target = choose(g.Rand, onwards...)
	}
	g.joins = append(g.joins, []any{sources, target})
}

// targets chooses where node i may branch to: mostly onwards.
func (g *graph) targets(i int) []string {
	out := []string{end}
	for range g.between(1, 2) {
		from := g.names
		if !g.one(4) {
			from = g.names[i:]
		}
		out = append(out, choose(g.Rand, from...))
	}
	return out
}

// branch adds a branch with one of the four routers and a route for every
// label that the router can return.
func (g *graph) branch(from string, targets []string) {
	labels := make([]string, len(targets))
	var router map[string]any
	switch g.IntN(4) {
	case 0:
		for i := range labels {
			labels[i] = "l" + strconv.Itoa(i)
		}
		router = map[string]any{"field": "go"}
	case 1:
		for i := range labels {
			labels[i] = strconv.Itoa(i)
		}
		router = map[string]any{"mod": []any{choose(g.Rand, "x", "y"), int64(len(labels))}}
	case 2:
		for i := range labels {
			labels[i] = choose(g.Rand, "k", "ü", "K") + strconv.Itoa(i)
		}
		router = map[string]any{"all": true}
	default:
		// Below the limit on to the last target, from it on to the first.
		slices.Reverse(targets)
		labels = labels[:2]
		labels[0], labels[1] = "more", "done"
		targets = []string{targets[0], targets[len(targets)-1]}
		router = map[string]any{"size": []any{choose(g.Rand, "log", "meta"), int64(g.between(1, 9)), "more", "done"}}
	}
	routes := make(map[string]any, len(labels))
	for i, label := range labels {
		routes[label] = targets[i]
	}
	g.branches = append(g.branches, map[string]any{"from": from, "router": router, "routes": routes})
}

// write gives the nodes something to do. A careful graph has one writer for
// each last field, so that no two can meet.
func (g *graph) write() {
	owner := map[string]string{"x": choose(g.Rand, g.names...), "go": choose(g.Rand, g.names...)}
	g.nodes = make([]any, len(g.names))
	for i, name := range g.names {
		ops := []any{}
		if !g.one(6) {
			ops = append(ops, map[string]any{"say": "log"})
		}
		for range g.IntN(4) {
			ops = append(ops, g.op())
		}
		for _, f := range []string{"x", "go"} {
			if owner[f] == name || !g.careful && g.one(3) {
				ops = append(ops, g.lastOp(f))
			}
		}
		g.nodes[i] = map[string]any{"name": name, "ops": ops}
		if len(ops) == 0 && g.one(2) {
			g.nodes[i].(map[string]any)["read_only"] = true
		}
	}
}

func (g *graph) lastOp(f string) any {
	if f == "go" {
		return map[string]any{"set": []any{"go", choose[any](g.Rand, "l0", "l1")}}
	}
	return choose[any](g.Rand,
		map[string]any{"add": []any{"x", int64(g.between(-2, 3))}},
		map[string]any{"set": []any{"x", int64(g.between(-5, 5))}},
		map[string]any{"size": []any{"x", choose(g.Rand, "log", "meta", "peaks", "word")}})
}

// op is one that any number of nodes may carry out at once.
func (g *graph) op() any {
	number := func() any { return choose[any](g.Rand, int64(g.between(-9, 9)), float64(g.between(-9, 9))/4) }
	switch g.IntN(8) {
	case 0:
		return map[string]any{"append": []any{"log", "one", "two \u2028 <&>"}[:g.between(1, 3)]}
	case 1, 2:
		return map[string]any{"put": []any{"meta", choose(g.Rand, "k1", "k10", "k2", "ä", ""), choose[any](g.Rand, "v", int64(1), nil, []any{true})}}
	case 3:
		return map[string]any{"add": []any{"y", int64(g.between(-4, 4))}}
	case 4:
		return map[string]any{"set": []any{"best", number()}}
	case 5:
		return map[string]any{"set": []any{"peaks", []any{number(), number(), number()}}}
	case 6:
		return map[string]any{"set": []any{"word", choose[any](g.Rand, "", "w", nil, int64(0), []any{}, map[string]any{}, false, "\n")}}
	}
	return map[string]any{"set": []any{"mark", choose[any](g.Rand, nil, int64(2), "m", []any{nil, map[string]any{"a": 0.5}})}}
}

func (g *graph) entry() []any {
	out := []any{g.names[0]}
	if g.one(4) {
		for _, name := range g.names[1:] {
			if g.one(3) {
				out = append(out, name)
			}
		}
	}
	return out
}

func (g *graph) input() map[string]any {
	in := make(map[string]any)
	if g.one(2) {
		in["log"] = []any{"start"}
	}
	if g.one(3) {
		in["meta"] = map[string]any{"k2": "given", "z": int64(9)}
	}
	if g.one(3) {
		in["x"] = int64(g.between(0, 10))
	}
	if g.one(8) {
		in["undeclared"] = "left out"
	}
	return in
}

// spoil gives some graphs a fault.
func (g *graph) spoil(spec map[string]any) {
	first := g.nodes[g.IntN(len(g.nodes))].(map[string]any)
	addOp := func(op any) { first["ops"] = append(first["ops"].([]any), op) }
	switch g.IntN(60) {
	case 0:
		g.nodes = append(g.nodes, map[string]any{"name": "orphan", "ops": []any{}})
	case 1:
		spec["edges"] = append(g.edges, []any{g.names[0], "nowhere"})
	case 2:
		g.nodes = append(g.nodes, map[string]any{"name": first["name"], "ops": []any{}})
	case 3:
		spec["entry"] = []any{}
	case 4:
		spec["branches"] = append(g.branches, map[string]any{"from": g.names[0], "router": map[string]any{"all": true}, "routes": map[string]any{}})
	case 5:
		spec["branches"] = append(g.branches, map[string]any{"from": g.names[0], "router": map[string]any{"field": "y"}, "routes": map[string]any{"zzz": end}})
	case 6:
		first["read_only"] = true
	case 7:
		addOp(map[string]any{"set": []any{"nope", int64(1)}})
	case 8:
		addOp(map[string]any{"set": []any{choose(g.Rand, "log", "meta", "best"), "not its shape"}})
	case 9:
		addOp(map[string]any{"add": []any{"word", int64(1)}})
	case 10:
		addOp(map[string]any{"set": []any{"peaks", []any{int64(1)}}})
	case 11:
		spec["joins"] = append(g.joins, []any{[]any{"nowhere"}, g.names[0]})
	case 12:
		spec["entry"] = []any{"nowhere"}
	}
	spec["nodes"] = g.nodes
}

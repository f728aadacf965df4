package graph

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// endID stands for End among the ids of nodes.
const endID = -1

// A Plan is a compiled graph. It does not change and may be run any number of
// times at once.
type Plan struct {
	schema *Schema
	nodes  []node // by name: a node's id is its place, so id order is task order
	entry  []int32
	router *branch
	joins  []join
	nested bool      // some node is a subgraph
	runs   sync.Pool // of *run
}

type node struct {
	name     string
	fn       NodeFunc // nil for a subgraph
	next     []int32  // targets of edges, endID included
	joins    []int32  // joins this node is a source of
	branches []branch
	rare     *rare // nil for most
}

// A rare is what few nodes have: nodes lie side by side, so what they do not
// need should not come between them.
type rare struct {
	readOnly bool
	sub      *subgraph // in place of a function
	takes    *Schema   // of sends; nil means the plan's, or that nobody said
}

func (n *node) readOnly() bool { return n.rare != nil && n.rare.readOnly }

// takes is the schema declared for what is sent to the node, or nil.
func (n *node) takes() *Schema {
	if n.rare == nil {
		return nil
	}
	return n.rare.takes
}

// A join waits for its sources, which are in task order.
type join struct {
	from []int32
	to   int32
}

type branch struct {
	one     func(State) string
	many    func(State) []string
	sends   func(State) []Send
	labels  []string // sorted
	targets []int32
}

// Compile checks the graph and resolves its names. The first fault, in the
// order of the kinds' list, is the error.
func (b *Builder) Compile() (*Plan, error) {
	if b.schema.err != nil {
		return nil, b.schema.err
	}
	p := &Plan{schema: b.schema}
	if err := p.addNodes(b.nodes); err != nil {
		return nil, err
	}
	if len(b.entry) == 0 && b.router == nil {
		return nil, &Error{Kind: NoEntry, Detail: "name the first nodes with Entry"}
	}
	if err := p.addEdges(b.edges); err != nil {
		return nil, err
	}
	if err := p.addJoins(b.joins); err != nil {
		return nil, err
	}
	if err := p.addBranches(b.branches); err != nil {
		return nil, err
	}
	if err := p.addEntry(b); err != nil {
		return nil, err
	}
	if len(b.takes) > 0 { // to sort none would allocate
		if err := p.addTakes(b.takes); err != nil {
			return nil, err
		}
	}
	if err := p.checkRoutes(); err != nil {
		return nil, err
	}
	if err := p.checkReach(); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Plan) addNodes(decls []nodeDecl) error {
	if !slices.IsSortedFunc(decls, byName) {
		decls = slices.Clone(decls)
		slices.SortStableFunc(decls, byName)
	}
	p.nodes = make([]node, len(decls))
	for i := range decls {
		d := &decls[i]
		if i > 0 && d.name == decls[i-1].name {
			return &Error{Kind: DuplicateNode, Node: d.name}
		}
		if d.name == End || d.fn == nil && !d.rare.complete() {
			return &Error{Kind: UnknownNode, Node: d.name, Detail: "a node needs a function and a name other than " + End}
		}
		n := &p.nodes[i]
		n.name, n.fn, n.rare = d.name, d.fn, d.rare
		p.nested = p.nested || d.fn == nil
	}
	return nil
}

func byName(a, b nodeDecl) int { return strings.Compare(a.name, b.name) }

// id resolves a name. Edges mostly lead from one node to the one declared
// next, so the neighbourhood of hint is tried before the binary search.
func (p *Plan) id(name string, hint int32) (int32, bool) {
	for i := max(hint, 0); i < int32(len(p.nodes)) && i <= hint+1; i++ {
		if p.nodes[i].name == name {
			return i, true
		}
	}
	lo, hi := 0, len(p.nodes)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if p.nodes[mid].name < name {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(p.nodes) && p.nodes[lo].name == name {
		return int32(lo), true
	}
	return 0, false
}

// target is id for names that may be End.
func (p *Plan) target(name string, hint int32) (int32, bool) {
	if name == End {
		return endID, true
	}
	return p.id(name, hint)
}

// unknown is the fault of a name that is none of a node's, with the one that is
// probably meant.
func (p *Plan) unknown(name, where string) error {
	hint := suggest(name, p.nodeNames())
	if strings.EqualFold(strings.Trim(name, "_"), "end") && name != End {
		hint = fmt.Sprintf(" (the end is graph.End, %q)", End)
	}
	return &Error{Kind: UnknownNode, Node: name, Detail: "named by " + where + hint}
}

func (p *Plan) nodeNames() []string {
	names := make([]string, len(p.nodes))
	for i := range p.nodes {
		names[i] = p.nodes[i].name
	}
	return names
}

// addEdges gives every node its targets, all in one backing array.
func (p *Plan) addEdges(edges []edgeDecl) error {
	var few [64]int32 // pairs from, to; on the stack for small graphs
	ids := few[:0]
	if 2*len(edges) > len(few) {
		ids = make([]int32, 0, 2*len(edges))
	}
	var few2 [33]int32 // where each node's targets begin
	starts := few2[:]
	if len(p.nodes)+1 > len(few2) {
		starts = make([]int32, len(p.nodes)+1)
	}
	hint := int32(0)
	for i := range edges {
		from, ok := p.id(edges[i].from, hint)
		if !ok {
			return p.unknown(edges[i].from, fmt.Sprintf("the edge to %q", edges[i].to))
		}
		to, ok := p.target(edges[i].to, from)
		if !ok {
			return p.unknown(edges[i].to, fmt.Sprintf("the edge from %q", edges[i].from))
		}
		hint = from
		ids = append(ids, from, to)
		starts[from+1]++
	}
	for i := range p.nodes {
		starts[i+1] += starts[i]
	}
	all := make([]int32, len(edges))
	for i := range p.nodes {
		p.nodes[i].next = all[starts[i]:starts[i]:starts[i+1]]
	}
	for i := 0; i < len(ids); i += 2 {
		n := &p.nodes[ids[i]]
		n.next = append(n.next, ids[i+1])
	}
	return nil
}

func (p *Plan) addJoins(decls []joinDecl) error {
	for i, d := range decls {
		if len(d.from) == 0 {
			return &Error{Kind: EmptyRoutes, Node: d.to, Detail: "a join to it waits for no node, so it would never fire: name its sources"}
		}
		j := join{from: make([]int32, len(d.from))}
		for k, name := range d.from {
			id, ok := p.id(name, 0)
			if !ok {
				return p.unknown(name, fmt.Sprintf("the join to %q", d.to))
			}
			j.from[k] = id
		}
		to, ok := p.target(d.to, 0)
		if !ok {
			return p.unknown(d.to, fmt.Sprintf("the join from %q", d.from))
		}
		j.to = to
		slices.Sort(j.from)
		j.from = slices.Compact(j.from)
		for _, id := range j.from {
			p.nodes[id].joins = append(p.nodes[id].joins, int32(i))
		}
		p.joins = append(p.joins, j)
	}
	return nil
}

func (p *Plan) addBranches(decls []branchDecl) error {
	for i := range decls {
		from, ok := p.id(decls[i].from, 0)
		if !ok {
			return p.unknown(decls[i].from, "a branch from it")
		}
		br, err := p.resolve(&decls[i])
		if err != nil {
			return err
		}
		p.nodes[from].branches = append(p.nodes[from].branches, br)
	}
	return nil
}

func (p *Plan) resolve(d *branchDecl) (branch, error) {
	br := branch{one: d.one, many: d.many, sends: d.sends, labels: make([]string, 0, len(d.routes)), targets: make([]int32, len(d.routes))}
	for label := range d.routes {
		br.labels = append(br.labels, label)
	}
	slices.Sort(br.labels)
	for i, label := range br.labels {
		id, ok := p.target(d.routes[label], 0)
		if !ok {
			return br, p.unknown(d.routes[label], fmt.Sprintf("route %q of the branch from %q", label, d.from))
		}
		br.targets[i] = id
	}
	return br, nil
}

func (p *Plan) addEntry(b *Builder) error {
	p.entry = make([]int32, 0, len(b.entry))
	for _, name := range b.entry {
		id, ok := p.id(name, 0)
		if !ok {
			return p.unknown(name, "the entry")
		}
		p.entry = append(p.entry, id)
	}
	if len(p.entry) > 1 {
		slices.Sort(p.entry)
		p.entry = slices.Compact(p.entry)
	}
	if b.router == nil {
		return nil
	}
	br, err := p.resolve(b.router)
	p.router = &br
	return err
}

func (p *Plan) addTakes(takes map[string]*Schema) error {
	for _, name := range slices.Sorted(maps.Keys(takes)) {
		id, ok := p.id(name, 0)
		if !ok {
			return p.unknown(name, "SendSchema")
		}
		var r rare // the builder's stays as it is
		if n := &p.nodes[id]; n.rare != nil {
			r = *n.rare
		}
		r.takes = takes[name]
		p.nodes[id].rare = &r
	}
	return nil
}

func (p *Plan) checkRoutes() error {
	for i := range p.nodes {
		for k := range p.nodes[i].branches {
			if e := p.nodes[i].branches[k].fault(); e != nil {
				e.Node = p.nodes[i].name
				return e
			}
		}
	}
	if p.router != nil {
		if e := p.router.fault(); e != nil {
			if e.Detail == "" {
				e.Detail = "of the entry router"
			}
			return e
		}
	}
	return nil
}

// fault is what no router could do anything with.
func (br *branch) fault() *Error {
	switch {
	case len(br.labels) == 0:
		return &Error{Kind: EmptyRoutes}
	case br.one == nil && br.many == nil && br.sends == nil:
		return &Error{Kind: EmptyRoutes, Detail: "the router is nil: give a function that returns one of " + some(br.labels)}
	}
	return nil
}

// checkReach walks the graph from its entry.
func (p *Plan) checkReach() error {
	var fewSeen [32]bool
	seen := fewSeen[:]
	if len(p.nodes) > len(seen) {
		seen = make([]bool, len(p.nodes))
	}
	var few [32]int32
	w := walk{seen, few[:0]}
	w.visit(p.entry)
	if p.router != nil {
		w.visit(p.router.targets)
	}
	for len(w.todo) > 0 {
		n := &p.nodes[w.todo[len(w.todo)-1]]
		w.todo = w.todo[:len(w.todo)-1]
		w.visit(n.next)
		for _, j := range n.joins {
			w.visitOne(p.joins[j].to)
		}
		for i := range n.branches {
			w.visit(n.branches[i].targets)
		}
	}
	for i := range p.nodes {
		if !seen[i] {
			return &Error{Kind: Unreachable, Node: p.nodes[i].name, Detail: "no path from the entry reaches it"}
		}
	}
	return nil
}

type walk struct {
	seen []bool
	todo []int32
}

func (w *walk) visit(ids []int32) {
	for _, id := range ids {
		w.visitOne(id)
	}
}

func (w *walk) visitOne(id int32) {
	if id >= 0 && !w.seen[id] {
		w.seen[id] = true
		w.todo = append(w.todo, id)
	}
}

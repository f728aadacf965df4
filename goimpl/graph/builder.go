package graph

import "context"

// End is the target that ends a path.
const End = "__end__"

// A NodeFunc is the work of a node: it reads s and writes to out. Neither may
// be kept after it returns. Nodes of one superstep may run at the same time.
type NodeFunc func(ctx context.Context, s State, out *Update) error

// A Send runs a node on a state of its own, which may have another schema
// than the graph's: declare it with SendSchema.
type Send struct {
	Node  string
	Input State
}

// A Builder collects the parts of a graph. Faults are reported by Compile, so
// that the calls read as a list. A builder may be compiled several times.
type Builder struct {
	schema   *Schema
	nodes    []nodeDecl
	edges    []edgeDecl
	joins    []joinDecl
	branches []branchDecl
	entry    []string
	router   *branchDecl        // the entry router, if any
	takes    map[string]*Schema // by node
}

type nodeDecl struct {
	name string
	fn   NodeFunc // nil for a subgraph
	rare *rare
}

type edgeDecl struct{ from, to string }

type joinDecl struct {
	from []string
	to   string
}

// A branchDecl has exactly one of its three functions.
type branchDecl struct {
	from   string
	one    func(State) string
	many   func(State) []string
	sends  func(State) []Send
	routes map[string]string
}

// New starts a graph over the schema's fields.
func New(schema *Schema) *Builder {
	schema.freeze()
	return &Builder{schema: schema, nodes: make([]nodeDecl, 0, 8), edges: make([]edgeDecl, 0, 8)}
}

// Node adds a node.
func (b *Builder) Node(name string, fn NodeFunc) {
	b.nodes = append(b.nodes, nodeDecl{name: name, fn: fn})
}

// ReadOnly adds a node that only looks: an update of it is a
// ReadOnlyViolation.
func (b *Builder) ReadOnly(name string, fn NodeFunc) {
	b.nodes = append(b.nodes, nodeDecl{name, fn, &rare{readOnly: true}})
}

// Edge triggers to whenever from has run.
func (b *Builder) Edge(from, to string) { b.edges = append(b.edges, edgeDecl{from, to}) }

// Join triggers to once every node of from has run since it last did.
func (b *Builder) Join(from []string, to string) { b.joins = append(b.joins, joinDecl{from, to}) }

// Branch calls route after from has run and triggers the target of the label
// it returns. The router sees the state in which the superstep began with
// only from's own update applied.
func (b *Builder) Branch(from string, route func(State) string, routes map[string]string) {
	b.branches = append(b.branches, branchDecl{from: from, one: route, routes: routes})
}

// BranchMany is Branch for routers that return any number of labels.
func (b *Builder) BranchMany(from string, route func(State) []string, routes map[string]string) {
	b.branches = append(b.branches, branchDecl{from: from, many: route, routes: routes})
}

// BranchSend is Branch for routers that return sends. They may go to the
// targets only; an UnknownNode otherwise.
func (b *Builder) BranchSend(from string, route func(State) []Send, targets ...string) {
	b.branches = append(b.branches, branchDecl{from: from, sends: route, routes: selfRoutes(targets)})
}

// SendSchema says that sends to a node hold states of a schema, unless that is
// the graph's own. Any other is then a NodeFailed of its router; and a run can
// be resumed from a checkpoint written while such sends were pending.
func (b *Builder) SendSchema(node string, schema *Schema) {
	schema.freeze()
	if b.takes == nil {
		b.takes = make(map[string]*Schema)
	}
	b.takes[node] = schema
}

// Entry names the nodes of the first superstep.
func (b *Builder) Entry(names ...string) { b.entry = append(b.entry, names...) }

// EntryBranch calls route on the starting state to find the nodes of the first
// superstep.
func (b *Builder) EntryBranch(route func(State) []string, routes map[string]string) {
	b.router = &branchDecl{many: route, routes: routes}
}

// EntrySend calls route on the starting state for the sends of the first
// superstep, which may go to the targets only.
func (b *Builder) EntrySend(route func(State) []Send, targets ...string) {
	b.router = &branchDecl{sends: route, routes: selfRoutes(targets)}
}

func selfRoutes(targets []string) map[string]string {
	routes := make(map[string]string, len(targets))
	for _, t := range targets {
		routes[t] = t
	}
	return routes
}

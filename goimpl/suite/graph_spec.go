package suite

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

// specBenchmark is a graph described by its parameters, so that random graphs
// can be made once and run by every implementation.
func specBenchmark() sdk.Benchmark {
	return sdk.Benchmark{
		Name:        "conformance/graph_spec",
		Description: "a graph described by its parameters",
		Params: []sdk.Param{
			{Name: "fields"}, // must be given
			{Name: "nodes"},
			{Name: "edges", Default: []any{}},
			{Name: "joins", Default: []any{}},
			{Name: "branches", Default: []any{}},
			{Name: "entry", Default: []any{}},
			{Name: "input", Default: map[string]any{}},
			{Name: "limit", Default: int64(25)},
			{Name: "workers", Default: int64(4)},
			{Name: "checkpointer", Default: ""}, // null and "" are none
			{Name: "mode", Default: ""},
		},
		Prepare: prepareSpec,
	}
}

func prepareSpec(p sdk.Params) (sdk.Case, error) {
	s, err := readSpec(p)
	if err != nil {
		return nil, sdk.InvalidParam("graph_spec: " + err.Error())
	}
	w := workload{
		build:   s.build,
		input:   func(uint64) graph.State { return s.input },
		options: graph.Options{Limit: s.limit, Mode: s.mode},
		workers: s.workers,
	}
	if s.checkpoints {
		w.store = memoryStore
	}
	return newGraphCase(w)
}

// A spec is a described graph, its parts made into functions.
type spec struct {
	schema  *graph.Schema
	fields  map[string]graph.Field[any]
	nodes   []specNode
	edges   [][2]string
	joins   []specJoin
	branch  []specBranch
	entry   []string
	input   graph.State
	limit   int
	workers int

	checkpoints bool
	mode        graph.Mode
}

type specNode struct {
	name     string
	fn       graph.NodeFunc
	readOnly bool
}

type specJoin struct {
	from []string
	to   string
}

type specBranch struct {
	from   string
	router func(graph.State) []string
	routes map[string]string
}

func (s *spec) build() *graph.Builder {
	b := graph.New(s.schema)
	for _, n := range s.nodes {
		if n.readOnly {
			b.ReadOnly(n.name, n.fn)
		} else {
			b.Node(n.name, n.fn)
		}
	}
	for _, e := range s.edges {
		b.Edge(e[0], e[1])
	}
	for _, j := range s.joins {
		b.Join(j.from, j.to)
	}
	for _, br := range s.branch {
		b.BranchMany(br.from, br.router, br.routes)
	}
	b.Entry(s.entry...)
	return b
}

// badSpec is the error of a description that cannot be read; it is thrown
// while reading, which is a hundred look-ups deep in untyped values, and
// caught by readSpec.
type badSpec struct{ error }

func bad(format string, args ...any) { panic(badSpec{fmt.Errorf(format, args...)}) }

func readSpec(p sdk.Params) (s *spec, err error) {
	defer func() {
		if v := recover(); v != nil {
			b, ok := v.(badSpec)
			if !ok {
				panic(v)
			}
			err = b.error
		}
	}()
	s = &spec{schema: graph.NewSchema(), fields: make(map[string]graph.Field[any])}
	s.limit, s.workers = asInt(p["limit"], "limit"), asInt(p["workers"], "workers")
	if s.limit < 1 || s.workers < 0 {
		bad("limit %d, workers %d: want at least 1 and 0", s.limit, s.workers)
	}
	s.checkpoints = oneOf(p["checkpointer"], "checkpointer", "memory") != ""
	s.mode = graph.Mode(oneOf(p["mode"], "mode", "values", "updates", "events"))
	s.readFields(asMap(p["fields"], "fields"))
	for i, v := range asList(p["nodes"], "nodes") {
		s.readNode(asMap(v, "nodes["+strconv.Itoa(i)+"]"))
	}
	for _, v := range asList(p["edges"], "edges") {
		e := asTexts(v, "edge", 2)
		s.edges = append(s.edges, [2]string{e[0], e[1]})
	}
	for _, v := range asList(p["joins"], "joins") {
		j := asList(v, "join")
		if len(j) != 2 {
			bad("join %v: want [[source...], target]", j)
		}
		s.joins = append(s.joins, specJoin{asTexts(j[0], "join's sources", -1), asText(j[1], "join's target")})
	}
	for _, v := range asList(p["branches"], "branches") {
		s.readBranch(asMap(v, "branch"))
	}
	s.entry = asTexts(p["entry"], "entry", -1)
	in := s.schema.Input()
	for name, v := range asMap(p["input"], "input") {
		if f, ok := s.fields[name]; ok { // what is given for no field is left out
			f.Set(in, v)
		}
	}
	s.input = in.State()
	return s, nil
}

// readFields declares the fields by name, so that one description gives one
// schema.
func (s *spec) readFields(fields map[string]any) {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		d := asMap(fields[name], "field "+name)
		f, err := graph.Dynamic(s.schema, name, asText(d["reducer"], "reducer of "+name), d["default"])
		if err != nil {
			bad("%w", err)
		}
		s.fields[name] = f
	}
}

func (s *spec) readNode(d map[string]any) {
	name := asText(d["name"], "a node's name")
	var ops []specOp
	if d["ops"] != nil {
		for _, v := range asList(d["ops"], "ops of "+name) {
			ops = append(ops, s.readOp(name, asMap(v, "an op of "+name)))
		}
	}
	readOnly, _ := d["read_only"].(bool)
	s.nodes = append(s.nodes, specNode{name, func(_ context.Context, view graph.State, out *graph.Update) error {
		update := make(map[string]any)
		for _, op := range ops {
			if err := op(view, update); err != nil {
				return err
			}
		}
		var unknown error
		for field, v := range update {
			if err := out.Put(field, v); err != nil {
				unknown = err
			}
		}
		return unknown
	}, readOnly})
}

func asMap(v any, what string) map[string]any {
	m, ok := v.(map[string]any)
	if !ok {
		bad("%s: want an object, got %v", what, v)
	}
	return m
}

func asList(v any, what string) []any {
	l, ok := v.([]any)
	if !ok {
		bad("%s: want a list, got %v", what, v)
	}
	return l
}

func asText(v any, what string) string {
	s, ok := v.(string)
	if !ok {
		bad("%s: want text, got %v", what, v)
	}
	return s
}

// asTexts reads a list of n texts; of any number if n is negative.
func asTexts(v any, what string, n int) []string {
	list := asList(v, what)
	if n >= 0 && len(list) != n {
		bad("%s: want %d items, got %v", what, n, list)
	}
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = asText(x, what)
	}
	return out
}

func asInt(v any, what string) int {
	n, ok := v.(int64)
	if !ok {
		bad("%s: want an integer, got %v", what, v)
	}
	return int(n)
}

// oneOf reads a text from a list of words; null and "" are none of them.
func oneOf(v any, what string, words ...string) string {
	s, _ := v.(string)
	if v != nil && s != "" && !slices.Contains(words, s) || v != nil && s == "" && v != "" {
		bad("%s: want null or one of %s, got %v", what, strings.Join(words, ", "), v)
	}
	return s
}

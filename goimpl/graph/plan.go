package graph

import (
	"bytes"
	"slices"
	"strings"

	"xbench/goimpl/cj"
)

// A Size counts the parts of a plan.
type Size struct {
	Nodes    int
	Edges    int // those to End included
	Branches int
	Joins    int
}

// Size counts the plan's parts.
func (p *Plan) Size() Size {
	size := Size{Nodes: len(p.nodes), Joins: len(p.joins)}
	for i := range p.nodes {
		size.Edges += len(p.nodes[i].next)
		size.Branches += len(p.nodes[i].branches)
	}
	return size
}

// Schema returns the declarations that the plan was compiled with.
func (p *Plan) Schema() *Schema { return p.schema }

// AppendCJ appends a description of the plan as canonical JSON: the same graph
// gives the same text, however it was put together.
func (p *Plan) AppendCJ(dst []byte) ([]byte, error) {
	fields := make(map[string]any, len(p.schema.fields))
	for _, f := range p.schema.fields {
		fields[f.name] = f.kind.reducer()
	}
	branches, err := p.branchValues()
	if err != nil {
		return nil, err
	}
	joins, err := p.joinValues()
	if err != nil {
		return nil, err
	}
	names := make([]string, len(p.nodes))
	for i := range p.nodes {
		names[i] = p.nodes[i].name
	}
	return cj.Append(dst, map[string]any{
		"branches": branches,
		"edges":    p.edgeValues(),
		"entry":    p.entryValue(),
		"fields":   fields,
		"joins":    joins,
		"nodes":    names,
		"v":        1,
	})
}

// Digest is the SHA-256 of the description.
func (p *Plan) Digest() (string, error) { return cj.Digest(p) }

func (p *Plan) name(id int32) string {
	if id == endID {
		return End
	}
	return p.nodes[id].name
}

func (p *Plan) names(ids []int32) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = p.name(id)
	}
	return out
}

func (p *Plan) entryValue() []string {
	out := make([]string, 0, len(p.entry))
	for _, id := range p.entry {
		out = append(out, p.name(id))
	}
	if p.router != nil {
		for _, id := range p.router.targets {
			out = append(out, p.name(id))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (p *Plan) edgeValues() []any {
	var pairs [][2]string
	for i := range p.nodes {
		for _, to := range p.nodes[i].next {
			pairs = append(pairs, [2]string{p.nodes[i].name, p.name(to)})
		}
	}
	slices.SortFunc(pairs, func(a, b [2]string) int {
		if c := strings.Compare(a[0], b[0]); c != 0 {
			return c
		}
		return strings.Compare(a[1], b[1])
	})
	out := make([]any, len(pairs))
	for i, e := range pairs {
		out[i] = []string{e[0], e[1]}
	}
	return out
}

func (p *Plan) branchValues() ([]any, error) {
	var out []any
	for i := range p.nodes {
		for _, br := range p.nodes[i].branches {
			routes := make(map[string]string, len(br.labels))
			for k, label := range br.labels {
				routes[label] = p.name(br.targets[k])
			}
			out = append(out, []any{p.nodes[i].name, routes})
		}
	}
	return sortByText(out)
}

func (p *Plan) joinValues() ([]any, error) {
	var out []any
	for _, j := range p.joins {
		out = append(out, []any{p.names(j.from), p.name(j.to)})
	}
	return sortByText(out)
}

// A written value is its own canonical JSON.
type written []byte

func (w written) AppendCJ(dst []byte) ([]byte, error) { return append(dst, w...), nil }

// sortByText sorts values by their canonical JSON.
func sortByText(values []any) ([]any, error) {
	for i, v := range values {
		text, err := cj.Append(nil, v)
		if err != nil {
			return nil, err
		}
		values[i] = written(text)
	}
	slices.SortFunc(values, func(a, b any) int { return bytes.Compare(a.(written), b.(written)) })
	return values, nil
}

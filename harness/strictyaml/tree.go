package strictyaml

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// A Kind is what a value in the file is.
type Kind int

// The kinds of a Node.
const (
	Null Kind = iota
	Text
	Integer
	Number // with a fraction or an exponent
	Bool
	List
	Map
)

func (k Kind) String() string {
	return [...]string{"nothing", "text", "a whole number", "a number", "true or false", "a list", "a map"}[k]
}

// A Node is one value of a document, with aliases resolved and merge keys
// applied.
type Node struct {
	Kind   Kind
	Source string  // a scalar as written, without quotes
	Int    int64   // of an Integer up to 2^63-1
	Uint   uint64  // of an Integer from 0 up
	Float  float64 // of a Number or Integer
	Items  []*Node // of a List
	Pairs  []Pair  // of a Map, in file order

	pos position
	doc *Document
}

// A Pair is one entry of a map.
type Pair struct {
	Key   string
	Value *Node

	pos position
}

// Errorf returns an error located at the node.
func (n *Node) Errorf(format string, args ...any) error {
	return n.doc.at(n.pos, format, args...)
}

// Any returns the node as plain values: nil, string, int64 (uint64 where that
// is too small), float64, bool, []any or map[string]any.
func (n *Node) Any() any {
	switch n.Kind {
	case Text:
		return n.Source
	case Integer:
		if n.beyondInt64() {
			return n.Uint
		}
		return n.Int
	case Number:
		return n.Float
	case Bool:
		return n.Source == "true"
	case List:
		out := make([]any, len(n.Items))
		for i, item := range n.Items {
			out[i] = item.Any()
		}
		return out
	case Map:
		out := make(map[string]any, len(n.Pairs))
		for _, p := range n.Pairs {
			out[p.Key] = p.Value.Any()
		}
		return out
	}
	return nil
}

func (n *Node) beyondInt64() bool { return n.Uint > math.MaxInt64 }

// found describes a value in an error message.
func (n *Node) found() string {
	switch n.Kind {
	case Text:
		return fmt.Sprintf("the text %q", n.Source)
	case Integer, Number:
		return "the number " + n.Source
	case Bool:
		return n.Source
	}
	return n.Kind.String()
}

// find follows a path such as "suites[1].name" as far as it exists.
func (n *Node) find(path string) *Node {
	for path != "" {
		path = strings.TrimPrefix(path, ".")
		var next *Node
		if rest, ok := strings.CutPrefix(path, "["); ok {
			index, tail, _ := strings.Cut(rest, "]")
			if i, err := strconv.Atoi(index); err == nil && i >= 0 && i < len(n.Items) {
				next = n.Items[i]
			}
			path = tail
		} else {
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			next = n.get(path[:end])
			path = path[end:]
		}
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

func (n *Node) get(key string) *Node {
	for _, p := range n.Pairs {
		if p.Key == key {
			return p.Value
		}
	}
	return nil
}

// maxNodes bounds what aliases can blow a small file up to.
const maxNodes = 1 << 20

// A builder turns the parser's tree into ours.
type builder struct {
	doc     *Document
	anchors map[string]ast.Node
	open    map[string]bool // anchors being expanded: an alias to one is a loop
	nodes   int
}

func (d *Document) build(file *ast.File) (*Node, error) {
	var body ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if body != nil {
			return nil, d.at(startOf(doc.Body), "a second document starts here; one file holds one document")
		}
		body = doc.Body
	}
	if body == nil {
		return nil, d.at(position{1, 1}, "the file is empty")
	}
	b := &builder{doc: d, anchors: make(map[string]ast.Node), open: make(map[string]bool)}
	return b.node(body)
}

func startOf(n ast.Node) position {
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return startOf(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return startOf(n.Key)
	}
	return tokenAt(n)
}

func tokenAt(n ast.Node) position {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return position{t.Position.Line, t.Position.Column}
	}
	return position{}
}

func (b *builder) node(n ast.Node) (*Node, error) {
	if b.nodes++; b.nodes > maxNodes {
		return nil, b.doc.at(startOf(n), "aliases expand this file to more than %d values", maxNodes)
	}
	out := &Node{pos: startOf(n), doc: b.doc}
	switch n := n.(type) {
	case *ast.NullNode:
	case *ast.StringNode:
		out.Kind, out.Source = Text, n.Value
		if v, ok := exponent(n); ok {
			out.Kind, out.Float = Number, v
		}
	case *ast.LiteralNode:
		out.Kind, out.Source = Text, n.Value.Value
	case *ast.BoolNode:
		out.Kind, out.Source = Bool, strconv.FormatBool(n.Value)
	case *ast.IntegerNode:
		return out, b.integer(n, out)
	case *ast.FloatNode:
		out.Kind, out.Source, out.Float = Number, n.Token.Value, n.Value
	case *ast.InfinityNode, *ast.NanNode:
		return nil, out.Errorf("%s is not a number that can be used here", n.GetToken().Value)
	case *ast.SequenceNode:
		return out, b.list(n, out)
	case *ast.AnchorNode:
		return b.anchor(n)
	case *ast.AliasNode:
		return b.alias(n)
	case *ast.TagNode:
		return nil, out.Errorf("tags such as %s are not used here", n.Start.Value)
	case ast.MapNode:
		return out, b.mapping(n, out)
	default:
		return nil, out.Errorf("%s is not used here", n.Type().YAMLName())
	}
	return out, nil
}

// withExponent is a number as YAML 1.2 has it; the parser insists on a fraction
// before the exponent, as YAML 1.1 did.
var withExponent = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)[eE][-+]?[0-9]+$`)

// exponent reads 1e-9, without quotes, as the number that it is.
func exponent(n *ast.StringNode) (float64, bool) {
	if n.Token.Type != token.StringType || !withExponent.MatchString(n.Value) {
		return 0, false
	}
	v, err := strconv.ParseFloat(n.Value, 64)
	return v, err == nil
}

func (b *builder) integer(n *ast.IntegerNode, out *Node) error {
	out.Kind, out.Source = Integer, n.Token.Value
	switch v := n.Value.(type) {
	case int64:
		out.Int, out.Uint, out.Float = v, uint64(max(v, 0)), float64(v)
	case uint64:
		out.Int, out.Uint, out.Float = int64(min(v, math.MaxInt64)), v, float64(v)
	default:
		return out.Errorf("%s is not a whole number", n.Token.Value)
	}
	return nil
}

func (b *builder) list(n *ast.SequenceNode, out *Node) error {
	out.Kind = List
	for _, v := range n.Values {
		item, err := b.node(v)
		if err != nil {
			return err
		}
		out.Items = append(out.Items, item)
	}
	return nil
}

func (b *builder) anchor(n *ast.AnchorNode) (*Node, error) {
	name := n.Name.GetToken().Value
	b.anchors[name] = n.Value
	b.open[name] = true
	defer delete(b.open, name)
	return b.node(n.Value)
}

func (b *builder) alias(n *ast.AliasNode) (*Node, error) {
	name := n.Value.GetToken().Value
	target, ok := b.anchors[name]
	if !ok {
		return nil, b.doc.at(tokenAt(n), "alias *%s refers to no anchor above it; if it is a pattern, put it in quotes", name)
	}
	if b.open[name] {
		return nil, b.doc.at(tokenAt(n), "alias *%s refers to itself", name)
	}
	b.open[name] = true
	defer delete(b.open, name)
	return b.node(target)
}

// mapping collects the entries of a map. Merged entries give way to those
// written out, wherever they stand, and an earlier merge to none: the first
// source that has a key wins.
func (b *builder) mapping(n ast.MapNode, out *Node) error {
	out.Kind = Map
	var merged []Pair
	for it := n.MapRange(); it.Next(); {
		key := it.Key()
		if key.IsMergeKey() {
			pairs, err := b.merge(it.Value())
			if err != nil {
				return err
			}
			merged = append(merged, pairs...)
			continue
		}
		pair, err := b.pair(key, it.Value())
		if err != nil {
			return err
		}
		if old := out.pair(pair.Key); old != nil {
			return b.doc.at(pair.pos, "%q is given twice, first in line %d", pair.Key, old.pos.line)
		}
		out.Pairs = append(out.Pairs, pair)
	}
	for _, p := range merged {
		if out.pair(p.Key) == nil {
			out.Pairs = append(out.Pairs, p)
		}
	}
	return nil
}

func (n *Node) pair(key string) *Pair {
	for i := range n.Pairs {
		if n.Pairs[i].Key == key {
			return &n.Pairs[i]
		}
	}
	return nil
}

func (b *builder) pair(key ast.MapKeyNode, value ast.Node) (Pair, error) {
	p := Pair{pos: tokenAt(key)}
	switch k := key.(type) {
	case *ast.StringNode:
		p.Key = k.Value
	case ast.ScalarNode:
		p.Key = k.GetToken().Value
	default:
		return p, b.doc.at(p.pos, "this key is not plain text")
	}
	v, err := b.node(value)
	if err != nil {
		return p, err
	}
	// An empty value has no place of its own in the file; its key has.
	if v.Kind == Null {
		v.pos = p.pos
	}
	p.Value = v
	return p, nil
}

func (b *builder) merge(value ast.Node) ([]Pair, error) {
	n, err := b.node(value)
	if err != nil {
		return nil, err
	}
	sources := []*Node{n}
	if n.Kind == List {
		sources = n.Items
	}
	var out []Pair
	for _, s := range sources {
		if s.Kind != Map {
			return nil, n.Errorf("<< wants a map, found %s", s.found())
		}
		out = append(out, s.Pairs...)
	}
	return out, nil
}

package suite

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"xbench/goimpl/cj"
	"xbench/goimpl/graph"
)

// A specOp adds to the update of a node.
type specOp func(view graph.State, update map[string]any) error

var errShape = errors.New("does not fit")

func (s *spec) readOp(node string, d map[string]any) specOp {
	if len(d) != 1 {
		bad("op %v of %s: want one member", d, node)
	}
	for op, v := range d {
		if op == "say" {
			field := asText(v, "field of say")
			return func(_ graph.State, update map[string]any) error {
				update[field] = []any{node}
				return nil
			}
		}
		args := asList(v, "op "+op)
		if len(args) == 0 {
			bad("op %s of %s: no field", op, node)
		}
		field := asText(args[0], "field of "+op)
		switch {
		case op == "append":
			return func(_ graph.State, update map[string]any) error {
				update[field] = slices.Clone(args[1:])
				return nil
			}
		case op == "set" && len(args) == 2:
			return func(_ graph.State, update map[string]any) error {
				update[field] = graph.Clone(args[1])
				return nil
			}
		case op == "put" && len(args) == 3:
			return putOp(field, asText(args[1], "key of put"), args[2])
		case op == "add" && len(args) == 2:
			return s.addOp(field, int64(asInt(args[1], "number of add")))
		case op == "size" && len(args) == 2:
			of := asText(args[1], "field of size")
			return func(view graph.State, update map[string]any) error {
				n, err := sizeOf(s.read(view, of))
				update[field] = n
				return err
			}
		}
		bad("op %s of %s with %d arguments is not known", op, node, len(args))
	}
	return nil
}

// read returns a field's value in view; nil if there is no such field.
func (s *spec) read(view graph.State, field string) any {
	f, ok := s.fields[field]
	if !ok {
		return nil
	}
	return f.Get(view)
}

func putOp(field, key string, v any) specOp {
	return func(_ graph.State, update map[string]any) error {
		m, ok := update[field].(map[string]any)
		if !ok {
			m = make(map[string]any)
			update[field] = m
		}
		m[key] = graph.Clone(v)
		return nil
	}
}

func (s *spec) addOp(field string, n int64) specOp {
	return func(view graph.State, update map[string]any) error {
		switch v := s.read(view, field).(type) {
		case int64:
			update[field] = v + n
		case float64:
			update[field] = v + float64(n)
		default:
			return fmt.Errorf("add to %s: %w: %T", field, errShape, v)
		}
		return nil
	}
}

func sizeOf(v any) (int64, error) {
	switch v := v.(type) {
	case []any:
		return int64(len(v)), nil
	case map[string]any:
		return int64(len(v)), nil
	case string:
		return int64(len([]rune(v))), nil
	}
	return 0, fmt.Errorf("size: %w: %T", errShape, v)
}

func (s *spec) readBranch(d map[string]any) {
	br := specBranch{from: asText(d["from"], "a branch's source"), routes: make(map[string]string)}
	for label, target := range asMap(d["routes"], "routes of "+br.from) {
		br.routes[label] = asText(target, "route "+label)
	}
	router := asMap(d["router"], "router of "+br.from)
	if len(router) != 1 {
		bad("router %v of %s: want one member", router, br.from)
	}
	for kind, v := range router {
		switch kind {
		case "field":
			field := asText(v, "router's field")
			br.router = func(view graph.State) []string { return []string{textOf(s.read(view, field))} }
		case "mod":
			br.router = s.modRouter(asList(v, "mod"))
		case "all":
			labels := make([]string, 0, len(br.routes))
			for label := range br.routes {
				labels = append(labels, label)
			}
			slices.Sort(labels)
			br.router = func(graph.State) []string { return labels }
		case "size":
			br.router = s.sizeRouter(asList(v, "size"))
		default:
			bad("router %s of %s is not known (have all, field, mod, size)", kind, br.from)
		}
	}
	s.branch = append(s.branch, br)
}

func (s *spec) modRouter(args []any) func(graph.State) []string {
	if len(args) != 2 {
		bad("router mod: want [field, number], got %v", args)
	}
	field, k := asText(args[0], "field of mod"), int64(asInt(args[1], "number of mod"))
	if k <= 0 {
		bad("router mod: %d is not positive", k)
	}
	return func(view graph.State) []string {
		n, ok := s.read(view, field).(int64)
		if !ok {
			panic(fmt.Errorf("mod of %s: %w", field, errShape))
		}
		return []string{strconv.FormatInt(((n%k)+k)%k, 10)}
	}
}

func (s *spec) sizeRouter(args []any) func(graph.State) []string {
	if len(args) != 4 {
		bad("router size: want [field, limit, below, above], got %v", args)
	}
	field, limit := asText(args[0], "field of size"), int64(asInt(args[1], "limit of size"))
	below, above := asText(args[2], "label of size"), asText(args[3], "label of size")
	return func(view graph.State) []string {
		n, err := sizeOf(s.read(view, field))
		if err != nil {
			panic(err)
		}
		return []string{pick(n < limit, below, above)}
	}
}

// textOf is a value as a label: texts as they are, all else as canonical
// JSON, which for integers is decimal.
func textOf(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := cj.Append(nil, v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

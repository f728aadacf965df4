package graph

import (
	"maps"
	"slices"
)

// A Cloner can copy itself so that no change to the copy shows in the
// original. Types of fixed shape implement it to be copied when a run isolates
// its nodes.
type Cloner interface{ Clone() any }

// Clone returns a deep copy of a value: maps, lists and byte blocks are copied
// at any depth, immutable values are shared. Of other types only a Cloner is
// copied; anything else is taken to be immutable.
func Clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return cloneMap(v)
	case []any:
		return cloneList(v)
	case []byte:
		return slices.Clone(v)
	case nil, bool, string, int, int64, float64:
		return v
	case map[string]string:
		return maps.Clone(v)
	case []string:
		return slices.Clone(v)
	case []int:
		return slices.Clone(v)
	case []int64:
		return slices.Clone(v)
	case []float64:
		return slices.Clone(v)
	case [][]byte:
		out := slices.Clone(v)
		for i := range out {
			out[i] = slices.Clone(out[i])
		}
		return out
	case Cloner:
		return v.Clone()
	}
	return v
}

func cloneMap(m map[string]any) map[string]any {
	if m == nil {
		return nil
	}
	out := maps.Clone(m) // copies the table as it is, without hashing
	for k, x := range m {
		if mutable(x) {
			out[k] = Clone(x)
		}
	}
	return out
}

func cloneList(list []any) []any {
	out := slices.Clone(list)
	for i, x := range out {
		if mutable(x) {
			out[i] = Clone(x)
		}
	}
	return out
}

// mutable spares scalars the way through an interface and back, which would
// allocate for each text.
func mutable(x any) bool {
	switch x.(type) {
	case nil, bool, string, int, int64, float64:
		return false
	}
	return true
}

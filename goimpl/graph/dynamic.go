package graph

import (
	"errors"
	"fmt"
	"maps"

	"xbench/goimpl/cj"
)

// dynamic is the kind of a field whose type is only known at run time: it
// holds a value of the model that package cj describes.
type dynamic struct {
	scalar[any]
	name string
	fn   *func(cur, upd any) (any, error) // a pointer keeps kinds comparable
}

func (k dynamic) reducer() string { return k.name }
func (k dynamic) exclusive() bool { return k.name == "last" }

func (k dynamic) reduce(cur, upd *value, _ owner) (err error) {
	cur.ref, err = (*k.fn)(cur.ref, upd.ref)
	return err
}

// changes calls the reducer, which builds a new value: what a dynamic field
// does is not known better.
func (k dynamic) changes(cur, upd *value) bool {
	after, err := (*k.fn)(cur.ref, upd.ref)
	return err == nil && !cj.Equal(cur.ref, after)
}

func (k dynamic) appendCJ(dst []byte, v *value) ([]byte, error) { return cj.Append(dst, v.ref) }

// assign takes nil too, which is a value of the model and of no Go type.
func (k dynamic) assign(v *value, x any) error {
	v.ref = x
	keep(v)
	return nil
}

// dynamicKind returns the kind for a reducer's name.
func dynamicKind(reducer string) (kind, error) {
	reduce := map[string]func(cur, upd any) (any, error){
		"last":      func(_, upd any) (any, error) { return upd, nil },
		"overwrite": func(_, upd any) (any, error) { return upd, nil },
		"append":    joinLists,
		"merge":     joinMaps,
		"max":       maxOf,
		"nonempty":  keepIf(empty),
		"nonnull":   keepIf(func(v any) bool { return v == nil }),
	}[reducer]
	if reduce == nil {
		return nil, fmt.Errorf("unknown reducer %q (have append, last, max, merge, nonempty, nonnull, overwrite)", reducer)
	}
	return dynamic{name: reducer, fn: &reduce}, nil
}

func keepIf(drop func(any) bool) func(cur, upd any) (any, error) {
	return func(cur, upd any) (any, error) {
		if drop(upd) {
			return cur, nil
		}
		return upd, nil
	}
}

func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case int:
		return v == 0
	case int64:
		return v == 0
	case float64:
		return v == 0
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

func joinLists(cur, upd any) (any, error) {
	a, ok := cur.([]any)
	b, ok2 := upd.([]any)
	if !ok || !ok2 {
		return nil, fmt.Errorf("cannot append %T to %T, want two lists", upd, cur)
	}
	out := make([]any, 0, len(a)+len(b))
	return append(append(out, a...), b...), nil
}

func joinMaps(cur, upd any) (any, error) {
	a, ok := cur.(map[string]any)
	b, ok2 := upd.(map[string]any)
	if !ok || !ok2 {
		return nil, fmt.Errorf("cannot merge %T into %T, want two maps", upd, cur)
	}
	out := make(map[string]any, len(a)+len(b))
	maps.Copy(out, a)
	maps.Copy(out, b)
	return out, nil
}

func maxOf(cur, upd any) (any, error) {
	a, ok := cur.([]any)
	b, ok2 := upd.([]any)
	if !ok || !ok2 {
		return maxNumber(cur, upd)
	}
	if len(a) != len(b) {
		return nil, fmt.Errorf("%w: %d and %d items", errLengths, len(a), len(b))
	}
	out := make([]any, len(a))
	for i := range a {
		var err error
		if out[i], err = maxNumber(a[i], b[i]); err != nil {
			return nil, fmt.Errorf("item %d: %w", i, err)
		}
	}
	return out, nil
}

var errNotNumbers = errors.New("no maximum")

// maxNumber compares integers as integers, so that none loses precision; an
// integer and a float compare as floats.
func maxNumber(a, b any) (any, error) {
	i, aInt := integer(a)
	j, bInt := integer(b)
	if aInt && bInt {
		if j > i {
			return b, nil
		}
		return a, nil
	}
	x, aFloat := a.(float64)
	y, bFloat := b.(float64)
	if aInt {
		x, aFloat = float64(i), true
	}
	if bInt {
		y, bFloat = float64(j), true
	}
	if !aFloat || !bFloat {
		return nil, fmt.Errorf("%w of %T and %T", errNotNumbers, a, b)
	}
	if y > x {
		return b, nil
	}
	return a, nil
}

func integer(v any) (int64, bool) {
	switch v := v.(type) {
	case int:
		return int64(v), true
	case int64:
		return v, true
	}
	return 0, false
}

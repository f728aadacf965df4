package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"xbench/goimpl/cj"
)

// A Schema is the declared fields of a state. Declare all of them before the
// schema is used: from the first call of New, Input or SendSchema with it on it
// does not change and may be shared; to declare another field is a panic.
type Schema struct {
	fields []*field // in order of declaration
	frozen atomic.Bool
	err    error // the first fault of the declarations, reported by Compile

	sorting sync.Once
	sorted  []*field // by name
	keys    [][]byte // of the sorted fields: `"name":`
	keyErr  error
}

// A field is one slot of a state.
type field struct {
	id        int
	name      string
	kind      kind
	exclusive bool
	def       value
}

// NewSchema returns a schema without fields.
func NewSchema() *Schema { return &Schema{fields: make([]*field, 0, 8)} }

func (s *Schema) declare(name string, k kind, def value) *field {
	if s.frozen.Load() {
		panic(fmt.Sprintf("graph: field %q declared after the schema was given to a builder or used by Input", name))
	}
	for _, f := range s.fields {
		if f.name == name && s.err == nil {
			s.err = &Error{Kind: DuplicateField, Field: name}
		}
	}
	f := &field{id: len(s.fields), name: name, kind: k, exclusive: k.exclusive(), def: def}
	s.fields = append(s.fields, f)
	return f
}

// freeze ends the declarations. It writes at most once: many goroutines make
// inputs of one schema.
func (s *Schema) freeze() {
	if !s.frozen.Load() {
		s.frozen.Store(true)
	}
}

// fault is why states of the schema cannot be used, if so. A nil schema has
// none.
func (s *Schema) fault() error {
	if s == nil {
		return nil
	}
	return s.err
}

// order sorts the fields by name, once, when someone needs it: a graph that
// is only compiled does not.
func (s *Schema) order() {
	s.sorting.Do(func() {
		s.freeze()
		s.sorted = slices.Clone(s.fields)
		slices.SortFunc(s.sorted, func(a, b *field) int { return strings.Compare(a.name, b.name) })
		s.keys = make([][]byte, len(s.sorted))
		for i, f := range s.sorted {
			key, err := cj.AppendString(nil, f.name)
			if err != nil && s.keyErr == nil {
				s.keyErr = cj.At(err, fmt.Sprintf(".%q", f.name))
			}
			s.keys[i] = append(key, ':')
		}
	})
}

// lookup finds a field by name; nil if there is none.
func (s *Schema) lookup(name string) *field {
	s.order()
	i, ok := slices.BinarySearchFunc(s.sorted, name, func(f *field, name string) int { return strings.Compare(f.name, name) })
	if !ok {
		return nil
	}
	return s.sorted[i]
}

// same reports whether two schemas declare the same fields in the same order,
// so that states and handles of one serve the other.
func (s *Schema) same(t *Schema) bool {
	if s == t {
		return true
	}
	if s == nil || t == nil || len(s.fields) != len(t.fields) {
		return false
	}
	for i, f := range s.fields {
		if !f.same(t.fields[i]) {
			return false
		}
	}
	return true
}

func (f *field) same(g *field) bool {
	if f == g {
		return true
	}
	if d, ok := f.kind.(dynamic); ok {
		e, ok := g.kind.(dynamic)
		return ok && f.name == g.name && d.name == e.name
	}
	return f.name == g.name && f.kind == g.kind
}

// A Field is the handle of a field that holds one T. A handle serves every
// schema that declares the same fields in the same order; used on any other
// it panics, which a run reports as the node's failure.
type Field[T any] struct{ f *field }

// A ListField is the handle of an append field.
type ListField[T any] struct{ f *field }

// A MapField is the handle of a merge field.
type MapField[V any] struct{ f *field }

// Last declares a field that one node per superstep may write; two are a
// ConcurrentWrite.
func Last[T any](s *Schema, name string, def T) Field[T] {
	return scalarField(s, name, last[T]{}, def)
}

// Overwrite declares a field of which the last write in task order stands.
func Overwrite[T any](s *Schema, name string, def T) Field[T] {
	return scalarField(s, name, overwriting[T]{}, def)
}

// Max declares a field that keeps the larger of its value and the update.
func Max[T cmp.Ordered](s *Schema, name string, def T) Field[T] {
	return scalarField(s, name, larger[T]{}, def)
}

// MaxEach declares a field that holds a list and keeps the larger of each
// pair of items; an update of another length is a ReducerShape.
func MaxEach[T cmp.Ordered](s *Schema, name string, def []T) Field[[]T] {
	return scalarField(s, name, largerEach[T]{}, slices.Clone(def))
}

// NonEmpty declares a field that ignores updates by the zero T.
func NonEmpty[T comparable](s *Schema, name string, def T) Field[T] {
	return scalarField(s, name, nonZero[T]{}, def)
}

// NonNull declares a field that may have no value, nil, and that ignores
// updates by nil. What a pointer refers to must not be changed.
func NonNull[T any](s *Schema, name string, def *T) Field[*T] {
	return scalarField(s, name, nonNil[T]{}, def)
}

// Dynamic declares a field by the name of its reducer: last, overwrite,
// append, merge, max, nonempty or nonnull. It holds a value of the model that
// package cj describes, with lists as []any and maps as map[string]any; an
// update that does not fit the reducer is a ReducerShape.
func Dynamic(s *Schema, name, reducer string, def any) (Field[any], error) {
	k, err := dynamicKind(reducer)
	if err != nil {
		return Field[any]{}, fmt.Errorf("graph: field %q: %w", name, err)
	}
	return Field[any]{s.declare(name, k, value{ref: def})}, nil
}

// Append declares a field that holds a list; updates add items to its end.
func Append[T any](s *Schema, name string, def ...T) ListField[T] {
	return ListField[T]{s.declare(name, appending[T]{}, listValue(slices.Clone(def)))}
}

// Merge declares a field that holds a map; updates set entries. A nil default
// is the empty map.
func Merge[V any](s *Schema, name string, def map[string]V) MapField[V] {
	a := &assoc[V]{}
	if len(def) > 0 {
		a = MapOf(def).a
	}
	return MapField[V]{s.declare(name, merging[V]{}, value{ref: a})}
}

func scalarField[T any](s *Schema, name string, k kind, def T) Field[T] {
	var v value
	store(&v, def)
	keep(&v)
	return Field[T]{s.declare(name, k, v)}
}

// Name returns the field's name.
func (f Field[T]) Name() string { return f.f.name }

// Name returns the field's name.
func (f ListField[T]) Name() string { return f.f.name }

// Name returns the field's name.
func (f MapField[V]) Name() string { return f.f.name }

// Get returns the field's value in s. A container must not be changed.
func (f Field[T]) Get(s State) T { return load[T](s.slot(f.f)) }

// Set writes the field, replacing what was set before in the same update.
func (f Field[T]) Set(out *Update, x T) {
	v, _ := out.slot(f.f)
	store(v, x)
	if v.ref != nil {
		keep(v)
	}
}

// Get returns the list in s; it must not be changed.
func (f ListField[T]) Get(s State) []T { return itemsOf[T](s.slot(f.f)) }

// Len returns the length of the list in s.
func (f ListField[T]) Len(s State) int { return int(s.slot(f.f).num) }

// Add adds items to those that the update will append.
func (f ListField[T]) Add(out *Update, items ...T) {
	v, _ := out.slot(f.f)
	l, ok := v.ref.(*list[T])
	if !ok {
		l = &list[T]{}
		v.ref = l
	}
	l.items = append(l.items, items...)
	v.num = uint64(len(l.items))
}

// Get returns the map in s.
func (f MapField[V]) Get(s State) Map[V] { return Map[V]{s.slot(f.f).ref.(*assoc[V])} }

// Put adds an entry to those that the update will set.
func (f MapField[V]) Put(out *Update, key string, x V) { f.own(out).put(key, x) }

// PutAll adds the entries of m. The first PutAll of an update copies nothing,
// unless m is out of a state: a node that always sets the same entries should
// make the Map once.
func (f MapField[V]) PutAll(out *Update, m Map[V]) {
	if m.a == nil {
		m.a = &assoc[V]{}
	}
	if m.a.made.r != nil { // the run may extend it before this update's turn
		m = m.Clone()
	}
	v, before := out.slot(f.f)
	if !before {
		*v = value{ref: m.a, num: borrowed}
		return
	}
	a := f.own(out)
	for i := range m.a.entries {
		a.put(m.a.entries[i].key, m.a.entries[i].val)
	}
}

// own returns the update's map, made fit to be added to.
func (f MapField[V]) own(out *Update) *assoc[V] {
	v, _ := out.slot(f.f)
	a, ok := v.ref.(*assoc[V])
	switch {
	case !ok:
		a = &assoc[V]{}
		v.ref = a
	case v.num == borrowed:
		a = &assoc[V]{entries: slices.Clone(a.entries)}
		*v = value{ref: a}
	}
	return a
}

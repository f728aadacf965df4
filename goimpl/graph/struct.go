package graph

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unsafe"
)

// A Struct declares a state by a Go struct, for nodes that would rather be
// given one than reach for each field by its handle. Every exported field is a
// field of the state, described by its tag:
//
//	type Chat struct {
//		Messages []Message         `graph:"messages,append"`
//		Meta     map[string]string `graph:"meta,merge"`
//		Count    int               `graph:"count"` // last
//		Next     string            // "Next", last
//		cache    *lookup           // not exported: not part of the state
//		Debug    bool              `graph:"-"` // nor this
//	}
//
// The reducer is one of last, overwrite, append, merge, max, nonempty and
// nonnull. An append field is a slice; a merge field a Map, or a map of texts,
// numbers, booleans or any, which is copied by every update where a Map is
// not. Types of one's own are written to checkpoints as an Appender says, else
// as encoding/json does.
//
// Reflection looks at the struct once, in StructOf. A call of a node then
// costs some nanoseconds for each field, to fill the struct; handles do not
// (see BenchmarkStruct for both).
type Struct[S any] struct {
	schema *Schema
	places []place
	lends  bool      // some field is a Go map that the run extends
	outs   sync.Pool // of *Out[S]
}

// A place is where in the struct a field is.
type place struct {
	offset uintptr
	typ    reflect.Type
	field  *field
}

// StructOf declares the fields of S, with the defaults that def holds. The
// error names the field of the struct that cannot be one of a state.
func StructOf[S any](def S) (*Struct[S], error) {
	t := reflect.TypeFor[S]()
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("graph: a state is a struct, not a %v", t)
	}
	st := &Struct[S]{schema: NewSchema()}
	st.outs.New = func() any { return &Out[S]{in: st} }
	base := unsafe.Pointer(&def)
	for i := range t.NumField() {
		f := t.Field(i)
		name, reducer, ok, err := parseTag(f)
		if err == nil && ok {
			var k kind
			var v value
			if k, err = kindFor(f.Type, reducer); err == nil {
				err = k.assign(&v, reflect.NewAt(f.Type, unsafe.Add(base, f.Offset)).Elem().Interface())
			}
			if err == nil {
				v = k.clone(&v)
				err = st.taken(name, t)
			}
			if err == nil {
				_, lends := k.(interface{ lends() })
				st.lends = st.lends || lends
				st.places = append(st.places, place{f.Offset, f.Type, st.schema.declare(name, k, v)})
			}
		}
		if err != nil {
			return nil, fmt.Errorf("graph: %v.%s: %w", t, f.Name, err)
		}
	}
	return st, nil
}

// taken reports a name that an earlier field of the struct has.
func (st *Struct[S]) taken(name string, t reflect.Type) error {
	for i := range st.places {
		if st.places[i].field.name != name {
			continue
		}
		for k := range t.NumField() {
			if t.Field(k).Offset == st.places[i].offset && t.Field(k).Type == st.places[i].typ {
				return fmt.Errorf("field %q of the state is %s already: give one of them another name, by a tag `graph:\"name\"`", name, t.Field(k).Name)
			}
		}
	}
	return nil
}

// parseTag says what the tag makes of a field; ok is false if nothing.
func parseTag(f reflect.StructField) (name, reducer string, ok bool, err error) {
	tag, tagged := f.Tag.Lookup("graph")
	if tag == "-" || !tagged && !f.IsExported() {
		return "", "", false, nil
	}
	if !f.IsExported() {
		return "", "", false, errors.New("a field of the state must be exported")
	}
	name, reducer, _ = strings.Cut(tag, ",")
	if name == "" {
		name = f.Name
	}
	if reducer == "" {
		reducer = "last"
	}
	known := []string{"append", "last", "max", "merge", "nonempty", "nonnull", "overwrite"}
	if !slices.Contains(known, reducer) {
		return "", "", false, fmt.Errorf("unknown reducer %q%s", reducer, suggest(reducer, known))
	}
	return name, reducer, true, nil
}

// Schema returns the declared fields, to be given to New.
func (st *Struct[S]) Schema() *Schema { return st.schema }

// State returns the state that holds what s does, in copies (see Clone): later
// changes to s do not show in it.
func (st *Struct[S]) State(s S) State {
	vals := make([]value, len(st.places))
	base := unsafe.Pointer(&s)
	for i := range st.places {
		p := &st.places[i]
		at := reflect.NewAt(p.typ, unsafe.Add(base, p.offset)).Elem().Interface()
		if err := p.field.kind.assign(&vals[p.field.id], at); err != nil {
			panic("graph: " + p.field.name + ": " + err.Error()) // StructOf has assigned one of this type
		}
		vals[p.field.id] = p.field.kind.clone(&vals[p.field.id])
	}
	return State{st.schema, vals}
}

// Value returns the struct that holds what a state does. Its slices and maps
// must not be changed.
func (st *Struct[S]) Value(s State) (out S) {
	st.fill(&out, s)
	return out
}

func (st *Struct[S]) fill(out *S, s State) {
	if !st.schema.same(s.schema) {
		panic("graph: a state of another schema than the struct's")
	}
	base := unsafe.Pointer(out)
	for i := range st.places {
		p := &st.places[i]
		p.field.kind.fill(unsafe.Add(base, p.offset), &s.vals[p.field.id])
	}
}

// Node makes a node of a function that is given the struct. What it writes, it
// writes with Set, Add and Put; neither out nor the maps in s may be kept.
func (st *Struct[S]) Node(fn func(ctx context.Context, s S, out *Out[S]) error) NodeFunc {
	return func(ctx context.Context, s State, upd *Update) error {
		out := st.outs.Get().(*Out[S])
		out.upd = upd
		st.fill(&out.view, s)
		err := fn(ctx, out.view, out)
		if out.release() && err == nil {
			err = errDirect
		}
		return err
	}
}

// Router makes a router for Branch of a function that is given the struct.
// Others are as short: func(s graph.State) []string { return route(st.Value(s)) }.
func (st *Struct[S]) Router(route func(s S) string) func(State) string {
	return func(s State) string { return route(st.Value(s)) }
}

var errDirect = errors.New("the node assigned to a field of out.To, which writes nothing: use graph.Set(out, &out.To.Field, value)")

// An Out is the update that a node of a Struct writes. Only the fields named
// in a call of Set, Add or Put are written, whatever the value: zero is a
// value like any other.
//
//	graph.Set(out, &out.To.Count, s.Count+1)
//	graph.Add(out, &out.To.Messages, "hello")
//	graph.Put(out, &out.To.Meta, "user", "ann")
type Out[S any] struct {
	// To names fields, by their addresses. To assign to one is an error.
	To S

	upd  *Update
	in   *Struct[S]
	view S // what the node is given: a buffer, as a local would be allocated
}

// release gives the buffer back and reports whether To was written to. It may
// not have been: its bytes are all zero.
func (o *Out[S]) release() (written bool) {
	o.upd, o.view = nil, *new(S)
	var sum uint64
	b := unsafe.Slice((*byte)(unsafe.Pointer(&o.To)), unsafe.Sizeof(o.To))
	for ; len(b) >= 8; b = b[8:] {
		sum |= binary.NativeEndian.Uint64(b)
	}
	for _, c := range b {
		sum |= uint64(c)
	}
	written = sum != 0
	if !written {
		o.in.outs.Put(o)
	}
	return written
}

// field returns the field of the state that an address inside To names.
func (o *Out[S]) field(at unsafe.Pointer, t reflect.Type) *field {
	if o.upd == nil {
		panic("graph: out was kept after its node had returned")
	}
	offset := uintptr(at) - uintptr(unsafe.Pointer(&o.To))
	for i := range o.in.places {
		p := &o.in.places[i]
		if p.offset == offset && p.typ == t {
			return p.field
		}
	}
	panic(fmt.Sprintf("graph: a pointer to %v that is not the address of a field of out.To", t))
}

// Set writes a field that neither appends nor merges, replacing what was set
// before in the same update.
func Set[S, T any](out *Out[S], field *T, x T) {
	f := out.field(unsafe.Pointer(field), reflect.TypeFor[T]())
	switch f.kind.reducer() {
	case "append":
		panic(fmt.Sprintf("graph: field %q appends: write it with Add", f.name))
	case "merge":
		panic(fmt.Sprintf("graph: field %q merges: write it with Put", f.name))
	}
	v, _ := out.upd.slot(f)
	store(v, x)
	if v.ref != nil {
		keep(v)
		if out.in.lends {
			keepMap(v)
		}
	}
}

// Add adds items to those that the update will append to a field.
func Add[S, T any](out *Out[S], field *[]T, items ...T) {
	f := out.field(unsafe.Pointer(field), reflect.TypeFor[[]T]())
	switch f.kind.(type) {
	case appending[T]:
		ListField[T]{f}.Add(out.upd, items...)
	case appendingAny:
		v, _ := out.upd.slot(f)
		addAny(v, items)
	default:
		panic(fmt.Sprintf("graph: field %q does not append: write it with Set", f.name))
	}
}

// Put adds an entry to those that the update will set in a field.
func Put[S, V any](out *Out[S], field *map[string]V, key string, x V) {
	f := out.field(unsafe.Pointer(field), reflect.TypeFor[map[string]V]())
	if _, ok := f.kind.(mergingMap[V]); !ok {
		panic(fmt.Sprintf("graph: field %q does not merge: write it with Set", f.name))
	}
	v, _ := out.upd.slot(f)
	h, ok := v.ref.(*goMap[V])
	if !ok {
		h = &goMap[V]{m: make(map[string]V)}
		v.ref = h
	}
	h.m[key] = x
}

// PutMap is Put for fields of type Map.
func PutMap[S, V any](out *Out[S], field *Map[V], key string, x V) {
	f := out.field(unsafe.Pointer(field), reflect.TypeFor[Map[V]]())
	if _, ok := f.kind.(merging[V]); !ok {
		panic(fmt.Sprintf("graph: field %q does not merge: write it with Set", f.name))
	}
	MapField[V]{f}.Put(out.upd, key, x)
}

package graph

import (
	"fmt"
	"math/bits"
	"strconv"

	"xbench/goimpl/cj"
)

// A State is a value for every field of a schema. It cannot be changed; what
// its containers hold must not be. The state a node or router receives is
// good until it returns, and so are the maps in it, which the run may extend;
// states in results and events are good for ever.
type State struct {
	schema *Schema
	vals   []value
}

// slot returns the value of a field, having checked that the handle belongs
// to this state's declarations.
func (s State) slot(f *field) *value {
	if s.schema == nil || f == nil || f.id >= len(s.vals) {
		if err := s.schema.fault(); err != nil {
			panic(err)
		}
		panic(misuse(f))
	}
	if g := s.schema.fields[f.id]; g != f && !g.same(f) {
		panic(misuse(f))
	}
	return &s.vals[f.id]
}

func misuse(f *field) string {
	if f == nil {
		return "graph: handle of no field: declare it first"
	}
	return fmt.Sprintf("graph: field %q belongs to another schema", f.name)
}

// AppendCJ appends the state as canonical JSON, every field present.
func (s State) AppendCJ(dst []byte) ([]byte, error) {
	var at *field
	return s.appendCJ(dst, &at)
}

// appendCJ is AppendCJ; *at is the field being written, for who catches panics.
func (s State) appendCJ(dst []byte, at **field) ([]byte, error) {
	if s.schema == nil {
		return append(dst, "null"...), nil
	}
	if err := s.schema.fault(); err != nil {
		return nil, err
	}
	s.schema.order()
	if s.schema.keyErr != nil {
		return nil, s.schema.keyErr
	}
	dst = append(dst, '{')
	for i, f := range s.schema.sorted {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, s.schema.keys[i]...)
		*at = f
		var err error
		if dst, err = f.kind.appendCJ(dst, &s.vals[f.id]); err != nil {
			return nil, cj.At(err, "."+f.name)
		}
	}
	*at = nil
	return append(dst, '}'), nil
}

// Clone returns a deep copy, each value copied as by the function Clone.
func (s State) Clone() State {
	out := State{s.schema, make([]value, len(s.vals))}
	s.cloneInto(out.vals)
	return out
}

func (s State) cloneInto(vals []value) {
	for i := range s.vals {
		vals[i] = s.schema.fields[i].kind.clone(&s.vals[i])
	}
}

// An Update is values for some fields of a schema: what a node returns, or
// the input of a run. One goroutine at a time may write to it.
type Update struct {
	schema  *Schema
	vals    []value
	set     []uint64 // one bit per field
	any     bool
	unknown string // the first name, in sorted order, that is not declared
	isBad   bool   // unknown holds a name, perhaps the empty one
	misfit  *Error // the first value that was not of its field's type
}

// Input returns an empty update to be filled and turned into a state. It ends
// the declarations of fields.
func (s *Schema) Input() *Update {
	s.freeze()
	return &Update{schema: s, vals: make([]value, len(s.fields)), set: make([]uint64, words(len(s.fields)))}
}

// words is how many words of 64 bits n fields need.
func words(n int) int { return (n + 63) / 64 }

// slot returns the value of a field, having marked it as written, and whether
// it was before. Call it when it is certain what to write: a slot that is
// marked and empty has a value of no type.
func (u *Update) slot(f *field) (v *value, before bool) {
	if f == nil || f.id >= len(u.vals) {
		panic(misuse(f))
	}
	if g := u.schema.fields[f.id]; g != f && !g.same(f) {
		panic(misuse(f))
	}
	w, bit := f.id>>6, uint64(1)<<(f.id&63)
	before = u.set[w]&bit != 0
	u.set[w] |= bit
	u.any = true
	return &u.vals[f.id], before
}

func (u *Update) has(id int) bool { return u.set[id>>6]&(1<<(id&63)) != 0 }

// Put writes a field by name. The value must be of the field's Go type, for
// append fields a slice and for merge fields a map[string]V or a Map. If it is
// not, or no field has the name, nothing is written, and the fault need not be
// looked at: a node's run fails with it (NodeFailed, UnknownField), and so does
// every use of the State that the update is turned into.
func (u *Update) Put(name string, x any) error {
	f := u.schema.lookup(name)
	if f == nil {
		if !u.isBad || name < u.unknown {
			u.unknown, u.isBad = name, true
		}
		return &Error{Kind: UnknownField, Field: name}
	}
	var v value
	if err := f.kind.assign(&v, x); err != nil {
		e := &Error{Kind: NodeFailed, Field: name, Detail: "Update.Put", Err: err}
		if u.misfit == nil {
			u.misfit = e
		}
		return e
	}
	slot, _ := u.slot(f)
	*slot = v
	return nil
}

// fault is the first thing that Put could not write.
func (u *Update) fault() *Error {
	switch {
	case u.misfit != nil:
		return u.misfit
	case u.isBad:
		return &Error{Kind: UnknownField, Field: u.unknown}
	}
	return nil
}

// Empty reports whether no field was written.
func (u *Update) Empty() bool { return !u.any && !u.isBad && u.misfit == nil }

// State returns the state in which the fields written have their values and
// the others their defaults. Later changes to u do not show in it. If Put was
// given what does not fit, the state is none: to run it is a BadInput that
// names the field, as is to encode it.
func (u *Update) State() State {
	if f := u.fault(); f != nil {
		return State{schema: &Schema{err: &Error{Kind: BadInput, Field: f.Field, Detail: f.Detail, Err: f.reason()}}}
	}
	s := State{u.schema, make([]value, len(u.vals))}
	for i, f := range u.schema.fields {
		if u.has(i) {
			s.vals[i] = f.kind.clone(&u.vals[i])
		} else {
			s.vals[i] = f.def
		}
	}
	return s
}

// AppendCJ appends the fields written as canonical JSON.
func (u *Update) AppendCJ(dst []byte) ([]byte, error) {
	u.schema.order()
	dst = append(dst, '{')
	first := true
	for i, f := range u.schema.sorted {
		if !u.has(f.id) {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(dst, u.schema.keys[i]...)
		var err error
		if dst, err = f.kind.appendCJ(dst, &u.vals[f.id]); err != nil {
			return nil, cj.At(err, "."+strconv.Quote(f.name))
		}
	}
	return append(dst, '}'), nil
}

// take returns u's fields as an update of its own, which may be kept: u gives
// up the containers that a reset would reuse. What they hold is not copied, for
// nobody may change it.
func (u *Update) take() *Update {
	out := u.schema.Input()
	copy(out.set, u.set)
	out.any = u.any
	for i := range u.schema.fields {
		if u.has(i) {
			out.vals[i], u.vals[i] = u.vals[i], value{}
		}
	}
	return out
}

// reset empties u, keeping its buffers.
func (u *Update) reset() {
	if u.any {
		for w, word := range u.set {
			for ; word != 0; word &= word - 1 {
				id := w<<6 + bits.TrailingZeros64(word)
				u.schema.fields[id].kind.recycle(&u.vals[id])
			}
			u.set[w] = 0
		}
	}
	u.any = false
	if u.isBad || u.misfit != nil { // to write pointers costs more than to look
		u.isBad, u.unknown, u.misfit = false, "", nil
	}
}

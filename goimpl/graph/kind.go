package graph

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"xbench/goimpl/cj"
)

// A kind is what a field does with its slot: the type and the reducer in one.
// Kinds hold no data of a run and are comparable.
type kind interface {
	reducer() string
	// exclusive kinds allow one writer per superstep.
	exclusive() bool
	// reduce replaces *cur by the result of applying *upd. A list may grow
	// in place if it was made by owner; the zero owner makes all anew.
	reduce(cur, upd *value, o owner) error
	// changes reports whether reduce would change the canonical JSON of *cur.
	changes(cur, upd *value) bool
	appendCJ(dst []byte, v *value) ([]byte, error)
	// decode reads what appendCJ wrote.
	decode(r *cj.Reader, v *value) error
	// clone copies deeply.
	clone(v *value) value
	// assign stores a value of the field's Go type, or says why it cannot.
	assign(v *value, x any) error
	// fill puts the value at p, which points to the field's Go type.
	fill(p unsafe.Pointer, v *value)
	// recycle empties an update's slot, keeping room that can be reused.
	recycle(v *value)
	// freeze makes a state's slot independent of what the run goes on to do.
	freeze(v *value, o owner)
}

// An owner names one superstep of one execution in a run's buffers.
type owner struct {
	r    *run
	gen  uint64 // the execution
	step uint64
}

// sameRun reports whether two owners are of one execution.
func (o owner) sameRun(p owner) bool { return o.r != nil && o.r == p.r && o.gen == p.gen }

// mayExtend reports whether what made made can be changed in place: nobody
// else sees it, since what leaves the run is frozen, and the state in which the
// superstep began is not needed any more, unless routers are to be shown it.
func (o owner) mayExtend(made owner) bool {
	return o.r != nil && (made == o || o.sameRun(made) && !o.r.kept)
}

var errLengths = errors.New("lists differ in length")

// scalar is what the kinds that hold one T have in common. Kinds are types and
// not one type with a mode: zero-sized, they cost nothing to put in a field.
type scalar[T any] struct{}

func (scalar[T]) exclusive() bool      { return false }
func (scalar[T]) recycle(v *value)     { *v = value{} }
func (scalar[T]) freeze(*value, owner) {}

func (scalar[T]) appendCJ(dst []byte, v *value) ([]byte, error) {
	x := load[T](v)
	return appendItem(dst, &x)
}

func (scalar[T]) fill(p unsafe.Pointer, v *value) { *(*T)(p) = load[T](v) }

func (scalar[T]) decode(r *cj.Reader, v *value) error {
	var x T
	err := cj.Decode(r, &x)
	store(v, x)
	return err
}

func (scalar[T]) clone(v *value) value {
	if v.ref == nil {
		return *v
	}
	return value{ref: Clone(v.ref)}
}

func (scalar[T]) assign(v *value, x any) error {
	t, ok := x.(T)
	if !ok {
		return fmt.Errorf("value is %T, want %T", x, *new(T))
	}
	store(v, t)
	keep(v)
	return nil
}

// overwriting is the kind of overwrite fields.
type overwriting[T any] struct{ scalar[T] }

func (overwriting[T]) reducer() string { return "overwrite" }

func (overwriting[T]) reduce(cur, upd *value, _ owner) error {
	*cur = *upd
	return nil
}

func (overwriting[T]) changes(cur, upd *value) bool { return !equalSlots[T](cur, upd) }

// last is the kind of last fields.
type last[T any] struct{ overwriting[T] }

func (last[T]) reducer() string { return "last" }
func (last[T]) exclusive() bool { return true }

// larger is the kind of max fields that hold one number.
type larger[T cmp.Ordered] struct{ scalar[T] }

func (larger[T]) reducer() string { return "max" }

func (larger[T]) reduce(cur, upd *value, _ owner) error {
	if load[T](upd) > load[T](cur) {
		*cur = *upd
	}
	return nil
}

func (larger[T]) changes(cur, upd *value) bool { return load[T](upd) > load[T](cur) }

// largerEach is the kind of max fields that hold a list of numbers.
type largerEach[T cmp.Ordered] struct{ scalar[[]T] }

func (largerEach[T]) reducer() string { return "max" }

func (largerEach[T]) reduce(cur, upd *value, _ owner) error {
	a, b := load[[]T](cur), load[[]T](upd)
	if len(a) != len(b) {
		return fmt.Errorf("%w: %d and %d items", errLengths, len(a), len(b))
	}
	out := make([]T, len(a))
	for i := range a {
		out[i] = max(a[i], b[i])
	}
	cur.ref = out
	return nil
}

func (largerEach[T]) changes(cur, upd *value) bool {
	a, b := load[[]T](cur), load[[]T](upd)
	for i := range min(len(a), len(b)) {
		if b[i] > a[i] {
			return true
		}
	}
	return false
}

// nonZero is the kind of nonempty fields.
type nonZero[T comparable] struct{ scalar[T] }

func (nonZero[T]) reducer() string { return "nonempty" }

func (nonZero[T]) reduce(cur, upd *value, _ owner) error {
	if load[T](upd) != *new(T) {
		*cur = *upd
	}
	return nil
}

func (nonZero[T]) changes(cur, upd *value) bool {
	return load[T](upd) != *new(T) && !equalSlots[T](cur, upd)
}

// A list is what the slot of an append field refers to; the slot's number says
// how many of its items count. Its owner grows it in place: older slots that
// refer to it go on counting fewer. Whatever leaves the run gets a list of its
// own (see freeze), so that nobody else reads what the owner writes.
type list[T any] struct {
	items []T
	owner owner
}

// itemsOf returns the items that a slot counts, without spare room.
func itemsOf[T any](v *value) []T { return v.ref.(*list[T]).items[:v.num:v.num] }

func listValue[T any](items []T) value {
	return value{ref: &list[T]{items: items}, num: uint64(len(items))}
}

// appending is the kind of append fields.
type appending[T any] struct{}

func (appending[T]) reducer() string { return "append" }
func (appending[T]) exclusive() bool { return false }

func (appending[T]) recycle(v *value) {
	if l, ok := v.ref.(*list[T]); ok {
		clear(l.items)
		l.items = l.items[:0]
	}
	v.num = 0
}

// reduce grows the list in place where it belongs to this run and the slot
// counts all of it.
func (appending[T]) reduce(cur, upd *value, o owner) error {
	more := itemsOf[T](upd)
	l := cur.ref.(*list[T])
	if !o.sameRun(l.owner) || len(l.items) != int(cur.num) {
		const spare = 8 // the next supersteps will probably add more
		items := make([]T, cur.num, int(cur.num)+len(more)+max(spare, int(cur.num)/4))
		copy(items, l.items)
		l = &list[T]{items, o}
		cur.ref = l
	}
	l.items = append(l.items, more...)
	cur.num = uint64(len(l.items))
	return nil
}

func (appending[T]) changes(_, upd *value) bool { return upd.num > 0 }

func (appending[T]) freeze(v *value, _ owner) { *v = listValue(itemsOf[T](v)) }

func (appending[T]) appendCJ(dst []byte, v *value) ([]byte, error) {
	items := itemsOf[T](v)
	if texts, ok := any(items).([]string); ok {
		return cj.AppendStrings(dst, texts)
	}
	return cj.AppendList(dst, items, func(dst []byte, x T) ([]byte, error) { return appendItem(dst, &x) })
}

func (appending[T]) fill(p unsafe.Pointer, v *value) { *(*[]T)(p) = itemsOf[T](v) }

func (appending[T]) decode(r *cj.Reader, v *value) error {
	items := []T{}
	err := r.List(func(int) error {
		var x T
		err := cj.Decode(r, &x)
		items = append(items, x)
		return err
	})
	*v = listValue(items)
	return err
}

func (appending[T]) clone(v *value) value {
	if list, ok := any(itemsOf[T](v)).([]any); ok {
		return listValue(cloneList(list))
	}
	items := slices.Clone(itemsOf[T](v))
	if blocks, ok := any(items).([][]byte); ok {
		cloneBlocks(blocks)
	} else if clone := itemCloner[T](); clone != nil {
		for i := range items {
			clone(&items[i])
		}
	}
	return listValue(items)
}

func (appending[T]) assign(v *value, x any) error {
	items, ok := x.([]T)
	if !ok {
		return fmt.Errorf("value is %T, want %T", x, items)
	}
	*v = listValue(slices.Clone(items))
	return nil
}

// borrowed in the number of an update's slot says that its map belongs to a
// Map that others may hold, and must be copied before it is added to.
const borrowed = 1

// merging is the kind of merge fields.
type merging[V any] struct{}

func (merging[V]) reducer() string { return "merge" }
func (merging[V]) exclusive() bool { return false }

// freeze disowns the map, so that the run copies it before it writes again.
func (merging[V]) freeze(v *value, o owner) {
	if a := v.ref.(*assoc[V]); o.sameRun(a.made) {
		a.made = owner{}
	}
}

func (merging[V]) recycle(v *value) {
	if v.num == borrowed {
		*v = value{}
		return
	}
	if a, ok := v.ref.(*assoc[V]); ok {
		clear(a.entries)
		a.entries = a.entries[:0]
	}
}

// reduce extends in place the map that this run has made: a long chain would
// copy it in every step, a fan-out for every task.
func (merging[V]) reduce(cur, upd *value, o owner) error {
	a, u := cur.ref.(*assoc[V]), upd.ref.(*assoc[V])
	if o.mayExtend(a.made) {
		a.extend(u)
	} else {
		cur.ref = a.merged(u, o)
	}
	return nil
}

func (merging[V]) changes(cur, upd *value) bool {
	a, u := cur.ref.(*assoc[V]), upd.ref.(*assoc[V])
	at, found := 0, false
	for i := range u.entries {
		if at, found = a.find(at, u.entries[i].key); !found || !equalItems(&a.entries[at].val, &u.entries[i].val) {
			return true
		}
	}
	return false
}

func (merging[V]) appendCJ(dst []byte, v *value) ([]byte, error) {
	return v.ref.(*assoc[V]).appendCJ(dst)
}

func (merging[V]) fill(p unsafe.Pointer, v *value) { *(*Map[V])(p) = Map[V]{v.ref.(*assoc[V])} }

func (merging[V]) decode(r *cj.Reader, v *value) error {
	a := &assoc[V]{}
	err := r.Map(func(key string) error {
		var x V
		err := cj.Decode(r, &x)
		a.put(key, x)
		return err
	})
	*v = value{ref: a}
	return err
}

func (k merging[V]) clone(v *value) value { return value{ref: k.cloneAssoc(v.ref.(*assoc[V]))} }

func (merging[V]) cloneAssoc(a *assoc[V]) *assoc[V] {
	if a == nil {
		return nil
	}
	a = &assoc[V]{entries: slices.Clone(a.entries)}
	if clone := itemCloner[V](); clone != nil {
		for i := range a.entries {
			clone(&a.entries[i].val)
		}
	}
	return a
}

func (merging[V]) assign(v *value, x any) error {
	switch m := x.(type) {
	case map[string]V:
		*v = value{ref: MapOf(m).a}
		return nil
	case Map[V]:
		if m.a == nil {
			m.a = &assoc[V]{}
		}
		if m.a.made.r != nil { // the run may extend it before this update's turn
			m = m.Clone()
		}
		*v = value{ref: m.a, num: borrowed}
		return nil
	}
	return fmt.Errorf("value is %T, want %T or a Map of that", x, map[string]V(nil))
}

// itemCloner returns what makes of a shallow copy of a T a deep one; nil if it
// is one.
func itemCloner[T any]() func(*T) {
	switch any((*T)(nil)).(type) {
	case *string, *int, *int64, *float64, *bool:
		return nil
	case *any:
		return func(x *T) {
			if p := any(x).(*any); mutable(*p) {
				*p = Clone(*p)
			}
		}
	case *[]byte, *[]any, *map[string]any, *[]string, *map[string]string:
		return func(x *T) { *x = Clone(*x).(T) }
	}
	if _, ok := any(*new(T)).(Cloner); ok && reflect.TypeFor[T]().Kind() == reflect.Struct {
		return func(x *T) { *x = any(*x).(Cloner).Clone().(T) }
	}
	fn := copierOf(reflect.TypeFor[T]())
	if fn == nil {
		return nil
	}
	return func(x *T) { fn(unsafe.Pointer(x), &met{}) }
}

// equalSlots reports whether two slots that hold a T have the same canonical
// JSON.
func equalSlots[T any](a, b *value) bool {
	x, y := load[T](a), load[T](b)
	return equalItems(&x, &y)
}

// equalItems is equalSlots for two values; texts and numbers are not boxed.
func equalItems[T any](a, b *T) bool {
	switch p := any(a).(type) {
	case *string:
		return *p == *any(b).(*string)
	case *int:
		return *p == *any(b).(*int)
	case *int64:
		return *p == *any(b).(*int64)
	case *float64:
		return *p == *any(b).(*float64)
	case *bool:
		return *p == *any(b).(*bool)
	}
	return equalOthers(any(*a), any(*b))
}

// equalOthers is equalItems for all that appendOther writes.
func equalOthers(a, b any) bool {
	if cj.Equal(a, b) {
		return true
	}
	switch a.(type) {
	case nil, bool, string, int, int64, float64, []any, map[string]any, []string, map[string]string, [][]byte, cj.Appender:
		return false
	}
	x, err := appendOther(nil, a)
	if err != nil {
		return false
	}
	y, err := appendOther(nil, b)
	return err == nil && bytes.Equal(x, y)
}

// nonNil is the kind of nonnull fields.
type nonNil[T any] struct{ scalar[*T] }

func (nonNil[T]) reducer() string { return "nonnull" }

func (nonNil[T]) reduce(cur, upd *value, _ owner) error {
	if load[*T](upd) != nil {
		*cur = *upd
	}
	return nil
}

func (nonNil[T]) changes(cur, upd *value) bool {
	a, b := load[*T](cur), load[*T](upd)
	return b != nil && (a == nil || !equalItems(a, b))
}

func (nonNil[T]) appendCJ(dst []byte, v *value) ([]byte, error) {
	if p := load[*T](v); p != nil {
		return appendItem(dst, p)
	}
	return append(dst, "null"...), nil
}

func (nonNil[T]) decode(r *cj.Reader, v *value) error {
	var p *T
	if !r.Null() {
		p = new(T)
		if err := cj.Decode(r, p); err != nil {
			return err
		}
	}
	store(v, p)
	return nil
}

func (nonNil[T]) clone(v *value) value {
	p := load[*T](v)
	if p == nil {
		return *v
	}
	return value{ref: Clone(p)}
}

func (k nonNil[T]) assign(v *value, x any) error {
	if x == nil {
		store(v, (*T)(nil))
		return nil
	}
	return k.scalar.assign(v, x)
}

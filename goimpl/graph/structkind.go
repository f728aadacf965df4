package graph

import (
	"fmt"
	"maps"
	"reflect"
	"unsafe"

	"xbench/goimpl/cj"
)

// kindFor finds the kind for a field of a struct. The usual types have kinds
// of their own, as if declared by hand; the others are reached by reflection.
func kindFor(t reflect.Type, reducer string) (kind, error) {
	switch reducer {
	case "append":
		return appendKind(t)
	case "merge":
		return mergeKind(t)
	case "max":
		return maxKind(t)
	}
	switch t {
	case reflect.TypeFor[any]():
		return dynamicKind(reducer)
	case reflect.TypeFor[int]():
		return scalarKind[int](reducer)
	case reflect.TypeFor[int64]():
		return scalarKind[int64](reducer)
	case reflect.TypeFor[float64]():
		return scalarKind[float64](reducer)
	case reflect.TypeFor[string]():
		return scalarKind[string](reducer)
	case reflect.TypeFor[bool]():
		return scalarKind[bool](reducer)
	}
	switch t.Kind() {
	case reflect.Interface, reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Complex64, reflect.Complex128:
		return nil, fmt.Errorf("a state cannot hold a %v", t)
	}
	return reflected{t, reducer}, nil
}

func scalarKind[T comparable](reducer string) (kind, error) {
	switch reducer {
	case "last":
		return last[T]{}, nil
	case "nonempty":
		return nonZero[T]{}, nil
	}
	return overwriting[T]{}, nil // what a nonnull field does that is never null
}

func maxKind(t reflect.Type) (kind, error) {
	for _, k := range []kind{larger[int]{}, larger[int64]{}, larger[float64]{}, larger[string]{}, largerEach[int]{}, largerEach[int64]{}, largerEach[float64]{}} {
		if k.(interface{ goType() reflect.Type }).goType() == t {
			return k, nil
		}
	}
	return nil, fmt.Errorf("no maximum of %v: want int, int64, float64, string or a slice of such numbers", t)
}

func (larger[T]) goType() reflect.Type     { return reflect.TypeFor[T]() }
func (largerEach[T]) goType() reflect.Type { return reflect.TypeFor[[]T]() }

func appendKind(t reflect.Type) (kind, error) {
	switch t {
	case reflect.TypeFor[[]string]():
		return appending[string]{}, nil
	case reflect.TypeFor[[]int]():
		return appending[int]{}, nil
	case reflect.TypeFor[[]int64]():
		return appending[int64]{}, nil
	case reflect.TypeFor[[]float64]():
		return appending[float64]{}, nil
	case reflect.TypeFor[[]any]():
		return appending[any]{}, nil
	}
	if t.Kind() != reflect.Slice || t.Name() != "" {
		return nil, fmt.Errorf("cannot append to %v: want a slice", t)
	}
	return appendingAny{t}, nil
}

// A mergeable type knows its kind: so a Map of any type is found without one
// for each being listed.
type mergeable interface{ kind() kind }

func (Map[V]) kind() kind { return merging[V]{} }

func mergeKind(t reflect.Type) (kind, error) {
	switch t {
	case reflect.TypeFor[map[string]string]():
		return mergingMap[string]{}, nil
	case reflect.TypeFor[map[string]any]():
		return mergingMap[any]{}, nil
	case reflect.TypeFor[map[string]int]():
		return mergingMap[int]{}, nil
	case reflect.TypeFor[map[string]int64]():
		return mergingMap[int64]{}, nil
	case reflect.TypeFor[map[string]float64]():
		return mergingMap[float64]{}, nil
	case reflect.TypeFor[map[string]bool]():
		return mergingMap[bool]{}, nil
	}
	if m, ok := reflect.Zero(t).Interface().(mergeable); ok {
		return m.kind(), nil
	}
	if t.Kind() == reflect.Map && t.Key().Kind() == reflect.String {
		return nil, fmt.Errorf("cannot merge into %v: want graph.Map[%v]", t, t.Elem())
	}
	return nil, fmt.Errorf("cannot merge into %v: want a graph.Map or a map[string] of texts, numbers, booleans or any", t)
}

// A goMap is what the slot of a map[string]V field refers to. The run that made
// it extends it in place, as it does the assoc of a Map.
type goMap[V any] struct {
	m    map[string]V
	made owner
}

// mergingMap is the kind of merge fields that hold a Go map.
type mergingMap[V any] struct{}

func mapIn[V any](v *value) map[string]V { return v.ref.(*goMap[V]).m }

func (mergingMap[V]) lends() {}

// keepMap copies a Go map that is set as a whole: it may be one that the node
// was shown, which nothing tells from its own.
func keepMap(v *value) {
	x := reflect.ValueOf(v.ref)
	if x.Kind() != reflect.Map || x.IsNil() {
		return
	}
	out := reflect.MakeMapWithSize(x.Type(), x.Len())
	for it := x.MapRange(); it.Next(); {
		out.SetMapIndex(it.Key(), it.Value())
	}
	v.ref = out.Interface()
}

func (mergingMap[V]) reducer() string { return "merge" }
func (mergingMap[V]) exclusive() bool { return false }

func (mergingMap[V]) freeze(v *value, o owner) {
	if h := v.ref.(*goMap[V]); o.sameRun(h.made) {
		h.made = owner{}
	}
}

func (mergingMap[V]) recycle(v *value) {
	if h, ok := v.ref.(*goMap[V]); ok {
		clear(h.m)
	}
}

func (mergingMap[V]) fill(p unsafe.Pointer, v *value) { *(*map[string]V)(p) = mapIn[V](v) }

func (mergingMap[V]) reduce(cur, upd *value, o owner) error {
	h := cur.ref.(*goMap[V])
	if !o.mayExtend(h.made) {
		m := make(map[string]V, len(h.m)+len(mapIn[V](upd)))
		maps.Copy(m, h.m)
		h = &goMap[V]{m, o}
		cur.ref = h
	}
	maps.Copy(h.m, mapIn[V](upd))
	return nil
}

func (mergingMap[V]) changes(cur, upd *value) bool {
	have := mapIn[V](cur)
	for k, x := range mapIn[V](upd) {
		if old, ok := have[k]; !ok || !equalItems(&old, &x) {
			return true
		}
	}
	return false
}

func (mergingMap[V]) appendCJ(dst []byte, v *value) ([]byte, error) {
	return cj.AppendMap(dst, mapIn[V](v), func(dst []byte, x V) ([]byte, error) { return appendItem(dst, &x) })
}

func (mergingMap[V]) decode(r *cj.Reader, v *value) error {
	m := make(map[string]V)
	err := r.Map(func(key string) error {
		var x V
		err := cj.Decode(r, &x)
		m[key] = x
		return err
	})
	v.ref = &goMap[V]{m: m}
	return err
}

func (mergingMap[V]) clone(v *value) value {
	m := maps.Clone(mapIn[V](v))
	if clone := itemCloner[V](); clone != nil {
		for k, x := range m {
			clone(&x)
			m[k] = x
		}
	}
	return value{ref: &goMap[V]{m: m}}
}

func (mergingMap[V]) assign(v *value, x any) error {
	m, ok := x.(map[string]V)
	if !ok {
		return fmt.Errorf("value is %T, want %T", x, m)
	}
	if m = maps.Clone(m); m == nil {
		m = make(map[string]V)
	}
	v.ref = &goMap[V]{m: m}
	return nil
}

// reflected is the kind of fields of types that are not known at compile time,
// with a reducer that takes or leaves an update whole.
type reflected struct {
	t    reflect.Type
	name string
}

func (k reflected) reducer() string    { return k.name }
func (k reflected) exclusive() bool    { return k.name == "last" }
func (reflected) recycle(v *value)     { *v = value{} }
func (reflected) freeze(*value, owner) {}

// ignores reports whether the reducer leaves the update.
func (k reflected) ignores(upd *value) bool {
	x := reflect.ValueOf(upd.ref)
	switch k.name {
	case "nonempty":
		return x.IsZero() || (x.Kind() == reflect.Slice || x.Kind() == reflect.Map) && x.Len() == 0
	case "nonnull":
		switch x.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			return x.IsNil()
		}
	}
	return false
}

func (k reflected) reduce(cur, upd *value, _ owner) error {
	if !k.ignores(upd) {
		*cur = *upd
	}
	return nil
}

func (k reflected) changes(cur, upd *value) bool {
	return !k.ignores(upd) && !equalOthers(cur.ref, upd.ref)
}

func (k reflected) fill(p unsafe.Pointer, v *value) {
	reflect.NewAt(k.t, p).Elem().Set(reflect.ValueOf(v.ref))
}

func (reflected) appendCJ(dst []byte, v *value) ([]byte, error) { return appendOther(dst, v.ref) }
func (reflected) clone(v *value) value                          { return value{ref: Clone(v.ref)} }

func (k reflected) decode(r *cj.Reader, v *value) error {
	p := reflect.New(k.t)
	err := cj.DecodeInto(r, p.Interface())
	v.ref = p.Elem().Interface()
	return err
}

func (k reflected) assign(v *value, x any) error {
	if reflect.TypeOf(x) != k.t {
		return fmt.Errorf("value is %T, want %v", x, k.t)
	}
	v.ref = x
	return nil
}

// appendingAny is the kind of append fields whose slice type is not known at
// compile time. It grows lists in place under the rules of appending.
type appendingAny struct{ t reflect.Type }

// An anyList is a list whose items are a slice of the field's type.
type anyList struct {
	items any
	owner owner
}

func anyItems(v *value) reflect.Value {
	return reflect.ValueOf(v.ref.(*anyList).items).Slice3(0, int(v.num), int(v.num))
}

func anyListValue(items reflect.Value, o owner) value {
	return value{ref: &anyList{items.Interface(), o}, num: uint64(items.Len())}
}

// addAny adds items to an update's slot.
func addAny[T any](v *value, items []T) {
	l, ok := v.ref.(*anyList)
	if !ok {
		l = &anyList{}
		v.ref = l
	}
	have, _ := l.items.([]T)
	have = append(have, items...)
	l.items, v.num = have, uint64(len(have))
}

func (appendingAny) reducer() string  { return "append" }
func (appendingAny) exclusive() bool  { return false }
func (appendingAny) recycle(v *value) { *v = value{} }

func (appendingAny) freeze(v *value, _ owner) { *v = anyListValue(anyItems(v), owner{}) }

func (k appendingAny) reduce(cur, upd *value, o owner) error {
	l := cur.ref.(*anyList)
	have := reflect.ValueOf(l.items)
	if !o.sameRun(l.owner) || have.Len() != int(cur.num) {
		have = anyItems(cur)
	}
	*cur = anyListValue(reflect.AppendSlice(have, anyItems(upd)), o)
	return nil
}

func (appendingAny) changes(_, upd *value) bool { return upd.num > 0 }

func (k appendingAny) fill(p unsafe.Pointer, v *value) { reflect.NewAt(k.t, p).Elem().Set(anyItems(v)) }

func (appendingAny) appendCJ(dst []byte, v *value) ([]byte, error) {
	items := anyItems(v)
	dst = append(dst, '[')
	for i := range items.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = appendOther(dst, items.Index(i).Interface()); err != nil {
			return nil, cj.At(err, fmt.Sprintf("[%d]", i))
		}
	}
	return append(dst, ']'), nil
}

func (k appendingAny) decode(r *cj.Reader, v *value) error {
	items := reflect.MakeSlice(k.t, 0, 0)
	err := r.List(func(int) error {
		p := reflect.New(k.t.Elem())
		err := cj.DecodeInto(r, p.Interface())
		items = reflect.Append(items, p.Elem())
		return err
	})
	*v = anyListValue(items, owner{})
	return err
}

func (k appendingAny) clone(v *value) value {
	items := reflect.AppendSlice(reflect.MakeSlice(k.t, 0, int(v.num)), anyItems(v))
	if fn := copierOf(k.t.Elem()); fn != nil {
		var met met
		for i := range items.Len() {
			fn(items.Index(i).Addr().UnsafePointer(), &met)
		}
	}
	return anyListValue(items, owner{})
}

func (k appendingAny) assign(v *value, x any) error {
	if reflect.TypeOf(x) != k.t {
		return fmt.Errorf("value is %T, want %v", x, k.t)
	}
	*v = anyListValue(reflect.ValueOf(x), owner{})
	*v = k.clone(v)
	return nil
}

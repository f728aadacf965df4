package graph

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// A copier makes of a shallow copy, at p, a deep one. The copier of a type in
// which nothing can be changed is nil.
type copier func(p unsafe.Pointer, met *met)

// A met is what one deep copy has met by pointer, and its copies.
type met struct{ copies map[visit]unsafe.Pointer }

// A visit is of a type too: a struct and its first field have one address.
type visit struct {
	at unsafe.Pointer
	t  reflect.Type
}

// copiers are the copiers made so far, by type: *plannedCopier.
var copiers sync.Map

// A plannedCopier may be referred to before it is made, by types that contain
// themselves.
type plannedCopier struct{ fn copier }

// copierOf returns the copier of a type.
func copierOf(t reflect.Type) copier {
	if c, ok := copiers.Load(t); ok {
		return c.(*plannedCopier).fn
	}
	m := copierMaker{made: make(map[reflect.Type]*plannedCopier)}
	fn := m.make(t)
	c, _ := copiers.LoadOrStore(t, &plannedCopier{fn: fn})
	return c.(*plannedCopier).fn
}

// cloneOther is Clone for the types that have no case there.
func cloneOther(v any) any {
	t := reflect.TypeOf(v)
	fn := copierOf(t)
	if fn == nil {
		return v
	}
	p := reflect.New(t)
	p.Elem().Set(reflect.ValueOf(v))
	fn(p.UnsafePointer(), &met{})
	return p.Elem().Interface()
}

// ownClone calls a type's own method. A pointer has that of what it refers to.
func ownClone(c Cloner) any {
	out := c.Clone()
	have, want := reflect.TypeOf(out), reflect.TypeOf(c)
	if have == want {
		return out
	}
	if want.Kind() == reflect.Pointer && want.Elem() == have {
		p := reflect.New(have)
		p.Elem().Set(reflect.ValueOf(out))
		return p.Interface()
	}
	panic(fmt.Sprintf("graph: method Clone of %v returned a %v", want, have))
}

// A shallowCloner is a type of this package that knows what of it to copy.
type shallowCloner interface{ cloneSelf() any }

func (m Map[V]) cloneSelf() any { return Map[V]{merging[V]{}.cloneAssoc(m.a)} }
func (s State) cloneSelf() any  { return s.Clone() }

var (
	clonerType  = reflect.TypeFor[Cloner]()
	selfType    = reflect.TypeFor[shallowCloner]()
	errorType   = reflect.TypeFor[error]()
	sharedTypes = map[reflect.Type]bool{
		reflect.TypeFor[time.Time](): true, reflect.TypeFor[time.Location](): true, reflect.TypeFor[regexp.Regexp](): true,
	}
)

// A copierMaker makes the copiers of a type and of those it is made of.
type copierMaker struct {
	made map[reflect.Type]*plannedCopier
}

// make makes a copier. For a type that is being made it returns one that will
// work when that is done.
func (m *copierMaker) make(t reflect.Type) copier {
	if c, ok := m.made[t]; ok {
		return func(p unsafe.Pointer, met *met) {
			if c.fn != nil {
				c.fn(p, met)
			}
		}
	}
	c := new(plannedCopier)
	m.made[t] = c
	c.fn = m.makeNew(t)
	delete(m.made, t)
	return c.fn
}

func (m *copierMaker) makeNew(t reflect.Type) copier {
	switch {
	case sharedTypes[t] || t.Implements(errorType):
		return nil
	case t.Kind() == reflect.Interface:
		return copyInterface(t)
	case t.Implements(selfType):
		return func(p unsafe.Pointer, _ *met) {
			x := reflect.NewAt(t, p).Elem()
			x.Set(reflect.ValueOf(x.Interface().(shallowCloner).cloneSelf()))
		}
	case t.Implements(clonerType):
		return copyByMethod(t)
	}
	switch t.Kind() {
	case reflect.Pointer:
		return m.pointer(t)
	case reflect.Slice:
		return m.slice(t)
	case reflect.Map:
		return m.mapping(t)
	case reflect.Array:
		return m.array(t)
	case reflect.Struct:
		return m.structure(t)
	}
	return nil
}

func copyByMethod(t reflect.Type) copier {
	return func(p unsafe.Pointer, _ *met) {
		x := reflect.NewAt(t, p).Elem()
		if t.Kind() == reflect.Pointer && x.IsNil() {
			return
		}
		x.Set(reflect.ValueOf(ownClone(x.Interface().(Cloner))))
	}
}

// copyInterface copies what the interface holds, which is known only then.
func copyInterface(t reflect.Type) copier {
	return func(p unsafe.Pointer, met *met) {
		x := reflect.NewAt(t, p).Elem()
		if x.IsNil() {
			return
		}
		held := x.Elem()
		fn := copierOf(held.Type())
		if fn == nil {
			return
		}
		q := reflect.New(held.Type())
		q.Elem().Set(held)
		fn(q.UnsafePointer(), met)
		x.Set(q.Elem())
	}
}

func (m *copierMaker) pointer(t reflect.Type) copier {
	elem := t.Elem()
	if sharedTypes[elem] || holdsSync(elem) {
		return nil
	}
	fn := m.make(elem)
	return func(p unsafe.Pointer, met *met) {
		at := (*unsafe.Pointer)(p)
		if *at == nil {
			return
		}
		v := visit{*at, elem}
		if q, ok := met.copies[v]; ok {
			*at = q
			return
		}
		q := reflect.New(elem)
		q.Elem().Set(reflect.NewAt(elem, *at).Elem())
		if met.copies == nil {
			met.copies = make(map[visit]unsafe.Pointer)
		}
		met.copies[v] = q.UnsafePointer()
		*at = q.UnsafePointer()
		if fn != nil {
			fn(*at, met)
		}
	}
}

func (m *copierMaker) slice(t reflect.Type) copier {
	fn, size := m.make(t.Elem()), t.Elem().Size()
	return func(p unsafe.Pointer, met *met) {
		x := reflect.NewAt(t, p).Elem()
		if x.IsNil() {
			return
		}
		out := reflect.MakeSlice(t, x.Len(), x.Len())
		reflect.Copy(out, x)
		x.Set(out)
		if fn != nil {
			for i := range x.Len() {
				fn(unsafe.Add(out.UnsafePointer(), uintptr(i)*size), met)
			}
		}
	}
}

func (m *copierMaker) mapping(t reflect.Type) copier {
	fn := m.make(t.Elem())
	return func(p unsafe.Pointer, met *met) {
		x := reflect.NewAt(t, p).Elem()
		if x.IsNil() {
			return
		}
		out := reflect.MakeMapWithSize(t, x.Len())
		key, val := reflect.New(t.Key()).Elem(), reflect.New(t.Elem())
		for it := x.MapRange(); it.Next(); {
			key.SetIterKey(it)
			val.Elem().SetIterValue(it)
			if fn != nil {
				fn(val.UnsafePointer(), met)
			}
			out.SetMapIndex(key, val.Elem())
		}
		x.Set(out)
	}
}

func (m *copierMaker) array(t reflect.Type) copier {
	fn, size := m.make(t.Elem()), t.Elem().Size()
	if fn == nil || t.Len() == 0 {
		return nil
	}
	return func(p unsafe.Pointer, met *met) {
		for i := range t.Len() {
			fn(unsafe.Add(p, uintptr(i)*size), met)
		}
	}
}

func (m *copierMaker) structure(t reflect.Type) copier {
	type part struct {
		offset uintptr
		fn     copier
	}
	var parts []part
	for i := range t.NumField() {
		f := t.Field(i)
		if ofSync(f.Type) {
			continue
		}
		if fn := m.make(f.Type); fn != nil {
			parts = append(parts, part{f.Offset, fn})
		}
	}
	if parts == nil {
		return nil
	}
	return func(p unsafe.Pointer, met *met) {
		for _, part := range parts {
			part.fn(unsafe.Add(p, part.offset), met)
		}
	}
}

// ofSync reports whether a type is one of those that must not be copied.
func ofSync(t reflect.Type) bool {
	return t.PkgPath() == "sync" || strings.HasPrefix(t.PkgPath(), "sync/")
}

// holdsSync reports whether a value of the type has one of package sync in it,
// not counting what it refers to.
func holdsSync(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return holdsSync(t.Elem())
	case reflect.Struct:
		if ofSync(t) {
			return true
		}
		for i := range t.NumField() {
			if holdsSync(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

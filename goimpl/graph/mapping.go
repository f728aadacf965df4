package graph

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"xbench/goimpl/cj"
)

// A Map is the value of a merge field: a map with string keys, held sorted by
// key. It cannot be changed by those who hold it. The zero Map is empty.
//
// A Map that a node or router takes out of the state it is shown is good until
// it returns, as that state is: the run may then add to it. Clone it to keep
// it, or to put it into another container; Field.Set, MapField.PutAll and
// Update.Put do that for a Map they are given. Maps out of results and events
// are good for ever.
//
// Sorted entries copy in one move, need no hashing, and are in the order in
// which canonical JSON wants them; a Go map would have to be hashed anew for
// every update and sorted for every checkpoint.
type Map[V any] struct{ a *assoc[V] }

// An assoc is the entries of a Map. One that belongs to a state is changed
// only by the run that made it; one in an Update is still being filled.
type assoc[V any] struct {
	entries []entry[V]
	made    owner // zero if it has left the run that did
}

type entry[V any] struct {
	key string
	val V
}

// MapOf returns a Map with the entries of m.
func MapOf[V any](m map[string]V) Map[V] {
	a := &assoc[V]{entries: make([]entry[V], 0, len(m))}
	for k, v := range m {
		a.entries = append(a.entries, entry[V]{k, v})
	}
	slices.SortFunc(a.entries, func(x, y entry[V]) int { return strings.Compare(x.key, y.key) })
	return Map[V]{a}
}

// Clone returns a copy, which shares the values.
func (m Map[V]) Clone() Map[V] {
	if m.a == nil {
		return m
	}
	return Map[V]{&assoc[V]{entries: slices.Clone(m.a.entries)}}
}

// A lent value may be extended by the run that shows it.
type lent interface{ keep() any }

func (m Map[V]) keep() any {
	if m.a == nil || m.a.made.r == nil {
		return m
	}
	return m.Clone()
}

// keep makes sure that what an update holds will stay as it is.
func keep(v *value) {
	if l, ok := v.ref.(lent); ok {
		v.ref = l.keep()
	}
}

// Len returns the number of entries.
func (m Map[V]) Len() int {
	if m.a == nil {
		return 0
	}
	return len(m.a.entries)
}

// Get returns the value of a key, and whether there is one.
func (m Map[V]) Get(key string) (v V, ok bool) {
	if m.a == nil {
		return v, false
	}
	i, ok := m.a.find(0, key)
	if ok {
		v = m.a.entries[i].val
	}
	return v, ok
}

// All iterates over the entries by ascending key.
func (m Map[V]) All() iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		if m.a == nil {
			return
		}
		for i := range m.a.entries {
			if !yield(m.a.entries[i].key, m.a.entries[i].val) {
				return
			}
		}
	}
}

// find returns the place of key among the entries from lo on, and whether it
// is there.
func (a *assoc[V]) find(lo int, key string) (int, bool) {
	hi := len(a.entries)
	// Keys of one update are often neighbours: the next belongs where the one
	// before it went.
	if lo < hi && key < a.entries[lo].key {
		return lo, false
	}
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		c := strings.Compare(a.entries[mid].key, key)
		if c == 0 {
			return mid, true
		}
		if c < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, false
}

// put sets a key in place. Keys often arrive in order, so the end is tried
// first.
func (a *assoc[V]) put(key string, v V) {
	n := len(a.entries)
	if n == 0 || a.entries[n-1].key < key {
		a.entries = append(a.entries, entry[V]{key, v})
		return
	}
	i, ok := a.find(0, key)
	if ok {
		a.entries[i].val = v
		return
	}
	a.entries = slices.Insert(a.entries, i, entry[V]{key, v})
}

// merged returns a new assoc: a's entries with u's set. It searches once per
// entry of u and moves the stretches between in one go.
func (a *assoc[V]) merged(u *assoc[V], o owner) *assoc[V] {
	out := &assoc[V]{make([]entry[V], 0, len(a.entries)+len(u.entries)), o}
	from := 0
	for i := range u.entries {
		at, found := a.find(from, u.entries[i].key)
		out.entries = append(out.entries, a.entries[from:at]...)
		out.entries = append(out.entries, u.entries[i])
		from = at
		if found {
			from++
		}
	}
	out.entries = append(out.entries, a.entries[from:]...)
	return out
}

// extend sets u's entries in a itself. It searches once per entry of u, then
// moves the stretches between to their places, from the end.
func (a *assoc[V]) extend(u *assoc[V]) {
	var few [32]int // on the stack: most updates are small
	places := few[:0]
	from, fresh := 0, 0
	for i := range u.entries {
		at, found := a.find(from, u.entries[i].key)
		from = at
		if found {
			a.entries[at].val = u.entries[i].val
			at = -1
			from++
		} else {
			fresh++
		}
		places = append(places, at)
	}
	end := len(a.entries)
	a.entries = slices.Grow(a.entries, fresh)[:end+fresh]
	for i := len(places) - 1; fresh > 0; i-- {
		at := places[i]
		if at < 0 {
			continue
		}
		copy(a.entries[at+fresh:], a.entries[at:end])
		fresh--
		a.entries[at+fresh] = u.entries[i]
		end = at
	}
}

func (a *assoc[V]) appendCJ(dst []byte) ([]byte, error) {
	dst = append(dst, '{')
	for i := range a.entries {
		if i > 0 {
			dst = append(dst, ',')
		}
		e := &a.entries[i]
		var err error
		if dst, err = cj.AppendString(dst, e.key); err != nil {
			return nil, cj.At(err, "."+strconv.Quote(e.key))
		}
		dst = append(dst, ':')
		if dst, err = appendItem(dst, &e.val); err != nil {
			return nil, cj.At(err, "."+e.key)
		}
	}
	return append(dst, '}'), nil
}

// appendItem writes one value of any type, without boxing texts and integers.
func appendItem[T any](dst []byte, x *T) ([]byte, error) {
	switch p := any(x).(type) {
	case *string:
		return cj.AppendString(dst, *p)
	case *int:
		return strconv.AppendInt(dst, int64(*p), 10), nil
	case *int64:
		return strconv.AppendInt(dst, *p, 10), nil
	case *float64:
		return cj.AppendFloat(dst, *p)
	case *any:
		return cj.Append(dst, *p)
	}
	return appendOther(dst, any(*x))
}

// appendOther writes a value of the model, or of a type that encoding/json
// knows how to write.
func appendOther(dst []byte, x any) ([]byte, error) {
	out, err := cj.Append(dst, x)
	if e, ok := err.(*cj.Error); ok && e.Unsupported {
		return cj.AppendJSON(dst, x)
	}
	return out, err
}

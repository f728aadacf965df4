package graph

import (
	"bytes"
	"maps"
	"slices"
	"unsafe"
)

// A Cloner copies itself so that no change to the copy shows in the original,
// and returns a value of its own type. What Clone would find by reflection, a
// type that implements it does by itself, and faster.
type Cloner interface{ Clone() any }

// Clone returns a deep copy: no change to the copy shows in the original. The
// value model, slices of texts and numbers and maps of texts are copied by code
// written for them, a Cloner by its method, and all other types by reflection:
// slices, maps, arrays, structs with their unexported fields, pointers (what is
// reached twice by pointers is copied once) and what interfaces hold.
//
// Shared are functions, channels, unsafe pointers, errors, time.Time, the keys
// of maps, and what a pointer refers to if that is a regexp.Regexp or holds
// anything of package sync or sync/atomic: it is made to be shared. A map or
// slice that contains itself cannot be copied.
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
		cloneBlocks(out)
		return out
	case Cloner:
		return ownClone(v)
	}
	return cloneOther(v)
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
	var plain unsafe.Pointer // the type of scalar met last
	for i := 0; i < len(out); i++ {
		if t := typeWord(&out[i]); t == plain {
			continue // lists are mostly of one type
		} else if !mutable(out[i]) {
			plain = t
			continue
		}
		if _, ok := out[i].([]byte); ok {
			i += cloneBytes(out[i:]) - 1
			continue
		}
		out[i] = Clone(out[i])
	}
	return out
}

// typeWord identifies the type of what an interface holds.
func typeWord(x *any) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(x)) }

// mutable spares scalars the way through an interface and back, which would
// allocate for each text.
func mutable(x any) bool {
	switch x.(type) {
	case nil, bool, string, int, int64, float64:
		return false
	}
	return true
}

// mostShared is how many bytes the copies of neighbouring blocks share at most:
// one allocation costs less than many, but lives as long as any of its blocks.
const mostShared = 256 << 10

// cloneBytes copies the blocks with which a list begins and returns how many
// there are.
func cloneBytes(list []any) (n int) {
	var few [16][]byte
	blocks := few[:0]
	for _, x := range list {
		b, ok := x.([]byte)
		if !ok {
			break
		}
		blocks = append(blocks, b)
	}
	cloneBlocks(blocks)
	for i, b := range blocks {
		list[i] = b
	}
	return len(blocks)
}

// cloneBlocks replaces blocks by copies, none of which can grow into the next.
func cloneBlocks(blocks [][]byte) {
	for len(blocks) > 0 {
		n, size := 0, 0
		for n < len(blocks) && (n == 0 || size+len(blocks[n]) <= mostShared) {
			size += len(blocks[n])
			n++
		}
		if n == 1 {
			blocks[0] = slices.Clone(blocks[0])
		} else {
			all := bytes.Join(blocks[:n], nil) // does not clear what it will fill
			for i, b := range blocks[:n] {
				if b != nil {
					blocks[i], all = all[:len(b):len(b)], all[len(b):]
				}
			}
		}
		blocks = blocks[n:]
	}
}

package cj

import (
	"cmp"
	"encoding/binary"
	"iter"
	"slices"
	"strings"
)

// A rank is the place of an entry, with the start of its key.
type rank struct {
	prefix uint64
	at     int32
}

type entry[T any] struct {
	key string
	val T
}

// Sorted yields the entries of a map in the order of their keys' bytes. It is
// for large maps: what is moved about is ranks and not the entries, for without
// pointers a swap needs no write barrier while the collector is marking, and
// mostly the first eight bytes of two keys tell which is less. Values are
// listed beside the keys, so that none is looked up again.
func Sorted[T any](m map[string]T) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		entries, order := ranked(m)
		for _, r := range order {
			if e := &entries[r.at]; !yield(e.key, e.val) {
				return
			}
		}
	}
}

func ranked[T any](m map[string]T) ([]entry[T], []rank) {
	entries, order := make([]entry[T], 0, len(m)), make([]rank, 0, len(m))
	for k, v := range m {
		order = append(order, rank{prefixOf(k), int32(len(entries))})
		entries = append(entries, entry[T]{k, v})
	}
	slices.SortFunc(order, func(a, b rank) int {
		if a.prefix != b.prefix {
			return cmp.Compare(a.prefix, b.prefix)
		}
		return strings.Compare(entries[a.at].key, entries[b.at].key)
	})
	return entries, order
}

// prefixOf is the first eight bytes of a key, as a number in their order.
func prefixOf(key string) uint64 {
	var first [8]byte
	copy(first[:], key)
	return binary.BigEndian.Uint64(first[:])
}

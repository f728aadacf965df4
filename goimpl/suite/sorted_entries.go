package suite

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
)

type textEntry struct{ key, val string }

// A rank is the place of an entry, with the start of its key.
type rank struct {
	prefix uint64
	at     int32
}

// sortedEntries lists a map's entries and the order of their keys. What is
// moved about is ranks and not the entries: without pointers a swap needs no
// write barrier while the collector is marking, and mostly the first eight
// bytes of two keys tell which is less.
func sortedEntries(m map[string]string) ([]textEntry, []rank) {
	entries, order := make([]textEntry, 0, len(m)), make([]rank, 0, len(m))
	for k, v := range m {
		order = append(order, rank{prefixOf(k), int32(len(entries))})
		entries = append(entries, textEntry{k, v})
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

package selftest

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
)

// An iteration is so many units of one kind of work, one after the other. The
// result depends on the needed ones, and they are what is counted; the ballast
// is computed as well and thrown away. Programs that differ in ballast alone
// give equal results and equal counters, but one does exactly so many percent
// more work than the other.
const (
	neededUnits = 40
	ballast     = 10 // of the reference: 50 units in all, so that 5 are 10 %
	tenPercent  = (neededUnits + ballast) / 10
)

// A unit turns a state into the next at a cost of about a microsecond that
// does not depend on the state.
type unit func(s *scratch, x uint64) uint64

// scratch is memory that units use over and over.
type scratch struct {
	table []uint32 // a walk through all of it
	items []uint64
	seen  map[uint64]uint64
	text  []byte
}

// kinds of work stress different parts of a machine: its integer and floating
// point units, its caches, the allocator and garbage collector, the library.
var kinds = []struct {
	name string
	unit unit
}{
	{"mix", mix},
	{"sha256", hash},
	{"sort", sortItems},
	{"walk", walk},
	{"maps", fillMap},
	{"text", format},
	{"float", roots},
	{"alloc", list},
}

// kindOf finds the unit of a benchmark by its name.
func kindOf(benchmark string) unit {
	for _, k := range kinds {
		if prefix+k.name == benchmark {
			return k.unit
		}
	}
	return nil
}

// newScratch makes the memory that the units share. The walk is one cycle
// through half a mebibyte, the same in every process.
func newScratch() *scratch {
	const entries = 1 << 17
	s := &scratch{table: make([]uint32, entries), items: make([]uint64, 64), seen: make(map[uint64]uint64, 64)}
	order := rand.New(rand.NewPCG(1, 2)).Perm(entries)
	for i, from := range order {
		s.table[from] = uint32(order[(i+1)%entries])
	}
	return s
}

// scramble is the finaliser of splitmix64: every bit of x matters to every bit
// of the result.
func scramble(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func mix(_ *scratch, x uint64) uint64 {
	for range 200 {
		x = scramble(x + 1)
	}
	return x
}

func hash(_ *scratch, x uint64) uint64 {
	var block [64]byte
	for i := range 6 {
		binary.LittleEndian.PutUint64(block[8*i:], x)
		sum := sha256.Sum256(block[:])
		x = binary.LittleEndian.Uint64(sum[:])
	}
	return x
}

func sortItems(s *scratch, x uint64) uint64 {
	items := s.items[:32]
	for i := range items {
		x = scramble(x + 1)
		items[i] = x
	}
	slices.Sort(items)
	return items[0] ^ items[len(items)/2]
}

func walk(s *scratch, x uint64) uint64 {
	at := uint32(x % uint64(len(s.table)))
	for range 100 {
		at = s.table[at]
	}
	return scramble(x + uint64(at))
}

func fillMap(s *scratch, x uint64) uint64 {
	clear(s.seen)
	for i := range uint64(16) {
		s.seen[scramble(x+i)] += i
	}
	for i := range uint64(16) {
		x += s.seen[scramble(x)] + i
	}
	return scramble(x + uint64(len(s.seen)))
}

func format(s *scratch, x uint64) uint64 {
	s.text = s.text[:0]
	for i := range uint64(32) {
		s.text = strconv.AppendUint(s.text, x|1<<63+i, 10) // always 20 digits
	}
	for i := 0; i+8 <= len(s.text); i += 40 {
		x = scramble(x ^ binary.LittleEndian.Uint64(s.text[i:]))
	}
	return x
}

func roots(_ *scratch, x uint64) uint64 {
	f := 1 + float64(x>>40)
	for range 80 {
		f = math.Sqrt(f*f + 1)
	}
	return scramble(x ^ math.Float64bits(f))
}

// A node is an element of a list that lives for one unit.
type node struct {
	next  *node
	value uint64
}

func list(_ *scratch, x uint64) uint64 {
	var first *node
	for i := range uint64(24) {
		first = &node{first, scramble(x + i)}
	}
	for n := first; n != nil; n = n.next {
		x ^= n.value
	}
	return scramble(x)
}

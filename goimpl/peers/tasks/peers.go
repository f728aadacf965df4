package tasks

import (
	"fmt"
	"slices"
)

// A Maker prepares a runner of work.
type Maker func(w *Work) (Runner, error)

var peers = []struct {
	name string
	make Maker
}{
	{"pond", simply(newPond)},
	{"ants", simply(newAnts)},
	{"conc", simply(newConc)},
	{"errgroup", simply(newErrgroup)},
	{"heimdalr", newHeimdalr},
	{"goroutines", simply(newGoroutines)},
	{"channel", simply(newChannel)},
}

// simply is a maker that cannot fail.
func simply(newRunner func(w *Work) Runner) Maker {
	return func(w *Work) (Runner, error) { return newRunner(w), nil }
}

// Peers names what goimpl is compared with.
func Peers() []string {
	var names []string
	for _, p := range peers {
		names = append(names, p.name)
	}
	return names
}

// Peer returns how to make the peer of that name.
func Peer(name string) (Maker, error) {
	for _, p := range peers {
		if p.name == name {
			return p.make, nil
		}
	}
	return nil, fmt.Errorf("peer is %q, want one of %q", name, slices.Sorted(slices.Values(Peers())))
}

package tasks

import (
	"fmt"
	"slices"
)

// A Maker prepares a runner of work.
type Maker func(w *Work) (Runner, error)

var peers = []struct {
	name string
	make func(w *Work) Runner
}{
	{"pond", newPond},
	{"ants", newAnts},
	{"conc", newConc},
	{"errgroup", newErrgroup},
	{"goroutines", newGoroutines},
	{"channel", newChannel},
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
			return func(w *Work) (Runner, error) { return p.make(w), nil }, nil
		}
	}
	return nil, fmt.Errorf("peer is %q, want one of %q", name, slices.Sorted(slices.Values(Peers())))
}

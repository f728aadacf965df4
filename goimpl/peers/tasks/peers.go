package tasks

import (
	"fmt"
	"slices"

	"xbench/harness/sdk"
)

// A Maker prepares a runner of work. With keep the runner starts its workers
// here and keeps them until it is closed, instead of starting and ending them in
// each run.
type Maker func(w *Work, keep bool) (Runner, error)

var peers = []struct {
	name string
	make Maker
}{
	{"pond", newPond},
	{"ants", newAnts},
	{"conc", simply(newConc)},
	{"errgroup", simply(newErrgroup)},
	{"heimdalr", newHeimdalr},
	{"goroutines", simply(newGoroutines)},
	{"channel", simply(newChannel)},
}

// simply is a maker of what has nothing to keep.
func simply(newRunner func(w *Work) Runner) Maker {
	return func(w *Work, keep bool) (Runner, error) {
		if keep {
			return nil, errNothingKept
		}
		return newRunner(w), nil
	}
}

var errNothingKept = sdk.NotSupported("it keeps no goroutines between runs")

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

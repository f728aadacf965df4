package suite

import (
	"fmt"

	"xbench/goimpl/build"
)

// A shape is how the tasks of a build scenario hang together. In all of them
// the root is called root and its leaves leaf_0, leaf_1 and so on.
type shape int

const (
	tree    shape = iota // leaves in pairs, pairs of those, and a root over all
	dynamic              // the root asks for the leaves while it runs
	flat                 // the root needs the leaves
)

func (s shape) check(leaves int) error {
	switch {
	case s == tree && (leaves < 4 || leaves&(leaves-1) != 0):
		return fmt.Errorf("leaves is %d, a tree wants a power of two from 4", leaves)
	case leaves < 1:
		return fmt.Errorf("leaves is %d, want at least 1", leaves)
	}
	return nil
}

// tasks defines a DAG of the shape. The nonce becomes part of every key.
func (s shape) tasks(leaves int, kind string, params map[string]any, nonce uint64) []build.Definition {
	var defs []build.Definition
	suffix := build.NonceText(nonce)
	// below is where the level that this one needs starts, or none.
	const none = -1
	level := func(name string, size, below int) {
		for i := range size {
			def := build.Definition{Key: fmt.Sprintf("%s_%d%s", name, i, suffix), Kind: kind, Params: params}
			if below != none {
				def.Deps = []string{defs[below+2*i].Key, defs[below+2*i+1].Key}
			}
			defs = append(defs, def)
		}
	}
	level("leaf", leaves, none)
	last := 0 // where the level below the root starts
	if s == tree {
		level("middle", leaves/2, 0)
		level("inter", leaves/4, leaves)
		last = leaves + leaves/2
	}
	root := build.Definition{Key: "root" + suffix, Kind: kind, Params: params}
	var needs []string
	for _, def := range defs[last:] {
		needs = append(needs, def.Key)
	}
	if s == dynamic {
		root.Rounds = [][]string{needs}
	} else {
		root.Deps = needs
	}
	return append(defs, root)
}

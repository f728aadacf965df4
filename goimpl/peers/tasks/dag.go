// Package tasks compares how engines and pools get through a DAG of tasks that
// do next to nothing: what is left is the cost of scheduling.
//
// goimpl/build takes the DAG as it is. The others are pools or ways to start
// goroutines and know no dependencies; each gets the scheduling of them that a
// careful user would write around it, a counter per task of what it still
// waits for (see Scheduler).
//
// All of them run the same bodies, and what a body computes needs the values of
// the tasks that it depends on, so that a task started too early shows in the
// result.
package tasks

import "fmt"

// A DAG is tasks by number, each after all that it needs. The last one is the
// root: it needs all the others, directly or not.
type DAG struct {
	Needs  [][]int32
	Needed [][]int32 // the inverse: by task, those that need it
	Ready  []int32   // tasks that need nothing
}

// Root is the task that runs last.
func (d *DAG) Root() int32 { return int32(len(d.Needs) - 1) }

func newDAG(needs [][]int32) *DAG {
	d := &DAG{Needs: needs, Needed: make([][]int32, len(needs))}
	for i, list := range needs {
		if len(list) == 0 {
			d.Ready = append(d.Ready, int32(i))
		}
		for _, dep := range list {
			d.Needed[dep] = append(d.Needed[dep], int32(i))
		}
	}
	return d
}

// Shapes are the names that NewDAG takes.
var Shapes = []string{"wide", "deep", "tree"}

// NewDAG makes n tasks of a shape: "wide" is a root that needs all the others,
// "deep" a chain, "tree" a binary tree with the root at the top (15 tasks are 8
// leaves and three levels above them).
func NewDAG(shape string, n int) (*DAG, error) {
	needs := make([][]int32, n)
	switch shape {
	case "wide":
		for i := range int32(n - 1) {
			needs[n-1] = append(needs[n-1], i)
		}
	case "deep":
		for i := 1; i < n; i++ {
			needs[i] = []int32{int32(i - 1)}
		}
	case "tree":
		// The heap order of a binary tree, read backwards: children first.
		for i := 1; i < n; i++ {
			parent := n - 1 - (i-1)/2
			needs[parent] = append(needs[parent], int32(n-1-i))
		}
	default:
		return nil, fmt.Errorf("shape is %q, want one of %q", shape, Shapes)
	}
	return newDAG(needs), nil
}

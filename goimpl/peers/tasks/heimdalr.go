package tasks

import (
	"fmt"
	"strconv"

	"github.com/heimdalr/dag"

	"xbench/harness/sdk"
)

// heimdalr knows dependencies itself: a goroutine for each vertex waits for the
// results of all its parents. It starts at one vertex, so that those that need
// nothing get a common parent, which is no task.
type heimdalr struct {
	*Work
	dag *dag.DAG
}

const (
	heimdalrStart = "start"
	// heimdalrMost is how many tasks it is given. It remembers all descendants
	// of every vertex, n*n/2 of them for a chain.
	heimdalrMost = 2000
)

func newHeimdalr(w *Work, keep bool) (Runner, error) {
	if keep {
		return nil, errNothingKept
	}
	if len(w.Needs) > heimdalrMost {
		return nil, sdk.NotSupported(fmt.Sprintf("%d tasks: heimdalr/dag remembers all descendants of each, want at most %d", len(w.Needs), heimdalrMost))
	}
	h := heimdalr{w, dag.NewDAG()}
	if err := h.dag.AddVertexByID(heimdalrStart, heimdalrStart); err != nil {
		return nil, err
	}
	for i := range w.Needs {
		if err := h.dag.AddVertexByID(strconv.Itoa(i), i); err != nil {
			return nil, err
		}
	}
	for i, needs := range w.Needs {
		id := strconv.Itoa(i)
		for _, dep := range needs {
			if err := h.dag.AddEdge(strconv.Itoa(int(dep)), id); err != nil {
				return nil, fmt.Errorf("task %d needs %d: %w", i, dep, err)
			}
		}
	}
	for _, i := range w.Ready {
		if err := h.dag.AddEdge(heimdalrStart, strconv.Itoa(int(i))); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// Run implements Runner. The errors of tasks come with the results of the last
// of them.
func (h heimdalr) Run() error {
	results, err := h.dag.DescendantsFlow(heimdalrStart, nil, h.visit)
	for _, r := range results {
		if err == nil {
			err = r.Error
		}
	}
	return err
}

func (h heimdalr) visit(_ *dag.DAG, id string, _ []dag.FlowResult) (any, error) {
	if id == heimdalrStart {
		return nil, nil
	}
	i, err := strconv.Atoi(id)
	if err != nil {
		return nil, err
	}
	h.Do(int32(i))
	return nil, nil
}

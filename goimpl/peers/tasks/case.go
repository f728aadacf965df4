package tasks

import (
	"errors"
	"fmt"
	"io"

	"xbench/harness/sdk"
)

// Benchmarks are the shapes, for one side of the comparison: maker says what
// runs the tasks, given the peer that the row is about and goimpl's executor.
func Benchmarks(maker func(peer, executor string) (Maker, error)) []sdk.Benchmark {
	sizes := map[string]int64{"wide": 1000, "deep": 1000, "tree": 15}
	says := map[string]string{
		"wide": "tasks that sum 0 to 99, and one that needs all of them",
		"deep": "a chain of tasks that sum 0 to 99",
		"tree": "a binary tree of tasks that sum 0 to 99",
	}
	var list []sdk.Benchmark
	for _, shape := range Shapes {
		list = append(list, sdk.Benchmark{
			Name:        "tasks/" + shape,
			Description: says[shape],
			Params:      []sdk.Param{{Name: "peer"}, {Name: "n", Default: sizes[shape]}, {Name: "pool", Default: "cold"}, {Name: "executor", Default: "threadpool"}},
			Prepare:     func(p sdk.Params) (sdk.Case, error) { return prepare(shape, p, maker) },
		})
	}
	return list
}

func prepare(shape string, p sdk.Params, maker func(peer, executor string) (Maker, error)) (sdk.Case, error) {
	n, pool := p.Int("n"), p.Str("pool")
	if n < 2 {
		return nil, sdk.InvalidParam(fmt.Sprintf("n is %d, want at least 2", n))
	}
	if pool != "cold" && pool != "warm" {
		return nil, sdk.InvalidParam(fmt.Sprintf("pool is %q, want cold or warm", pool))
	}
	peer, _ := p["peer"].(string)
	if _, err := Peer(peer); err != nil { // also where goimpl does the work: a misspelt row is no row
		return nil, sdk.InvalidParam(err.Error())
	}
	m, err := maker(peer, p.Str("executor"))
	if err != nil {
		return nil, err
	}
	dag, err := NewDAG(shape, n)
	if err != nil {
		return nil, err
	}
	c := &taskCase{dag: dag, make: m, keep: pool == "warm"}
	if _, err := c.Batch(0, 0); err != nil { // so that what cannot be made is known here
		return nil, err
	}
	return c, nil
}

// taskCase prepares a runner for each batch; what is timed is its runs.
type taskCase struct {
	dag    *DAG
	make   Maker
	keep   bool // the runner's workers from run to run
	work   *Work
	runner Runner
	count  int64
}

// Batch implements sdk.Case.
func (c *taskCase) Batch(nonce uint64, k int64) (func() error, error) {
	if err := c.Close(); err != nil {
		return nil, err
	}
	c.work, c.count = NewWork(c.dag, nonce, k), k
	runner, err := c.make(c.work, c.keep)
	if err != nil {
		return nil, err
	}
	c.runner = runner
	return func() error {
		for range k {
			c.work.Next()
			if err := runner.Run(); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// Outcome implements sdk.Case.
func (c *taskCase) Outcome() (sdk.Outcome, error) {
	digest := c.work.Digest()
	counters := map[string]int64{"tasks": int64(len(c.dag.Needs))}
	return sdk.Outcome{Digest: &digest, Counters: counters}, c.work.Check(c.count)
}

// Verify implements sdk.Case.
func (c *taskCase) Verify(nonce uint64, _ bool) (sdk.Verification, error) {
	run, err := c.Batch(nonce, 1)
	if err != nil {
		return sdk.Verification{}, err
	}
	c.work.Watch()
	if err := run(); err != nil {
		return sdk.Verification{}, err
	}
	outcome, err := c.Outcome()
	return sdk.Verification{Digest: outcome.Digest, Counters: outcome.Counters}, errors.Join(err, c.work.CheckOrder())
}

// Close implements sdk.Case.
func (c *taskCase) Close() error {
	closer, ok := c.runner.(io.Closer)
	c.runner = nil
	if !ok {
		return nil
	}
	return closer.Close()
}

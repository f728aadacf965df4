package tasks

import (
	"context"
	"fmt"
	"strconv"

	"xbench/goimpl/build"
	"xbench/harness/sdk"
)

// engine is goimpl/build: it knows the dependencies itself.
type engine struct {
	dag  *build.DAG
	opts build.Options
	kept build.Executor // nil where each run has its own
}

// Engine returns how to run tasks with an executor of goimpl/build.
func Engine(executor string) Maker {
	return func(w *Work, keep bool) (Runner, error) {
		e := engine{opts: build.Options{Executor: executor, Workers: Workers, Warm: keep}}
		if err := e.opts.Validate(); err != nil {
			return nil, sdk.InvalidParam(err.Error())
		}
		var err error
		if e.dag, err = compile(w); err == nil && keep {
			e.kept, err = build.New(e.opts)
		}
		return e, err
	}
}

// compile makes what goimpl/build knows of the tasks. Targets are left out: what
// is remembered of a task is that it is complete, as by the others.
func compile(w *Work) (*build.DAG, error) {
	defs := make([]build.Definition, len(w.Needs))
	for i, needs := range w.Needs {
		deps := make([]string, len(needs))
		for j, dep := range needs {
			deps[j] = strconv.Itoa(int(dep))
		}
		defs[i] = build.Definition{Key: strconv.Itoa(i), Kind: "sum", Params: map[string]any{"task": i}, Deps: deps}
	}
	sum := func(p build.Params) (build.Body, error) {
		i, err := p.Count("task")
		return func(context.Context, *build.Call) error {
			w.Do(int32(i))
			return nil
		}, err
	}
	dag, err := build.Compile(defs, strconv.Itoa(int(w.Root())), build.Kinds{"sum": sum})
	if err != nil {
		return nil, fmt.Errorf("goimpl: %w", err)
	}
	return dag, nil
}

// Run implements Runner.
func (e engine) Run() error {
	job := build.Job{DAG: e.dag}
	if e.kept != nil {
		_, err := e.kept.Build(context.Background(), job)
		return err
	}
	ex, err := build.New(e.opts)
	if err != nil {
		return err
	}
	if _, err := ex.Build(context.Background(), job); err != nil {
		return err
	}
	return ex.Close()
}

// Close ends the workers that were kept.
func (e engine) Close() error {
	if e.kept == nil {
		return nil
	}
	return e.kept.Close()
}

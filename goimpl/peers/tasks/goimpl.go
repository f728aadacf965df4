package tasks

import (
	"context"
	"fmt"
	"strconv"

	"xbench/goimpl/build"
)

// engine is goimpl/build: it knows the dependencies itself.
type engine struct {
	dag  *build.DAG
	kept build.Executor // nil where each run has its own
}

func options(warm bool) build.Options {
	return build.Options{Executor: build.ThreadPool, Workers: Workers, Warm: warm}
}

// NewEngine compiles the DAG. What is kept about tasks is that they are
// complete, nothing else, which is what the others keep.
func NewEngine(w *Work, keep bool) (Runner, error) {
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
	if !keep {
		return engine{dag: dag}, nil
	}
	kept, err := build.New(options(true))
	return engine{dag, kept}, err
}

// Run implements Runner.
func (e engine) Run() error {
	job := build.Job{DAG: e.dag}
	if e.kept != nil {
		_, err := e.kept.Build(context.Background(), job)
		return err
	}
	ex, err := build.New(options(false))
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

package suite

import (
	"context"
	"errors"

	"xbench/goimpl/cj"
	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

// A workload is a graph, what to run it on and how.
type workload struct {
	// build declares fields and adds nodes and edges; the nodes' functions
	// exist beforehand.
	build   func() *graph.Builder
	input   func(nonce uint64) graph.State
	options graph.Options

	workers int
	store   storeKind
	fsync   bool // of a file store
	traced  bool
	// compileInside puts build and Compile into the clock.
	compileInside bool
}

// A graphCase times invocations of a workload.
type graphCase struct {
	workload
	runner *graph.Runner
	plan   *graph.Plan
	fault  error // of compiling
	stores storeRoom

	last    graph.Result
	lastErr error
}

// newGraphCase compiles the workload's graph and opens its runner. A fault of
// the graph is an outcome like any other and is reported by each run.
func newGraphCase(w workload) (sdk.Case, error) {
	c := &graphCase{workload: w, runner: graph.NewRunner(w.workers), stores: storeRoom{kind: w.store, fsync: w.fsync}}
	c.plan, c.fault = w.build().Compile()
	return c, nil
}

func (c *graphCase) Close() error {
	c.runner.Close()
	return c.stores.clear()
}

// Batch makes fresh stores and tracers for every iteration, and clears away
// those of the batch before.
func (c *graphCase) Batch(nonce uint64, k int64) (func() error, error) {
	input := c.input(nonce)
	options := c.options
	if options.Mode != graph.Silent {
		options.Emit = func(graph.Event) error { return nil }
	}
	stores, err := c.stores.fresh(k)
	if err != nil {
		return nil, err
	}
	var tracers []graph.Collector
	if c.traced {
		tracers = make([]graph.Collector, k)
	}
	ctx := context.Background()
	return func() error {
		for i := range k {
			plan, err := c.plan, c.fault
			if c.compileInside {
				plan, err = c.build().Compile()
			}
			if err == nil {
				if stores != nil {
					options.Checkpoints = stores[i]
				}
				if tracers != nil {
					options.Tracer = &tracers[i]
				}
				c.last, err = c.runner.Invoke(ctx, plan, input, options)
			}
			if c.lastErr = err; err != nil && graphError(err) == nil {
				return err
			}
		}
		return nil
	}, nil
}

func (c *graphCase) Outcome() (sdk.Outcome, error) {
	out := sdk.Outcome{Counters: countersOf(c.last.Counters)}
	if c.lastErr != nil {
		return out, nil
	}
	digest, err := cj.Digest(c.last.State)
	out.Digest = &digest
	return out, err
}

// Verify looks at all that a run leaves behind.
func (c *graphCase) Verify(nonce uint64, wantResult bool) (sdk.Verification, error) {
	own := storeRoom{kind: c.store, fsync: c.fsync}
	defer own.clear()
	stores, err := own.fresh(1)
	if err != nil {
		return sdk.Verification{}, err
	}
	options := c.options
	if stores != nil {
		options.Checkpoints = stores[0]
	}
	if c.traced {
		options.Tracer = new(graph.Collector)
	}
	var events []byte
	if options.Mode != graph.Silent {
		options.Emit = func(e graph.Event) (err error) {
			events, err = appendLine(events, e)
			return err
		}
	}
	plan, err := c.plan, c.fault
	if c.compileInside {
		plan, err = c.build().Compile()
	}
	var res graph.Result
	if err == nil {
		res, err = c.runner.Invoke(context.Background(), plan, c.input(nonce), options)
	}
	v := sdk.Verification{Counters: countersOf(res.Counters), Digests: make(map[string]string)}
	if v.Error = graphError(err); err != nil && v.Error == nil {
		return v, err
	}
	if stores != nil { // also of a run that failed: they outlive it
		if v.Digests["checkpoints"], err = own.digest(0); err != nil {
			return v, err
		}
	}
	if v.Error != nil {
		return v, nil
	}
	if v.Digests["plan"], err = plan.Digest(); err != nil {
		return v, err
	}
	if options.Mode != graph.Silent {
		v.Digests["events"] = cj.DigestBytes(events)
	}
	state, err := cj.Append(nil, res.State)
	if err != nil {
		return v, err
	}
	primary := cj.DigestBytes(state)
	v.Digests["state"] = primary
	v.Digest = &primary
	if wantResult {
		v.Result = state
	}
	return v, nil
}

func appendLine(dst []byte, v cj.Appender) ([]byte, error) {
	dst, err := v.AppendCJ(dst)
	return append(dst, '\n'), err
}

// graphError is the protocol's form of an engine's error; nil if err is none.
// Faults of a graph name no node: which one is found first is up to the
// engine.
func graphError(err error) *sdk.WorkError {
	var e *graph.Error
	if !errors.As(err, &e) {
		return nil
	}
	w := &sdk.WorkError{Kind: string(e.Kind), Field: e.Field, Message: e.Error()}
	if e.Step > 0 {
		w.Node = e.Node
	}
	return w
}

func countersOf(c graph.Counters) map[string]int64 {
	return map[string]int64{
		"nodes":            c.Nodes,
		"supersteps":       c.Supersteps,
		"routes":           c.Routes,
		"checkpoints":      c.Checkpoints,
		"checkpoint_bytes": c.CheckpointBytes,
		"events":           c.Events,
		"state_copies":     c.StateCopies,
		"spans":            c.Spans,
		"sub_nodes":        c.SubNodes,
		"sub_supersteps":   c.SubSupersteps,
	}
}
